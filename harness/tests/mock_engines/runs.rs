//! What holds of a run as a whole, whatever the engines do.

use crate::deaths::{BESIDE, SCRIPT};
use crate::stage::{SHORT, Stage};
use component_reports::record::Record;
use libtest_mimic::Trial;
use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

/// Files of different lengths, so that they do not end in the order in which they
/// are told.
fn files() -> Vec<(String, String)> {
    let scripts = [SCRIPT, BESIDE, include_str!("lies.wast"), "(module"];
    let files = (0..12).map(|n| {
        let script = scripts[n % scripts.len()];
        (format!("{}/{n}.wast", n % 3), script.to_owned())
    });
    files.collect()
}

/// Two engines, of which one dies and the other lies.
fn stage() -> Stage {
    stage_of("aborts")
}

fn stage_of(kind: &str) -> Stage {
    let files = files();
    let files: Vec<_> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    Stage::new(kind, &files).and_engine("wasmtime-other", "another-class")
}

pub(crate) fn trials() -> Vec<Trial> {
    let trials: [(&str, fn()); 7] = [
        ("jobs-change-nothing", jobs_change_nothing),
        ("shards-make-the-whole", shards_make_the_whole),
        ("a-filter-by-file", a_filter_by_file),
        ("a-filter-by-line", a_filter_by_line),
        ("a-filter-of-nothing", a_filter_of_nothing),
        ("a-file-that-is-no-script", a_file_that_is_no_script),
        ("cancelled", cancelled),
    ];
    let trials = trials.into_iter().map(|(name, test)| {
        Trial::test(format!("run::{name}"), move || {
            test();
            Ok(())
        })
    });
    trials.collect()
}

fn jobs_change_nothing() {
    let one = stage().run();
    let mut four = stage();
    four.jobs = 4;
    let four = four.run();
    assert!(one.json.lines().count() > 100);
    assert_eq!(one.json, four.json);
    assert_eq!(one.ended, four.ended);
    assert!(one.ended.complete && one.ended.unexpected > 0);
}

fn shards_make_the_whole() {
    let whole = ids(&stage().run().records);
    let mut parts = Vec::new();
    for part in 1..=3 {
        let mut stage = stage();
        stage.shard = Some((part, 3));
        let seen = stage.run();
        assert!(seen.ended.complete);
        assert!(!seen.records.is_empty());
        parts.extend(ids(&seen.records));
    }
    assert_eq!(parts.iter().collect::<BTreeSet<_>>().len(), parts.len());
    assert_eq!(sorted(parts), sorted(whole));
}

fn a_filter_by_file() {
    let whole = stage().run();
    let mut stage = stage();
    stage.filter = Some("s/1/".to_owned());
    let seen = stage.run();
    let asked = whole.records.iter().filter(|r| r.path.starts_with("1/"));
    assert_eq!(seen.records, asked.cloned().collect::<Vec<_>>());
    assert!(seen.ended.complete);
}

fn a_filter_by_line() {
    let mut stage = stage();
    stage.filter = Some("s/0/0.wast:1".to_owned());
    let seen = stage.run();
    // One on each engine, and not the lines from 10 on.
    let lines: Vec<usize> = seen.records.iter().map(|record| record.line).collect();
    assert_eq!(lines, [1, 1]);
}

fn a_filter_of_nothing() {
    let mut stage = stage();
    stage.filter = Some("no such directive".to_owned());
    let seen = stage.run();
    assert!(seen.records.is_empty() && seen.ended.complete);
    assert_eq!(seen.ended.directives, 0);
}

fn a_file_that_is_no_script() {
    let files = [("a.wast", "(module"), ("b.wast", BESIDE)];
    let seen = Stage::new("honest", &files).run();
    seen.tells("a.wast:1 fail!\nb.wast:1 pass\nb.wast:2 pass\n");
    assert_eq!(seen.at("a.wast:1").directive, "script");
}

/// What has run is in the record, and the record says that it is not all.
fn cancelled() {
    // So slow that the first file is told before the last one begins.
    let stage = stage_of("sleeps").with_limit(SHORT);
    let mut told = Vec::new();
    let seen = stage
        .run_told(&mut |path| {
            stage.cancelled.store(true, Ordering::Relaxed);
            told.push(path.to_owned());
        })
        .expect("the run can be made");
    assert!(!seen.ended.complete);
    assert!(told.len() < 2 * files().len(), "{told:?}");
    let stored = component_reports::run::read(&stage.record()).expect("the record is read");
    assert!(stored.footer.is_some() && !stored.complete());
    assert_eq!(stored.records, seen.records);
    assert_eq!(stored.header.engines.len(), 2);
}

fn ids(records: &[Record]) -> Vec<String> {
    let ids = records
        .iter()
        .map(|r| format!("{} on {}", r.id(), r.engine));
    ids.collect()
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids
}
