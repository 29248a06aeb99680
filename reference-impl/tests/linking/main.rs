//! Decoding, types and linking of components: each test is a component in text,
//! and what comes of it.

mod aliases;
mod bounds;
mod decoding;
mod offering;
mod order;
mod resources;
mod unlinkable;

use component_reference::value::Value;
use component_reference::{Component, Exports, Extern, InstantiateError, Limits, Store};
use std::sync::Arc;
use wasmparser::WasmFeatures;

/// What the tests' components may use: everything but values.
fn features() -> WasmFeatures {
    WasmFeatures::all() - WasmFeatures::CM_VALUES
}

fn component(text: &str) -> Arc<Component> {
    let bytes = wat::parse_str(text).expect("the text is well-formed");
    match Component::new(features(), &bytes) {
        Ok(component) => component,
        Err(error) => panic!("{error}:\n{text}"),
    }
}

fn store() -> Store {
    Store::new(Limits::default())
}

/// Instantiates a component that imports nothing.
fn instantiate(store: &mut Store, text: &str) -> Exports {
    match store.instantiate(&component(text), &Exports::default()) {
        Ok(exports) => exports,
        Err(error) => panic!("{error}:\n{text}"),
    }
}

/// The text of the error that instantiation ends with.
fn rejection(store: &mut Store, text: &str, imports: &Exports) -> String {
    match store.instantiate(&component(text), imports) {
        Ok(_) => panic!("instantiated:\n{text}"),
        Err(error @ (InstantiateError::Unlinkable { .. } | InstantiateError::Limit(_))) => {
            error.to_string()
        }
        Err(error) => panic!("{error}:\n{text}"),
    }
}

/// Calls a function without parameters.
fn call(store: &mut Store, exports: &Exports, name: &str) -> Option<Value> {
    let Some(Extern::Func(func)) = exports.get(name) else {
        panic!("no function `{name}`");
    };
    store.call(func, vec![]).expect("the function returns")
}
