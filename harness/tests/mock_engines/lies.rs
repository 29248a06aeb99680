//! Engines that speak the protocol well and answer one question wrongly.

use crate::mock::{At, exhausted, record, rejected, trapped};
use crate::stage::{Seen, Stage};
use component_harness::engine::Reply;
use component_harness::value::Value;
use component_reports::record::Status;
use libtest_mimic::Trial;

/// Every directive of it passes on an honest engine.
const SCRIPT: &str = include_str!("lies.wast");

/// A wrong answer, and what must become of it.
pub(crate) struct Lie {
    name: &'static str,
    /// The question.
    pub(crate) at: At,
    /// The answer.
    pub(crate) reply: fn() -> Reply,
    /// A text that only the directive in question contains.
    subject: &'static str,
    status: Status,
    /// The kind of the outcome.
    outcome: &'static str,
    /// What the mismatch contains.
    mismatch: &'static str,
    /// Texts that only the directives contain that are blocked by it.
    blocked: &'static [&'static str],
}

const LIE: Lie = Lie {
    name: "",
    at: At::Call("seven"),
    reply: || Reply::Accepted,
    subject: "invoke \"seven\"",
    status: Status::Fail,
    outcome: "returned",
    mismatch: "",
    blocked: &[],
};

const DIVIDE: Lie = Lie {
    at: At::Call("divide"),
    subject: "invoke \"divide\"",
    outcome: "trapped",
    ..LIE
};

const INVALID: Lie = Lie {
    at: At::Define("invalid"),
    subject: "assert_invalid",
    ..LIE
};

const UNLINKABLE: Lie = Lie {
    at: At::Instantiate("nowhere"),
    subject: "assert_unlinkable",
    ..LIE
};

const RECORD: Lie = Lie {
    at: At::Call("record"),
    subject: "invoke \"record\"",
    ..LIE
};

