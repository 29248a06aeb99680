//! The Wasmtime worker of the harness, built against a newer Wasmtime than the
//! workspace can build.

#[path = "../../src/wasmtime/mod.rs"]
mod wasmtime;

use self::wasmtime::{Backend, Wasmtime};
use component_harness::worker;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match serve(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(arguments: &[String]) -> Result<(), Box<dyn std::error::Error>> {
    const USAGE: &str = "usage: conform-worker-wasmtime-50 cranelift|winch|pulley MEMORY_MIB";
    let [backend, memory_mib] = arguments else {
        return Err(USAGE.into());
    };
    let backend = Backend::from_name(backend).ok_or(USAGE)?;
    worker::bound_memory(memory_mib.parse()?)?;
    worker::serve(Box::new(Wasmtime::new(backend)?))?;
    Ok(())
}
