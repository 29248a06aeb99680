//! Tasks: the callee's side of a call.

use crate::canonical::lift::Lifted;
use crate::canonical::scheduler::{Step, Then};
use crate::canonical::subtask::SubtaskId;
use crate::canonical::thread::{At, ThreadId, Until};
use crate::chooser::Choice;
use crate::embedding::Invoked;
use crate::store::{Stop, Store};
use crate::trap::trap_if;
use crate::value::Value;
use std::sync::Arc;

/// A task of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TaskId(pub(crate) usize);

/// `Task.State` ([CanonicalABI.md#tasks]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// `INITIAL`.
    Initial,
    /// `STARTED`.
    Started,
    /// `PENDING_CANCEL`.
    PendingCancel,
    /// `CANCEL_DELIVERED`.
    CancelDelivered,
    /// `RESOLVED`.
    Resolved,
}

/// `Task` ([CanonicalABI.md#tasks]).
#[derive(Debug)]
pub(crate) struct Task {
    /// `ft`, `opts` and `inst`.
    pub(crate) lifted: Arc<Lifted>,
    /// `on_start` and `on_resolve`.
    pub(crate) caller: Caller,
    /// `state`.
    pub(crate) state: State,
    /// `num_borrows`.
    pub(crate) num_borrows: u32,
    /// `implicit_thread`, until it ends.
    pub(crate) implicit_thread: Option<ThreadId>,
    /// The length of `threads`.
    pub(crate) num_threads: u32,
    /// How many links of the chain refer to the task.
    pub(crate) holds: u32,
}

/// Who gives a task its arguments and takes its result.
#[derive(Debug)]
pub(crate) enum Caller {
    /// The host, by `Store.invoke`: its call, and the arguments until they are asked
    /// for.
    Host {
        /// The call.
        call: u64,
        /// The arguments.
        args: Vec<Value>,
    },
    /// A guest, by `canon lower`.
    Guest(SubtaskId),
    /// Nobody: core code that no value crosses into.
    None,
}

impl Task {
    /// `Task.needs_exclusive` ([CanonicalABI.md#tasks]).
    pub(crate) fn needs_exclusive(&self) -> bool {
        !self.lifted.opts.async_ || self.lifted.opts.callback.is_some()
    }

    /// `Task.has_pending_cancel` ([CanonicalABI.md#tasks]).
    pub(crate) fn has_pending_cancel(&self) -> bool {
        self.state == State::PendingCancel
    }

    /// `Task.deliver_pending_cancel` ([CanonicalABI.md#tasks]).
    pub(crate) fn deliver_pending_cancel(&mut self) -> bool {
        let pending = self.has_pending_cancel();
        if pending {
            self.state = State::CancelDelivered;
        }
        pending
    }
}

/// The methods of `Task` that concern others ([CanonicalABI.md#tasks]).
impl Store {
    /// `Task.__init__`.
    pub(crate) fn new_task(&mut self, lifted: Arc<Lifted>, caller: Caller) -> TaskId {
        let task = Task {
            lifted,
            caller,
            state: State::Initial,
            num_borrows: 0,
            implicit_thread: None,
            num_threads: 0,
            holds: 0,
        };
        TaskId(self.tasks.insert(task))
    }

    /// A task.
    pub(crate) fn task(&self, task: TaskId) -> &Task {
        &self.tasks[task.0]
    }

    /// A task, to change.
    pub(crate) fn task_mut(&mut self, task: TaskId) -> &mut Task {
        &mut self.tasks[task.0]
    }

    /// One link of the chain less refers to a task.
    pub(crate) fn release_task(&mut self, task: TaskId) {
        self.task_mut(task).holds -= 1;
        self.forget_task(task);
    }

    /// Reclaims a task that nothing refers to any more.
    fn forget_task(&mut self, task: TaskId) {
        let this = self.task(task);
        if this.state == State::Resolved && this.num_threads == 0 && this.holds == 0 {
            self.tasks.remove(task.0);
        }
    }

