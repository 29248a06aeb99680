//! What two runs, or two engines, do differently.

mod human;
mod markdown;
#[cfg(test)]
mod tests;

pub use human::human;
pub use markdown::{github, markdown};

use crate::record::{Record, Status};
use serde::Serialize;
use std::collections::BTreeMap;

/// Records to compare, and what they are called.
#[derive(Clone, Debug)]
pub struct Side<'r> {
    /// The name.
    pub name: String,
    /// The records, each key once.
    pub records: Vec<&'r Record>,
}

/// What two sides do differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diff {
    /// The first side.
    pub before: String,
    /// The second side.
    pub after: String,
    /// What passed and does not, or has become unexpected.
    pub regressions: Vec<Change>,
    /// What did not pass and does, or is unexpected no longer.
    pub fixes: Vec<Change>,
    /// What has another outcome, for neither better nor worse.
    pub others: Vec<Change>,
    /// What only the second side has.
    pub added: Vec<Change>,
    /// What only the first side has.
    pub removed: Vec<Change>,
    /// What both have, in files of other names.
    pub renamed: Vec<Change>,
    /// How many are as before.
    pub unchanged: usize,
    /// The regressions, fixes and other changes, counted.
    pub groups: Vec<Group>,
}

/// A directive that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// `suite/path.wast:LINE`, of the second side where that has it.
    pub id: String,
    /// The engine; both, where two are compared.
    pub engine: String,
    /// The directive's keyword.
    pub directive: String,
    /// What it asserts.
    pub expected: String,
    /// On the first side.
    pub before: Option<State>,
    /// On the second side.
    pub after: Option<State>,
    /// Why the second side does not pass.
    pub mismatch: Option<String>,
}

/// What a directive did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct State {
    /// The id, where it differs from the change's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its status.
    pub status: Status,
    /// Whether that was not to be expected.
    pub unexpected: bool,
    /// What was observed, in brief.
    pub outcome: String,
}

/// Changes with something in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// What: `engine`, `suite`, `directory`, `phase`, `trap`.
    pub by: &'static str,
    /// Its name.
    pub name: String,
    /// How many have become worse.
    pub regressions: usize,
    /// How many have become better.
    pub fixes: usize,
    /// How many are otherwise different.
    pub others: usize,
}

/// Which way a change goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// What passed does not, or what was to be expected is not.
    Worse,
    /// The other way round.
    Better,
    /// Neither.
    Other,
}

impl Direction {
    /// Of a change between two statuses, each with whether it is unexpected.
    #[must_use]
    pub fn of(before: (Status, bool), after: (Status, bool)) -> Self {
        let passed = |(status, _): (Status, bool)| status == Status::Pass;
        if (passed(before) && !passed(after)) || (!before.1 && after.1) {
            Direction::Worse
        } else if (passed(after) && !passed(before)) || (before.1 && !after.1) {
            Direction::Better
        } else {
            Direction::Other
        }
    }
}

/// Compares two sides. The engine is part of what tells directives apart, unless each
/// side has one engine of its own.
#[must_use]
pub fn diff(before: &Side<'_>, after: &Side<'_>) -> Diff {
    let engines = |side: &Side<'_>| -> Vec<String> {
        let mut names: Vec<_> = side.records.iter().map(|r| r.engine.clone()).collect();
        names.sort();
        names.dedup();
        names
    };
    let (first, second) = (engines(before), engines(after));
    let across = first.len() == 1 && second.len() == 1 && first != second;
    let keyed = |side: &Side<'_>| -> BTreeMap<Key, Record> {
        let records = side.records.iter();
        records.map(|r| (key(r, across), (*r).clone())).collect()
    };
    let mut old = keyed(before);
    let mut result = Diff {
        before: before.name.clone(),
        after: after.name.clone(),
        regressions: Vec::new(),
        fixes: Vec::new(),
        others: Vec::new(),
        added: Vec::new(),
        removed: Vec::new(),
        renamed: Vec::new(),
        unchanged: 0,
        groups: Vec::new(),
    };
    let mut groups = BTreeMap::new();
    let mut new = Vec::new();
    for (key, record) in keyed(after) {
        match old.remove(&key) {
            Some(was) => result.compare(&was, &record, &mut groups),
            None => new.push((key, record)),
        }
    }
    // A file that was renamed has the same texts under another path.
    let mut moved: BTreeMap<Key, Vec<(Key, Record)>> = BTreeMap::new();
    for (key, was) in old {
        moved
            .entry(without_path(&key))
            .or_default()
            .push((key, was));
    }
    for (key, record) in new {
        let candidates = moved.get_mut(&without_path(&key));
        match candidates.filter(|c| !c.is_empty()).map(|c| c.remove(0)) {
            Some((_, was)) if same(&was, &record) => {
                result.renamed.push(change(Some(&was), Some(&record)));
            }
            Some((_, was)) => result.compare(&was, &record, &mut groups),
            None => result.added.push(change(None, Some(&record))),
        }
    }
    for (_, was) in moved.into_values().flatten() {
        result.removed.push(change(Some(&was), None));
    }
    result.groups = groups.into_values().collect();
    for list in [
        &mut result.regressions,
        &mut result.fixes,
        &mut result.others,
        &mut result.added,
        &mut result.removed,
        &mut result.renamed,
    ] {
        list.sort_by(|a, b| order(a).cmp(&order(b)));
    }
    result
}

