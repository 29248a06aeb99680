//! The store: a folder of immutable runs.
//!
//! A run is one compressed file, whose name begins with the moment at which it was
//! stored, so that names sort as runs came. Files are written beside their place and
//! moved there whole; whoever reads sees all of a run or nothing of it, and writers
//! need not know of one another. The [index](Index) is made from the runs and holds
//! nothing that they do not.

mod index;

pub use index::{Entry, History, Index, Key, Seen};

use crate::run::{ReadError, Run, read_from, temporary_file_beside};
use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};

/// What the file of a run ends with.
const EXTENSION: &str = "jsonl.gz";

/// A folder of runs.
#[derive(Clone, Debug)]
pub struct Store {
    folder: PathBuf,
}

/// The name of a run in its store: when it was stored, and the first digits of the
/// SHA-256 of its text.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct RunId(pub String);

/// What importing a run came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Added {
    /// It is stored now.
    New(RunId),
    /// The same run was there.
    Known(RunId),
}

/// A file in the store that is no run.
#[derive(Debug)]
pub struct Damaged {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub error: ReadError,
}

/// What a store cannot do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A file or folder cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is no run.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A name stands for no run.
    #[error("no run is named `{0}`; `conform runs` lists them")]
    Unknown(String),
    /// A name stands for several runs.
    #[error("`{name}` begins the names of {} runs, such as {} and {}", found.len(), found[0].0, found[1].0)]
    Ambiguous {
        /// The name.
        name: String,
        /// What it may stand for, at least two.
        found: Vec<RunId>,
    },
    /// A label cannot be one.
    #[error(
        "`{0}` is no label: letters, digits, `-`, `_` and `.`, beginning with a letter, and not `last`"
    )]
    Label(String),
}

