//! `canon thread.*`.

use super::leaving;
use crate::canonical::scheduler::Step;
use crate::canonical::thread::{At, Blocked, Code, ThreadId};
use crate::core::TableAddr;
use crate::store::{Stop, Store};
use crate::trap::trap_if;
use crate::types::CoreValType;

impl Store {
    /// `canon_thread_index` ([CanonicalABI.md#-canon-threadindex]).
    ///
    /// Traps: `inst.leave.thread.index`.
    pub(super) fn canon_thread_index(&self, thread: ThreadId) -> Result<u32, Stop> {
        leaving!(self, thread, InstLeaveThreadIndex);
        let index = self.thread(thread).index;
        index.ok_or(Stop::Bug("a thread that runs without an index"))
    }

    /// `canon_thread_new_indirect` ([CanonicalABI.md#-canon-threadnew-indirect]).
    ///
    /// The text gets the function from a table that reserves index 0; a core table
    /// does not.
    ///
    /// Traps: `inst.leave.thread.new-indirect`, `table.get.*`,
    /// `thread.new-indirect.wrong-type`, `table.add.full`.
    pub(super) fn canon_thread_new_indirect(
        &mut self,
        thread: ThreadId,
        ft: CoreValType,
        ftbl: TableAddr,
        fi: u64,
        c: u64,
    ) -> Result<u32, Stop> {
        let task = self.thread(thread).task;
        leaving!(self, thread, InstLeaveThreadNewIndirect);
        let size = self.core.table_size(ftbl);
        trap_if!(fi >= size, TableGetOutOfRange);
        let Some(f) = self.core.table_func(ftbl, fi) else {
            trap_if!(TableGetEmptySlot);
        };
        trap_if!(
            !self.core.func_has_type(f, &[ft.into()], &[]),
            ThreadNewIndirectWrongType
        );
        let fiber = self.core.call(f, &[c]);
        let new_thread = self.new_thread(task, At::Core(Code::Explicit), Some(fiber));
        self.register_thread(new_thread)?;
        let index = self.thread(new_thread).index;
        index.ok_or(Stop::Bug("a thread that is registered without an index"))
    }

    /// `canon_thread_resume_later` ([CanonicalABI.md#-canon-threadresume-later]).
    ///
    /// Traps: `inst.leave.thread.resume-later`, `table.get.*`,
    /// `thread.resume-later.not-suspended`.
    pub(super) fn canon_thread_resume_later(
        &mut self,
        thread: ThreadId,
        i: u32,
    ) -> Result<(), Stop> {
        let inst = leaving!(self, thread, InstLeaveThreadResumeLater);
        let other_thread = *self.instance(inst).threads.get(i)?;
        trap_if!(
            !self.thread(other_thread).suspended(),
            ThreadResumeLaterNotSuspended
        );
        self.resume_later(other_thread);
        Ok(())
    }

    /// `canon_thread_suspend` ([CanonicalABI.md#-canon-threadsuspend]).
    ///
    /// Traps: `inst.leave.thread.suspend`.
    pub(super) fn canon_thread_suspend(&mut self, thread: ThreadId) -> Result<Step, Stop> {
        leaving!(self, thread, InstLeaveThreadSuspend);
        self.block(thread, Blocked::Switch);
        Ok(self.suspend(thread))
    }

    /// `canon_thread_yield` ([CanonicalABI.md#-canon-threadyield]).
    ///
    /// Traps: `inst.leave.thread.yield`.
    pub(super) fn canon_thread_yield(&mut self, thread: ThreadId) -> Result<Step, Stop> {
        leaving!(self, thread, InstLeaveThreadYield);
        self.block(thread, Blocked::Switch);
        Ok(self.yield_(thread))
    }

    /// `canon_thread_suspend_then_resume`
    /// ([CanonicalABI.md#-canon-threadsuspend-then-resume]).
    ///
    /// Traps: `inst.leave.thread.suspend-then-resume`, `table.get.*`,
    /// `thread.suspend-then-resume.not-suspended`.
    pub(super) fn canon_thread_suspend_then_resume(
        &mut self,
        thread: ThreadId,
        i: u32,
    ) -> Result<Step, Stop> {
        let inst = leaving!(self, thread, InstLeaveThreadSuspendThenResume);
        let other_thread = *self.instance(inst).threads.get(i)?;
        trap_if!(
            !self.thread(other_thread).suspended(),
            ThreadSuspendThenResumeNotSuspended
        );
        self.block(thread, Blocked::Switch);
        Ok(self.suspend_then_resume(thread, other_thread))
    }

    /// `canon_thread_yield_then_resume`
    /// ([CanonicalABI.md#-canon-threadyield-then-resume]).
    ///
    /// Traps: `inst.leave.thread.yield-then-resume`, `table.get.*`,
    /// `thread.yield-then-resume.not-suspended`.
    pub(super) fn canon_thread_yield_then_resume(
        &mut self,
        thread: ThreadId,
        i: u32,
    ) -> Result<Step, Stop> {
        let inst = leaving!(self, thread, InstLeaveThreadYieldThenResume);
        let other_thread = *self.instance(inst).threads.get(i)?;
        trap_if!(
            !self.thread(other_thread).suspended(),
            ThreadYieldThenResumeNotSuspended
        );
        self.block(thread, Blocked::Switch);
        Ok(self.yield_then_resume(thread, other_thread))
    }

    /// `canon_thread_suspend_then_promote`
    /// ([CanonicalABI.md#-canon-threadsuspend-then-promote]).
    ///
    /// Traps: `inst.leave.thread.suspend-then-promote`,
    /// `thread.suspend-then-promote.self`, `table.get.*`.
    pub(super) fn canon_thread_suspend_then_promote(
        &mut self,
        thread: ThreadId,
        i: u32,
    ) -> Result<Step, Stop> {
        let inst = leaving!(self, thread, InstLeaveThreadSuspendThenPromote);
        trap_if!(
            Some(i) == self.thread(thread).index,
            ThreadSuspendThenPromoteSelf
        );
        let other_thread = *self.instance(inst).threads.get(i)?;
        self.block(thread, Blocked::Switch);
        Ok(self.suspend_then_promote(thread, other_thread))
    }

    /// `canon_thread_yield_then_promote`
    /// ([CanonicalABI.md#-canon-threadyield-then-promote]).
    ///
    /// Traps: `inst.leave.thread.yield-then-promote`,
    /// `thread.yield-then-promote.self`, `table.get.*`.
    pub(super) fn canon_thread_yield_then_promote(
        &mut self,
        thread: ThreadId,
        i: u32,
    ) -> Result<Step, Stop> {
        let inst = leaving!(self, thread, InstLeaveThreadYieldThenPromote);
        trap_if!(
            Some(i) == self.thread(thread).index,
            ThreadYieldThenPromoteSelf
        );
        let other_thread = *self.instance(inst).threads.get(i)?;
        self.block(thread, Blocked::Switch);
        Ok(self.yield_then_promote(thread, other_thread))
    }
}