const LIES: &[Lie] = &[
    // Values.
    Lie {
        name: "wrong-value",
        reply: || Reply::Returned(vec![Value::I32(8)]),
        mismatch: "(i32.const 8) where (i32.const 7) was expected",
        ..LIE
    },
    Lie {
        name: "wrong-type",
        reply: || Reply::Returned(vec![Value::U32(7)]),
        mismatch: "(u32.const 7) where (i32.const 7) was expected",
        ..LIE
    },
    Lie {
        name: "returns-nothing",
        reply: || Reply::Returned(Vec::new()),
        mismatch: "0 results where 1 were expected",
        ..LIE
    },
    Lie {
        name: "too-many-values",
        reply: || Reply::Returned(vec![Value::I32(7), Value::I32(7)]),
        mismatch: "2 results where 1 were expected",
        ..LIE
    },
    Lie {
        name: "value-for-nothing",
        at: At::Call("nothing"),
        reply: || Reply::Returned(vec![Value::I32(0)]),
        subject: "invoke \"nothing\"",
        mismatch: "1 results where 0 were expected",
        ..LIE
    },
    Lie {
        name: "record-without-a-field",
        reply: || record(&[("a", 1)]),
        mismatch: "1 fields where 2 were expected",
        ..RECORD
    },
    Lie {
        name: "record-with-a-field-more",
        reply: || record(&[("a", 1), ("b", 2), ("c", 3)]),
        mismatch: "3 fields where 2 were expected",
        ..RECORD
    },
    Lie {
        name: "record-in-another-order",
        reply: || record(&[("b", 2), ("a", 1)]),
        mismatch: "field `b` where `a` was expected",
        ..RECORD
    },
    // Traps.
    Lie {
        name: "no-trap",
        reply: || Reply::Returned(vec![Value::I32(0)]),
        outcome: "returned",
        mismatch: "where a trap of class integer-divide-by-zero was expected",
        ..DIVIDE
    },
    Lie {
        name: "another-class",
        reply: || trapped("IntegerOverflow"),
        mismatch: "a trap of class integer-overflow where integer-divide-by-zero was expected",
        ..DIVIDE
    },
    Lie {
        name: "unreachable-for-another-class",
        reply: || trapped("UnreachableCodeReached"),
        mismatch: "a trap of class unreachable where integer-divide-by-zero was expected",
        ..DIVIDE
    },
    Lie {
        name: "another-class-for-unreachable",
        at: At::Call("halt"),
        subject: "invoke \"halt\"",
        reply: || trapped("IntegerDivisionByZero"),
        mismatch: "a trap of class integer-divide-by-zero where unreachable was expected",
        ..DIVIDE
    },
    Lie {
        name: "unmapped-code",
        reply: || trapped("NoCodeOfWasmtime"),
        mismatch: "a trap that nothing maps to a class",
        ..DIVIDE
    },
    Lie {
        // That it contains the text of the script is not enough.
        name: "unmapped-text",
        reply: || Reply::Trapped {
            code: None,
            site: None,
            message: "integer divide by zero".to_owned(),
        },
        mismatch: "a trap that nothing maps to a class",
        ..DIVIDE
    },
    Lie {
        name: "exhausted-for-a-trap",
        reply: exhausted,
        outcome: "exhausted",
        mismatch: "where a trap of class integer-divide-by-zero was expected",
        ..DIVIDE
    },
    Lie {
        name: "throws-for-a-trap",
        reply: || Reply::Threw,
        outcome: "threw",
        mismatch: "threw an exception where a trap of class",
        ..DIVIDE
    },
    Lie {
        name: "suspends-for-a-trap",
        reply: || Reply::Suspended,
        outcome: "suspended",
        mismatch: "suspended where a trap of class",
        ..DIVIDE
    },
    Lie {
        name: "internal-bug-for-a-trap",
        reply: || Reply::InternalBug {
            message: "integer divide by zero".to_owned(),
        },
        outcome: "internal-bug",
        mismatch: "internal bug: integer divide by zero where a trap",
        ..DIVIDE
    },
    Lie {
        name: "unsupported-for-a-trap",
        reply: || Reply::Unsupported {
            feature: "traps".to_owned(),
        },
        status: Status::Unsupported,
        outcome: "unsupported",
        mismatch: "unsupported: traps where a trap",
        ..DIVIDE
    },
    Lie {
        name: "trap-for-a-value",
        reply: || trapped("UnreachableCodeReached"),
        outcome: "trapped",
        mismatch: "where a return of (i32.const 7) was expected",
        ..LIE
    },
    Lie {
        name: "trap-for-exhaustion",
        at: At::Call("exhaust"),
        reply: || Reply::Trapped {
            code: None,
            site: None,
            message: "call stack exhausted".to_owned(),
        },
        subject: "invoke \"exhaust\"",
        outcome: "trapped",
        mismatch: "where exhaustion with \"call stack exhausted\" was expected",
        ..LIE
    },
    Lie {
        name: "trap-for-an-exception",
        at: At::Call("throw"),
        reply: || trapped("UncaughtException"),
        subject: "invoke \"throw\"",
        outcome: "trapped",
        mismatch: "where an exception was expected",
        ..LIE
    },
    // Definitions.
    Lie {
        name: "accepts-what-is-invalid",
        outcome: "accepted",
        mismatch: "accepted where a rejection as invalid with \"type mismatch\" was expected",
        ..INVALID
    },
    Lie {
        name: "rejects-in-other-words",
        reply: || rejected("I do not like it"),
        outcome: "rejected",
        mismatch: "the message does not contain \"type mismatch\"",
        ..INVALID
    },
    Lie {
        name: "unsupported-for-invalid",
        reply: || Reply::Unsupported {
            feature: "type mismatch".to_owned(),
        },
        status: Status::Unsupported,
        outcome: "unsupported",
        mismatch: "where a rejection as invalid",
        ..INVALID
    },
    Lie {
        name: "accepts-what-is-malformed",
        at: At::Define("malformed"),
        subject: "assert_malformed",
        outcome: "accepted",
        mismatch: "accepted where a rejection as malformed",
        ..LIE
    },
    Lie {
        name: "rejects-what-is-valid",
        at: At::Define("valid one"),
        reply: || rejected("I do not like it"),
        subject: "module $valid",
        outcome: "rejected",
        mismatch: "rejected as invalid: I do not like it where success was expected",
        blocked: &["invoke $valid"],
        ..LIE
    },
    // Linking.
    Lie {
        name: "links-what-is-unlinkable",
        outcome: "accepted",
        mismatch: "accepted where a rejection as unlinkable",
        ..UNLINKABLE
    },
    Lie {
        name: "does-not-link-in-other-words",
        reply: || rejected("I do not like it"),
        outcome: "rejected",
        mismatch: "the message does not contain \"unknown import\"",
        ..UNLINKABLE
    },
    Lie {
        name: "traps-for-unlinkable",
        reply: || trapped("UnreachableCodeReached"),
        outcome: "trapped",
        mismatch: "where a rejection as unlinkable",
        ..UNLINKABLE
    },
    Lie {
        name: "invalid-for-unlinkable",
        at: At::Define("nowhere"),
        reply: || rejected("unknown import"),
        outcome: "rejected",
        mismatch: "rejected as invalid where unlinkable was expected",
        ..UNLINKABLE
    },
    Lie {
        name: "does-not-link-what-links",
        at: At::Instantiate("valid one"),
        reply: || rejected("unknown import"),
        subject: "module $valid",
        outcome: "rejected",
        mismatch: "rejected as unlinkable: unknown import where success was expected",
        blocked: &["invoke $valid"],
        ..LIE
    },
    // What is no observation of a guest.
    Lie {
        name: "internal-bug",
        reply: || Reply::InternalBug {
            message: "index out of bounds".to_owned(),
        },
        outcome: "internal-bug",
        mismatch: "internal bug: index out of bounds where a return",
        ..LIE
    },
    Lie {
        name: "unsupported",
        reply: || Reply::Unsupported {
            feature: "numbers".to_owned(),
        },
        status: Status::Unsupported,
        outcome: "unsupported",
        mismatch: "unsupported: numbers where a return",
        ..LIE
    },
    Lie {
        name: "misused",
        reply: || Reply::Misused {
            message: "no such thing".to_owned(),
        },
        outcome: "harness-error",
        mismatch: "could not be carried out: no such thing",
        ..LIE
    },
    // Answers to other questions.
    Lie {
        name: "accepts-a-call",
        at: At::Call("nothing"),
        subject: "invoke \"nothing\"",
        outcome: "harness-error",
        mismatch: "the engine gave an answer to another question: Accepted",
        ..LIE
    },
    Lie {
        name: "rejects-a-call",
        reply: || rejected("(i32.const 7)"),
        outcome: "harness-error",
        mismatch: "the engine gave an answer to another question: Rejected",
        ..LIE
    },
    Lie {
        name: "traps-in-a-definition",
        reply: || trapped("UnreachableCodeReached"),
        outcome: "harness-error",
        mismatch: "the engine gave an answer to another question: Trapped",
        ..INVALID
    },
    Lie {
        name: "returns-from-an-instantiation",
        at: At::Instantiate("in place"),
        reply: || Reply::Returned(Vec::new()),
        subject: "in place",
        outcome: "harness-error",
        mismatch: "the engine gave an answer to another question: Returned([])",
        ..LIE
    },
];

