//! Core modules: all instances of a script live in one store, since they import
//! from one another.

use super::Instance;
use super::core_value::{argument, result};
use super::failure::{core_uninstantiated, misused, trapped};
use super::spectest::{SHARED_MEMORY, SPECTEST, spectest};
use crate::engine::{Import, InstanceId, Reply};
use crate::value::Value;
use component_reference::Limits;
use component_reference::core::{Extern, FuncAddr, InstanceAddr, Module, Store, Suspension};
use component_reference::trap::Trap;
use std::collections::HashMap;
use std::sync::Arc;

/// The core half of the engine.
pub(super) struct Core {
    store: Store,
    /// Made when a module first imports from it.
    spectest: Option<HashMap<&'static str, Extern>>,
}

impl Core {
    pub(super) fn new(limits: &Limits) -> Self {
        Core {
            store: Store::new(limits.core.clone()),
            spectest: None,
        }
    }

    /// Imports that no instance provides are looked for in `spectest`.
    pub(super) fn instantiate(
        &mut self,
        module: &Arc<Module>,
        imports: &[Import],
        instances: &HashMap<InstanceId, Instance>,
    ) -> Result<InstanceAddr, Reply> {
        let mut provided = Vec::new();
        for wanted in module.imports() {
            let item = match imports.iter().find(|import| *import.name == *wanted.module) {
                Some(import) => match instances.get(&import.instance) {
                    Some(Instance::Core(provider)) => self.store.export(*provider, &wanted.name),
                    Some(Instance::Component(_)) | None => None,
                },
                None if *wanted.module == *SPECTEST && *wanted.name == *SHARED_MEMORY => {
                    return Err(Reply::Unsupported {
                        feature: "threads".to_owned(),
                    });
                }
                None if *wanted.module == *SPECTEST => self.spectest(&wanted.name)?,
                None => None,
            };
            match item {
                Some(item) => provided.push(item),
                None => {
                    return Err(Reply::Rejected {
                        message: format!("unknown import `{}` `{}`", wanted.module, wanted.name),
                    });
                }
            }
        }
        let made = self
            .store
            .instantiate(module, &provided)
            .map_err(core_uninstantiated)?;
        if let Some(start) = made.start {
            self.call(start, &[])?;
        }
        Ok(made.instance)
    }

    pub(super) fn invoke(
        &mut self,
        instance: InstanceAddr,
        name: &str,
        args: &[Value],
    ) -> Result<Vec<Value>, Reply> {
        let Some(Extern::Func(func)) = self.store.export(instance, name) else {
            return Err(misused(format!("no exported function {name:?}")));
        };
        let (params, results) = self.store.func_type(func);
        let results = results.to_vec();
        if params.len() != args.len() {
            return Err(misused(format!(
                "{name:?} takes {} arguments",
                params.len()
            )));
        }
        let args = args
            .iter()
            .zip(params)
            .map(|(value, ty)| {
                let slot = argument(&self.store, value, *ty);
                slot.ok_or_else(|| misused(format!("{value} is no {ty}")))
            })
            .collect::<Result<Vec<u64>, Reply>>()?;
        let slots = self.call(func, &args)?;
        let values = slots.into_iter().zip(results);
        Ok(values
            .map(|(slot, ty)| result(self.store.value(ty, slot)))
            .collect())
    }

    pub(super) fn get(&mut self, instance: InstanceAddr, name: &str) -> Result<Value, Reply> {
        match self.store.export(instance, name) {
            Some(Extern::Global(global)) => Ok(result(self.store.global(global))),
            _ => Err(misused(format!("no exported global {name:?}"))),
        }
    }

    /// Runs a function to its end. No function of `spectest` has a result.
    fn call(&mut self, func: FuncAddr, args: &[u64]) -> Result<Vec<u64>, Reply> {
        let mut fiber = self.store.call(func, args);
        loop {
            return match self.store.resume(&mut fiber) {
                Suspension::Returned => Ok(fiber.results().to_vec()),
                Suspension::HostCall { .. } => {
                    fiber.supply(&[]);
                    continue;
                }
                Suspension::OutOfFuel => {
                    self.store.fuel = u64::MAX;
                    continue;
                }
                Suspension::Trapped(trap) => Err(trapped(&Trap::Core(trap))),
                Suspension::Threw(_) => Err(Reply::Threw),
                Suspension::Exhausted(exhausted) => Err(Reply::Exhausted {
                    message: exhausted.to_string(),
                }),
            };
        }
    }

    fn spectest(&mut self, name: &str) -> Result<Option<Extern>, Reply> {
        let exports = match self.spectest.take() {
            Some(exports) => exports,
            None => spectest(&mut self.store).map_err(|exhausted| Reply::Exhausted {
                message: exhausted.to_string(),
            })?,
        };
        Ok(self.spectest.insert(exports).get(name).copied())
    }
}
