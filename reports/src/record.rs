//! The records of a run.
//!
//! A run is JSON Lines: one [`Header`], one [`Record`] per directive and engine,
//! one [`Footer`]. A file without a footer was cut off.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The name and version of the format, the first thing in a file.
pub const FORMAT: &str = "conform-run/1";

/// How many characters of a value are told in brief.
const VALUE: usize = 60;

/// The first line: everything that a reader needs to compare this run with
/// another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// [`FORMAT`].
    pub format: String,
    /// The version of the harness.
    pub harness: String,
    /// The pinned spec text, such as `wasm-tools 1.263.0`.
    pub spec: String,
    /// The engines, in the order of the command line.
    pub engines: Vec<EngineInfo>,
    /// The suites, in the order of the command line.
    pub suites: Vec<SuiteInfo>,
    /// The bounds that each directive ran under.
    pub limits: Limits,
    /// The part of the files that ran, as `K/N`.
    pub shard: Option<String>,
    /// The filter on directives.
    pub filter: Option<String>,
    /// The seed of what is left to chance; `None` where nothing is.
    pub seed: Option<u64>,
}

/// One engine of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineInfo {
    /// Its name, such as `wasmtime-winch`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// How it was set up.
    pub configuration: String,
}

/// One suite of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuiteInfo {
    /// Its name.
    pub name: String,
    /// SHA-256 over the paths and contents of its files, in hexadecimal.
    pub checksum: String,
    /// The number of its files, before shard and filter.
    pub files: usize,
    /// The features that its files run with unless they name their own.
    pub features: Vec<String>,
}

/// The bounds that each directive runs under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Milliseconds until a directive has timed out.
    pub timeout_ms: u64,
    /// Mebibytes of data that a worker process may hold.
    pub memory_mib: u64,
}

/// What one directive did on one engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The engine.
    pub engine: String,
    /// The suite.
    pub suite: String,
    /// The file within the suite, with `/`.
    pub path: String,
    /// The line that the directive begins on, from 1.
    pub line: usize,
    /// The first 8 hexadecimal digits of SHA-256 over the directive's text.
    pub hash: String,
    /// How many directives of the file with the same text come before it.
    pub occurrence: usize,
    /// The directive's keyword, such as `assert_return`; `script` stands for a
    /// file that does not parse.
    pub directive: String,
    /// The verdict held against the expectation.
    pub status: Status,
    /// Whether the status is not what was to be expected.
    pub unexpected: bool,
    /// How far the directive got.
    pub reach: Reach,
    /// What the directive asserts, in words.
    pub expected: String,
    /// What was observed; `None` for a directive that was blocked.
    pub outcome: Option<Outcome>,
    /// Why it did not pass.
    pub mismatch: Option<String>,
    /// The id of the directive whose failure blocks this one.
    pub culprit: Option<String>,
    /// The expectation that applied.
    pub expectation: Option<Expectation>,
    /// What of the spec it reached, where the engine can tell: `stream.read` is a
    /// canonical definition that was called, `copy.wrong-kind@stream.read` a trap
    /// site in one. Sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reached: Vec<String>,
}

impl Record {
    /// The id for people, `suite/path.wast:LINE`.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}/{}:{}", self.suite, self.path, self.line)
    }

    /// What was observed, in a word or two: without the engine's text, whose wording is
    /// no result.
    #[must_use]
    pub fn brief(&self) -> String {
        let Some(outcome) = &self.outcome else {
            return "blocked".to_owned();
        };
        let mut brief = outcome.kind.clone();
        let words = [
            &outcome.phase,
            &outcome.class,
            &outcome.site,
            &outcome.feature,
        ];
        for word in words.into_iter().flatten() {
            brief.push(' ');
            brief.push_str(word);
        }
        for value in &outcome.values {
            brief.push(' ');
            brief.extend(value.chars().take(VALUE));
            if value.chars().nth(VALUE).is_some() {
                brief.push('…');
            }
        }
        brief
    }

    /// What a reader needs to understand the status, as labels and texts.
    #[must_use]
    pub fn details(&self) -> Vec<(&'static str, String)> {
        let mut details = vec![("expected", self.expected.clone())];
        if let Some(outcome) = &self.outcome {
            details.push(("observed", outcome.to_string()));
        }
        if let Some(mismatch) = &self.mismatch {
            details.push(("mismatch", mismatch.clone()));
        }
        if let Some(culprit) = &self.culprit {
            details.push(("blocked by", culprit.clone()));
        }
        if let Some(expectation) = &self.expectation {
            details.push(("expectation", expectation.to_string()));
        }
        details
    }
}

