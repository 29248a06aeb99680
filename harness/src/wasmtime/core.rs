//! Core modules: all instances of a thread live in one store, since they import
//! from one another.

use super::core_value::{argument, has_continuation, result};
use super::executor::block_on;
use super::failure::{Untyped, failed, misused, unlinkable};
use super::limits::{self, Limits};
use super::spectest::spectest;
use ::wasmtime::{
    Engine, Extern, Instance, Linker, Module, RootScope, SharedMemory, Store, Val, WasmFeatures,
};
use component_harness::engine::{Import, InstanceId, Reply};
use component_harness::value::Value;
use std::collections::{BTreeMap, HashMap};

/// The core half of a thread.
pub(super) struct Core {
    store: Store<Limits>,
    flags: WasmFeatures,
    /// Made when a module first imports from it.
    spectest: Option<HashMap<&'static str, Extern>>,
}

impl Core {
    pub(super) fn new(engine: &Engine, flags: WasmFeatures) -> Self {
        Core {
            store: limits::store(engine),
            flags,
            spectest: None,
        }
    }

    pub(super) fn flags(&self) -> WasmFeatures {
        self.flags
    }

    /// Imports that no instance provides are looked for in `spectest`.
    pub(super) fn instantiate(
        &mut self,
        module: &Module,
        imports: &[Import],
        instances: &HashMap<InstanceId, super::Instance>,
    ) -> Result<Instance, Reply> {
        // A linker remembers the sizes that tables and memories had when they
        // were defined in it, so each instantiation needs a new one.
        let mut linker = Linker::new(module.engine());
        linker.allow_shadowing(true);
        for wanted in module.imports() {
            let item = match imports.iter().find(|import| import.name == wanted.module()) {
                Some(import) => instances
                    .get(&import.instance)
                    .and_then(|provider| self.export(provider, wanted.name())),
                None if wanted.module() == "spectest" => self.spectest(wanted.name())?,
                None => None,
            };
            if let Some(item) = item {
                linker
                    .define(&self.store, wanted.module(), wanted.name(), item)
                    .map_err(|error| unlinkable(&error))?;
            }
        }
        let linked = linker
            .instantiate_pre(module)
            .map_err(|error| unlinkable(&error))?;
        // No host function fails, so what is not a trap is a failed allocation.
        block_on(linked.instantiate_async(&mut self.store))
            .map_err(|error| failed(&mut self.store, &error, Untyped::Exhaustion))
    }

    pub(super) fn invoke(
        &mut self,
        instance: Instance,
        name: &str,
        args: &[Value],
    ) -> Result<Vec<Value>, Reply> {
        let Some(Extern::Func(func)) = instance.get_export(&mut self.store, name) else {
            return Err(misused(format!("no exported function {name:?}")));
        };
        let ty = func.ty(&self.store);
        if ty.params().len() != args.len() {
            return Err(misused(format!(
                "{name:?} takes {} arguments",
                ty.params().len()
            )));
        }
        if ty
            .params()
            .chain(ty.results())
            .any(|ty| has_continuation(&ty))
        {
            return Err(continuations());
        }
        let mut scope = RootScope::new(&mut self.store);
        let args = args
            .iter()
            .zip(ty.params())
            .map(|(value, ty)| argument(&mut scope, value, &ty))
            .collect::<Result<Vec<Val>, Reply>>()?;
        let mut results = vec![Val::I32(0); ty.results().len()];
        block_on(func.call_async(&mut scope, &args, &mut results))
            .map_err(|error| failed(&mut scope, &error, Untyped::Trap))?;
        results
            .iter()
            .map(|value| result(&mut scope, value))
            .collect()
    }

    pub(super) fn get(&mut self, instance: Instance, name: &str) -> Result<Value, Reply> {
        let Some(Extern::Global(global)) = instance.get_export(&mut self.store, name) else {
            return Err(misused(format!("no exported global {name:?}")));
        };
        if has_continuation(global.ty(&self.store).content()) {
            return Err(continuations());
        }
        let mut scope = RootScope::new(&mut self.store);
        let value = global.get(&mut scope);
        result(&mut scope, &value)
    }

    /// The exports that instances of another store can import.
    pub(super) fn shared_memories(&mut self, instance: Instance) -> BTreeMap<String, SharedMemory> {
        instance
            .exports(&mut self.store)
            .filter_map(|export| {
                let name = export.name().to_owned();
                Some((name, export.into_extern().into_shared_memory()?))
            })
            .collect()
    }

    fn export(&mut self, provider: &super::Instance, name: &str) -> Option<Extern> {
        match provider {
            super::Instance::Core(instance) => instance.get_export(&mut self.store, name),
            super::Instance::Shared(memories) => {
                memories.get(name).map(|memory| memory.clone().into())
            }
            super::Instance::Component(_) => None,
        }
    }

    fn spectest(&mut self, name: &str) -> Result<Option<Extern>, Reply> {
        if self.spectest.is_none() {
            let exports = spectest(&mut self.store, self.flags)
                .map_err(|error| failed(&mut self.store, &error, Untyped::Exhaustion))?;
            self.spectest = Some(exports);
        }
        Ok(self
            .spectest
            .as_ref()
            .and_then(|exports| exports.get(name).cloned()))
    }
}

/// Wasmtime panics where one would cross its API.
fn continuations() -> Reply {
    Reply::Unsupported {
        feature: "continuation references in the embedding API".into(),
    }
}
