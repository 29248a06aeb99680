//! `conform`: runs WebAssembly Component Model conformance suites on engines.

mod args;
mod bless;
mod coverage;
mod dashboard;
mod explain;
mod faults;
mod fuzz;
mod list;
mod nightly;
mod plan;
mod progress;
mod reduce;
mod run;
mod schedules;
mod store;
mod worker;

use args::{Arguments, Command};
use clap::Parser;
use component_reports::visible::visible;
use std::process::ExitCode;

/// All as expected.
const EXPECTED: u8 = 0;
/// Something was not.
const UNEXPECTED: u8 = 1;
/// The command line or a configuration cannot be used.
const USAGE: u8 = 2;
/// No directive ran.
const NOTHING: u8 = 3;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.command {
        Command::Run(arguments) => match arguments.schedules {
            Some(schedules) => schedules::run(&arguments, schedules),
            None => run::run(&arguments),
        },
        Command::Coverage(arguments) => coverage::coverage(&arguments),
        Command::Runs(arguments) => store::runs(&arguments),
        Command::Import(arguments) => store::import(&arguments),
        Command::Merge(arguments) => store::merge(&arguments),
        Command::Diff(arguments) => store::diff(&arguments),
        Command::Dashboard(arguments) => dashboard::dashboard(&arguments),
        Command::Export(arguments) => store::export(&arguments),
        Command::Fuzz(arguments) => fuzz::fuzz(&arguments),
        Command::Nightly(arguments) => nightly::nightly(&arguments),
        Command::Faults(arguments) => faults::faults(&arguments),
        Command::Reduce(arguments) => reduce::reduce(&arguments),
        Command::Bless(arguments) => bless::bless(&arguments),
        Command::List(arguments) => list::list(&arguments),
        Command::Explain(arguments) => explain::explain(&arguments),
        Command::Engines => list::engines(),
        Command::Parse { path } => worker::parse(&path),
        Command::Worker {
            engine,
            memory_mib,
            seed,
        } => worker::serve(&engine, memory_mib, seed),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            anstream::eprintln!("error: {}", visible(&causes(&error)));
            ExitCode::from(USAGE)
        }
    }
}

/// An error and its causes; one that the text before it ends with is left out.
fn causes(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.is_empty() {
            text = cause;
        } else if !text.ends_with(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}
