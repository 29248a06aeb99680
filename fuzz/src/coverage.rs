//! What cases cover: type constructors, where their values stand, and by which way
//! they go.

use crate::case::layout::Flat;
use crate::case::types::Type;
use crate::case::{Case, From, Lift};
use crate::render::asynchronous::MAX_FLAT_RETURNED;
use crate::render::guest::{Form, MAX_FLAT_PARAMS};
use std::collections::BTreeSet;

/// The name of a type's constructor.
#[must_use]
pub fn constructor(ty: &Type) -> &'static str {
    match ty {
        Type::Bool => "bool",
        Type::U8 => "u8",
        Type::S8 => "s8",
        Type::U16 => "u16",
        Type::S16 => "s16",
        Type::U32 => "u32",
        Type::S32 => "s32",
        Type::U64 => "u64",
        Type::S64 => "s64",
        Type::F32 => "f32",
        Type::F64 => "f64",
        Type::Char => "char",
        Type::String => "string",
        Type::List(_) => "list",
        Type::FixedList(..) => "fixed-list",
        Type::Map(..) => "map",
        Type::Record(_) => "record",
        Type::Tuple(_) => "tuple",
        Type::Variant(_) => "variant",
        Type::Enum(_) => "enum",
        Type::Option(_) => "option",
        Type::Result(..) => "result",
        Type::Flags(_) => "flags",
    }
}

/// All that a case covers, a line each: constructor, position, place, way.
#[must_use]
pub fn of(case: &Case) -> BTreeSet<String> {
    let mut covered = BTreeSet::new();
    for call in &case.calls {
        let last = case.guests.len() - 1;
        let (params, results) = match call.from {
            From::Host => (Some(0), 0),
            From::Argument(guest) => (Some(guest + 1), guest),
            From::Result(guest) => (None, guest),
        };
        // Into each guest as a parameter, out of it as a result, and back.
        for guest in params.unwrap_or(last + 1)..=last {
            let by = match guest {
                0 => "host-to-guest",
                _ => "guest-to-guest",
            };
            note(case, guest, "param", by, &mut covered);
        }
        for guest in 0..=results.max(params.map_or(0, |_| last)) {
            let by = match guest {
                0 => "host-to-guest",
                _ => "guest-to-guest",
            };
            note(case, guest, "result", by, &mut covered);
        }
        if let (Some(_), Some(_)) = (params, &case.host) {
            note(case, last, "param", "guest-to-host", &mut covered);
            note(case, last, "result", "guest-to-host", &mut covered);
        }
    }
    covered
}

fn note(case: &Case, guest: usize, position: &str, by: &str, covered: &mut BTreeSet<String>) {
    let guest = &case.guests[guest];
    let most = match (position, guest.lift) {
        ("param", _) => MAX_FLAT_PARAMS,
        (_, Lift::Sync) => 1,
        (_, Lift::Callback | Lift::Stackful) => MAX_FLAT_RETURNED,
    };
    let lift = match guest.lift {
        Lift::Sync => "sync",
        Lift::Callback => "callback",
        Lift::Stackful => "stackful",
    };
    covered.insert(format!("lift {lift} {position} {by}"));
    let spilled = case.form == Form::Spilled || case.ty.flatten(guest.pointer).len() > most;
    let memory = match guest.pointer {
        Flat::I64 => "memory64",
        _ => "memory32",
    };
    let mut walk = vec![(&case.ty, spilled)];
    while let Some((ty, in_memory)) = walk.pop() {
        let place = match in_memory {
            true => "memory",
            false => "flat",
        };
        let name = constructor(ty);
        covered.insert(format!("{name} {position} {place} {by}"));
        if *ty == Type::String {
            let encoding = guest.encoding.option();
            covered.insert(format!("{name}/{encoding} {position} {place} {by}"));
        }
        if matches!(ty, Type::String | Type::List(_) | Type::Map(..)) {
            covered.insert(format!("{name}/{memory} {position} {place} {by}"));
        }
        let within = in_memory || matches!(ty, Type::List(_) | Type::Map(..));
        walk.extend(ty.parts().into_iter().map(|part| (part, within)));
    }
}
