//! Subtasks that are cancelled.

use super::Scenario;
use super::guest::Guest;
use super::host::Host;
use crate::trap;
use component_reference::trap::TrapSite::TaskCancelNotCancelled;
use component_reference::value::Value;
use component_reference::{Resolution, Store};

const T: &str = r#"async (param "x" u8) (result u8)"#;
const SLOW: &str = r#"async (param "flag" u32) (result u8)"#;

/// The functions that are cancelled. `after_import` is what `imports` does once its
/// synchronous call has returned.
fn callee(after_import: &str) -> Guest {
    let guest = Guest::of("u8")
        .define("return", "task.return (result u8)", "(param i32)")
        .lowers("slow", SLOW, "", "(param i32) (result i32)")
        .define(
            "slow-async",
            "lower (func $slow) async (memory $memory)",
            "(param i32 i32) (result i32)",
        )
        .offers("hold", "", "")
        .offers("let-go", "", "")
        .offers("never", T, "async")
        .offers("waits", T, "async callback")
        .offers("yields", T, "async callback")
        .offers("hogs", T, "async callback")
        .offers("imports", T, "async callback")
        .offers("ignores", T, "async");
    guest.code(&format!(
        r#"
        (func (export "hold") (call $backpressure.inc))
        (func (export "let-go") (call $backpressure.dec))
        (func (export "never") (param i32) unreachable)

        ;; Returns or is cancelled when it hears of it: by 1 and 2 at once, by 3 and 4
        ;; after a yield.
        (func (export "waits") (param $x i32) (result i32)
            (call $context.set (local.get $x))
            (call $wait-on (call $waitable-set.new)))
        (func (export "waits-cb") (param $event i32) (param $p1 i32) (param $p2 i32) (result i32)
            (local $x i32)
            (call $expect (i32.or (local.get $p1) (local.get $p2)) (i32.const 0))
            (local.set $x (call $context.get))
            (if (i32.gt_u (local.get $x) (i32.const 2)) (then
                (local.set $x (i32.sub (local.get $x) (i32.const 2)))
                (if (i32.eq (local.get $event) (i32.const TASK_CANCELLED))
                    (then (return (i32.const YIELD))))
                (call $expect (local.get $event) (i32.const NONE)))
            (else
                (call $expect (local.get $event) (i32.const TASK_CANCELLED))))
            (if (i32.eq (local.get $x) (i32.const 1))
                (then (call $return (i32.add (i32.const 41) (call $context.get))))
                (else (call $task.cancel)))
            (i32.const EXIT))

        (func (export "yields") (param $x i32) (result i32)
            (call $context.set (local.get $x))
            (i32.const YIELD))
        (func (export "yields-cb") (param $event i32) (param $p1 i32) (param $p2 i32)
            (result i32)
            (call $expect (i32.or (local.get $p1) (local.get $p2)) (i32.const 0))
            (if (i32.eq (local.get $event) (i32.const TASK_CANCELLED))
                (then (call $task.cancel))
                (else
                    (call $expect (local.get $event) (i32.const NONE))
                    (call $return (call $context.get))
                    (call $set (i32.const 1))))
            (i32.const EXIT))

        ;; Has the instance to itself while it yields.
        (func (export "hogs") (param $x i32) (result i32)
            (drop (call $thread.yield))
            (call $return (local.get $x))
            (i32.const EXIT))
        (func (export "hogs-cb") (param i32 i32 i32) (result i32) unreachable)

        (func (export "imports") (param i32) (result i32)
            (local $set i32)
            (call $expect (call $slow (i32.const 2)) (i32.const 43))
            {after_import}
            (local.set $set (call $waitable-set.new))
            (call $context.set (local.get $set))
            (call $wait-on (local.get $set)))
        (func (export "imports-cb") (param $event i32) (param $p1 i32) (param $p2 i32)
            (result i32)
            (call $expect (local.get $event) (i32.const TASK_CANCELLED))
            (call $expect (i32.or (local.get $p1) (local.get $p2)) (i32.const 0))
            ;; It hears of it once.
            (call $poll (call $context.get) (i32.const NONE) (i32.const 0) (i32.const 0))
            (call $task.cancel)
            (i32.const EXIT))

        (func (export "ignores") (param $x i32)
            (local $slow i32)
            (call $expect (local.get $x) (i32.const 13))
            (local.set $slow (call $subtask
                (call $slow-async (i32.const 3) (i32.const 0)) (i32.const STARTED)))
            (call $expect (call $subtask.cancel-sync (local.get $slow)) (i32.const RETURNED))
            (call $expect (i32.load8_u (i32.const 0)) (i32.const 43))
            (call $subtask.drop (local.get $slow))
            (call $return (i32.const 44)))"#
    ))
}

