//! Rewriting expectations from a run.

use super::{Expectations, ExpectationsError, Expected, Key};
use component_reports::record::{Record, Status};
use std::collections::{BTreeMap, BTreeSet};
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, value};

/// A directive that does not pass.
struct Failing {
    status: Expected,
    line: usize,
    feature: Option<String>,
}

/// What a run of whole suites on one engine found.
#[derive(Default)]
struct Found {
    suites: BTreeSet<String>,
    /// What does not pass and no entry names yet.
    failing: BTreeMap<(String, Key), Failing>,
    /// Features that are unsupported, by suite.
    features: BTreeSet<(String, String)>,
}

impl Expectations {
    /// The text of the file that expects what `records` say, which are those of
    /// whole suites on this engine. Reasons and comments stay; new entries have
    /// an empty reason, which a person must write.
    ///
    /// What the harness itself could not carry out cannot be expected and is left
    /// out.
    pub fn bless(&self, records: &[&Record]) -> Result<String, ExpectationsError> {
        let mut found = Found::of(records);
        let mut document: DocumentMut =
            self.text
                .parse()
                .map_err(|error: toml_edit::TomlError| ExpectationsError::Broken {
                    path: self.path.clone(),
                    message: error.to_string(),
                })?;
        let mut groups = take_tables(&mut document, "expect");
        let mut features = take_tables(&mut document, "unsupported");
        update_groups(&mut groups, &mut found);
        update_features(&mut features, &mut found);
        add_features(&mut features, &mut found);
        add_groups(&mut groups, &found);
        for (name, tables) in [("expect", groups), ("unsupported", features)] {
            if !tables.is_empty() {
                document.insert(name, Item::ArrayOfTables(tables));
            }
        }
        let blessed = document.to_string();
        let head = head(&self.text);
        Ok(match blessed.starts_with(head) {
            true => blessed,
            false => format!("{head}{}", blessed.trim_start()),
        })
    }
}

/// The comments that a file begins with, to the last empty line before its first
/// group: they belong to no group, and stay when the first one goes.
fn head(text: &str) -> &str {
    let lines = text.split_inclusive('\n');
    let comments = lines.take_while(|line| line.trim().is_empty() || line.starts_with('#'));
    let (mut end, mut head) = (0, 0);
    for line in comments {
        end += line.len();
        if line.trim().is_empty() {
            head = end;
        }
    }
    &text[..head]
}

impl Found {
    fn of(records: &[&Record]) -> Found {
        let mut found = Found::default();
        for record in records {
            found.suites.insert(record.suite.clone());
            let Some(status) = natural(record) else {
                continue;
            };
            let key = Key {
                path: record.path.clone(),
                hash: record.hash.clone(),
                occurrence: record.occurrence,
            };
            let feature = record
                .outcome
                .as_ref()
                .and_then(|outcome| outcome.feature.clone());
            if let Some(feature) = &feature {
                let suite = record.suite.clone();
                found.features.insert((suite, feature.clone()));
            }
            let failing = Failing {
                status,
                line: record.line,
                feature,
            };
            found.failing.insert((record.suite.clone(), key), failing);
        }
        found
    }
}

/// What is to be expected of a directive that did this; `None` for a pass, for
/// what is blocked, and for what cannot be expected.
fn natural(record: &Record) -> Option<Expected> {
    let kind = record.outcome.as_ref()?.kind.as_str();
    match (record.status, kind) {
        (Status::Pass | Status::Xpass | Status::Blocked, _) | (_, "harness-error") => None,
        (_, "crashed") => Some(Expected::Crash),
        (_, "timed-out") => Some(Expected::Timeout),
        (_, "unsupported") => Some(Expected::Unsupported),
        (_, "internal-bug") => Some(Expected::InternalBug),
        _ => Some(Expected::Fail),
    }
}

/// Takes an array of tables out of a document, written with headers or in place.
fn take_tables(document: &mut DocumentMut, name: &str) -> ArrayOfTables {
    let item = document.remove(name);
    let tables = item.and_then(|item| item.into_array_of_tables().ok());
    tables.unwrap_or_default()
}

