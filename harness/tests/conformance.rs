//! One trial per directive and engine, `component-model/values/strings.wast:69::wasmtime`.
//!
//! A trial passes when its directive does what was to be expected of it; one that
//! is expected not to pass, and does not, is shown as ignored with the reason.
//! Each file runs once on each engine, however many of its directives are asked
//! for. `CONFORM_ENGINES` and `CONFORM_SUITES` (names with commas between them)
//! choose others than the default.

use component_corpus::{Corpus, Suite, SuiteFile};
use component_harness::engines::{self, Known};
use component_harness::expectations::{Expectations, Key};
use component_harness::report::{Event, Reporter};
use component_harness::run::load::{load, parse_to_stdout};
use component_harness::run::{EngineSetup, Plan, RunError, run};
use component_harness::script::Script;
use component_harness::worker::{self, Launch, WorkerCommand};
use component_reports::record::{Limits, Record, Status};
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use std::collections::HashMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

/// The suites of components; the core suites are many times as large and are run
/// by `conform`.
const SUITES: [&str; 3] = ["component-model", "wasm-tools", "corpus"];

const LIMITS: Limits = Limits {
    timeout_ms: 10_000,
    memory_mib: 8192,
};

fn main() -> ExitCode {
    match start() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// This program is its own worker.
fn start() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["worker", engine, memory_mib] => {
            let engine = engines::in_tree(engine).ok_or("no such engine in this program")??;
            worker::bound_memory(memory_mib.parse()?)?;
            worker::serve(engine)?;
            Ok(ExitCode::SUCCESS)
        }
        ["parse", path] => {
            parse_to_stdout(Path::new(path))?;
            Ok(ExitCode::SUCCESS)
        }
        _ => {
            let arguments = Arguments::from_args();
            let trials = trials(&arguments)?;
            Ok(libtest_mimic::run(&arguments, trials).exit_code())
        }
    }
}

/// One file on one engine, run when its first directive is asked for.
struct File {
    engine: Known,
    expectations: Expectations,
    suite: Suite,
    spec: String,
    program: PathBuf,
    records: OnceLock<Result<HashMap<Key, Record>, String>>,
}

fn trials(arguments: &Arguments) -> Result<Vec<Trial>, Box<dyn Error>> {
    let program = std::env::current_exe()?;
    // A process per trial, as nextest has it, need not parse all files for one.
    let exact = arguments.filter.as_ref().filter(|_| arguments.exact);
    let directive = exact.filter(|name| name.contains(".wast:"));
    let asked_for = |suite: &str, file: &SuiteFile| {
        let id = format!("{suite}/{}:", file.path);
        directive.is_none_or(|name| name.starts_with(&id))
    };
    let corpus = Corpus::new();
    let spec = corpus.spec()?.pin;
    let mut suites = Vec::new();
    for name in chosen("CONFORM_SUITES", &SUITES) {
        let mut suite = corpus.suite(&name)?;
        suite.files.retain(|file| asked_for(&name, file));
        let scripts: Vec<_> = suite
            .files
            .iter()
            .map(|file| parse(file, &program))
            .collect();
        suites.push((suite, scripts));
    }
    let known = engines::known(&program, LIMITS.memory_mib);
    let default: Vec<&str> = known.iter().map(|engine| engine.name).collect();
    let mut trials = Vec::new();
    for name in chosen("CONFORM_ENGINES", &default) {
        let engine = known.iter().find(|engine| engine.name == name);
        let engine = engine.ok_or_else(|| format!("unknown engine `{name}`"))?;
        let path = engines::expectations_folder().join(format!("{name}.toml"));
        let expectations = Expectations::read(&path)?;
        if let Err(why) = &engine.worker {
            let why = why.clone();
            let ignored = move || Ok(Completion::ignored_with(why));
            trials.push(Trial::ignorable_test(format!("available::{name}"), ignored));
            continue;
        }
        for (suite, scripts) in &suites {
            if directive.is_none() {
                trials.push(no_entry_is_vain(&name, &expectations, suite, scripts));
            }
            for (file, script) in suite.files.iter().zip(scripts) {
                let file = Arc::new(File {
                    engine: engine.clone(),
                    expectations: expectations.clone(),
                    suite: Suite {
                        files: vec![file.clone()],
                        ..suite.clone()
                    },
                    spec: spec.clone(),
                    program: program.clone(),
                    records: OnceLock::new(),
                });
                trials.extend(file_trials(&file, script));
            }
        }
    }
    Ok(trials)
}

fn chosen(variable: &str, default: &[&str]) -> Vec<String> {
    match std::env::var(variable) {
        Ok(names) => names.split(',').map(str::to_owned).collect(),
        Err(_) => default.iter().map(|name| (*name).to_owned()).collect(),
    }
}

/// A file as it is listed; one that does not parse is told when it runs.
fn parse(file: &SuiteFile, program: &Path) -> Result<Script, String> {
    let loaded = load(file, &legacy_parser(program)).map_err(|error| error.to_string())?;
    loaded.script.map_err(|error| error.to_string())
}

