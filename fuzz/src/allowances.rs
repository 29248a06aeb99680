//! What engines may do otherwise, and what they are known to do wrong: data, with a
//! reason each.

use crate::oracle::Mismatch;
use serde::Deserialize;

/// The tables of `data/allowances.toml`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allowances {
    /// What the spec leaves open.
    #[serde(default)]
    allowed: Vec<Entry>,
    /// Defects that are known.
    #[serde(default)]
    known: Vec<Entry>,
    /// Engines that are not held against the reference in some family of cases.
    #[serde(default)]
    apart: Vec<Apart>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Apart {
    /// The names of the engines.
    engines: Vec<String>,
    /// The family.
    family: String,
    /// Why.
    reason: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// What the names of the engines begin with.
    engine: String,
    /// What the names of engines begin with that are not meant.
    except: Option<String>,
    /// The class of the reference's outcome; any, if it is left out.
    expected: Option<String>,
    /// The class of the engine's outcome; any, if it is left out.
    observed: Option<String>,
    /// What the directive is for; any, if it is left out.
    step: Option<String>,
    /// What is wrong with the call, where that matters.
    flaw: Option<String>,
    /// What the case must have, of [`Rendered::marks`](crate::render::Rendered::marks).
    #[serde(default)]
    marks: Vec<String>,
    /// What both outcomes in full contain.
    #[serde(default)]
    contains: String,
    /// Whether the engine may take its process with it.
    #[serde(default)]
    crashes: bool,
    /// Why; with a link, where there is one.
    reason: String,
}

/// What is to be thought of a mismatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stance<'a> {
    /// The spec allows it, for this reason.
    Allowed(&'a str),
    /// It is a known defect.
    Known(&'a str),
    /// It is news.
    New,
}

/// The table does not load.
#[derive(Debug, thiserror::Error)]
#[error("fuzz/data/allowances.toml: {0}")]
pub struct AllowancesError(String);

impl Allowances {
    /// Those that ship with the fuzzer.
    pub fn shipped() -> Result<Allowances, AllowancesError> {
        let text = include_str!("../data/allowances.toml");
        let loaded: Allowances =
            toml_edit::de::from_str(text).map_err(|error| AllowancesError(error.to_string()))?;
        let mut entries = loaded.allowed.iter().chain(&loaded.known);
        if let Some(entry) = entries.find(|entry| entry.reason.trim().is_empty()) {
            return Err(AllowancesError(format!("{entry:?} has no reason")));
        }
        let mut apart = loaded.apart.iter();
        match apart.find(|apart| apart.reason.trim().is_empty()) {
            Some(apart) => Err(AllowancesError(format!("{apart:?} has no reason"))),
            None => Ok(loaded),
        }
    }

    /// Why an engine is not held against the reference in this family, if it is not.
    #[must_use]
    pub fn apart(&self, engine: &str, family: &str) -> Option<&str> {
        let found = self.apart.iter().find(|apart| {
            apart.family == family && apart.engines.iter().any(|name| name == engine)
        });
        found.map(|apart| apart.reason.as_str())
    }

    /// Whether a case with these marks is known to crash an engine, and so not to be run
    /// where the engine has no process of its own.
    #[must_use]
    pub fn crashes(&self, engine: &str, marks: &[&str]) -> bool {
        let mut known = self.known.iter().filter(|entry| entry.crashes);
        known.any(|entry| entry.is_about(engine, marks))
    }

    /// What is to be thought of a mismatch in a case with these marks.
    #[must_use]
    pub fn stance(&self, mismatch: &Mismatch, marks: &[&str]) -> Stance<'_> {
        if let Some(entry) = self
            .allowed
            .iter()
            .find(|entry| entry.covers(mismatch, marks))
        {
            return Stance::Allowed(&entry.reason);
        }
        match self
            .known
            .iter()
            .find(|entry| entry.covers(mismatch, marks))
        {
            Some(entry) => Stance::Known(&entry.reason),
            None => Stance::New,
        }
    }
}

impl Entry {
    fn covers(&self, mismatch: &Mismatch, marks: &[&str]) -> bool {
        let same = |wanted: &Option<String>, is: &str| wanted.as_deref().is_none_or(|w| w == is);
        self.is_about(&mismatch.engine, marks)
            && same(&self.expected, &mismatch.expected)
            && same(&self.observed, &mismatch.observed)
            && same(&self.step, mismatch.step)
            && (self.flaw.is_none() || self.flaw.as_deref() == mismatch.flaw)
            && mismatch.detail.contains(&self.contains)
    }

    fn is_about(&self, engine: &str, marks: &[&str]) -> bool {
        let excepted = self.except.as_ref();
        engine.starts_with(&self.engine)
            && !excepted.is_some_and(|except| engine.starts_with(except))
            && self.marks.iter().all(|mark| marks.contains(&mark.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::Allowances;

    #[test]
    fn the_table_loads() {
        Allowances::shipped().expect("it loads");
    }
}
