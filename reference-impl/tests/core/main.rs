//! The core interpreter as an embedder sees it. What instructions do is the core
//! test suite's to test.

mod exceptions;
mod hostile;
mod limits;
mod linking;
mod suspension;
mod table64;

use component_reference::core::{
    CoreTrap, Extern, FEATURES, FuncAddr, InstanceAddr, Limits, Module, Store, Suspension, ValType,
};
use std::sync::Arc;

fn store() -> Store {
    Store::new(Limits::default())
}

fn module(text: &str) -> Arc<Module> {
    let bytes = wat::parse_str(text).expect("the text is well-formed");
    Module::new(FEATURES, &bytes).expect("the module is valid")
}

/// A function `(param i32) (result i32)` of the embedder's.
fn host(store: &mut Store, number: u32) -> Extern {
    Extern::Func(store.alloc_host_func(vec![ValType::I32], vec![ValType::I32], number))
}

fn instantiate(store: &mut Store, text: &str, imports: &[Extern]) -> InstanceAddr {
    let instantiated = store.instantiate(&module(text), imports);
    instantiated.expect("the module is instantiated").instance
}

fn func(store: &Store, instance: InstanceAddr, name: &str) -> FuncAddr {
    match store.export(instance, name) {
        Some(Extern::Func(func)) => func,
        other => panic!("`{name}` is {other:?}"),
    }
}

/// Calls an export that calls no function of the embedder's.
fn call(
    store: &mut Store,
    instance: InstanceAddr,
    name: &str,
    args: &[u64],
) -> Result<Vec<u64>, Suspension> {
    let mut fiber = store.call(func(store, instance, name), args);
    match store.resume(&mut fiber) {
        Suspension::Returned => Ok(fiber.results().to_vec()),
        suspension => Err(suspension),
    }
}

fn trap<T>(trap: CoreTrap) -> Result<T, Suspension> {
    Err(Suspension::Trapped(trap))
}
