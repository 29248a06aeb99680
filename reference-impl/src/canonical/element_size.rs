//! The size of values in linear memory, in bytes.
//!
//! Validation keeps sizes below 2<sup>28</sup>. A size that no `u64` holds is
//! [`u64::MAX`] here, and so is that of every type around it.

use crate::canonical::alignment::{
    alignment, alignment_record, alignment_variant, discriminant_type, max_case_alignment,
};
use crate::canonical::despecialization::{Despecialized, despecialize};
use crate::canonical::options::{PtrType, ptr_size};
use crate::types::{CaseType, FieldType, Label, PrimValType, ValType};

/// `elem_size` ([CanonicalABI.md#element-size]).
#[must_use]
pub fn elem_size(t: &ValType, ptr_type: PtrType) -> u64 {
    use Despecialized::*;
    use PrimValType::*;
    match despecialize(t) {
        Prim(Bool) => 1,
        Prim(S8 | U8) => 1,
        Prim(S16 | U16) => 2,
        Prim(S32 | U32) => 4,
        Prim(S64 | U64) => 8,
        Prim(F32) => 4,
        Prim(F64) => 8,
        Prim(Char) => 4,
        Prim(String) => 2 * ptr_size(ptr_type),
        ErrorContext => 4,
        List(t, length) => elem_size_list(&t, length, ptr_type),
        Record(fields) => elem_size_record(&fields, ptr_type),
        Variant(cases) => elem_size_variant(&cases, ptr_type),
        Flags(labels) => elem_size_flags(&labels),
        Own(_) | Borrow(_) => 4,
        Stream(_) | Future(_) => 4,
    }
}

/// `elem_size_list` ([CanonicalABI.md#element-size]).
#[must_use]
pub fn elem_size_list(elem_type: &ValType, maybe_length: Option<u32>, ptr_type: PtrType) -> u64 {
    match maybe_length {
        Some(length) => u64::from(length).saturating_mul(elem_size(elem_type, ptr_type)),
        None => 2 * ptr_size(ptr_type),
    }
}

/// `elem_size_record` ([CanonicalABI.md#element-size]).
#[must_use]
pub fn elem_size_record(fields: &[FieldType], ptr_type: PtrType) -> u64 {
    let mut s = 0;
    for f in fields {
        s = align_to(s, alignment(&f.t, ptr_type));
        s = s.saturating_add(elem_size(&f.t, ptr_type));
    }
    assert!(s > 0, "an empty record");
    align_to(s, alignment_record(fields, ptr_type))
}

/// `align_to` ([CanonicalABI.md#element-size]).
///
/// Exact, where the spec divides as floats, which round beyond 2<sup>53</sup>.
#[must_use]
pub fn align_to(ptr: u64, alignment: u64) -> u64 {
    ptr.checked_next_multiple_of(alignment).unwrap_or(u64::MAX)
}

/// `ptr == align_to(ptr, alignment)`, of any pointer: [`align_to`] does not wrap.
pub(crate) fn is_aligned(ptr: u64, alignment: u64) -> bool {
    ptr.is_multiple_of(alignment)
}

/// `elem_size_variant` ([CanonicalABI.md#element-size]).
#[must_use]
pub fn elem_size_variant(cases: &[CaseType], ptr_type: PtrType) -> u64 {
    let mut s = elem_size(&discriminant_type(cases).into(), ptr_type);
    s = align_to(s, max_case_alignment(cases, ptr_type));
    let payloads = cases.iter().filter_map(|c| c.t.as_ref());
    let cs = payloads.map(|t| elem_size(t, ptr_type)).max().unwrap_or(0);
    s = s.saturating_add(cs);
    align_to(s, alignment_variant(cases, ptr_type))
}

/// `elem_size_flags` ([CanonicalABI.md#element-size]).
#[must_use]
pub fn elem_size_flags(labels: &[Label]) -> u64 {
    match labels.len() {
        1..=8 => 1,
        9..=16 => 2,
        17..=32 => 4,
        n => panic!("{n} flags"),
    }
}
