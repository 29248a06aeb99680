//! The values of a fiber: locals and operands of all its frames.

use crate::core::value::Slot;

/// A stack of slots, in which validation has made sure that there is what an
/// instruction takes.
#[derive(Debug, Default)]
pub(super) struct Stack(pub(super) Vec<u64>);

impl Stack {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    #[inline]
    pub(super) fn push<T: Slot>(&mut self, value: T) {
        self.0.push(value.into_slot());
    }

    #[inline]
    pub(super) fn pop<T: Slot>(&mut self) -> T {
        T::from_slot(self.0.pop().expect("validated code has its operands"))
    }

    /// The `N` values on top, which stay where they are.
    #[inline]
    pub(super) fn peek<const N: usize>(&self) -> [u64; N] {
        let top = self.0.last_chunk();
        *top.expect("validated code has its operands")
    }

    /// The values above the lowest `height`.
    pub(super) fn above(&self, height: usize) -> &[u64] {
        &self.0[height..]
    }

    /// Drops the `count` values on top.
    #[inline]
    pub(super) fn drop(&mut self, count: usize) {
        self.0.truncate(self.0.len() - count);
    }

    /// Keeps the lowest `height` values and the `arity` ones on top.
    #[inline]
    pub(super) fn keep(&mut self, height: usize, arity: usize) {
        let from = self.0.len() - arity;
        if from != height {
            self.0.copy_within(from.., height);
            self.0.truncate(height + arity);
        }
    }
}
