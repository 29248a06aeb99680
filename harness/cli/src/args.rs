//! The command line.

use clap::{Args, Parser, Subcommand, ValueEnum};
use component_harness::engines;
use std::env;
use std::num::{NonZeroU64, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

/// Runs WebAssembly Component Model conformance suites on engines, directive by
/// directive.
#[derive(Parser)]
#[command(name = "conform", version)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Run suites on engines and hold them against the expectations.
    ///
    /// Exit codes: 0 all as expected, 1 something unexpected, 2 usage or
    /// configuration, 3 nothing ran.
    Run(Run),
    /// Show which directives reach which trap sites and canonical definitions of the
    /// spec, by what the reference tells.
    Coverage(Coverage),
    /// List the runs of the store, the latest first; give one a label.
    Runs(Runs),
    /// Add record files to the store. One that is there already is not added again.
    Import(Import),
    /// Make one run of several: shards, or engines that ran on several machines.
    Merge(Merge),
    /// Tell what two runs, or two engines, do differently: what is worse first.
    ///
    /// A side is a run (its id or the beginning of it, `last`, `last~1` for the one
    /// before, a label, or a record file), RUN@ENGINE, or an engine of the last run.
    ///
    /// Exit codes: 0 nothing is worse, 1 something is, 2 usage.
    Diff(Diff),
    /// Make a static site of the store: results, changes, coverage, fuzzing.
    Dashboard(Dashboard),
    /// Write a stored run in another form.
    Export(Export),
    /// Rewrite the expectations of engines from a run, keeping reasons.
    ///
    /// New entries have an empty reason; the run stays red until a person has
    /// written it.
    Bless(Selection),
    /// List suites, their files or their directives.
    List(List),
    /// Run generated cases on the reference and on engines, and keep where they differ.
    ///
    /// Exit codes: 0 nothing new, 1 a new finding, 2 usage or configuration, 3 no case
    /// ran.
    Fuzz(Fuzz),
    /// Make the case of a finding smaller, as long as it shows the same.
    ///
    /// Exit codes: 0 the engines agree on it, 1 they do not, 2 usage or configuration.
    Reduce(Reduce),
    /// Spend a night: suites and all targets of the fuzzer within a budget, going on
    /// from what the nights before kept.
    ///
    /// Exit codes: 0 nothing new, 1 a new finding, or the suites are not as expected,
    /// 2 usage or configuration, 3 no case ran.
    Nightly(Nightly),
    /// Plant each fault of a list in a copy of the reference, and see how soon it is
    /// found.
    ///
    /// Exit codes: 0 all are found, 1 one is not, 2 usage or configuration.
    Faults(Faults),
    /// Show one directive: its source, what it asserts, and what each engine does.
    Explain(Explain),
    /// List the engines and whether they can be run.
    Engines,
    /// Serve an engine over standard input and output.
    #[command(hide = true)]
    Worker {
        /// The engine.
        engine: String,
        /// Mebibytes of data that the process may hold.
        memory_mib: u64,
        /// The seed of what the spec leaves open.
        #[arg(long)]
        seed: Option<u64>,
    },
    /// Parse a script and write it as JSON.
    #[command(hide = true)]
    Parse {
        /// The script.
        path: PathBuf,
    },
}

/// Seconds until an operation of a directive has timed out.
pub(crate) const TIMEOUT: u64 = 10;

/// Mebibytes of data that a worker may hold.
pub(crate) const MEMORY: u64 = 8192;

/// The fewest that a worker starts with: its threads have stacks of 16 MiB.
const LEAST_MEMORY: u64 = 64;

