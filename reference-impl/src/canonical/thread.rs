//! Threads.
//!
//! The spec keeps a thread as a continuation and resumes it by a nested call.
//! Here a thread is a fiber of core code and the place in the canonical
//! definition around it, and [`scheduler`](super::scheduler) has the loop.

use crate::canonical::options::MemInst;
use crate::canonical::scheduler::Step;
use crate::canonical::subtask::SubtaskId;
use crate::canonical::task::TaskId;
use crate::canonical::waitable::{SetId, WaitableId};
use crate::chooser::Choice;
use crate::core::Fiber;
use crate::store::Store;

/// A thread of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ThreadId(pub(crate) usize);

/// `Thread` ([CanonicalABI.md#threads]).
#[derive(Debug)]
pub(crate) struct Thread {
    /// `cont` and `ready_func`, as far as they tell who may run it.
    pub(crate) state: State,
    /// `task`.
    pub(crate) task: TaskId,
    /// `index`: where the instance's table of threads has it.
    pub(crate) index: Option<u32>,
    /// `storage`.
    pub(crate) storage: [u64; 2],
    /// `cont`, as far as it is code of the canonical definitions.
    pub(crate) at: At,
    /// `cont`, as far as it is core code. While that runs, the scheduler has it.
    pub(crate) fiber: Option<Fiber>,
}

/// Who may run a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// `Thread.running`: it runs, or waits for a thread that it called.
    Running,
    /// `Thread.suspended`: another thread has to resume it.
    Suspended,
    /// `Thread.waiting`, since a moment of the store's: it may run when it is ready.
    Waiting(u64, Until),
}

/// `ready_func`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Until {
    /// At once, but others may run first.
    Now,
    /// There is no backpressure: `Task.enter_implicit_thread`.
    Entered,
    /// `subtask.resolved`.
    Resolved(SubtaskId),
    /// `Waitable.has_pending_event`.
    Pending(WaitableId),
    /// `WaitableSet.has_pending_event`.
    SetPending(SetId),
    /// `WaitableSet.wait_from_callback`.
    CallbackEvent(SetId),
    /// No thread runs exclusively: a callback that yielded.
    Exclusive,
}

/// Where in a canonical definition a thread goes on when it is run.
#[derive(Debug)]
pub(crate) enum At {
    /// In `canon_lift`, at the beginning.
    Enter,
    /// In `canon_lift`, after backpressure.
    Entered,
    /// In the core code of its fiber.
    Core(Code),
    /// In `canon_lift`, after a callback that yielded.
    CallbackYielded,
    /// In `canon_lift`, after a callback that waited.
    CallbackWaited(SetId),
    /// In a canonical definition that its fiber called.
    Canon(Code, Blocked),
}

/// What the core code of a fiber is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    /// The callee of `canon lift`.
    Callee,
    /// Its `post-return`.
    PostReturn,
    /// Its `callback`.
    Callback,
    /// The function that `thread.new-indirect` was given.
    Explicit,
}

/// Where a canonical definition has blocked.
#[derive(Clone, Debug)]
pub(crate) enum Blocked {
    /// `canon_lower`, called synchronously.
    Lower(SubtaskId),
    /// `canon_waitable_set_wait`: the set, and where the event goes.
    SetWait(SetId, MemInst, u64),
    /// `Waitable.wait_for_pending_event`, of a copy or its cancellation.
    CopyEvent(WaitableId),
    /// `canon_subtask_cancel`.
    SubtaskCancel(SubtaskId),
    /// `thread.suspend`, `thread.yield` and their kin.
    Switch,
}

impl Thread {
    /// `Thread.suspended` ([CanonicalABI.md#threads]).
    pub(crate) fn suspended(&self) -> bool {
        self.state == State::Suspended
    }
}

