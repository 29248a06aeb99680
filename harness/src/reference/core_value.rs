//! Core values in and out of the reference.

use crate::value::{Hierarchy, Reference, Value};
use component_reference::core::types::AbstractHeapType;
use component_reference::core::{self, Store, ValType};

/// The slot of an argument for a parameter of type `ty`, or `None` where the value
/// has another type. Within a hierarchy of references the runner has checked it.
pub(super) fn argument(store: &Store, value: &Value, ty: ValType) -> Option<u64> {
    let value = match (value, ty) {
        (Value::I32(v), ValType::I32) => core::Value::I32(v.cast_unsigned()),
        (Value::I64(v), ValType::I64) => core::Value::I64(v.cast_unsigned()),
        (Value::F32(bits), ValType::F32) => core::Value::F32(*bits),
        (Value::F64(bits), ValType::F64) => core::Value::F64(*bits),
        (Value::Ref(reference), ValType::Ref(_)) => {
            core::Value::Ref(argument_reference(store, *reference, ty)?)
        }
        _ => return None,
    };
    Some(value.slot())
}

/// What a call returned or a global holds.
pub(super) fn result(value: core::Value) -> Value {
    let reference = match value {
        core::Value::I32(v) => return Value::I32(v.cast_signed()),
        core::Value::I64(v) => return Value::I64(v.cast_signed()),
        core::Value::F32(bits) => return Value::F32(bits),
        core::Value::F64(bits) => return Value::F64(bits),
        core::Value::Ref(reference) => reference,
    };
    Value::Ref(match reference {
        core::Reference::Null(top) => Reference::Null(match top {
            AbstractHeapType::Func => Hierarchy::Func,
            AbstractHeapType::Extern => Hierarchy::Extern,
            AbstractHeapType::Exn => Hierarchy::Exn,
            _ => Hierarchy::Any,
        }),
        core::Reference::Func(_) => Reference::Func,
        core::Reference::Extern(n) => Reference::Extern(Some(n)),
        core::Reference::Externalized(_) => Reference::Extern(None),
        core::Reference::Host(n) => Reference::Host(n),
        core::Reference::I31(_) => Reference::I31,
        core::Reference::Struct(_) => Reference::Struct,
        core::Reference::Array(_) => Reference::Array,
        core::Reference::Exn(_) => Reference::Exn,
    })
}

fn argument_reference(store: &Store, given: Reference, ty: ValType) -> Option<core::Reference> {
    // The null of every hierarchy has the same slot.
    let null = core::Reference::Null(AbstractHeapType::Any);
    let null_of_type = result(store.value(ty, core::Value::Ref(null).slot()));
    let Value::Ref(Reference::Null(hierarchy)) = null_of_type else {
        return None;
    };
    match given {
        Reference::Null(given) => (given == hierarchy).then_some(null),
        Reference::Extern(n) if hierarchy == Hierarchy::Extern => n.map(core::Reference::Extern),
        Reference::Host(n) if hierarchy == Hierarchy::Any => Some(core::Reference::Host(n)),
        _ => None,
    }
}
