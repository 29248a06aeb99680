//! Outcomes under many schedules of the reference.

use crate::report::{Event, Reporter};
use crate::run::RunError;
use component_reports::record::{Record, Status};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A directive whose outcome the spec leaves to the schedule.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Open {
    /// `suite/path.wast`.
    pub file: String,
    /// The line that it began on when it was written down, for people.
    pub line: usize,
    /// The hash of its text.
    pub hash: String,
    /// How many directives of the file with the same text come before it.
    #[serde(default)]
    pub occurrence: usize,
    /// The section of CanonicalABI.md.
    pub anchor: String,
    /// What in it leaves the outcome open.
    pub reason: String,
}

/// A list of open directives that does not load.
#[derive(Debug, thiserror::Error)]
#[error("harness/data/schedules.toml: {0}")]
pub struct OpenError(String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    #[serde(default, rename = "directive")]
    directives: Vec<Open>,
}

/// The list that ships with the harness.
pub fn shipped() -> Result<Vec<Open>, OpenError> {
    parse(include_str!("../data/schedules.toml"))
}

fn parse(text: &str) -> Result<Vec<Open>, OpenError> {
    let list: List = toml_edit::de::from_str(text).map_err(|error| OpenError(error.to_string()))?;
    let reasonless = |open: &&Open| open.reason.trim().is_empty();
    match list.directives.iter().find(reasonless) {
        Some(open) => Err(OpenError(format!(
            "{}:{} has no reason",
            open.file, open.line
        ))),
        None => Ok(list.directives),
    }
}

impl Open {
    fn is(&self, record: &Record) -> bool {
        self.file == format!("{}/{}", record.suite, record.path)
            && (&self.hash, self.occurrence) == (&record.hash, record.occurrence)
    }
}

/// What the directives of a run did under each schedule.
#[derive(Debug, Default)]
pub struct Schedules {
    /// The schedule under way: that of a seed, or the default one.
    pub seed: Option<u64>,
    directives: BTreeMap<Key, Directive>,
}

/// Suite, path, hash and occurrence.
type Key = (String, String, String, usize);

#[derive(Debug)]
struct Directive {
    /// Under the first schedule.
    record: Record,
    outcomes: BTreeMap<(Status, String), Vec<Option<u64>>>,
}

impl Schedules {
    /// Takes note of a directive.
    pub fn add(&mut self, record: &Record) {
        let key = (
            record.suite.clone(),
            record.path.clone(),
            record.hash.clone(),
            record.occurrence,
        );
        let outcome = match &record.outcome {
            Some(outcome) => outcome.to_string(),
            None => "blocked".to_owned(),
        };
        let directive = self.directives.entry(key).or_insert_with(|| Directive {
            record: record.clone(),
            outcomes: BTreeMap::new(),
        });
        let seeds = directive.outcomes.entry((record.status, outcome));
        seeds.or_default().push(self.seed);
    }

    /// What came of it, held against the list of open directives.
    #[must_use]
    pub fn ended(self, open: &[Open]) -> Ended {
        let records = || self.directives.values().map(|directive| &directive.record);
        let has_run =
            |open: &Open| records().any(|r| open.file == format!("{}/{}", r.suite, r.path));
        let vanished = open
            .iter()
            .filter(|open| has_run(open) && !records().any(|r| open.is(r)));
        let mut ended = Ended {
            directives: self.directives.len(),
            vanished: vanished.cloned().collect(),
            ..Ended::default()
        };
        for Directive { record, outcomes } in self.directives.into_values() {
            let mut statuses = outcomes.keys().map(|(status, _)| *status);
            // What does not pass under any schedule is an expectation's affair.
            let depends = statuses.clone().any(|status| status != record.status);
            let known = open.iter().find(|open| open.is(&record));
            ended.unexpected += usize::from(depends && known.is_none());
            ended.passing += usize::from(statuses.all(|status| status == Status::Pass));
            if outcomes.len() == 1 {
                continue;
            }
            let seen = |((status, outcome), seeds): (_, Vec<_>)| Seen {
                status,
                outcome,
                schedules: seeds.len(),
                first: seeds.into_iter().next().flatten(),
            };
            ended.varying.push(Varying {
                id: record.id(),
                hash: record.hash.clone(),
                occurrence: record.occurrence,
                expected: record.expected.clone(),
                depends,
                reason: known.map(|open| format!("{} ({})", open.reason, open.anchor)),
                outcomes: outcomes.into_iter().map(seen).collect(),
            });
        }
        ended
    }
}

impl Reporter for &mut Schedules {
    fn event(&mut self, event: &Event<'_>) -> Result<(), RunError> {
        if let Event::File(file) = event {
            file.records.iter().for_each(|record| self.add(record));
        }
        Ok(())
    }
}

/// What came of all schedules.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// How many directives there are.
    pub directives: usize,
    /// How many pass under every schedule.
    pub passing: usize,
    /// How many have a status that depends on the schedule, and are not on the list.
    pub unexpected: usize,
    /// Those on the list of which the file knows nothing any more.
    pub vanished: Vec<Open>,
    /// Those with more than one outcome.
    pub varying: Vec<Varying>,
}

/// A directive with more than one outcome.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Varying {
    /// `suite/path.wast:LINE`.
    pub id: String,
    /// The hash of its text.
    pub hash: String,
    /// How many directives of the file with the same text come before it.
    pub occurrence: usize,
    /// What it asserts.
    pub expected: String,
    /// Whether its status, too, depends on the schedule.
    pub depends: bool,
    /// What leaves the outcome open, if it is on the list.
    pub reason: Option<String>,
    /// The outcomes.
    pub outcomes: Vec<Seen>,
}

/// An outcome, and where it was seen.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// Its status.
    pub status: Status,
    /// What was observed.
    pub outcome: String,
    /// Under how many schedules.
    pub schedules: usize,
    /// The first seed; none is the default schedule.
    pub first: Option<u64>,
}
