//! The matrix of files, and within them of directives, by engine; and what all pages
//! know of the files.

use super::current::{Current, Directive, when};
use super::directive::{Scripts, number};
use super::intern::Interned;
use super::layout::{Page, STATUSES, page};
use super::{DashboardError, Reachable, Site, chunk};
use crate::record::Record;
use crate::store::RunId;
use maud::html;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

#[derive(Serialize)]
struct Files<'r> {
    engines: &'r [&'r str],
    suites: &'r [&'r str],
    statuses: Vec<String>,
    /// Id, when, and what is to be said of each run.
    runs: Vec<(&'r str, String, String)>,
    /// The number of the latest run and of the one before, by suite, engine.
    pairs: Vec<(usize, usize, usize, Option<usize>)>,
    /// How many chunks of directives each suite has.
    chunks: Vec<usize>,
    /// How many changes each run has, and how many of them one chunk holds.
    changes: Vec<usize>,
    entries: usize,
    features: Interned<String>,
    files: Vec<FileView<'r>>,
}

/// Suite, path, first lines of chunks, features, counts by engine.
type FileView<'r> = (usize, &'r str, &'r [usize], Vec<usize>, Vec<Option<Counts>>);

/// How many directives have each status, and how many are unexpected.
type Counts = [usize; STATUSES.len() + 1];

#[derive(Serialize, Default)]
struct Chunk {
    suite: usize,
    words: Interned<String>,
    outcomes: Interned<OutcomeView>,
    /// By file: its number and its directives.
    files: Vec<(usize, Vec<Vec<Option<usize>>>)>,
}

/// Status, whether unexpected, and the words for outcome, phase, trap, site, feature,
/// reason.
type OutcomeView = (usize, bool, usize, [Option<usize>; 5]);

/// Writes the page and its chunks.
pub(super) fn write(
    current: &Current<'_>,
    scripts: &Scripts,
    reachable: &[Reachable],
    labels: &[(String, RunId)],
    site: &mut Site,
) -> Result<(), DashboardError> {
    let mut features = Interned::default();
    let mut views = Vec::new();
    for (file, script) in current.files.iter().zip(scripts) {
        let own = script.features.iter().cloned();
        let own = own.map(|name| features.number(name)).collect();
        let counts = (0..current.engines.len()).map(|engine| counts(&file.directives, engine));
        views.push((file.suite, file.path, &*script.parts, own, counts.collect()));
    }
    let mut chunks = Vec::new();
    for suite in 0..current.suites.len() {
        chunks.push(write_suite(current, suite, site)?);
    }
    let mut noted: HashMap<&RunId, Vec<String>> = HashMap::new();
    for (label, id) in labels {
        noted.entry(id).or_default().push(label.clone());
    }
    let runs = current.index.runs.iter().map(|entry| {
        let mut notes = noted.remove(&entry.id).unwrap_or_default();
        notes.extend(entry.notes());
        (&*entry.id.0, when(entry), notes.join(", "))
    });
    let pairs = current.pairs.iter();
    let files = Files {
        engines: &current.engines,
        suites: &current.suites,
        statuses: STATUSES.iter().map(ToString::to_string).collect(),
        runs: runs.collect(),
        pairs: pairs
            .map(|p| (p.suite, p.engine, p.run, p.previous))
            .collect(),
        chunks,
        changes: super::compare::counts(current),
        entries: chunk::ENTRIES,
        features,
        files: views,
    };
    chunk::add(site, "files", &files)?;
    chunk::add(site, "reached", &reached(current, reachable))?;
    let body = html! {
        form #filters role="search" aria-label="Filters" {}
        p #summary role="status" {}
        div #matrix .scroll { p { "Loading…" } }
        noscript { p { "This page needs JavaScript." } }
    };
    let lead = "Files and directives by engine. What you choose is kept in the address.";
    let scripts = ["data/files.js", "assets/matrix.js"];
    site.page("matrix.html", page(Page::Matrix, lead, &scripts, &body));
    Ok(())
}

