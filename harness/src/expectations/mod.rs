//! What each engine is known not to pass, with the reason.
//!
//! `harness/expectations/<engine>.toml` names directives, the exact status that
//! is expected of each, a reason and a link. A pass that was expected to fail, a
//! failure of another kind, an entry whose directive is gone and an entry without
//! a reason are all red.

mod bless;

use crate::judge::Verdict;
use crate::outcome::Outcome;
use crate::script::Directive;
use crate::session::{Judged, Observed};
use component_reports::record::{Expectation, Status};
use serde::Deserialize;
use serde_spanned::Spanned;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::path::{Path, PathBuf};

/// The expectations of one engine.
#[derive(Clone, Debug, Default)]
pub struct Expectations {
    path: PathBuf,
    text: String,
    entries: HashMap<(String, Key), Entry>,
    unsupported: BTreeMap<(String, String), Entry>,
}

/// What stands for a directive within its suite, whatever is edited around it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The file.
    pub path: String,
    /// The hash of the directive's text.
    pub hash: String,
    /// How many directives of the file with the same text come before it.
    pub occurrence: usize,
}

#[derive(Clone, Debug)]
struct Entry {
    status: Expected,
    reason: String,
    link: Option<String>,
    /// The line that the file said the directive stood on.
    line: usize,
}

/// The statuses that can be expected. A failure of the harness is not among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expected {
    /// Another outcome than the directive asserts.
    Fail,
    /// The worker dies.
    Crash,
    /// It does not end in time.
    Timeout,
    /// The engine's API has no way to do it.
    Unsupported,
    /// The engine finds a bug in itself.
    InternalBug,
}

/// A file of expectations that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ExpectationsError {
    /// It cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is not what it should be.
    #[error("{}: {message}", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong, with the place.
        message: String,
    },
}

/// Something that is wrong with an entry rather than with a directive.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file of expectations.
    pub file: PathBuf,
    /// What is wrong.
    pub message: String,
}

/// A verdict held against the expectations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The status.
    pub status: Status,
    /// Whether it is not what was to be expected.
    pub unexpected: bool,
    /// The entry that applied.
    pub expectation: Option<Expectation>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    expect: Vec<Group>,
    #[serde(default)]
    unsupported: Vec<Feature>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    suite: String,
    status: Expected,
    #[serde(default)]
    reason: String,
    link: Option<String>,
    directives: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Feature {
    suite: String,
    feature: Spanned<String>,
    #[serde(default)]
    reason: String,
    link: Option<String>,
}

impl Expectations {
    /// Reads a file; one that is not there expects nothing.
    pub fn read(path: &Path) -> Result<Expectations, ExpectationsError> {
        match std::fs::read_to_string(path) {
            Ok(text) => Expectations::parse(path, text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Expectations {
                path: path.to_owned(),
                ..Expectations::default()
            }),
            Err(source) => Err(ExpectationsError::Io {
                path: path.to_owned(),
                source,
            }),
        }
    }

