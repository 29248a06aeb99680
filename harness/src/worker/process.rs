//! A worker process.

use super::connection::{Broken, Connection, Pending};
use super::writer::Writer;
use crate::engine::Identity;
use crate::protocol::{Hello, Operation, Response, VERSION};
use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// The longest line that a worker may write, in bytes.
const MAX_LINE: u64 = 64 << 20;

/// How much of a worker's standard error is kept for a report, in bytes.
const KEPT_STDERR: usize = 2048;

/// How a worker is started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerCommand {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
}

/// A running worker.
pub struct Process {
    pending: Arc<Pending>,
    child: Arc<Mutex<Child>>,
    writer: Writer,
    limit: Duration,
    identity: Identity,
}

impl Process {
    /// Starts a worker and waits for its first line; each call may take `limit`.
    pub fn start(command: &WorkerCommand, limit: Duration) -> Result<Process, Broken> {
        let mut child = spawn(command).map_err(|error| {
            let program = command.program.display();
            Broken::Crashed(format!("the worker {program} did not start: {error}"))
        })?;
        let (Some(stdin), Some(stdout), Some(stderr)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(Broken::Crashed("the worker has no pipes".to_owned()));
        };
        let stderr = thread::spawn(move || tail(stderr));
        let child = Arc::new(Mutex::new(child));
        let pending = Arc::new(Pending::default());
        let (hello, greeting) = channel();
        // Nobody waits for the end of the reader: a process that the worker started
        // may hold the pipe for longer than the worker lives.
        {
            let pending = Arc::clone(&pending);
            let child = Arc::clone(&child);
            thread::spawn(move || {
                let mut lines = BufReader::new(stdout);
                let end = read_hello(&mut lines).and_then(|first| match first {
                    Some(first) => {
                        // The starter waits for it or has given up.
                        drop(hello.send(first));
                        read_responses(&mut lines, &pending)
                    }
                    None => Ok(()),
                });
                let how = match end {
                    Ok(()) => died(&child, stderr),
                    Err(garbage) => {
                        kill(&child);
                        reap(&child);
                        garbage
                    }
                };
                pending.break_off(Broken::Crashed(how));
            });
        }
        let mut process = Process {
            pending,
            child,
            writer: Writer::new(stdin),
            limit,
            identity: Identity {
                name: String::new(),
                version: String::new(),
                configuration: String::new(),
            },
        };
        match greeting.recv_timeout(limit) {
            Ok(hello) => {
                process.identity = hello.identity;
                Ok(process)
            }
            Err(RecvTimeoutError::Timeout) => Err(Broken::TimedOut),
            // The reader leaves the cause before it ends.
            Err(RecvTimeoutError::Disconnected) => {
                Err(process.pending.cause().unwrap_or(Broken::TimedOut))
            }
        }
    }
}

impl Connection for Process {
    fn call(&self, thread: u32, operation: Operation) -> Result<Response, Broken> {
        let answer = self
            .pending
            .request(thread, operation, Some(self.limit), |request, open| {
                if let Ok(mut line) = serde_json::to_vec(&request) {
                    line.push(b'\n');
                    self.writer.write(line, open);
                }
            });
        if answer.is_err() {
            kill(&self.child);
        }
        answer
    }

    fn identity(&self) -> Identity {
        self.identity.clone()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        kill(&self.child);
    }
}

fn spawn(command: &WorkerCommand) -> io::Result<Child> {
    let mut process = Command::new(&command.program);
    process
        .args(&command.args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    // Ctrl-C is for the runner, which ends its workers itself.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut process, 0);
    process.spawn()
}

/// Reads the first line; `None` if the output ends before it does.
fn read_hello(lines: &mut impl BufRead) -> Result<Option<Hello>, String> {
    let Some(line) = read_line(lines)? else {
        return Ok(None);
    };
    let hello: Hello = serde_json::from_slice(&line)
        .map_err(|_| format!("its first line is no greeting: {}", excerpt(&line)))?;
    match hello.protocol == VERSION {
        true => Ok(Some(hello)),
        false => Err(format!(
            "it speaks version {} of the protocol, not {VERSION}",
            hello.protocol
        )),
    }
}

/// Reads responses to the end of the output; an error is a line that is none.
fn read_responses(lines: &mut impl BufRead, pending: &Pending) -> Result<(), String> {
    while let Some(line) = read_line(lines)? {
        let response: Response = serde_json::from_slice(&line)
            .map_err(|_| format!("it wrote what is no response: {}", excerpt(&line)))?;
        pending.respond(response)?;
    }
    Ok(())
}

fn read_line(lines: &mut impl BufRead) -> Result<Option<Vec<u8>>, String> {
    let mut line = Vec::new();
    match lines.take(MAX_LINE).read_until(b'\n', &mut line) {
        Ok(0) => Ok(None),
        Ok(_) if line.last() == Some(&b'\n') => Ok(Some(line)),
        Ok(n) if n as u64 == MAX_LINE => Err(format!("it wrote a line of over {MAX_LINE} bytes")),
        // Cut off by its death, which is what is to be reported.
        Ok(_) => Ok(None),
        Err(error) => Err(format!("its output cannot be read: {error}")),
    }
}

fn excerpt(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    let text = text.trim_end();
    match text.char_indices().nth(80) {
        Some((at, _)) => format!("{:?}…", &text[..at]),
        None => format!("{text:?}"),
    }
}

fn kill(child: &Mutex<Child>) {
    // It may have ended by itself.
    drop(child.lock().unwrap_or_else(PoisonError::into_inner).kill());
}

/// How a worker that closed its output ended.
fn died(child: &Mutex<Child>, stderr: JoinHandle<String>) -> String {
    let status = reap(child);
    let said = stderr.join().unwrap_or_default();
    let how = match status {
        Some(status) => describe(status),
        None => "it closed its output and went on".to_owned(),
    };
    match said.trim() {
        "" => how,
        said => format!("{how}; it said: {said}"),
    }
}

/// Waits a moment for the end of a process that has closed its output, then ends
/// it.
fn reap(child: &Mutex<Child>) -> Option<ExitStatus> {
    let until = Instant::now() + Duration::from_secs(2);
    loop {
        {
            let mut child = child.lock().unwrap_or_else(PoisonError::into_inner);
            if let Ok(Some(status)) = child.try_wait() {
                return Some(status);
            }
            if Instant::now() > until {
                drop(child.kill());
                drop(child.wait());
                return None;
            }
        }
        thread::sleep(Duration::from_millis(2));
    }
}

fn describe(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return match signal_name(signal) {
            Some(name) => format!("signal {signal} ({name})"),
            None => format!("signal {signal}"),
        };
    }
    match status.code() {
        Some(code) => format!("exit code {code}"),
        None => "no exit code".to_owned(),
    }
}

/// The names of the signals that end a process by its own doing.
#[cfg(unix)]
fn signal_name(signal: i32) -> Option<&'static str> {
    Some(match signal {
        4 => "SIGILL",
        5 => "SIGTRAP",
        6 => "SIGABRT",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        _ => return None,
    })
}

/// Reads to the end and keeps the last of it.
fn tail(mut stderr: ChildStderr) -> String {
    let mut kept = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(n @ 1..) = stderr.read(&mut buffer) {
        kept.extend_from_slice(&buffer[..n]);
        let surplus = kept.len().saturating_sub(KEPT_STDERR);
        kept.drain(..surplus);
    }
    String::from_utf8_lossy(&kept).into_owned()
}
