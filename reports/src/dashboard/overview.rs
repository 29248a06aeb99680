//! The first page.

use super::compare::lines;
use super::current::{Current, Pair, when};
use super::layout::{Page, STATUSES, beside, chip, count, counted, directive_link, encoded, page};
use super::movement::{Movement, RANKS, without_renamed};
use super::plot::{Line, plot};
use super::{DashboardError, Reachable, Site, coverage, matrix};
use crate::findings::{Findings, State};
use crate::record::{FORMAT, Record, Status, SummaryRow};
use crate::run::ReadError;
use crate::store::{Damaged, Key};
use crate::visible::{start, visible_line};
use maud::{Markup, html};
use std::collections::{BTreeMap, HashMap};

/// How many changes are listed, and how many directives and reasons of one engine.
const CHANGES: usize = 30;
const REASONS: usize = 8;

/// How many runs are listed, and how many files that are none.
const RUNS: usize = 200;
const LEFT_OUT: usize = 20;

/// How many characters are shown of a reason.
const REASON: usize = 300;

/// Writes the page.
pub(super) fn write(
    current: &Current<'_>,
    movements: &[Movement<'_>],
    reachable: &[Reachable],
    findings: Option<&Findings>,
    damaged: &[Damaged],
    site: &mut Site,
) -> Result<(), DashboardError> {
    let body = html! {
        (left_out(damaged))
        (figures(current, reachable, findings))
        h2 { "Engines and suites" }
        (table(current))
        h2 #changes { "Changed since the run before" }
        (changes(current, movements))
        h2 #only { "What one engine alone does not pass" }
        (only(current))
        h2 { "Runs" }
        (trend(current)?)
        (runs(current))
    };
    let latest = current.index.runs.last().map(when).unwrap_or_default();
    let lead = format!("The latest results of each engine on each suite. Last run: {latest} UTC.");
    site.page("index.html", page(Page::Overview, &lead, &[], &body));
    Ok(())
}

fn left_out(damaged: &[Damaged]) -> Markup {
    html! {
        @if !damaged.is_empty() {
            div.warning role="note" {
                p { b { (counted(damaged.len(), "file", "files")) " of the store left out" } }
                ul {
                    @for Damaged { path, error } in damaged.iter().take(LEFT_OUT) {
                        li { code { (visible_line(&path.file_name().unwrap_or_default().to_string_lossy())) } " " (visible_line(&why_left_out(error))) }
                    }
                    @if damaged.len() > LEFT_OUT { li { "and " (count(damaged.len() - LEFT_OUT)) " more" } }
                }
            }
        }
    }
}

/// What is wrong, without where the store lies: a site is read elsewhere.
fn why_left_out(error: &ReadError) -> String {
    match error {
        ReadError::Io { source, .. } => source.to_string(),
        ReadError::Empty { .. } => "it is empty".to_owned(),
        ReadError::UnknownFormat { format, .. } => {
            format!("its format is `{format}`, not `{FORMAT}`")
        }
        ReadError::Malformed {
            line,
            column,
            message,
            ..
        } => format!("line {line}, byte {column}: {message}"),
        ReadError::AfterFooter { line, .. } => format!("line {line} follows the footer"),
    }
}

fn figures(current: &Current<'_>, reachable: &[Reachable], findings: Option<&Findings>) -> Markup {
    let unexpected: usize = current.pairs.iter().map(|p| p.summary.unexpected).sum();
    let unreached = coverage::unreached(reachable).count();
    let new = findings.map(|findings| {
        let findings = findings.findings.iter();
        findings.filter(|f| f.state == State::New).count()
    });
    html! {
        ul.figures {
            li {
                a href="matrix.html?view=directives&unexpected=1" { b { (count(unexpected)) } span { "unexpected results" } }
            }
            li {
                a href="matrix.html?view=directives&disagree=1" {
                    b { (count(current.directives().filter(|(_, d)| disagree(&d.results)).count())) }
                    span { "directives on which engines disagree" }
                }
            }
            @if !reachable.is_empty() {
                li {
                    a href="coverage.html#unreached" {
                        b { (count(unreached)) }
                        span { "of " (count(reachable.len())) " trap sites and definitions not reached" }
                    }
                }
            }
            @if let Some(new) = new {
                li { a href="fuzz.html" { b { (count(new)) } span { "fuzzer findings to judge" } } }
            }
        }
    }
}

/// Whether one engine passes and another does not.
fn disagree(results: &[Option<&Record>]) -> bool {
    let passes = |record: &&Record| super::current::passes(record.status);
    let mut results = results.iter().flatten();
    let first = results.next().map(passes);
    results.any(|record| Some(passes(record)) != first)
}

fn table(current: &Current<'_>) -> Markup {
    html! {
        div.scroll {
            table.sums.stack {
                thead {
                    tr {
                        th scope="col" { "Suite" }
                        @for engine in &current.engines { th scope="col" { (visible_line(engine)) } }
                    }
                }
                tbody {
                    @for (number, suite) in current.suites.iter().enumerate() {
                        tr {
                            th scope="row" { (visible_line(suite)) }
                            @for engine in 0..current.engines.len() {
                                td data-label=(visible_line(current.engines[engine])) { @if let Some(pair) = current.pair(engine, number) { (cell(current, pair)) } @else { span.note { "not run" } } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn cell(current: &Current<'_>, pair: &Pair<'_>) -> Markup {
    let row = pair.summary;
    let entry = &current.index.runs[pair.run];
    let notes = entry.notes();
    let link = format!(
        "matrix.html?suite={}&engine={}",
        encoded(&row.suite),
        encoded(&row.engine)
    );
    html! {
        a.cell href=(link) title=(format!("run of {}", when(entry))) {
            span.share {
                b { (count(row.pass)) } " of " (count(row.directives)) " pass"
            }
            span.bar aria-hidden="true" {
                @for (status, n) in counts(row) {
                    @if n > 0 {
                        i class=(status) style=(format!("flex-grow:{n}")) {}
                    }
                }
            }
            span.rest {
                @for (status, n) in counts(row).into_iter().skip(1) {
                    @if n > 0 { span { (count(n)) " " (status) } }
                }
                @if row.unexpected > 0 { span.alarm { (count(row.unexpected)) " unexpected" } }
                @for note in &notes { span.alarm { (visible_line(note)) } }
            }
        }
    }
}

fn counts(row: &SummaryRow) -> [(Status, usize); 8] {
    let counts = [
        row.pass,
        row.fail,
        row.xfail,
        row.xpass,
        row.blocked,
        row.unsupported,
        row.crash,
        row.timeout,
    ];
    std::array::from_fn(|i| (STATUSES[i], counts[i]))
}

fn changes(current: &Current<'_>, movements: &[Movement<'_>]) -> Markup {
    let since = |movement: &&Movement<'_>| {
        current.pairs.iter().any(|pair| {
            let (engine, suite) = (current.engines[pair.engine], current.suites[pair.suite]);
            let between = |previous| previous < movement.run && movement.run <= pair.run;
            (engine, suite) == (&*movement.key.engine, &*movement.key.suite)
                && pair.previous.is_some_and(between)
        })
    };
    let all: Vec<_> = movements.iter().filter(since).collect();
    let (mut changes, renamed) = without_renamed(&all);
    let lines = lines(current);
    let line = |movement: &Movement<'_>| {
        let Key {
            suite,
            path,
            hash,
            occurrence,
            ..
        } = movement.key;
        lines
            .get(&(&**suite, &**path, &**hash, *occurrence))
            .copied()
    };
    changes.sort_by_key(|m| (m.rank(), &m.key.suite, &m.key.path, line(m), m.key));
    let count_of = |wanted| changes.iter().filter(|m| m.rank() == wanted).count();
    if current.pairs.iter().all(|pair| pair.previous.is_none()) {
        return html! { p { "There is no run before." } };
    }
    html! {
        @if changes.is_empty() && renamed == 0 { p { "Nothing." } } @else {
            p {
                @for (number, name) in RANKS.iter().enumerate() {
                    @if count_of(number) > 0 { span.tally { b { (count(count_of(number))) } " " (name) } }
                }
                @if renamed > 0 { span.tally { b { (count(renamed)) } " renamed" } }
                a href="compare.html" { "Compare runs" }
            }
            div.scroll {
                table.stack {
                    thead { tr {
                        th scope="col" { "" }
                        th scope="col" { "Directive" }
                        th scope="col" { "Engine" }
                        th scope="col" { "Was" }
                        th scope="col" { "Is" }
                    } }
                    tbody {
                        @for movement in changes.iter().take(CHANGES) {
                            @let key = movement.key;
                            tr {
                                td { (RANKS[movement.rank()]) }
                                td {
                                    @if let Some(line) = line(movement) { (directive_link(&format!("{}/{}:{line}", key.suite, key.path))) }
                                    @else { span.id { (visible_line(&format!("{}/{}", key.suite, key.path))) } }
                                }
                                td { (visible_line(&key.engine)) }
                                @for (label, seen) in [("was", movement.before), ("is", movement.after)] {
                                    td data-label=[seen.map(|_| label)] { @if let Some(seen) = seen { (chip(seen.status, seen.unexpected)) " " span.note { (beside(seen.status, &seen.outcome)) } } }
                                }
                            }
                        }
                    }
                }
            }
            @if changes.len() > CHANGES {
                p { a href="compare.html" { "and " (count(changes.len() - CHANGES)) " more" } }
            }
        }
    }
}

fn only(current: &Current<'_>) -> Markup {
    // What is blocked has the reason of what blocks it.
    let mut whys: HashMap<(usize, String), String> = HashMap::new();
    for (_, directive) in current.directives() {
        for (engine, record) in directive.results.iter().enumerate() {
            if let Some((record, why)) = record.and_then(|r| Some((r, matrix::why(r)?))) {
                whys.insert((engine, record.id()), why);
            }
        }
    }
    // Families first.
    let mut alone: BTreeMap<(bool, String), BTreeMap<&str, Vec<String>>> = BTreeMap::new();
    for (_, directive) in current.directives() {
        let Some((name, engine)) = directive.only_failure(&current.engines) else {
            continue;
        };
        if let Some(record) = directive.results[engine] {
            let id = record.id();
            let culprit = record
                .culprit
                .clone()
                .filter(|_| record.status == Status::Blocked);
            let why = culprit.and_then(|culprit| whys.get(&(engine, culprit)));
            let why = why.or_else(|| whys.get(&(engine, id.clone())));
            let why = why.map_or("it does not say why", String::as_str);
            let reasons = alone.entry((!name.ends_with('*'), name)).or_default();
            reasons.entry(why).or_default().push(id);
        }
    }
    html! {
        @if alone.is_empty() { p { "Nothing." } }
        @for ((_, name), reasons) in alone {
            @let all: usize = reasons.values().map(Vec::len).sum();
            h3 {
                a href=(format!("matrix.html?view=directives&only={}", encoded(&name))) {
                    "Only "
                    @match name.strip_suffix('*') {
                        Some(family) => { (visible_line(family)) ", on all its engines," }
                        None => { (visible_line(&name)) }
                    }
                    " does not pass " (counted(all, "directive", "directives"))
                }
            }
            @let mut reasons: Vec<_> = reasons.into_iter().collect();
            @let () = reasons.sort_by_key(|(why, ids)| (std::cmp::Reverse(ids.len()), *why));
            ul.reasons {
                @for (why, ids) in reasons.iter().take(REASONS) {
                    li {
                        b { (count(ids.len())) }
                        span { (shortened(why)) " " @if let Some(id) = ids.first() { (directive_link(id)) } }
                    }
                }
                @if reasons.len() > REASONS { li.note { "and " (count(reasons.len() - REASONS)) " other reasons" } }
            }
        }
    }
}

fn shortened(text: &str) -> String {
    let (start, more) = start(text, REASON);
    let dots = if more > 0 { "…" } else { "" };
    format!("{}{dots}", visible_line(start))
}

fn trend(current: &Current<'_>) -> Result<Markup, DashboardError> {
    let whole = current
        .index
        .runs
        .iter()
        .filter(|entry| entry.notes().is_empty());
    let whole: Vec<_> = whole.collect();
    let mut plots = Vec::new();
    for suite in &current.suites {
        let mut lines = Vec::new();
        for engine in &current.engines {
            let rows = (0_u32..).zip(&whole).filter_map(|(x, entry)| {
                let mut rows = entry.summary.iter();
                let row = rows.find(|row| row.engine == *engine && row.suite == *suite)?;
                Some((f64::from(x), (row.directives - row.pass) as f64))
            });
            let points: Vec<_> = rows.collect();
            if !points.is_empty() {
                let name = visible_line(engine);
                lines.push(Line { name, points });
            }
        }
        if lines.iter().any(|line| line.points.len() > 1) {
            let caption = format!(
                "Directives of {} that do not pass, run by run",
                visible_line(suite)
            );
            plots.push(plot(&caption, &lines)?);
        }
    }
    Ok(html! { div.plots { @for plot in plots { (plot) } } })
}

fn runs(current: &Current<'_>) -> Markup {
    let runs = current.index.runs.iter().rev();
    html! {
        details.section {
            summary { span { "All runs" } span.note { (count(current.index.runs.len())) } }
            div.scroll {
                table {
                    thead { tr {
                        th scope="col" { "Stored" }
                        th scope="col" { "Run" }
                        th scope="col" { "Engines" }
                        th scope="col" { "Suites" }
                        th.number scope="col" { "Unexpected" }
                    } }
                    tbody {
                        @for entry in runs.take(RUNS) {
                            tr {
                                th scope="row" { (when(entry)) }
                                td { code { (visible_line(&entry.id.0)) } @for note in entry.notes() { " " span.alarm { (visible_line(&note)) } } }
                                td { (visible_line(&entry.header.engines.iter().map(|e| format!("{} {}", e.name, e.version)).collect::<Vec<_>>().join(", "))) }
                                td { (visible_line(&entry.header.suites.iter().map(|s| s.name.as_str()).collect::<Vec<_>>().join(", "))) }
                                td.number { (count(entry.summary.iter().map(|row| row.unexpected).sum())) }
                            }
                        }
                    }
                }
            }
        }
    }
}
