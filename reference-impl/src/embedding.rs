//! What a host hands to a store and gets from it.

use crate::canonical::despecialization::{Despecialized, despecialize};
use crate::store::FuncInst;
use crate::types::{FuncType, PrimValType, ValType};
use crate::value::Value;
use std::fmt;
use std::sync::Arc;

/// A component function.
#[derive(Clone, Debug)]
pub struct Func {
    pub(crate) inst: FuncInst,
    pub(crate) ft: Arc<FuncType>,
}

impl Func {
    /// Its type.
    #[must_use]
    pub fn ty(&self) -> &FuncType {
        &self.ft
    }
}

/// A function of the host: it is given values of its type's parameters and
/// answers with one of its result's.
#[derive(Clone)]
pub struct HostFunc(pub(crate) Arc<HostFn>);

type HostFn = dyn Fn(&FuncType, Vec<Value>) -> Result<Option<Value>, HostError> + Send + Sync;

impl HostFunc {
    /// A function of the host. It is told its type, which names the resource types
    /// that its result is to be of.
    pub fn new(
        func: impl Fn(&FuncType, Vec<Value>) -> Result<Option<Value>, HostError> + Send + Sync + 'static,
    ) -> Self {
        HostFunc(Arc::new(func))
    }
}

impl fmt::Debug for HostFunc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HostFunc")
    }
}

/// Why a function of the host does not return.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// The guest that called is to trap.
    #[error("{0}")]
    Trap(String),
}

/// What `Store.invoke` takes for granted of the host ([CanonicalABI.md#embedding]):
/// arguments are of their types.
pub(crate) fn check_arguments(ft: &FuncType, args: &[Value]) -> Result<(), String> {
    if args.len() != ft.params.len() {
        let (given, wanted) = (args.len(), ft.params.len());
        return Err(format!("{given} arguments for {wanted} parameters"));
    }
    let mut params = ft.params.iter().zip(args);
    match params.find(|((_, t), v)| !is_of_type(v, t)) {
        Some(((label, _), v)) => Err(format!("{v:?} is no value of parameter `{label}`")),
        None => Ok(()),
    }
}

/// As [`check_arguments`], of a result.
pub(crate) fn check_result(ft: &FuncType, result: Option<&Value>) -> Result<(), String> {
    match (&ft.result, result) {
        (None, None) => Ok(()),
        (Some(t), Some(v)) if is_of_type(v, t) => Ok(()),
        (_, v) => Err(format!("{v:?} is no value of the result")),
    }
}

/// Whether `v` is a value of `t`.
fn is_of_type(v: &Value, t: &ValType) -> bool {
    use PrimValType::*;
    match (despecialize(t), v) {
        (Despecialized::Prim(t), v) => matches!(
            (t, v),
            (Bool, Value::Bool(_))
                | (S8, Value::S8(_))
                | (U8, Value::U8(_))
                | (S16, Value::S16(_))
                | (U16, Value::U16(_))
                | (S32, Value::S32(_))
                | (U32, Value::U32(_))
                | (S64, Value::S64(_))
                | (U64, Value::U64(_))
                | (F32, Value::F32(_))
                | (F64, Value::F64(_))
                | (Char, Value::Char(_))
                | (String, Value::String(_))
        ),
        (Despecialized::ErrorContext, v) => matches!(v, Value::ErrorContext(_)),
        (Despecialized::List(t, length), Value::Bytes(bytes)) => {
            *t == U8.into() && length.is_none_or(|n| n as usize == bytes.len())
        }
        (Despecialized::List(t, length), Value::List(vs)) => {
            *t != U8.into()
                && length.is_none_or(|n| n as usize == vs.len())
                && vs.iter().all(|v| is_of_type(v, &t))
        }
        (Despecialized::Record(fields), Value::Record(vs)) => {
            fields.len() == vs.len() && fields.iter().zip(vs).all(|(f, v)| is_of_type(v, &f.t))
        }
        (Despecialized::Variant(cases), Value::Variant(i, payload)) => {
            match (cases.get(*i as usize).map(|c| &c.t), payload) {
                (Some(None), None) => true,
                (Some(Some(t)), Some(v)) => is_of_type(v, t),
                _ => false,
            }
        }
        (Despecialized::Flags(labels), Value::Flags(bits)) => {
            labels.len() == 32 || bits >> labels.len() == 0
        }
        (Despecialized::Own(rt), v) => matches!(v, Value::Own(r) if r.rt == rt),
        (Despecialized::Borrow(rt), v) => matches!(v, Value::Borrow(r) if r.rt == rt),
        _ => false,
    }
}
