//! Workers that break the protocol.
//!
//! Each is honest until the export `die` is called, and then says what it must
//! not say.

use crate::deaths::{FILES, story, tells_how};
use crate::mock::Mock;
use crate::stage::{SHORT, Stage};
use component_harness::engine::{Engine, Reply};
use component_harness::protocol::{Answer, Hello, Operation, Request, Response, VERSION};
use component_reports::record::Status;
use libtest_mimic::Trial;
use std::fmt::Write as _;
use std::io::{self, BufRead, StdoutLock, Write};
use std::thread::sleep;
use std::time::Duration;

/// A way to break the protocol.
pub(crate) struct Violation {
    name: &'static str,
    /// Says what it says instead of the answer.
    say: fn(&mut StdoutLock<'_>, &Response) -> io::Result<()>,
    /// How the outcome tells of it.
    how: &'static str,
}

/// Those that cost the directive that is being carried out.
const AT_ONCE: &[Violation] = &[
    Violation {
        name: "chats-before-the-answer",
        say: |out, answer| {
            writeln!(out, "debug: about to die")?;
            send(out, answer)
        },
        how: "it wrote what is no response: \"debug: about to die\"",
    },
    Violation {
        name: "logs-in-json",
        say: |out, answer| {
            writeln!(out, "{{\"level\":\"debug\",\"id\":1}}")?;
            send(out, answer)
        },
        how: "it wrote what is no response: \"{\\\"level\\\":\\\"debug\\\",\\\"id\\\":1}\"",
    },
    Violation {
        name: "writes-an-empty-line",
        say: |out, answer| {
            writeln!(out)?;
            send(out, answer)
        },
        how: "it wrote what is no response: \"\"",
    },
    Violation {
        name: "answers-with-an-unknown-reply",
        say: |out, answer| {
            let id = answer.id;
            writeln!(out, "{{\"id\":{id},\"reply\":\"passed\"}}")
        },
        how: "it wrote what is no response: ",
    },
    Violation {
        name: "answers-under-another-id",
        say: |out, answer| {
            let mut answer = answer.clone();
            answer.id = 1_000_000;
            send(out, &answer)
        },
        how: "it answered request 1000000, which was not open",
    },
    Violation {
        name: "floods-without-a-line-break",
        say: |out, _| loop {
            out.write_all(&[b'x'; 1 << 16])?;
        },
        how: "it wrote a line of over 67108864 bytes",
    },
    Violation {
        name: "answers-in-a-huge-line",
        say: |out, answer| {
            let id = answer.id;
            write!(
                out,
                "{{\"id\":{id},\"reply\":{{\"returned\":[{{\"string\":\""
            )?;
            for _ in 0..65 {
                out.write_all(&[b'x'; 1 << 20])?;
            }
            writeln!(out, "\"}}]}}}}")
        },
        how: "it wrote a line of over 67108864 bytes",
    },
    Violation {
        name: "leaves-within-a-line",
        say: |out, answer| {
            let line = serde_json::to_vec(answer)?;
            out.write_all(&line[..line.len() / 2])?;
            out.flush()?;
            std::process::exit(0)
        },
        how: "exit code 0",
    },
    #[cfg(unix)]
    Violation {
        name: "closes-its-output",
        say: |_, _| {
            use std::os::unix::process::CommandExt;
            let mut shell = std::process::Command::new("sh");
            Err(shell.arg("-c").arg("exec 1>&-; exec sleep 600").exec())
        },
        how: "it closed its output and went on",
    },
];

/// Those that come to light later, or otherwise.
const OTHERS: &[Violation] = &[
    Violation {
        name: "answers-twice",
        say: |out, answer| {
            send(out, answer)?;
            send(out, answer)
        },
        how: "",
    },
    Violation {
        name: "answers-with-features",
        say: |out, answer| {
            let answer = Response {
                id: answer.id,
                answer: Answer::Missing(Vec::new()),
                reached: Vec::new(),
            };
            send(out, &answer)
        },
        how: "",
    },
    Violation {
        name: "stops-to-read",
        say: |out, answer| {
            send(out, answer)?;
            sleep(Duration::from_secs(600));
            Ok(())
        },
        how: "",
    },
];

/// The violation of this name.
pub(crate) fn violation(name: &str) -> Option<&'static Violation> {
    let mut violations = AT_ONCE.iter().chain(OTHERS);
    violations.find(|violation| violation.name == name)
}

