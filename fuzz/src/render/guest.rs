//! The core functions of guests: one that gives back what it is given, and one that
//! calls another.

use super::watch;
use crate::case::layout::{Flat, Shape, discriminant_size, payload_offset};
use crate::case::types::{Type, tuple};
use serde::{Deserialize, Serialize};
use std::fmt;

/// How many core values are passed without memory.
pub const MAX_FLAT_PARAMS: usize = 16;

/// The two forms of the function that gives a value back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// The value is the only parameter and the result.
    Plain,
    /// [`PADS`] bytes come before the value, and one of them comes back before it:
    /// so parameters and result are in memory, whatever the type.
    Spilled,
}

/// How many parameters precede the value in the form that is always spilled.
pub const PADS: usize = 16;

impl Form {
    /// Both.
    pub const ALL: [Form; 2] = [Form::Plain, Form::Spilled];

    /// A word for it in the name of an export.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Form::Plain => "plain",
            Form::Spilled => "spilled",
        }
    }

    /// The types of the parameters, for a value of type `ty`.
    #[must_use]
    pub fn params(self, ty: &Type) -> Vec<Type> {
        let pads = match self {
            Form::Plain => 0,
            Form::Spilled => PADS,
        };
        let pads = (0..pads).map(|_| Type::U8);
        pads.chain([ty.clone()]).collect()
    }

    /// The type of the result.
    #[must_use]
    pub fn result(self, ty: &Type) -> Type {
        match self {
            Form::Plain => ty.clone(),
            Form::Spilled => tuple([Type::U8, ty.clone()]),
        }
    }
}

/// Which of the pads comes back: in the memory of the parameters it stands where
/// the result has it, so that the result is a part of the parameters.
#[must_use]
pub fn returned_pad(ty: &Type, pointer: Flat) -> usize {
    PADS - ty.align(pointer)
}

/// Whether a guest's core functions tell its trace what they are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watch {
    /// They do; their module has the functions of [`watch::functions`].
    On,
    /// They do not.
    Off,
}

/// Parameters, results and body of a core function that gives back the value it is
/// given. Its module imports `$alloc`.
#[must_use]
pub fn echo(ty: &Type, form: Form, pointer: Flat, watched: Watch) -> String {
    let p = pointer.text();
    let params = tuple(form.params(ty));
    let seen = |at: &str| match watched {
        Watch::On => watch::see(&params, at),
        Watch::Off => String::new(),
    };
    let flat = params.flatten(pointer);
    match (form, flat.as_slice()) {
        (Form::Plain, [one]) => {
            let one = one.text();
            let seen = match watched {
                Watch::On => format!(
                    "(local $to {p})\n{}{}",
                    watch::raw(&params, &flat),
                    at_stored(&params, pointer, |to| watch::see(&params, to))
                ),
                Watch::Off => String::new(),
            };
            format!("(param {one}) (result {one}) {seen} local.get 0")
        }
        // The parameter is in memory, where the result is to be.
        (_, many) if many.len() > MAX_FLAT_PARAMS => {
            let before = match form {
                Form::Plain => 0,
                Form::Spilled => returned_pad(ty, pointer),
            };
            format!(
                "(param {p}) (result {p}) {}\n({p}.add (local.get 0) ({p}.const {before}))",
                seen("local.get 0 ")
            )
        }
        (_, many) => {
            let raw = match watched {
                Watch::On => watch::raw(&params, many),
                Watch::Off => String::new(),
            };
            format!(
                "(param {}) (result {p}) (local $to {p})\n{raw}{}local.get $to",
                texts(many),
                at_stored(&params, pointer, seen),
            )
        }
    }
}

/// What a core function passes on to the one that it calls.
#[derive(Clone, Debug)]
pub enum Arguments {
    /// Its own parameters.
    Passed(Vec<Flat>),
    /// These values, as bits.
    Constant(Vec<(Flat, u64)>),
}

/// Parameters, results and body of a core function that calls `callee`, which has
/// been lowered, and gives back what that one returns. Its module imports `$alloc`.
#[must_use]
pub fn call(
    arguments: &Arguments,
    result: &Type,
    pointer: Flat,
    callee: &str,
    watched: Watch,
) -> String {
    let p = pointer.text();
    let (params, pushed) = match arguments {
        Arguments::Passed(flats) => {
            let get: Vec<String> = (0..flats.len()).map(|i| format!("local.get {i}")).collect();
            (format!("(param {})", texts(flats)), get.join("\n"))
        }
        Arguments::Constant(values) => (String::new(), constants(values)),
    };
    let see = |at: &str| match watched {
        Watch::On => watch::see(result, at),
        Watch::Off => String::new(),
    };
    match result.flatten(pointer).as_slice() {
        [one] => {
            let seen = match watched {
                Watch::On => {
                    let mut stored = allocate(result, pointer);
                    store(result, pointer, 0, &[(Local::Result, *one)], &mut stored);
                    stored + &watch::raw_result(result, *one) + &see("local.get $to ")
                }
                Watch::Off => String::new(),
            };
            let one = one.text();
            format!(
                "{params} (result {one}) (local $to {p}) (local $result {one})\n\
                 {pushed}\ncall {callee}\nlocal.set $result\n{seen}local.get $result"
            )
        }
        _ => format!(
            "{params} (result {p}) (local $to {p})\n{}{pushed}\nlocal.get $to\ncall {callee}\n{}local.get $to",
            allocate(result, pointer),
            see("local.get $to "),
        ),
    }
}

