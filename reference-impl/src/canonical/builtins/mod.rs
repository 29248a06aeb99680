//! Canonical definitions that call no component function.

mod backpressure;
mod context;
mod error_context;
mod resource;
mod stream_future;
mod subtask;
mod task;
mod thread;
mod waitable_set;

use crate::canonical::canon::Canon;
use crate::canonical::ends::EndClass::{
    ReadableFuture, ReadableStream, WritableFuture, WritableStream,
};
use crate::canonical::instance::InstanceId;
use crate::canonical::scheduler::Step;
use crate::canonical::thread::ThreadId;
use crate::core::Fiber;
use crate::store::{Stop, Store};

/// `BLOCKED` ([CanonicalABI.md#-canon-subtaskcancel]).
const BLOCKED: u32 = 0xffff_ffff;

/// What a canonical definition comes to.
enum Done {
    /// It returns nothing.
    Nothing,
    /// It returns one core value.
    Value(u64),
    /// It goes on later, or lets another thread run.
    Step(Step),
}

impl From<()> for Done {
    fn from((): ()) -> Self {
        Done::Nothing
    }
}

impl From<u32> for Done {
    fn from(i: u32) -> Self {
        Done::Value(i.into())
    }
}

impl From<u64> for Done {
    fn from(i: u64) -> Self {
        Done::Value(i)
    }
}

impl From<Step> for Done {
    fn from(step: Step) -> Self {
        Done::Step(step)
    }
}

/// `current_instance`, which must be allowed to leave.
macro_rules! leaving {
    ($store:ident, $thread:ident, $site:ident) => {{
        let inst = $store.current_instance($thread);
        crate::trap::trap_if!(!$store.instance(inst).may_leave, $site);
        inst
    }};
}
use leaving;

impl Store {
    /// `current_instance` ([CanonicalABI.md#stack-switching]).
    pub(crate) fn current_instance(&self, thread: ThreadId) -> InstanceId {
        self.task(self.thread(thread).task).lifted.inst
    }

