//! The host that components import from, in Wasmtime's terms.

use super::Backend;
use super::component_value::{argument, result};
use super::concurrent;
use super::configuration::Configured;
use super::failure::{text, unlinkable};
use super::limits::Limits;
use ::wasmtime::component::types::{self, ComponentFunc, ComponentItem, Type};
use ::wasmtime::component::{
    Component, FutureReader, Linker, LinkerInstance, Resource, ResourceType, StreamReader, Val,
};
use ::wasmtime::{Engine, Error, Module};
use component_harness::engine::{Import, Reply};
use component_harness::features::Features;
use component_harness::host::{self, HostFailure};
use component_harness::value::Value;
use std::future;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};

/// The host of a script: what it counts, it counts over all root instances.
#[derive(Default)]
pub(super) struct Host {
    drops: Arc<Drops>,
}

/// The destructions of `resource1`.
#[derive(Default)]
struct Drops {
    count: AtomicU32,
    /// The representation of the latest.
    last: AtomicU32,
}

/// `resource1`, which is `resource1-again` as well.
struct Resource1;

/// `resource2`.
struct Resource2;

impl Host {
    /// Defines what a component's import `name` wants of the host. That its types
    /// are those of the host's own is left to [`check`].
    pub(super) fn provide(
        &self,
        linker: &mut Linker<Limits>,
        name: &str,
        wanted: &ComponentItem,
    ) -> Result<(), Reply> {
        let interface = Interface::get()?;
        let engine = linker.engine().clone();
        match interface.ty.get_import(&interface.engine, name) {
            Some(offered) => Definer {
                host: self,
                engine: &engine,
                interface: &interface.engine,
            }
            .define(&mut linker.root(), name, &offered.ty, wanted)
            .map_err(|error| unlinkable(&error)),
            None => Ok(()),
        }
    }
}

/// Holds the types that a component imports from the host against the host's own.
///
/// Wasmtime's linker, which must be satisfied before, compares what is no value
/// type. It takes a function of dynamic type for one of any type, and does not look
/// at the names that types are imported under. Nobody looks at the names of
/// parameters: the host takes them by position.
pub(super) fn check(
    linker: &Linker<Limits>,
    component: &Component,
    imports: &[Import],
) -> Result<(), Reply> {
    let engine = linker.engine();
    let ty = linker
        .substituted_component_type(component)
        .map_err(|error| unlinkable(&error))?;
    for (name, wanted) in ty.imports(engine) {
        if imports.iter().any(|import| import.name == name) {
            continue;
        }
        let interface = Interface::get()?;
        if let Some(offered) = interface.ty.get_import(&interface.engine, name) {
            let offered = (&interface.engine, &offered.ty);
            compare(offered, (engine, &wanted.ty), name).map_err(|mismatch| Reply::Rejected {
                message: format!("incompatible import type: {mismatch}"),
            })?;
        }
    }
    Ok(())
}

/// The type of the host.
struct Interface {
    /// An engine with all features that the type needs, which those of a script may
    /// be short of.
    engine: Engine,
    ty: types::Component,
}

impl Interface {
    fn get() -> Result<&'static Interface, Reply> {
        static INTERFACE: LazyLock<Result<Interface, String>> =
            LazyLock::new(|| Interface::read().map_err(|error| text(&error)));
        INTERFACE.as_ref().map_err(|message| Reply::InternalBug {
            message: format!("the type of the host: {message}"),
        })
    }

    /// Links the component that imports all of the host with the host: only the
    /// types that come out of it name the host's own resources.
    fn read() -> Result<Interface, Error> {
        let names = [
            "component-model",
            "cm-async",
            "cm-fixed-length-lists",
            "cm-map",
            // Without them, Wasmtime refuses `cm-async`.
            "reference-types",
        ];
        let features = Features::new(names).map_err(Error::msg)?;
        let engine = Configured::new(Backend::Pulley, &features)?.engine;
        let component = Component::from_binary(&engine, host::interface())?;
        let mut linker = Linker::new(&engine);
        let definer = Definer {
            host: &Host::default(),
            engine: &engine,
            interface: &engine,
        };
        for (name, item) in component.component_type().imports(&engine) {
            definer.define(&mut linker.root(), name, &item.ty, &item.ty)?;
        }
        let ty = linker.substituted_component_type(&component)?;
        Ok(Interface { engine, ty })
    }
}

