//! From what was observed to records.

use super::{EngineSetup, FileReport};
use crate::expectations::{Expectations, Held};
use crate::judge::{Assertion, Verdict, judge};
use crate::outcome::{Outcome, Phase};
use crate::script::{Command, Directive, Script, ScriptError, text_hash};
use crate::session::{Judged, Observed};
use component_corpus::{Corpus, Suite, SuiteFile};
use component_reports::record::{Reach, Record};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The report of a file on one engine.
pub(super) fn report(
    setup: &EngineSetup,
    suite: &Suite,
    file: &SuiteFile,
    script: &Script,
    observed: &[Observed<'_>],
) -> FileReport {
    let held = setup.expectations.hold(&suite.name, &file.path, observed);
    let pairs = observed.iter().zip(held);
    FileReport {
        engine: setup.name.clone(),
        suite: suite.name.clone(),
        suite_argument: suite_argument(suite),
        path: file.path.clone(),
        absolute: file.absolute.clone(),
        text: Arc::from(script.text.as_str()),
        spans: observed
            .iter()
            .map(|observed| observed.directive.span.clone())
            .collect(),
        records: pairs
            .map(|(o, held)| record(&setup.name, suite, file, o, held))
            .collect(),
    }
}

/// The report of a file that is no script: one directive, which is the file.
pub(super) fn unparsed(
    engine: &str,
    suite: &Suite,
    file: &SuiteFile,
    bytes: &[u8],
    error: &ScriptError,
    expectations: &Expectations,
) -> FileReport {
    let text = String::from_utf8_lossy(bytes);
    let outcome = Outcome::Rejected {
        phase: Phase::Malformed,
        message: error.to_string(),
    };
    let before = text
        .split_inclusive('\n')
        .take(error.line - 1)
        .map(str::len)
        .sum();
    let line = text[before..].lines().next().map_or(0, str::len);
    let directive = Directive {
        line: error.line,
        span: before..before + line,
        hash: text_hash(&text),
        occurrence: 0,
        command: Command::Wait {
            thread: String::new(),
        },
    };
    let verdict = judge(&Assertion::Parses, &outcome);
    let observed = Observed {
        directive: &directive,
        expected: Assertion::Parses.to_string(),
        reach: Reach::Runner,
        reached: BTreeSet::new(),
        result: Judged::Done(outcome, verdict),
    };
    let held = expectations.hold(&suite.name, &file.path, std::slice::from_ref(&observed));
    let records = held.into_iter().map(|held| Record {
        directive: "script".to_owned(),
        ..record(engine, suite, file, &observed, held)
    });
    FileReport {
        engine: engine.to_owned(),
        suite: suite.name.clone(),
        suite_argument: suite_argument(suite),
        path: file.path.clone(),
        absolute: file.absolute.clone(),
        records: records.collect(),
        spans: vec![directive.span.clone()],
        text: Arc::from(text),
    }
}

/// How a command line names a suite.
fn suite_argument(suite: &Suite) -> String {
    match Corpus::names().any(|name| name == suite.name) {
        true => suite.name.clone(),
        false => format!("{}={}", suite.name, suite.root.display()),
    }
}

fn record(
    engine: &str,
    suite: &Suite,
    file: &SuiteFile,
    observed: &Observed<'_>,
    held: Held,
) -> Record {
    let (outcome, mismatch, culprit) = match &observed.result {
        Judged::Done(outcome, Verdict::Pass) => (Some(outcome.record()), None, None),
        Judged::Done(outcome, Verdict::Fail { mismatch }) => {
            (Some(outcome.record()), Some(mismatch.clone()), None)
        }
        Judged::Blocked { culprit } => (None, None, Some(culprit.clone())),
    };
    Record {
        engine: engine.to_owned(),
        suite: suite.name.clone(),
        path: file.path.clone(),
        line: observed.directive.line,
        hash: observed.directive.hash.clone(),
        occurrence: observed.directive.occurrence,
        directive: observed.directive.command.keyword().to_owned(),
        status: held.status,
        unexpected: held.unexpected,
        reach: observed.reach,
        expected: observed.expected.clone(),
        outcome,
        mismatch,
        culprit,
        expectation: held.expectation,
        reached: observed.reached.iter().cloned().collect(),
    }
}
