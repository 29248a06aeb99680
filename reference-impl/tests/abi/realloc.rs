//! `test_cross_component_realloc`: whose thread `realloc` runs on, and what it may do.

use crate::{run, trap};
use component_reference::trap::TrapSite::InstLeaveThreadIndex;
use component_reference::value::Value;
use component_reference::{Limits, Stop, Store};

/// A consumer whose `realloc` looks at its thread's storage before it does
/// `first`, and which answers with the list that the producer gives, and with how
/// often `realloc` was called.
fn consume(first: &str) -> Result<Option<Value>, Stop> {
    let text = format!(
        r#"(component
    (component $producer
        (core func $set (canon context.set i32 0))
        (core module $m
            (import "" "set" (func $set (param i32)))
            (memory (export "memory") 1)
            (data (i32.const 16) "\0a\0b\0c")
            (func (export "f") (result i32)
                (call $set (i32.const 0xdead))
                (i32.store (i32.const 0) (i32.const 16))
                (i32.store (i32.const 4) (i32.const 3))
                (i32.const 0)))
        (core instance $i (instantiate $m (with "" (instance (export "set" (func $set))))))
        (func (export "f") (result (list u8)) (canon lift (core func $i "f")
            (memory (core memory $i "memory")))))
    (component $consumer
        (import "f" (func $f (result (list u8))))
        (core func $get0 (canon context.get i32 0))
        (core func $get1 (canon context.get i32 1))
        (core func $set0 (canon context.set i32 0))
        (core func $set1 (canon context.set i32 1))
        (core func $index (canon thread.index))
        (core instance $context
            (export "get0" (func $get0))
            (export "get1" (func $get1))
            (export "set0" (func $set0))
            (export "set1" (func $set1))
            (export "index" (func $index)))
        (core module $heap
            (import "" "get0" (func $get0 (result i32)))
            (import "" "get1" (func $get1 (result i32)))
            (import "" "set0" (func $set0 (param i32)))
            (import "" "index" (func $index (result i32)))
            (memory (export "memory") 1)
            (func (export "realloc") (param i32 i32 i32 i32) (result i32)
                (if (i32.or (call $get0) (call $get1)) (then unreachable))
                (call $set0 (i32.const 0xfeed))
                (if (i32.ne (call $get0) (i32.const 0xfeed)) (then unreachable))
                {first}
                (i32.store (i32.const 32) (i32.add (i32.load (i32.const 32)) (i32.const 1)))
                (i32.const 64)))
        (core instance $heap (instantiate $heap (with "" (instance $context))))
        (core func $f (canon lower (func $f) (memory (core memory $heap "memory"))
            (realloc (core func $heap "realloc"))))
        (core module $m
            (import "" "get0" (func $get0 (result i32)))
            (import "" "get1" (func $get1 (result i32)))
            (import "" "set0" (func $set0 (param i32)))
            (import "" "set1" (func $set1 (param i32)))
            (import "f" "f" (func $f (param i32)))
            (import "f" "memory" (memory 1))
            (func (export "run") (result i32)
                (call $set0 (i32.const 42))
                (call $set1 (i32.const 43))
                (call $f (i32.const 24))
                (if (i32.ne (call $get0) (i32.const 42)) (then unreachable))
                (if (i32.ne (call $get1) (i32.const 43)) (then unreachable))
                (i32.const 24)))
        (core instance $i (instantiate $m
            (with "" (instance $context))
            (with "f" (instance
                (export "f" (func $f))
                (export "memory" (memory $heap "memory"))))))
        (func (export "run") (result (tuple (list u8) u32)) (canon lift (core func $i "run")
            (memory (core memory $heap "memory")))))
    (instance $producer (instantiate $producer))
    (instance $consumer (instantiate $consumer (with "f" (func $producer "f"))))
    (export "run" (func $consumer "run")))"#
    );
    run(&mut Store::new(Limits::default()), &text)
}

#[test]
fn test_cross_component_realloc() {
    let list = Value::Bytes(vec![0x0a, 0x0b, 0x0c]);
    let expected = Value::Record(vec![list, Value::U32(1)]);
    assert_eq!(consume(""), Ok(Some(expected)));
}

#[test]
fn realloc_may_not_leave() {
    let stop = consume("(drop (call $index))");
    assert_eq!(stop, Err(trap(InstLeaveThreadIndex)));
}
