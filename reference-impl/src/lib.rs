//! A reference runtime of the WebAssembly Component Model, independent of every
//! engine and written to be read beside the spec.
//!
//! [`core`] is an interpreter of core WebAssembly, `component` decodes and links
//! components as [Explainer.md] has it, and `canonical` is [CanonicalABI.md],
//! section by section, under the names of the pinned `definitions.py`.

pub mod canonical;
pub mod core;
pub mod trap;
pub mod types;
pub mod value;

mod chooser;
mod component;
mod embedding;
mod store;

pub use chooser::{Choice, Chooser};
pub use component::{
    Component, ComponentDef, DecodeError, Exports, Extern, Implementation, InstantiateError,
    Module, TypeDef, Wanted,
};
pub use embedding::{Func, HostError, HostFunc};
pub use store::{Exhaustion, Limits, Stop, Store};

/// The version of the runtime.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The features that it has.
pub const FEATURES: wasmparser::WasmFeatures = component::FEATURES.union(core::FEATURES);

/// The features that definitions are validated with: what uses one that is not in
/// [`FEATURES`] is unsupported.
pub const VALIDATED: wasmparser::WasmFeatures = component::FEATURES.union(core::VALIDATED);
