//! Cases from choices.

use super::choices::Choices;
use super::host_types::host_types;
use super::layout::Flat;
use super::types::{
    Type, cases, fixed_list, flags, list, map, option, record, result, tuple, variant,
};
use super::values::value;
use super::{Call, Case, Encoding, Flaw, From, Guest, Lift, Lower, Quirk, QuirkAt, Topology};
use crate::render::guest::Form;
use std::iter::repeat_n;

/// How the guests of a case behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manners {
    /// They do what the ABI asks of them, in unusual ways.
    Good,
    /// Each call meets one thing that is wrong.
    Bad,
}

/// How many parts a type may have.
const TYPE_BUDGET: usize = 24;

/// How many parts a value may have.
const VALUE_BUDGET: usize = 120;

/// How deep a type may be nested.
const DEPTH: usize = 5;

const SCALARS: [Type; 13] = [
    Type::U8,
    Type::String,
    Type::U32,
    Type::Bool,
    Type::S8,
    Type::U16,
    Type::S16,
    Type::S32,
    Type::U64,
    Type::S64,
    Type::F32,
    Type::F64,
    Type::Char,
];

/// The kinds of types that may be keys of maps.
const KEYS: [Type; 10] = [
    Type::String,
    Type::U8,
    Type::U32,
    Type::Bool,
    Type::S8,
    Type::U16,
    Type::S16,
    Type::U64,
    Type::S64,
    Type::Char,
];

/// Numbers of cases around which the layout changes.
const CASES: [usize; 9] = [2, 1, 3, 5, 255, 256, 257, 300, 9];

/// Numbers of flags around which the layout changes.
const FLAGS: [usize; 10] = [1, 2, 7, 8, 9, 15, 16, 17, 31, 32];

/// Numbers of members around which parameters or results are passed in another way.
const WIDE: [usize; 6] = [15, 16, 17, 14, 33, 100];

/// Numbers of members at which engines had limits of their own.
const VERY_WIDE: [usize; 4] = [999, 1000, 1001, 1500];

/// How deep a type may be nested by itself.
const VERY_DEEP: usize = 40;

/// The case that choices make.
pub fn case(choices: &mut Choices<'_>, manners: Manners) -> Case {
    let host = choices.rarely(12);
    let (host, ty) = match host {
        true => {
            let types = host_types();
            let (name, ty) = types[choices.below(types.len())].clone();
            (Some(name.to_owned()), ty)
        }
        // A `realloc` that does something unusual does it to strings above all.
        false if manners == Manners::Bad && choices.rarely(3) => (None, strings(choices)),
        false if choices.rarely(100) => (None, extreme(choices)),
        false => (None, any(choices, 0, &mut TYPE_BUDGET.clone())),
    };
    let form = match host.is_none() && choices.rarely(3) {
        true => Form::Spilled,
        false => Form::Plain,
    };
    let count = [2, 1, 3][choices.below(3)];
    let mut guests = guests(choices, &ty, count);
    let topology = topology(choices, host.is_some());
    let calls = 1 + choices.below(4);
    let mut calls: Vec<Call> = (0..calls)
        .map(|_| call(choices, &ty, count, host.is_some()))
        .collect();
    if manners == Manners::Bad {
        spoil(choices, &mut guests, &mut calls);
    }
    Case {
        ty,
        form,
        guests,
        host,
        topology,
        calls,
    }
}

/// Two cases of guests that behave, with the same values: other encodings, another ABI,
/// more or fewer guests, flat or in memory.
pub fn twins(choices: &mut Choices<'_>) -> [Case; 2] {
    let one = case(choices, Manners::Good);
    let count = [1, 2, 3][choices.below(3)];
    let form = match &one.host {
        Some(_) => Form::Plain,
        None => Form::ALL[choices.below(2)],
    };
    let callers = count - usize::from(one.host.is_none());
    let mut other = Case {
        form,
        guests: guests(choices, &one.ty, count),
        topology: topology(choices, one.host.is_some()),
        ..one.clone()
    };
    for call in &mut other.calls {
        call.from = from(choices, callers, count);
    }
    [one, other]
}

fn guests(choices: &mut Choices<'_>, ty: &Type, count: usize) -> Vec<Guest> {
    let mut guests: Vec<Guest> = (0..count).map(|_| guest(choices, ty)).collect();
    if choices.rarely(8) {
        for guest in &mut guests {
            guest.pointer = [Flat::I64, Flat::I32][choices.below(2)];
        }
    }
    // A share of the cases has functions with the effect `async`.
    if choices.rarely(4) {
        for guest in &mut guests {
            guest.lift = [Lift::Callback, Lift::Sync, Lift::Stackful][choices.below(3)];
            guest.lower = [Lower::Sync, Lower::Async][choices.below(2)];
        }
    }
    guests
}

fn topology(choices: &mut Choices<'_>, host: bool) -> Topology {
    match choices.below(8) {
        6 => Topology::Twice,
        7 if !host => Topology::Nested,
        _ => Topology::Siblings,
    }
}

