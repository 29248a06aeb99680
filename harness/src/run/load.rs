//! Reading the files of a suite.
//!
//! The `wast` crate takes the old index syntax of components only where
//! `WAST_STRICT_COMPONENT_INDICES=0` is in the environment, and looks there once
//! per process: a file in that syntax is parsed by a process of its own, so that
//! all others are parsed strictly.

use super::RunError;
use crate::script::{Script, ScriptError};
use crate::worker::WorkerCommand;
use component_corpus::SuiteFile;
use std::io::{self, Write};
use std::path::Path;
use std::process::Command;

/// A file as it was read.
pub struct Loaded {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The script, or why it is none.
    pub script: Result<Script, ScriptError>,
}

/// Reads and parses a file; one in the old index syntax with `parser`, a command
/// that does [`parse_to_stdout`] with the path behind its arguments.
pub fn load(file: &SuiteFile, parser: &WorkerCommand) -> Result<Loaded, RunError> {
    let bytes = std::fs::read(&file.absolute).map_err(|source| RunError::Read {
        path: file.absolute.clone(),
        source,
    })?;
    let script = match file.legacy_indices {
        false => Script::parse(&bytes),
        true => parse_elsewhere(file, parser)?,
    };
    Ok(Loaded { bytes, script })
}

/// Parses the file at `path` in the syntax that the environment asks for, and
/// writes the result, as JSON, to standard output.
pub fn parse_to_stdout(path: &Path) -> io::Result<()> {
    let result = Script::parse(&std::fs::read(path)?);
    let mut out = io::stdout().lock();
    serde_json::to_writer(&mut out, &result)?;
    out.flush()
}

fn parse_elsewhere(
    file: &SuiteFile,
    parser: &WorkerCommand,
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
