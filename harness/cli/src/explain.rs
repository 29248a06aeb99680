//! `conform explain`.

use crate::args::{Explain, Selection};
use crate::run::{cancel_on_interrupt, command};
use crate::{EXPECTED, NOTHING, plan};
use anyhow::Context as _;
use component_harness::report::{Event, Reporter, reproduce};
use component_harness::run::{FileReport, RunError, run as run_plan};
use component_reports::visible::{visible, visible_line};
use std::io::{self, Write};

pub(crate) fn explain(arguments: &Explain) -> anyhow::Result<u8> {
    let suite = suite_of(&arguments.id)
        .with_context(|| format!("`{}` is not suite/path.wast:LINE", arguments.id))?;
    let engines = match arguments.engines.as_slice() {
        [] => {
            let known = plan::known(0)?;
            let available = known.iter().filter(|engine| engine.worker.is_ok());
            available.map(|engine| engine.name.to_owned()).collect()
        }
        engines => engines.to_vec(),
    };
    let selection = Selection {
        engines,
        suites: vec![arguments.suite.clone().unwrap_or_else(|| suite.to_owned())],
        filter: Some(arguments.id.clone()),
        ..Selection::default()
    };
    let plan = plan::plan(&selection)?;
    let cancelled = cancel_on_interrupt()?;
    let explainer = Explainer {
        command: command(&selection),
        shown: None,
    };
    let mut reporters: Vec<Box<dyn Reporter>> = vec![Box::new(explainer)];
    let ended = run_plan(&plan, &mut reporters, &cancelled)?;
    if ended.directives == 0 {
        anstream::eprintln!("there is no directive {}", visible_line(&arguments.id));
        return Ok(NOTHING);
    }
    Ok(EXPECTED)
}

/// The suite of a well-formed id.
fn suite_of(id: &str) -> Option<&str> {
    let (file, line) = id.rsplit_once(':')?;
    let (suite, path) = file.split_once('/')?;
    let well_formed = !suite.is_empty() && path.ends_with(".wast") && line.parse::<u32>().is_ok();
    well_formed.then_some(suite)
}

struct Explainer {
    /// What a command that runs a directive again begins with.
    command: String,
    /// Where the directive begins whose source was shown last: it is the same for
    /// all engines.
    shown: Option<usize>,
}

impl Reporter for Explainer {
    fn event(&mut self, event: &Event<'_>) -> Result<(), RunError> {
        match event {
            Event::File(file) => self.file(file).map_err(RunError::from),
            _ => Ok(()),
        }
    }
}

impl Explainer {
    fn file(&mut self, file: &FileReport) -> io::Result<()> {
        let mut out = io::stdout().lock();
        for (record, span) in file.records.iter().zip(&file.spans) {
            if self.shown != Some(span.start) {
                self.shown = Some(span.start);
                let source = file.text[span.clone()].split('\t').map(visible);
                let source = source.collect::<Vec<_>>().join("\t");
                let id = visible_line(&record.id());
                writeln!(out, "{id} {}\n\n{source}\n", record.directive)?;
                writeln!(out, "asserts: {}", visible(&record.expected))?;
            }
            writeln!(out, "\n{}: {}", record.engine, record.status)?;
            for (what, text) in record.details() {
                if what != "expected" {
                    writeln!(out, "  {what}: {}", visible(&text))?;
                }
            }
            let again = reproduce(&self.command, file, record);
            writeln!(out, "  reproduce: {again}")?;
        }
        Ok(())
    }
}
