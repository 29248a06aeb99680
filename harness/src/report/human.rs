//! The report for people: a row per file, then each unexpected directive with its
//! place in the source, then the sums.

use super::{Event, Reporter};
use crate::run::{Ended, FileReport, RunError};
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use component_reports::record::{Record, Status};
use component_reports::tally::{Tally, TallyRow};
use std::io::Write;

/// How many unexpected directives of one file are shown with their source.
const SHOWN_PER_FILE: usize = 10;

/// Writes plain or coloured text.
pub struct Human<W> {
    out: W,
    renderer: Renderer,
    /// What a command that reproduces a directive begins with.
    program: String,
    tally: Tally,
    unexpected: Vec<String>,
}

impl<W: Write> Human<W> {
    /// Writes to `out`, with colours if asked for. `program` is what a command
    /// line begins with, such as `cargo run --release --`.
    pub fn new(out: W, colour: bool, program: &str) -> Self {
        Human {
            out,
            renderer: match colour {
                true => Renderer::styled(),
                false => Renderer::plain(),
            },
            program: program.to_owned(),
            tally: Tally::default(),
            unexpected: Vec::new(),
        }
    }

    fn file(&mut self, file: &FileReport) -> Result<(), RunError> {
        let mut tally = Tally::default();
        file.records.iter().for_each(|record| tally.add(record));
        file.records
            .iter()
            .for_each(|record| self.tally.add(record));
        let counts = tally
            .rows()
            .iter()
            .map(|row| counts(row))
            .collect::<String>();
        let red = file.records.iter().any(|record| record.unexpected);
        writeln!(
            self.out,
            "{} {} {}/{}{counts}",
            if red { "FAIL" } else { "ok  " },
            file.engine,
            file.suite,
            file.path,
        )?;
        let details = self.details(file);
        self.unexpected.extend(details);
        Ok(())
    }

    /// The unexpected directives of a file. What is blocked by one of them is
    /// counted only.
    fn details(&self, file: &FileReport) -> Vec<String> {
        let unexpected = file
            .records
            .iter()
            .zip(&file.spans)
            .filter(|(r, _)| r.unexpected);
        let (blocked, causes): (Vec<_>, Vec<_>) =
            unexpected.partition(|(record, _)| record.status == Status::Blocked);
        let shown = causes.iter().take(SHOWN_PER_FILE);
        let mut details: Vec<String> = shown
            .map(|(record, span)| self.detail(file, record, (*span).clone()))
            .collect();
        let place = format!("{}/{} on {}", file.suite, file.path, file.engine);
        if causes.len() > SHOWN_PER_FILE {
            let more = causes.len() - SHOWN_PER_FILE;
            details.push(format!(
                "and {more} more unexpected directives in {place}\n"
            ));
        }
        if let Some((first, _)) = blocked.first() {
            let culprit = first.culprit.as_deref().unwrap_or("an unknown directive");
            details.push(format!(
                "{} directives blocked in {place}, the first by {culprit}\n",
                blocked.len()
            ));
        }
        details
    }

    fn detail(&self, file: &FileReport, record: &Record, span: std::ops::Range<usize>) -> String {
        let title = format!("{} on {}: {}", record.id(), record.engine, title(record));
        // The first line says which directive; a component may go on for pages.
        let first = file.text[span.clone()].lines().next().map_or(0, str::len);
        let label = record
            .mismatch
            .clone()
            .unwrap_or_else(|| match &record.outcome {
                Some(_) => "passes".to_owned(),
                None => "blocked".to_owned(),
            });
        let path = format!("{}/{}", file.suite, file.path);
        let snippet = Snippet::source(&*file.text).path(&path).annotation(
            AnnotationKind::Primary
                .span(span.start..span.start + first)
                .label(&label),
        );
        let mut notes = Vec::new();
        for (what, text) in record.details() {
            notes.push(Level::NOTE.message(format!("{what}: {text}")));
        }
        notes.push(Level::HELP.message(format!(
            "reproduce: {} run --engine {} --suite '{}' --filter '{}'",
            self.program,
            record.engine,
            file.suite_argument,
            record.id()
        )));
        let report = Level::ERROR
            .primary_title(&title)
            .element(snippet)
            .elements(notes);
        format!("{}\n", self.renderer.render(&[report]))
    }

    fn ended(&mut self, ended: &Ended) -> Result<(), RunError> {
        writeln!(self.out)?;
        for detail in &self.unexpected {
            writeln!(self.out, "{detail}")?;
        }
        for problem in &ended.problems {
            writeln!(self.out, "expectation: {problem}")?;
        }
        for row in self.tally.rows() {
            let sums = &row.summary;
            writeln!(
                self.out,
                "{} on {}: {} directives in {} files{}",
                sums.suite,
                sums.engine,
                sums.directives,
                sums.files,
                counts(row)
            )?;
            writeln!(
                self.out,
                "    {} executed, {} judged by the validator alone, {} settled before the engine",
                row.reach.executed, row.reach.validator, row.reach.runner
            )?;
        }
        let red = ended.unexpected + ended.problems.len();
        match (ended.complete, red) {
            (false, _) => writeln!(self.out, "stopped before the end")?,
            (true, 0) => writeln!(self.out, "all as expected")?,
            (true, _) => writeln!(
                self.out,
                "{} unexpected directives, {} problems with expectations",
                ended.unexpected,
                ended.problems.len()
            )?,
        }
        self.out.flush()?;
        Ok(())
    }
}

impl<W: Write> Reporter for Human<W> {
    fn event(&mut self, event: &Event<'_>) -> Result<(), RunError> {
        match event {
            Event::Began(_) | Event::Progress { .. } => Ok(()),
            Event::File(file) => self.file(file),
            Event::Ended(ended) => self.ended(ended),
        }
    }
}

/// The counts that are not zero: `: 12 pass, 1 fail`.
fn counts(row: &TallyRow) -> String {
    let sums = &row.summary;
    let counts = [
        (sums.pass, "pass"),
        (sums.fail, "fail"),
        (sums.xfail, "xfail"),
        (sums.xpass, "xpass"),
        (sums.blocked, "blocked"),
        (sums.unsupported, "unsupported"),
        (sums.crash, "crash"),
        (sums.timeout, "timeout"),
        (sums.unexpected, "unexpected"),
    ];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    match counts.is_empty() {
        true => String::new(),
        false => format!(": {}", counts.join(", ")),
    }
}

fn title(record: &Record) -> &'static str {
    match record.status {
        Status::Pass => "passes",
        Status::Fail => "fails",
        Status::Xfail => "fails as expected, for a reason that nobody has written down",
        Status::Xpass => "passes although it is expected to fail",
        Status::Blocked => "is blocked",
        Status::Unsupported => "is unsupported",
        Status::Crash => "crashes the worker",
        Status::Timeout => "does not end in time",
    }
}
