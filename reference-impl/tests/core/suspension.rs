//! Fibers stop wherever the embedder is called or fuel runs out, and go on.

use super::{func, host, instantiate, module, store};
use component_reference::core::{Extern, Fiber, Module, Store, Suspension, Value};

const CALLS_HOST: &str = r#"(module
    (import "" "h" (func $h (param i32) (result i32)))
    (func (export "nested") (param i32) (result i32)
        (i32.add (i32.const 1) (call $nested (local.get 0))))
    (func $nested (param i32) (result i32)
        (i32.mul (i32.const 10) (call $h (local.get 0))))
    (func (export "tail") (param i32) (result i32)
        (i32.add (i32.const 1) (call $tail (local.get 0))))
    (func $tail (param i32) (result i32) (local i64 i64)
        (return_call $h (i32.add (local.get 0) (i32.const 5))))
    (func (export "root-tail") (param i32) (result i32)
        (return_call $h (local.get 0)))
    (export "host" (func $h)))"#;

/// Answers the one host call with its argument plus 100.
fn answer(store: &mut Store, fiber: &mut Fiber) -> (u64, Vec<u64>) {
    assert_eq!(store.resume(fiber), Suspension::HostCall { host: 7 });
    // Nothing happens until there is an answer.
    assert_eq!(store.resume(fiber), Suspension::HostCall { host: 7 });
    let argument = fiber.args()[0];
    fiber.supply(&[argument + 100]);
    assert_eq!(store.resume(fiber), Suspension::Returned);
    assert_eq!(store.resume(fiber), Suspension::Returned);
    (argument, fiber.results().to_vec())
}

#[test]
fn host_calls_suspend_at_every_place() {
    let mut store = store();
    let h = host(&mut store, 7);
    let callee = instantiate(&mut store, CALLS_HOST, &[h]);
    let cases = [
        ("nested", 1, 1011),
        ("tail", 6, 107),
        ("root-tail", 1, 101),
        ("host", 1, 101),
    ];
    for (name, argument, result) in cases {
        let func = func(&store, callee, name);
        let mut fiber = store.call(func, &[1]);
        let answered = answer(&mut store, &mut fiber);
        assert_eq!(answered, (argument, vec![result]), "{name}");
        // The same from another instance.
        let caller = r#"(module
            (import "" "f" (func $f (param i32) (result i32)))
            (func (export "g") (param i32) (result i32)
                (i32.sub (call $f (local.get 0)) (i32.const 1))))"#;
        let caller = instantiate(&mut store, caller, &[Extern::Func(func)]);
        let mut fiber = store.call(super::func(&store, caller, "g"), &[1]);
        let answered = answer(&mut store, &mut fiber);
        assert_eq!(answered, (argument, vec![result - 1]), "{name}");
    }
}

#[test]
fn start_functions_suspend() {
    let mut store = store();
    let h = host(&mut store, 7);
    let text = r#"(module
        (import "" "h" (func $h (param i32) (result i32)))
        (global $g (export "g") (mut i32) (i32.const 0))
        (start $s)
        (func $s (global.set $g (call $h (i32.const 3)))))"#;
    let made = store.instantiate(&module(text), &[h]).expect("it links");
    let mut fiber = store.call(made.start.expect("it has a start function"), &[]);
    assert_eq!(answer(&mut store, &mut fiber), (3, vec![]));
    let Some(Extern::Global(g)) = store.export(made.instance, "g") else {
        panic!("no global");
    };
    assert_eq!(store.global(g), Value::I32(103));
}

#[test]
fn fibers_interleave() {
    let mut store = store();
    let h = host(&mut store, 7);
    let instance = instantiate(&mut store, CALLS_HOST, &[h]);
    let nested = func(&store, instance, "nested");
    let mut fibers: Vec<_> = (0..3).map(|i| store.call(nested, &[i])).collect();
    for fiber in &mut fibers {
        assert_eq!(store.resume(fiber), Suspension::HostCall { host: 7 });
    }
    for (i, fiber) in fibers.iter_mut().enumerate().rev() {
        assert_eq!(fiber.args(), [i as u64]);
        fiber.supply(&[i as u64]);
        assert_eq!(store.resume(fiber), Suspension::Returned);
        assert_eq!(fiber.results(), [i as u64 * 10 + 1]);
    }
}

