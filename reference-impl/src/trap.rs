//! Why guests trap.

use crate::core::CoreTrap;
use crate::store::Stop;

macro_rules! sites {
    ($($function:literal in $anchor:literal { $($site:ident = $id:literal: $message:literal,)+ })+) => {
        /// A place where the Canonical ABI traps: one for each `trap_if` and `trap`
        /// of the pinned `definitions.py`, in its order.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum TrapSite {
            $($(#[doc = concat!("`", $id, "`: ", $message, ".")] $site,)+)+
        }

        impl TrapSite {
            /// All sites, in the order of `definitions.py`.
            pub const ALL: &'static [TrapSite] = &[$($(TrapSite::$site,)+)+];

            /// The name of the site.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $($(TrapSite::$site => $id,)+)+ }
            }

            /// The function of `definitions.py` that it stands in.
            #[must_use]
            pub fn function(self) -> &'static str {
                match self { $($(TrapSite::$site)|+ => $function,)+ }
            }

            /// The section of CanonicalABI.md that it stands in.
            #[must_use]
            pub fn anchor(self) -> &'static str {
                match self { $($(TrapSite::$site)|+ => $anchor,)+ }
            }

            /// What is wrong.
            #[must_use]
            pub fn message(self) -> &'static str {
                match self { $($(TrapSite::$site => $message,)+)+ }
            }
        }
    };
}

