//! Requests to threads, each with an engine of its own.

use crate::engine::{Engine, Reply};
use crate::protocol::{Answer, Operation, Request, Response};
use std::collections::HashMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

/// The stack of a thread that runs guests. Compilers recurse over deeply nested
/// code, and Wasmtime keeps a part of the stack for the guest.
pub(super) const STACK: usize = 16 << 20;

/// What becomes of a response.
pub(super) type Respond = Arc<dyn Fn(Response) + Send + Sync>;

/// Hands requests to threads. The main thread's engine runs where its requests
/// come in, as long as it is alone: two changes of threads less for each.
#[derive(Clone)]
pub(super) struct Dispatcher {
    main: Arc<Mutex<Option<Box<dyn Engine>>>>,
    threads: Arc<Mutex<Threads>>,
    respond: Respond,
}

#[derive(Default)]
struct Threads {
    senders: HashMap<u32, Sender<Request>>,
    handles: Vec<JoinHandle<()>>,
}

impl Dispatcher {
    /// Begins with `engine` for the main thread.
    pub(super) fn new(engine: Box<dyn Engine>, respond: Respond) -> Self {
        Dispatcher {
            main: Arc::new(Mutex::new(Some(engine))),
            threads: Arc::default(),
            respond,
        }
    }

    /// Hands over one request; it is answered here or later.
    pub(super) fn dispatch(&self, request: Request) {
        let id = request.id;
        if request.thread == 0 {
            let mut main = self.main.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(mut engine) = main.take() {
                let forks = matches!(request.operation, Operation::Fork { .. });
                let answer = self.carry_out(&mut *engine, request.operation);
                let reached = engine.reached();
                match forks {
                    // It is no longer alone, and the others must be heard.
                    true => self.start(0, engine),
                    false => *main = Some(engine),
                }
                return self.answer(id, answer, reached);
            }
        }
        let thread = request.thread;
        let sender = self.threads().senders.get(&thread).cloned();
        let sent = sender.is_some_and(|sender| sender.send(request).is_ok());
        if !sent {
            let answer = misused(format!("there is no thread {thread}"));
            self.answer(id, answer, Vec::new());
        }
    }

    /// Waits until all threads have done what they were handed.
    pub(super) fn close(&self) {
        let handles = {
            let mut threads = self.threads();
            threads.senders.clear();
            std::mem::take(&mut threads.handles)
        };
        for handle in handles {
            // A thread that panicked has told so.
            drop(handle.join());
        }
    }

    fn threads(&self) -> MutexGuard<'_, Threads> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(&self, number: u32, engine: Box<dyn Engine>) {
        let (sender, receiver) = channel();
        // It ends when its sender is gone: at a reset, or when the dispatcher closes.
        let dispatcher = self.clone();
        let spawned = thread::Builder::new()
            .name(format!("engine-{number}"))
            .stack_size(STACK)
            .spawn(move || dispatcher.run(engine, &receiver));
        if let Ok(handle) = spawned {
            let mut threads = self.threads();
            threads.senders.insert(number, sender);
            threads.handles.push(handle);
        }
    }

    fn run(&self, mut engine: Box<dyn Engine>, requests: &Receiver<Request>) {
        for request in requests {
            let answer = self.carry_out(&mut *engine, request.operation);
            self.answer(request.id, answer, engine.reached());
        }
    }

    fn carry_out(&self, engine: &mut dyn Engine, operation: Operation) -> Answer {
        Answer::Reply(match operation {
            Operation::Reset { features } => {
                self.threads().senders.retain(|number, _| *number == 0);
                return match engine.reset(&features) {
                    Ok(missing) => Answer::Missing(missing),
                    Err(message) => misused(message),
                };
            }
            Operation::Define {
                definition,
                sort,
                bytes,
            } => engine.define(definition, sort, &bytes),
            Operation::Instantiate {
                instance,
                definition,
                imports,
            } => engine.instantiate(instance, definition, &imports),
            Operation::Invoke {
                instance,
                name,
                args,
            } => engine.invoke(instance, &name, &args),
            Operation::Get { instance, name } => engine.get(instance, &name),
            Operation::Drop { instance } => {
                engine.drop_instance(instance);
                Reply::Accepted
            }
            Operation::Fork { child, shared } => match engine.fork(shared) {
                Ok(engine) => {
                    self.start(child, engine);
                    Reply::Accepted
                }
                Err(reply) => reply,
            },
        })
    }

    fn answer(&self, id: u64, answer: Answer, reached: Vec<String>) {
        (self.respond)(Response {
            id,
            answer,
            reached,
        });
    }
}

fn misused(message: String) -> Answer {
    Answer::Reply(Reply::Misused { message })
}
