//! Core functions of guests that lift or lower with `async`: the results go to
//! `task.return`, and what is called writes its results into memory.

use super::guest::{Arguments, Signature, allocate, at_stored, constants, flat_params, texts};
use super::watch;
use crate::case::Lift;
use crate::case::layout::{Flat, Shape, discriminant_size, payload_offset};
use crate::case::types::{Type, tuple};
use std::fmt::Write;

/// How many core values are passed without memory to what is lowered with `async`.
pub(super) const MAX_FLAT_ASYNC_PARAMS: usize = 4;

/// How many core values `task.return` takes without memory.
pub(crate) const MAX_FLAT_RETURNED: usize = 16;

/// The canonical definitions that [`awaiting`] takes, with what stands behind the name.
pub(super) const AWAITING: [(&str, &str); 5] = [
    ("waitable-set.new", ""),
    ("waitable-set.wait", " $MEMORY"),
    ("waitable-set.drop", ""),
    ("waitable.join", ""),
    ("subtask.drop", ""),
];

/// What a callback returns, or a function that has one, when nothing is left to do.
const EXIT: u32 = 0;

/// What the call of a function that is lowered with `async` returns when it is done.
const RETURNED: u32 = 2;

/// The parameters of `task.return`.
#[must_use]
pub(super) fn returned(result: &Type, pointer: Flat) -> Vec<Flat> {
    let flat = result.flatten(pointer);
    match flat.len() {
        0..=MAX_FLAT_RETURNED => flat,
        _ => vec![pointer],
    }
}

/// The signature of a core function that has been lowered with `async`.
pub(super) fn lowered(params: &[Type], pointer: Flat) -> Signature {
    let flat = tuple(params.to_vec()).flatten(pointer);
    let mut params = match (params, flat.len()) {
        ([], _) => Vec::new(),
        (_, 0..=MAX_FLAT_ASYNC_PARAMS) => flat,
        _ => vec![pointer],
    };
    params.push(pointer);
    Signature {
        params,
        results: vec![Flat::I32],
    }
}

/// `$await`: waits until the call that came to this state has returned; `$event` is a
/// place of 8 bytes.
pub(super) fn awaiting(pointer: Flat) -> String {
    let p = pointer.text();
    format!(
        r#"(import "callee" "waitable-set.new" (func $set-new (result i32)))
(import "callee" "waitable-set.wait" (func $set-wait (param i32 {p}) (result i32)))
(import "callee" "waitable-set.drop" (func $set-drop (param i32)))
(import "callee" "waitable.join" (func $join (param i32 i32)))
(import "callee" "subtask.drop" (func $subtask-drop (param i32)))
(func $await (param $state i32) (param $event {p}) (local $subtask i32) (local $set i32)
  (if (i32.eq (local.get $state) (i32.const {RETURNED})) (then (return)))
  (local.set $subtask (i32.shr_u (local.get $state) (i32.const 4)))
  (local.set $set (call $set-new))
  (call $join (local.get $subtask) (local.get $set))
  (loop $again
    (drop (call $set-wait (local.get $set) (local.get $event)))
    (br_if $again (i32.ne (i32.load offset=4 (local.get $event)) (i32.const {RETURNED}))))
  (call $subtask-drop (local.get $subtask))
  (call $set-drop (local.get $set)))
"#
    )
}

/// The function `name` as it is to be lifted, made of one that is to be lifted without
/// `async`: `function` is its parameters, results and body. Its module imports
/// `$task-return`.
#[must_use]
pub(super) fn lifted(
    lift: Lift,
    name: &str,
    function: &str,
    params: &[Type],
    result: &Type,
    pointer: Flat,
) -> String {
    let params = match params {
        [] => Vec::new(),
        params => flat_params(params, pointer),
    };
    let gets: String = (0..params.len())
        .map(|i| format!("(local.get {i}) "))
        .collect();
    let flat = result.flatten(pointer);
    let mut passed = String::new();
    if (2..=MAX_FLAT_RETURNED).contains(&flat.len()) {
        passed += "local.set $to\n";
        load(result, pointer, 0, &flat, &mut passed);
    }
    format!(
        "(func $sync-{name} {function})\n(func (export \"{name}\") (param {}) {} (local $to {})\n\
         (call $sync-{name} {gets})\n{passed}call $task-return {})\n",
        texts(&params),
        exit_type(lift),
        pointer.text(),
        exit(lift),
    )
}

/// A function without parameters that returns these core values.
#[must_use]
pub(super) fn returning(lift: Lift, flat: &[(Flat, u64)]) -> String {
    format!(
        "{}\n{}\ncall $task-return {}",
        exit_type(lift),
        constants(flat),
        exit(lift)
    )
}

