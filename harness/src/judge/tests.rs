mod values;

use super::*;
use crate::traps::TrapClass;
use crate::value::Hierarchy;

const PASS: &str = "pass";

/// `pass`, or where the two differ.
fn verdict(assertion: &Assertion<'_>, outcome: &Outcome) -> String {
    match judge(assertion, outcome) {
        Verdict::Pass => PASS.to_owned(),
        Verdict::Fail { mismatch } => mismatch,
    }
}

fn returns(sort: Sort, patterns: &[Pattern], values: &[Value]) -> String {
    let outcome = Outcome::Returned(values.to_vec());
    verdict(&Assertion::Returns { patterns, sort }, &outcome)
}

/// One component value held against another.
fn component(expected: Value, value: Value) -> String {
    returns(Sort::Component, &[Pattern::Value(expected)], &[value])
}

fn core(pattern: Pattern, value: Value) -> String {
    returns(Sort::Module, &[pattern], &[value])
}

fn trap(class: Option<TrapClass>, message: &str) -> Outcome {
    Outcome::Trapped {
        class,
        site: None,
        message: message.to_owned(),
    }
}

fn rejection(phase: Phase, message: &str) -> Outcome {
    Outcome::Rejected {
        phase,
        message: message.to_owned(),
    }
}

/// One outcome of each kind, and of those that are told apart further.
fn outcomes() -> Vec<(&'static str, Outcome)> {
    let message = String::new;
    vec![
        ("accepted", Outcome::Accepted),
        ("returned nothing", Outcome::Returned(Vec::new())),
        ("returned 7", Outcome::Returned(vec![Value::I32(7)])),
        ("trapped", trap(Some(TrapClass::Deadlock), "")),
        ("trapped, unmapped", trap(None, "")),
        ("threw", Outcome::Threw),
        ("suspended", Outcome::Suspended),
        ("exhausted", Outcome::Exhausted { message: message() }),
        ("malformed", rejection(Phase::Malformed, "")),
        ("invalid", rejection(Phase::Invalid, "")),
        ("unlinkable", rejection(Phase::Unlinkable, "")),
        ("unsupported", Outcome::Unsupported { feature: message() }),
        ("internal-bug", Outcome::InternalBug { message: message() }),
        ("crashed", Outcome::Crashed { how: message() }),
        ("timed-out", Outcome::TimedOut),
        (
            "harness-error",
            Outcome::HarnessError { message: message() },
        ),
    ]
}

