//! The calls of `realloc` that each direction makes, what its passes leave in
//! memory, and where it traps.

use crate::guests::{Destination, END, FRESH, HEAP, Realloc, Source};
use crate::strings::{source, tag};
use crate::trap;
use component_reference::canonical::options::PtrType::{I32, I64};
use component_reference::canonical::options::StringEncoding::{self, Latin1Utf16, Utf8, Utf16};
use component_reference::trap::TrapSite::{self, *};
use std::collections::BTreeSet;

/// A string on its way.
struct Way {
    s: &'static str,
    from: StringEncoding,
    /// Whether it is in UTF-16 where the encoding leaves it open.
    utf16: bool,
    to: StringEncoding,
}

fn way(s: &'static str, from: StringEncoding, to: StringEncoding) -> Way {
    Way {
        s,
        from,
        utf16: false,
        to,
    }
}

/// From UTF-16 in `latin1+utf16`.
fn way_tagged(s: &'static str, to: StringEncoding) -> Way {
    Way {
        utf16: true,
        ..way(s, Latin1Utf16, to)
    }
}

impl Way {
    fn destination(&self, realloc: Realloc) -> Destination {
        Destination {
            encoding: self.to,
            ptr_type: I32,
            realloc,
        }
    }

    fn source(&self) -> Source<'static> {
        source(self.s, self.from, self.utf16, I32)
    }
}

const __: u8 = FRESH;
const AT: u64 = HEAP;
const TAG: u64 = 1 << 31;

/// Each way, the calls of `realloc`, the result and what the heap begins with then.
#[test]
#[rustfmt::skip]
fn strings_are_transcoded_in_passes() {
    type Row = (Way, &'static [[u64; 4]], (u64, u64), &'static [u8]);
    let rows: &[Row] = &[
        (way("", Utf8, Utf8), &[[0, 0, 1, 0]], (AT, 0), &[__]),
        (way("a€", Utf8, Utf8), &[[0, 0, 1, 4]], (AT, 4), &[0x61, 0xe2, 0x82, 0xac, __]),

        (way("hi", Utf16, Utf8), &[[0, 0, 1, 2]], (AT, 2), &[0x68, 0x69, __]),
        (way("aé", Utf16, Utf8), &[[0, 0, 1, 2], [AT, 2, 1, 6], [AT + 2, 6, 1, 3]], (AT + 2, 3),
            &[0x61, __, 0x61, 0xc3, 0xa9, __, __, __, __]),
        (way("€€", Utf16, Utf8), &[[0, 0, 1, 2], [AT, 2, 1, 6]], (AT + 2, 6),
            &[__, __, 0xe2, 0x82, 0xac, 0xe2, 0x82, 0xac, __]),
        (way_tagged("aé", Utf8), &[[0, 0, 1, 2], [AT, 2, 1, 6], [AT + 2, 6, 1, 3]], (AT + 2, 3),
            &[0x61, __, 0x61, 0xc3, 0xa9, __, __, __, __]),

        (way("hi", Latin1Utf16, Utf8), &[[0, 0, 1, 2]], (AT, 2), &[0x68, 0x69, __]),
        (way("é", Latin1Utf16, Utf8), &[[0, 0, 1, 1], [AT, 1, 1, 2]], (AT + 1, 2),
            &[__, 0xc3, 0xa9, __]),
        (way("aé", Latin1Utf16, Utf8), &[[0, 0, 1, 2], [AT, 2, 1, 4], [AT + 2, 4, 1, 3]],
            (AT + 2, 3), &[0x61, __, 0x61, 0xc3, 0xa9, __, __]),

        (way("", Utf8, Utf16), &[[0, 0, 2, 0]], (AT, 0), &[__]),
        (way("hi", Utf8, Utf16), &[[0, 0, 2, 4]], (AT, 2), &[0x68, 0, 0x69, 0, __]),
        (way("é", Utf8, Utf16), &[[0, 0, 2, 4], [AT, 4, 2, 2]], (AT, 1), &[0xe9, 0, __, __]),

        (way("é€", Utf16, Utf16), &[[0, 0, 2, 4]], (AT, 2), &[0xe9, 0, 0xac, 0x20, __]),
        (way_tagged("hi", Utf16), &[[0, 0, 2, 4]], (AT, 2), &[0x68, 0, 0x69, 0, __]),
        (way("é", Latin1Utf16, Utf16), &[[0, 0, 2, 2]], (AT, 1), &[0xe9, 0, __]),

        (way("hi", Utf8, Latin1Utf16), &[[0, 0, 2, 2]], (AT, 2), &[0x68, 0x69, __]),
        (way("éa", Utf8, Latin1Utf16), &[[0, 0, 2, 3], [AT, 3, 2, 2]], (AT, 2),
            &[0xe9, 0x61, __, __]),
        (way("é€", Utf8, Latin1Utf16), &[[0, 0, 2, 5], [AT, 5, 2, 10], [AT + 6, 10, 2, 4]],
            (AT + 6, 2 | TAG),
            &[0xe9, __, __, __, __, __, 0xe9, 0, 0xac, 0x20, __, __, __, __, __, __, __]),

        (way("é", Utf16, Latin1Utf16), &[[0, 0, 2, 1]], (AT, 1), &[0xe9, __]),
        (way("aé€", Utf16, Latin1Utf16), &[[0, 0, 2, 3], [AT, 3, 2, 6]], (AT + 4, 3 | TAG),
            &[0x61, 0xe9, __, __, 0x61, 0, 0xe9, 0, 0xac, 0x20, __]),

        (way("é", Latin1Utf16, Latin1Utf16), &[[0, 0, 2, 1]], (AT, 1), &[0xe9, __]),
        (way_tagged("a€", Latin1Utf16), &[[0, 0, 2, 4]], (AT, 2 | TAG),
            &[0x61, 0, 0xac, 0x20, __]),
        (way_tagged("hi!", Latin1Utf16), &[[0, 0, 2, 6], [AT, 6, 1, 3]], (AT, 3),
            &[0x68, 0x69, 0x21, 0, 0x21, 0, __]),
        (way_tagged("", Latin1Utf16), &[[0, 0, 2, 0], [AT, 0, 1, 0]], (AT, 0), &[__]),
    ];
    for (way, calls, range, heap) in rows {
        let source = way.source();
        let lowered = way.destination(Realloc::Honest).call(&source).expect("it is lowered");
        assert_eq!(lowered.calls, *calls, "{source:?} to {:?}", way.to);
        assert_eq!(lowered.range, *range, "{source:?} to {:?}", way.to);
        assert_eq!(lowered.heap(heap.len()), *heap, "{source:?} to {:?}", way.to);
    }
}

