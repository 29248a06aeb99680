//! The reference runtime against Wasmtime, wasmi and plain Rust. Each figure is a
//! ratio of times that were taken in turn in one run.

mod passing;

use component_corpus::{Corpus, Suite};
use component_harness::engines;
use component_harness::expectations::Expectations;
use component_harness::run::{EngineSetup, Plan, run};
use component_harness::worker::{self, Launch, WorkerCommand};
use component_reference as reference;
use component_reports::record::Limits;
use reference::value::Value;
use std::error::Error;
use std::hint::black_box;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

const ROUNDS: usize = 9;
const MEBIBYTE: usize = 1 << 20;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

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
fn start() -> Result<()> {
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

fn bench() -> Result<()> {
    let mut out = std::io::stdout().lock();
    for (name, text, argument) in COMPONENTS {
        let bytes = wat::parse_str(text)?;
        let ratio = compare(
            || repeat(|| from_bytes_wasmtime(&bytes, argument)),
            || repeat(|| from_bytes_reference(&bytes, argument)),
        )?;
        writeln!(
            out,
            "from bytes to result, {name}: {ratio:.1} times as fast as Wasmtime"
        )?;
    }
    suite(&mut out)?;
    crossings(&mut out)?;
    hot_loop(&mut out)
}

/// As often as makes the first, cold turn count for little.
fn repeat(mut work: impl FnMut() -> Result<()>) -> Result<()> {
    (0..100).try_for_each(|_| work())
}

/// The median of how much longer `base` takes than `subject`.
fn compare(
    mut base: impl FnMut() -> Result<()>,
    mut subject: impl FnMut() -> Result<()>,
) -> Result<f64> {
    let time = |work: &mut dyn FnMut() -> Result<()>| -> Result<Duration> {
        let start = Instant::now();
        work()?;
        Ok(start.elapsed())
    };
    let mut ratios = Vec::new();
    for _ in 0..ROUNDS {
        let base = time(&mut base)?;
        ratios.push(base.as_secs_f64() / time(&mut subject)?.as_secs_f64());
    }
    ratios.sort_by(f64::total_cmp);
    Ok(ratios[ROUNDS / 2])
}

/// The components that are taken from bytes to the result of one call: a name, the
/// text, and the argument of its function `run`.
const COMPONENTS: [(&str, &str, Argument); 3] = [
    ("scalar add", SCALAR_ADD, Argument::Number),
    ("string echo", STRING_ECHO, Argument::Text),
    ("fused record", FUSED_RECORD, Argument::Number),
];

#[derive(Clone, Copy)]
enum Argument {
    Number,
    Text,
}

const SCALAR_ADD: &str = r#"(component
    (core module $m (func (export "run") (param i32) (result i32)
        (i32.add (local.get 0) (i32.const 1))))
    (core instance $i (instantiate $m))
    (func (export "run") (param "n" u32) (result u32) (canon lift (core func $i "run"))))"#;

const STRING_ECHO: &str = r#"(component
    (core module $m
        (memory (export "memory") 1)
        (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 16))
        (func (export "run") (param i32 i32) (result i32)
            (i32.store (i32.const 0) (local.get 0))
            (i32.store (i32.const 4) (local.get 1))
            (i32.const 0)))
    (core instance $i (instantiate $m))
    (func (export "run") (param "s" string) (result string)
        (canon lift (core func $i "run") (memory (core memory $i "memory")) (realloc (core func $i "realloc")))))"#;

const FUSED_RECORD: &str = r#"(component
    (component $callee
        (type $point (record (field "x" u32) (field "y" u64) (field "name" string)))
        (export $named "point" (type $point))
        (core module $m
            (memory (export "memory") 1)
            (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64))
            (func (export "sum") (param i32 i64 i32 i32) (result i32)
                (i32.add (local.get 0) (local.get 3))))
        (core instance $i (instantiate $m))
        (func (export "sum") (param "p" $named) (result u32)
            (canon lift (core func $i "sum") (memory (core memory $i "memory")) (realloc (core func $i "realloc")))))
    (component $caller
        (import "callee" (instance $callee
            (type $point (record (field "x" u32) (field "y" u64) (field "name" string)))
            (export "point" (type $named (eq $point)))
            (export "sum" (func (param "p" $named) (result u32)))))
        (core module $memory (memory (export "memory") 1) (data (i32.const 0) "reference"))
        (core instance $memory (instantiate $memory))
        (core func $sum (canon lower (func $callee "sum") (memory (core memory $memory "memory"))))
        (core module $m
            (import "" "sum" (func $sum (param i32 i64 i32 i32) (result i32)))
            (func (export "run") (param i32) (result i32)
                (call $sum (local.get 0) (i64.const 2) (i32.const 0) (i32.const 9))))
        (core instance $i (instantiate $m (with "" (instance (export "sum" (func $sum))))))
        (func (export "run") (param "n" u32) (result u32) (canon lift (core func $i "run"))))
    (instance $callee (instantiate $callee))
    (instance $caller (instantiate $caller (with "callee" (instance $callee))))
    (export "run" (func $caller "run")))"#;

