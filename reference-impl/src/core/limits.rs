//! The bounds of a store: what the core spec leaves to an implementation
//! (appendix Implementation Limitations).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The bounds of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many bytes the store and its fibers may hold: memories, tables,
    /// objects, exceptions, element segments, instances, frames and values.
    pub store_bytes: u64,
    /// How many frames a fiber may hold.
    pub frames: usize,
    /// How many values, locals among them, a fiber may hold.
    pub values: usize,
}

impl Default for Limits {
    /// One GiB, 20,000 frames and a million values.
    fn default() -> Self {
        Limits {
            store_bytes: 1 << 30,
            frames: 20_000,
            values: 1 << 20,
        }
    }
}

/// A bound that was reached. That is no trap: the spec does not know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Exhausted {
    /// [`Limits::store_bytes`].
    #[error("memory exhausted")]
    Memory,
    /// [`Limits::frames`] or [`Limits::values`].
    #[error("call stack exhausted")]
    Stack,
}

/// The bytes that a store may still take. Fibers share it, for they are dropped
/// without their store.
#[derive(Clone, Debug)]
pub(crate) struct Budget(Arc<AtomicU64>);

impl Budget {
    pub(crate) fn new(bytes: u64) -> Self {
        Budget(Arc::new(AtomicU64::new(bytes)))
    }

    pub(crate) fn left(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn take(&self, bytes: u64) -> Result<(), Exhausted> {
        let take = |left: u64| left.checked_sub(bytes);
        let taken = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take);
        taken.map(drop).map_err(|_| Exhausted::Memory)
    }

    /// Takes `bytes`, or what is left if that is less; answers how much.
    pub(crate) fn take_up_to(&self, bytes: u64) -> u64 {
        let taken = bytes.min(self.left());
        self.take(taken).map_or(0, |()| taken)
    }

    pub(crate) fn give_back(&self, bytes: u64) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// Bytes taken from a [`Budget`] until this is dropped.
#[derive(Debug)]
pub(crate) struct Charge {
    budget: Budget,
    bytes: u64,
}

impl Charge {
    /// Takes what is left if that is less than `bytes`: whatever is taken next
    /// then fails.
    pub(crate) fn new(budget: &Budget, bytes: u64) -> Self {
        Charge {
            budget: budget.clone(),
            bytes: budget.take_up_to(bytes),
        }
    }

    pub(crate) fn grow(&mut self, bytes: u64) -> Result<(), Exhausted> {
        self.budget.take(bytes)?;
        self.bytes += bytes;
        Ok(())
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        self.budget.give_back(self.bytes);
    }
}
