//! The findings of a fuzzer and its nights, as they lie in a folder.
//!
//! A finding is a folder named by its fingerprint, with a `meta.toml`; a night is
//! `nights/DATE.json`. `README.md` has the fields. Fields that are not known here are the
//! fuzzer's own.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// How many folders deep findings may lie: beside each other, or by target.
const DEPTH: usize = 2;

/// What a folder of findings holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// The findings: those that nobody has judged first, then by engine and fingerprint.
    pub findings: Vec<Finding>,
    /// The nights, by date.
    pub nights: Vec<Night>,
}

/// A finding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Finding {
    /// What tells it from others.
    pub fingerprint: String,
    /// The engine.
    pub engine: String,
    /// What was broken: the name of the oracle.
    pub oracle: String,
    /// The step of the case at which it broke.
    pub step: Option<String>,
    /// What kind of case it is.
    pub shape: Option<String>,
    /// How the case came about; the first word is the target.
    pub origin: String,
    /// What was to be expected.
    pub expected: Option<String>,
    /// What was observed.
    pub observed: Option<String>,
    /// What there is to say of both.
    pub detail: Option<String>,
    /// The command that reproduces it, in the finding's folder.
    pub reproduce: Option<String>,
    /// Why it is no news; a finding with it is known.
    pub known: Option<String>,
    /// How it stands, if a person has said so; else it is new, or known.
    pub state: State,
    /// Why it is in its state.
    pub reason: Option<String>,
    /// Where to read more.
    pub link: Option<String>,
    /// The day on which it was first seen, `2026-01-31`; else that of the first night
    /// that names it.
    pub first_seen: Option<String>,
}

/// How a finding stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nobody has judged it.
    #[default]
    New,
    /// It is told to those who can mend it.
    Reported,
    /// It is known for what it is, and is to stay.
    Known,
    /// It is mended.
    Fixed,
}

/// A night of fuzzing.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Night {
    /// The day on which it began, `2026-01-31`.
    pub date: String,
    /// What was done, each target once.
    pub targets: Vec<Effort>,
}

/// What a night did on one target.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Effort {
    /// The target.
    pub target: String,
    /// How many cases were tried.
    pub cases: u64,
    /// How many seconds that took.
    pub seconds: u64,
    /// How much all nights cover, this one included, in the target's own measure.
    pub covered: u64,
    /// The fingerprints of the findings that no night before had.
    #[serde(default)]
    pub findings: Vec<String>,
}

/// A folder of findings cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FindingsError {
    /// A file or folder cannot be read.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is not what should be there.
    #[error("{}: {message}", path.display())]
    Malformed {
        /// Which.
        path: PathBuf,
        /// What is wrong, and where.
        message: String,
    },
}

impl Findings {
    /// Reads a folder of findings.
    ///
    /// # Errors
    ///
    /// [`FindingsError`], for the first file that is not what it should be.
    pub fn read(folder: &Path) -> Result<Self, FindingsError> {
        let mut read = Findings::default();
        collect(folder, DEPTH, &mut read.findings)?;
        let nights = folder.join("nights");
        if nights.is_dir() {
            let json = |path: &PathBuf| path.extension().is_some_and(|end| end == "json");
            for path in entries(&nights)?.into_iter().filter(json) {
                read.nights.push(parse(&path, |text| {
                    serde_json::from_str(text).map_err(|error| error.to_string())
                })?);
            }
        }
        read.nights.sort_by(|a, b| a.date.cmp(&b.date));
        let mut first: HashMap<&str, &str> = HashMap::new();
        for night in &read.nights {
            for fingerprint in night.targets.iter().flat_map(|effort| &effort.findings) {
                first.entry(fingerprint).or_insert(&night.date);
            }
        }
        for finding in &mut read.findings {
            if finding.known.is_some() && finding.state == State::New {
                finding.state = State::Known;
            }
            let seen = first
                .get(&*finding.fingerprint)
                .map(|date| (*date).to_owned());
            finding.first_seen = finding.first_seen.take().or(seen);
        }
        let order = |f: &Finding| (f.state, f.engine.clone(), f.fingerprint.clone());
        read.findings.sort_by_key(order);
        Ok(read)
    }
}