sites! {
    "Task.unregister_thread" in "#tasks" {
        TaskExitUnresolved = "task.exit.unresolved": "the last thread of a task ends before the task is resolved",
    }
    "Task.return_" in "#tasks" {
        TaskReturnAlreadyResolved = "task.return.already-resolved": "the task has resolved before",
        TaskReturnBorrowsOutstanding = "task.return.borrows-outstanding": "the task still holds borrowed handles",
    }
    "Task.cancel" in "#tasks" {
        TaskCancelNotCancelled = "task.cancel.not-cancelled": "the task was not told of a cancellation",
        TaskCancelBorrowsOutstanding = "task.cancel.borrows-outstanding": "the task still holds borrowed handles",
    }
    "Table.get" in "#table-state" {
        TableGetOutOfRange = "table.get.out-of-range": "index beyond the end of the table",
        TableGetEmptySlot = "table.get.empty-slot": "index with nothing behind it",
    }
    "Table.add" in "#table-state" {
        TableAddFull = "table.add.full": "the table is full",
    }
    "WaitableSet.drop" in "#waitable-state" {
        WaitableSetDropNotEmpty = "waitable-set.drop.not-empty": "the waitable set has elements",
        WaitableSetDropHasWaiters = "waitable-set.drop.has-waiters": "the waitable set is waited on",
    }
    "Subtask.drop" in "#subtask-state" {
        SubtaskDropUnresolved = "subtask.drop.unresolved": "the resolution of the subtask was not delivered",
    }
    "GuestBuffer.__init__" in "#buffer-state" {
        CopyBufferTooLong = "copy.buffer.too-long": "more elements than a buffer holds",
        CopyBufferUnaligned = "copy.buffer.unaligned": "pointer not aligned",
        CopyBufferOutOfBounds = "copy.buffer.out-of-bounds": "pointer out of bounds of memory",
    }
    "End.copy" in "#stream-and-future-state" {
        CopySameInstance = "copy.same-instance": "copy of other than numbers within one instance",
    }
    "convert_i32_to_char" in "#loading" {
        LiftCharTooBig = "lift.char.too-big": "number beyond the last code point",
        LiftCharSurrogate = "lift.char.surrogate": "number of a surrogate",
    }
    "load_string_from_range" in "#loading" {
        LiftStringTooLong = "lift.string.too-long": "string too long",
        LiftStringUnaligned = "lift.string.unaligned": "pointer not aligned",
        LiftStringOutOfBounds = "lift.string.out-of-bounds": "pointer out of bounds of memory",
        LiftStringInvalidEncoding = "lift.string.invalid-encoding": "bytes that are no string in their encoding",
    }
    "lift_error_context" in "#loading" {
        LiftErrorContextWrongKind = "lift.error-context.wrong-kind": "handle of another kind",
    }
    "load_list_from_range" in "#loading" {
        LiftListTooLong = "lift.list.too-long": "list too long",
        LiftListUnaligned = "lift.list.unaligned": "pointer not aligned",
        LiftListOutOfBounds = "lift.list.out-of-bounds": "pointer out of bounds of memory",
    }
    "load_variant" in "#loading" {
        LiftVariantMemoryBadDiscriminant = "lift.variant.memory.bad-discriminant": "discriminant without a case",
    }
    "lift_own" in "#loading" {
        LiftOwnWrongKind = "lift.own.wrong-kind": "handle of another kind",
        LiftOwnWrongType = "lift.own.wrong-type": "handle of another type",
        LiftOwnLent = "lift.own.lent": "owned handle is lent",
        LiftOwnIsBorrow = "lift.own.is-borrow": "borrowed handle where an owned one is due",
    }
    "lift_borrow" in "#loading" {
        LiftBorrowWrongKind = "lift.borrow.wrong-kind": "handle of another kind",
        LiftBorrowWrongType = "lift.borrow.wrong-type": "handle of another type",
    }
    "lift_async_value" in "#loading" {
        LiftAsyncValueWrongKind = "lift.async-value.wrong-kind": "handle of another kind",
        LiftAsyncValueWrongType = "lift.async-value.wrong-type": "handle of another type",
        LiftAsyncValueNotIdle = "lift.async-value.not-idle": "end is busy or done",
        LiftAsyncValueInWaitableSet = "lift.async-value.in-waitable-set": "waitable is in a waitable set",
    }
    "store_string_copy" in "#storing" {
        LowerStringCopyUnaligned = "lower.string.copy.unaligned": "pointer not aligned",
        LowerStringCopyOutOfBounds = "lower.string.copy.out-of-bounds": "pointer out of bounds of memory",
    }
    "store_string_to_utf8" in "#storing" {
        LowerStringToUtf8FirstOutOfBounds = "lower.string.to-utf8.first.out-of-bounds": "pointer out of bounds of memory",
        LowerStringToUtf8WorstOutOfBounds = "lower.string.to-utf8.worst.out-of-bounds": "pointer out of bounds of memory",
        LowerStringToUtf8ShrinkOutOfBounds = "lower.string.to-utf8.shrink.out-of-bounds": "pointer out of bounds of memory",
    }
    "store_utf8_to_utf16" in "#storing" {
        LowerStringUtf8ToUtf16FirstUnaligned = "lower.string.utf8-to-utf16.first.unaligned": "pointer not aligned",
        LowerStringUtf8ToUtf16FirstOutOfBounds = "lower.string.utf8-to-utf16.first.out-of-bounds": "pointer out of bounds of memory",
        LowerStringUtf8ToUtf16ShrinkUnaligned = "lower.string.utf8-to-utf16.shrink.unaligned": "pointer not aligned",
        LowerStringUtf8ToUtf16ShrinkOutOfBounds = "lower.string.utf8-to-utf16.shrink.out-of-bounds": "pointer out of bounds of memory",
    }
    "store_string_to_latin1_or_utf16" in "#storing" {
        LowerStringToCompactFirstUnaligned = "lower.string.to-compact.first.unaligned": "pointer not aligned",
        LowerStringToCompactFirstOutOfBounds = "lower.string.to-compact.first.out-of-bounds": "pointer out of bounds of memory",
        LowerStringToCompactWorstUnaligned = "lower.string.to-compact.worst.unaligned": "pointer not aligned",
        LowerStringToCompactWorstOutOfBounds = "lower.string.to-compact.worst.out-of-bounds": "pointer out of bounds of memory",
        LowerStringToCompactUtf16ShrinkUnaligned = "lower.string.to-compact.utf16-shrink.unaligned": "pointer not aligned",
        LowerStringToCompactUtf16ShrinkOutOfBounds = "lower.string.to-compact.utf16-shrink.out-of-bounds": "pointer out of bounds of memory",
        LowerStringToCompactLatin1ShrinkUnaligned = "lower.string.to-compact.latin1-shrink.unaligned": "pointer not aligned",
        LowerStringToCompactLatin1ShrinkOutOfBounds = "lower.string.to-compact.latin1-shrink.out-of-bounds": "pointer out of bounds of memory",
    }
    "store_probably_utf16_to_latin1_or_utf16" in "#storing" {
        LowerStringCompactUtf16FirstUnaligned = "lower.string.compact-utf16.first.unaligned": "pointer not aligned",
        LowerStringCompactUtf16FirstOutOfBounds = "lower.string.compact-utf16.first.out-of-bounds": "pointer out of bounds of memory",
        LowerStringCompactUtf16ShrinkOutOfBounds = "lower.string.compact-utf16.shrink.out-of-bounds": "pointer out of bounds of memory",
    }
    "store_list_into_range" in "#storing" {
        LowerListUnaligned = "lower.list.unaligned": "pointer not aligned",
        LowerListOutOfBounds = "lower.list.out-of-bounds": "pointer out of bounds of memory",
    }
    "lift_flat_variant" in "#flat-lifting" {
        LiftVariantFlatBadDiscriminant = "lift.variant.flat.bad-discriminant": "discriminant without a case",
    }
    "lift_flat_values" in "#lifting-and-lowering-values" {
        LiftSpillUnaligned = "lift.spill.unaligned": "pointer not aligned",
        LiftSpillOutOfBounds = "lift.spill.out-of-bounds": "pointer out of bounds of memory",
    }
    "lower_flat_values" in "#lifting-and-lowering-values" {
        LowerSpillUnaligned = "lower.spill.unaligned": "pointer not aligned",
        LowerSpillOutOfBounds = "lower.spill.out-of-bounds": "pointer out of bounds of memory",
    }
    "canon_lift.thread_func" in "#canon-lift" {
        TaskCallbackWaitNotWaitableSet = "task.callback.wait.not-waitable-set": "callback waits on what is no waitable set",
        TaskCallbackBadCodeUnreachable = "task.callback.bad-code.unreachable": "callback code without a meaning",
    }
    "canon_lift" in "#canon-lift" {
        TaskSyncBlocked = "task.sync.blocked": "synchronous call blocks, and no thread of its instance is ready",
    }
    "unpack_callback_result" in "#canon-lift" {
        TaskCallbackBadCode = "task.callback.bad-code": "callback code without a meaning",
    }
    "call_and_trap_on_throw" in "#canon-lift" {
        TaskCoreExceptionEscaped = "task.core-exception-escaped": "core exception leaves its component",
    }
    "canon_lower" in "#canon-lower" {
        InstLeaveLower = "inst.leave.lower": "cannot leave component instance",
    }
    "canon_resource_new" in "#canon-resourcenew" {
        InstLeaveResourceNew = "inst.leave.resource.new": "cannot leave component instance",
    }
    "canon_resource_drop" in "#canon-resourcedrop" {
        InstLeaveResourceDrop = "inst.leave.resource.drop": "cannot leave component instance",
        ResourceDropWrongKind = "resource.drop.wrong-kind": "handle of another kind",
        ResourceDropWrongType = "resource.drop.wrong-type": "handle of another type",
        ResourceDropLent = "resource.drop.lent": "handle is lent",
    }
    "canon_resource_rep" in "#canon-resourcerep" {
        ResourceRepWrongKind = "resource.rep.wrong-kind": "handle of another kind",
        ResourceRepWrongType = "resource.rep.wrong-type": "handle of another type",
    }
    "canon_backpressure_inc" in "#-canon-backpressureincdec" {
        BackpressureIncOverflow = "backpressure.inc.overflow": "backpressure counted too high",
    }
    "canon_backpressure_dec" in "#-canon-backpressureincdec" {
        BackpressureDecUnderflow = "backpressure.dec.underflow": "backpressure counted below zero",
    }
    "canon_task_return" in "#-canon-taskreturn" {
        InstLeaveTaskReturn = "inst.leave.task.return": "cannot leave component instance",
        TaskReturnSyncTask = "task.return.sync-task": "`task.return` in a task that was not lifted as async",
        TaskReturnWrongType = "task.return.wrong-type": "`task.return` of another type than the task's",
        TaskReturnWrongOptions = "task.return.wrong-options": "`task.return` with other options than the task's",
    }
    "canon_task_cancel" in "#-canon-taskcancel" {
        InstLeaveTaskCancel = "inst.leave.task.cancel": "cannot leave component instance",
        TaskCancelSyncTask = "task.cancel.sync-task": "`task.cancel` in a task that was not lifted as async",
    }
    "canon_waitable_set_new" in "#-canon-waitable-setnew" {
        InstLeaveWaitableSetNew = "inst.leave.waitable-set.new": "cannot leave component instance",
    }
    "canon_waitable_set_wait" in "#-canon-waitable-setwait" {
        InstLeaveWaitableSetWait = "inst.leave.waitable-set.wait": "cannot leave component instance",
        WaitableSetWaitWrongKind = "waitable-set.wait.wrong-kind": "handle of another kind",
    }
    "canon_waitable_set_poll" in "#-canon-waitable-setpoll" {
        InstLeaveWaitableSetPoll = "inst.leave.waitable-set.poll": "cannot leave component instance",
        WaitableSetPollWrongKind = "waitable-set.poll.wrong-kind": "handle of another kind",
    }
    "canon_waitable_set_drop" in "#-canon-waitable-setdrop" {
        InstLeaveWaitableSetDrop = "inst.leave.waitable-set.drop": "cannot leave component instance",
        WaitableSetDropWrongKind = "waitable-set.drop.wrong-kind": "handle of another kind",
    }
    "canon_waitable_join" in "#-canon-waitablejoin" {
        InstLeaveWaitableJoin = "inst.leave.waitable.join": "cannot leave component instance",
        WaitableJoinNotWaitable = "waitable.join.not-waitable": "handle is no waitable",
        WaitableJoinSyncWaiter = "waitable.join.sync-waiter": "the waitable is waited for synchronously",
        WaitableJoinNotWaitableSet = "waitable.join.not-waitable-set": "handle is no waitable set",
    }
    "canon_subtask_cancel" in "#-canon-subtaskcancel" {
        InstLeaveSubtaskCancel = "inst.leave.subtask.cancel": "cannot leave component instance",
        SubtaskCancelWrongKind = "subtask.cancel.wrong-kind": "handle of another kind",
        SubtaskCancelResolveDelivered = "subtask.cancel.resolve-delivered": "the resolution of the subtask was delivered",
        SubtaskCancelAlreadyRequested = "subtask.cancel.already-requested": "the cancellation of the subtask was requested before",
        SubtaskCancelInWaitableSet = "subtask.cancel.in-waitable-set": "waitable is in a waitable set",
    }
    "canon_subtask_drop" in "#-canon-subtaskdrop" {
        InstLeaveSubtaskDrop = "inst.leave.subtask.drop": "cannot leave component instance",
        SubtaskDropWrongKind = "subtask.drop.wrong-kind": "handle of another kind",
    }
    "canon_stream_new" in "#-canon-streamfuturenew" {
        InstLeaveStreamNew = "inst.leave.stream.new": "cannot leave component instance",
    }
    "canon_future_new" in "#-canon-streamfuturenew" {
        InstLeaveFutureNew = "inst.leave.future.new": "cannot leave component instance",
    }
    "copy" in "#-canon-streamfuturereadwrite" {
        InstLeaveCopy = "inst.leave.copy": "cannot leave component instance",
        CopyWrongKind = "copy.wrong-kind": "handle of another kind",
        CopyWrongType = "copy.wrong-type": "handle of another type",
        CopyNotIdle = "copy.not-idle": "end is busy or done",
        CopySyncInWaitableSet = "copy.sync-in-waitable-set": "synchronous use of a waitable that is in a waitable set",
    }
    "cancel_copy" in "#-canon-streamfuturecancel-readwrite" {
        InstLeaveCancelCopy = "inst.leave.cancel-copy": "cannot leave component instance",
        CancelCopyWrongKind = "cancel-copy.wrong-kind": "handle of another kind",
        CancelCopyWrongType = "cancel-copy.wrong-type": "handle of another type",
        CancelCopyNotCopying = "cancel-copy.not-copying": "no copy is under way",
        CancelCopyHasSyncWaiter = "cancel-copy.has-sync-waiter": "the copy is waited for synchronously",
        CancelCopySyncInWaitableSet = "cancel-copy.sync-in-waitable-set": "synchronous use of a waitable that is in a waitable set",
    }
    "drop" in "#-canon-streamfuturedrop-readablewritable" {
        InstLeaveDropEnd = "inst.leave.drop-end": "cannot leave component instance",
        DropEndWrongKind = "drop-end.wrong-kind": "handle of another kind",
        DropEndWrongType = "drop-end.wrong-type": "handle of another type",
        DropEndBusy = "drop-end.busy": "a copy is under way",
        FutureDropWritableUnwritten = "future.drop-writable.unwritten": "writable end of a future is dropped before a value was written",
    }
    "forward" in "#-canon-streamfutureforward" {
        InstLeaveForward = "inst.leave.forward": "cannot leave component instance",
        ForwardReadableWrongKind = "forward.readable.wrong-kind": "handle of another kind",
        ForwardReadableWrongType = "forward.readable.wrong-type": "handle of another type",
        ForwardReadableNotIdle = "forward.readable.not-idle": "end is busy or done",
        ForwardReadableInWaitableSet = "forward.readable.in-waitable-set": "waitable is in a waitable set",
        ForwardWritableWrongKind = "forward.writable.wrong-kind": "handle of another kind",
        ForwardWritableWrongType = "forward.writable.wrong-type": "handle of another type",
        ForwardWritableNotIdle = "forward.writable.not-idle": "end is busy or done",
        ForwardWritableInWaitableSet = "forward.writable.in-waitable-set": "waitable is in a waitable set",
    }
    "canon_thread_index" in "#-canon-threadindex" {
        InstLeaveThreadIndex = "inst.leave.thread.index": "cannot leave component instance",
    }
    "canon_thread_new_indirect" in "#-canon-threadnew-indirect" {
        InstLeaveThreadNewIndirect = "inst.leave.thread.new-indirect": "cannot leave component instance",
        ThreadNewIndirectWrongType = "thread.new-indirect.wrong-type": "function of another type than a thread's",
    }
    "canon_thread_resume_later" in "#-canon-threadresume-later" {
        InstLeaveThreadResumeLater = "inst.leave.thread.resume-later": "cannot leave component instance",
        ThreadResumeLaterNotSuspended = "thread.resume-later.not-suspended": "thread is not suspended",
    }
    "canon_thread_suspend" in "#-canon-threadsuspend" {
        InstLeaveThreadSuspend = "inst.leave.thread.suspend": "cannot leave component instance",
    }
    "canon_thread_yield" in "#-canon-threadyield" {
        InstLeaveThreadYield = "inst.leave.thread.yield": "cannot leave component instance",
    }
    "canon_thread_suspend_then_resume" in "#-canon-threadsuspend-then-resume" {
        InstLeaveThreadSuspendThenResume = "inst.leave.thread.suspend-then-resume": "cannot leave component instance",
        ThreadSuspendThenResumeNotSuspended = "thread.suspend-then-resume.not-suspended": "thread is not suspended",
    }
    "canon_thread_yield_then_resume" in "#-canon-threadyield-then-resume" {
        InstLeaveThreadYieldThenResume = "inst.leave.thread.yield-then-resume": "cannot leave component instance",
        ThreadYieldThenResumeNotSuspended = "thread.yield-then-resume.not-suspended": "thread is not suspended",
    }
    "canon_thread_suspend_then_promote" in "#-canon-threadsuspend-then-promote" {
        InstLeaveThreadSuspendThenPromote = "inst.leave.thread.suspend-then-promote": "cannot leave component instance",
        ThreadSuspendThenPromoteSelf = "thread.suspend-then-promote.self": "thread is the current one",
    }
    "canon_thread_yield_then_promote" in "#-canon-threadyield-then-promote" {
        InstLeaveThreadYieldThenPromote = "inst.leave.thread.yield-then-promote": "cannot leave component instance",
        ThreadYieldThenPromoteSelf = "thread.yield-then-promote.self": "thread is the current one",
    }
    "canon_error_context_new" in "#-canon-error-contextnew" {
        InstLeaveErrorContextNew = "inst.leave.error-context.new": "cannot leave component instance",
    }
    "canon_error_context_debug_message" in "#-canon-error-contextdebug-message" {
        InstLeaveErrorContextDebugMessage = "inst.leave.error-context.debug-message": "cannot leave component instance",
        ErrorContextDebugMessageWrongKind = "error-context.debug-message.wrong-kind": "handle of another kind",
    }
    "canon_error_context_drop" in "#-canon-error-contextdrop" {
        InstLeaveErrorContextDrop = "inst.leave.error-context.drop": "cannot leave component instance",
        ErrorContextDropWrongKind = "error-context.drop.wrong-kind": "handle of another kind",
    }
}

