//! Core and component values as they travel between the runner and an engine.
//!
//! The JSON form is part of the worker protocol, so it holds nothing that a
//! JSON reader of another language would round: 64-bit integers are decimal
//! strings, floats are bit patterns in hexadecimal.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A core value or a component value.
///
/// `f32` and `f64` are shared by both; every other variant belongs to one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// Core `i32`.
    I32(i32),
    /// Core `i64`.
    I64(#[serde(with = "decimal")] i64),
    /// Core and component `f32`, as bits.
    F32(#[serde(with = "bits32")] u32),
    /// Core and component `f64`, as bits.
    F64(#[serde(with = "bits64")] u64),
    /// Core `v128`, as a little-endian integer.
    V128(#[serde(with = "bits128")] u128),
    /// A core reference.
    Ref(Reference),

    /// Component `bool`.
    Bool(bool),
    /// Component `u8`.
    U8(u8),
    /// Component `s8`.
    S8(i8),
    /// Component `u16`.
    U16(u16),
    /// Component `s16`.
    S16(i16),
    /// Component `u32`.
    U32(u32),
    /// Component `s32`.
    S32(i32),
    /// Component `u64`.
    U64(#[serde(with = "decimal")] u64),
    /// Component `s64`.
    S64(#[serde(with = "decimal")] i64),
    /// Component `char`.
    Char(char),
    /// Component `string`.
    String(String),
    /// Component `list<T>` and `list<T, N>`.
    List(Vec<Value>),
    /// Component `map<K, V>`, as its entries in order.
    Map(Vec<(Value, Value)>),
    /// Component `record`, as its fields in order.
    Record(Vec<(String, Value)>),
    /// Component `tuple`.
    Tuple(Vec<Value>),
    /// Component `variant`: the case and its payload.
    Variant(String, Option<Box<Value>>),
    /// Component `enum`.
    Enum(String),
    /// Component `option`.
    Option(Option<Box<Value>>),
    /// Component `result`.
    Result(Result<Option<Box<Value>>, Option<Box<Value>>>),
    /// Component `flags`: the labels that are set, in the order of the type.
    Flags(Vec<String>),
    /// A component value that only an engine can hold; a script can neither
    /// write nor compare one.
    Handle(Handle),
}

/// The kinds of handle that an engine may return to the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Handle {
    /// `own<R>` or `borrow<R>`.
    Resource,
    /// `stream<T>`.
    Stream,
    /// `future<T>`.
    Future,
    /// `error-context`.
    ErrorContext,
}

/// A core reference, as far as a script can tell one from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reference {
    /// A null reference of a hierarchy of heap types.
    Null(Hierarchy),
    /// A function.
    Func,
    /// A host value in the `extern` hierarchy; `None` where it is not one that
    /// a script made.
    Extern(Option<u32>),
    /// A host value in the `any` hierarchy (`extern` internalised).
    Host(u32),
    /// An unboxed scalar.
    I31,
    /// A structure.
    Struct,
    /// An array.
    Array,
    /// An exception.
    Exn,
    /// A continuation.
    Cont,
}

/// The disjoint hierarchies of heap types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hierarchy {
    /// `any`, `eq`, `i31`, `struct`, `array`, `none` and concrete types.
    Any,
    /// `func`, `nofunc` and concrete function types.
    Func,
    /// `extern`, `noextern`.
    Extern,
    /// `exn`, `noexn`.
    Exn,
    /// `cont`, `nocont`.
    Cont,
}

/// Values are printed as a script writes them.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::I32(v) => write!(f, "(i32.const {v})"),
            Value::I64(v) => write!(f, "(i64.const {v})"),
            Value::F32(bits) => write!(f, "(f32.const {})", Float32(*bits)),
            Value::F64(bits) => write!(f, "(f64.const {})", Float64(*bits)),
            Value::V128(v) => {
                let lane = |i: u32| (v >> (32 * i)) as u32;
                write!(f, "(v128.const i32x4")?;
                (0..4).try_for_each(|i| write!(f, " {:#010x}", lane(i)))?;
                write!(f, ")")
            }
            Value::Ref(reference) => write!(f, "{reference}"),
            Value::Bool(v) => write!(f, "(bool.const {v})"),
            Value::U8(v) => write!(f, "(u8.const {v})"),
            Value::S8(v) => write!(f, "(s8.const {v})"),
            Value::U16(v) => write!(f, "(u16.const {v})"),
            Value::S16(v) => write!(f, "(s16.const {v})"),
            Value::U32(v) => write!(f, "(u32.const {v})"),
            Value::S32(v) => write!(f, "(s32.const {v})"),
            Value::U64(v) => write!(f, "(u64.const {v})"),
            Value::S64(v) => write!(f, "(s64.const {v})"),
            Value::Char(v) => write!(f, "(char.const {})", Quoted(v.encode_utf8(&mut [0; 4]))),
            Value::String(v) => write!(f, "(str.const {})", Quoted(v)),
            Value::List(items) => nested(f, "list.const", items),
            Value::Tuple(items) => nested(f, "tuple.const", items),
            Value::Map(entries) => {
                write!(f, "(map.const")?;
                for (key, value) in entries {
                    write!(f, " (entry {key} {value})")?;
                }
                write!(f, ")")
            }
            Value::Record(fields) => {
                write!(f, "(record.const")?;
                for (name, value) in fields {
                    let value = value.to_string();
                    let inner = value.trim_start_matches('(').strip_suffix(')');
                    write!(f, " (field {name:?} {})", inner.unwrap_or(&value))?;
                }
                write!(f, ")")
            }
            Value::Variant(case, payload) => {
                write!(f, "(variant.const {case:?}")?;
                close(f, payload.as_deref())
            }
            Value::Enum(case) => write!(f, "(enum.const {case:?})"),
            Value::Option(None) => write!(f, "(option.none)"),
            Value::Option(payload) => {
                write!(f, "(option.some")?;
                close(f, payload.as_deref())
            }
            Value::Result(Ok(payload)) => {
                write!(f, "(result.ok")?;
                close(f, payload.as_deref())
            }
            Value::Result(Err(payload)) => {
                write!(f, "(result.err")?;
                close(f, payload.as_deref())
            }
            Value::Flags(labels) => {
                write!(f, "(flags.const")?;
                labels
                    .iter()
                    .try_for_each(|label| write!(f, " {label:?}"))?;
                write!(f, ")")
            }
            Value::Handle(handle) => write!(f, "{handle}"),
        }
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Handle::Resource => "a resource handle",
            Handle::Stream => "a stream",
            Handle::Future => "a future",
            Handle::ErrorContext => "an error-context",
        })
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reference::Null(hierarchy) => write!(f, "(ref.null {hierarchy})"),
            Reference::Func => write!(f, "(ref.func)"),
            Reference::Extern(Some(value)) => write!(f, "(ref.extern {value})"),
            Reference::Extern(None) => write!(f, "(ref.extern)"),
            Reference::Host(value) => write!(f, "(ref.host {value})"),
            Reference::I31 => write!(f, "(ref.i31)"),
            Reference::Struct => write!(f, "(ref.struct)"),
            Reference::Array => write!(f, "(ref.array)"),
            Reference::Exn => write!(f, "an exception reference"),
            Reference::Cont => write!(f, "a continuation reference"),
        }
    }
}