fn exit_type(lift: Lift) -> &'static str {
    match lift {
        Lift::Callback => "(result i32)",
        _ => "",
    }
}

fn exit(lift: Lift) -> String {
    match lift {
        Lift::Callback => format!("i32.const {EXIT}"),
        _ => String::new(),
    }
}

/// Parameters, results and body of a core function that calls `callee`, which has been
/// lowered with `async`, and gives back what that one returns.
/// `params` are the types of the callee's parameters.
#[must_use]
pub(super) fn call(
    arguments: &Arguments,
    params: &[Type],
    result: &Type,
    pointer: Flat,
    callee: &str,
) -> String {
    let p = pointer.text();
    let (own, pushed) = match arguments {
        Arguments::Passed(flats) if flats.len() <= MAX_FLAT_ASYNC_PARAMS => {
            let gets: Vec<String> = (0..flats.len()).map(|i| format!("local.get {i}")).collect();
            (texts(flats), gets.join("\n"))
        }
        Arguments::Passed(flats) => {
            let stored = at_stored(&tuple(params.to_vec()), pointer, str::to_owned);
            (texts(flats), stored)
        }
        Arguments::Constant(values) => (String::new(), constants(values)),
    };
    let (given, mut back) = match result.flatten(pointer).as_slice() {
        [one] => (one.text(), String::new()),
        _ => (p, "local.get $to".to_owned()),
    };
    if back.is_empty() {
        load(result, pointer, 0, &result.flatten(pointer), &mut back);
    }
    format!(
        "(param {own}) (result {given}) (local $to {p}) (local $event {p})\n{pushed}\n{}\
         (local.set $event (call $alloc ({p}.const 4) ({p}.const 8)))\n\
         local.get $to\ncall {callee}\nlocal.get $event\ncall $await\n{}{back}",
        allocate(result, pointer),
        watch::see(result, "local.get $to "),
    )
}

/// Appends code that pushes the core values of the value at `$to`, each as one of
/// `joined`.
fn load(ty: &Type, pointer: Flat, offset: usize, joined: &[Flat], code: &mut String) {
    match ty.shape() {
        Shape::Scalar(flat, size) => load_core(flat, size, offset, joined[0], code),
        Shape::Span => {
            let size = pointer.size();
            load_core(pointer, size, offset, joined[0], code);
            load_core(pointer, size, offset + size, joined[1], code);
        }
        Shape::Sequence(parts) => {
            let (mut offset, mut joined) = (offset, joined);
            for part in parts {
                offset = offset.next_multiple_of(part.align(pointer));
                let (own, others) = joined.split_at(part.flatten(pointer).len());
                load(part, pointer, offset, own, code);
                offset += part.size(pointer);
                joined = others;
            }
        }
        Shape::Cases(cases) => {
            let size = discriminant_size(cases.len());
            load_core(Flat::I32, size, offset, joined[0], code);
            let payloads = joined[1..].to_vec();
            if payloads.is_empty() {
                return;
            }
            let within = offset + payload_offset(&cases, pointer);
            let mut opened = 0;
            for (case, payload) in cases.iter().enumerate() {
                let Some(payload) = payload else { continue };
                load_core(Flat::I32, size, offset, Flat::I32, code);
                let _ = writeln!(
                    code,
                    "i32.const {case} i32.eq if (result {})",
                    texts(&payloads)
                );
                let (own, others) = payloads.split_at(payload.flatten(pointer).len());
                load(payload, pointer, within, own, code);
                *code += &zeros(others);
                *code += "else\n";
                opened += 1;
            }
            *code += &zeros(&payloads);
            *code += &"end\n".repeat(opened);
        }
    }
}

fn zeros(flats: &[Flat]) -> String {
    let zero = |flat: &Flat| format!("{}.const 0\n", flat.text());
    flats.iter().map(zero).collect()
}

fn load_core(flat: Flat, size: usize, offset: usize, joined: Flat, code: &mut String) {
    let width = match size < flat.size() {
        true => format!("{}_u", size * 8),
        false => String::new(),
    };
    let conversion = match (flat, joined) {
        (Flat::F32, Flat::I32) => "i32.reinterpret_f32",
        (Flat::I32, Flat::I64) => "i64.extend_i32_u",
        (Flat::F32, Flat::I64) => "i32.reinterpret_f32 i64.extend_i32_u",
        (Flat::F64, Flat::I64) => "i64.reinterpret_f64",
        _ => "",
    };
    let _ = writeln!(
        code,
        "local.get $to {}.load{width} offset={offset} {conversion}",
        flat.text()
    );
}
