//! A reference runtime of the WebAssembly Component Model: so far, how values
//! lie in linear memory and in core values.
//!
//! A module is a section of [CanonicalABI.md], and its items have the names and
//! the order of the pinned `definitions.py`, so that both can be read side by
//! side. Types are expected to be valid: where the spec asserts, this panics.

pub mod alignment;
pub mod despecialization;
pub mod element_size;
pub mod flattening;
pub mod options;
pub mod type_predicates;
pub mod types;
