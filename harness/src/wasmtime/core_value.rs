//! Core values in and out of Wasmtime.

use super::executor::block_on;
use super::failure::{Untyped, failed, misused, text};
use super::limits::Limits;
use ::wasmtime::{
    AnyRef, AsContext, AsContextMut, Error, ExternRef, HeapType, Rooted, Val, ValType,
};
use component_harness::engine::Reply;
use component_harness::value::{Hierarchy, Reference, Value};

/// An argument for a parameter of type `ty`.
pub(super) fn argument(
    mut store: impl AsContextMut<Data = Limits>,
    value: &Value,
    ty: &ValType,
) -> Result<Val, Reply> {
    let val = match value {
        Value::I32(v) => Val::I32(*v),
        Value::I64(v) => Val::I64(*v),
        Value::F32(bits) => Val::F32(*bits),
        Value::F64(bits) => Val::F64(*bits),
        Value::V128(v) => Val::V128((*v).into()),
        Value::Ref(Reference::Null(Hierarchy::Any)) => Val::AnyRef(None),
        Value::Ref(Reference::Null(Hierarchy::Func)) => Val::FuncRef(None),
        Value::Ref(Reference::Null(Hierarchy::Extern)) => Val::ExternRef(None),
        Value::Ref(Reference::Null(Hierarchy::Exn)) => Val::ExnRef(None),
        Value::Ref(Reference::Extern(Some(n))) => Val::ExternRef(Some(host_value(&mut store, *n)?)),
        Value::Ref(Reference::Host(n)) => {
            let host = host_value(&mut store, *n)?;
            let internalized = AnyRef::convert_extern(&mut store, host)
                .map_err(|error| failed(&mut store, &error, Untyped::Trap))?;
            Val::AnyRef(Some(internalized))
        }
        _ => {
            return Err(misused(format!(
                "{value} is no argument of a core function"
            )));
        }
    };
    match val.matches_ty(&store, ty) {
        Ok(true) => Ok(val),
        Ok(false) => Err(misused(format!("{value} is no {ty}"))),
        Err(error) => Err(failed(&mut store, &error, Untyped::Trap)),
    }
}

/// What a call returned or a global holds.
pub(super) fn result(
    mut store: impl AsContextMut<Data = Limits>,
    value: &Val,
) -> Result<Value, Reply> {
    let reference = match value {
        Val::I32(v) => return Ok(Value::I32(*v)),
        Val::I64(v) => return Ok(Value::I64(*v)),
        Val::F32(bits) => return Ok(Value::F32(*bits)),
        Val::F64(bits) => return Ok(Value::F64(*bits)),
        Val::V128(v) => return Ok(Value::V128(v.as_u128())),
        Val::FuncRef(None) => Ok(Reference::Null(Hierarchy::Func)),
        Val::ExternRef(None) => Ok(Reference::Null(Hierarchy::Extern)),
        Val::AnyRef(None) => Ok(Reference::Null(Hierarchy::Any)),
        Val::ExnRef(None) => Ok(Reference::Null(Hierarchy::Exn)),
        Val::ContRef(None) => Ok(Reference::Null(Hierarchy::Cont)),
        Val::FuncRef(Some(_)) => Ok(Reference::Func),
        Val::ExnRef(Some(_)) => Ok(Reference::Exn),
        Val::ContRef(Some(_)) => Ok(Reference::Cont),
        Val::ExternRef(Some(value)) => host_data(&store, value).map(Reference::Extern),
        Val::AnyRef(Some(value)) => any_reference(&mut store, value),
    };
    reference
        .map(Value::Ref)
        .map_err(|error| Reply::InternalBug {
            message: text(&error),
        })
}

/// Whether values of the type are continuations.
pub(super) fn has_continuation(ty: &ValType) -> bool {
    ty.as_ref().is_some_and(|ty| {
        matches!(
            ty.heap_type(),
            HeapType::Cont | HeapType::NoCont | HeapType::ConcreteCont(_)
        )
    })
}

fn host_value(
    mut store: impl AsContextMut<Data = Limits>,
    value: u32,
) -> Result<Rooted<ExternRef>, Reply> {
    block_on(ExternRef::new_async(&mut store, value))
        .map_err(|error| failed(&mut store, &error, Untyped::Trap))
}

/// `None` for what is not a value of [`host_value`].
fn host_data(store: impl AsContext, value: &Rooted<ExternRef>) -> Result<Option<u32>, Error> {
    let data = value.data(store.as_context())?;
    Ok(data.and_then(|data| data.downcast_ref::<u32>()).copied())
}

fn any_reference(mut store: impl AsContextMut, value: &Rooted<AnyRef>) -> Result<Reference, Error> {
    if value.is_i31(&store)? {
        Ok(Reference::I31)
    } else if value.is_struct(&store)? {
        Ok(Reference::Struct)
    } else if value.is_array(&store)? {
        Ok(Reference::Array)
    } else {
        let value = ExternRef::convert_any(&mut store, *value)?;
        host_data(&store, &value)?
            .map(Reference::Host)
            .ok_or_else(|| Error::msg("a reference of no known kind"))
    }
}
