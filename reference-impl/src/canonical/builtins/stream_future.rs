//! `canon stream.*` and `future.*`.

use super::{BLOCKED, Done, leaving};
use crate::canonical::buffer::{Buffer, GuestBuffer};
use crate::canonical::canon::Payload;
use crate::canonical::context::{BorrowScope, LiftLowerContext};
use crate::canonical::ends::{EndClass, EndId, Owner, State};
use crate::canonical::instance::{Handle, InstanceId};
use crate::canonical::options::CanonicalOptions;
use crate::canonical::scheduler::Step;
use crate::canonical::thread::ThreadId;
use crate::canonical::waitable::WaitableId;
use crate::store::{Stop, Store};
use crate::trap::trap_if;

impl Store {
    /// `canon_stream_new` ([CanonicalABI.md#-canon-streamfuturenew]).
    ///
    /// Traps: `inst.leave.stream.new`, `table.add.full`.
    pub(super) fn canon_stream_new(&mut self, thread: ThreadId, t: &Payload) -> Result<u64, Stop> {
        let inst = leaving!(self, thread, InstLeaveStreamNew);
        let ends = self.new_stream(t, Owner::Instance(inst));
        self.add_ends(inst, ends)
    }

    /// `canon_future_new` ([CanonicalABI.md#-canon-streamfuturenew]).
    ///
    /// Traps: `inst.leave.future.new`, `table.add.full`.
    pub(super) fn canon_future_new(&mut self, thread: ThreadId, t: &Payload) -> Result<u64, Stop> {
        let inst = leaving!(self, thread, InstLeaveFutureNew);
        let ends = self.new_future(t, Owner::Instance(inst));
        self.add_ends(inst, ends)
    }

    fn add_ends(&mut self, inst: InstanceId, ends: (EndId, EndId)) -> Result<u64, Stop> {
        let mut add = |end| {
            let index = self.add_handle(inst, Handle::Waitable(WaitableId::End(end)))?;
            self.end_mut(end).waitable.index = Some(index);
            Ok::<_, Stop>(u64::from(index))
        };
        let (readable, writable) = (add(ends.0)?, add(ends.1)?);
        Ok(readable | writable << 32)
    }

    /// `copy` ([CanonicalABI.md#-canon-streamfuturereadwrite]), of all four definitions.
    ///
    /// Traps: `inst.leave.copy`, `table.get.*`, `copy.*`.
    #[expect(clippy::too_many_arguments, reason = "they are the spec's")]
    pub(super) fn canon_copy(
        &mut self,
        class: EndClass,
        thread: ThreadId,
        t: &Payload,
        opts: &CanonicalOptions,
        i: u32,
        ptr: u64,
        length: u64,
    ) -> Result<Done, Stop> {
        let inst = leaving!(self, thread, InstLeaveCopy);
        let Some(id) = self.end_at(inst, i, class)? else {
            trap_if!(CopyWrongKind);
        };
        let end = self.end(id);
        trap_if!(end.t != *t, CopyWrongType);
        trap_if!(end.state != State::Idle, CopyNotIdle);
        trap_if!(
            end.waitable.in_waitable_set() && !opts.async_,
            CopySyncInWaitableSet
        );
        let cx = LiftLowerContext::new(self, opts.lift_lower, inst, BorrowScope::None);
        let buffer = GuestBuffer::new(&cx, t.clone(), ptr, length)?;
        self.copy(id, Buffer::Guest(buffer))?;
        self.copy_awaits(thread, id, opts.async_)
    }

    /// `cancel_copy` ([CanonicalABI.md#-canon-streamfuturecancel-readwrite]), of all
    /// four definitions.
    ///
    /// Traps: `inst.leave.cancel-copy`, `table.get.*`, `cancel-copy.*`.
    pub(super) fn canon_cancel_copy(
        &mut self,
        class: EndClass,
        thread: ThreadId,
        t: &Payload,
        async_: bool,
        i: u32,
    ) -> Result<Done, Stop> {
        let inst = leaving!(self, thread, InstLeaveCancelCopy);
        let Some(id) = self.end_at(inst, i, class)? else {
            trap_if!(CancelCopyWrongKind);
        };
        let end = self.end(id);
        trap_if!(end.t != *t, CancelCopyWrongType);
        trap_if!(end.state != State::Copying, CancelCopyNotCopying);
        trap_if!(end.waitable.has_sync_waiter, CancelCopyHasSyncWaiter);
        trap_if!(
            end.waitable.in_waitable_set() && !async_,
            CancelCopySyncInWaitableSet
        );
        self.cancel_end(id);
        self.copy_awaits(thread, id, async_)
    }

