//! The memory of a guest, the slots in it, and the core functions that all programs
//! share. They keep book of what each handle is in the middle of, so that a program can
//! do what is allowed at that moment, whatever was scheduled before.

use crate::concurrency::{Case, Element, Kind, Slot};

/// How many bytes a slot takes.
const SLOT: usize = 32;

/// Where the slots are.
const SLOTS: usize = 0x100;

/// Behind the last slot that something can be pending in: those of waitables are first.
const WAITABLES_END: usize = SLOTS + 11 * SLOT;

/// Where events go.
pub(super) const EVENT: usize = 0x400;

/// Where the results of synchronous calls go.
pub(super) const RESULT: usize = 0x440;

/// Where a string's place and length are for a function that returns it.
pub(super) const PAIR: usize = 0x460;

/// Where a string is.
pub(super) const TEXT: usize = 0x800;

/// Where the slots have their buffers.
const BUFFERS: usize = 0x1000;

/// How far the buffers are apart.
const BUFFER: usize = 0x100;

/// The size of the memory in bytes. It does not grow.
pub(super) const SIZE: usize = 0x4_0000;

/// The fields of a slot.
pub(super) mod field {
    /// The index.
    pub(in super::super) const HANDLE: usize = 0;
    /// One of [`super::state`].
    pub(in super::super) const STATE: usize = 4;
    /// The index of the set that it is in.
    pub(in super::super) const SET: usize = 8;
    /// Of an end: whether the guest has the other end, too. Of a subtask: what it
    /// gives.
    pub(in super::super) const MORE: usize = 12;
    /// Where the buffer of the copy is.
    pub(in super::super) const BUFFER: usize = 16;
}

/// The states of a slot.
pub(super) mod state {
    /// Nothing is going on. For a thread: it is suspended.
    pub(in super::super) const IDLE: u32 = 1;
    /// A copy or call. For a thread: it is not suspended.
    pub(in super::super) const BUSY: u32 = 2;
    /// No more copies; the call is over.
    pub(in super::super) const DONE: u32 = 3;
    /// A cancellation.
    pub(in super::super) const CANCELLING: u32 = 4;
}

/// The address of a slot.
pub(super) fn address(slot: Slot) -> usize {
    SLOTS + number(slot) * SLOT
}

/// The address of a slot's own buffer.
pub(super) fn buffer(slot: Slot) -> usize {
    BUFFERS + number(slot) * BUFFER
}

fn number(slot: Slot) -> usize {
    let base = match slot.kind {
        Kind::StreamRead => 0,
        Kind::StreamWrite => 2,
        Kind::FutureRead => 4,
        Kind::FutureWrite => 6,
        Kind::Subtask => 8,
        Kind::Set => 11,
        Kind::Thread => 13,
    };
    base + slot.index % slot.kind.slots()
}

/// The first slot of a kind.
fn first(kind: Kind) -> usize {
    address(Slot { kind, index: 0 })
}

/// The size and the alignment of an element.
pub(super) fn layout(element: Element) -> (usize, usize) {
    match element {
        Element::None => (0, 1),
        Element::U8 => (1, 1),
        Element::Triple => (6, 2),
        Element::U32 | Element::Own => (4, 4),
        Element::U64 => (8, 8),
        Element::String => (8, 4),
    }
}

/// `$memory`: a memory, and a `realloc` that notes what it is asked for, and what the
/// context of its thread is.
pub(super) fn memory() -> String {
    let pages = SIZE / 0x1_0000;
    format!(
        r#"(core func $peek (canon context.get i32 0))
(core module $Memory
  (import "trace" "note" (func $note (param i64)))
  (import "" "peek" (func $peek (result i32)))
  (memory (export "memory") {pages} {pages})
  (data (i32.const {TEXT}) "Grüße, Wort")
  (global $free (mut i32) (i32.const 0x4000))
  (func (export "realloc") (param i32 i32 i32 i32) (result i32) (local $new i32)
    (local.set $new (i32.and
      (i32.add (global.get $free) (i32.sub (local.get 2) (i32.const 1)))
      (i32.sub (i32.const 0) (local.get 2))))
    (global.set $free (i32.add (local.get $new) (local.get 3)))
    (call $note (i64.or (i64.const 0x7f00000000) (i64.extend_i32_u (local.get 3))))
    (call $note (i64.extend_i32_u (call $peek)))
    (memory.copy (local.get $new) (local.get 0) (local.get 1))
    (local.get $new)))
(core instance $memory (instantiate $Memory (with "trace" (instance $trace))
  (with "" (instance (export "peek" (func $peek))))))
"#
    )
}