fn text<'a>(table: &'a Table, name: &str) -> &'a str {
    table.get(name).and_then(Item::as_str).unwrap_or_default()
}

/// Leaves in each group of a suite that ran what still does not pass in the same
/// way, and takes it off the list of what is new.
fn update_groups(groups: &mut ArrayOfTables, found: &mut Found) {
    groups.retain(|group| {
        // Retaining cannot change a group: first drop what is empty afterwards.
        let suite = text(group, "suite").to_owned();
        !found.suites.contains(&suite) || !kept(group, found).is_empty()
    });
    for group in groups.iter_mut() {
        let suite = text(group, "suite").to_owned();
        if !found.suites.contains(&suite) {
            continue;
        }
        let kept = kept(group, found);
        let shown = kept
            .iter()
            .map(|(key, line)| key.show(*line))
            .collect::<Vec<_>>();
        group.insert("directives", list(&shown));
        for (key, _) in kept {
            found.failing.remove(&(suite.clone(), key));
        }
    }
}

/// The directives of a group that do not pass in its way, with their lines.
fn kept(group: &Table, found: &Found) -> Vec<(Key, usize)> {
    let suite = text(group, "suite");
    let status = text(group, "status");
    let directives = group.get("directives").and_then(Item::as_array);
    let keys = directives
        .into_iter()
        .flatten()
        .filter_map(|v| Key::parse(v.as_str()?));
    let kept = keys.filter_map(|(key, _)| {
        let failing = found.failing.get(&(suite.to_owned(), key.clone()))?;
        (failing.status.to_string() == status).then_some((key, failing.line))
    });
    kept.collect()
}

/// Leaves the features that are still unsupported, and takes their directives off
/// the list of what is new.
fn update_features(features: &mut ArrayOfTables, found: &mut Found) {
    let key = |entry: &Table| {
        let (suite, feature) = (text(entry, "suite"), text(entry, "feature"));
        (suite.to_owned(), feature.to_owned())
    };
    features.retain(|entry| {
        let key = key(entry);
        !found.suites.contains(&key.0) || found.features.contains(&key)
    });
    let named: BTreeSet<_> = features.iter().map(key).collect();
    found
        .failing
        .retain(|(suite, _), failing| match &failing.feature {
            Some(feature) => !named.contains(&(suite.clone(), feature.clone())),
            None => true,
        });
}

/// New entries for features, which stand for all directives that want them.
fn add_features(features: &mut ArrayOfTables, found: &mut Found) {
    let mut new = BTreeSet::new();
    found
        .failing
        .retain(|(suite, _), failing| match failing.feature.take() {
            Some(feature) => {
                new.insert((suite.clone(), feature));
                false
            }
            None => true,
        });
    for (suite, feature) in new {
        let mut entry = Table::new();
        entry.insert("suite", value(suite));
        entry.insert("feature", value(feature));
        entry.insert("reason", value(""));
        features.push(entry);
    }
}

/// One new group per file and status.
fn add_groups(groups: &mut ArrayOfTables, found: &Found) {
    let mut new: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for ((suite, key), failing) in &found.failing {
        let group = (suite.as_str(), key.path.as_str(), failing.status);
        new.entry(group).or_default().push((failing.line, key));
    }
    for ((suite, _, status), mut directives) in new {
        directives.sort();
        let shown: Vec<String> = directives
            .iter()
            .map(|(line, key)| key.show(*line))
            .collect();
        let mut group = Table::new();
        group.insert("suite", value(suite));
        group.insert("status", value(status.to_string()));
        group.insert("reason", value(""));
        group.insert("directives", list(&shown));
        groups.push(group);
    }
}

/// An array with one element per line.
fn list(items: &[String]) -> Item {
    let mut array = Array::new();
    for item in items {
        array.push_formatted(toml_edit::Value::from(item).decorated("\n    ", ""));
    }
    array.set_trailing_comma(true);
    array.set_trailing("\n");
    value(array)
}

