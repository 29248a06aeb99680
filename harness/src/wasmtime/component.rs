//! Components: every root instance has a store of its own, which Wasmtime locks
//! when the instance traps.

use super::Instance;
use super::component_value::{argument, result};
use super::executor::block_on;
use super::failure::{Untyped, failed, misused, trapped, unlinkable};
use super::host::{self, Host};
use super::limits::{self, Limits};
use ::wasmtime::component::types::{self, ComponentItem};
use ::wasmtime::component::{Component, ComponentExportIndex, Linker, LinkerInstance, Val};
use ::wasmtime::{Engine, Error, Store, Trap};
use component_harness::engine::{Import, InstanceId, Reply};
use component_harness::value::Value;
use std::collections::HashMap;
use std::mem::discriminant;

/// A root instance.
pub(super) struct Root {
    store: Store<Limits>,
    instance: ::wasmtime::component::Instance,
    /// Whether a call was given up in the middle.
    deadlocked: bool,
}

impl Root {
    /// Imports that no instance provides are looked for in `host`.
    pub(super) fn instantiate(
        component: &Component,
        imports: &[Import],
        instances: &mut HashMap<InstanceId, Instance>,
        host: &Host,
    ) -> Result<Root, Reply> {
        let engine = component.engine();
        let mut linker = Linker::new(engine);
        let mut gaps = Gaps::default();
        for (name, wanted) in component.component_type().imports(engine) {
            let Some(import) = imports.iter().find(|import| import.name == name) else {
                host.provide(&mut linker, name, &wanted.ty)?;
                continue;
            };
            if let Some(Instance::Component(root)) = instances.get_mut(&import.instance) {
                let mut linker = linker.instance(name).map_err(|error| unlinkable(&error))?;
                if let ComponentItem::ComponentInstance(wanted) = wanted.ty {
                    root.provide(engine, None, &wanted, &mut linker, &mut gaps)
                        .map_err(|error| unlinkable(&error))?;
                }
            }
        }
        if let Gaps {
            mismatch: false,
            unsupported: Some(feature),
        } = gaps
        {
            return Err(Reply::Unsupported {
                feature: feature.into(),
            });
        }
        let linked = linker
            .instantiate_pre(component)
            .map_err(|error| unlinkable(&error))?;
        host::check(&linker, component, imports)?;
        let mut store = limits::store(engine);
        match block_on(linked.instantiate_async(&mut store)) {
            Ok(instance) => Ok(Root {
                store,
                instance,
                deadlocked: false,
            }),
            Err(error) => {
                let untyped = match store.data().refused {
                    true => Untyped::Exhaustion,
                    false => Untyped::Trap,
                };
                Err(failed(&mut store, &error, untyped))
            }
        }
    }

    /// Returns when the task of the call resolves.
    pub(super) fn invoke(&mut self, name: &str, args: &[Value]) -> Result<Vec<Value>, Reply> {
        let Some(func) = self.instance.get_func(&mut self.store, name) else {
            return Err(misused(format!("no exported function {name:?}")));
        };
        let ty = func.ty(&self.store);
        if ty.params().len() != args.len() {
            return Err(misused(format!(
                "{name:?} takes {} arguments",
                ty.params().len()
            )));
        }
        let args = args
            .iter()
            .zip(ty.params())
            .map(|(value, (name, ty))| {
                argument(value, &ty)
                    .ok_or_else(|| misused(format!("{value} is no value for parameter {name:?}")))
            })
            .collect::<Result<Vec<Val>, Reply>>()?;
        if self.deadlocked {
            return Err(trapped(Trap::CannotEnterComponent));
        }
        let mut results = vec![Val::Bool(false); ty.results().len()];
        block_on(func.call_async(&mut self.store, &args, &mut results)).map_err(|error| {
            self.deadlocked = error.downcast_ref() == Some(&Trap::AsyncDeadlock);
            failed(&mut self.store, &error, Untyped::Trap)
        })?;
        Ok(results.into_iter().map(result).collect())
    }

    /// Defines in `linker` those exports of this instance, or of its nested
    /// instance `parent`, that `wanted` names and that Wasmtime can hand from
    /// one root instance to another.
    fn provide(
        &mut self,
        engine: &Engine,
        parent: Option<&ComponentExportIndex>,
        wanted: &types::ComponentInstance,
        linker: &mut LinkerInstance<'_, Limits>,
        gaps: &mut Gaps,
    ) -> Result<(), Error> {
        for (name, wanted) in wanted.exports(engine) {
            let Some((item, index)) = self.instance.get_export(&mut self.store, parent, name)
            else {
                gaps.mismatch = true;
                continue;
            };
            gaps.mismatch |= discriminant(&item) != discriminant(&wanted.ty);
            match (item, wanted.ty) {
                (ComponentItem::Module(_), _) => {
                    if let Some(module) = self.instance.get_module(&mut self.store, index) {
                        linker.module(name, &module)?;
                    }
                }
                (ComponentItem::Resource(ty), _) => {
                    linker.resource(name, ty, |_, _| Err(Error::msg(FOREIGN_DESTRUCTOR)))?;
                }
                (ComponentItem::ComponentInstance(_), wanted) => {
                    let mut nested = linker.instance(name)?;
                    if let ComponentItem::ComponentInstance(wanted) = wanted {
                        self.provide(engine, Some(&index), &wanted, &mut nested, gaps)?;
                    }
                }
                (ComponentItem::ComponentFunc(_), ComponentItem::ComponentFunc(_)) => {
                    gaps.unsupported = Some("import of a function from another root instance");
                }
                (ComponentItem::Component(_), ComponentItem::Component(_)) => {
                    gaps.unsupported = Some("import of a component from another root instance");
                }
                // Types need no definition, and the linker tells of the rest
                // that it is missing.
                _ => {}
            }
        }
        Ok(())
    }
}

/// It would have to run in the store that made the resource.
const FOREIGN_DESTRUCTOR: &str = "the destructor belongs to another root instance";

/// What the providers of a component did not give it.
#[derive(Default)]
struct Gaps {
    /// An export is not there or of another sort: the linker will say so.
    mismatch: bool,
    /// An export is there, but Wasmtime's API cannot pass it on.
    unsupported: Option<&'static str>,
}
