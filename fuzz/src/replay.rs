//! A finding's own case, once more and smaller.

use crate::allowances::Allowances;
use crate::campaign::{CampaignError, again};
use crate::engine::{EngineSetup, Terms};
use crate::finding::{Finding, WriteError};
use crate::reduce::reduce;
use crate::target::Subject;
use crate::trial::Bench;
use std::path::Path;

/// Reads the case that is in the file `seed` of a finding's folder.
pub fn read(path: &Path) -> Result<Subject, WriteError> {
    let text = std::fs::read_to_string(path).map_err(|error| WriteError::new(path, &error))?;
    serde_json::from_str(&text).map_err(|error| WriteError::new(path, &error))
}

/// The findings that a case has on some engines, each reduced and written into a folder
/// of its own within `folder`.
pub fn reduce_case(
    case: &Subject,
    reference: &EngineSetup,
    engines: &[EngineSetup],
    folder: &Path,
) -> Result<Vec<Finding>, CampaignError> {
    let terms = Terms::new()?;
    let allowances = Allowances::shipped()?;
    let mut bench = Bench::new(reference, engines, &terms, &allowances)?;
    let mut findings = Vec::new();
    for compared in bench.run(case).compared {
        let Some(mismatch) = compared.mismatch else {
            continue;
        };
        let smallest = reduce(case, |case| again(&mut bench, case, &mismatch).is_some());
        let mismatch = again(&mut bench, &smallest, &mismatch).unwrap_or(mismatch);
        let finding = Finding::new(&mut bench, &smallest, &mismatch, "conform reduce");
        finding.write(folder)?;
        findings.push(finding);
    }
    Ok(findings)
}
