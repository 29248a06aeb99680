//! A small run that holds every status, for the tests of each form.

use crate::record::{
    EngineInfo, Expectation, FORMAT, Header, Limits, Outcome, Reach, Record, Status, SuiteInfo,
};

/// What an engine might say to break a report.
pub(crate) const HOSTILE: &str = "<script>alert('1')</script> ]]> a|b `c` \"q\" & &amp; \x1b[31m\0\u{202e}\u{ffff}\t\r\n\n# 𝄞 $x$ **";

pub(crate) fn header() -> Header {
    let engine = |name: &str, version: &str, configuration: &str| EngineInfo {
        name: name.into(),
        version: version.into(),
        configuration: configuration.into(),
    };
    Header {
        format: FORMAT.into(),
        harness: "0.1.0".into(),
        spec: "wasm-tools 1.263.0".into(),
        engines: vec![
            engine("wasmtime", "48.0.0", "cranelift"),
            engine("reference", "0.1.0", ""),
        ],
        suites: vec![SuiteInfo {
            name: "component-model".into(),
            checksum: "00".repeat(32),
            files: 72,
            features: vec!["async".into(), "threading".into()],
        }],
        limits: Limits {
            timeout_ms: 10_000,
            memory_mib: 1024,
        },
        shard: Some("1/2".into()),
        filter: Some("async/*|names".into()),
        seed: None,
    }
}

/// A directive that passed.
pub(crate) fn pass() -> Record {
    Record {
        engine: "wasmtime".into(),
        suite: "component-model".into(),
        path: "async/wait.wast".into(),
        line: 3,
        hash: "0123abcd".into(),
        occurrence: 0,
        directive: "module".into(),
        status: Status::Pass,
        unexpected: false,
        reach: Reach::Validator,
        expected: "accepted".into(),
        outcome: Some(outcome("accepted")),
        mismatch: None,
        culprit: None,
        expectation: None,
        reached: Vec::new(),
    }
}

/// Every status as it was to be expected where that can be, and as it was not.
pub(crate) fn records() -> Vec<Record> {
    let names = "values/names.wast";
    vec![
        pass(),
        Record {
            line: 10,
            outcome: Some(Outcome {
                values: vec!["(u32.const 7)".into(), "(str.const \"ü\")".into()],
                ..outcome("returned")
            }),
            mismatch: Some("returned 7, expected 8".into()),
            ..judged("assert_return", Status::Fail, true)
        },
        Record {
            engine: "reference".into(),
            line: 10,
            ..judged("assert_return", Status::Pass, false)
        },
        Record {
            line: 14,
            outcome: Some(Outcome {
                class: Some("cannot-leave".into()),
                site: Some("canon.lower.may-leave".into()),
                message: Some("cannot leave component instance".into()),
                ..outcome("trapped")
            }),
            mismatch: Some("trapped, expected a return".into()),
            expectation: Some(Expectation {
                status: "fail".into(),
                reason: "48 implements an older revision".into(),
                link: Some("https://example.org/issues/1".into()),
            }),
            ..judged("assert_return", Status::Xfail, false)
        },
        Record {
            line: 18,
            expectation: Some(Expectation {
                status: "timeout".into(),
                reason: "waits for ever".into(),
                link: None,
            }),
            ..judged("assert_return", Status::Xpass, true)
        },
        Record {
            line: 22,
            reach: Reach::Runner,
            outcome: None,
            culprit: Some("component-model/async/wait.wast:10".into()),
            ..judged("invoke", Status::Blocked, false)
        },
        Record {
            line: 23,
            reach: Reach::Runner,
            outcome: None,
            culprit: Some("component-model/async/wait.wast:20".into()),
            ..judged("invoke", Status::Blocked, true)
        },
        Record {
            line: 30,
            outcome: Some(Outcome {
                feature: Some("threading".into()),
                message: Some("no shared threads".into()),
                ..outcome("unsupported")
            }),
            ..judged("invoke", Status::Unsupported, false)
        },
        Record {
            path: names.into(),
            line: 1,
            reach: Reach::Validator,
            expected: "accepted".into(),
            ..judged("component", Status::Pass, false)
        },
        Record {
            path: names.into(),
            line: 2,
            expected: format!("a trap \"{HOSTILE}\""),
            outcome: Some(Outcome {
                message: Some(HOSTILE.into()),
                ..outcome("harness-error")
            }),
            mismatch: Some(HOSTILE.into()),
            ..judged("assert_trap", Status::Fail, true)
        },
        Record {
            path: names.into(),
            line: 4,
            outcome: Some(Outcome {
                message: Some("signal 11".into()),
                ..outcome("crashed")
            }),
            mismatch: Some("the worker died of signal 11".into()),
            ..judged("assert_return", Status::Crash, true)
        },
        Record {
            path: names.into(),
            line: 5,
            outcome: Some(outcome("timed-out")),
            ..judged("assert_return", Status::Timeout, true)
        },
        Record {
            engine: "reference".into(),
            path: names.into(),
            line: 6,
            expected: "rejected as invalid".into(),
            reach: Reach::Validator,
            outcome: Some(Outcome {
                phase: Some("malformed".into()),
                message: Some("unexpected end".into()),
                ..outcome("rejected")
            }),
            mismatch: Some("rejected as malformed, expected invalid".into()),
            ..judged("assert_invalid", Status::Fail, true)
        },
    ]
}

fn judged(directive: &str, status: Status, unexpected: bool) -> Record {
    Record {
        directive: directive.into(),
        status,
        unexpected,
        reach: Reach::Executed,
        expected: "returned (u32.const 8)".into(),
        outcome: Some(outcome("returned")),
        ..pass()
    }
}

fn outcome(kind: &str) -> Outcome {
    Outcome {
        kind: kind.into(),
        ..Outcome::default()
    }
}
