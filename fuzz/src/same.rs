//! When two values are the same, and what of them is open.

use component_harness::value::Value;

/// Whether all values are the same, in their order.
#[must_use]
pub fn all_same(left: &[Value], right: &[Value]) -> bool {
    left.len() == right.len()
        && left
            .iter()
            .zip(right)
            .all(|(left, right)| same(left, right))
}

/// Whether two values are the same: the bits of a NaN are not a part of it.
fn same(left: &Value, right: &Value) -> bool {
    let payloads = |left: &Option<Box<Value>>, right: &Option<Box<Value>>| match (left, right) {
        (Some(left), Some(right)) => same(left, right),
        (left, right) => left.is_none() && right.is_none(),
    };
    match (left, right) {
        (Value::F32(left), Value::F32(right)) => {
            left == right || f32::from_bits(*left).is_nan() && f32::from_bits(*right).is_nan()
        }
        (Value::F64(left), Value::F64(right)) => {
            left == right || f64::from_bits(*left).is_nan() && f64::from_bits(*right).is_nan()
        }
        (Value::List(left), Value::List(right)) | (Value::Tuple(left), Value::Tuple(right)) => {
            all_same(left, right)
        }
        (Value::Map(left), Value::Map(right)) => {
            let entries = || left.iter().zip(right);
            left.len() == right.len()
                && entries().all(|(left, right)| same(&left.0, &right.0) && same(&left.1, &right.1))
        }
        (Value::Record(left), Value::Record(right)) => {
            let fields = || left.iter().zip(right);
            left.len() == right.len()
                && fields().all(|(left, right)| left.0 == right.0 && same(&left.1, &right.1))
        }
        (Value::Variant(left_case, left), Value::Variant(right_case, right)) => {
            left_case == right_case && payloads(left, right)
        }
        (Value::Option(left), Value::Option(right))
        | (Value::Result(Ok(left)), Value::Result(Ok(right)))
        | (Value::Result(Err(left)), Value::Result(Err(right))) => payloads(left, right),
        _ => left == right,
    }
}

/// Whether there is a NaN in a value.
#[must_use]
pub fn has_nan(value: &Value) -> bool {
    let payload = |payload: &Option<Box<Value>>| payload.as_deref().is_some_and(has_nan);
    match value {
        Value::F32(bits) => f32::from_bits(*bits).is_nan(),
        Value::F64(bits) => f64::from_bits(*bits).is_nan(),
        Value::List(items) | Value::Tuple(items) => items.iter().any(has_nan),
        Value::Map(entries) => entries.iter().any(|(_, value)| has_nan(value)),
        Value::Record(fields) => fields.iter().any(|(_, value)| has_nan(value)),
        Value::Variant(_, held) | Value::Option(held) | Value::Result(Ok(held) | Err(held)) => {
            payload(held)
        }
        _ => false,
    }
}
