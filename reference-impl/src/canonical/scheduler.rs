//! The loop that runs threads.
//!
//! The spec's `Thread.resume` and `resume` ([CanonicalABI.md#stack-switching]) are
//! nested calls. Here those that are under way are a chain of [`Resume`]s, so that
//! no guest's call uses the native stack.
//!
//! Whether a waiting thread is ready is not asked of every thread again and again:
//! what could have made it so [wakes](Store::wake) it, and a thread that was woken
//! is asked when it is to be chosen. Those that only their instance's exclusive
//! thread or backpressure hold up stand at a [`Gate`] in the order in which they
//! came; when it opens one is woken, who may close it again.

use crate::canonical::instance::InstanceId;
use crate::canonical::lift::Lifted;
use crate::canonical::subtask::SubtaskId;
use crate::canonical::task::{Caller, TaskId};
use crate::canonical::thread::{At, Blocked, Code, State, ThreadId, Until};
use crate::chooser::Choice;
use crate::core::{Fiber, FuncAddr, Suspension};
use crate::reached::CanonicalDefinition;
use crate::store::{Exhaustion, Stop, Store};
use crate::trap::trap_if;
use std::collections::BTreeMap;

/// Waiting threads by the moment since when they wait.
pub(crate) type Waiting = BTreeMap<u64, ThreadId>;

/// A `Thread.resume` that is under way ([CanonicalABI.md#threads]).
#[derive(Debug)]
pub(crate) struct Resume {
    /// The thread that runs, or waits for the next link of the chain.
    pub(crate) thread: ThreadId,
    /// What follows when it stops.
    pub(crate) then: Then,
}

/// What follows a `Thread.resume`.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Then {
    /// `Store.tick` ends.
    Tick,
    /// The rest of the `canon_lift` of `task`, then of `Store.invoke`.
    Invoked { task: TaskId },
    /// The rest of the `canon_lift` of `task`, then of the `canon_lower` that the
    /// caller is in.
    Called {
        task: TaskId,
        caller: ThreadId,
        subtask: SubtaskId,
    },
    /// The rest of the `Task.request_cancellation` of `task`, which the host asked
    /// for.
    Withdrawn { task: TaskId },
    /// The rest of the `Task.request_cancellation` of `task`, then of the
    /// `canon_subtask_cancel` that the caller is in.
    Cancelled {
        task: TaskId,
        caller: ThreadId,
        subtask: SubtaskId,
        async_: bool,
    },
}

impl Then {
    /// The task that it refers to.
    fn task(self) -> Option<TaskId> {
        match self {
            Then::Tick => None,
            Then::Invoked { task }
            | Then::Called { task, .. }
            | Then::Withdrawn { task }
            | Then::Cancelled { task, .. } => Some(task),
        }
    }
}

/// What the running thread asks of the loop.
#[derive(Debug)]
pub(crate) enum Step {
    /// Nothing: it has what it needs to go on.
    Supplied,
    /// To run another thread meanwhile.
    Call(ThreadId, Then),
    /// To go on with another thread in its place.
    SwitchTo(ThreadId),
    /// To go on without it.
    Blocked,
}

/// What holds up threads of an instance that would be ready otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gate {
    /// Backpressure.
    Backpressure,
    /// Backpressure, or that a thread runs exclusively.
    Both,
    /// That a thread runs exclusively.
    Exclusive,
}

/// Why core code stopped for a moment.
pub(crate) enum Core {
    /// It is done: the results are on the fiber.
    Returned,
    /// It called the canonical definition of this number.
    Called(u32),
}

impl Store {
    /// `Thread.resume` ([CanonicalABI.md#threads]), and what follows it.
    pub(crate) fn resume(&mut self, thread: ThreadId, then: Then) -> Result<(), Stop> {
        if self.chain.len() >= self.limits.depth {
            return Err(Exhaustion::Depth.into());
        }
        self.stop_waiting(thread);
        if let Some(task) = then.task() {
            self.task_mut(task).holds += 1;
        }
        self.chain.push(Resume { thread, then });
        Ok(())
    }

