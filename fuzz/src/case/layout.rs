//! How values lie in a guest's memory and in its core parameters: the sections
//! "Alignment", "Element Size" and "Flattening" of CanonicalABI.md, once more, and
//! independent of both engines.

use super::types::Type;
use serde::{Deserialize, Serialize};

/// The type of a core value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flat {
    /// `i32`.
    I32,
    /// `i64`.
    I64,
    /// `f32`.
    F32,
    /// `f64`.
    F64,
}

impl Flat {
    /// Its name in the text format.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Flat::I32 => "i32",
            Flat::I64 => "i64",
            Flat::F32 => "f32",
            Flat::F64 => "f64",
        }
    }

    /// How many bytes it takes, which is how it is aligned as well.
    #[must_use]
    pub fn size(self) -> usize {
        match self {
            Flat::I32 | Flat::F32 => 4,
            Flat::I64 | Flat::F64 => 8,
        }
    }

    fn join(self, other: Flat) -> Flat {
        match (self, other) {
            _ if self == other => self,
            (Flat::I32, Flat::F32) | (Flat::F32, Flat::I32) => Flat::I32,
            _ => Flat::I64,
        }
    }
}

/// What matters of a type to memory.
pub enum Shape<'a> {
    /// One core value, of which memory holds so many bytes.
    Scalar(Flat, usize),
    /// A pointer, and a length.
    Span,
    /// One after the other.
    Sequence(Vec<&'a Type>),
    /// A discriminant, and the payload of its case.
    Cases(Vec<Option<&'a Type>>),
}

impl Type {
    /// What matters of it to memory.
    #[must_use]
    pub fn shape(&self) -> Shape<'_> {
        match self {
            Type::Bool | Type::U8 | Type::S8 => Shape::Scalar(Flat::I32, 1),
            Type::U16 | Type::S16 => Shape::Scalar(Flat::I32, 2),
            Type::U32 | Type::S32 | Type::Char => Shape::Scalar(Flat::I32, 4),
            Type::U64 | Type::S64 => Shape::Scalar(Flat::I64, 8),
            Type::F32 => Shape::Scalar(Flat::F32, 4),
            Type::F64 => Shape::Scalar(Flat::F64, 8),
            Type::Flags(labels) => Shape::Scalar(Flat::I32, flags_size(labels.len())),
            Type::String | Type::List(_) | Type::Map(..) => Shape::Span,
            Type::FixedList(element, length) => Shape::Sequence(vec![element; *length]),
            Type::Record(_) | Type::Tuple(_) => Shape::Sequence(self.parts()),
            Type::Variant(cases) => {
                Shape::Cases(cases.iter().map(|(_, payload)| payload.as_ref()).collect())
            }
            Type::Enum(cases) => Shape::Cases(vec![None; cases.len()]),
            Type::Option(payload) => Shape::Cases(vec![None, Some(payload)]),
            Type::Result(ok, error) => Shape::Cases(vec![ok.as_deref(), error.as_deref()]),
        }
    }

    /// `pointer` is the type of addresses.
    #[must_use]
    pub fn align(&self, pointer: Flat) -> usize {
        match self.shape() {
            Shape::Scalar(_, size) => size,
            Shape::Span => pointer.size(),
            Shape::Sequence(parts) => largest(parts.iter().map(|ty| ty.align(pointer))),
            Shape::Cases(cases) => {
                let payloads = cases.iter().flatten().map(|ty| ty.align(pointer));
                largest(payloads).max(discriminant_size(cases.len()))
            }
        }
    }

    /// How many bytes an element takes; `pointer` is the type of addresses.
    #[must_use]
    pub fn size(&self, pointer: Flat) -> usize {
        let end = match self.shape() {
            Shape::Scalar(_, size) => size,
            Shape::Span => 2 * pointer.size(),
            Shape::Sequence(parts) => parts.iter().fold(0_usize, |end, ty| {
                end.next_multiple_of(ty.align(pointer)) + ty.size(pointer)
            }),
            Shape::Cases(cases) => {
                let payloads = cases.iter().flatten().map(|ty| ty.size(pointer));
                payload_offset(&cases, pointer) + payloads.max().unwrap_or(0)
            }
        };
        end.next_multiple_of(self.align(pointer))
    }

    /// The core values that it is passed as; `pointer` is the type of addresses.
    #[must_use]
    pub fn flatten(&self, pointer: Flat) -> Vec<Flat> {
        match self.shape() {
            Shape::Scalar(flat, _) => vec![flat],
            Shape::Span => vec![pointer; 2],
            Shape::Sequence(parts) => parts.iter().flat_map(|ty| ty.flatten(pointer)).collect(),
            Shape::Cases(cases) => {
                let mut joined = Vec::new();
                for payload in cases.into_iter().flatten() {
                    for (i, flat) in payload.flatten(pointer).into_iter().enumerate() {
                        match joined.get_mut(i) {
                            Some(known) => *known = flat.join(*known),
                            None => joined.push(flat),
                        }
                    }
                }
                joined.insert(0, Flat::I32);
                joined
            }
        }
    }
}

/// Where the payloads of a type with these cases begin.
#[must_use]
pub fn payload_offset(cases: &[Option<&Type>], pointer: Flat) -> usize {
    let align = largest(cases.iter().flatten().map(|ty| ty.align(pointer)));
    discriminant_size(cases.len()).next_multiple_of(align)
}

/// How many bytes tell this number of cases apart.
#[must_use]
pub fn discriminant_size(cases: usize) -> usize {
    match cases {
        0..=0x100 => 1,
        0x101..=0x1_0000 => 2,
        _ => 4,
    }
}

fn flags_size(labels: usize) -> usize {
    match labels {
        0..=8 => 1,
        9..=16 => 2,
        _ => 4,
    }
}

fn largest(aligns: impl Iterator<Item = usize>) -> usize {
    aligns.max().unwrap_or(1)
}
