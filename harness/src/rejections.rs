//! Texts of rejections that stand for one another.
//!
//! A suite writes the text that its own validator gives; another validator, or
//! another release of the same, words some of them differently. Each pair is
//! written down with its reason.

use crate::traps::glob;
use serde::Deserialize;

/// The list of equivalent texts.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Equivalents {
    #[serde(default, rename = "equivalent")]
    pairs: Vec<Equivalent>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Equivalent {
    /// What suites write, `*` standing for any run of characters.
    expected: String,
    /// What messages contain instead.
    observed: Vec<String>,
    /// Why the two say the same.
    reason: String,
}

/// A list that does not load.
#[derive(Debug, thiserror::Error)]
#[error("harness/data/rejections.toml: {0}")]
pub struct EquivalentsError(String);

impl Equivalents {
    /// The list that ships with the harness.
    pub fn shipped() -> Result<Equivalents, EquivalentsError> {
        Equivalents::parse(include_str!("../data/rejections.toml"))
    }

    fn parse(text: &str) -> Result<Equivalents, EquivalentsError> {
        let list: Equivalents =
            toml_edit::de::from_str(text).map_err(|error| EquivalentsError(error.to_string()))?;
        match list.pairs.iter().find(|pair| pair.reason.trim().is_empty()) {
            Some(pair) => Err(EquivalentsError(format!(
                "the equivalent of {:?} has no reason",
                pair.expected
            ))),
            None => Ok(list),
        }
    }

    /// Whether `message` says what `expected` asks for in other words.
    #[must_use]
    pub fn hold(&self, expected: &str, message: &str) -> bool {
        self.pairs.iter().any(|pair| {
            glob(&pair.expected, expected)
                && pair
                    .observed
                    .iter()
                    .any(|text| glob(&format!("*{text}*"), message))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_list_loads() {
        Equivalents::shipped().expect("the list loads");
    }

    #[test]
    fn an_equivalent_without_a_reason_does_not_load() {
        let text = "[[equivalent]]\nexpected = \"a\"\nobserved = [\"b\"]\nreason = \" \"\n";
        let error = Equivalents::parse(text).expect_err("no reason");
        assert!(error.to_string().contains("has no reason"), "{error}");
    }

    #[test]
    fn equivalents_need_both_sides() {
        let text = "[[equivalent]]\nexpected = \"a *\"\nobserved = [\"b*c\"]\nreason = \"r\"\n";
        let list = Equivalents::parse(text).expect("the list loads");
        assert!(list.hold("a 1", "x b 2 c y"));
        assert!(!list.hold("a", "x b 2 c y"));
        assert!(!list.hold("a 1", "c b"));
    }
}
