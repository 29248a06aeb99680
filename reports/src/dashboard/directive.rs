//! The page of a directive, and the chunks that it shows.

use super::current::{Current, Directive, File};
use super::intern::Interned;
use super::layout::{Page, STATUSES, page};
use super::{Background, DashboardError, DirectiveText, ScriptText, Site, chunk};
use crate::store::{Key, Seen};
use maud::html;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// What one chunk may weigh, about, in bytes.
const WEIGHT: usize = 150_000;

/// How many lines around the directives of a chunk belong to it.
const CONTEXT: usize = 30;

/// The scripts of the files at hand, with where their chunks begin.
pub(super) type Scripts = Vec<Script>;

/// What is known of the text of a file.
pub(super) struct Script {
    /// The features that it is run with.
    pub(super) features: Vec<String>,
    /// The first line of a directive of each chunk.
    pub(super) parts: Vec<usize>,
}

/// Directives of a file that follow one another.
#[derive(Serialize)]
struct Part<'r> {
    suite: &'r str,
    path: &'r str,
    features: &'r [String],
    /// How a command line names the suite; nothing, if that is not known.
    argument: Option<&'r str>,
    /// The number of the first line of `source`, from 1.
    first: usize,
    source: String,
    texts: Interned<String>,
    /// What directives of this chunk need: first line and text.
    needs: Interned<(usize, String)>,
    histories: Interned<Vec<(usize, Option<Told>)>>,
    directives: Vec<View>,
}

/// Status, whether it is unexpected, outcome.
type Told = (usize, bool, usize);

#[derive(Serialize)]
struct View {
    /// First and last line.
    lines: (usize, usize),
    hash: String,
    occurrence: usize,
    directive: usize,
    expected: usize,
    needs: Vec<usize>,
    /// By engine.
    results: Vec<Option<ResultView>>,
}

/// What one engine did: numbers of texts, where nothing else is said.
#[derive(Serialize)]
struct ResultView {
    /// The number of the status.
    s: usize,
    /// Whether it is unexpected.
    u: bool,
    /// What was observed.
    #[serde(skip_serializing_if = "Option::is_none")]
    o: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    site: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mismatch: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    culprit: Option<usize>,
    /// Status, reason, link.
    #[serde(skip_serializing_if = "Option::is_none")]
    expectation: Option<(usize, usize, Option<usize>)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reached: Vec<usize>,
    /// The number of its history.
    h: usize,
}

/// Writes the page and the chunks of all files.
pub(super) fn write(
    current: &Current<'_>,
    background: &dyn Background,
    site: &mut Site,
) -> Result<Scripts, DashboardError> {
    let histories: HashMap<&Key, Vec<(usize, Option<&Seen>)>> = current
        .index
        .histories()
        .map(|(key, history)| (key, history.collect()))
        .collect();
    let mut scripts = Vec::new();
    for file in &current.files {
        let suite = current.suites[file.suite];
        let text = background.script(suite, file.path);
        let text = text.map_err(DashboardError::Background)?;
        let writer = Writer {
            suite,
            file,
            script: text.as_ref(),
            histories: &histories,
        };
        let parts = writer.write(site)?;
        let features = text.map(|text| text.features).unwrap_or_default();
        scripts.push(Script { features, parts });
    }
    let body = html! {
        div #directive aria-live="polite" { p { "Loading…" } }
        noscript { p { "This page needs JavaScript." } }
    };
    let scripts_of_page = ["data/files.js", "assets/directive.js"];
    let lead = "One directive: its source, and what each engine does with it.";
    site.page(
        "directive.html",
        page(Page::Directive, lead, &scripts_of_page, &body),
    );
    Ok(scripts)
}

struct Writer<'w, 'r> {
    suite: &'r str,
    file: &'w File<'r>,
    script: Option<&'w ScriptText>,
    histories: &'w HashMap<&'r Key, Vec<(usize, Option<&'r Seen>)>>,
}

impl Writer<'_, '_> {
    /// Writes the chunks; the first line of a directive of each.
    fn write(&self, site: &mut Site) -> Result<Vec<usize>, DashboardError> {
        let lines: Vec<&str> = self.script.map_or("", |s| &s.text).lines().collect();
        let texts = self
            .script
            .into_iter()
            .flat_map(|script| &script.directives);
        let texts: BTreeMap<(&str, usize), &DirectiveText> =
            texts.map(|d| ((&*d.hash, d.occurrence), d)).collect();
        let mut starts = Vec::new();
        let mut rest = self.file.directives.as_slice();
        while !rest.is_empty() {
            let mut part = self.part();
            let (start, mut end, mut weight, mut taken) = (rest[0].any.line, 0, 0, 0);
            for directive in rest {
                let text = texts.get(&(&*directive.any.hash, directive.any.occurrence));
                let line = directive.any.line;
                let span = text.map_or((line, line), |text| text.lines);
                let view = self.view(directive, text.copied(), span, &lines, &mut part);
                let own: usize = excerpt(&lines, span).len();
                weight += own + 40 + 40 * view.results.len() + new_weight(&mut part);
                // What begins on one line is in one chunk: that is how it is found.
                if taken > 0 && weight > WEIGHT && line != rest[taken - 1].any.line {
                    break;
                }
                end = end.max(span.1);
                part.view.directives.push(view);
                taken += 1;
            }
            part.view.first = start.saturating_sub(CONTEXT).max(1);
            part.view.source = excerpt(&lines, (part.view.first, end + CONTEXT));
            let name = format!("{}/{}", self.suite, self.file.path);
            let name = format!("file/{}/{}", chunk::slug(&name), starts.len());
            chunk::add(site, &name, &part.view)?;
            starts.push(start);
            rest = &rest[taken..];
        }
        Ok(starts)
    }

