//! The record of a night, for people and for the next night.

use super::entries;
use crate::finding::WriteError;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// A night that does less than this share of the cases per second of the one before is
/// told of.
const SLOWER: f64 = 0.7;

/// What a night did, as it lies in `nights/DATE.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Night {
    /// The day on which it began, `2026-01-31`.
    pub date: String,
    /// What was done, each target once.
    pub targets: Vec<Effort>,
    /// Whether the suites did what is expected of them; `None` where they did not run.
    #[serde(default)]
    pub suites: Option<bool>,
}

/// What a night did on one target.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effort {
    /// The target.
    pub target: String,
    /// How many cases were tried.
    pub cases: u64,
    /// How many seconds that took.
    pub seconds: u64,
    /// How much the cases that are kept cover.
    pub covered: u64,
    /// The fingerprints of the findings that no night before had.
    pub findings: Vec<String>,
    /// Those of them that are no known defect.
    #[serde(default)]
    pub news: Vec<String>,
    /// How many cases are kept for the next night.
    #[serde(default)]
    pub kept: u64,
    /// How much is covered that was not before.
    #[serde(default)]
    pub gained: u64,
    /// What was covered before and is no longer.
    #[serde(default)]
    pub lost: Vec<String>,
    /// How many cases have each kind of mismatch, known ones included.
    #[serde(default)]
    pub mismatches: BTreeMap<String, u64>,
}

impl Night {
    /// All nights in a folder of findings, by date.
    ///
    /// # Errors
    ///
    /// A record cannot be read.
    pub fn all(folder: &Path) -> Result<Vec<Night>, WriteError> {
        let mut nights: Vec<Night> = Vec::new();
        for path in entries(&folder.join("nights"))? {
            if path.extension().is_some_and(|end| end == "json") {
                let text = std::fs::read_to_string(&path)
                    .map_err(|error| WriteError::new(&path, &error))?;
                let night =
                    serde_json::from_str(&text).map_err(|error| WriteError::new(&path, &error))?;
                nights.push(night);
            }
        }
        nights.sort_by(|a, b| a.date.cmp(&b.date));
        Ok(nights)
    }

    /// What it did on a target.
    #[must_use]
    pub fn effort(&self, target: &str) -> Option<&Effort> {
        self.targets.iter().find(|effort| effort.target == target)
    }

    /// Whether somebody should look.
    #[must_use]
    pub fn has_news(&self) -> bool {
        self.suites == Some(false) || self.targets.iter().any(|effort| !effort.news.is_empty())
    }

    /// Writes the record and the report, which says what is other than in `before`; the
    /// path of the report.
    ///
    /// # Errors
    ///
    /// A file cannot be written.
    pub fn write(&self, folder: &Path, before: Option<&Night>) -> Result<PathBuf, WriteError> {
        let nights = folder.join("nights");
        std::fs::create_dir_all(&nights).map_err(|error| WriteError::new(&nights, &error))?;
        let record = nights.join(format!("{}.json", self.date));
        let text =
            serde_json::to_string_pretty(self).map_err(|error| WriteError::new(&record, &error))?;
        let report = nights.join(format!("{}.md", self.date));
        for (path, text) in [(&record, text + "\n"), (&report, self.report(before))] {
            // A night that ends in between leaves the old file.
            let draft = path.with_extension("draft");
            std::fs::write(&draft, text).map_err(|error| WriteError::new(&draft, &error))?;
            std::fs::rename(&draft, path).map_err(|error| WriteError::new(path, &error))?;
        }
        Ok(report)
    }