#[test]
#[should_panic(expected = "results of its type")]
fn an_answer_has_as_many_results_as_the_type() {
    let mut store = store();
    let h = host(&mut store, 7);
    let instance = instantiate(&mut store, CALLS_HOST, &[h]);
    let mut fiber = store.call(func(&store, instance, "host"), &[1]);
    store.resume(&mut fiber);
    fiber.supply(&[]);
}

const WORKS: &str = r#"(module
    (type $a (array (mut i8)))
    (memory 1) (table 100 funcref) (data $d "0123456789") (elem $e func $run)
    (func $run (export "run") (result i64) (local i64 i64 i64 i64 i64 i64 i64 i64 i64)
        (drop (memory.grow (i32.const 2)))
        (memory.fill (i32.const 1) (i32.const 7) (i32.const 100000))
        (memory.copy (i32.const 3) (i32.const 0) (i32.const 1000))
        (memory.init $d (i32.const 100) (i32.const 0) (i32.const 10))
        (table.fill (i32.const 10) (ref.func $run) (i32.const 80))
        (table.init $e (i32.const 5) (i32.const 0) (i32.const 1))
        (table.copy (i32.const 0) (i32.const 5) (i32.const 90))
        (drop (table.grow (ref.null func) (i32.const 1000)))
        (local.set 0 (i64.load (i32.const 99)))
        (local.set 1 (i64.extend_i32_u (array.get_u $a
            (array.new $a (i32.const 511) (i32.const 1000)) (i32.const 999))))
        (local.set 2 (i64.extend_i32_u (table.size)))
        (local.set 3 (i64.extend_i32_u (memory.size)))
        (loop $l (br_if $l (i64.lt_u (local.tee 4 (i64.add (local.get 4) (i64.const 1)))
            (i64.const 100))))
        (local.get 0) (local.get 1) i64.add (local.get 2) i64.add
        (local.get 3) i64.add (local.get 4) i64.add))"#;

/// The result of `WORKS`, and all the fuel that it took in slices of a size.
fn in_slices(slice: u64) -> (Vec<u64>, u64) {
    let mut store = store();
    let instance = instantiate(&mut store, WORKS, &[]);
    let mut fiber = store.call(func(&store, instance, "run"), &[]);
    let mut total = 0;
    loop {
        store.fuel = slice;
        let suspension = store.resume(&mut fiber);
        total += slice - store.fuel;
        match suspension {
            Suspension::OutOfFuel => assert_eq!(store.fuel, 0),
            Suspension::Returned => return (fiber.results().to_vec(), total),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn slices_of_fuel_change_neither_results_nor_prices() {
    let whole = in_slices(u64::MAX);
    assert!(whole.1 > 200_000 / 64, "bulk operations have their price");
    for slice in [1, 2, 7, 64, 1000] {
        assert_eq!(in_slices(slice), whole, "slices of {slice}");
    }
}

#[test]
fn what_fails_does_not_cost() {
    let mut store = store();
    let text = r#"(module (memory 1 2) (table 1 funcref)
        (func (export "grow") (result i32)
            (i32.and (memory.grow (i32.const 0x10000))
                (table.grow (ref.null func) (i32.const -1))))
        (func (export "fill") (memory.fill (i32.const 0) (i32.const 0) (i32.const -1))))"#;
    let instance = instantiate(&mut store, text, &[]);
    store.fuel = 10;
    assert_eq!(
        super::call(&mut store, instance, "grow", &[]),
        Ok(vec![u64::from(u32::MAX)])
    );
    store.fuel = 10;
    let trap = super::trap(component_reference::core::CoreTrap::OutOfBoundsMemoryAccess);
    assert_eq!(super::call(&mut store, instance, "fill", &[]), trap);
}

#[test]
fn everything_can_be_sent_to_another_thread() {
    fn send<T: Send>() {}
    fn sync<T: Sync>() {}
    send::<Store>();
    send::<Fiber>();
    send::<Module>();
    sync::<Module>();
}
