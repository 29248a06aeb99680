//! Bytes to the reference runtime.

use component_reference::core::{self, Module};
use component_reference::types::{FuncType, PrimValType, ValType};
use component_reference::value::{Value, WritableEnd};
use component_reference::{
    Answer, Call, Chooser, Component, Exports, Extern, Func, HostCall, HostError, HostFunc,
    Implementation, InstantiateError, Limits, OnCancel, Stop, Store, VALIDATED, Wanted,
};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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

/// How many threads are run on behalf of one call.
const TICKS: usize = 200;

/// Bytes as a core module and as a component: decoded, and if that is valid,
/// instantiated with functions of a host, and its functions called, beside each other
/// and under a schedule of their own. The host answers at once, later or never, has
/// streams and futures, and cancels calls. Nothing of that may panic, contradict
/// itself or go beyond [`limits`].
///
/// Returns how many calls came to an end, or why the bytes are no component.
pub fn decode(bytes: &[u8]) -> Result<usize, String> {
    let module = Module::new(VALIDATED, bytes).map_err(|error| error.to_string());
    let again = Module::new(VALIDATED, bytes).map_err(|error| error.to_string());
    assert_eq!(module.err(), again.err(), "the second decoding differs");
    let component = Component::new(VALIDATED, bytes).map_err(|error| error.to_string())?;
    let seed = bytes
        .iter()
        .fold(0, |seed: u64, byte| seed.rotate_left(5) ^ u64::from(*byte));
    let mut store = Store::new(limits()).with_chooser(Chooser::seeded(seed));
    *store.fuel() = FUEL;
    let asked = Asked::default();
    let keep = Arc::clone(&asked);
    let host = HostFunc::concurrent(move |store, call, ft, args| {
        let answer = answer(store, ft, args);
        lock(&keep).insert(call, ft.clone());
        answer
    });
    let mut implement = |_: &str, wanted: Wanted<'_>| match wanted {
        Wanted::Func(_) => Some(Implementation::Func(host.clone())),
        Wanted::Resource => Some(Implementation::Resource(None)),
        Wanted::Module => None,
    };
    let instantiated = store
        .offer(&component, &mut implement)
        .and_then(|imports| store.instantiate(&component, &imports));
    let exports = match instantiated {
        Ok(exports) => exports,
        Err(InstantiateError::Stop(Stop::Bug(bug))) => panic!("internal bug: {bug}"),
        Err(_) => return Ok(0),
    };
    let mut functions = Vec::new();
    collect(&exports, &mut functions);
    let mut ended = 0;
    let mut calls = Vec::new();
    for func in functions.into_iter().take(CALLS) {
        let params: Vec<_> = func.ty().param_types().cloned().collect();
        let args = params.iter().map(|t| simplest(&mut store, t));
        let Some(args) = args.collect() else {
            continue;
        };
        *store.fuel() = FUEL;
        match checked(store.start(&func, args)) {
            Ok(call) => calls.push(call),
            // Whatever it was, it locks the store.
            Err(_) => return Ok(ended + 1),
        }
        if drive(&mut store, &asked, &calls).is_err() {
            return Ok(ended + 1);
        }
        calls.retain(|call| {
            let resolved = store.resolution(*call).is_some();
            ended += usize::from(resolved);
            !resolved
        });
    }
    Ok(ended)
}

/// The types of the functions that guests have called.
type Asked = Arc<Mutex<BTreeMap<HostCall, FuncType>>>;

fn lock(asked: &Asked) -> MutexGuard<'_, BTreeMap<HostCall, FuncType>> {
    asked.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs what is ready, lets the host do what it has begun, and cancels what is left.
