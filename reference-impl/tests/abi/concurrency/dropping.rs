//! Ends whose other end is dropped.

use super::guest::Guest;
use super::{Scenario, nothing};
use crate::trap;
use component_reference::trap::TrapSite::CopyNotIdle;

#[test]
fn test_future_drop_readable_with_pending_write() {
    let guest = Guest::of("u8").offers("run", "async", "async").code(
        r#"
        (func (export "run")
            (local $ends i64) (local $end i32) (local $set i32)
            (call $task.return)
            (local.set $ends (call $future.new))
            (local.set $end (call $writable (local.get $ends)))
            (i32.store8 (i32.const 0) (i32.const 42))
            (call $expect (call $future.write (local.get $end) (i32.const 0))
                (i32.const BLOCKED))
            (call $future.drop-readable (call $readable (local.get $ends)))
            (local.set $set (call $waitable-set.new))
            (call $waitable.join (local.get $end) (local.get $set))
            (call $wait (local.get $set)
                (i32.const FUTURE_WRITE) (local.get $end) (i32.const DROPPED))
            (call $waitable.join (local.get $end) (i32.const 0))
            (call $waitable-set.drop (local.get $set))
            (call $future.drop-writable (local.get $end))
            (call $set (i32.const 1)))"#,
    );
    Scenario::of(&[("guest", &guest)]).gives(None, &[1]);
}

/// That the other end was dropped is an event, once, though no copy is under way.
#[test]
fn test_stream_drop_both_ends_while_idle() {
    let scenario = |then: &str| {
        let guest = Guest::of("u8").offers("run", "async", "async");
        let guest = guest.code(&format!(
            r#"
            (func (export "run")
                (local $ends i64) (local $end i32) (local $set i32)
                (local.set $ends (call $stream.new))
                (call $stream.drop-writable (call $writable (local.get $ends)))
                (call $stream.drop-readable (call $readable (local.get $ends)))

                (local.set $set (call $waitable-set.new))
                (local.set $ends (call $stream.new))
                (local.set $end (call $readable (local.get $ends)))
                (call $waitable.join (local.get $end) (local.get $set))
                (call $stream.drop-writable (call $writable (local.get $ends)))
                (call $poll (local.get $set)
                    (i32.const STREAM_READ) (local.get $end) (i32.const DROPPED+0))
                (call $poll (local.get $set)
                    (i32.const NONE) (i32.const 0) (i32.const 0))
                {then}
                (call $waitable.join (local.get $end) (i32.const 0))
                (call $stream.drop-readable (local.get $end))

                ;; A future need not be written to when nobody can read it.
                (local.set $ends (call $future.new))
                (local.set $end (call $writable (local.get $ends)))
                (call $waitable.join (local.get $end) (local.get $set))
                (call $future.drop-readable (call $readable (local.get $ends)))
                (call $wait (local.get $set)
                    (i32.const FUTURE_WRITE) (local.get $end) (i32.const DROPPED))
                (call $waitable.join (local.get $end) (i32.const 0))
                (call $future.drop-writable (local.get $end))
                (call $waitable-set.drop (local.get $set))
                (call $task.return))"#
        ));
        Scenario::of(&[("guest", &guest)])
    };
    scenario("").gives(None, &[]);
    let read = "(drop (call $stream.read (local.get $end) (i32.const 0) (i32.const 4)))";
    scenario(read).stops(nothing, &trap(CopyNotIdle));
}
