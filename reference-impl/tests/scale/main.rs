//! Calls and tasks by the hundred thousand. All of it runs on a thread whose own
//! stack is small, so none of them may use that.

use component_reference::value::Value;
use component_reference::{
    Component, Exports, Extern, FEATURES, Func, HostFunc, Implementation, Limits, Store,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// How many calls are nested, and how many tasks are suspended.
const MANY: u32 = 100_000;

/// The native stack, in bytes.
const STACK: usize = 256 << 10;

#[test]
fn nested_calls_need_no_native_stack() {
    let component = component(include_str!("calls.wat"));
    on_small_stack(move || {
        let mut store = Store::new(Limits::default());
        let exports = store.instantiate(&component, &Exports::default());
        let exports = exports.expect("it instantiates");
        let descend = func(&exports, "descend");
        for calls in [MANY, 1] {
            let nested = store.call(descend, vec![Value::U32(calls)]);
            assert_eq!(nested, Ok(Some(Value::U32(calls))));
        }
    });
}

#[test]
fn tasks_suspended_in_core_code_complete() {
    suspend("stackful");
}

#[test]
fn tasks_suspended_between_callbacks_complete() {
    suspend("callback");
}

#[test]
fn tasks_suspended_by_backpressure_complete() {
    suspend("backpressure");
}

/// Suspends tasks in this way, and resumes them; then once more, in what that leaves.
fn suspend(way: &'static str) {
    let component = component(include_str!("suspended.wat"));
    on_small_stack(move || {
        let mut store = Store::new(Limits::default());
        let suspended = Arc::new(AtomicU32::new(0));
        let seen = suspended.clone();
        let host = HostFunc::new(move |_, _| {
            seen.fetch_add(1, Ordering::Relaxed);
            Ok(None)
        });
        let imports = store.offer(&component, &mut |_, _| {
            Some(Implementation::Func(host.clone()))
        });
        let imports = imports.expect("everything is offered");
        let exports = store.instantiate(&component, &imports);
        let exports = exports.expect("it instantiates");
        for (times, tasks) in [(1, MANY), (2, 10)] {
            let sum = store.call(func(&exports, way), vec![Value::U32(tasks)]);
            assert_eq!(sum, Ok(Some(Value::U64((0..u64::from(tasks)).sum()))));
            assert_eq!(suspended.load(Ordering::Relaxed), times);
        }
    });
}

fn component(text: &str) -> Arc<Component> {
    let bytes = wat::parse_str(text).expect("the text is well-formed");
    Component::new(FEATURES, &bytes).expect("the component is valid")
}

fn func<'e>(exports: &'e Exports, name: &str) -> &'e Func {
    match exports.get(name) {
        Some(Extern::Func(func)) => func,
        _ => panic!("no function `{name}`"),
    }
}

fn on_small_stack(run: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(run);
    let joined = thread.expect("a thread can be had").join();
    joined.expect("it does not panic");
}
