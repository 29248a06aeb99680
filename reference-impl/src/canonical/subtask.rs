//! Subtasks: the caller's side of a call.

use crate::canonical::flat_lifting::CoreValueIter;
use crate::canonical::instance::{Handle, InstanceId};
use crate::canonical::lower::Lowered;
use crate::canonical::task::TaskId;
use crate::canonical::thread::ThreadId;
use crate::canonical::waitable::{EventCode, EventTuple, Waitable, WaitableId};
use crate::embedding::HostCall;
use crate::store::{Stop, Store};
use crate::trap::trap_if;
use std::sync::Arc;

/// A subtask of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SubtaskId(pub(crate) usize);

/// `Subtask.State` ([CanonicalABI.md#subtask-state]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// `STARTING`.
    Starting = 0,
    /// `STARTED`.
    Started = 1,
    /// `RETURNED`.
    Returned = 2,
    /// `CANCELLED_BEFORE_STARTED`.
    CancelledBeforeStarted = 3,
    /// `CANCELLED_BEFORE_RETURNED`.
    CancelledBeforeReturned = 4,
}

/// The callee's side of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Callee {
    /// A task.
    Task(TaskId),
    /// The host.
    Host(HostCall),
}

/// `Subtask` ([CanonicalABI.md#subtask-state]), with what `canon_lower` closes
/// over.
#[derive(Debug)]
pub(crate) struct Subtask {
    /// What it is a subclass of.
    pub(crate) waitable: Waitable,
    /// `state`.
    pub(crate) state: State,
    /// `on_cancel`: what to cancel.
    pub(crate) callee: Option<Callee>,
    /// `lenders`: the indices of the handles that are lent, until the resolution
    /// is delivered. A handle that is lent cannot leave its index.
    pub(crate) lenders: Option<Vec<u32>>,
    /// `cancellation_requested`.
    pub(crate) cancellation_requested: bool,
    /// `flat_results`.
    pub(crate) flat_results: Vec<u64>,
    /// The thread that waits until it is resolved.
    pub(crate) waiter: Option<ThreadId>,
    /// The definition that was called.
    pub(crate) lowered: Arc<Lowered>,
    /// The instance that called.
    pub(crate) inst: InstanceId,
    /// Its arguments, as far as they are not yet read.
    pub(crate) flat_args: CoreValueIter,
}

impl Subtask {
    /// `Subtask.resolved` ([CanonicalABI.md#subtask-state]).
    pub(crate) fn resolved(&self) -> bool {
        match self.state {
            State::Starting | State::Started => false,
            State::Returned | State::CancelledBeforeStarted | State::CancelledBeforeReturned => {
                true
            }
        }
    }

    /// `Subtask.resolve_delivered` ([CanonicalABI.md#subtask-state]).
    pub(crate) fn resolve_delivered(&self) -> bool {
        self.lenders.is_none()
    }
}

/// The methods of `Subtask` that concern others ([CanonicalABI.md#subtask-state]).
impl Store {
    /// `Subtask.__init__`.
    pub(crate) fn new_subtask(
        &mut self,
        lowered: Arc<Lowered>,
        inst: InstanceId,
        flat_args: CoreValueIter,
    ) -> SubtaskId {
        let subtask = Subtask {
            waitable: Waitable::default(),
            state: State::Starting,
            callee: None,
            lenders: Some(Vec::new()),
            cancellation_requested: false,
            flat_results: Vec::new(),
            waiter: None,
            lowered,
            inst,
            flat_args,
        };
        SubtaskId(self.subtasks.insert(subtask))
    }

    /// A subtask.
    pub(crate) fn subtask(&self, subtask: SubtaskId) -> &Subtask {
        &self.subtasks[subtask.0]
    }

    /// A subtask, to change.
    pub(crate) fn subtask_mut(&mut self, subtask: SubtaskId) -> &mut Subtask {
        &mut self.subtasks[subtask.0]
    }

    /// `Subtask.add_lender`: the handle at an index of the caller's table, which is
    /// one of a resource.
    pub(crate) fn add_lender(&mut self, subtask: SubtaskId, index: u32) -> Result<(), Stop> {
        let inst = self.subtask(subtask).inst;
        if let Handle::Resource(h) = self.instance_mut(inst).handles.get_mut(index)? {
            h.num_lends += 1;
        }
        if let Some(lenders) = &mut self.subtask_mut(subtask).lenders {
            lenders.push(index);
        }
        Ok(())
    }

    /// `Subtask.resolve`.
    pub(crate) fn resolve(&mut self, subtask: SubtaskId, state: State, flat_results: Vec<u64>) {
        let this = self.subtask_mut(subtask);
        this.state = state;
        this.flat_results = flat_results;
        if let Some(thread) = this.waiter {
            self.wake(thread);
        }
    }

    /// `Subtask.deliver_resolve`.
    pub(crate) fn deliver_resolve(&mut self, subtask: SubtaskId) -> Result<(), Stop> {
        let this = self.subtask_mut(subtask);
        let inst = this.inst;
        for index in this.lenders.take().unwrap_or_default() {
            if let Handle::Resource(h) = self.instance_mut(inst).handles.get_mut(index)? {
                h.num_lends -= 1;
            }
        }
        Ok(())
    }

    /// `Subtask.drop`.
    ///
    /// Traps: `subtask.drop.unresolved`.
    pub(crate) fn drop_subtask(&mut self, subtask: SubtaskId) -> Result<(), Stop> {
        trap_if!(
            !self.subtask(subtask).resolve_delivered(),
            SubtaskDropUnresolved
        );
        self.join(WaitableId::Subtask(subtask), None);
        self.subtasks.remove(subtask.0);
        Ok(())
    }

    /// `subtask_event` of `canon_lower` ([CanonicalABI.md#canon-lower]).
    pub(crate) fn subtask_event(&mut self, subtask: SubtaskId) -> Result<EventTuple, Stop> {
        if self.subtask(subtask).resolved() {
            self.deliver_resolve(subtask)?;
        }
        let this = self.subtask(subtask);
        let index = this.waitable.index.unwrap_or_default();
        Ok((EventCode::Subtask, index, this.state as u32))
    }
}
