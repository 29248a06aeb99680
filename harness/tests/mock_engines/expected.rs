//! Runs held against expectations.

use crate::deaths::FILES;
use crate::stage::{Stage, entry, expectation};
use component_harness::expectations::Problem;
use component_reports::record::Status;
use libtest_mimic::Trial;

const SCRIPT: &str = r#"(module (func (export "seven") (result i32) unreachable))
(assert_return (invoke "seven") (i32.const 7))
"#;

pub(crate) fn trials() -> Vec<Trial> {
    let trials: [(&str, fn()); 10] = [
        ("a-crash-that-is-known", a_crash_that_is_known),
        ("a-crash-for-a-failure", a_crash_for_a_failure),
        ("a-failure-for-a-crash", a_failure_for_a_crash),
        ("a-pass-for-a-failure", a_pass_for_a_failure),
        ("a-reason-that-is-missing", a_reason_that_is_missing),
        ("a-directive-that-is-gone", a_directive_that_is_gone),
        ("a-file-that-is-gone", a_file_that_is_gone),
        ("a-feature-that-is-known", a_feature_that_is_known),
        ("a-feature-that-is-idle", a_feature_that_is_idle),
        ("a-failure-of-the-harness", a_failure_of_the_harness),
    ];
    let trials = trials.into_iter().map(|(name, test)| {
        Trial::test(format!("expected::{name}"), move || {
            test();
            Ok(())
        })
    });
    trials.collect()
}

fn script(kind: &str) -> Stage {
    Stage::new(kind, &[("a.wast", SCRIPT)])
}

/// What is blocked by it is as little unexpected as it is.
fn a_crash_that_is_known() {
    let crash = Stage::new("aborts", FILES).run().at("b.wast:6").clone();
    let known = expectation(&crash, "crash", "the mock aborts");
    let seen = Stage::new("aborts", FILES).expecting(&known).run();
    assert_eq!(seen.at("b.wast:6").status, Status::Xfail);
    assert_eq!(seen.at("b.wast:7").status, Status::Blocked);
    assert_eq!(seen.ended.unexpected, 0);
    assert!(seen.ended.problems.is_empty() && seen.ended.complete);
    let expectation = seen.at("b.wast:6").expectation.clone();
    assert_eq!(
        expectation.map(|expectation| expectation.reason),
        Some("the mock aborts".to_owned())
    );
}

fn a_crash_for_a_failure() {
    let crash = Stage::new("aborts", FILES).run().at("b.wast:6").clone();
    let other = expectation(&crash, "fail", "the mock returns another value");
    let seen = Stage::new("aborts", FILES).expecting(&other).run();
    assert_eq!(seen.at("b.wast:6").status, Status::Crash);
    assert!(seen.at("b.wast:6").unexpected);
    assert!(seen.at("b.wast:7").unexpected, "as its culprit");
}

fn a_failure_for_a_crash() {
    let failure = script("wrong-value").run().at("a.wast:2").clone();
    for status in ["crash", "timeout", "unsupported", "internal-bug"] {
        let other = expectation(&failure, status, "known");
        let seen = script("wrong-value").expecting(&other).run();
        assert_eq!(seen.story(), "a.wast:1 pass\na.wast:2 fail!\n");
    }
    let known = expectation(&failure, "fail", "known");
    let seen = script("wrong-value").expecting(&known).run();
    assert_eq!(seen.story(), "a.wast:1 pass\na.wast:2 xfail\n");
}

fn a_pass_for_a_failure() {
    let pass = script("honest").run().at("a.wast:2").clone();
    let failure = expectation(&pass, "fail", "known");
    let seen = script("honest").expecting(&failure).run();
    assert_eq!(seen.story(), "a.wast:1 pass\na.wast:2 xpass!\n");
    assert_eq!(seen.ended.unexpected, 1);
}

fn a_reason_that_is_missing() {
    let failure = script("wrong-value").run().at("a.wast:2").clone();
    for reason in ["", " \t"] {
        let unexplained = expectation(&failure, "fail", reason);
        let seen = script("wrong-value").expecting(&unexplained).run();
        assert_eq!(seen.story(), "a.wast:1 pass\na.wast:2 xfail!\n");
    }
}

fn a_directive_that_is_gone() {
    let stage = script("honest").expecting(&entry("a.wast:9@00000000", "fail", "known"));
    let seen = stage.run();
    assert_eq!(seen.ended.unexpected, 0);
    assert_eq!(
        messages(&seen.ended.problems),
        ["the directive s/a.wast:9@00000000 does not exist"]
    );
}

fn a_file_that_is_gone() {
    let stage = script("honest").expecting(&entry("b.wast:1@00000000", "fail", "known"));
    let seen = stage.run();
    assert_eq!(
        messages(&seen.ended.problems),
        ["the directive s/b.wast:1@00000000 does not exist"]
    );
}

fn a_feature_that_is_known() {
    let feature = |reason: &str| {
        format!("[[unsupported]]\nsuite = \"s\"\nfeature = \"numbers\"\nreason = {reason:?}\n")
    };
    let seen = script("unsupported").expecting(&feature("known")).run();
    assert_eq!(seen.story(), "a.wast:1 pass\na.wast:2 unsupported\n");
    assert!(seen.ended.problems.is_empty());
    let seen = script("unsupported").expecting(&feature("")).run();
    assert_eq!(seen.story(), "a.wast:1 pass\na.wast:2 unsupported!\n");
}

fn a_feature_that_is_idle() {
    let stage = script("honest")
        .expecting("[[unsupported]]\nsuite = \"s\"\nfeature = \"numbers\"\nreason = \"known\"\n");
    assert_eq!(
        messages(&stage.run().ended.problems),
        ["no directive of s finds `numbers` unsupported any more"]
    );
}

/// No entry covers what the harness could not carry out.
fn a_failure_of_the_harness() {
    let failure = script("misused").run().at("a.wast:2").clone();
    let known = expectation(&failure, "fail", "known");
    let seen = script("misused").expecting(&known).run();
    assert_eq!(seen.story(), "a.wast:1 pass\na.wast:2 fail!\n");
}

fn messages(problems: &[Problem]) -> Vec<&str> {
    problems.iter().map(|p| p.message.as_str()).collect()
}
