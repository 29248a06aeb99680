//! What is given for an import has to be of its type ([Explainer.md#type-checking]).

use crate::{component, instantiate, rejection, store};

/// What is exported, what is imported, and the error; none if that fits.
const CASES: &[(&str, &str, &str)] = &[
    (
        "",
        r#"(import "f" (func))"#,
        "f: unknown import: expected func(), given nothing",
    ),
    (
        r#"(func (export "f") (canon lift (core func $i "void")))"#,
        r#"(import "f" (func))"#,
        "",
    ),
    (
        r#"(func (export "f") (result u32) (canon lift (core func $i "u32")))"#,
        r#"(import "f" (func (result s32)))"#,
        "f: incompatible import type: expected func() -> s32, given func() -> u32",
    ),
    (
        r#"(func (export "f") (param "a" u32) (canon lift (core func $i "of-u32")))"#,
        r#"(import "f" (func (param "b" u32)))"#,
        "f: incompatible import type: expected func(b: u32), given func(a: u32)",
    ),
    (
        r#"(func (export "f") async (canon lift (core func $i "void")))"#,
        r#"(import "f" (func))"#,
        "f: incompatible import type: expected func(), given async func()",
    ),
    (
        r#"(type $t u32) (export "f" (type $t))"#,
        r#"(import "f" (func))"#,
        "f: incompatible import type: expected func(), given type u32",
    ),
    (
        r#"(type $t u32) (export "t" (type $t))"#,
        r#"(import "t" (type (sub resource)))"#,
        "t: incompatible import type: expected resource, given type u32",
    ),
    (
        r#"(type $t (record (field "a" (list u8)))) (export "t" (type $t))"#,
        r#"(type $t (variant (case "a" (option (tuple u8 char))) (case "b")))
           (import "t" (type (eq $t)))"#,
        "t: incompatible import type: expected type variant { a(option<tuple<u8, char>>), b }, \
         given type record { a: list<u8> }",
    ),
    (
        r#"(type $e (enum "a" "b")) (export $x "e" (type $e))
           (type $t (result (error $x))) (export "t" (type $t))"#,
        r#"(type $e (enum "a" "b")) (import "e" (type $i (eq $e)))
           (type $t (result (error $i))) (import "t" (type (eq $t)))"#,
        "",
    ),
    (
        r#"(func $f (result u32) (canon lift (core func $i "u32")))
           (instance $nested (export "return-four" (func $f)))
           (instance $host (export "nested" (instance $nested)))
           (export "host" (instance $host))"#,
        r#"(import "host" (instance
             (export "nested" (instance (export "return-four" (func (result s8)))))))"#,
        "host.nested.return-four: incompatible import type: expected func() -> s8, given func() -> u32",
    ),
    (
        r#"(func $f (canon lift (core func $i "void")))
           (instance $a (export "f" (func $f)) (export "g" (func $f)))
           (export "a" (instance $a))"#,
        r#"(import "a" (instance (export "g" (func))))"#,
        "",
    ),
    (
        r#"(export "m" (core module $m))"#,
        r#"(import "m" (core module
             (import "a" "f" (func (param i32)))
             (import "a" "unused" (memory 1))
             (export "void" (func))
             (export "memory" (memory 1))))"#,
        "",
    ),
    (
        r#"(export "m" (core module $m))"#,
        r#"(import "m" (core module (import "a" "f" (func (param i64)))))"#,
        "m.a.f: incompatible import type: expected (func (param i32)), given (func (param i64))",
    ),
    (
        r#"(export "m" (core module $m))"#,
        r#"(import "m" (core module))"#,
        "m.a.f: incompatible import type: expected (func (param i32)), given nothing",
    ),
    (
        r#"(export "m" (core module $m))"#,
        r#"(import "m" (core module
             (import "a" "f" (func (param i32)))
             (export "memory" (memory 1 2))))"#,
        "m.memory: incompatible import type: expected (memory 1 2), given (memory 1)",
    ),
    (
        r#"(export "m" (core module $m))"#,
        r#"(import "m" (core module
             (import "a" "f" (func (param i32)))
             (export "global" (global i32))))"#,
        "m.global: incompatible import type: expected (global i32), given (global (mut i32))",
    ),
    (
        r#"(component $c (import "f" (func $f (result u32))) (export "g" (func $f)))
           (export "c" (component $c))"#,
        r#"(import "c" (component
             (import "f" (func (result u32)))
             (import "unused" (func))
             (export "g" (func (result u32)))))"#,
        "",
    ),
    (
        r#"(component $c (import "f" (func (result u32)))) (export "c" (component $c))"#,
        r#"(import "c" (component (import "f" (func (result s32)))))"#,
        "c.f: incompatible import type: expected func() -> u32, given func() -> s32",
    ),
    (
        r#"(component $c (import "f" (func (result u32)))) (export "c" (component $c))"#,
        r#"(import "c" (component))"#,
        "c.f: incompatible import type: expected func() -> u32, given nothing",
    ),
    (
        r#"(component $c) (export "c" (component $c))"#,
        r#"(import "c" (component (export "i" (instance))))"#,
        "c.i: incompatible import type: expected instance, given nothing",
    ),
    // A component that hands on what it is given is as good as one that says so.
    (
        r#"(component $c
             (import "r" (type $r (sub resource)))
             (export "s" (type $r)))
           (export "c" (component $c))"#,
        r#"(import "c" (component
             (import "r" (type $r (sub resource)))
             (export "s" (type (eq $r)))))"#,
        "",
    ),
    (
        r#"(component $c
             (import "r" (type $r (sub resource)))
             (type $s' (resource (rep i32)))
             (export "s" (type $s')))
           (export "c" (component $c))"#,
        r#"(import "c" (component
             (import "r" (type $r (sub resource)))
             (export "s" (type (eq $r)))))"#,
        "c.s: incompatible import type: expected type abstract resource #1, given type abstract resource #2",
    ),
    // A component that imports a component: what the one imports, the other is
    // given.
    (
        r#"(component $c
             (import "d" (component (import "f" (func)) (export "g" (func)))))
           (export "c" (component $c))"#,
        r#"(import "c" (component (import "d" (component (export "g" (func))))))"#,
        "",
    ),
    (
        r#"(component $c (import "d" (component (export "g" (func))))) (export "c" (component $c))"#,
        r#"(import "c" (component
             (import "d" (component (import "f" (func)) (export "g" (func))))))"#,
        "c.d.f: incompatible import type: expected func(), given nothing",
    ),
    (
        r#"(type $i (instance (export "f" (func)) (export "r" (type (sub resource)))))
           (export "i" (type $i))"#,
        r#"(type $i (instance (export "r" (type (sub resource))) (export "f" (func))))
           (import "i" (type (eq $i)))"#,
        "",
    ),
    (
        r#"(type $i (instance (export "f" (func)) (export "g" (func)))) (export "i" (type $i))"#,
        r#"(type $i (instance (export "f" (func)))) (import "i" (type (eq $i)))"#,
        "i.g: incompatible import type: expected func(), given nothing",
    ),
    (
        r#"(type $c (component (import "f" (func)))) (export "c" (type $c))"#,
        r#"(type $c (component)) (import "c" (type (eq $c)))"#,
        "c.f: incompatible import type: expected func(), given nothing",
    ),
];

#[test]
fn an_import_is_checked_against_its_type() {
    for (exported, imported, error) in CASES {
        let exporter = format!(
            r#"(component
                 (core module $m
                   (import "a" "f" (func (param i32)))
                   (memory (export "memory") 1)
                   (global (export "global") (mut i32) (i32.const 0))
                   (func (export "void"))
                   (func (export "u32") (result i32) (i32.const 1))
                   (func (export "of-u32") (param i32)))
                 (core module $a (func (export "f") (param i32)))
                 (core instance $a (instantiate $a))
                 (core instance $i (instantiate $m (with "a" (instance $a))))
                 {exported})"#
        );
        let importer = format!("(component {imported})");
        let mut store = store();
        let exports = instantiate(&mut store, &exporter);
        match *error {
            "" => match store.instantiate(&component(&importer), &exports) {
                Ok(_) => {}
                Err(error) => panic!("{error}:\n{importer}"),
            },
            error => assert_eq!(rejection(&mut store, &importer, &exports), error),
        }
    }
}
