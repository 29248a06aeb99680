//! `conform nightly`.

use crate::args::{Arguments, Command, Nightly};
use crate::fuzz::setup;
use crate::run::cancel_on_interrupt;
use crate::{EXPECTED, NOTHING, UNEXPECTED, run};
use anyhow::anyhow;
use clap::Parser;
use component_fuzz::night::{self, Night, Plans};
use component_fuzz::target::Target;
use component_harness::engines;
use component_reports::visible::visible;
use indicatif::ProgressBar;
use std::io::Write;
use std::num::NonZeroUsize;
use std::thread::available_parallelism;
use std::time::{Instant, SystemTime};

/// What runs before the targets.
const SUITES: [&str; 2] = ["component-model", "corpus"];

pub(crate) fn nightly(arguments: &Nightly) -> anyhow::Result<u8> {
    let began = Instant::now();
    let today = chrono::DateTime::<chrono::Utc>::from(SystemTime::now());
    let date = today.format("%Y-%m-%d").to_string();
    // As digits: another one each night, and the same one for all of it.
    let seed = match arguments.seed {
        Some(seed) => seed,
        None => today.format("%Y%m%d").to_string().parse()?,
    };
    let mut names = match (arguments.engines.as_slice(), &arguments.against_engine) {
        ([], None) => vec![engines::DEFAULT.to_owned()],
        (names, _) => names.to_vec(),
    };
    names.retain(|name| name != engines::REFERENCE);
    let suites = match arguments.no_suites {
        true => None,
        false => Some(suites(arguments, &names)?),
    };
    names.extend(arguments.against_engine.clone());
    names.retain(|name| name != engines::REFERENCE);
    let setup = |name: &str| setup(name, arguments.timeout, arguments.memory);
    let plans = Plans {
        targets: targets(arguments)?,
        reference: setup(engines::REFERENCE)?,
        engines: names
            .iter()
            .map(|name| setup(name))
            .collect::<anyhow::Result<_>>()?,
        seed,
        time: arguments.time.saturating_sub(began.elapsed()),
        jobs: match arguments.jobs {
            Some(jobs) => jobs.get(),
            None => available_parallelism().map_or(1, NonZeroUsize::get),
        },
        folder: arguments.state.clone(),
        date,
    };
    let earlier = Night::all(&plans.folder)?;
    let cancelled = cancel_on_interrupt()?;
    let bar = ProgressBar::new_spinner();
    let mut progress = |target: Target, cases, findings| {
        bar.set_message(format!("{target}: {cases} cases, {findings} findings"));
        bar.tick();
    };
    let mut night = night::run(&plans, &mut progress, &cancelled)?;
    bar.finish_and_clear();
    night.suites = suites;
    let before = earlier.iter().rev().find(|other| other.date < night.date);
    let report = night.write(&plans.folder, before)?;
    let mut out = anstream::stdout().lock();
    write!(out, "{}", visible(&night.report(before)))?;
    writeln!(out, "\nwritten to {}", report.display())?;
    let cases: u64 = night.targets.iter().map(|effort| effort.cases).sum();
    Ok(match cases {
        _ if night.has_news() => UNEXPECTED,
        0 => NOTHING,
        _ => EXPECTED,
    })
}

/// All targets but the one that is a mixture of the others.
fn targets(arguments: &Nightly) -> anyhow::Result<Vec<Target>> {
    match arguments.targets.as_slice() {
        [] => Ok(Target::ALL
            .into_iter()
            .filter(|target| *target != Target::Differential)
            .collect()),
        names => names
            .iter()
            .map(|name| name.parse().map_err(|error: String| anyhow!(error)))
            .collect(),
    }
}

/// Whether the suites do what is expected of them on the reference and on the engines.
fn suites(arguments: &Nightly, engines: &[String]) -> anyhow::Result<bool> {
    let mut command = vec!["conform".to_owned(), "run".to_owned()];
    let mut add = |option: &str, value: &str| command.extend([option.into(), value.into()]);
    add("--engine", engines::REFERENCE);
    engines.iter().for_each(|engine| add("--engine", engine));
    match arguments.suites.as_slice() {
        [] => SUITES.iter().for_each(|suite| add("--suite", suite)),
        suites => suites.iter().for_each(|suite| add("--suite", suite)),
    }
    add("--timeout", &arguments.timeout.to_string());
    add("--memory", &arguments.memory.to_string());
    match Arguments::try_parse_from(command)?.command {
        Command::Run(arguments) => Ok(run::run(&arguments)? == EXPECTED),
        _ => Err(anyhow!("the command line of the suites is none of `run`")),
    }
}
