//! The options of a lifted or lowered function.

use crate::types::CoreValType;

/// `MemInst.addrtype` ([CanonicalABI.md#canonical-abi-options]): the type of
/// pointers and lengths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PtrType {
    /// `'i32'`.
    #[default]
    I32,
    /// `'i64'`.
    I64,
}

impl From<PtrType> for CoreValType {
    fn from(ptr_type: PtrType) -> Self {
        match ptr_type {
            PtrType::I32 => CoreValType::I32,
            PtrType::I64 => CoreValType::I64,
        }
    }
}

/// `ptr_size` ([CanonicalABI.md#canonical-abi-options]), in bytes.
#[must_use]
pub fn ptr_size(ptr_type: PtrType) -> u64 {
    match ptr_type {
        PtrType::I32 => 4,
        PtrType::I64 => 8,
    }
}

/// `CanonicalOptions` ([CanonicalABI.md#canonical-abi-options]), as far as
/// [`flatten_functype`](crate::flattening::flatten_functype) reads them.
///
/// A function without a memory has 32-bit pointers: it uses none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct CanonicalOptions {
    /// The address type of the memory.
    pub ptr_type: PtrType,
    /// Whether `async` is given.
    pub async_: bool,
    /// Whether a `callback` is given.
    pub callback: bool,
}