    /// `has_backpressure` of `Task.enter_implicit_thread`.
    pub(crate) fn has_backpressure(&self, task: TaskId) -> bool {
        let task = self.task(task);
        let inst = self.instance(task.lifted.inst);
        inst.backpressure > 0 || (task.needs_exclusive() && inst.exclusive_thread.is_some())
    }

    /// `Task.enter_implicit_thread`, as far as there is nothing to wait for: what
    /// the thread does otherwise. It goes on in [`Store::entered_implicit_thread`].
    pub(crate) fn enter_implicit_thread(&mut self, thread: ThreadId) -> Result<Option<Step>, Stop> {
        let task = self.thread(thread).task;
        self.task_mut(task).implicit_thread = Some(thread);
        let lifted = &self.task(task).lifted;
        let inst = lifted.inst;
        if !lifted.ft.async_ {
            self.register_thread(thread)?;
            return Ok(None);
        }
        let waiting = self.instance(inst).num_waiting_to_enter > 0;
        if self.has_backpressure(task) || waiting {
            self.instance_mut(inst).num_waiting_to_enter += 1;
            self.thread_mut(thread).at = At::Entered;
            return Ok(Some(self.wait_until(thread, Until::Entered)));
        }
        self.enter_exclusively(thread)?;
        Ok(None)
    }

    /// The rest of `Task.enter_implicit_thread`: whether the task goes on.
    pub(crate) fn entered_implicit_thread(&mut self, thread: ThreadId) -> Result<bool, Stop> {
        let task = self.thread(thread).task;
        let inst = self.task(task).lifted.inst;
        self.instance_mut(inst).num_waiting_to_enter -= 1;
        if self.task_mut(task).deliver_pending_cancel() {
            self.cancel_task(task)?;
            self.threads.remove(thread.0);
            self.forget_task(task);
            return Ok(false);
        }
        self.enter_exclusively(thread)?;
        Ok(true)
    }

    fn enter_exclusively(&mut self, thread: ThreadId) -> Result<(), Stop> {
        let task = self.task(self.thread(thread).task);
        let inst = task.lifted.inst;
        if task.needs_exclusive() {
            self.instance_mut(inst).exclusive_thread = Some(thread);
        }
        self.register_thread(thread)
    }

    /// `Task.register_thread`: the index.
    ///
    /// Traps: `table.add.full`.
    pub(crate) fn register_thread(&mut self, thread: ThreadId) -> Result<(), Stop> {
        let task = self.thread(thread).task;
        let inst = self.task(task).lifted.inst;
        self.task_mut(task).num_threads += 1;
        let index = self.instance_mut(inst).threads.add(thread)?;
        self.thread_mut(thread).index = Some(index);
        Ok(())
    }

    /// `Task.exit_implicit_thread`.
    pub(crate) fn exit_implicit_thread(&mut self, thread: ThreadId) -> Result<Step, Stop> {
        let task = self.task(self.thread(thread).task);
        let exclusive = task.lifted.ft.async_ && task.needs_exclusive();
        let inst = task.lifted.inst;
        let step = self.unregister_thread(thread)?;
        if exclusive {
            self.release_exclusive(inst);
        }
        Ok(step)
    }

    /// `Task.unregister_thread`, with which a thread ends.
    ///
    /// Traps: `task.exit.unresolved`.
    pub(crate) fn unregister_thread(&mut self, thread: ThreadId) -> Result<Step, Stop> {
        let gone = self.threads.remove(thread.0);
        let task = self.task_mut(gone.task);
        task.num_threads -= 1;
        if task.implicit_thread == Some(thread) {
            task.implicit_thread = None;
        }
        trap_if!(
            task.num_threads == 0 && task.state != State::Resolved,
            TaskExitUnresolved
        );
        let inst = task.lifted.inst;
        if let Some(index) = gone.index {
            self.instance_mut(inst).threads.remove(index)?;
        }
        self.forget_task(gone.task);
        Ok(Step::Blocked)
    }

    /// `Task.request_cancellation`, on behalf of a caller that goes on when
    /// [`Then::Cancelled`] is through.
    pub(crate) fn request_cancellation(&mut self, task: TaskId, then: Then) -> Option<Step> {
        let this = self.task_mut(task);
        let initial = this.state == State::Initial;
        this.state = State::PendingCancel;
        let thread = match initial {
            true => this.implicit_thread,
            false => {
                if let Some(thread) = this.implicit_thread {
                    self.wake(thread);
                }
                self.pick_for_cancellation(task)
            }
        };
        thread.map(|thread| Step::Call(thread, then))
    }

