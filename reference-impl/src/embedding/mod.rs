//! What a host hands to a store and gets from it.

mod calls;
mod check;
mod host_ends;
mod host_func;

pub use calls::{Call, Resolution};
pub use host_ends::{Copied, HostEnd};
pub use host_func::{Answer, HostCall, HostError, HostFunc, OnCancel};

pub(crate) use calls::Invoked;
pub(crate) use host_func::{Asked, Asker, PendingCall};

use crate::store::FuncInst;
use crate::types::FuncType;
use std::sync::Arc;

/// A component function.
#[derive(Clone, Debug)]
pub struct Func {
    pub(crate) inst: FuncInst,
    pub(crate) ft: Arc<FuncType>,
}

impl Func {
    /// Its type.
    #[must_use]
    pub fn ty(&self) -> &FuncType {
        &self.ft
    }
}
