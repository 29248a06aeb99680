//! What a guest saw, as a digest: code that walks a value in memory and mixes every
//! live part of it into its trace, but for pointers and the bits of NaNs.

use crate::case::Encoding;
use crate::case::layout::{Flat, Shape, discriminant_size, payload_offset};
use crate::case::types::Type;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// A function for each layout that occurs in one of `types`. The module has
/// [`IMPORTS`], and imports its memory.
#[must_use]
pub fn functions(types: &[Type], pointer: Flat, encoding: Encoding) -> String {
    let mut all = BTreeMap::new();
    for ty in types {
        collect(ty, &mut all);
    }
    let walker = Walker { pointer, encoding };
    let p = pointer.text();
    let function = |(name, ty): (&String, &Type)| {
        let walk = walker.walk(ty);
        format!("(func ${name} (param $at {p}) (local $from {p}) (local $end {p})\n{walk})\n")
    };
    all.iter().map(function).collect()
}

/// The imports that [`functions`], [`see`] and [`raw`] need.
pub const IMPORTS: &str = "(import \"trace\" \"note\" (func $note (param i64)))\n\
    (import \"trace\" \"mix\" (func $mix (param i64)))\n\
    (import \"trace\" \"seen\" (func $seen))\n";

/// Code that mixes the value at the address that `at` pushes, and notes the digest.
#[must_use]
pub fn see(ty: &Type, at: &str) -> String {
    format!("{at} call ${} call $seen\n", name(ty))
}

/// Code that mixes the core parameters of the type as they are: the unused bits and
/// slots are fixed, too. Nothing where a part may be a NaN.
#[must_use]
pub fn raw(ty: &Type, flat: &[Flat]) -> String {
    if has_floats(ty) || has_pointers(ty) {
        return String::new();
    }
    let mix = |(i, flat): (usize, &Flat)| match flat {
        Flat::I64 => format!("local.get {i} call $mix\n"),
        _ => format!("local.get {i} i64.extend_i32_u call $mix\n"),
    };
    flat.iter().enumerate().map(mix).collect()
}

/// As [`raw`], for `$result`.
#[must_use]
pub fn raw_result(ty: &Type, flat: Flat) -> String {
    match flat {
        _ if has_floats(ty) || has_pointers(ty) => String::new(),
        Flat::I64 => "local.get $result call $mix\n".to_owned(),
        _ => "local.get $result i64.extend_i32_u call $mix\n".to_owned(),
    }
}

fn has_floats(ty: &Type) -> bool {
    matches!(ty, Type::F32 | Type::F64) || ty.parts().into_iter().any(has_floats)
}

fn has_pointers(ty: &Type) -> bool {
    matches!(ty.shape(), Shape::Span) || ty.parts().into_iter().any(has_pointers)
}

/// The type and all of its parts, each layout once.
fn collect(ty: &Type, all: &mut BTreeMap<String, Type>) {
    if let Entry::Vacant(place) = all.entry(name(ty)) {
        place.insert(ty.clone());
        for part in ty.parts() {
            collect(part, all);
        }
        if let Type::Map(key, value) = ty {
            collect(&entry(key, value), all);
        }
    }
}

fn entry(key: &Type, value: &Type) -> Type {
    Type::Tuple(vec![key.clone(), value.clone()])
}

/// The name of the function of a type. Types with the same name have the same layout.
fn name(ty: &Type) -> String {
    format!("see-{}", ty.to_string().replace(',', ".").replace(';', ":"))
}

/// From the code for a length to the code for the number of bytes.
type Bytes = Box<dyn Fn(&str) -> String>;

struct Walker {
    pointer: Flat,
    encoding: Encoding,
}

