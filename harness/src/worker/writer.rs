//! Requests into the pipe to a worker.

use std::io::Write;
use std::process::ChildStdin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// What every system takes into an empty pipe at once (`PIPE_BUF` of Linux).
const AT_ONCE: usize = 4096;

/// Writes lines, and is never held up by a worker that does not read: who waits
/// for an answer waits no longer than its limit.
pub(super) struct Writer {
    stdin: Arc<Mutex<ChildStdin>>,
    queue: Sender<Vec<u8>>,
    queued: Arc<AtomicUsize>,
}

impl Writer {
    pub(super) fn new(stdin: ChildStdin) -> Self {
        let stdin = Arc::new(Mutex::new(stdin));
        let queued = Arc::new(AtomicUsize::new(0));
        let (queue, lines) = channel();
        {
            let (stdin, queued) = (Arc::clone(&stdin), Arc::clone(&queued));
            thread::spawn(move || write_queued(&stdin, &lines, &queued));
        }
        Writer {
            stdin,
            queue,
            queued,
        }
    }

    /// Writes a line; `open` is the number of requests that have no answer yet,
    /// this one included. The pipe is empty if it is the only one, and takes a
    /// short line at once. All others go through a thread.
    pub(super) fn write(&self, line: Vec<u8>, open: usize) {
        if open == 1
            && line.len() <= AT_ONCE
            && self.queued.load(Ordering::Acquire) == 0
            && let Ok(mut stdin) = self.stdin.try_lock()
        {
            // A request that cannot be written is one to a worker that has died;
            // the reader finds out how.
            drop(stdin.write_all(&line));
            return;
        }
        self.queued.fetch_add(1, Ordering::AcqRel);
        drop(self.queue.send(line));
    }
}

fn write_queued(stdin: &Mutex<ChildStdin>, lines: &Receiver<Vec<u8>>, queued: &AtomicUsize) {
    for line in lines {
        let written = stdin
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .write_all(&line);
        if written.is_err() {
            break;
        }
        queued.fetch_sub(1, Ordering::AcqRel);
    }
}
