//! The index of a store: what each directive did in each run, reduced to the changes.

use super::{Damaged, RunId, Store, StoreError};
use crate::record::{Header, Record, Status, SummaryRow};
use crate::run::Run;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};

/// What is known of the runs of a store without reading them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// The runs, as they came.
    pub runs: Vec<Entry>,
    /// The files that are no runs.
    left_out: Vec<RunId>,
    /// What directives did, each once.
    outcomes: Vec<Seen>,
    /// The history of each directive on each engine.
    histories: Vec<(Key, Changes)>,
}

/// The number of a run, and that of an outcome.
type Changes = Vec<(u32, Option<u32>)>;

/// A run of the index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its name.
    pub id: RunId,
    /// Its first line.
    pub header: Header,
    /// Whether every directive that was asked for ran, and was stored.
    pub complete: bool,
    /// Its sums.
    pub summary: Vec<SummaryRow>,
}

/// A directive on an engine, across runs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    /// The suite.
    pub suite: String,
    /// The file within the suite.
    pub path: String,
    /// The hash of the directive's text.
    pub hash: String,
    /// How many directives of the file with the same text come before it.
    pub occurrence: usize,
    /// The engine.
    pub engine: String,
}

/// What a directive did, as far as histories tell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Seen {
    /// The verdict held against the expectation.
    pub status: Status,
    /// Whether that was not to be expected.
    pub unexpected: bool,
    /// What was observed, in a word or two.
    pub outcome: String,
}

/// The changes of a directive: the run in which each was first seen, and what it did
/// from then on; nothing, if the run had it no longer.
pub type History<'i> = Vec<(&'i Entry, Option<&'i Seen>)>;

impl Entry {
    /// Why it says less than a run of all of its suites; empty, if it does not.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let Header {
            shard,
            filter,
            seed,
            ..
        } = &self.header;
        let mut notes = Vec::new();
        if !self.complete {
            notes.push("incomplete".to_owned());
        }
        notes.extend(shard.as_ref().map(|shard| format!("shard {shard}")));
        notes.extend(filter.as_ref().map(|filter| format!("filter {filter}")));
        notes.extend(seed.map(|seed| format!("seed {seed}")));
        notes
    }
}

impl Key {
    /// The key of a record.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        Key {
            suite: record.suite.clone(),
            path: record.path.clone(),
            hash: record.hash.clone(),
            occurrence: record.occurrence,
            engine: record.engine.clone(),
        }
    }
}

impl Seen {
    /// What a record says.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        Seen {
            status: record.status,
            unexpected: record.unexpected,
            outcome: record.brief(),
        }
    }
}