    /// `Task.request_cancellation`, of a call of the host's.
    ///
    /// # Errors
    ///
    /// Whatever stops the guest; [`Stop::Mistyped`] if it was requested before.
    pub(crate) fn withdraw(&mut self, task: TaskId) -> Result<(), Stop> {
        if !matches!(self.task(task).state, State::Initial | State::Started) {
            return Err(Stop::Mistyped("cancellation was requested before".into()));
        }
        if let Some(Step::Call(thread, then)) =
            self.request_cancellation(task, Then::Withdrawn { task })
        {
            self.resume(thread, then)?;
            self.run()?;
        }
        Ok(())
    }

    /// Whether the loop of `Task.request_cancellation` goes on, and with whom.
    pub(crate) fn cancellation_goes_on(&mut self, task: TaskId) -> Option<ThreadId> {
        let resolved = self.task(task).state == State::Resolved;
        match resolved || !self.chooser.flip(Choice::CancelEagerly) {
            true => None,
            false => self.pick_for_cancellation(task),
        }
    }

    /// By default the thread that is to hear of it, if it is ready.
    fn pick_for_cancellation(&mut self, task: TaskId) -> Option<ThreadId> {
        let this = self.task(task);
        let inst = this.lifted.inst;
        if let Some(thread) = this.implicit_thread
            && self.ready(thread)
            && !self.chooser.is_open()
        {
            return Some(thread);
        }
        self.pick_ready(Some(inst), Choice::Cancellation)
    }

    /// `Task.start`.
    pub(crate) fn start_task(&mut self, task: TaskId) -> Result<Vec<Value>, Stop> {
        let this = self.task_mut(task);
        this.state = State::Started;
        match &mut this.caller {
            Caller::Host { args, .. } => Ok(std::mem::take(args)),
            Caller::Guest(subtask) => {
                let subtask = *subtask;
                self.lower_start(subtask)
            }
            Caller::None => Ok(Vec::new()),
        }
    }

    /// `Task.return_`.
    ///
    /// Traps: `task.return.already-resolved`, `task.return.borrows-outstanding`.
    pub(crate) fn return_task(&mut self, task: TaskId, result: Option<Value>) -> Result<(), Stop> {
        let this = self.task_mut(task);
        trap_if!(this.state == State::Resolved, TaskReturnAlreadyResolved);
        trap_if!(this.num_borrows > 0, TaskReturnBorrowsOutstanding);
        match &mut this.caller {
            Caller::Host { call, .. } => {
                let call = *call;
                let lifted = this.lifted.clone();
                self.adopt(lifted.ft.result.iter().zip(&result));
                self.calls.insert(call, Invoked::returned(result));
            }
            Caller::Guest(subtask) => {
                let subtask = *subtask;
                self.lower_return(subtask, result)?;
            }
            Caller::None => {}
        }
        self.task_mut(task).state = State::Resolved;
        Ok(())
    }

    /// `Task.cancel`.
    ///
    /// Traps: `task.cancel.not-cancelled`, `task.cancel.borrows-outstanding`.
    pub(crate) fn cancel_task(&mut self, task: TaskId) -> Result<(), Stop> {
        let this = self.task_mut(task);
        trap_if!(this.state != State::CancelDelivered, TaskCancelNotCancelled);
        trap_if!(this.num_borrows > 0, TaskCancelBorrowsOutstanding);
        match &mut this.caller {
            Caller::Host { call, args } => {
                let (call, args) = (*call, std::mem::take(args));
                let lifted = this.lifted.clone();
                self.adopt(lifted.ft.param_types().zip(&args));
                self.calls.insert(call, Invoked::cancelled());
            }
            Caller::Guest(subtask) => {
                let subtask = *subtask;
                self.lower_cancel(subtask);
            }
            Caller::None => {}
        }
        self.task_mut(task).state = State::Resolved;
        Ok(())
    }
}
