//! The stored form of conformance runs, and the reports made from it.
//!
//! This crate owns the schema and links no engine: what it knows of a run is in
//! the [`record`]s. `README.md` documents the stored form for other readers.

pub mod dashboard;
pub mod diff;
pub mod findings;
pub mod github;
pub mod json;
pub mod junit;
pub mod merge;
pub mod record;
pub mod run;
pub mod store;
pub mod tally;
pub mod visible;
pub mod wptreport;

#[cfg(test)]
mod sample;
