//! The named definitions and instances of a script, core and component.
//!
//! A bare definition enters both registries; the latest binding of a name holds.
//! What did not come into being is bound too, to the directive that is to blame.

use super::{Failed, harness_error};
use crate::engine::{DefinitionId, InstanceId, Sort};
use crate::features::Features;
use crate::signature::Signatures;
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::{Arc, OnceLock};

/// The directive whose failure keeps others from being carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Culprit(Arc<str>);

/// A definition that the engine has accepted.
pub(super) struct Definition {
    pub(super) id: DefinitionId,
    pub(super) sort: Sort,
    pub(super) imports: BTreeSet<String>,
    bytes: Vec<u8>,
    signatures: OnceLock<Option<Signatures>>,
}

/// A root instance.
pub(super) struct Instance {
    pub(super) id: InstanceId,
    pub(super) definition: Arc<Definition>,
}

/// What an instance's name stands for.
#[derive(Clone)]
pub(super) enum Slot {
    There(Arc<Instance>),
    Missing(Culprit),
}

/// The registries of one thread. The key `None` is the latest of all.
#[derive(Clone, Default)]
pub(super) struct Registry {
    definitions: HashMap<Option<String>, Result<Arc<Definition>, Culprit>>,
    instances: HashMap<Option<String>, Slot>,
    registered: HashMap<String, Slot>,
    /// Instances whose state is unknown since a worker died on them.
    dead: HashMap<InstanceId, Culprit>,
}

impl Registry {
    pub(super) fn bind_definition(
        &mut self,
        name: Option<&str>,
        definition: Option<&Arc<Definition>>,
        culprit: &Culprit,
    ) {
        let bound = definition.cloned().ok_or_else(|| culprit.clone());
        if let Some(name) = name {
            self.definitions
                .insert(Some(name.to_owned()), bound.clone());
        }
        self.definitions.insert(None, bound);
    }

    pub(super) fn definition(&self, name: Option<&str>) -> Result<Arc<Definition>, Failed> {
        match self.definitions.get(&name.map(str::to_owned)) {
            Some(Ok(definition)) => Ok(Arc::clone(definition)),
            Some(Err(culprit)) => Err(Failed::Blocked(culprit.clone())),
            None => Err(harness_error(match name {
                Some(name) => format!("there is no definition ${name}"),
                None => "there is no definition".to_owned(),
            })),
        }
    }

    /// Binds an instance and returns those that it takes the place of.
    pub(super) fn bind_instance(&mut self, name: Option<&str>, slot: Slot) -> Vec<Arc<Instance>> {
        let named =
            name.and_then(|name| self.instances.insert(Some(name.to_owned()), slot.clone()));
        let latest = self.instances.insert(None, slot);
        let replaced = [named, latest].into_iter().flatten();
        let instances = replaced.filter_map(|slot| match slot {
            Slot::There(instance) => Some(instance),
            Slot::Missing(_) => None,
        });
        instances.collect()
    }

    pub(super) fn instance(&self, name: Option<&str>) -> Option<&Slot> {
        self.instances.get(&name.map(str::to_owned))
    }

    /// Takes on the definitions of the thread that starts this one.
    pub(super) fn inherit_definitions(&mut self, parent: &Registry) {
        self.definitions.clone_from(&parent.definitions);
    }

    pub(super) fn register(&mut self, name: &str, slot: Slot) {
        self.registered.insert(name.to_owned(), slot);
    }

    /// What serves an import of this name: what was registered under it, and for
    /// components, as in the suites of Wasmtime, the instance of that name.
    pub(super) fn import(&self, sort: Sort, name: &str) -> Option<&Slot> {
        self.registered.get(name).or_else(|| match sort {
            Sort::Component => self.instances.get(&Some(name.to_owned())),
            Sort::Module => None,
        })
    }

    pub(super) fn kill(&mut self, instance: InstanceId, culprit: &Culprit) {
        self.dead.insert(instance, culprit.clone());
    }

    pub(super) fn killer(&self, instance: InstanceId) -> Option<&Culprit> {
        self.dead.get(&instance)
    }
}

impl Definition {
    pub(super) fn new(
        id: DefinitionId,
        sort: Sort,
        imports: BTreeSet<String>,
        bytes: Vec<u8>,
    ) -> Self {
        Definition {
            id,
            sort,
            imports,
            bytes,
            signatures: OnceLock::new(),
        }
    }

    /// What it exports, read when it is first asked for.
    pub(super) fn signatures(&self, features: &Features) -> Option<&Signatures> {
        let read = || Signatures::read(self.sort, &self.bytes, features);
        self.signatures.get_or_init(read).as_ref()
    }
}

impl Culprit {
    pub(super) fn new(file: &str, line: usize) -> Self {
        Culprit(format!("{file}:{line}").into())
    }

    /// No directive but the worker, which could not be started.
    pub(super) fn worker(file: &str, how: &str) -> Self {
        Culprit(format!("{file} (no worker: {how})").into())
    }
}

impl fmt::Display for Culprit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
