//! A core module as what the guest of a component computes: its functions are lifted,
//! and the values that a script passes to them are those of component types.

use super::module::{Module, REFILL, Reader, Signature};
use super::{Call, Place};
use crate::case::types::Type;
use crate::render::guest::MAX_FLAT_PARAMS;
use component_harness::value::Value;
use std::fmt::Write;
use wasmparser::ValType;

/// What an `i32` may be lifted as, in turn; the last one traps at some of them.
const NARROW: [Type; 8] = [
    Type::S32,
    Type::U8,
    Type::Bool,
    Type::U32,
    Type::S16,
    Type::U16,
    Type::S8,
    Type::Char,
];

/// What an `i64` may be lifted as, in turn.
const WIDE: [Type; 2] = [Type::S64, Type::U64];

/// The functions of a module, as a component has them.
pub(super) struct Lifted<'m> {
    module: &'m Module,
    traps: bool,
}

/// Whether a function has a type of numbers alone that no memory is needed for.
pub(super) fn can_be_lifted(Signature { ty, plain }: &Signature) -> bool {
    let mut types = ty.params().iter().chain(ty.results());
    let few = ty.params().len() <= MAX_FLAT_PARAMS && ty.results().len() <= 1;
    *plain && few && types.all(is_number)
}

fn is_number(ty: &ValType) -> bool {
    use ValType::{F32, F64, I32, I64};
    matches!(ty, I32 | I64 | F32 | F64)
}

impl<'m> Lifted<'m> {
    /// Those of this module; if it `traps`, lifting may as well.
    pub(super) fn new(module: &'m Module, traps: bool) -> Self {
        Lifted { module, traps }
    }

    /// Whether a component has this reader.
    pub(super) fn reads(&self, reader: &Reader) -> bool {
        is_number(&reader.result)
    }

    /// The definition of a component with the module; `text` is that of the module
    /// behind its keyword.
    pub(super) fn component(&self, text: &str, place: Place) -> String {
        let functions = self.functions();
        let mut whole = format!(
            "(component definition $Case\n(component $G0\n(core module $Main{text}\
             (core instance $main (instantiate $Main))\n"
        );
        for (name, ty) in &functions {
            let _ = writeln!(
                whole,
                "(func (export \"{name}\") {ty} (canon lift (core func $main \"{name}\")))"
            );
        }
        whole += ")\n(instance $g0 (instantiate $G0))\n";
        let outer = match place {
            Place::Script | Place::Guest => "$g0",
            Place::Callee => {
                whole += &caller(&functions);
                "$g1"
            }
        };
        for (name, _) in &functions {
            let _ = writeln!(whole, "(export \"{name}\" (func {outer} \"{name}\"))");
        }
        whole + ")\n"
    }

    /// The arguments of a call, which are core values, as those of the function that
    /// has been lifted.
    pub(super) fn arguments(&self, call: &Call) -> Vec<Value> {
        let number = call.function as usize;
        let Some(signature) = self.module.functions.get(number) else {
            return Vec::new();
        };
        let types = self.types(number, signature.ty.params().iter());
        let values = types.into_iter().zip(&call.args);
        values.map(|(ty, value)| lifted(&ty, value)).collect()
    }

    /// The functions by their names, with their types.
    fn functions(&self) -> Vec<(String, String)> {
        let mut functions = vec![(REFILL.to_owned(), String::new())];
        for (number, signature) in self.module.functions.iter().enumerate() {
            if can_be_lifted(signature) {
                let ty = &signature.ty;
                let count = ty.params().len();
                let types = self.types(number, ty.params().iter().chain(ty.results()));
                let mut text = String::new();
                for (place, ty) in types.iter().enumerate() {
                    let _ = match place < count {
                        true => write!(text, "(param \"p{place}\" {ty})"),
                        false => write!(text, "(result {ty})"),
                    };
                }
                functions.push((format!("f{number}"), text));
            }
        }
        for reader in &self.module.readers {
            if self.reads(reader) {
                let ty = self.component_type(0, reader.result);
                functions.push((reader.name.clone(), format!("(result {ty})")));
            }
        }
        functions
    }

    fn types<'t>(&self, function: usize, types: impl Iterator<Item = &'t ValType>) -> Vec<Type> {
        let types = types.enumerate();
        types
            .map(|(place, ty)| self.component_type(function + place, *ty))
            .collect()
    }

    /// What a number is lifted as, at this place of a function.
    fn component_type(&self, place: usize, ty: ValType) -> Type {
        let narrow = match self.traps {
            true => NARROW.len(),
            false => NARROW.len() - 1,
        };
        match ty {
            ValType::I32 => NARROW[place % narrow].clone(),
            ValType::F32 => Type::F32,
            ValType::F64 => Type::F64,
            _ => WIDE[place % WIDE.len()].clone(),
        }
    }
}

/// `$g1`: a guest that has the same functions as `$g0`, which it calls.
fn caller(functions: &[(String, String)]) -> String {
    let mut text = "(component $G1\n".to_owned();
    let mut with = String::new();
    for (name, ty) in functions {
        let _ = writeln!(
            text,
            "(import \"{name}\" (func ${name} {ty}))\n\
             (core func $lowered-{name} (canon lower (func ${name})))\n\
             (func (export \"{name}\") {ty} (canon lift (core func $lowered-{name})))"
        );
        let _ = write!(with, " (with \"{name}\" (func $g0 \"{name}\"))");
    }
    let _ = writeln!(text, ")\n(instance $g1 (instantiate $G1{with}))");
    text
}

/// A core value as one of a component type: its low bits.
fn lifted(ty: &Type, value: &Value) -> Value {
    match (ty, value) {
        (Type::Bool, Value::I32(bits)) => Value::Bool(bits & 1 == 1),
        (Type::U8, Value::I32(bits)) => Value::U8(*bits as u8),
        (Type::S8, Value::I32(bits)) => Value::S8(*bits as i8),
        (Type::U16, Value::I32(bits)) => Value::U16(*bits as u16),
        (Type::S16, Value::I32(bits)) => Value::S16(*bits as i16),
        (Type::U32, Value::I32(bits)) => Value::U32(bits.cast_unsigned()),
        (Type::S32, Value::I32(bits)) => Value::S32(*bits),
        (Type::Char, Value::I32(bits)) => {
            let scalar = char::from_u32(bits.cast_unsigned() & 0x1f_ffff);
            Value::Char(scalar.unwrap_or(char::MAX))
        }
        (Type::U64, Value::I64(bits)) => Value::U64(bits.cast_unsigned()),
        (Type::S64, Value::I64(bits)) => Value::S64(*bits),
        (_, value) => value.clone(),
    }
}
