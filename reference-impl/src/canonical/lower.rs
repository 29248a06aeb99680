//! `canon lower`: component functions as core functions.

use crate::canonical::context::{BorrowScope, LiftLowerContext};
use crate::canonical::flat_lifting::CoreValueIter;
use crate::canonical::flattening::{MAX_FLAT_ASYNC_PARAMS, MAX_FLAT_PARAMS, MAX_FLAT_RESULTS};
use crate::canonical::instance::Handle;
use crate::canonical::options::CanonicalOptions;
use crate::canonical::scheduler::{Step, Then};
use crate::canonical::subtask::{Callee, State, SubtaskId};
use crate::canonical::task::Caller;
use crate::canonical::thread::{At, Blocked, ThreadId, Until};
use crate::canonical::values::{lift_flat_values, lower_flat_values};
use crate::canonical::waitable::WaitableId;
use crate::core::Fiber;
use crate::embedding::{Asked, Asker};
use crate::reached::CanonicalDefinition;
use crate::store::{FuncInst, Stop, Store};
use crate::trap::trap_if;
use crate::types::FuncType;
use crate::value::Value;
use std::sync::Arc;

/// A `canon lower` definition of an instance.
#[derive(Debug)]
pub(crate) struct Lowered {
    /// The component function.
    pub(crate) callee: FuncInst,
    /// Its type.
    pub(crate) ft: Arc<FuncType>,
    /// How values cross.
    pub(crate) opts: CanonicalOptions,
}

/// Where a call has got to when the callee's `FuncInst` returns.
enum Left {
    /// It is over for the caller: the flat results.
    Finished(Vec<u64>),
    /// The caller waits for its resolution.
    Waiting(Step),
}

/// `canon_lower` ([CanonicalABI.md#canon-lower]) in the steps between which other
/// threads run.
impl Store {
    /// From the beginning to the call of a component's function; to the end of that
    /// of a host's.
    ///
    /// Traps: `inst.leave.lower`.
    pub(crate) fn canon_lower(
        &mut self,
        thread: ThreadId,
        lowered: &Arc<Lowered>,
        fiber: &mut Fiber,
        flat_args: Vec<u64>,
    ) -> Result<Step, Stop> {
        let inst = self.current_instance(thread);
        trap_if!(!self.instance(inst).may_leave, InstLeaveLower);
        let flat_args = CoreValueIter::new(flat_args);
        let subtask = self.new_subtask(lowered.clone(), inst, flat_args);
        match &lowered.callee {
            FuncInst::Lifted(lifted) => {
                let task = self.new_task(lifted.clone(), Caller::Guest(subtask));
                self.subtask_mut(subtask).callee = Some(Callee::Task(task));
                let then = Then::Called {
                    task,
                    caller: thread,
                    subtask,
                };
                Ok(Step::Call(self.new_thread(task, At::Enter, None), then))
            }
            FuncInst::Host(func) => {
                let args = self.lower_start(subtask)?;
                match self.call_host(func, &lowered.ft, args, Asker::Guest(subtask))? {
                    Asked::Returned(result) => self.lower_return(subtask, result)?,
                    Asked::Pending(call) => {
                        self.subtask_mut(subtask).callee = Some(Callee::Host(call));
                    }
                }
                match self.lower_left(thread, subtask)? {
                    Left::Finished(flat_results) => {
                        fiber.supply(&flat_results);
                        Ok(Step::Supplied)
                    }
                    Left::Waiting(step) => Ok(step),
                }
            }
        }
    }

    /// `on_start`.
    ///
    /// Traps: those of lifting.
    pub(crate) fn lower_start(&mut self, subtask: SubtaskId) -> Result<Vec<Value>, Stop> {
        self.reached.go_on(CanonicalDefinition::Lower);
        self.on_progress(subtask);
        let this = self.subtask_mut(subtask);
        this.state = State::Started;
        let lowered = this.lowered.clone();
        let mut flat_args = std::mem::take(&mut this.flat_args);
        let max_flat_params = match lowered.opts.async_ {
            false => MAX_FLAT_PARAMS,
            true => MAX_FLAT_ASYNC_PARAMS,
        };
        let ts: Vec<_> = lowered.ft.param_types().collect();
        let mut cx = self.lower_context(&lowered, subtask);
        let args = lift_flat_values(&mut cx, max_flat_params, &mut flat_args, &ts)?;
        self.subtask_mut(subtask).flat_args = flat_args;
        Ok(args)
    }

