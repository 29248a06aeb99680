//! What cannot be used is told with its place, and costs no more than it must.

use crate::fixture::{FAILS, Fixture, PASSES, Ran, conform, ran};
use std::path::Path;

/// Exit code 2, nothing on standard output, and all of `parts` in the error.
fn refused(ran: &Ran, parts: &[&str]) {
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert_eq!(ran.out, "", "{ran:?}");
    assert!(ran.err.starts_with("error: "), "{ran:?}");
    for part in parts {
        assert!(ran.err.contains(part), "{part:?} in {ran:?}");
    }
}

#[test]
fn the_exit_code_says_what_came_of_the_run() {
    let fixture = Fixture::new(&[("fails.wast", FAILS), ("passes.wast", PASSES)]);
    for (filter, code, conclusion) in [
        ("passes", 0, "all as expected"),
        ("fails", 1, "1 unexpected directive"),
        ("fixture/fails.wast:1", 0, "all as expected"),
        ("fixture/fails.wast:2", 3, "nothing ran"),
        ("nowhere", 3, "nothing ran"),
    ] {
        let ran = ran(fixture.run().args(["--filter", filter]));
        assert_eq!(ran.code, Some(code), "{filter}: {ran:?}");
        assert_eq!(ran.out.lines().last(), Some(conclusion), "{filter}");
    }
}

#[test]
fn nothing_that_ran_is_named_in_every_format() {
    let fixture = Fixture::new(&[("passes.wast", PASSES)]);
    for format in ["human", "json", "junit", "github"] {
        let ran = ran(fixture
            .run()
            .args(["--filter", "x\u{1b}", "--format", format]));
        assert_eq!(ran.code, Some(3), "{format}");
        assert_eq!(ran.err, "no directive has an id with \"x\\u{1b}\" in it\n");
    }
}

#[test]
fn a_command_line_that_cannot_be_used_is_refused() {
    let fixture = Fixture::new(&[("passes.wast", PASSES), ("notes.txt", "")]);
    let suite = fixture.suite();
    let folder = fixture.path("suite").display().to_string();
    let none = format!("x={folder}/none");
    let notes = format!("x={folder}/notes.txt");
    let empty = format!("x={}", fixture.path("expectations").display());
    let nowhere = fixture.path("nowhere/run.jsonl").display().to_string();
    let known = format!("component-model={folder}");
    let cases: &[(&[&str], &[&str])] = &[
        (
            &["--engine", "v8"],
            &["unknown engine `v8`", "wasmtime-winch", "wasmtime-50"],
        ),
        (
            &["--engine", "wasmtime", "--engine", "wasmtime"],
            &["`wasmtime` is given twice"],
        ),
        (
            &["--suite", "fixture"],
            &["unknown suite `fixture`", "component-model", "NAME=PATH"],
        ),
        (&["--suite", &none], &["suite/none` does not exist"]),
        (
            &["--suite", &notes],
            &["notes.txt` is neither a folder nor a .wast file"],
        ),
        (
            &["--suite", &empty],
            &["no .wast file in `", "expectations"],
        ),
        (
            &["--suite", "=x"],
            &["`=x` is not NAME=PATH: the name is empty"],
        ),
        (&["--suite", "a/b=x"], &["`a/b=x` is not NAME=PATH"]),
        (
            &["--suite", "x="],
            &["`x=` is not NAME=PATH: the path is empty"],
        ),
        (
            &["--suite", &known],
            &["a suite of this name is known already"],
        ),
        (&["--suite", &suite], &["suite `fixture` is given twice"]),
        (
            &["--shard", "0/3"],
            &["'0/3' for '--shard", "K from 1 to N"],
        ),
        (&["--shard", "4/3"], &["'4/3' for '--shard"]),
        (&["--shard", "1"], &["'1' for '--shard"]),
        (&["--timeout", "0"], &["'0' for '--timeout", "from 1"]),
        (&["--jobs", "0"], &["'0' for '--jobs"]),
        (&["--memory", "8"], &["'8' for '--memory", "from 64"]),
        (&["--record", &nowhere], &[&nowhere, "No such file"]),
        (&["--record", &folder], &[&folder, "is a directory"]),
        (&["--colour"], &["unexpected argument '--colour'"]),
    ];
    for (arguments, parts) in cases {
        let given = ["run", "--suite", &suite];
        refused(&ran(conform(&given).args(*arguments)), parts);
    }
}

