//! The page that compares two runs. A run's chunk holds what it changed; what two runs
//! do differently is what the runs from one to the other changed.

use super::current::Current;
use super::directive::number;
use super::intern::Interned;
use super::layout::{Page, page};
use super::movement::{Movement, movements};
use super::{DashboardError, Site, chunk};
use crate::store::Seen;
use maud::html;
use serde::Serialize;
use std::collections::HashMap;

#[derive(Serialize, Default)]
struct Chunk<'r> {
    words: Interned<&'r str>,
    changes: Vec<ChangeView<'r>>,
}

/// Suite, path, line (nothing, if it is there no longer), hash, occurrence, engine,
/// before, after.
type ChangeView<'r> = (
    usize,
    usize,
    Option<usize>,
    &'r str,
    usize,
    usize,
    Option<State>,
    Option<State>,
);

/// Status, whether it is unexpected, outcome.
type State = (usize, bool, usize);

/// How many changes each run has.
pub(super) fn counts(current: &Current<'_>) -> Vec<usize> {
    let mut counts = vec![0_usize; current.index.runs.len()];
    for movement in movements(current) {
        counts[movement.run] += 1;
    }
    counts
}

/// Writes the page and its chunks; all changes.
pub(super) fn write<'r>(
    current: &Current<'r>,
    site: &mut Site,
) -> Result<Vec<Movement<'r>>, DashboardError> {
    let movements = movements(current);
    let mut by_run: Vec<Vec<&Movement<'r>>> = vec![Vec::new(); current.index.runs.len()];
    for movement in &movements {
        by_run[movement.run].push(movement);
    }
    let lines = lines(current);
    for (run, movements) in by_run.iter_mut().enumerate() {
        // The first chunk is what a reader sees who asks for no more.
        movements.sort_by_key(|movement| (movement.rank(), movement.key));
        for (part, movements) in movements.chunks(chunk::ENTRIES).enumerate() {
            let mut chunk = Chunk::default();
            for movement in movements {
                chunk.add(movement, &lines);
            }
            chunk::add(site, &format!("changes/{run}/{part}"), &chunk)?;
        }
    }
    let body = html! {
        form #runs aria-label="Runs" {}
        p #summary role="status" {}
        div #rest {}
        div #changes { p { "Loading…" } }
        noscript { p { "This page needs JavaScript." } }
    };
    let lead = "What changed from one run to another, what is worse first.";
    let scripts = ["data/files.js", "assets/compare.js"];
    site.page("compare.html", page(Page::Compare, lead, &scripts, &body));
    Ok(movements)
}

/// The lines of the directives that are there now.
pub(super) type Lines<'r> = HashMap<(&'r str, &'r str, &'r str, usize), usize>;

/// See [`Lines`].
pub(super) fn lines<'r>(current: &Current<'r>) -> Lines<'r> {
    let directives = current.directives();
    directives
        .map(|(file, directive)| {
            let any = directive.any;
            let suite = current.suites[file.suite];
            ((suite, file.path, &*any.hash, any.occurrence), any.line)
        })
        .collect()
}

impl<'r> Chunk<'r> {
    fn add(&mut self, movement: &Movement<'r>, lines: &Lines<'r>) {
        let key = movement.key;
        let place = (&*key.suite, &*key.path, &*key.hash, key.occurrence);
        let view = (
            self.words.number(&key.suite),
            self.words.number(&key.path),
            lines.get(&place).copied(),
            &*key.hash,
            key.occurrence,
            self.words.number(&key.engine),
            movement.before.map(|seen| self.state(seen)),
            movement.after.map(|seen| self.state(seen)),
        );
        self.changes.push(view);
    }

    fn state(&mut self, seen: &'r Seen) -> State {
        (
            number(seen.status),
            seen.unexpected,
            self.words.number(&seen.outcome),
        )
    }
}