    /// Runs the chain down to its end.
    pub(crate) fn run(&mut self) -> Result<(), Stop> {
        let mut asked = None;
        loop {
            let step = match (asked.take(), self.chain.last()) {
                (Some(step), _) => step,
                (None, Some(top)) => self.step(top.thread)?,
                (None, None) => return Ok(()),
            };
            match step {
                Step::Supplied => {}
                Step::Call(thread, then) => self.resume(thread, then)?,
                Step::SwitchTo(other) => {
                    self.stop_waiting(other);
                    if let Some(top) = self.chain.last_mut() {
                        top.thread = other;
                    }
                }
                Step::Blocked => {
                    if let Some(Resume { then, .. }) = self.chain.pop() {
                        asked = Some(self.after(then)?);
                    }
                }
            }
        }
    }

    /// `Store.tick` ([CanonicalABI.md#embedding]): whether there was a thread
    /// to run.
    pub(crate) fn run_ready(&mut self) -> Result<bool, Stop> {
        let Some(thread) = self.pick_ready(None, Choice::Tick) else {
            return Ok(self.cancel_later());
        };
        self.resume(thread, Then::Tick)?;
        self.run()?;
        Ok(true)
    }

    /// Runs a thread up to the next thing that concerns others.
    fn step(&mut self, thread: ThreadId) -> Result<Step, Stop> {
        let this = self.thread_mut(thread);
        match std::mem::replace(&mut this.at, At::Enter) {
            At::Enter => {
                self.reached.call(CanonicalDefinition::Lift);
                self.lift_enter(thread)
            }
            At::Entered => self.lift_entered(thread),
            At::CallbackYielded => self.callback_yielded(thread),
            At::CallbackWaited(set) => self.callback_waited(thread, set),
            At::Core(code) => self.step_core(thread, code),
            At::Canon(code, blocked) => {
                this.at = At::Core(code);
                match blocked {
                    Blocked::Lower(lower) => self.lower_unblocked(thread, lower),
                    Blocked::SetWait(set, memory, ptr) => {
                        self.waitable_set_waited(thread, set, memory, ptr)
                    }
                    Blocked::CopyEvent(waitable) => self.copy_event(thread, waitable),
                    Blocked::SubtaskCancel(subtask) => self.subtask_cancelled(thread, subtask),
                    Blocked::Switch => self.supply(thread, &[0]),
                }
            }
        }
    }

    fn step_core(&mut self, thread: ThreadId, code: Code) -> Result<Step, Stop> {
        let this = self.thread_mut(thread);
        this.at = At::Core(code);
        let Some(mut fiber) = this.fiber.take() else {
            return Err(Stop::Bug("a thread without a fiber"));
        };
        loop {
            match self.run_core(&mut fiber) {
                Ok(Core::Returned) => {
                    self.reached.go_on(CanonicalDefinition::Lift);
                    return match code {
                        Code::Callee => self.lift_returned(thread, fiber.results()),
                        Code::PostReturn => self.lift_post_returned(thread),
                        Code::Callback => self.callback_returned(thread, fiber.results()),
                        Code::Explicit => self.unregister_thread(thread),
                    };
                }
                Ok(Core::Called(canon)) => match self.call_canon(canon, thread, &mut fiber) {
                    // The thread may run on at once, unless it is to look at its
                    // place again.
                    Ok(Step::Supplied) if matches!(self.thread(thread).at, At::Core(_)) => {}
                    step => {
                        self.thread_mut(thread).fiber = Some(fiber);
                        return step;
                    }
                },
                Err(stop) => {
                    self.thread_mut(thread).fiber = Some(fiber);
                    return Err(stop);
                }
            }
        }
    }

