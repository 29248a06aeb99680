//! `conform run --schedules`, `conform run --seed` and `conform coverage`, on the
//! reference.

use crate::fixture::{FAILS, Fixture, PASSES, conform, ran};

/// A callee that yields once before it returns: whether its caller goes on before that
/// is open.
const OPEN: &str = r#"(component
  (component $Callee
    (core module $M
      (import "" "return" (func $return))
      (func (export "f") (result i32) (i32.const 1 (; YIELD ;)))
      (func (export "callback") (param i32 i32 i32) (result i32)
        (call $return) (i32.const 0 (; EXIT ;))))
    (core func $return (canon task.return))
    (core instance $i (instantiate $M (with "" (instance (export "return" (func $return))))))
    (func (export "f") async
      (canon lift (core func $i "f") async (callback (core func $i "callback")))))
  (component $Caller
    (import "f" (func $f async))
    (core func $f (canon lower (func $f) async))
    (core module $M
      (import "" "f" (func $f (result i32)))
      (func (export "state") (result i32) (i32.and (call $f) (i32.const 15))))
    (core instance $i (instantiate $M (with "" (instance (export "f" (func $f))))))
    (func (export "state") async (result u32) (canon lift (core func $i "state"))))
  (instance $callee (instantiate $Callee))
  (instance $caller (instantiate $Caller (with "f" (func $callee "f"))))
  (export "state" (func $caller "state")))
(assert_return (invoke "state") (u32.const 1 (; STARTED ;)))
"#;

#[test]
fn a_directive_that_depends_on_the_schedule_is_named_with_its_outcomes() {
    let fixture = Fixture::new(&[("open.wast", OPEN), ("passes.wast", PASSES)]);
    let suite = fixture.suite();
    let run = ran(conform(&["run", "--schedules", "20", "--suite"]).arg(&suite));
    assert_eq!(run.code, Some(1), "{}", run.err);
    insta::assert_snapshot!(run.out);

    let json =
        ran(conform(&["run", "--schedules", "20", "--format", "json", "--suite"]).arg(&suite));
    let varying: serde_json::Value = serde_json::from_str(&json.out).expect("one directive");
    let outcomes = varying["outcomes"].as_array().expect("its outcomes");
    let failing = outcomes.iter().find(|seen| seen["status"] == "fail");
    let seed = failing.expect("one of them fails")["first"].to_string();
    let again = |seed: &str| {
        let arguments = ["run", "--engine", "reference", "--seed", seed, "--suite"];
        ran(conform(&arguments).arg(&suite))
    };
    let failed = again(&seed);
    assert_eq!(failed.code, Some(1));
    assert!(failed.out.contains("(u32.const 2)"), "{}", failed.out);
    assert!(
        failed.out.contains(&format!("--seed {seed}")),
        "{}",
        failed.out
    );
    assert_eq!(again(&seed).out, failed.out, "a seed is one schedule");
}

#[test]
fn what_fails_under_every_schedule_does_not_depend_on_it() {
    let fixture = Fixture::new(&[("fails.wast", FAILS)]);
    let run = ran(conform(&["run", "--schedules", "3", "--suite"]).arg(fixture.suite()));
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(run.out.contains("1 pass under all"), "{}", run.out);
}

#[test]
fn an_engine_without_schedules_is_refused() {
    let fixture = Fixture::new(&[("passes.wast", PASSES)]);
    for arguments in [["--seed", "1"], ["--schedules", "1"]] {
        let mut command = conform(&["run", "--engine", "wasmtime", "--suite"]);
        let run = ran(command.arg(fixture.suite()).args(arguments));
        assert_eq!(run.code, Some(2));
        assert!(run.err.contains("does not run under a seed"), "{}", run.err);
    }
}

#[test]
fn coverage_names_the_directives_that_reach_a_trap_site() {
    let suite = r#"(component
      (core module $m (func (export "char") (result i32) (i32.const 0xd800)))
      (core instance $i (instantiate $m))
      (func (export "char") (result char) (canon lift (core func $i "char"))))
    (assert_trap (invoke "char") "a surrogate")
    "#;
    let fixture = Fixture::new(&[("char.wast", suite)]);
    let coverage = ran(conform(&["coverage", "--json", "--suite"]).arg(fixture.suite()));
    assert_eq!(coverage.code, Some(0), "{}", coverage.err);
    let rows = coverage
        .out
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    let rows: Vec<serde_json::Value> = rows.collect();
    let reached: Vec<_> = rows
        .iter()
        .filter(|row| row["directives"] != serde_json::json!([]))
        .map(|row| (row["name"].as_str(), row["directives"].to_string()))
        .collect();
    let directive = r#"["fixture/char.wast:5"]"#.to_owned();
    let expected = ["lift", "lift.char.surrogate"];
    assert_eq!(
        reached,
        expected.map(|name| (Some(name), directive.clone()))
    );
    let sites = rows.iter().filter(|row| row["kind"] == "trap-site").count();
    assert!(
        sites > 149,
        "each site, and the shared ones for each definition"
    );
}
