//! The commands on a store of runs: `conform runs`, `import`, `merge`, `diff`, `export`.

use crate::args::{self, Diff, DiffFormat, Export, ExportFormat, Import, Merge, Runs};
use crate::{EXPECTED, NOTHING, UNEXPECTED};
use anyhow::{Context as _, anyhow, bail};
use component_reports::diff::{self, Side, diff as compare};
use component_reports::merge;
use component_reports::record::{Header, Record};
use component_reports::run::{self, Run, RunWriter};
use component_reports::store::{Added, Damaged, Entry, RunId, Store};
use component_reports::visible::visible_line;
use component_reports::{github, junit, wptreport};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

/// Stores a run that lies in a file, under the present moment.
pub(crate) fn add(store: &Store, record: &Path) -> anyhow::Result<RunId> {
    Ok(store.add(record, &moment())?)
}

fn moment() -> String {
    Timestamp::now().strftime("%Y%m%dT%H%M%S.%3fZ").to_string()
}

pub(crate) fn runs(arguments: &Runs) -> anyhow::Result<u8> {
    let store = arguments.store.open();
    if let [label, name] = arguments.label.as_slice() {
        let id = store.resolve(name)?;
        store.set_label(label, &id)?;
    }
    let (index, damaged) = store.index()?;
    let mut labels: BTreeMap<RunId, Vec<String>> = BTreeMap::new();
    for (label, id) in store.labels()? {
        labels.entry(id).or_default().push(label);
    }
    let mut out = anstream::stdout().lock();
    for entry in index.runs.iter().rev() {
        let labels = labels.get(&entry.id).map_or(&[][..], Vec::as_slice);
        match arguments.json {
            true => {
                let line = serde_json::json!({
                    "id": entry.id, "labels": labels, "complete": entry.complete,
                    "header": entry.header, "summary": entry.summary,
                });
                writeln!(out, "{line}")?;
            }
            false => listed(entry, labels, &mut out)?,
        }
    }
    warn(&damaged);
    Ok(match index.runs.is_empty() {
        true => NOTHING,
        false => EXPECTED,
    })
}

fn listed(entry: &Entry, labels: &[String], out: &mut impl Write) -> std::io::Result<()> {
    let mut notes: Vec<String> = labels.to_vec();
    notes.extend(entry.notes());
    let notes = match notes.is_empty() {
        true => String::new(),
        false => format!("  ({})", visible_line(&notes.join(", "))),
    };
    writeln!(out, "{}{notes}", entry.id.0)?;
    for row in &entry.summary {
        writeln!(
            out,
            "    {} on {}: {} of {} pass, {} unexpected",
            visible_line(&row.suite),
            visible_line(&row.engine),
            row.pass,
            row.directives,
            row.unexpected
        )?;
    }
    Ok(())
}

/// Each file is stored or not by itself: an import that is interrupted can be repeated.
pub(crate) fn import(arguments: &Import) -> anyhow::Result<u8> {
    let store = arguments.store.open();
    let mut code = EXPECTED;
    let mut out = anstream::stdout().lock();
    for file in &arguments.files {
        match store.import(file, &moment()) {
            Ok(Added::New(id)) => writeln!(out, "{}", id.0)?,
            Ok(Added::Known(id)) => writeln!(out, "{}\twas there", id.0)?,
            Err(error) => {
                let error = anyhow::Error::from(error);
                anstream::eprintln!("error: {}", visible_line(&crate::causes(&error)));
                code = crate::USAGE;
            }
        }
    }
    Ok(code)
}

pub(crate) fn merge(arguments: &Merge) -> anyhow::Result<u8> {
    let store = arguments.store.open();
    let named = arguments.runs.iter().map(|name| {
        let (_, run) = find(&store, name)?;
        anyhow::Ok((name.clone(), run))
    });
    let merged = merge::merge(&named.collect::<Result<Vec<_>, _>>()?)?;
    if let Some(path) = &arguments.out {
        write(&merged, path)?;
        return Ok(EXPECTED);
    }
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let path = folder.path().join("merged.jsonl");
    write(&merged, &path)?;
    let id = add(&store, &path)?;
    writeln!(anstream::stdout().lock(), "{}", id.0)?;
    Ok(EXPECTED)
}

fn write(run: &Run, path: &Path) -> anyhow::Result<()> {
    let mut writer = RunWriter::create(path, &run.header)?;
    for record in &run.records {
        writer.record(record)?;
    }
    Ok(writer.finish(run.complete())?)
}

