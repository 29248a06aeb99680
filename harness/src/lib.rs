//! A strict `.wast` runner for the WebAssembly Component Model.
//!
//! Data flows one way: a [`script`] is parsed into directives, a [`session`]
//! asks an [`engine`] (through a [`worker`] process) to carry each of them out,
//! the [`judge`] turns the [`outcome`] into a verdict, the [`expectations`] turn
//! the verdict into a status, and whoever listens to the [`run`] is told in a
//! [`report`].

extern crate self as component_harness;

pub mod classify;
pub mod coverage;
pub mod engine;
pub mod engines;
pub mod expectations;
pub mod features;
pub mod host;
pub mod judge;
pub mod outcome;
pub mod protocol;
pub mod reference;
pub mod rejections;
pub mod report;
pub mod run;
pub mod schedules;
pub mod script;
pub mod session;
pub mod signature;
pub mod traps;
pub mod value;
#[cfg(feature = "wasmtime")]
pub mod wasmtime;
pub mod worker;