fn legacy_parser(program: &Path) -> WorkerCommand {
    WorkerCommand {
        program: program.to_owned(),
        args: vec!["parse".into()],
    }
}

/// The expectations of a suite name directives that exist, each with a reason.
fn no_entry_is_vain(
    engine: &str,
    expectations: &Expectations,
    suite: &Suite,
    scripts: &[Result<Script, String>],
) -> Trial {
    let paths = suite.files.iter().map(|file| file.path.as_str()).collect();
    let mut problems = expectations.vanished_files(&suite.name, &paths);
    for (file, script) in suite.files.iter().zip(scripts) {
        if let Ok(script) = script {
            let directives = script.all_directives();
            problems.extend(expectations.vanished(&suite.name, &file.path, &directives));
        }
    }
    Trial::test(
        format!("{}/expectations::{engine}", suite.name),
        move || match problems.is_empty() {
            true => Ok(()),
            false => Err(lines(&problems).into()),
        },
    )
}

fn lines(items: &[impl ToString]) -> String {
    let items: Vec<String> = items.iter().map(ToString::to_string).collect();
    items.join("\n")
}

fn file_trials(file: &Arc<File>, script: &Result<Script, String>) -> Vec<Trial> {
    let suite = &file.suite.name;
    let path = &file.suite.files[0].path;
    let engine = file.engine.name;
    let Ok(script) = script else {
        let file = Arc::clone(file);
        let name = format!("{suite}/{path}::{engine}");
        return vec![Trial::ignorable_test(name, move || file.only())];
    };
    let mut lines: HashMap<usize, usize> = HashMap::new();
    let directives = script.all_directives();
    let trials = directives.into_iter().map(|directive| {
        let nth = lines.entry(directive.line).or_default();
        *nth += 1;
        // Directives may share a line.
        let place = match *nth {
            1 => format!("{suite}/{path}:{}", directive.line),
            n => format!("{suite}/{path}:{}({n})", directive.line),
        };
        let key = Key::of(path, directive);
        let kind = match file.expectations.expects(suite, &key) {
            Some(status) => format!("expected {status}"),
            None => directive.command.keyword().to_owned(),
        };
        let file = Arc::clone(file);
        Trial::ignorable_test(format!("{place}::{engine}"), move || file.directive(&key))
            .with_kind(kind)
    });
    trials.collect()
}

impl File {
    fn directive(&self, key: &Key) -> Result<Completion, Failed> {
        let record = self
            .records()?
            .get(key)
            .ok_or("the directive was not reported")?;
        completion(record)
    }

    /// The one record of a file that does not parse.
    fn only(&self) -> Result<Completion, Failed> {
        let record = self
            .records()?
            .values()
            .next()
            .ok_or("the file was not reported")?;
        completion(record)
    }

    fn records(&self) -> Result<&HashMap<Key, Record>, Failed> {
        let records = self
            .records
            .get_or_init(|| self.run().map_err(|error| error.to_string()));
        records
            .as_ref()
            .map_err(|error| Failed::from(error.as_str()))
    }

    fn run(&self) -> Result<HashMap<Key, Record>, Box<dyn Error>> {
        let plan = Plan {
            engines: vec![EngineSetup {
                name: self.engine.name.to_owned(),
                launch: Launch::Process {
                    command: self.engine.worker.clone()?,
                    limit: Duration::from_millis(LIMITS.timeout_ms),
                },
                expectations: self.expectations.clone(),
            }],
            suites: vec![self.suite.clone()],
            seed: None,
            filter: None,
            shard: None,
            jobs: 1,
            limits: LIMITS,
            spec: self.spec.clone(),
            legacy_parser: legacy_parser(&self.program),
        };
        let records = Arc::default();
        let mut reporters: Vec<Box<dyn Reporter>> = vec![Box::new(Keep(Arc::clone(&records)))];
        run(&plan, &mut reporters, &AtomicBool::new(false))?;
        let records = std::mem::take(&mut *records.lock().unwrap_or_else(PoisonError::into_inner));
        let keyed = records.into_iter().map(|record| {
            let key = Key {
                path: record.path.clone(),
                hash: record.hash.clone(),
                occurrence: record.occurrence,
            };
            (key, record)
        });
        Ok(keyed.collect())
    }
}

fn completion(record: &Record) -> Result<Completion, Failed> {
    let details = || {
        let details = record.details();
        lines(
            &details
                .iter()
                .map(|(what, text)| format!("{what}: {text}"))
                .collect::<Vec<_>>(),
        )
    };
    match (record.unexpected, record.status) {
        (true, status) => Err(format!("{} {status}\n{}", record.id(), details()).into()),
        (false, Status::Pass) => Ok(Completion::Completed),
        (false, status) => Ok(Completion::ignored_with(format!("{status}: {}", details()))),
    }
}

/// Keeps all records.
struct Keep(Arc<Mutex<Vec<Record>>>);

impl Reporter for Keep {
    fn event(&mut self, event: &Event<'_>) -> Result<(), RunError> {
        if let Event::File(file) = event {
            let mut records = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            records.extend_from_slice(&file.records);
        }
        Ok(())
    }
}
