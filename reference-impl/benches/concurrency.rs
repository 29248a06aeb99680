//! The time that a call between components takes, and that a suspended task takes, and
//! whether it stays the same when there are more of them.

mod scale;

use component_reference::{Exports, Limits, Store};
use scale::{COUNTS, Result, WAYS};
use std::io::Write;
use std::time::Duration;

/// Each figure is the median of so many.
const ROUNDS: usize = 9;

fn main() -> Result<()> {
    let mut out = std::io::stdout().lock();
    for (way, how) in [("repeat", "in turn"), ("descend", "nested")] {
        for count in COUNTS {
            let ns = median(count, || calls(way, count))?;
            writeln!(out, "{count:>6} calls {how}: {ns:.0} ns each")?;
        }
    }
    for (way, how) in WAYS {
        for count in COUNTS {
            let ns = median(count, || scale::suspend(way, count, || {}, || {}))?;
            writeln!(out, "{count:>6} tasks suspended {how}: {ns:.0} ns each")?;
        }
    }
    Ok(())
}

/// How long `count` calls take, made in the way of this name.
fn calls(way: &str, count: u32) -> Result<Duration> {
    let component = scale::component(include_str!("../tests/scale/calls.wat"))?;
    let mut store = Store::new(Limits::default());
    let exports = store.instantiate(&component, &Exports::default())?;
    scale::invoke(&mut store, &exports, way, count)
}

/// The nanoseconds that one of `count` takes.
fn median(count: u32, mut measure: impl FnMut() -> Result<Duration>) -> Result<f64> {
    let times: Result<Vec<_>> = (0..ROUNDS).map(|_| measure()).collect();
    let mut times = times?;
    times.sort();
    Ok(times[ROUNDS / 2].as_nanos() as f64 / f64::from(count))
}
