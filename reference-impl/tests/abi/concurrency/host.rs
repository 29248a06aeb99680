//! The host of the scenarios: its flags, and its ends of streams and futures.

use component_reference::types::{FuncType, PrimValType, ValType};
use component_reference::value::{ReadableEnd, Value, WritableEnd};
use component_reference::{Answer, CopyResult, HostCall, HostError, OnCancel, Stop, Store};
use std::collections::{BTreeSet, VecDeque};

/// What the host has. It looks after its ends when a guest asks for it, and when the
/// guests wait: what it is not asked for while a guest runs, it does not see.
#[derive(Debug, Default)]
pub(super) struct Host {
    pub(super) flags: BTreeSet<u32>,
    /// The calls that wait for a flag, and what they return then.
    waiting: Vec<(u32, HostCall, Option<Value>)>,
    pub(super) writers: Vec<Writer>,
    pub(super) readers: Vec<Reader>,
    /// How many elements it reads of the stream that is the scenario's result.
    pub(super) result_remain: u32,
    /// The futures that are read, and those that are written then.
    futures: Vec<(ReadableEnd, WritableEnd)>,
    /// How many were written: the flag of this number is set then.
    futures_written: u32,
}

/// The writable end of a stream.
#[derive(Debug)]
pub(super) struct Writer {
    end: WritableEnd,
    queue: VecDeque<u8>,
    /// How many elements are written at once.
    chunk: usize,
    /// Whether the end is dropped when all is written.
    pub(super) finished: bool,
    busy: bool,
    gone: bool,
}

/// The readable end of a stream.
#[derive(Debug)]
pub(super) struct Reader {
    end: ReadableEnd,
    pub(super) received: Vec<u8>,
    /// How many elements it still reads.
    remain: u32,
    busy: bool,
    pub(super) dropped: bool,
    relay: Option<Relay>,
}

/// How a reader hands on what it receives, each number greater by ten.
#[derive(Clone, Copy, Debug)]
struct Relay {
    /// The index of the writer.
    writer: usize,
    /// Whether it does so while guests run.
    eager: bool,
    /// How many it has handed on.
    done: usize,
}

impl Host {
    /// A writer, and the end that it writes to.
    pub(super) fn writer(&mut self, store: &mut Store, chunk: usize) -> Value {
        let (readable, end) = store.host_stream(Some(u8_type()));
        self.writers.push(Writer {
            end,
            queue: VecDeque::new(),
            chunk,
            finished: false,
            busy: false,
            gone: false,
        });
        Value::Stream(readable)
    }

    /// A reader of so many elements.
    pub(super) fn reader(&mut self, end: ReadableEnd, remain: u32) {
        self.readers.push(Reader {
            end,
            received: Vec::new(),
            remain,
            busy: false,
            dropped: false,
            relay: None,
        });
    }

    /// Has a writer write numbers that follow one another.
    pub(super) fn send(&mut self, writer: u32, first: u32, n: u32) {
        let numbers = (first..first + n).map(|v| v as u8);
        self.writers[writer as usize].queue.extend(numbers);
    }

    /// Sets a flag, for which calls may wait.
    pub(super) fn set(&mut self, store: &mut Store, flag: u32) -> Result<(), Stop> {
        self.flags.insert(flag);
        let waiting = std::mem::take(&mut self.waiting).into_iter();
        let (reached, waiting): (Vec<_>, _) = waiting.partition(|(other, ..)| *other == flag);
        self.waiting = waiting;
        let mut reached = reached.into_iter();
        reached.try_for_each(|(_, call, result)| store.answer(call, Ok(result)))
    }