    fn parse(path: &Path, text: String) -> Result<Expectations, ExpectationsError> {
        let broken = |message: String| ExpectationsError::Broken {
            path: path.to_owned(),
            message,
        };
        let broken_at = |place: &Spanned<String>, message: &str| {
            let line = text[..place.span().start].matches('\n').count() + 1;
            broken(format!("line {line}: {:?} {message}", place.get_ref()))
        };
        let file: File = toml_edit::de::from_str(&text)
            .map_err(|error| broken(error.to_string().trim_end().to_owned()))?;
        let mut entries = HashMap::new();
        for group in file.expect {
            for directive in &group.directives {
                let (key, line) = Key::parse(directive.get_ref())
                    .ok_or_else(|| broken_at(directive, "is not of the form \"PATH:LINE@HASH\""))?;
                let entry = Entry {
                    status: group.status,
                    reason: group.reason.clone(),
                    link: group.link.clone(),
                    line,
                };
                if entries.insert((group.suite.clone(), key), entry).is_some() {
                    return Err(broken_at(directive, "has an entry already"));
                }
            }
        }
        let mut unsupported = BTreeMap::new();
        for feature in file.unsupported {
            let entry = Entry {
                status: Expected::Unsupported,
                reason: feature.reason,
                link: feature.link,
                line: 0,
            };
            let key = (feature.suite, feature.feature.get_ref().clone());
            if unsupported.insert(key, entry).is_some() {
                return Err(broken_at(&feature.feature, "has an entry already"));
            }
        }
        Ok(Expectations {
            path: path.to_owned(),
            unsupported,
            text,
            entries,
        })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The status that is expected of a directive, if it has an entry.
    #[must_use]
    pub fn expects(&self, suite: &str, key: &Key) -> Option<Expected> {
        let entry = self.entries.get(&(suite.to_owned(), key.clone()))?;
        Some(entry.status)
    }

    /// Holds what the directives of one file did against the expectations.
    #[must_use]
    pub fn hold(&self, suite: &str, path: &str, observed: &[Observed<'_>]) -> Vec<Held> {
        let mut unexpected = BTreeSet::new();
        let mut held = Vec::new();
        for observed in observed {
            let one = self.hold_one(suite, path, observed, &unexpected);
            if one.unexpected {
                unexpected.insert(format!("{suite}/{path}:{}", observed.directive.line));
            }
            held.push(one);
        }
        held
    }

    fn hold_one(
        &self,
        suite: &str,
        path: &str,
        observed: &Observed<'_>,
        unexpected: &BTreeSet<String>,
    ) -> Held {
        let kind = Kind::of(&observed.result);
        let key = (suite.to_owned(), Key::of(path, observed.directive));
        let (status, unexpected, entry) = match (self.entries.get(&key), kind) {
            (Some(entry), Kind::Pass) => (Status::Xpass, true, Some(entry)),
            (Some(entry), Kind::Expectable(kind, _)) if kind == entry.status => {
                (Status::Xfail, !entry.is_explained(), Some(entry))
            }
            (Some(entry), kind) => (kind.status(), true, Some(entry)),
            (None, Kind::Pass) => (Status::Pass, false, None),
            (None, Kind::Blocked(culprit)) => {
                let known = culprit.starts_with(&format!("{suite}/{path}:"));
                (
                    Status::Blocked,
                    !known || unexpected.contains(culprit),
                    None,
                )
            }
            (None, Kind::Expectable(Expected::Unsupported, Some(feature))) => {
                let key = (suite.to_owned(), feature.to_owned());
                let entry = self.unsupported.get(&key);
                let explained = entry.is_some_and(Entry::is_explained);
                (Status::Unsupported, !explained, entry)
            }
            (None, kind) => (kind.status(), true, None),
        };
        Held {
            status,
            unexpected,
            expectation: entry.map(Entry::record),
        }
    }

    /// The entries for a file that are for none of its directives.
    #[must_use]
    pub fn vanished(&self, suite: &str, path: &str, directives: &[&Directive]) -> Vec<Problem> {
        let there: BTreeSet<Key> = directives.iter().map(|d| Key::of(path, d)).collect();
        let of_file = |(of, key): &&(String, Key)| of == suite && key.path == path;
        let gone = self
            .entries
            .keys()
            .filter(of_file)
            .filter(|(_, key)| !there.contains(key));
        gone.map(|id| self.gone(id)).collect()
    }

    /// The entries for files that a suite does not have.
    #[must_use]
    pub fn vanished_files(&self, suite: &str, paths: &BTreeSet<&str>) -> Vec<Problem> {
        let of_suite = |(of, _): &&(String, Key)| of == suite;
        let gone = self.entries.keys().filter(of_suite);
        let gone = gone.filter(|(_, key)| !paths.contains(key.path.as_str()));
        gone.map(|id| self.gone(id)).collect()
    }

    /// The features that are listed as unsupported and that no directive of the
    /// whole suite asked for in vain.
    #[must_use]
    pub fn idle_features(&self, suite: &str, seen: &BTreeSet<String>) -> Vec<Problem> {
        let idle = self
            .unsupported
            .keys()
            .filter(|(of, feature)| of == suite && !seen.contains(feature));
        idle.map(|(suite, feature)| {
            self.problem(format!(
                "no directive of {suite} finds `{feature}` unsupported any more"
            ))
        })
        .collect()
    }

    fn gone(&self, id: &(String, Key)) -> Problem {
        let (suite, key) = id;
        let line = self.entries.get(id).map_or(0, |entry| entry.line);
        self.problem(format!(
            "the directive {suite}/{} does not exist",
            key.show(line)
        ))
    }

    fn problem(&self, message: String) -> Problem {
        Problem {
            file: self.path.clone(),
            message,
        }
    }
}

impl Entry {
    fn is_explained(&self) -> bool {
        !self.reason.trim().is_empty()
    }

    fn record(&self) -> Expectation {
        Expectation {
            status: self.status.to_string(),
            reason: match self.is_explained() {
                true => self.reason.clone(),
                false => "none given: a person must write it".to_owned(),
            },
            link: self.link.clone(),
        }
    }
}

impl Key {
    /// The key of a directive.
    #[must_use]
    pub fn of(path: &str, directive: &Directive) -> Key {
        Key {
            path: path.to_owned(),
            hash: directive.hash.clone(),
            occurrence: directive.occurrence,
        }
    }

    /// The form of a file of expectations: `PATH:LINE@HASH`, and `+N` behind it
    /// for the Nth repetition of the same text.
    #[must_use]
    pub fn show(&self, line: usize) -> String {
        match self.occurrence {
            0 => format!("{}:{line}@{}", self.path, self.hash),
            n => format!("{}:{line}@{}+{n}", self.path, self.hash),
        }
    }

    /// Reads that form: the key and the line.
    #[must_use]
    pub fn parse(text: &str) -> Option<(Key, usize)> {
        let (place, hash) = text.rsplit_once('@')?;
        let (path, line) = place.rsplit_once(':')?;
        let (hash, occurrence) = match hash.split_once('+') {
            Some((hash, occurrence)) => (hash, occurrence.parse().ok()?),
            None => (hash, 0),
        };
        let key = Key {
            path: path.to_owned(),
            hash: hash.to_owned(),
            occurrence,
        };
        Some((key, line.parse().ok()?))
    }
}

/// What became of a directive, as far as expectations go.
#[derive(Clone, Copy)]
enum Kind<'a> {
    Pass,
    Blocked(&'a str),
    Expectable(Expected, Option<&'a str>),
    HarnessError,
}

impl<'a> Kind<'a> {
    fn of(judged: &'a Judged) -> Kind<'a> {
        match judged {
            Judged::Blocked { culprit } => Kind::Blocked(culprit),
            Judged::Done(_, Verdict::Pass) => Kind::Pass,
            Judged::Done(outcome, Verdict::Fail { .. }) => match outcome {
                Outcome::Crashed { .. } => Kind::Expectable(Expected::Crash, None),
                Outcome::TimedOut => Kind::Expectable(Expected::Timeout, None),
                Outcome::InternalBug { .. } => Kind::Expectable(Expected::InternalBug, None),
                Outcome::Unsupported { feature } => {
                    Kind::Expectable(Expected::Unsupported, Some(feature))
                }
                Outcome::HarnessError { .. } => Kind::HarnessError,
                _ => Kind::Expectable(Expected::Fail, None),
            },
        }
    }

    fn status(self) -> Status {
        match self {
            Kind::Pass => Status::Pass,
            Kind::Blocked(_) => Status::Blocked,
            Kind::Expectable(Expected::Crash, _) => Status::Crash,
            Kind::Expectable(Expected::Timeout, _) => Status::Timeout,
            Kind::Expectable(Expected::Unsupported, _) => Status::Unsupported,
            Kind::Expectable(Expected::Fail | Expected::InternalBug, _) | Kind::HarnessError => {
                Status::Fail
            }
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Expected::Fail => "fail",
            Expected::Crash => "crash",
            Expected::Timeout => "timeout",
            Expected::Unsupported => "unsupported",
            Expected::InternalBug => "internal-bug",
        })
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file.display(), self.message)
    }
}
