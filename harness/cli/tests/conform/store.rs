//! The store and what is made of it: `conform runs`, `import`, `merge`, `diff`,
//! `export` and `dashboard`.

use crate::fixture::{FAILS, Fixture, PASSES, Ran, conform, ran};
use assert_cmd::Command;
use std::fs;

impl Fixture {
    /// A command on the fixture's store.
    fn on_store(&self, arguments: &[&str]) -> Command {
        let mut command = conform(arguments);
        command.env("CONFORM_STORE", self.store.path());
        command
    }

    fn stored(&self) -> Vec<String> {
        let listed = ran(&mut self.on_store(&["runs"])).out;
        let ids = listed.lines().filter(|line| !line.starts_with(' '));
        ids.map(str::to_owned).collect()
    }
}

/// Two runs, of which the second has become worse.
fn worse() -> Fixture {
    let fixture = Fixture::new(&[("a.wast", PASSES)]);
    assert_eq!(ran(&mut fixture.run()).code, Some(0));
    let text = FAILS.replace("(module", "\n(module");
    fixture.write("suite/b.wast", text);
    let expected = ran(&mut fixture.run());
    assert_eq!(expected.code, Some(1), "{expected:?}");
    fixture
}

#[test]
fn runs_are_kept_unless_told_otherwise() {
    let fixture = Fixture::new(&[("a.wast", PASSES)]);
    assert_eq!(ran(&mut fixture.on_store(&["runs"])).code, Some(3));
    for arguments in [&[][..], &["--no-store"], &["--filter", "a"], &[]] {
        ran(fixture.run().args(arguments));
    }
    // The same once more is a run of its own: it is the last one.
    let stored = fixture.stored();
    assert_eq!(stored.len(), 2, "{stored:?}");
    let labelled = ran(&mut fixture.on_store(&["runs", "--label", "baseline", "last~1"]));
    assert!(labelled.out.contains("  (baseline)\n"), "{labelled:?}");
    let json = ran(&mut fixture.on_store(&["runs", "--json"])).out;
    let first: serde_json::Value =
        serde_json::from_str(json.lines().next().expect("a line")).expect("JSON");
    assert_eq!(first["id"], stored[0].as_str());
    let same = ran(&mut fixture.on_store(&["diff", "baseline", "last"]));
    assert_eq!(same.code, Some(0), "{same:?}");
}

#[test]
fn a_regression_is_red_in_every_form() {
    let fixture = Fixture::new(&[("a.wast", PASSES)]);
    let record = |name: &str| {
        let path = fixture.path(name);
        ran(fixture.run().arg("--record").arg(&path));
        path.display().to_string()
    };
    let good = record("good.jsonl");
    let bad = fs::read_to_string(&good).expect("a record");
    let bad = bad.replacen(
        r#""status":"pass","unexpected":false"#,
        r#""status":"fail","unexpected":true"#,
        1,
    );
    fixture.write("bad.jsonl", bad);
    let bad = fixture.path("bad.jsonl").display().to_string();
    for (form, expected) in [
        ("human", "regressions: 1\n    fixture/a.wast:"),
        ("json", r#""regressions": ["#),
        ("markdown", "### Regressions: 1\n"),
        ("github", "## conform: 1 regression\n"),
    ] {
        let told = ran(&mut fixture.on_store(&["diff", &good, &bad, "--format", form]));
        assert_eq!(told.code, Some(1), "{told:?}");
        assert!(told.out.contains(expected), "{told:?}");
        let told = ran(&mut fixture.on_store(&["diff", &bad, &good, "--format", form]));
        assert_eq!(told.code, Some(0), "{told:?}");
    }
    let unknown = ran(&mut fixture.on_store(&["diff", "nightly", "last"]));
    assert_eq!(unknown.code, Some(2));
    assert!(
        unknown.err.contains("no run is named `nightly`"),
        "{unknown:?}"
    );
}

#[test]
fn shards_are_imported_and_merged() {
    let fixture = Fixture::new(&[("a.wast", PASSES), ("b.wast", PASSES)]);
    let whole = fixture.path("whole.jsonl").display().to_string();
    ran(fixture.run().args(["--no-store", "--record", &whole]));
    let mut shards = Vec::new();
    for shard in ["1/2", "2/2"] {
        let path = fixture.path(&format!("shard-{}.jsonl", &shard[..1]));
        ran(fixture
            .run()
            .args(["--no-store", "--shard", shard, "--record"])
            .arg(&path));
        shards.push(path.display().to_string());
    }
    let missing = fixture.path("none.jsonl").display().to_string();
    let imported = ran(&mut fixture.on_store(&["import", &shards[0], &missing, &shards[1]]));
    // What is there is stored, what is not is named.
    assert_eq!(
        (imported.code, fixture.stored().len()),
        (Some(2), 2),
        "{imported:?}"
    );
    assert!(imported.err.contains("none.jsonl"), "{imported:?}");
    let again = ran(&mut fixture.on_store(&["import", &shards[0]]));
    assert!(again.out.ends_with("\twas there\n"), "{again:?}");
    let merged = ran(&mut fixture.on_store(&["merge", "last~1", "last"]));
    assert_eq!(merged.code, Some(0), "{merged:?}");
    let exported = ran(&mut fixture.on_store(&["export", "last"])).out;
    assert_eq!(exported, fs::read_to_string(&whole).expect("a record"));
}

#[test]
fn a_run_has_other_forms() {
    let fixture = worse();
    for (form, expected) in [
        ("junit", "<testsuites "),
        ("markdown", "| engine |"),
        ("wptreport", "\"run_info\""),
    ] {
        let told = ran(&mut fixture.on_store(&["export", "--format", form]));
        assert_eq!(told.code, Some(0), "{told:?}");
        assert!(told.out.contains(expected), "{told:?}");
    }
}

#[test]
fn a_site_is_made_and_names_what_it_leaves_out() {
    let fixture = worse();
    let out = fixture.path("site");
    let suite = fixture.suite();
    let make = |more: &[&str]| -> Ran {
        let mut command = fixture.on_store(&["dashboard", "--suite", &suite, "--out"]);
        ran(command.arg(&out).args(more))
    };
    fs::write(
        fixture
            .store
            .path()
            .join("runs/20990101T000000.000Z-0.jsonl.gz"),
        "?",
    )
    .expect("a file");
    let made = make(&[]);
    assert_eq!(made.code, Some(0), "{made:?}");
    assert!(made.err.starts_with("left out: "), "{made:?}");
    let overview = fixture.read("site/index.html");
    assert!(
        overview.contains("1 file of the store left out"),
        "{overview}"
    );
    let part = fixture.read("site/data/file/fixture/b.wast/0.js");
    assert!(part.contains("(module"), "{part}");
    let missing = make(&["--findings", "none"]);
    assert_eq!(missing.code, Some(2), "{missing:?}");
    fs::remove_dir_all(&out).expect("a folder");
    fs::create_dir(&out).expect("a folder");
    fixture.write("site/mine", "");
    let foreign = make(&[]);
    assert!(
        foreign.err.contains("is not empty and no dashboard"),
        "{foreign:?}"
    );
}
