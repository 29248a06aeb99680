//! A case in a file, and a finding's own case, once more and smaller.

use crate::allowances::Allowances;
use crate::campaign::{CampaignError, again, patiently};
use crate::engine::{EngineSetup, Terms};
use crate::finding::{Finding, WriteError};
use crate::reduce::reduce;
use crate::target::Subject;
use crate::trial::Bench;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::path::Path;

/// A case with the digest of its text: the parts of a case must fit each other, and only
/// what a campaign has written is taken to do so.
#[derive(Serialize, Deserialize)]
struct Sealed {
    digest: String,
    case: Subject,
}

/// The text of the file `seed` of a finding's folder.
pub(crate) fn sealed(case: &Subject) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(&Sealed {
        digest: digest(case)?,
        case: case.clone(),
    })
}

/// Reads the case that is in the file `seed` of a finding's folder.
///
/// # Errors
///
/// There is no such file, or it is not as it was written.
pub fn read(path: &Path) -> Result<Subject, WriteError> {
    let text = std::fs::read_to_string(path).map_err(|error| WriteError::new(path, &error))?;
    let sealed: Sealed =
        serde_json::from_str(&text).map_err(|error| WriteError::new(path, &error))?;
    let digest = digest(&sealed.case).map_err(|error| WriteError::new(path, &error))?;
    match digest == sealed.digest {
        true => Ok(sealed.case),
        false => Err(WriteError::new(
            path,
            &"the case was changed after it was written: its digest does not fit",
        )),
    }
}

fn digest(case: &Subject) -> Result<String, serde_json::Error> {
    let digest = Sha256::digest(serde_json::to_string(case)?);
    Ok(digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
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
    for compared in bench.run_patiently(case).compared {
        let Some(mismatch) = compared.mismatch else {
            continue;
        };
        let smallest = reduce(case, |case| again(&mut bench, case, &mismatch).is_some());
        let (case, mismatch) = match patiently(&mut bench, &smallest, &mismatch) {
            Some(again) => (smallest, again),
            None => (case.clone(), mismatch),
        };
        let finding = Finding::new(&mut bench, &case, &mismatch, "conform reduce");
        finding.write(folder)?;
        findings.push(finding);
    }
    Ok(findings)
}