impl Walker {
    fn walk(&self, ty: &Type) -> String {
        let p = self.pointer.text();
        match ty.shape() {
            Shape::Scalar(flat, size) => scalar(flat, size),
            Shape::Span => {
                let (bytes, each, step) = match ty {
                    Type::List(element) => self.elements(element),
                    Type::Map(key, value) => self.elements(&entry(key, value)),
                    _ => self.string(),
                };
                let length = format!("({p}.load offset={} (local.get $at))", self.pointer.size());
                let widened = match self.pointer {
                    Flat::I64 => length.clone(),
                    _ => format!("(i64.extend_i32_u {length})"),
                };
                format!(
                    "(call $mix {widened})\n\
                     (local.set $from ({p}.load (local.get $at)))\n\
                     (local.set $end ({p}.add (local.get $from) {}))\n\
                     (loop $next (if ({p}.lt_u (local.get $from) (local.get $end)) (then\n\
                     {each}\n\
                     (local.set $from ({p}.add (local.get $from) ({p}.const {step})))\n\
                     (br $next))))",
                    bytes(&length),
                )
            }
            Shape::Sequence(parts) => {
                let mut offset = 0;
                let mut code = String::new();
                for part in parts {
                    offset = usize::next_multiple_of(offset, part.align(self.pointer));
                    code += &self.part(part, offset);
                    offset += part.size(self.pointer);
                }
                code
            }
            Shape::Cases(cases) => {
                let load = load_discriminant(cases.len());
                let offset = payload_offset(&cases, self.pointer);
                let mut code = format!("(call $mix (i64.extend_i32_u {load}))\n");
                for (case, payload) in cases.iter().enumerate() {
                    if let Some(payload) = payload {
                        code += &format!(
                            "(if (i32.eq {load} (i32.const {case})) (then {}))\n",
                            self.part(payload, offset)
                        );
                    }
                }
                code
            }
        }
    }

    fn part(&self, ty: &Type, offset: usize) -> String {
        let p = self.pointer.text();
        format!(
            "(call ${} ({p}.add (local.get $at) ({p}.const {offset})))\n",
            name(ty)
        )
    }

    /// How many bytes a length is, the code for each element at `$from`, and how far
    /// it is to the next.
    fn elements(&self, element: &Type) -> (Bytes, String, usize) {
        let p = self.pointer.text();
        let size = element.size(self.pointer);
        (
            Box::new(move |length| format!("({p}.mul {length} ({p}.const {size}))")),
            format!("(call ${} (local.get $from))", name(element)),
            size,
        )
    }

    fn string(&self) -> (Bytes, String, usize) {
        let p = self.pointer.text();
        let encoding = self.encoding;
        let tag = 1_u64 << (8 * self.pointer.size() - 1);
        let bytes = move |length: &str| match encoding {
            Encoding::Utf8 => length.to_owned(),
            Encoding::Utf16 => format!("({p}.shl {length} ({p}.const 1))"),
            Encoding::Latin1OrUtf16 => format!(
                "(if (result {p}) ({p}.ge_u {length} ({p}.const {tag})) \
                 (then ({p}.shl {length} ({p}.const 1))) (else {length}))"
            ),
        };
        let each = "(call $mix (i64.load8_u (local.get $from)))".to_owned();
        (Box::new(bytes), each, 1)
    }
}

fn scalar(flat: Flat, size: usize) -> String {
    let at = "(local.get $at)";
    match (flat, size) {
        (Flat::F32, _) => format!(
            "(if (f32.ne (f32.load {at}) (f32.load {at})) \
             (then (call $mix (i64.const 0x7fc00000))) \
             (else (call $mix (i64.load32_u {at}))))"
        ),
        (Flat::F64, _) => format!(
            "(if (f64.ne (f64.load {at}) (f64.load {at})) \
             (then (call $mix (i64.const 0x7ff8000000000000))) \
             (else (call $mix (i64.load {at}))))"
        ),
        (_, 8) => format!("(call $mix (i64.load {at}))"),
        (_, size) => format!("(call $mix (i64.load{}_u {at}))", size * 8),
    }
}

fn load_discriminant(cases: usize) -> String {
    match discriminant_size(cases) {
        4 => "(i32.load (local.get $at))".to_owned(),
        size => format!("(i32.load{}_u (local.get $at))", size * 8),
    }
}
