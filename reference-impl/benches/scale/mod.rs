//! What the benchmarks of concurrency share: the guests, which the tests hold to what
//! they return, and how many there are of them.

use component_reference::value::Value;
use component_reference::{
    Component, Exports, Extern, FEATURES, Func, HostFunc, Implementation, Limits, Store,
};
use std::error::Error;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How many calls and tasks there are.
pub(crate) const COUNTS: [u32; 3] = [25_000, 50_000, 100_000];

/// How a call suspends, which is the name of a function, and what that means.
pub(crate) const WAYS: [(&str, &str); 3] = [
    ("stackful", "in core code"),
    ("callback", "between callbacks"),
    ("backpressure", "by backpressure"),
];

/// How long it takes until `count` tasks have started, suspended in the way of this
/// name, gone on and returned, and the caller has their results. The two functions are
/// called before the first starts, and when all are suspended.
pub(crate) fn suspend(
    way: &str,
    count: u32,
    before: impl FnOnce(),
    suspended: impl Fn() + Send + Sync + 'static,
) -> Result<Duration> {
    let component = component(include_str!("../../tests/scale/suspended.wat"))?;
    let mut store = Store::new(Limits::default());
    let host = HostFunc::new(move |_, _| {
        suspended();
        Ok(None)
    });
    let imports = store.offer(&component, &mut |_, _| {
        Some(Implementation::Func(host.clone()))
    })?;
    let exports = store.instantiate(&component, &imports)?;
    before();
    invoke(&mut store, &exports, way, count)
}

/// A component from its text.
pub(crate) fn component(text: &str) -> Result<Arc<Component>> {
    Ok(Component::new(FEATURES, &wat::parse_str(text)?)?)
}

/// How long a call of the function of this name takes.
pub(crate) fn invoke(
    store: &mut Store,
    exports: &Exports,
    name: &str,
    count: u32,
) -> Result<Duration> {
    let func = func(exports, name)?;
    let begun = Instant::now();
    black_box(store.call(func, vec![Value::U32(count)])?);
    Ok(begun.elapsed())
}

fn func<'e>(exports: &'e Exports, name: &str) -> Result<&'e Func> {
    match exports.get(name) {
        Some(Extern::Func(func)) => Ok(func),
        _ => Err(format!("no function `{name}`").into()),
    }
}
