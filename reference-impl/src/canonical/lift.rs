//! `canon lift`: core functions as component functions.

use crate::canonical::context::{BorrowScope, LiftLowerContext};
use crate::canonical::flat_lifting::CoreValueIter;
use crate::canonical::flattening::{MAX_FLAT_PARAMS, MAX_FLAT_RESULTS};
use crate::canonical::instance::{Handle, InstanceId};
use crate::canonical::options::CanonicalOptions;
use crate::canonical::scheduler::Step;
use crate::canonical::task::{State, TaskId};
use crate::canonical::thread::{At, Code, ThreadId, Until};
use crate::canonical::values::{lift_flat_values, lower_flat_values};
use crate::canonical::waitable::{EventCode, EventTuple, SetId};
use crate::chooser::Choice;
use crate::core::FuncAddr;
use crate::store::{Stop, Store};
use crate::trap::trap_if;
use crate::types::FuncType;
use std::sync::{Arc, LazyLock};

/// A `canon lift` definition of an instance.
#[derive(Debug)]
pub(crate) struct Lifted {
    /// The core function.
    pub(crate) callee: FuncAddr,
    /// The type of the component function.
    pub(crate) ft: Arc<FuncType>,
    /// How values cross.
    pub(crate) opts: CanonicalOptions,
    /// The instance that the core function belongs to.
    pub(crate) inst: InstanceId,
}

/// The type of a function without parameters and result.
static NULLARY: LazyLock<Arc<FuncType>> = LazyLock::new(|| {
    Arc::new(FuncType {
        params: vec![],
        result: None,
        async_: false,
    })
});

impl Lifted {
    /// A core function that no value crosses into or out of, such as a start
    /// function.
    pub(crate) fn nullary(callee: FuncAddr, inst: InstanceId) -> Arc<Self> {
        Arc::new(Lifted {
            callee,
            ft: NULLARY.clone(),
            opts: CanonicalOptions::default(),
            inst,
        })
    }
}

/// `canon_lift` ([CanonicalABI.md#canon-lift]) in the steps between which a thread
/// stands: [`At`] says where.
impl Store {
    /// `thread_func`, from its beginning.
    pub(crate) fn lift_enter(&mut self, thread: ThreadId) -> Result<Step, Stop> {
        match self.enter_implicit_thread(thread)? {
            Some(step) => Ok(step),
            None => self.lift_start(thread),
        }
    }

    /// `thread_func`, from the end of backpressure.
    pub(crate) fn lift_entered(&mut self, thread: ThreadId) -> Result<Step, Stop> {
        match self.entered_implicit_thread(thread)? {
            true => self.lift_start(thread),
            false => Ok(Step::Blocked),
        }
    }

    fn lift_start(&mut self, thread: ThreadId) -> Result<Step, Stop> {
        let task = self.thread(thread).task;
        let lifted = self.task(task).lifted.clone();
        let args = self.start_task(task)?;
        let mut cx = self.lift_context(&lifted, task);
        let ts: Vec<_> = lifted.ft.param_types().collect();
        let flat_args = lower_flat_values(&mut cx, MAX_FLAT_PARAMS, args, &ts, None)?;
        Ok(self.run_code(thread, Code::Callee, lifted.callee, &flat_args))
    }

    /// From the callee's return.
    ///
    /// Traps: those of lifting, of `Task.return_` and of the caller's lowering.
    pub(crate) fn lift_returned(
        &mut self,
        thread: ThreadId,
        flat_results: &[u64],
    ) -> Result<Step, Stop> {
        let task = self.thread(thread).task;
        let lifted = self.task(task).lifted.clone();
        if lifted.opts.async_ {
            return match lifted.opts.callback {
                None => self.exit_implicit_thread(thread),
                Some(_) => self.callback_returned(thread, flat_results),
            };
        }
        let mut cx = self.lift_context(&lifted, task);
        let ts: Vec<_> = lifted.ft.result_type().collect();
        let mut vi = CoreValueIter::new(flat_results.to_vec());
        let result = lift_flat_values(&mut cx, MAX_FLAT_RESULTS, &mut vi, &ts)?.pop();
        self.return_task(task, result)?;
        let Some(post_return) = lifted.opts.post_return else {
            return self.exit_implicit_thread(thread);
        };
        self.instance_mut(lifted.inst).may_leave = false;
        Ok(self.run_code(thread, Code::PostReturn, post_return, flat_results))
    }

    /// From the return of `post_return`.
    pub(crate) fn lift_post_returned(&mut self, thread: ThreadId) -> Result<Step, Stop> {
        let inst = self.current_instance(thread);
        self.instance_mut(inst).may_leave = true;
        self.exit_implicit_thread(thread)
    }

