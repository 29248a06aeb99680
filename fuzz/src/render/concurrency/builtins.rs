//! The core functions that a guest imports.

use super::MEMORY;
use crate::concurrency::{Case, Function, INSTANCES, Passed};
use std::fmt::Write;

/// A core function: its name, its core type, and its canonical definition.
struct Builtin {
    name: String,
    ty: &'static str,
    canon: String,
}

/// All of a guest's.
pub(super) struct Builtins(Vec<Builtin>);

impl Builtins {
    /// With the functions of the instances, where the guest `calls` them.
    pub(super) fn new(case: &Case, calls: bool) -> Builtins {
        let mut all = Vec::new();
        let mut add = |name: String, ty: &'static str, canon: String| {
            all.push(Builtin { name, ty, canon });
        };
        for (name, ty, canon) in PLAIN {
            add(name.into(), ty, canon.replace("$MEMORY", ONLY_MEMORY));
        }
        for kind in ["stream", "future"] {
            add(
                format!("{kind}.new"),
                "(result i64)",
                format!("{kind}.new ${kind}"),
            );
            let copy = match kind {
                "stream" => "(param i32 i32 i32) (result i32)",
                _ => "(param i32 i32) (result i32)",
            };
            for (side, options) in [("read", MEMORY), ("write", ONLY_MEMORY)] {
                for (suffix, option) in [("", ""), ("-async", " async")] {
                    add(
                        format!("{kind}.{side}{suffix}"),
                        copy,
                        format!("{kind}.{side} ${kind}{option} {options}"),
                    );
                    add(
                        format!("{kind}.cancel-{side}{suffix}"),
                        "(param i32) (result i32)",
                        format!("{kind}.cancel-{side} ${kind}{option}"),
                    );
                }
                let end = match side {
                    "read" => "readable",
                    _ => "writable",
                };
                add(
                    format!("{kind}.drop-{end}"),
                    "(param i32)",
                    format!("{kind}.drop-{end} ${kind}"),
                );
            }
        }
        if calls {
            for instance in 0..INSTANCES {
                for (number, function) in case.callee.iter().enumerate() {
                    let callee = format!("lower (func $callee-{instance} \"f{number}\") {MEMORY}");
                    add(
                        format!("call-{instance}-{number}"),
                        lowered(function, false),
                        callee.clone(),
                    );
                    if function.abi.is_async_typed() {
                        add(
                            format!("call-{instance}-{number}-async"),
                            lowered(function, true),
                            format!("{callee} async"),
                        );
                    }
                }
            }
        }
        Builtins(all)
    }

    /// The definitions in the component.
    pub(super) fn definitions(&self) -> String {
        let mut text = String::from(
            "(core type $start (func (param i32)))\n\
             (core module $Table (table (export \"table\") 8 funcref))\n\
             (core instance $table (instantiate $Table))\n\
             (alias core export $table \"table\" (core table $threads))\n",
        );
        for Builtin { name, canon, .. } in &self.0 {
            let _ = writeln!(text, "(core func ${name} (canon {canon}))");
        }
        text
    }

    /// The imports of the core module.
    pub(super) fn imports(&self) -> String {
        let mut text = String::new();
        for Builtin { name, ty, .. } in &self.0 {
            let _ = writeln!(text, "(import \"\" \"{name}\" (func ${name} {ty}))");
        }
        text
    }

    /// What the core module is instantiated with.
    pub(super) fn exports(&self) -> String {
        let mut text = String::new();
        for Builtin { name, .. } in &self.0 {
            let _ = writeln!(text, "(export \"{name}\" (func ${name}))");
        }
        text
    }
}

/// The canonical options of all that only lift.
const ONLY_MEMORY: &str = "(memory (core memory $memory \"memory\"))";

/// Those that do not hang on the case.
const PLAIN: [(&str, &str, &str); 27] = [
    ("make", "(result i32)", "lower (func $owner \"make\")"),
    ("drop-thing", "(param i32)", "resource.drop $thing"),
    ("return-nothing", "", "task.return $MEMORY"),
    (
        "return-number",
        "(param i32)",
        "task.return (result u32) $MEMORY",
    ),
    (
        "return-text",
        "(param i32 i32)",
        "task.return (result string) $MEMORY",
    ),
    (
        "return-stream",
        "(param i32)",
        "task.return (result $stream) $MEMORY",
    ),
    (
        "return-future",
        "(param i32)",
        "task.return (result $future) $MEMORY",
    ),
    ("task.cancel", "", "task.cancel"),
    ("backpressure.inc", "", "backpressure.inc"),
    ("backpressure.dec", "", "backpressure.dec"),
    ("context.get", "(result i32)", "context.get i32 0"),
    ("context.set", "(param i32)", "context.set i32 0"),
    ("waitable-set.new", "(result i32)", "waitable-set.new"),
    (
        "waitable-set.wait",
        "(param i32 i32) (result i32)",
        "waitable-set.wait $MEMORY",
    ),
    (
        "waitable-set.poll",
        "(param i32 i32) (result i32)",
        "waitable-set.poll $MEMORY",
    ),
    ("waitable-set.drop", "(param i32)", "waitable-set.drop"),
    ("waitable.join", "(param i32 i32)", "waitable.join"),
    (
        "subtask.cancel",
        "(param i32) (result i32)",
        "subtask.cancel",
    ),
    (
        "subtask.cancel-async",
        "(param i32) (result i32)",
        "subtask.cancel async",
    ),
    ("subtask.drop", "(param i32)", "subtask.drop"),
    ("thread.index", "(result i32)", "thread.index"),
    (
        "thread.new-indirect",
        "(param i32 i32) (result i32)",
        "thread.new-indirect $start (core table $threads)",
    ),
    ("thread.resume-later", "(param i32)", "thread.resume-later"),
    ("thread.suspend", "(result i32)", "thread.suspend"),
    ("thread.yield", "(result i32)", "thread.yield"),
    (
        "thread.suspend-then-resume",
        "(param i32) (result i32)",
        "thread.suspend-then-resume",
    ),
    (
        "thread.yield-then-resume",
        "(param i32) (result i32)",
        "thread.yield-then-resume",
    ),
];

/// The core type of a function, lowered.
fn lowered(function: &Function, is_async: bool) -> &'static str {
    let flat = match function.takes {
        Passed::Nothing => 0,
        Passed::Text => 2,
        Passed::Number | Passed::Stream | Passed::Future => 1,
    };
    let returned = match (function.gives, is_async) {
        (Passed::Nothing, _) => "",
        (_, true) | (Passed::Text, false) => "pointer",
        (_, false) => "value",
    };
    match (flat, returned, is_async) {
        (0, "", true) | (0, "value", false) => "(result i32)",
        (0, "pointer", true) | (1, "", true) | (1, "value", false) => "(param i32) (result i32)",
        (1, "pointer", true) | (2, "", true) | (2, "value", false) => {
            "(param i32 i32) (result i32)"
        }
        (_, "pointer", true) => "(param i32 i32 i32) (result i32)",
        (0, "", false) => "",
        (0, _, false) | (1, "", false) => "(param i32)",
        (1, _, false) | (2, "", false) => "(param i32 i32)",
        _ => "(param i32 i32 i32)",
    }
}
