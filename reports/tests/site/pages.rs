//! The site as files.

use crate::fixture::{Scripts, Size, add};
use crate::sample::{Sample, files};
use component_reports::dashboard::{DashboardError, write};
use component_reports::store::Store;
use std::collections::BTreeMap;
use std::fs;

/// All tests, by name.
pub(crate) const TESTS: [(&str, fn()); 5] = [
    ("are_as_they_were", are_as_they_were),
    ("hold_no_markup_of_others", hold_no_markup_of_others),
    ("are_the_same_every_time", are_the_same_every_time),
    ("begin_light", begin_light),
    (
        "leave_folders_of_others_alone",
        leave_folders_of_others_alone,
    ),
];

/// What a page may weigh before the reader asks for more, in bytes.
const PAGE: usize = 500_000;

fn are_as_they_were() {
    let sample = Sample::new();
    for (name, text) in files(&sample.path("site")) {
        let page = name.strip_suffix(".html");
        let Some(page) = page.or(Some("files").filter(|_| name == "data/files.js")) else {
            continue;
        };
        let mut lines = text;
        for start in [
            "<h", "<p", "<div", "<table", "<tr", "<ul", "<li", "<main", "<details", "<figure",
        ] {
            lines = lines.replace(start, &format!("\n{start}"));
        }
        lines = lines.replace("],[", "],\n[");
        insta::assert_snapshot!(page, lines);
    }
}

fn hold_no_markup_of_others() {
    let sample = Sample::new();
    let mut told = 0;
    for (name, text) in files(&sample.path("site")) {
        for markup in ["<script>window", "<img", "href=\"javascript:"] {
            assert!(!text.contains(markup), "{name} has {markup}");
        }
        told += usize::from(text.contains("window.taken"));
    }
    // The overview, the page of fuzzing, and the chunks that name the directive.
    assert!(told >= 5, "{told}");
}

fn are_the_same_every_time() {
    let (one, other) = (Sample::new(), Sample::new());
    assert!(files(&one.path("site")) == files(&other.path("site")));
}

fn begin_light() {
    let size = Size {
        files: 100,
        directives: 80,
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = Store::new(folder.path().join("store"));
    for run in 0..3 {
        // From one run to the next all that is on the odd ones is different.
        let mut records = size.records(run);
        for record in records.iter_mut().filter(|_| run == 2) {
            record.unexpected = !record.unexpected;
        }
        add(&store, &size.header(), &records, run);
    }
    let site = folder.path().join("site");
    write(&store, None, &Scripts(size), &site).expect("a site");
    let files: BTreeMap<_, _> = files(&site).into_iter().collect();
    for (page, text) in files.iter().filter(|(name, _)| name.ends_with(".html")) {
        // What the page names, and what its scripts load for themselves.
        let named = text
            .split('"')
            .filter_map(|name| files.get(name))
            .map(String::len);
        let parts = match page.as_str() {
            "compare.html" => "data/changes/2/0.js",
            "directive.html" => "data/file/",
            _ => "-",
        };
        let loaded = files.iter().filter(|(name, _)| name.starts_with(parts));
        let loaded = loaded.map(|(_, text)| text.len()).max().unwrap_or_default();
        let others = named.filter(|length| *length != text.len()).sum::<usize>();
        let weight = text.len() + others + loaded;
        assert!(weight < PAGE, "{page} weighs {weight}");
    }
}

fn leave_folders_of_others_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let size = Size {
        files: 1,
        directives: 2,
    };
    let store = Store::new(folder.path().join("store"));
    let out = folder.path().join("out");
    let make = || write(&store, None, &Scripts(size), &out);
    assert!(matches!(make(), Err(DashboardError::Empty)));
    add(&store, &size.header(), &size.records(0), 0);
    fs::create_dir(&out).expect("a folder");
    make().expect("an empty folder is taken");
    make().expect("a site is replaced");
    fs::remove_dir_all(&out).expect("a folder");
    fs::create_dir(&out).expect("a folder");
    fs::write(out.join("thesis.tex"), "mine").expect("a file");
    assert!(matches!(make(), Err(DashboardError::Foreign(_))));
    assert_eq!(fs::read(out.join("thesis.tex")).expect("a file"), b"mine");
}
