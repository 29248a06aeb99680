//! Exceptions between guest and embedder.

use super::{func, host, instantiate, store};
use component_reference::core::{Extern, InstanceAddr, Store, Suspension, TagAddr, ValType};

const CATCHES: &str = r#"(module
    (import "" "h" (func $h (param i32) (result i32)))
    (import "" "t" (tag $t (param i32)))
    (func (export "catches") (param i32) (result i32)
        (block $b (result i32)
            (try_table (catch $t $b) (drop (call $h (local.get 0))))
            (i32.const -1))
        (i32.add (i32.const 1)))
    (func (export "catches-all") (param i32) (result i32)
        (block $b (result exnref)
            (try_table (catch_all_ref $b) (drop (call $h (local.get 0))))
            (return (i32.const -1)))
        throw_ref)
    (func (export "passes") (param i32) (result i32)
        (call $h (local.get 0)))
    (func (export "throws") (param i32) (result i32)
        (throw $t (local.get 0))))"#;

fn tag(store: &mut Store) -> TagAddr {
    let tag = store.alloc_tag(vec![ValType::I32]);
    tag.expect("there is room for a tag")
}

/// Two instances, the outer of which calls a function of the inner.
fn two(store: &mut Store, tag: TagAddr, inner: &str) -> InstanceAddr {
    let h = host(store, 0);
    let instance = instantiate(store, CATCHES, &[h, Extern::Tag(tag)]);
    let inner = Extern::Func(func(store, instance, inner));
    instantiate(store, CATCHES, &[inner, Extern::Tag(tag)])
}

#[test]
fn an_embedder_throws_into_a_call() {
    let mut store = store();
    let tag = tag(&mut store);
    for (outer, inner, result) in [
        ("catches", "passes", Some(43)),
        ("passes", "catches", Some(43)),
        ("catches", "catches-all", Some(43)),
        ("passes", "passes", None),
        ("passes", "catches-all", None),
    ] {
        let instance = two(&mut store, tag, inner);
        let mut fiber = store.call(func(&store, instance, outer), &[1]);
        assert_eq!(store.resume(&mut fiber), Suspension::HostCall { host: 0 });
        let exn = store.alloc_exception(tag, &[42]);
        let exn = exn.expect("there is room for an exception");
        store.throw_into(&mut fiber, exn);
        match result {
            Some(result) => {
                assert_eq!(store.resume(&mut fiber), Suspension::Returned);
                assert_eq!(fiber.results(), [result], "{outer} {inner}");
            }
            None => assert_eq!(store.resume(&mut fiber), Suspension::Threw(exn)),
        }
    }
}

#[test]
fn a_guest_throws_through_instances() {
    let mut store = store();
    let tag = tag(&mut store);
    let instance = two(&mut store, tag, "throws");
    assert_eq!(
        super::call(&mut store, instance, "catches", &[5]),
        Ok(vec![6])
    );
    let Err(Suspension::Threw(exn)) = super::call(&mut store, instance, "passes", &[5]) else {
        panic!("nothing was thrown");
    };
    assert_eq!(store.exception(exn), (tag, &[5][..]));
}

#[test]
fn a_tag_of_the_same_type_is_another_tag() {
    let mut store = store();
    let (one, other) = (tag(&mut store), tag(&mut store));
    let instance = two(&mut store, one, "passes");
    let mut fiber = store.call(func(&store, instance, "catches"), &[1]);
    assert_eq!(store.resume(&mut fiber), Suspension::HostCall { host: 0 });
    let exn = store.alloc_exception(other, &[42]);
    let exn = exn.expect("there is room for an exception");
    store.throw_into(&mut fiber, exn);
    assert_eq!(store.resume(&mut fiber), Suspension::Threw(exn));
}
