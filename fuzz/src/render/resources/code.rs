//! What the guest that has handles does.

use super::errors::{MESSAGE, read};
use crate::resources::{Error, Kind, Meanwhile, Mistake, Operation, Use};

/// The core code of an operation. Indices that come are noted.
pub(super) fn code(operation: Operation) -> String {
    let kept = |slot: usize, call: String| {
        format!(
            "(global.set $h{slot} {call})\n(call $note (i64.extend_i32_u (global.get $h{slot})))"
        )
    };
    let name = |kind: Kind| match kind {
        Kind::Loud => "loud",
        Kind::Quiet => "quiet",
    };
    match operation {
        Operation::New(slot, kind) => kept(slot, format!("(call $make-{})", name(kind))),
        Operation::Drop(slot, kind) => format!("(call $drop-{} (global.get $h{slot}))", name(kind)),
        Operation::DropIndex(index, kind) => {
            format!("(call $drop-{} (i32.const {index}))", name(kind))
        }
        Operation::Lend(slot, kind) => format!("(call $see-{} (global.get $h{slot}))", name(kind)),
        Operation::LendAway(slot, kind, what) => {
            let what = match what {
                Use::Drop => "drop",
                Use::LendOn => "lend-on",
                Use::Keep => "keep",
                Use::DropTwice => "drop-twice",
                Use::Give => "give",
            };
            format!("(call $other-{what}-{} (global.get $h{slot}))", name(kind))
        }
        Operation::LendWhile(slot, kind, meanwhile) => {
            let kind = name(kind);
            let meanwhile = match meanwhile {
                Meanwhile::Nothing => String::new(),
                Meanwhile::Lend => format!("(call $see-{kind} (global.get $h{slot}))"),
                Meanwhile::Drop => format!("(call $drop-{kind} (global.get $h{slot}))"),
                Meanwhile::Give => format!("(call $take-{kind} (global.get $h{slot}))"),
                Meanwhile::Return => "(return)".to_owned(),
            };
            format!(
                "(local.set $state (call $hold-{kind} (global.get $h{slot})))\n\
                 (call $note (i64.extend_i32_u (local.get $state)))\n{meanwhile}\n\
                 (local.set $state (i32.shr_u (local.get $state) (i32.const 4)))\n\
                 (call $note (i64.extend_i32_u (call $cancel (local.get $state))))\n\
                 (call $forget (local.get $state))"
            )
        }
        Operation::Give(slot, kind) => format!("(call $take-{} (global.get $h{slot}))", name(kind)),
        Operation::Pass(slot, kind) => kept(
            slot,
            format!("(call $other-pass-{} (global.get $h{slot}))", name(kind)),
        ),
        Operation::Leave(slot, kind) => {
            format!("(call $other-leave-{} (global.get $h{slot}))", name(kind))
        }
        Operation::Fetch(slot, kind) => kept(slot, format!("(call $other-fetch-{})", name(kind))),
        Operation::Both(lent, given, kind) => format!(
            "(call $other-both-{} (global.get $h{lent}) (global.get $h{given}))",
            name(kind)
        ),
        Operation::Confuse(slot, kind) => {
            format!("(call $confuse-{} (global.get $h{slot}))", name(kind))
        }
        Operation::Mistake(mistake, kind) => {
            let function = match mistake {
                Mistake::Drop => "drop",
                Mistake::Lend => "see",
                Mistake::Give => "take",
                Mistake::Represent => return format!("(call $puzzle-{})", name(kind)),
            };
            format!("(call ${function}-{} (call $set-new))", name(kind))
        }
        Operation::Forget(slot) => format!("(global.set $h{slot} (i32.const 0))"),
        Operation::Nest(slot, kind) => kept(
            slot,
            format!("(call $nest-{} (global.get $h{slot}))", name(kind)),
        ),
        Operation::Error(error) => {
            let new = match error.of_a_set() {
                true => "(call $set-new)".to_owned(),
                false => format!("(call $error-new (i32.const {MESSAGE}) (i32.const 9))"),
            };
            let drop = "(call $error-drop (local.get $state))";
            let read = read("(local.get $state)");
            let tell = "(call $hear (local.get $state))";
            let what = match error {
                Error::Read => format!("{read}\n{drop}"),
                Error::Tell => format!("{tell}\n{drop}"),
                Error::Stale => format!("{drop}\n{read}"),
                Error::ReadSet => read,
                Error::TellSet => tell.to_owned(),
                Error::DropSet => drop.to_owned(),
            };
            format!(
                "(local.set $state {new})\n\
                 (call $note (i64.extend_i32_u (local.get $state)))\n{what}"
            )
        }
    }
}
