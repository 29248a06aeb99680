//! Components: decoding, types and linking ([Explainer.md]).
//!
//! A component is decoded once into definitions that speak of indices, and these
//! are evaluated anew for each instance: types as well as code. A resource type
//! thus is always that of the instance which defines it, and needs no
//! substitution.

mod canon;
mod core_type;
mod decode;
mod decode_canon;
mod decode_type;
pub(crate) mod definition;
mod display;
mod evaluate;
mod instantiate;
mod item;
mod link;
mod matching;
mod offer;
mod scope;

pub use decode::DecodeError;
pub(crate) use decode::FEATURES;
pub use item::{ComponentDef, Exports, Extern, Module, TypeDef};
pub use offer::{Implementation, Wanted};

use crate::store::Stop;
use definition::{Body, Definition};
use std::sync::Arc;
use wasmparser::WasmFeatures;

/// A component, decoded and validated. It belongs to no store.
#[derive(Debug)]
pub struct Component(Arc<Body>);

impl Component {
    /// Decodes a component, and validates it under `features`: of core WebAssembly
    /// those count that [`core::FEATURES`](crate::core::FEATURES) has.
    ///
    /// # Errors
    ///
    /// If it is malformed or invalid, or needs what this runtime does not have.
    pub fn new(features: WasmFeatures, bytes: &[u8]) -> Result<Arc<Self>, DecodeError> {
        let body = decode::decode(features, bytes)?;
        Ok(Arc::new(Component(Arc::new(body))))
    }

    /// The names of what it imports.
    pub fn imports(&self) -> impl Iterator<Item = &str> {
        self.0.definitions.iter().filter_map(|d| match d {
            Definition::Import(name, _) => Some(&**name),
            _ => None,
        })
    }
}

/// Why a component could not be instantiated.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum InstantiateError {
    /// What it is given for an import is not what it asks for.
    #[error("{path}: {message}")]
    Unlinkable {
        /// The name of the import, and those within it that lead to the fault.
        path: String,
        /// What was expected, and what was given.
        message: String,
    },
    /// It is too large.
    #[error("{0}")]
    Limit(&'static str),
    /// Core code that ran at instantiation was stopped.
    #[error(transparent)]
    Stop(#[from] Stop),
}
