//! `conform run --schedules`.

use crate::args::{Format, Run};
use crate::run::cancel_on_interrupt;
use crate::{EXPECTED, NOTHING, UNEXPECTED, plan};
use anyhow::bail;
use component_harness::engines;
use component_harness::report::Reporter;
use component_harness::run::run as run_plan;
use component_harness::schedules::{self, Ended, Schedules, Varying};
use component_reports::visible::visible_line;
use indicatif::ProgressBar;
use std::io::{self, Write};
use std::num::NonZeroU64;

pub(crate) fn run(arguments: &Run, n: NonZeroU64) -> anyhow::Result<u8> {
    if !matches!(arguments.format, Format::Human | Format::Json) {
        bail!("outcomes under schedules are written for people or as JSON");
    }
    let open = schedules::shipped()?;
    let mut selection = arguments.selection.clone();
    if selection.engines.is_empty() {
        selection.engines = vec![engines::REFERENCE.to_owned()];
    }
    let cancelled = cancel_on_interrupt()?;
    let bar = ProgressBar::new(n.get() + 1);
    let mut outcomes = Schedules::default();
    for seed in [None].into_iter().chain((1..=n.get()).map(Some)) {
        outcomes.seed = seed;
        selection.seed = seed;
        let plan = plan::plan(&selection)?;
        let mut reporters: Vec<Box<dyn Reporter + '_>> = vec![Box::new(&mut outcomes)];
        let ended = run_plan(&plan, &mut reporters, &cancelled)?;
        drop(reporters);
        if !ended.complete {
            bail!("interrupted at {}", name(seed));
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    let mut ended = outcomes.ended(&open);
    if selection.filter.is_some() {
        // The rest of the file was not asked for.
        ended.vanished.clear();
    }
    let mut out = anstream::stdout().lock();
    match arguments.format {
        Format::Json => json(&ended, &mut out)?,
        _ => human(&ended, n, &mut out)?,
    }
    Ok(match &ended {
        Ended { directives: 0, .. } => NOTHING,
        Ended {
            unexpected: 0,
            vanished,
            ..
        } if vanished.is_empty() => EXPECTED,
        _ => UNEXPECTED,
    })
}

fn json(ended: &Ended, out: &mut impl Write) -> anyhow::Result<()> {
    for varying in &ended.varying {
        writeln!(out, "{}", serde_json::to_string(varying)?)?;
    }
    Ok(())
}

fn human(ended: &Ended, n: NonZeroU64, out: &mut impl Write) -> io::Result<()> {
    for varying in &ended.varying {
        directive(varying, out)?;
    }
    for open in &ended.vanished {
        let (file, line) = (&open.file, open.line);
        writeln!(
            out,
            "listed and not there any more: {file}:{line} with hash {}",
            open.hash
        )?;
    }
    writeln!(
        out,
        "{} directives under the default schedule and {n} seeds: {} pass under all, {} have more \
         than one outcome, {} depend on the schedule and are not listed in \
         harness/data/schedules.toml",
        ended.directives,
        ended.passing,
        ended.varying.len(),
        ended.unexpected,
    )
}

fn directive(varying: &Varying, out: &mut impl Write) -> io::Result<()> {
    let listed = match (varying.depends, &varying.reason) {
        (true, None) => ": passes under some schedules only, and is not listed",
        _ => "",
    };
    writeln!(out, "{}{listed}", visible_line(&varying.id))?;
    writeln!(out, "    expected: {}", visible_line(&varying.expected))?;
    for seen in &varying.outcomes {
        writeln!(
            out,
            "    {} × {}: {} (first under {})",
            seen.schedules,
            seen.status,
            visible_line(&seen.outcome),
            name(seen.first),
        )?;
    }
    if let Some(reason) = &varying.reason {
        writeln!(out, "    open: {}", visible_line(reason))?;
    }
    writeln!(out)
}

fn name(seed: Option<u64>) -> String {
    match seed {
        None => "the default schedule".to_owned(),
        Some(seed) => format!("--seed {seed}"),
    }
}
