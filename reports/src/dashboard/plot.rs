//! Lines over runs or nights, drawn as SVG.

use super::DashboardError;
use maud::{Markup, PreEscaped, html};
use plotters::prelude::*;

/// What the drawing measures; it is scaled to the page.
const SIZE: (u32, u32) = (600, 220);

/// Up to how many points of a line are marked.
const DOTS: usize = 40;

/// The colours that lines take in turn, which are told from each other on light and on
/// dark ground.
const COLOURS: [RGBColor; 8] = [
    RGBColor(47, 129, 247),
    RGBColor(219, 109, 40),
    RGBColor(46, 160, 67),
    RGBColor(163, 113, 247),
    RGBColor(191, 135, 0),
    RGBColor(219, 97, 162),
    RGBColor(23, 162, 184),
    RGBColor(130, 140, 150),
];

/// What stands for the colour of text until the drawing is part of a page.
const INK: RGBColor = RGBColor(1, 2, 3);

/// One line.
pub(super) struct Line {
    pub(super) name: String,
    pub(super) points: Vec<(f64, f64)>,
}

/// Draws lines; `caption` says what they are to those who cannot see them, too.
pub(super) fn plot(caption: &str, lines: &[Line]) -> Result<Markup, DashboardError> {
    let mut svg = String::new();
    draw(&mut svg, lines).map_err(|error| DashboardError::Plot(error.to_string()))?;
    // The text of the page and the drawing have one colour, in the light and the dark.
    let ink = format!("#{:02X}{:02X}{:02X}", INK.0, INK.1, INK.2);
    let svg = svg.replace(&ink, "currentColor");
    let svg = svg.replacen("<svg ", "<svg aria-hidden=\"true\" ", 1);
    Ok(html! {
        figure {
            figcaption { (caption) }
            (PreEscaped(svg))
            ul.legend {
                @for (line, colour) in lines.iter().zip(COLOURS.iter().cycle()) {
                    @let RGBColor(r, g, b) = colour;
                    li {
                        svg width="12" height="12" aria-hidden="true" {
                            rect width="12" height="12" rx="3" fill=(format!("rgb({r} {g} {b})")) {}
                        }
                        " " (line.name)
                        @if let Some((_, last)) = line.points.last() { ": " (format!("{last:.0}")) }
                    }
                }
            }
        }
    })
}

fn draw(svg: &mut String, lines: &[Line]) -> Result<(), DrawingAreaErrorKind<std::io::Error>> {
    let points = || lines.iter().flat_map(|line| &line.points);
    let most = |of: fn(&(f64, f64)) -> f64| points().map(of).fold(0.0, f64::max);
    let least = points().map(|(_, y)| *y).fold(f64::INFINITY, f64::min);
    let (right, top) = (most(|(x, _)| *x).max(1.0), most(|(_, y)| *y).max(1.0));
    let bottom = if least.is_finite() { least } else { 0.0 };
    let room = ((top - bottom) * 0.08).max(1.0);
    let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    let text = TextStyle::from(("system-ui, sans-serif", 13).into_font()).color(&INK);
    let convert = |error: DrawingAreaErrorKind<_>| error;
    let mut chart = ChartBuilder::on(&area)
        .margin(8)
        .x_label_area_size(24)
        .y_label_area_size(52)
        .build_cartesian_2d(0.0..right, (bottom - room).max(0.0)..top + room)
        .map_err(convert)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(INK.mix(0.15))
        .axis_style(INK.mix(0.4))
        .x_labels(10)
        .y_labels(5)
        .x_label_formatter(&|x| match x.fract() {
            0.0 => format!("{:.0}", x + 1.0),
            _ => String::new(),
        })
        .y_label_formatter(&|y| format!("{y:.0}"))
        .label_style(text)
        .draw()?;
    for (line, colour) in lines.iter().zip(COLOURS.iter().cycle()) {
        chart.draw_series(LineSeries::new(
            line.points.iter().copied(),
            colour.stroke_width(2),
        ))?;
        // Where there are many they hide the line.
        let shown = line.points.len() <= DOTS;
        let dots = line.points.iter().filter(|_| shown);
        chart.draw_series(dots.map(|point| Circle::new(*point, 3, colour.filled())))?;
    }
    area.present()
}