impl Finding {
    /// The target of the fuzzer that found it.
    #[must_use]
    pub fn target(&self) -> &str {
        self.origin.split_whitespace().next().unwrap_or_default()
    }
}

impl State {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            State::New => "new",
            State::Reported => "reported",
            State::Known => "known",
            State::Fixed => "fixed",
        }
    }
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, FindingsError> {
    let error = |source| FindingsError::Io {
        path: folder.to_owned(),
        source,
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(error)? {
        paths.push(entry.map_err(error)?.path());
    }
    paths.sort();
    Ok(paths)
}

/// Adds the findings within a folder; what has no `meta.toml` may hold some.
fn collect(folder: &Path, depth: usize, found: &mut Vec<Finding>) -> Result<(), FindingsError> {
    for path in entries(folder)? {
        let meta = path.join("meta.toml");
        if meta.is_file() {
            found.push(parse(&meta, |text| {
                toml_edit::de::from_str(text).map_err(|error| error.to_string())
            })?);
        } else if depth > 1 && path.is_dir() {
            collect(&path, depth - 1, found)?;
        }
    }
    Ok(())
}

fn parse<T: DeserializeOwned>(
    path: &Path,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<T, FindingsError> {
    let text = fs::read_to_string(path).map_err(|source| FindingsError::Io {
        path: path.to_owned(),
        source,
    })?;
    parse(&text).map_err(|message| FindingsError::Malformed {
        path: path.to_owned(),
        message,
    })
}

#[cfg(test)]
mod tests {
    use super::{Findings, State};
    use serde_json::json;
    use std::fs;

    #[test]
    fn a_folder_is_read_in_an_order_of_its_own() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        };
        let meta = |fingerprint: &str, more: &str| {
            format!("fingerprint = '{fingerprint}'\nengine = 'w'\n{more}")
        };
        write("aa/meta.toml", &meta("aa", "known = 'old'"));
        let origin = "origin = 'abi_values --seed 1 case 4'\nflaw = '?'";
        write("abi_values/bb/meta.toml", &meta("bb", origin));
        write("cc/meta.toml", &meta("cc", "state = 'fixed'"));
        write("state.json", "{}");
        for (date, findings) in [("2026-01-03", vec!["bb"]), ("2026-01-02", vec!["bb", "dd"])] {
            let effort = json!({
                "target": "abi_values", "cases": 5, "seconds": 1, "covered": 3,
                "findings": findings, "gained": 0,
            });
            let night = json!({ "date": date, "targets": [effort], "suites": true });
            write(&format!("nights/{date}.json"), &night.to_string());
        }
        let read = Findings::read(folder.path()).expect("findings");
        let findings = read.findings.iter();
        let findings: Vec<_> = findings
            .map(|f| {
                (
                    &*f.fingerprint,
                    f.state,
                    f.target(),
                    f.first_seen.as_deref(),
                )
            })
            .collect();
        assert_eq!(
            findings,
            [
                ("bb", State::New, "abi_values", Some("2026-01-02")),
                ("aa", State::Known, "", None),
                ("cc", State::Fixed, "", None),
            ]
        );
        let dates: Vec<_> = read.nights.iter().map(|night| &*night.date).collect();
        assert_eq!(dates, ["2026-01-02", "2026-01-03"]);
        assert_eq!(read.nights[0].targets[0].cases, 5);
    }

    #[test]
    fn what_is_none_is_named() {
        for (path, text, expected) in [
            (
                "bb/meta.toml",
                "fingerprint = 'bb'\nstate = 'odd'\n",
                "line 2",
            ),
            ("nights/1.json", "{\n\"date\": 1}", "line 2"),
        ] {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let file = folder.path().join(path);
            fs::create_dir_all(file.parent().expect("a parent")).expect("a folder");
            fs::write(file, text).expect("a file");
            let error = Findings::read(folder.path())
                .expect_err("damaged")
                .to_string();
            assert!(error.contains(path) && error.contains(expected), "{error}");
        }
    }
}
