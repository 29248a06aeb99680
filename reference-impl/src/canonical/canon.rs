//! What a core function made by a canonical definition does
//! ([CanonicalABI.md#canonical-definitions]).

use crate::canonical::lower::Lowered;
use crate::canonical::options::{CanonicalOptions, LiftLowerOptions, LiftOptions, MemInst};
use crate::core::TableAddr;
use crate::reached::CanonicalDefinition;
use crate::types::{CoreValType, ResourceType, ValType};
use std::sync::Arc;

/// The element type of a stream or a future.
pub(crate) type Payload = Option<Arc<ValType>>;

/// A canonical definition whose immediates are resolved.
#[derive(Clone, Debug)]
pub(crate) enum Canon {
    /// `canon lower`.
    Lower(Arc<Lowered>),
    /// `canon resource.new`.
    ResourceNew(ResourceType),
    /// `canon resource.drop`.
    ResourceDrop(ResourceType),
    /// `canon resource.rep`.
    ResourceRep(ResourceType),
    /// `canon context.get`, with the slot.
    ContextGet(CoreValType, u32),
    /// `canon context.set`, with the slot.
    ContextSet(CoreValType, u32),
    /// `canon backpressure.inc`.
    BackpressureInc,
    /// `canon backpressure.dec`.
    BackpressureDec,
    /// `canon task.return`.
    TaskReturn {
        /// The type of the result.
        result: Option<ValType>,
        /// How to lift it.
        opts: LiftOptions,
    },
    /// `canon task.cancel`.
    TaskCancel,
    /// `canon waitable-set.new`.
    WaitableSetNew,
    /// `canon waitable-set.wait`, with the memory that events go to.
    WaitableSetWait(MemInst),
    /// `canon waitable-set.poll`, with the memory that events go to.
    WaitableSetPoll(MemInst),
    /// `canon waitable-set.drop`.
    WaitableSetDrop,
    /// `canon waitable.join`.
    WaitableJoin,
    /// `canon subtask.cancel`; whether it is `async`.
    SubtaskCancel(bool),
    /// `canon subtask.drop`.
    SubtaskDrop,
    /// `canon stream.new`.
    StreamNew(Payload),
    /// `canon stream.read`.
    StreamRead(Payload, CanonicalOptions),
    /// `canon stream.write`.
    StreamWrite(Payload, CanonicalOptions),
    /// `canon stream.cancel-read`; whether it is `async`.
    StreamCancelRead(Payload, bool),
    /// `canon stream.cancel-write`; whether it is `async`.
    StreamCancelWrite(Payload, bool),
    /// `canon stream.drop-readable`.
    StreamDropReadable(Payload),
    /// `canon stream.drop-writable`.
    StreamDropWritable(Payload),
    /// `canon stream.forward`.
    StreamForward(Payload),
    /// `canon future.new`.
    FutureNew(Payload),
    /// `canon future.read`.
    FutureRead(Payload, CanonicalOptions),
    /// `canon future.write`.
    FutureWrite(Payload, CanonicalOptions),
    /// `canon future.cancel-read`; whether it is `async`.
    FutureCancelRead(Payload, bool),
    /// `canon future.cancel-write`; whether it is `async`.
    FutureCancelWrite(Payload, bool),
    /// `canon future.drop-readable`.
    FutureDropReadable(Payload),
    /// `canon future.drop-writable`.
    FutureDropWritable(Payload),
    /// `canon future.forward`.
    FutureForward(Payload),
    /// `canon thread.index`.
    ThreadIndex,
    /// `canon thread.new-indirect`: the type of the parameter, and the table.
    ThreadNewIndirect(CoreValType, TableAddr),
    /// `canon thread.resume-later`.
    ThreadResumeLater,
    /// `canon thread.suspend`.
    ThreadSuspend,
    /// `canon thread.yield`.
    ThreadYield,
    /// `canon thread.suspend-then-resume`.
    ThreadSuspendThenResume,
    /// `canon thread.yield-then-resume`.
    ThreadYieldThenResume,
    /// `canon thread.suspend-then-promote`.
    ThreadSuspendThenPromote,
    /// `canon thread.yield-then-promote`.
    ThreadYieldThenPromote,
    /// `canon error-context.new`.
    ErrorContextNew(LiftOptions),
    /// `canon error-context.debug-message`.
    ErrorContextDebugMessage(LiftLowerOptions),
    /// `canon error-context.drop`.
    ErrorContextDrop,
}

