//! What can be waited for, and sets of it.

use crate::canonical::ends::EndId;
use crate::canonical::options::MemInst;
use crate::canonical::scheduler::Step;
use crate::canonical::subtask::SubtaskId;
use crate::canonical::thread::{At, Blocked, ThreadId, Until};
use crate::chooser::Choice;
use crate::store::{Stop, Store};
use crate::trap::trap_if;
use std::collections::BTreeMap;

/// `EventCode` ([CanonicalABI.md#waitable-state]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EventCode {
    /// `NONE`.
    None = 0,
    /// `SUBTASK`.
    Subtask = 1,
    /// `STREAM_READ`.
    StreamRead = 2,
    /// `STREAM_WRITE`.
    StreamWrite = 3,
    /// `FUTURE_READ`.
    FutureRead = 4,
    /// `FUTURE_WRITE`.
    FutureWrite = 5,
    /// `TASK_CANCELLED`.
    TaskCancelled = 6,
}

/// `EventTuple` ([CanonicalABI.md#waitable-state]): the code, the index of the
/// waitable, and the payload.
pub(crate) type EventTuple = (EventCode, u32, u32);

/// A waitable of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WaitableId {
    /// A call of the instance's.
    Subtask(SubtaskId),
    /// An end of a stream or future.
    End(EndId),
}

/// A waitable set of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SetId(pub(crate) usize);

/// `Waitable` ([CanonicalABI.md#waitable-state]).
#[derive(Debug, Default)]
pub(crate) struct Waitable {
    /// `pending_event`: what that needs to know beyond the state of the waitable
    /// at its delivery, which is the progress of a copy.
    pub(crate) pending_event: Option<u32>,
    /// `wset`, and how many waitables had joined that set before.
    pub(crate) wset: Option<(SetId, u64)>,
    /// `has_sync_waiter`.
    pub(crate) has_sync_waiter: bool,
    /// Who waits for it alone.
    pub(crate) waiter: Option<ThreadId>,
    /// Where the instance's table has it.
    pub(crate) index: Option<u32>,
}

impl Waitable {
    /// `Waitable.has_pending_event` ([CanonicalABI.md#waitable-state]).
    pub(crate) fn has_pending_event(&self) -> bool {
        self.pending_event.is_some()
    }

    /// `Waitable.in_waitable_set` ([CanonicalABI.md#waitable-state]).
    pub(crate) fn in_waitable_set(&self) -> bool {
        self.wset.is_some()
    }
}

/// `WaitableSet` ([CanonicalABI.md#waitable-state]).
///
/// Whoever waits does not look through all of `elems`: an element that has a pending
/// event stands in `pending`.
#[derive(Debug, Default)]
pub(crate) struct WaitableSet {
    /// The length of `elems`.
    num_elems: u32,
    /// How many waitables have ever joined.
    num_joined: u64,
    /// The elements that have a pending event, in the order in which they joined.
    pending: BTreeMap<u64, WaitableId>,
    /// The threads that `num_waiting` counts.
    pub(crate) waiting: Vec<ThreadId>,
}

/// The methods of `Waitable` that concern others
/// ([CanonicalABI.md#waitable-state]).
impl Store {
    /// A waitable.
    pub(crate) fn waitable(&self, w: WaitableId) -> &Waitable {
        match w {
            WaitableId::Subtask(subtask) => &self.subtask(subtask).waitable,
            WaitableId::End(end) => &self.end(end).waitable,
        }
    }

    /// A waitable, to change.
    pub(crate) fn waitable_mut(&mut self, w: WaitableId) -> &mut Waitable {
        match w {
            WaitableId::Subtask(subtask) => &mut self.subtask_mut(subtask).waitable,
            WaitableId::End(end) => &mut self.end_mut(end).waitable,
        }
    }

    /// `Waitable.set_pending_event`.
    pub(crate) fn set_pending_event(&mut self, w: WaitableId, progress: u32) {
        let this = self.waitable_mut(w);
        this.pending_event = Some(progress);
        let (waiter, wset) = (this.waiter, this.wset);
        if let Some(thread) = waiter {
            self.wake(thread);
        }
        if let Some((wset, joined)) = wset {
            self.element_has_pending_event(wset, joined, w);
        }
    }

    fn element_has_pending_event(&mut self, wset: SetId, joined: u64, w: WaitableId) {
        self.set_mut(wset).pending.insert(joined, w);
        for thread in self.set(wset).waiting.clone() {
            self.wake(thread);
        }
    }

    /// `Waitable.wait_for_pending_event`, of a copy or its cancellation.
    pub(crate) fn wait_for_pending_event(&mut self, thread: ThreadId, w: WaitableId) -> Step {
        let this = self.waitable_mut(w);
        this.has_sync_waiter = true;
        this.waiter = Some(thread);
        self.block(thread, Blocked::CopyEvent(w));
        self.wait_until(thread, Until::Pending(w))
    }

