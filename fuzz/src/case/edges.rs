//! Values at the edges of each type.

use super::types::Type;
use component_harness::value::Value;
use std::iter::repeat_n;

/// The edges of the type: every edge of every part occurs in one of them.
#[must_use]
pub fn edges(ty: &Type) -> Vec<Value> {
    match ty {
        Type::Bool => vec![Value::Bool(false), Value::Bool(true)],
        Type::U8 => [0, 1, 0x7f, 0x80, 0xff].map(Value::U8).to_vec(),
        Type::S8 => [0, 1, -1, i8::MIN, i8::MAX].map(Value::S8).to_vec(),
        Type::U16 => [0, 1, 0xff, 0x100, 0x7fff, 0x8000, 0xffff]
            .map(Value::U16)
            .to_vec(),
        Type::S16 => [0, 1, -1, 0x80, -0x81, i16::MIN, i16::MAX]
            .map(Value::S16)
            .to_vec(),
        Type::U32 => [0, 1, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, u32::MAX]
            .map(Value::U32)
            .to_vec(),
        Type::S32 => [0, 1, -1, 0x8000, -0x8001, i32::MIN, i32::MAX]
            .map(Value::S32)
            .to_vec(),
        Type::U64 => [
            0,
            1,
            u64::from(u32::MAX),
            1 << 32,
            u64::MAX >> 1,
            1 << 63,
            u64::MAX,
        ]
        .map(Value::U64)
        .to_vec(),
        Type::S64 => [0, 1, -1, 1 << 31, -(1 << 31) - 1, i64::MIN, i64::MAX]
            .map(Value::S64)
            .to_vec(),
        Type::F32 => FLOATS32.map(Value::F32).to_vec(),
        Type::F64 => FLOATS64.map(Value::F64).to_vec(),
        Type::Char => CHARS.map(Value::Char).to_vec(),
        Type::String => strings().into_iter().map(Value::String).collect(),
        Type::List(element) => {
            let all = edges(element);
            let one = all.last().cloned().into_iter().collect();
            vec![Value::List(Vec::new()), Value::List(one), Value::List(all)]
        }
        Type::FixedList(element, length) => {
            let columns: Vec<_> = repeat_n(edges(element), *length).collect();
            rows(&columns).into_iter().map(Value::List).collect()
        }
        Type::Map(key, value) => {
            let (keys, values) = (edges(key), edges(value));
            let all: Vec<_> = keys.into_iter().zip(values.into_iter().cycle()).collect();
            let one = all.last().cloned().into_iter().collect();
            vec![Value::Map(Vec::new()), Value::Map(one), Value::Map(all)]
        }
        Type::Record(fields) => {
            let columns: Vec<_> = fields.iter().map(|(_, ty)| edges(ty)).collect();
            let names = || fields.iter().map(|(name, _)| name.clone());
            let record = |row: Vec<Value>| Value::Record(names().zip(row).collect());
            rows(&columns).into_iter().map(record).collect()
        }
        Type::Tuple(items) => {
            let columns: Vec<_> = items.iter().map(edges).collect();
            rows(&columns).into_iter().map(Value::Tuple).collect()
        }
        Type::Variant(cases) => cases
            .iter()
            .flat_map(|(name, ty)| {
                payloads(ty.as_ref()).map(|payload| Value::Variant(name.clone(), payload))
            })
            .collect(),
        Type::Enum(cases) => {
            let last = cases.len() - 1;
            let places = [0, 1, 2, 0x7f, 0x80, 0xfe, 0xff, 0x100, last];
            let chosen = cases.iter().enumerate().filter(|(i, _)| places.contains(i));
            chosen.map(|(_, name)| Value::Enum(name.clone())).collect()
        }
        Type::Option(payload) => [Value::Option(None)]
            .into_iter()
            .chain(payloads(Some(payload)).map(Value::Option))
            .collect(),
        Type::Result(ok, error) => payloads(ok.as_deref())
            .map(|payload| Value::Result(Ok(payload)))
            .chain(payloads(error.as_deref()).map(|payload| Value::Result(Err(payload))))
            .collect(),
        Type::Flags(labels) => {
            let subset = |chosen: &dyn Fn(usize) -> bool| {
                let chosen = labels.iter().enumerate().filter(|(i, _)| chosen(*i));
                Value::Flags(chosen.map(|(_, label)| label.clone()).collect())
            };
            let mut subsets = vec![
                subset(&|_| false),
                subset(&|_| true),
                subset(&|i| i % 2 == 0),
                subset(&|i| i % 3 == 0),
            ];
            subsets.extend((0..labels.len()).map(|one| subset(&|i| i == one)));
            subsets
        }
    }
}

