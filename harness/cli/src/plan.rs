//! From the command line to a plan.

use crate::args::Selection;
use anyhow::{Context as _, anyhow, bail};
use component_corpus::{Corpus, Error, Given, Suite};
use component_fuzz::faulty;
use component_harness::engines::{self, Known};
use component_harness::expectations::Expectations;
use component_harness::run::{EngineSetup, Plan};
use component_harness::worker::{Launch, WorkerCommand};
use component_reports::record::Limits;
use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

/// The suite of a command line that names none.
const DEFAULT_SUITE: &str = "component-model";

pub(crate) fn plan(selection: &Selection) -> anyhow::Result<Plan> {
    let corpus = Corpus::new();
    let names = or_default(&selection.engines, engines::DEFAULT);
    once("engine", names.iter().map(String::as_str))?;
    if let Some(folder) = &selection.expectations
        && !folder.is_dir()
    {
        bail!("`{}` is no folder of expectations", folder.display());
    }
    let engines = names.iter().map(|name| engine(selection, name));
    let suites = or_default(&selection.suites, DEFAULT_SUITE);
    let suites = suites.iter().map(|text| suite(&corpus, text));
    let suites = suites.collect::<Result<Vec<_>, _>>()?;
    once("suite", suites.iter().map(|suite| suite.name.as_str()))?;
    Ok(Plan {
        engines: engines.collect::<Result<_, _>>()?,
        suites,
        filter: selection.filter.clone(),
        shard: selection.shard,
        jobs: match selection.jobs {
            Some(jobs) => jobs.get(),
            None => available_parallelism().map_or(1, NonZeroUsize::get),
        },
        seed: selection.seed,
        limits: Limits {
            timeout_ms: selection.timeout.saturating_mul(1000),
            memory_mib: selection.memory,
        },
        spec: corpus.spec()?.pin,
        legacy_parser: legacy_parser()?,
    })
}

/// A suite by its name, or by NAME=PATH.
pub(crate) fn suite(corpus: &Corpus, text: &str) -> anyhow::Result<Suite> {
    if text.contains('=') {
        return Ok(text.parse::<Given>()?.suite()?);
    }
    match corpus.suite(text) {
        Err(Error::UnknownSuite(name)) => {
            let names: Vec<_> = Corpus::names().collect();
            bail!(
                "unknown suite `{name}`; there are {}, and any folder or script as NAME=PATH",
                names.join(", ")
            );
        }
        suite => Ok(suite?),
    }
}

/// The same name twice would make two results of one id.
fn once<'a>(what: &str, names: impl Iterator<Item = &'a str>) -> anyhow::Result<()> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            bail!("{what} `{name}` is given twice");
        }
    }
    Ok(())
}

pub(crate) fn known(memory_mib: u64) -> anyhow::Result<Vec<Known>> {
    Ok(engines::known(&program()?, memory_mib))
}

/// The command that parses a file in the old index syntax: this program again.
pub(crate) fn legacy_parser() -> anyhow::Result<WorkerCommand> {
    Ok(WorkerCommand {
        program: program()?,
        args: vec!["parse".into()],
    })
}

fn program() -> anyhow::Result<PathBuf> {
    std::env::current_exe().context("this program cannot be found")
}

/// How to start a worker of an engine.
pub(crate) fn worker(name: &str, memory_mib: u64) -> anyhow::Result<WorkerCommand> {
    if let Some(fault) = name.strip_prefix(faulty::PREFIX) {
        return Ok(faulty::worker(
            &faulty::named(fault)?,
            &program()?,
            memory_mib,
        )?);
    }
    let known = known(memory_mib)?;
    let Some(engine) = known.iter().find(|engine| engine.name == name) else {
        let names: Vec<_> = known.iter().map(|engine| engine.name).collect();
        bail!("unknown engine `{name}`; there are {}", names.join(", "));
    };
    let command = engine.worker.clone();
    command.map_err(|why| anyhow!("engine {name}: {why}"))
}

fn engine(selection: &Selection, name: &str) -> anyhow::Result<EngineSetup> {
    // With a fault it is expected to pass what the reference passes.
    let is_faulty = name.starts_with(faulty::PREFIX);
    if is_faulty && (selection.seed.is_some() || selection.in_process) {
        bail!("engine {name} runs in a process of its own and under no seed");
    }
    let mut command = worker(name, selection.memory)?;
    if let Some(seed) = selection.seed {
        if name != engines::REFERENCE {
            bail!(
                "engine {name} does not run under a seed; {} does",
                engines::REFERENCE
            );
        }
        command.args.push(format!("--seed={seed}").into());
    }
    let folder = selection
        .expectations
        .clone()
        .unwrap_or_else(engines::expectations_folder);
    let listed = if is_faulty { engines::REFERENCE } else { name };
    Ok(EngineSetup {
        name: name.to_owned(),
        expectations: Expectations::read(&folder.join(format!("{listed}.toml")))?,
        launch: match selection.in_process {
            false => Launch::Process {
                command,
                limit: Duration::from_secs(selection.timeout),
            },
            true => in_process(name, selection.seed)?,
        },
    })
}

fn in_process(name: &str, seed: Option<u64>) -> anyhow::Result<Launch> {
    let known = known(0)?;
    if known
        .iter()
        .any(|engine| engine.name == name && !engine.in_tree)
    {
        bail!("engine {name} is a program of its own and cannot run in this process");
    }
    // Made once here, so that an engine that does not start is told as such.
    engines::in_tree(name)
        .ok_or_else(|| anyhow!("this program contains no engine `{name}`"))?
        .map_err(|error| anyhow!("engine {name}: {error}"))?;
    let name = name.to_owned();
    Ok(Launch::InProcess(Arc::new(move || match seed {
        Some(_) => Ok(engines::reference(seed)),
        None => engines::in_tree(&name).ok_or_else(|| format!("no engine `{name}`"))?,
    })))
}

fn or_default(given: &[String], default: &str) -> Vec<String> {
    match given {
        [] => vec![default.to_owned()],
        given => given.to_vec(),
    }
}
