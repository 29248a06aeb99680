//! From the command line to a plan.

use crate::args::Selection;
use anyhow::{Context as _, anyhow, bail};
use component_corpus::{Corpus, Given, Suite};
use component_harness::engines::{self, Known};
use component_harness::expectations::Expectations;
use component_harness::run::{EngineSetup, Plan};
use component_harness::worker::Launch;
use component_reports::record::Limits;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

/// The engine and the suite of a command line that names none.
const DEFAULT_ENGINE: &str = "wasmtime";
const DEFAULT_SUITE: &str = "component-model";

pub(crate) fn plan(selection: &Selection) -> anyhow::Result<Plan> {
    let corpus = Corpus::new();
    let names = or_default(&selection.engines, DEFAULT_ENGINE);
    let engines = names.iter().map(|name| engine(selection, name));
    let suites = or_default(&selection.suites, DEFAULT_SUITE);
    let suites = suites.iter().map(|text| suite(&corpus, text));
    Ok(Plan {
        engines: engines.collect::<Result<_, _>>()?,
        suites: suites.collect::<Result<_, _>>()?,
        filter: selection.filter.clone(),
        shard: selection.shard,
        jobs: match selection.jobs {
            Some(jobs) => jobs.get(),
            None => available_parallelism().map_or(1, NonZeroUsize::get),
        },
        limits: Limits {
            timeout_ms: selection.timeout * 1000,
            memory_mib: selection.memory,
        },
        spec: corpus.spec()?.pin,
    })
}

/// A suite by its name, or by NAME=PATH.
pub(crate) fn suite(corpus: &Corpus, text: &str) -> anyhow::Result<Suite> {
    Ok(match text.contains('=') {
        true => text.parse::<Given>()?.suite()?,
        false => corpus.suite(text)?,
    })
}

pub(crate) fn known(memory_mib: u64) -> anyhow::Result<Vec<Known>> {
    let program = std::env::current_exe().context("this program cannot be found")?;
    Ok(engines::known(&program, memory_mib))
}

fn engine(selection: &Selection, name: &str) -> anyhow::Result<EngineSetup> {
    let known = known(selection.memory)?;
    let Some(engine) = known.iter().find(|engine| engine.name == name) else {
        let names: Vec<_> = known.iter().map(|engine| engine.name).collect();
        bail!("unknown engine `{name}`; there are {}", names.join(", "));
    };
    let command = engine
        .worker
        .clone()
        .map_err(|why| anyhow!("engine {name}: {why}"))?;
    let folder = selection
        .expectations
        .clone()
        .unwrap_or_else(engines::expectations_folder);
    Ok(EngineSetup {
        name: name.to_owned(),
        expectations: Expectations::read(&folder.join(format!("{name}.toml")))?,
        launch: match selection.in_process {
            false => Launch::Process {
                command,
                limit: Duration::from_secs(selection.timeout),
            },
            true => in_process(engine)?,
        },
    })
}

fn in_process(engine: &Known) -> anyhow::Result<Launch> {
    let name = engine.name;
    if !engine.in_tree {
        bail!("engine {name} is a program of its own and cannot run in this process");
    }
    // Made once here, so that an engine that does not start is told as such.
    engines::in_tree(name)
        .ok_or_else(|| anyhow!("this program contains no engine `{name}`"))?
        .map_err(|error| anyhow!("engine {name}: {error}"))?;
    Ok(Launch::InProcess(Arc::new(move || {
        engines::in_tree(name).ok_or_else(|| format!("no engine `{name}`"))?
    })))
}

fn or_default(given: &[String], default: &str) -> Vec<String> {
    match given {
        [] => vec![default.to_owned()],
        given => given.to_vec(),
    }
}