/// Zeros, the least and the greatest subnormal and normal numbers, infinities, and
/// NaNs: canonical, with either sign, quiet and signalling with a payload.
const FLOATS32: [u32; 14] = [
    0,
    0x8000_0000,
    0x0000_0001,
    0x807f_ffff,
    0x0080_0000,
    0x7f7f_ffff,
    0xff7f_ffff,
    0x7f80_0000,
    0xff80_0000,
    0x3f80_0001,
    0x7fc0_0000,
    0xffc0_0000,
    0x7fc1_2345,
    0xff80_0001,
];

/// As [`FLOATS32`].
const FLOATS64: [u64; 14] = [
    0,
    0x8000_0000_0000_0000,
    0x0000_0000_0000_0001,
    0x800f_ffff_ffff_ffff,
    0x0010_0000_0000_0000,
    0x7fef_ffff_ffff_ffff,
    0xffef_ffff_ffff_ffff,
    0x7ff0_0000_0000_0000,
    0xfff0_0000_0000_0000,
    0x3ff0_0000_0000_0001,
    0x7ff8_0000_0000_0000,
    0xfff8_0000_0000_0000,
    0x7ff8_1234_5678_9abc,
    0xfff0_0000_0000_0001,
];

/// Where a character takes another number of bytes in an encoding, and both sides
/// of the surrogates.
const CHARS: [char; 12] = [
    '\0',
    '\x7f',
    '\u{80}',
    '\u{ff}',
    '\u{100}',
    '\u{7ff}',
    '\u{800}',
    '\u{d7ff}',
    '\u{e000}',
    '\u{ffff}',
    '\u{10000}',
    '\u{10ffff}',
];

/// Each of the characters alone and all in one; and texts whose transcoding begins
/// in one encoding and goes on, or ends, in another.
fn strings() -> Vec<String> {
    let mut strings = vec![String::new(), CHARS.iter().collect()];
    strings.extend(CHARS.map(String::from));
    let both = |start: &str, count, end: &str| start.repeat(count) + end;
    strings.extend([
        both("ascii", 1, ""),
        both("caf\u{e9}", 1, ""),
        both("\u{e9}", 3, "ascii"),
        both("a", 1, "\u{1f600}b"),
        both("\u{1f600}", 33, ""),
        both("a", 1000, ""),
        both("\u{e9}", 1000, ""),
        both("\u{2603}", 1000, ""),
        both("a", 999, "\u{e9}"),
        both("a", 999, "\u{2603}"),
        both("a", 1000, "\u{1f600}"),
        both("\u{e9}", 999, "\u{2603}"),
        both("\u{2603}", 1, &"a".repeat(999)),
        both("a\u{e9}\u{2603}\u{1f600}", 250, ""),
    ]);
    strings
}

/// As many rows as the longest column has. Shorter ones begin again, and each begins
/// one further than the one before it, so that equal ones do not show as equal parts.
fn rows(columns: &[Vec<Value>]) -> Vec<Vec<Value>> {
    let count = columns.iter().map(Vec::len).max().unwrap_or(0);
    let row = |k: usize| {
        let columns = columns.iter().enumerate();
        columns.map(move |(i, column)| column[(k + i) % column.len()].clone())
    };
    (0..count).map(|k| row(k).collect()).collect()
}

/// What the payload of a case can be.
fn payloads(ty: Option<&Type>) -> impl Iterator<Item = Option<Box<Value>>> + use<> {
    let payloads = match ty {
        Some(ty) => edges(ty).into_iter().map(|v| Some(Box::new(v))).collect(),
        None => vec![None],
    };
    payloads.into_iter()
}
