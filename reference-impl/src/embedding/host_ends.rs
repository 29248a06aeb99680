//! The host's ends of streams and futures.

use crate::canonical::buffer::{Buffer, HostBuffer, MAX_LENGTH};
use crate::canonical::ends::{CopyResult, EndClass, EndId, Owner, State};
use crate::store::{Stop, Store};
use crate::types::ValType;
use crate::value::{ReadableEnd, Value, WritableEnd};
use std::sync::Arc;

/// An end that the host has: one that it made, or a readable one that a guest gave
/// it. It has it until it gives it away or [drops](Store::drop_end) it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HostEnd(EndId);

impl From<ReadableEnd> for HostEnd {
    fn from(end: ReadableEnd) -> Self {
        HostEnd(end.0)
    }
}

impl From<WritableEnd> for HostEnd {
    fn from(end: WritableEnd) -> Self {
        HostEnd(end.0)
    }
}

/// What has become of a copy of the host's.
#[derive(Clone, Debug, PartialEq)]
pub struct Copied {
    /// How it ended.
    pub result: CopyResult,
    /// How many elements were copied.
    pub progress: u32,
    /// The elements, if it was a read. Where they have no type, each is the empty
    /// record.
    pub elements: Vec<Value>,
}

/// Of all of these, [`Stop::Mistyped`] says that the end is not the host's, or not
/// in a state to do this.
impl Store {
    /// Makes a stream of elements of a type, or of none. The readable end is given to
    /// a guest as a [`Value::Stream`].
    pub fn host_stream(&mut self, t: Option<ValType>) -> (ReadableEnd, WritableEnd) {
        let (readable, writable) = self.new_stream(&t.map(Arc::new), Owner::Host);
        (ReadableEnd(readable), WritableEnd(writable))
    }

    /// Makes a future, as [`Store::host_stream`].
    pub fn host_future(&mut self, t: Option<ValType>) -> (ReadableEnd, WritableEnd) {
        let (readable, writable) = self.new_future(&t.map(Arc::new), Owner::Host);
        (ReadableEnd(readable), WritableEnd(writable))
    }

    /// Begins to read up to `n` elements; one, of a future.
    ///
    /// # Errors
    ///
    /// Whatever stops the guest that writes.
    pub fn read(&mut self, end: ReadableEnd, n: u32) -> Result<(), Stop> {
        self.as_host(|store| {
            store.check_copy(end.0, n as usize)?;
            let buffer = HostBuffer::new(store.end(end.0).t.clone(), Vec::new(), n);
            store.copy(end.0, Buffer::Host(buffer))
        })
    }

    /// Begins to write elements; one, to a future. Where they have no type, each is
    /// the empty record.
    ///
    /// # Errors
    ///
    /// Whatever stops the guest that reads; [`Stop::Mistyped`] also if one is not of
    /// the type.
    pub fn write(&mut self, end: WritableEnd, elements: Vec<Value>) -> Result<(), Stop> {
        self.as_host(|store| {
            store.check_copy(end.0, elements.len())?;
            let t = store.end(end.0).t.clone();
            let unit = ValType::Tuple([].into());
            store
                .hand_over_elements(t.as_deref().unwrap_or(&unit), &elements)
                .map_err(Stop::Mistyped)?;
            let n = elements.len() as u32;
            store.copy(end.0, Buffer::Host(HostBuffer::new(t, elements, n)))
        })
    }

    /// What has become of the copy that was begun, once it has ended or made
    /// progress; that it is `Dropped` is told even if none was begun.
    ///
    /// # Errors
    ///
    /// [`Stop::Mistyped`].
    pub fn copied(&mut self, end: impl Into<HostEnd>) -> Result<Option<Copied>, Stop> {
        let HostEnd(end) = end.into();
        self.as_host(|store| {
            store.check_host_end(end)?;
            let Some(progress) = store.end_mut(end).waitable.pending_event.take() else {
                return Ok(None);
            };
            let (result, progress) = store.end_notified(end, progress);
            let elements = std::mem::take(&mut store.end_mut(end).received);
            if let Some(t) = store.end(end).t.clone() {
                store.adopt(elements.iter().map(|v| (&*t, v)));
            }
            Ok(Some(Copied {
                result,
                progress,
                elements,
            }))
        })
    }

    /// Cancels the copy that was begun: [`Store::copied`] then has what became of it.
    ///
    /// # Errors
    ///
    /// [`Stop::Mistyped`].
    pub fn cancel_copy(&mut self, end: impl Into<HostEnd>) -> Result<(), Stop> {
        let HostEnd(end) = end.into();
        self.as_host(|store| {
            store.check_host_end(end)?;
            match store.end(end).state {
                State::Copying => {
                    store.cancel_end(end);
                    Ok(())
                }
                _ => Err(mistyped("no copy is under way")),
            }
        })
    }

    /// Drops an end.
    ///
    /// # Errors
    ///
    /// [`Stop::Mistyped`], as where a copy is under way, and for the writable end of a
    /// future that was not written.
    pub fn drop_end(&mut self, end: impl Into<HostEnd>) -> Result<(), Stop> {
        let HostEnd(end) = end.into();
        self.as_host(|store| {
            store.check_host_end(end)?;
            let this = store.end(end);
            if this.copying_or_cancelling() {
                return Err(mistyped("a copy is under way"));
            }
            if this.class == EndClass::WritableFuture && this.state != State::Done {
                return Err(mistyped("the future was not written"));
            }
            store.forget_end(end);
            Ok(())
        })
    }

    fn check_host_end(&self, end: EndId) -> Result<(), Stop> {
        match self.ends.get(&end) {
            Some(this) if this.owner == Owner::Host => Ok(()),
            _ => Err(mistyped("the end is not the host's")),
        }
    }

    fn check_copy(&self, end: EndId, n: usize) -> Result<(), Stop> {
        self.check_host_end(end)?;
        let this = self.end(end);
        if this.state != State::Idle {
            return Err(mistyped("the end is not idle"));
        }
        if this.class.is_stream() && n as u64 > MAX_LENGTH || !this.class.is_stream() && n != 1 {
            return Err(mistyped("so many elements cannot be copied"));
        }
        Ok(())
    }
}

fn mistyped(message: &str) -> Stop {
    Stop::Mistyped(message.into())
}
