//! A host whose functions return later, that has streams and futures, that makes
//! calls beside each other and cancels them.

mod calls;
mod copies;
mod pending;

use component_reference::value::Value;
use component_reference::{
    Answer, Component, Exports, Extern, FEATURES, Func, HostError, HostFunc, Implementation,
    OnCancel, Stop, Store,
};
use std::sync::Arc;

/// A component whose core module has a memory and imports the canonical definitions
/// in `core_funcs`, which are text such as `(core func $f (canon lower …))`, under
/// their names; `code` is the rest of the module, and `exports` are the lifts of its
/// core instance `$i`.
fn guest(types: &str, core_funcs: &[(&str, &str, &str)], code: &str, exports: &str) -> String {
    let canons: String = core_funcs
        .iter()
        .map(|(name, canon, _)| format!("(core func ${name} (canon {canon}))"))
        .collect();
    let imports: String = core_funcs
        .iter()
        .map(|(name, _, ty)| format!(r#"(import "" "{name}" (func ${name} {ty}))"#))
        .collect();
    let items: String = core_funcs
        .iter()
        .map(|(name, ..)| format!(r#"(export "{name}" (func ${name}))"#))
        .collect();
    format!(
        r#"(component
            {types}
            (core module $memory (memory (export "memory") 1)
                (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024)))
            (core instance $memory (instantiate $memory))
            (alias core export $memory "memory" (core memory $mem))
            (alias core export $memory "realloc" (core func $realloc))
            {canons}
            (core module $m
                (import "memory" "memory" (memory 1))
                {imports}
                {code})
            (core instance $i (instantiate $m
                (with "memory" (instance $memory))
                (with "" (instance {items}))))
            {exports})"#
    )
}

/// A store with an instance of a component, whose imports are all `host`.
fn instantiate(text: &str, host: &HostFunc) -> (Store, Exports) {
    let bytes = wat::parse_str(text).unwrap_or_else(|error| panic!("{error}:\n{text}"));
    let component = Component::new(FEATURES, &bytes).unwrap_or_else(|e| panic!("{e}:\n{text}"));
    let mut store = Store::default();
    let imports = store
        .offer(&component, &mut |_, _| {
            Some(Implementation::Func(host.clone()))
        })
        .unwrap_or_else(|error| panic!("{error}:\n{text}"));
    let exports = store.instantiate(&component, &imports);
    (
        store,
        exports.unwrap_or_else(|error| panic!("{error}:\n{text}")),
    )
}

/// The function of this name.
fn func<'e>(exports: &'e Exports, name: &str) -> &'e Func {
    match exports.get(name) {
        Some(Extern::Func(func)) => func,
        _ => panic!("no function `{name}`"),
    }
}

/// A function that leaves every call pending.
fn pending(on_cancel: OnCancel) -> HostFunc {
    HostFunc::concurrent(move |_, _, _, _| Ok(Answer::Pending(on_cancel)))
}

/// A function that is not called.
fn unused() -> HostFunc {
    HostFunc::new(|_, _| Err(HostError::Trap("it is not called".into())))
}

/// That the host was refused something.
#[track_caller]
fn assert_refused<T: std::fmt::Debug>(result: Result<T, Stop>, why: &str) {
    match result {
        Err(Stop::Mistyped(message)) => assert!(message.contains(why), "{message}"),
        other => panic!("{other:?} instead of a refusal"),
    }
}

/// Keeps what a function of the host was given.
fn keeping() -> (HostFunc, Arc<std::sync::Mutex<Vec<Value>>>) {
    let kept = Arc::new(std::sync::Mutex::new(Vec::new()));
    let keep = kept.clone();
    let func = HostFunc::new(move |_, args| {
        keep.lock()
            .expect("no test panics while it holds it")
            .extend(args);
        Ok(None)
    });
    (func, kept)
}
