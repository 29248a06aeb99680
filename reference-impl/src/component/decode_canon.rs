//! Canonical definitions from bytes ([Binary.md#canonical-definitions]).

use crate::canonical::canon;
use crate::canonical::options::StringEncoding;
use crate::component::decode::{DecodeError, Decoder};
use crate::component::decode_type::{core_val_type, type_ref};
use crate::component::definition::{Canon, CanonOpts, Definition};
use wasmparser::{CanonicalFunction, CanonicalOption};

impl Decoder {
    /// `canon`.
    pub(super) fn canon(&mut self, canon: CanonicalFunction) -> Result<Definition, DecodeError> {
        use CanonicalFunction::*;
        use canon::Canon as Runtime;
        let canon = match canon {
            Lift {
                core_func_index,
                type_index,
                options,
            } => Canon::Lift(core_func_index, type_index, canon_opts(&options)?),
            Lower {
                func_index,
                options,
            } => Canon::Lower(func_index, canon_opts(&options)?),
            ResourceNew { resource } => Canon::Resource(Runtime::ResourceNew, resource),
            ResourceDrop { resource } => Canon::Resource(Runtime::ResourceDrop, resource),
            ResourceRep { resource } => Canon::Resource(Runtime::ResourceRep, resource),
            ContextGet { ty, slot } => Canon::Builtin(Runtime::ContextGet(core_val_type(ty), slot)),
            ContextSet { ty, slot } => Canon::Builtin(Runtime::ContextSet(core_val_type(ty), slot)),
            BackpressureInc => Canon::Builtin(Runtime::BackpressureInc),
            BackpressureDec => Canon::Builtin(Runtime::BackpressureDec),
            TaskReturn { result, options } => {
                Canon::TaskReturn(result.map(type_ref), canon_opts(&options)?)
            }
            TaskCancel => Canon::Builtin(Runtime::TaskCancel),
            WaitableSetNew => Canon::Builtin(Runtime::WaitableSetNew),
            WaitableSetWait { memory } => Canon::Memory(Runtime::WaitableSetWait, memory),
            WaitableSetPoll { memory } => Canon::Memory(Runtime::WaitableSetPoll, memory),
            WaitableSetDrop => Canon::Builtin(Runtime::WaitableSetDrop),
            WaitableJoin => Canon::Builtin(Runtime::WaitableJoin),
            SubtaskCancel { async_ } => Canon::Builtin(Runtime::SubtaskCancel(async_)),
            SubtaskDrop => Canon::Builtin(Runtime::SubtaskDrop),
            StreamNew { ty } => Canon::Transfer(Runtime::StreamNew, ty),
            StreamRead { ty, options } => {
                Canon::Copy(Runtime::StreamRead, ty, canon_opts(&options)?)
            }
            StreamWrite { ty, options } => {
                Canon::Copy(Runtime::StreamWrite, ty, canon_opts(&options)?)
            }
            StreamCancelRead { ty, async_ } => {
                Canon::CancelCopy(Runtime::StreamCancelRead, ty, async_)
            }
            StreamCancelWrite { ty, async_ } => {
                Canon::CancelCopy(Runtime::StreamCancelWrite, ty, async_)
            }
            StreamDropReadable { ty } => Canon::Transfer(Runtime::StreamDropReadable, ty),
            StreamDropWritable { ty } => Canon::Transfer(Runtime::StreamDropWritable, ty),
            StreamForward { ty } => Canon::Transfer(Runtime::StreamForward, ty),
            FutureNew { ty } => Canon::Transfer(Runtime::FutureNew, ty),
            FutureRead { ty, options } => {
                Canon::Copy(Runtime::FutureRead, ty, canon_opts(&options)?)
            }
            FutureWrite { ty, options } => {
                Canon::Copy(Runtime::FutureWrite, ty, canon_opts(&options)?)
            }
            FutureCancelRead { ty, async_ } => {
                Canon::CancelCopy(Runtime::FutureCancelRead, ty, async_)
            }
            FutureCancelWrite { ty, async_ } => {
                Canon::CancelCopy(Runtime::FutureCancelWrite, ty, async_)
            }
            FutureDropReadable { ty } => Canon::Transfer(Runtime::FutureDropReadable, ty),
            FutureDropWritable { ty } => Canon::Transfer(Runtime::FutureDropWritable, ty),
            FutureForward { ty } => Canon::Transfer(Runtime::FutureForward, ty),
            ThreadIndex => Canon::Builtin(Runtime::ThreadIndex),
            ThreadNewIndirect {
                func_ty_index,
                table_index,
            } => Canon::ThreadNewIndirect(func_ty_index, table_index),
            ThreadResumeLater => Canon::Builtin(Runtime::ThreadResumeLater),
            ThreadSuspend => Canon::Builtin(Runtime::ThreadSuspend),
            ThreadYield => Canon::Builtin(Runtime::ThreadYield),
            ThreadSuspendThenResume => Canon::Builtin(Runtime::ThreadSuspendThenResume),
            ThreadYieldThenResume => Canon::Builtin(Runtime::ThreadYieldThenResume),
            ThreadSuspendThenPromote => Canon::Builtin(Runtime::ThreadSuspendThenPromote),
            ThreadYieldThenPromote => Canon::Builtin(Runtime::ThreadYieldThenPromote),
            ErrorContextNew { options } => Canon::ErrorContextNew(canon_opts(&options)?),
            ErrorContextDebugMessage { options } => {
                Canon::ErrorContextDebugMessage(canon_opts(&options)?)
            }
            ErrorContextDrop => Canon::Builtin(Runtime::ErrorContextDrop),
            ThreadSpawnRef { .. } | ThreadSpawnIndirect { .. } | ThreadAvailableParallelism => {
                return Err(DecodeError::Unsupported("shared-everything-threads".into()));
            }
        };
        Ok(Definition::Canon(canon))
    }
}

/// `canonopt`s.
fn canon_opts(options: &[CanonicalOption]) -> Result<CanonOpts, DecodeError> {
    let mut opts = CanonOpts::default();
    for option in options {
        match option {
            CanonicalOption::UTF8 => opts.string_encoding = StringEncoding::Utf8,
            CanonicalOption::UTF16 => opts.string_encoding = StringEncoding::Utf16,
            CanonicalOption::CompactUTF16 => opts.string_encoding = StringEncoding::Latin1Utf16,
            CanonicalOption::Memory(memory) => opts.memory = Some(*memory),
            CanonicalOption::Realloc(realloc) => opts.realloc = Some(*realloc),
            CanonicalOption::PostReturn(post_return) => opts.post_return = Some(*post_return),
            CanonicalOption::Async => opts.async_ = true,
            CanonicalOption::Callback(callback) => opts.callback = Some(*callback),
            CanonicalOption::CoreType(_) | CanonicalOption::Gc => {
                return Err(DecodeError::Unsupported("cm-gc".into()));
            }
        }
    }
    Ok(opts)
}
