//! `conform bless`.

use crate::args::Selection;
use crate::progress::Progress;
use crate::run::cancel_on_interrupt;
use crate::{EXPECTED, UNEXPECTED, plan};
use anyhow::{Context as _, bail};
use component_harness::report::{Event, Reporter};
use component_harness::run::{RunError, run as run_plan};
use component_reports::record::Record;
use std::cell::RefCell;
use std::io::Write;
use std::rc::Rc;

pub(crate) fn bless(selection: &Selection) -> anyhow::Result<u8> {
    if selection.filter.is_some() || selection.shard.is_some() {
        bail!("expectations are blessed from whole suites: leave out --filter and --shard");
    }
    if let Some(folder) = &selection.expectations {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    let plan = plan::plan(selection)?;
    let cancelled = cancel_on_interrupt()?;
    let records = Rc::new(RefCell::new(Vec::new()));
    let mut reporters: Vec<Box<dyn Reporter>> = vec![
        Box::new(Progress::new()),
        Box::new(Keep(Rc::clone(&records))),
    ];
    let ended = run_plan(&plan, &mut reporters, &cancelled)?;
    if !ended.complete {
        bail!("stopped before the end; no expectations were changed");
    }
    let records = records.borrow();
    let mut out = std::io::stdout().lock();
    for setup in &plan.engines {
        let of_engine = |record: &&Record| record.engine == setup.name;
        let records: Vec<&Record> = records.iter().filter(of_engine).collect();
        let path = setup.expectations.path();
        let text = setup.expectations.bless(&records)?;
        let unexplained = text.matches("reason = \"\"").count();
        write(path, &text).with_context(|| path.display().to_string())?;
        writeln!(
            out,
            "{}: entries without a reason: {unexplained}",
            path.display()
        )?;
    }
    let failed: Vec<&Record> = records
        .iter()
        .filter(|record| is_harness_error(record))
        .collect();
    for record in &failed {
        writeln!(
            out,
            "not blessed, the harness failed: {} on {}",
            record.id(),
            record.engine
        )?;
    }
    Ok(match failed.is_empty() {
        true => EXPECTED,
        false => UNEXPECTED,
    })
}

fn is_harness_error(record: &Record) -> bool {
    record
        .outcome
        .as_ref()
        .is_some_and(|outcome| outcome.kind == "harness-error")
}

/// Replaces the file at once, so that an interrupted write leaves the old one.
fn write(path: &std::path::Path, text: &str) -> anyhow::Result<()> {
    let folder = path.parent().context("it has no folder")?;
    std::fs::create_dir_all(folder)?;
    if text.trim().is_empty() && !path.exists() {
        return Ok(());
    }
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        // Readable like any other file, within the umask.
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.persist(path)?;
    Ok(())
}

/// Keeps all records.
struct Keep(Rc<RefCell<Vec<Record>>>);

impl Reporter for Keep {
    fn event(&mut self, event: &Event<'_>) -> Result<(), RunError> {
        if let Event::File(file) = event {
            self.0.borrow_mut().extend_from_slice(&file.records);
        }
        Ok(())
    }
}
