//! What a guest may allocate.

use ::wasmtime::{Engine, Error, ResourceLimiter, Store};

/// The bytes that a linear memory may have: more than 32-bit memories need.
const MEMORY: usize = 16 << 30;

/// The elements that a table may have.
const TABLE: usize = 1 << 24;

/// The data of every store: the limits and whether they were hit.
///
/// A size within these limits is only reserved by Wasmtime, not touched.
#[derive(Default)]
pub(super) struct Limits {
    /// Whether an allocation was refused. It tells why an instance did not come
    /// into being, for which Wasmtime's error has no type.
    pub(super) refused: bool,
}

/// A store within limits.
pub(super) fn store(engine: &Engine) -> Store<Limits> {
    let mut store = Store::new(engine, Limits::default());
    store.limiter(|limits| limits);
    store
}

impl Limits {
    fn allow(&mut self, allowed: bool) -> Result<bool, Error> {
        self.refused |= !allowed;
        Ok(allowed)
    }
}

impl ResourceLimiter for Limits {
    fn memory_growing(&mut self, _: usize, to: usize, _: Option<usize>) -> Result<bool, Error> {
        self.allow(to <= MEMORY)
    }

    fn table_growing(&mut self, _: usize, to: usize, _: Option<usize>) -> Result<bool, Error> {
        self.allow(to <= TABLE)
    }
}