/// The tag is where the destination's pointers have it, whatever the source's are.
#[test]
fn tags_are_the_destinations() {
    for (from, to) in [(I32, I64), (I64, I32), (I64, I64)] {
        let source = source("a€", Latin1Utf16, true, from);
        let destination = Destination {
            encoding: Latin1Utf16,
            ptr_type: to,
            realloc: Realloc::Honest,
        };
        let lowered = destination.call(&source).expect("it is lowered");
        assert_eq!(lowered.range, (HEAP, 2 | tag(to)));
    }
}

/// Inflating works on what `realloc` has carried over, and the first pass is not
/// made up for: the rest is encoded anew.
#[test]
fn what_realloc_forgets_is_lost() {
    let way = way("é€", Utf8, Latin1Utf16);
    let lowered = way.destination(Realloc::Forgetful).call(&way.source());
    let lowered = lowered.expect("it is lowered");
    assert_eq!(lowered.range, (HEAP + 6, 2 | TAG));
    assert_eq!(lowered.bytes(HEAP + 6, 4), [FRESH, 0, 0xac, 0x20]);

    let way = self::way("aé", Utf16, Utf8);
    let lowered = way.destination(Realloc::Forgetful).call(&way.source());
    let lowered = lowered.expect("it is lowered");
    assert_eq!(lowered.bytes(HEAP + 2, 3), [FRESH, 0xc3, 0xa9]);
}

