//! `test_string`: each direction of encodings, between each width of pointers.

use crate::guests::{Destination, Realloc, Source};
use component_reference::canonical::options::PtrType::{self, I32, I64};
use component_reference::canonical::options::StringEncoding::{self, Latin1Utf16, Utf8, Utf16};
use component_reference::canonical::options::ptr_size;
use component_reference::value::{TaggedCodeUnits, Value};

pub(crate) const ENCODINGS: [StringEncoding; 3] = [Utf8, Utf16, Latin1Utf16];

const STRINGS: [&str; 18] = [
    "",
    "a",
    "hi",
    "\0",
    "a\0b",
    "\u{80}",
    "\u{80}b",
    "ab\u{ef}c",
    "\u{ff}",
    "\u{1ff}y",
    "xy\u{1ff}",
    "a\u{d7ff}b",
    "a\u{2ff}\u{3ff}\u{4ff}bc",
    "\u{f123}",
    "\u{f123}\u{f123}abc",
    "abcdef\u{f123}",
    "\u{10ffff}z",
    "\u{e9}\u{1f980}",
];

/// A component that gives `s`, in UTF-16 if `utf16` and the encoding leaves it open.
pub(crate) fn source(
    s: &str,
    encoding: StringEncoding,
    utf16: bool,
    ptr_type: PtrType,
) -> Source<'static> {
    let (bytes, code_units, tag): (Vec<u8>, _, u64) = match (encoding, utf16) {
        (Utf8, _) => (s.bytes().collect(), s.len(), 0),
        (Latin1Utf16, false) => {
            let latin1 = |c| u8::try_from(u32::from(c)).expect("a character of Latin-1");
            (s.chars().map(latin1).collect(), s.chars().count(), 0)
        }
        (Utf16, _) | (Latin1Utf16, true) => {
            let bytes: Vec<u8> = s.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let tag = match encoding {
                Latin1Utf16 => tag(ptr_type),
                Utf8 | Utf16 => 0,
            };
            let code_units = bytes.len() / 2;
            (bytes, code_units, tag)
        }
    };
    let ptr = 2 * ptr_size(ptr_type);
    let mut source = Source::of_range("string", ptr_type, ptr, code_units as u64 | tag);
    source.encoding = encoding;
    source.memory.extend(bytes);
    source
}

pub(crate) fn tag(ptr_type: PtrType) -> u64 {
    match ptr_type {
        I32 => 1 << 31,
        I64 => 1 << 63,
    }
}

/// What `bytes` say in an encoding.
fn decode(bytes: &[u8], encoding: StringEncoding, utf16: bool) -> String {
    match (encoding, utf16) {
        (Utf8, _) => String::from_utf8(bytes.to_vec()).expect("UTF-8"),
        (Latin1Utf16, false) => bytes.iter().copied().map(char::from).collect(),
        (Utf16, _) | (Latin1Utf16, true) => {
            let units = bytes
                .chunks_exact(2)
                .map(|c| u16::from_le_bytes([c[0], c[1]]));
            char::decode_utf16(units)
                .map(|c| c.expect("UTF-16"))
                .collect()
        }
    }
}

/// The forms that a string takes in an encoding.
fn forms(s: &str, encoding: StringEncoding) -> &'static [bool] {
    match encoding {
        Latin1Utf16 if s.chars().all(|c| u32::from(c) < 0x100) => &[false, true],
        Latin1Utf16 => &[true],
        Utf8 | Utf16 => &[false],
    }
}

#[test]
fn strings_are_lifted_from_each_encoding() {
    for s in STRINGS {
        for encoding in ENCODINGS {
            for &utf16 in forms(s, encoding) {
                for ptr_type in [I32, I64] {
                    let source = source(s, encoding, utf16, ptr_type);
                    let Ok(Value::String(lifted)) = source.lift() else {
                        panic!("{source:?}");
                    };
                    assert_eq!((lifted.as_str(), lifted.encoding()), (s, encoding));
                    let code_units = match utf16 || encoding == Utf16 {
                        true => s.encode_utf16().count(),
                        false if encoding == Utf8 => s.len(),
                        false => s.chars().count(),
                    };
                    let expected = TaggedCodeUnits {
                        code_units: code_units as u64,
                        utf16: utf16 || encoding == Utf16,
                    };
                    assert_eq!(lifted.tagged_code_units(), expected, "{source:?}");
                }
            }
        }
    }
}

#[test]
fn test_string() {
    let mut trips = 0;
    for s in STRINGS {
        for encoding in ENCODINGS {
            for &utf16 in forms(s, encoding) {
                for (from, to) in [(I32, I32), (I32, I64), (I64, I32), (I64, I64)] {
                    for dst in ENCODINGS {
                        let source = source(s, encoding, utf16, from);
                        let destination = Destination {
                            encoding: dst,
                            ptr_type: to,
                            realloc: Realloc::Honest,
                        };
                        assert_eq!(pass(&source, &destination), s, "{source:?} {destination:?}");
                        trips += 1;
                    }
                }
            }
        }
    }
    let of_latin1 = 9;
    assert_eq!(trips, (3 * STRINGS.len() + of_latin1) * 4 * 3);
}

/// What comes out of the destination.
fn pass(source: &Source<'_>, destination: &Destination) -> String {
    let lowered = match destination.call(source) {
        Ok(lowered) => lowered,
        Err(stop) => panic!("{stop}: {source:?} {destination:?}"),
    };
    let (ptr, tagged_code_units) = lowered.range;
    let compact = destination.encoding == Latin1Utf16;
    let tag = tag(destination.ptr_type);
    let utf16 = compact && tagged_code_units & tag != 0;
    let code_units = match compact {
        true => tagged_code_units & !tag,
        false => tagged_code_units,
    };
    let byte_length = match utf16 || destination.encoding == Utf16 {
        true => 2 * code_units,
        false => code_units,
    };
    decode(lowered.bytes(ptr, byte_length), destination.encoding, utf16)
}