/// Where the text lets a guest reach an assertion, and a trap is what the text
/// around it asks for.
///
/// Where it asks for something else, there is nothing to report: the README has the
/// list of all gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum SpecGap {
    /// `unpack_event` stores through a pointer that is not aligned.
    #[error("pointer not aligned")]
    EventUnaligned,
    /// `unpack_event` stores through a pointer beyond the end of memory.
    #[error("pointer out of bounds of memory")]
    EventOutOfBounds,
    /// `canon_error_context_debug_message` stores through a pointer that is not
    /// aligned.
    #[error("pointer not aligned")]
    DebugMessageUnaligned,
    /// `canon_error_context_debug_message` stores through a pointer beyond the end
    /// of memory.
    #[error("pointer out of bounds of memory")]
    DebugMessageOutOfBounds,
}

impl SpecGap {
    /// All gaps.
    pub const ALL: &'static [SpecGap] = &[
        SpecGap::EventUnaligned,
        SpecGap::EventOutOfBounds,
        SpecGap::DebugMessageUnaligned,
        SpecGap::DebugMessageOutOfBounds,
    ];

    /// The name of the gap.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            SpecGap::EventUnaligned => "gap.waitable-set.event.unaligned",
            SpecGap::EventOutOfBounds => "gap.waitable-set.event.out-of-bounds",
            SpecGap::DebugMessageUnaligned => "gap.error-context.debug-message.unaligned",
            SpecGap::DebugMessageOutOfBounds => "gap.error-context.debug-message.out-of-bounds",
        }
    }
}

