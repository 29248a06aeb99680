//! What lifting and lowering have at hand.

use crate::canonical::instance::{Handle, InstanceId};
use crate::canonical::options::{LiftLowerOptions, PtrType, ptr_size};
use crate::canonical::subtask::SubtaskId;
use crate::canonical::task::TaskId;
use crate::store::{Stop, Store};

/// Who answers for the borrows of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BorrowScope {
    /// The task that they are lowered for.
    Task(TaskId),
    /// The subtask that they are lifted for.
    Subtask(SubtaskId),
    /// Values of this kind do not occur.
    None,
}

/// `LiftLowerContext` ([CanonicalABI.md#lifting-and-lowering-context]).
pub(crate) struct LiftLowerContext<'s> {
    /// The store that everything lives in.
    pub(crate) store: &'s mut Store,
    /// The options of the function.
    pub(crate) opts: LiftLowerOptions,
    /// The instance whose memory and handles these are.
    pub(crate) inst: InstanceId,
    /// Who answers for borrows.
    pub(crate) borrow_scope: BorrowScope,
}

impl<'s> LiftLowerContext<'s> {
    /// `LiftLowerContext.__init__` ([CanonicalABI.md#lifting-and-lowering-context]).
    pub(crate) fn new(
        store: &'s mut Store,
        opts: LiftLowerOptions,
        inst: InstanceId,
        borrow_scope: BorrowScope,
    ) -> Self {
        LiftLowerContext {
            store,
            opts,
            inst,
            borrow_scope,
        }
    }

    /// `LiftLowerContext.reallocate`
    /// ([CanonicalABI.md#lifting-and-lowering-context]).
    ///
    /// # Errors
    ///
    /// Whatever stops the guest's `realloc`.
    pub(crate) fn reallocate(
        &mut self,
        old: u64,
        old_byte_length: u64,
        alignment: u64,
        new_byte_length: u64,
    ) -> Result<u64, Stop> {
        let Some(realloc) = self.opts.realloc else {
            return Err(Stop::Bug(
                "validation demands a realloc where one is called",
            ));
        };
        let args = [old, old_byte_length, alignment, new_byte_length];
        self.store.instance_mut(self.inst).may_leave = false;
        let ptr = self.store.run_realloc(self.inst, realloc, args)?;
        self.store.instance_mut(self.inst).may_leave = true;
        Ok(ptr)
    }

    /// `LiftLowerContext.allocate`
    /// ([CanonicalABI.md#lifting-and-lowering-context]).
    ///
    /// # Errors
    ///
    /// As [`LiftLowerContext::reallocate`].
    pub(crate) fn allocate(&mut self, alignment: u64, byte_length: u64) -> Result<u64, Stop> {
        self.reallocate(0, 0, alignment, byte_length)
    }

    /// The type of pointers.
    pub(crate) fn ptr_type(&self) -> PtrType {
        self.opts.lift.ptr_type()
    }

    /// The size of pointers, in bytes.
    pub(crate) fn ptr_size(&self) -> u64 {
        ptr_size(self.ptr_type())
    }

    /// The bytes of `opts.memory`; none where there is no memory, which validation
    /// allows only for what does not touch it.
    pub(crate) fn memory(&self) -> &[u8] {
        match self.opts.lift.memory {
            Some(memory) => self.store.core.memory(memory.addr),
            None => &[],
        }
    }

    /// [`LiftLowerContext::memory`], to write to.
    pub(crate) fn memory_mut(&mut self) -> &mut [u8] {
        match self.opts.lift.memory {
            Some(memory) => self.store.core.memory_mut(memory.addr),
            None => &mut [],
        }
    }

    /// `cx.inst.handles.get(i)`.
    ///
    /// # Errors
    ///
    /// Traps: those of `Table.get`.
    pub(crate) fn handle(&self, i: u32) -> Result<&Handle, Stop> {
        self.store.instance(self.inst).handles.get(i)
    }

    /// `cx.inst.handles.remove(i)`.
    ///
    /// # Errors
    ///
    /// Traps: those of `Table.get`.
    pub(crate) fn remove_handle(&mut self, i: u32) -> Result<Handle, Stop> {
        self.store.instance_mut(self.inst).handles.remove(i)
    }

    /// `cx.inst.handles.add(e)`.
    ///
    /// # Errors
    ///
    /// Traps: those of `Table.add`.
    pub(crate) fn add_handle(&mut self, e: Handle) -> Result<u32, Stop> {
        self.store.add_handle(self.inst, e)
    }
}
