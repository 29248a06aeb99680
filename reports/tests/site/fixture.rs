//! Runs, scripts and findings of any size, always the same ones.

use component_reports::dashboard::{
    Background, BackgroundError, DirectiveText, Reachable, ScriptText,
};
use component_reports::record::{
    EngineInfo, Expectation, FORMAT, Header, Limits, Outcome, Reach, Record, Status, SuiteInfo,
};
use component_reports::run::RunWriter;
use component_reports::store::{RunId, Store};
use std::collections::BTreeMap;
use std::path::Path;

pub(crate) const ENGINES: [&str; 3] = ["reference", "wasmtime", "wasmtime-winch"];

/// How many lines a directive takes.
const LINES: usize = 4;

/// The scripts that are run.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    pub(crate) files: usize,
    /// Of each file.
    pub(crate) directives: usize,
}

impl Size {
    pub(crate) fn header(self) -> Header {
        let engine = |name: &&str| EngineInfo {
            name: (*name).to_owned(),
            version: "48.0.0".to_owned(),
            configuration: "default".to_owned(),
        };
        let suite = |name: &str, files| SuiteInfo {
            name: name.to_owned(),
            checksum: "00".repeat(32),
            files,
            features: vec!["async".to_owned()],
        };
        Header {
            format: FORMAT.to_owned(),
            harness: "0.1.0".to_owned(),
            spec: "wasm-tools 1.263.0".to_owned(),
            engines: ENGINES.iter().map(engine).collect(),
            suites: vec![
                suite("component-model", self.files.div_ceil(2)),
                suite("corpus", self.files / 2),
            ],
            limits: Limits {
                timeout_ms: 10_000,
                memory_mib: 1024,
            },
            shard: None,
            filter: None,
            seed: None,
        }
    }

    /// What run number `run` says: a few in a thousand change from one to the next.
    pub(crate) fn records(self, run: usize) -> Vec<Record> {
        let mut records = Vec::new();
        for engine in 0..ENGINES.len() {
            for file in 0..self.files {
                for directive in 0..self.directives {
                    records.push(record(engine, file, directive, run));
                }
            }
        }
        records
    }
}

/// Adds a run to a store.
pub(crate) fn add(store: &Store, header: &Header, records: &[Record], minute: usize) -> RunId {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("run.jsonl");
    write(&path, header, records);
    let moment = format!("202601{:02}T12{:02}00.000Z", 1 + minute / 60, minute % 60);
    store.add(&path, &moment).expect("a stored run")
}

/// Writes a run record.
pub(crate) fn write(path: &Path, header: &Header, records: &[Record]) {
    let mut writer = RunWriter::create(path, header).expect("a run");
    for record in records {
        writer.record(record).expect("a record");
    }
    writer.finish(true).expect("a finished run");
}

pub(crate) fn place(file: usize) -> (&'static str, String) {
    let suite = ["component-model", "corpus"][file % 2];
    let folder = ["async", "names", "values", "wasm"][file / 2 % 4];
    (suite, format!("{folder}/part-{file:03}.wast"))
}

/// Numbers that look like chance.
fn mixed(numbers: [usize; 4]) -> usize {
    let mut hash = 0x9e37_79b9_7f4a_7c15_u64;
    for number in numbers {
        hash = (hash ^ number as u64).wrapping_mul(0xff51_afd7_ed55_8ccd);
        hash ^= hash >> 32;
    }
    (hash >> 8) as usize
}

