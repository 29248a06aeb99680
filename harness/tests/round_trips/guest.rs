//! The core modules of the guests: a memory with its `realloc`, one that gives back
//! what it is given, and one that passes on what it is given.

use crate::layout::{Flat, Shape, discriminant_size, payload_offset};
use crate::types::{Type, tuple};

/// How many core values are passed without memory.
const MAX_FLAT_PARAMS: usize = 16;

/// The two forms of the function that gives a value back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// The value is the only parameter and the result.
    Plain,
    /// [`PADS`] bytes come before the value, and one of them comes back before it:
    /// so parameters and result are in memory, whatever the type.
    Spilled,
}

/// How many parameters precede the value in the form that is always spilled.
pub(crate) const PADS: usize = 16;

impl Form {
    pub(crate) const ALL: [Form; 2] = [Form::Plain, Form::Spilled];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Form::Plain => "plain",
            Form::Spilled => "spilled",
        }
    }
}

/// Which of the pads comes back: in the memory of the parameters it stands where
/// the result has it, so that the result is a part of the parameters.
pub(crate) fn returned_pad(ty: &Type, pointer: Flat) -> usize {
    PADS - ty.align(pointer)
}

/// `$Memory`: a memory, and a `realloc` that never hands out a place twice. New
/// memory is not zero and old memory is overwritten, so that whoever reads what
/// nobody wrote, or at an old place, does not find what it hopes for.
pub(crate) fn memory(pointer: Flat) -> String {
    let p = pointer.text();
    format!(
        r#"(core module $Memory
  (memory (export "memory") {p} 1)
  (global $free (mut {p}) ({p}.const 8))
  (func (export "realloc")
    (param $old {p}) (param $old-size {p}) (param $align {p}) (param $size {p}) (result {p})
    (local $new {p})
    (local.set $new
      ({p}.and
        ({p}.add (global.get $free) ({p}.sub (local.get $align) ({p}.const 1)))
        ({p}.sub ({p}.const 0) (local.get $align))))
    (global.set $free ({p}.add (local.get $new) (local.get $size)))
    (loop $grow
      (if ({p}.gt_u (global.get $free) ({p}.shl (memory.size) ({p}.const 16)))
        (then
          (if ({p}.eq (memory.grow ({p}.const 1)) ({p}.const -1)) (then (unreachable)))
          (br $grow))))
    (memory.fill (local.get $new) (i32.const 0xa5) (local.get $size))
    (memory.copy (local.get $new) (local.get $old)
      (select (local.get $old-size) (local.get $size)
        ({p}.lt_u (local.get $old-size) (local.get $size))))
    (memory.fill (local.get $old) (i32.const 0x5a) (local.get $old-size))
    (local.get $new)))
"#
    )
}

/// `$Echo`: a function for each form that gives back the value it is given.
pub(crate) fn echo(ty: &Type, pointer: Flat) -> String {
    let p = pointer.text();
    let flat = ty.flatten(pointer);
    let plain = match flat.as_slice() {
        [one] => format!("(param {0}) (result {0}) local.get 0", one.text()),
        // The parameter is in memory, where the result is to be.
        many if many.len() > MAX_FLAT_PARAMS => format!("(param {p}) (result {p}) local.get 0"),
        many => format!(
            "(param {}) (result {p}) (local $to {p})\n{}{}local.get $to",
            texts(many),
            allocate(ty, pointer),
            stored(ty, pointer),
        ),
    };
    let before = returned_pad(ty, pointer);
    format!(
        r#"(core module $Echo
  (import "memory" "memory" (memory {p} 1))
  (import "memory" "realloc" (func $realloc (param {p} {p} {p} {p}) (result {p})))
  (func (export "plain") {plain})
  (func (export "spilled") (param {p}) (result {p})
    ({p}.add (local.get 0) ({p}.const {before}))))
"#
    )
}

