//! `conform fuzz`.

use crate::args::Fuzz;
use crate::run::cancel_on_interrupt;
use crate::{EXPECTED, NOTHING, UNEXPECTED, plan};
use anyhow::{anyhow, bail};
use component_fuzz::campaign::{self, Ended, Plan, Progress};
use component_fuzz::engine::EngineSetup;
use component_fuzz::totals::Totals;
use component_harness::engines;
use component_harness::worker::Launch;
use component_reports::visible::visible_line;
use indicatif::{ProgressBar, ProgressStyle};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::thread::available_parallelism;
use std::time::Duration;

pub(crate) fn fuzz(arguments: &Fuzz) -> anyhow::Result<u8> {
    let plan = plan_of(arguments)?;
    let cancelled = cancel_on_interrupt()?;
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {msg}") {
        bar.set_style(style);
    }
    let mut first = None;
    let mut progress = |progress: Progress<'_>| {
        let totals = progress.totals;
        // What was done before this run resumed took none of its time.
        let first = *first.get_or_insert(totals.cases - 1);
        let rate = (totals.cases - first) as f64 / progress.elapsed.as_secs_f64().max(0.001);
        bar.set_message(format!(
            "{} cases, {rate:.0}/s, {} covered, {} trap sites, {} findings",
            totals.cases,
            totals.covered.len(),
            totals.sites.len(),
            totals.findings.len(),
        ));
        bar.tick();
    };
    let ended = campaign::run(&plan, &mut progress, &cancelled)?;
    bar.finish_and_clear();
    report(
        &plan,
        &ended,
        arguments.coverage,
        &mut anstream::stdout().lock(),
    )?;
    let news = ended.findings.iter().any(|finding| finding.known.is_none());
    Ok(match ended.totals.cases {
        0 => NOTHING,
        _ if news => UNEXPECTED,
        _ => EXPECTED,
    })
}

fn plan_of(arguments: &Fuzz) -> anyhow::Result<Plan> {
    let mut names = match arguments.engines.as_slice() {
        [] => vec![engines::DEFAULT.to_owned()],
        names => names.to_vec(),
    };
    names.extend(arguments.against.iter().cloned());
    names.retain(|name| name != engines::REFERENCE);
    let setup = |name: &String| setup(name, arguments.timeout, arguments.memory);
    if arguments.cases.is_none() && arguments.time.is_none() {
        bail!("say how much: --cases N or --for TIME");
    }
    Ok(Plan {
        target: arguments
            .target
            .parse()
            .map_err(|error: String| anyhow!(error))?,
        reference: setup(&engines::REFERENCE.to_owned())?,
        engines: names.iter().map(setup).collect::<anyhow::Result<_>>()?,
        seed: arguments.seed,
        cases: arguments.cases.unwrap_or(u64::MAX),
        time: arguments.time,
        jobs: match arguments.jobs {
            Some(jobs) => jobs.get(),
            None => available_parallelism().map_or(1, NonZeroUsize::get),
        },
        folder: arguments.findings.clone(),
        first: arguments.first,
    })
}

/// An engine by name, with a worker of its own.
pub(crate) fn setup(name: &str, timeout: u64, memory: u64) -> anyhow::Result<EngineSetup> {
    Ok(EngineSetup {
        name: name.to_owned(),
        launch: Launch::Process {
            command: plan::worker(name, memory)?,
            limit: Duration::from_secs(timeout),
        },
    })
}

fn report(plan: &Plan, ended: &Ended, coverage: bool, out: &mut impl Write) -> io::Result<()> {
    let Totals {
        cases,
        fertile,
        agreed,
        inconclusive,
        covered,
        sites,
        mismatches,
        ..
    } = &ended.totals;
    writeln!(out, "{} --seed {}: {cases} cases", plan.target, plan.seed)?;
    writeln!(out, "    {fertile} lift and lower a value before the end")?;
    writeln!(out, "    {agreed} directives agree")?;
    writeln!(
        out,
        "    {} trap sites reached, {} combinations covered",
        sites.len(),
        covered.len()
    )?;
    if coverage {
        table("trap sites", sites, out)?;
        table("covered", covered, out)?;
    }
    table("not compared", inconclusive, out)?;
    table("mismatches", mismatches, out)?;
    for finding in &ended.findings {
        let folder = plan.folder.join(&finding.fingerprint);
        let state = match &finding.known {
            Some(reason) => format!("known: {reason}"),
            None => "new".to_owned(),
        };
        writeln!(out, "{}: {}", folder.display(), visible_line(&finding.key))?;
        writeln!(out, "    {}", visible_line(&finding.shape))?;
        writeln!(out, "    {}", visible_line(&state))?;
    }
    Ok(())
}

fn table(name: &str, counts: &BTreeMap<String, u64>, out: &mut impl Write) -> io::Result<()> {
    if !counts.is_empty() {
        writeln!(out, "    {name}:")?;
    }
    for (what, times) in counts {
        writeln!(out, "        {times:>8} {}", visible_line(what))?;
    }
    Ok(())
}