fn from_bytes_wasmtime(bytes: &[u8], argument: Argument) -> Result<()> {
    use wasmtime::component::{Component, Linker, Val};
    let engine = wasmtime::Engine::default();
    let component = Component::from_binary(&engine, bytes)?;
    let mut store = wasmtime::Store::new(&engine, ());
    let instance = Linker::new(&engine).instantiate(&mut store, &component)?;
    let run = instance.get_func(&mut store, "run").ok_or("no function")?;
    let argument = match argument {
        Argument::Number => Val::U32(7),
        Argument::Text => Val::String("text".into()),
    };
    let mut results = [Val::Bool(false)];
    run.call(&mut store, &[argument], &mut results)?;
    black_box(results);
    Ok(())
}

fn from_bytes_reference(bytes: &[u8], argument: Argument) -> Result<()> {
    let (mut store, run) = instantiated(bytes)?;
    let argument = match argument {
        Argument::Number => Value::U32(7),
        Argument::Text => Value::String("text".into()),
    };
    black_box(store.call(&run, vec![argument])?);
    Ok(())
}

fn instantiated(bytes: &[u8]) -> Result<(reference::Store, reference::Func)> {
    let component = reference::Component::new(reference::FEATURES, bytes)?;
    let mut store = reference::Store::new(reference::Limits::default());
    let exports = store.instantiate(&component, &reference::Exports::default())?;
    match exports.get("run") {
        Some(reference::Extern::Func(run)) => Ok((store, run.clone())),
        _ => Err("no function `run`".into()),
    }
}

/// The upstream suite in this process, those files that both engines pass.
fn suite(out: &mut impl Write) -> Result<()> {
    let mut suite = Corpus::new().suite("component-model")?;
    for engine in ["wasmtime", "reference"] {
        // In a worker: some files never end on Wasmtime.
        let passing = passing::passing(&plan(&suite, engine, false)?)?;
        suite.files.retain(|file| passing.contains(&file.path));
    }
    let ratio = compare(
        || {
            Ok(run(
                &plan(&suite, "wasmtime", true)?,
                &mut [],
                &AtomicBool::new(false),
            )
            .map(drop)?)
        },
        || {
            Ok(run(
                &plan(&suite, "reference", true)?,
                &mut [],
                &AtomicBool::new(false),
            )
            .map(drop)?)
        },
    )?;
    let files = suite.files.len();
    Ok(writeln!(
        out,
        "{files} files of the upstream suite in process: {ratio:.1} times as fast as Wasmtime"
    )?)
}

/// Large values into a component and back, against the same work without one.
fn crossings(out: &mut impl Write) -> Result<()> {
    let (mut store, run) = instantiated(&wat::parse_str(echo("(list u8)", "utf8"))?)?;
    let bytes: Vec<u8> = (0..MEBIBYTE).map(|i| i as u8).collect();
    let argument = Value::Bytes(bytes.clone());
    let ratio = compare(
        || {
            black_box(store.call(&run, vec![argument.clone()])?);
            Ok(())
        },
        || {
            let argument = black_box(argument.clone());
            let there = copied(&argument);
            black_box(copied(&there));
            Ok(())
        },
    )?;
    writeln!(
        out,
        "1 MiB of list<u8> there and back: {ratio:.1} times as long as two copies"
    )?;
    let text: String = "reference ".chars().cycle().take(MEBIBYTE).collect();
    for encoding in ["utf8", "utf16", "latin1+utf16"] {
        let (mut store, run) = instantiated(&wat::parse_str(echo("string", encoding))?)?;
        let argument = Value::String(text.as_str().into());
        let ratio = compare(
            || {
                black_box(store.call(&run, vec![argument.clone()])?);
                Ok(())
            },
            || {
                transcoded(&text, encoding);
                Ok(())
            },
        )?;
        writeln!(
            out,
            "1 MiB of string there and back in {encoding}: {ratio:.1} times as long as encoding_rs or std"
        )?;
    }
    Ok(())
}

