//! `conform faults`.

use crate::args::{Faults as Arguments, MEMORY, TIMEOUT};
use crate::fuzz::setup;
use crate::run::cancel_on_interrupt;
use crate::{EXPECTED, UNEXPECTED};
use component_fuzz::campaign::{self, Plan};
use component_fuzz::faulty;
use component_fuzz::target::Target;
use component_harness::engines::REFERENCE;
use component_reports::visible::visible_line;
use std::io::Write;
use std::num::NonZeroUsize;
use std::sync::atomic::Ordering;
use std::thread::available_parallelism;
use std::time::Instant;

pub(crate) fn faults(arguments: &Arguments) -> anyhow::Result<u8> {
    let cancelled = cancel_on_interrupt()?;
    let mut out = anstream::stdout().lock();
    let mut missed = 0;
    writeln!(out, "| fault | what it does | cases | seconds | found as |")?;
    writeln!(out, "|---|---|---|---|---|")?;
    let filter = arguments.filter.as_deref().unwrap_or_default();
    for fault in faulty::all()? {
        if !fault.name.contains(filter) {
            continue;
        }
        let name = format!("{}{}", faulty::PREFIX, fault.name);
        let folder = tempfile::tempdir()?;
        let plan = Plan {
            target: Target::Differential,
            reference: setup(REFERENCE, TIMEOUT, MEMORY)?,
            // Its worker is built before the clock runs.
            engines: vec![setup(&name, TIMEOUT, MEMORY)?],
            seed: arguments.seed,
            cases: u64::MAX,
            time: Some(arguments.time),
            jobs: match arguments.jobs {
                Some(jobs) => jobs.get(),
                None => available_parallelism().map_or(1, NonZeroUsize::get),
            },
            folder: folder.path().to_owned(),
            first: true,
        };
        let began = Instant::now();
        let ended = campaign::run(&plan, &mut |_| {}, &cancelled)?;
        let seconds = began.elapsed().as_secs_f64();
        let found = match ended.findings.first() {
            Some(finding) => {
                let (_, what) = finding.key.split_once(": ").unwrap_or_default();
                format!("{what}; {}", finding.shape)
            }
            None => {
                missed += 1;
                "not found".to_owned()
            }
        };
        writeln!(
            out,
            "| {} | {} | {} | {seconds:.1} | {} |",
            fault.name,
            fault.what,
            ended.totals.cases,
            visible_line(&found)
        )?;
        if cancelled.load(Ordering::Relaxed) {
            break;
        }
    }
    Ok(match missed {
        0 => EXPECTED,
        _ => UNEXPECTED,
    })
}
