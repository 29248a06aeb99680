//! `canon context.get` and `context.set`.

use crate::canonical::thread::ThreadId;
use crate::store::Store;
use crate::types::CoreValType;

impl Store {
    /// `canon_context_get` ([CanonicalABI.md#-canon-contextget]).
    ///
    /// A slot may be read as an `i32` that was written as an `i64`.
    pub(super) fn canon_context_get(&self, thread: ThreadId, t: CoreValType, i: u32) -> u64 {
        let result = self.thread(thread).storage[i as usize];
        match t {
            CoreValType::I32 => u64::from(result as u32),
            _ => result,
        }
    }

    /// `canon_context_set` ([CanonicalABI.md#-canon-contextset]).
    pub(super) fn canon_context_set(&mut self, thread: ThreadId, i: u32, v: u64) {
        self.thread_mut(thread).storage[i as usize] = v;
    }
}
