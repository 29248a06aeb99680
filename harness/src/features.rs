//! Sets of WebAssembly features, by name.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use wasmparser::WasmFeatures;

/// The features that a file is run with.
///
/// A name is a flag of [`WasmFeatures`] in lower case with hyphens, such as
/// `cm-async` or `multi-memory`: the names that wasm-tools' own `-f` takes.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Features(BTreeSet<String>);

/// A name that is no feature.
#[derive(Debug, thiserror::Error)]
#[error("unknown feature `{0}`")]
pub struct UnknownFeature(String);

impl Features {
    /// The set of these names.
    pub fn new(names: impl IntoIterator<Item = impl Into<String>>) -> Result<Self, UnknownFeature> {
        let names: BTreeSet<String> = names.into_iter().map(Into::into).collect();
        match names.iter().find(|name| flag(name).is_none()) {
            Some(unknown) => Err(UnknownFeature(unknown.clone())),
            None => Ok(Features(names)),
        }
    }

    /// The names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// The flags of wasmparser.
    #[must_use]
    pub fn flags(&self) -> WasmFeatures {
        self.names().filter_map(flag).collect()
    }
}

impl From<WasmFeatures> for Features {
    fn from(flags: WasmFeatures) -> Self {
        let name = |(name, _): (&str, _)| name.to_lowercase().replace('_', "-");
        Features(flags.iter_names().map(name).collect())
    }
}

/// The flag of a feature name.
#[must_use]
pub fn flag(name: &str) -> Option<WasmFeatures> {
    WasmFeatures::from_name(&name.to_uppercase().replace('-', "_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_flags_agree() {
        let all = Features::from(WasmFeatures::all());
        assert_eq!(all.flags(), WasmFeatures::all());
        assert!(all.names().any(|name| name == "cm-more-async-builtins"));
        assert!(Features::new(["no-such-feature"]).is_err());
    }
}
