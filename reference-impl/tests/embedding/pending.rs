//! Functions of the host that return later, or not.

use super::{assert_refused, func, guest, instantiate, pending};
use component_reference::trap::Trap;
use component_reference::value::Value;
use component_reference::{
    Answer, Call, Exports, HostCall, HostError, HostFunc, OnCancel, Resolution, Stop, Store,
};

const ASYNC: &str = r#"(import "f" (func $f async (param "v" u32) (result u32)))"#;

/// Exports `run: async func() -> u32`, which calls the host synchronously.
fn synchronous() -> String {
    guest(
        ASYNC,
        &[("f", "lower (func $f)", "(param i32) (result i32)")],
        r#"(func (export "run") (result i32)
            (i32.add (call $f (i32.const 40)) (i32.const 1)))"#,
        r#"(func (export "run") async (result u32) (canon lift (core func $i "run")))"#,
    )
}

/// Exports `run: async func() -> u32`, which calls the host asynchronously, asks for
/// the cancellation of the call, and returns what that says, or, if it blocks, the
/// state that the next event has.
fn cancelling() -> String {
    guest(
        ASYNC,
        &[
            (
                "f",
                "lower (func $f) async (memory $mem)",
                "(param i32 i32) (result i32)",
            ),
            ("cancel", "subtask.cancel async", "(param i32) (result i32)"),
            ("new", "waitable-set.new", "(result i32)"),
            ("join", "waitable.join", "(param i32 i32)"),
            (
                "wait",
                "waitable-set.wait (memory $mem)",
                "(param i32 i32) (result i32)",
            ),
        ],
        r#"(func (export "run") (result i32) (local $subtask i32) (local $state i32) (local $set i32)
            (local.set $subtask (i32.shr_u (call $f (i32.const 40) (i32.const 16)) (i32.const 4)))
            (local.set $state (call $cancel (local.get $subtask)))
            (if (i32.ne (local.get $state) (i32.const -1)) (then (return (local.get $state))))
            (local.set $set (call $new))
            (call $join (local.get $subtask) (local.get $set))
            (drop (call $wait (local.get $set) (i32.const 0)))
            (i32.add (i32.const 100) (i32.load (i32.const 4))))"#,
        r#"(func (export "run") async (result u32) (canon lift (core func $i "run")))"#,
    )
}

fn only(store: &Store) -> HostCall {
    let calls: Vec<_> = store.pending_host_calls().collect();
    let [call] = calls[..] else {
        panic!("{calls:?} is not one call");
    };
    call
}

#[test]
fn a_caller_waits_until_the_host_answers() {
    let (mut store, exports) = instantiate(&synchronous(), &pending(OnCancel::Ask));
    assert_eq!(
        store.call(func(&exports, "run"), vec![]),
        Err(Stop::AwaitsHost)
    );
    assert_eq!(store.resume_call(), Err(Stop::AwaitsHost));
    let call = only(&store);
    assert_refused(store.answer(call, Ok(Some(Value::U8(1)))), "no value");
    store
        .answer(call, Ok(Some(Value::U32(41))))
        .expect("it is pending");
    assert_refused(store.answer(call, Ok(Some(Value::U32(41)))), "pending");
    assert_eq!(store.resume_call(), Ok(Some(Value::U32(42))));
    assert_refused(store.resume_call(), "no call waits");
}

#[test]
fn a_function_that_answers_at_once_is_as_any_other() {
    let echo = HostFunc::concurrent(|_, _, _, args| Ok(Answer::Returned(args.into_iter().next())));
    let (mut store, exports) = instantiate(&synchronous(), &echo);
    assert_eq!(
        store.call(func(&exports, "run"), vec![]),
        Ok(Some(Value::U32(41)))
    );
}

#[test]
fn a_host_that_has_nothing_left_to_do_ends_a_call_as_a_deadlock() {
    let (mut store, exports) = instantiate(&synchronous(), &pending(OnCancel::Ask));
    assert_eq!(
        store.call(func(&exports, "run"), vec![]),
        Err(Stop::AwaitsHost)
    );
    let call = only(&store);
    assert_eq!(store.give_up(), Stop::Trap(Trap::Deadlock));
    assert!(store.is_locked());
    let answer = store.answer(call, Ok(Some(Value::U32(41))));
    assert_eq!(answer, Err(Stop::Trap(Trap::Locked)));
}