    /// As Markdown.
    #[must_use]
    pub fn report(&self, before: Option<&Night>) -> String {
        let mut text = format!("# The night of {}\n\n", self.date);
        let _ = match self.suites {
            None => writeln!(text, "The suites did not run.\n"),
            Some(true) => writeln!(text, "The suites are as expected.\n"),
            Some(false) => writeln!(text, "**The suites are not as expected.**\n"),
        };
        text += "| target | cases | per second | the night before | covered | gained | lost | new findings | known findings |\n\
                 |---|---|---|---|---|---|---|---|---|\n";
        let last = |effort: &Effort| before.and_then(|night| night.effort(&effort.target));
        for effort in &self.targets {
            let rate = last(effort).map_or("–".to_owned(), |last| format!("{:.1}", last.rate()));
            let _ = writeln!(
                text,
                "| {} | {} | {:.1} | {rate} | {} | {} | {} | {} | {} |",
                effort.target,
                effort.cases,
                effort.rate(),
                effort.covered,
                effort.gained,
                effort.lost.len(),
                effort.news.len(),
                effort.findings.len() - effort.news.len(),
            );
        }
        for effort in &self.targets {
            for fingerprint in &effort.news {
                let _ = write!(
                    text,
                    "\n- new finding: `{0}/{fingerprint}/case.wast`, again with \
                     `cargo run --release -- reduce STATE/{0}/{fingerprint}`",
                    effort.target
                );
            }
            for lost in &effort.lost {
                let _ = write!(text, "\n- no longer covered by `{}`: {lost}", effort.target);
            }
            if let Some(last) = last(effort)
                && effort.rate() < SLOWER * last.rate()
            {
                let _ = write!(
                    text,
                    "\n- `{}` is slower than the night before",
                    effort.target
                );
            }
        }
        text.trim_end().to_owned() + "\n"
    }
}

impl Effort {
    /// Cases per second.
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.cases as f64 / self.seconds.max(1) as f64
    }

    /// Together with what was done before on the same day.
    pub(super) fn after(mut self, before: Option<&Effort>) -> Effort {
        if let Some(before) = before {
            self.cases += before.cases;
            self.seconds += before.seconds;
            self.gained += before.gained;
            let union = |own: &mut Vec<String>, more: &[String]| {
                let all: BTreeSet<String> = own.drain(..).chain(more.iter().cloned()).collect();
                own.extend(all);
            };
            union(&mut self.findings, &before.findings);
            union(&mut self.news, &before.news);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn night(date: &str, cases: u64, news: &[&str]) -> Night {
        let news: Vec<String> = news.iter().map(|name| (*name).to_owned()).collect();
        Night {
            date: date.to_owned(),
            targets: vec![Effort {
                target: "core".to_owned(),
                cases,
                seconds: 10,
                findings: news.clone(),
                news,
                lost: vec!["I32Add".to_owned()],
                ..Effort::default()
            }],
            suites: Some(true),
        }
    }

    #[test]
    fn a_report_says_what_is_other_than_the_night_before() {
        let folder = tempfile::tempdir().expect("a folder");
        let (first, second) = (
            night("2026-01-01", 100, &[]),
            night("2026-01-02", 20, &["ab"]),
        );
        assert!(!first.has_news() && second.has_news());
        first.write(folder.path(), None).expect("it is written");
        let report = second
            .write(folder.path(), Some(&first))
            .expect("it is written");
        let report = std::fs::read_to_string(report).expect("it is read");
        for expected in [
            "| core | 20 | 2.0 | 10.0 |",
            "new finding: `core/ab/case.wast`",
            "no longer covered by `core`: I32Add",
            "`core` is slower than the night before",
        ] {
            assert!(report.contains(expected), "{expected} in {report}");
        }
        let all = Night::all(folder.path()).expect("they are read");
        assert_eq!(all, [first, second]);
    }

    #[test]
    fn a_second_run_on_a_day_adds_to_the_first() {
        let first = night("2026-01-01", 100, &["a"]).targets.remove(0);
        let both = night("2026-01-01", 50, &["b"])
            .targets
            .remove(0)
            .after(Some(&first));
        assert_eq!((both.cases, both.seconds), (150, 20));
        assert_eq!(both.news, ["a", "b"]);
    }
}
