//! Who waits to enter an instance, and who does not.

use super::Scenario;
use super::guest::Guest;
use component_reference::value::Value;

/// Validation lets a function of a synchronous type be called only synchronously.
#[test]
fn test_sync_ignores_backpressure() {
    const BLOCKING: &str = r#"async (param "i" u32) (param "f" $future) (result u32)"#;
    const SYNC: &str = r#"(param "i" u32) (result u32)"#;
    let callee = Guest::of("")
        .offers("blocking", BLOCKING, "")
        .offers("sync", SYNC, "")
        .code(
            r#"
            (func (export "blocking") (param $i i32) (param $future i32) (result i32)
                (call $expect
                    (call $future.read-sync (local.get $future) (i32.const 0xdeadbeef))
                    (i32.const COMPLETED))
                (i32.add (i32.const 42) (local.get $i)))
            (func (export "sync") (param $i i32) (result i32)
                (i32.add (i32.const 84) (local.get $i)))"#,
        );
    let caller = Guest::of("")
        .calls("blocking", BLOCKING, "(param i32 i32 i32) (result i32)")
        .lowers("sync", SYNC, "", "(param i32) (result i32)")
        .offers("run", "async", "")
        .code(
            r#"
            (func (export "run")
                (local $future i64) (local $set i32) (local $blocking i32)
                (local.set $future (call $future.new))
                (local.set $blocking (call $subtask
                    (call $blocking (i32.const 1) (call $readable (local.get $future)) (i32.const 4))
                    (i32.const STARTED)))
                (call $expect (call $sync (i32.const 2)) (i32.const 86))
                (call $expect
                    (call $future.write-sync
                        (call $writable (local.get $future)) (i32.const 0xdeadbeef))
                    (i32.const COMPLETED))
                (local.set $set (call $waitable-set.new))
                (call $waitable.join (local.get $blocking) (local.get $set))
                (call $wait (local.get $set)
                    (i32.const SUBTASK) (local.get $blocking) (i32.const RETURNED))
                (call $expect (i32.load (i32.const 4)) (i32.const 43))
                (call $subtask.drop (local.get $blocking)))"#,
        );
    let scenario = Scenario::of(&[("callee", &callee), ("caller", &caller)]);
    scenario.gives(None, &[]);
}

/// Two calls, of which the second waits until the first is done, and the code that
/// takes their events.
fn two_calls(lift: &str, first: &str, second: &str, next: &str, result: &str) -> Scenario {
    let producer = Guest::of("")
        .offers("first", "async", lift)
        .offers("second", "async", lift)
        .code(&format!(
            r#"
            (global $first-done (mut i32) (i32.const 0))
            (func (export "first") {first} (global.set $first-done (i32.const 1)))
            (func (export "second")
                (call $expect (global.get $first-done) (i32.const 1))
                {second}
                (call $set (i32.const 2)))"#
        ));
    let consumer = Guest::of("")
        .define("return", "task.return (result u8)", "(param i32)")
        .calls("first", "async", "(result i32)")
        .calls("second", "async", "(result i32)")
        .offers("run", "async (result u8)", "async")
        .code(&format!(
            r#"
            (func (export "run")
                (local $first i32) (local $second i32) (local $set i32)
                (local $gone i32) (local $count i32)
                (local.set $first (call $subtask (call $first) (i32.const STARTED)))
                (call $expect (local.get $first) (i32.const 1))
                (local.set $second (call $subtask (call $second) (i32.const STARTING)))
                (call $expect (local.get $second) (i32.const 2))
                (local.set $set (call $waitable-set.new))
                (call $waitable.join (local.get $first) (local.get $set))
                (call $waitable.join (local.get $second) (local.get $set))
                (call $set (i32.const 1))
                (call $expect (call $is-set (i32.const 2)) (i32.const 0))
                (loop $next
                    {next}
                    (call $expect (i32.load (i32.const 12)) (i32.const RETURNED))
                    (call $subtask.drop (i32.load (i32.const 8)))
                    (local.set $gone (i32.or (local.get $gone) (i32.load (i32.const 8))))
                    (local.set $count (i32.add (local.get $count) (i32.const 1)))
                    (br_if $next (i32.lt_u (local.get $count) (i32.const 2))))
                (call $expect (local.get $gone) (i32.const 3))
                (call $expect (call $is-set (i32.const 2)) (i32.const 1))
                (call $waitable-set.drop (local.get $set))
                (call $return (i32.const {result})))"#
        ));
    Scenario::of(&[("producer", &producer), ("consumer", &consumer)])
}

/// A synchronous task has its instance to itself.
#[test]
fn test_async_to_sync() {
    let next = r#"
        (drop (call $thread.yield))
        (br_if $next
            (i32.eqz (call $waitable-set.poll (local.get $set) (i32.const 8))))"#;
    let scenario = two_calls("", "(call $await (i32.const 1))", "", next, "83");
    scenario.gives(Some(Value::U8(83)), &[]);
}

#[test]
fn test_async_backpressure() {
    let first = r#"
        (call $backpressure.inc)
        (call $await (i32.const 1))
        (call $backpressure.dec)
        (call $task.return)"#;
    let next = r#"
        (call $expect
            (call $waitable-set.wait (local.get $set) (i32.const 8))
            (i32.const SUBTASK))"#;
    let scenario = two_calls("async", first, "(call $task.return)", next, "84");
    scenario.gives(Some(Value::U8(84)), &[]);
}

/// A task that is lifted synchronously may wait, if its type is asynchronous.
#[test]
fn test_sync_using_wait() {
    let producer = Guest::of("")
        .offers("first", "async", "async")
        .offers("second", "async", "async")
        .code(
            r#"
            (func (export "first") (call $await (i32.const 1)) (call $task.return))
            (func (export "second") (call $await (i32.const 2)) (call $task.return))"#,
        );
    let consumer = Guest::of("")
        .calls("first", "async", "(result i32)")
        .calls("second", "async", "(result i32)")
        .offers("run", "async", "")
        .code(
            r#"
            (func (export "run")
                (local $first i32) (local $second i32) (local $set i32)
                (local.set $first (call $subtask (call $first) (i32.const STARTED)))
                (call $expect (local.get $first) (i32.const 1))
                (local.set $second (call $subtask (call $second) (i32.const STARTED)))
                (call $expect (local.get $second) (i32.const 2))
                (local.set $set (call $waitable-set.new))
                (call $waitable.join (local.get $first) (local.get $set))
                (call $waitable.join (local.get $second) (local.get $set))
                (call $set (i32.const 1))
                (call $wait (local.get $set)
                    (i32.const SUBTASK) (local.get $first) (i32.const RETURNED))
                (call $set (i32.const 2))
                (call $wait (local.get $set)
                    (i32.const SUBTASK) (local.get $second) (i32.const RETURNED))
                (call $subtask.drop (local.get $first))
                (call $subtask.drop (local.get $second))
                (call $waitable-set.drop (local.get $set)))"#,
        );
    let scenario = Scenario::of(&[("producer", &producer), ("consumer", &consumer)]);
    scenario.gives(None, &[]);
}
