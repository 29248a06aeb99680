//! The options of a lifted or lowered function.

use crate::core::{FuncAddr, MemAddr};
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

/// `MemInst` ([CanonicalABI.md#canonical-abi-options]): the bytes are the core
/// store's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MemInst {
    /// Where the bytes are.
    pub addr: MemAddr,
    /// The type of addresses.
    pub addrtype: PtrType,
}

/// The `string_encoding` of [`LiftOptions`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum StringEncoding {
    /// `'utf8'`.
    #[default]
    Utf8,
    /// `'utf16'`.
    Utf16,
    /// `'latin1+utf16'`.
    Latin1Utf16,
}

/// `LiftOptions` ([CanonicalABI.md#canonical-abi-options]).
///
/// `LiftOptions.equal` is `==`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct LiftOptions {
    /// The encoding of strings in memory.
    pub string_encoding: StringEncoding,
    /// The memory that pointers point into.
    pub memory: Option<MemInst>,
}

impl LiftOptions {
    /// `MemInst.ptr_type`. A function without a memory has 32-bit pointers: it
    /// uses none.
    #[must_use]
    pub fn ptr_type(&self) -> PtrType {
        self.memory.map_or(PtrType::I32, |memory| memory.addrtype)
    }
}

/// `LiftLowerOptions` ([CanonicalABI.md#canonical-abi-options]).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct LiftLowerOptions {
    /// The options that lifting needs.
    pub lift: LiftOptions,
    /// The guest's allocator.
    pub realloc: Option<FuncAddr>,
}

/// `CanonicalOptions` ([CanonicalABI.md#canonical-abi-options]).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct CanonicalOptions {
    /// The options that lifting and lowering need.
    pub lift_lower: LiftLowerOptions,
    /// What is called with the flat results once they are lifted.
    pub post_return: Option<FuncAddr>,
    /// Whether `async` is given.
    pub async_: bool,
    /// What is called with each event.
    pub callback: Option<FuncAddr>,
}

impl CanonicalOptions {
    /// [`LiftOptions::ptr_type`].
    #[must_use]
    pub fn ptr_type(&self) -> PtrType {
        self.lift_lower.lift.ptr_type()
    }
}