impl Diff {
    /// How many there are of all but regressions, in words.
    fn other_counts(&self) -> String {
        format!(
            "fixes: {}, other changes: {}, added: {}, removed: {}, renamed: {}, unchanged: {}",
            self.fixes.len(),
            self.others.len(),
            self.added.len(),
            self.removed.len(),
            self.renamed.len(),
            self.unchanged
        )
    }

    /// Whether the sides are alike.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let lists = [
            &self.regressions,
            &self.fixes,
            &self.others,
            &self.added,
            &self.removed,
            &self.renamed,
        ];
        lists.iter().all(|list| list.is_empty())
    }

    /// The lists with their headings, those that matter most first.
    #[must_use]
    pub fn sections(&self) -> [(&'static str, &[Change]); 6] {
        [
            ("regressions", &self.regressions),
            ("fixes", &self.fixes),
            ("other changes", &self.others),
            ("added", &self.added),
            ("removed", &self.removed),
            ("renamed", &self.renamed),
        ]
    }

    fn compare(
        &mut self,
        was: &Record,
        is: &Record,
        groups: &mut BTreeMap<(usize, String), Group>,
    ) {
        if same(was, is) {
            self.unchanged += 1;
            return;
        }
        let direction = Direction::of((was.status, was.unexpected), (is.status, is.unexpected));
        let list = match direction {
            Direction::Worse => &mut self.regressions,
            Direction::Better => &mut self.fixes,
            Direction::Other => &mut self.others,
        };
        list.push(change(Some(was), Some(is)));
        for (number, (by, name)) in commons(is).into_iter().enumerate() {
            let group = groups.entry((number, name.clone())).or_insert(Group {
                by,
                name,
                regressions: 0,
                fixes: 0,
                others: 0,
            });
            match direction {
                Direction::Worse => group.regressions += 1,
                Direction::Better => group.fixes += 1,
                Direction::Other => group.others += 1,
            }
        }
    }
}

/// Suite, path, hash, occurrence and engine.
type Key = (String, String, String, usize, String);

fn key(record: &Record, across: bool) -> Key {
    let engine = match across {
        true => String::new(),
        false => record.engine.clone(),
    };
    (
        record.suite.clone(),
        record.path.clone(),
        record.hash.clone(),
        record.occurrence,
        engine,
    )
}

fn without_path((suite, _, hash, occurrence, engine): &Key) -> Key {
    (
        suite.clone(),
        String::new(),
        hash.clone(),
        *occurrence,
        engine.clone(),
    )
}

fn same(a: &Record, b: &Record) -> bool {
    (a.status, a.unexpected, a.brief()) == (b.status, b.unexpected, b.brief())
}

/// What a record has in common with others.
fn commons(record: &Record) -> Vec<(&'static str, String)> {
    let directory = match record.path.rsplit_once('/') {
        Some((directory, _)) => format!("{}/{directory}", record.suite),
        None => record.suite.clone(),
    };
    let outcome = record.outcome.as_ref();
    let phase = outcome.and_then(|outcome| outcome.phase.clone());
    let trap = outcome.and_then(|outcome| outcome.site.clone().or_else(|| outcome.class.clone()));
    let none = || "none".to_owned();
    vec![
        ("engine", record.engine.clone()),
        ("suite", record.suite.clone()),
        ("directory", directory),
        ("phase", phase.unwrap_or_else(none)),
        ("trap", trap.unwrap_or_else(none)),
    ]
}

fn change(was: Option<&Record>, is: Option<&Record>) -> Change {
    let some = is.or(was);
    let id = some.map(Record::id).unwrap_or_default();
    let state = |record: &Record| State {
        id: Some(record.id()).filter(|other| *other != id),
        status: record.status,
        unexpected: record.unexpected,
        outcome: record.brief(),
    };
    let engine = match (was, is) {
        (Some(was), Some(is)) if was.engine != is.engine => {
            format!("{} → {}", was.engine, is.engine)
        }
        _ => some.map(|record| record.engine.clone()).unwrap_or_default(),
    };
    Change {
        engine,
        directive: some
            .map(|record| record.directive.clone())
            .unwrap_or_default(),
        expected: some
            .map(|record| record.expected.clone())
            .unwrap_or_default(),
        before: was.map(state),
        after: is.map(state),
        mismatch: is.and_then(|record| record.mismatch.clone()),
        id,
    }
}

/// Files by name, directives as they stand in them.
fn order(change: &Change) -> (&str, usize, &str) {
    let (file, line) = change.id.rsplit_once(':').unwrap_or((&change.id, ""));
    (file, line.parse().unwrap_or_default(), &change.engine)
}
