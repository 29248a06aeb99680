//! What holds now: of each engine and suite, the latest run that has it whole.

use crate::record::{Record, Status, SummaryRow};
use crate::run::Run;
use crate::store::{Entry, Index};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The latest results of all engines on all suites.
pub(super) struct Current<'r> {
    pub(super) index: &'r Index,
    /// The engines, in the order in which runs first had them.
    pub(super) engines: Vec<&'r str>,
    /// The suites, likewise.
    pub(super) suites: Vec<&'r str>,
    /// Which run each engine has on each suite; by suite, then by engine.
    pub(super) pairs: Vec<Pair<'r>>,
    /// The files, by suite and path.
    pub(super) files: Vec<File<'r>>,
}

/// An engine on a suite.
pub(super) struct Pair<'r> {
    pub(super) engine: usize,
    pub(super) suite: usize,
    /// The number of its latest run.
    pub(super) run: usize,
    /// The number of the one before.
    pub(super) previous: Option<usize>,
    pub(super) summary: &'r SummaryRow,
}

/// A file.
pub(super) struct File<'r> {
    pub(super) suite: usize,
    pub(super) path: &'r str,
    /// Its directives, by line.
    pub(super) directives: Vec<Directive<'r>>,
}

/// A directive.
pub(super) struct Directive<'r> {
    /// The record of the first engine that has it, for what engines share.
    pub(super) any: &'r Record,
    /// By engine.
    pub(super) results: Vec<Option<&'r Record>>,
}

/// The numbers of the runs that hold what holds now.
pub(super) fn reads(index: &Index) -> BTreeSet<usize> {
    latest(index).into_iter().map(|(_, runs)| runs.0).collect()
}

type Latest<'r> = Vec<((&'r str, &'r str), (usize, Option<usize>))>;

/// The numbers of runs, the latest first.
#[derive(Default)]
struct Numbers {
    whole: Vec<usize>,
    all: Vec<usize>,
}

/// The directives of a file, by hash and occurrence.
type Directives<'r> = BTreeMap<(&'r str, usize), Directive<'r>>;

/// The latest run of each engine on each suite, and the one before.
fn latest(index: &Index) -> Latest<'_> {
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    let mut known = BTreeSet::new();
    for row in index.runs.iter().flat_map(|entry| &entry.summary) {
        if known.insert((&row.engine, &row.suite)) {
            pairs.push((&row.engine, &row.suite));
        }
    }
    let mut runs: HashMap<(&str, &str), Numbers> = HashMap::new();
    for (number, entry) in index.runs.iter().enumerate().rev() {
        let whole = entry.notes().is_empty();
        for row in &entry.summary {
            let numbers = runs.entry((&row.engine, &row.suite)).or_default();
            numbers.all.push(number);
            if whole {
                numbers.whole.push(number);
            }
        }
    }
    let mut latest = Vec::new();
    for pair in pairs {
        let Numbers { whole, all } = &runs[&pair];
        // A part of it is better than nothing.
        let chosen = if whole.is_empty() { all } else { whole };
        latest.push((pair, (chosen[0], chosen.get(1).copied())));
    }
    latest
}

