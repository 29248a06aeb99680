//! The dashboard: a static site made from a store.
//!
//! Typed views of the store go two ways: into pages, by templates that are checked when
//! they are compiled, and into chunks of data, which the pages load as scripts when the
//! reader asks for more. A site opened from a file has no other way to load something.

mod chunk;
mod compare;
mod coverage;
mod current;
mod directive;
mod fuzz;
mod intern;
mod layout;
mod matrix;
mod movement;
mod overview;
mod plot;

use crate::findings::{Findings, FindingsError};
use crate::record::Record;
use crate::store::{Damaged, Store, StoreError};
use current::Current;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What the dashboard shows and no run holds.
pub trait Background {
    /// A script, as it is now; nothing, if it is not at hand.
    ///
    /// # Errors
    ///
    /// Any, if it is at hand and cannot be read.
    fn script(&self, suite: &str, path: &str) -> Result<Option<ScriptText>, BackgroundError>;

    /// All that directives can reach, in the order of the spec, with those that do.
    fn reachable(&self, records: &[&Record]) -> Vec<Reachable>;
}

/// Why a script cannot be read.
pub type BackgroundError = Box<dyn std::error::Error + Send + Sync>;

/// A script, for excerpts.
#[derive(Clone, Debug, Default)]
pub struct ScriptText {
    /// Its text.
    pub text: String,
    /// The features that it is run with.
    pub features: Vec<String>,
    /// How a command line names its suite.
    pub suite_argument: String,
    /// Its directives.
    pub directives: Vec<DirectiveText>,
}

/// Where a directive stands.
#[derive(Clone, Debug, Default)]
pub struct DirectiveText {
    /// The hash of its text.
    pub hash: String,
    /// How many directives of the file with the same text come before it.
    pub occurrence: usize,
    /// Its first and its last line.
    pub lines: (usize, usize),
    /// The first and the last line of each directive that it needs, in their order.
    pub needs: Vec<(usize, usize)>,
}

/// Something of the spec that a directive can reach.
#[derive(Clone, Debug)]
pub struct Reachable {
    /// `trap site` or `canonical definition`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// The file and heading of the spec, `CanonicalABI.md#…`.
    pub anchor: String,
    /// The ids of the directives that reach it.
    pub directives: Vec<String>,
}

/// What a site holds.
#[derive(Debug)]
pub struct Written {
    /// The page to open.
    pub index: PathBuf,
    /// The number of its files.
    pub files: usize,
    /// The bytes of its files.
    pub bytes: usize,
    /// The files of the store that are no runs.
    pub damaged: Vec<Damaged>,
}

/// Why there is no site.
#[derive(Debug, thiserror::Error)]
pub enum DashboardError {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The findings cannot be read.
    #[error(transparent)]
    Findings(#[from] FindingsError),
    /// A script cannot be read.
    #[error(transparent)]
    Background(BackgroundError),
    /// The store has no run.
    #[error("the store has no run to show")]
    Empty,
    /// The folder is something else's.
    #[error("{} is not empty and no dashboard", .0.display())]
    Foreign(PathBuf),
    /// A file cannot be written.
    #[error("{}: {source}", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A view has no form as data.
    #[error("a view cannot be written as data: {0}")]
    Data(serde_json::Error),
    /// The trend cannot be drawn.
    #[error("the trend cannot be drawn: {0}")]
    Plot(String),
}

/// A site in memory: its files by path.
#[derive(Debug, Default)]
struct Site(BTreeMap<String, Vec<u8>>);

/// Writes the site of a store to a folder, which it replaces as a whole. `findings` is
/// the folder of the fuzzer.
///
/// # Errors
///
/// [`DashboardError`].
pub fn write(
    store: &Store,
    findings: Option<&Path>,
    background: &dyn Background,
    out: &Path,
) -> Result<Written, DashboardError> {
    let (index, damaged) = store.index()?;
    let findings = findings.map(Findings::read).transpose()?;
    let reads = current::reads(&index);
    let mut runs = BTreeMap::new();
    for number in reads {
        runs.insert(number, store.read(&index.runs[number].id)?);
    }
    let current = Current::new(&index, &runs).ok_or(DashboardError::Empty)?;
    let labels = store.labels()?;
    let site = render(&current, &labels, findings.as_ref(), &damaged, background)?;
    site.write(out)?;
    Ok(Written {
        index: out.join("index.html"),
        files: site.0.len(),
        bytes: site.0.values().map(Vec::len).sum(),
        damaged,
    })
}

fn render(
    current: &Current<'_>,
    labels: &[(String, crate::store::RunId)],
    findings: Option<&Findings>,
    damaged: &[Damaged],
    background: &dyn Background,
) -> Result<Site, DashboardError> {
    let mut site = Site::default();
    for (name, text) in layout::ASSETS {
        site.add(name, text.as_bytes().to_vec());
    }
    let records: Vec<_> = current.records().collect();
    let reachable = background.reachable(&records);
    let scripts = directive::write(current, background, &mut site)?;
    matrix::write(current, &scripts, &reachable, labels, &mut site)?;
    let movements = compare::write(current, &mut site)?;
    coverage::write(current, &reachable, &mut site);
    fuzz::write(findings, &mut site)?;
    overview::write(
        current, &movements, &reachable, findings, damaged, &mut site,
    )?;
    Ok(site)
}

impl Site {
    fn add(&mut self, path: impl Into<String>, bytes: Vec<u8>) {
        self.0.insert(path.into(), bytes);
    }

    fn page(&mut self, path: &str, markup: maud::Markup) {
        self.add(path, markup.into_string().into_bytes());
    }

    /// Makes the site beside its place, so that a reader meets the old one or the new.
    fn write(&self, out: &Path) -> Result<(), DashboardError> {
        let error = |path: &Path| {
            let path = path.to_owned();
            move |source| DashboardError::Write { path, source }
        };
        if out.exists() && !is_ours(out).map_err(error(out))? {
            return Err(DashboardError::Foreign(out.to_owned()));
        }
        let parent = match out.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        fs::create_dir_all(parent).map_err(error(parent))?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".conform-dashboard-");
        #[cfg(unix)]
        {
            // Readable like any other folder, within the umask: a site is published.
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o777));
        }
        let folder = builder.tempdir_in(parent).map_err(error(parent))?;
        let site = folder.path().join("site");
        for (name, bytes) in &self.0 {
            let path = site.join(name);
            let parent = path.parent().unwrap_or(&site);
            fs::create_dir_all(parent).map_err(error(parent))?;
            fs::write(&path, bytes).map_err(error(&path))?;
        }
        if out.exists() {
            fs::rename(out, folder.path().join("old")).map_err(error(out))?;
        }
        fs::rename(&site, out).map_err(error(out))
    }
}

/// Whether a folder is empty or a site that was made here.
fn is_ours(out: &Path) -> io::Result<bool> {
    Ok(out.join(layout::MARK).is_file() || fs::read_dir(out)?.next().is_none())
}
