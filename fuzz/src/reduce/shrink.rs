//! Smaller types, with a value of each.

use crate::case::types::Type;
use component_harness::value::Value;

/// Types and values that are smaller by one step, those that lose most first.
pub(super) fn smaller(ty: &Type, value: &Value) -> Vec<(Type, Value)> {
    let mut all = parts(ty, value);
    match (ty, value) {
        (Type::Record(fields), Value::Record(values)) => {
            for (kept, kept_values) in subsets(fields, values) {
                all.push((Type::Record(kept), Value::Record(kept_values)));
            }
            for i in 0..fields.len() {
                for (ty, value) in smaller(&fields[i].1, &values[i].1) {
                    let (mut fields, mut values) = (fields.clone(), values.clone());
                    fields[i].1 = ty;
                    values[i].1 = value;
                    all.push((Type::Record(fields), Value::Record(values)));
                }
            }
        }
        (Type::Tuple(items), Value::Tuple(values)) => {
            for (kept, kept_values) in subsets(items, values) {
                all.push((Type::Tuple(kept), Value::Tuple(kept_values)));
            }
            for i in 0..items.len() {
                for (ty, value) in smaller(&items[i], &values[i]) {
                    let (mut items, mut values) = (items.clone(), values.clone());
                    items[i] = ty;
                    values[i] = value;
                    all.push((Type::Tuple(items), Value::Tuple(values)));
                }
            }
        }
        (Type::List(element), Value::List(values)) => {
            all.extend(
                fewer(values)
                    .into_iter()
                    .map(|values| (ty.clone(), Value::List(values))),
            );
            if let [value] = values.as_slice() {
                let within = smaller(element, value).into_iter();
                all.extend(
                    within.map(|(ty, value)| (Type::List(Box::new(ty)), Value::List(vec![value]))),
                );
            }
        }
        (Type::FixedList(element, length), Value::List(values)) if *length > 1 => {
            for length in [1, length / 2] {
                let values = values[..length].to_vec();
                all.push((
                    Type::FixedList(element.clone(), length),
                    Value::List(values),
                ));
            }
        }
        (Type::FixedList(element, _), Value::List(values)) => {
            if let [value] = values.as_slice() {
                all.extend(smaller(element, value).into_iter().map(|(ty, value)| {
                    (Type::FixedList(Box::new(ty), 1), Value::List(vec![value]))
                }));
            }
        }
        (Type::Map(..), Value::Map(entries)) => all.extend(
            fewer(entries)
                .into_iter()
                .map(|entries| (ty.clone(), Value::Map(entries))),
        ),
        (Type::Variant(cases), Value::Variant(name, payload)) => {
            variant(cases, name, payload.as_deref(), &mut all);
        }
        (Type::Enum(cases), Value::Enum(name)) => {
            let own = cases.iter().position(|case| case == name).unwrap_or(0);
            for count in [own + 1, cases.len() / 2] {
                if own < count && count < cases.len() {
                    all.push((Type::Enum(cases[..count].to_vec()), value.clone()));
                }
            }
        }
        (Type::Option(of), Value::Option(Some(value))) => {
            let within = smaller(of, value).into_iter();
            all.extend(within.map(|(ty, value)| {
                (
                    Type::Option(Box::new(ty)),
                    Value::Option(Some(Box::new(value))),
                )
            }));
        }
        (Type::String, Value::String(text)) => {
            let chars: Vec<char> = text.chars().collect();
            all.extend(fewer(&chars).into_iter().map(|chars| {
                let text = chars.into_iter().collect();
                (Type::String, Value::String(text))
            }));
        }
        _ => {}
    }
    all
}

/// The parts of a value that stand for themselves.
fn parts(ty: &Type, value: &Value) -> Vec<(Type, Value)> {
    let one = |ty: &Type, value: &Value| (ty.clone(), value.clone());
    match (ty, value) {
        (Type::Record(fields), Value::Record(values)) => {
            let pairs = fields.iter().zip(values);
            pairs.map(|((_, ty), (_, value))| one(ty, value)).collect()
        }
        (Type::Tuple(items), Value::Tuple(values)) => {
            let pairs = items.iter().zip(values);
            pairs.map(|(ty, value)| one(ty, value)).collect()
        }
        (Type::List(element) | Type::FixedList(element, _), Value::List(values)) => {
            values.iter().map(|value| one(element, value)).collect()
        }
        (Type::Map(_, of), Value::Map(entries)) => {
            entries.iter().map(|(_, value)| one(of, value)).collect()
        }
        (Type::Variant(cases), Value::Variant(name, Some(value))) => cases
            .iter()
            .filter(|(case, _)| case == name)
            .filter_map(|(_, ty)| Some(one(ty.as_ref()?, value)))
            .collect(),
        (Type::Option(ty), Value::Option(Some(value)))
        | (Type::Result(Some(ty), _), Value::Result(Ok(Some(value))))
        | (Type::Result(_, Some(ty)), Value::Result(Err(Some(value)))) => vec![one(ty, value)],
        _ => Vec::new(),
    }
}

fn variant(
    cases: &[(String, Option<Type>)],
    name: &str,
    payload: Option<&Value>,
    all: &mut Vec<(Type, Value)>,
) {
    let own = cases.iter().position(|(case, _)| case == name).unwrap_or(0);
    let value = || Value::Variant(name.to_owned(), payload.cloned().map(Box::new));
    for count in [own + 1, cases.len() / 2] {
        if own < count && count < cases.len() {
            all.push((Type::Variant(cases[..count].to_vec()), value()));
        }
    }
    for i in 0..cases.len() {
        let mut changed = cases.to_vec();
        if i != own && changed[i].1.take().is_some() {
            all.push((Type::Variant(changed), value()));
        }
    }
    if let (Some(ty), Some(payload)) = (&cases[own].1, payload) {
        for (ty, payload) in smaller(ty, payload) {
            let mut changed = cases.to_vec();
            changed[own].1 = Some(ty);
            let value = Value::Variant(name.to_owned(), Some(Box::new(payload)));
            all.push((Type::Variant(changed), value));
        }
    }
}

/// Half of the items, the other half, and all but one.
fn fewer<T: Clone>(items: &[T]) -> Vec<Vec<T>> {
    let half = items.len() / 2;
    let mut all = Vec::new();
    if half > 0 {
        all.push(items[..half].to_vec());
        all.push(items[half..].to_vec());
    }
    if (1..=8).contains(&items.len()) {
        for i in 0..items.len() {
            let mut fewer = items.to_vec();
            fewer.remove(i);
            all.push(fewer);
        }
    }
    all
}

/// As [`fewer`], of two things at once, and never none.
fn subsets<A: Clone, B: Clone>(left: &[A], right: &[B]) -> Vec<(Vec<A>, Vec<B>)> {
    let pairs: Vec<(A, B)> = left.iter().cloned().zip(right.iter().cloned()).collect();
    fewer(&pairs)
        .into_iter()
        .filter(|pairs| !pairs.is_empty())
        .map(|pairs| pairs.into_iter().unzip())
        .collect()
}