    /// From a return with a callback code.
    ///
    /// Traps: `task.callback.*`, `table.get.*`.
    pub(crate) fn callback_returned(
        &mut self,
        thread: ThreadId,
        flat_results: &[u64],
    ) -> Result<Step, Stop> {
        let packed = flat_results.first().copied().unwrap_or_default() as u32;
        let (code, si) = unpack_callback_result(packed)?;
        if code == CallbackCode::Exit {
            return self.exit_implicit_thread(thread);
        }
        let task = self.thread(thread).task;
        if self.task_mut(task).deliver_pending_cancel() {
            return self.call_callback(thread, (EventCode::TaskCancelled, 0, 0));
        }
        let inst = self.current_instance(thread);
        self.release_exclusive(inst);
        if code == CallbackCode::Yield {
            self.thread_mut(thread).at = At::CallbackYielded;
            return Ok(self.wait_until(thread, Until::Exclusive));
        }
        let Handle::WaitableSet(wset) = *self.instance_mut(inst).handles.get_mut(si)? else {
            trap_if!(TaskCallbackWaitNotWaitableSet);
        };
        Ok(self.set_wait_from_callback(thread, wset))
    }

    /// From the end of a yield between callbacks.
    pub(crate) fn callback_yielded(&mut self, thread: ThreadId) -> Result<Step, Stop> {
        let task = self.thread(thread).task;
        let code = match self.task_mut(task).deliver_pending_cancel() {
            true => EventCode::TaskCancelled,
            false => EventCode::None,
        };
        self.call_callback(thread, (code, 0, 0))
    }

    /// From the end of a wait between callbacks.
    pub(crate) fn callback_waited(&mut self, thread: ThreadId, set: SetId) -> Result<Step, Stop> {
        let event = self.set_waited_from_callback(thread, set)?;
        self.call_callback(thread, event)
    }

    fn call_callback(&mut self, thread: ThreadId, event: EventTuple) -> Result<Step, Stop> {
        let lifted = &self.task(self.thread(thread).task).lifted;
        let (inst, callback) = (lifted.inst, lifted.opts.callback);
        self.instance_mut(inst).exclusive_thread = Some(thread);
        let Some(callback) = callback else {
            return Err(Stop::Bug("an event for a task without a callback"));
        };
        let (event_code, p1, p2) = event;
        let args = [event_code as u64, p1.into(), p2.into()];
        Ok(self.run_code(thread, Code::Callback, callback, &args))
    }

    /// `canon_lift`, from the return of a `Thread.resume`: which thread to resume
    /// next.
    ///
    /// Traps: `task.sync.blocked`.
    pub(crate) fn lift_left(&mut self, task: TaskId) -> Result<Option<ThreadId>, Stop> {
        let this = self.task(task);
        if this.lifted.ft.async_ || this.state == State::Resolved {
            return Ok(None);
        }
        let inst = this.lifted.inst;
        let candidate = self.pick_ready(Some(inst), Choice::SyncCall);
        trap_if!(candidate.is_none(), TaskSyncBlocked);
        Ok(candidate)
    }

    /// Ends the exclusiveness of an instance's thread.
    pub(crate) fn release_exclusive(&mut self, inst: InstanceId) {
        self.instance_mut(inst).exclusive_thread = None;
        self.open_gates(inst);
    }

    fn run_code(&mut self, thread: ThreadId, code: Code, func: FuncAddr, args: &[u64]) -> Step {
        let fiber = self.core.call(func, args);
        let this = self.thread_mut(thread);
        this.fiber = Some(fiber);
        this.at = At::Core(code);
        Step::Supplied
    }

    fn lift_context(&mut self, lifted: &Lifted, task: TaskId) -> LiftLowerContext<'_> {
        let opts = lifted.opts.lift_lower;
        LiftLowerContext::new(self, opts, lifted.inst, BorrowScope::Task(task))
    }
}

/// `CallbackCode` ([CanonicalABI.md#canon-lift]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CallbackCode {
    /// `EXIT`.
    Exit,
    /// `YIELD`.
    Yield,
    /// `WAIT`.
    Wait,
}

/// `unpack_callback_result` ([CanonicalABI.md#canon-lift]).
///
/// Traps: `task.callback.bad-code`.
fn unpack_callback_result(packed: u32) -> Result<(CallbackCode, u32), Stop> {
    let code = match packed & 0xf {
        0 => CallbackCode::Exit,
        1 => CallbackCode::Yield,
        2 => CallbackCode::Wait,
        _ => trap_if!(TaskCallbackBadCode),
    };
    Ok((code, packed >> 4))
}
