//! Pieces of core code.

use super::super::core::{EVENT, address, field, state};
use crate::concurrency::{Kind, Slot, Way};

pub(super) fn get(slot: Slot, field: usize) -> String {
    format!("(i32.load offset={field} (i32.const {}))", address(slot))
}

pub(super) fn put(slot: Slot, field: usize, value: &str) -> String {
    format!(
        "(i32.store offset={field} (i32.const {}) {value})",
        address(slot)
    )
}

pub(super) fn is(slot: Slot, states: &[u32]) -> String {
    let state = get(slot, field::STATE);
    let one = |wanted: &u32| format!("(i32.eq {state} (i32.const {wanted}))");
    let all: Vec<String> = states.iter().map(one).collect();
    let mut all = all.into_iter();
    let first = all.next().unwrap_or_default();
    all.fold(first, |left, right| format!("(i32.or {left} {right})"))
}

pub(super) fn and(left: &str, right: &str) -> String {
    format!("(i32.and {left} {right})")
}

pub(super) fn outside(slot: Slot) -> String {
    format!("(i32.eqz {})", get(slot, field::SET))
}

pub(super) fn slot(kind: Kind, index: usize) -> Slot {
    Slot { kind, index }
}

/// The slot of the other end, where the guest has both.
pub(super) fn other_end(end: Slot) -> Slot {
    let kind = match end.kind {
        Kind::StreamRead => Kind::StreamWrite,
        Kind::StreamWrite => Kind::StreamRead,
        Kind::FutureRead => Kind::FutureWrite,
        _ => Kind::FutureRead,
    };
    slot(kind, end.index)
}

/// Code that is run where `guard` is not 0, or in any case.
pub(super) fn guarded(wild: bool, guard: &str, code: &str) -> String {
    match wild {
        true => format!("{code}\n"),
        false => format!("(if {guard} (then\n{code}))\n"),
    }
}

pub(super) fn cancelled(call: &str) -> String {
    format!("(local.set $cancelled (i32.or (local.get $cancelled) {call}))")
}

/// Says of this thread, if it has a slot, that it is suspended.
pub(super) fn suspended() -> String {
    format!(
        "(if (local.get $self) (then (i32.store offset=4 (local.get $self) (i32.const {}))))\n",
        state::IDLE
    )
}

/// Says of this thread that it is not.
pub(super) fn resumed() -> String {
    format!(
        "(if (local.get $self) (then (i32.store offset=4 (local.get $self) (i32.const {}))))\n",
        state::BUSY
    )
}

pub(super) fn cancel(end: Slot, way: Way) -> String {
    let name = match end.kind {
        Kind::StreamRead => "stream.cancel-read",
        Kind::StreamWrite => "stream.cancel-write",
        Kind::FutureRead => "future.cancel-read",
        Kind::FutureWrite => "future.cancel-write",
        _ => "subtask.cancel",
    };
    match way {
        Way::Async => format!("{name}-async"),
        Way::Sync => name.to_owned(),
    }
}

pub(super) fn drop(kind: Kind) -> &'static str {
    match kind {
        Kind::StreamRead => "stream.drop-readable",
        Kind::StreamWrite => "stream.drop-writable",
        Kind::FutureRead => "future.drop-readable",
        Kind::FutureWrite => "future.drop-writable",
        Kind::Subtask | Kind::Thread => "subtask.drop",
        Kind::Set => "waitable-set.drop",
    }
}

/// Something that takes an index of this kind, with one that may be of any.
pub(super) fn by_index(kind: Kind, index: u32) -> String {
    let index = format!("(i32.const {index})");
    match kind {
        Kind::StreamRead => {
            format!("(drop (call $stream.read-async {index} (i32.const 0x1000) (i32.const 1)))")
        }
        Kind::StreamWrite => {
            format!("(drop (call $stream.write-async {index} (i32.const 0x1000) (i32.const 0)))")
        }
        Kind::FutureRead => format!("(drop (call $future.cancel-read-async {index}))"),
        Kind::FutureWrite => format!("(call $future.drop-writable {index})"),
        Kind::Subtask => format!("(call $subtask.drop {index})"),
        Kind::Set => format!("(drop (call $waitable-set.poll {index} (i32.const {EVENT})))"),
        Kind::Thread => format!("(call $thread.resume-later {index})"),
    }
}
