//! Handles of owned and of borrowed resources.

use crate::{component, func};
use component_reference::types::{ResourceType, ValType};
use component_reference::value::{Resource, Value};
use component_reference::{Func, HostFunc, Implementation, Store};
use std::sync::{Arc, Mutex};

/// `run` is given two owners and two borrows, and hands back three owners; `indices`
/// says at which indices the owners that it is given land. What the handles stand
/// for shows in what the host is lent and gets back: validation allows
/// `resource.rep` only where the resource is defined.
const TEXT: &str = r#"(component
    (import "host" (instance $host
        (export "r" (type $r (sub resource)))
        (export "swap"
            (func (param "a" (borrow $r)) (param "b" (borrow $r)) (result (own $r))))
        (export "make" (func (result (own $r))))))
    (alias export $host "r" (type $r))
    (type $r2' (resource (rep i32)))
    (export $r2 "r2" (type $r2'))
    (core func $swap (canon lower (func $host "swap")))
    (core func $make (canon lower (func $host "make")))
    (core func $drop (canon resource.drop $r))
    (core module $m
        (import "" "swap" (func $swap (param i32 i32) (result i32)))
        (import "" "make" (func $make (result i32)))
        (import "" "drop" (func $drop (param i32)))
        (memory (export "memory") 1)
        (func $expect (param i32 i32)
            (if (i32.ne (local.get 0) (local.get 1)) (then unreachable)))
        (func (export "run") (param $h1 i32) (param $h2 i32) (param $h3 i32) (param $r2 i32)
            (result i32)
            (local $h4 i32) (local $h i32)
            (call $expect (local.get $h1) (i32.const 1))
            (call $expect (local.get $h2) (i32.const 2))
            (call $expect (local.get $h3) (i32.const 3))
            (call $expect (local.get $r2) (i32.const 13))
            (local.set $h4 (call $swap (local.get $h1) (local.get $h3)))
            (call $expect (local.get $h4) (i32.const 4))
            (call $drop (local.get $h1))
            (local.set $h (call $make))
            (call $expect (local.get $h) (local.get $h1))
            (call $drop (local.get $h3))
            (i32.store (i32.const 0) (local.get $h))
            (i32.store (i32.const 4) (local.get $h2))
            (i32.store (i32.const 8) (local.get $h4))
            (i32.const 0))
        (func (export "indices") (param i32 i32 i32) (result i32)
            (i32.store (i32.const 0) (local.get 0))
            (i32.store (i32.const 4) (local.get 1))
            (i32.store (i32.const 8) (local.get 2))
            (i32.const 0)))
    (core instance $i (instantiate $m (with "" (instance
        (export "swap" (func $swap)) (export "make" (func $make))
        (export "drop" (func $drop))))))
    (func (export "run")
        (param "a" (own $r)) (param "b" (own $r)) (param "c" (borrow $r)) (param "d" (borrow $r2))
        (result (tuple (own $r) (own $r) (own $r)))
        (canon lift (core func $i "run") (memory (core memory $i "memory"))))
    (func (export "indices") (param "a" (own $r)) (param "b" (own $r)) (param "c" (own $r))
        (result (tuple u32 u32 u32))
        (canon lift (core func $i "indices") (memory (core memory $i "memory")))))"#;

#[test]
fn test_handles() {
    let component = component(TEXT);
    let dropped = Arc::new(Mutex::new(Vec::new()));
    let lent = Arc::new(Mutex::new(Vec::new()));
    let mut store = Store::default();
    let imports = store.offer(&component, &mut |path, _| {
        let (dropped, lent) = (dropped.clone(), lent.clone());
        Some(match path {
            "host/r" => Implementation::Resource(Some(HostFunc::new(move |_, args| {
                dropped.lock().expect("no panic").extend(args);
                Ok(None)
            }))),
            "host/swap" => Implementation::Func(HostFunc::new(move |ft, args| {
                lent.lock().expect("no panic").extend(args);
                Ok(Some(owned(ft.result.as_ref(), 45)))
            })),
            _ => Implementation::Func(HostFunc::new(|ft, _| {
                Ok(Some(owned(ft.result.as_ref(), 46)))
            })),
        })
    });
    let imports = imports.expect("everything is offered");
    let exports = store.instantiate(&component, &imports);
    let exports = exports.expect("what it imports is offered");

    let run = func(&exports, "run");
    let (r, r2) = (resource_type(run, 0), resource_type(run, 3));
    let own = |rep| Value::Own(Resource { rt: r, rep });
    let borrow = |rt, rep| Value::Borrow(Resource { rt, rep });
    let args = vec![own(42), own(43), borrow(r, 44), borrow(r2, 13)];
    let got = store.call(run, args);
    assert_eq!(
        got,
        Ok(Some(Value::Record(vec![own(46), own(43), own(45)])))
    );
    assert_eq!(*dropped.lock().expect("no panic"), [Value::U64(42)]);
    assert_eq!(
        *lent.lock().expect("no panic"),
        [borrow(r, 42), borrow(r, 44)]
    );

    // All four indices are free again; what was freed last is taken first.
    let got = store.call(func(&exports, "indices"), vec![own(1), own(2), own(3)]);
    let indices = [4, 2, 1].map(Value::U32).to_vec();
    assert_eq!(got, Ok(Some(Value::Record(indices))));
}

fn owned(t: Option<&ValType>, rep: u64) -> Value {
    match t {
        Some(ValType::Own(rt)) => Value::Own(Resource { rt: *rt, rep }),
        other => panic!("{other:?} is no owner"),
    }
}

fn resource_type(func: &Func, param: usize) -> ResourceType {
    match &func.ty().params[param].1 {
        ValType::Own(rt) | ValType::Borrow(rt) => *rt,
        other => panic!("{other:?} is no resource"),
    }
}