    /// `Waitable.get_pending_event`.
    pub(crate) fn get_pending_event(&mut self, w: WaitableId) -> Result<EventTuple, Stop> {
        let this = self.waitable_mut(w);
        let Some(progress) = this.pending_event.take() else {
            return Err(Stop::Bug("no event is pending"));
        };
        if let Some((wset, joined)) = this.wset {
            self.set_mut(wset).pending.remove(&joined);
        }
        match w {
            WaitableId::Subtask(subtask) => self.subtask_event(subtask),
            WaitableId::End(end) => self.end_event(end, progress),
        }
    }

    /// `Waitable.join`.
    pub(crate) fn join(&mut self, w: WaitableId, wset: Option<SetId>) {
        if let Some((old, joined)) = self.waitable_mut(w).wset.take() {
            let old = self.set_mut(old);
            old.num_elems -= 1;
            old.pending.remove(&joined);
        }
        if let Some(wset) = wset {
            let this = self.set_mut(wset);
            let joined = this.num_joined;
            this.num_elems += 1;
            this.num_joined += 1;
            let this = self.waitable_mut(w);
            this.wset = Some((wset, joined));
            if this.has_pending_event() {
                self.element_has_pending_event(wset, joined, w);
            }
        }
    }
}

/// The methods of `WaitableSet` ([CanonicalABI.md#waitable-state]).
impl Store {
    /// A waitable set.
    pub(crate) fn set(&self, set: SetId) -> &WaitableSet {
        &self.sets[set.0]
    }

    /// A waitable set, to change.
    pub(crate) fn set_mut(&mut self, set: SetId) -> &mut WaitableSet {
        &mut self.sets[set.0]
    }

    /// `WaitableSet.has_pending_event`.
    pub(crate) fn set_has_pending_event(&self, set: SetId) -> bool {
        !self.set(set).pending.is_empty()
    }

    /// `WaitableSet.get_pending_event`: by default of the element that joined
    /// first.
    pub(crate) fn set_get_pending_event(&mut self, set: SetId) -> Result<EventTuple, Stop> {
        let pending = &self.sets[set.0].pending;
        let nth = self.chooser.pick(Choice::Event, pending.len());
        match pending.values().nth(nth) {
            Some(w) => self.get_pending_event(*w),
            None => Err(Stop::Bug("no element has a pending event")),
        }
    }

    /// `WaitableSet.wait`.
    pub(crate) fn set_wait(
        &mut self,
        thread: ThreadId,
        set: SetId,
        memory: MemInst,
        ptr: u64,
    ) -> Step {
        self.set_mut(set).waiting.push(thread);
        self.block(thread, Blocked::SetWait(set, memory, ptr));
        self.wait_until(thread, Until::SetPending(set))
    }

    /// The rest of `WaitableSet.wait`.
    pub(crate) fn set_waited(&mut self, thread: ThreadId, set: SetId) -> Result<EventTuple, Stop> {
        self.set_mut(set).waiting.retain(|other| *other != thread);
        self.set_get_pending_event(set)
    }

    /// `WaitableSet.poll`.
    pub(crate) fn set_poll(&mut self, set: SetId) -> Result<EventTuple, Stop> {
        match self.set_has_pending_event(set) {
            false => Ok((EventCode::None, 0, 0)),
            true => self.set_get_pending_event(set),
        }
    }

    /// `WaitableSet.wait_from_callback`.
    pub(crate) fn set_wait_from_callback(&mut self, thread: ThreadId, set: SetId) -> Step {
        self.set_mut(set).waiting.push(thread);
        self.thread_mut(thread).at = At::CallbackWaited(set);
        self.wait_until(thread, Until::CallbackEvent(set))
    }

    /// The rest of `WaitableSet.wait_from_callback`.
    pub(crate) fn set_waited_from_callback(
        &mut self,
        thread: ThreadId,
        set: SetId,
    ) -> Result<EventTuple, Stop> {
        self.set_mut(set).waiting.retain(|other| *other != thread);
        let task = self.thread(thread).task;
        match self.task_mut(task).deliver_pending_cancel() {
            true => Ok((EventCode::TaskCancelled, 0, 0)),
            false => self.set_get_pending_event(set),
        }
    }

    /// `WaitableSet.drop`.
    ///
    /// Traps: `waitable-set.drop.*`.
    pub(crate) fn set_drop(&mut self, set: SetId) -> Result<(), Stop> {
        trap_if!(self.set(set).num_elems > 0, WaitableSetDropNotEmpty);
        trap_if!(!self.set(set).waiting.is_empty(), WaitableSetDropHasWaiters);
        self.sets.remove(set.0);
        Ok(())
    }
}
