//! Specialized types by their expansion.

use crate::types::{CaseType, FieldType, Label, PrimValType, ResourceType, ValType};
use std::sync::Arc;

/// What [`despecialize`] leaves ([CanonicalABI.md#despecialization]): the
/// fundamental types, and `string` and `flags`, which have a layout of their own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Despecialized {
    /// `PrimValType`.
    Prim(PrimValType),
    /// `ErrorContextType`.
    ErrorContext,
    /// `ListType`.
    List(Arc<ValType>, Option<u32>),
    /// `RecordType`.
    Record(Arc<[FieldType]>),
    /// `VariantType`.
    Variant(Arc<[CaseType]>),
    /// `FlagsType`.
    Flags(Arc<[Label]>),
    /// `OwnType`.
    Own(ResourceType),
    /// `BorrowType`.
    Borrow(ResourceType),
    /// `StreamType`.
    Stream(Option<Arc<ValType>>),
    /// `FutureType`.
    Future(Option<Arc<ValType>>),
}

/// `despecialize` ([CanonicalABI.md#despecialization]): one level deep.
#[must_use]
pub fn despecialize(t: &ValType) -> Despecialized {
    match t {
        ValType::Tuple(ts) => Despecialized::Record(tuple_fields(ts.iter())),
        ValType::Enum(labels) => {
            let cases = labels.iter().map(|label| case(label.clone(), None));
            Despecialized::Variant(cases.collect())
        }
        ValType::Option(t) => Despecialized::Variant(Arc::new([
            case("none".into(), None),
            case("some".into(), Some(t)),
        ])),
        ValType::Result(ok, error) => Despecialized::Variant(Arc::new([
            case("ok".into(), ok.as_ref()),
            case("error".into(), error.as_ref()),
        ])),
        ValType::Map(k, v) => {
            let entry = ValType::Record(tuple_fields([k.as_ref(), v.as_ref()]));
            Despecialized::List(Arc::new(entry), None)
        }

        ValType::Prim(t) => Despecialized::Prim(*t),
        ValType::ErrorContext => Despecialized::ErrorContext,
        ValType::List(t, length) => Despecialized::List(t.clone(), *length),
        ValType::Record(fields) => Despecialized::Record(fields.clone()),
        ValType::Variant(cases) => Despecialized::Variant(cases.clone()),
        ValType::Flags(labels) => Despecialized::Flags(labels.clone()),
        ValType::Own(rt) => Despecialized::Own(*rt),
        ValType::Borrow(rt) => Despecialized::Borrow(*rt),
        ValType::Stream(t) => Despecialized::Stream(t.clone()),
        ValType::Future(t) => Despecialized::Future(t.clone()),
    }
}

/// The fields of the record that a tuple stands for.
pub(crate) fn tuple_fields<'a>(ts: impl IntoIterator<Item = &'a ValType>) -> Arc<[FieldType]> {
    let fields = ts.into_iter().enumerate().map(|(i, t)| FieldType {
        label: i.to_string().into(),
        t: t.clone(),
    });
    fields.collect()
}

fn case(label: Label, t: Option<&Arc<ValType>>) -> CaseType {
    CaseType {
        label,
        t: t.map(|t| t.as_ref().clone()),
    }
}
