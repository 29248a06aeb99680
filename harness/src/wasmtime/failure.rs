//! What an error of Wasmtime means.

use super::limits::Limits;
use ::wasmtime::{
    AsContextMut, Error, GcHeapOutOfMemory, OutOfMemory, ThrownException, Trap, WasmtimeBug,
};
use component_harness::engine::Reply;

/// What an error means that has no type of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Untyped {
    /// A rule of the Canonical ABI was broken.
    Trap,
    /// Nothing can be left but an allocation that failed or was refused.
    Exhaustion,
}

/// The reply to a call, or to an instantiation whose imports did match, that
/// failed with `error`.
pub(super) fn failed(
    mut store: impl AsContextMut<Data = Limits>,
    error: &Error,
    untyped: Untyped,
) -> Reply {
    if error.is::<ThrownException>() {
        store.as_context_mut().take_pending_exception();
        return Reply::Threw;
    }
    if let Some(trap) = error.downcast_ref::<Trap>() {
        return trapped(*trap);
    }
    let message = text(error);
    if error.is::<WasmtimeBug>() {
        Reply::InternalBug { message }
    } else if untyped == Untyped::Exhaustion || out_of_memory(error) {
        Reply::Exhausted { message }
    } else {
        Reply::Trapped {
            code: None,
            site: None,
            message,
        }
    }
}

/// The reply to a definition whose imports do not match.
pub(super) fn unlinkable(error: &Error) -> Reply {
    let message = text(error);
    if error.is::<WasmtimeBug>() {
        Reply::InternalBug { message }
    } else {
        Reply::Rejected { message }
    }
}

pub(super) fn misused(message: impl Into<String>) -> Reply {
    Reply::Misused {
        message: message.into(),
    }
}

/// The whole chain of causes on one line.
pub(super) fn text(error: &Error) -> String {
    format!("{error:#}")
}

/// The reply where a guest trapped for a reason that Wasmtime has a code for.
pub(super) fn trapped(trap: Trap) -> Reply {
    let message = trap.to_string();
    match trap {
        Trap::StackOverflow => Reply::Exhausted { message },
        Trap::UnhandledTag => Reply::Suspended,
        _ => Reply::Trapped {
            code: Some(format!("{trap:?}")),
            site: None,
            message,
        },
    }
}

fn out_of_memory(error: &Error) -> bool {
    error.is::<OutOfMemory>()
        || error.is::<GcHeapOutOfMemory<()>>()
        // What `ExternRef::new` could not place.
        || error.is::<GcHeapOutOfMemory<u32>>()
        // `mmap`.
        || error.is::<std::io::Error>()
}
