//! JUnit XML: a test suite per engine and file, a test case per directive.
//!
//! The same records make the same bytes: there are no times in it.

use crate::record::{Record, Status};
use crate::visible::visible;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use std::collections::{HashMap, HashSet};
use std::io::{self, Write};

/// Writes the report. A run that is not `complete` has an error of its own, and so
/// has each of the `problems` with its expectations.
pub fn write(
    records: &[Record],
    complete: bool,
    problems: &[String],
    out: impl Write,
) -> io::Result<()> {
    let mut report = Report::new("conform");
    for records in by_engine_and_file(records) {
        report.add_test_suite(test_suite(&records));
    }
    let incomplete = (!complete).then_some("not every directive that was asked for ran");
    let problems = problems.iter().map(String::as_str);
    let errors: Vec<TestCase> = incomplete
        .map(|message| error("the run is complete", "incomplete", message))
        .into_iter()
        .chain(problems.map(|message| error("the expectations hold", "expectation", message)))
        .collect();
    if !errors.is_empty() {
        let mut test_suite = TestSuite::new("conform");
        test_suite.add_test_cases(errors);
        report.add_test_suite(test_suite);
    }
    report.serialize(out).map_err(io::Error::other)
}

/// The records of each engine and file together, in order of first appearance.
fn by_engine_and_file(records: &[Record]) -> Vec<Vec<&Record>> {
    let mut groups: Vec<Vec<&Record>> = Vec::new();
    let mut indices = HashMap::new();
    for record in records {
        let index = *indices
            .entry((&record.engine, &record.suite, &record.path))
            .or_insert(groups.len());
        if index == groups.len() {
            groups.push(Vec::new());
        }
        groups[index].push(record);
    }
    groups
}

/// `records` are those of one engine and file, and not empty.
fn test_suite(records: &[&Record]) -> TestSuite {
    let Record {
        engine,
        suite,
        path,
        ..
    } = records[0];
    let mut test_suite = TestSuite::new(visible(&format!("{engine} {suite}/{path}")));
    let class = visible(&format!("{engine}.{suite}.{path}"));
    let mut names = HashSet::new();
    for record in records {
        let name = unused_name(&mut names, record);
        let mut test_case = TestCase::new(visible(&name), status(record));
        test_case.set_classname(class.as_str());
        test_suite.add_test_case(test_case);
    }
    test_suite
}

/// `LINE directive`, and a number where directives share a line: readers of
/// JUnit drop all but one test case of a name.
fn unused_name(names: &mut HashSet<String>, record: &Record) -> String {
    let name = format!("{} {}", record.line, record.directive);
    let mut unused = name.clone();
    let mut count = 1;
    while !names.insert(unused.clone()) {
        count += 1;
        unused = format!("{name} ({count})");
    }
    unused
}

fn status(record: &Record) -> TestCaseStatus {
    let mut status = match (record.status, record.unexpected) {
        (Status::Pass, false) => return TestCaseStatus::success(),
        (Status::Xfail | Status::Blocked | Status::Unsupported, false) => TestCaseStatus::skipped(),
        (Status::Crash | Status::Timeout, _) => TestCaseStatus::non_success(NonSuccessKind::Error),
        _ if is_harness_error(record) => TestCaseStatus::non_success(NonSuccessKind::Error),
        _ => TestCaseStatus::non_success(NonSuccessKind::Failure),
    };
    let details: Vec<String> = record
        .details()
        .into_iter()
        .map(|(label, text)| format!("{label}: {text}"))
        .collect();
    status.set_type(visible(&kind(record)));
    status.set_message(visible(&message(record)));
    status.set_description(visible(&details.join("\n")));
    status
}

fn is_harness_error(record: &Record) -> bool {
    let outcome = record.outcome.as_ref();
    record.status == Status::Fail && outcome.is_some_and(|outcome| outcome.kind == "harness-error")
}

fn kind(record: &Record) -> String {
    match (&record.outcome, record.status) {
        (Some(outcome), Status::Fail | Status::Crash | Status::Timeout) => outcome.kind.clone(),
        (_, status) => status.to_string(),
    }
}

fn message(record: &Record) -> String {
    if record.status == Status::Xpass {
        return "expected to fail but passed".into();
    }
    if let (false, Some(expectation)) = (record.unexpected, &record.expectation) {
        return expectation.reason.clone();
    }
    if let Some(mismatch) = &record.mismatch {
        return mismatch.clone();
    }
    if let Some(culprit) = &record.culprit {
        return format!("blocked by {culprit}");
    }
    record
        .outcome
        .as_ref()
        .map_or_else(|| record.status.to_string(), ToString::to_string)
}