#[cfg(test)]
mod tests {
    use super::*;
    use component_reports::record::{Outcome, Reach};
    use std::path::Path;

    fn record(line: usize, hash: &str, status: Status, kind: &str) -> Record {
        Record {
            engine: "e".into(),
            suite: "s".into(),
            path: "a.wast".into(),
            line,
            hash: hash.into(),
            occurrence: 0,
            directive: "assert_return".into(),
            status,
            unexpected: false,
            reach: Reach::Executed,
            expected: String::new(),
            outcome: Some(Outcome {
                kind: kind.into(),
                feature: (kind == "unsupported").then(|| "f".to_owned()),
                ..Outcome::default()
            }),
            mismatch: None,
            culprit: None,
            expectation: None,
            reached: Vec::new(),
        }
    }

    #[test]
    fn blessing_keeps_reasons_and_marks_what_is_new() {
        let text = r#"# Why this file is.

# Why this group is.
[[expect]]
suite = "s"
status = "fail"
reason = "known" # and why
directives = ["a.wast:1@aa", "a.wast:2@bb", "gone.wast:3@cc"]

[[expect]]
suite = "s"
status = "unsupported"
reason = "this one alone"
directives = ["a.wast:4@22"]

[[expect]]
suite = "other"
status = "fail"
reason = "did not run"
directives = ["b.wast:1@dd"]
"#;
        let expectations =
            Expectations::parse(Path::new("e.toml"), text.to_owned()).expect("it parses");
        let records = [
            record(7, "aa", Status::Xfail, "returned"),
            record(8, "bb", Status::Xpass, "returned"),
            record(9, "ee", Status::Timeout, "timed-out"),
            record(10, "ff", Status::Fail, "harness-error"),
            record(11, "11", Status::Unsupported, "unsupported"),
            record(12, "22", Status::Xfail, "unsupported"),
        ];
        let blessed = expectations
            .bless(&records.iter().collect::<Vec<_>>())
            .expect("it blesses");
        insta::assert_snapshot!(blessed, @r#"
        # Why this file is.

        # Why this group is.
        [[expect]]
        suite = "s"
        status = "fail"
        reason = "known" # and why
        directives = [
            "a.wast:7@aa",
        ]

        [[expect]]
        suite = "s"
        status = "unsupported"
        reason = "this one alone"
        directives = [
            "a.wast:12@22",
        ]

        [[expect]]
        suite = "other"
        status = "fail"
        reason = "did not run"
        directives = ["b.wast:1@dd"]

        [[expect]]
        suite = "s"
        status = "timeout"
        reason = ""
        directives = [
            "a.wast:9@ee",
        ]

        [[unsupported]]
        suite = "s"
        feature = "f"
        reason = ""
        "#);
        let again = Expectations::parse(Path::new("e.toml"), blessed).expect("it parses again");
        assert_eq!(again.entries.len(), 4);
    }

    #[test]
    fn entries_written_in_place_are_kept() {
        let text = r#"expect = [{ suite = "s", status = "fail", reason = "known", directives = ["a.wast:1@aa"] }]
unsupported = [{ suite = "s", feature = "f", reason = "never" }]
"#;
        let expectations =
            Expectations::parse(Path::new("e.toml"), text.to_owned()).expect("it parses");
        let records = [
            record(1, "aa", Status::Xfail, "returned"),
            record(2, "bb", Status::Unsupported, "unsupported"),
        ];
        let blessed = expectations
            .bless(&records.iter().collect::<Vec<_>>())
            .expect("it blesses");
        assert!(blessed.contains(r#"reason = "known""#), "{blessed}");
        assert!(blessed.contains(r#"reason = "never""#), "{blessed}");
        let again = Expectations::parse(Path::new("e.toml"), blessed).expect("it parses again");
        assert_eq!((again.entries.len(), again.unsupported.len()), (1, 1));
    }
}
