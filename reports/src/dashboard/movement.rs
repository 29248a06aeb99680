//! What a directive does differently from one run to another.

use super::current::Current;
use crate::diff::Direction;
use crate::store::{Key, Seen};
use std::collections::BTreeSet;

/// A change of a directive on an engine between two runs.
pub(super) struct Movement<'r> {
    pub(super) key: &'r Key,
    /// The number of the run that first shows it.
    pub(super) run: usize,
    pub(super) before: Option<&'r Seen>,
    pub(super) after: Option<&'r Seen>,
}

/// What the kinds of changes are called, those that matter most first.
pub(super) const RANKS: [&str; 5] = ["worse", "better", "otherwise different", "new", "gone"];

impl Movement<'_> {
    /// Its kind, as a number of [`RANKS`].
    pub(super) fn rank(&self) -> usize {
        let (Some(before), Some(after)) = (self.before, self.after) else {
            return 3 + usize::from(self.after.is_none());
        };
        let state = |seen: &Seen| (seen.status, seen.unexpected);
        match Direction::of(state(before), state(after)) {
            Direction::Worse => 0,
            Direction::Better => 1,
            Direction::Other => 2,
        }
    }
}

/// All changes that the histories hold, in the order of keys. That an engine or a
/// suite is there for the first time is none.
pub(super) fn movements<'r>(current: &Current<'r>) -> Vec<Movement<'r>> {
    let first = |key: &Key| {
        let mut runs = current.index.runs.iter();
        runs.position(|entry| {
            let mut rows = entry.summary.iter();
            rows.any(|row| row.engine == key.engine && row.suite == key.suite)
        })
    };
    let mut firsts = std::collections::HashMap::new();
    let mut movements = Vec::new();
    for (key, history) in current.index.histories() {
        let pair = (&*key.engine, &*key.suite);
        let first = *firsts.entry(pair).or_insert_with(|| first(key));
        let mut before = None;
        for (run, after) in history {
            if Some(run) != first {
                movements.push(Movement {
                    key,
                    run,
                    before,
                    after,
                });
            }
            before = after;
        }
    }
    movements
}

/// The changes without those of a directive that went from one file to another, and how
/// many of those there are.
pub(super) fn without_renamed<'m, 'r>(all: &[&'m Movement<'r>]) -> (Vec<&'m Movement<'r>>, usize) {
    let text = |m: &Movement<'r>| {
        let key = m.key;
        (&*key.suite, &*key.hash, key.occurrence, &*key.engine)
    };
    let of = |rank| {
        all.iter()
            .filter(move |m| m.rank() == rank)
            .map(|m| text(m))
    };
    let came: BTreeSet<_> = of(3).collect();
    let both: BTreeSet<_> = of(4).filter(|text| came.contains(text)).collect();
    let stays = |m: &&&Movement<'r>| m.rank() < 3 || !both.contains(&text(m));
    let left: Vec<_> = all.iter().filter(stays).copied().collect();
    (left, both.len())
}