/// Each assertion in the form that asks for least, and all the outcomes that
/// satisfy it: no other pair passes.
#[test]
fn each_assertion_is_satisfied_by_its_own_outcomes_only() {
    let equivalents = Equivalents::default();
    let rejected = |phase| Assertion::Rejected {
        phase,
        text: "",
        equivalents: &equivalents,
    };
    let seven = [Pattern::Value(Value::I32(7))];
    let returns = |patterns| Assertion::Returns {
        patterns,
        sort: Sort::Module,
    };
    let class = TrapExpectation::Classes(vec![TrapClass::Deadlock]);
    let table: [(Assertion<'_>, &[&str]); 13] = [
        (Assertion::Accepted, &["accepted"]),
        (Assertion::Parses, &["accepted"]),
        (Assertion::Completes, &["returned nothing", "returned 7"]),
        // Of an instantiation, and of a call.
        (returns(&[]), &["accepted", "returned nothing"]),
        (returns(&seven), &["returned 7"]),
        (Assertion::Traps(class), &["trapped"]),
        (
            Assertion::Traps(TrapExpectation::Text(String::new())),
            &["trapped", "trapped, unmapped"],
        ),
        (Assertion::Exhausts { text: "" }, &["exhausted"]),
        (Assertion::Throws, &["threw"]),
        (Assertion::Suspends, &["suspended"]),
        (rejected(Phase::Malformed), &["malformed"]),
        (rejected(Phase::Invalid), &["invalid"]),
        (rejected(Phase::Unlinkable), &["unlinkable"]),
    ];
    for (assertion, satisfied_by) in &table {
        let outcomes = outcomes();
        let passing = outcomes
            .iter()
            .filter(|(_, outcome)| verdict(assertion, outcome) == PASS);
        let passing: Vec<&str> = passing.map(|(name, _)| *name).collect();
        assert_eq!(passing, *satisfied_by, "{assertion}");
    }
    let kinds: BTreeSet<_> = outcomes().iter().map(|(_, o)| o.kind()).collect();
    assert_eq!(kinds.len(), 12, "one outcome of each kind");
}

#[test]
fn what_is_no_observation_of_a_guest_says_so() {
    let equivalents = Equivalents::default();
    let text = "type mismatch".to_owned();
    let assertion = Assertion::Rejected {
        phase: Phase::Invalid,
        text: "type mismatch",
        equivalents: &equivalents,
    };
    let mismatch = |outcome| verdict(&assertion, &outcome);
    let wanted = "where a rejection as invalid with \"type mismatch\" was expected";
    // That the text would do is not enough.
    assert_eq!(
        mismatch(Outcome::Crashed { how: text.clone() }),
        format!("crashed: type mismatch {wanted}")
    );
    assert_eq!(
        mismatch(Outcome::HarnessError {
            message: text.clone()
        }),
        format!("could not be carried out: type mismatch {wanted}")
    );
    assert_eq!(
        mismatch(Outcome::InternalBug {
            message: text.clone()
        }),
        format!("internal bug: type mismatch {wanted}")
    );
    assert_eq!(
        mismatch(Outcome::Unsupported { feature: text }),
        format!("unsupported: type mismatch {wanted}")
    );
    assert_eq!(mismatch(Outcome::TimedOut), format!("timed out {wanted}"));
}

#[test]
fn traps_are_compared_by_class_where_the_text_has_one() {
    use TrapClass::{MemoryOutOfBounds, TableOutOfBounds, Unreachable};
    let classes = |classes: &[TrapClass], outcome: Outcome| {
        let expected = TrapExpectation::Classes(classes.to_vec());
        verdict(&Assertion::Traps(expected), &outcome)
    };
    let either = [MemoryOutOfBounds, TableOutOfBounds];
    assert_eq!(classes(&either, trap(Some(MemoryOutOfBounds), "")), PASS);
    assert_eq!(classes(&either, trap(Some(TableOutOfBounds), "")), PASS);
    assert_eq!(
        classes(&either, trap(Some(Unreachable), "out of bounds")),
        "a trap of class unreachable where memory-out-of-bounds or table-out-of-bounds was expected"
    );
    assert_eq!(
        classes(&[Unreachable], trap(Some(TableOutOfBounds), "unreachable")),
        "a trap of class table-out-of-bounds where unreachable was expected"
    );
    assert_eq!(
        classes(&[Unreachable], trap(None, "unreachable")),
        "a trap that nothing maps to a class, where unreachable was expected"
    );
    let text = |text: &str, outcome: Outcome| {
        let expected = TrapExpectation::Text(text.to_owned());
        verdict(&Assertion::Traps(expected), &outcome)
    };
    assert_eq!(text("odd", trap(None, "an odd trap")), PASS);
    assert_eq!(text("odd", trap(Some(Unreachable), "an odd trap")), PASS);
    assert_eq!(
        text("an odd trap", trap(None, "odd")),
        "the message of the trap does not contain \"an odd trap\""
    );
}

#[test]
fn the_text_of_an_exhaustion_counts() {
    let assertion = Assertion::Exhausts {
        text: "call stack exhausted",
    };
    let exhausted = |message: &str| Outcome::Exhausted {
        message: message.to_owned(),
    };
    let mismatch = |message| verdict(&assertion, &exhausted(message));
    assert_eq!(mismatch("wasm trap: call stack exhausted"), PASS);
    assert_eq!(
        mismatch("out of fuel"),
        "the message does not contain \"call stack exhausted\""
    );
}

#[test]
fn rejections_are_compared_by_phase_and_then_by_text() {
    let none = Equivalents::default();
    let shipped = Equivalents::shipped().expect("the list loads");
    let check = |equivalents, phase, text: &str, outcome: Outcome| {
        let assertion = Assertion::Rejected {
            phase,
            text,
            equivalents,
        };
        verdict(&assertion, &outcome)
    };
    let (invalid, malformed) = (Phase::Invalid, Phase::Malformed);
    let immutable = "immutable global";
    let reworded = "global is immutable: cannot modify it";
    assert_eq!(
        check(&none, invalid, "b", rejection(invalid, "a b c")),
        PASS
    );
    assert_eq!(
        check(&none, invalid, "b", rejection(malformed, "a b c")),
        "rejected as malformed where invalid was expected"
    );
    assert_eq!(
        check(&none, invalid, immutable, rejection(invalid, reworded)),
        "the message does not contain \"immutable global\""
    );
    assert_eq!(
        check(&shipped, invalid, immutable, rejection(invalid, reworded)),
        PASS
    );
    // The equivalents never stand for another phase.
    assert_eq!(
        check(&shipped, malformed, immutable, rejection(invalid, reworded)),
        "rejected as invalid where malformed was expected"
    );
}
