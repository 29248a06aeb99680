//! What all cases of a campaign came to, and its state on disk.

use crate::campaign::Plan;
use crate::finding::WriteError;
use crate::trial::Tried;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// What all cases came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// How many cases.
    pub cases: u64,
    /// In how many of them a value was lifted and one lowered before the end.
    pub fertile: u64,
    /// How many directives did the same on an engine as on the reference.
    pub agreed: u64,
    /// How many could not be compared, by the reason.
    pub inconclusive: BTreeMap<String, u64>,
    /// How many cases cover what.
    pub covered: BTreeMap<String, u64>,
    /// How many cases reach each trap site.
    pub sites: BTreeMap<String, u64>,
    /// How many cases have each kind of mismatch, or each known defect.
    pub mismatches: BTreeMap<String, u64>,
    /// The fingerprints of all findings.
    pub findings: BTreeSet<String>,
}

/// The state of a campaign.
#[derive(Serialize, Deserialize)]
struct State {
    target: String,
    seed: u64,
    engines: Vec<String>,
    totals: Totals,
}

impl Totals {
    /// What an earlier part of the campaign came to, if there was one.
    pub(crate) fn resume(plan: &Plan) -> Result<Totals, WriteError> {
        let path = path(plan);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Totals::default());
            }
            Err(error) => return Err(WriteError::new(&path, &error)),
        };
        let state: State =
            serde_json::from_str(&text).map_err(|error| WriteError::new(&path, &error))?;
        let same = state.target == plan.target.name()
            && state.seed == plan.seed
            && state.engines == engines(plan);
        Ok(match same {
            true => state.totals,
            false => Totals::default(),
        })
    }

    /// Writes the state.
    pub(crate) fn keep(&self, plan: &Plan) -> Result<(), WriteError> {
        let path = path(plan);
        let state = State {
            target: plan.target.name().to_owned(),
            seed: plan.seed,
            engines: engines(plan),
            totals: self.clone(),
        };
        let text =
            serde_json::to_string_pretty(&state).map_err(|error| WriteError::new(&path, &error))?;
        std::fs::create_dir_all(&plan.folder)
            .map_err(|error| WriteError::new(&plan.folder, &error))?;
        // A run that ends in between leaves the old state.
        let draft = path.with_extension("draft");
        std::fs::write(&draft, text).map_err(|error| WriteError::new(&draft, &error))?;
        std::fs::rename(&draft, &path).map_err(|error| WriteError::new(&path, &error))
    }

    /// Adds what came of one case.
    pub(crate) fn add(&mut self, tried: &Tried) {
        self.cases += 1;
        self.fertile += u64::from(tried.fertile);
        let count = |counts: &mut BTreeMap<String, u64>, names: &BTreeSet<String>| {
            for name in names {
                *counts.entry(name.clone()).or_default() += 1;
            }
        };
        count(&mut self.covered, &tried.covered);
        count(&mut self.sites, &tried.sites);
        // The first is the reference with itself.
        for compared in tried.compared.iter().skip(1) {
            self.agreed += compared.agreed;
            for (reason, times) in &compared.inconclusive {
                *self.inconclusive.entry(reason.clone()).or_default() += times;
            }
        }
    }

    /// Counts a comparison that could not be made after all.
    pub(crate) fn skip(&mut self, reason: &str) {
        *self.inconclusive.entry(reason.to_owned()).or_default() += 1;
    }
}

fn path(plan: &Plan) -> PathBuf {
    plan.folder.join("state.json")
}

fn engines(plan: &Plan) -> Vec<String> {
    plan.engines.iter().map(|e| e.name.clone()).collect()
}
