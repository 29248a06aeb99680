//! A run in the form of `wptreport.json`, which dashboards of web platform tests read.
//!
//! A file is a test and a directive a subtest. One report holds one engine.

use crate::record::{Header, Record, Status};
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct Report<'r> {
    run_info: RunInfo<'r>,
    results: Vec<Test<'r>>,
}

#[derive(Serialize)]
struct RunInfo<'r> {
    product: &'r str,
    browser_version: &'r str,
    configuration: &'r str,
    harness: &'r str,
    spec: &'r str,
}

#[derive(Serialize)]
struct Test<'r> {
    test: String,
    status: &'static str,
    message: Option<&'r str>,
    subtests: Vec<Subtest<'r>>,
}

#[derive(Serialize)]
struct Subtest<'r> {
    name: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<&'static str>,
    message: Option<&'r str>,
}

/// Writes what one engine of a run did; nothing of the others.
pub fn write(
    header: &Header,
    engine: &str,
    records: &[Record],
    mut out: impl Write,
) -> io::Result<()> {
    let info = header.engines.iter().find(|info| info.name == engine);
    let mut report = Report {
        run_info: RunInfo {
            product: engine,
            browser_version: info.map_or("", |info| &info.version),
            configuration: info.map_or("", |info| &info.configuration),
            harness: &header.harness,
            spec: &header.spec,
        },
        results: Vec::new(),
    };
    for record in records.iter().filter(|record| record.engine == engine) {
        let name = format!("/{}/{}", record.suite, record.path);
        if report.results.last().is_none_or(|test| test.test != name) {
            report.results.push(Test {
                test: name,
                status: "OK",
                message: None,
                subtests: Vec::new(),
            });
        }
        if let Some(test) = report.results.last_mut() {
            test.add(record);
        }
    }
    serde_json::to_writer_pretty(&mut out, &report)?;
    out.write_all(b"\n")
}

impl<'r> Test<'r> {
    fn add(&mut self, record: &'r Record) {
        let whole = match record.status {
            Status::Crash => Some("CRASH"),
            Status::Timeout => Some("TIMEOUT"),
            _ => None,
        };
        if let (Some(whole), "OK") = (whole, self.status) {
            self.status = whole;
            self.message = record.mismatch.as_deref();
        }
        let status = status(record.status);
        let expected = match record.status {
            Status::Xpass => Some("FAIL"),
            // What an expectation names, and a status that nobody needs to look at,
            // were to be expected.
            _ if record.unexpected => Some("PASS"),
            _ => None,
        };
        self.subtests.push(Subtest {
            name: format!("{} {}:{}", record.line, record.directive, record.hash),
            status,
            expected: expected.filter(|expected| *expected != status),
            message: record.mismatch.as_deref().or(record.culprit.as_deref()),
        });
    }
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Pass | Status::Xpass => "PASS",
        Status::Fail | Status::Xfail | Status::Crash => "FAIL",
        Status::Blocked => "NOTRUN",
        Status::Unsupported => "PRECONDITION_FAILED",
        Status::Timeout => "TIMEOUT",
    }
}

#[cfg(test)]
mod tests {
    use crate::sample;

    #[test]
    fn wptreport() {
        let mut out = Vec::new();
        super::write(&sample::header(), "wasmtime", &sample::records(), &mut out).expect("write");
        insta::assert_snapshot!(String::from_utf8(out).expect("UTF-8"));
    }
}
