//! Pointers, lengths and bytes that no well-behaved guest has.

use crate::guests::{Destination, END, HEAP, Realloc, Source, word};
use crate::strings::tag;
use crate::trap;
use component_reference::canonical::options::PtrType::{self, I32, I64};
use component_reference::canonical::options::StringEncoding::{self, Latin1Utf16, Utf8, Utf16};
use component_reference::trap::TrapSite::{self, *};
use component_reference::{Exhaustion, Limits, Stop};

const MAX: u64 = u64::MAX;
const TOO_LONG: u64 = 1 << 28;

/// The range that a pair says, and where lifting it traps.
type Row = (&'static str, PtrType, u64, u64, TrapSite);

#[test]
#[rustfmt::skip]
fn ranges_of_lists_are_checked() {
    let rows: &[Row] = &[
        ("(list u8)", I32, END, TOO_LONG, LiftListTooLong),
        ("(list u8)", I32, 8, TOO_LONG - 1, LiftListOutOfBounds),
        ("(list u8)", I32, 8, END - 7, LiftListOutOfBounds),
        ("(list u8)", I32, END + 1, 0, LiftListOutOfBounds),
        ("(list u8)", I32, u32::MAX as u64, u32::MAX as u64, LiftListTooLong),
        ("(list u8)", I32, u32::MAX as u64, 1, LiftListOutOfBounds),
        ("(list u8)", I64, MAX, 1, LiftListOutOfBounds),
        ("(list u8)", I64, MAX - 1, TOO_LONG - 1, LiftListOutOfBounds),
        ("(list u16)", I32, 9, TOO_LONG / 2, LiftListTooLong),
        ("(list u16)", I32, 9, TOO_LONG / 2 - 1, LiftListUnaligned),
        ("(list u16)", I32, 9, 0, LiftListUnaligned),
        // The size of these is a multiple of 2^64, or a small number more.
        ("(list u64)", I64, 16, 1 << 61, LiftListTooLong),
        ("(list u64)", I64, 16, (1 << 61) + 1, LiftListTooLong),
        ("(list (tuple u64 u64 u64))", I64, 16, MAX / 24 + 1, LiftListTooLong),
        ("(list u32)", I64, MAX - 3, 1, LiftListOutOfBounds),
        ("(list u32)", I64, MAX - 2, 1, LiftListUnaligned),
        ("(list (list u8))", I64, 16, MAX, LiftListTooLong),
        ("(list (list u8 5))", I32, 0, TOO_LONG / 5 + 1, LiftListTooLong),
        ("(list (list u8 5))", I32, 0, TOO_LONG / 5, LiftListOutOfBounds),
        // Aligning it would wrap.
        ("(list u16)", I64, MAX, 0, LiftListUnaligned),
    ];
    for (t, ptr_type, ptr, length, site) in rows {
        let stop = Source::of_range(t, *ptr_type, *ptr, *length).lift();
        assert_eq!(stop, Err(trap(*site)), "{t} {ptr_type:?} {ptr:#x} {length:#x}");
    }
}

#[test]
#[rustfmt::skip]
fn ranges_of_strings_are_checked() {
    type Row = (StringEncoding, PtrType, u64, u64, TrapSite);
    let rows: &[Row] = &[
        (Utf8, I32, 8, TOO_LONG, LiftStringTooLong),
        (Utf8, I32, 8, TOO_LONG - 1, LiftStringOutOfBounds),
        (Utf8, I32, END, 1, LiftStringOutOfBounds),
        (Utf8, I64, MAX, MAX, LiftStringTooLong),
        (Utf8, I64, MAX, 1, LiftStringOutOfBounds),
        (Utf16, I32, 9, TOO_LONG / 2, LiftStringTooLong),
        (Utf16, I32, 9, TOO_LONG / 2 - 1, LiftStringUnaligned),
        (Utf16, I32, 8, TOO_LONG / 2 - 1, LiftStringOutOfBounds),
        (Utf16, I32, 8, 1 << 31, LiftStringTooLong),
        (Utf16, I64, 16, 1 << 63, LiftStringTooLong),
        (Utf16, I64, MAX - 1, 1, LiftStringOutOfBounds),
        (Utf16, I64, MAX, 1, LiftStringUnaligned),
        (Latin1Utf16, I32, 9, TOO_LONG - 1, LiftStringUnaligned),
        (Latin1Utf16, I32, 8, TOO_LONG - 1, LiftStringOutOfBounds),
        (Latin1Utf16, I32, 8, (TOO_LONG / 2) | tag(I32), LiftStringTooLong),
        (Latin1Utf16, I32, 8, (TOO_LONG / 2 - 1) | tag(I32), LiftStringOutOfBounds),
        (Latin1Utf16, I64, 16, 1 << 31, LiftStringTooLong),
        (Latin1Utf16, I64, 16, (1 << 62) | tag(I64), LiftStringTooLong),
        (Latin1Utf16, I64, 16, MAX, LiftStringTooLong),
    ];
    for (encoding, ptr_type, ptr, length, site) in rows {
        let source = Source {
            encoding: *encoding,
            ..Source::of_range("string", *ptr_type, *ptr, *length)
        };
        assert_eq!(source.lift(), Err(trap(*site)), "{source:?}");
    }
}

#[test]
fn strings_are_valid_in_their_encoding() {
    let utf8: [&[u8]; 7] = [
        &[0x80],
        &[0xc0, 0xaf],
        &[0xe2, 0x82],
        &[0xed, 0xa0, 0x80],
        &[0xf4, 0x90, 0x80, 0x80],
        &[0x61, 0xff],
        &[0xf0, 0x80, 0x80, 0xaf],
    ];
    let utf16: [&[u8]; 4] = [
        &[0x00, 0xd8],
        &[0x00, 0xdc],
        &[0x00, 0xdc, 0x00, 0xd8],
        &[0x61, 0x00, 0xff, 0xdb, 0x61, 0x00],
    ];
    let utf8 = utf8.map(|bytes| (Utf8, bytes.len(), bytes));
    let compact = utf16.map(|bytes| (Latin1Utf16, (bytes.len() / 2) | (1 << 31), bytes));
    let utf16 = utf16.map(|bytes| (Utf16, bytes.len() / 2, bytes));
    for (encoding, length, bytes) in utf8.into_iter().chain(utf16).chain(compact) {
        let mut source = Source::of_range("string", I32, 8, length as u64);
        source.encoding = encoding;
        source.memory.extend(bytes);
        let site = LiftStringInvalidEncoding;
        assert_eq!(source.lift(), Err(trap(site)), "{source:?}");
    }
}

#[test]
fn the_place_of_results_is_checked() {
    for (t, ptr_type, ptr, site) in [
        ("(list u8)", I32, 2, LiftSpillUnaligned),
        ("(list u8)", I32, END - 4, LiftSpillOutOfBounds),
        ("(list u8)", I64, END - 12, LiftSpillUnaligned),
        ("(list u8)", I64, MAX - 7, LiftSpillOutOfBounds),
        ("(tuple u8 u8)", I64, MAX, LiftSpillOutOfBounds),
        ("(tuple u8 u16)", I64, MAX - 2, LiftSpillUnaligned),
    ] {
        let source = Source {
            ptr,
            ..Source::of_range(t, ptr_type, 0, 0)
        };
        assert_eq!(source.lift(), Err(trap(site)), "{source:?}");
    }
}

#[test]
fn the_place_of_lists_is_checked() {
    for (t, ptr_type, lie, site) in [
        ("(list u16)", I32, HEAP + 1, LowerListUnaligned),
        ("(list u16)", I32, END - 2, LowerListOutOfBounds),
        ("(list u8)", I32, END, LowerListOutOfBounds),
        ("(list u8)", I32, u64::from(u32::MAX), LowerListOutOfBounds),
        ("(list u8)", I64, MAX, LowerListOutOfBounds),
        ("(list u64)", I64, MAX - 7, LowerListOutOfBounds),
        ("(list u64)", I64, MAX - 8, LowerListUnaligned),
    ] {
        let source = Source {
            memory: [word(I32, 8), word(I32, 2), vec![0; 16]].concat(),
            ..Source::of_range(t, I32, 0, 0)
        };
        let destination = Destination {
            encoding: Utf8,
            ptr_type,
            realloc: Realloc::Lies(0, lie),
        };
        let stop = destination.call(&source);
        assert_eq!(stop.err(), Some(trap(site)), "{source:?} {lie:#x}");
    }
}

/// What overlaps in memory is many values all the same.
#[test]
fn lists_do_not_multiply_without_bound() {
    let limits = || Limits {
        value_bytes: 1 << 20,
        ..Limits::default()
    };
    let exhausted = || Err(Stop::Exhausted(Exhaustion::Values));

    // Each of 1000 lists holds the 1000 of the next level.
    let pairs = |ptr: u64| [word(I32, ptr), word(I32, 1000)].concat().repeat(1000);
    for t in [
        "(list (list (list (list u8))))",
        "(list (list (list string)))",
    ] {
        let mut source = Source::of_range(t, I32, 8, 1000);
        for level in 1..4 {
            source.memory.extend(pairs(8 + 8000 * level));
        }
        assert_eq!(source.lift_in(limits()), exhausted(), "{t}");
    }

    // Few elements, but each is large.
    let tuple = format!("(tuple {})", "u8 ".repeat(1000));
    let options = "(option ".repeat(90) + "u8" + &")".repeat(90);
    for (t, length) in [(tuple, 60), (options, 700)] {
        let t = format!("(list {t})");
        let mut source = Source::of_range(&t, I32, 8, length);
        source.memory.resize(END as usize, 1);
        assert_eq!(source.lift_in(limits()), exhausted());
    }
}
