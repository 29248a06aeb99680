//! What types contain.

use crate::terms::*;
use component_reference::canonical::type_predicates::{
    contains_async_value, contains_borrow, none_or_number_type,
};

#[test]
fn borrows_and_async_values_are_found_at_any_depth() {
    for (t, borrow, async_value) in [
        (U8, false, false),
        (STRING, false, false),
        (ERROR_CONTEXT, false, false),
        (flags(3), false, false),
        (enum_(3), false, false),
        (OWN, false, false),
        (BORROW, true, false),
        (stream(None), false, true),
        (future(None), false, true),
        (stream(Some(BORROW)), true, true),
        (future(Some(list(BORROW))), true, true),
        (list(BORROW), true, false),
        (fixed(stream(None), 2), false, true),
        (record(&[U8, tuple(&[OWN, BORROW])]), true, false),
        (variant(&[None, Some(U8), Some(BORROW)]), true, false),
        (option(option(future(None))), false, true),
        (result(None, Some(BORROW)), true, false),
        (map(STRING, BORROW), true, false),
        (map(STRING, stream(Some(U8))), false, true),
    ] {
        assert_eq!(contains_borrow(&t), borrow, "{t:?}");
        assert_eq!(contains_async_value(&t), async_value, "{t:?}");
    }
}

#[test]
fn numbers() {
    assert!(none_or_number_type(None));
    for t in [U8, U16, U32, U64, S8, S16, S32, S64, F32, F64] {
        assert!(none_or_number_type(Some(&t)), "{t:?}");
    }
    for t in [
        BOOL,
        CHAR,
        STRING,
        OWN,
        ERROR_CONTEXT,
        list(U8),
        flags(1),
        tuple(&[U8]),
    ] {
        assert!(!none_or_number_type(Some(&t)), "{t:?}");
    }
}