/// What to run, and how.
#[derive(Args, Clone)]
pub(crate) struct Selection {
    #[arg(long = "engine", value_name = "NAME", help = engine_help())]
    pub(crate) engines: Vec<String>,
    /// A suite by name, or NAME=PATH for a folder or a file; may be given several
    /// times [default: component-model].
    #[arg(long = "suite", value_name = "NAME|NAME=PATH")]
    pub(crate) suites: Vec<String>,
    /// Only directives whose id, `suite/path.wast:LINE`, contains this text.
    #[arg(long, value_name = "TEXT")]
    pub(crate) filter: Option<String>,
    /// How many files to run at a time [default: one per processor].
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,
    /// Part K of N parts of the files.
    #[arg(long, value_name = "K/N", value_parser = shard)]
    pub(crate) shard: Option<(usize, usize)>,
    /// Seconds until an operation of a directive has timed out.
    #[arg(long, value_name = "SECONDS", default_value_t = TIMEOUT, value_parser = seconds)]
    pub(crate) timeout: u64,
    /// Mebibytes of data that a worker may hold.
    #[arg(long, value_name = "MIB", default_value_t = MEMORY, value_parser = mebibytes)]
    pub(crate) memory: u64,
    /// Run the engines in this process: for debugging. A crash ends the run and
    /// nothing times out.
    #[arg(long)]
    pub(crate) in_process: bool,
    /// Decide what the spec leaves open as this seed has it; the reference only.
    #[arg(long, value_name = "SEED")]
    pub(crate) seed: Option<u64>,
    /// Read the expectations of the engines from this folder.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) expectations: Option<PathBuf>,
}

fn engine_help() -> String {
    format!(
        "An engine; may be given several times [default: {}]",
        engines::DEFAULT
    )
}

impl Default for Selection {
    fn default() -> Self {
        Selection {
            engines: Vec::new(),
            suites: Vec::new(),
            filter: None,
            jobs: None,
            shard: None,
            timeout: TIMEOUT,
            memory: MEMORY,
            in_process: false,
            seed: None,
            expectations: None,
        }
    }
}

#[derive(Args)]
pub(crate) struct Run {
    #[command(flatten)]
    pub(crate) selection: Selection,
    /// What to write to standard output.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
    /// Also write a run record to this file.
    #[arg(long, value_name = "FILE")]
    pub(crate) record: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) store: StoreFolder,
    /// Do not store the run. A run with a filter, and one in this process, is stored
    /// only where --store says so.
    #[arg(long, conflicts_with = "store")]
    pub(crate) no_store: bool,
    /// Run under the default schedule and under the seeds 1 to N, and report the
    /// outcomes of each directive; the reference only.
    #[arg(long, value_name = "N", conflicts_with_all = ["seed", "record"])]
    pub(crate) schedules: Option<NonZeroU64>,
}

