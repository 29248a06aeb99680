//! Calls that the host makes beside each other, and cancels.

use super::{assert_refused, func, guest, instantiate, unused};
use component_reference::value::Value;
use component_reference::{Exports, Resolution, Stop, Store};

/// Exports `wait: async func() -> u32`, which waits until `set` is called or it is
/// cancelled; then it returns 7, or, if `stubborn`, 8 instead of being cancelled.
fn waiting(stubborn: bool) -> String {
    let cancelled = match stubborn {
        true => "(call $return (i32.const 8))",
        false => "(call $cancel)",
    };
    guest(
        "",
        &[
            ("return", "task.return (result u32)", "(param i32)"),
            ("cancel", "task.cancel", ""),
        ],
        &format!(
            r#"(global $set (mut i32) (i32.const 0))
            (func (export "set") (global.set $set (i32.const 1)))
            (func (export "wait") (result i32) (i32.const 1))
            (func (export "callback") (param $event i32) (param i32 i32) (result i32)
                (if (i32.eq (local.get $event) (i32.const 6)) (then {cancelled} (return (i32.const 0))))
                (if (global.get $set) (then (call $return (i32.const 7)) (return (i32.const 0))))
                (i32.const 1))"#
        ),
        r#"(func (export "set") (canon lift (core func $i "set")))
        (func (export "wait") async (result u32)
            (canon lift (core func $i "wait") async (callback (core func $i "callback"))))"#,
    )
}

fn waiting_store(stubborn: bool) -> (Store, Exports) {
    instantiate(&waiting(stubborn), &unused())
}

#[test]
fn calls_run_beside_each_other() {
    let (mut store, exports) = waiting_store(false);
    let wait = func(&exports, "wait");
    let calls = [(); 3].map(|()| store.start(wait, vec![]).expect("it starts"));
    for _ in 0..10 {
        assert_eq!(store.tick(), Ok(true));
    }
    assert!(calls.iter().all(|call| store.resolution(*call).is_none()));
    assert_eq!(store.call(func(&exports, "set"), vec![]), Ok(None));
    store.run_until_idle().expect("nothing traps");
    assert_eq!(store.tick(), Ok(false));
    for call in calls {
        let returned = Resolution::Returned(Some(Value::U32(7)));
        assert_eq!(store.resolution(call), Some(returned));
        assert_eq!(store.resolution(call), None, "it is told once");
    }
}

#[test]
fn a_call_is_cancelled_if_the_callee_agrees() {
    for (stubborn, resolution) in [
        (false, Resolution::Cancelled),
        (true, Resolution::Returned(Some(Value::U32(8)))),
    ] {
        let (mut store, exports) = waiting_store(stubborn);
        let call = store
            .start(func(&exports, "wait"), vec![])
            .expect("it starts");
        store.cancel(call).expect("it waits");
        store.run_until_idle().expect("nothing traps");
        assert_eq!(store.resolution(call), Some(resolution));
        assert_refused(store.cancel(call), "no such call");
    }
}

#[test]
fn cancelling_a_resolved_call_does_nothing() {
    let (mut store, exports) = waiting_store(false);
    let call = store
        .start(func(&exports, "set"), vec![])
        .expect("it starts");
    store.cancel(call).expect("it is resolved");
    assert_eq!(store.resolution(call), Some(Resolution::Returned(None)));
}

#[test]
fn a_call_that_runs_out_of_fuel_at_its_start_is_driven_on() {
    let text = guest(
        "",
        &[],
        r#"(func (export "count") (result i32) (local $i i32)
            (loop $l
                (local.set $i (i32.add (local.get $i) (i32.const 1)))
                (br_if $l (i32.lt_u (local.get $i) (i32.const 1000))))
            (local.get $i))"#,
        r#"(func (export "count") (result u32) (canon lift (core func $i "count")))"#,
    );
    let (mut store, exports) = instantiate(&text, &unused());
    *store.fuel() = 100;
    let count = func(&exports, "count");
    let call = store
        .start(count, vec![])
        .expect("that it has no fuel left comes later");
    assert_eq!(store.resolution(call), None);
    assert_eq!(store.tick(), Err(Stop::OutOfFuel));
    assert_refused(store.start(count, vec![]), "under way");
    *store.fuel() = u64::MAX;
    store.run_until_idle().expect("nothing traps");
    let returned = Resolution::Returned(Some(Value::U32(1000)));
    assert_eq!(store.resolution(call), Some(returned));
}
