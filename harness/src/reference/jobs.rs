//! What the host has begun in a store and goes on with later: functions that return
//! later, and its ends of streams and futures.

use crate::host::{self, Later};
use component_reference::types::PrimValType;
use component_reference::value::{ReadableEnd, Value, WritableEnd};
use component_reference::{Answer, CopyResult, HostCall, HostError, OnCancel, Stop, Store};
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The jobs of the host in a store.
#[derive(Clone, Default)]
pub(super) struct Jobs(Arc<Mutex<Vec<Job>>>);

enum Job {
    /// Answers a call after some turns, or never.
    Answer {
        call: HostCall,
        result: Option<Value>,
        turns: Option<u32>,
    },
    /// Begins to write after some turns.
    Write {
        end: WritableEnd,
        elements: Vec<Value>,
        turns: u32,
    },
    /// Writes until all is read, and drops the end.
    Written {
        end: WritableEnd,
        elements: Vec<Value>,
    },
    /// Reads elements.
    Read(Reading),
}

/// Reads elements until there are no more, or no room for them, and answers a call
/// with them.
struct Reading {
    call: HostCall,
    end: ReadableEnd,
    room: u32,
    elements: Vec<Value>,
    is_stream: bool,
}

/// What becomes of a job in a turn.
enum Turn {
    /// It has done something, and is over.
    Over,
    /// It has done something, and goes on.
    On(Job),
    /// There was nothing to do.
    Idle(Job),
}

impl Jobs {
    /// Begins what a function does that returns later.
    pub(super) fn later(&self, call: HostCall, later: &Later, result: Option<Value>) -> Answer {
        self.add(Job::Answer {
            call,
            result,
            turns: later.turns,
        });
        Answer::Pending(OnCancel::Cancel)
    }

    /// Calls a function that has to do with streams or futures; none, if `name` is not
    /// one.
    pub(super) fn call(
        &self,
        store: &mut Store,
        call: HostCall,
        name: &str,
        args: &[Value],
    ) -> Option<Result<Answer, HostError>> {
        Some(match (name, args) {
            ("stream-source", [Value::U32(n)]) => self.stream_source(store, *n),
            ("stream-pending", []) => {
                let (readable, _) = store.host_stream(Some(PrimValType::U8.into()));
                Ok(Answer::Returned(Some(Value::Stream(readable))))
            }
            ("future-source", [v @ Value::U32(_), Value::U32(turns)]) => {
                let (readable, end) = store.host_future(Some(PrimValType::U32.into()));
                self.add(Job::Write {
                    end,
                    elements: vec![v.clone()],
                    turns: *turns,
                });
                Ok(Answer::Returned(Some(Value::Future(readable))))
            }
            ("future-pending", []) => {
                let (readable, _) = store.host_future(Some(PrimValType::U32.into()));
                Ok(Answer::Returned(Some(Value::Future(readable))))
            }
            ("stream-sink", [Value::Stream(end), Value::U32(room)]) => {
                self.sink(store, call, *end, *room, true)
            }
            ("future-sink", [Value::Future(end)]) => self.sink(store, call, *end, 1, false),
            ("stream-drop" | "future-drop", [Value::Stream(end) | Value::Future(end)]) => store
                .drop_end(*end)
                .map(|()| Answer::Returned(None))
                .map_err(HostError::from),
            _ => return None,
        })
    }

    /// Goes on with each job once: whether one had something to do.
    pub(super) fn turn(&self, store: &mut Store) -> Result<bool, Stop> {
        let mut busy = false;
        let jobs = mem::take(&mut *self.lock());
        for job in jobs {
            let (left, did) = match job.turn(store)? {
                Turn::Over => (None, true),
                Turn::On(job) => (Some(job), true),
                Turn::Idle(job) => (Some(job), false),
            };
            busy |= did;
            self.lock().extend(left);
        }
        Ok(busy)
    }

