//! Short ways to write types.

use component_reference::types::{
    CaseType, FieldType, FuncType, Label, PrimValType, ResourceType, ValType,
};
use std::sync::Arc;

pub(crate) const BOOL: ValType = ValType::Prim(PrimValType::Bool);
pub(crate) const S8: ValType = ValType::Prim(PrimValType::S8);
pub(crate) const U8: ValType = ValType::Prim(PrimValType::U8);
pub(crate) const S16: ValType = ValType::Prim(PrimValType::S16);
pub(crate) const U16: ValType = ValType::Prim(PrimValType::U16);
pub(crate) const S32: ValType = ValType::Prim(PrimValType::S32);
pub(crate) const U32: ValType = ValType::Prim(PrimValType::U32);
pub(crate) const S64: ValType = ValType::Prim(PrimValType::S64);
pub(crate) const U64: ValType = ValType::Prim(PrimValType::U64);
pub(crate) const F32: ValType = ValType::Prim(PrimValType::F32);
pub(crate) const F64: ValType = ValType::Prim(PrimValType::F64);
pub(crate) const CHAR: ValType = ValType::Prim(PrimValType::Char);
pub(crate) const STRING: ValType = ValType::Prim(PrimValType::String);
pub(crate) const ERROR_CONTEXT: ValType = ValType::ErrorContext;
pub(crate) const OWN: ValType = ValType::Own(ResourceType(0));
pub(crate) const BORROW: ValType = ValType::Borrow(ResourceType(0));

pub(crate) fn list(t: ValType) -> ValType {
    ValType::List(t.into(), None)
}

pub(crate) fn fixed(t: ValType, length: u32) -> ValType {
    ValType::List(t.into(), Some(length))
}

pub(crate) fn record(ts: &[ValType]) -> ValType {
    let fields = ts.iter().zip(labels(ts.len()));
    let fields = fields.map(|(t, label)| FieldType {
        label,
        t: t.clone(),
    });
    ValType::Record(fields.collect())
}

pub(crate) fn tuple(ts: &[ValType]) -> ValType {
    ValType::Tuple(ts.into())
}

pub(crate) fn variant(ts: &[Option<ValType>]) -> ValType {
    let cases = ts.iter().zip(labels(ts.len()));
    let cases = cases.map(|(t, label)| CaseType {
        label,
        t: t.clone(),
    });
    ValType::Variant(cases.collect())
}

/// `n` cases, the last of which has the payload.
pub(crate) fn wide(n: usize, t: ValType) -> ValType {
    let mut ts = vec![None; n];
    ts[n - 1] = Some(t);
    variant(&ts)
}

pub(crate) fn enum_(n: usize) -> ValType {
    ValType::Enum(labels(n).collect())
}

pub(crate) fn option(t: ValType) -> ValType {
    ValType::Option(t.into())
}

pub(crate) fn result(ok: Option<ValType>, error: Option<ValType>) -> ValType {
    ValType::Result(ok.map(Arc::new), error.map(Arc::new))
}

pub(crate) fn map(k: ValType, v: ValType) -> ValType {
    ValType::Map(k.into(), v.into())
}

pub(crate) fn flags(n: usize) -> ValType {
    ValType::Flags(labels(n).collect())
}

pub(crate) fn stream(t: Option<ValType>) -> ValType {
    ValType::Stream(t.map(Arc::new))
}

pub(crate) fn future(t: Option<ValType>) -> ValType {
    ValType::Future(t.map(Arc::new))
}

/// `levels` times `around`, about a `u8`.
pub(crate) fn nested(levels: usize, around: impl Fn(ValType) -> ValType) -> ValType {
    (0..levels).fold(U8, |t, _| around(t))
}

pub(crate) fn func(params: &[ValType], result: Option<ValType>) -> FuncType {
    let params = labels(params.len()).zip(params.iter().cloned());
    FuncType {
        params: params.collect(),
        result,
        async_: false,
    }
}

fn labels(n: usize) -> impl Iterator<Item = Label> {
    (0..n).map(|i| format!("l{i}").into())
}
