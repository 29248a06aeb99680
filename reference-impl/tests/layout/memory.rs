//! Alignment and size.

use crate::terms::*;
use component_reference::canonical::alignment::{alignment, discriminant_type};
use component_reference::canonical::element_size::{align_to, elem_size};
use component_reference::canonical::options::PtrType;
use component_reference::types::{PrimValType, ValType};

/// Alignment and size with 32-bit pointers, then with 64-bit pointers.
#[track_caller]
fn check(t: &ValType, expected: [(u64, u64); 2]) {
    let layout = |ptr_type| (alignment(t, ptr_type), elem_size(t, ptr_type));
    assert_eq!([PtrType::I32, PtrType::I64].map(layout), expected, "{t:?}");
}

/// Where the width of pointers is of no account.
#[track_caller]
fn check_both(t: &ValType, alignment: u64, size: u64) {
    check(t, [(alignment, size); 2]);
}

#[test]
fn primitives() {
    for (t, size) in [
        (BOOL, 1),
        (S8, 1),
        (U8, 1),
        (S16, 2),
        (U16, 2),
        (S32, 4),
        (U32, 4),
        (S64, 8),
        (U64, 8),
        (F32, 4),
        (F64, 8),
        (CHAR, 4),
    ] {
        check_both(&t, size, size);
    }
    check(&STRING, [(4, 8), (8, 16)]);
}

#[test]
fn handles_are_indices() {
    for t in [
        OWN,
        BORROW,
        ERROR_CONTEXT,
        stream(None),
        stream(Some(STRING)),
        future(None),
        future(Some(U64)),
    ] {
        check_both(&t, 4, 4);
    }
}

#[test]
fn lists() {
    check(&list(U8), [(4, 8), (8, 16)]);
    check(&list(F64), [(4, 8), (8, 16)]);
    check_both(&fixed(U8, 1), 1, 1);
    check_both(&fixed(U16, 3), 2, 6);
    check_both(&fixed(fixed(U32, 3), 5), 4, 60);
    check(&fixed(STRING, 3), [(4, 24), (8, 48)]);
    check(&fixed(list(U8), 2), [(4, 16), (8, 32)]);
    // 5 bytes are rounded up to 8 in each element, the last one included.
    check_both(&fixed(record(&[U32, U8]), 3), 4, 24);
}

#[test]
fn a_map_is_a_list() {
    check(&map(STRING, U8), [(4, 8), (8, 16)]);
    check(&fixed(map(U8, U64), 2), [(4, 16), (8, 32)]);
}

#[test]
fn records_and_tuples() {
    for of in [record, tuple] {
        check_both(&of(&[U8]), 1, 1);
        check_both(&of(&[U8, U8, U8]), 1, 3);
        check_both(&of(&[U8, U32]), 4, 8);
        check_both(&of(&[U32, U8]), 4, 8);
        check_both(&of(&[U8, U16, U8]), 2, 6);
        check_both(&of(&[U8, U64, U8]), 8, 24);
        check_both(&of(&[U64, U8, U8]), 8, 16);
        check_both(&of(&[U16, of(&[U8, U32]), U8]), 4, 16);
        check_both(&of(&[U8, F64, U8, F32]), 8, 24);
        check(&of(&[U8, STRING]), [(4, 12), (8, 24)]);
        check(&of(&[STRING, U8]), [(4, 12), (8, 24)]);
        check(&of(&[U32, list(U8), U32]), [(4, 16), (8, 32)]);
    }
}

#[test]
fn flags_are_packed() {
    for (n, size) in [(1, 1), (8, 1), (9, 2), (16, 2), (17, 4), (32, 4)] {
        check_both(&flags(n), size, size);
    }
    check_both(&record(&[flags(8), flags(9), flags(17)]), 4, 8);
}

#[test]
fn discriminants_are_as_small_as_they_can_be() {
    for (n, size) in [
        (1, 1),
        (2, 1),
        (255, 1),
        (256, 1),
        (257, 2),
        (65_535, 2),
        (65_536, 2),
        (65_537, 4),
    ] {
        check_both(&enum_(n), size, size);
        check_both(&variant(&vec![None; n]), size, size);
        // A payload stands behind the discriminant, at a multiple of its own alignment.
        check_both(&wide(n, U8), size, 2 * size);
        check_both(&wide(n, U16), size.max(2), size.max(2) + size.max(2));
        check_both(&wide(n, U64), 8, 16);
        check(&wide(n, STRING), [(4, 12), (8, 24)]);
    }
}

