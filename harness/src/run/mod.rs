//! A run: suites on engines, file by file, side by side.
//!
//! Files are read ahead and handed to threads, longest first; each is parsed once
//! and carried out on one engine after the other. What happened is told in the order of the
//! suites, whatever the threads did.

mod file;
pub mod load;
mod record;

use crate::expectations::{Expectations, Problem};
use crate::features::UnknownFeature;
use crate::report::{Event, Reporter};
use crate::worker::{Broken, Launch, Worker, WorkerCommand};
use component_corpus::Suite;
use component_reports::record::{EngineInfo, FORMAT, Header, Limits, Record, Status, SuiteInfo};
use file::{Context, Task};
use load::Loaded;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

/// What to run.
pub struct Plan {
    /// The engines.
    pub engines: Vec<EngineSetup>,
    /// The suites.
    pub suites: Vec<Suite>,
    /// Only directives whose id contains this text.
    pub filter: Option<String>,
    /// Part `k` (from 1) of `n` parts of the files.
    pub shard: Option<(usize, usize)>,
    /// How many files at a time.
    pub jobs: usize,
    /// The seed that the engines run under, for the record.
    pub seed: Option<u64>,
    /// The bounds, for the record.
    pub limits: Limits,
    /// The pinned spec text, for the record.
    pub spec: String,
    /// A command that answers like [`load::parse_to_stdout`], for files in the
    /// old index syntax.
    pub legacy_parser: WorkerCommand,
}

/// One engine of a run.
pub struct EngineSetup {
    /// Its name.
    pub name: String,
    /// How it is reached.
    pub launch: Launch,
    /// What it is known not to pass.
    pub expectations: Expectations,
}

/// What one file did on one engine.
#[derive(Clone, Debug)]
pub struct FileReport {
    /// The engine.
    pub engine: String,
    /// The suite.
    pub suite: String,
    /// How a command line names the suite.
    pub suite_argument: String,
    /// The file within the suite.
    pub path: String,
    /// Where the file is.
    pub absolute: PathBuf,
    /// Its text, for excerpts.
    pub text: Arc<str>,
    /// Its directives.
    pub records: Vec<Record>,
    /// The bytes of each directive within the text.
    pub spans: Vec<Range<usize>>,
}

/// What came of a run, beyond its records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// Whether every directive that was asked for ran.
    pub complete: bool,
    /// How many directives were reported.
    pub directives: usize,
    /// How many of them did what was not to be expected.
    pub unexpected: usize,
    /// What is wrong with the expectations.
    pub problems: Vec<Problem>,
}

