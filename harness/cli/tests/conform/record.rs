//! `--record` and `--in-process`: what is stored does not depend on how it ran.

use crate::fixture::{COMPONENT, FAILS, Fixture, PASSES, ran};
use component_reports::record::{EngineInfo, FORMAT, Limits, Record};
use component_reports::run::{Run, read};
use std::fs;

fn recorded(fixture: &Fixture, arguments: &[&str], code: i32) -> Run {
    let path = fixture.path("run.jsonl");
    let ran = ran(fixture.run().arg("--record").arg(&path).args(arguments));
    assert_eq!(ran.code, Some(code), "{ran:?}");
    read(&path).expect("a run record")
}

#[test]
fn the_header_says_all_that_a_comparison_needs() {
    let fixture = Fixture::new(&[("a.wast", PASSES), ("b.wast", FAILS), ("c.wast", PASSES)]);
    let run = recorded(
        &fixture,
        &[
            "--timeout",
            "7",
            "--memory",
            "512",
            "--shard",
            "1/2",
            "--filter",
            "fixture/a",
        ],
        0,
    );
    let header = &run.header;
    assert_eq!(header.format, FORMAT);
    assert_eq!(header.harness, env!("CARGO_PKG_VERSION"));
    assert!(header.spec.starts_with("wasm-tools 1."), "{}", header.spec);
    let EngineInfo {
        name,
        version,
        configuration,
    } = &header.engines[0];
    assert_eq!(name, "wasmtime");
    assert!(
        version.split('.').all(|part| part.parse::<u32>().is_ok()),
        "{version}"
    );
    assert!(!configuration.is_empty());
    let suite = &header.suites[0];
    assert_eq!((suite.name.as_str(), suite.files), ("fixture", 3));
    assert_eq!(suite.checksum.len(), 64);
    assert!(
        suite.features.iter().any(|feature| feature == "cm-async"),
        "{suite:?}"
    );
    assert_eq!(
        header.limits,
        Limits {
            timeout_ms: 7000,
            memory_mib: 512
        }
    );
    assert_eq!(header.shard.as_deref(), Some("1/2"));
    assert_eq!(header.filter.as_deref(), Some("fixture/a"));
    assert!(run.complete());
    assert_eq!(run.records.len(), 2);
}

#[test]
fn the_record_is_what_the_format_json_says_in_the_order_of_the_suite() {
    let fixture = Fixture::new(&[("a.wast", PASSES), ("b.wast", FAILS), ("c.wast", "(mod")]);
    let run = recorded(&fixture, &["--jobs", "3"], 1);
    let json = ran(fixture.run().args(["--format", "json", "--jobs", "1"]));
    let lines: Vec<&str> = json.out.lines().collect();
    let (_, records) = lines.split_last().expect("a summary");
    let parse = |line: &&str| serde_json::from_str::<Record>(line).expect("a record");
    assert_eq!(run.records, records.iter().map(parse).collect::<Vec<_>>());
    let footer = run.footer.expect("a footer");
    assert_eq!((footer.summary[0].pass, footer.summary[0].fail), (3, 2));
}

#[test]
fn nothing_but_the_record_is_left_in_its_folder() {
    let fixture = Fixture::new(&[("a.wast", PASSES)]);
    fixture.write("run.jsonl", "what was here before");
    recorded(&fixture, &[], 0);
    let entries = fs::read_dir(fixture.path("")).expect("a folder");
    let mut names: Vec<_> = entries
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    names.sort();
    assert_eq!(names, ["expectations", "run.jsonl", "suite"]);
}

#[test]
fn the_engine_in_this_process_does_the_same() {
    let calls = "(assert_return (invoke \"seven\") (u32.const 7))\n\
                 (assert_trap (invoke \"boom\") \"unreachable\")\n\
                 (assert_return (invoke \"seven\") (u32.const 7))\n";
    let fixture = Fixture::new(&[
        ("blocked.wast", include_str!("suite/blocked.wast")),
        ("component.wast", &format!("{COMPONENT}{calls}")),
        ("fails.wast", include_str!("suite/fails.wast")),
        ("malformed.wast", include_str!("suite/malformed.wast")),
        ("unsupported.wast", include_str!("suite/unsupported.wast")),
    ]);
    let worker = recorded(&fixture, &[], 1);
    let in_process = recorded(&fixture, &["--in-process"], 1);
    assert_eq!(worker, in_process);
    assert!(worker.records.len() > 20);
}
