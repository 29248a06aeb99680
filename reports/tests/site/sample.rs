//! A small site that shows everything, with texts in it that would be markup if they
//! could.

use crate::fixture::{ENGINES, Scripts, Size, add, place};
use component_reports::dashboard::{
    Background, BackgroundError, DirectiveText, Reachable, ScriptText, write,
};
use component_reports::record::{Record, SuiteInfo};
use component_reports::store::Store;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// It would say so if a browser took it for markup.
pub(crate) const HOSTILE: &str =
    "</script><script>window.taken = 1</script><img src=x onerror='window.taken = 1'>";

/// The suite and file that are named so.
pub(crate) const HOSTILE_FILE: &str = "<script>window.taken = 1</script>.wast";

const SIZE: Size = Size {
    files: 8,
    directives: 40,
};

/// A site in a temporary folder.
pub(crate) struct Sample {
    folder: TempDir,
}

impl Sample {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let sample = Sample { folder };
        let store = Store::new(sample.path("store"));
        let mut header = SIZE.header();
        for run in 0..5 {
            let mut records = SIZE.records(run);
            if run == 4 {
                records.extend(hostile(&records[0]));
                header.suites.push(SuiteInfo {
                    name: HOSTILE.to_owned(),
                    ..header.suites[0].clone()
                });
                // One file was moved.
                let (_, moved) = place(3);
                let moved = records.iter_mut().filter(|record| record.path == moved);
                moved.for_each(|record| record.path = "values/moved.wast".to_owned());
            }
            let id = add(&store, &header, &records, run);
            if run == 1 {
                store.set_label("baseline", &id).expect("a label");
            }
        }
        sample.damage();
        sample.findings();
        let findings = sample.path("findings");
        write(&store, Some(&findings), &Hostile, &sample.path("site")).expect("a site");
        sample
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A run that is none, and one of a later format.
    fn damage(&self) {
        let put = |name: &str, bytes: &[u8]| {
            fs::write(self.path("store/runs").join(name), bytes).expect("a file");
        };
        put("20260102T000000.000Z-00000000dead.jsonl.gz", b"no run");
        let mut later = GzEncoder::new(Vec::new(), Compression::default());
        later
            .write_all(b"{\"format\":\"conform-run/2\"}\n")
            .expect("text");
        let later = later.finish().expect("text");
        put("20260103T000000.000Z-00000000beef.jsonl.gz", &later);
    }

    fn findings(&self) {
        let folder = self.path("findings");
        let finding = |fingerprint: &str, more: &str| {
            let folder = folder.join(fingerprint);
            fs::create_dir_all(&folder).expect("a folder");
            let text = format!(
                "fingerprint = '{fingerprint}'\nengine = 'wasmtime'\noracle = 'differential'\n\
                 shape = 'record of string and list, utf16 to utf8'\n\
                 origin = 'abi_values --seed 1 case 40'\n{more}\n"
            );
            fs::write(folder.join("meta.toml"), text).expect("a finding");
        };
        finding(
            "0a1b2c3d4e5f",
            &format!(
                "expected = '''{HOSTILE}'''\nobserved = 'returned \"a\"'\nreproduce = 'conform run case.wast'"
            ),
        );
        finding(
            "1a1b2c3d4e5f",
            "known = 'a list of no bytes is not looked at'\nlink = 'javascript:alert(1)'",
        );
        finding(
            "2a1b2c3d4e5f",
            "state = 'fixed'\nreason = 'mended in 49'\nlink = 'https://example.org/2'",
        );
        for night in 1..=9_u64 {
            let effort = |target: &str, cases, covered: u64| {
                let findings = match (night, target) {
                    (3, "abi_values") => vec!["0a1b2c3d4e5f"],
                    _ => Vec::new(),
                };
                json!({
                    "target": target, "cases": cases, "seconds": 600, "covered": covered,
                    "findings": findings,
                })
            };
            let date = format!("2026-01-{night:02}");
            let targets = [
                effort("abi_values", 90_000 + night * 777, 400 + night * night),
                effort("resources", 40_000 + night * 333, 120 + 3 * night),
            ];
            let record = json!({ "date": date, "targets": targets });
            let nights = folder.join("nights");
            fs::create_dir_all(&nights).expect("a folder");
            fs::write(nights.join(format!("{date}.json")), record.to_string()).expect("a night");
        }
    }
}

/// Records of every engine in a suite and a file with such names.
fn hostile(like: &Record) -> Vec<Record> {
    let record = |engine: &&str| {
        let mut record = Record {
            engine: (*engine).to_owned(),
            suite: HOSTILE.to_owned(),
            path: HOSTILE_FILE.to_owned(),
            line: 2,
            expected: HOSTILE.to_owned(),
            directive: HOSTILE.to_owned(),
            mismatch: Some(HOSTILE.to_owned()),
            status: component_reports::record::Status::Fail,
            unexpected: true,
            ..like.clone()
        };
        if let Some(outcome) = &mut record.outcome {
            outcome.message = Some(HOSTILE.to_owned());
            outcome.values = vec![HOSTILE.to_owned()];
        }
        record
    };
    ENGINES.iter().map(record).collect()
}

/// What is known of all scripts, the hostile one too.
struct Hostile;

impl Background for Hostile {
    fn script(&self, suite: &str, path: &str) -> Result<Option<ScriptText>, BackgroundError> {
        if suite != HOSTILE {
            return Scripts(SIZE).script(suite, path);
        }
        Ok(Some(ScriptText {
            text: format!(";; {HOSTILE}\n(module) ;; {HOSTILE}\n"),
            features: vec![HOSTILE.to_owned()],
            suite_argument: HOSTILE.to_owned(),
            directives: vec![DirectiveText {
                lines: (2, 2),
                ..DirectiveText::default()
            }],
        }))
    }

    fn reachable(&self, records: &[&Record]) -> Vec<Reachable> {
        Scripts(SIZE).reachable(records)
    }
}

/// The files below a folder, by their paths in it.
pub(crate) fn files(folder: &Path) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).expect("a path in it");
            let text = fs::read_to_string(&path).expect("text");
            files.push((name.to_string_lossy().replace('\\', "/"), text));
        }
    }
    files.sort();
    files
}