    /// Gives a thread the results of the canonical definition that it called.
    pub(crate) fn supply(&mut self, thread: ThreadId, results: &[u64]) -> Result<Step, Stop> {
        match &mut self.thread_mut(thread).fiber {
            Some(fiber) => fiber.supply(results),
            None => return Err(Stop::Bug("results for no fiber")),
        }
        Ok(Step::Supplied)
    }

    /// Blocks a thread in a canonical definition that its core code called.
    pub(crate) fn block(&mut self, thread: ThreadId, blocked: Blocked) {
        let this = self.thread_mut(thread);
        if let At::Core(code) = this.at {
            this.at = At::Canon(code, blocked);
        }
    }

    /// Goes on where a `Thread.resume` was called: what the thread that did so,
    /// which is the last one of the chain again, asks for.
    fn after(&mut self, then: Then) -> Result<Step, Stop> {
        let (task, next) = match then {
            Then::Tick => return Ok(Step::Supplied),
            Then::Invoked { task } | Then::Called { task, .. } => (task, self.lift_left(task)?),
            Then::Withdrawn { task } | Then::Cancelled { task, .. } => {
                (task, self.cancellation_goes_on(task))
            }
        };
        self.release_task(task);
        if let Some(thread) = next {
            return Ok(Step::Call(thread, then));
        }
        match then {
            Then::Tick | Then::Invoked { .. } | Then::Withdrawn { .. } => Ok(Step::Supplied),
            Then::Called {
                caller, subtask, ..
            } => self.lower_called(caller, subtask),
            Then::Cancelled {
                caller,
                subtask,
                async_,
                ..
            } => self.subtask_cancel_requested(caller, subtask, async_),
        }
    }

    /// Runs core code until it returns or calls a canonical definition:
    /// `call_and_trap_on_throw` ([CanonicalABI.md#canon-lift]).
    ///
    /// Traps: `task.core-exception-escaped`, and those of core code.
    fn run_core(&mut self, fiber: &mut Fiber) -> Result<Core, Stop> {
        match self.core.resume(fiber) {
            Suspension::Returned => Ok(Core::Returned),
            Suspension::HostCall { host } => Ok(Core::Called(host)),
            Suspension::OutOfFuel => Err(Stop::OutOfFuel),
            Suspension::Trapped(trap) => Err(Stop::Trap(trap.into())),
            Suspension::Threw(_) => trap_if!(TaskCoreExceptionEscaped),
            Suspension::Exhausted(exhausted) => Err(Exhaustion::from(exhausted).into()),
        }
    }

    /// Runs `realloc` to its end, on a thread of its own: the one guest call that
    /// is nested in another's. It may not leave its instance, so it cannot block.
    pub(crate) fn run_realloc(
        &mut self,
        inst: InstanceId,
        realloc: FuncAddr,
        args: [u64; 4],
    ) -> Result<u64, Stop> {
        let task = self.new_task(Lifted::nullary(realloc, inst), Caller::None);
        let thread = self.new_thread(task, At::Core(Code::Callee), None);
        let mut fiber = self.core.call(realloc, &args);
        let ptr = loop {
            match self.run_core(&mut fiber) {
                Ok(Core::Returned) => break fiber.results().first().copied(),
                Ok(Core::Called(canon)) => match self.call_canon(canon, thread, &mut fiber)? {
                    Step::Supplied => {}
                    _ => return Err(Stop::Bug("a realloc that left its instance")),
                },
                // Nothing can go on in the middle of a lowering.
                Err(Stop::OutOfFuel) => return Err(Exhaustion::Fuel.into()),
                Err(stop) => return Err(stop),
            }
        };
        self.threads.remove(thread.0);
        self.tasks.remove(task.0);
        ptr.ok_or(Stop::Bug("a realloc without a result"))
    }

    /// `Thread.start_waiting` ([CanonicalABI.md#threads]).
    pub(crate) fn start_waiting(&mut self, thread: ThreadId, until: Until) {
        self.moment += 1;
        self.thread_mut(thread).state = State::Waiting(self.moment, until);
        self.wake(thread);
    }

