//! Streams and futures: each is two ends that know one another.

use crate::canonical::buffer::Buffer;
use crate::canonical::canon::Payload;
use crate::canonical::instance::InstanceId;
use crate::canonical::type_predicates::none_or_number_type;
use crate::canonical::waitable::{EventCode, EventTuple, Waitable, WaitableId};
use crate::chooser::Choice;
use crate::store::{Stop, Store};
use crate::trap::trap_if;
use crate::value::Value;

/// An end of a stream or future of a store. There is no other one like it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct EndId(pub(crate) u64);

/// `End.State` ([CanonicalABI.md#stream-and-future-state]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// `IDLE`.
    Idle,
    /// `COPYING`.
    Copying,
    /// `CANCELLING_COPY`.
    CancellingCopy,
    /// `DONE`.
    Done,
}

/// The classes of ends that are not abstract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EndClass {
    /// `ReadableStreamEnd`.
    ReadableStream,
    /// `WritableStreamEnd`.
    WritableStream,
    /// `ReadableFutureEnd`.
    ReadableFuture,
    /// `WritableFutureEnd`.
    WritableFuture,
}

impl EndClass {
    fn is_read(self) -> bool {
        matches!(self, EndClass::ReadableStream | EndClass::ReadableFuture)
    }

    pub(crate) fn is_stream(self) -> bool {
        matches!(self, EndClass::ReadableStream | EndClass::WritableStream)
    }

    /// `event_code`.
    fn event_code(self) -> EventCode {
        match self {
            EndClass::ReadableStream => EventCode::StreamRead,
            EndClass::WritableStream => EventCode::StreamWrite,
            EndClass::ReadableFuture => EventCode::FutureRead,
            EndClass::WritableFuture => EventCode::FutureWrite,
        }
    }
}

/// `End` ([CanonicalABI.md#stream-and-future-state]).
#[derive(Debug)]
pub(crate) struct End {
    /// What it is a subclass of.
    pub(crate) waitable: Waitable,
    /// Which subclass it is.
    pub(crate) class: EndClass,
    /// `t`.
    pub(crate) t: Payload,
    /// `state`.
    pub(crate) state: State,
    /// `other`, until it is dropped.
    pub(crate) other: Option<EndId>,
    /// `buffer`.
    pub(crate) buffer: Option<Buffer>,
    /// `owner`.
    pub(crate) owner: Owner,
    /// What was written into a buffer of the host's.
    pub(crate) received: Vec<Value>,
}

/// Who has an end: the spec has no name for the last two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// An instance.
    Instance(InstanceId),
    /// The host.
    Host,
    /// Nobody: it is on its way.
    Nobody,
}

impl End {
    /// `End.copying_or_cancelling` ([CanonicalABI.md#stream-and-future-state]).
    pub(crate) fn copying_or_cancelling(&self) -> bool {
        matches!(self.state, State::Copying | State::CancellingCopy)
    }
}

/// `CopyResult` ([CanonicalABI.md#stream-and-future-state]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyResult {
    /// `COMPLETED`.
    Completed = 0,
    /// `DROPPED`.
    Dropped = 1,
    /// `CANCELLED`.
    Cancelled = 2,
}

/// The methods of `End` and its subclasses ([CanonicalABI.md#stream-and-future-state]).
impl Store {
    /// An end.
    pub(crate) fn end(&self, end: EndId) -> &End {
        &self.ends[&end]
    }

    /// An end, to change.
    pub(crate) fn end_mut(&mut self, end: EndId) -> &mut End {
        let end = self.ends.get_mut(&end);
        end.expect("what refers to an end goes before it")
    }

    /// `End.copy`.
    ///
    /// Traps: `copy.same-instance`, those of loading and of storing.
    pub(crate) fn copy(&mut self, end: EndId, mut buffer: Buffer) -> Result<(), Stop> {
        let this = self.end_mut(end);
        this.state = State::Copying;
        let (owner, is_read) = (this.owner, this.class.is_read());
        let Some(other) = this.other else {
            return Ok(());
        };
        let Some(mut others) = self.end_mut(other).buffer.take() else {
            self.end_mut(end).buffer = Some(buffer);
            return Ok(());
        };
        if buffer.remain() > 0 && others.remain() > 0 {
            let same = matches!(owner, Owner::Instance(_)) && owner == self.end(other).owner;
            trap_if!(
                same && !none_or_number_type(self.end(end).t.as_deref()),
                CopySameInstance
            );
            let n = buffer.remain().min(others.remain());
            let (src, dst) = match is_read {
                true => (&mut others, &mut buffer),
                false => (&mut buffer, &mut others),
            };
            let vs = src.read(self, n)?;
            match dst {
                Buffer::Guest(dst) => dst.write(self, vs.as_ref(), n)?,
                Buffer::Host(dst) => {
                    let received = dst.write(vs, n);
                    let reader = if is_read { end } else { other };
                    self.end_mut(reader).received.extend(received);
                }
            }
            self.notify(end, buffer.progress());
            self.notify(other, others.progress());
            if others.remain() > 0 {
                self.end_mut(other).buffer = Some(others);
            }
        } else if buffer.remain() > 0 || (is_read && others.remain() == 0) {
            self.notify(other, 0);
            self.end_mut(end).buffer = Some(buffer);
        } else {
            self.end_mut(other).buffer = Some(others);
            self.notify(end, 0);
        }
        Ok(())
    }

