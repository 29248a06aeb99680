//! The engines that the command line knows by name.

use crate::engine::Engine;
use crate::reference::Reference;
use crate::worker::WorkerCommand;
use component_reference::Limits;
use std::path::{Path, PathBuf};

/// An engine that is known by name.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its name.
    pub name: &'static str,
    /// How to start a worker for it, or why that is not possible and what to do.
    pub worker: Result<WorkerCommand, String>,
    /// Whether this program contains it.
    pub in_tree: bool,
}

/// The command that builds the workers of Wasmtime 50.
const BUILD_WASMTIME_50: &str =
    "cargo +nightly build --release --manifest-path harness/wasmtime-50/Cargo.toml";

/// The reference runtime, which every program contains.
pub const REFERENCE: &str = "reference";

/// Engines that this program contains if it was built with Wasmtime.
const WASMTIME: [&str; 3] = ["wasmtime", "wasmtime-winch", "wasmtime-pulley"];

/// What is run where no engine is asked for.
pub const DEFAULT: &str = match cfg!(feature = "wasmtime") {
    true => "wasmtime",
    false => REFERENCE,
};

/// Engines with a worker program of their own, and its argument.
const WASMTIME_50: [(&str, &str); 3] = [
    ("wasmtime-50", "cranelift"),
    ("wasmtime-50-winch", "winch"),
    ("wasmtime-50-pulley", "pulley"),
];

/// All engines. `program` is one that answers `worker NAME` with the worker of an
/// in-tree engine, as `conform` does; it holds itself to `memory_mib`.
#[must_use]
pub fn known(program: &Path, memory_mib: u64) -> Vec<Known> {
    let memory = memory_mib.to_string();
    let own_worker = |name: &str| WorkerCommand {
        program: program.to_owned(),
        args: vec!["worker".into(), name.into(), memory.clone().into()],
    };
    let reference = Known {
        name: REFERENCE,
        in_tree: true,
        worker: Ok(own_worker(REFERENCE)),
    };
    let wasmtime = WASMTIME.iter().map(|name| Known {
        name,
        in_tree: true,
        worker: match cfg!(feature = "wasmtime") {
            true => Ok(own_worker(name)),
            false => Err("this program was built without Wasmtime; \
                          build it without `--no-default-features`"
                .to_owned()),
        },
    });
    let workers = WASMTIME_50.iter().map(|(name, backend)| {
        let program = wasmtime_50();
        Known {
            name,
            in_tree: false,
            worker: match program.is_file() {
                true => Ok(WorkerCommand {
                    program,
                    args: vec![(*backend).into(), memory.clone().into()],
                }),
                false => Err(format!(
                    "its worker is not built; run `{BUILD_WASMTIME_50}`"
                )),
            },
        }
    });
    [reference]
        .into_iter()
        .chain(wasmtime)
        .chain(workers)
        .collect()
}

/// An engine that this program contains; the error is its own text.
#[must_use]
pub fn in_tree(name: &str) -> Option<Result<Box<dyn Engine>, String>> {
    if name == REFERENCE {
        return Some(Ok(reference(None)));
    }
    #[cfg(feature = "wasmtime")]
    {
        use crate::wasmtime::{Backend, Wasmtime};
        let backend = match name {
            "wasmtime" => Backend::Cranelift,
            "wasmtime-winch" => Backend::Winch,
            "wasmtime-pulley" => Backend::Pulley,
            _ => return None,
        };
        Some(Wasmtime::new(backend).map(|engine| Box::new(engine) as Box<dyn Engine>))
    }
    #[cfg(not(feature = "wasmtime"))]
    None
}

/// The reference runtime under its default schedule, or under that of a seed.
#[must_use]
pub fn reference(seed: Option<u64>) -> Box<dyn Engine> {
    Box::new(Reference::new(Limits::default(), seed))
}

/// The folder of the files of expectations.
#[must_use]
pub fn expectations_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("expectations")
}

fn wasmtime_50() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("wasmtime-50/target/release")
        .join(format!(
            "conform-worker-wasmtime-50{}",
            std::env::consts::EXE_SUFFIX
        ))
}