/// The shared functions.
pub(super) fn functions(case: &Case) -> String {
    let mut text = format!(
        r#"(import "memory" "memory" (memory {pages} {pages}))
(import "table" "table" (table $threads 8 funcref))
(import "trace" "note" (func $note (param i64)))
(import "trace" "mix" (func $mix (param i64)))
(import "trace" "seen" (func $seen))
(global $pressure (mut i32) (i32.const 0))
(global $waiting (mut i32) (i32.const 0))
(global $next (mut i32) (i32.const 1))
;; What a step came to.
(func $say (param $tag i32) (param $value i32)
  (call $note (i64.or (i64.shl (i64.extend_i32_u (local.get $tag)) (i64.const 32))
    (i64.extend_i32_u (local.get $value)))))
;; How many waitables in the set may have an event.
(func $pending (param $set i32) (result i32) (local $slot i32) (local $count i32)
  (local.set $slot (i32.const {SLOTS}))
  (loop $again
    (if (i32.and (i32.eq (i32.load offset=8 (local.get $slot)) (local.get $set))
        (i32.and (i32.ne (local.get $set) (i32.const 0))
          (i32.eqz (i32.and (i32.load offset=4 (local.get $slot)) (i32.const 1)))))
      (then (if (i32.load offset=4 (local.get $slot)) (then
        (local.set $count (i32.add (local.get $count) (i32.const 1)))))))
    (br_if $again (i32.lt_u (local.tee $slot (i32.add (local.get $slot) (i32.const {SLOT})))
      (i32.const {WAITABLES_END}))))
  (local.get $count))
;; How many waitables are in the set.
(func $members (param $set i32) (result i32) (local $slot i32) (local $count i32)
  (local.set $slot (i32.const {SLOTS}))
  (loop $again
    (if (i32.eq (i32.load offset=8 (local.get $slot)) (local.get $set))
      (then (local.set $count (i32.add (local.get $count) (i32.const 1)))))
    (br_if $again (i32.lt_u (local.tee $slot (i32.add (local.get $slot) (i32.const {SLOT})))
      (i32.const {WAITABLES_END}))))
  (local.get $count))
(func $empty (param $slot i32)
  (i64.store (local.get $slot) (i64.const 0))
  (i64.store offset=8 (local.get $slot) (i64.const 0)))
(func $fill (param $slot i32) (param $handle i32)
  (call $empty (local.get $slot))
  (i32.store (local.get $slot) (local.get $handle))
  (i32.store offset=4 (local.get $slot) (i32.const 1)))
;; A copy has ended with this result.
(func $ended (param $slot i32) (param $result i32) (local $count i32)
  (if (i32.lt_u (local.get $slot) (i32.const {futures}))
    (then
      (i32.store offset=4 (local.get $slot) (select (i32.const 3) (i32.const 1)
        (i32.eq (i32.and (local.get $result) (i32.const 15)) (i32.const 1))))
      (if (i32.lt_u (local.get $slot) (i32.const {writable_streams}))
        (then (call $saw-stream (i32.load offset=16 (local.get $slot))
          (i32.shr_u (local.get $result) (i32.const 4))))))
    (else
      (i32.store offset=4 (local.get $slot) (select (i32.const 1) (i32.const 3)
        (i32.eq (local.get $result) (i32.const 2))))
      (if (i32.and (i32.lt_u (local.get $slot) (i32.const {writable_futures}))
          (i32.eqz (local.get $result)))
        (then (call $saw-future (i32.load offset=16 (local.get $slot)) (i32.const 1)))))))
;; What a copy, or its cancellation, came to at once.
(func $copied (param $slot i32) (param $result i32) (param $blocked i32)
  (if (i32.eq (local.get $result) (i32.const -1))
    (then (i32.store offset=4 (local.get $slot) (local.get $blocked)))
    (else (call $ended (local.get $slot) (local.get $result)))))
;; A call has returned; its result is in the buffer.
(func $returned (param $gives i32) (param $at i32)
  (if (i32.eq (local.get $gives) (i32.const 1)) (then
    (call $say (i32.const 0x60) (i32.load (local.get $at)))))
  (if (i32.eq (local.get $gives) (i32.const 2)) (then
    (call $mix (i64.load32_u offset=4 (local.get $at)))
    (call $mix (i64.load8_u (i32.load (local.get $at))))
    (call $seen)))
  (if (i32.eq (local.get $gives) (i32.const 3)) (then (call $take-stream (i32.load (local.get $at)))))
  (if (i32.eq (local.get $gives) (i32.const 4)) (then (call $take-future (i32.load (local.get $at))))))
;; What a call, or its cancellation, came to.
(func $resolved (param $slot i32) (param $state i32)
  (if (i32.ge_u (local.get $state) (i32.const 2)) (then
    (i32.store offset=4 (local.get $slot) (i32.const 3))
    (if (i32.eq (local.get $state) (i32.const 2)) (then
      (call $returned (i32.load offset=12 (local.get $slot)) (i32.load offset=16 (local.get $slot))))))))
;; An event; whether the task is to be cancelled.
(func $event (param $code i32) (param $index i32) (param $payload i32) (result i32) (local $slot i32)
  (call $say (i32.add (i32.const 0x70) (local.get $code)) (local.get $index))
  (call $note (i64.extend_i32_u (local.get $payload)))
  (if (i32.eq (local.get $code) (i32.const 6)) (then (return (i32.const 1))))
  (if (i32.eqz (local.get $code)) (then (return (i32.const 0))))
  (local.set $slot (i32.const {SLOTS}))
  (loop $again
    (if (i32.and (i32.eq (i32.load (local.get $slot)) (local.get $index))
        (i32.ge_u (i32.load offset=4 (local.get $slot)) (i32.const 2)))
      (then
        (if (i32.eq (local.get $code) (i32.const 1))
          (then (call $resolved (local.get $slot) (local.get $payload)))
          (else (call $ended (local.get $slot) (local.get $payload))))
        (return (i32.const 0))))
    (br_if $again (i32.lt_u (local.tee $slot (i32.add (local.get $slot) (i32.const {SLOT})))
      (i32.const {WAITABLES_END}))))
  (i32.const 0))
;; Waits in core code, or polls.
(func $wait (param $set i32) (result i32)
  (global.set $waiting (i32.add (global.get $waiting) (i32.const 1)))
  (call $waitable-set.wait (local.get $set) (i32.const {EVENT}))
  (global.set $waiting (i32.sub (global.get $waiting) (i32.const 1)))
  (i32.load (i32.const {EVENT})) (i32.load offset=4 (i32.const {EVENT}))
  (call $event))
;; Polls and yields in turn, and gives up at last.
(func $wait-patiently (param $set i32) (result i32) (local $left i32) (local $code i32)
  (local.set $left (i32.const 8))
  (loop $again
    (local.set $code (call $waitable-set.poll (local.get $set) (i32.const {EVENT})))
    (if (local.get $code) (then (return (call $event (local.get $code)
      (i32.load (i32.const {EVENT})) (i32.load offset=4 (i32.const {EVENT}))))))
    (drop (call $thread.yield))
    (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
  (call $say (i32.const 0x68) (local.get $set))
  (i32.const 0))
(func $poll (param $set i32) (result i32)
  (call $waitable-set.poll (local.get $set) (i32.const {EVENT}))
  (i32.load (i32.const {EVENT})) (i32.load offset=4 (i32.const {EVENT}))
  (call $event))
"#,
        pages = SIZE / 0x1_0000,
        futures = first(Kind::FutureRead),
        writable_streams = first(Kind::StreamWrite),
        writable_futures = first(Kind::FutureWrite),
    );
    for (name, read, write, element) in [
        ("stream", Kind::StreamRead, Kind::StreamWrite, case.stream),
        ("future", Kind::FutureRead, Kind::FutureWrite, case.future),
    ] {
        text += &ends(name, first(read), first(write));
        text += &elements(name, element);
    }
    text
}

/// Giving away readable ends, and taking them.
fn ends(name: &str, read: usize, write: usize) -> String {
    let next = read + SLOT;
    format!(
        r#"(func $pair-{name} (param $read i32) (param $write i32) (local $both i64)
  (local.set $both (call ${name}.new))
  (call $note (local.get $both))
  (call $fill (local.get $read) (i32.wrap_i64 (local.get $both)))
  (call $fill (local.get $write) (i32.wrap_i64 (i64.shr_u (local.get $both) (i64.const 32))))
  (i32.store offset=12 (local.get $read) (i32.const 1))
  (i32.store offset=12 (local.get $write) (i32.const 1)))
(func $take-{name} (param $handle i32)
  (call $say (i32.const 0x61) (local.get $handle))
  (if (i32.eqz (i32.load offset=4 (i32.const {read})))
    (then (call $fill (i32.const {read}) (local.get $handle)))
    (else (if (i32.eqz (i32.load offset=4 (i32.const {next})))
      (then (call $fill (i32.const {next}) (local.get $handle)))))))
;; A readable end to give away, and a new one if there is none; a busy one, too, if it
;; is to be `$any`.
(func $give-{name} (param $any i32) (result i32) (local $slot i32) (local $handle i32)
  (local.set $slot (i32.const {read}))
  (loop $again
    (if (i32.or
        (i32.and (i32.eq (i32.load offset=4 (local.get $slot)) (i32.const 1))
          (i32.eqz (i32.load offset=8 (local.get $slot))))
        (i32.and (local.get $any) (i32.load offset=4 (local.get $slot))))
      (then
        (local.set $handle (i32.load (local.get $slot)))
        (call $empty (local.get $slot))
        (i32.store offset=12 (i32.add (local.get $slot) (i32.const {apart})) (i32.const 0))
        (return (local.get $handle))))
    (br_if $again (i32.le_u (local.tee $slot (i32.add (local.get $slot) (i32.const {SLOT})))
      (i32.const {next}))))
  (call $pair-{name} (i32.const 0x3a0) (i32.const 0x3c0))
  (if (i32.eqz (i32.load offset=4 (i32.const {write})))
    (then (call $fill (i32.const {write}) (i32.load (i32.const 0x3c0))))
    (else (if (i32.eqz (i32.load offset=4 (i32.const {next_write})))
      (then (call $fill (i32.const {next_write}) (i32.load (i32.const 0x3c0)))))))
  (i32.load (i32.const 0x3a0)))
"#,
        apart = write - read,
        next_write = write + SLOT,
    )
}

/// Writing elements into a buffer, and looking at those that have come.
fn elements(name: &str, element: Element) -> String {
    let (size, _) = layout(element);
    let next =
        "(global.set $next (i32.add (i32.mul (global.get $next) (i32.const 5)) (i32.const 3)))";
    let at = "(local.get $at)";
    let make = match element {
        Element::None => String::new(),
        Element::U8 => format!("{next} (i32.store8 {at} (global.get $next))"),
        Element::U32 => format!("{next} (i32.store {at} (global.get $next))"),
        Element::U64 => {
            format!("{next} (i64.store {at} (i64.extend_i32_s (global.get $next)))")
        }
        Element::Triple => format!(
            "{next} (i32.store {at} (global.get $next)) (i32.store16 offset=4 {at} (global.get $next))"
        ),
        Element::String => format!(
            "{next} (i32.store {at} (i32.const {TEXT})) \
             (i32.store offset=4 {at} (select (i32.const 13) (i32.const 2) \
             (i32.and (global.get $next) (i32.const 4))))"
        ),
        Element::Own => {
            format!("(i32.store {at} (call $make)) (call $say (i32.const 0x62) (i32.load {at}))")
        }
    };
    let see = match element {
        Element::None => "(call $mix (i64.const 1))".to_owned(),
        Element::U8 => format!("(call $mix (i64.load8_u {at}))"),
        Element::U32 => format!("(call $mix (i64.load32_u {at}))"),
        Element::U64 => format!("(call $mix (i64.load {at}))"),
        Element::Triple => format!(
            "(call $mix (i64.load8_u {at})) (call $mix (i64.load16_u offset=2 {at})) \
             (call $mix (i64.load8_u offset=4 {at}))"
        ),
        Element::String => format!(
            "(call $mix (i64.load32_u offset=4 {at})) (call $mix (i64.load (i32.load {at})))"
        ),
        Element::Own => {
            format!(
                "(call $say (i32.const 0x63) (i32.load {at})) (call $drop-thing (i32.load {at}))"
            )
        }
    };
    let each = |code: &str| {
        format!(
            "(if (local.get $count) (then (loop $again {code}\n\
             (local.set $at (i32.add (local.get $at) (i32.const {size})))\n\
             (br_if $again (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))))"
        )
    };
    format!(
        "(func $make-{name} (param $at i32) (param $count i32)\n{})\n\
         (func $saw-{name} (param $at i32) (param $count i32)\n{}\n(call $seen))\n",
        each(&make),
        each(&see)
    )
}