/// Why a guest trapped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trap {
    /// At a site of the Canonical ABI.
    #[error("{}", .0.message())]
    Site(TrapSite),
    /// Where the Canonical ABI says too little.
    #[error(transparent)]
    Gap(SpecGap),
    /// In core code.
    #[error(transparent)]
    Core(#[from] CoreTrap),
    /// Nothing in the store can make progress, and the host waits for a result.
    #[error("deadlock: nothing can make progress")]
    Deadlock,
    /// An earlier trap has locked the store.
    #[error("cannot enter component instance")]
    Locked,
    /// A function of the host asked for it.
    #[error("{0}")]
    Host(String),
}

impl Trap {
    /// A stable name of the reason.
    #[must_use]
    pub fn id(&self) -> &'static str {
        match self {
            Trap::Site(site) => site.id(),
            Trap::Gap(gap) => gap.id(),
            Trap::Core(trap) => trap.id(),
            Trap::Deadlock => "deadlock",
            Trap::Locked => "locked",
            Trap::Host(_) => "host",
        }
    }
}

/// Traps at a site of the spec if a condition holds, or in any case: the only way
/// to trap there.
macro_rules! trap_if {
    ($condition:expr, $site:ident) => {
        if $condition && crate::trap::is_on(crate::trap::TrapSite::$site) {
            crate::trap::trap_if!($site);
        }
    };
    ($site:ident) => {
        return Err(crate::trap::stop_at(crate::trap::TrapSite::$site))
    };
}
pub(crate) use trap_if;

