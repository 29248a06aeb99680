//! The sections that the documentation of this crate refers to.

use crate::{Outcome, sources_folder};
use component_corpus::Corpus;
use component_reference::trap::TrapSite;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

#[test]
fn each_anchor_is_a_heading() -> Outcome {
    let folder = Corpus::new().spec()?.folder;
    let mut headings: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut referred = 0;
    for path in rust_files(&sources_folder())? {
        let source = std::fs::read_to_string(&path)?;
        // A reference may be broken over lines of a comment, but not within.
        for part in source.split('[').skip(1) {
            let Some((reference, _)) = part.split_once(']') else {
                continue;
            };
            let Some((file, anchor)) = reference.split_once(".md#") else {
                continue;
            };
            let known = match headings.get(file) {
                Some(known) => known,
                None => {
                    let text = std::fs::read_to_string(folder.join(format!("{file}.md")))?;
                    headings.entry(file.to_owned()).or_insert(anchors(&text))
                }
            };
            let place = path.display();
            assert!(known.contains(anchor), "{place}: no {file}.md#{anchor}");
            referred += 1;
        }
    }
    assert!(referred > 250, "{referred} references");
    let known = &headings["CanonicalABI"];
    for site in TrapSite::ALL {
        let anchor = site.anchor().trim_start_matches('#');
        assert!(known.contains(anchor), "{}: no #{anchor}", site.id());
    }
    Ok(())
}

/// The anchors of the headings, as GitHub makes them.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| {
            let title = line.trim_start_matches('#').trim().to_lowercase();
            let kept = |c: &char| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ');
            let kept: String = title.chars().filter(kept).collect();
            kept.replace(' ', "-")
        })
        .collect()
}

pub(crate) fn rust_files(folder: &Path) -> Result<Vec<PathBuf>, std::io::Error> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