    /// The end of a copy or its cancellation: the event, or how to get it.
    fn copy_awaits(&mut self, thread: ThreadId, id: EndId, async_: bool) -> Result<Done, Stop> {
        let w = WaitableId::End(id);
        if self.waitable(w).has_pending_event() {
            let (_, _, payload) = self.get_pending_event(w)?;
            Ok(payload.into())
        } else if async_ {
            Ok(BLOCKED.into())
        } else {
            Ok(self.wait_for_pending_event(thread, w).into())
        }
    }

    /// From the end of a wait for the event.
    pub(crate) fn copy_event(&mut self, thread: ThreadId, w: WaitableId) -> Result<Step, Stop> {
        let this = self.waitable_mut(w);
        this.has_sync_waiter = false;
        this.waiter = None;
        let (_, _, payload) = self.get_pending_event(w)?;
        self.supply(thread, &[payload.into()])
    }

    /// `drop` ([CanonicalABI.md#-canon-streamfuturedrop-readablewritable]), of all
    /// four definitions.
    ///
    /// Traps: `inst.leave.drop-end`, `table.get.*`, `drop-end.*`,
    /// `future.drop-writable.unwritten`.
    pub(super) fn canon_drop_end(
        &mut self,
        class: EndClass,
        thread: ThreadId,
        t: &Payload,
        i: u32,
    ) -> Result<(), Stop> {
        let inst = leaving!(self, thread, InstLeaveDropEnd);
        let Some(id) = self.take_end(inst, i, class)? else {
            trap_if!(DropEndWrongKind);
        };
        let end = self.end(id);
        trap_if!(end.t != *t, DropEndWrongType);
        trap_if!(end.copying_or_cancelling(), DropEndBusy);
        trap_if!(
            class == EndClass::WritableFuture && end.state != State::Done,
            FutureDropWritableUnwritten
        );
        self.forget_end(id);
        Ok(())
    }

    /// `forward` ([CanonicalABI.md#-canon-streamfutureforward]), of both
    /// definitions.
    ///
    /// Traps: `inst.leave.forward`, `table.get.*`, `forward.*`.
    pub(super) fn canon_forward(
        &mut self,
        (readable, writable): (EndClass, EndClass),
        thread: ThreadId,
        t: &Payload,
        ri: u32,
        wi: u32,
    ) -> Result<(), Stop> {
        let inst = leaving!(self, thread, InstLeaveForward);
        let Some(readable) = self.take_end(inst, ri, readable)? else {
            trap_if!(ForwardReadableWrongKind);
        };
        let end = self.end(readable);
        trap_if!(end.t != *t, ForwardReadableWrongType);
        trap_if!(end.state != State::Idle, ForwardReadableNotIdle);
        trap_if!(end.waitable.in_waitable_set(), ForwardReadableInWaitableSet);
        let Some(writable) = self.take_end(inst, wi, writable)? else {
            trap_if!(ForwardWritableWrongKind);
        };
        let end = self.end(writable);
        trap_if!(end.t != *t, ForwardWritableWrongType);
        trap_if!(end.state != State::Idle, ForwardWritableNotIdle);
        trap_if!(end.waitable.in_waitable_set(), ForwardWritableInWaitableSet);
        self.forward_ends(readable, writable)
    }

    /// The end at an index, if it is of this class.
    fn end_at(&self, inst: InstanceId, i: u32, class: EndClass) -> Result<Option<EndId>, Stop> {
        let handle = self.instance(inst).handles.get(i)?;
        Ok(self.as_end(handle, class))
    }

    /// The end at an index, which is removed, if it is of this class.
    fn take_end(
        &mut self,
        inst: InstanceId,
        i: u32,
        class: EndClass,
    ) -> Result<Option<EndId>, Stop> {
        let handle = self.instance_mut(inst).handles.remove(i)?;
        Ok(self.as_end(&handle, class))
    }

    fn as_end(&self, handle: &Handle, class: EndClass) -> Option<EndId> {
        match handle {
            Handle::Waitable(WaitableId::End(id)) if self.end(*id).class == class => Some(*id),
            _ => None,
        }
    }
}
