//! What an error of the reference means.

use crate::engine::Reply;
use component_reference::core::{self, DecodeError as CoreDecodeError};
use component_reference::trap::Trap;
use component_reference::{DecodeError, InstantiateError, Stop};

/// Why a definition was not accepted.
pub(super) fn undefined(error: impl Into<Undefined>) -> Reply {
    match error.into() {
        Undefined::Rejected(message) => Reply::Rejected { message },
        Undefined::Unsupported(feature) => Reply::Unsupported { feature },
    }
}

pub(super) enum Undefined {
    Rejected(String),
    Unsupported(String),
}

impl From<CoreDecodeError> for Undefined {
    fn from(error: CoreDecodeError) -> Self {
        match error {
            CoreDecodeError::Rejected(error) => Undefined::Rejected(error.to_string()),
            CoreDecodeError::Unsupported { what, .. } => Undefined::Unsupported(what),
        }
    }
}

impl From<DecodeError> for Undefined {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::Unsupported(what) => Undefined::Unsupported(what),
            DecodeError::Rejected(_) | DecodeError::CoreModule | DecodeError::TooDeep => {
                Undefined::Rejected(error.to_string())
            }
        }
    }
}

/// Why a component was not instantiated.
pub(super) fn uninstantiated(error: InstantiateError) -> Reply {
    match error {
        InstantiateError::Stop(stop) => stopped(stop),
        InstantiateError::Limit(message) => Reply::Exhausted {
            message: message.to_owned(),
        },
        unlinkable @ InstantiateError::Unlinkable { .. } => Reply::Rejected {
            message: unlinkable.to_string(),
        },
    }
}

/// Why a module was not instantiated.
pub(super) fn core_uninstantiated(error: core::InstantiateError) -> Reply {
    match error {
        core::InstantiateError::Link(message) => Reply::Rejected { message },
        core::InstantiateError::Trap(trap) => trapped(&Trap::Core(trap)),
        core::InstantiateError::Exhausted(exhausted) => Reply::Exhausted {
            message: exhausted.to_string(),
        },
    }
}

/// Why a call did not return.
pub(super) fn stopped(stop: Stop) -> Reply {
    let message = stop.to_string();
    match stop {
        Stop::Trap(trap) => trapped(&trap),
        Stop::Exhausted(_) | Stop::OutOfFuel => Reply::Exhausted { message },
        Stop::Unsupported(feature) => Reply::Unsupported {
            feature: feature.to_owned(),
        },
        Stop::Mistyped(_) => Reply::Misused { message },
        // A call is driven by ticks here, which never say that.
        Stop::AwaitsHost | Stop::Bug(_) => Reply::InternalBug { message },
    }
}

pub(super) fn trapped(trap: &Trap) -> Reply {
    Reply::Trapped {
        code: Some(trap.id().to_owned()),
        site: match trap {
            Trap::Site(site) => Some(site.id().to_owned()),
            _ => None,
        },
        message: trap.to_string(),
    }
}

pub(super) fn misused(message: impl Into<String>) -> Reply {
    Reply::Misused {
        message: message.into(),
    }
}
