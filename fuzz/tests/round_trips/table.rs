//! The types whose values make the round trips.

use component_fuzz::case::types::Type::{
    self, Bool, Char, F32, F64, S8, S16, S32, S64, String as Text, U8, U16, U32, U64,
};
use component_fuzz::case::types::{
    cases, fixed_list, flags, list, map, option, record, result, tuple, variant,
};
use std::iter::{repeat_n, successors};

/// Each type once.
pub(crate) fn types() -> Vec<Type> {
    let scalars = scalars();
    let mut types = scalars.to_vec();
    types.extend(scalars.iter().cloned().map(list));
    // No result of two values is passed without memory.
    types.extend(scalars.iter().map(|ty| tuple([ty.clone(), ty.clone()])));
    types.extend(scalars.into_iter().map(option));
    types.extend(lists());
    types.extend(products());
    types.extend(sums());
    types.extend(nested());
    types
}

fn scalars() -> [Type; 13] {
    [
        Bool, U8, S8, U16, S16, U32, S32, U64, S64, F32, F64, Char, Text,
    ]
}

fn lists() -> Vec<Type> {
    vec![
        list(list(U8)),
        list(list(Text)),
        list(list(U64)),
        list(option(U8)),
        list(option(Text)),
        list(tuple([U8, U64])),
        list(record([U16, U8])),
        list(result(None, Some(Text))),
        list(variant([None, Some(U8), Some(F64)])),
        list(cases(257)),
        list(flags(9)),
        list(fixed_list(U16, 3)),
        list(map(U8, Text)),
        fixed_list(U8, 1),
        fixed_list(U8, 3),
        fixed_list(U16, 17),
        fixed_list(F32, 16),
        fixed_list(Text, 2),
        fixed_list(Text, 9),
        fixed_list(tuple([U8, U16]), 3),
        fixed_list(fixed_list(U8, 3), 2),
        fixed_list(option(U64), 2),
        map(Text, U32),
        map(U8, Text),
        map(Bool, F32),
        map(Char, list(U8)),
        map(U64, option(U8)),
        map(S16, map(U8, Text)),
    ]
}

fn products() -> Vec<Type> {
    vec![
        record([U8]),
        record([F64]),
        record([Text]),
        record([U8, U16, U32, U64]),
        record([U64, U32, U16, U8]),
        record([Bool, F64, Char, F32, S8]),
        record([Text, U8, list(Text)]),
        record([record([U8, U32]), record([U8])]),
        // The last that are passed without memory, and the first that are not.
        record(repeat_n(U8, 16)),
        record(repeat_n(U8, 17)),
        record(repeat_n(Text, 8)),
        record(repeat_n(Text, 8).chain([F32])),
        tuple([U8]),
        tuple([U8, Text, F32]),
        tuple(scalars()),
        tuple([tuple([U8, U64]), U8]),
        tuple([flags(17), flags(9), flags(1)]),
        flags(1),
        flags(2),
        flags(7),
        flags(8),
        flags(9),
        flags(15),
        flags(16),
        flags(17),
        flags(31),
        flags(32),
    ]
}

fn sums() -> Vec<Type> {
    let last = |count, payload| variant(repeat_n(None, count).chain([Some(payload)]));
    let joined = |payloads: &[Type]| variant(payloads.iter().cloned().map(Some));
    vec![
        cases(1),
        cases(2),
        cases(255),
        cases(256),
        cases(257),
        variant([None]),
        variant([None, None, None]),
        joined(&[U8]),
        joined(&[Text]),
        last(1, U64),
        // The last case whose discriminant is one byte, and the first one of two.
        last(255, U8),
        last(256, U8),
        // Pairs of core types in one place: each of them, and all four.
        joined(&[U32, F32]),
        joined(&[F32, S32]),
        joined(&[U64, F64]),
        joined(&[U32, U64]),
        joined(&[U32, F64]),
        joined(&[F32, U64]),
        joined(&[F32, F64]),
        joined(&[S32, S64, F32, F64]),
        joined(&[Text, F32]),
        joined(&[Text, U64]),
        joined(&[list(U8), tuple([F64, F32]), Text]),
        joined(&[tuple([F32, U8]), tuple([U64, F32]), tuple([U8, U8, U8])]),
        variant([None, Some(joined(&[U32, F32])), Some(U64)]),
        joined(&[joined(&[F32, F64]), joined(&[U32, F32])]),
        joined(&[tuple(repeat_n(U8, 15))]),
        joined(&[tuple(repeat_n(U8, 16)), U64]),
        option(option(U8)),
        option(tuple([U8, U64])),
        option(list(Text)),
        option(result(None, None)),
        option(joined(&[U32, F32])),
        result(None, None),
        result(Some(U8), None),
        result(None, Some(U64)),
        result(Some(U32), Some(Text)),
        result(Some(F32), Some(F64)),
        result(Some(Char), Some(F32)),
        result(Some(result(Some(U8), Some(F32))), Some(option(Text))),
        result(Some(cases(3)), Some(flags(3))),
    ]
}

fn nested() -> Vec<Type> {
    let deep = |innermost: Type, depth, around: fn(Type) -> Type| {
        successors(Some(innermost), |ty| Some(around(ty.clone()))).nth(depth)
    };
    let deep = [
        deep(U8, 8, list),
        deep(U8, 12, option),
        deep(U16, 20, option),
        deep(Text, 30, |ty| tuple([ty])),
        deep(U32, 10, |ty| tuple([U8, ty])),
        deep(U8, 20, |ty| record([ty])),
        deep(F32, 10, |ty| result(Some(ty), Some(U64))),
        deep(U8, 8, |ty| variant([None, Some(ty)])),
        deep(Text, 5, |ty| fixed_list(ty, 2)),
        deep(U8, 4, |ty| list(option(tuple([ty, Bool])))),
    ];
    let order = record([
        Text,
        list(record([U64, option(Text), flags(9)])),
        option(variant([None, Some(U32), Some(Text), Some(F64)])),
        map(Text, result(Some(list(U16)), Some(cases(3)))),
    ]);
    let tree = variant([
        Some(record([list(tuple([Char, option(U8)])), Bool])),
        Some(list(result(Some(fixed_list(F64, 2)), Some(Text)))),
        None,
    ]);
    let combined = [order.clone(), tree.clone(), list(order), tuple([tree, F32])];
    deep.into_iter().flatten().chain(combined).collect()
}
