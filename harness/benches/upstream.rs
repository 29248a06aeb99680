//! The upstream suite through the workers against the `wasmtime-wast` crate doing
//! the same files with the same features in this process, in turn.
//!
//! The files are those that both pass: `wasmtime-wast` stops at a first failure.

mod passing;

use component_corpus::{Corpus, Suite};
use component_harness::engines;
use component_harness::expectations::Expectations;
use component_harness::run::{EngineSetup, Plan, run};
use component_harness::worker::{self, Launch, WorkerCommand};
use component_reports::record::Limits;
use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};
use wasmtime::{Config, Engine, WasmFeatures};
use wasmtime_wast::{Async, SpectestConfig, WastContext};

const ROUNDS: usize = 7;

fn main() -> ExitCode {
    match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// This program is its own worker.
fn start() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["worker", engine, memory_mib] => {
            let engine = engines::in_tree(engine).ok_or("no such engine in this program")??;
            worker::bound_memory(memory_mib.parse()?)?;
            Ok(worker::serve(engine)?)
        }
        _ => bench(),
    }
}

fn bench() -> Result<(), Box<dyn Error>> {
    let mut suite = Corpus::new().suite("component-model")?;
    let passing = passing::passing(&plan(&suite, 2)?)?;
    let engine = engine(&suite)?;
    suite.files.retain(|file| {
        passing.contains(&file.path) && wasmtime_wast(&engine, &file.absolute).is_ok()
    });
    let mut out = std::io::stdout().lock();
    let files = suite.files.len();
    writeln!(out, "{files} files that both pass, {ROUNDS} rounds")?;
    let mut times: [Vec<Duration>; 3] = Default::default();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let engine = self::engine(&suite)?;
        for file in &suite.files {
            wasmtime_wast(&engine, &file.absolute)?;
        }
        times[0].push(start.elapsed());
        for jobs in [1, 2] {
            let start = Instant::now();
            run(&plan(&suite, jobs)?, &mut [], &AtomicBool::new(false))?;
            times[jobs].push(start.elapsed());
        }
    }
    let rows = [
        "wasmtime-wast in process",
        "conform, 1 job",
        "conform, 2 jobs",
    ];
    for (row, times_of_row) in rows.iter().zip(&times) {
        let pairs = times_of_row.iter().zip(&times[0]);
        let ratios = pairs.map(|(time, base)| time.as_secs_f64() / base.as_secs_f64());
        writeln!(
            out,
            "{row:26} {:8.1} ms   {:5.2} of wasmtime-wast",
            median(times_of_row.iter().map(|time| time.as_secs_f64() * 1e3)),
            median(ratios),
        )?;
    }
    Ok(())
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn plan(suite: &Suite, jobs: usize) -> Result<Plan, Box<dyn Error>> {
    let limits = Limits {
        timeout_ms: 10_000,
        memory_mib: 8192,
    };
    let program = std::env::current_exe()?;
    let worker = WorkerCommand {
        program: program.clone(),
        args: vec![
            "worker".into(),
            "wasmtime".into(),
            limits.memory_mib.to_string().into(),
        ],
    };
    Ok(Plan {
        engines: vec![EngineSetup {
            name: "wasmtime".to_owned(),
            launch: Launch::Process {
                command: worker,
                limit: Duration::from_millis(limits.timeout_ms),
            },
            expectations: Expectations::default(),
        }],
        suites: vec![suite.clone()],
        seed: None,
        filter: None,
        shard: None,
        jobs,
        limits,
        spec: String::new(),
        legacy_parser: WorkerCommand {
            program,
            args: Vec::new(),
        },
    })
}

fn engine(suite: &Suite) -> Result<Engine, Box<dyn Error>> {
    let mut config = Config::new();
    for name in &suite.features {
        // Wasmtime does not know all of the suite's.
        if let Some(flag) = WasmFeatures::from_name(&name.to_uppercase().replace('-', "_")) {
            config.wasm_features(flag, true);
        }
    }
    config.wasm_backtrace_max_frames(None);
    Ok(Engine::new(&config)?)
}

fn wasmtime_wast(engine: &Engine, path: &Path) -> Result<(), Box<dyn Error>> {
    let mut context = WastContext::new(engine, Async::Yes, |_| {});
    context
        .generate_dwarf(false)
        .register_spectest(&SpectestConfig {
            use_shared_memory: false,
            suppress_prints: true,
        })?;
    Ok(context.run_file(path)?)
}