pub(crate) fn diff(arguments: &Diff) -> anyhow::Result<u8> {
    let store = arguments.store.open();
    let (before, after) = match (&arguments.before, &arguments.after) {
        (Some(before), Some(after)) => (before.as_str(), after.as_str()),
        (Some(before), None) => (before.as_str(), "last"),
        _ => ("last~1", "last"),
    };
    let before = Chosen::find(&store, before)?;
    let after = Chosen::find(&store, after)?;
    let result = compare(&before.side(), &after.side());
    let mut out = anstream::stdout().lock();
    match arguments.format {
        DiffFormat::Human => diff::human(&result, &mut out)?,
        DiffFormat::Json => {
            serde_json::to_writer_pretty(&mut out, &result)?;
            writeln!(out)?;
        }
        DiffFormat::Markdown => diff::markdown(&result, &mut out)?,
        DiffFormat::Github => diff::github(&result, &mut out)?,
    }
    Ok(match result.regressions.is_empty() {
        true => EXPECTED,
        false => UNEXPECTED,
    })
}

/// One side of a diff: a run, or what one engine did in it.
struct Chosen {
    name: String,
    run: Run,
    engine: Option<String>,
}

impl Chosen {
    /// `RUN`, `RUN@ENGINE`, or `ENGINE` for that of the last run.
    fn find(store: &Store, text: &str) -> anyhow::Result<Self> {
        let (name, engine) = match text.rsplit_once('@') {
            Some((name, engine)) if !Path::new(text).exists() => (name, Some(engine)),
            _ => (text, None),
        };
        let (id, run) = match find(store, name) {
            Ok(found) => found,
            Err(error) => {
                let last = find(store, "last").ok().filter(|(_, run)| has(run, text));
                let (id, run) = last.ok_or(error)?;
                return Ok(Chosen {
                    name: format!("{id}@{text}"),
                    run,
                    engine: Some(text.to_owned()),
                });
            }
        };
        if let Some(engine) = engine.filter(|engine| !has(&run, engine)) {
            bail!("{id} did not run the engine `{engine}`");
        }
        Ok(Chosen {
            name: match engine {
                Some(engine) => format!("{id}@{engine}"),
                None => id,
            },
            run,
            engine: engine.map(str::to_owned),
        })
    }

    fn side(&self) -> Side<'_> {
        let wanted = |record: &&Record| match &self.engine {
            Some(engine) => record.engine == *engine,
            None => true,
        };
        Side {
            name: self.name.clone(),
            records: self.run.records.iter().filter(wanted).collect(),
        }
    }
}

fn has(run: &Run, engine: &str) -> bool {
    run.header.engines.iter().any(|info| info.name == engine)
}

/// A run by its name in the store or by the path of a record file, and what it is
/// called.
fn find(store: &Store, name: &str) -> anyhow::Result<(String, Run)> {
    let path = Path::new(name);
    if path.is_file() {
        return Ok((name.to_owned(), run::read(path)?));
    }
    let id = store.resolve(name)?;
    let run = store.read(&id)?;
    Ok((id.0, run))
}

pub(crate) fn export(arguments: &Export) -> anyhow::Result<u8> {
    let store = arguments.store.open();
    let (_, run) = find(&store, &arguments.run)?;
    let mut out = anstream::stdout().lock();
    match arguments.format {
        ExportFormat::Jsonl => run.write(&mut out)?,
        ExportFormat::Junit => junit::write(&run.records, run.complete(), &[], &mut out)?,
        ExportFormat::Markdown => {
            github::write(&run.header, &run.records, run.complete(), &[], &mut out)?;
        }
        ExportFormat::Wptreport => {
            let engine = engine(&run.header, arguments.engine.as_deref())?;
            wptreport::write(&run.header, engine, &run.records, &mut out)?;
        }
    }
    Ok(EXPECTED)
}

fn engine<'h>(header: &'h Header, wanted: Option<&'h str>) -> anyhow::Result<&'h str> {
    let names = || header.engines.iter().map(|info| info.name.as_str());
    match (wanted, header.engines.as_slice()) {
        (Some(wanted), _) if names().any(|name| name == wanted) => Ok(wanted),
        (Some(wanted), _) => Err(anyhow!("the run has no engine `{wanted}`")),
        (None, [only]) => Ok(&only.name),
        (None, _) => Err(anyhow!(
            "a wptreport holds one engine; choose with --engine among {}",
            names().collect::<Vec<_>>().join(", ")
        )),
    }
}

/// Says which files of a store are no runs.
pub(crate) fn warn(damaged: &[Damaged]) {
    for Damaged { error, .. } in damaged {
        let error = anyhow::Error::msg(error.to_string());
        anstream::eprintln!("left out: {}", visible_line(&crate::causes(&error)));
    }
}

impl args::StoreFolder {
    /// The store that the command line or the environment names.
    pub(crate) fn open(&self) -> Store {
        Store::new(self.folder())
    }
}
