//! `conform coverage`.

use crate::args::Coverage as Arguments;
use crate::run::cancel_on_interrupt;
use crate::{EXPECTED, NOTHING, plan};
use anyhow::bail;
use component_harness::coverage::{Coverage, Kind, Row};
use component_harness::engines;
use component_harness::report::Reporter;
use component_harness::run::run as run_plan;
use component_reports::visible::visible_line;
use std::io::Write;

/// How many directives a row names.
const SHOWN: usize = 3;

pub(crate) fn coverage(arguments: &Arguments) -> anyhow::Result<u8> {
    let mut selection = arguments.selection.clone();
    if selection.engines.is_empty() {
        selection.engines = vec![engines::REFERENCE.to_owned()];
    }
    if selection.suites.is_empty() {
        selection.suites = vec!["component-model".to_owned(), "corpus".to_owned()];
    }
    let plan = plan::plan(&selection)?;
    let mut coverage = Coverage::default();
    let mut reporters: Vec<Box<dyn Reporter + '_>> = vec![Box::new(&mut coverage)];
    let cancelled = cancel_on_interrupt()?;
    let ended = run_plan(&plan, &mut reporters, &cancelled)?;
    drop(reporters);
    if !ended.complete {
        bail!("interrupted: what was not run may reach more");
    }
    let rows = coverage.rows();
    let mut out = anstream::stdout().lock();
    for row in &rows {
        match arguments.json {
            true => writeln!(out, "{}", serde_json::to_string(row)?)?,
            false => writeln!(out, "{}", line(row))?,
        }
    }
    if !arguments.json {
        for (kind, what) in [
            (Kind::Definition, "canonical definitions"),
            (Kind::TrapSite, "trap sites"),
        ] {
            let of_kind = || rows.iter().filter(|row| row.kind == kind);
            let reached = of_kind().filter(|row| !row.directives.is_empty()).count();
            writeln!(out, "{reached} of {} {what} are reached", of_kind().count())?;
        }
    }
    Ok(match ended.directives {
        0 => NOTHING,
        _ => EXPECTED,
    })
}

fn line(row: &Row) -> String {
    let Row {
        name, directives, ..
    } = row;
    let shown = directives.iter().take(SHOWN).map(|id| visible_line(id));
    let shown = shown.collect::<Vec<_>>().join(", ");
    let more = match directives.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    match directives.is_empty() {
        true => format!("{name:60} not reached"),
        false => format!("{name:60} {shown}{more}"),
    }
}
