//! The report for people: a row per file, then each unexpected directive with its
//! place in the source, then the sums.

use super::{Event, Reporter, reproduce};
use crate::run::{Ended, FileReport, RunError};
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use component_reports::record::{Record, Status};
use component_reports::tally::{Tally, TallyRow};
use component_reports::visible::{start, visible, visible_line};
use std::io::Write;
use std::ops::Range;

/// How many unexpected directives of one file are shown with their source.
const SHOWN_PER_FILE: usize = 10;

/// How many characters are shown of one text; `conform explain` shows it whole.
const SHOWN: usize = 400;

/// How many characters are shown beside the source.
const SHOWN_BESIDE: usize = 100;

/// What the counts of directives mean that did not just pass or fail.
const LEGEND: [(Status, &str); 4] = [
    (Status::Xfail, "does not pass, as expected"),
    (Status::Xpass, "passes, which was not expected"),
    (Status::Blocked, "needs what did not come into being"),
    (
        Status::Unsupported,
        "has no counterpart in the engine's API",
    ),
];

/// Writes plain or coloured text.
pub struct Human<W> {
    out: W,
    renderer: Renderer,
    /// What a command that reproduces a directive begins with.
    command: String,
    tally: Tally,
    unexpected: Vec<String>,
}

impl<W: Write> Human<W> {
    /// Writes to `out`, with colours if asked for. `command` is what a command
    /// line begins with, such as `cargo run --release -- run`.
    pub fn new(out: W, colour: bool, command: &str) -> Self {
        Human {
            out,
            renderer: match colour {
                true => Renderer::styled(),
                false => Renderer::plain(),
            },
            command: command.to_owned(),
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
        let counts = tally.rows().iter().map(counts).collect::<String>();
        let red = file.records.iter().any(|record| record.unexpected);
        let verdict = if red { "FAIL" } else { "ok  " };
        writeln!(self.out, "{verdict} {}{counts}", place(file))?;
        let details = self.details(file);
        self.unexpected.extend(details);
        Ok(())
    }

    /// The unexpected directives of a file. What is blocked by one of them is
    /// counted only.
    fn details(&self, file: &FileReport) -> Vec<String> {
        let directives = file.records.iter().zip(&file.spans);
        let unexpected = directives.filter(|(record, _)| record.unexpected);
        let (blocked, causes): (Vec<_>, Vec<_>) = unexpected.partition(|(record, _)| {
            record.status == Status::Blocked && record.expectation.is_none()
        });
        let shown = causes.iter().take(SHOWN_PER_FILE);
        let mut details: Vec<String> = shown
            .map(|(record, span)| self.detail(file, record, (*span).clone()))
            .collect();
        if causes.len() > SHOWN_PER_FILE {
            let more = plural(causes.len() - SHOWN_PER_FILE, "more unexpected directive");
            details.push(format!("{more} in {}\n", place(file)));
        }
        let mut culprits: Vec<(&str, usize)> = Vec::new();
        for (record, _) in blocked {
            let culprit = record.culprit.as_deref().unwrap_or("an unknown directive");
            match culprits.iter_mut().find(|(known, _)| *known == culprit) {
                Some((_, count)) => *count += 1,
                None => culprits.push((culprit, 1)),
            }
        }
        for (culprit, count) in culprits {
            details.push(
                visible_line(&format!(
                    "{} blocked by {culprit} on {}",
                    plural(count, "directive"),
                    file.engine
                )) + "\n",
            );
        }
        details
    }

    fn detail(&self, file: &FileReport, record: &Record, span: Range<usize>) -> String {
        let title = visible_line(&format!(
            "{} on {}: {}",
            record.id(),
            record.engine,
            title(record)
        ));
        // The first line says which directive; a component may go on for pages.
        let begin = file.text[..span.start].rfind('\n').map_or(0, |at| at + 1);
        let directive = &file.text[span.clone()];
        let end = span.start + directive.lines().next().map_or(0, str::len);
        let before = source(&file.text[begin..span.start]);
        let directive = source(&file.text[span.start..end]);
        let rest = file.text[end..].lines().next().unwrap_or_default();
        let line = format!("{before}{directive}{}", source(rest));
        let mut annotation =
            AnnotationKind::Primary.span(before.len()..before.len() + directive.len());
        if let Some(label) = label(record) {
            annotation = annotation.label(label);
        }
        let snippet = Snippet::source(line)
            .line_start(record.line)
            .path(visible_line(&file.absolute.to_string_lossy()))
            .annotation(annotation);
        let notes = record.details();
        let notes = notes.iter().filter(|(what, _)| *what != "mismatch");
        let mut notes: Vec<_> = notes
            .map(|(what, text)| Level::NOTE.with_name(*what).message(shown(text)))
            .collect();
        let again = reproduce(&self.command, file, record);
        notes.push(Level::HELP.with_name("reproduce").message(again));
        let report = Level::ERROR
            .primary_title(title)
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
            writeln!(
                self.out,
                "expectation: {}",
                visible_line(&problem.to_string())
            )?;
        }
        for row in self.tally.rows() {
            let sums = &row.summary;
            writeln!(
                self.out,
                "{} on {}: {} in {}{}",
                sums.suite,
                sums.engine,
                plural(sums.directives, "directive"),
                plural(sums.files, "file"),
                counts(row)
            )?;
            writeln!(
                self.out,
                "    {} executed, {} judged by the validator alone, {} settled before the engine",
                row.reach.executed, row.reach.validator, row.reach.runner
            )?;
        }
        let legend = LEGEND.iter().filter(|(status, _)| {
            let mut rows = self.tally.rows().iter();
            rows.any(|row| count(row, *status) > 0)
        });
        for (status, meaning) in legend {
            writeln!(self.out, "    {status}: {meaning}")?;
        }
        writeln!(self.out, "{}", conclusion(ended))?;
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

/// A file and the engine that it ran on.
fn place(file: &FileReport) -> String {
    visible_line(&format!("{}/{} on {}", file.suite, file.path, file.engine))
}

/// Source text as it can be shown; the renderer knows what to do with tabs.
fn source(text: &str) -> String {
    let parts: Vec<String> = text.split('\t').map(visible).collect();
    parts.join("\t")
}

/// The start of a text as it can be shown. No line begins with what the text
/// says, which might be a command to those who read logs, such as `::error::`.
fn shown(text: &str) -> String {
    let shown = match start(text, SHOWN) {
        (all, 0) => visible(all),
        (start, more) => format!("{}… ({more} more characters)", visible(start)),
    };
    shown.replace('\n', "\n| ")
}

/// Where within the result the difference lies; nothing where what was expected
/// and what was observed, which are shown below, say it all.
fn label(record: &Record) -> Option<String> {
    let mismatch = record.mismatch.as_deref()?;
    if mismatch.ends_with(&format!(" where {} was expected", record.expected)) {
        return None;
    }
    Some(match start(mismatch, SHOWN_BESIDE) {
        (all, 0) => visible_line(all),
        (start, _) => format!("{}…", visible_line(start)),
    })
}

fn conclusion(ended: &Ended) -> String {
    let problems = ended.problems.len();
    let mut parts = Vec::new();
    if ended.unexpected > 0 {
        parts.push(plural(ended.unexpected, "unexpected directive"));
    }
    if problems > 0 {
        parts.push(format!("{} with expectations", plural(problems, "problem")));
    }
    if !ended.complete {
        parts.push("stopped before the end".to_owned());
    } else if parts.is_empty() && ended.directives == 0 {
        parts.push("nothing ran".to_owned());
    } else if parts.is_empty() {
        parts.push("all as expected".to_owned());
    }
    parts.join(", ")
}

fn plural(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    }
}

/// The counts that are not zero: `: 12 pass, 1 fail`.
fn counts(row: &TallyRow) -> String {
    let statuses = [
        Status::Pass,
        Status::Fail,
        Status::Xfail,
        Status::Xpass,
        Status::Blocked,
        Status::Unsupported,
        Status::Crash,
        Status::Timeout,
    ];
    let counts = statuses.map(|status| (count(row, status), status.to_string()));
    let unexpected = (row.summary.unexpected, "unexpected".to_owned());
    let counts = counts.into_iter().chain([unexpected]);
    let counts: Vec<String> = counts
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    match counts.is_empty() {
        true => String::new(),
        false => format!(": {}", counts.join(", ")),
    }
}

fn count(row: &TallyRow, status: Status) -> usize {
    let sums = &row.summary;
    match status {
        Status::Pass => sums.pass,
        Status::Fail => sums.fail,
        Status::Xfail => sums.xfail,
        Status::Xpass => sums.xpass,
        Status::Blocked => sums.blocked,
        Status::Unsupported => sums.unsupported,
        Status::Crash => sums.crash,
        Status::Timeout => sums.timeout,
    }
}

fn title(record: &Record) -> &'static str {
    let outcome = record.outcome.as_ref();
    match record.status {
        Status::Fail if outcome.is_some_and(|outcome| outcome.kind == "harness-error") => {
            "cannot be carried out"
        }
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