#[test]
fn a_trap_of_the_host_stops_the_caller_later_too() {
    let (mut store, exports) = instantiate(&synchronous(), &pending(OnCancel::Ask));
    assert_eq!(
        store.call(func(&exports, "run"), vec![]),
        Err(Stop::AwaitsHost)
    );
    let trap = Stop::Trap(Trap::Host("no".into()));
    let answer = Err(HostError::Trap("no".into()));
    assert_eq!(store.answer(only(&store), answer), Err(trap));
    assert!(store.is_locked());
}

#[test]
fn only_functions_whose_type_is_async_may_be_pending() {
    let text = guest(
        r#"(import "f" (func $f (param "v" u32) (result u32)))"#,
        &[("f", "lower (func $f)", "(param i32) (result i32)")],
        r#"(func (export "run") (result i32) (call $f (i32.const 40)))"#,
        r#"(func (export "run") (result u32) (canon lift (core func $i "run")))"#,
    );
    let (mut store, exports) = instantiate(&text, &pending(OnCancel::Ask));
    match store.call(func(&exports, "run"), vec![]) {
        Err(Stop::Trap(Trap::Host(message))) => assert!(message.contains("not async"), "{message}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_pending_call_is_cancelled_at_once_or_as_the_host_likes() {
    let run = |on_cancel| {
        let (mut store, exports) = instantiate(&cancelling(), &pending(on_cancel));
        let result = store.call(func(&exports, "run"), vec![]);
        (store, result)
    };
    let cancelled = 4;
    let returned = 2;
    let (_, result) = run(OnCancel::Cancel);
    assert_eq!(result, Ok(Some(Value::U32(cancelled))));

    let (mut store, result) = run(OnCancel::Ask);
    assert_eq!(result, Err(Stop::AwaitsHost));
    let call = only(&store);
    assert!(store.is_cancellation_requested(call));
    store.answer_cancelled(call).expect("it is requested");
    assert_eq!(store.resume_call(), Ok(Some(Value::U32(100 + cancelled))));

    let (mut store, _) = run(OnCancel::Ask);
    let call = only(&store);
    store
        .answer(call, Ok(Some(Value::U32(1))))
        .expect("it is pending");
    assert_eq!(store.resume_call(), Ok(Some(Value::U32(100 + returned))));
}

#[test]
fn a_call_is_not_cancelled_unless_that_is_requested() {
    let (mut store, exports) = instantiate(&synchronous(), &pending(OnCancel::Ask));
    assert_eq!(
        store.call(func(&exports, "run"), vec![]),
        Err(Stop::AwaitsHost)
    );
    let call = only(&store);
    assert!(!store.is_cancellation_requested(call));
    assert_refused(store.answer_cancelled(call), "no cancellation");
}

#[test]
fn a_function_of_the_host_runs_no_guests() {
    let nested = HostFunc::concurrent(|store, _, _, _| {
        store.tick()?;
        Ok(Answer::Returned(Some(Value::U32(0))))
    });
    let (mut store, exports) = instantiate(&synchronous(), &nested);
    let trap = Trap::Host("guests are running".into());
    let called = store.call(func(&exports, "run"), vec![]);
    assert_eq!(called, Err(Stop::Trap(trap)));
    assert!(store.is_locked());
}

#[test]
fn calls_of_the_hosts_own_functions_may_be_pending() {
    let text = r#"(component
        (import "f" (func $f async (param "v" u32) (result u32)))
        (export "g" (func $f)))"#;
    let resolved = |end: fn(&mut Store, Call) -> Option<Resolution>| {
        let (mut store, exports): (Store, Exports) = instantiate(text, &pending(OnCancel::Cancel));
        let call = store
            .start(func(&exports, "g"), vec![Value::U32(1)])
            .expect("it starts");
        assert_eq!(store.resolution(call), None);
        end(&mut store, call)
    };
    let answered = resolved(|store, call| {
        store
            .answer(only(store), Ok(Some(Value::U32(2))))
            .expect("it is pending");
        store.resolution(call)
    });
    assert_eq!(answered, Some(Resolution::Returned(Some(Value::U32(2)))));
    let cancelled = resolved(|store, call| {
        store.cancel(call).expect("it is pending");
        store.resolution(call)
    });
    assert_eq!(cancelled, Some(Resolution::Cancelled));
}