    /// `End.cancel`.
    pub(crate) fn cancel_end(&mut self, end: EndId) {
        let this = self.end_mut(end);
        this.state = State::CancellingCopy;
        if this.waitable.has_pending_event() {
            return;
        }
        let other = this.other.map(|other| self.end(other).owner);
        let guests = matches!(other, Some(Owner::Instance(_)));
        match !guests && self.chooser.flip(Choice::CancelLater) {
            true => self.cancelled_later.push_back(end),
            false => self.notify(end, 0),
        }
    }

    /// The host lets go of a buffer whose copy was cancelled: whether there is one.
    pub(crate) fn cancel_later(&mut self) -> bool {
        let Some(end) = self.cancelled_later.pop_front() else {
            return false;
        };
        if let Some(this) = self.ends.get(&end)
            && this.state == State::CancellingCopy
            && !this.waitable.has_pending_event()
        {
            self.notify(end, 0);
        }
        true
    }

    /// `End.forward`.
    ///
    /// Traps: those of [`Store::copy`].
    pub(crate) fn forward_ends(&mut self, src: EndId, dst: EndId) -> Result<(), Stop> {
        let (writable, readable) = match (self.end(src).other, self.end(dst).other) {
            (Some(writable), Some(readable)) if writable != dst => (writable, readable),
            _ => {
                self.forget_end(src);
                self.forget_end(dst);
                return Ok(());
            }
        };
        self.end_mut(writable).other = Some(readable);
        self.end_mut(readable).other = Some(writable);
        let remain = |store: &Store, end| store.end(end).buffer.as_ref().map(Buffer::remain);
        if let (Some(written), Some(read)) = (remain(self, writable), remain(self, readable)) {
            let smaller = match read > written {
                true => writable,
                false => readable,
            };
            if let Some(buffer) = self.end_mut(smaller).buffer.take() {
                self.copy(smaller, buffer)?;
            }
        }
        self.ends.remove(&src);
        self.ends.remove(&dst);
        Ok(())
    }

    /// `End.drop`.
    pub(crate) fn forget_end(&mut self, end: EndId) {
        if let Some(other) = self.end(end).other {
            let this = self.end_mut(other);
            this.other = None;
            if this.state != State::Done && !this.waitable.has_pending_event() {
                self.notify(other, 0);
            }
        }
        self.join(WaitableId::End(end), None);
        self.ends.remove(&end);
    }

    /// `StreamEnd.notify` and `FutureEnd.notify`.
    fn notify(&mut self, end: EndId, progress: u32) {
        self.set_pending_event(WaitableId::End(end), progress);
    }

    /// `stream_event` and `future_event`.
    pub(crate) fn end_event(&mut self, end: EndId, progress: u32) -> Result<EventTuple, Stop> {
        let (result, progress) = self.end_notified(end, progress);
        let this = self.end(end);
        let index = this.waitable.index.unwrap_or_default();
        let packed_result = match this.class.is_stream() {
            true => result as u32 | progress << 4,
            false => result as u32,
        };
        Ok((this.class.event_code(), index, packed_result))
    }

    /// What an event says of a copy, and the state that it leaves.
    pub(crate) fn end_notified(&mut self, end: EndId, progress: u32) -> (CopyResult, u32) {
        let this = self.end_mut(end);
        let is_stream = this.class.is_stream();
        this.buffer = None;
        let (state, result) = if !is_stream && progress == 1 {
            (State::Done, CopyResult::Completed)
        } else if this.other.is_none() {
            (State::Done, CopyResult::Dropped)
        } else if this.state == State::CancellingCopy {
            (State::Idle, CopyResult::Cancelled)
        } else {
            (State::Idle, CopyResult::Completed)
        };
        this.state = state;
        (result, progress)
    }

    /// `new_stream`: the readable end, then the writable end.
    pub(crate) fn new_stream(&mut self, t: &Payload, owner: Owner) -> (EndId, EndId) {
        self.new_ends(t, owner, EndClass::ReadableStream, EndClass::WritableStream)
    }

    /// `new_future`: the readable end, then the writable end.
    pub(crate) fn new_future(&mut self, t: &Payload, owner: Owner) -> (EndId, EndId) {
        self.new_ends(t, owner, EndClass::ReadableFuture, EndClass::WritableFuture)
    }

    fn new_ends(
        &mut self,
        t: &Payload,
        owner: Owner,
        reader: EndClass,
        writer: EndClass,
    ) -> (EndId, EndId) {
        let mut new = |class| {
            self.tokens += 1;
            let id = EndId(self.tokens);
            let end = End {
                waitable: Waitable::default(),
                class,
                t: t.clone(),
                state: State::Idle,
                other: None,
                buffer: None,
                owner,
                received: Vec::new(),
            };
            self.ends.insert(id, end);
            id
        };
        let (reader, writer) = (new(reader), new(writer));
        self.end_mut(reader).other = Some(writer);
        self.end_mut(writer).other = Some(reader);
        (reader, writer)
    }
}
