//! What of the spec the directives reach.

use super::current::{Current, passes};
use super::layout::{Page, count, counted, directive_link, encoded, page};
use super::{Reachable, Site};
use crate::record::Record;
use crate::visible::visible_line;
use maud::{Markup, html};
use std::collections::HashMap;

/// Where the spec can be read.
const SPEC: &str = "https://github.com/WebAssembly/component-model/blob/main/design/mvp/";

/// How many directives a row names.
const SHOWN: usize = 3;

struct Section<'v> {
    anchor: &'v str,
    rows: Vec<Row<'v>>,
}

struct Row<'v> {
    reachable: &'v Reachable,
    /// By engine: how many of the directives it passes, of how many that it ran.
    engines: Vec<(usize, usize)>,
}

/// Writes the page.
pub(super) fn write(current: &Current<'_>, reachable: &[Reachable], site: &mut Site) {
    let by_id = by_id(current);
    let mut sections: Vec<Section<'_>> = Vec::new();
    for reachable in reachable {
        let row = Row {
            reachable,
            engines: engines(current, reachable, &by_id),
        };
        match sections.iter_mut().find(|s| s.anchor == reachable.anchor) {
            Some(section) => section.rows.push(row),
            None => sections.push(Section {
                anchor: &reachable.anchor,
                rows: vec![row],
            }),
        }
    }
    let missing: Vec<_> = unreached(reachable).collect();
    let body = html! {
        @if reachable.is_empty() {
            p { "No run told what its directives reach: the engine " code { "reference" } " does." }
        } @else {
            (totals(reachable))
            h2 #unreached { "Not reached by any directive" }
            @if missing.is_empty() {
                p { "Nothing: every trap site and canonical definition is reached." }
            } @else {
                ul.columns {
                    @for reachable in &missing {
                        li { code { (visible_line(&reachable.name)) } " " (spec_link(&reachable.anchor, true)) }
                    }
                }
            }
            h2 { "By section" }
            p.note { "Under each engine: how many of the directives that reach the row it passes." }
            @for section in &sections { (section_view(current, section)) }
        }
    };
    let lead = "Each canonical definition and each trap site of the spec, the directives that \
                reach it on the reference, and how the engines do on them.";
    site.page("coverage.html", page(Page::Coverage, lead, &[], &body));
}

/// What no directive reaches.
pub(super) fn unreached(reachable: &[Reachable]) -> impl Iterator<Item = &Reachable> {
    reachable.iter().filter(|r| r.directives.is_empty())
}

fn totals(reachable: &[Reachable]) -> Markup {
    let mut kinds: Vec<(&str, usize, usize)> = Vec::new();
    for row in reachable {
        let reached = usize::from(!row.directives.is_empty());
        match kinds.iter_mut().find(|(kind, _, _)| *kind == row.kind) {
            Some((_, all, some)) => {
                *all += 1;
                *some += reached;
            }
            None => kinds.push((row.kind, 1, reached)),
        }
    }
    html! {
        ul.figures {
            @for (kind, all, some) in kinds {
                li {
                    b { (count(some)) " of " (count(all)) }
                    span { (kind) "s reached" }
                }
            }
        }
    }
}

fn section_view(current: &Current<'_>, section: &Section<'_>) -> Markup {
    let reached = |row: &&Row<'_>| !row.reachable.directives.is_empty();
    let some = section.rows.iter().filter(reached).count();
    html! {
        details.section {
            summary {
                span { (section.anchor.rsplit('#').next().unwrap_or_default().replace('-', " ")) }
                span.note { (some) " of " (section.rows.len()) }
            }
            p { (spec_link(section.anchor, false)) }
            div.scroll {
                table {
                    thead {
                        tr {
                            th scope="col" { "Reached" }
                            @for engine in &current.engines { th scope="col" { (visible_line(engine)) } }
                            th scope="col" { "Directives" }
                        }
                    }
                    tbody { @for row in &section.rows { (row_view(row)) } }
                }
            }
        }
    }
}

fn row_view(row: &Row<'_>) -> Markup {
    let Reachable {
        name, directives, ..
    } = row.reachable;
    html! {
        tr {
            th scope="row" { code { (visible_line(name)) } }
            @for (passed, ran) in &row.engines {
                td class=(match (passed, ran) { (_, 0) => "none", (a, b) if a == b => "all", _ => "some" }) {
                    @if *ran > 0 { (passed) "/" (ran) } @else { "–" }
                }
            }
            td {
                @if directives.is_empty() { span.chip.fail { "not reached" } }
                @for id in directives.iter().take(SHOWN) { div { (directive_link(id)) } }
                @if directives.len() > SHOWN {
                    a href=(format!("matrix.html?view=directives&reached={}", encoded(name))) {
                        "all " (counted(directives.len(), "directive", "directives"))
                    }
                }
            }
        }
    }
}

fn spec_link(anchor: &str, brief: bool) -> Markup {
    let (file, heading) = anchor.split_once('#').unwrap_or((anchor, ""));
    html! {
        a.spec href=(format!("{SPEC}{anchor}")) {
            @if brief { "#" (heading) } @else { (file) " #" (heading) }
        }
    }
}

fn by_id<'r>(current: &Current<'r>) -> HashMap<String, Vec<Option<&'r Record>>> {
    let mut by_id: HashMap<String, Vec<Option<&Record>>> = HashMap::new();
    for (_, directive) in current.directives() {
        let results = by_id.entry(directive.any.id());
        results.or_insert_with(|| directive.results.clone());
    }
    by_id
}

fn engines(
    current: &Current<'_>,
    reachable: &Reachable,
    by_id: &HashMap<String, Vec<Option<&Record>>>,
) -> Vec<(usize, usize)> {
    let mut engines = vec![(0, 0); current.engines.len()];
    let results = reachable.directives.iter().filter_map(|id| by_id.get(id));
    for results in results {
        for (engine, record) in results.iter().enumerate() {
            if let Some(record) = record {
                engines[engine].0 += usize::from(passes(record.status));
                engines[engine].1 += 1;
            }
        }
    }
    engines
}