fn copied(value: &Value) -> Value {
    match value {
        Value::Bytes(bytes) => Value::Bytes(bytes.to_vec()),
        other => other.clone(),
    }
}

fn transcoded(text: &str, encoding: &str) {
    match encoding {
        "utf8" => {
            let there = black_box(text.as_bytes().to_vec());
            black_box(std::str::from_utf8(&there).map(str::to_owned).ok());
        }
        "utf16" => {
            let mut there = vec![0; text.len()];
            let written = encoding_rs::mem::convert_str_to_utf16(text, &mut there);
            let mut back = vec![0; written * 3];
            black_box(encoding_rs::mem::convert_utf16_to_utf8(
                black_box(&there[..written]),
                &mut back,
            ));
        }
        _ => {
            let there = black_box(encoding_rs::mem::encode_latin1_lossy(text).into_owned());
            black_box(encoding_rs::mem::decode_latin1(&there).into_owned());
        }
    }
}

/// A component whose function `run` gives back what it is given.
fn echo(t: &str, encoding: &str) -> String {
    format!(
        r#"(component
            (core module $m
                (memory (export "memory") 80)
                (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 16))
                (func (export "run") (param i32 i32) (result i32)
                    (i32.store (i32.const 0) (local.get 0))
                    (i32.store (i32.const 4) (local.get 1))
                    (i32.const 0)))
            (core instance $i (instantiate $m))
            (func (export "run") (param "v" {t}) (result {t})
                (canon lift (core func $i "run") (memory (core memory $i "memory"))
                    (realloc (core func $i "realloc")) string-encoding={encoding})))"#
    )
}

/// A loop of core code, against wasmi.
fn hot_loop(out: &mut impl Write) -> Result<()> {
    let component = wat::parse_str(format!(
        r#"(component {HOT_LOOP} (core instance $i (instantiate $m))
            (func (export "run") (param "n" u32) (result u32) (canon lift (core func $i "run"))))"#
    ))?;
    let (mut store, run) = instantiated(&component)?;
    let engine = wasmi::Engine::default();
    let module = wat::parse_str(HOT_LOOP.replace("core module", "module"))?;
    let module = wasmi::Module::new(&engine, &module)?;
    let mut wasmi_store = wasmi::Store::new(&engine, ());
    let instance = wasmi::Linker::new(&engine).instantiate_and_start(&mut wasmi_store, &module)?;
    let wasmi_run = instance.get_typed_func::<u32, u32>(&wasmi_store, "run")?;
    let ratio = compare(
        || {
            black_box(store.call(&run, vec![Value::U32(TURNS)])?);
            Ok(())
        },
        || {
            black_box(wasmi_run.call(&mut wasmi_store, TURNS)?);
            Ok(())
        },
    )?;
    Ok(writeln!(
        out,
        "a hot loop of core code: {ratio:.1} times as long as wasmi"
    )?)
}

const TURNS: u32 = 1_000_000;

const HOT_LOOP: &str = r#"(core module $m (func (export "run") (param $n i32) (result i32)
    (local $sum i32)
    (loop $turn
        (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const 31)) (local.get $n)))
        (br_if $turn (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum)))"#;

fn plan(suite: &Suite, engine: &'static str, in_process: bool) -> Result<Plan> {
    let limits = Limits {
        timeout_ms: 10_000,
        memory_mib: 8192,
    };
    let program = std::env::current_exe()?;
    let launch = match in_process {
        true => Launch::InProcess(Arc::new(move || {
            engines::in_tree(engine).ok_or("no such engine")?
        })),
        false => Launch::Process {
            command: WorkerCommand {
                program: program.clone(),
                args: vec![
                    "worker".into(),
                    engine.into(),
                    limits.memory_mib.to_string().into(),
                ],
            },
            limit: Duration::from_millis(limits.timeout_ms),
        },
    };
    Ok(Plan {
        engines: vec![EngineSetup {
            name: engine.to_owned(),
            launch,
            expectations: Expectations::default(),
        }],
        suites: vec![suite.clone()],
        seed: None,
        filter: None,
        shard: None,
        jobs: 1,
        limits,
        spec: String::new(),
        legacy_parser: WorkerCommand {
            program,
            args: Vec::new(),
        },
    })
}
