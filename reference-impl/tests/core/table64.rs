//! Tables whose indices are `i64`: 64 bits of them count.

use super::{call, instantiate, store, trap};
use component_reference::core::CoreTrap;

const TABLE: &str = r#"(module
    (table $t i64 4 20 externref) (table $u 4 externref)
    (table $f i64 2 funcref) (elem $e func $one) (elem $n externref (ref.null extern))
    (func $one (result i32) (i32.const 1))
    (func (export "get") (param i64) (result externref) (table.get $t (local.get 0)))
    (func (export "set") (param i64 externref) (table.set $t (local.get 0) (local.get 1)))
    (func (export "size") (result i64) (table.size $t))
    (func (export "grow") (param externref i64) (result i64)
        (table.grow $t (local.get 0) (local.get 1)))
    (func (export "fill") (param i64 externref i64)
        (table.fill $t (local.get 0) (local.get 1) (local.get 2)))
    (func (export "copy") (param i64 i64 i64)
        (table.copy $t $t (local.get 0) (local.get 1) (local.get 2)))
    (func (export "copy-to-32") (param i32 i64 i32)
        (table.copy $u $t (local.get 0) (local.get 1) (local.get 2)))
    (func (export "copy-from-32") (param i64 i32 i32)
        (table.copy $t $u (local.get 0) (local.get 1) (local.get 2)))
    (func (export "init") (param i64 i32 i32)
        (table.init $f $e (local.get 0) (local.get 1) (local.get 2)))
    (func (export "call") (param i64) (result i32)
        (call_indirect $f (result i32) (local.get 0))))"#;

/// A host reference, as a slot.
const HOST: u64 = 9 << 3 | 2;
const BEYOND: u64 = 1 << 32;

#[test]
fn indices_have_64_bits() {
    let mut store = store();
    let instance = instantiate(&mut store, TABLE, &[]);
    let mut call = |name, args: &[u64]| call(&mut store, instance, name, args);
    let out_of_bounds = trap(CoreTrap::OutOfBoundsTableAccess);

    assert_eq!(call("set", &[3, HOST]), Ok(vec![]));
    assert_eq!(call("get", &[3]), Ok(vec![HOST]));
    assert_eq!(call("get", &[BEYOND + 3]), out_of_bounds);
    assert_eq!(call("set", &[BEYOND, HOST]), out_of_bounds);
    assert_eq!(call("get", &[u64::MAX]), out_of_bounds);

    assert_eq!(call("grow", &[0, BEYOND]), Ok(vec![u64::MAX]));
    assert_eq!(call("grow", &[0, u64::MAX]), Ok(vec![u64::MAX]));
    assert_eq!(call("grow", &[HOST, 4]), Ok(vec![4]));
    assert_eq!(call("size", &[]), Ok(vec![8]));
    assert_eq!(call("get", &[7]), Ok(vec![HOST]));

    assert_eq!(call("fill", &[0, HOST, BEYOND]), out_of_bounds);
    assert_eq!(call("fill", &[BEYOND, HOST, 0]), out_of_bounds);
    assert_eq!(call("fill", &[u64::MAX, HOST, 1]), out_of_bounds);
    assert_eq!(call("get", &[0]), Ok(vec![0]));
    assert_eq!(call("fill", &[0, HOST, 2]), Ok(vec![]));
    assert_eq!(call("get", &[1]), Ok(vec![HOST]));

    assert_eq!(call("copy", &[BEYOND, 0, 1]), out_of_bounds);
    assert_eq!(call("copy", &[0, BEYOND, 1]), out_of_bounds);
    assert_eq!(call("copy", &[0, 0, BEYOND]), out_of_bounds);
    assert_eq!(call("copy", &[2, 1, 2]), Ok(vec![]));
    assert_eq!(call("get", &[2]), Ok(vec![HOST]));
    assert_eq!(call("copy-to-32", &[0, 0, 4]), Ok(vec![]));
    assert_eq!(call("copy-to-32", &[0, BEYOND, 0]), out_of_bounds);
    assert_eq!(call("copy-from-32", &[BEYOND, 0, 0]), out_of_bounds);
    assert_eq!(call("copy-from-32", &[4, 0, 1]), Ok(vec![]));

    assert_eq!(call("init", &[BEYOND, 0, 1]), out_of_bounds);
    assert_eq!(call("call", &[1]), trap(CoreTrap::UninitializedElement));
    assert_eq!(call("init", &[1, 0, 1]), Ok(vec![]));
    assert_eq!(call("call", &[1]), Ok(vec![1]));
    assert_eq!(
        call("call", &[BEYOND + 1]),
        trap(CoreTrap::UndefinedElement)
    );
}