impl fmt::Display for Hierarchy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Hierarchy::Any => "any",
            Hierarchy::Func => "func",
            Hierarchy::Extern => "extern",
            Hierarchy::Exn => "exn",
            Hierarchy::Cont => "cont",
        })
    }
}

fn nested(f: &mut fmt::Formatter<'_>, keyword: &str, items: &[Value]) -> fmt::Result {
    write!(f, "({keyword}")?;
    items.iter().try_for_each(|item| write!(f, " {item}"))?;
    write!(f, ")")
}

fn close(f: &mut fmt::Formatter<'_>, payload: Option<&Value>) -> fmt::Result {
    match payload {
        Some(payload) => write!(f, " {payload})"),
        None => write!(f, ")"),
    }
}

/// A string in the text format.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The text format does not have Rust's escape for it.
        let mut parts = self.0.split('\0');
        write!(f, "\"{}", parts.next().unwrap_or_default().escape_debug())?;
        parts.try_for_each(|part| write!(f, "\\u{{0}}{}", part.escape_debug()))?;
        write!(f, "\"")
    }
}

/// The bits of an `f32` in the text format; a NaN shows its payload.
pub(crate) struct Float32(pub(crate) u32);

impl fmt::Display for Float32 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = f32::from_bits(self.0);
        if value.is_nan() {
            let sign = if value.is_sign_negative() { "-" } else { "" };
            write!(f, "{sign}nan:{:#x}", self.0 & 0x7f_ffff)
        } else {
            write!(f, "{value:?}")
        }
    }
}

