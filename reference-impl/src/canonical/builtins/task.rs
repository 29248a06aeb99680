//! `canon task.return` and `task.cancel`.

use crate::canonical::context::{BorrowScope, LiftLowerContext};
use crate::canonical::flat_lifting::CoreValueIter;
use crate::canonical::flattening::MAX_FLAT_PARAMS;
use crate::canonical::options::{LiftLowerOptions, LiftOptions};
use crate::canonical::thread::ThreadId;
use crate::canonical::values::lift_flat_values;
use crate::store::{Stop, Store};
use crate::trap::trap_if;
use crate::types::ValType;

impl Store {
    /// `canon_task_return` ([CanonicalABI.md#-canon-taskreturn]).
    ///
    /// Traps: `inst.leave.task.return`, `task.return.*`, those of lifting and of
    /// the caller's lowering.
    pub(super) fn canon_task_return(
        &mut self,
        thread: ThreadId,
        result_type: Option<&ValType>,
        opts: LiftOptions,
        flat_args: Vec<u64>,
    ) -> Result<(), Stop> {
        let task = self.thread(thread).task;
        let lifted = self.task(task).lifted.clone();
        trap_if!(!self.instance(lifted.inst).may_leave, InstLeaveTaskReturn);
        trap_if!(!lifted.opts.async_, TaskReturnSyncTask);
        trap_if!(
            result_type != lifted.ft.result.as_ref(),
            TaskReturnWrongType
        );
        trap_if!(
            !same_lifting(opts, lifted.opts.lift_lower.lift),
            TaskReturnWrongOptions
        );
        let opts = LiftLowerOptions {
            lift: opts,
            realloc: None,
        };
        let mut cx = LiftLowerContext::new(self, opts, lifted.inst, BorrowScope::Task(task));
        let ts: Vec<_> = lifted.ft.result_type().collect();
        let mut vi = CoreValueIter::new(flat_args);
        let result = lift_flat_values(&mut cx, MAX_FLAT_PARAMS, &mut vi, &ts)?.pop();
        self.return_task(task, result)
    }

    /// `canon_task_cancel` ([CanonicalABI.md#-canon-taskcancel]).
    ///
    /// Traps: `inst.leave.task.cancel`, `task.cancel.*`.
    pub(super) fn canon_task_cancel(&mut self, thread: ThreadId) -> Result<(), Stop> {
        let task = self.thread(thread).task;
        let lifted = &self.task(task).lifted;
        trap_if!(!self.instance(lifted.inst).may_leave, InstLeaveTaskCancel);
        trap_if!(!lifted.opts.async_, TaskCancelSyncTask);
        self.cancel_task(task)
    }
}

/// `LiftOptions.equal` ([CanonicalABI.md#canonical-abi-options]), but that
/// `task.return` need not name a memory: validation asks for one only where the
/// result needs it, and the suite leaves it out where `canon lift` has one.
fn same_lifting(opts: LiftOptions, task: LiftOptions) -> bool {
    opts.string_encoding == task.string_encoding
        && (opts.memory.is_none() || opts.memory == task.memory)
}
