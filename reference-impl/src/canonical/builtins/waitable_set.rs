//! `canon waitable-set.*` and `waitable.join`.

use super::leaving;
use crate::canonical::context::{BorrowScope, LiftLowerContext};
use crate::canonical::instance::Handle;
use crate::canonical::options::{LiftLowerOptions, LiftOptions, MemInst};
use crate::canonical::scheduler::Step;
use crate::canonical::storing::store_int;
use crate::canonical::thread::ThreadId;
use crate::canonical::waitable::{EventTuple, SetId, WaitableSet};
use crate::store::{Stop, Store};
use crate::trap::{SpecGap, Trap, trap_if};

impl Store {
    /// `canon_waitable_set_new` ([CanonicalABI.md#-canon-waitable-setnew]).
    ///
    /// Traps: `inst.leave.waitable-set.new`, `table.add.full`.
    pub(super) fn canon_waitable_set_new(&mut self, thread: ThreadId) -> Result<u32, Stop> {
        let inst = leaving!(self, thread, InstLeaveWaitableSetNew);
        let set = SetId(self.sets.insert(WaitableSet::default()));
        self.add_handle(inst, Handle::WaitableSet(set))
    }

    /// `canon_waitable_set_wait` ([CanonicalABI.md#-canon-waitable-setwait]).
    ///
    /// Traps: `inst.leave.waitable-set.wait`, `waitable-set.wait.wrong-kind`.
    pub(super) fn canon_waitable_set_wait(
        &mut self,
        thread: ThreadId,
        memory: MemInst,
        si: u32,
        ptr: u64,
    ) -> Result<Step, Stop> {
        let inst = leaving!(self, thread, InstLeaveWaitableSetWait);
        let Handle::WaitableSet(wset) = *self.instance_mut(inst).handles.get_mut(si)? else {
            trap_if!(WaitableSetWaitWrongKind);
        };
        Ok(self.set_wait(thread, wset, memory, ptr))
    }

    /// The rest of `canon_waitable_set_wait`, once there is an event.
    pub(crate) fn waitable_set_waited(
        &mut self,
        thread: ThreadId,
        set: SetId,
        memory: MemInst,
        ptr: u64,
    ) -> Result<Step, Stop> {
        let event = self.set_waited(thread, set)?;
        let code = self.unpack_event(memory, thread, ptr, event)?;
        self.supply(thread, &[code.into()])
    }

    /// `unpack_event` ([CanonicalABI.md#-canon-waitable-setwait]).
    ///
    /// The text stores through `ptr` unchecked, where `store` demands that it is
    /// aligned and in bounds: it traps like every other pointer here.
    fn unpack_event(
        &mut self,
        memory: MemInst,
        thread: ThreadId,
        ptr: u64,
        (event, p1, p2): EventTuple,
    ) -> Result<u32, Stop> {
        let inst = self.current_instance(thread);
        let opts = LiftLowerOptions {
            lift: LiftOptions {
                memory: Some(memory),
                ..LiftOptions::default()
            },
            realloc: None,
        };
        let mut cx = LiftLowerContext::new(self, opts, inst, BorrowScope::None);
        if !ptr.is_multiple_of(4) {
            return Err(Trap::Gap(SpecGap::EventUnaligned).into());
        }
        if ptr.saturating_add(8) > cx.memory().len() as u64 {
            return Err(Trap::Gap(SpecGap::EventOutOfBounds).into());
        }
        store_int(&mut cx, p1.into(), ptr, 4)?;
        store_int(&mut cx, p2.into(), ptr + 4, 4)?;
        Ok(event as u32)
    }

    /// `canon_waitable_set_poll` ([CanonicalABI.md#-canon-waitable-setpoll]).
    ///
    /// Traps: `inst.leave.waitable-set.poll`, `waitable-set.poll.wrong-kind`.
    pub(super) fn canon_waitable_set_poll(
        &mut self,
        thread: ThreadId,
        memory: MemInst,
        si: u32,
        ptr: u64,
    ) -> Result<u32, Stop> {
        let inst = leaving!(self, thread, InstLeaveWaitableSetPoll);
        let Handle::WaitableSet(wset) = *self.instance_mut(inst).handles.get_mut(si)? else {
            trap_if!(WaitableSetPollWrongKind);
        };
        let event = self.set_poll(wset)?;
        self.unpack_event(memory, thread, ptr, event)
    }

    /// `canon_waitable_set_drop` ([CanonicalABI.md#-canon-waitable-setdrop]).
    ///
    /// Traps: `inst.leave.waitable-set.drop`, `waitable-set.drop.*`.
    pub(super) fn canon_waitable_set_drop(&mut self, thread: ThreadId, i: u32) -> Result<(), Stop> {
        let inst = leaving!(self, thread, InstLeaveWaitableSetDrop);
        let Handle::WaitableSet(wset) = self.instance_mut(inst).handles.remove(i)? else {
            trap_if!(WaitableSetDropWrongKind);
        };
        self.set_drop(wset)
    }

    /// `canon_waitable_join` ([CanonicalABI.md#-canon-waitablejoin]).
    ///
    /// Traps: `inst.leave.waitable.join`, `waitable.join.*`.
    pub(super) fn canon_waitable_join(
        &mut self,
        thread: ThreadId,
        wi: u32,
        si: u32,
    ) -> Result<(), Stop> {
        let inst = leaving!(self, thread, InstLeaveWaitableJoin);
        let Handle::Waitable(w) = *self.instance_mut(inst).handles.get_mut(wi)? else {
            trap_if!(WaitableJoinNotWaitable);
        };
        trap_if!(self.waitable(w).has_sync_waiter, WaitableJoinSyncWaiter);
        if si == 0 {
            self.join(w, None);
            return Ok(());
        }
        let Handle::WaitableSet(wset) = *self.instance_mut(inst).handles.get_mut(si)? else {
            trap_if!(WaitableJoinNotWaitableSet);
        };
        self.join(w, Some(wset));
        Ok(())
    }
}