/// The lie of this name.
pub(crate) fn lie(name: &str) -> Option<&'static Lie> {
    LIES.iter().find(|lie| lie.name == name)
}

pub(crate) fn trials() -> Vec<Trial> {
    let lies = LIES.iter().map(|lie| {
        Trial::test(format!("lie::{}", lie.name), || {
            check(lie);
            Ok(())
        })
    });
    let honest = Trial::test("lie::none", || {
        let seen = told_by("honest");
        let red: Vec<_> = seen.records.iter().filter(|r| r.unexpected).collect();
        assert!(red.is_empty(), "{red:#?}");
        assert_eq!(seen.records.len(), 17);
        Ok(())
    });
    lies.chain([honest]).collect()
}

fn told_by(kind: &str) -> Seen {
    Stage::new(kind, &[("lies.wast", SCRIPT)]).run()
}

fn check(lie: &Lie) {
    let (honest, seen) = (told_by("honest"), told_by(lie.name));
    assert!(seen.ended.complete);
    assert_eq!(seen.records.len(), honest.records.len());
    let subject = line_of(lie.subject);
    let blocked: Vec<usize> = lie.blocked.iter().map(|text| line_of(text)).collect();
    let mut lines = seen.records.iter().map(|record| record.line);
    assert!(lines.any(|line| line == subject), "{}", seen.story());
    for (record, honest) in seen.records.iter().zip(&honest.records) {
        if record.line == subject {
            let outcome = record.outcome.as_ref().expect("an outcome");
            let mismatch = record.mismatch.as_deref().expect("a mismatch");
            assert_eq!(record.status, lie.status, "{record:#?}");
            assert_eq!(outcome.kind, lie.outcome, "{record:#?}");
            assert!(mismatch.contains(lie.mismatch), "{record:#?}");
            assert!(record.unexpected, "{record:#?}");
        } else if blocked.contains(&record.line) {
            assert_eq!(record.status, Status::Blocked, "{record:#?}");
            let culprit = format!("s/lies.wast:{subject}");
            assert_eq!(record.culprit, Some(culprit), "{record:#?}");
            assert!(record.unexpected, "{record:#?}");
        } else {
            assert_eq!(record, honest);
        }
    }
}

/// The line of the only directive that contains a text; each stands on one line.
fn line_of(text: &str) -> usize {
    let lines = SCRIPT.lines().enumerate();
    let mut found = lines.filter(|(_, line)| line.contains(text));
    match (found.next(), found.next()) {
        (Some((index, _)), None) => index + 1,
        _ => panic!("{text:?} does not name one line"),
    }
}