    fn part(&self) -> Weighed<'_> {
        let script = self.script;
        Weighed {
            view: Part {
                suite: self.suite,
                path: self.file.path,
                features: script.map_or(&[], |script| &script.features),
                argument: script.map(|script| script.suite_argument.as_str()),
                first: 1,
                source: String::new(),
                texts: Interned::default(),
                needs: Interned::default(),
                histories: Interned::default(),
                directives: Vec::new(),
            },
            weighed: 0,
            bytes: 0,
        }
    }

    fn view(
        &self,
        directive: &Directive<'_>,
        text: Option<&DirectiveText>,
        lines: (usize, usize),
        source: &[&str],
        part: &mut Weighed<'_>,
    ) -> View {
        let any = directive.any;
        let needs = text.map_or(&[][..], |text| &text.needs).iter();
        View {
            lines,
            hash: any.hash.clone(),
            occurrence: any.occurrence,
            directive: part.text(&any.directive),
            expected: part.text(&any.expected),
            needs: needs
                .map(|need| part.need(need.0, excerpt(source, *need)))
                .collect(),
            results: directive
                .results
                .iter()
                .map(|record| record.map(|record| self.result(record, part)))
                .collect(),
        }
    }

    fn result(&self, record: &crate::record::Record, part: &mut Weighed<'_>) -> ResultView {
        let outcome = record.outcome.as_ref();
        let told = outcome.map(|outcome| {
            let mut told = outcome.clone();
            told.class = None;
            told.site = None;
            told.message = None;
            told.to_string()
        });
        let message = outcome.and_then(|outcome| outcome.message.as_ref());
        let key = Key::of(record);
        let history = self.histories.get(&key).map_or(&[][..], Vec::as_slice);
        let history = history.iter().map(|(run, seen)| {
            let seen = seen.map(|seen| {
                let text = part.text(&seen.outcome);
                (number(seen.status), seen.unexpected, text)
            });
            (*run, seen)
        });
        let history: Vec<_> = history.collect();
        let mut text = |text: &String| part.text(text);
        ResultView {
            s: number(record.status),
            u: record.unexpected,
            o: told.as_ref().map(&mut text),
            class: outcome.and_then(|o| o.class.as_ref()).map(&mut text),
            site: outcome.and_then(|o| o.site.as_ref()).map(&mut text),
            message: message.map(&mut text),
            mismatch: record.mismatch.as_ref().map(&mut text),
            culprit: record.culprit.as_ref().map(&mut text),
            expectation: record.expectation.as_ref().map(|expectation| {
                (
                    text(&expectation.status),
                    text(&expectation.reason),
                    expectation.link.as_ref().map(&mut text),
                )
            }),
            reached: record.reached.iter().map(&mut text).collect(),
            h: part.view.histories.number(history),
        }
    }
}

/// A chunk, and what its texts weigh.
struct Weighed<'r> {
    view: Part<'r>,
    weighed: usize,
    bytes: usize,
}

impl Weighed<'_> {
    fn text(&mut self, text: &str) -> usize {
        let known = self.view.texts.len();
        let number = self.view.texts.number(text.to_owned());
        if self.view.texts.len() > known {
            self.bytes += text.len();
        }
        number
    }

    fn need(&mut self, line: usize, text: String) -> usize {
        let (known, weight) = (self.view.needs.len(), text.len());
        let number = self.view.needs.number((line, text));
        if self.view.needs.len() > known {
            self.bytes += weight;
        }
        number
    }
}

fn new_weight(part: &mut Weighed<'_>) -> usize {
    let new = part.bytes - part.weighed;
    part.weighed = part.bytes;
    new
}

/// The number that chunks have for a status.
pub(super) fn number(status: crate::record::Status) -> usize {
    let mut statuses = STATUSES.iter();
    statuses
        .position(|other| *other == status)
        .unwrap_or_default()
}

/// Lines, from 1, as far as they are there.
fn excerpt(lines: &[&str], (first, last): (usize, usize)) -> String {
    let last = last.min(lines.len());
    let first = first.saturating_sub(1).min(last);
    lines[first..last].join("\n")
}