impl Canon {
    /// Which definition it is.
    pub(crate) fn definition(&self) -> CanonicalDefinition {
        match self {
            Canon::Lower(..) => CanonicalDefinition::Lower,
            Canon::ResourceNew(..) => CanonicalDefinition::ResourceNew,
            Canon::ResourceDrop(..) => CanonicalDefinition::ResourceDrop,
            Canon::ResourceRep(..) => CanonicalDefinition::ResourceRep,
            Canon::ContextGet(..) => CanonicalDefinition::ContextGet,
            Canon::ContextSet(..) => CanonicalDefinition::ContextSet,
            Canon::BackpressureInc => CanonicalDefinition::BackpressureInc,
            Canon::BackpressureDec => CanonicalDefinition::BackpressureDec,
            Canon::TaskReturn { .. } => CanonicalDefinition::TaskReturn,
            Canon::TaskCancel => CanonicalDefinition::TaskCancel,
            Canon::WaitableSetNew => CanonicalDefinition::WaitableSetNew,
            Canon::WaitableSetWait(..) => CanonicalDefinition::WaitableSetWait,
            Canon::WaitableSetPoll(..) => CanonicalDefinition::WaitableSetPoll,
            Canon::WaitableSetDrop => CanonicalDefinition::WaitableSetDrop,
            Canon::WaitableJoin => CanonicalDefinition::WaitableJoin,
            Canon::SubtaskCancel(..) => CanonicalDefinition::SubtaskCancel,
            Canon::SubtaskDrop => CanonicalDefinition::SubtaskDrop,
            Canon::StreamNew(..) => CanonicalDefinition::StreamNew,
            Canon::StreamRead(..) => CanonicalDefinition::StreamRead,
            Canon::StreamWrite(..) => CanonicalDefinition::StreamWrite,
            Canon::StreamCancelRead(..) => CanonicalDefinition::StreamCancelRead,
            Canon::StreamCancelWrite(..) => CanonicalDefinition::StreamCancelWrite,
            Canon::StreamDropReadable(..) => CanonicalDefinition::StreamDropReadable,
            Canon::StreamDropWritable(..) => CanonicalDefinition::StreamDropWritable,
            Canon::StreamForward(..) => CanonicalDefinition::StreamForward,
            Canon::FutureNew(..) => CanonicalDefinition::FutureNew,
            Canon::FutureRead(..) => CanonicalDefinition::FutureRead,
            Canon::FutureWrite(..) => CanonicalDefinition::FutureWrite,
            Canon::FutureCancelRead(..) => CanonicalDefinition::FutureCancelRead,
            Canon::FutureCancelWrite(..) => CanonicalDefinition::FutureCancelWrite,
            Canon::FutureDropReadable(..) => CanonicalDefinition::FutureDropReadable,
            Canon::FutureDropWritable(..) => CanonicalDefinition::FutureDropWritable,
            Canon::FutureForward(..) => CanonicalDefinition::FutureForward,
            Canon::ThreadIndex => CanonicalDefinition::ThreadIndex,
            Canon::ThreadNewIndirect(..) => CanonicalDefinition::ThreadNewIndirect,
            Canon::ThreadResumeLater => CanonicalDefinition::ThreadResumeLater,
            Canon::ThreadSuspend => CanonicalDefinition::ThreadSuspend,
            Canon::ThreadYield => CanonicalDefinition::ThreadYield,
            Canon::ThreadSuspendThenResume => CanonicalDefinition::ThreadSuspendThenResume,
            Canon::ThreadYieldThenResume => CanonicalDefinition::ThreadYieldThenResume,
            Canon::ThreadSuspendThenPromote => CanonicalDefinition::ThreadSuspendThenPromote,
            Canon::ThreadYieldThenPromote => CanonicalDefinition::ThreadYieldThenPromote,
            Canon::ErrorContextNew(..) => CanonicalDefinition::ErrorContextNew,
            Canon::ErrorContextDebugMessage(..) => CanonicalDefinition::ErrorContextDebugMessage,
            Canon::ErrorContextDrop => CanonicalDefinition::ErrorContextDrop,
        }
    }
}
