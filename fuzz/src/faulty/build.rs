//! Workers of a patched source.

use super::{Edit, FaultError};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use walkdir::WalkDir;

/// What the copy of the source consists of, from the root of the repository.
const PARTS: [&str; 7] = [
    "Cargo.toml",
    "Cargo.lock",
    "corpus",
    "fuzz",
    "harness",
    "reference-impl",
    "reports",
];

/// The program whose reference is patched. It is built if it is not there, or is of
/// another source.
pub(super) fn build(fault: &str, edits: &[Edit]) -> Result<PathBuf, FaultError> {
    let failed = |why: String| FaultError::Build {
        fault: fault.to_owned(),
        why,
    };
    let patched = patched(fault, edits)?;
    let files = source().map_err(|error| failed(error.to_string()))?;
    let folder = root().join("target/conform/faults");
    let program = folder.join(format!("{fault}{}", std::env::consts::EXE_SUFFIX));
    let stamp = folder.join(format!("{fault}.stamp"));
    let digest = digest(&files, &patched).map_err(|error| failed(error.to_string()))?;
    if program.is_file() && fs::read_to_string(&stamp).is_ok_and(|known| known == digest) {
        return Ok(program);
    }
    let source = folder.join("source");
    copy(&files, &patched, &source).map_err(|error| failed(error.to_string()))?;
    let target = folder.join("target");
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--release", "--locked", "--no-default-features"])
        .args(["--package", "conform", "--quiet"])
        .arg("--manifest-path")
        .arg(source.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        .output()
        .map_err(|error| failed(format!("cargo does not start: {error}")))?;
    if !output.status.success() {
        return Err(failed(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    let built = target.join(format!("release/conform{}", std::env::consts::EXE_SUFFIX));
    fs::copy(built, &program)
        .and_then(|_| fs::write(&stamp, digest))
        .map_err(|error| failed(error.to_string()))?;
    Ok(program)
}

/// The files that a fault changes, with their text.
pub(super) fn patched(fault: &str, edits: &[Edit]) -> Result<BTreeMap<String, String>, FaultError> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for edit in edits {
        let text = match files.remove(&edit.file) {
            Some(text) => text,
            None => fs::read_to_string(root().join(&edit.file)).unwrap_or_default(),
        };
        let found = text.matches(&edit.old).count();
        if found != 1 {
            return Err(FaultError::Patch {
                fault: fault.to_owned(),
                file: edit.file.clone(),
                found,
            });
        }
        files.insert(edit.file.clone(), text.replacen(&edit.old, &edit.new, 1));
    }
    Ok(files)
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The files of the source, from the root of the repository.
fn source() -> io::Result<Vec<String>> {
    let mut files = Vec::new();
    for part in PARTS {
        let walk = WalkDir::new(root().join(part)).sort_by_file_name();
        let built = ["target", "corpus", "artifacts"];
        let walk = walk.into_iter().filter_entry(|entry| {
            let name = entry.file_name().to_string_lossy();
            entry.depth() == 0 || !(entry.file_type().is_dir() && built.contains(&&*name))
        });
        for entry in walk {
            let entry = entry?;
            if entry.file_type().is_file()
                && let Ok(file) = entry.path().strip_prefix(root())
                && let Some(file) = file.to_str()
            {
                files.push(file.to_owned());
            }
        }
    }
    Ok(files)
}

fn digest(files: &[String], patched: &BTreeMap<String, String>) -> io::Result<String> {
    let mut digest = Sha256::new();
    for file in files {
        digest.update(file);
        match patched.get(file) {
            Some(text) => digest.update(text),
            None => digest.update(fs::read(root().join(file))?),
        }
    }
    let digest = digest.finalize();
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Brings the copy up to date. What is as it was keeps its age, so that only what is
/// another is compiled again.
fn copy(files: &[String], patched: &BTreeMap<String, String>, to: &Path) -> io::Result<()> {
    for file in files {
        let text = match patched.get(file) {
            Some(text) => text.clone().into_bytes(),
            None => fs::read(root().join(file))?,
        };
        let place = to.join(file);
        if fs::read(&place).is_ok_and(|known| known == text) {
            continue;
        }
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(place, text)?;
    }
    Ok(())
}
