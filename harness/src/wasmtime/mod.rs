//! Wasmtime as an [`Engine`].
//!
//! One source for two releases: it is compiled here against the release of the
//! workspace and, through a path attribute, in `harness/wasmtime-50` against a
//! newer one. So it names the harness as a foreign crate would, and uses no
//! API that only one of the releases has.

mod component;
mod component_value;
mod concurrent;
mod configuration;
mod core;
mod core_value;
mod executor;
mod failure;
mod host;
mod limits;
mod spectest;
#[cfg(test)]
mod tests;

use self::component::Root;
use self::configuration::Configured;
use self::core::Core;
use self::failure::{misused, text};
use self::host::Host;
use ::wasmtime::component::Component;
use ::wasmtime::{Error, Module, ModuleVersionStrategy, SharedMemory, WasmFeatures, WasmtimeBug};
use component_harness::engine::{DefinitionId, Engine, Identity, Import, InstanceId, Reply, Sort};
use component_harness::features::Features;
use component_harness::value::Value;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

/// The releases that this source is built against.
///
/// Wasmtime tells no more than its major version; a test compares the rest with
/// `Cargo.lock`.
const RELEASES: [&str; 2] = ["48.0.8", "50.0.1"];

/// What runs the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// Machine code of the optimizing compiler.
    Cranelift,
    /// Machine code of the baseline compiler.
    Winch,
    /// Cranelift's byte code in the interpreter.
    Pulley,
}

impl Backend {
    /// The backend that the command line knows by this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Backend> {
        match name {
            "cranelift" => Some(Backend::Cranelift),
            "winch" => Some(Backend::Winch),
            "pulley" => Some(Backend::Pulley),
            _ => None,
        }
    }
}

/// Wasmtime, or one thread of it.
pub struct Wasmtime {
    backend: Backend,
    /// By the features asked for: a suite asks for the same few again and again.
    engines: HashMap<Features, Configured>,
    engine: ::wasmtime::Engine,
    core: Core,
    host: Host,
    definitions: HashMap<DefinitionId, Definition>,
    instances: HashMap<InstanceId, Instance>,
}

enum Definition {
    Module(Module),
    Component(Component),
}

enum Instance {
    /// An instance in the store that all core instances of a thread share.
    Core(::wasmtime::Instance),
    /// What a thread sees of another one's core instance.
    Shared(BTreeMap<String, SharedMemory>),
    /// A root component instance, with a store of its own.
    Component(Box<Root>),
}

impl Wasmtime {
    /// Wasmtime without any feature; [`Engine::reset`] turns them on.
    ///
    /// # Errors
    ///
    /// Wasmtime's text when it does not run on this machine.
    pub fn new(backend: Backend) -> Result<Self, String> {
        let Configured { engine, flags, .. } =
            Configured::new(backend, &Features::default()).map_err(|error| text(&error))?;
        Ok(Wasmtime::with_engine(backend, engine, flags))
    }

    fn with_engine(backend: Backend, engine: ::wasmtime::Engine, flags: WasmFeatures) -> Self {
        Wasmtime {
            backend,
            engines: HashMap::new(),
            core: Core::new(&engine, flags),
            engine,
            host: Host::default(),
            definitions: HashMap::new(),
            instances: HashMap::new(),
        }
    }
}

impl Engine for Wasmtime {
    fn identity(&self) -> Identity {
        let (suffix, configuration) = match self.backend {
            Backend::Cranelift => ("", "Cranelift"),
            Backend::Winch => ("-winch", "Winch"),
            Backend::Pulley => ("-pulley", "Cranelift for Pulley"),
        };
        let release = release();
        let prefix = match release.split_once('.') {
            Some(("48", _)) => "wasmtime".to_owned(),
            Some((major, _)) => format!("wasmtime-{major}"),
            None => format!("wasmtime-{release}"),
        };
        Identity {
            name: format!("{prefix}{suffix}"),
            version: release,
            configuration: format!("{configuration}, {}", std::env::consts::ARCH),
        }
    }

    fn reset(&mut self, features: &Features) -> Result<Vec<String>, String> {
        let configured = match self.engines.entry(features.clone()) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(unknown) => {
                let configured = Configured::new(self.backend, features);
                unknown
                    .insert(configured.map_err(|error| text(&error))?)
                    .clone()
            }
        };
        self.instances.clear();
        self.definitions.clear();
        self.host = Host::default();
        self.core = Core::new(&configured.engine, configured.flags);
        self.engine = configured.engine;
        Ok(configured.missing)
    }

    fn define(&mut self, id: DefinitionId, sort: Sort, bytes: &[u8]) -> Reply {
        let definition = match sort {
            Sort::Module => Module::from_binary(&self.engine, bytes).map(Definition::Module),
            Sort::Component => {
                Component::from_binary(&self.engine, bytes).map(Definition::Component)
            }
        };
        match definition {
            Ok(definition) => {
                self.definitions.insert(id, definition);
                Reply::Accepted
            }
            Err(error) => undefined(&error),
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
            Some(Definition::Component(component)) => {
                Root::instantiate(component, imports, &mut self.instances, &self.host)
                    .map(|root| Instance::Component(Box::new(root)))
            }
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
        let reply = match self.instances.get_mut(&instance) {
            Some(Instance::Core(instance)) => self.core.invoke(*instance, name, args),
            Some(Instance::Component(root)) => root.invoke(name, args),
            Some(Instance::Shared(_)) => Err(misused("the instance belongs to another thread")),
            None => Err(misused(format!("no instance {}", instance.0))),
        };
        reply.map_or_else(|reply| reply, Reply::Returned)
    }

    fn get(&mut self, instance: InstanceId, name: &str) -> Reply {
        let reply = match self.instances.get(&instance) {
            Some(Instance::Core(instance)) => self.core.get(*instance, name),
            Some(Instance::Component(_)) => Err(misused("a component exports no globals")),
            Some(Instance::Shared(_)) => Err(misused("the instance belongs to another thread")),
            None => Err(misused(format!("no instance {}", instance.0))),
        };
        reply.map_or_else(|reply| reply, |value| Reply::Returned(vec![value]))
    }

    fn drop_instance(&mut self, instance: InstanceId) {
        self.instances.remove(&instance);
    }

    fn fork(&mut self, shared: Option<InstanceId>) -> Result<Box<dyn Engine>, Reply> {
        let mut child = Wasmtime::with_engine(self.backend, self.engine.clone(), self.core.flags());
        if let Some(id) = shared {
            let memories = match self.instances.get(&id) {
                Some(Instance::Core(instance)) => self.core.shared_memories(*instance),
                Some(Instance::Shared(memories)) => memories.clone(),
                Some(Instance::Component(_)) => BTreeMap::new(),
                None => return Err(misused(format!("no instance {} to share", id.0))),
            };
            child.instances.insert(id, Instance::Shared(memories));
        }
        Ok(Box::new(child))
    }
}

/// What a failed definition means.
fn undefined(error: &Error) -> Reply {
    let message = text(error);
    match error.is::<WasmtimeBug>() {
        true => Reply::InternalBug { message },
        false => Reply::Rejected { message },
    }
}

/// The release that this is linked with.
fn release() -> String {
    let strategy = ModuleVersionStrategy::WasmtimeVersion;
    let major = strategy.as_str();
    let release = RELEASES
        .iter()
        .find(|release| release.split('.').next() == Some(major));
    (*release.unwrap_or(&major)).to_owned()
}