/// The stop of a trap at a site. Where nothing can go on without a check that is
/// switched off, it is no trap.
pub(crate) fn stop_at(site: TrapSite) -> Stop {
    match is_on(site) {
        true => Stop::Trap(Trap::Site(site)),
        false => Stop::Unsupported("to go on where a check is switched off"),
    }
}

/// Whether a site is checked: always, but for a test of those who look for faults.
#[cfg(not(feature = "faults"))]
pub(crate) const fn is_on(_site: TrapSite) -> bool {
    true
}

#[cfg(feature = "faults")]
pub(crate) use faults::is_on;

/// Checks that are switched off, to see whether anybody finds out.
#[cfg(feature = "faults")]
pub mod faults {
    use super::TrapSite;
    use std::sync::atomic::{AtomicBool, Ordering};

    static OFF: [AtomicBool; TrapSite::ALL.len()] =
        [const { AtomicBool::new(false) }; TrapSite::ALL.len()];

    /// Switches the check at a site off, or on again, in the whole process.
    pub fn switch(site: TrapSite, off: bool) {
        OFF[site as usize].store(off, Ordering::Relaxed);
    }

    pub(crate) fn is_on(site: TrapSite) -> bool {
        !OFF[site as usize].load(Ordering::Relaxed)
    }
}
