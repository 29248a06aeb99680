//! Component values in and out of the reference, whose values are despecialized:
//! labels come from the type.

use crate::value::{Handle, Value};
use component_reference::types::{Label, PrimValType, ValType};
use component_reference::value::Value as Lifted;

/// An argument of type `t`, or `None` where the value has another type.
pub(super) fn argument(value: &Value, t: &ValType) -> Option<Lifted> {
    use PrimValType as P;
    Some(match (t, value) {
        (ValType::Prim(P::Bool), Value::Bool(v)) => Lifted::Bool(*v),
        (ValType::Prim(P::U8), Value::U8(v)) => Lifted::U8(*v),
        (ValType::Prim(P::S8), Value::S8(v)) => Lifted::S8(*v),
        (ValType::Prim(P::U16), Value::U16(v)) => Lifted::U16(*v),
        (ValType::Prim(P::S16), Value::S16(v)) => Lifted::S16(*v),
        (ValType::Prim(P::U32), Value::U32(v)) => Lifted::U32(*v),
        (ValType::Prim(P::S32), Value::S32(v)) => Lifted::S32(*v),
        (ValType::Prim(P::U64), Value::U64(v)) => Lifted::U64(*v),
        (ValType::Prim(P::S64), Value::S64(v)) => Lifted::S64(*v),
        (ValType::Prim(P::F32), Value::F32(bits)) => Lifted::F32(f32::from_bits(*bits)),
        (ValType::Prim(P::F64), Value::F64(bits)) => Lifted::F64(f64::from_bits(*bits)),
        (ValType::Prim(P::Char), Value::Char(v)) => Lifted::Char(*v),
        (ValType::Prim(P::String), Value::String(v)) => Lifted::String(v.as_str().into()),
        (ValType::List(t, length), Value::List(items)) => {
            let fits = length.is_none_or(|length| length as usize == items.len());
            fits.then(|| list(items, t))??
        }
        (ValType::Map(k, v), Value::Map(entries)) => {
            let entry = |(key, value): &(Value, Value)| {
                Some(Lifted::Record(vec![argument(key, k)?, argument(value, v)?]))
            };
            Lifted::List(entries.iter().map(entry).collect::<Option<_>>()?)
        }
        (ValType::Record(types), Value::Record(fields)) if types.len() == fields.len() => {
            let fields = fields.iter().zip(types.iter());
            let field = fields.map(|((name, value), f)| {
                let value = argument(value, &f.t)?;
                (*f.label == **name).then_some(value)
            });
            Lifted::Record(field.collect::<Option<_>>()?)
        }
        (ValType::Tuple(ts), Value::Tuple(items)) if ts.len() == items.len() => {
            let items = items.iter().zip(ts.iter());
            Lifted::Record(
                items
                    .map(|(item, t)| argument(item, t))
                    .collect::<Option<_>>()?,
            )
        }
        (ValType::Variant(cases), Value::Variant(label, value)) => {
            let case = cases.iter().position(|case| *case.label == **label)?;
            variant(case, value.as_deref(), cases[case].t.as_ref())?
        }
        (ValType::Enum(labels), Value::Enum(label)) => {
            variant(position(labels, label)?, None, None)?
        }
        (ValType::Option(_), Value::Option(None)) => variant(0, None, None)?,
        (ValType::Option(t), Value::Option(value)) => variant(1, value.as_deref(), Some(t))?,
        (ValType::Result(ok, _), Value::Result(Ok(value))) => {
            variant(0, value.as_deref(), ok.as_deref())?
        }
        (ValType::Result(_, error), Value::Result(Err(value))) => {
            variant(1, value.as_deref(), error.as_deref())?
        }
        (ValType::Flags(labels), Value::Flags(set)) => {
            let bits = set.iter().map(|label| Some(1 << position(labels, label)?));
            Lifted::Flags(bits.sum::<Option<u32>>()?)
        }
        _ => return None,
    })
}

