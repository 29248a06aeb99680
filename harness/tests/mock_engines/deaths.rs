//! Engines that die or hang: each costs its own directive, and what depends on
//! it.

use crate::mock::{At, Mock};
use crate::stage::{SHORT, Stage};
use component_harness::worker;
use component_reports::record::{Record, Status};
use libtest_mimic::Trial;
use std::hint::{black_box, spin_loop};
use std::io;
use std::process::{self, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The bound of the worker that asks for more, in mebibytes.
const MEMORY: u64 = 256;

/// How long a worker hangs that nobody ends.
const DOZE: Duration = Duration::from_secs(30);

/// A way to die.
pub(crate) struct Death {
    name: &'static str,
    /// When: at any of these, each of the worker that was started as this number
    /// or of every one.
    pub(crate) at: &'static [(Option<usize>, At)],
    /// How.
    pub(crate) how: fn(),
    /// What the outcome's message begins with, and what else it contains.
    message: (&'static str, &'static str),
}

const DEATH: Death = Death {
    name: "",
    at: &[(None, At::Call("die"))],
    how: || process::abort(),
    message: ("signal 6 (SIGABRT)", ""),
};

/// Deaths that the directive that meets them tells of as a crash.
const CRASHES: &[Death] = &[
    Death {
        name: "aborts",
        ..DEATH
    },
    Death {
        name: "panics",
        how: || panic!("the mock has lost its footing"),
        message: (
            "signal 6 (SIGABRT); it said: ",
            "the mock has lost its footing",
        ),
        ..DEATH
    },
    Death {
        name: "overflows-the-stack",
        how: || {
            black_box(overflow(0));
        },
        message: ("signal 6 (SIGABRT); it said: ", "overflowed its stack"),
        ..DEATH
    },
    Death {
        name: "segfaults",
        how: || die_of("SEGV"),
        message: ("signal 11 (SIGSEGV)", ""),
        ..DEATH
    },
    Death {
        name: "is-killed",
        how: || die_of("KILL"),
        message: ("signal 9 (SIGKILL)", ""),
        ..DEATH
    },
    Death {
        name: "exits-with-3",
        how: || process::exit(3),
        message: ("exit code 3", ""),
        ..DEATH
    },
    Death {
        name: "exits-with-0",
        how: || process::exit(0),
        message: ("exit code 0", ""),
        ..DEATH
    },
    Death {
        name: "allocates-without-bound",
        how: allocate,
        message: ("signal 6 (SIGABRT); it said: ", "memory allocation of"),
        ..DEATH
    },
];

/// Deaths that it tells of as a timeout.
const HANGS: &[Death] = &[
    Death {
        name: "sleeps",
        how: || sleep(Duration::from_secs(600)),
        ..DEATH
    },
    Death {
        name: "spins",
        how: || {
            loop {
                spin_loop();
            }
        },
        ..DEATH
    },
];

/// Deaths at other times.
const OTHERS: &[Death] = &[
    // Not for so long that it is left behind for good.
    Death {
        name: "dozes",
        how: || sleep(DOZE),
        ..DEATH
    },
    Death {
        name: "dies-of-a-drop",
        at: &[(None, At::Drop)],
        ..DEATH
    },
    Death {
        name: "dies-of-the-end-of-a-file",
        at: &[(None, At::Reset(2))],
        ..DEATH
    },
    Death {
        name: "dies-between-two-files",
        at: &[(None, At::Reset(3))],
        how: || process::exit(0),
        ..DEATH
    },
    // The second is to repeat what the first has done.
    Death {
        name: "dies-in-the-replay",
        at: &[(Some(1), At::Call("die")), (Some(2), At::Call("count"))],
        ..DEATH
    },
    Death {
        name: "dies-and-greets-with-garbage",
        ..DEATH
    },
];

/// The death of this name.
pub(crate) fn death(name: &str) -> Option<&'static Death> {
    let mut deaths = CRASHES.iter().chain(HANGS).chain(OTHERS);
    deaths.find(|death| death.name == name)
}

/// Serves the engine as any worker does.
pub(crate) fn work(engine: Mock) -> io::Result<()> {
    worker::bound_memory(MEMORY)?;
    worker::serve(Box::new(engine))
}

