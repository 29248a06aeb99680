//! What a type contains.

use crate::canonical::despecialization::{Despecialized, despecialize};
use crate::types::{PrimValType, ValType};

/// `contains_borrow` ([CanonicalABI.md#type-predicates]).
#[must_use]
pub fn contains_borrow(t: &ValType) -> bool {
    contains(t, |u| matches!(u, Despecialized::Borrow(_)))
}

/// `contains_async_value` ([CanonicalABI.md#type-predicates]).
#[must_use]
pub fn contains_async_value(t: &ValType) -> bool {
    contains(t, |u| {
        matches!(u, Despecialized::Stream(_) | Despecialized::Future(_))
    })
}

/// `contains` ([CanonicalABI.md#type-predicates]).
///
/// The spec's has no arm for `flags` and `error-context`, and would fail its
/// assertion on them; here they are leaves. Its arm for function types is left
/// out: no rule of the spec asks it of one.
pub fn contains(t: &ValType, p: impl Fn(&Despecialized) -> bool + Copy) -> bool {
    let t = despecialize(t);
    match &t {
        Despecialized::Prim(_)
        | Despecialized::ErrorContext
        | Despecialized::Flags(_)
        | Despecialized::Own(_)
        | Despecialized::Borrow(_) => p(&t),
        Despecialized::List(u, _) => p(&t) || contains(u, p),
        Despecialized::Stream(u) | Despecialized::Future(u) => {
            p(&t) || u.as_ref().is_some_and(|u| contains(u, p))
        }
        Despecialized::Record(fields) => p(&t) || fields.iter().any(|f| contains(&f.t, p)),
        Despecialized::Variant(cases) => {
            let mut payloads = cases.iter().filter_map(|c| c.t.as_ref());
            p(&t) || payloads.any(|u| contains(u, p))
        }
    }
}

/// `none_or_number_type` ([CanonicalABI.md#type-predicates]).
#[must_use]
pub fn none_or_number_type(t: Option<&ValType>) -> bool {
    use PrimValType::*;
    match t {
        None => true,
        Some(ValType::Prim(t)) => match t {
            U8 | U16 | U32 | U64 | S8 | S16 | S32 | S64 | F32 | F64 => true,
            Bool | Char | String => false,
        },
        Some(_) => false,
    }
}
