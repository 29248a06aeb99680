//! A suite: a named set of scripts.

use crate::Error;
use sha2::{Digest, Sha256};
use std::path::{Component, Path, PathBuf};
use walkdir::WalkDir;

/// A named set of scripts and how they are run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suite {
    /// The first part of every directive's id.
    pub name: String,
    /// The folder that the files' paths are relative to; absolute.
    pub root: PathBuf,
    /// The files, sorted by path.
    pub files: Vec<SuiteFile>,
    /// The features of a file that does not name its own, sorted.
    pub features: Vec<String>,
    /// What is done with a directive.
    pub mode: Mode,
    /// The package that carries it, such as `wasm-tools 1.263.0`.
    pub pin: Option<String>,
}

/// A script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuiteFile {
    /// Its path below the suite's root, with `/` between folders.
    pub path: String,
    /// Where it is.
    pub absolute: PathBuf,
    /// The features that it is run with, sorted.
    pub features: Vec<String>,
    /// Whether the text may use the old index syntax of components, as `wast`
    /// takes it under `WAST_STRICT_COMPONENT_INDICES=0`.
    pub legacy_indices: bool,
}

/// What is done with the directives of a suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Everything.
    Execute,
    /// Definitions are validated and not instantiated, assertions about
    /// definitions are judged, and all else counts as unsupported.
    ValidateOnly,
}

impl Suite {
    /// Lists the scripts of a folder, or the one script that `path` is.
    pub(crate) fn list(
        name: &str,
        path: &Path,
        features: Vec<String>,
        mode: Mode,
    ) -> Result<Self, Error> {
        let path = std::path::absolute(path).map_err(|source| Error::Read {
            path: path.to_owned(),
            source,
        })?;
        if !path.exists() {
            return Err(Error::Missing(path));
        }
        let root = if path.is_dir() {
            path.clone()
        } else if is_script(&path) {
            path.parent().unwrap_or(&path).to_owned()
        } else {
            return Err(Error::NotAScript(path));
        };
        let mut files = Vec::new();
        for entry in WalkDir::new(&path).follow_links(true) {
            let entry = entry.map_err(|error| unread(&path, error))?;
            if entry.file_type().is_file() && is_script(entry.path()) {
                files.push(SuiteFile {
                    path: relative(entry.path(), &root)?,
                    absolute: entry.into_path(),
                    features: features.clone(),
                    legacy_indices: false,
                });
            }
        }
        if files.is_empty() {
            return Err(Error::Empty(path));
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Suite {
            name: name.to_owned(),
            root,
            files,
            features,
            mode,
            pin: None,
        })
    }

    /// A name for exactly these paths and contents: SHA-256 in hexadecimal, over
    /// the sorted relative paths and the contents, each after its length.
    pub fn checksum(&self) -> Result<String, Error> {
        let mut hash = Sha256::new();
        for file in &self.files {
            let contents = std::fs::read(&file.absolute).map_err(|source| Error::Read {
                path: file.absolute.clone(),
                source,
            })?;
            for part in [file.path.as_bytes(), &contents] {
                hash.update((part.len() as u64).to_le_bytes());
                hash.update(part);
            }
        }
        Ok(hexadecimal(&hash.finalize()))
    }
}

/// Lower-case hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn is_script(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "wast")
}

fn relative(path: &Path, root: &Path) -> Result<String, Error> {
    let name = |component: Component<'_>| component.as_os_str().to_str().map(str::to_owned);
    let names: Option<Vec<String>> = path
        .strip_prefix(root)
        .unwrap_or(path)
        .components()
        .map(name)
        .collect();
    match names {
        Some(names) => Ok(names.join("/")),
        None => Err(Error::Name(path.to_owned())),
    }
}

fn unread(root: &Path, error: walkdir::Error) -> Error {
    Error::Read {
        path: error.path().unwrap_or(root).to_owned(),
        source: error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    fn list(path: &Path) -> Result<Suite, Error> {
        Suite::list("mine", path, vec!["gc".to_owned()], Mode::Execute)
    }

    fn folder(files: &[(&str, &str)]) -> std::io::Result<tempfile::TempDir> {
        let folder = tempfile::tempdir()?;
        for (path, text) in files {
            let path = folder.path().join(path);
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            std::fs::write(path, text)?;
        }
        Ok(folder)
    }

    #[test]
    fn lists_scripts_only_in_the_order_of_their_paths() -> Outcome {
        let folder = folder(&[("b.wast", ""), ("a/z.wast", ""), ("a/y.wat", ""), ("n", "")])?;
        let suite = list(folder.path())?;
        let paths: Vec<_> = suite.files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["a/z.wast", "b.wast"]);
        assert!(suite.files.iter().all(|file| file.features == ["gc"]));
        Ok(())
    }

    #[test]
    fn a_single_script_is_a_suite() -> Outcome {
        let folder = folder(&[("b.wast", ""), ("c.wast", "")])?;
        let suite = list(&folder.path().join("b.wast"))?;
        assert_eq!(suite.root, folder.path());
        assert_eq!(suite.files.len(), 1);
        assert_eq!(suite.files[0].path, "b.wast");
        Ok(())
    }

    #[test]
    fn what_holds_no_script_is_an_error_with_its_path() -> Outcome {
        let folder = folder(&[("empty/README.md", "")])?;
        let failure = |path: &str| match list(&folder.path().join(path)) {
            Ok(suite) => panic!("{suite:?}"),
            Err(error) => error
                .to_string()
                .replace(&folder.path().display().to_string(), ""),
        };
        assert_eq!(failure("none"), "`/none` does not exist");
        assert_eq!(failure("empty"), "no .wast file in `/empty`");
        assert_eq!(
            failure("empty/README.md"),
            "`/empty/README.md` is neither a folder nor a .wast file"
        );
        Ok(())
    }

    #[test]
    fn a_checksum_tells_paths_from_contents() -> Outcome {
        let checksum = |files: &[(&str, &str)]| -> Result<String, Box<dyn std::error::Error>> {
            let folder = folder(files)?;
            Ok(list(folder.path())?.checksum()?)
        };
        let one = checksum(&[("a.wast", "xb.wast")])?;
        assert_eq!(one, checksum(&[("a.wast", "xb.wast")])?);
        assert_ne!(one, checksum(&[("a.wast", "x"), ("b.wast", "")])?);
        assert_ne!(one, checksum(&[("c.wast", "xb.wast")])?);
        assert_eq!(one.len(), 64);
        Ok(())
    }
}