/// What comes before and after the file with the death.
pub(crate) const BESIDE: &str = r#"(module (func (export "count") (result i32) unreachable))
(assert_return (invoke "count") (i32.const 1))
"#;

/// An instance that is touched, one that is not, and one that comes later.
pub(crate) const SCRIPT: &str = r#"(module $a (func (export "count") (result i32) unreachable) (func (export "die")))
(module $b (func (export "count") (result i32) unreachable))
(assert_return (invoke $a "count") (i32.const 1))
(assert_return (invoke $b "count") (i32.const 1))
(assert_return (invoke $b "count") (i32.const 2))
(assert_return (invoke $a "die"))
(assert_return (invoke $a "count") (i32.const 2))
(register "a" $a)
(module (import "a" "count" (func (result i32))))
(assert_return (invoke $b "count") (i32.const 3))
(module $c (func (export "count") (result i32) unreachable))
(assert_return (invoke $c "count") (i32.const 1))
(assert_trap (invoke $a "die") "unreachable")
"#;

/// The three files, the death in the middle one.
pub(crate) const FILES: &[(&str, &str)] =
    &[("a.wast", BESIDE), ("b.wast", SCRIPT), ("c.wast", BESIDE)];

/// What must be told when the sixth directive of the middle file costs nothing
/// but what depends on it; `STATUS` stands for what becomes of it.
const STORY: &str = "\
a.wast:1 pass
a.wast:2 pass
b.wast:1 pass
b.wast:2 pass
b.wast:3 pass
b.wast:4 pass
b.wast:5 pass
b.wast:6 STATUS!
b.wast:7 blocked! by s/b.wast:6
b.wast:8 blocked! by s/b.wast:6
b.wast:9 blocked! by s/b.wast:6
b.wast:10 pass
b.wast:11 pass
b.wast:12 pass
b.wast:13 blocked! by s/b.wast:6
c.wast:1 pass
c.wast:2 pass
";

/// The story of a death that is told as `status`.
pub(crate) fn story(status: Status) -> String {
    STORY.replace("STATUS", &status.to_string())
}

/// Checks that a record tells of a crash, in these words.
pub(crate) fn tells_how(record: &Record, begins: &str, contains: &str) {
    let outcome = record.outcome.as_ref().expect("an outcome");
    let message = outcome.message.as_deref().unwrap_or_default();
    assert_eq!(outcome.kind, "crashed");
    assert!(message.starts_with(begins), "{message}");
    assert!(message.contains(contains), "{message}");
    let mismatch = record.mismatch.as_deref().expect("a mismatch");
    assert!(mismatch.contains(message), "{mismatch}");
}

pub(crate) fn trials() -> Vec<Trial> {
    let crashes = CRASHES.iter().map(|death| {
        Trial::test(format!("death::{}", death.name), || {
            let seen = Stage::new(death.name, FILES).run();
            seen.tells(&story(Status::Crash));
            tells_how(seen.at("b.wast:6"), death.message.0, death.message.1);
            Ok(())
        })
    });
    let hangs = HANGS.iter().map(|death| {
        Trial::test(format!("death::{}", death.name), || {
            let seen = Stage::new(death.name, FILES).with_limit(SHORT).run();
            seen.tells(&story(Status::Timeout));
            let outcome = seen.at("b.wast:6").outcome.as_ref().expect("an outcome");
            assert_eq!(outcome.kind, "timed-out");
            Ok(())
        })
    });
    let others = [
        trial("in-a-wrapper", dies_in_a_wrapper),
        trial("of-a-drop", dies_of_a_drop),
        trial("of-a-drop-in-place", dies_of_a_drop_in_place),
        trial("of-the-end-of-a-file", dies_of_the_end_of_a_file),
        trial("between-two-files", dies_between_two_files),
        trial("in-the-replay", dies_in_the_replay),
    ];
    crashes.chain(hangs).chain(others).collect()
}

fn trial(name: &str, test: fn()) -> Trial {
    Trial::test(format!("death::{name}"), move || {
        test();
        Ok(())
    })
}

