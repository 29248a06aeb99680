//! `conform fuzz --target concurrency`, on the reference and on one with a fault.

use crate::fixture::{Fixture, conform, ran};
use std::collections::BTreeMap;
use std::path::Path;

/// What was printed, and the files of all findings.
fn campaign(fixture: &Fixture, jobs: &str) -> (String, BTreeMap<String, String>) {
    let folder = fixture.path(jobs);
    let arguments = [
        "fuzz",
        "--target",
        "concurrency",
        "--engine",
        "reference",
        "--against",
        "faulty:transfer-in-set",
        "--seed",
        "1",
        "--cases",
        "70",
        "--jobs",
        jobs,
        "--findings",
    ];
    let run = ran(conform(&arguments).arg(&folder));
    assert_eq!(run.code, Some(1), "{}", run.err);
    let printed = run.out.replace(&folder.display().to_string(), "");
    (printed, files(&folder, &folder))
}

fn files(folder: &Path, root: &Path) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            all.extend(files(&path, root));
        } else {
            let name = path.strip_prefix(root).expect("it is within");
            let text = std::fs::read_to_string(&path).expect("a text");
            all.insert(name.display().to_string(), text);
        }
    }
    all
}

#[test]
fn totals_and_findings_do_not_depend_on_the_number_of_jobs() {
    let fixture = Fixture::new(&[]);
    let one = campaign(&fixture, "1");
    assert!(one.1.len() > 1, "nothing was found:\n{}", one.0);
    assert_eq!(one, campaign(&fixture, "3"));
}