/// What is wrong with the run rather than with a directive.
fn error(name: &str, kind: &str, message: &str) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_type(kind);
    status.set_message(visible(message).to_string());
    let mut test_case = TestCase::new(name, status);
    test_case.set_classname("conform");
    test_case
}

#[cfg(test)]
mod tests {
    use crate::record::{Outcome, Record, Status};
    use crate::sample;
    use quick_junit::{NonSuccessKind, Report, TestCaseStatus};

    fn write(records: &[Record], complete: bool) -> String {
        let mut out = Vec::new();
        super::write(records, complete, &[], &mut out).expect("write");
        String::from_utf8(out).expect("UTF-8")
    }

    fn parse(xml: &str) -> Report {
        Report::deserialize_from_str(xml).expect("well-formed JUnit")
    }

    #[test]
    fn junit() {
        insta::assert_snapshot!(write(&sample::records(), true));
    }

    #[test]
    fn hostile_texts_stay_well_formed() {
        let mut records = sample::records();
        for record in &mut records {
            record.engine.push_str(sample::HOSTILE);
            record.path.push_str(sample::HOSTILE);
            record.directive.push_str(sample::HOSTILE);
        }
        let xml = write(&records, true);
        // The characters that XML 1.0 has, without what this must escape.
        assert!(
            xml.chars()
                .all(|c| c == '\n' || (c >= ' ' && !c.is_control()))
        );
        assert!(!xml.contains(['\u{fffe}', '\u{ffff}']));
        assert!(!xml.contains("<script>"));
        let report = parse(&xml);
        assert_eq!(report.tests, records.len());
        let messages: Vec<&str> = report
            .test_suites
            .iter()
            .flat_map(|suite| &suite.test_cases)
            .filter_map(|case| match &case.status {
                TestCaseStatus::NonSuccess { message, .. } => message.as_deref(),
                _ => None,
            })
            .collect();
        let hostile = crate::visible::visible(sample::HOSTILE);
        assert!(messages.iter().any(|message| message.contains(&hostile)));
    }

    #[test]
    fn an_incomplete_run_is_an_error() {
        assert_eq!(parse(&write(&[sample::pass()], true)).errors, 0);
        assert_eq!(parse(&write(&[sample::pass()], false)).errors, 1);
    }

    #[test]
    fn a_problem_with_expectations_is_an_error() {
        let mut out = Vec::new();
        let problems = ["the directive s/a.wast:1 does not exist".to_owned()];
        super::write(&[sample::pass()], true, &problems, &mut out).expect("write");
        let xml = String::from_utf8(out).expect("UTF-8");
        assert_eq!(parse(&xml).errors, 1);
        assert!(xml.contains("the directive s/a.wast:1 does not exist"));
    }

    #[test]
    fn directives_of_one_line_have_different_names() {
        let report = parse(&write(
            &[sample::pass(), sample::pass(), sample::pass()],
            true,
        ));
        let names: Vec<&str> = report.test_suites[0]
            .test_cases
            .iter()
            .map(|case| case.name.as_str())
            .collect();
        assert_eq!(names, ["3 module", "3 module (2)", "3 module (3)"]);
    }

    #[test]
    fn only_what_was_expected_is_green() {
        let judged = |status, unexpected, kind: &str| {
            let record = Record {
                status,
                unexpected,
                outcome: Some(Outcome {
                    kind: kind.into(),
                    ..Outcome::default()
                }),
                ..sample::pass()
            };
            match super::status(&record) {
                TestCaseStatus::Success { .. } => "success",
                TestCaseStatus::Skipped { .. } => "skipped",
                TestCaseStatus::NonSuccess {
                    kind: NonSuccessKind::Failure,
                    ..
                } => "failure",
                TestCaseStatus::NonSuccess {
                    kind: NonSuccessKind::Error,
                    ..
                } => "error",
            }
        };
        for (status, expected, unexpected) in [
            (Status::Pass, "success", "failure"),
            (Status::Fail, "failure", "failure"),
            (Status::Xfail, "skipped", "failure"),
            (Status::Xpass, "failure", "failure"),
            (Status::Blocked, "skipped", "failure"),
            (Status::Unsupported, "skipped", "failure"),
            (Status::Crash, "error", "error"),
            (Status::Timeout, "error", "error"),
        ] {
            assert_eq!(judged(status, false, "returned"), expected, "{status}");
            assert_eq!(judged(status, true, "returned"), unexpected, "{status}");
        }
        assert_eq!(judged(Status::Fail, true, "harness-error"), "error");
    }
}
