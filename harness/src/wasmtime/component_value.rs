//! Component values in and out of Wasmtime.

use ::wasmtime::component::types::Field;
use ::wasmtime::component::{Type, Val};
use component_harness::value::{Handle, Value};

/// An argument of type `ty`, or `None` where the value has another type.
pub(super) fn argument(value: &Value, ty: &Type) -> Option<Val> {
    Some(match (ty, value) {
        (Type::Bool, Value::Bool(v)) => Val::Bool(*v),
        (Type::U8, Value::U8(v)) => Val::U8(*v),
        (Type::S8, Value::S8(v)) => Val::S8(*v),
        (Type::U16, Value::U16(v)) => Val::U16(*v),
        (Type::S16, Value::S16(v)) => Val::S16(*v),
        (Type::U32, Value::U32(v)) => Val::U32(*v),
        (Type::S32, Value::S32(v)) => Val::S32(*v),
        (Type::U64, Value::U64(v)) => Val::U64(*v),
        (Type::S64, Value::S64(v)) => Val::S64(*v),
        (Type::Float32, Value::F32(bits)) => Val::Float32(f32::from_bits(*bits)),
        (Type::Float64, Value::F64(bits)) => Val::Float64(f64::from_bits(*bits)),
        (Type::Char, Value::Char(v)) => Val::Char(*v),
        (Type::String, Value::String(v)) => Val::String(v.clone()),
        (Type::List(ty), Value::List(items)) => Val::List(each(items, &ty.ty())?),
        (Type::FixedLengthList(ty), Value::List(items)) if items.len() == ty.len() as usize => {
            Val::FixedLengthList(each(items, &ty.ty())?)
        }
        (Type::Map(ty), Value::Map(entries)) => {
            let (key_ty, value_ty) = (ty.key(), ty.value());
            let entry = |(key, value): &(Value, Value)| {
                Some((argument(key, &key_ty)?, argument(value, &value_ty)?))
            };
            Val::Map(entries.iter().map(entry).collect::<Option<_>>()?)
        }
        (Type::Record(ty), Value::Record(fields)) if ty.fields().len() == fields.len() => {
            let field = |(ty, (name, value)): (Field<'_>, &(String, Value))| {
                let value = argument(value, &ty.ty)?;
                (ty.name == name).then(|| (name.clone(), value))
            };
            Val::Record(ty.fields().zip(fields).map(field).collect::<Option<_>>()?)
        }
        (Type::Tuple(ty), Value::Tuple(items)) if ty.types().len() == items.len() => {
            let items = items
                .iter()
                .zip(ty.types())
                .map(|(item, ty)| argument(item, &ty));
            Val::Tuple(items.collect::<Option<_>>()?)
        }
        (Type::Variant(ty), Value::Variant(name, value)) => {
            let case = ty.cases().find(|case| case.name == name)?;
            Val::Variant(name.clone(), payload(value.as_deref(), case.ty.as_ref())?)
        }
        (Type::Enum(ty), Value::Enum(name)) => {
            ty.names().find(|known| known == name)?;
            Val::Enum(name.clone())
        }
        (Type::Option(_), Value::Option(None)) => Val::Option(None),
        (Type::Option(ty), Value::Option(value)) => {
            Val::Option(payload(value.as_deref(), Some(&ty.ty()))?)
        }
        (Type::Result(ty), Value::Result(Ok(value))) => {
            Val::Result(Ok(payload(value.as_deref(), ty.ok().as_ref())?))
        }
        (Type::Result(ty), Value::Result(Err(value))) => {
            Val::Result(Err(payload(value.as_deref(), ty.err().as_ref())?))
        }
        (Type::Flags(ty), Value::Flags(labels)) => {
            let known = |label: &String| ty.names().any(|name| name == label);
            labels
                .iter()
                .all(known)
                .then(|| Val::Flags(labels.clone()))?
        }
        _ => return None,
    })
}

/// What a call returned.
pub(super) fn result(value: Val) -> Value {
    match value {
        Val::Bool(v) => Value::Bool(v),
        Val::U8(v) => Value::U8(v),
        Val::S8(v) => Value::S8(v),
        Val::U16(v) => Value::U16(v),
        Val::S16(v) => Value::S16(v),
        Val::U32(v) => Value::U32(v),
        Val::S32(v) => Value::S32(v),
        Val::U64(v) => Value::U64(v),
        Val::S64(v) => Value::S64(v),
        Val::Float32(v) => Value::F32(v.to_bits()),
        Val::Float64(v) => Value::F64(v.to_bits()),
        Val::Char(v) => Value::Char(v),
        Val::String(v) => Value::String(v),
        Val::List(items) | Val::FixedLengthList(items) => {
            Value::List(items.into_iter().map(result).collect())
        }
        Val::Map(entries) => {
            let entry = |(key, value)| (result(key), result(value));
            Value::Map(entries.into_iter().map(entry).collect())
        }
        Val::Record(fields) => Value::Record(
            fields
                .into_iter()
                .map(|(name, value)| (name, result(value)))
                .collect(),
        ),
        Val::Tuple(items) => Value::Tuple(items.into_iter().map(result).collect()),
        Val::Variant(case, value) => Value::Variant(case, boxed(value)),
        Val::Enum(case) => Value::Enum(case),
        Val::Option(value) => Value::Option(boxed(value)),
        Val::Result(Ok(value)) => Value::Result(Ok(boxed(value))),
        Val::Result(Err(value)) => Value::Result(Err(boxed(value))),
        Val::Flags(labels) => Value::Flags(labels),
        Val::Resource(_) => Value::Handle(Handle::Resource),
        Val::Future(_) => Value::Handle(Handle::Future),
        Val::Stream(_) => Value::Handle(Handle::Stream),
        Val::ErrorContext(_) => Value::Handle(Handle::ErrorContext),
    }
}

fn each(items: &[Value], ty: &Type) -> Option<Vec<Val>> {
    items.iter().map(|item| argument(item, ty)).collect()
}

/// The payload of a case; there must be one exactly where the case has a type.
fn payload(value: Option<&Value>, ty: Option<&Type>) -> Option<Option<Box<Val>>> {
    match (value, ty) {
        (None, None) => Some(None),
        (Some(value), Some(ty)) => Some(Some(Box::new(argument(value, ty)?))),
        _ => None,
    }
}

fn boxed(value: Option<Box<Val>>) -> Option<Box<Value>> {
    value.map(|value| Box::new(result(*value)))
}