struct Definer<'a> {
    host: &'a Host,
    /// The engine that the linker belongs to.
    engine: &'a Engine,
    /// The engine that the type of the host belongs to.
    interface: &'a Engine,
}

impl Definer<'_> {
    /// Defines what the host offers under a name, of an instance only what is
    /// wanted.
    fn define(
        &self,
        linker: &mut LinkerInstance<'_, Limits>,
        name: &str,
        offered: &ComponentItem,
        wanted: &ComponentItem,
    ) -> Result<(), Error> {
        match offered {
            ComponentItem::ComponentFunc(ty) => self.function(linker, name, ty),
            ComponentItem::ComponentInstance(offered) => {
                let mut nested = linker.instance(name)?;
                let ComponentItem::ComponentInstance(wanted) = wanted else {
                    return Ok(());
                };
                for (name, wanted) in wanted.exports(self.engine) {
                    if let Some(offered) = offered.get_export(self.interface, name) {
                        self.define(&mut nested, name, &offered.ty, &wanted.ty)?;
                    }
                }
                Ok(())
            }
            ComponentItem::Module(_) => {
                let module = Module::from_binary(self.engine, host::simple_module())?;
                linker.module(name, &module)
            }
            ComponentItem::Resource(_) if name == "resource2" => {
                linker.resource(name, ResourceType::host::<Resource2>(), |_, _| Ok(()))
            }
            ComponentItem::Resource(_) => {
                let drops = Arc::clone(&self.host.drops);
                linker.resource(name, ResourceType::host::<Resource1>(), move |_, rep| {
                    drops.count.fetch_add(1, Ordering::Relaxed);
                    drops.last.store(rep, Ordering::Relaxed);
                    Ok(())
                })
            }
            // Types need no definition, and the host has nothing else.
            _ => Ok(()),
        }
    }

    fn function(
        &self,
        linker: &mut LinkerInstance<'_, Limits>,
        name: &str,
        ty: &ComponentFunc,
    ) -> Result<(), Error> {
        type One = Resource<Resource1>;
        let drops = Arc::clone(&self.host.drops);
        match name {
            "[constructor]resource1" => {
                linker.func_wrap(name, |_, (rep,): (u32,)| Ok((One::new_own(rep),)))
            }
            "[static]resource1.drops" => linker.func_wrap(name, move |_, (): ()| {
                Ok((drops.count.load(Ordering::Relaxed),))
            }),
            "[static]resource1.last-drop" => linker.func_wrap(name, move |_, (): ()| {
                Ok((drops.last.load(Ordering::Relaxed),))
            }),
            "[static]resource1.assert" | "[method]resource1.simple" => linker
                .func_wrap(name, |_, (resource, rep): (One, u32)| {
                    represents(&resource, rep)
                }),
            "[method]resource1.take-borrow" | "[method]resource1.take-own" => {
                linker.func_wrap(name, |_, (_, _): (One, One)| Ok(()))
            }
            "[method]resource1.never-return" => linker
                .func_wrap_concurrent(name, |_, (_,): (One,)| {
                    Box::pin(future::pending::<Result<(), Error>>())
                }),
            "stream-source" => linker.func_wrap(name, |store, (n,): (u32,)| {
                concurrent::stream_source(store, n).map(|stream| (stream,))
            }),
            "stream-pending" => linker.func_wrap(name, |store, (): ()| {
                concurrent::stream_pending(store).map(|stream| (stream,))
            }),
            "stream-sink" => linker.func_wrap_concurrent(name, |accessor, args| {
                Box::pin(async { Ok((concurrent::stream_sink(accessor, args).await?,)) })
            }),
            "stream-drop" => linker.func_wrap(name, |store, (mut stream,): (StreamReader<u8>,)| {
                stream.close(store)
            }),
            "future-source" => linker.func_wrap(name, |store, args: (u32, u32)| {
                concurrent::future_source(store, args).map(|future| (future,))
            }),
            "future-pending" => linker.func_wrap(name, |store, (): ()| {
                concurrent::future_pending(store).map(|future| (future,))
            }),
            "future-sink" => linker.func_wrap_concurrent(name, |accessor, (future,)| {
                Box::pin(async { Ok((concurrent::future_sink(accessor, future).await?,)) })
            }),
            "future-drop" => linker
                .func_wrap(name, |store, (mut future,): (FutureReader<u32>,)| {
                    future.close(store)
                }),
            _ => {
                let function = name.to_owned();
                match ty.async_() {
                    true => linker.func_new_concurrent(name, move |_, ty, args, results| {
                        let function = function.clone();
                        Box::pin(async move { respond_later(&function, &ty, args, results).await })
                    }),
                    false => linker.func_new(name, move |_, ty, args, results| {
                        respond(&function, &ty, args, results)
                    }),
                }
            }
        }
    }
}

