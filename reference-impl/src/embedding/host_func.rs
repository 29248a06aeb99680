//! Functions of the host.

use super::calls::Invoked;
use crate::canonical::subtask::SubtaskId;
use crate::store::{Stop, Store};
use crate::trap::Trap;
use crate::types::FuncType;
use crate::value::Value;
use std::fmt;
use std::sync::Arc;

/// A function of the host: it is given values of its type's parameters and
/// answers with one of its result's.
#[derive(Clone)]
pub struct HostFunc(Arc<HostFn>);

type HostFn =
    dyn Fn(&mut Store, HostCall, &FuncType, Vec<Value>) -> Result<Answer, HostError> + Send + Sync;

impl HostFunc {
    /// A function that answers at once. It is told its type, which names the
    /// resource types that its result is to be of.
    pub fn new(
        func: impl Fn(&FuncType, Vec<Value>) -> Result<Option<Value>, HostError> + Send + Sync + 'static,
    ) -> Self {
        HostFunc::concurrent(move |_, _, ft, args| func(ft, args).map(Answer::Returned))
    }

    /// A function that may answer later, if its type is `async`: by
    /// [`Store::answer`] with the [`HostCall`] that it is told. It may make streams
    /// and futures in the store, and copy to and from those that it is given; what
    /// runs guests is refused.
    pub fn concurrent(
        func: impl Fn(&mut Store, HostCall, &FuncType, Vec<Value>) -> Result<Answer, HostError>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        HostFunc(Arc::new(func))
    }
}

impl fmt::Debug for HostFunc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HostFunc")
    }
}

/// What a function of the host comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// It returns.
    Returned(Option<Value>),
    /// It returns later, or never.
    Pending(OnCancel),
}

/// What becomes of a pending call when the guest asks for its cancellation
/// ([CanonicalABI.md#-canon-subtaskcancel]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnCancel {
    /// It is cancelled at once.
    Cancel,
    /// That is the host's to decide: [`Store::is_cancellation_requested`] tells.
    Ask,
}

/// Why a function of the host does not return.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum HostError {
    /// The guest that called is to trap.
    #[error("{0}")]
    Trap(String),
    /// What it did in the store has stopped a guest, or was refused.
    #[error(transparent)]
    Stop(#[from] Stop),
}

/// A call of a function of the host. There is no other one like it in its store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostCall(u64);

/// A call that the host has not answered yet.
#[derive(Debug)]
pub(crate) struct PendingCall {
    asker: Asker,
    ft: Arc<FuncType>,
    on_cancel: OnCancel,
    cancellation_requested: bool,
}

/// What the call of a function of the host comes to.
pub(crate) enum Asked {
    /// It has returned a value of its type.
    Returned(Option<Value>),
    /// It is pending.
    Pending(HostCall),
}

/// Who called the host.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Asker {
    /// A guest.
    Guest(SubtaskId),
    /// The host itself.
    Host(u64),
}

impl Store {
    /// The calls that functions of the host have left pending, in the order in which
    /// they were made.
    pub fn pending_host_calls(&self) -> impl Iterator<Item = HostCall> + '_ {
        self.host_calls.keys().copied()
    }

    /// Whether a call is pending.
    #[must_use]
    pub fn is_pending(&self, call: HostCall) -> bool {
        self.host_calls.contains_key(&call)
    }

    /// Whether a call is pending, and the guest has asked for its cancellation.
    #[must_use]
    pub fn is_cancellation_requested(&self, call: HostCall) -> bool {
        let pending = self.host_calls.get(&call);
        pending.is_some_and(|pending| pending.cancellation_requested)
    }

    /// Answers a call that was left pending. The guest goes on when the store is
    /// driven.
    ///
    /// # Errors
    ///
    /// [`Stop::Mistyped`] if it is not pending, or the result is not of its type.
    /// Whatever stops the guest that lowers the result, and what the host makes it
    /// trap with.
    pub fn answer(
        &mut self,
        call: HostCall,
        answer: Result<Option<Value>, HostError>,
    ) -> Result<(), Stop> {
        self.as_host(|store| {
            let Some(pending) = store.host_calls.get(&call) else {
                return Err(not_pending());
            };
            let (asker, ft) = (pending.asker, pending.ft.clone());
            if let Ok(result) = &answer {
                store
                    .hand_over_result(&ft, result.as_ref())
                    .map_err(Stop::Mistyped)?;
            }
            store.host_calls.remove(&call);
            let result = answer.map_err(stopped)?;
            match asker {
                Asker::Guest(subtask) => store.lower_return(subtask, result),
                Asker::Host(number) => {
                    store.adopt(ft.result.iter().zip(&result));
                    store.calls.insert(number, Invoked::returned(result));
                    Ok(())
                }
            }
        })
    }

    /// Ends a call that was left pending and whose cancellation is requested without
    /// a result.
    ///
    /// # Errors
    ///
    /// [`Stop::Mistyped`] if it is no such call.
    pub fn answer_cancelled(&mut self, call: HostCall) -> Result<(), Stop> {
        self.as_host(|store| match store.is_cancellation_requested(call) {
            true => {
                store.cancel_pending(call);
                Ok(())
            }
            false => Err(Stop::Mistyped("no cancellation is requested".into())),
        })
    }

    /// Calls a function of the host: its result, unless it is left pending. If that
    /// is not of its type, the guest that called traps.
    pub(crate) fn call_host(
        &mut self,
        func: &HostFunc,
        ft: &Arc<FuncType>,
        args: Vec<Value>,
        asker: Asker,
    ) -> Result<Asked, Stop> {
        self.adopt(ft.param_types().zip(&args));
        self.tokens += 1;
        let call = HostCall(self.tokens);
        let answer = (func.0)(self, call, ft, args);
        if let Some(stop) = self.stopped.take() {
            return Err(stop);
        }
        match answer.map_err(stopped)? {
            Answer::Returned(result) => {
                self.hand_over_result(ft, result.as_ref())
                    .map_err(Trap::Host)?;
                Ok(Asked::Returned(result))
            }
            Answer::Pending(on_cancel) if ft.async_ => {
                let pending = PendingCall {
                    asker,
                    ft: ft.clone(),
                    on_cancel,
                    cancellation_requested: false,
                };
                self.host_calls.insert(call, pending);
                Ok(Asked::Pending(call))
            }
            Answer::Pending(_) => {
                Err(Trap::Host("a function that is not async does not return".into()).into())
            }
        }
    }

    /// `on_cancel` of a call that the host has not answered.
    pub(crate) fn request_host_cancellation(&mut self, call: HostCall) {
        if let Some(pending) = self.host_calls.get_mut(&call) {
            pending.cancellation_requested = true;
            if pending.on_cancel == OnCancel::Cancel {
                self.cancel_pending(call);
            }
        }
    }

    fn cancel_pending(&mut self, call: HostCall) {
        match self.host_calls.remove(&call).map(|pending| pending.asker) {
            Some(Asker::Guest(subtask)) => self.lower_cancel(subtask),
            Some(Asker::Host(number)) => {
                self.calls.insert(number, Invoked::cancelled());
            }
            None => {}
        }
    }
}

fn not_pending() -> Stop {
    Stop::Mistyped("no such call is pending".into())
}

/// What stops a guest whose host does not answer: a trap, too, where the host only
/// asked for what it is refused.
fn stopped(error: HostError) -> Stop {
    match error {
        HostError::Stop(stop) if stop.is_final() => stop,
        error => Trap::Host(error.to_string()).into(),
    }
}
