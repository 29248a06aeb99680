//! A stored run: a file of JSON Lines, written once and then only read.

use crate::json;
use crate::record::{FORMAT, Footer, Header, Record};
use crate::tally::Tally;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Writes a run. Nothing is at its path before [`RunWriter::finish`], and a
/// writer that is dropped leaves nothing. After an error it must be dropped.
#[derive(Debug)]
pub struct RunWriter {
    path: PathBuf,
    file: BufWriter<NamedTempFile>,
    tally: Tally,
}

/// A run could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the run record {}", path.display())]
pub struct WriteError {
    path: PathBuf,
    source: io::Error,
}

impl RunWriter {
    /// Begins a run that is to lie at `path`, in a temporary file beside it.
    pub fn create(path: &Path, header: &Header) -> Result<Self, WriteError> {
        let file = temporary_file_beside(path).map_err(|source| WriteError {
            path: path.to_owned(),
            source,
        })?;
        let mut writer = Self {
            path: path.to_owned(),
            file: BufWriter::new(file),
            tally: Tally::default(),
        };
        writer.line(header)?;
        Ok(writer)
    }

    /// Adds a record.
    pub fn record(&mut self, record: &Record) -> Result<(), WriteError> {
        self.line(record)?;
        self.tally.add(record);
        Ok(())
    }

    /// The sums of the records so far.
    #[must_use]
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Adds the footer and moves the file to its path, in place of what is
    /// there. `complete` says whether every directive that was asked for ran.
    pub fn finish(mut self, complete: bool) -> Result<(), WriteError> {
        let footer = Footer {
            complete,
            summary: self.tally.summary(),
        };
        self.line(&footer)?;
        let Self { path, file, .. } = self;
        persist(file, &path).map_err(|source| WriteError { path, source })
    }

    fn line(&mut self, value: &impl Serialize) -> Result<(), WriteError> {
        json::write_line(value, &mut self.file).map_err(|source| WriteError {
            path: self.path.clone(),
            source,
        })
    }
}

/// A run as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The first line.
    pub header: Header,
    /// One per directive and engine.
    pub records: Vec<Record>,
    /// The last line; `None` where the file was cut off.
    pub footer: Option<Footer>,
    /// The number of the last line, where the file was cut off within it.
    pub cut_line: Option<usize>,
}

impl Run {
    /// Writes the lines of its file.
    pub fn write(&self, mut out: impl Write) -> io::Result<()> {
        json::write_line(&self.header, &mut out)?;
        for record in &self.records {
            json::write_record(record, &mut out)?;
        }
        self.footer
            .iter()
            .try_for_each(|footer| json::write_line(footer, &mut out))
    }

    /// Whether every directive that was asked for ran, and was stored.
    #[must_use]
    pub fn complete(&self) -> bool {
        self.footer.as_ref().is_some_and(|footer| footer.complete)
    }
}

/// A run could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file could not be opened or read.
    #[error("cannot read the run record {}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file has not even a header.
    #[error("{}: empty run record", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The header names a format other than [`FORMAT`].
    #[error("{}:1: format `{format}` is not `{FORMAT}`", path.display())]
    UnknownFormat {
        /// The file.
        path: PathBuf,
        /// The format.
        format: String,
    },
    /// A line is not what should stand there.
    #[error("{}:{line}:{column}: {message}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The byte within the line, from 1.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// Something follows the footer.
    #[error("{}:{line}: line after the footer", path.display())]
    AfterFooter {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
}

/// Reads a run.
pub fn read(path: &Path) -> Result<Run, ReadError> {
    let file = File::open(path).map_err(|source| ReadError::Io {
        path: path.to_owned(),
        source,
    })?;
    read_from(path, BufReader::new(file))
}

/// Reads a run from its text; `path` is what errors name.
pub fn read_from(path: &Path, mut input: impl BufRead) -> Result<Run, ReadError> {
    let io_error = |source| ReadError::Io {
        path: path.to_owned(),
        source,
    };
    let mut line = Line {
        path,
        number: 0,
        bytes: Vec::new(),
    };
    if !line.advance(&mut input).map_err(io_error)? {
        return Err(ReadError::Empty {
            path: path.to_owned(),
        });
    }
    let FormatOnly { format } = line.parse()?;
    if format != FORMAT {
        return Err(ReadError::UnknownFormat {
            path: path.to_owned(),
            format,
        });
    }
    let mut run = Run {
        header: line.parse()?,
        records: Vec::new(),
        footer: None,
        cut_line: None,
    };
    while line.advance(&mut input).map_err(io_error)? {
        if run.footer.is_some() {
            return Err(ReadError::AfterFooter {
                path: path.to_owned(),
                line: line.number,
            });
        }
        if line.is_cut() {
            run.cut_line = Some(line.number);
        } else {
            // Nearly every line is a record, and is read but once.
            match line.parse() {
                Ok(record) => run.records.push(record),
                Err(_) if line.parse::<SummaryOnly>()?.summary.is_some() => {
                    run.footer = Some(line.parse()?);
                }
                Err(error) => return Err(error),
            }
        }
    }
    Ok(run)
}

/// What a header of any version has.
#[derive(Deserialize)]
struct FormatOnly {
    format: String,
}

/// What tells a footer from a record.
#[derive(Deserialize)]
struct SummaryOnly {
    summary: Option<IgnoredAny>,
}

struct Line<'a> {
    path: &'a Path,
    number: usize,
    bytes: Vec<u8>,
}

impl Line<'_> {
    /// Moves to the next line; `false` at the end of the file.
    fn advance(&mut self, input: &mut impl BufRead) -> io::Result<bool> {
        self.number += 1;
        self.bytes.clear();
        Ok(input.read_until(b'\n', &mut self.bytes)? > 0)
    }

    /// Whether the file ends within this line.
    fn is_cut(&self) -> bool {
        !self.bytes.ends_with(b"\n")
            && serde_json::from_slice::<IgnoredAny>(&self.bytes).is_err_and(|error| error.is_eof())
    }

    fn parse<T: DeserializeOwned>(&self) -> Result<T, ReadError> {
        serde_json::from_slice(&self.bytes).map_err(|error| {
            // `serde_json` counts lines from the start of this one.
            let text = error.to_string();
            let place = format!(" at line {} column {}", error.line(), error.column());
            ReadError::Malformed {
                path: self.path.to_owned(),
                line: self.number,
                column: error.column(),
                message: text.strip_suffix(&place).unwrap_or(&text).to_owned(),
            }
        })
    }
}

pub(crate) fn temporary_file_beside(path: &Path) -> io::Result<NamedTempFile> {
    // Found now, this does not cost the run that was to be stored.
    if path.is_dir() {
        return Err(ErrorKind::IsADirectory.into());
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".conform-run-");
    #[cfg(unix)]
    {
        // Readable like any other file, within the umask: a run is published.
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

fn persist(file: BufWriter<NamedTempFile>, path: &Path) -> io::Result<()> {
    let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests;
