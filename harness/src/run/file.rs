//! One file of a run.

use super::load::{Loaded, load};
use super::{FileReport, Plan, RunError, record};
use crate::expectations::{Expectations, Problem};
use crate::features::Features;
use crate::rejections::Equivalents;
use crate::script::{Command, Script};
use crate::session::{self, Settings};
use crate::traps::{EngineTable, SuiteTable};
use crate::worker::Worker;
use component_corpus::{Corpus, Mode, Suite, SuiteFile};
use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, PoisonError};

/// What the threads of a run share.
pub(super) struct Context<'a> {
    plan: &'a Plan,
    traps: SuiteTable,
    equivalents: Equivalents,
    engines: BTreeMap<&'a str, EngineTable>,
    /// Workers that wait for a file.
    idle: Mutex<BTreeMap<String, Vec<Worker>>>,
    cancelled: &'a AtomicBool,
}

/// One file to run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Task {
    suite: usize,
    file: usize,
    /// Its bytes, to begin with the longest.
    pub(super) size: u64,
}

/// What one file did.
pub(super) struct Done {
    /// One per engine.
    pub(super) reports: Vec<FileReport>,
    pub(super) problems: Vec<Problem>,
}

impl<'a> Context<'a> {
    pub(super) fn new(plan: &'a Plan, cancelled: &'a AtomicBool) -> Result<Self, RunError> {
        let mut engines = BTreeMap::new();
        for setup in &plan.engines {
            engines.insert(setup.name.as_str(), EngineTable::of(&setup.name)?);
        }
        Ok(Context {
            plan,
            traps: SuiteTable::common()?,
            equivalents: Equivalents::shipped()?,
            engines,
            idle: Mutex::default(),
            cancelled,
        })
    }

    /// The files of this shard, in the order of the suites.
    pub(super) fn tasks(&self) -> Vec<Task> {
        let suites = self.plan.suites.iter().enumerate();
        let all = suites.flat_map(|(suite, of)| {
            of.files.iter().enumerate().map(move |(file, of)| Task {
                suite,
                file,
                // A file that cannot be read is an error when its turn comes.
                size: std::fs::metadata(&of.absolute).map_or(0, |metadata| metadata.len()),
            })
        });
        let all = all.enumerate().filter(|(index, _)| match self.plan.shard {
            Some((k, n)) => index % n == k - 1,
            None => true,
        });
        all.map(|(_, task)| task).collect()
    }

    pub(super) fn load(&self, task: &Task) -> Result<Loaded, RunError> {
        let file = &self.plan.suites[task.suite].files[task.file];
        load(file, &self.plan.legacy_parser)
    }

    /// Runs one file on all engines; `None` if the run was cancelled meanwhile.
    pub(super) fn run_file(&self, task: &Task, loaded: Loaded) -> Result<Option<Done>, RunError> {
        let suite = &self.plan.suites[task.suite];
        let file = &suite.files[task.file];
        let id = format!("{}/{}", suite.name, file.path);
        let features =
            Features::new(file.features.iter().cloned()).map_err(|source| RunError::Feature {
                file: id.clone(),
                source,
            })?;
        let mut done = Done {
            reports: Vec::new(),
            problems: Vec::new(),
        };
        let script = match loaded.script {
            Ok(script) => script,
            Err(error) => {
                let engines = self.plan.engines.iter();
                let reports = engines.map(|setup| {
                    record::unparsed(
                        &setup.name,
                        suite,
                        file,
                        &loaded.bytes,
                        &error,
                        &setup.expectations,
                    )
                });
                done.reports = reports.filter_map(|report| self.selected(report)).collect();
                return Ok(Some(done));
            }
        };
        if !self.selects(&id, &script) {
            return Ok(Some(done));
        }
        self.check_traps(suite, &id, &script)?;
        for setup in &self.plan.engines {
            let settings = self.settings(suite, &id, &features, &setup.name);
            let mut worker = self.take(setup);
            let Some(observed) = session::run(&script, settings, &mut worker) else {
                return Ok(None);
            };
            self.give_back(&setup.name, worker);
            let report = record::report(setup, suite, file, &script, &observed);
            done.problems
                .extend(self.vanished(suite, file, &script, &setup.expectations));
            done.reports.extend(self.selected(report));
        }
        Ok(Some(done))
    }

    fn settings<'b>(
        &'b self,
        suite: &Suite,
        id: &'b str,
        features: &'b Features,
        engine: &str,
    ) -> Settings<'b> {
        Settings {
            file: id,
            features,
            validate_only: suite.mode == Mode::ValidateOnly,
            traps: &self.traps,
            engine: &self.engines[engine],
            equivalents: &self.equivalents,
            cancelled: self.cancelled,
        }
    }

    fn take(&self, setup: &super::EngineSetup) -> Worker {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let worker = idle.get_mut(&setup.name).and_then(Vec::pop);
        worker.unwrap_or_else(|| Worker::new(setup.launch.clone()))
    }

    /// Keeps a worker for the next file.
    pub(super) fn give_back(&self, engine: &str, worker: Worker) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.entry(engine.to_owned()).or_default().push(worker);
    }

    fn selects(&self, id: &str, script: &Script) -> bool {
        self.plan.filter.as_ref().is_none_or(|filter| {
            let directives = script.all_directives();
            directives
                .iter()
                .any(|d| format!("{id}:{}", d.line).contains(filter))
        })
    }

    /// Leaves the directives that the filter asks for.
    fn selected(&self, mut report: FileReport) -> Option<FileReport> {
        if let Some(filter) = &self.plan.filter {
            let (records, spans) = report
                .records
                .into_iter()
                .zip(report.spans)
                .filter(|(record, _)| asked_for(filter, &record.id()))
                .unzip();
            report.records = records;
            report.spans = spans;
        }
        (!report.records.is_empty() || self.plan.filter.is_none()).then_some(report)
    }

    fn vanished(
        &self,
        suite: &Suite,
        file: &SuiteFile,
        script: &Script,
        expectations: &Expectations,
    ) -> Vec<Problem> {
        expectations.vanished(&suite.name, &file.path, &script.all_directives())
    }

    /// In a suite that is known by name, every text of a trap stands in a table.
    fn check_traps(&self, suite: &Suite, id: &str, script: &Script) -> Result<(), RunError> {
        if !Corpus::names().any(|name| name == suite.name) {
            return Ok(());
        }
        for directive in script.all_directives() {
            if let Command::AssertTrap { text, .. } = &directive.command
                && self.traps.classes(text).is_none()
            {
                return Err(RunError::UnmappedTrap {
                    id: format!("{id}:{}", directive.line),
                    text: text.clone(),
                });
            }
        }
        Ok(())
    }
}

/// Whether a filter asks for a directive: its id contains the text, and ends with
/// it where the text names a line.
fn asked_for(filter: &str, id: &str) -> bool {
    let line = filter.rsplit_once(".wast:").map(|(_, line)| line);
    let names_a_line = line.is_some_and(|line| line.parse::<usize>().is_ok());
    match names_a_line {
        true => id.ends_with(filter),
        false => id.contains(filter),
    }
}

#[cfg(test)]
mod tests {
    use super::asked_for;

    #[test]
    fn a_filter_that_names_a_line_means_that_line() {
        assert!(asked_for("s/a.wast:12", "s/a.wast:12"));
        assert!(!asked_for("s/a.wast:12", "s/a.wast:123"));
        assert!(asked_for("a.wast:12", "s/a.wast:12"));
        assert!(asked_for("s/a", "s/a.wast:123"));
        assert!(asked_for(".wast:", "s/a.wast:123"));
    }
}
