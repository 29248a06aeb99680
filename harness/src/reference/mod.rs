//! The reference runtime as an [`Engine`].

mod component;
mod component_value;
mod core;
mod core_value;
mod failure;
mod host;
mod jobs;
mod spectest;
#[cfg(test)]
mod tests;

use self::component::Components;
use self::core::Core;
use self::failure::{misused, undefined};
use crate::engine::{DefinitionId, Engine, Identity, Import, InstanceId, Reply, Sort};
use crate::features::{self, Features};
use crate::value::Value;
use component_reference::core::Module;
use component_reference::{Component, Limits, VALIDATED};
use std::collections::HashMap;
use std::sync::Arc;
use wasmparser::WasmFeatures;

/// Flags of the validator that stand for no proposal, and so are always on:
/// without them there would be no floats and no `externref`.
const IMPLIED: WasmFeatures = WasmFeatures::FLOATS.union(WasmFeatures::GC_TYPES);

/// The reference runtime.
pub struct Reference {
    seed: Option<u64>,
    limits: Limits,
    features: WasmFeatures,
    core: Core,
    components: Components,
    definitions: HashMap<DefinitionId, Definition>,
    instances: HashMap<InstanceId, Instance>,
}

enum Definition {
    Module(Arc<Module>),
    Component(Arc<Component>),
}

/// An instance, and what its half of the engine calls it.
#[derive(Clone, Copy)]
enum Instance {
    Core(component_reference::core::InstanceAddr),
    Component(component::RootId),
}

impl Reference {
    /// The runtime without any feature; [`Engine::reset`] turns them on. What the spec
    /// leaves open is decided in one way, or as the seed has it.
    #[must_use]
    pub fn new(limits: Limits, seed: Option<u64>) -> Self {
        Reference {
            seed,
            features: WasmFeatures::empty(),
            core: Core::new(&limits),
            components: Components::new(seed),
            definitions: HashMap::new(),
            instances: HashMap::new(),
            limits,
        }
    }
}

impl Engine for Reference {
    fn identity(&self) -> Identity {
        Identity {
            name: "reference".to_owned(),
            version: component_reference::VERSION.to_owned(),
            configuration: "interpreter".to_owned(),
        }
    }

    fn reset(&mut self, features: &Features) -> Result<Vec<String>, String> {
        self.features = features.flags().intersection(VALIDATED).union(IMPLIED);
        self.core = Core::new(&self.limits);
        self.components = Components::new(self.seed);
        self.definitions.clear();
        self.instances.clear();
        let has = |name: &&str| features::flag(name).is_some_and(|flag| VALIDATED.contains(flag));
        let missing = features.names().filter(|name| !has(name));
        Ok(missing.map(str::to_owned).collect())
    }

    fn define(&mut self, id: DefinitionId, sort: Sort, bytes: &[u8]) -> Reply {
        let definition = match sort {
            Sort::Module => Module::new(self.features, bytes)
                .map(Definition::Module)
                .map_err(undefined),
            Sort::Component => Component::new(self.features, bytes)
                .map(Definition::Component)
                .map_err(undefined),
        };
        match definition {
            Ok(definition) => {
                self.definitions.insert(id, definition);
                Reply::Accepted
            }
            Err(reply) => reply,
        }
    }

    fn instantiate(
        &mut self,
        id: InstanceId,
        definition: DefinitionId,
        imports: &[Import],
    ) -> Reply {
        if let Some(unknown) = imports
            .iter()
            .find(|i| !self.instances.contains_key(&i.instance))
        {
            return misused(format!("no instance {} to import from", unknown.instance.0));
        }
        let instance = match self.definitions.get(&definition) {
            None => return misused(format!("no definition {}", definition.0)),
            Some(Definition::Module(module)) => self
                .core
                .instantiate(module, imports, &self.instances)
                .map(Instance::Core),
            Some(Definition::Component(component)) => self
                .components
                .instantiate(component, imports, &self.instances, &self.limits)
                .map(Instance::Component),
        };
        match instance {
            Ok(instance) => {
                self.instances.insert(id, instance);
                Reply::Accepted
            }
            Err(reply) => reply,
        }
    }

    fn invoke(&mut self, instance: InstanceId, name: &str, args: &[Value]) -> Reply {
        let reply = match self.instances.get(&instance) {
            Some(Instance::Core(instance)) => self.core.invoke(*instance, name, args),
            Some(Instance::Component(root)) => self.components.invoke(*root, name, args),
            None => Err(misused(format!("no instance {}", instance.0))),
        };
        reply.map_or_else(|reply| reply, Reply::Returned)
    }

    fn get(&mut self, instance: InstanceId, name: &str) -> Reply {
        let reply = match self.instances.get(&instance) {
            Some(Instance::Core(instance)) => self.core.get(*instance, name),
            Some(Instance::Component(_)) => Err(misused("a component exports no globals")),
            None => Err(misused(format!("no instance {}", instance.0))),
        };
        reply.map_or_else(|reply| reply, |value| Reply::Returned(vec![value]))
    }

    fn drop_instance(&mut self, instance: InstanceId) {
        if let Some(Instance::Component(root)) = self.instances.remove(&instance) {
            self.components.drop_root(root);
        }
    }

    fn reached(&mut self) -> Vec<String> {
        self.components.take_reached()
    }

    fn fork(&mut self, _shared: Option<InstanceId>) -> Result<Box<dyn Engine>, Reply> {
        Err(Reply::Unsupported {
            feature: "threads".to_owned(),
        })
    }
}
