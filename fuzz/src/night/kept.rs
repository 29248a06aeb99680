//! The cases that the nights keep: each covers something that no other one does.

use super::entries;
use crate::finding::WriteError;
use crate::target::Subject;
use crate::trial::Tried;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

/// Cases, and what each reaches.
#[derive(Default)]
pub(super) struct Kept {
    cases: Vec<One>,
}

#[derive(Serialize, Deserialize)]
struct One {
    keys: BTreeSet<String>,
    case: Subject,
}

impl Kept {
    /// Those in a folder.
    pub(super) fn read(folder: &Path) -> Result<Kept, WriteError> {
        let mut kept = Kept::default();
        for path in entries(folder)? {
            let text =
                std::fs::read_to_string(&path).map_err(|error| WriteError::new(&path, &error))?;
            // The parts of a case must fit each other: only what was written is taken.
            if path.file_stem().is_none_or(|stem| *stem != *name(&text)) {
                let why = "the case was changed after it was written: its name does not fit";
                return Err(WriteError::new(&path, &why));
            }
            let one =
                serde_json::from_str(&text).map_err(|error| WriteError::new(&path, &error))?;
            kept.cases.push(one);
        }
        Ok(kept)
    }

    /// Writes them into a folder, and removes what else is there.
    pub(super) fn write(&self, folder: &Path) -> Result<(), WriteError> {
        std::fs::create_dir_all(folder).map_err(|error| WriteError::new(folder, &error))?;
        let mut written = BTreeSet::new();
        for one in &self.cases {
            let text =
                serde_json::to_string(one).map_err(|error| WriteError::new(folder, &error))?;
            let path = folder.join(name(&text) + ".json");
            std::fs::write(&path, text).map_err(|error| WriteError::new(&path, &error))?;
            written.insert(path);
        }
        for path in entries(folder)? {
            if !written.contains(&path) {
                std::fs::remove_file(&path).map_err(|error| WriteError::new(&path, &error))?;
            }
        }
        Ok(())
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.cases.len()
    }

    /// All that they reach.
    pub(super) fn keys(&self) -> BTreeSet<String> {
        self.cases.iter().flat_map(|one| one.keys.clone()).collect()
    }

    /// Tries each again and keeps what it reaches now; one that is not tried stays as it
    /// was, and one with a mismatch goes.
    pub(super) fn retry(&mut self, mut run: impl FnMut(&Subject) -> Option<Tried>) {
        self.cases.retain_mut(|one| match run(&one.case) {
            None => true,
            Some(tried) => {
                one.keys = keys(&tried);
                agrees(&tried)
            }
        });
    }

    /// Keeps a case that agrees and reaches something that none does.
    pub(super) fn offer(&mut self, tried: &Tried, case: impl FnOnce() -> Subject) {
        let keys = keys(tried);
        let news = |key: &String| !self.cases.iter().any(|one| one.keys.contains(key));
        if agrees(tried) && keys.iter().any(news) {
            let case = case();
            self.cases.push(One { keys, case });
        }
    }

    /// Drops each case all of which others reach, those that reach least first.
    pub(super) fn minimise(&mut self) {
        let mut times: BTreeMap<String, usize> = BTreeMap::new();
        for key in self.cases.iter().flat_map(|one| &one.keys) {
            *times.entry(key.clone()).or_default() += 1;
        }
        self.cases.sort_by_key(|one| one.keys.len());
        self.cases.retain(|one| {
            let needed = one.keys.iter().any(|key| times.get(key) == Some(&1));
            if !needed {
                for key in &one.keys {
                    if let Some(times) = times.get_mut(key) {
                        *times -= 1;
                    }
                }
            }
            needed
        });
    }
}

fn agrees(tried: &Tried) -> bool {
    tried
        .compared
        .iter()
        .all(|compared| compared.mismatch.is_none())
}

/// What a case covers, and the trap sites that it reaches.
fn keys(tried: &Tried) -> BTreeSet<String> {
    let sites = tried.sites.iter().map(|site| format!("trap site {site}"));
    tried.covered.iter().cloned().chain(sites).collect()
}

/// The name of the file of a case with this text.
fn name(text: &str) -> String {
    let digest = Sha256::digest(text);
    digest.iter().take(8).fold(String::new(), |mut name, byte| {
        let _ = write!(name, "{byte:02x}");
        name
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::choices::Choices;
    use crate::oracle::{Compared, Mismatch, Oracle};
    use crate::target::Target;

    fn tried(keys: &[&str]) -> Tried {
        Tried {
            covered: keys.iter().map(|key| (*key).to_owned()).collect(),
            ..Tried::default()
        }
    }

    fn case(number: u8) -> Subject {
        Target::Resources.case(&mut Choices::new(&[number; 64]))
    }

    #[test]
    fn what_is_kept_reaches_something_alone_and_comes_back() {
        let mut kept = Kept::default();
        for (number, keys) in (0..).zip([&["a"][..], &["a"], &["a", "b"], &["c"]]) {
            kept.offer(&tried(keys), || case(number));
        }
        assert_eq!(kept.len(), 3);
        kept.minimise();
        assert_eq!(kept.len(), 2);
        assert_eq!(kept.keys(), tried(&["a", "b", "c"]).covered);
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("stale.json"), "").expect("a file");
        kept.write(folder.path()).expect("they are written");
        let mut again = Kept::read(folder.path()).expect("they are read");
        assert_eq!((again.len(), again.keys()), (2, kept.keys()));
        again.retry(|_| Some(tried(&["d"])));
        assert_eq!(again.keys(), tried(&["d"]).covered);
    }

    #[test]
    fn a_mismatch_is_not_kept() {
        let mut broken = tried(&["a"]);
        broken.compared.push(Compared {
            mismatch: Some(Mismatch {
                engine: "e".to_owned(),
                oracle: Oracle::Differential,
                directive: 0,
                step: "call",
                flaw: None,
                expected: String::new(),
                observed: String::new(),
                detail: String::new(),
                known: None,
            }),
            ..Compared::default()
        });
        let mut kept = Kept::default();
        kept.offer(&broken, || case(0));
        assert_eq!(kept.len(), 0);
    }
}
