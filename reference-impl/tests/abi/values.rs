//! The bare calls of `test`, and those of `test_pairs`.

use crate::cases::{Core, case, elements, labels, list, list_of, named, record, variant};
use component_reference::trap::TrapSite::*;
use component_reference::value::Value::{self, *};

#[test]
#[rustfmt::skip]
fn test_values() {
    use Core::*;
    let xyz = r#"(record (field "x" u8) (field "y" u16) (field "z" u32))"#;
    named(xyz, &[I(1), I(2), I(3)]).check(Ok(&record([U8(1), U16(2), U32(3)])));
    case("(tuple (tuple u8 u8) u8)", &[I(1), I(2), I(3)])
        .check(Ok(&record([record([U8(1), U8(2)]), U8(3)])));
    case("(list u8 3)", &[I(1), I(2), I(0x103)]).check(Ok(&Bytes(vec![1, 2, 3])));
    case("(list (list u8 2) 3)", &[1, 2, 3, 4, 5, 6].map(I)).check(Ok(&elements([
        Bytes(vec![1, 2]),
        Bytes(vec![3, 4]),
        Bytes(vec![5, 6]),
    ])));
    case("(list u16 2)", &[I(1), I(0x1_0002)]).check(Ok(&elements([U16(1), U16(2)])));

    let flags = r#"(flags "a" "b")"#;
    for (flat, bits) in [(0, 0), (2, 2), (3, 3), (4, 0), (u32::MAX, 3)] {
        named(flags, &[I(flat)]).check(Ok(&Flags(bits)));
    }
    named(&labels(32), &[I(u32::MAX)]).check(Ok(&Flags(u32::MAX)));
    named(&labels(31), &[I(u32::MAX)]).check(Ok(&Flags(u32::MAX >> 1)));

    let t = r#"(variant (case "x" u8) (case "y" f32) (case "z"))"#;
    named(t, &[I(0), I(42)]).check(Ok(&variant(0, U8(42))));
    named(t, &[I(0), I(256)]).check(Ok(&variant(0, U8(0))));
    named(t, &[I(1), I(0x3dcc_cccd)]).check(Ok(&variant(1, F32(0.1))));
    named(t, &[I(2), I(u32::MAX)]).check(Ok(&Variant(2, None)));
    named(t, &[I(3), I(0)]).check(Err(LiftVariantFlatBadDiscriminant));

    case("(option f32)", &[I(0), F(0.1)]).check(Ok(&Variant(0, None)));
    case("(option f32)", &[I(1), F(0.1)]).check(Ok(&variant(1, F32(0.1))));
    case("(result u8 (error u32))", &[I(0), I(42)]).check(Ok(&variant(0, U8(42))));
    case("(result u8 (error u32))", &[I(1), I(1000)]).check(Ok(&variant(1, U32(1000))));
    let t = r#"(variant (case "w" u8) (case "y" u8))"#;
    named(t, &[I(0), I(42)]).check(Ok(&variant(0, U8(42))));
    named(t, &[I(1), I(42)]).check(Ok(&variant(1, U8(42))));
    named(r#"(variant (case "w" u8))"#, &[I(0), I(42)]).check(Ok(&variant(0, U8(42))));
}

/// Each way in which the core values of a payload are those of other cases, too.
/// The high half of what is wrapped may be anything.
#[test]
#[rustfmt::skip]
fn payloads_share_core_values() {
    use Core::*;
    const HIGH: u64 = 0xdead_beef_0000_0000;
    let wide = |f: f32| L(HIGH | u64::from(f.to_bits()));
    let t = r#"(variant (case "a" u32) (case "b" s64) (case "c" f32) (case "d" f64))"#;
    named(t, &[I(0), L(HIGH | 7)]).check(Ok(&variant(0, U32(7))));
    named(t, &[I(1), L(HIGH | 7)]).check(Ok(&variant(1, S64((HIGH | 7) as i64))));
    named(t, &[I(2), wide(1.5)]).check(Ok(&variant(2, F32(1.5))));
    named(t, &[I(3), L(1.5_f64.to_bits())]).check(Ok(&variant(3, F64(1.5))));
    let t = r#"(variant (case "a" f32) (case "b" f64))"#;
    named(t, &[I(0), wide(-0.5)]).check(Ok(&variant(0, F32(-0.5))));
    let t = "(result (tuple f32 u8) (error (tuple u32 f64 u16)))";
    case(t, &[I(0), I(1.5_f32.to_bits()), L(HIGH | 9), I(99)])
        .check(Ok(&variant(0, record([F32(1.5), U8(9)]))));
    case(t, &[I(1), I(8), L(2.5_f64.to_bits()), I(0x1_0004)])
        .check(Ok(&variant(1, record([U32(8), F64(2.5), U16(4)]))));
    case("(option (result f32 (error u64)))", &[I(1), I(0), wide(1.5)])
        .check(Ok(&variant(1, variant(0, F32(1.5)))));
}

#[test]
#[rustfmt::skip]
fn test_pairs() {
    use Core::*;
    const LOW: u32 = u32::MAX - 127;
    let pairs: &[(&str, &[(u32, Value)])] = &[
        ("bool", &[(0, Bool(false)), (1, Bool(true)), (2, Bool(true)), (u32::MAX, Bool(true))]),
        ("u8", &[(127, U8(127)), (128, U8(128)), (255, U8(255)), (256, U8(0)),
            (u32::MAX, U8(255)), (LOW, U8(128)), (LOW - 1, U8(127))]),
        ("s8", &[(127, S8(127)), (128, S8(-128)), (255, S8(-1)), (256, S8(0)),
            (u32::MAX, S8(-1)), (LOW, S8(-128)), (LOW - 1, S8(127))]),
        ("u16", &[(0x7fff, U16(0x7fff)), (0x8000, U16(0x8000)), (0xffff, U16(0xffff)),
            (0x1_0000, U16(0)), (u32::MAX, U16(0xffff)), (0xffff_8000, U16(0x8000)),
            (0xffff_7fff, U16(0x7fff))]),
        ("s16", &[(0x7fff, S16(0x7fff)), (0x8000, S16(-0x8000)), (0xffff, S16(-1)),
            (0x1_0000, S16(0)), (u32::MAX, S16(-1)), (0xffff_8000, S16(-0x8000)),
            (0xffff_7fff, S16(0x7fff))]),
        ("u32", &[(0x7fff_ffff, U32(0x7fff_ffff)), (1 << 31, U32(1 << 31)),
            (u32::MAX, U32(u32::MAX))]),
        ("s32", &[(0x7fff_ffff, S32(i32::MAX)), (1 << 31, S32(i32::MIN)), (u32::MAX, S32(-1))]),
        ("char", &[(0, Char('\0')), (65, Char('A')), (0xd7ff, Char('\u{d7ff}')),
            (0xe000, Char('\u{e000}')), (0x10_ffff, Char('\u{10ffff}'))]),
    ];
    for (t, pairs) in pairs {
        for (flat, expected) in *pairs {
            case(t, &[I(*flat)]).check(Ok(expected));
        }
    }
    for (i, site) in [
        (0xd800, LiftCharSurrogate),
        (0xdfff, LiftCharSurrogate),
        (0x11_0000, LiftCharTooBig),
        (u32::MAX, LiftCharTooBig),
    ] {
        case("char", &[I(i)]).check(Err(site));
        list("(list char)", &[I(0), I(1)], &i.to_le_bytes()).check(Err(site));
    }
    for i in [i64::MAX, i64::MIN, -1] {
        case("u64", &[L(i as u64)]).check(Ok(&U64(i as u64)));
        case("s64", &[L(i as u64)]).check(Ok(&S64(i)));
    }
    case("f32", &[F(0.1)]).check(Ok(&F32(0.1)));
    case("f64", &[D(0.1)]).check(Ok(&F64(0.1)));
    let ab = r#"(enum "a" "b")"#;
    named(ab, &[I(0)]).check(Ok(&Variant(0, None)));
    named(ab, &[I(1)]).check(Ok(&Variant(1, None)));
    named(ab, &[I(2)]).check(Err(LiftVariantFlatBadDiscriminant));
    list_of(ab, &[I(0), I(3)], &[0, 1, 2]).check(Err(LiftVariantMemoryBadDiscriminant));
}