fn guest(choices: &mut Choices<'_>, ty: &Type) -> Guest {
    let encoding = match ty.has_strings() {
        true => Encoding::ALL[choices.below(3)],
        false => Encoding::Utf8,
    };
    let mut guest = Guest {
        encoding,
        post_return: choices.rarely(3),
        ..Guest::plain()
    };
    if choices.rarely(6) {
        let quirk = Quirk::BENIGN[choices.below(Quirk::BENIGN.len())];
        let call = choices.below(6) as u32;
        guest.quirks.push(QuirkAt { call, quirk });
    }
    guest
}

fn call(choices: &mut Choices<'_>, ty: &Type, guests: usize, host: bool) -> Call {
    // The last guest calls nobody but the host.
    let callers = guests - usize::from(!host);
    let from = from(choices, callers, guests);
    Call {
        value: value(ty, choices, &mut VALUE_BUDGET.clone()),
        from,
        dirty: choices.rarely(2),
        flaw: None,
    }
}

fn from(choices: &mut Choices<'_>, callers: usize, guests: usize) -> From {
    match choices.below(4) {
        0 | 1 => From::Host,
        2 if callers > 0 => From::Argument(choices.below(callers)),
        _ => From::Result(choices.below(guests)),
    }
}

/// Makes one thing wrong: with a `realloc`, which all calls meet, or with the values
/// that guests give.
fn spoil(choices: &mut Choices<'_>, guests: &mut [Guest], calls: &mut [Call]) {
    if choices.rarely(20) {
        let guest = choices.below(guests.len());
        guests[guest].throws = true;
        return;
    }
    let gives = |call: &&mut Call| call.from != From::Host;
    let given = calls.iter_mut().filter(gives).count();
    if given == 0 || choices.rarely(3) {
        let guest = choices.below(guests.len());
        let quirk = Quirk::HOSTILE[choices.below(Quirk::HOSTILE.len())];
        let call = [0, 1, 2, 1, 2, 3, 4, 6, 9][choices.below(9)];
        guests[guest].quirks = vec![QuirkAt { call, quirk }];
        return;
    }
    for call in calls.iter_mut().filter(gives) {
        call.flaw = Some(Flaw {
            site: choices.below(64),
            kind: choices.below(60),
        });
    }
}

/// A type with few parts beside strings.
fn strings(choices: &mut Choices<'_>) -> Type {
    match choices.below(5) {
        0 | 1 => Type::String,
        2 => tuple([Type::String, Type::String]),
        3 => list(Type::String),
        _ => result(Some(Type::String), Some(Type::U8)),
    }
}

/// A type with very many members, or very deep.
fn extreme(choices: &mut Choices<'_>) -> Type {
    let scalar = SCALARS[choices.below(SCALARS.len())].clone();
    let many = VERY_WIDE[choices.below(VERY_WIDE.len())];
    match choices.below(6) {
        0 => record(repeat_n(scalar, many)),
        1 => tuple(repeat_n(scalar, many)),
        2 => variant(repeat_n(Some(scalar), many)),
        3 => cases(many),
        _ => {
            let depth = 1 + choices.below(VERY_DEEP);
            (0..depth).fold(scalar, |ty, _| match choices.below(5) {
                0 => option(ty),
                1 => list(ty),
                2 => record([ty]),
                3 => result(Some(ty), None),
                _ => variant([None, Some(ty)]),
            })
        }
    }
}

fn any(choices: &mut Choices<'_>, depth: usize, budget: &mut usize) -> Type {
    *budget = budget.saturating_sub(1);
    if depth >= DEPTH || *budget == 0 || choices.rarely(3) {
        return SCALARS[choices.below(SCALARS.len())].clone();
    }
    let mut part = |choices: &mut Choices<'_>| any(choices, depth + 1, budget);
    match choices.below(13) {
        0 => SCALARS[choices.below(SCALARS.len())].clone(),
        1 => list(part(choices)),
        2 => {
            let count = 1 + choices.below(5);
            tuple((0..count).map(|_| part(choices)).collect::<Vec<_>>())
        }
        3 => {
            let count = 1 + choices.below(5);
            record((0..count).map(|_| part(choices)).collect::<Vec<_>>())
        }
        4 => {
            let count = 1 + choices.below(5);
            let mut payload = |_| match choices.rarely(3) {
                true => None,
                false => Some(part(choices)),
            };
            variant((0..count).map(&mut payload).collect::<Vec<_>>())
        }
        5 => option(part(choices)),
        6 => {
            let mut payload = || match choices.rarely(4) {
                true => None,
                false => Some(part(choices)),
            };
            let ok = payload();
            result(ok, payload())
        }
        7 => flags(FLAGS[choices.below(FLAGS.len())]),
        8 => cases(CASES[choices.below(CASES.len())]),
        9 => {
            let length = [1, 2, 3, 4, 9, 17][choices.below(6)];
            fixed_list(part(choices), length)
        }
        10 => map(KEYS[choices.below(KEYS.len())].clone(), part(choices)),
        11 => {
            let count = WIDE[choices.below(WIDE.len())];
            let scalar = SCALARS[choices.below(SCALARS.len())].clone();
            record(repeat_n(scalar, count))
        }
        // A payload in the last case that has a discriminant of one byte, or beside it.
        _ => {
            let before = CASES[choices.below(CASES.len())] - 1;
            variant(repeat_n(None, before).chain([Some(part(choices))]))
        }
    }
}
