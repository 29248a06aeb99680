//! The harness held against engines that lie, die, hang and break the protocol.
//!
//! The test program is its own worker: run as `mock-worker KIND`, it is an engine
//! that does one thing wrong. Each trial runs small scripts on such an engine and
//! says what must stand in the records: the fault at its directive, and nothing
//! anywhere else.

mod deaths;
mod expected;
mod lies;
mod mock;
mod runs;
mod stage;
mod starts;
mod violations;

use libtest_mimic::{Arguments, Trial};
use std::io;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["mock-worker", kind, ref starts @ ..] => match work(kind, starts.first().copied()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("error: {error}");
                ExitCode::FAILURE
            }
        },
        _ => libtest_mimic::run(&Arguments::from_args(), trials()).exit_code(),
    }
}

/// Is a worker of this kind; `starts` counts how often it was started.
fn work(kind: &str, starts: Option<&str>) -> io::Result<()> {
    let start = match starts {
        Some(path) => stage::count_start(path)?,
        None => 1,
    };
    starts::greet_wrongly(kind, start)?;
    match violations::violation(kind) {
        Some(violation) => violations::work(violation),
        None => deaths::work(mock::Mock::new(kind, start)),
    }
}

fn trials() -> Vec<Trial> {
    let mut trials = lies::trials();
    trials.extend(deaths::trials());
    trials.extend(violations::trials());
    trials.extend(starts::trials());
    trials.extend(expected::trials());
    trials.extend(runs::trials());
    trials
}