/// An adapter may be a script: what it starts outlives it and holds its pipes,
/// but not the run.
fn dies_in_a_wrapper() {
    let began = Instant::now();
    let wrapped = Stage::new("dozes", FILES).with_command(|mut command| {
        let script = "\"$@\"; exit $?";
        let mut args = vec!["-c".into(), script.into(), "wrapper".into()];
        args.push(command.program.into());
        args.append(&mut command.args);
        command.program = "sh".into();
        command.args = args;
        command
    });
    let seen = wrapped.with_limit(SHORT).run();
    seen.tells(&story(Status::Timeout));
    assert!(began.elapsed() < DOZE);
}

const COMPONENT: &str = r#"(component $c (core module $m (func (export "f") (result i32) unreachable)) (core instance $i (instantiate $m)) (func (export "count") (result u32) (canon lift (core func $i "f"))))"#;

/// The directive that takes the place of an instance tells of its end.
fn dies_of_a_drop() {
    let call = |count| format!("(assert_return (invoke $c \"count\") (u32.const {count}))");
    let script = [
        COMPONENT.to_owned(),
        call(1),
        // The same name: the engine is to drop the first.
        COMPONENT.to_owned(),
        call(1),
        call(2),
    ];
    let seen = Stage::new("dies-of-a-drop", &[("a.wast", &script.join("\n"))]).run();
    seen.tells(
        "\
a.wast:1 pass
a.wast:2 pass
a.wast:3 crash!
a.wast:4 pass
a.wast:5 pass
",
    );
    tells_how(seen.at("a.wast:3"), "signal 6 (SIGABRT)", "");
}

/// So does the directive that makes one and gives it no name.
fn dies_of_a_drop_in_place() {
    let script = format!("(assert_return {})\n{BESIDE}", COMPONENT.replace("$c ", ""));
    let seen = Stage::new("dies-of-a-drop", &[("a.wast", &script)]).run();
    seen.tells(
        "\
a.wast:1 crash!
a.wast:2 pass
a.wast:3 pass
",
    );
}

/// What becomes of the worker when it forgets a file is told of that file.
fn dies_of_the_end_of_a_file() {
    let files = [("a.wast", BESIDE), ("b.wast", BESIDE)];
    let seen = Stage::new("dies-of-the-end-of-a-file", &files).run();
    seen.tells(
        "\
a.wast:1 pass
a.wast:2 crash!
b.wast:1 pass
b.wast:2 crash!
",
    );
    tells_how(seen.at("a.wast:2"), "signal 6 (SIGABRT)", "");
    let mismatch = seen.at("a.wast:2").mismatch.as_deref();
    assert!(mismatch.is_some_and(|text| text.contains("was to forget")));
}

/// A worker that ends where it has nothing to do is replaced.
fn dies_between_two_files() {
    let files = [("a.wast", BESIDE), ("b.wast", BESIDE)];
    let seen = Stage::new("dies-between-two-files", &files).run();
    seen.tells(
        "\
a.wast:1 pass
a.wast:2 pass
b.wast:1 pass
b.wast:2 pass
",
    );
}

/// A state that cannot be restored blocks the rest of the file.
fn dies_in_the_replay() {
    let seen = Stage::new("dies-in-the-replay", FILES).run();
    let mut story = story(Status::Crash);
    for line in 10..=12 {
        story = story.replace(
            &format!("b.wast:{line} pass"),
            &format!("b.wast:{line} blocked! by s/b.wast:6"),
        );
    }
    seen.tells(&story);
}

fn overflow(depth: u64) -> u64 {
    let frame = black_box([depth; 64]);
    match frame[0] {
        u64::MAX => 0,
        depth => overflow(depth + 1) + frame[63],
    }
}

/// Sends itself a signal, until it works: a handler of Rust's takes the first
/// SIGSEGV for an overflow of the stack, and lets the second pass.
fn die_of(signal: &str) {
    loop {
        let kill = format!("kill -s {signal} {}", process::id());
        drop(Command::new("sh").arg("-c").arg(kill).status());
    }
}

fn allocate() {
    let mut kept = Vec::new();
    loop {
        kept.push(black_box(vec![1_u8; 1 << 20]));
    }
}