#[test]
fn expectations_that_cannot_be_used_are_refused_with_their_line() {
    let fixture = Fixture::new(&[("passes.wast", PASSES)]);
    let group = "[[expect]]\nsuite = \"s\"\nstatus = \"fail\"\n";
    let with = |rest: &str| format!("{group}{rest}\n");
    for (text, line, part) in [
        ("\n[[expect\n".to_owned(), 2, "unclosed array table"),
        ("expect = 3\n".to_owned(), 1, "expected a sequence"),
        ("[[expected]]\n".to_owned(), 1, "unknown field `expected`"),
        (group.replace("fail", "slow"), 3, "unknown variant `slow`"),
        (
            with("directives = []\ncolour = 1"),
            5,
            "unknown field `colour`",
        ),
        (with(""), 1, "missing field `directives`"),
        (
            with("directives = [\n\"a.wast:1@00\",\n\"a.wast@00\"]"),
            6,
            "\"a.wast@00\" is not of the form \"PATH:LINE@HASH\"",
        ),
        (
            with("directives = [\"a.wast:1@00\",\n\"a.wast:7@00\"]"),
            5,
            "\"a.wast:7@00\" has an entry already",
        ),
        (
            "[[unsupported]]\nsuite = \"s\"\nfeature = \"f\"\n".repeat(2),
            6,
            "\"f\" has an entry already",
        ),
    ] {
        fixture.write("expectations/wasmtime.toml", text);
        let file = fixture.path("expectations/wasmtime.toml");
        let line = format!("line {line}");
        let parts = [file.to_str().expect("UTF-8"), &line, part];
        refused(&ran(&mut fixture.run()), &parts);
    }
    fixture.write("expectations/wasmtime.toml", b"\xff");
    refused(&ran(&mut fixture.run()), &["wasmtime.toml: ", "UTF-8"]);

    let nowhere = [
        "run",
        "--suite",
        &fixture.suite(),
        "--expectations",
        "/nowhere",
    ];
    refused(&ran(&mut conform(&nowhere)), &["`/nowhere` is no folder"]);
}

#[test]
fn an_engine_that_cannot_be_run_says_what_to_do() {
    let fixture = Fixture::new(&[("passes.wast", PASSES)]);
    for line in ran(&mut conform(&["engines"])).out.lines() {
        let (engine, state) = line.split_once('\t').expect("a name and a state");
        let ran = ran(fixture.run().args(["--engine", engine]));
        match state.strip_prefix("unavailable: ") {
            Some(why) => refused(&ran, &[engine, why]),
            None => assert_eq!((ran.code, state), (Some(0), "available"), "{ran:?}"),
        }
    }
}

#[test]
fn a_file_that_is_no_script_costs_itself_only() {
    let fixture = Fixture::new(&[
        ("comment.wast", ";; nothing\n"),
        ("empty.wast", ""),
        ("passes ünd spaces.wast", PASSES),
        (
            "unclosed.wast",
            "(module)\n\n  (assert_return (invoke \"x\")",
        ),
    ]);
    fixture.write("suite/latin.wast", b"(module)\n(assert_return \xff)");
    let ran = ran(fixture.run().args(["--format", "json"]));
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let records: Vec<serde_json::Value> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    for (path, line, place) in [
        ("comment.wast", 2, "at 2:1"),
        ("empty.wast", 1, "at 1:1"),
        ("latin.wast", 2, "malformed UTF-8 encoding at 2:16"),
        ("unclosed.wast", 3, "expected `)` at 3:30"),
    ] {
        let record = records.iter().find(|record| record["path"] == path);
        let record = record.expect("a record of the file");
        assert_eq!(record["directive"], "script", "{record}");
        assert_eq!(record["status"], "fail", "{record}");
        assert_eq!(record["line"], line, "{record}");
        let message = record["outcome"]["message"].as_str();
        assert!(
            message.is_some_and(|message| message.ends_with(place)),
            "{record}"
        );
    }
    let passes = |record: &&serde_json::Value| record["path"] == "passes ünd spaces.wast";
    assert_eq!(records.iter().filter(passes).count(), 2);
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_read_stops_the_run_before_it_begins() {
    let fixture = Fixture::new(&[("passes.wast", PASSES)]);
    let link = |target: &str, name: &str| {
        let name = fixture.path(name);
        std::os::unix::fs::symlink(Path::new(target), name).expect("a link");
    };
    link("/nowhere", "suite/dangling.wast");
    refused(&ran(&mut fixture.run()), &["dangling.wast", "No such file"]);
    std::fs::remove_file(fixture.path("suite/dangling.wast")).expect("it was there");

    // Nobody, not even root, can read this from its beginning.
    if Path::new("/proc/self/mem").exists() {
        link("/proc/self/mem", "suite/unreadable.wast");
        let ran = ran(&mut fixture.run());
        refused(
            &ran,
            &["cannot read `", "unreadable.wast`: Input/output error"],
        );
        assert_eq!(ran.err.matches("Input/output error").count(), 1);
    }
}
