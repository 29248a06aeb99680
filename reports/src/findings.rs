//! The findings of a fuzzer and its nights, as they lie in a folder.
//!
//! A finding is a folder with a `meta.toml`, named by its fingerprint; a night is a file
//! of TOML in the folder `nights`. Each is written once; `README.md` has the fields.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// What a folder of findings holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// The findings: those that nobody has judged first, then by engine and fingerprint.
    pub findings: Vec<Finding>,
    /// The nights, as they came.
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
    /// The target of the fuzzer.
    pub target: String,
    /// How it stands; new, if it does not say.
    pub state: State,
    /// Why it is in its state.
    pub reason: Option<String>,
    /// Why it is no news; a finding with it is known.
    pub known: Option<String>,
    /// Where to read more.
    pub link: Option<String>,
    /// The day on which it was first seen, `2026-01-31`.
    pub first_seen: Option<String>,
    /// What was to be expected.
    pub expected: Option<String>,
    /// What was observed.
    pub observed: Option<String>,
    /// The command that reproduces it.
    pub reproduce: Option<String>,
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

/// A night of fuzzing one target.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Night {
    /// The day on which it ended, `2026-01-31`.
    pub date: String,
    /// The target.
    pub target: String,
    /// How many cases were tried.
    pub cases: u64,
    /// How many seconds it took.
    pub seconds: u64,
    /// How much is covered after it, in the target's own measure.
    pub covered: u64,
    /// How many findings nobody had seen before.
    pub findings: u64,
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
        for path in entries(folder)? {
            let meta = path.join("meta.toml");
            if meta.is_file() {
                let mut finding: Finding = parse(&meta)?;
                if finding.known.is_some() && finding.state == State::New {
                    finding.state = State::Known;
                    finding.reason = finding.reason.or(finding.known.clone());
                }
                read.findings.push(finding);
            }
        }
        let nights = folder.join("nights");
        if nights.is_dir() {
            for path in entries(&nights)? {
                if path
                    .extension()
                    .is_some_and(|extension| extension == "toml")
                {
                    read.nights.push(parse(&path)?);
                }
            }
        }
        let finding = |f: &Finding| (f.state, f.engine.clone(), f.fingerprint.clone());
        read.findings.sort_by_key(finding);
        read.nights
            .sort_by(|a, b| (&a.date, &a.target).cmp(&(&b.date, &b.target)));
        Ok(read)
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

fn parse<T: DeserializeOwned>(path: &Path) -> Result<T, FindingsError> {
    let text = match fs::read(path).map(String::from_utf8) {
        Ok(Ok(text)) => text,
        Ok(Err(error)) => {
            return Err(FindingsError::Io {
                path: path.to_owned(),
                source: io::Error::new(ErrorKind::InvalidData, error),
            });
        }
        Err(source) => {
            return Err(FindingsError::Io {
                path: path.to_owned(),
                source,
            });
        }
    };
    toml_edit::de::from_str(&text).map_err(|error| FindingsError::Malformed {
        path: path.to_owned(),
        message: error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::{Findings, State};
    use std::fs;

    #[test]
    fn a_folder_is_read_in_an_order_of_its_own() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        };
        write(
            "aa/meta.toml",
            "fingerprint = 'aa'\nengine = 'w'\nknown = 'old'\n",
        );
        write(
            "bb/meta.toml",
            "fingerprint = 'bb'\nengine = 'w'\nshape = '?'\n",
        );
        write(
            "cc/meta.toml",
            "fingerprint = 'cc'\nengine = 'a'\nstate = 'fixed'\n",
        );
        write("state.json", "{}");
        let night = "target = 'abi'\ncases = 5\nseconds = 2\ncovered = 7\nfindings = 0\n";
        write("nights/2.toml", &format!("date = '2026-01-02'\n{night}"));
        write("nights/1.toml", &format!("date = '2026-01-03'\n{night}"));
        let read = Findings::read(folder.path()).expect("findings");
        let states: Vec<_> = read
            .findings
            .iter()
            .map(|f| (&*f.fingerprint, f.state))
            .collect();
        assert_eq!(
            states,
            [
                ("bb", State::New),
                ("aa", State::Known),
                ("cc", State::Fixed)
            ]
        );
        assert_eq!(read.findings[1].reason.as_deref(), Some("old"));
        let dates: Vec<_> = read.nights.iter().map(|night| &*night.date).collect();
        assert_eq!(dates, ["2026-01-02", "2026-01-03"]);
        write("bb/meta.toml", "fingerprint = 'bb'\nstate = 'odd'\n");
        let error = Findings::read(folder.path())
            .expect_err("no state")
            .to_string();
        assert!(
            error.contains("bb/meta.toml: ") && error.contains("line 2"),
            "{error}"
        );
    }
}