/// The core parameters of a function with these parameters.
#[must_use]
pub fn flat_params(params: &[Type], pointer: Flat) -> Vec<Flat> {
    let flat = tuple(params.to_vec()).flatten(pointer);
    match flat.len() {
        0..=MAX_FLAT_PARAMS => flat,
        _ => vec![pointer],
    }
}

/// The parameters and results of a core function.
#[derive(Clone, Debug)]
pub struct Signature {
    /// The parameters.
    pub params: Vec<Flat>,
    /// The results.
    pub results: Vec<Flat>,
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (params, results) = (texts(&self.params), texts(&self.results));
        write!(f, "(param {params}) (result {results})")
    }
}

/// The signature of a core function that has been lowered.
#[must_use]
pub fn lowered(params: &[Type], result: &Type, pointer: Flat) -> Signature {
    let mut params = match params {
        [] => Vec::new(),
        params => flat_params(params, pointer),
    };
    let mut results = result.flatten(pointer);
    if results.len() != 1 {
        results.clear();
        params.push(pointer);
    }
    Signature { params, results }
}

/// `$caught-NAME`: the function `$NAME`, but that an exception which it throws is noted.
#[must_use]
pub fn caught(name: &str, signature: &Signature) -> String {
    let gets: String = (0..signature.params.len())
        .map(|i| format!("(local.get {i}) "))
        .collect();
    format!(
        "(func $caught-{name} {signature}\n\
         (block $caught (try_table (catch_all $caught) (return (call ${name} {gets}))))\n\
         (call $note (i64.const -2)) unreachable)\n"
    )
}

/// Code that pushes values, which are given as bits.
#[must_use]
pub fn constants(values: &[(Flat, u64)]) -> String {
    let push = |(flat, bits): &(Flat, u64)| match flat {
        Flat::I32 => format!("i32.const {}", *bits as u32),
        Flat::I64 => format!("i64.const {bits}"),
        Flat::F32 => format!("i32.const {} f32.reinterpret_i32", *bits as u32),
        Flat::F64 => format!("i64.const {bits} f64.reinterpret_i64"),
    };
    values.iter().map(push).collect::<Vec<_>>().join("\n")
}

/// Code that makes `$to` a place for a value of the type.
pub(super) fn allocate(ty: &Type, pointer: Flat) -> String {
    let p = pointer.text();
    format!(
        "({p}.const {}) ({p}.const {}) call $alloc local.set $to\n",
        ty.align(pointer),
        ty.size(pointer)
    )
}

/// Code that stores the parameters, a flat value of the type, at `$to`, and goes on
/// with what `then` makes of that place.
pub(super) fn at_stored(ty: &Type, pointer: Flat, then: impl Fn(&str) -> String) -> String {
    let flat = ty.flatten(pointer);
    let locals: Vec<(Local, Flat)> = flat
        .into_iter()
        .enumerate()
        .map(|(i, flat)| (Local::Param(i), flat))
        .collect();
    let mut code = allocate(ty, pointer);
    store(ty, pointer, 0, &locals, &mut code);
    code + &then("local.get $to ")
}

/// A local of a core function.
#[derive(Clone, Copy)]
enum Local {
    Param(usize),
    /// `$result`.
    Result,
}

/// Appends code that stores what the first of `locals` hold, and returns the others.
///
/// Within a variant, a local may be of the joined type of several cases.
fn store<'a>(
    ty: &Type,
    pointer: Flat,
    offset: usize,
    locals: &'a [(Local, Flat)],
    code: &mut String,
) -> &'a [(Local, Flat)] {
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

fn store_core(local: (Local, Flat), flat: Flat, size: usize, offset: usize, code: &mut String) {
    let width = match size < flat.size() {
        true => (size * 8).to_string(),
        false => String::new(),
    };
    let store = format!("{}.store{width} offset={offset}", flat.text());
    *code += &format!("local.get $to {}{store}\n", get(local, flat));
}

/// Code that reads a local which holds a value of type `flat`, maybe within a wider
/// one.
fn get((local, held): (Local, Flat), flat: Flat) -> String {
    let conversion = match (held, flat) {
        (Flat::I32, Flat::F32) => "f32.reinterpret_i32 ",
        (Flat::I64, Flat::I32) => "i32.wrap_i64 ",
        (Flat::I64, Flat::F32) => "i32.wrap_i64 f32.reinterpret_i32 ",
        (Flat::I64, Flat::F64) => "f64.reinterpret_i64 ",
        _ => "",
    };
    match local {
        Local::Param(i) => format!("local.get {i} {conversion}"),
        Local::Result => format!("local.get $result {conversion}"),
    }
}

pub(super) fn texts(flats: &[Flat]) -> String {
    flats
        .iter()
        .map(|flat| format!(" {}", flat.text()))
        .collect()
}
