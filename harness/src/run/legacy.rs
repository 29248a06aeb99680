//! Files in the old index syntax of components.
//!
//! The `wast` crate takes it only where `WAST_STRICT_COMPONENT_INDICES=0` is in
//! the environment, and looks there once per process: such a file is parsed by a
//! process of its own, so that all others are parsed strictly.

use super::RunError;
use crate::script::{Script, ScriptError};
use crate::worker::WorkerCommand;
use component_corpus::SuiteFile;
use std::io::{self, Write};
use std::process::Command;

/// Parses a file with `parser`.
pub fn parse(
    parser: &WorkerCommand,
    file: &SuiteFile,
) -> Result<Result<Script, ScriptError>, RunError> {
    let error = |message: String| RunError::Legacy {
        path: file.absolute.clone(),
        message,
    };
    let output = Command::new(&parser.program)
        .args(&parser.args)
        .arg(&file.absolute)
        .env("WAST_STRICT_COMPONENT_INDICES", "0")
        .output()
        .map_err(|source| error(source.to_string()))?;
    match output.status.success() {
        true => serde_json::from_slice(&output.stdout).map_err(|source| error(source.to_string())),
        false => Err(error(String::from_utf8_lossy(&output.stderr).into_owned())),
    }
}

/// Parses the file at `path` and writes the result, as JSON, to standard output:
/// what such a process does.
pub fn parse_to_stdout(path: &std::path::Path) -> io::Result<()> {
    let result = Script::parse(&std::fs::read(path)?);
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, &result)?;
    out.flush()
}
