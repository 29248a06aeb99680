//! The worker's end of the protocol.

use super::dispatch::{Dispatcher, STACK};
use crate::engine::Engine;
use crate::protocol::{Hello, Request, Response, VERSION};
use std::io::{self, BufRead, Write};
use std::panic::{self, PanicHookInfo};
use std::process;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// Serves an engine over standard input and output until the input ends.
///
/// A panic anywhere ends the process: the runner sees that it died, and no
/// engine is asked anything after it has lost its footing.
pub fn serve(engine: Box<dyn Engine>) -> io::Result<()> {
    panic::set_hook(Box::new(|info| {
        eprintln!("{}", panicked(info));
        process::abort();
    }));
    write(&Hello {
        protocol: VERSION,
        identity: engine.identity(),
    })?;
    let respond = Arc::new(|response: Response| {
        if write(&response).is_err() {
            // Nobody listens any more.
            process::exit(0);
        }
    });
    watch_parent();
    let dispatcher = Dispatcher::new(engine, respond);
    let reader = thread::Builder::new()
        .name("engine".to_owned())
        .stack_size(STACK)
        .spawn(move || read_requests(&dispatcher))?;
    match reader.join() {
        Ok(read) => read,
        Err(panic) => panic::resume_unwind(panic),
    }
}

fn read_requests(dispatcher: &Dispatcher) -> io::Result<()> {
    for line in io::stdin().lock().lines() {
        let request: Request = serde_json::from_str(&line?)?;
        dispatcher.dispatch(request);
    }
    dispatcher.close();
    Ok(())
}

/// Ends this process when the one that started it is gone: nobody else would stop
/// a guest that does not end.
#[cfg(unix)]
fn watch_parent() {
    let parent = std::os::unix::process::parent_id();
    thread::spawn(move || {
        while std::os::unix::process::parent_id() == parent {
            thread::sleep(Duration::from_secs(1));
        }
        process::exit(1);
    });
}

/// Elsewhere the guest's own end is waited for.
#[cfg(not(unix))]
fn watch_parent() {}

/// What a panic says, the same on every machine: no thread, and of the place no
/// more than the package and the file.
fn panicked(info: &PanicHookInfo<'_>) -> String {
    let payload = info.payload();
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let text = text.unwrap_or("no message");
    let Some(place) = info.location() else {
        return format!("panicked: {text}");
    };
    let file = place.file();
    let below = file.split_once("/registry/src/");
    let package = below.and_then(|(_, below)| below.split_once('/'));
    let file = package.map_or(file, |(_, file)| file);
    format!("panicked at {file}:{}: {text}", place.line())
}

/// Bounds the data that this process may hold, in mebibytes: an allocation beyond
/// it fails, which ends the worker and not the machine. Address space that is
/// only reserved, as engines do for memories, does not count.
#[cfg(unix)]
pub fn bound_memory(mib: u64) -> io::Result<()> {
    let bytes = mib.saturating_mul(1 << 20);
    rlimit::Resource::DATA.set(bytes, bytes)
}

/// Other systems have no such bound.
#[cfg(not(unix))]
pub fn bound_memory(_mib: u64) -> io::Result<()> {
    Ok(())
}

fn write(message: &impl serde::Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    let mut out = io::stdout().lock();
    out.write_all(&line)?;
    out.flush()
}
