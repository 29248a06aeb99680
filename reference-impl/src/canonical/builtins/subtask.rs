//! `canon subtask.cancel` and `subtask.drop`.

use super::{BLOCKED, Done, leaving};
use crate::canonical::instance::Handle;
use crate::canonical::scheduler::{Step, Then};
use crate::canonical::subtask::{Callee, SubtaskId};
use crate::canonical::thread::{Blocked, ThreadId, Until};
use crate::canonical::waitable::WaitableId;
use crate::store::{Stop, Store};
use crate::trap::trap_if;

impl Store {
    /// `canon_subtask_cancel` ([CanonicalABI.md#-canon-subtaskcancel]).
    ///
    /// Traps: `inst.leave.subtask.cancel`, `subtask.cancel.*`.
    pub(super) fn canon_subtask_cancel(
        &mut self,
        thread: ThreadId,
        async_: bool,
        i: u32,
    ) -> Result<Done, Stop> {
        let inst = leaving!(self, thread, InstLeaveSubtaskCancel);
        let Handle::Waitable(w @ WaitableId::Subtask(subtask)) =
            *self.instance_mut(inst).handles.get_mut(i)?
        else {
            trap_if!(SubtaskCancelWrongKind);
        };
        let this = self.subtask_mut(subtask);
        trap_if!(this.resolve_delivered(), SubtaskCancelResolveDelivered);
        trap_if!(this.cancellation_requested, SubtaskCancelAlreadyRequested);
        trap_if!(this.waitable.in_waitable_set(), SubtaskCancelInWaitableSet);
        if this.resolved() {
            let (_, _, payload) = self.get_pending_event(w)?;
            return Ok(payload.into());
        }
        this.cancellation_requested = true;
        this.waitable.has_sync_waiter = true;
        match this.callee {
            Some(Callee::Task(task)) => {
                let then = Then::Cancelled {
                    task,
                    caller: thread,
                    subtask,
                    async_,
                };
                if let Some(step) = self.request_cancellation(task, then) {
                    return Ok(step.into());
                }
            }
            Some(Callee::Host(call)) => self.request_host_cancellation(call),
            None => return Err(Stop::Bug("a call of nobody")),
        }
        self.subtask_cancel_awaits(thread, subtask, async_)
    }

    /// From the return of `on_cancel`.
    pub(crate) fn subtask_cancel_requested(
        &mut self,
        thread: ThreadId,
        subtask: SubtaskId,
        async_: bool,
    ) -> Result<Step, Stop> {
        match self.subtask_cancel_awaits(thread, subtask, async_)? {
            Done::Nothing => self.supply(thread, &[]),
            Done::Value(value) => self.supply(thread, &[value]),
            Done::Step(step) => Ok(step),
        }
    }

    fn subtask_cancel_awaits(
        &mut self,
        thread: ThreadId,
        subtask: SubtaskId,
        async_: bool,
    ) -> Result<Done, Stop> {
        let this = self.subtask_mut(subtask);
        if !async_ && !this.resolved() {
            this.waiter = Some(thread);
            self.block(thread, Blocked::SubtaskCancel(subtask));
            return Ok(self.wait_until(thread, Until::Resolved(subtask)).into());
        }
        self.subtask_cancel_ends(subtask).map(Done::from)
    }

    /// From the end of a wait for the resolution.
    pub(crate) fn subtask_cancelled(
        &mut self,
        thread: ThreadId,
        subtask: SubtaskId,
    ) -> Result<Step, Stop> {
        let result = self.subtask_cancel_ends(subtask)?;
        self.supply(thread, &[result.into()])
    }

    fn subtask_cancel_ends(&mut self, subtask: SubtaskId) -> Result<u32, Stop> {
        let this = self.subtask_mut(subtask);
        this.waitable.has_sync_waiter = false;
        this.waiter = None;
        if !this.resolved() {
            return Ok(BLOCKED);
        }
        let (_, _, payload) = self.get_pending_event(WaitableId::Subtask(subtask))?;
        Ok(payload)
    }

    /// `canon_subtask_drop` ([CanonicalABI.md#-canon-subtaskdrop]).
    ///
    /// Traps: `inst.leave.subtask.drop`, `subtask.drop.*`.
    pub(super) fn canon_subtask_drop(&mut self, thread: ThreadId, i: u32) -> Result<(), Stop> {
        let inst = leaving!(self, thread, InstLeaveSubtaskDrop);
        let Handle::Waitable(WaitableId::Subtask(s)) = self.instance_mut(inst).handles.remove(i)?
        else {
            trap_if!(SubtaskDropWrongKind);
        };
        self.drop_subtask(s)
    }
}
