//! The host that components import from, in the reference's terms.

use super::component_value::{argument, result};
use super::failure::uninstantiated;
use super::jobs::Jobs;
use crate::engine::Reply;
use crate::host::{self, HostFailure};
use crate::value::Value;
use component_reference::core::Module;
use component_reference::types::{FuncType, ValType};
use component_reference::value::{Resource, Value as Lifted};
use component_reference::{
    Answer, Component, Exports, FEATURES, HostCall, HostError, HostFunc, Implementation, OnCancel,
    Store, Wanted,
};
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

impl Host {
    /// Whether there is something under the name of an import.
    pub(super) fn has(name: &str) -> Result<bool, Reply> {
        Ok(Interface::get()?.ty.imports().any(|known| known == name))
    }

    /// Makes all of the host in a store: its resource types are the store's.
    pub(super) fn offer(&self, store: &mut Store, jobs: &Jobs) -> Result<Exports, Reply> {
        let interface = Interface::get()?;
        let mut implement = |path: &str, wanted: Wanted<'_>| {
            let name = path.rsplit('/').next().unwrap_or(path);
            Some(match wanted {
                Wanted::Func(_) => Implementation::Func(self.function(name, jobs)),
                Wanted::Resource if name == "resource2" => Implementation::Resource(None),
                Wanted::Resource => Implementation::Resource(Some(self.destructor())),
                Wanted::Module => Implementation::Module(Arc::clone(&interface.simple_module)),
            })
        };
        store
            .offer(&interface.ty, &mut implement)
            .map_err(uninstantiated)
    }

    fn destructor(&self) -> HostFunc {
        let drops = Arc::clone(&self.drops);
        HostFunc::new(move |_, args| {
            if let [Lifted::U64(rep)] = args[..] {
                drops.count.fetch_add(1, Ordering::Relaxed);
                // It was made of a `u32`.
                drops.last.store(rep as u32, Ordering::Relaxed);
            }
            Ok(None)
        })
    }

    fn function(&self, name: &str, jobs: &Jobs) -> HostFunc {
        let drops = Arc::clone(&self.drops);
        match name {
            "[constructor]resource1" => HostFunc::new(|ft, args| Ok(construct(ft, &args))),
            "[static]resource1.drops" => HostFunc::new(move |_, _| {
                let count = drops.count.load(Ordering::Relaxed);
                Ok(Some(Lifted::U32(count)))
            }),
            "[static]resource1.last-drop" => HostFunc::new(move |_, _| {
                let last = drops.last.load(Ordering::Relaxed);
                Ok(Some(Lifted::U32(last)))
            }),
            "[static]resource1.assert" | "[method]resource1.simple" => {
                HostFunc::new(|_, args| represents(&args))
            }
            "[method]resource1.take-borrow" | "[method]resource1.take-own" => {
                HostFunc::new(|_, _| Ok(None))
            }
            "[method]resource1.never-return" => {
                HostFunc::concurrent(|_, _, _, _| Ok(Answer::Pending(OnCancel::Cancel)))
            }
            _ => {
                let (function, jobs) = (name.to_owned(), jobs.clone());
                HostFunc::concurrent(move |store, call, ft, args| {
                    match jobs.call(store, call, &function, &args) {
                        Some(answer) => answer,
                        None => respond(&jobs, call, &function, ft, &args),
                    }
                })
            }
        }
    }
}

/// What is the same for all stores.
struct Interface {
    ty: Arc<Component>,
    simple_module: Arc<Module>,
}

impl Interface {
    fn get() -> Result<&'static Interface, Reply> {
        static INTERFACE: LazyLock<Result<Interface, String>> = LazyLock::new(Interface::read);
        INTERFACE.as_ref().map_err(|message| Reply::InternalBug {
            message: format!("the type of the host: {message}"),
        })
    }

    /// Reads it with all features: those of a script may be short of what it needs.
    fn read() -> Result<Interface, String> {
        let ty = Component::new(FEATURES, host::interface());
        let simple_module = Module::new(FEATURES, host::simple_module());
        Ok(Interface {
            ty: ty.map_err(|error| error.to_string())?,
            simple_module: simple_module.map_err(|error| error.to_string())?,
        })
    }
}

fn construct(ft: &FuncType, args: &[Lifted]) -> Option<Lifted> {
    match (&ft.result, args) {
        (Some(ValType::Own(rt)), [Lifted::U32(rep)]) => Some(Lifted::Own(Resource {
            rt: *rt,
            rep: u64::from(*rep),
        })),
        _ => None,
    }
}

fn represents(args: &[Lifted]) -> Result<Option<Lifted>, HostError> {
    match args {
        [
            Lifted::Own(resource) | Lifted::Borrow(resource),
            Lifted::U32(rep),
        ] if resource.rep != u64::from(*rep) => {
            let actual = resource.rep;
            Err(trap(&HostFailure::Trap(format!(
                "resource {actual} instead of {rep}"
            ))))
        }
        _ => Ok(None),
    }
}

/// Calls a function whose values are plain. The runtime holds what it answers
/// against its type.
fn respond(
    jobs: &Jobs,
    call: HostCall,
    name: &str,
    ft: &FuncType,
    args: &[Lifted],
) -> Result<Answer, HostError> {
    let args = args.iter().zip(ft.param_types());
    let args: Vec<_> = args.map(|(value, t)| result(value, t)).collect();
    let lowered = |answer: &Option<Value>| {
        let typed = answer.as_ref().zip(ft.result.as_ref());
        typed.and_then(|(value, t)| argument(value, t))
    };
    if let Some(later) = host::later(name, &args) {
        let result = lowered(&later.result);
        return Ok(jobs.later(call, &later, result));
    }
    let answer = host::call(name, &args).map_err(|failure| trap(&failure))?;
    Ok(Answer::Returned(lowered(&answer)))
}

fn trap(failure: &HostFailure) -> HostError {
    HostError::Trap(failure.to_string())
}