fn represents(resource: &Resource<Resource1>, rep: u32) -> Result<(), Error> {
    match resource.rep() {
        actual if actual == rep => Ok(()),
        actual => Err(Error::msg(HostFailure::Trap(format!(
            "resource {actual} instead of {rep}"
        )))),
    }
}

/// Calls a function whose values are plain and that may return later.
async fn respond_later(
    name: &str,
    ty: &ComponentFunc,
    args: &[Val],
    results: &mut [Val],
) -> Result<(), Error> {
    let plain: Vec<Value> = args.iter().cloned().map(result).collect();
    let Some(later) = host::later(name, &plain) else {
        return respond(name, ty, args, results);
    };
    match later.turns {
        Some(turns) => concurrent::turns(turns).await,
        None => future::pending().await,
    }
    give(name, ty, later.result.as_ref(), results)
}

/// Calls a function whose values are plain.
fn respond(name: &str, ty: &ComponentFunc, args: &[Val], results: &mut [Val]) -> Result<(), Error> {
    let args: Vec<Value> = args.iter().cloned().map(result).collect();
    let answer = host::call(name, &args).map_err(Error::msg)?;
    give(name, ty, answer.as_ref(), results)
}

/// Hands what a function answers to Wasmtime.
fn give(
    name: &str,
    ty: &ComponentFunc,
    answer: Option<&Value>,
    results: &mut [Val],
) -> Result<(), Error> {
    let lowered = answer
        .iter()
        .zip(ty.results())
        .map(|(answer, ty)| argument(answer, &ty))
        .collect::<Option<Vec<Val>>>();
    match lowered {
        Some(lowered) if lowered.len() == results.len() => {
            results.clone_from_slice(&lowered);
            Ok(())
        }
        _ => Err(Error::msg(format!(
            "{answer:?} is no result of the host's `{name}`"
        ))),
    }
}

/// Compares what is offered under a name with what is wanted, each with the engine
/// that its type belongs to.
fn compare(
    (interface, offered): (&Engine, &ComponentItem),
    (engine, wanted): (&Engine, &ComponentItem),
    path: &str,
) -> Result<(), String> {
    match (offered, wanted) {
        (ComponentItem::ComponentInstance(offered), ComponentItem::ComponentInstance(wanted)) => {
            for (name, wanted) in wanted.exports(engine) {
                let path = format!("{path}/{name}");
                let offered = offered
                    .get_export(interface, name)
                    .ok_or_else(|| format!("the host has no `{path}`"))?;
                compare((interface, &offered.ty), (engine, &wanted.ty), &path)?;
            }
            Ok(())
        }
        (ComponentItem::ComponentFunc(offered), ComponentItem::ComponentFunc(wanted)) => {
            let params = |ty: &ComponentFunc| ty.params().map(|(_, ty)| ty).collect::<Vec<Type>>();
            let what = if offered.async_() != wanted.async_() {
                "async"
            } else if params(offered) != params(wanted) {
                "parameters"
            } else if !offered.results().eq(wanted.results()) {
                "results"
            } else {
                return Ok(());
            };
            Err(format!(
                "the host's function `{path}` has another type: type mismatch with {what}"
            ))
        }
        (ComponentItem::Type(offered), ComponentItem::Type(wanted)) if offered != wanted => {
            Err(format!("the host's type `{path}` is another one"))
        }
        _ => Ok(()),
    }
}
