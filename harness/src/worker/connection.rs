//! The runner's end of the protocol: requests out, responses matched to them.

use super::dispatch::Dispatcher;
use crate::engine::{Engine, Identity};
use crate::protocol::{Operation, Request, Response};
use std::collections::HashMap;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Why a request was not answered. The connection is of no use afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// The worker died or broke the protocol.
    Crashed(String),
    /// The answer did not come in time.
    TimedOut,
}

/// A way to an engine.
pub trait Connection: Send + Sync {
    /// Carries out one operation on one thread of the engine.
    fn call(&self, thread: u32, operation: Operation) -> Result<Response, Broken>;

    /// Who the engine says it is.
    fn identity(&self) -> Identity;
}

/// The requests that wait for their response.
#[derive(Default)]
pub(super) struct Pending {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    next: u64,
    waiting: HashMap<u64, Sender<Result<Response, Broken>>>,
    broken: Option<Broken>,
}

impl Pending {
    /// Sends one request with `send`, which is told how many are open, and waits for its response; forever if
    /// there is no limit.
    pub(super) fn request(
        &self,
        thread: u32,
        operation: Operation,
        limit: Option<Duration>,
        send: impl FnOnce(Request, usize),
    ) -> Result<Response, Broken> {
        let (sender, receiver) = channel();
        let (id, open) = {
            let mut state = self.state();
            if let Some(broken) = &state.broken {
                return Err(broken.clone());
            }
            state.next += 1;
            let id = state.next;
            state.waiting.insert(id, sender);
            (id, state.waiting.len())
        };
        let request = Request {
            id,
            thread,
            operation,
        };
        send(request, open);
        let answer = match limit {
            Some(limit) => receiver.recv_timeout(limit),
            None => receiver.recv().map_err(RecvTimeoutError::from),
        };
        match answer {
            Ok(answer) => answer,
            Err(RecvTimeoutError::Timeout) => {
                self.break_off(Broken::TimedOut);
                Err(Broken::TimedOut)
            }
            Err(RecvTimeoutError::Disconnected) => {
                Err(Broken::Crashed("the engine's thread ended".to_owned()))
            }
        }
    }

    /// Takes in a response; an unasked one is an error.
    pub(super) fn respond(&self, response: Response) -> Result<(), String> {
        match self.state().waiting.remove(&response.id) {
            None => {
                return Err(format!(
                    "it answered request {}, which was not open",
                    response.id
                ));
            }
            // The receiver is gone if the request has timed out just now.
            Some(sender) => drop(sender.send(Ok(response))),
        }
        Ok(())
    }

    /// Why the connection is broken, if it is.
    pub(super) fn cause(&self) -> Option<Broken> {
        self.state().broken.clone()
    }

    /// Fails all open requests and all to come. The first cause stays.
    pub(super) fn break_off(&self, broken: Broken) {
        let mut state = self.state();
        let broken = state.broken.get_or_insert(broken).clone();
        for (_, sender) in state.waiting.drain() {
            drop(sender.send(Err(broken.clone())));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An engine in this very process: for debugging and for fuzzing. What kills the
/// engine kills the runner, and nothing times out.
pub struct InProcess {
    identity: Identity,
    pending: Arc<Pending>,
    dispatcher: Dispatcher,
}

impl InProcess {
    /// Starts the engine's main thread.
    #[must_use]
    pub fn new(engine: Box<dyn Engine>) -> Self {
        let identity = engine.identity();
        let pending = Arc::new(Pending::default());
        let responses = Arc::clone(&pending);
        let dispatcher = Dispatcher::new(
            engine,
            Arc::new(move |response| {
                // The dispatcher answers each request once.
                if let Err(message) = responses.respond(response) {
                    responses.break_off(Broken::Crashed(message));
                }
            }),
        );
        InProcess {
            identity,
            pending,
            dispatcher,
        }
    }
}

impl Connection for InProcess {
    fn call(&self, thread: u32, operation: Operation) -> Result<Response, Broken> {
        let send = |request, _| self.dispatcher.dispatch(request);
        self.pending.request(thread, operation, None, send)
    }

    fn identity(&self) -> Identity {
        self.identity.clone()
    }
}

impl Drop for InProcess {
    fn drop(&mut self) {
        self.dispatcher.close();
    }
}