    fn stream_source(&self, store: &mut Store, n: u32) -> Result<Answer, HostError> {
        let (readable, writable) = store.host_stream(Some(PrimValType::U8.into()));
        match n {
            0 => store.drop_end(writable)?,
            _ => {
                let elements: Vec<_> = (0..n).map(|i| Value::U8(host::element(i))).collect();
                store.write(writable, elements.clone())?;
                self.add(Job::Written {
                    end: writable,
                    elements,
                });
            }
        }
        Ok(Answer::Returned(Some(Value::Stream(readable))))
    }

    fn sink(
        &self,
        store: &mut Store,
        call: HostCall,
        end: ReadableEnd,
        room: u32,
        is_stream: bool,
    ) -> Result<Answer, HostError> {
        if room == 0 {
            store.drop_end(end)?;
            return Ok(Answer::Returned(Some(Value::Bytes(Vec::new()))));
        }
        store.read(end, room)?;
        self.add(Job::Read(Reading {
            call,
            end,
            room,
            elements: Vec::new(),
            is_stream,
        }));
        Ok(Answer::Pending(OnCancel::Cancel))
    }

    fn add(&self, job: Job) {
        self.lock().push(job);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Job>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Job {
    fn turn(self, store: &mut Store) -> Result<Turn, Stop> {
        match self {
            Job::Answer { call, .. } if !store.is_pending(call) => Ok(Turn::Over),
            job @ Job::Answer { turns: None, .. } => Ok(Turn::Idle(job)),
            Job::Answer {
                call,
                result,
                turns: Some(turns),
            } => match turns.checked_sub(1) {
                None | Some(0) => store.answer(call, Ok(result)).map(|()| Turn::Over),
                turns => Ok(Turn::On(Job::Answer {
                    call,
                    result,
                    turns,
                })),
            },
            Job::Write {
                end,
                elements,
                turns: 0,
            } => {
                store.write(end, elements.clone())?;
                Ok(Turn::On(Job::Written { end, elements }))
            }
            Job::Write {
                end,
                elements,
                turns,
            } => Ok(Turn::On(Job::Write {
                end,
                elements,
                turns: turns - 1,
            })),
            Job::Written { end, elements } => written(store, end, elements),
            Job::Read(reading) => reading.turn(store),
        }
    }
}

fn written(store: &mut Store, end: WritableEnd, mut elements: Vec<Value>) -> Result<Turn, Stop> {
    let Some(copied) = store.copied(end)? else {
        return Ok(Turn::Idle(Job::Written { end, elements }));
    };
    elements.drain(..copied.progress as usize);
    if copied.result == CopyResult::Dropped || elements.is_empty() {
        return store.drop_end(end).map(|()| Turn::Over);
    }
    store.write(end, elements.clone())?;
    Ok(Turn::On(Job::Written { end, elements }))
}

impl Reading {
    fn turn(mut self, store: &mut Store) -> Result<Turn, Stop> {
        if !store.is_pending(self.call) {
            store.cancel_copy(self.end)?;
            store.copied(self.end)?;
            return store.drop_end(self.end).map(|()| Turn::Over);
        }
        let Some(copied) = store.copied(self.end)? else {
            return Ok(Turn::Idle(Job::Read(self)));
        };
        self.elements.extend(copied.elements);
        self.room -= copied.progress;
        if self.room > 0 && copied.result == CopyResult::Completed {
            store.read(self.end, self.room)?;
            return Ok(Turn::On(Job::Read(self)));
        }
        store.drop_end(self.end)?;
        let result = match self.is_stream {
            true => Some(Value::Bytes(bytes(self.elements))),
            false => self.elements.pop(),
        };
        store.answer(self.call, Ok(result)).map(|()| Turn::Over)
    }
}

fn bytes(elements: Vec<Value>) -> Vec<u8> {
    let byte = |element| match element {
        Value::U8(byte) => Some(byte),
        _ => None,
    };
    elements.into_iter().filter_map(byte).collect()
}
