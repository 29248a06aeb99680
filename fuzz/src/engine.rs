//! The engines of a campaign, and what a script does on one.

use crate::faulty;
use component_harness::features::{Features, UnknownFeature};
use component_harness::rejections::{Equivalents, EquivalentsError};
use component_harness::script::Script;
use component_harness::session::{self, Judged, Settings};
use component_harness::traps::{EngineTable, SuiteTable, TableError};
use component_harness::worker::{Launch, Worker};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use wasmparser::WasmFeatures;

/// An engine by name, and how it is reached.
#[derive(Clone)]
pub struct EngineSetup {
    /// The name.
    pub name: String,
    /// How it is reached.
    pub launch: Launch,
}

impl EngineSetup {
    /// The reference under the schedule of a seed; this is to be the reference.
    #[must_use]
    pub(crate) fn under(&self, seed: u64) -> EngineSetup {
        let mut launch = self.launch.clone();
        match &mut launch {
            Launch::Process { command, .. } => {
                command.args.push(format!("--seed={seed}").into());
            }
            Launch::InProcess(engine) => {
                *engine = Arc::new(move || Ok(component_harness::engines::reference(Some(seed))));
            }
        }
        EngineSetup {
            name: self.name.clone(),
            launch,
        }
    }
}

/// What all scripts have in common.
pub struct Terms {
    traps: SuiteTable,
    equivalents: Equivalents,
    features: Features,
    never: AtomicBool,
}

/// Tables that ship with the harness and do not load.
#[derive(Debug, thiserror::Error)]
pub enum TermsError {
    /// A table of traps.
    #[error(transparent)]
    Traps(#[from] TableError),
    /// The list of rejections that mean the same.
    #[error(transparent)]
    Rejections(#[from] EquivalentsError),
    /// A feature.
    #[error(transparent)]
    Feature(#[from] UnknownFeature),
}

impl Terms {
    /// Those of every target.
    pub fn new() -> Result<Terms, TermsError> {
        let features = Features::from(
            WasmFeatures::WASM3
                | WasmFeatures::COMPONENT_MODEL
                | WasmFeatures::CM_FIXED_LENGTH_LISTS
                | WasmFeatures::CM_MAP
                | WasmFeatures::CM64
                | WasmFeatures::CM_ASYNC
                | WasmFeatures::CM_ASYNC_STACKFUL
                | WasmFeatures::CM_MORE_ASYNC_BUILTINS
                | WasmFeatures::CM_THREADING
                | WasmFeatures::CM_ERROR_CONTEXT,
        );
        Ok(Terms {
            traps: SuiteTable::common()?,
            equivalents: Equivalents::shipped()?,
            features,
            never: AtomicBool::new(false),
        })
    }
}

/// What one directive did.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The bytes of the directive within the script.
    pub span: Range<usize>,
    /// What of the spec it reached, where the engine can tell.
    pub reached: BTreeSet<String>,
    /// What was observed, and the verdict.
    pub result: Judged,
}

/// An engine that runs one script after the other.
pub struct Seat<'t> {
    /// The engine's name.
    pub name: String,
    worker: Worker,
    table: EngineTable,
    terms: &'t Terms,
}

impl<'t> Seat<'t> {
    /// A worker of its own, which starts with the first script.
    pub fn new(setup: &EngineSetup, terms: &'t Terms) -> Result<Seat<'t>, TermsError> {
        Ok(Seat {
            name: setup.name.clone(),
            worker: Worker::new(setup.launch.clone()),
            // A faulty engine is the reference, and its traps are the reference's.
            table: EngineTable::of(match setup.name.starts_with(faulty::PREFIX) {
                true => component_harness::engines::REFERENCE,
                false => &setup.name,
            })?,
            terms,
        })
    }

    /// What each directive does.
    pub fn run(&mut self, script: &Script) -> Vec<Seen> {
        let settings = Settings {
            file: "case.wast",
            features: &self.terms.features,
            validate_only: false,
            traps: &self.terms.traps,
            engine: &self.table,
            equivalents: &self.terms.equivalents,
            cancelled: &self.terms.never,
        };
        // Nothing cancels it.
        let observed = session::run(script, settings, &mut self.worker).unwrap_or_default();
        let seen = observed.into_iter().map(|observed| Seen {
            span: observed.directive.span.clone(),
            reached: observed.reached,
            result: observed.result,
        });
        seen.collect()
    }
}
