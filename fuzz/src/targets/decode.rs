//! Bytes to the reference runtime.

use component_reference::core::{self, Module};
use component_reference::types::{PrimValType, ValType};
use component_reference::value::Value;
use component_reference::{
    Component, Exports, Extern, Func, InstantiateError, Limits, Stop, Store, VALIDATED,
};

/// How many instructions an instantiation or a call may take.
const FUEL: u64 = 100_000;

/// How many exported functions of one component are called.
const CALLS: usize = 8;

/// Small enough that a guest reaches them with the little fuel that it has.
#[must_use]
pub fn limits() -> Limits {
    Limits {
        core: core::Limits {
            store_bytes: 16 << 20,
            frames: 1_000,
            values: 1 << 16,
        },
        depth: 1_000,
        value_bytes: 1 << 20,
    }
}

/// Bytes as a core module and as a component: decoded, and if that is valid and
/// imports nothing, instantiated, and its functions called. Nothing of that may
/// panic, contradict itself or go beyond [`limits`].
///
/// Returns how many calls came to an end, or why the bytes are no component.
pub fn decode(bytes: &[u8]) -> Result<usize, String> {
    let module = Module::new(VALIDATED, bytes).map_err(|error| error.to_string());
    let again = Module::new(VALIDATED, bytes).map_err(|error| error.to_string());
    assert_eq!(module.err(), again.err(), "the second decoding differs");
    let component = Component::new(VALIDATED, bytes).map_err(|error| error.to_string())?;
    let mut store = Store::new(limits());
    *store.fuel() = FUEL;
    let exports = match store.instantiate(&component, &Exports::default()) {
        Ok(exports) => exports,
        Err(InstantiateError::Stop(Stop::Bug(bug))) => panic!("internal bug: {bug}"),
        Err(_) => return Ok(0),
    };
    let mut functions = Vec::new();
    collect(&exports, &mut functions);
    let mut ended = 0;
    for func in functions.into_iter().take(CALLS) {
        let Some(args) = func.ty().param_types().map(simplest).collect() else {
            continue;
        };
        *store.fuel() = FUEL;
        match store.call(&func, args) {
            Ok(_) => ended += 1,
            Err(Stop::Bug(bug)) => panic!("internal bug: {bug}"),
            Err(Stop::Mistyped(mistyped)) => panic!("{mistyped}"),
            // The call stays under way, and no other can begin.
            Err(Stop::OutOfFuel) => break,
            Err(Stop::Trap(_) | Stop::Exhausted(_) | Stop::Unsupported(_)) => ended += 1,
        }
    }
    Ok(ended)
}

fn collect(exports: &Exports, functions: &mut Vec<Func>) {
    for (_, export) in exports.iter() {
        match export {
            Extern::Func(func) => functions.push(func.clone()),
            Extern::Instance(exports) => collect(exports, functions),
            Extern::Module(_) | Extern::Type(_) | Extern::Component(_) => {}
        }
    }
}

/// A value of a type that the host can make from nothing.
fn simplest(t: &ValType) -> Option<Value> {
    use PrimValType as P;
    Some(match t {
        ValType::Prim(P::Bool) => Value::Bool(false),
        ValType::Prim(P::S8) => Value::S8(0),
        ValType::Prim(P::U8) => Value::U8(0),
        ValType::Prim(P::S16) => Value::S16(0),
        ValType::Prim(P::U16) => Value::U16(0),
        ValType::Prim(P::S32) => Value::S32(0),
        ValType::Prim(P::U32) => Value::U32(0),
        ValType::Prim(P::S64) => Value::S64(0),
        ValType::Prim(P::U64) => Value::U64(0),
        ValType::Prim(P::F32) => Value::F32(f32::NAN),
        ValType::Prim(P::F64) => Value::F64(f64::NAN),
        ValType::Prim(P::Char) => Value::Char('\0'),
        ValType::Prim(P::String) => Value::String("\u{e9}\u{20ac}".into()),
        ValType::List(t, None) if **t == P::U8.into() => Value::Bytes(vec![0; 3]),
        ValType::List(t, None) => Value::List(vec![simplest(t)?]),
        ValType::Map(..) => Value::List(vec![]),
        ValType::Record(fields) => Value::Record(
            fields
                .iter()
                .map(|f| simplest(&f.t))
                .collect::<Option<_>>()?,
        ),
        ValType::Tuple(ts) => Value::Record(ts.iter().map(simplest).collect::<Option<_>>()?),
        ValType::Variant(cases) => first_case(cases.first()?.t.as_ref())?,
        ValType::Result(ok, _) => first_case(ok.as_deref())?,
        ValType::Enum(_) | ValType::Option(_) => Value::Variant(0, None),
        ValType::Flags(_) => Value::Flags(0),
        ValType::List(_, Some(_))
        | ValType::ErrorContext
        | ValType::Own(_)
        | ValType::Borrow(_)
        | ValType::Stream(_)
        | ValType::Future(_) => return None,
    })
}

fn first_case(t: Option<&ValType>) -> Option<Value> {
    let payload = match t {
        None => None,
        Some(t) => Some(Box::new(simplest(t)?)),
    };
    Some(Value::Variant(0, payload))
}