    /// Carries out the function of this name.
    pub(super) fn call(
        &mut self,
        store: &mut Store,
        call: HostCall,
        name: &str,
        ft: &FuncType,
        args: &[Value],
    ) -> Result<Answer, HostError> {
        let result = match (name, args) {
            ("expect", [got, wanted]) if got == wanted => None,
            ("expect", [got, wanted]) => {
                let message = format!("{got:x?} where {wanted:x?} was expected");
                return Err(HostError::Trap(message));
            }
            ("set", [Value::U32(flag)]) => {
                self.set(store, *flag)?;
                None
            }
            ("is-set", [Value::U32(flag)]) => Some(Value::Bool(self.flags.contains(flag))),
            ("await" | "slow", [Value::U32(flag)]) => {
                let result = ft.result.as_ref().map(|_| Value::U8(43));
                if !self.flags.contains(flag) {
                    self.waiting.push((*flag, call, result));
                    return Ok(Answer::Pending(OnCancel::Ask));
                }
                result
            }
            ("echo", [stream]) => Some(stream.clone()),
            ("open", [Value::U32(chunk)]) => Some(self.writer(store, *chunk as usize)),
            ("sink", [Value::Stream(end), Value::U32(remain)]) => {
                self.reader(*end, *remain);
                self.pump(store, false)?;
                None
            }
            ("relay" | "relay-later", [Value::Stream(end)]) => {
                let eager = name == "relay";
                self.reader(*end, if eager { u32::from(u8::MAX) } else { 0 });
                let writer = self.writers.len();
                let done = 0;
                if let Some(reader) = self.readers.last_mut() {
                    reader.relay = Some(Relay {
                        writer,
                        eager,
                        done,
                    });
                }
                let stream = self.writer(store, 4);
                self.pump(store, false)?;
                Some(stream)
            }
            ("relay-future", [Value::Future(from)]) => {
                let (readable, to) = store.host_future(Some(u8_type()));
                store.read(*from, 1)?;
                self.futures.push((*from, to));
                Some(Value::Future(readable))
            }
            ("pump", []) => {
                self.pump(store, false)?;
                None
            }
            ("read-on", [Value::U32(reader), Value::U32(remain)]) => {
                self.pump(store, false)?;
                self.readers[*reader as usize].remain = *remain;
                self.pump(store, false)?;
                None
            }
            ("send", [Value::U32(writer), Value::U32(first), Value::U32(n)]) => {
                self.send(*writer, *first, *n);
                self.pump(store, false)?;
                None
            }
            ("finish", [Value::U32(writer)]) => {
                self.writers[*writer as usize].finished = true;
                self.pump(store, false)?;
                None
            }
            ("received", [Value::U32(reader)]) => {
                let count = self.readers[*reader as usize].received.len();
                Some(Value::U32(count as u32))
            }
            ("dropped", [Value::U32(reader)]) => {
                Some(Value::Bool(self.readers[*reader as usize].dropped))
            }
            (name, args) => return Err(HostError::Trap(format!("{name} of {args:?}"))),
        };
        Ok(Answer::Returned(result))
    }

    /// Does what there is to do while guests wait: whether there was anything.
    pub(super) fn work(&mut self, store: &mut Store) -> Result<bool, Stop> {
        let mut worked = self.pump(store, true)?;
        for (from, to) in std::mem::take(&mut self.futures) {
            match store.copied(from)? {
                Some(copied) => {
                    assert_eq!(copied.elements, [Value::U8(42)]);
                    store.write(to, vec![Value::U8(43)])?;
                    self.futures_written += 1;
                    self.set(store, self.futures_written)?;
                    worked = true;
                }
                None => self.futures.push((from, to)),
            }
        }
        Ok(worked)
    }

    /// Begins and ends copies as far as possible: whether there was any.
    fn pump(&mut self, store: &mut Store, idle: bool) -> Result<bool, Stop> {
        let mut pumped = false;
        loop {
            let mut again = false;
            for reader in &mut self.readers {
                again |= reader.pump(store)?;
                if let Some(relay) = &mut reader.relay
                    && (relay.eager || idle)
                {
                    let writer = &mut self.writers[relay.writer];
                    let news = &reader.received[relay.done..];
                    writer.queue.extend(news.iter().map(|v| v + 10));
                    writer.finished |= relay.eager && reader.dropped;
                    relay.done = reader.received.len();
                }
            }
            for writer in &mut self.writers {
                again |= writer.pump(store)?;
            }
            if !again {
                return Ok(pumped);
            }
            pumped = true;
        }
    }
}

impl Writer {
    /// Ends a write, begins one or drops the end: whether it did any of these.
    fn pump(&mut self, store: &mut Store) -> Result<bool, Stop> {
        if self.gone {
            return Ok(false);
        }
        if let Some(copied) = store.copied(self.end)? {
            self.queue.drain(..copied.progress as usize);
            self.busy = false;
            self.gone = copied.result == CopyResult::Dropped;
        } else if self.busy {
            return Ok(false);
        } else if !self.queue.is_empty() {
            let chunk = self.queue.iter().take(self.chunk);
            store.write(self.end, chunk.map(|v| Value::U8(*v)).collect())?;
            self.busy = true;
        } else if self.finished {
            store.drop_end(self.end)?;
            self.gone = true;
        } else {
            return Ok(false);
        }
        Ok(true)
    }
}

impl Reader {
    /// Ends a read or begins one: whether it did any of these.
    fn pump(&mut self, store: &mut Store) -> Result<bool, Stop> {
        if self.dropped {
            return Ok(false);
        }
        if let Some(copied) = store.copied(self.end)? {
            let elements = copied.elements.iter().map(|v| match v {
                Value::U8(v) => *v,
                other => panic!("{other:?} is no u8"),
            });
            self.received.extend(elements);
            self.remain -= copied.progress;
            self.busy = false;
            self.dropped = copied.result == CopyResult::Dropped;
        } else if self.busy || self.remain == 0 {
            return Ok(false);
        } else {
            store.read(self.end, self.remain)?;
            self.busy = true;
        }
        Ok(true)
    }
}

fn u8_type() -> ValType {
    PrimValType::U8.into()
}
