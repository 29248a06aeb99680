//! Fuzz targets for the conformance harness, as a plain library.
//!
//! What libFuzzer links lies in `fuzz_targets/` and only calls these.

pub mod faulty;
pub mod targets;
