//! `conform dashboard`.

use crate::args::Dashboard;
use crate::{EXPECTED, plan, store};
use anyhow::{Context as _, bail};
use component_corpus::{Corpus, Suite};
use component_harness::coverage::{Coverage, Kind};
use component_harness::run::load::load;
use component_harness::script::{Directive, Script, ScriptError, text_hash};
use component_harness::worker::WorkerCommand;
use component_reports::dashboard::{
    Background, BackgroundError, DirectiveText, Reachable, ScriptText, write,
};
use component_reports::record::Record;
use component_reports::visible::visible_line;
use std::cell::RefCell;
use std::collections::HashMap;
use std::io::Write;
use std::rc::Rc;

pub(crate) fn dashboard(arguments: &Dashboard) -> anyhow::Result<u8> {
    let runs = arguments.store.open();
    let out = match &arguments.out {
        Some(out) => out.clone(),
        None => arguments.store.folder().join("site"),
    };
    let background = Known::new(&arguments.suites)?;
    let findings = arguments.findings.as_deref();
    let written = write(&runs, findings, &background, &out)?;
    store::warn(&written.damaged);
    let index = std::path::absolute(&written.index).unwrap_or(written.index);
    let shown = visible_line(&index.to_string_lossy());
    let megabytes = written.bytes as f64 / 1e6;
    let mut stdout = anstream::stdout().lock();
    writeln!(
        stdout,
        "{shown}\t{} files, {megabytes:.1} MB",
        written.files
    )?;
    if arguments.open {
        opener::open(&index).with_context(|| format!("{shown} cannot be opened"))?;
    }
    Ok(EXPECTED)
}

/// What a command line calls a suite, and its files.
type Named = Rc<(String, Suite)>;

/// What this program knows of suites and of the spec.
struct Known {
    corpus: Corpus,
    parser: WorkerCommand,
    /// By name; nothing for one that is not at hand.
    suites: RefCell<HashMap<String, Option<Named>>>,
}

impl Known {
    fn new(given: &[String]) -> anyhow::Result<Self> {
        let corpus = Corpus::new();
        let mut suites = HashMap::new();
        for text in given {
            if !text.contains('=') {
                bail!(
                    "`{text}` is not NAME=PATH; the sources of suites with a name of their own are found"
                );
            }
            let suite = plan::suite(&corpus, text)?;
            suites.insert(suite.name.clone(), Some(Rc::new((text.clone(), suite))));
        }
        Ok(Known {
            corpus,
            parser: plan::legacy_parser()?,
            suites: RefCell::new(suites),
        })
    }

    fn suite(&self, name: &str) -> Result<Option<Named>, BackgroundError> {
        if let Some(known) = self.suites.borrow().get(name) {
            return Ok(known.clone());
        }
        let suite = match Corpus::names().any(|known| known == name) {
            true => Some(Rc::new((name.to_owned(), self.corpus.suite(name)?))),
            false => None,
        };
        let mut suites = self.suites.borrow_mut();
        suites.insert(name.to_owned(), suite.clone());
        Ok(suite)
    }
}

impl Background for Known {
    fn script(&self, suite: &str, path: &str) -> Result<Option<ScriptText>, BackgroundError> {
        let Some(suite) = self.suite(suite)? else {
            return Ok(None);
        };
        let (argument, suite) = &*suite;
        let Some(file) = suite.files.iter().find(|file| file.path == path) else {
            return Ok(None);
        };
        let loaded = load(file, &self.parser)?;
        let text = String::from_utf8_lossy(&loaded.bytes).into_owned();
        let directives = match &loaded.script {
            Ok(script) => directives(script),
            Err(error) => vec![whole(&text, error)],
        };
        Ok(Some(ScriptText {
            text,
            features: file.features.clone(),
            suite_argument: argument.clone(),
            directives,
        }))
    }

    fn reachable(&self, records: &[&Record]) -> Vec<Reachable> {
        let mut coverage = Coverage::default();
        records.iter().for_each(|record| coverage.add(record));
        let rows = coverage.rows().into_iter();
        let reachable = rows.map(|row| Reachable {
            kind: match row.kind {
                Kind::Definition => "canonical definition",
                Kind::TrapSite => "trap site",
            },
            name: row.name,
            anchor: row.anchor,
            directives: row.directives,
        });
        reachable.collect()
    }
}

fn directives(script: &Script) -> Vec<DirectiveText> {
    let lines = |directive: &Directive| {
        let breaks = script.text[directive.span.clone()].matches('\n').count();
        (directive.line, directive.line + breaks)
    };
    let directives = script.all_directives().into_iter().zip(script.needs());
    let texts = directives.map(|(directive, needs)| DirectiveText {
        hash: directive.hash.clone(),
        occurrence: directive.occurrence,
        lines: lines(directive),
        needs: needs.into_iter().map(lines).collect(),
    });
    texts.collect()
}

/// A file that is no script is one directive, where it goes wrong.
fn whole(text: &str, error: &ScriptError) -> DirectiveText {
    DirectiveText {
        hash: text_hash(text),
        occurrence: 0,
        lines: (error.line, error.line),
        needs: Vec::new(),
    }
}
