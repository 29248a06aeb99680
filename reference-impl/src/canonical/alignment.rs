//! The alignment of values in linear memory, in bytes.

use crate::canonical::despecialization::{Despecialized, despecialize};
use crate::canonical::options::{PtrType, ptr_size};
use crate::types::{CaseType, FieldType, Label, PrimValType, ValType};

/// `alignment` ([CanonicalABI.md#alignment]).
#[must_use]
pub fn alignment(t: &ValType, ptr_type: PtrType) -> u64 {
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
        Prim(String) => ptr_size(ptr_type),
        ErrorContext => 4,
        List(t, length) => alignment_list(&t, length, ptr_type),
        Record(fields) => alignment_record(&fields, ptr_type),
        Variant(cases) => alignment_variant(&cases, ptr_type),
        Flags(labels) => alignment_flags(&labels),
        Own(_) | Borrow(_) => 4,
        Stream(_) | Future(_) => 4,
    }
}

/// `alignment_list` ([CanonicalABI.md#alignment]).
#[must_use]
pub fn alignment_list(elem_type: &ValType, maybe_length: Option<u32>, ptr_type: PtrType) -> u64 {
    match maybe_length {
        Some(_) => alignment(elem_type, ptr_type),
        None => ptr_size(ptr_type),
    }
}

/// `alignment_record` ([CanonicalABI.md#alignment]).
#[must_use]
pub fn alignment_record(fields: &[FieldType], ptr_type: PtrType) -> u64 {
    let alignments = fields.iter().map(|f| alignment(&f.t, ptr_type));
    alignments.max().unwrap_or(1)
}

/// `alignment_variant` ([CanonicalABI.md#alignment]).
#[must_use]
pub fn alignment_variant(cases: &[CaseType], ptr_type: PtrType) -> u64 {
    let discriminant = ValType::from(discriminant_type(cases));
    alignment(&discriminant, ptr_type).max(max_case_alignment(cases, ptr_type))
}

/// `discriminant_type` ([CanonicalABI.md#alignment]).
///
/// The spec allows up to 2<sup>32</sup> - 1 cases, but names no type for more
/// than 2<sup>24</sup>; here that is `u32` too.
#[must_use]
pub fn discriminant_type(cases: &[CaseType]) -> PrimValType {
    let n = cases.len() as u64;
    assert!(0 < n && n < 1 << 32, "a variant of {n} cases");
    match n {
        1..=0x100 => PrimValType::U8,
        0x101..=0x1_0000 => PrimValType::U16,
        _ => PrimValType::U32,
    }
}

/// `max_case_alignment` ([CanonicalABI.md#alignment]).
#[must_use]
pub fn max_case_alignment(cases: &[CaseType], ptr_type: PtrType) -> u64 {
    let payloads = cases.iter().filter_map(|c| c.t.as_ref());
    payloads.map(|t| alignment(t, ptr_type)).max().unwrap_or(1)
}

/// `alignment_flags` ([CanonicalABI.md#alignment]).
#[must_use]
pub fn alignment_flags(labels: &[Label]) -> u64 {
    match labels.len() {
        1..=8 => 1,
        9..=16 => 2,
        17..=32 => 4,
        n => panic!("{n} flags"),
    }
}
