//! Values (core spec, chapter Execution, section Values), and the slots of 64 bits
//! that hold them.
//!
//! `i32` and `f32` fill the lower half of a slot; the upper one is zero. Null is
//! zero; any other reference has what it refers to in the lowest three bits and the
//! address above them. `any.convert_extern` and `extern.convert_any` leave a slot as
//! it is.

use super::store::{ExnAddr, FuncAddr, ObjectAddr, Store};
use super::types::{AbstractHeapType, HeapType, TypeUse, ValType};

/// A value, as an embedder sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// `i32`
    I32(u32),
    /// `i64`
    I64(u64),
    /// `f32`, as bits.
    F32(u32),
    /// `f64`, as bits.
    F64(u64),
    /// A reference.
    Ref(Reference),
}

impl Value {
    /// The slot that holds it.
    #[must_use]
    pub fn slot(self) -> u64 {
        match self {
            Value::I32(v) | Value::F32(v) => v.into(),
            Value::I64(v) | Value::F64(v) => v,
            Value::Ref(v) => v.slot(),
        }
    }
}

/// A reference, as an embedder sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reference {
    /// Null, of a hierarchy of heap types: `any`, `func`, `extern` or `exn`.
    Null(AbstractHeapType),
    /// A function.
    Func(FuncAddr),
    /// A value of the embedder's, in the `extern` hierarchy.
    Extern(u32),
    /// The same, in the `any` hierarchy.
    Host(u32),
    /// A reference to what is the guest's, in the `extern` hierarchy: the slot.
    Externalized(u64),
    /// An unboxed scalar of 31 bits.
    I31(u32),
    /// A structure.
    Struct(ObjectAddr),
    /// An array.
    Array(ObjectAddr),
    /// An exception.
    Exn(ExnAddr),
}

impl Reference {
    fn slot(self) -> u64 {
        let address = match self {
            Reference::Null(_) => Address::Null,
            Reference::Func(func) => Address::Func(func),
            Reference::Extern(host) | Reference::Host(host) => Address::Host(host),
            Reference::Externalized(slot) => return slot,
            Reference::I31(scalar) => Address::I31(scalar),
            Reference::Struct(object) | Reference::Array(object) => Address::Object(object),
            Reference::Exn(exn) => Address::Exn(exn),
        };
        address.into_slot()
    }
}

impl Store {
    /// The value of type `ty` that `slot` holds.
    #[must_use]
    pub fn value(&self, ty: ValType, slot: u64) -> Value {
        match ty {
            ValType::I32 => Value::I32(slot as u32),
            ValType::I64 => Value::I64(slot),
            ValType::F32 => Value::F32(slot as u32),
            ValType::F64 => Value::F64(slot),
            ValType::Ref(ty) => Value::Ref(self.reference(ty.heap, slot)),
        }
    }

    fn reference(&self, heap: HeapType, slot: u64) -> Reference {
        let top = match heap {
            HeapType::Abstract(heap) => heap.top(),
            HeapType::Use(TypeUse::Defined(ty)) => self.types.kind(ty).top(),
            HeapType::Use(_) => AbstractHeapType::Any,
        };
        let is_extern = top == AbstractHeapType::Extern;
        match Address::from_slot(slot) {
            Address::Null => Reference::Null(top),
            Address::Func(func) => Reference::Func(func),
            Address::Exn(exn) => Reference::Exn(exn),
            Address::Host(host) if is_extern => Reference::Extern(host),
            Address::Host(host) => Reference::Host(host),
            Address::I31(_) | Address::Object(_) if is_extern => Reference::Externalized(slot),
            Address::I31(scalar) => Reference::I31(scalar),
            Address::Object(object) => match self.types.kind(self.object(object).ty) {
                AbstractHeapType::Struct => Reference::Struct(object),
                _ => Reference::Array(object),
            },
        }
    }
}

/// What a slot can hold.
pub(crate) trait Slot {
    fn from_slot(slot: u64) -> Self;
    fn into_slot(self) -> u64;
}

/// `addrref`, or null: a reference as instructions see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    Null,
    Func(FuncAddr),
    Host(u32),
    I31(u32),
    Object(ObjectAddr),
    Exn(ExnAddr),
}

impl Slot for Address {
    fn from_slot(slot: u64) -> Self {
        let address = (slot >> 3) as u32;
        match slot & 7 {
            1 => Address::Func(FuncAddr(address)),
            2 => Address::Host(address),
            3 => Address::I31(address),
            4 => Address::Object(ObjectAddr(address)),
            5 => Address::Exn(ExnAddr(address)),
            _ => Address::Null,
        }
    }

    fn into_slot(self) -> u64 {
        let (kind, address) = match self {
            Address::Null => (0, 0),
            Address::Func(FuncAddr(address)) => (1, address),
            Address::Host(address) => (2, address),
            Address::I31(scalar) => (3, scalar & 0x7fff_ffff),
            Address::Object(ObjectAddr(address)) => (4, address),
            Address::Exn(ExnAddr(address)) => (5, address),
        };
        u64::from(address) << 3 | kind
    }
}

macro_rules! slots {
    ($($ty:ty: $slot:ident => $from:expr, $value:ident => $into:expr;)*) => {
        $(impl Slot for $ty {
            #[inline]
            fn from_slot($slot: u64) -> Self {
                $from
            }

            #[inline]
            fn into_slot(self) -> u64 {
                let $value = self;
                $into
            }
        })*
    };
}

// Floats come into being only as operands and results of arithmetic. Of the NaNs
// that the spec allows as a result theirs is always the same, the positive
// canonical one, on every machine.
slots! {
    u64: slot => slot, v => v;
    i64: slot => slot.cast_signed(), v => v.cast_unsigned();
    u32: slot => slot as u32, v => v.into();
    i32: slot => slot as i32, v => v.cast_unsigned().into();
    bool: slot => slot as u32 != 0, v => v.into();
    f32: slot => f32::from_bits(slot as u32),
        v => if v.is_nan() { 0x7fc0_0000 } else { v.to_bits().into() };
    f64: slot => f64::from_bits(slot),
        v => if v.is_nan() { 0x7ff8_0000_0000_0000 } else { v.to_bits() };
}
