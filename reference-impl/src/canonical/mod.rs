//! The Canonical ABI, section by section, under the names of `definitions.py`.
//!
//! Types are expected to be valid: what validation excludes is a bug of the
//! caller here, and never a trap.

pub mod alignment;
pub mod despecialization;
pub mod element_size;
pub mod flattening;
pub mod options;
pub mod type_predicates;

pub(crate) mod buffer;
pub(crate) mod builtins;
pub(crate) mod canon;
pub(crate) mod context;
pub(crate) mod ends;
pub(crate) mod flat_lifting;
pub(crate) mod flat_lowering;
pub(crate) mod instance;
pub(crate) mod lift;
pub(crate) mod loading;
pub(crate) mod lower;
pub(crate) mod resource;
pub(crate) mod scheduler;
pub(crate) mod storing;
pub(crate) mod storing_strings;
pub(crate) mod subtask;
pub(crate) mod table;
pub(crate) mod task;
pub(crate) mod thread;
pub(crate) mod values;
pub(crate) mod waitable;