/// Each site of lowering a string: the call of `realloc` of a number has a result
/// that is off.
#[test]
#[rustfmt::skip]
fn results_of_realloc_are_checked() {
    const ODD: u64 = HEAP + 1;
    const LATE: u64 = END - 2;
    let rows: &[(Way, u32, u64, TrapSite)] = &[
        (way("hi", Utf16, Utf16), 0, ODD, LowerStringCopyUnaligned),
        (way("hi", Latin1Utf16, Latin1Utf16), 0, ODD, LowerStringCopyUnaligned),
        (way("hi!", Utf8, Utf8), 0, LATE, LowerStringCopyOutOfBounds),
        (way("hi!", Utf8, Utf8), 0, u32::MAX as u64, LowerStringCopyOutOfBounds),
        (way("hi!", Utf16, Utf8), 0, LATE, LowerStringToUtf8FirstOutOfBounds),
        (way("é", Utf16, Utf8), 1, LATE, LowerStringToUtf8WorstOutOfBounds),
        (way("é", Utf16, Utf8), 2, END - 1, LowerStringToUtf8ShrinkOutOfBounds),
        (way("hi", Utf8, Utf16), 0, ODD, LowerStringUtf8ToUtf16FirstUnaligned),
        (way("hi", Utf8, Utf16), 0, LATE, LowerStringUtf8ToUtf16FirstOutOfBounds),
        (way("éé", Utf8, Utf16), 1, ODD, LowerStringUtf8ToUtf16ShrinkUnaligned),
        (way("éé", Utf8, Utf16), 1, LATE, LowerStringUtf8ToUtf16ShrinkOutOfBounds),
        (way("hi!", Utf8, Latin1Utf16), 0, ODD, LowerStringToCompactFirstUnaligned),
        (way("hi!", Utf16, Latin1Utf16), 0, LATE, LowerStringToCompactFirstOutOfBounds),
        (way("€€", Utf16, Latin1Utf16), 1, ODD, LowerStringToCompactWorstUnaligned),
        (way("€€", Utf16, Latin1Utf16), 1, LATE, LowerStringToCompactWorstOutOfBounds),
        (way("€€", Utf8, Latin1Utf16), 2, ODD, LowerStringToCompactUtf16ShrinkUnaligned),
        (way("€€", Utf8, Latin1Utf16), 2, LATE, LowerStringToCompactUtf16ShrinkOutOfBounds),
        (way("ééé", Utf8, Latin1Utf16), 1, ODD, LowerStringToCompactLatin1ShrinkUnaligned),
        (way("ééé", Utf8, Latin1Utf16), 1, LATE, LowerStringToCompactLatin1ShrinkOutOfBounds),
        (way_tagged("hi", Latin1Utf16), 0, ODD, LowerStringCompactUtf16FirstUnaligned),
        (way_tagged("hi", Latin1Utf16), 0, LATE, LowerStringCompactUtf16FirstOutOfBounds),
        (way_tagged("hi!", Latin1Utf16), 1, LATE, LowerStringCompactUtf16ShrinkOutOfBounds),
    ];
    for (way, number, lie, site) in rows {
        let source = way.source();
        let stop = way.destination(Realloc::Lies(*number, *lie)).call(&source);
        assert_eq!(stop.err(), Some(trap(*site)), "{source:?} to {:?}", way.to);
    }
    let hit: BTreeSet<&str> = rows.iter().map(|(_, _, _, site)| site.id()).collect();
    let sites = TrapSite::ALL.iter().map(|site| site.id());
    assert_eq!(hit, sites.filter(|id| id.starts_with("lower.string.")).collect());
}

/// The text asks for an alignment of 1 where a compact string shrinks to Latin-1,
/// and checks none.
#[test]
fn compact_strings_may_shrink_to_an_odd_pointer() {
    let way = way_tagged("hi!", Latin1Utf16);
    let lowered = way
        .destination(Realloc::Lies(1, HEAP + 1))
        .call(&way.source());
    assert_eq!(lowered.expect("it is lowered").range, (HEAP + 1, 3));
}

/// A result of `realloc` that just fits.
#[test]
fn the_end_of_memory_is_within_bounds() {
    for (way, ptr) in [
        (way("hi!", Utf8, Utf8), END - 3),
        (way("hi", Utf16, Utf16), END - 4),
        (way("", Utf8, Utf8), END),
        (way("", Utf8, Utf16), END),
    ] {
        let lowered = way.destination(Realloc::Lies(0, ptr)).call(&way.source());
        assert_eq!(lowered.expect("it is lowered").range.0, ptr);
    }
}