    /// Carries out the canonical definition that `thread` called with the
    /// arguments of its fiber.
    pub(crate) fn call_canon(
        &mut self,
        canon: u32,
        thread: ThreadId,
        fiber: &mut Fiber,
    ) -> Result<Step, Stop> {
        let canon = self.canons[canon as usize].clone();
        self.reached.call(canon.definition());
        let arg = |i: usize| fiber.args()[i];
        let index = |i: usize| fiber.args()[i] as u32;
        let done = match canon {
            Canon::Lower(lowered) => {
                let flat_args = fiber.args().to_vec();
                return self.canon_lower(thread, &lowered, fiber, flat_args);
            }
            Canon::ResourceDrop(rt) => {
                let i = index(0);
                return self.canon_resource_drop(thread, rt, fiber, i);
            }
            Canon::ResourceNew(rt) => self.canon_resource_new(thread, rt, arg(0))?.into(),
            Canon::ResourceRep(rt) => self.canon_resource_rep(thread, rt, index(0))?.into(),
            Canon::ContextGet(t, i) => self.canon_context_get(thread, t, i).into(),
            Canon::ContextSet(_, i) => {
                self.canon_context_set(thread, i, arg(0));
                Done::Nothing
            }
            Canon::BackpressureInc => self.canon_backpressure_inc(thread)?.into(),
            Canon::BackpressureDec => self.canon_backpressure_dec(thread)?.into(),
            Canon::TaskReturn { result, opts } => {
                let flat_args = fiber.args().to_vec();
                self.canon_task_return(thread, result.as_ref(), opts, flat_args)?
                    .into()
            }
            Canon::TaskCancel => self.canon_task_cancel(thread)?.into(),
            Canon::WaitableSetNew => self.canon_waitable_set_new(thread)?.into(),
            Canon::WaitableSetWait(memory) => self
                .canon_waitable_set_wait(thread, memory, index(0), arg(1))?
                .into(),
            Canon::WaitableSetPoll(memory) => self
                .canon_waitable_set_poll(thread, memory, index(0), arg(1))?
                .into(),
            Canon::WaitableSetDrop => self.canon_waitable_set_drop(thread, index(0))?.into(),
            Canon::WaitableJoin => self.canon_waitable_join(thread, index(0), index(1))?.into(),
            Canon::SubtaskCancel(async_) => self.canon_subtask_cancel(thread, async_, index(0))?,
            Canon::SubtaskDrop => self.canon_subtask_drop(thread, index(0))?.into(),
            Canon::StreamNew(t) => self.canon_stream_new(thread, &t)?.into(),
            Canon::FutureNew(t) => self.canon_future_new(thread, &t)?.into(),
            Canon::StreamRead(t, opts) => {
                self.canon_copy(ReadableStream, thread, &t, &opts, index(0), arg(1), arg(2))?
            }
            Canon::StreamWrite(t, opts) => {
                self.canon_copy(WritableStream, thread, &t, &opts, index(0), arg(1), arg(2))?
            }
            Canon::FutureRead(t, opts) => {
                self.canon_copy(ReadableFuture, thread, &t, &opts, index(0), arg(1), 1)?
            }
            Canon::FutureWrite(t, opts) => {
                self.canon_copy(WritableFuture, thread, &t, &opts, index(0), arg(1), 1)?
            }
            Canon::StreamCancelRead(t, async_) => {
                self.canon_cancel_copy(ReadableStream, thread, &t, async_, index(0))?
            }
            Canon::StreamCancelWrite(t, async_) => {
                self.canon_cancel_copy(WritableStream, thread, &t, async_, index(0))?
            }
            Canon::FutureCancelRead(t, async_) => {
                self.canon_cancel_copy(ReadableFuture, thread, &t, async_, index(0))?
            }
            Canon::FutureCancelWrite(t, async_) => {
                self.canon_cancel_copy(WritableFuture, thread, &t, async_, index(0))?
            }
            Canon::StreamDropReadable(t) => self
                .canon_drop_end(ReadableStream, thread, &t, index(0))?
                .into(),
            Canon::StreamDropWritable(t) => self
                .canon_drop_end(WritableStream, thread, &t, index(0))?
                .into(),
            Canon::FutureDropReadable(t) => self
                .canon_drop_end(ReadableFuture, thread, &t, index(0))?
                .into(),
            Canon::FutureDropWritable(t) => self
                .canon_drop_end(WritableFuture, thread, &t, index(0))?
                .into(),
            Canon::StreamForward(t) => {
                let classes = (ReadableStream, WritableStream);
                self.canon_forward(classes, thread, &t, index(0), index(1))?
                    .into()
            }
            Canon::FutureForward(t) => {
                let classes = (ReadableFuture, WritableFuture);
                self.canon_forward(classes, thread, &t, index(0), index(1))?
                    .into()
            }
            Canon::ThreadIndex => self.canon_thread_index(thread)?.into(),
            Canon::ThreadNewIndirect(ft, table) => self
                .canon_thread_new_indirect(thread, ft, table, arg(0), arg(1))?
                .into(),
            Canon::ThreadResumeLater => self.canon_thread_resume_later(thread, index(0))?.into(),
            Canon::ThreadSuspend => self.canon_thread_suspend(thread)?.into(),
            Canon::ThreadYield => self.canon_thread_yield(thread)?.into(),
            Canon::ThreadSuspendThenResume => self
                .canon_thread_suspend_then_resume(thread, index(0))?
                .into(),
            Canon::ThreadYieldThenResume => self
                .canon_thread_yield_then_resume(thread, index(0))?
                .into(),
            Canon::ThreadSuspendThenPromote => self
                .canon_thread_suspend_then_promote(thread, index(0))?
                .into(),
            Canon::ThreadYieldThenPromote => self
                .canon_thread_yield_then_promote(thread, index(0))?
                .into(),
            Canon::ErrorContextNew(opts) => self
                .canon_error_context_new(thread, opts, arg(0), arg(1))?
                .into(),
            Canon::ErrorContextDebugMessage(opts) => self
                .canon_error_context_debug_message(thread, opts, index(0), arg(1))?
                .into(),
            Canon::ErrorContextDrop => self.canon_error_context_drop(thread, index(0))?.into(),
        };
        match done {
            Done::Nothing => fiber.supply(&[]),
            Done::Value(value) => fiber.supply(&[value]),
            Done::Step(step) => return Ok(step),
        }
        Ok(Step::Supplied)
    }
}
