//! Workers that do not say hello as they should.

use crate::deaths::{FILES, story};
use crate::stage::{SHORT, Stage};
use crate::violations::send;
use component_harness::engine::Identity;
use component_harness::protocol::{Hello, VERSION};
use component_reports::record::Status;
use libtest_mimic::Trial;
use std::io::{self, Write};
use std::process;
use std::thread::sleep;
use std::time::Duration;

/// Says what a worker of this kind says first, if it is not the right thing; such
/// a worker goes no further.
pub(crate) fn greet_wrongly(kind: &str, start: usize) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match (kind, start) {
        ("greets-in-another-version", _) => {
            let hello = Hello {
                protocol: VERSION + 1,
                identity: Identity {
                    name: "mock".to_owned(),
                    version: "1".to_owned(),
                    configuration: String::new(),
                },
            };
            send(&mut out, &hello)?;
        }
        ("greets-with-garbage", _) | ("dies-and-greets-with-garbage", 2..) => {
            writeln!(out, "Hello, world!")?;
        }
        ("greets-not", _) => {}
        ("leaves-without-a-word", _) => {
            eprintln!("error: no engine here");
            process::exit(3);
        }
        _ => return Ok(()),
    }
    out.flush()?;
    sleep(Duration::from_secs(600));
    Ok(())
}

/// Kinds with which no run begins, and what is said of them.
const NEVER: &[(&str, &str)] = &[
    (
        "greets-in-another-version",
        "it speaks version 2 of the protocol, not 1",
    ),
    (
        "greets-with-garbage",
        "its first line is no greeting: \"Hello, world!\"",
    ),
    ("greets-not", "the worker does not say hello in time"),
    (
        "leaves-without-a-word",
        "exit code 3; it said: error: no engine here",
    ),
];

pub(crate) fn trials() -> Vec<Trial> {
    let never = NEVER.iter().map(|(kind, how)| {
        Trial::test(format!("start::{kind}"), move || {
            assert_eq!(
                failure(&Stage::new(kind, FILES).with_limit(SHORT)),
                format!("engine wasmtime-mock: {how}")
            );
            Ok(())
        })
    });
    let others = [
        Trial::test("start::is-not-there", || {
            let stage = Stage::new("honest", FILES).with_command(|mut command| {
                command.program = "/no/such/program".into();
                command
            });
            let failure = failure(&stage);
            let begins = "engine wasmtime-mock: the worker /no/such/program did not start: ";
            assert!(failure.starts_with(begins), "{failure}");
            Ok(())
        }),
        Trial::test("start::does-not-start-again", || {
            does_not_start_again();
            Ok(())
        }),
    ];
    never.chain(others).collect()
}

fn failure(stage: &Stage) -> String {
    match stage.run_told(&mut |_| {}) {
        Ok(seen) => panic!("the run was made:\n{}", seen.story()),
        Err(error) => error.to_string(),
    }
}

/// A crash from which there is no recovery: the rest of the file is blocked by
/// it, and the other files by the worker; every directive is accounted for.
fn does_not_start_again() {
    let seen = Stage::new("dies-and-greets-with-garbage", FILES).run();
    let mut story = story(Status::Crash);
    for line in 10..=12 {
        story = story.replace(
            &format!("b.wast:{line} pass"),
            &format!("b.wast:{line} blocked! by s/b.wast:6"),
        );
    }
    // The longest file comes first.
    for file in ["a.wast", "c.wast"] {
        let worker =
            format!("s/{file} (no worker: its first line is no greeting: \"Hello, world!\")");
        for line in 1..=2 {
            story = story.replace(
                &format!("{file}:{line} pass"),
                &format!("{file}:{line} blocked! by {worker}"),
            );
        }
    }
    seen.tells(&story);
}
