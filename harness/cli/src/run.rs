//! `conform run`.

use crate::args::{self, Format, Run, Selection};
use crate::progress::Progress;
use crate::{EXPECTED, NOTHING, UNEXPECTED, plan, store};
use anstream::AutoStream;
use anyhow::Context as _;
use component_harness::report::{self, Collector, Human, Recorder, Reporter};
use component_harness::run::{Ended, run as run_plan};
use component_reports::visible::visible_line;
use indicatif::ProgressBar;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

pub(crate) fn run(arguments: &Run) -> anyhow::Result<u8> {
    let plan = plan::plan(&arguments.selection)?;
    let cancelled = cancel_on_interrupt()?;
    let progress = Progress::new();
    let out = Above {
        bar: progress.bar(),
        line: Vec::new(),
    };
    let mut reporters: Vec<Box<dyn Reporter>> = vec![match arguments.format {
        Format::Human => Box::new(Human::new(out, colour(), &command(&arguments.selection))),
        Format::Json => Box::new(Collector::new(report::Format::Json, out)),
        Format::Junit => Box::new(Collector::new(report::Format::Junit, out)),
        Format::Github => Box::new(Collector::new(report::Format::Github, out)),
    }];
    if let Some(path) = &arguments.record {
        reporters.push(Box::new(Recorder::new(path.clone())));
    }
    let kept = kept(arguments);
    // The store takes files that are whole.
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let record = folder.path().join("run.jsonl");
    if kept {
        reporters.push(Box::new(Recorder::new(record.clone())));
    }
    reporters.insert(0, Box::new(progress));
    let ended = run_plan(&plan, &mut reporters, &cancelled)?;
    if kept && ended.directives > 0 {
        store::add(&arguments.store.open(), &record).context("the run was not stored")?;
    }
    if arguments.format != Format::Human {
        for problem in &ended.problems {
            anstream::eprintln!("expectation: {}", visible_line(&problem.to_string()));
        }
    }
    let code = code(&ended);
    if let (NOTHING, Some(filter)) = (code, &plan.filter) {
        anstream::eprintln!("no directive has an id with {filter:?} in it");
    }
    Ok(code)
}

/// Whether the run is worth keeping without being asked: part of a suite and an engine
/// under a debugger say little beside other runs.
fn kept(arguments: &Run) -> bool {
    let selection = &arguments.selection;
    let whole = selection.filter.is_none() && !selection.in_process;
    !arguments.no_store && (whole || arguments.store.store.is_some())
}

/// What a command that runs a directive again begins with: with all that can
/// change what the directive does.
pub(crate) fn command(selection: &Selection) -> String {
    let mut command = "cargo run --release -- run".to_owned();
    if selection.timeout != args::TIMEOUT {
        command.push_str(&format!(" --timeout {}", selection.timeout));
    }
    if selection.memory != args::MEMORY {
        command.push_str(&format!(" --memory {}", selection.memory));
    }
    if let Some(seed) = selection.seed {
        command.push_str(&format!(" --seed {seed}"));
    }
    if selection.in_process {
        command.push_str(" --in-process");
    }
    if let Some(folder) = &selection.expectations {
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.clone());
        let folder = report::quoted(&folder.to_string_lossy());
        command.push_str(&format!(" --expectations {folder}"));
    }
    command
}

/// What a run is worth as an exit code.
fn code(ended: &Ended) -> u8 {
    let red = ended.unexpected > 0 || !ended.problems.is_empty() || !ended.complete;
    match red {
        true => UNEXPECTED,
        false if ended.directives == 0 => NOTHING,
        false => EXPECTED,
    }
}

/// The first interrupt stops between two directives, the second at once.
/// Set by an interrupt. It is the same one for all that one command does.
pub(crate) fn cancel_on_interrupt() -> anyhow::Result<Arc<AtomicBool>> {
    static CANCELLED: OnceLock<Arc<AtomicBool>> = OnceLock::new();
    if let Some(cancelled) = CANCELLED.get() {
        return Ok(Arc::clone(cancelled));
    }
    let cancelled = Arc::clone(CANCELLED.get_or_init(Arc::default));
    let flag = Arc::clone(&cancelled);
    ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
        anstream::eprintln!("stopping after the present directives; once more to stop at once");
    })
    .context("interrupts cannot be caught")?;
    Ok(cancelled)
}

pub(crate) fn colour() -> bool {
    AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
}

/// Standard output, line by line above a progress bar.
struct Above {
    bar: ProgressBar,
    line: Vec<u8>,
}

impl Write for Above {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.line.extend_from_slice(bytes);
        if let Some(end) = self.line.iter().rposition(|byte| *byte == b'\n') {
            let rest = self.line.split_off(end + 1);
            let lines = std::mem::replace(&mut self.line, rest);
            self.bar.suspend(|| io::stdout().write_all(&lines))?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let rest = std::mem::take(&mut self.line);
        self.bar.suspend(|| {
            io::stdout().write_all(&rest)?;
            io::stdout().flush()
        })
    }
}
