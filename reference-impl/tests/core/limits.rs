//! The bounds of a store are no traps, and nothing exceeds them.

use super::{call, func, host, instantiate, module};
use component_reference::core::{Exhausted, InstantiateError, Limits, Store, Suspension};

const GREEDY: &str = r#"(module
    (type $a (array (mut i64)))
    (type $list (struct (field (ref null $list))))
    (tag $t (param i64 i64 i64))
    (memory 0) (table 0 externref)
    (func $recurse (export "recurse") (result i32) (i32.add (i32.const 1) (call $recurse)))
    (func $locals (export "locals") (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)
        (call $locals) (call $locals))
    (func (export "array") (result i32)
        (array.len (array.new $a (i64.const 0) (i32.const -1))))
    (func (export "array-default") (result i32)
        (array.len (array.new_default $a (i32.const 0x200000))))
    (func (export "structs") (local (ref null $list))
        (loop (local.set 0 (struct.new $list (local.get 0))) (br 0)))
    (func (export "exceptions")
        (loop $l (block $b (result i64 i64 i64)
            (try_table (catch $t $b) (throw $t (i64.const 0) (i64.const 0) (i64.const 0)))
            unreachable) drop drop drop (br $l)))
    (func (export "memory") (result i32) (memory.grow (i32.const 0x1000)))
    (func (export "pages") (result i32)
        (loop (br_if 0 (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
        (memory.size))
    (func (export "table") (result i32)
        (table.grow (ref.null extern) (i32.const 0x1000000))))"#;

const MIB: u64 = 1 << 20;

fn small() -> Store {
    Store::new(Limits {
        store_bytes: 8 * MIB,
        ..Limits::default()
    })
}

#[test]
fn bounds_are_reached_but_not_exceeded() {
    for (name, exhausted) in [
        ("recurse", Exhausted::Stack),
        ("locals", Exhausted::Stack),
        ("array", Exhausted::Memory),
        ("array-default", Exhausted::Memory),
        ("structs", Exhausted::Memory),
        ("exceptions", Exhausted::Memory),
    ] {
        let mut store = small();
        let instance = instantiate(&mut store, GREEDY, &[]);
        let expected = Err(Suspension::Exhausted(exhausted));
        assert_eq!(call(&mut store, instance, name, &[]), expected, "{name}");
    }
}

#[test]
fn growth_beyond_the_bound_fails() {
    let mut store = small();
    let instance = instantiate(&mut store, GREEDY, &[]);
    for name in ["memory", "table"] {
        let minus_one = Ok(vec![u64::from(u32::MAX)]);
        assert_eq!(call(&mut store, instance, name, &[]), minus_one, "{name}");
    }
    let pages = call(&mut store, instance, "pages", &[]).expect("it returns");
    assert_eq!(pages, [127]);
}

#[test]
fn a_fiber_gives_back_what_it_took() {
    let mut store = Store::new(Limits {
        store_bytes: MIB,
        ..Limits::default()
    });
    let instance = instantiate(&mut store, GREEDY, &[]);
    let expected = Err(Suspension::Exhausted(Exhausted::Stack));
    let first = call(&mut store, instance, "recurse", &[]);
    assert!(matches!(first, Err(Suspension::Exhausted(_))), "{first:?}");
    for _ in 0..100 {
        let again = call(&mut store, instance, "recurse", &[]);
        assert_eq!(again, first);
        assert!(again == expected || again == Err(Suspension::Exhausted(Exhausted::Memory)));
    }
}

#[test]
fn many_suspended_fibers_exhaust_the_store() {
    let mut store = small();
    let h = host(&mut store, 0);
    let text = r#"(module (import "" "h" (func $h (param i32) (result i32)))
        (func (export "f") (param i32) (result i32) (call $h (local.get 0))))"#;
    let instance = instantiate(&mut store, text, &[h]);
    let f = func(&store, instance, "f");
    let mut fibers = Vec::new();
    let exhausted = (0..1_000_000).find_map(|_| {
        let mut fiber = store.call(f, &[0]);
        let suspension = store.resume(&mut fiber);
        fibers.push(fiber);
        (suspension != Suspension::HostCall { host: 0 }).then_some(suspension)
    });
    assert_eq!(exhausted, Some(Suspension::Exhausted(Exhausted::Memory)));
    fibers.clear();
    let mut fiber = store.call(f, &[0]);
    assert_eq!(store.resume(&mut fiber), Suspension::HostCall { host: 0 });
}

#[test]
fn instances_count() {
    let mut store = small();
    for text in [
        "(module (memory 1000))",
        "(module (memory i64 0x1000000000000))",
        "(module (table 10000000 funcref))",
        "(module (table i64 0xffffffffffffffff funcref))",
        "(module (type $a (array i8)) (global (ref $a)
            (array.new $a (i32.const 0) (i32.const -1))))",
    ] {
        let exhausted = InstantiateError::Exhausted(Exhausted::Memory);
        let error = store.instantiate(&module(text), &[]).expect_err(text);
        assert_eq!(error, exhausted, "{text}");
    }
    let module = module("(module (func) (func) (func))");
    let made = (0..1_000_000).find_map(|_| store.instantiate(&module, &[]).err());
    assert_eq!(made, Some(InstantiateError::Exhausted(Exhausted::Memory)));
}

#[test]
fn what_an_embedder_keeps_counts() {
    let mut store = small();
    assert_eq!(store.charge(8 * MIB), Ok(()));
    assert_eq!(store.charge(1), Err(Exhausted::Memory));
    store.release(1);
    assert_eq!(store.charge(1), Ok(()));
}