fn drive(store: &mut Store, asked: &Asked, calls: &[Call]) -> Result<(), Stop> {
    for _ in 0..TICKS {
        if checked(store.tick())? {
            continue;
        }
        let pending: Vec<_> = store.pending_host_calls().collect();
        for call in &pending {
            let answer = match store.choose(8) {
                0 => continue,
                1 => Err(HostError::Trap("the host does not like it".to_owned())),
                _ => {
                    let ty = lock(asked).get(call).and_then(|ft| ft.result.clone());
                    Ok(ty.and_then(|t| simplest(store, &t)))
                }
            };
            match store.answer(*call, answer) {
                // A result that cannot be made from nothing.
                Err(Stop::Mistyped(_)) => {}
                answered => checked(answered)?,
            }
        }
        if pending.is_empty() {
            break;
        }
    }
    for call in calls {
        if store.choose(2) > 0 {
            match store.cancel(*call) {
                // It was cancelled before.
                Err(Stop::Mistyped(_)) => {}
                cancelled => checked(cancelled)?,
            }
        }
    }
    Ok(())
}

/// What the host answers to a guest: something of the right type, now or later. What it
/// is given it reads from or drops.
fn answer(store: &mut Store, ft: &FuncType, args: Vec<Value>) -> Result<Answer, HostError> {
    for arg in args {
        if let Value::Stream(end) | Value::Future(end) = arg {
            match store.choose(2) {
                0 => store.drop_end(end)?,
                _ => store.read(end, 1)?,
            }
        }
    }
    if ft.async_ && store.choose(2) > 0 {
        let on_cancel = match store.choose(2) {
            0 => OnCancel::Cancel,
            _ => OnCancel::Ask,
        };
        return Ok(Answer::Pending(on_cancel));
    }
    match &ft.result {
        None => Ok(Answer::Returned(None)),
        Some(t) => match simplest(store, t) {
            Some(v) => Ok(Answer::Returned(Some(v))),
            None => Err(HostError::Trap(format!(
                "{t:?} cannot be made from nothing"
            ))),
        },
    }
}

/// A result that is no fault of the runtime's or of this host's.
fn checked<T>(result: Result<T, Stop>) -> Result<T, Stop> {
    match result {
        Err(Stop::Bug(bug)) => panic!("internal bug: {bug}"),
        Err(Stop::Mistyped(mistyped)) => panic!("{mistyped}"),
        result => result,
    }
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
fn simplest(store: &mut Store, t: &ValType) -> Option<Value> {
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
        ValType::List(t, None) => Value::List(vec![simplest(store, t)?]),
        ValType::Map(..) => Value::List(vec![]),
        ValType::Record(fields) => Value::Record(
            fields
                .iter()
                .map(|f| simplest(store, &f.t))
                .collect::<Option<_>>()?,
        ),
        ValType::Tuple(ts) => Value::Record(
            ts.iter()
                .map(|t| simplest(store, t))
                .collect::<Option<_>>()?,
        ),
        ValType::Variant(cases) => first_case(store, cases.first()?.t.as_ref())?,
        ValType::Result(ok, _) => first_case(store, ok.as_deref())?,
        ValType::Stream(t) => {
            let (readable, writable) = store.host_stream(t.as_deref().cloned());
            write(store, writable, t.as_deref())?;
            Value::Stream(readable)
        }
        ValType::Future(t) => {
            let (readable, writable) = store.host_future(t.as_deref().cloned());
            write(store, writable, t.as_deref())?;
            Value::Future(readable)
        }
        ValType::Enum(_) | ValType::Option(_) => Value::Variant(0, None),
        ValType::Flags(_) => Value::Flags(0),
        ValType::List(_, Some(_))
        | ValType::ErrorContext
        | ValType::Own(_)
        | ValType::Borrow(_) => return None,
    })
}

fn first_case(store: &mut Store, t: Option<&ValType>) -> Option<Value> {
    let payload = match t {
        None => None,
        Some(t) => Some(Box::new(simplest(store, t)?)),
    };
    Some(Value::Variant(0, payload))
}

/// Writes an element, if the host likes to and can make one.
fn write(store: &mut Store, end: WritableEnd, t: Option<&ValType>) -> Option<()> {
    if store.choose(4) == 0 {
        return Some(());
    }
    let element = match t {
        None => Some(Value::Record(vec![])),
        Some(t) => simplest(store, t),
    };
    match element {
        None => Some(()),
        Some(element) => store.write(end, vec![element]).ok(),
    }
}