/// A worker written out by hand, as one in another language would be: one thread
/// that reads a request and writes the answer.
pub(crate) fn work(violation: &Violation) -> io::Result<()> {
    let mut engine = Mock::new("honest", 1);
    let mut out = io::stdout().lock();
    let hello = Hello {
        protocol: VERSION,
        identity: engine.identity(),
    };
    send(&mut out, &hello)?;
    for line in io::stdin().lock().lines() {
        let request: Request = serde_json::from_str(&line?)?;
        let dies = matches!(&request.operation, Operation::Invoke { name, .. } if name == "die");
        let response = Response {
            id: request.id,
            answer: answer(&mut engine, request.operation),
            reached: Vec::new(),
        };
        match dies {
            true => (violation.say)(&mut out, &response)?,
            false => send(&mut out, &response)?,
        }
    }
    Ok(())
}

fn answer(engine: &mut Mock, operation: Operation) -> Answer {
    Answer::Reply(match operation {
        Operation::Reset { features } => {
            return Answer::Missing(engine.reset(&features).unwrap_or_default());
        }
        Operation::Define {
            definition,
            sort,
            bytes,
        } => engine.define(definition, sort, &bytes),
        Operation::Instantiate {
            instance,
            definition,
            imports,
        } => engine.instantiate(instance, definition, &imports),
        Operation::Invoke {
            instance,
            name,
            args,
        } => engine.invoke(instance, &name, &args),
        Operation::Get { instance, name } => engine.get(instance, &name),
        Operation::Drop { instance } => {
            engine.drop_instance(instance);
            Reply::Accepted
        }
        Operation::Fork { .. } => Reply::Unsupported {
            feature: "threads".to_owned(),
        },
    })
}

pub(crate) fn send(out: &mut impl Write, message: &impl serde::Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    out.write_all(&line)?;
    out.flush()
}

pub(crate) fn trials() -> Vec<Trial> {
    let at_once = AT_ONCE.iter().map(|violation| {
        Trial::test(format!("violation::{}", violation.name), || {
            let seen = Stage::new(violation.name, FILES).run();
            seen.tells(&story(Status::Crash));
            tells_how(seen.at("b.wast:6"), violation.how, "");
            Ok(())
        })
    });
    let others = [
        trial("answers-twice", answers_twice),
        trial("answers-twice-at-the-end", answers_twice_at_the_end),
        trial("answers-with-features", answers_with_features),
        trial("stops-to-read", stops_to_read),
    ];
    at_once.chain(others).collect()
}

fn trial(name: &str, test: fn()) -> Trial {
    Trial::test(format!("violation::{name}"), move || {
        test();
        Ok(())
    })
}

/// The second answer is found when the next request is open, or none is. The
/// repetition of the call on the next worker meets the same.
fn answers_twice() {
    let seen = Stage::new("answers-twice", FILES).run();
    seen.tells(
        "\
a.wast:1 pass
a.wast:2 pass
b.wast:1 pass
b.wast:2 pass
b.wast:3 pass
b.wast:4 pass
b.wast:5 pass
b.wast:6 pass
b.wast:7 crash!
b.wast:8 blocked! by s/b.wast:7
b.wast:9 crash!
b.wast:10 crash!
b.wast:11 crash!
b.wast:12 blocked! by s/b.wast:11
b.wast:13 blocked! by s/b.wast:7
c.wast:1 pass
c.wast:2 pass
",
    );
    tells_how(
        seen.at("b.wast:7"),
        "it answered request ",
        "which was not open",
    );
}

/// It does not pass into the next file.
fn answers_twice_at_the_end() {
    let script = "(module (func (export \"die\")))\n(assert_return (invoke \"die\"))\n";
    let seen = Stage::new("answers-twice", &[("a.wast", script), ("b.wast", script)]).run();
    seen.tells(
        "\
a.wast:1 pass
a.wast:2 crash!
b.wast:1 pass
b.wast:2 crash!
",
    );
}

/// The worker goes on, and so does the instance.
fn answers_with_features() {
    let seen = Stage::new("answers-with-features", FILES).run();
    let outcome = seen.at("b.wast:6").outcome.clone().expect("an outcome");
    assert_eq!(outcome.kind, "harness-error");
    assert_eq!(seen.at("b.wast:6").status, Status::Fail);
    assert_eq!(seen.at("b.wast:7").status, Status::Pass);
    assert_eq!(seen.at("b.wast:10").status, Status::Pass);
    assert!(seen.ended.complete);
}

/// A request that is larger than a pipe must not hold up the runner for ever.
fn stops_to_read() {
    let mut script = "(module (func (export \"die\")))\n(invoke \"die\")\n".to_owned();
    let data = "x".repeat(1 << 20);
    writeln!(script, "(module (memory 17) (data \"{data}\"))").expect("a string grows");
    script.push_str("(module)\n");
    let stage = Stage::new("stops-to-read", &[("a.wast", &script)]);
    stage.with_limit(SHORT).run().tells(
        "\
a.wast:1 pass
a.wast:2 pass
a.wast:3 timeout!
a.wast:4 timeout!
",
    );
}