    /// `Thread.stop_waiting` ([CanonicalABI.md#threads]), and that it runs now.
    fn stop_waiting(&mut self, thread: ThreadId) {
        let this = self.thread_mut(thread);
        if let State::Waiting(since, _) = std::mem::replace(&mut this.state, State::Running) {
            let inst = self.current_instance(thread);
            self.woken.remove(&since);
            let this = self.instance_mut(inst);
            this.woken.remove(&since);
            this.gates.iter_mut().for_each(|gate| {
                gate.remove(&since);
            });
            self.open_gates(inst);
        }
    }

    /// Has a thread asked whether it is ready, if it waits.
    pub(crate) fn wake(&mut self, thread: ThreadId) {
        let this = self.thread(thread);
        if let State::Waiting(since, _) = this.state {
            let registered = this.index.is_some();
            let inst = self.current_instance(thread);
            self.woken.insert(since, thread);
            let inst = self.instance_mut(inst);
            // One that waits to enter is no candidate of its instance's.
            if registered {
                inst.woken.insert(since, thread);
            }
        }
    }

    /// Wakes the first at each gate of an instance that is open; all, where the
    /// choice between them is.
    pub(crate) fn open_gates(&mut self, inst: InstanceId) {
        let all = self.chooser.is_open();
        for gate in [Gate::Backpressure, Gate::Both, Gate::Exclusive] {
            let this = self.instance(inst);
            let open = match gate {
                Gate::Backpressure => this.backpressure == 0,
                Gate::Both => this.backpressure == 0 && this.exclusive_thread.is_none(),
                Gate::Exclusive => this.exclusive_thread.is_none(),
            };
            while open
                && let Some((_, thread)) = self.instance_mut(inst).gates[gate as usize].pop_first()
            {
                self.wake(thread);
                if !all {
                    break;
                }
            }
        }
    }

    /// Chooses among the ready threads of an instance, or of the store: by default
    /// that which has waited longest.
    pub(crate) fn pick_ready(
        &mut self,
        inst: Option<InstanceId>,
        choice: Choice,
    ) -> Option<ThreadId> {
        let all = self.chooser.is_open();
        let mut candidates = Vec::new();
        let mut after = 0;
        while let Some((since, thread)) = self.next_woken(inst, after) {
            after = since + 1;
            if self.ready(thread) {
                candidates.push(thread);
                if !all {
                    break;
                }
            } else {
                self.put_back(since, thread);
            }
        }
        match candidates.len() {
            0 => None,
            n => candidates.get(self.chooser.pick(choice, n)).copied(),
        }
    }

    fn next_woken(&self, inst: Option<InstanceId>, after: u64) -> Option<(u64, ThreadId)> {
        let woken = match inst {
            Some(inst) => &self.instance(inst).woken,
            None => &self.woken,
        };
        let (since, thread) = woken.range(after..).next()?;
        Some((*since, *thread))
    }

    /// What becomes of a thread that was woken and is not ready: it stands at a
    /// gate, or waits to be woken again.
    fn put_back(&mut self, since: u64, thread: ThreadId) {
        let this = self.thread(thread);
        let State::Waiting(_, until) = this.state else {
            return;
        };
        let task = self.task(this.task);
        let gate = match until {
            Until::Entered if task.needs_exclusive() => Some(Gate::Both),
            Until::Entered => Some(Gate::Backpressure),
            Until::Exclusive => Some(Gate::Exclusive),
            Until::CallbackEvent(set)
                if self.set_has_pending_event(set) || task.has_pending_cancel() =>
            {
                Some(Gate::Exclusive)
            }
            _ => None,
        };
        let inst = task.lifted.inst;
        self.woken.remove(&since);
        let this = self.instance_mut(inst);
        this.woken.remove(&since);
        match gate {
            Some(gate) => {
                this.gates[gate as usize].insert(since, thread);
            }
            // It may have come through a gate for nothing.
            None => self.open_gates(inst),
        }
    }
}