/// What a call returned, which is of type `t`.
pub(super) fn result(value: &Lifted, t: &ValType) -> Value {
    match (value, t) {
        (Lifted::Bool(v), _) => Value::Bool(*v),
        (Lifted::U8(v), _) => Value::U8(*v),
        (Lifted::S8(v), _) => Value::S8(*v),
        (Lifted::U16(v), _) => Value::U16(*v),
        (Lifted::S16(v), _) => Value::S16(*v),
        (Lifted::U32(v), _) => Value::U32(*v),
        (Lifted::S32(v), _) => Value::S32(*v),
        (Lifted::U64(v), _) => Value::U64(*v),
        (Lifted::S64(v), _) => Value::S64(*v),
        (Lifted::F32(v), _) => Value::F32(v.to_bits()),
        (Lifted::F64(v), _) => Value::F64(v.to_bits()),
        (Lifted::Char(v), _) => Value::Char(*v),
        (Lifted::String(v), _) => Value::String(v.as_str().to_owned()),
        (Lifted::Bytes(bytes), _) => Value::List(bytes.iter().copied().map(Value::U8).collect()),
        (Lifted::List(items), ValType::Map(k, v)) => {
            let entries = items.iter().filter_map(|entry| match entry {
                Lifted::Record(fields) => {
                    Some((result(fields.first()?, k), result(fields.get(1)?, v)))
                }
                _ => None,
            });
            Value::Map(entries.collect())
        }
        (Lifted::List(items), ValType::List(t, _)) => {
            Value::List(items.iter().map(|item| result(item, t)).collect())
        }
        (Lifted::Record(fields), ValType::Record(types)) => {
            let fields = fields.iter().zip(types.iter());
            let field = fields.map(|(value, f)| (f.label.to_string(), result(value, &f.t)));
            Value::Record(field.collect())
        }
        (Lifted::Record(fields), ValType::Tuple(ts)) => {
            let fields = fields.iter().zip(ts.iter());
            Value::Tuple(fields.map(|(value, t)| result(value, t)).collect())
        }
        (Lifted::Variant(i, value), ValType::Variant(cases)) => {
            let case = &cases[*i as usize];
            Value::Variant(
                case.label.to_string(),
                payload(value.as_deref(), case.t.as_ref()),
            )
        }
        (Lifted::Variant(i, _), ValType::Enum(labels)) => {
            Value::Enum(labels[*i as usize].to_string())
        }
        (Lifted::Variant(_, value), ValType::Option(t)) => {
            Value::Option(payload(value.as_deref(), Some(t)))
        }
        (Lifted::Variant(0, value), ValType::Result(ok, _)) => {
            Value::Result(Ok(payload(value.as_deref(), ok.as_deref())))
        }
        (Lifted::Variant(_, value), ValType::Result(_, error)) => {
            Value::Result(Err(payload(value.as_deref(), error.as_deref())))
        }
        (Lifted::Flags(bits), ValType::Flags(labels)) => {
            let set = labels
                .iter()
                .enumerate()
                .filter(|(i, _)| bits >> i & 1 == 1);
            Value::Flags(set.map(|(_, label)| label.to_string()).collect())
        }
        (Lifted::Stream(_), _) => Value::Handle(Handle::Stream),
        (Lifted::Future(_), _) => Value::Handle(Handle::Future),
        (Lifted::ErrorContext(_), _) => Value::Handle(Handle::ErrorContext),
        // The runtime gives values of the type.
        (
            Lifted::Own(_)
            | Lifted::Borrow(_)
            | Lifted::List(_)
            | Lifted::Record(_)
            | Lifted::Variant(..)
            | Lifted::Flags(_),
            _,
        ) => Value::Handle(Handle::Resource),
    }
}

fn list(items: &[Value], t: &ValType) -> Option<Lifted> {
    if *t != ValType::Prim(PrimValType::U8) {
        let items = items.iter().map(|item| argument(item, t));
        return Some(Lifted::List(items.collect::<Option<_>>()?));
    }
    let byte = |item: &Value| match item {
        Value::U8(byte) => Some(*byte),
        _ => None,
    };
    Some(Lifted::Bytes(
        items.iter().map(byte).collect::<Option<_>>()?,
    ))
}

/// There must be a payload exactly where the case has a type.
fn variant(case: usize, value: Option<&Value>, t: Option<&ValType>) -> Option<Lifted> {
    let payload = match (value, t) {
        (None, None) => None,
        (Some(value), Some(t)) => Some(Box::new(argument(value, t)?)),
        _ => return None,
    };
    Some(Lifted::Variant(u32::try_from(case).ok()?, payload))
}

fn payload(value: Option<&Lifted>, t: Option<&ValType>) -> Option<Box<Value>> {
    value.zip(t).map(|(value, t)| Box::new(result(value, t)))
}

fn position(labels: &[Label], label: &str) -> Option<usize> {
    labels.iter().position(|known| **known == *label)
}
