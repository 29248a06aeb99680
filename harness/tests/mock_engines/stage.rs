//! Scripts on a mock engine, through the runner that all engines run through.

use crate::mock;
use component_corpus::{Given, Suite};
use component_harness::expectations::{Expectations, Key};
use component_harness::report::{Collector, Event, Format, Recorder, Reporter};
use component_harness::run::{self, Ended, EngineSetup, Plan, RunError};
use component_harness::worker::{Launch, WorkerCommand};
use component_reports::record::{Limits, Record};
use std::cell::RefCell;
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use tempfile::TempDir;

/// The limit where it is not to be met: far beyond what a busy machine needs.
const GENEROUS: Duration = Duration::from_secs(60);

/// The limit where it is to be met.
pub(crate) const SHORT: Duration = Duration::from_secs(2);

/// What is run on which kind of engine.
pub(crate) struct Stage {
    folder: TempDir,
    engines: Vec<(String, WorkerCommand)>,
    limit: Duration,
    pub(crate) jobs: usize,
    pub(crate) filter: Option<String>,
    pub(crate) shard: Option<(usize, usize)>,
    pub(crate) cancelled: AtomicBool,
}

/// What came of it.
pub(crate) struct Seen {
    pub(crate) records: Vec<Record>,
    pub(crate) ended: Ended,
    /// What `--format json` writes.
    pub(crate) json: String,
}

impl Stage {
    /// Runs `files`, paths with their texts, as suite `s` on one engine.
    pub(crate) fn new(kind: &str, files: &[(&str, &str)]) -> Stage {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (path, text) in files {
            let path = folder.path().join("s").join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is made");
            fs::write(path, text).expect("the script is written");
        }
        let stage = Stage {
            folder,
            engines: Vec::new(),
            limit: GENEROUS,
            jobs: 1,
            filter: None,
            shard: None,
            cancelled: AtomicBool::new(false),
        };
        stage.and_engine(mock::NAME, kind)
    }

    /// Runs on another engine as well.
    pub(crate) fn and_engine(mut self, name: &str, kind: &str) -> Stage {
        let program = std::env::current_exe().expect("this program");
        let starts = self.folder.path().join(format!("{name}.starts"));
        let args = vec!["mock-worker".into(), kind.into(), starts.into()];
        let command = WorkerCommand { program, args };
        self.engines.push((name.to_owned(), command));
        self
    }

    /// Starts the only engine otherwise than directly.
    pub(crate) fn with_command(
        mut self,
        change: impl FnOnce(WorkerCommand) -> WorkerCommand,
    ) -> Stage {
        let (name, command) = self.engines.remove(0);
        self.engines.push((name, change(command)));
        self
    }

    pub(crate) fn with_limit(mut self, limit: Duration) -> Stage {
        self.limit = limit;
        self
    }

    /// Expects of the first engine what this text says.
    pub(crate) fn expecting(self, toml: &str) -> Stage {
        fs::write(self.expectations(), toml).expect("the expectations are written");
        self
    }

    /// Where the run record lies.
    pub(crate) fn record(&self) -> PathBuf {
        self.folder.path().join("run.jsonl")
    }

    pub(crate) fn run(&self) -> Seen {
        self.run_told(&mut |_| {}).expect("the run can be made")
    }

    /// Runs, and says after each file that it was reported.
    pub(crate) fn run_told(&self, told: &mut dyn FnMut(&str)) -> Result<Seen, RunError> {
        let records = RefCell::new(Vec::new());
        let mut json = Vec::new();
        let ended = {
            let keep = Keep {
                records: &records,
                told,
            };
            let mut reporters: [Box<dyn Reporter + '_>; 3] = [
                Box::new(keep),
                Box::new(Collector::new(Format::Json, &mut json)),
                Box::new(Recorder::new(self.record())),
            ];
            run::run(&self.plan(), &mut reporters, &self.cancelled)?
        };
        Ok(Seen {
            records: records.into_inner(),
            ended,
            json: String::from_utf8(json).expect("JSON is UTF-8"),
        })
    }