/// The verdict held against the expectation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It passed, as it should.
    Pass,
    /// It failed, or the harness could not carry it out.
    Fail,
    /// It did not pass, in exactly the way that an expectation names.
    Xfail,
    /// It passed although an expectation says that it does not.
    Xpass,
    /// What it depends on did not come into being.
    Blocked,
    /// The engine's API has no way to do it.
    Unsupported,
    /// The worker process died or broke the protocol.
    Crash,
    /// It did not end in time.
    Timeout,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Xfail => "xfail",
            Self::Xpass => "xpass",
            Self::Blocked => "blocked",
            Self::Unsupported => "unsupported",
            Self::Crash => "crash",
            Self::Timeout => "timeout",
        })
    }
}

/// How far a directive got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// The runner settled it: text that does not parse, a blocked directive.
    Runner,
    /// An engine accepted or rejected a definition.
    Validator,
    /// An engine instantiated or ran something.
    Executed,
}

/// What was observed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// `accepted`, `returned`, `trapped`, `threw`, `suspended`, `exhausted`,
    /// `rejected`, `unsupported`, `internal-bug`, `crashed`, `timed-out` or
    /// `harness-error`.
    pub kind: String,
    /// Of a rejection: `malformed`, `invalid` or `unlinkable`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// Of a trap: its class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Of a trap: its site in the spec, where the engine knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Of what is unsupported: its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feature: Option<String>,
    /// The text of the engine or the runner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Of a return: the values as a script writes them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.kind)?;
        if let Some(phase) = &self.phase {
            write!(f, " as {phase}")?;
        }
        if let Some(class) = &self.class {
            write!(f, " with {class}")?;
        }
        if let Some(site) = &self.site {
            write!(f, " at {site}")?;
        }
        if let Some(feature) = &self.feature {
            write!(f, " {feature}")?;
        }
        if !self.values.is_empty() {
            write!(f, " {}", self.values.join(", "))?;
        }
        if let Some(message) = &self.message {
            write!(f, ": {message}")?;
        }
        Ok(())
    }
}

/// An expectation as it applied to a directive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expectation {
    /// The exact status that is expected.
    pub status: String,
    /// Why.
    pub reason: String,
    /// Where to read more.
    pub link: Option<String>,
}

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.status, self.reason)?;
        if let Some(link) = &self.link {
            write!(f, " ({link})")?;
        }
        Ok(())
    }
}

/// The last line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Footer {
    /// Whether every directive that was asked for ran.
    pub complete: bool,
    /// The sums.
    pub summary: Vec<SummaryRow>,
}

/// The sums of one engine on one suite. Each directive counts in exactly one of
/// `pass` to `timeout`, and in `unexpected` as well where it applies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummaryRow {
    /// The engine.
    pub engine: String,
    /// The suite.
    pub suite: String,
    /// Files.
    pub files: usize,
    /// Directives.
    pub directives: usize,
    /// [`Status::Pass`].
    pub pass: usize,
    /// [`Status::Fail`].
    pub fail: usize,
    /// [`Status::Xfail`].
    pub xfail: usize,
    /// [`Status::Xpass`].
    pub xpass: usize,
    /// [`Status::Blocked`].
    pub blocked: usize,
    /// [`Status::Unsupported`].
    pub unsupported: usize,
    /// [`Status::Crash`].
    pub crash: usize,
    /// [`Status::Timeout`].
    pub timeout: usize,
    /// What was not to be expected.
    pub unexpected: usize,
}