fn record(engine: usize, file: usize, directive: usize, run: usize) -> Record {
    let (suite, path) = place(file);
    let kind = mixed([engine, file, directive, 0]) % 100;
    // A directive is different in a run and from then on.
    let turned = (1..=run).filter(|run| mixed([engine, file, directive, *run]) % 1000 < 3);
    let kind = match (engine, turned.count() % 2) {
        (0, _) => 99,
        (_, 1) if kind < 9 => 99,
        (_, 1) => kind % 9,
        _ => kind,
    };
    let status = match kind {
        0 => Status::Fail,
        1 => Status::Unsupported,
        2..=7 => Status::Xfail,
        8 => Status::Blocked,
        _ => Status::Pass,
    };
    let line = 1 + directive * LINES;
    let traps = directive % 5 == 4;
    let observed = match (status, traps) {
        (Status::Blocked, _) => None,
        (Status::Unsupported, _) => Some(Outcome {
            kind: "unsupported".to_owned(),
            feature: Some("threading".to_owned()),
            message: Some("no shared-everything threads".to_owned()),
            ..Outcome::default()
        }),
        (Status::Fail | Status::Xfail, _) | (_, true) => Some(Outcome {
            kind: "trapped".to_owned(),
            class: Some(["unreachable", "cannot-leave"][directive % 2].to_owned()),
            site: (engine == 0).then(|| "lift.may-enter".to_owned()),
            message: Some(format!("wasm trap: at 0x{:x}", directive * 16)),
            ..Outcome::default()
        }),
        _ => Some(Outcome {
            kind: "returned".to_owned(),
            values: vec![format!("(i32.const {directive})")],
            ..Outcome::default()
        }),
    };
    let failed = matches!(status, Status::Fail | Status::Xfail);
    let reasons = [
        "48 implements an older revision of the async ABI",
        "strings over 2³¹ bytes are refused before they are measured",
    ];
    Record {
        engine: ENGINES[engine].to_owned(),
        suite: suite.to_owned(),
        line,
        hash: format!("{:08x}", mixed([file, directive, 7, 7]) & 0xffff_ffff),
        occurrence: 0,
        directive: if traps {
            "assert_trap"
        } else {
            "assert_return"
        }
        .to_owned(),
        status,
        unexpected: status == Status::Fail,
        reach: Reach::Executed,
        expected: match traps {
            true => "a trap: cannot leave component instance".to_owned(),
            false => format!("returned (i32.const {directive})"),
        },
        outcome: observed,
        mismatch: failed.then(|| "trapped, where another outcome was expected".to_owned()),
        culprit: (status == Status::Blocked).then(|| format!("{suite}/{path}:1")),
        expectation: (status == Status::Xfail).then(|| Expectation {
            status: "fail".to_owned(),
            reason: reasons[kind % 2].to_owned(),
            link: Some("https://example.org/issues/1".to_owned()),
        }),
        reached: match (engine, traps) {
            (0, true) => vec!["canon.lift".to_owned(), "lift.may-enter".to_owned()],
            (0, false) => vec!["canon.lift".to_owned()],
            _ => Vec::new(),
        },
        path,
    }
}

/// The scripts of the runs, and what they can reach.
pub(crate) struct Scripts(pub(crate) Size);

impl Background for Scripts {
    fn script(&self, suite: &str, path: &str) -> Result<Option<ScriptText>, BackgroundError> {
        let Some(file) = (0..self.0.files).find(|file| place(*file) == (suite, path.to_owned()))
        else {
            return Ok(None);
        };
        let directives = (0..self.0.directives).map(|directive| {
            let first = 1 + directive * LINES;
            DirectiveText {
                hash: record(0, file, directive, 0).hash,
                occurrence: 0,
                lines: (first, first + LINES - 2),
                needs: (directive > 0)
                    .then_some((1, LINES - 1))
                    .into_iter()
                    .collect(),
            }
        });
        let texts = (0..self.0.directives).map(|directive| {
            format!(
                "(assert_return\n  (invoke \"part-{file}\" (i32.const {directive}))\n  (i32.const {directive}))\n\n"
            )
        });
        Ok(Some(ScriptText {
            text: texts.collect(),
            features: vec!["async".to_owned()],
            suite_argument: suite.to_owned(),
            directives: directives.collect(),
        }))
    }

    fn reachable(&self, records: &[&Record]) -> Vec<Reachable> {
        let mut ids: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for record in records {
            for name in &record.reached {
                ids.entry(name).or_default().push(record.id());
            }
        }
        let reachable = [
            (
                "canonical definition",
                "canon.lift",
                "CanonicalABI.md#canon-lift",
            ),
            ("trap site", "lift.may-enter", "CanonicalABI.md#canon-lift"),
            (
                "canonical definition",
                "stream.read",
                "CanonicalABI.md#canon-streamread",
            ),
            (
                "trap site",
                "stream.read.busy",
                "CanonicalABI.md#canon-streamread",
            ),
        ];
        let reachable = reachable.into_iter().map(|(kind, name, anchor)| Reachable {
            kind,
            name: name.to_owned(),
            anchor: anchor.to_owned(),
            directives: ids.remove(name).unwrap_or_default(),
        });
        reachable.collect()
    }
}
