//! Each kind of alias, and each way to put an instance together.

use crate::{call, instantiate, store};
use component_reference::value::Value;

/// A component which exports `f`, a function that returns 42.
const ANSWER: &str = r#"
    (component $answer
      (core module $m (func (export "f") (result i32) (i32.const 42)))
      (core instance $i (instantiate $m))
      (func (export "f") (result u32) (canon lift (core func $i "f"))))"#;

/// What the case is about, and a component that exports `f` as well.
const CASES: &[(&str, &str)] = &[
    (
        "the function of an instance",
        r#"(instance $i (instantiate $answer))
           (alias export $i "f" (func $f))
           (export "f" (func $f))"#,
    ),
    (
        "the instance of an instance",
        r#"(instance $i (instantiate $answer))
           (instance $j (export "i" (instance $i)))
           (alias export $j "i" (instance $k))
           (alias export $k "f" (func $f))
           (export "f" (func $f))"#,
    ),
    (
        "the component of an instance",
        r#"(component $c (export "a" (component $answer)))
           (instance $i (instantiate $c))
           (alias export $i "a" (component $a))
           (instance $j (instantiate $a))
           (export "f" (func $j "f"))"#,
    ),
    (
        "the core module of an instance",
        r#"(component $c
             (core module $m (func (export "f") (result i32) (i32.const 42)))
             (export "m" (core module $m)))
           (instance $i (instantiate $c))
           (alias export $i "m" (core module $m))
           (core instance $j (instantiate $m))
           (func (export "f") (result u32) (canon lift (core func $j "f")))"#,
    ),
    (
        "the type of an instance",
        r#"(component $c (type $t (tuple u32 u32)) (export "t" (type $t)))
           (instance $i (instantiate $c))
           (alias export $i "t" (type $t))
           (type $v (tuple u32 u32))
           (component $d
             (import "t" (type $u (eq $v)))
             (import "f" (func $f (result u32)))
             (export "f" (func $f)))
           (instance $a (instantiate $answer))
           (instance $j (instantiate $d (with "t" (type $t)) (with "f" (func $a "f"))))
           (export "f" (func $j "f"))"#,
    ),
    (
        "what a definition that was exported is called from then on",
        r#"(instance $a (instantiate $answer))
           (alias export $a "f" (func $f))
           (export $g "g" (func $f))
           (export "f" (func $g))"#,
    ),
    (
        "core items of every sort",
        r#"(core module $m
             (memory (export "memory") 1) (data (i32.const 0) "\2a")
             (table (export "table") 1 funcref)
             (global (export "global") (mut i32) (i32.const 0))
             (tag (export "tag") (param i32))
             (func (export "func") (result i32) (i32.load8_u (i32.const 0))))
           (core instance $i (instantiate $m))
           (alias core export $i "memory" (core memory $memory))
           (alias core export $i "table" (core table $table))
           (alias core export $i "global" (core global $global))
           (alias core export $i "tag" (core tag $tag))
           (alias core export $i "func" (core func $func))
           (core module $n
             (import "i" "m" (memory 1))
             (import "i" "t" (table $t 1 funcref))
             (import "i" "g" (global $g (mut i32)))
             (import "i" "e" (tag $e (param i32)))
             (import "i" "f" (func $f (result i32)))
             (elem declare func $f)
             (func (export "f") (result i32)
               (table.set $t (i32.const 0) (ref.func $f))
               (global.set $g (call_indirect $t (result i32) (i32.const 0)))
               (block $caught (result i32)
                 (try_table (catch $e $caught) (throw $e (global.get $g)))
                 unreachable)))
           (core instance $j (instantiate $n (with "i" (instance
             (export "m" (memory $memory))
             (export "t" (table $table))
             (export "g" (global $global))
             (export "e" (tag $tag))
             (export "f" (func $func))))))
           (func (export "f") (result u32) (canon lift (core func $j "f")))"#,
    ),
    (
        "an outer component, two components away",
        r#"(component $c
             (component $d
               (instance $i (instantiate $answer))
               (export "f" (func $i "f")))
             (instance $i (instantiate $d))
             (export "f" (func $i "f")))
           (instance $i (instantiate $c))
           (export "f" (func $i "f"))"#,
    ),
    (
        "an outer core module",
        r#"(core module $m (func (export "f") (result i32) (i32.const 42)))
           (component $c
             (alias outer 1 $m (core module $n))
             (core instance $i (instantiate $n))
             (func (export "f") (result u32) (canon lift (core func $i "f"))))
           (instance $i (instantiate $c))
           (export "f" (func $i "f"))"#,
    ),
    (
        "an outer core type, within a module type and without",
        r#"(core type $t (func (result i32)))
           (component $c
             (alias outer 1 $t (core type $u))
             (core type $v (module (alias outer 1 $u (type)) (export "f" (func (type 0)))))
             (import "m" (core module $m (type $v)))
             (core instance $i (instantiate $m))
             (func (export "f") (result u32) (canon lift (core func $i "f"))))
           (core module $m (func (export "f") (result i32) (i32.const 42)))
           (instance $i (instantiate $c (with "m" (core module $m))))
           (export "f" (func $i "f"))"#,
    ),
    (
        "an outer type",
        r#"(type $t (func (result u32)))
           (component $c
             (component $d
               (import "f" (func $f (type $t)))
               (export "f" (func $f)))
             (import "f" (func $f (type $t)))
             (instance $i (instantiate $d (with "f" (func $f))))
             (export "f" (func $i "f")))
           (instance $a (instantiate $answer))
           (instance $i (instantiate $c (with "f" (func $a "f"))))
           (export "f" (func $i "f"))"#,
    ),
    (
        "an outer type of the same component",
        r#"(type $t u32)
           (alias outer 0 $t (type $u))
           (type $f (func (result $u)))
           (component $c (import "f" (func $f (type $f))) (export "f" (func $f)))
           (instance $a (instantiate $answer))
           (instance $i (instantiate $c (with "f" (func $a "f"))))
           (export "f" (func $i "f"))"#,
    ),
    (
        "a component type that refers to what is around it",
        r#"(type $t u32)
           (component $c
             (import "a" (component $a (export "f" (func (result $t)))))
             (instance $i (instantiate $a))
             (export "f" (func $i "f")))
           (instance $i (instantiate $c (with "a" (component $answer))))
           (export "f" (func $i "f"))"#,
    ),
    (
        "an imported component, captured by one within",
        r#"(component $c
             (import "a" (component $a (export "f" (func (result u32)))))
             (component $d (instance $i (instantiate $a)) (export "f" (func $i "f")))
             (export "d" (component $d)))
           (instance $i (instantiate $c (with "a" (component $answer))))
           (alias export $i "d" (component $d))
           (instance $j (instantiate $d))
           (export "f" (func $j "f"))"#,
    ),
    (
        "a component whose start function has run",
        r#"(core module $m
             (global $g (mut i32) (i32.const 0))
             (func $start (global.set $g (i32.const 42)))
             (start $start)
             (func (export "f") (result i32) (global.get $g)))
           (core instance $i (instantiate $m))
           (func (export "f") (result u32) (canon lift (core func $i "f")))"#,
    ),
];

#[test]
fn aliases_lead_to_what_they_name() {
    for (what, definitions) in CASES {
        let text = format!("(component {ANSWER} {definitions})");
        let mut store = store();
        let exports = instantiate(&mut store, &text);
        let answer = call(&mut store, &exports, "f");
        assert_eq!(answer, Some(Value::U32(42)), "{what}");
    }
}