/// Writes the chunks of a suite; how many.
fn write_suite(
    current: &Current<'_>,
    suite: usize,
    site: &mut Site,
) -> Result<usize, DashboardError> {
    let mut written = 0;
    let mut chunk = Chunk::default();
    let mut entries = 0;
    let files = current.files.iter().enumerate();
    for (number, file) in files.filter(|(_, file)| file.suite == suite) {
        let mut rest = file.directives.as_slice();
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(chunk::ENTRIES - entries));
            let rows = now.iter().map(|directive| chunk.row(directive)).collect();
            chunk.files.push((number, rows));
            entries += now.len();
            rest = later;
            if entries == chunk::ENTRIES {
                add(&mut chunk, suite, &mut written, site)?;
                entries = 0;
            }
        }
    }
    if entries > 0 {
        add(&mut chunk, suite, &mut written, site)?;
    }
    Ok(written)
}

fn add(
    chunk: &mut Chunk,
    suite: usize,
    written: &mut usize,
    site: &mut Site,
) -> Result<(), DashboardError> {
    chunk.suite = suite;
    chunk::add(site, &format!("suite/{suite}/{written}"), chunk)?;
    *written += 1;
    *chunk = Chunk::default();
    Ok(())
}

impl Chunk {
    /// Line, keyword, and an outcome by engine.
    fn row(&mut self, directive: &Directive<'_>) -> Vec<Option<usize>> {
        let any = directive.any;
        let mut row = vec![
            Some(any.line),
            Some(self.words.number(any.directive.clone())),
        ];
        for record in &directive.results {
            row.push(record.map(|record| self.outcome(record)));
        }
        row
    }

    fn outcome(&mut self, record: &Record) -> usize {
        let mut word = |text: &Option<String>| {
            let text = text.as_ref()?;
            Some(self.words.number(text.clone()))
        };
        let outcome = record.outcome.clone().unwrap_or_default();
        let why = why(record);
        let words = [
            word(&outcome.phase),
            word(&outcome.class),
            word(&outcome.site),
            word(&outcome.feature),
            word(&why),
        ];
        let kind = match record.outcome {
            Some(_) => outcome.kind,
            None => "blocked".to_owned(),
        };
        let kind = self.words.number(kind);
        self.outcomes
            .number((number(record.status), record.unexpected, kind, words))
    }
}

/// Why a directive did not pass: what a person wrote, before what the harness says.
pub(super) fn why(record: &Record) -> Option<String> {
    let blocked = record.culprit.as_ref().map(|id| format!("blocked by {id}"));
    let passes = super::current::passes(record.status);
    let expectation = record.expectation.as_ref().map(|e| e.reason.as_str());
    let outcome = record.outcome.as_ref();
    let message = outcome.and_then(|outcome| outcome.message.as_deref());
    let why = expectation
        .filter(|reason| !reason.is_empty())
        .or(record.mismatch.as_deref())
        .map(str::to_owned)
        .or(blocked)
        .or_else(|| message.map(str::to_owned));
    why.filter(|_| !passes)
}

fn counts(directives: &[Directive<'_>], engine: usize) -> Option<Counts> {
    let mut counts = [0; STATUSES.len() + 1];
    let mut any = false;
    for record in directives.iter().filter_map(|d| d.results[engine]) {
        counts[number(record.status)] += 1;
        counts[STATUSES.len()] += usize::from(record.unexpected);
        any = true;
    }
    any.then_some(counts)
}

/// The files and lines of the directives that reach something, by its name.
fn reached<'r>(
    current: &Current<'_>,
    reachable: &'r [Reachable],
) -> BTreeMap<&'r str, Vec<(usize, usize)>> {
    let files = current.files.iter().enumerate();
    let numbers: HashMap<String, usize> = files
        .map(|(number, file)| {
            let suite = current.suites[file.suite];
            (format!("{suite}/{}", file.path), number)
        })
        .collect();
    let place = |id: &String| {
        let (file, line) = id.rsplit_once(':')?;
        Some((*numbers.get(file)?, line.parse().ok()?))
    };
    let reachable = reachable.iter();
    let reachable = reachable.filter(|reachable| !reachable.directives.is_empty());
    reachable
        .map(|r| (&*r.name, r.directives.iter().filter_map(place).collect()))
        .collect()
}
