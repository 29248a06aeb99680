//! What the fuzzer found, and its nights.

use super::layout::{Page, count, page};
use super::plot::{Line, plot};
use super::{DashboardError, Site};
use crate::findings::{Effort, Finding, Findings, Night};
use crate::visible::visible_line;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// How many nights are listed, and how many findings.
const NIGHTS: usize = 60;
const FINDINGS: usize = 200;

/// Writes the page.
pub(super) fn write(findings: Option<&Findings>, site: &mut Site) -> Result<(), DashboardError> {
    let body = match findings {
        None => html! {
            p { "No folder of findings was given: " code { "conform dashboard --findings FOLDER" } "." }
        },
        Some(findings) => html! {
            h2 { "Findings" }
            (found(&findings.findings))
            h2 { "Nights" }
            (nights(&findings.nights)?)
        },
    };
    let lead = "What the differential fuzzer found, and how much it tried.";
    site.page("fuzz.html", page(Page::Fuzz, lead, &[], &body));
    Ok(())
}

fn found(findings: &[Finding]) -> Markup {
    html! {
        @if findings.is_empty() { p { "None." } } @else {
            div.scroll {
                table.stack {
                    thead {
                        tr {
                            th scope="col" { "Finding" }
                            th scope="col" { "State" }
                            th scope="col" { "Engine" }
                            th scope="col" { "Oracle" }
                            th scope="col" { "Target" }
                            th scope="col" { "First seen" }
                            th scope="col" { "What, and why" }
                        }
                    }
                    tbody { @for finding in findings.iter().take(FINDINGS) { (row(finding)) } }
                }
            }
            @if findings.len() > FINDINGS { p.note { "and " (count(findings.len() - FINDINGS)) " more" } }
        }
    }
}

fn row(finding: &Finding) -> Markup {
    let text = |text: &Option<String>| visible_line(text.as_deref().unwrap_or_default());
    html! {
        tr {
            th scope="row" { code { (visible_line(&finding.fingerprint)) } }
            td { span class=(format!("chip state-{}", finding.state.name())) { (finding.state.name()) } }
            td data-label="engine" { (visible_line(&finding.engine)) }
            td data-label="oracle" { (visible_line(&finding.oracle)) }
            td data-label="target" { (visible_line(finding.target())) }
            td.day data-label=[finding.first_seen.as_ref().map(|_| "first seen")] { (text(&finding.first_seen)) }
            td.what {
                @if finding.shape.is_some() { div { (text(&finding.shape)) } }
                @if finding.expected.is_some() { div { "expected " code { (text(&finding.expected)) } } }
                @if finding.observed.is_some() { div { "observed " code { (text(&finding.observed)) } } }
                @if finding.detail.is_some() { div { (text(&finding.detail)) } }
                @if finding.reason.is_some() || finding.known.is_some() {
                    div { (text(if finding.reason.is_some() { &finding.reason } else { &finding.known })) }
                }
                @if let Some(link) = &finding.link { div { (link_to(link)) } }
                @if finding.reproduce.is_some() { div { "reproduce " code { (text(&finding.reproduce)) } } }
            }
        }
    }
}

/// A link, if it is one to a page of the web; text, if it would do something else.
fn link_to(link: &str) -> Markup {
    let text = visible_line(link);
    html! {
        @if link.starts_with("https://") || link.starts_with("http://") {
            a href=(link) { (text) }
        } @else { (text) }
    }
}

fn nights(nights: &[Night]) -> Result<Markup, DashboardError> {
    if nights.is_empty() {
        return Ok(html! { p { "None." } });
    }
    let mut targets: BTreeMap<&str, Vec<(f64, f64)>> = BTreeMap::new();
    for (x, night) in (0_u32..).zip(nights) {
        for effort in &night.targets {
            let points = targets.entry(&effort.target).or_default();
            points.push((f64::from(x), effort.covered as f64));
        }
    }
    let lines = targets.into_iter().map(|(target, points)| Line {
        name: visible_line(target),
        points,
    });
    let plot = plot(
        "Coverage after each night, by target",
        &lines.collect::<Vec<_>>(),
    )?;
    let latest = nights.iter().enumerate().rev().take(NIGHTS);
    Ok(html! {
        (plot)
        div.scroll {
            table {
                thead {
                    tr {
                        th scope="col" { "Night" }
                        th scope="col" { "Target" }
                        th.number scope="col" { "Cases" }
                        th.number scope="col" { "Cases per second" }
                        th.number scope="col" { "Covered" }
                        th.number scope="col" { "New findings" }
                    }
                }
                tbody {
                    @for (number, night) in latest {
                        @for effort in &night.targets {
                            tr {
                                th.day scope="row" { (visible_line(&night.date)) }
                                td { (visible_line(&effort.target)) }
                                td.number { (count(effort.cases as usize)) }
                                td.number { (count((effort.cases / effort.seconds.max(1)) as usize)) }
                                td.number { (count(effort.covered as usize)) (growth(effort, &nights[..number])) }
                                td.number { (count(effort.findings.len())) }
                            }
                        }
                    }
                }
            }
        }
        @if nights.len() > NIGHTS { p.note { "and " (count(nights.len() - NIGHTS)) " earlier" } }
    })
}

/// How much more is covered than after the target's night before.
fn growth(effort: &Effort, before: &[Night]) -> Markup {
    let before = before.iter().rev().flat_map(|night| &night.targets);
    let before = before
        .into_iter()
        .find(|other| other.target == effort.target);
    html! {
        @if let Some(before) = before {
            " (" (format!("{:+}", i128::from(effort.covered) - i128::from(before.covered))) ")"
        }
    }
}
