//! Component values.

use crate::canonical::ends::EndId;
use crate::canonical::options::StringEncoding;
use crate::types::ResourceType;
use std::sync::Arc;

/// A value of a despecialized type ([CanonicalABI.md#despecialization]): a tuple
/// is a record, an enum, an option and a result are variants, and a map is a list
/// of records of a key and a value. Labels are the type's affair.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A `bool`.
    Bool(bool),
    /// An `s8`.
    S8(i8),
    /// A `u8`.
    U8(u8),
    /// An `s16`.
    S16(i16),
    /// A `u16`.
    U16(u16),
    /// An `s32`.
    S32(i32),
    /// A `u32`.
    U32(u32),
    /// An `s64`.
    S64(i64),
    /// A `u64`.
    U64(u64),
    /// An `f32`.
    F32(f32),
    /// An `f64`.
    F64(f64),
    /// A `char`.
    Char(char),
    /// A `string`.
    String(String),
    /// An `error-context`.
    ErrorContext(ErrorContext),
    /// A list whose elements are `u8`, of fixed length or not.
    Bytes(Vec<u8>),
    /// Any other list.
    List(Vec<Value>),
    /// A record: its fields in the order of the type.
    Record(Vec<Value>),
    /// A variant: the index of the case, and its payload if that case has one.
    Variant(u32, Option<Box<Value>>),
    /// Flags: the first label is the lowest bit.
    Flags(u32),
    /// The ownership of a resource.
    Own(Resource),
    /// A resource that is lent until the call returns.
    Borrow(Resource),
    /// The readable end of a stream.
    Stream(ReadableEnd),
    /// The readable end of a future.
    Future(ReadableEnd),
}

/// `String` ([CanonicalABI.md#loading]): lowering depends on the encoding that a
/// string was lifted from, and on its length there.
#[derive(Clone, Debug)]
pub struct String {
    text: Arc<str>,
    encoding: StringEncoding,
    tagged_code_units: TaggedCodeUnits,
}

/// The length of a string in memory, without the tag bit of `latin1+utf16`: where
/// that bit is depends on the width of pointers, which two sides need not share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaggedCodeUnits {
    /// How many code units there are.
    pub code_units: u64,
    /// Whether the string is in UTF-16, in an encoding that leaves it open.
    pub utf16: bool,
}

impl String {
    /// A string that was lifted from `encoding`.
    #[must_use]
    pub(crate) fn lifted(
        text: impl Into<Arc<str>>,
        encoding: StringEncoding,
        tagged_code_units: TaggedCodeUnits,
    ) -> Self {
        String {
            text: text.into(),
            encoding,
            tagged_code_units,
        }
    }

    /// Its code points.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The encoding that it was lifted from.
    #[must_use]
    pub fn encoding(&self) -> StringEncoding {
        self.encoding
    }

    /// Its length in that encoding.
    #[must_use]
    pub fn tagged_code_units(&self) -> TaggedCodeUnits {
        self.tagged_code_units
    }
}

/// A host's strings are in UTF-8.
impl From<&str> for String {
    fn from(text: &str) -> Self {
        let code_units = TaggedCodeUnits {
            code_units: text.len() as u64,
            utf16: false,
        };
        String::lifted(text, StringEncoding::Utf8, code_units)
    }
}

/// Strings are equal if their code points are.
impl PartialEq for String {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for String {}

/// `ErrorContext` ([CanonicalABI.md#-canon-error-contextnew]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorContext {
    /// Its debug message.
    pub debug_message: String,
}

/// The readable end of a stream or future, on its way from one owner to another or
/// the host's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReadableEnd(pub(crate) EndId);

/// The writable end of a stream or future of the host's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct WritableEnd(pub(crate) EndId);

/// A resource as lifting hands it on: its representation, and the type that says
/// whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Resource {
    /// Its type.
    pub rt: ResourceType,
    /// Its representation, as the implementation chose it.
    pub rep: u64,
}
