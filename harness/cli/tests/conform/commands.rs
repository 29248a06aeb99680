//! `conform list`, `conform explain` and `conform engines`.

use crate::fixture::{FAILS, Fixture, PASSES, Ran, conform, ran};
use std::path::Path;

fn list(arguments: &[&str]) -> Ran {
    let ran = ran(conform(&["list"]).args(arguments));
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    ran
}

#[test]
fn the_suites_are_listed_with_their_places() {
    let listed = list(&[]).out;
    let rows: Vec<Vec<&str>> = listed
        .lines()
        .map(|row| row.split('\t').collect())
        .collect();
    for name in ["component-model", "wasm-tools", "core-3"] {
        assert!(rows.iter().any(|row| row[0] == name), "{listed}");
    }
    for row in rows {
        let [_, files, folder] = row[..] else {
            panic!("{row:?}");
        };
        assert!(
            files.ends_with(" files") && Path::new(folder).is_dir(),
            "{row:?}"
        );
    }
}

#[test]
fn the_files_and_the_directives_of_suites_are_listed() {
    let fixture = Fixture::new(&[
        ("a.wast", PASSES),
        ("broken.wast", "(module\n"),
        ("ü \u{1b}[2J.wast", FAILS),
    ]);
    let suite = ["--suite", &fixture.suite()];
    insta::assert_snapshot!(list(&suite).out, @r"
    fixture/a.wast
    fixture/broken.wast
    fixture/ü \u{1b}[2J.wast
    ");
    let directives = list(&[suite[0], suite[1], "--directives"]).out;
    insta::assert_snapshot!(directives.replace('\t', " "), @r"
    fixture/a.wast:1 module
    fixture/a.wast:3 assert_return
    fixture/broken.wast expected `)` at 2:1
    fixture/ü \u{1b}[2J.wast:1 module
    fixture/ü \u{1b}[2J.wast:3 assert_return
    ");
    let unknown = ran(&mut conform(&["list", "--suite", "fixture"]));
    assert_eq!(unknown.code, Some(2));
    assert!(unknown.err.contains("there are ") && unknown.err.contains("component-model"));
}

#[test]
fn a_directive_is_explained_with_its_source() {
    let fixture = Fixture::new(&[
        ("fails.wast", include_str!("suite/fails.wast")),
        ("raw.wast", "(module\n\t(func (export \"\u{202e}\u{9b}\")))"),
    ]);
    let suite = fixture.suite();
    let explain = |id: &str| {
        let arguments = ["explain", id, "--suite", &suite, "--engine", "wasmtime"];
        ran(&mut conform(&arguments))
    };
    let explained = explain("fixture/fails.wast:15");
    assert_eq!(explained.code, Some(0), "{explained:?}");
    insta::assert_snapshot!(fixture.without_folder(&explained.out), @r#"
    fixture/fails.wast:15 assert_malformed

    (assert_malformed
      (component quote "(component")
      "unexpected end")

    asserts: a rejection as malformed with "unexpected end"

    wasmtime: fail
      observed: rejected as malformed: expected `)`
      mismatch: the message does not contain "unexpected end"
      reproduce: cargo run --release -- run --engine wasmtime --suite fixture=[FOLDER]/suite --filter fixture/fails.wast:15
    "#);
    let raw = explain("fixture/raw.wast:1");
    assert!(
        raw.out
            .contains("\n\t(func (export \"\\u{202e}\\u{9b}\")))\n"),
        "{raw:?}"
    );

    for (id, code, error) in [
        (
            "fixture/fails.wast:2",
            3,
            "there is no directive fixture/fails.wast:2\n",
        ),
        (
            "fixture/nothing.wast:1",
            3,
            "there is no directive fixture/nothing.wast:1\n",
        ),
        ("fails", 2, "error: `fails` is not suite/path.wast:LINE\n"),
        (
            "fails.wast:1",
            2,
            "error: `fails.wast:1` is not suite/path.wast:LINE\n",
        ),
        (
            "fixture/fails.wast",
            2,
            "error: `fixture/fails.wast` is not suite/path.wast:LINE\n",
        ),
        (
            "fixture/fails.wast:x",
            2,
            "error: `fixture/fails.wast:x` is not suite/path.wast:LINE\n",
        ),
    ] {
        let ran = explain(id);
        assert_eq!(
            (ran.code, ran.out.as_str(), ran.err.as_str()),
            (Some(code), "", error)
        );
    }
    let unknown = ran(&mut conform(&["explain", "fixture/fails.wast:1"]));
    assert_eq!(unknown.code, Some(2));
    assert!(
        unknown.err.contains("unknown suite `fixture`"),
        "{unknown:?}"
    );
}

#[test]
fn the_engines_are_listed_with_what_to_do_for_those_that_are_missing() {
    let ran = ran(&mut conform(&["engines"]));
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    let rows: Vec<(&str, &str)> = ran
        .out
        .lines()
        .filter_map(|row| row.split_once('\t'))
        .collect();
    for engine in ["reference", "wasmtime"] {
        assert!(rows.contains(&(engine, "available")), "{rows:?}");
    }
    for (engine, state) in rows {
        let built = state == "available" || state.contains("run `cargo ");
        assert!(built, "{engine}: {state}");
    }
}
