//! `conform explain`.

use crate::args::{Explain, Selection};
use crate::run::{PROGRAM, cancel_on_interrupt};
use crate::{EXPECTED, NOTHING, plan};
use anyhow::Context as _;
use component_harness::report::{Event, Reporter};
use component_harness::run::{FileReport, RunError, run as run_plan};
use std::io::{self, Write};

pub(crate) fn explain(arguments: &Explain) -> anyhow::Result<u8> {
    let (suite, _) = arguments
        .id
        .split_once('/')
        .context("an id is suite/path.wast:LINE")?;
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
    let explainer = Explainer { shown: false };
    let mut reporters: Vec<Box<dyn Reporter>> = vec![Box::new(explainer)];
    let ended = run_plan(&plan, &mut reporters, &cancelled)?;
    if ended.directives == 0 {
        anstream::eprintln!("there is no directive {}", arguments.id);
        return Ok(NOTHING);
    }
    Ok(EXPECTED)
}

struct Explainer {
    /// The source, which is the same for all engines.
    shown: bool,
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
            if !self.shown {
                self.shown = true;
                writeln!(
                    out,
                    "{} {}\n\n{}\n",
                    record.id(),
                    record.directive,
                    &file.text[span.clone()]
                )?;
                writeln!(out, "asserts: {}", record.expected)?;
            }
            writeln!(out, "\n{}: {}", record.engine, record.status)?;
            for (what, text) in record.details() {
                if what != "expected" {
                    writeln!(out, "  {what}: {text}")?;
                }
            }
            writeln!(
                out,
                "  reproduce: {PROGRAM} run --engine {} --suite '{}' --filter '{}'",
                record.engine,
                file.suite_argument,
                record.id()
            )?;
        }
        Ok(())
    }
}
