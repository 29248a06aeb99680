use super::{Diff, Side, diff, github, human, markdown};
use crate::record::{Outcome, Record, Status};
use crate::sample::{HOSTILE, pass, records};

/// What one run and the next say: every kind of change, and texts that would be markup.
fn change() -> Diff {
    let before = records();
    let mut after = records();
    for record in &mut after {
        match record.status {
            // Worse, better, and otherwise different.
            Status::Pass if record.directive == "assert_return" => {
                record.status = Status::Fail;
                record.unexpected = true;
                record.mismatch = Some(HOSTILE.to_owned());
                record.outcome = Some(Outcome {
                    kind: "trapped".to_owned(),
                    class: Some(HOSTILE.to_owned()),
                    ..Outcome::default()
                });
            }
            Status::Xpass => {
                record.status = Status::Pass;
                record.unexpected = false;
            }
            Status::Timeout => record.status = Status::Crash,
            _ => {}
        }
    }
    let gone = after.iter().position(|record| record.line == 30);
    after.remove(gone.expect("a directive on line 30"));
    after.push(Record {
        line: 50,
        hash: "0000beef".to_owned(),
        ..pass()
    });
    let moved = after
        .iter_mut()
        .find(|record| record.directive == "component");
    moved.expect("a component").path = format!("{HOSTILE}.wast");
    compare(("one", &before), ("two", &after))
}

fn compare(before: (&str, &[Record]), after: (&str, &[Record])) -> Diff {
    // In the sample all texts are one; here each directive has its own.
    let own = |record: &Record| Record {
        hash: match record.hash.as_str() {
            "0123abcd" => format!("{:08x}", record.line),
            hash => hash.to_owned(),
        },
        ..record.clone()
    };
    let old: Vec<_> = before.1.iter().map(own).collect();
    let new: Vec<_> = after.1.iter().map(own).collect();
    diff(
        &Side {
            name: before.0.to_owned(),
            records: old.iter().collect(),
        },
        &Side {
            name: after.0.to_owned(),
            records: new.iter().collect(),
        },
    )
}

fn written(write: impl Fn(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes).expect("it is written");
    String::from_utf8(bytes).expect("text")
}

#[test]
fn forms() {
    let diff = change();
    insta::assert_snapshot!("human", written(|out| human(&diff, out)));
    insta::assert_snapshot!("markdown", written(|out| markdown(&diff, out)));
    insta::assert_snapshot!("github", written(|out| github(&diff, out)));
    let json = serde_json::to_string_pretty(&diff).expect("it has a form");
    insta::assert_snapshot!("json", json);
}

#[test]
fn nothing_differs() {
    let diff = compare(("one", &records()), ("two", &records()));
    assert!(diff.is_empty());
    assert_eq!(diff.unchanged, records().len());
    insta::assert_snapshot!("nothing", written(|out| human(&diff, out)));
}

#[test]
fn two_engines_are_compared_with_each_other() {
    let of = |engine: &str, status| {
        [Record {
            engine: engine.to_owned(),
            status,
            ..pass()
        }]
    };
    let (one, other) = (of("reference", Status::Pass), of("wasmtime", Status::Xfail));
    let diff = compare(("reference", &one), ("wasmtime", &other));
    assert_eq!(diff.regressions.len(), 1);
    assert_eq!(diff.regressions[0].engine, "reference → wasmtime");
    assert!(diff.added.is_empty() && diff.removed.is_empty());
}