impl Index {
    /// The history of a directive on an engine; empty, if no run has it.
    #[must_use]
    pub fn history(&self, key: &Key) -> History<'_> {
        let found = self.histories.binary_search_by(|(other, _)| other.cmp(key));
        let changes = found.map_or(&[][..], |i| &self.histories[i].1);
        let change = |(run, outcome): &(u32, Option<u32>)| {
            let outcome = outcome.map(|i| &self.outcomes[i as usize]);
            (&self.runs[*run as usize], outcome)
        };
        changes.iter().map(change).collect()
    }

    /// All histories, by key: the number of the run in which each change was first
    /// seen, and what the directive did from then on.
    pub fn histories(
        &self,
    ) -> impl Iterator<Item = (&Key, impl Iterator<Item = (usize, Option<&Seen>)>)> {
        self.histories.iter().map(|(key, changes)| {
            let changes = changes.iter().map(|(run, outcome)| {
                let outcome = outcome.map(|i| &self.outcomes[i as usize]);
                (*run as usize, outcome)
            });
            (key, changes)
        })
    }

    /// The index of the runs that a store has now, what is damaged, and whether `known`
    /// was another one.
    pub(super) fn update(
        store: &Store,
        known: Index,
    ) -> Result<(Index, Vec<Damaged>, bool), StoreError> {
        let ids = store.ids()?;
        // What is known holds as far as it is a beginning of what is there.
        let indexed: BTreeSet<_> = known.runs.iter().map(|entry| &entry.id).collect();
        let indexed: BTreeSet<_> = indexed
            .into_iter()
            .chain(&known.left_out)
            .cloned()
            .collect();
        let holds = ids.len() >= indexed.len() && ids.iter().take(indexed.len()).eq(&indexed);
        let base = if holds { known } else { Index::default() };
        let before = (base.runs.len(), base.left_out.len());
        let left_out = base.left_out.clone();
        let mut building = Building::new(base);
        let mut damaged = Vec::new();
        for id in &ids {
            let known = holds && indexed.contains(id);
            if known && !left_out.contains(id) {
                continue;
            }
            match store.read(id) {
                Ok(run) => building.add(id, &run),
                Err(StoreError::Read(error)) => {
                    let path = store.path(id);
                    damaged.push(Damaged { path, error });
                    if !known {
                        building.index.left_out.push(id.clone());
                    }
                }
                Err(error) => return Err(error),
            }
        }
        let after = (building.index.runs.len(), building.index.left_out.len());
        Ok((building.finish(), damaged, !holds || before != after))
    }
}

struct Building {
    index: Index,
    outcomes: HashMap<Seen, u32>,
    histories: HashMap<Key, Known>,
}

/// What is known of a directive so far.
#[derive(Default)]
struct Known {
    changes: Changes,
    /// The last run that had it, of those added now.
    run: Option<u32>,
}

impl Building {
    fn new(mut index: Index) -> Self {
        let numbered = index.outcomes.iter().cloned().zip(0..);
        let histories = std::mem::take(&mut index.histories).into_iter();
        let known = |changes| Known { changes, run: None };
        Building {
            outcomes: numbered.collect(),
            histories: histories
                .map(|(key, changes)| (key, known(changes)))
                .collect(),
            index,
        }
    }

    fn add(&mut self, id: &RunId, run: &Run) {
        let number = self.index.runs.len() as u32;
        self.index.runs.push(Entry {
            id: id.clone(),
            header: run.header.clone(),
            complete: run.complete(),
            summary: run
                .records
                .iter()
                .collect::<crate::tally::Tally>()
                .summary(),
        });
        for record in &run.records {
            let outcome = Some(self.outcome(Seen::of(record)));
            let known = self.histories.entry(Key::of(record)).or_default();
            known.run = Some(number);
            if known
                .changes
                .last()
                .is_none_or(|(_, last)| *last != outcome)
            {
                known.changes.push((number, outcome));
            }
        }
        // Only a run of all of a suite says that a directive is there no longer.
        if run.complete() && run.header.filter.is_none() && run.header.shard.is_none() {
            let pairs = self.index.runs[number as usize].summary.iter();
            let pairs: BTreeSet<_> = pairs.map(|row| (&*row.engine, &*row.suite)).collect();
            for (key, known) in &mut self.histories {
                let there = known.changes.last().is_some_and(|(_, last)| last.is_some());
                let asked = || pairs.contains(&(&*key.engine, &*key.suite));
                if known.run != Some(number) && there && asked() {
                    known.changes.push((number, None));
                }
            }
        }
    }

    fn outcome(&mut self, seen: Seen) -> u32 {
        if let Some(number) = self.outcomes.get(&seen) {
            return *number;
        }
        let number = self.index.outcomes.len() as u32;
        self.index.outcomes.push(seen.clone());
        self.outcomes.insert(seen, number);
        number
    }

    fn finish(mut self) -> Index {
        let histories = self.histories.into_iter();
        self.index.histories = histories.map(|(key, known)| (key, known.changes)).collect();
        self.index.histories.sort_by(|(a, _), (b, _)| a.cmp(b));
        self.index
    }
}
