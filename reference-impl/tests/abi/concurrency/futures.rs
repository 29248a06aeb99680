//! Futures whose other end is the host's.

use super::guest::Guest;
use super::{Scenario, nothing};
use crate::trap;
use component_reference::trap::TrapSite::FutureDropWritableUnwritten;

#[test]
fn test_futures() {
    let scenario = |then: &str| {
        let guest = Guest::of("u8")
            .calls(
                "relay-future",
                r#"async (param "f" $future) (result $future)"#,
                "(param i32 i32) (result i32)",
            )
            .offers("run", "async", "");
        let guest = guest.code(&format!(
            r#"
            (global $r (mut i32) (i32.const 0))
            (global $w (mut i32) (i32.const 0))
            (func $ask
                (local $ends i64)
                (local.set $ends (call $future.new))
                (global.set $w (call $writable (local.get $ends)))
                (call $expect
                    (call $relay-future (call $readable (local.get $ends)) (i32.const 16))
                    (i32.const RETURNED))
                (global.set $r (i32.load (i32.const 16)))
                (i32.store8 (i32.const 0) (i32.const 0))
                (call $expect (call $future.read (global.get $r) (i32.const 0))
                    (i32.const BLOCKED))
                (i32.store8 (i32.const 8) (i32.const 42))
                (call $expect (call $future.write (global.get $w) (i32.const 8))
                    (i32.const COMPLETED)))
            (func $drop
                (call $expect (i32.load8_u (i32.const 0)) (i32.const 43))
                (call $future.drop-writable (global.get $w))
                (call $future.drop-readable (global.get $r)))

            (func (export "run")
                (local $set i32)
                (call $ask)
                (local.set $set (call $waitable-set.new))
                (call $waitable.join (global.get $r) (local.get $set))
                (call $wait (local.get $set)
                    (i32.const FUTURE_READ) (global.get $r) (i32.const COMPLETED))
                (call $drop)
                (call $waitable-set.drop (local.get $set))

                ;; What has completed before it is cancelled has completed.
                (call $ask)
                (call $await (i32.const 2))
                (call $expect (call $future.cancel-read-sync (global.get $r))
                    (i32.const COMPLETED))
                (call $drop)
                {then})"#
        ));
        Scenario::of(&[("guest", &guest)])
    };
    scenario("").gives(None, &[]);
    let unwritten = "(call $future.drop-writable (call $writable (call $future.new)))";
    scenario(unwritten).stops(nothing, &trap(FutureDropWritableUnwritten));
}