    fn plan(&self) -> Plan {
        let engines = self.engines.iter().enumerate();
        let engines = engines.map(|(index, (name, command))| EngineSetup {
            name: name.clone(),
            launch: Launch::Process {
                command: command.clone(),
                limit: self.limit,
            },
            expectations: match index {
                0 => Expectations::read(&self.expectations()).expect("the expectations are read"),
                _ => Expectations::default(),
            },
        });
        Plan {
            engines: engines.collect(),
            suites: vec![self.suite()],
            seed: None,
            filter: self.filter.clone(),
            shard: self.shard,
            jobs: self.jobs,
            limits: Limits {
                timeout_ms: 0,
                memory_mib: 0,
            },
            spec: "none".to_owned(),
            legacy_parser: WorkerCommand {
                program: PathBuf::new(),
                args: Vec::new(),
            },
        }
    }

    fn suite(&self) -> Suite {
        let given = Given {
            name: "s".to_owned(),
            path: self.folder.path().join("s"),
        };
        given.suite().expect("the suite is listed")
    }

    fn expectations(&self) -> PathBuf {
        self.folder.path().join("expectations.toml")
    }
}

impl Seen {
    /// The record of the directive with this id, `a.wast:7`.
    pub(crate) fn at(&self, id: &str) -> &Record {
        let id = format!("s/{id}");
        let mut records = self.records.iter();
        records
            .find(|record| record.id() == id)
            .unwrap_or_else(|| panic!("no record of {id} in\n{}", self.story()))
    }

    /// A line per record: its place and status, `!` where it is not to be
    /// expected, and what blocks it.
    pub(crate) fn story(&self) -> String {
        let lines = self.records.iter().map(|record| {
            let place = format!("{}:{}", record.path, record.line);
            let red = if record.unexpected { "!" } else { "" };
            let blocked = record.culprit.iter().map(|c| format!(" by {c}"));
            let blocked: String = blocked.collect();
            format!("{place} {}{red}{blocked}\n", record.status)
        });
        lines.collect()
    }

    /// Checks the story, and that the run is whole.
    pub(crate) fn tells(&self, story: &str) {
        assert_eq!(self.story(), story);
        assert!(self.ended.complete, "every directive was told");
        assert_eq!(self.ended.directives, self.records.len());
        let unexpected = self.records.iter().filter(|r| r.unexpected).count();
        assert_eq!(self.ended.unexpected, unexpected);
    }
}

/// The text of an expectation for what `record` tells of.
pub(crate) fn expectation(record: &Record, status: &str, reason: &str) -> String {
    let key = Key {
        path: record.path.clone(),
        hash: record.hash.clone(),
        occurrence: record.occurrence,
    };
    entry(&key.show(record.line), status, reason)
}

/// The text of an expectation for a directive as `PATH:LINE@HASH`.
pub(crate) fn entry(directive: &str, status: &str, reason: &str) -> String {
    format!(
        "[[expect]]\nsuite = \"s\"\nstatus = {status:?}\nreason = {reason:?}\ndirectives = [{directive:?}]\n"
    )
}

/// Notes in the file at `path` that a worker starts; how many have by now.
pub(crate) fn count_start(path: &str) -> io::Result<usize> {
    let mut file = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)?;
    file.write_all(b".")?;
    Ok(fs::read(path)?.len())
}

struct Keep<'a> {
    records: &'a RefCell<Vec<Record>>,
    told: &'a mut dyn FnMut(&str),
}

impl Reporter for Keep<'_> {
    fn event(&mut self, event: &Event<'_>) -> Result<(), RunError> {
        if let Event::File(file) = event {
            self.records.borrow_mut().extend_from_slice(&file.records);
            (self.told)(&file.path);
        }
        Ok(())
    }
}