fn caller() -> Guest {
    let calls = "(param i32 i32) (result i32)";
    let guest = Guest::of("u8")
        .define("return", "task.return (result u8)", "(param i32)")
        .lowers("hold", "", "", "")
        .lowers("let-go", "", "", "")
        .calls("never", T, calls)
        .calls("waits", T, calls)
        .calls("yields", T, calls)
        .calls("hogs", T, calls)
        .calls("imports", T, calls)
        .calls("ignores", T, calls)
        .offers("run", T, "async");
    guest.code(
        r#"
        (global $set (mut i32) (i32.const 0))
        ;; What the callee's result goes to is 13 until it does.
        (func $begun (param $packed i32) (result i32)
            (call $subtask (local.get $packed) (i32.const STARTED)))
        (func $result (param $result i32)
            (call $expect (i32.load8_u (i32.const 0)) (local.get $result))
            (i32.store8 (i32.const 0) (i32.const 13)))
        (func $cancels-sync (param $subtask i32) (param $state i32) (param $result i32)
            (call $expect (call $subtask.cancel-sync (local.get $subtask)) (local.get $state))
            (call $result (local.get $result))
            (call $subtask.drop (local.get $subtask)))
        (func $cancels (param $subtask i32) (param $state i32) (param $result i32)
            (call $expect (call $subtask.cancel (local.get $subtask)) (local.get $state))
            (call $result (local.get $result))
            (call $subtask.drop (local.get $subtask)))
        (func $requests (param $subtask i32)
            (call $expect (call $subtask.cancel (local.get $subtask)) (i32.const BLOCKED))
            (call $result (i32.const 13)))
        (func $ends (param $subtask i32) (param $state i32) (param $result i32)
            (call $waitable.join (local.get $subtask) (global.get $set))
            (call $wait (global.get $set)
                (i32.const SUBTASK) (local.get $subtask) (local.get $state))
            (call $result (local.get $result))
            (call $subtask.drop (local.get $subtask)))

        (func $before-they-start
            (local $first i32) (local $second i32)
            (call $hold)
            (local.set $first (call $subtask
                (call $never (i32.const 13) (i32.const 0)) (i32.const STARTING)))
            (local.set $second (call $subtask
                (call $never (i32.const 13) (i32.const 0)) (i32.const STARTING)))
            (call $cancels-sync (local.get $second)
                (i32.const CANCELLED_BEFORE_STARTED) (i32.const 13))
            (call $cancels (local.get $first)
                (i32.const CANCELLED_BEFORE_STARTED) (i32.const 13))
            (call $let-go))

        (func $while-they-wait
            (local $1 i32) (local $2 i32) (local $3 i32) (local $3-sync i32)
            (local $4 i32) (local $4-sync i32)
            (local.set $1 (call $begun (call $waits (i32.const 1) (i32.const 0))))
            (local.set $2 (call $begun (call $waits (i32.const 2) (i32.const 0))))
            (local.set $3 (call $begun (call $waits (i32.const 3) (i32.const 0))))
            (local.set $3-sync (call $begun (call $waits (i32.const 3) (i32.const 0))))
            (local.set $4 (call $begun (call $waits (i32.const 4) (i32.const 0))))
            (local.set $4-sync (call $begun (call $waits (i32.const 4) (i32.const 0))))
            (call $cancels-sync (local.get $1) (i32.const RETURNED) (i32.const 42))
            (call $cancels (local.get $2)
                (i32.const CANCELLED_BEFORE_RETURNED) (i32.const 13))
            (call $requests (local.get $3))
            (call $ends (local.get $3) (i32.const RETURNED) (i32.const 44))
            (call $cancels-sync (local.get $3-sync) (i32.const RETURNED) (i32.const 44))
            (call $requests (local.get $4))
            (call $ends (local.get $4)
                (i32.const CANCELLED_BEFORE_RETURNED) (i32.const 13))
            (call $cancels-sync (local.get $4-sync)
                (i32.const CANCELLED_BEFORE_RETURNED) (i32.const 13)))

        (func $when-they-yield
            (local $subtask i32)
            (local.set $subtask (call $begun (call $yields (i32.const 83) (i32.const 0))))
            (call $await (i32.const 1))
            (call $cancels (local.get $subtask) (i32.const RETURNED) (i32.const 83))
            (local.set $subtask (call $begun (call $yields (i32.const 83) (i32.const 0))))
            (call $cancels (local.get $subtask)
                (i32.const CANCELLED_BEFORE_RETURNED) (i32.const 13)))

        ;; The request is kept until nobody has the callee's instance to itself.
        (func $while-another-hogs (param $subtask i32) (param $state i32) (param $result i32)
            (local $hog i32)
            (i32.store8 (i32.const 4) (i32.const 13))
            (local.set $hog (call $begun (call $hogs (i32.const 45) (i32.const 4))))
            (call $requests (local.get $subtask))
            (call $ends (local.get $subtask) (local.get $state) (local.get $result))
            (call $expect (i32.load8_u (i32.const 4)) (i32.const 45))
            (call $ends (local.get $hog) (i32.const RETURNED) (i32.const 13)))

        (func $while-they-call
            (local $subtask i32)
            (local.set $subtask (call $begun (call $imports (i32.const 0) (i32.const 0))))
            (call $requests (local.get $subtask))
            (call $set (i32.const 2))
            (call $ends (local.get $subtask)
                (i32.const CANCELLED_BEFORE_RETURNED) (i32.const 13))
            ;; A stackful task never hears of it.
            (local.set $subtask (call $begun (call $ignores (i32.const 13) (i32.const 0))))
            (call $requests (local.get $subtask))
            (call $set (i32.const 3))
            (call $ends (local.get $subtask) (i32.const RETURNED) (i32.const 44)))

        (func (export "run") (param $x i32)
            (call $expect (local.get $x) (i32.const 1))
            (global.set $set (call $waitable-set.new))
            (i32.store8 (i32.const 0) (i32.const 13))
            (call $before-they-start)
            (call $while-they-wait)
            (call $when-they-yield)
            (call $while-another-hogs
                (call $begun (call $waits (i32.const 1) (i32.const 0)))
                (i32.const RETURNED) (i32.const 42))
            (call $while-another-hogs
                (call $begun (call $yields (i32.const 1) (i32.const 0)))
                (i32.const CANCELLED_BEFORE_RETURNED) (i32.const 13))
            (call $while-they-call)
            (call $waitable-set.drop (global.get $set))
            (call $return (i32.const 42)))"#,
    )
}

/// By default whoever yields lets others run, and a request for cancellation runs one
/// thread of the callee's instance: how many it runs is open.
#[test]
fn test_cancel_subtask() {
    let scenario = |after_import: &str| {
        let guests = [("callee", &callee(after_import)), ("caller", &caller())];
        Scenario::of(&guests).by_default()
    };
    let begin = |_: &mut Host, _: &mut Store| vec![Value::U8(1)];
    scenario("").plays(begin, |played| {
        let returned = Resolution::Returned(Some(Value::U8(42)));
        assert_eq!(played.result, Some(returned));
    });
    // A task that was not told of its cancellation cannot agree to it.
    let stop = trap(TaskCancelNotCancelled);
    scenario("(call $task.cancel)").stops(begin, &stop);
}
