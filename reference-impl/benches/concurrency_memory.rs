//! The memory that a suspended task takes, with its caller's side of it: what is
//! allocated while there are many. A program of its own, because counting costs every
//! allocation some time.

mod scale;

use cap::Cap;
use scale::{COUNTS, Result, WAYS};
use std::alloc::System;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

#[global_allocator]
static HEAP: Cap<System> = Cap::new(System, usize::MAX);

fn main() -> Result<()> {
    let mut out = std::io::stdout().lock();
    for (way, how) in WAYS {
        for count in COUNTS {
            let bytes = bytes(way, count)?;
            writeln!(
                out,
                "{count:>6} tasks suspended {how}: {bytes:.0} bytes each"
            )?;
        }
    }
    Ok(())
}

/// The bytes that one of `count` tasks takes.
fn bytes(way: &str, count: u32) -> Result<f64> {
    let mut before = 0;
    let suspended = Arc::new(AtomicUsize::new(0));
    let seen = suspended.clone();
    let see = move || seen.store(HEAP.allocated(), Ordering::Relaxed);
    scale::suspend(way, count, || before = HEAP.allocated(), see)?;
    let bytes = suspended.load(Ordering::Relaxed).checked_sub(before);
    let bytes = bytes.ok_or("the tasks were not suspended")?;
    Ok(bytes as f64 / f64::from(count))
}