#[derive(Args)]
pub(crate) struct Coverage {
    #[command(flatten)]
    pub(crate) selection: Selection,
    /// Write one JSON object per row, not a table.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Where runs are kept.
#[derive(Args)]
pub(crate) struct StoreFolder {
    /// The folder that runs are kept in [default: CONFORM_STORE of the environment, or
    /// .conform].
    #[arg(long, value_name = "FOLDER")]
    pub(crate) store: Option<PathBuf>,
}

impl StoreFolder {
    /// The folder.
    pub(crate) fn folder(&self) -> PathBuf {
        let given = self.store.clone();
        given
            .or_else(|| env::var_os("CONFORM_STORE").map(PathBuf::from))
            .unwrap_or_else(|| PathBuf::from(".conform"))
    }
}

#[derive(Args)]
pub(crate) struct Runs {
    #[command(flatten)]
    pub(crate) store: StoreFolder,
    /// Give the label to this run; it is taken from another.
    #[arg(long, num_args = 2, value_names = ["LABEL", "RUN"])]
    pub(crate) label: Vec<String>,
    /// Write one JSON object per run.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct Import {
    #[command(flatten)]
    pub(crate) store: StoreFolder,
    /// Record files, as `conform run --record` writes them.
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Merge {
    #[command(flatten)]
    pub(crate) store: StoreFolder,
    /// Runs of the store or record files.
    #[arg(value_name = "RUN", required = true)]
    pub(crate) runs: Vec<String>,
    /// Write the merged run to this file, not to the store.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Diff {
    #[command(flatten)]
    pub(crate) store: StoreFolder,
    /// What was [default: last~1].
    #[arg(value_name = "BEFORE")]
    pub(crate) before: Option<String>,
    /// What is [default: last].
    #[arg(value_name = "AFTER")]
    pub(crate) after: Option<String>,
    /// What to write to standard output.
    #[arg(long, value_enum, default_value_t = DiffFormat::Human)]
    pub(crate) format: DiffFormat,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// For people.
    Human,
    /// One JSON object.
    Json,
    /// For a comment on a pull request.
    Markdown,
    /// Markdown for the summary of a job.
    Github,
}

#[derive(Args)]
pub(crate) struct Dashboard {
    #[command(flatten)]
    pub(crate) store: StoreFolder,
    /// The folder to write, which is replaced as a whole [default: `site` in the store].
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
    /// Open the site in the browser.
    #[arg(long)]
    pub(crate) open: bool,
    /// The findings of the fuzzer.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) findings: Option<PathBuf>,
    /// Where a suite lies that is not known by name, for its sources.
    #[arg(long = "suite", value_name = "NAME=PATH")]
    pub(crate) suites: Vec<String>,
}

#[derive(Args)]
pub(crate) struct Export {
    #[command(flatten)]
    pub(crate) store: StoreFolder,
    /// The run, as `conform diff` takes it.
    #[arg(value_name = "RUN", default_value = "last")]
    pub(crate) run: String,
    /// The form.
    #[arg(long, value_enum, default_value_t = ExportFormat::Jsonl)]
    pub(crate) format: ExportFormat,
    /// The engine, for a form that holds one.
    #[arg(long, value_name = "NAME")]
    pub(crate) engine: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// The run record.
    Jsonl,
    /// JUnit XML.
    Junit,
    /// A summary for a pull request or a job.
    Markdown,
    /// The form of `wptreport.json`: one engine.
    Wptreport,
}

#[derive(Args)]
pub(crate) struct Fuzz {
    /// What the cases are about: abi_values, abi_traps, resources, concurrency, core,
    /// or differential for all of them.
    #[arg(long, value_name = "NAME", default_value = "differential")]
    pub(crate) target: String,
    #[arg(long = "engine", value_name = "NAME", help = engine_help())]
    pub(crate) engines: Vec<String>,
    /// One more engine that is held against the reference; `faulty:NAME` is the
    /// reference with a planted fault.
    #[arg(long, value_name = "NAME")]
    pub(crate) against: Option<String>,
    /// What the cases are made from: the same seed makes the same cases.
    #[arg(long, value_name = "SEED", default_value_t = 0)]
    pub(crate) seed: u64,
    /// How many cases.
    #[arg(long, value_name = "N")]
    pub(crate) cases: Option<u64>,
    /// For how long, such as 90s, 10m or 2h.
    #[arg(long = "for", value_name = "TIME", value_parser = duration)]
    pub(crate) time: Option<Duration>,
    /// How many cases to run at a time [default: one per processor].
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,
    /// Where findings go, and where a run that was stopped goes on from.
    #[arg(long, value_name = "FOLDER", default_value = "fuzz/findings")]
    pub(crate) findings: PathBuf,
    /// Stop at the first new finding.
    #[arg(long)]
    pub(crate) first: bool,
    /// Show what was covered.
    #[arg(long)]
    pub(crate) coverage: bool,
    /// Seconds until an operation of a directive has timed out.
    #[arg(long, value_name = "SECONDS", default_value_t = TIMEOUT, value_parser = seconds)]
    pub(crate) timeout: u64,
    /// Mebibytes of data that a worker may hold.
    #[arg(long, value_name = "MIB", default_value_t = MEMORY, value_parser = mebibytes)]
    pub(crate) memory: u64,
}

#[derive(Args)]
pub(crate) struct Nightly {
    /// For how long in all, such as 90s, 10m or 2h. The suites run to their end.
    #[arg(long = "for", value_name = "TIME", value_parser = duration)]
    pub(crate) time: Duration,
    /// Where findings, kept cases and the records of the nights are.
    #[arg(long, value_name = "DIR", default_value = "fuzz/findings")]
    pub(crate) state: PathBuf,
    #[arg(long = "engine", value_name = "NAME", help = engine_help())]
    pub(crate) engines: Vec<String>,
    /// One more engine that is held against the reference; `faulty:NAME` is the
    /// reference with a planted fault. The suites do not run on it.
    #[arg(long, value_name = "NAME")]
    pub(crate) against_engine: Option<String>,
    /// A target; may be given several times [default: all].
    #[arg(long = "target", value_name = "NAME")]
    pub(crate) targets: Vec<String>,
    /// A suite by name, or NAME=PATH; may be given several times
    /// [default: component-model and corpus].
    #[arg(
        long = "suite",
        value_name = "NAME|NAME=PATH",
        conflicts_with = "no_suites"
    )]
    pub(crate) suites: Vec<String>,
    /// Leave the suites out.
    #[arg(long)]
    pub(crate) no_suites: bool,
    /// What the cases are made from [default: the date].
    #[arg(long, value_name = "SEED")]
    pub(crate) seed: Option<u64>,
    /// How many cases to run at a time [default: one per processor].
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,
    /// Seconds until an operation of a directive has timed out.
    #[arg(long, value_name = "SECONDS", default_value_t = TIMEOUT, value_parser = seconds)]
    pub(crate) timeout: u64,
    /// Mebibytes of data that a worker may hold.
    #[arg(long, value_name = "MIB", default_value_t = MEMORY, value_parser = mebibytes)]
    pub(crate) memory: u64,
}

