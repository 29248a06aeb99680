//! The core code of what guests do.

mod copies;
mod parts;

use super::core::{PAIR, TEXT, address, field, state};
use crate::concurrency::{Abi, Case, Function, Kind, Operation, Passed, Way, What};
use parts::{
    and, by_index, cancel, cancelled, drop, get, guarded, is, outside, put, resumed, slot,
    suspended,
};
use std::fmt::Write;

/// The locals of every program.
const LOCALS: &str = "(local $context i32) (local $resolved i32) (local $cancelled i32) \
     (local $self i32) (local $r i32)";

/// The functions of a guest, and its threads.
pub(super) fn functions(case: &Case, functions: &[Function]) -> String {
    let mut text = String::new();
    let mut names = String::new();
    for (number, body) in case.threads.iter().enumerate() {
        let coder = Coder {
            case,
            function: None,
            number,
        };
        let code: String = body
            .iter()
            .enumerate()
            .map(|(i, o)| coder.step(i, *o))
            .collect();
        let _ = writeln!(
            text,
            "(func $thread-{number} (param $slot i32) {LOCALS}\n\
             (local.set $self (local.get $slot))\n{code}\
             (call $empty (local.get $self)))"
        );
        let _ = write!(names, " $thread-{number}");
    }
    if !names.is_empty() {
        let _ = writeln!(text, "(elem (table $threads) (i32.const 0) func{names})");
    }
    for (number, function) in functions.iter().enumerate() {
        let coder = Coder {
            case,
            function: Some(function),
            number,
        };
        text += &coder.function(function);
    }
    text
}

/// Writes the code of one function or thread.
struct Coder<'a> {
    case: &'a Case,
    /// None for a thread.
    function: Option<&'a Function>,
    number: usize,
}

