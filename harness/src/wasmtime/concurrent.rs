//! Functions of the host that return later, and its streams and futures, in
//! Wasmtime's terms.

use super::limits::Limits;
use ::wasmtime::component::{
    Accessor, Destination, FutureConsumer, FutureReader, Source, StreamConsumer, StreamProducer,
    StreamReader, StreamResult, VecBuffer,
};
use ::wasmtime::{Error, StoreContextMut};
use component_harness::host;
use std::future;
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// Lets all else run that can, for a number of turns.
pub(super) async fn turns(n: u32) {
    for _ in 0..n {
        let mut yielded = false;
        future::poll_fn(|context| {
            if mem::replace(&mut yielded, true) {
                return Poll::Ready(());
            }
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }
}

/// `stream-source`.
pub(super) fn stream_source(
    store: StoreContextMut<'_, Limits>,
    n: u32,
) -> Result<StreamReader<u8>, Error> {
    let elements = (0..n).map(host::element).collect();
    StreamReader::new(store, Produced(Some(elements)))
}

/// `stream-pending`.
pub(super) fn stream_pending(
    store: StoreContextMut<'_, Limits>,
) -> Result<StreamReader<u8>, Error> {
    StreamReader::new(store, Pending)
}

/// `future-source`.
pub(super) fn future_source(
    store: StoreContextMut<'_, Limits>,
    (v, n): (u32, u32),
) -> Result<FutureReader<u32>, Error> {
    FutureReader::new(store, async move {
        turns(n).await;
        Ok::<u32, Error>(v)
    })
}

/// `future-pending`.
pub(super) fn future_pending(
    store: StoreContextMut<'_, Limits>,
) -> Result<FutureReader<u32>, Error> {
    FutureReader::new(store, future::pending::<Result<u32, Error>>())
}

/// `stream-sink`.
pub(super) async fn stream_sink(
    accessor: &Accessor<Limits>,
    (mut reader, n): (StreamReader<u8>, u32),
) -> Result<Vec<u8>, Error> {
    if n == 0 {
        accessor.with(|store| reader.close(store))?;
        return Ok(Vec::new());
    }
    let received = Received::default();
    let consumer = Consumer {
        room: n as usize,
        received: received.clone(),
    };
    accessor.with(|store| reader.pipe(store, consumer))?;
    Ok(received.all().await)
}

/// `future-sink`.
pub(super) async fn future_sink(
    accessor: &Accessor<Limits>,
    reader: FutureReader<u32>,
) -> Result<u32, Error> {
    let received = Received::default();
    let consumer = Consumer {
        room: 1,
        received: received.clone(),
    };
    accessor.with(|store| reader.pipe(store, consumer))?;
    let all = received.all().await;
    all.first()
        .copied()
        .ok_or_else(|| Error::msg("a future without a value"))
}

/// The writable end of a stream that writes once and is dropped.
struct Produced(Option<Vec<u8>>);

impl StreamProducer<Limits> for Produced {
    type Item = u8;
    type Buffer = VecBuffer<u8>;

    fn poll_produce<'a>(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
        _store: StoreContextMut<'a, Limits>,
        mut destination: Destination<'a, u8, VecBuffer<u8>>,
        _finish: bool,
    ) -> Poll<Result<StreamResult, Error>> {
        Poll::Ready(Ok(match self.0.take() {
            Some(elements) if !elements.is_empty() => {
                destination.set_buffer(elements.into());
                StreamResult::Completed
            }
            _ => StreamResult::Dropped,
        }))
    }
}

/// The writable end of a stream that is never written.
struct Pending;

impl StreamProducer<Limits> for Pending {
    type Item = u8;
    type Buffer = VecBuffer<u8>;

    fn poll_produce<'a>(
        self: Pin<&mut Self>,
        _context: &mut Context<'_>,
        _store: StoreContextMut<'a, Limits>,
        _destination: Destination<'a, u8, VecBuffer<u8>>,
        finish: bool,
    ) -> Poll<Result<StreamResult, Error>> {
        match finish {
            true => Poll::Ready(Ok(StreamResult::Cancelled)),
            false => Poll::Pending,
        }
    }
}

/// The readable end of a stream or future that takes a number of elements and is
/// dropped then.
struct Consumer<T> {
    room: usize,
    received: Received<T>,
}

impl StreamConsumer<Limits> for Consumer<u8> {
    type Item = u8;

    fn poll_consume(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        store: StoreContextMut<'_, Limits>,
        source: Source<'_, u8>,
        finish: bool,
    ) -> Poll<Result<StreamResult, Error>> {
        let received = self.received.clone();
        let mut state = received.lock();
        if state.abandoned {
            return Poll::Ready(Ok(StreamResult::Dropped));
        }
        let mut source = source.as_direct(store);
        let n = source.remaining().len().min(self.room);
        if n == 0 && !finish {
            state.consumer = Some(context.waker().clone());
        }
        state.elements.extend_from_slice(&source.remaining()[..n]);
        source.mark_read(n);
        self.room -= n;
        Poll::Ready(Ok(match self.room {
            0 => StreamResult::Dropped,
            _ => StreamResult::Completed,
        }))
    }
}

impl FutureConsumer<Limits> for Consumer<u32> {
    type Item = u32;

    fn poll_consume(
        self: Pin<&mut Self>,
        _context: &mut Context<'_>,
        store: StoreContextMut<'_, Limits>,
        mut source: Source<'_, u32>,
        _finish: bool,
    ) -> Poll<Result<(), Error>> {
        let mut value = None;
        source.read(store, &mut value)?;
        self.received.lock().elements.extend(value);
        Poll::Ready(Ok(()))
    }
}

/// Wasmtime drops a consumer when the other end is dropped, or when it is done.
impl<T> Drop for Consumer<T> {
    fn drop(&mut self) {
        let mut state = self.received.lock();
        state.done = true;
        if let Some(waker) = state.waiter.take() {
            waker.wake();
        }
    }
}

/// What a consumer has received, for the function that waits for it.
struct Received<T>(Arc<Mutex<State<T>>>);

struct State<T> {
    elements: Vec<T>,
    done: bool,
    /// Whether nobody waits for it any more.
    abandoned: bool,
    waiter: Option<Waker>,
    consumer: Option<Waker>,
}

impl<T> Default for Received<T> {
    fn default() -> Self {
        Received(Arc::new(Mutex::new(State {
            elements: Vec::new(),
            done: false,
            abandoned: false,
            waiter: None,
            consumer: None,
        })))
    }
}

impl<T> Clone for Received<T> {
    fn clone(&self) -> Self {
        Received(Arc::clone(&self.0))
    }
}

impl<T> Received<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All of it, once the consumer is done. If the call is cancelled meanwhile, the
    /// consumer takes no more.
    async fn all(self) -> Vec<T> {
        let waiting = Waiting(self);
        future::poll_fn(|context| {
            let mut state = waiting.0.lock();
            if state.done {
                return Poll::Ready(mem::take(&mut state.elements));
            }
            state.waiter = Some(context.waker().clone());
            Poll::Pending
        })
        .await
    }
}

/// A function that waits for a consumer.
struct Waiting<T>(Received<T>);

impl<T> Drop for Waiting<T> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.abandoned = true;
        if let Some(waker) = state.consumer.take() {
            waker.wake();
        }
    }
}