#[test]
fn variants() {
    check_both(&option(U8), 1, 2);
    check_both(&option(U64), 8, 16);
    check_both(&option(record(&[U32, U8])), 4, 12);
    check(&option(STRING), [(4, 12), (8, 24)]);
    check_both(&result(None, None), 1, 1);
    check_both(&result(Some(U8), None), 1, 2);
    check_both(&result(None, Some(U32)), 4, 8);
    check_both(&result(Some(U64), Some(U8)), 8, 16);
    check(&result(Some(U64), Some(STRING)), [(8, 16), (8, 24)]);
    // Five bytes behind a discriminant at 4 make 9, and that is rounded up to 12.
    check_both(&variant(&[Some(U32), Some(fixed(U8, 5))]), 4, 12);
    // The most aligned case and the largest one need not be the same.
    check_both(&variant(&[Some(U16), Some(fixed(U8, 7)), None]), 2, 10);
    check_both(&variant(&[Some(fixed(U8, 7)), Some(U16)]), 2, 10);
}

#[test]
fn each_option_has_a_discriminant_of_its_own() {
    check_both(&nested(2, option), 1, 3);
    check_both(&nested(100, option), 1, 101);
    check_both(&option(option(U32)), 4, 12);
    check_both(&option(option(option(U64))), 8, 32);
    check_both(&record(&[option(U8), U8, option(U16)]), 2, 8);
}

#[test]
fn discriminant_types() {
    for (n, expected) in [
        (256, PrimValType::U8),
        (257, PrimValType::U16),
        (65_536, PrimValType::U16),
        (65_537, PrimValType::U32),
    ] {
        let ValType::Variant(cases) = variant(&vec![None; n]) else {
            unreachable!("it is a variant");
        };
        assert_eq!(discriminant_type(&cases), expected, "{n} cases");
    }
}

#[test]
fn align_to_is_exact() {
    for (ptr, alignment, expected) in [
        (0, 8, 0),
        (1, 1, 1),
        (1, 8, 8),
        (8, 8, 8),
        (9, 4, 12),
        // Floats would make this one 2^60.
        ((1 << 60) + 8, 8, (1 << 60) + 8),
        (u64::MAX - 6, 8, u64::MAX),
    ] {
        assert_eq!(align_to(ptr, alignment), expected, "{ptr} to {alignment}");
    }
}

#[test]
fn the_largest_valid_size_is_exact() {
    check_both(&fixed(U8, (1 << 28) - 1), 1, (1 << 28) - 1);
    check_both(&fixed(U64, (1 << 25) - 1), 8, (1 << 28) - 8);
    check_both(&fixed(U64, u32::MAX), 8, 8 * ((1 << 32) - 1));
}

#[test]
fn a_size_beyond_u64_does_not_wrap() {
    let huge = nested(3, |t| fixed(t, u32::MAX));
    check_both(&huge, 1, u64::MAX);
    check_both(&record(&[huge.clone(), U64]), 8, u64::MAX);
    check_both(&option(huge.clone()), 1, u64::MAX);
    check_both(&fixed(huge.clone(), 2), 1, u64::MAX);
    check(&list(huge), [(4, 8), (8, 16)]);
}

#[test]
fn what_validation_rejects_has_no_layout() {
    let no_flags: &dyn Fn() -> u64 = &|| elem_size(&flags(0), PtrType::I32);
    for (what, size) in [
        ("no flags", no_flags),
        ("33 flags", &|| elem_size(&flags(33), PtrType::I32)),
        ("33 flags", &|| alignment(&flags(33), PtrType::I32)),
        ("no fields", &|| elem_size(&record(&[]), PtrType::I32)),
        ("no elements", &|| elem_size(&tuple(&[]), PtrType::I64)),
        ("no cases", &|| elem_size(&variant(&[]), PtrType::I32)),
        ("no labels", &|| alignment(&enum_(0), PtrType::I64)),
    ] {
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(size));
        assert!(outcome.is_err(), "{what}: {outcome:?}");
    }
}