impl Coder<'_> {
    /// A function, with its callback, if it has one.
    fn function(&self, function: &Function) -> String {
        let number = self.number;
        let (params, take) = match function.takes {
            Passed::Nothing => ("", String::new()),
            Passed::Number => (
                "(param $p i32)",
                "(call $say (i32.const 0x64) (local.get $p))\n".to_owned(),
            ),
            Passed::Text => (
                "(param $p i32) (param $q i32)",
                "(call $mix (i64.extend_i32_u (local.get $q)))\n\
                 (call $mix (i64.load8_u (local.get $p))) (call $seen)\n"
                    .to_owned(),
            ),
            Passed::Stream => (
                "(param $p i32)",
                "(call $take-stream (local.get $p))\n".into(),
            ),
            Passed::Future => (
                "(param $p i32)",
                "(call $take-future (local.get $p))\n".into(),
            ),
        };
        let entered = format!("(call $say (i32.const 0x65) (i32.const {number}))\n{take}");
        let result = match (function.abi, function.gives) {
            (Abi::Callback, _) => "(result i32)",
            (Abi::Stackful, _) | (_, Passed::Nothing) => "",
            _ => "(result i32)",
        };
        if function.abi == Abi::Callback {
            return self.callback(function, params, &entered);
        }
        let code: String = function
            .body
            .iter()
            .enumerate()
            .map(|(i, o)| self.step(i, *o))
            .collect();
        let end = match function.abi {
            Abi::Stackful => self.give(false),
            _ => self.result(function.gives),
        };
        format!("(func (export \"f{number}\") {params} {result} {LOCALS}\n{entered}{code}{end})\n")
    }

    /// A function with a callback: one core function that goes on where the one before
    /// left off.
    fn callback(&self, function: &Function, params: &str, entered: &str) -> String {
        let number = self.number;
        let mut parts = vec![String::new()];
        for (i, operation) in function.body.iter().enumerate() {
            let left = match operation.what {
                What::Wait { set, hold: false } => {
                    let set = get(slot(Kind::Set, set), field::HANDLE);
                    let there = format!("(call $pending {set})");
                    let code = format!(
                        "(global.set $waiting (i32.add (global.get $waiting) (i32.const 1)))\n{}\
                         (return (i32.or (i32.const 2) (i32.shl {set} (i32.const 4))))",
                        self.save(parts.len(), true)
                    );
                    Some(guarded(operation.wild, &there, &code))
                }
                What::Yield { hold: false } => Some(format!(
                    "{}(return (i32.const 1))\n",
                    self.save(parts.len(), false)
                )),
                _ => None,
            };
            let part = parts.len() - 1;
            match left {
                Some(code) => {
                    parts[part] += &code;
                    parts.push(String::new());
                }
                None => parts[part] += &self.step(i, *operation),
            }
        }
        let labels: String = (0..parts.len()).map(|i| format!(" $part-{i}")).collect();
        let mut code = format!("(br_table{labels} (local.get $part))");
        for (i, part) in parts.iter().enumerate() {
            code = format!("(block $part-{i}\n{code})\n{part}");
        }
        format!(
            "(func $run-{number} (param $part i32) (param $cancelled i32) (param $resolved i32) \
             (param $context i32) (result i32) (local $self i32) (local $r i32)\n{code}{}\
             (i32.const 0))\n\
             (func (export \"f{number}\") {params} (result i32)\n{entered}\
             (call $run-{number} (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))\n\
             (func (export \"f{number}-callback\") (param $code i32) (param $index i32) (param $payload i32) \
             (result i32) (local $kept i32)\n\
             (local.set $kept (call $context.get))\n\
             (call $say (i32.const 0x66) (local.get $kept))\n\
             (if (i32.and (local.get $kept) (i32.const 0x400))\n\
             (then (global.set $waiting (i32.sub (global.get $waiting) (i32.const 1)))))\n\
             (call $run-{number} (i32.and (local.get $kept) (i32.const 0xff))\n\
             (i32.or (call $event (local.get $code) (local.get $index) (local.get $payload))\n\
             (i32.and (i32.shr_u (local.get $kept) (i32.const 9)) (i32.const 1)))\n\
             (i32.and (i32.shr_u (local.get $kept) (i32.const 8)) (i32.const 1))\n\
             (i32.shr_u (local.get $kept) (i32.const 16))))\n",
            self.give(false)
        )
    }

    /// Keeps where to go on in the context of the task.
    fn save(&self, part: usize, waits: bool) -> String {
        let kept = part | if waits { 0x400 } else { 0 };
        format!(
            "(call $context.set (i32.or (i32.const {kept})\n\
             (i32.or (i32.shl (local.get $resolved) (i32.const 8))\n\
             (i32.or (i32.shl (local.get $cancelled) (i32.const 9))\n\
             (i32.shl (local.get $context) (i32.const 16))))))\n"
        )
    }

    /// One step.
    fn step(&self, index: usize, operation: Operation) -> String {
        let tag = self.number * 64 + index + 0x1000;
        let tag = match self.function {
            Some(_) => tag,
            None => tag + 0x1000,
        };
        let said = |call: String| {
            format!("(local.set $r {call})\n(call $say (i32.const {tag}) (local.get $r))\n")
        };
        let done = |call: String| format!("{call}\n(call $say (i32.const {tag}) (i32.const 0))\n");
        let wild = operation.wild;
        match operation.what {
            What::New(Kind::Set, index) => {
                let set = slot(Kind::Set, index);
                let code = said("(call $waitable-set.new)".into())
                    + &format!("(call $fill (i32.const {}) (local.get $r))", address(set));
                guarded(wild, &is(set, &[0]), &code)
            }
            What::New(kind, index) => {
                let (name, read, write) = match kind.is_future() {
                    true => ("future", Kind::FutureRead, Kind::FutureWrite),
                    false => ("stream", Kind::StreamRead, Kind::StreamWrite),
                };
                let (read, write) = (slot(read, index), slot(write, index));
                let code = done(format!(
                    "(call $pair-{name} (i32.const {}) (i32.const {}))",
                    address(read),
                    address(write)
                ));
                guarded(wild, &and(&is(read, &[0]), &is(write, &[0])), &code)
            }
            What::Copy(end, count, way, place) => self.copy(end, count, way, place, wild, &said),
            What::Cancel(end, way) => {
                let code = said(format!(
                    "(call ${} {})",
                    cancel(end, way),
                    get(end, field::HANDLE)
                ));
                let code = match end.kind {
                    Kind::Subtask => format!(
                        "{code}(if (i32.eq (local.get $r) (i32.const -1))\n\
                         (then {})\n(else (call $resolved (i32.const {}) (local.get $r))))",
                        put(
                            end,
                            field::STATE,
                            &format!("(i32.const {})", state::CANCELLING)
                        ),
                        address(end)
                    ),
                    _ => format!(
                        "{code}(call $copied (i32.const {}) (local.get $r) (i32.const {}))",
                        address(end),
                        state::CANCELLING
                    ),
                };
                let guard = match (end.kind, way) {
                    (Kind::Subtask, _) | (_, Way::Sync) => {
                        and(&is(end, &[state::BUSY]), &outside(end))
                    }
                    _ => is(end, &[state::BUSY]),
                };
                guarded(wild, &guard, &code)
            }
            What::Drop(what) => {
                let code = done(format!(
                    "(call ${} {})",
                    drop(what.kind),
                    get(what, field::HANDLE)
                )) + &format!("(call $empty (i32.const {}))", address(what));
                let guard = match what.kind {
                    Kind::FutureWrite | Kind::Subtask => is(what, &[state::DONE]),
                    Kind::Set => format!(
                        "(i32.and {} (i32.eqz (i32.or (global.get $waiting) (call $members {}))))",
                        is(what, &[state::IDLE]),
                        get(what, field::HANDLE)
                    ),
                    _ => is(what, &[state::IDLE, state::DONE]),
                };
                guarded(wild, &guard, &code)
            }
            What::Join(waitable, set) => {
                let set = slot(Kind::Set, set);
                let index = get(set, field::HANDLE);
                let code = done(format!(
                    "(call $waitable.join {} {index})",
                    get(waitable, field::HANDLE)
                )) + &put(waitable, field::SET, &index);
                let guard = format!(
                    "(i32.and (i32.ne {} (i32.const 0)) {})",
                    get(waitable, field::STATE),
                    is(set, &[state::IDLE])
                );
                guarded(wild, &guard, &code)
            }
            What::Leave(waitable) => {
                let code = done(format!(
                    "(call $waitable.join {} (i32.const 0))",
                    get(waitable, field::HANDLE)
                )) + &put(waitable, field::SET, "(i32.const 0)");
                guarded(wild, &get(waitable, field::SET), &code)
            }
            What::Wait { set, hold } => {
                let set = get(slot(Kind::Set, set), field::HANDLE);
                let has_callback = self.function.is_some_and(|f| f.abi == Abi::Callback);
                let wait = match hold && !has_callback {
                    true => "$wait-patiently",
                    false => "$wait",
                };
                let code = cancelled(&format!("(call {wait} {set})"));
                guarded(wild, &format!("(call $pending {set})"), &code)
            }
            What::Poll(set) => {
                let set = slot(Kind::Set, set);
                let code = cancelled(&format!("(call $poll {})", get(set, field::HANDLE)));
                guarded(wild, &is(set, &[state::IDLE]), &code)
            }
            What::Yield { .. } => said("(call $thread.yield)".into()),
            What::Call {
                slot: to,
                instance,
                function,
                way,
            } => self.call(
                slot(Kind::Subtask, to),
                instance,
                function,
                way,
                wild,
                &said,
            ),
            What::Return => self.give(wild),
            What::Exit => match self.function.map(|function| (function.abi, function.gives)) {
                Some((Abi::Callback, _)) => "(return (i32.const 0))\n".into(),
                Some((Abi::Stackful, _) | (_, Passed::Nothing)) | None => "(return)\n".into(),
                Some((_, gives)) => format!("(return {})\n", self.result(gives)),
            },
            What::Pressure(true) => done(
                "(call $backpressure.inc)\n\
                 (global.set $pressure (i32.add (global.get $pressure) (i32.const 1)))"
                    .into(),
            ),
            What::Pressure(false) => guarded(
                wild,
                "(global.get $pressure)",
                &done(
                    "(call $backpressure.dec)\n\
                     (global.set $pressure (i32.sub (global.get $pressure) (i32.const 1)))"
                        .into(),
                ),
            ),
            What::Context(value) => format!(
                "(call $say (i32.const {tag}) (call $context.get))\n\
                 (local.set $context (i32.const {value}))\n{}",
                self.save(0xff, false)
            ),
            What::Spawn(to, thread) => {
                let to = slot(Kind::Thread, to);
                let threads = self.case.threads.len();
                if threads == 0 {
                    return String::new();
                }
                let code = said(format!(
                    "(call $thread.new-indirect (i32.const {}) (i32.const {}))",
                    thread % threads,
                    address(to)
                )) + &format!("(call $fill (i32.const {}) (local.get $r))", address(to));
                guarded(wild, &is(to, &[0]), &code)
            }
            What::Resume(which, how) => self.resume(slot(Kind::Thread, which), how, wild, &said),
            What::Suspend => guarded(
                wild,
                "(local.get $self)",
                &(suspended() + &said("(call $thread.suspend)".into()) + &resumed()),
            ),
            What::Trap => "(unreachable)\n".into(),
            What::Index(kind, index) => done(by_index(kind, index)),
        }
    }

    /// Gives the result of a task that is lifted asynchronously.
    fn give(&self, wild: bool) -> String {
        let Some(function) = self.function else {
            return String::new();
        };
        let value = match function.gives {
            Passed::Nothing => "(call $return-nothing)".to_owned(),
            Passed::Number => "(call $return-number (i32.const 11))".into(),
            Passed::Text => format!("(call $return-text (i32.const {TEXT}) (i32.const 4))"),
            Passed::Stream => {
                format!(
                    "(call $return-stream (call $give-stream (i32.const {})))",
                    u32::from(wild)
                )
            }
            Passed::Future => {
                format!(
                    "(call $return-future (call $give-future (i32.const {})))",
                    u32::from(wild)
                )
            }
        };
        let answer = match function.obeys {
            true => {
                format!("(if (local.get $cancelled) (then (call $task.cancel)) (else {value}))")
            }
            false => value,
        };
        let code = format!("{answer}\n(call $say (i32.const 0x67) (local.get $cancelled))");
        format!(
            "{}\n",
            guarded(
                wild,
                "(i32.eqz (local.get $resolved))",
                &format!("(local.set $resolved (i32.const 1))\n{code}")
            )
        )
    }

    /// The result of a function that is lifted synchronously.
    fn result(&self, gives: Passed) -> String {
        match gives {
            Passed::Nothing => String::new(),
            Passed::Number => "(i32.const 11)".into(),
            Passed::Text => format!(
                "(i32.store (i32.const {PAIR}) (i32.const {TEXT})) \
                 (i32.store offset=4 (i32.const {PAIR}) (i32.const 4)) (i32.const {PAIR})"
            ),
            Passed::Stream => "(call $give-stream (i32.const 0))".into(),
            Passed::Future => "(call $give-future (i32.const 0))".into(),
        }
    }
}
