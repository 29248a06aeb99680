//! The differential fuzzer of the Component Model, as a plain library, and the fuzz
//! targets for the harness and the reference.
//!
//! A [`case`] is structured data made from choices; [`render`] makes a script of it;
//! the harness's own strict runner carries that out on the reference and on the engines
//! ([`trial`]); the [`oracle`] holds what they did against one another. A [`campaign`]
//! does so with many cases, and keeps what it finds, made small by [`reduce`], as a
//! [`finding`] that any runner of scripts can take.
//!
//! What libFuzzer links lies in `fuzz_targets/` and only calls these.

pub mod allowances;
pub mod campaign;
pub mod case;
pub mod concurrency;
pub mod core;
pub mod coverage;
pub mod dice;
pub mod engine;
pub mod faulty;
pub mod finding;
pub mod night;
pub mod oracle;
pub mod reduce;
pub mod render;
pub mod replay;
pub mod resources;
pub mod same;
pub mod target;
pub mod targets;
pub mod totals;
pub mod trial;
