//! `conform bless`: from a red run to a green one, by way of a person.

use crate::fixture::{Fixture, PASSES, Ran, conform, ran};

const FAILS_TWICE: &str = r#"(module
  (func (export "seven") (result i32) (i32.const 7)))
(assert_return (invoke "seven") (i32.const 8))
(assert_return (invoke "seven") (i32.const 9))
"#;

const FILE: &str = "expectations/wasmtime.toml";

fn bless(fixture: &Fixture) -> Ran {
    let ran = ran(conform(&["bless", "--suite", &fixture.suite()])
        .arg("--expectations")
        .arg(fixture.path("expectations")));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    ran
}

fn code(fixture: &Fixture) -> Option<i32> {
    ran(&mut fixture.run()).code
}

#[test]
fn a_blessed_failure_is_red_until_it_has_a_reason() {
    let fixture = Fixture::new(&[("fails.wast", FAILS_TWICE)]);
    let told = bless(&fixture);
    let file = fixture.path(FILE).display().to_string();
    assert_eq!(told.out, format!("{file}: entries without a reason: 1\n"));
    insta::assert_snapshot!(fixture.read(FILE), @r#"
    [[expect]]
    suite = "fixture"
    status = "fail"
    reason = ""
    directives = [
        "fails.wast:3@5e316386",
        "fails.wast:4@000a8d14",
    ]
    "#);

    let red = ran(&mut fixture.run());
    assert_eq!(red.code, Some(1));
    let title = "fails as expected, for a reason that nobody has written down";
    assert_eq!(red.out.matches(title).count(), 2, "{}", red.out);

    let reason = fixture.read(FILE).replace("\"\"", "\"seven is seven\"");
    fixture.write(FILE, &reason);
    assert_eq!(code(&fixture), Some(0));

    let told = bless(&fixture);
    assert_eq!(told.out, format!("{file}: entries without a reason: 0\n"));
    assert_eq!(fixture.read(FILE), reason);
}

#[test]
fn what_passes_is_taken_off_and_the_rest_stays_as_a_person_wrote_it() {
    let fixture = Fixture::new(&[("fails.wast", FAILS_TWICE), ("passes.wast", PASSES)]);
    fixture.expect(
        r#"# What this file is for.

# It passes by now.
[[expect]]
suite = "fixture"
status = "fail"
reason = "it did not pass"
directives = ["passes.wast:3"]

# Eight is not seven.
[[expect]]
suite = "fixture"
status = "fail" # for ever
reason = "seven is seven"
link = "https://example.org/7"
directives = ["fails.wast:3", "fails.wast:4"]

# Of another suite.
[[expect]]
suite = "other"
status = "crash"
reason = "not run here"
directives = ["a.wast:1@00000000"]
"#,
    );
    assert_eq!(code(&fixture), Some(1));
    bless(&fixture);
    insta::assert_snapshot!(fixture.read(FILE), @r#"
    # What this file is for.

    # Eight is not seven.
    [[expect]]
    suite = "fixture"
    status = "fail" # for ever
    reason = "seven is seven"
    link = "https://example.org/7"
    directives = [
        "fails.wast:3@5e316386",
        "fails.wast:4@000a8d14",
    ]

    # Of another suite.
    [[expect]]
    suite = "other"
    status = "crash"
    reason = "not run here"
    directives = ["a.wast:1@00000000"]
    "#);
    assert_eq!(code(&fixture), Some(0));
}

#[test]
fn a_part_of_a_suite_is_not_blessed() {
    let fixture = Fixture::new(&[("fails.wast", FAILS_TWICE)]);
    for part in [["--filter", "fails"], ["--shard", "1/2"]] {
        let ran = ran(conform(&["bless", "--suite", &fixture.suite()]).args(part));
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(
            ran.err.contains("leave out --filter and --shard"),
            "{ran:?}"
        );
    }
    assert!(!fixture.path(FILE).exists());
}

#[test]
fn what_the_harness_cannot_carry_out_is_not_blessed() {
    let fixture = Fixture::new(&[("a.wast", "(module)\n(assert_return (invoke \"f\"))\n")]);
    let ran = ran(conform(&["bless", "--suite", &fixture.suite()])
        .arg("--expectations")
        .arg(fixture.path("expectations")));
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let refused = "not blessed, the harness failed: fixture/a.wast:2 on wasmtime";
    assert!(ran.out.contains(refused), "{ran:?}");
    assert!(!fixture.path(FILE).exists());
}