impl<'r> Current<'r> {
    /// From the runs that [`reads`] names; nothing, if there are none.
    pub(super) fn new(index: &'r Index, runs: &'r BTreeMap<usize, Run>) -> Option<Self> {
        let latest = latest(index);
        let mut engines: Vec<&str> = Vec::new();
        let mut suites: Vec<&str> = Vec::new();
        for ((engine, suite), _) in &latest {
            if !engines.contains(engine) {
                engines.push(engine);
            }
            if !suites.contains(suite) {
                suites.push(suite);
            }
        }
        let position = |names: &[&str], name: &str| names.iter().position(|other| *other == name);
        let mut pairs = Vec::new();
        for ((engine, suite), (run, previous)) in latest {
            let rows = &index.runs[run].summary;
            let summary = rows
                .iter()
                .find(|r| r.engine == engine && r.suite == suite)?;
            pairs.push(Pair {
                engine: position(&engines, engine)?,
                suite: position(&suites, suite)?,
                run,
                previous,
                summary,
            });
        }
        pairs.sort_by_key(|pair| (pair.suite, pair.engine));
        let holds: BTreeMap<_, _> = pairs.iter().map(|p| ((p.engine, p.suite), p.run)).collect();
        let mut files: BTreeMap<(usize, &str), Directives<'r>> = BTreeMap::new();
        for (number, run) in runs {
            for record in &run.records {
                let engine = position(&engines, &record.engine)?;
                let suite = position(&suites, &record.suite)?;
                if holds.get(&(engine, suite)) != Some(number) {
                    continue;
                }
                let file = files.entry((suite, &record.path)).or_default();
                let directive = file
                    .entry((&record.hash, record.occurrence))
                    .or_insert_with(|| Directive {
                        any: record,
                        results: vec![None; engines.len()],
                    });
                directive.results[engine] = Some(record);
            }
        }
        let files: Vec<_> = files
            .into_iter()
            .map(|((suite, path), directives)| {
                let mut directives: Vec<_> = directives.into_values().collect();
                directives.sort_by_key(|d| (d.any.line, d.any.occurrence, &d.any.hash));
                File {
                    suite,
                    path,
                    directives,
                }
            })
            .collect();
        (!files.is_empty()).then_some(Current {
            index,
            engines,
            suites,
            pairs,
            files,
        })
    }

    /// Every record that holds now.
    pub(super) fn records(&self) -> impl Iterator<Item = &'r Record> {
        let directives = self.files.iter().flat_map(|file| &file.directives);
        directives.flat_map(|directive| directive.results.iter().flatten().copied())
    }

    /// The directives, each with its file.
    pub(super) fn directives(&self) -> impl Iterator<Item = (&File<'r>, &Directive<'r>)> {
        let files = self.files.iter();
        files.flat_map(|file| file.directives.iter().map(move |d| (file, d)))
    }

    /// The pair of an engine and a suite.
    pub(super) fn pair(&self, engine: usize, suite: usize) -> Option<&Pair<'r>> {
        let mut pairs = self.pairs.iter();
        pairs.find(|pair| pair.engine == engine && pair.suite == suite)
    }
}

impl Directive<'_> {
    /// What alone does not pass it, where others do: an engine, or more engines of one
    /// [family], which are then called `FAMILY*`; and the first of them.
    pub(super) fn only_failure(&self, engines: &[&str]) -> Option<(String, usize)> {
        let judged = self.results.iter().enumerate();
        let judged = judged.filter_map(|(engine, r)| r.map(|r| (engine, passes(r.status))));
        let judged: Vec<_> = judged.collect();
        let failing = || judged.iter().filter(|(_, passes)| !passes);
        let (first, _) = *failing().next()?;
        if failing().count() == judged.len() {
            return None;
        }
        let family = family(engines[first]);
        let of_family = |engine: usize| self::family(engines[engine]) == family;
        match failing().count() {
            1 => Some((engines[first].to_owned(), first)),
            _ => judged
                .iter()
                .all(|(engine, passes)| of_family(*engine) != *passes)
                .then(|| (format!("{family}*"), first)),
        }
    }
}

/// What engines have in common that are called alike: `wasmtime-winch` is a `wasmtime`.
/// `matrix.js` says the same.
fn family(engine: &str) -> &str {
    engine.split('-').next().unwrap_or(engine)
}

/// Whether the assertion holds, expected or not.
pub(super) fn passes(status: Status) -> bool {
    matches!(status, Status::Pass | Status::Xpass)
}

/// When a run was stored, for people.
pub(super) fn when(entry: &Entry) -> String {
    let id = &entry.id.0;
    let parts = (
        id.get(0..4),
        id.get(4..6),
        id.get(6..8),
        id.get(9..11),
        id.get(11..13),
    );
    match parts {
        (Some(year), Some(month), Some(day), Some(hour), Some(minute)) => {
            format!("{year}-{month}-{day} {hour}:{minute}")
        }
        _ => id.clone(),
    }
}