    /// `on_resolve`, with a result.
    ///
    /// Traps: those of lowering.
    pub(crate) fn lower_return(
        &mut self,
        subtask: SubtaskId,
        result: Option<Value>,
    ) -> Result<(), Stop> {
        self.on_progress(subtask);
        let this = self.subtask_mut(subtask);
        let lowered = this.lowered.clone();
        let mut flat_args = std::mem::take(&mut this.flat_args);
        let max_flat_results = match lowered.opts.async_ {
            false => MAX_FLAT_RESULTS,
            true => 0,
        };
        let ts: Vec<_> = lowered.ft.result_type().collect();
        let mut cx = self.lower_context(&lowered, subtask);
        let result = Vec::from_iter(result);
        let out_param = Some(&mut flat_args);
        let flat_results = lower_flat_values(&mut cx, max_flat_results, result, &ts, out_param)?;
        self.resolve(subtask, State::Returned, flat_results);
        Ok(())
    }

    /// `on_resolve`, of a call that was cancelled.
    pub(crate) fn lower_cancel(&mut self, subtask: SubtaskId) {
        self.on_progress(subtask);
        let state = match self.subtask(subtask).state {
            State::Starting => State::CancelledBeforeStarted,
            _ => State::CancelledBeforeReturned,
        };
        self.resolve(subtask, state, Vec::new());
    }

    /// `on_progress`, once the caller has a handle.
    fn on_progress(&mut self, subtask: SubtaskId) {
        if self.subtask(subtask).waitable.index.is_some() {
            self.set_pending_event(WaitableId::Subtask(subtask), 0);
        }
    }

    /// From the return of the callee's `FuncInst`, if that is a component's.
    pub(crate) fn lower_called(
        &mut self,
        caller: ThreadId,
        subtask: SubtaskId,
    ) -> Result<Step, Stop> {
        match self.lower_left(caller, subtask)? {
            Left::Finished(flat_results) => self.supply(caller, &flat_results),
            Left::Waiting(step) => Ok(step),
        }
    }

    /// From the return of the callee's `FuncInst`.
    ///
    /// Traps: `table.add.full`.
    fn lower_left(&mut self, caller: ThreadId, subtask: SubtaskId) -> Result<Left, Stop> {
        let this = self.subtask_mut(subtask);
        if this.resolved() {
            self.lower_finish(subtask).map(Left::Finished)
        } else if this.lowered.opts.async_ {
            let inst = this.inst;
            let handle = Handle::Waitable(WaitableId::Subtask(subtask));
            let subtaski = self.add_handle(inst, handle)?;
            let this = self.subtask_mut(subtask);
            this.waitable.index = Some(subtaski);
            let packed = this.state as u32 | subtaski << 4;
            Ok(Left::Finished(vec![packed.into()]))
        } else {
            this.waiter = Some(caller);
            self.block(caller, Blocked::Lower(subtask));
            let until = Until::Resolved(subtask);
            Ok(Left::Waiting(self.wait_until(caller, until)))
        }
    }

    /// From the end of a wait for the callee's resolution.
    pub(crate) fn lower_unblocked(
        &mut self,
        thread: ThreadId,
        subtask: SubtaskId,
    ) -> Result<Step, Stop> {
        let flat_results = self.lower_finish(subtask)?;
        self.supply(thread, &flat_results)
    }

    /// The end, where the subtask has resolved: the flat results.
    fn lower_finish(&mut self, subtask: SubtaskId) -> Result<Vec<u64>, Stop> {
        self.deliver_resolve(subtask)?;
        let subtask = self.subtasks.remove(subtask.0);
        Ok(match subtask.lowered.opts.async_ {
            false => subtask.flat_results,
            true => vec![State::Returned as u64],
        })
    }

    fn lower_context(&mut self, lowered: &Lowered, subtask: SubtaskId) -> LiftLowerContext<'_> {
        let inst = self.subtask(subtask).inst;
        let scope = BorrowScope::Subtask(subtask);
        LiftLowerContext::new(self, lowered.opts.lift_lower, inst, scope)
    }
}
