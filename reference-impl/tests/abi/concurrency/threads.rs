//! Threads that guests make.

use super::Scenario;
use super::guest::Guest;
use component_reference::value::Value;

#[test]
fn test_threads() {
    let guest = Guest::of("").offers("run", "async (result u8)", "").code(
        r#"
        (elem (i32.const 1) func $ends $goes-back $resumes $counts)
        (func $ends (param i32)
            (call $expect (local.get 0) (i32.const 13)))
        (func $goes-back (param $main i32)
            (drop (call $thread.yield-then-resume (local.get $main))))
        (func $resumes (param $main i32)
            (call $thread.resume-later (local.get $main)))
        (func $count (param $ptr i32)
            (drop (call $thread.yield))
            (i32.store8 (local.get $ptr)
                (i32.add (i32.load8_u (local.get $ptr)) (i32.const 1))))
        (func $counts (param $ptr i32)
            (call $count (local.get $ptr))
            (call $count (local.get $ptr)))

        (func (export "run") (result i32)
            (local $main i32) (local $i i32)
            (local.set $main (call $thread.index))
            (drop (call $thread.yield-then-resume
                (call $thread.new (i32.const 1) (i32.const 13))))
            (drop (call $thread.suspend-then-resume
                (call $thread.new (i32.const 2) (local.get $main))))
            (call $thread.resume-later (call $thread.new (i32.const 3) (local.get $main)))
            (drop (call $thread.suspend))

            (loop $again
                (call $thread.resume-later (call $thread.new (i32.const 4) (i32.const 4)))
                (local.set $i (i32.add (local.get $i) (i32.const 1)))
                (br_if $again (i32.lt_u (local.get $i) (i32.const 5))))
            (loop $again
                (drop (call $thread.yield))
                (br_if $again (i32.ne (i32.load8_u (i32.const 4)) (i32.const 10))))
            (i32.const 42))"#,
    );
    Scenario::of(&[("guest", &guest)]).gives(Some(Value::U8(42)), &[]);
}