/// The methods of `Thread` ([CanonicalABI.md#threads]). Those that block say what
/// that means for the loop.
impl Store {
    /// `Thread.__init__`.
    pub(crate) fn new_thread(&mut self, task: TaskId, at: At, fiber: Option<Fiber>) -> ThreadId {
        let thread = Thread {
            state: State::Suspended,
            task,
            index: None,
            storage: [0, 0],
            at,
            fiber,
        };
        ThreadId(self.threads.insert(thread))
    }

    /// A thread.
    pub(crate) fn thread(&self, thread: ThreadId) -> &Thread {
        &self.threads[thread.0]
    }

    /// A thread, to change.
    pub(crate) fn thread_mut(&mut self, thread: ThreadId) -> &mut Thread {
        &mut self.threads[thread.0]
    }

    /// `Thread.ready`.
    pub(crate) fn ready(&self, thread: ThreadId) -> bool {
        match self.thread(thread).state {
            State::Running | State::Suspended => false,
            State::Waiting(_, until) => self.is_reached(thread, until),
        }
    }

    /// `Thread.resume_later`.
    pub(crate) fn resume_later(&mut self, thread: ThreadId) {
        self.start_waiting(thread, Until::Now);
    }

    /// `Thread.suspend`.
    pub(crate) fn suspend(&mut self, thread: ThreadId) -> Step {
        self.thread_mut(thread).state = State::Suspended;
        Step::Blocked
    }

    /// `Thread.yield_`.
    pub(crate) fn yield_(&mut self, thread: ThreadId) -> Step {
        self.wait_until(thread, Until::Now)
    }

    /// `Thread.wait_until`. The thread goes on at its [`At`].
    ///
    /// By default it goes on at once if there is nothing to wait for; but one that
    /// yields, or that others stand before, lets them run.
    pub(crate) fn wait_until(&mut self, thread: ThreadId, until: Until) -> Step {
        let lets_others_run = matches!(until, Until::Now | Until::Exclusive | Until::Entered);
        let goes_on = self.is_reached(thread, until)
            && match lets_others_run {
                true => self.chooser.flip(Choice::GoOn),
                false => !self.chooser.flip(Choice::LetRun),
            };
        if goes_on {
            return Step::Supplied;
        }
        self.start_waiting(thread, until);
        Step::Blocked
    }

    /// `Thread.suspend_then_resume`.
    pub(crate) fn suspend_then_resume(&mut self, thread: ThreadId, other: ThreadId) -> Step {
        self.thread_mut(thread).state = State::Suspended;
        Step::SwitchTo(other)
    }

    /// `Thread.yield_then_resume`.
    pub(crate) fn yield_then_resume(&mut self, thread: ThreadId, other: ThreadId) -> Step {
        self.start_waiting(thread, Until::Now);
        Step::SwitchTo(other)
    }

    /// `Thread.suspend_then_promote`.
    pub(crate) fn suspend_then_promote(&mut self, thread: ThreadId, other: ThreadId) -> Step {
        match self.ready(other) {
            true => self.suspend_then_resume(thread, other),
            false => self.suspend(thread),
        }
    }

    /// `Thread.yield_then_promote`.
    pub(crate) fn yield_then_promote(&mut self, thread: ThreadId, other: ThreadId) -> Step {
        match self.ready(other) {
            true => self.yield_then_resume(thread, other),
            false => self.yield_(thread),
        }
    }

    /// Whether what a thread waits for has come.
    pub(crate) fn is_reached(&self, thread: ThreadId, until: Until) -> bool {
        let task = self.task(self.thread(thread).task);
        let inst = self.instance(task.lifted.inst);
        match until {
            Until::Now => true,
            Until::Entered => !self.has_backpressure(self.thread(thread).task),
            Until::Resolved(subtask) => self.subtask(subtask).resolved(),
            Until::Pending(waitable) => self.waitable(waitable).has_pending_event(),
            Until::SetPending(set) => self.set_has_pending_event(set),
            Until::CallbackEvent(set) => {
                inst.exclusive_thread.is_none()
                    && (self.set_has_pending_event(set) || task.has_pending_cancel())
            }
            Until::Exclusive => inst.exclusive_thread.is_none(),
        }
    }
}
