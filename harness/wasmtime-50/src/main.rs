//! The Wasmtime worker of the harness, built against a newer Wasmtime than the
//! workspace can build.

#[path = "../../src/wasmtime/mod.rs"]
mod wasmtime;

use self::wasmtime::{Backend, Wasmtime};
use std::process::ExitCode;

fn main() -> ExitCode {
    match serve(std::env::args().nth(1).as_deref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(backend: Option<&str>) -> Result<(), Box<dyn std::error::Error>> {
    let backend = backend
        .and_then(Backend::from_name)
        .ok_or("usage: conform-worker-wasmtime-50 cranelift|winch|pulley")?;
    component_harness::worker::serve(Box::new(Wasmtime::new(backend)?))?;
    Ok(())
}