/// A run that cannot begin or go on.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A file cannot be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file in the old index syntax cannot be handed to a parser of its own.
    #[error("{}: the parser of the old index syntax: {message}", path.display())]
    Legacy {
        /// The file.
        path: PathBuf,
        /// Why.
        message: String,
    },
    /// A suite names a feature that does not exist.
    #[error("{file}: {source}")]
    Feature {
        /// The file.
        file: String,
        /// Which.
        source: UnknownFeature,
    },
    /// A trap text of a suite that is known by name stands in no table.
    #[error("{id}: no table of harness/data/traps maps {text:?} to a class of traps")]
    UnmappedTrap {
        /// The directive.
        id: String,
        /// The text.
        text: String,
    },
    /// A table that ships with the harness does not load.
    #[error(transparent)]
    Traps(#[from] crate::traps::TableError),
    /// The list of equivalent rejections does not load.
    #[error(transparent)]
    Rejections(#[from] crate::rejections::EquivalentsError),
    /// A suite cannot be read.
    #[error(transparent)]
    Corpus(#[from] component_corpus::Error),
    /// An engine's worker does not start.
    #[error("engine {engine}: {how}")]
    Engine {
        /// Which.
        engine: String,
        /// Why.
        how: String,
    },
    /// A report cannot be written.
    #[error("the report cannot be written: {0}")]
    Report(#[from] std::io::Error),
    /// The run record cannot be written.
    #[error(transparent)]
    Record(#[from] component_reports::run::WriteError),
    /// The threads cannot be started.
    #[error("the threads cannot be started: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

/// Runs a plan and tells `reporters` of it. It stops between two directives once
/// `cancelled` is set; what has run by then is told.
pub fn run(
    plan: &Plan,
    reporters: &mut [Box<dyn Reporter + '_>],
    cancelled: &AtomicBool,
) -> Result<Ended, RunError> {
    let context = Context::new(plan, cancelled)?;
    let mut tell = |event: &Event<'_>| {
        reporters
            .iter_mut()
            .try_for_each(|reporter| reporter.event(event))
    };
    tell(&Event::Began(&header(plan, &context)?))?;

    let tasks = context.tasks();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(plan.jobs)
        .build()?;
    let mut ended = Ended {
        complete: true,
        ..Ended::default()
    };
    let mut features: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    let failure = std::thread::scope(|scope| {
        let (sender, receiver) = channel();
        let (ahead, files) = sync_channel(plan.jobs);
        let (context, tasks, pool) = (&context, &tasks, &pool);
        scope.spawn(move || read_ahead(context, tasks, &ahead));
        // The sender goes with the last file, which ends the loop below.
        scope.spawn(move || {
            pool.scope(|pool| work(context, tasks, plan.jobs, pool, files, &sender));
        });
        let mut early = BTreeMap::new();
        let mut next = 0;
        let result = receiver.into_iter().try_for_each(|(index, done)| {
            early.insert(index, done);
            let finished = next + early.len();
            tell(&Event::Progress {
                finished,
                of: tasks.len(),
            })?;
            while let Some(done) = early.remove(&next) {
                next += 1;
                let Some(done) = done? else {
                    ended.complete = false;
                    continue;
                };
                for report in &done.reports {
                    note_features(&mut features, report);
                    ended.directives += report.records.len();
                    ended.unexpected += report.records.iter().filter(|r| r.unexpected).count();
                    tell(&Event::File(report))?;
                }
                ended.problems.extend(done.problems);
            }
            Ok(())
        });
        // After an error the threads need not go on.
        if result.is_err() {
            cancelled.store(true, Ordering::Relaxed);
        }
        result.err()
    });
    ended.complete &= failure.is_none();
    if ended.complete {
        ended.problems.extend(idle_expectations(plan, &features));
    }
    ended.problems.sort();
    // What has run by then is kept, whatever ended the run.
    let told = tell(&Event::Ended(&ended));
    match failure {
        Some(error) => Err(error),
        None => told.map(|()| ended),
    }
}

/// What a file did; `None` if the run was cancelled meanwhile.
type Ran = (usize, Result<Option<file::Done>, RunError>);

/// A file that is read and parsed.
type Read = (usize, Result<Loaded, RunError>);

/// Reads and parses the files, the longest first, a few ahead of those who run
/// them.
fn read_ahead(context: &Context<'_>, tasks: &[Task], ahead: &SyncSender<Read>) {
    let mut order: Vec<usize> = (0..tasks.len()).collect();
    order.sort_by_key(|index| Reverse(tasks[*index].size));
    for index in order {
        // Those who run them are gone after an error.
        if ahead.send((index, context.load(&tasks[index]))).is_err() {
            return;
        }
    }
}

/// Lets each thread of the pool run one file after the other.
fn work<'a>(
    context: &'a Context<'a>,
    tasks: &'a [Task],
    jobs: usize,
    pool: &rayon::Scope<'a>,
    files: Receiver<Read>,
    sender: &Sender<Ran>,
) {
    let files = Arc::new(Mutex::new(files));
    for _ in 0..jobs {
        let (files, sender) = (Arc::clone(&files), sender.clone());
        pool.spawn(move |_| {
            loop {
                let next = files.lock().unwrap_or_else(PoisonError::into_inner).recv();
                let Ok((index, loaded)) = next else {
                    return;
                };
                let done = loaded.and_then(|loaded| context.run_file(&tasks[index], loaded));
                // The receiver is gone after an error, which cancels the rest.
                drop(sender.send((index, done)));
            }
        });
    }
}

fn header(plan: &Plan, context: &Context<'_>) -> Result<Header, RunError> {
    let mut engines = Vec::new();
    for setup in &plan.engines {
        let mut worker = Worker::new(setup.launch.clone());
        let connection = worker.connection().map_err(|broken| RunError::Engine {
            engine: setup.name.clone(),
            how: match broken {
                Broken::Crashed(how) => how,
                Broken::TimedOut => "the worker does not say hello in time".to_owned(),
            },
        })?;
        let identity = connection.identity();
        engines.push(EngineInfo {
            name: identity.name,
            version: identity.version,
            configuration: identity.configuration,
        });
        context.give_back(&setup.name, worker);
    }
    let mut suites = Vec::new();
    for suite in &plan.suites {
        suites.push(SuiteInfo {
            name: suite.name.clone(),
            checksum: suite.checksum()?,
            files: suite.files.len(),
            features: suite.features.clone(),
        });
    }
    Ok(Header {
        format: FORMAT.to_owned(),
        harness: env!("CARGO_PKG_VERSION").to_owned(),
        spec: plan.spec.clone(),
        engines,
        suites,
        limits: plan.limits,
        shard: plan.shard.map(|(k, n)| format!("{k}/{n}")),
        filter: plan.filter.clone(),
        seed: plan.seed,
    })
}

fn note_features(features: &mut BTreeMap<(String, String), BTreeSet<String>>, report: &FileReport) {
    let unsupported = report
        .records
        .iter()
        .filter(|r| r.status == Status::Unsupported);
    let names = unsupported.filter_map(|r| r.outcome.as_ref()?.feature.clone());
    let key = (report.engine.clone(), report.suite.clone());
    features.entry(key).or_default().extend(names);
}

/// Expectations that no directive could meet: of files that a suite does not
/// have, and, where the whole suite ran, of features that nothing lacked.
fn idle_expectations(
    plan: &Plan,
    features: &BTreeMap<(String, String), BTreeSet<String>>,
) -> Vec<Problem> {
    let whole = plan.filter.is_none() && plan.shard.is_none();
    let mut problems = Vec::new();
    for setup in &plan.engines {
        for suite in &plan.suites {
            let paths = suite.files.iter().map(|file| file.path.as_str()).collect();
            problems.extend(setup.expectations.vanished_files(&suite.name, &paths));
            let seen = features.get(&(setup.name.clone(), suite.name.clone()));
            if let (true, Some(seen)) = (whole, seen) {
                problems.extend(setup.expectations.idle_features(&suite.name, seen));
            }
        }
    }
    problems
}