/// The bits of an `f64` in the text format; a NaN shows its payload.
pub(crate) struct Float64(pub(crate) u64);

impl fmt::Display for Float64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = f64::from_bits(self.0);
        if value.is_nan() {
            let sign = if value.is_sign_negative() { "-" } else { "" };
            write!(f, "{sign}nan:{:#x}", self.0 & 0xf_ffff_ffff_ffff)
        } else {
            write!(f, "{value:?}")
        }
    }
}

mod decimal {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use std::fmt::Display;
    use std::str::FromStr;

    pub(super) fn serialize<T: Display, S: Serializer>(value: &T, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(value)
    }

    pub(super) fn deserialize<'de, T, D>(d: D) -> Result<T, D::Error>
    where
        T: FromStr<Err: Display>,
        D: Deserializer<'de>,
    {
        String::deserialize(d)?.parse().map_err(D::Error::custom)
    }
}

macro_rules! hexadecimal {
    ($module:ident, $int:ty, $width:literal) => {
        mod $module {
            use serde::{Deserialize, Deserializer, Serializer, de::Error};

            pub(super) fn serialize<S: Serializer>(value: &$int, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(&format_args!(concat!("{:#0", $width, "x}"), value))
            }

            pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<$int, D::Error> {
                let text = String::deserialize(d)?;
                let digits = text
                    .strip_prefix("0x")
                    .ok_or_else(|| D::Error::custom("expected a hexadecimal number with 0x"))?;
                <$int>::from_str_radix(digits, 16).map_err(D::Error::custom)
            }
        }
    };
}

hexadecimal!(bits32, u32, "10");
hexadecimal!(bits64, u64, "18");
hexadecimal!(bits128, u128, "34");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_keeps_every_bit() {
        let values = vec![
            Value::I64(i64::MIN),
            Value::U64(u64::MAX),
            Value::F32(0x7fa0_0001),
            Value::F64(0x8000_0000_0000_0000),
            Value::V128(1 << 127),
            Value::Ref(Reference::Extern(Some(7))),
            Value::Result(Ok(Some(Box::new(Value::Char('\u{10ffff}'))))),
            Value::Variant("a".into(), None),
            Value::Option(Some(Box::new(Value::Option(None)))),
            Value::Map(vec![(Value::U8(1), Value::String("\0".into()))]),
        ];
        let json = serde_json::to_string(&values).expect("values serialize");
        let back: Vec<Value> = serde_json::from_str(&json).expect("values deserialize");
        assert_eq!(back, values);
        assert!(json.contains(r#"{"f32":"0x7fa00001"}"#), "{json}");
        assert!(json.contains(r#"{"u64":"18446744073709551615"}"#), "{json}");
    }

    #[test]
    fn values_print_as_a_script_writes_them() {
        let record = Value::Record(vec![("a".into(), Value::U8(1))]);
        assert_eq!(
            record.to_string(),
            r#"(record.const (field "a" u8.const 1))"#
        );
        assert_eq!(
            Value::F32(0x7fc0_0000).to_string(),
            "(f32.const nan:0x400000)"
        );
        assert_eq!(Value::F64(1 << 63).to_string(), "(f64.const -0.0)");
        let text = Value::String("a\0\"\n\u{e9}'".into()).to_string();
        assert_eq!(
            text,
            r#"(str.const "a\u{0}\"\n\u{e9}\'")"#.replace("\\u{e9}", "\u{e9}")
        );
    }
}