#[derive(Args)]
pub(crate) struct Reduce {
    /// The folder of a finding, or its `seed` or `case.wast`.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[arg(long = "engine", value_name = "NAME", help = engine_help())]
    pub(crate) engines: Vec<String>,
    /// Where the smaller case goes.
    #[arg(long, value_name = "FOLDER", default_value = "fuzz/findings")]
    pub(crate) findings: PathBuf,
    /// Seconds until an operation of a directive has timed out.
    #[arg(long, value_name = "SECONDS", default_value_t = TIMEOUT, value_parser = seconds)]
    pub(crate) timeout: u64,
    /// Mebibytes of data that a worker may hold.
    #[arg(long, value_name = "MIB", default_value_t = MEMORY, value_parser = mebibytes)]
    pub(crate) memory: u64,
}

#[derive(Args)]
pub(crate) struct Faults {
    /// Only faults whose name contains this text.
    #[arg(long, value_name = "TEXT")]
    pub(crate) filter: Option<String>,
    /// What the cases are made from.
    #[arg(long, value_name = "SEED", default_value_t = 0)]
    pub(crate) seed: u64,
    /// How long to look for each fault, such as 60s.
    #[arg(long = "for", value_name = "TIME", value_parser = duration, default_value = "60s")]
    pub(crate) time: Duration,
    /// How many cases to run at a time [default: one per processor].
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,
}

#[derive(Args)]
pub(crate) struct List {
    /// A suite by name, or NAME=PATH; all suites by name if there is none.
    #[arg(long = "suite", value_name = "NAME|NAME=PATH")]
    pub(crate) suites: Vec<String>,
    /// List directives, not files.
    #[arg(long)]
    pub(crate) directives: bool,
}

#[derive(Args)]
pub(crate) struct Explain {
    /// The directive, `suite/path.wast:LINE`.
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    /// An engine; may be given several times [default: all that can be run].
    #[arg(long = "engine", value_name = "NAME")]
    pub(crate) engines: Vec<String>,
    /// Where the suite of the id lies, if it is not known by name.
    #[arg(long = "suite", value_name = "NAME=PATH")]
    pub(crate) suite: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Human,
    /// One JSON object per directive and line, last the summary.
    Json,
    /// JUnit XML.
    Junit,
    /// Markdown for the summary of a job.
    Github,
}

fn shard(text: &str) -> Result<(usize, usize), String> {
    let parts = text
        .split_once('/')
        .and_then(|(k, n)| Some((k.parse().ok()?, n.parse().ok()?)));
    match parts {
        Some((k, n)) if 1 <= k && k <= n => Ok((k, n)),
        _ => Err("expected K/N with K from 1 to N".to_owned()),
    }
}

fn seconds(text: &str) -> Result<u64, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err("expected a number of seconds from 1".to_owned()),
        Ok(seconds) => Ok(seconds),
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = text.split_at(text.trim_end_matches(char::is_alphabetic).len());
    let seconds = match unit {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => 0,
    };
    match number
        .parse::<u64>()
        .ok()
        .and_then(|n| n.checked_mul(seconds))
    {
        None | Some(0) => Err("expected a time such as 90s, 10m or 2h".to_owned()),
        Some(seconds) => Ok(Duration::from_secs(seconds)),
    }
}

fn mebibytes(text: &str) -> Result<u64, String> {
    match text.parse() {
        Ok(mebibytes) if mebibytes >= LEAST_MEMORY => Ok(mebibytes),
        _ => Err(format!(
            "expected a number of mebibytes from {LEAST_MEMORY}"
        )),
    }
}