impl Store {
    /// The store in a folder, which need not be there yet.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Store {
            folder: folder.into(),
        }
    }

    /// Adds the run that is the text of a record file. `moment` is when, as
    /// `20260131T120000.000Z`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Read`] if it is no run: nothing is stored then.
    pub fn add(&self, record: &Path, moment: &str) -> Result<RunId, StoreError> {
        let text = text_of(record)?;
        let id = RunId(format!("{moment}-{}", digest(&text)));
        self.write(&self.path(&id), &text)?;
        Ok(id)
    }

    /// Adds a run from elsewhere as [`Store::add`] does, unless its text is there
    /// already: an import that was interrupted can be repeated.
    ///
    /// # Errors
    ///
    /// Those of [`Store::add`].
    pub fn import(&self, record: &Path, moment: &str) -> Result<Added, StoreError> {
        let digest = digest(&text_of(record)?);
        let mut ids = self.ids()?.into_iter();
        // One that is damaged is no longer there.
        let known = ids.find(|id| id.digest() == digest && self.read(id).is_ok());
        match known {
            Some(known) => Ok(Added::Known(known)),
            None => Ok(Added::New(self.add(record, moment)?)),
        }
    }

    /// The names of the files that look like runs, as they came.
    ///
    /// # Errors
    ///
    /// [`StoreError::Io`] if the folder is there and cannot be read.
    pub fn ids(&self) -> Result<Vec<RunId>, StoreError> {
        let folder = self.folder.join("runs");
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(at(&folder)(error)),
        };
        let mut ids = Vec::new();
        for entry in entries {
            let name = entry.map_err(at(&folder))?.file_name();
            let id = name.to_str().and_then(|name| name.strip_suffix(EXTENSION));
            // What is being written has a name without it.
            ids.extend(
                id.and_then(|id| id.strip_suffix('.'))
                    .map(|id| RunId(id.into())),
            );
        }
        ids.sort();
        Ok(ids)
    }

    /// A run.
    ///
    /// # Errors
    ///
    /// [`StoreError::Read`] if it is damaged or of a newer format.
    pub fn read(&self, id: &RunId) -> Result<Run, StoreError> {
        let path = self.path(id);
        let file = File::open(&path).map_err(at(&path))?;
        let text = BufReader::new(GzDecoder::new(BufReader::new(file)));
        Ok(read_from(&path, text)?)
    }

    /// The run that a name stands for: `last`, `last~1` (the one before), a label, or
    /// the beginning of an id.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unknown`] and [`StoreError::Ambiguous`].
    pub fn resolve(&self, name: &str) -> Result<RunId, StoreError> {
        let ids = self.ids()?;
        let unknown = || StoreError::Unknown(name.to_owned());
        if let Some(back) = name.strip_prefix("last") {
            let back = match back.strip_prefix('~') {
                Some(back) => back.parse().map_err(|_| unknown())?,
                None if back.is_empty() => 0,
                None => return Err(unknown()),
            };
            return ids.into_iter().rev().nth(back).ok_or_else(unknown);
        }
        if let Some(labelled) = self.label(name)? {
            return Ok(labelled);
        }
        let mut found: Vec<_> = ids
            .into_iter()
            .filter(|id| id.0.starts_with(name))
            .collect();
        match found.len() {
            1 => Ok(found.remove(0)),
            0 => Err(unknown()),
            _ => Err(StoreError::Ambiguous {
                name: name.to_owned(),
                found,
            }),
        }
    }

    /// Gives a run a label, which it takes from another.
    ///
    /// # Errors
    ///
    /// [`StoreError::Label`] if it cannot be one.
    pub fn set_label(&self, label: &str, id: &RunId) -> Result<(), StoreError> {
        if !is_label(label) {
            return Err(StoreError::Label(label.to_owned()));
        }
        let path = self.folder.join("labels").join(label);
        self.write_plain(&path, format!("{}\n", id.0).as_bytes())
    }

    /// The labels, each with its run, by name.
    ///
    /// # Errors
    ///
    /// [`StoreError::Io`].
    pub fn labels(&self) -> Result<Vec<(String, RunId)>, StoreError> {
        let folder = self.folder.join("labels");
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(at(&folder)(error)),
        };
        let mut labels = Vec::new();
        for entry in entries {
            let name = entry.map_err(at(&folder))?.file_name();
            if let Some(name) = name.to_str().filter(|name| is_label(name))
                && let Some(id) = self.label(name)?
            {
                labels.push((name.to_owned(), id));
            }
        }
        labels.sort();
        Ok(labels)
    }

    /// The index, and what it had to leave out. It is brought up to date if runs came or
    /// went since it was made.
    ///
    /// # Errors
    ///
    /// [`StoreError::Io`].
    pub fn index(&self) -> Result<(Index, Vec<Damaged>), StoreError> {
        let path = self.folder.join("index.json");
        let known = fs::read(&path).ok();
        let known = known.and_then(|bytes| serde_json::from_slice::<Index>(&bytes).ok());
        let (index, damaged, changed) = Index::update(self, known.unwrap_or_default())?;
        if changed && self.folder.is_dir() {
            // It is made anew where it cannot be read, so its form is nobody's promise.
            let bytes = serde_json::to_vec(&index).map_err(|error| at(&path)(error.into()))?;
            self.write_plain(&path, &bytes)?;
        }
        Ok((index, damaged))
    }

    fn path(&self, id: &RunId) -> PathBuf {
        self.folder
            .join("runs")
            .join(format!("{}.{EXTENSION}", id.0))
    }

    fn label(&self, label: &str) -> Result<Option<RunId>, StoreError> {
        if !is_label(label) {
            return Ok(None);
        }
        let path = self.folder.join("labels").join(label);
        match fs::read_to_string(&path) {
            Ok(id) => Ok(Some(RunId(id.trim().to_owned()))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(at(&path)(error)),
        }
    }

    fn write(&self, path: &Path, text: &[u8]) -> Result<(), StoreError> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        let compressed = encoder.write_all(text).and_then(|()| encoder.finish());
        self.write_plain(path, &compressed.map_err(at(path))?)
    }

    /// Moves a file to its place when it is written whole.
    fn write_plain(&self, path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
        let folder = path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder).map_err(at(folder))?;
        let mut file = temporary_file_beside(path).map_err(at(path))?;
        file.write_all(bytes)
            .and_then(|()| file.as_file().sync_all())
            .map_err(at(path))?;
        file.persist(path).map_err(|error| at(path)(error.error))?;
        Ok(())
    }
}

impl RunId {
    fn digest(&self) -> &str {
        self.0.rsplit('-').next().unwrap_or_default()
    }
}

/// The text of a record file, which is a run.
fn text_of(record: &Path) -> Result<Vec<u8>, StoreError> {
    let text = fs::read(record).map_err(at(record))?;
    read_from(record, text.as_slice())?;
    Ok(text)
}

fn digest(text: &[u8]) -> String {
    let digest = Sha256::digest(text);
    digest
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn is_label(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(inner)
        && !text.starts_with("last")
        && Path::new(text).file_name() == Some(OsStr::new(text))
}

fn at(path: &Path) -> impl Fn(io::Error) -> StoreError + use<> {
    let path = path.to_owned();
    move |source| StoreError::Io {
        path: path.clone(),
        source,
    }
}
