//! What it takes to record, load, compare and show 100 runs of 75,000 records.
//!
//! `cargo bench -p component-reports`; `-- RUNS` for another number of runs.

#[path = "../tests/site/fixture.rs"]
mod fixture;

use component_reports::dashboard::write;
use component_reports::diff::{Side, diff};
use component_reports::run::Run;
use component_reports::store::Store;
use fixture::{ENGINES, Scripts, Size, add};
use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// With three engines, 75,000 records.
const SIZE: Size = Size {
    files: 250,
    directives: 100,
};
const RUNS: usize = 100;

fn main() -> ExitCode {
    match bench() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn bench() -> Result<()> {
    // Cargo adds `--bench`.
    let given = std::env::args()
        .skip(1)
        .find(|argument| argument != "--bench");
    let runs = given.map_or(Ok(RUNS), |runs| runs.parse::<usize>())?.max(2);
    let folder = tempfile::tempdir()?;
    let store = Store::new(folder.path().join("store"));
    let records = SIZE.files * SIZE.directives * ENGINES.len();
    let mut out = io::stdout().lock();
    writeln!(out, "{runs} runs of {records} records")?;

    let mut ids = Vec::new();
    let mut spent = Duration::ZERO;
    for run in 0..runs {
        let run_records = SIZE.records(run);
        let began = Instant::now();
        ids.push(add(&store, &SIZE.header(), &run_records, run));
        spent += began.elapsed();
    }
    told(&mut out, "record and store", spent, records * runs)?;
    let stored = weight(&folder.path().join("store/runs"))?;
    writeln!(out, "    {:.1} MB", stored as f64 / 1e6)?;

    let began = Instant::now();
    for id in &ids {
        black_box(store.read(id)?);
    }
    told(&mut out, "load", began.elapsed(), records * runs)?;

    let began = Instant::now();
    store.index()?;
    told(&mut out, "index anew", began.elapsed(), records * runs)?;
    let began = Instant::now();
    store.index()?;
    told(
        &mut out,
        "index that is there",
        began.elapsed(),
        records * runs,
    )?;
    let index = fs::metadata(folder.path().join("store/index.json"))?.len();
    writeln!(out, "    {:.1} MB", index as f64 / 1e6)?;

    let (before, after) = (store.read(&ids[0])?, store.read(&ids[runs - 1])?);
    let began = Instant::now();
    let changed = diff(&side("before", &before), &side("after", &after));
    told(&mut out, "diff", began.elapsed(), 2 * records)?;
    writeln!(out, "    {} unchanged", changed.unchanged)?;

    let began = Instant::now();
    let site = folder.path().join("site");
    let written = write(&store, None, &Scripts(SIZE), &site)?;
    told(&mut out, "render", began.elapsed(), records * runs)?;
    let megabytes = written.bytes as f64 / 1e6;
    writeln!(out, "    {} files, {megabytes:.1} MB", written.files)?;
    Ok(())
}

fn side<'r>(name: &str, run: &'r Run) -> Side<'r> {
    Side {
        name: name.to_owned(),
        records: run.records.iter().collect(),
    }
}

fn told(out: &mut impl Write, what: &str, time: Duration, records: usize) -> io::Result<()> {
    let seconds = time.as_secs_f64();
    let rate = records as f64 / seconds / 1e6;
    writeln!(
        out,
        "{what:<20} {seconds:>8.2} s {rate:>8.2} million records/s"
    )
}

fn weight(folder: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        bytes += entry?.metadata()?.len();
    }
    Ok(bytes)
}