/// Threads take turns while their task is called synchronously, in an instance that
/// another task waits in. Validation lets a function of a synchronous type be lifted
/// only synchronously: its own thread returns the result, when the last one of the
/// others resumes it.
#[test]
fn test_sync_threads() {
    let callee = Guest::of("")
        .offers("waiting", "async (result u32)", "")
        .offers("sync", "(result u8)", "")
        .code(
            r#"
            (elem (i32.const 1) func $ping $pong $second $third $waits $writes $leads $follows)
            (global $ping (mut i32) (i32.const 0))
            (global $pong (mut i32) (i32.const 0))
            (global $leads (mut i32) (i32.const 0))
            (global $follows (mut i32) (i32.const 0))
            (global $set (mut i32) (i32.const 0))
            (global $main (mut i32) (i32.const 0))
            (global $result (mut i32) (i32.const 0))

            (func $turns-left (result i32)
                (i32.or
                    (i32.lt_u (global.get $ping) (i32.const 3))
                    (i32.lt_u (global.get $pong) (i32.const 3))))
            (func $ping (param i32)
                (call $expect (local.get 0) (i32.const 131))
                (block $done (loop $again
                    (br_if $done (i32.eqz (call $turns-left)))
                    (global.set $ping (i32.add (global.get $ping) (i32.const 1)))
                    (drop (call $thread.yield))
                    (br $again)))
                (call $thread.resume-later (call $thread (i32.const 2))))
            (func $pong (param i32)
                (call $expect (local.get 0) (i32.const 132))
                (block $done (loop $again
                    (br_if $done (i32.eqz (call $turns-left)))
                    (global.set $pong (i32.add (global.get $pong) (i32.const 1)))
                    (drop (call $thread.yield))
                    (br $again))))

            (func $second (param i32)
                (call $expect (local.get 0) (i32.const 14))
                (call $thread.resume-later (call $thread (i32.const 3))))
            (func $third (param i32)
                (call $expect (local.get 0) (i32.const 15))
                (call $thread.resume-later (call $thread (i32.const 4)))
                (drop (call $thread.suspend)))

            (func $waits (param i32)
                (call $expect (local.get 0) (i32.const 161))
                (call $thread.resume-later (call $thread (i32.const 3)))
                (call $thread.resume-later (call $thread (i32.const 5)))
                (global.set $set (call $waitable-set.new))
                (call $expect
                    (call $waitable-set.wait (global.get $set) (i32.const 0xff0))
                    (i32.const FUTURE_READ))
                (call $thread.resume-later (call $thread (i32.const 6))))
            (func $writes (param i32)
                (local $ends i64)
                (call $expect (local.get 0) (i32.const 162))
                (local.set $ends (call $future.new))
                (call $expect
                    (call $future.read (call $readable (local.get $ends)) (i32.const 0xdeadbeef))
                    (i32.const BLOCKED))
                (call $waitable.join (call $readable (local.get $ends)) (global.get $set))
                (call $expect
                    (call $future.write (call $writable (local.get $ends)) (i32.const 0xdeadbeef))
                    (i32.const COMPLETED)))

            (func $leads (param i32)
                (call $expect (local.get 0) (i32.const 171))
                (loop $again
                    (call $expect (global.get $leads) (global.get $follows))
                    ;; Nobody resumed it, so that it is not promoted.
                    (drop (call $thread.yield-then-promote (call $thread (i32.const 7))))
                    (call $expect (global.get $leads) (global.get $follows))
                    (call $thread.resume-later (call $thread (i32.const 7)))
                    (drop (call $thread.yield-then-promote (call $thread (i32.const 7))))
                    (call $expect (i32.add (global.get $leads) (i32.const 1)) (global.get $follows))
                    (global.set $leads (i32.add (global.get $leads) (i32.const 1)))
                    (br_if $again (i32.lt_u (global.get $leads) (i32.const 3))))
                (global.set $result (i32.const 42))
                (call $thread.resume-later (global.get $main))
                (call $thread.resume-later (call $thread (i32.const 7))))
            (func $follows (param i32)
                (call $expect (local.get 0) (i32.const 172))
                (loop $again
                    (global.set $follows (i32.add (global.get $follows) (i32.const 1)))
                    (drop (call $thread.suspend-then-promote (call $thread (i32.const 6))))
                    (br_if $again (i32.lt_u (global.get $follows) (i32.const 3))))
                (call $set (i32.const 2)))

            ;; The index of the thread of a number from 0 on, and its argument.
            (data (i32.const 64) "\83\84\0e\0f\a1\a2\ab\ac")
            (func $thread (param $i i32) (result i32)
                (i32.load (i32.mul (local.get $i) (i32.const 4))))
            (func (export "sync") (result i32)
                (local $i i32)
                (global.set $main (call $thread.index))
                (loop $again
                    (i32.store (i32.mul (local.get $i) (i32.const 4))
                        (call $thread.new
                            (i32.add (local.get $i) (i32.const 1))
                            (i32.load8_u offset=64 (local.get $i))))
                    (local.set $i (i32.add (local.get $i) (i32.const 1)))
                    (br_if $again (i32.lt_u (local.get $i) (i32.const 8))))
                (call $thread.resume-later (call $thread (i32.const 0)))
                (call $thread.resume-later (call $thread (i32.const 1)))
                (drop (call $thread.suspend))
                (global.get $result))
            (func (export "waiting") (result i32)
                (call $await (i32.const 1))
                (i32.const 43))"#,
        );
    let caller = Guest::of("")
        .calls("waiting", "async (result u32)", "(param i32) (result i32)")
        .lowers("sync", "(result u8)", "", "(result i32)")
        .offers("run", "async (result u8)", "")
        .code(
            r#"
            (func (export "run") (result i32)
                (local $waiting i32) (local $set i32) (local $result i32)
                (local.set $waiting (call $subtask
                    (call $waiting (i32.const 0)) (i32.const STARTED)))
                (call $set (i32.const 1))
                (local.set $result (call $sync))
                (local.set $set (call $waitable-set.new))
                (call $waitable.join (local.get $waiting) (local.get $set))
                (call $wait (local.get $set)
                    (i32.const SUBTASK) (local.get $waiting) (i32.const RETURNED))
                (call $expect (i32.load (i32.const 0)) (i32.const 43))
                (local.get $result))"#,
        );
    let scenario = Scenario::of(&[("callee", &callee), ("caller", &caller)]);
    scenario.gives(Some(Value::U8(42)), &[2]);
}
