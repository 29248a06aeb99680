//! Nested calls and suspended tasks by the hundred thousand: the time and the memory
//! that one takes, and whether that stays so when there are more of them.

use cap::Cap;
use component_reference::value::Value;
use component_reference::{
    Component, Exports, Extern, FEATURES, Func, HostFunc, Implementation, Limits, Store,
};
use std::alloc::System;
use std::error::Error;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// It counts what is allocated, which costs every allocation some time.
#[global_allocator]
static HEAP: Cap<System> = Cap::new(System, usize::MAX);

/// Each figure is the median of so many.
const ROUNDS: usize = 9;

/// How many there are of them.
const COUNTS: [u32; 3] = [25_000, 50_000, 100_000];

/// How a call suspends, which is the name of a function, and what that means.
const WAYS: [(&str, &str); 3] = [
    ("stackful", "in core code"),
    ("callback", "between callbacks"),
    ("backpressure", "by backpressure"),
];

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let mut out = std::io::stdout().lock();
    let nested = component(include_str!("../tests/scale/nested.wat"))?;
    for count in COUNTS {
        let ns = median(|| nested_calls(&nested, count))?;
        writeln!(out, "{count:>6} nested calls: {ns:.0} ns each")?;
    }
    let suspended = component(include_str!("../tests/scale/suspended.wat"))?;
    for (name, how) in WAYS {
        for count in COUNTS {
            let mut bytes = 0.0;
            let ns = median(|| {
                let figures = suspended_tasks(&suspended, name, count)?;
                bytes = figures.bytes;
                Ok(figures.ns)
            })?;
            writeln!(
                out,
                "{count:>6} tasks suspended {how}: {bytes:.0} bytes and {ns:.0} ns each"
            )?;
        }
    }
    Ok(())
}

fn median(mut measure: impl FnMut() -> Result<f64>) -> Result<f64> {
    let figures: Result<Vec<_>> = (0..ROUNDS).map(|_| measure()).collect();
    let mut figures = figures?;
    figures.sort_by(f64::total_cmp);
    Ok(figures[ROUNDS / 2])
}

/// The nanoseconds that one of `count` nested calls takes.
fn nested_calls(component: &Component, count: u32) -> Result<f64> {
    let mut store = Store::new(Limits::default());
    let exports = store.instantiate(component, &Exports::default())?;
    let run = func(&exports, "run")?;
    let begun = Instant::now();
    let nested = store.call(run, vec![Value::U32(count)])?;
    let ns = begun.elapsed().as_nanos() as f64 / f64::from(count);
    match nested == Some(Value::U32(count)) {
        true => Ok(ns),
        false => Err(format!("{nested:?} calls were nested").into()),
    }
}

/// What one task takes.
struct Figures {
    /// From the call to the delivery of its result: it starts, suspends, goes on and
    /// returns.
    ns: f64,
    /// What is allocated for it, and for the caller's side of it, while it is suspended.
    bytes: f64,
}

fn suspended_tasks(component: &Component, way: &str, count: u32) -> Result<Figures> {
    let mut store = Store::new(Limits::default());
    let allocated = Arc::new(AtomicUsize::new(0));
    let seen = allocated.clone();
    let host = HostFunc::new(move |_, _| {
        seen.store(HEAP.allocated(), Ordering::Relaxed);
        Ok(None)
    });
    let imports = store.offer(component, &mut |_, _| {
        Some(Implementation::Func(host.clone()))
    })?;
    let exports = store.instantiate(component, &imports)?;
    let run = func(&exports, way)?;
    let before = HEAP.allocated();
    let begun = Instant::now();
    let sum = store.call(run, vec![Value::U32(count)])?;
    let ns = begun.elapsed().as_nanos() as f64 / f64::from(count);
    if sum != Some(Value::U64((0..u64::from(count)).sum())) {
        return Err(format!("{sum:?} is not the sum of the results").into());
    }
    let bytes = allocated.load(Ordering::Relaxed).saturating_sub(before);
    let bytes = bytes as f64 / f64::from(count);
    Ok(Figures { ns, bytes })
}

fn component(text: &str) -> Result<Arc<Component>> {
    Ok(Component::new(FEATURES, &wat::parse_str(text)?)?)
}

fn func<'e>(exports: &'e Exports, name: &str) -> Result<&'e Func> {
    match exports.get(name) {
        Some(Extern::Func(func)) => Ok(func),
        _ => Err(format!("no function `{name}`").into()),
    }
}
