//! Calls between guests that are lifted and lowered in each way.

use super::Scenario;
use super::guest::Guest;
use component_reference::value::Value;

#[test]
fn test_async_to_async() {
    let producer = Guest::of("u8")
        .define("return", "task.return (result u8)", "(param i32)")
        .offers("eager", "async (result u8)", "async")
        .offers("toggle", "async", "async")
        .offers("blocking", r#"async (param "x" u8) (result u8)"#, "async")
        .code(
            r#"
            (func (export "eager") (call $return (i32.const 43)))
            (func (export "toggle")
                (call $backpressure.inc)
                (call $await (i32.const 1))
                (call $task.return)
                (call $await (i32.const 2))
                (call $backpressure.dec))
            (func (export "blocking") (param $x i32)
                (call $expect (local.get $x) (i32.const 83))
                (call $await (i32.const 3))
                (call $return (i32.const 44))
                (call $await (i32.const 4))
                (call $set (i32.const 5)))"#,
        );
    let consumer = Guest::of("u8")
        .define("return", "task.return (result u8)", "(param i32)")
        .calls("eager", "async (result u8)", "(param i32) (result i32)")
        .calls("toggle", "async", "(result i32)")
        .calls(
            "blocking",
            r#"async (param "x" u8) (result u8)"#,
            "(param i32 i32) (result i32)",
        )
        .offers("run", "async (result u8)", "async")
        .code(
            r#"
            (func (export "run")
                (local $set i32) (local $toggle i32) (local $blocking i32)
                (local.set $set (call $waitable-set.new))
                (call $expect (call $eager (i32.const 8)) (i32.const RETURNED))
                (call $expect (i32.load8_u (i32.const 8)) (i32.const 43))

                (local.set $toggle (call $subtask (call $toggle) (i32.const STARTED)))
                (call $expect (local.get $toggle) (i32.const 2))
                (call $waitable.join (local.get $toggle) (local.get $set))
                (i32.store8 (i32.const 8) (i32.const 13))
                (local.set $blocking (call $subtask
                    (call $blocking (i32.const 83) (i32.const 8))
                    (i32.const STARTING)))
                (call $expect (local.get $blocking) (i32.const 3))
                (call $expect (i32.load8_u (i32.const 8)) (i32.const 13))
                (call $waitable.join (local.get $blocking) (local.get $set))

                (call $set (i32.const 1))
                (call $wait (local.get $set)
                    (i32.const SUBTASK) (local.get $toggle) (i32.const RETURNED))
                (call $subtask.drop (local.get $toggle))
                (call $set (i32.const 2))
                (call $wait (local.get $set)
                    (i32.const SUBTASK) (local.get $blocking) (i32.const STARTED))
                (call $expect (i32.load8_u (i32.const 8)) (i32.const 13))
                (call $set (i32.const 3))
                (call $wait (local.get $set)
                    (i32.const SUBTASK) (local.get $blocking) (i32.const RETURNED))
                (call $expect (i32.load8_u (i32.const 8)) (i32.const 44))
                (call $subtask.drop (local.get $blocking))
                (call $set (i32.const 4))
                (call $await (i32.const 5))
                (call $return (i32.const 42)))"#,
        );
    let scenario = Scenario::of(&[("producer", &producer), ("consumer", &consumer)]);
    scenario.gives(Some(Value::U8(42)), &[]);
}

#[test]
fn test_async_callback() {
    let producer = Guest::of("")
        .offers("first", "async", "async")
        .offers("second", "async", "async")
        .code(
            r#"
            (func (export "first") (call $await (i32.const 1)) (call $task.return))
            (func (export "second") (call $await (i32.const 2)) (call $task.return))"#,
        );
    let consumer = Guest::of("")
        .define("return", "task.return (result u32)", "(param i32)")
        .calls("first", "async", "(result i32)")
        .calls("second", "async", "(result i32)")
        .offers("run", "async (result u32)", "async callback")
        .code(
            r#"
            (global $set (mut i32) (i32.const 0))
            (func (export "run") (result i32)
                (local $first i32) (local $second i32)
                (local.set $first (call $subtask (call $first) (i32.const STARTED)))
                (call $expect (local.get $first) (i32.const 1))
                (local.set $second (call $subtask (call $second) (i32.const STARTED)))
                (call $expect (local.get $second) (i32.const 2))
                (global.set $set (call $waitable-set.new))
                (call $expect (global.get $set) (i32.const 3))
                (call $waitable.join (local.get $first) (global.get $set))
                (call $waitable.join (local.get $second) (global.get $set))
                (call $set (i32.const 1))
                (call $context.set (i32.const 42))
                (call $wait-on (global.get $set)))
            (func $is (param i32 i32 i32) (param $event i32) (param $index i32) (param $payload i32)
                (call $expect (local.get 0) (local.get $event))
                (call $expect (local.get 1) (local.get $index))
                (call $expect (local.get 2) (local.get $payload)))
            (func (export "run-cb") (param i32 i32 i32) (result i32)
                (if (i32.eq (call $context.get) (i32.const 42)) (then
                    (call $is (local.get 0) (local.get 1) (local.get 2)
                        (i32.const SUBTASK) (i32.const 1) (i32.const RETURNED))
                    (call $subtask.drop (local.get 1))
                    (call $context.set (i32.const 52))
                    (return (i32.const YIELD))))
                (if (i32.eq (call $context.get) (i32.const 52)) (then
                    (call $is (local.get 0) (local.get 1) (local.get 2)
                        (i32.const NONE) (i32.const 0) (i32.const 0))
                    (call $set (i32.const 2))
                    (call $context.set (i32.const 62))
                    (return (call $wait-on (global.get $set)))))
                (call $expect (call $context.get) (i32.const 62))
                (call $is (local.get 0) (local.get 1) (local.get 2)
                    (i32.const SUBTASK) (i32.const 2) (i32.const RETURNED))
                (call $subtask.drop (local.get 1))
                (call $return (i32.const 83))
                (i32.const EXIT))"#,
        );
    let scenario = Scenario::of(&[("producer", &producer), ("consumer", &consumer)]);
    scenario.gives(Some(Value::U32(83)), &[]);
}

/// Tasks with a callback, of one instance, wait in turns: outside of core code one
/// lets others in, inside not. Those who wait to enter can be cancelled meanwhile.
#[test]
fn test_callback_interleaving() {
    const PRODUCE: &str = r#"async (param "i" u32) (param "first" $future)
        (param "second" $future) (param "third" $future) (result u32)"#;
    let producer = Guest::of("")
        .define("return", "task.return (result u32)", "(param i32)")
        .offers("hold", "", "")
        .offers("let-go", "", "")
        .offers("produce", PRODUCE, "async callback")
        .offers("sync", "async (result u32)", "")
        .code(
            r#"
            (func (export "hold") (call $backpressure.inc))
            (func (export "let-go") (call $backpressure.dec))
            (func (export "produce")
                (param $i i32) (param $first i32) (param $second i32) (param $third i32)
                (result i32)
                (local $set i32)
                (i32.store (i32.mul (local.get $i) (i32.const 4)) (local.get $third))
                (call $context.set (local.get $i))
                (call $expect
                    (call $future.read-sync (local.get $first) (i32.const 0xdeadbeef))
                    (i32.const COMPLETED))
                (local.set $set (call $waitable-set.new))
                (call $expect
                    (call $future.read (local.get $second) (i32.const 0xdeadbeef))
                    (i32.const BLOCKED))
                (call $waitable.join (local.get $second) (local.get $set))
                (call $wait-on (local.get $set)))
            (func (export "produce-cb") (param $event i32) (param i32) (param $payload i32)
                (result i32)
                (call $expect (local.get $event) (i32.const FUTURE_READ))
                (call $expect (local.get $payload) (i32.const COMPLETED))
                (call $return (i32.add (i32.const 42) (call $context.get)))
                (call $expect
                    (call $future.read-sync
                        (i32.load (i32.mul (call $context.get) (i32.const 4)))
                        (i32.const 0xdeadbeef))
                    (i32.const COMPLETED))
                (i32.const EXIT))
            (func (export "sync") (result i32) (i32.const 100))"#,
        );
    let consumer = Guest::of("")
        .lowers("hold", "", "", "")
        .lowers("let-go", "", "", "")
        .calls(
            "produce",
            PRODUCE,
            "(param i32 i32 i32 i32 i32) (result i32)",
        )
        .calls("sync", "async (result u32)", "(param i32) (result i32)")
        .offers("run", "async", "")
        .code(
            r#"
            (global $set (mut i32) (i32.const 0))
            (func $write (param $future i64)
                (call $expect
                    (call $future.write (call $writable (local.get $future)) (i32.const 0xdeadbeef))
                    (i32.const COMPLETED)))
            (func $call (param $i i32) (param $first i64) (param $second i64) (param $third i64)
                (param $result i32) (param $state i32) (result i32)
                (call $subtask
                    (call $produce (local.get $i) (call $readable (local.get $first))
                        (call $readable (local.get $second)) (call $readable (local.get $third))
                        (local.get $result))
                    (local.get $state)))
            (func $cancel (param $subtask i32)
                (call $expect (call $subtask.cancel-sync (local.get $subtask))
                    (i32.const CANCELLED_BEFORE_STARTED)))
            (func $nothing-for-long
                (local $i i32)
                (loop $again
                    (drop (call $thread.yield))
                    (call $poll (global.get $set) (i32.const NONE) (i32.const 0) (i32.const 0))
                    (local.set $i (i32.add (local.get $i) (i32.const 1)))
                    (br_if $again (i32.lt_u (local.get $i) (i32.const 10)))))
            (func (export "run")
                (local $f11 i64) (local $f12 i64) (local $f13 i64)
                (local $f21 i64) (local $f22 i64) (local $f23 i64)
                (local $first i32) (local $second i32) (local $third i32)
                (local.set $f11 (call $future.new))
                (local.set $f12 (call $future.new))
                (local.set $f13 (call $future.new))
                (local.set $f21 (call $future.new))
                (local.set $f22 (call $future.new))
                (local.set $f23 (call $future.new))

                ;; What backpressure keeps out keeps its arguments when it is cancelled.
                (call $hold)
                (call $cancel (call $call (i32.const 0)
                    (local.get $f11) (local.get $f12) (local.get $f13)
                    (i32.const 0xdeadbeec) (i32.const STARTING)))
                (call $let-go)
                (local.set $first (call $call (i32.const 0)
                    (local.get $f11) (local.get $f12) (local.get $f13)
                    (i32.const 12) (i32.const STARTED)))
                ;; So does what another task's core code keeps out.
                (call $cancel (call $call (i32.const 1)
                    (local.get $f21) (local.get $f22) (local.get $f23)
                    (i32.const 0xdeadbeec) (i32.const STARTING)))
                (local.set $second (call $call (i32.const 1)
                    (local.get $f21) (local.get $f22) (local.get $f23)
                    (i32.const 16) (i32.const STARTING)))
                (global.set $set (call $waitable-set.new))
                (call $waitable.join (local.get $first) (global.get $set))
                (call $waitable.join (local.get $second) (global.get $set))

                ;; The first waits outside of core code, which lets the second in.
                (call $write (local.get $f11))
                (call $wait (global.get $set)
                    (i32.const SUBTASK) (local.get $second) (i32.const STARTED))
                ;; The first's event waits until the second leaves core code.
                (call $write (local.get $f12))
                (call $nothing-for-long)
                (call $write (local.get $f21))
                (call $wait (global.get $set)
                    (i32.const SUBTASK) (local.get $first) (i32.const RETURNED))
                (call $expect (i32.load (i32.const 12)) (i32.const 42))
                (call $subtask.drop (local.get $first))
                ;; The second's waits until the first does.
                (call $write (local.get $f22))
                (call $nothing-for-long)
                (call $write (local.get $f13))
                (call $wait (global.get $set)
                    (i32.const SUBTASK) (local.get $second) (i32.const RETURNED))
                (call $expect (i32.load (i32.const 16)) (i32.const 43))
                (call $subtask.drop (local.get $second))
                ;; A synchronous task waits until it does as well.
                (local.set $third (call $subtask
                    (call $sync (i32.const 20)) (i32.const STARTING)))
                (call $waitable.join (local.get $third) (global.get $set))
                (call $write (local.get $f23))
                (call $wait (global.get $set)
                    (i32.const SUBTASK) (local.get $third) (i32.const RETURNED))
                (call $expect (i32.load (i32.const 20)) (i32.const 100)))"#,
        );
    let scenario = Scenario::of(&[("producer", &producer), ("consumer", &consumer)]);
    scenario.gives(None, &[]);
}

/// Four core values are passed as such, five in memory.
#[test]
fn test_async_flat_params() {
    const FOUR: &str = r#"async (param "a" f32) (param "b" f64) (param "c" u32) (param "d" s64)"#;
    const SMALL: &str = r#"async (param "a" u32) (param "b" u8) (param "c" u8) (param "d" u8)"#;
    const FIVE: &str =
        r#"async (param "a" u32) (param "b" u8) (param "c" u8) (param "d" u8) (param "e" u8)"#;
    let callee = Guest::of("")
        .offers("four", FOUR, "async")
        .offers("small", SMALL, "async")
        .offers("five", FIVE, "async")
        .code(
            r#"
            (func (export "four") (param f32 f64 i32 i64)
                (call $expect (i32.reinterpret_f32 (local.get 0))
                    (i32.reinterpret_f32 (f32.const 1.1)))
                (call $expect (f64.eq (local.get 1) (f64.const 2.2)) (i32.const 1))
                (call $expect (local.get 2) (i32.const 3))
                (call $expect (i64.eq (local.get 3) (i64.const 4)) (i32.const 1))
                (call $task.return))
            (func $first-four (param i32 i32 i32 i32)
                (call $expect (local.get 0) (i32.const 1))
                (call $expect (local.get 1) (i32.const 2))
                (call $expect (local.get 2) (i32.const 3))
                (call $expect (local.get 3) (i32.const 4)))
            (func (export "small") (param i32 i32 i32 i32)
                (call $first-four (local.get 0) (local.get 1) (local.get 2) (local.get 3))
                (call $task.return))
            (func (export "five") (param i32 i32 i32 i32 i32)
                (call $first-four (local.get 0) (local.get 1) (local.get 2) (local.get 3))
                (call $expect (local.get 4) (i32.const 5))
                (call $task.return))"#,
        );
    let caller = Guest::of("")
        .calls("four", FOUR, "(param f32 f64 i32 i64) (result i32)")
        .calls("small", SMALL, "(param i32 i32 i32 i32) (result i32)")
        .calls("five", FIVE, "(param i32) (result i32)")
        .offers("run", "async", "async")
        .code(
            r#"
            (data (i32.const 12) "\01\00\00\00\02\03\04\05")
            (func (export "run")
                (call $expect
                    (call $four (f32.const 1.1) (f64.const 2.2) (i32.const 3) (i64.const 4))
                    (i32.const RETURNED))
                (call $expect
                    (call $small (i32.const 1) (i32.const 2) (i32.const 3) (i32.const 4))
                    (i32.const RETURNED))
                (call $expect (call $five (i32.const 12)) (i32.const RETURNED))
                (call $task.return))"#,
        );
    let scenario = Scenario::of(&[("callee", &callee), ("caller", &caller)]);
    scenario.gives(None, &[]);
}
