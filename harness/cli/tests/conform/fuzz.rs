//! `conform fuzz`, `conform reduce` and `conform faults`, on engines with a fault that
//! need no source of their own.

use crate::fixture::{Ran, conform, ran};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// The files of a folder and of those in it.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        match path.is_dir() {
            true => files.extend(
                self::files(&path)
                    .into_iter()
                    .map(|(file, text)| (format!("{name}/{file}"), text)),
            ),
            false => {
                files.insert(name, fs::read_to_string(&path).expect("text"));
            }
        }
    }
    files
}

fn fuzz(folder: &Path, arguments: &[&str]) -> Ran {
    let mut command = conform(&["fuzz"]);
    command.args(arguments).arg("--findings").arg(folder);
    let mut ran = ran(&mut command);
    ran.out = ran.out.replace(&folder.display().to_string(), "[FOLDER]");
    ran
}

#[test]
fn the_number_of_jobs_does_not_show() {
    let one_after_the_other = tempfile::tempdir().expect("a folder");
    let side_by_side = tempfile::tempdir().expect("a folder");
    let run = |folder: &TempDir, jobs| {
        let arguments = [
            ["--target", "abi_traps"],
            ["--engine", "reference"],
            ["--against", "faulty:char-surrogate"],
            ["--cases", "400"],
            ["--jobs", jobs],
        ];
        fuzz(folder.path(), arguments.as_flattened())
    };
    let (one, three) = (run(&one_after_the_other, "1"), run(&side_by_side, "3"));
    assert_eq!(one.code, Some(1), "{one:?}");
    assert_eq!(one.out, three.out);
    let found = files(one_after_the_other.path());
    assert!(found.len() > 3, "{found:?}");
    assert_eq!(found, files(side_by_side.path()));
}

#[test]
fn a_campaign_goes_on_where_it_stopped() {
    let (parts, whole) = (tempfile::tempdir(), tempfile::tempdir());
    let (parts, whole) = (parts.expect("a folder"), whole.expect("a folder"));
    let run = |folder: &TempDir, cases| {
        let arguments = [
            ["--target", "resources"],
            ["--engine", "reference"],
            ["--against", "faulty:dtor-dropped"],
            ["--cases", cases],
        ];
        fuzz(folder.path(), arguments.as_flattened())
    };
    for cases in ["30", "60"] {
        run(&parts, cases);
    }
    run(&whole, "60");
    assert_eq!(files(parts.path()), files(whole.path()));
}

#[test]
fn a_finding_reproduces_and_reduces() {
    let folder = tempfile::tempdir().expect("a folder");
    let found = fuzz(
        folder.path(),
        [
            ["--target", "resources"],
            ["--engine", "reference"],
            ["--against", "faulty:dtor-dropped"],
            ["--for", "60s"],
        ]
        .as_flattened()
        .iter()
        .copied()
        .chain(["--first"])
        .collect::<Vec<_>>()
        .as_slice(),
    );
    assert_eq!(found.code, Some(1), "{found:?}");
    let case = files(folder.path())
        .into_keys()
        .find(|name| name.ends_with("case.wast"))
        .expect("a finding");
    let case = folder.path().join(case);

    // The script alone tells the two engines apart.
    let suite = format!("finding={}", case.display());
    for (engine, code) in [("reference", 0), ("faulty:dtor-dropped", 1)] {
        let ran = ran(&mut conform(&[
            "run", "--engine", engine, "--suite", &suite,
        ]));
        assert_eq!(ran.code, Some(code), "{engine}: {ran:?}");
    }

    // What somebody wrote into the seed is told, and not run.
    let seed = case.with_file_name("seed");
    let text = fs::read_to_string(&seed).expect("text");
    let other = text.replacen("loud", "quiet", 1);
    assert_ne!(other, text);
    fs::write(&seed, other).expect("a file");
    let changed = ran(conform(&["reduce"]).arg(&seed));
    assert_eq!(changed.code, Some(2), "{changed:?}");
    assert!(
        changed.err.contains("its digest does not fit"),
        "{changed:?}"
    );
    fs::write(&seed, text).expect("a file");

    // And it is as small as it gets.
    let smaller = tempfile::tempdir().expect("a folder");
    let mut reduce = conform(&["reduce", "--engine", "faulty:dtor-dropped"]);
    reduce.arg(&case).arg("--findings").arg(smaller.path());
    let reduced = ran(&mut reduce);
    assert_eq!(reduced.code, Some(1), "{reduced:?}");
    let again = files(smaller.path());
    let name = case.parent().and_then(Path::file_name).expect("a name");
    let again = &again[&format!("{}/case.wast", name.to_string_lossy())];
    assert_eq!(*again, fs::read_to_string(&case).expect("text"));
}

#[test]
fn a_fault_that_is_found_is_a_row_of_the_table() {
    let ran = ran(&mut conform(&["faults", "--filter", "post-return-dropped"]));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let row = ran.out.lines().last().unwrap_or_default();
    assert!(row.starts_with("| post-return-dropped |"), "{ran:?}");
    assert!(row.contains("differential: trace: other values"), "{ran:?}");
}

#[test]
fn what_does_not_exist_is_a_matter_of_usage() {
    let folder = tempfile::tempdir().expect("a folder");
    for (arguments, told) in [
        (["--target", "nothing"], "there is no target `nothing`"),
        (["--engine", "nothing"], "unknown engine `nothing`"),
        (["--against", "faulty:no"], "there is no fault `no`"),
    ] {
        let mut all = vec!["--cases", "1"];
        all.extend(arguments);
        let told_off = fuzz(folder.path(), &all);
        assert_eq!(told_off.code, Some(2), "{told_off:?}");
        assert!(told_off.err.contains(told), "{told_off:?}");
    }
    let endless = fuzz(folder.path(), &["--engine", "reference"]);
    assert_eq!(endless.code, Some(2), "{endless:?}");
    assert!(endless.err.contains("say how much"), "{endless:?}");

    let seed = folder.path().join("seed");
    fs::write(&seed, "{").expect("a file");
    let reduced = ran(conform(&["reduce"]).arg(&seed));
    assert_eq!(reduced.code, Some(2), "{reduced:?}");
    assert!(reduced.err.contains("seed"), "{reduced:?}");
}
