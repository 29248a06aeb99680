//! `test_heap`: lists of all kinds in memory.

use crate::cases::{Case, Core, elements, labels, list, list_of, record, string, variant};
use component_reference::canonical::options::PtrType::{self, I32, I64};
use component_reference::trap::TrapSite::{self, *};
use component_reference::value::Value::{self, *};

#[test]
#[rustfmt::skip]
fn test_heap() {
    const AT_0: [Core; 2] = [Core::I(0), Core::I(2)];
    const THREE: [Core; 2] = [Core::I(0), Core::I(3)];
    const X: u8 = 0xff;

    let bools = elements([true, false, true].map(Bool));
    list("(list bool)", &THREE, &[1, 0, 1]).check(Ok(&bools));
    list("(list bool)", &THREE, &[1, 0, 2]).check(Ok(&bools));
    list("(list bool)", &[Core::I(3), Core::I(3)], &[X, X, X, 1, 0, 1]).check(Ok(&bools));
    list("(list u8)", &THREE, &[1, 2, 3]).check(Ok(&Bytes(vec![1, 2, 3])));
    list("(list u16)", &THREE, &[1, 0, 2, 0, 3, 0]).check(Ok(&elements([1, 2, 3].map(U16))));
    list("(list u16)", &[Core::I(1), Core::I(3)], &[0, 1, 0, 2, 0, 3, 0])
        .check(Err(LiftListUnaligned));
    list("(list u32)", &THREE, &[1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0])
        .check(Ok(&elements([1, 2, 3].map(U32))));
    list("(list u64)", &AT_0, &[1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0])
        .check(Ok(&elements([1, 2].map(U64))));
    list("(list s8)", &THREE, &[0xff, 0xfe, 0xfd]).check(Ok(&elements([-1, -2, -3].map(S8))));
    list("(list s16)", &THREE, &[0xff, X, 0xfe, X, 0xfd, X])
        .check(Ok(&elements([-1, -2, -3].map(S16))));
    list("(list s32)", &THREE, &[0xff, X, X, X, 0xfe, X, X, X, 0xfd, X, X, X])
        .check(Ok(&elements([-1, -2, -3].map(S32))));
    list("(list s64)", &AT_0, &[0xff, X, X, X, X, X, X, X, 0xfe, X, X, X, X, X, X, X])
        .check(Ok(&elements([-1, -2].map(S64))));
    list("(list char)", &THREE, &[65, 0, 0, 0, 66, 0, 0, 0, 99, 0, 0, 0])
        .check(Ok(&elements(['A', 'B', 'c'].map(Char))));

    list("(list (list u8 2))", &AT_0, &[1, 2, 3, 4])
        .check(Ok(&elements([Bytes(vec![1, 2]), Bytes(vec![3, 4])])));
    let pairs = elements([elements([1, 2].map(U32)), elements([3, 4].map(U32))]);
    let bytes = [1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0];
    list("(list (list u32 2))", &AT_0, &bytes).check(Ok(&pairs));
    list("(list (list u32 2))", &[Core::I(1), Core::I(2)], &bytes).check(Err(LiftListUnaligned));

    let padded = |a, b, c, d| record([U8(a), U8(b), U16(c), U32(d)]);
    list("(list (tuple u8 u8 u16 u32))", &AT_0, &[6, 7, 8, 0, 9, 0, 0, 0, 4, 5, 6, 0, 7, 0, 0, 0])
        .check(Ok(&elements([padded(6, 7, 8, 9), padded(4, 5, 6, 7)])));
    let padded = |a, b, c, d| record([U8(a), U16(b), U8(c), U32(d)]);
    list("(list (tuple u8 u16 u8 u32))", &AT_0,
        &[6, X, 7, 0, 8, X, X, X, 9, 0, 0, 0, 4, X, 5, 0, 6, X, X, X, 7, 0, 0, 0])
        .check(Ok(&elements([padded(6, 7, 8, 9), padded(4, 5, 6, 7)])));
    let pair = |a, b| record([U16(a), U8(b)]);
    list("(list (tuple u16 u8))", &AT_0, &[6, 0, 7, X, 8, 0, 9, X])
        .check(Ok(&elements([pair(6, 7), pair(8, 9)])));
    list("(list (tuple (tuple u16 u8) u8))", &AT_0, &[4, 0, 5, X, 6, X, 7, 0, 8, X, 9, X])
        .check(Ok(&elements([record([pair(4, 5), U8(6)]), record([pair(7, 8), U8(9)])])));
    list("(list (option u16))", &AT_0, &[0, X, X, X, 1, X, 5, 0])
        .check(Ok(&elements([Variant(0, None), variant(1, U16(5))])));
    list("(map u8 u16)", &AT_0, &[42, X, 83, 0, 43, X, 84, 0])
        .check(Ok(&elements([record([U8(42), U16(83)]), record([U8(43), U16(84)])])));

    let flags = |bits: &[u32]| elements(bits.iter().copied().map(Flags));
    list_of(r#"(flags "a" "b")"#, &THREE, &[0, 2, 3]).check(Ok(&flags(&[0, 2, 3])));
    list_of(r#"(flags "a" "b")"#, &THREE, &[0, 2, 4]).check(Ok(&flags(&[0, 2, 0])));
    for last in [0x1, 0x3] {
        list_of(&labels(9), &AT_0, &[X, last, 0, 0]).check(Ok(&flags(&[0x1ff, 0])));
        list_of(&labels(17), &AT_0, &[X, X, last, 0, 0, 0, 0, 0])
            .check(Ok(&flags(&[0x1_ffff, 0])));
    }
    list_of(&labels(32), &AT_0, &[X, X, X, X, 0, 0, 0, 0]).check(Ok(&flags(&[u32::MAX, 0])));
}

/// The rows of `test_heap` whose lists hold pointers.
#[test]
fn test_heap_of_pointers() {
    type Row = (&'static str, &'static [(u64, u64)], &'static [u8], Value);
    // Pointers are relative to the end of the pairs.
    let rows: &[Row] = &[
        (
            "(list string)",
            &[(0, 2), (5, 3)],
            b"hi\x0f\x0f\x0fwat",
            elements([string("hi"), string("wat")]),
        ),
        (
            "(list (list u8))",
            &[(0, 3), (0, 0), (3, 2)],
            &[3, 4, 5, 6, 7],
            elements([Bytes(vec![3, 4, 5]), Bytes(vec![]), Bytes(vec![6, 7])]),
        ),
        (
            "(list (list u16))",
            &[(0, 2)],
            &[5, 0, 6, 0],
            elements([elements([5, 6].map(U16))]),
        ),
    ];
    for ptr_type in [I32, I64] {
        for (t, pairs, bytes, expected) in rows {
            pointed(t, ptr_type, pairs, bytes, Ok(expected));
        }
        let (t, pairs, bytes) = ("(list (list u16))", &[(1, 2)], [0, 5, 0, 6, 0]);
        pointed(t, ptr_type, pairs, &bytes, Err(LiftListUnaligned));
    }
}

fn pointed(
    t: &str,
    ptr_type: PtrType,
    pairs: &[(u64, u64)],
    bytes: &[u8],
    expected: Result<&Value, TrapSite>,
) {
    let size = match ptr_type {
        I32 => 4,
        I64 => 8,
    };
    let end = 2 * size * pairs.len();
    let mut memory = Vec::new();
    for (ptr, length) in pairs {
        memory.extend(&(ptr + end as u64).to_le_bytes()[..size]);
        memory.extend(&length.to_le_bytes()[..size]);
    }
    memory.extend(bytes);
    let flat = match ptr_type {
        I32 => [Core::I(0), Core::I(pairs.len() as u32)],
        I64 => [Core::L(0), Core::L(pairs.len() as u64)],
    };
    let case = Case {
        ptr_type,
        ..list(t, &flat, &memory)
    };
    case.check(expected);
}