/// `$Forward-FORM`: a function that passes its arguments on to an imported one,
/// which has been lowered, and gives back what that one returns.
pub(crate) fn forward(ty: &Type, form: Form, pointer: Flat) -> String {
    let p = pointer.text();
    let (params, result) = match form {
        Form::Plain => (ty.flatten(pointer), ty.clone()),
        Form::Spilled => (vec![pointer; PADS + 1], tuple([Type::U8, ty.clone()])),
    };
    let params = match params.len() {
        0..=MAX_FLAT_PARAMS => params,
        _ => vec![pointer],
    };
    let get: String = (0..params.len())
        .map(|i| format!("local.get {i}\n"))
        .collect();
    let params = texts(&params);
    let (callee, caller) = match result.flatten(pointer).as_slice() {
        [one] => {
            let result = format!("(result {})", one.text());
            (result.clone(), format!("{result}\n{get}call $callee"))
        }
        _ => (
            format!("(param {p})"),
            format!(
                "(result {p}) (local $to {p})\n{}{get}local.get $to\ncall $callee\nlocal.get $to",
                allocate(&result, pointer)
            ),
        ),
    };
    format!(
        r#"(core module $Forward-{form}
  (import "memory" "realloc" (func $realloc (param {p} {p} {p} {p}) (result {p})))
  (import "callee" "call" (func $callee (param {params}) {callee}))
  (func (export "call") (param {params}) {caller}))
"#,
        form = form.name(),
    )
}

/// Code that makes `$to` a place for a value of the type.
fn allocate(ty: &Type, pointer: Flat) -> String {
    let p = pointer.text();
    format!(
        "({p}.const 0) ({p}.const 0) ({p}.const {}) ({p}.const {}) call $realloc local.set $to\n",
        ty.align(pointer),
        ty.size(pointer)
    )
}

/// Code that stores the parameters, a flat value of the type, at `$to`.
fn stored(ty: &Type, pointer: Flat) -> String {
    let flat = ty.flatten(pointer);
    let locals: Vec<(usize, Flat)> = flat.into_iter().enumerate().collect();
    let mut code = String::new();
    store(ty, pointer, 0, &locals, &mut code);
    code
}

/// Appends code that stores what the first of `locals` hold, and returns the others.
///
/// Within a variant, a local may be of the joined type of several cases.
fn store<'a>(
    ty: &Type,
    pointer: Flat,
    offset: usize,
    locals: &'a [(usize, Flat)],
    code: &mut String,
) -> &'a [(usize, Flat)] {
    let (own, others) = locals.split_at(ty.flatten(pointer).len());
    match ty.shape() {
        Shape::Scalar(flat, size) => store_core(own[0], flat, size, offset, code),
        Shape::Span => {
            let size = pointer.size();
            store_core(own[0], pointer, size, offset, code);
            store_core(own[1], pointer, size, offset + size, code);
        }
        Shape::Sequence(parts) => {
            let (mut offset, mut rest) = (offset, own);
            for part in parts {
                offset = offset.next_multiple_of(part.align(pointer));
                rest = store(part, pointer, offset, rest, code);
                offset += part.size(pointer);
            }
        }
        Shape::Cases(cases) => {
            let (discriminant, joined) = (own[0], &own[1..]);
            let size = discriminant_size(cases.len());
            store_core(discriminant, Flat::I32, size, offset, code);
            let offset = offset + payload_offset(&cases, pointer);
            for (case, payload) in cases.iter().enumerate() {
                if let Some(payload) = payload {
                    *code += &get(discriminant, Flat::I32);
                    *code += &format!("i32.const {case} i32.eq if\n");
                    store(payload, pointer, offset, joined, code);
                    *code += "end\n";
                }
            }
        }
    }
    others
}

fn store_core(local: (usize, Flat), flat: Flat, size: usize, offset: usize, code: &mut String) {
    let width = match size < flat.size() {
        true => (size * 8).to_string(),
        false => String::new(),
    };
    let store = format!("{}.store{width} offset={offset}", flat.text());
    *code += &format!("local.get $to {}{store}\n", get(local, flat));
}

/// Code that reads a local which holds a value of type `flat`, maybe within a wider
/// one.
fn get((local, held): (usize, Flat), flat: Flat) -> String {
    let conversion = match (held, flat) {
        (Flat::I32, Flat::F32) => "f32.reinterpret_i32 ",
        (Flat::I64, Flat::I32) => "i32.wrap_i64 ",
        (Flat::I64, Flat::F32) => "i32.wrap_i64 f32.reinterpret_i32 ",
        (Flat::I64, Flat::F64) => "f64.reinterpret_i64 ",
        _ => "",
    };
    format!("local.get {local} {conversion}")
}

fn texts(flats: &[Flat]) -> String {
    flats
        .iter()
        .map(|flat| format!(" {}", flat.text()))
        .collect()
}
