//! Engines with a fault, to see whether anybody finds out.
//!
//! Each is the reference with one thing wrong; `faults.toml` lists them. A mechanism
//! that needs no other source wraps the engine ([`engine`]); where the source is to be
//! another one, a copy is patched and built as a worker of its own ([`worker`]).

mod build;
mod outcome;
mod rewrite;

use component_harness::engine::Engine;
use component_harness::engines;
use component_harness::worker::WorkerCommand;
use component_reference::trap::{TrapSite, faults};
use serde::Deserialize;
use std::path::Path;

/// What the name of an engine with a fault begins with.
pub const PREFIX: &str = "faulty:";

/// A fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its name.
    pub name: String,
    /// What is wrong.
    pub what: String,
    mechanism: Mechanism,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Mechanism {
    /// What the engine observes is told otherwise.
    Outcome,
    /// Components are changed before the engine sees them.
    Rewrite,
    /// Checks are switched off.
    Trap(Vec<TrapSite>),
    /// The source is changed.
    Patch(Vec<Edit>),
}

/// A change of the source.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    /// The file, from the root of the repository.
    file: String,
    /// What stands there, once.
    old: String,
    /// What is to stand there.
    new: String,
}

/// A fault that cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum FaultError {
    /// The list does not load.
    #[error("fuzz/faults.toml: {0}")]
    List(String),
    /// There is no such fault.
    #[error("there is no fault `{0}`; fuzz/faults.toml lists them")]
    Unknown(String),
    /// Its patch does not apply.
    #[error("the fault `{fault}` does not apply: {file} has {found} times what it replaces")]
    Patch {
        /// The fault.
        fault: String,
        /// The file.
        file: String,
        /// How often what is to be replaced stands there.
        found: usize,
    },
    /// Its worker cannot be built.
    #[error("the worker of the fault `{fault}` cannot be built: {why}")]
    Build {
        /// The fault.
        fault: String,
        /// Why.
        why: String,
    },
}

/// All faults, in the order of the list.
///
/// # Errors
///
/// [`FaultError::List`].
pub fn all() -> Result<Vec<Fault>, FaultError> {
    let list: List = toml_edit::de::from_str(include_str!("../../faults.toml"))
        .map_err(|error| FaultError::List(error.to_string()))?;
    list.faults.into_iter().map(Fault::read).collect()
}

/// The fault of this name.
///
/// # Errors
///
/// [`FaultError::Unknown`], [`FaultError::List`].
pub fn named(name: &str) -> Result<Fault, FaultError> {
    let found = all()?.into_iter().find(|fault| fault.name == name);
    found.ok_or_else(|| FaultError::Unknown(name.to_owned()))
}

/// The engine with a fault that needs no source of its own; `None` for one that does.
/// A check that is switched off is so in the whole process.
#[must_use]
pub fn engine(fault: &Fault) -> Option<Box<dyn Engine>> {
    let reference = engines::reference(None);
    match &fault.mechanism {
        Mechanism::Outcome => Some(Box::new(outcome::Told::new(&fault.name, reference))),
        Mechanism::Rewrite => Some(Box::new(rewrite::Rewritten::new(&fault.name, reference))),
        Mechanism::Trap(sites) => {
            sites.iter().for_each(|site| faults::switch(*site, true));
            Some(reference)
        }
        Mechanism::Patch(_) => None,
    }
}

/// How to start a worker for the engine with a fault: `program worker faulty:NAME`,
/// or the program that is built for it, if need be now.
///
/// # Errors
///
/// [`FaultError::Patch`], [`FaultError::Build`].
pub fn worker(fault: &Fault, program: &Path, memory_mib: u64) -> Result<WorkerCommand, FaultError> {
    let (program, engine) = match &fault.mechanism {
        Mechanism::Patch(edits) => (
            build::build(&fault.name, edits)?,
            engines::REFERENCE.to_owned(),
        ),
        _ => (program.to_owned(), format!("{PREFIX}{}", fault.name)),
    };
    Ok(WorkerCommand {
        program,
        args: vec![
            "worker".into(),
            engine.into(),
            memory_mib.to_string().into(),
        ],
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    #[serde(rename = "fault")]
    faults: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    what: String,
    by: By,
    #[serde(default)]
    sites: Vec<String>,
    #[serde(default, rename = "edit")]
    edits: Vec<Edit>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum By {
    Outcome,
    Rewrite,
    Trap,
    Patch,
}

impl Fault {
    fn read(entry: Entry) -> Result<Fault, FaultError> {
        let site = |id: &String| {
            let site = TrapSite::ALL.iter().find(|site| site.id() == id);
            site.copied()
                .ok_or_else(|| FaultError::List(format!("there is no trap site `{id}`")))
        };
        let mechanism = match entry.by {
            By::Outcome => Mechanism::Outcome,
            By::Rewrite => Mechanism::Rewrite,
            By::Trap => Mechanism::Trap(entry.sites.iter().map(site).collect::<Result<_, _>>()?),
            By::Patch => Mechanism::Patch(entry.edits),
        };
        Ok(Fault {
            name: entry.name,
            what: entry.what,
            mechanism,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_patch_applies() {
        for fault in all().expect("the list loads") {
            if let Mechanism::Patch(edits) = &fault.mechanism {
                assert!(!edits.is_empty(), "{}", fault.name);
                build::patched(&fault.name, edits).unwrap_or_else(|error| panic!("{error}"));
            }
        }
    }

    #[test]
    fn a_patch_that_does_not_apply_is_told_as_such() {
        let edit = |old: &str| Edit {
            file: "reference-impl/src/lib.rs".to_owned(),
            old: old.to_owned(),
            new: String::new(),
        };
        for (old, found) in [("what is not there", 0), ("pub mod ", 5)] {
            match build::patched("f", &[edit(old)]) {
                Err(FaultError::Patch { found: times, .. }) => assert_eq!(times, found, "{old:?}"),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn faults_have_names_of_their_own_and_do_something() {
        let faults = all().expect("the list loads");
        let names: BTreeSet<_> = faults.iter().map(|fault| &fault.name).collect();
        assert_eq!(names.len(), faults.len());
        for fault in &faults {
            let nothing = [Mechanism::Trap(Vec::new()), Mechanism::Patch(Vec::new())];
            assert!(!nothing.contains(&fault.mechanism), "{}", fault.name);
        }
        assert!(matches!(
            named("no such fault"),
            Err(FaultError::Unknown(_))
        ));
    }
}
