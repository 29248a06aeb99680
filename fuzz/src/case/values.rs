//! Values of a type, biased to its edges.

use super::choices::Choices;
use super::edges::edges;
use super::types::Type;
use component_harness::value::Value;

/// The lengths of lists that are worth a try.
const LENGTHS: [usize; 8] = [1, 0, 2, 3, 5, 8, 17, 33];

/// Texts of which strings are made: each is of another width in some encoding.
const PIECES: [&str; 12] = [
    "a",
    "\u{e9}",
    "\u{2603}",
    "\u{1f600}",
    "\u{ff}",
    "\u{100}",
    "\u{7ff}",
    "\u{800}",
    "\u{d7ff}",
    "\u{e000}",
    "\u{ffff}",
    "\u{10000}",
];

/// How often a piece stands in a row.
const REPEATS: [usize; 6] = [1, 2, 3, 15, 64, 300];

/// A value of the type. `budget` is about how many parts it may still have.
pub(super) fn value(ty: &Type, choices: &mut Choices<'_>, budget: &mut usize) -> Value {
    *budget = budget.saturating_sub(1);
    match ty {
        Type::String => string(choices),
        Type::List(element) => {
            let length = length(choices, budget);
            Value::List(
                (0..length)
                    .map(|_| value(element, choices, budget))
                    .collect(),
            )
        }
        Type::FixedList(element, length) => Value::List(
            (0..*length)
                .map(|_| value(element, choices, budget))
                .collect(),
        ),
        Type::Map(key, of) => {
            let length = length(choices, budget);
            let mut entries: Vec<(Value, Value)> = Vec::new();
            for _ in 0..length {
                let key = value(key, choices, budget);
                let value = value(of, choices, budget);
                // What two equal keys mean is the host's affair.
                if entries.iter().all(|(known, _)| *known != key) {
                    entries.push((key, value));
                }
            }
            Value::Map(entries)
        }
        Type::Record(fields) => {
            let field = |(name, ty): &(String, Type)| (name.clone(), value(ty, choices, budget));
            Value::Record(fields.iter().map(field).collect())
        }
        Type::Tuple(items) => {
            Value::Tuple(items.iter().map(|ty| value(ty, choices, budget)).collect())
        }
        Type::Variant(cases) => {
            let last = cases.len() - 1;
            let (name, ty) = &cases[edge(last, choices)];
            let payload = ty.as_ref().map(|ty| Box::new(value(ty, choices, budget)));
            Value::Variant(name.clone(), payload)
        }
        Type::Enum(cases) => Value::Enum(cases[edge(cases.len() - 1, choices)].clone()),
        Type::Option(ty) => Value::Option(match choices.below(3) {
            1 => None,
            _ => Some(Box::new(value(ty, choices, budget))),
        }),
        Type::Result(ok, error) => {
            let is_error = choices.rarely(2);
            let ty = match is_error {
                true => error,
                false => ok,
            };
            let payload = ty.as_ref().map(|ty| Box::new(value(ty, choices, budget)));
            Value::Result(match is_error {
                true => Err(payload),
                false => Ok(payload),
            })
        }
        Type::Flags(labels) => {
            let set = match choices.below(4) {
                0 => choices.bits(32),
                1 => u64::MAX,
                2 => 0,
                _ => 1 << choices.below(labels.len()),
            };
            let labels = labels.iter().enumerate();
            let set = labels.filter(|(i, _)| set >> i & 1 == 1);
            Value::Flags(set.map(|(_, label)| label.clone()).collect())
        }
        scalar => {
            let edges = edges(scalar);
            match choices.rarely(3) {
                true => random(scalar, choices),
                false => choices.pick(&edges).cloned().unwrap_or(Value::Bool(false)),
            }
        }
    }
}

fn length(choices: &mut Choices<'_>, budget: &usize) -> usize {
    choices
        .pick(&LENGTHS)
        .map_or(0, |length| *length.min(budget))
}

/// A case, with the bounds of discriminants more likely.
fn edge(last: usize, choices: &mut Choices<'_>) -> usize {
    let edges = [last, 0, 1, 254, 255, 256, 257];
    match choices.rarely(3) {
        true => choices.below(last + 1),
        false => choices.pick(&edges).map_or(0, |edge| *edge.min(&last)),
    }
}

fn string(choices: &mut Choices<'_>) -> Value {
    let mut text = String::new();
    for _ in 0..choices.below(4) {
        let piece = choices.pick(&PIECES).copied().unwrap_or_default();
        let times = choices.pick(&REPEATS).copied().unwrap_or(1);
        text += &piece.repeat(times);
    }
    Value::String(text)
}

fn random(ty: &Type, choices: &mut Choices<'_>) -> Value {
    match ty {
        Type::Bool => Value::Bool(choices.rarely(2)),
        Type::U8 => Value::U8(choices.bits(8) as u8),
        Type::S8 => Value::S8(choices.bits(8) as i8),
        Type::U16 => Value::U16(choices.bits(16) as u16),
        Type::S16 => Value::S16(choices.bits(16) as i16),
        Type::U32 => Value::U32(choices.bits(32) as u32),
        Type::S32 => Value::S32(choices.bits(32) as i32),
        Type::U64 => Value::U64(choices.bits(64)),
        Type::S64 => Value::S64(choices.bits(64) as i64),
        Type::F32 => Value::F32(choices.bits(32) as u32),
        Type::F64 => Value::F64(choices.bits(64)),
        _ => {
            let number = choices.below(0x11_0000) as u32;
            Value::Char(char::from_u32(number).unwrap_or('\u{fffd}'))
        }
    }
}
