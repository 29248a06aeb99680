//! What a directive does differently from one run to another.

use super::current::Current;
use crate::diff::Direction;
use crate::store::{Key, Seen};

/// A change of a directive on an engine between two runs.
pub(super) struct Movement<'r> {
    pub(super) key: &'r Key,
    /// The number of the run that first shows it.
    pub(super) run: usize,
    pub(super) before: Option<&'r Seen>,
    pub(super) after: Option<&'r Seen>,
}

impl Movement<'_> {
    /// Whether it is for the worse; nothing, for what came or went.
    pub(super) fn direction(&self) -> Option<Direction> {
        let (before, after) = (self.before?, self.after?);
        Some(Direction::of(
            (before.status, before.unexpected),
            (after.status, after.unexpected),
        ))
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
