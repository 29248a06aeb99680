//! Resource types are generative ([Explainer.md#type-checking]).

use crate::{component, instantiate, rejection, store};
use component_reference::{Exports, Extern, TypeDef};

const DEFINER: &str = r#"
    (component
      (type $r' (resource (rep i32)))
      (core func $new (canon resource.new $r'))
      (export $r "r" (type $r'))
      (core module $m
        (import "i" "new" (func $new (param i32) (result i32)))
        (func (export "make") (result i32) (call $new (i32.const 1))))
      (core instance $i (instantiate $m (with "i" (instance (export "new" (func $new))))))
      (func (export "make") (result (own $r)) (canon lift (core func $i "make"))))"#;

const CONSUMER: &str = r#"
    (component
      (import "r" (type $r (sub resource)))
      (import "make" (func (result (own $r)))))"#;

fn resource(exports: &Exports, name: &str) -> u32 {
    match exports.get(name) {
        Some(Extern::Type(TypeDef::Resource(rt))) => rt.0,
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_instance_has_a_type_of_its_own() {
    let mut store = store();
    let first = instantiate(&mut store, DEFINER);
    let second = instantiate(&mut store, DEFINER);
    assert_ne!(resource(&first, "r"), resource(&second, "r"));
}

#[test]
fn a_type_and_a_function_of_two_instances_do_not_fit() {
    let mut store = store();
    let first = instantiate(&mut store, DEFINER);
    let second = instantiate(&mut store, DEFINER);
    let of = |exports: &Exports, name| exports.get(name).expect("it is exported").clone();
    let fitting = [("r", of(&first, "r")), ("make", of(&first, "make"))];
    let fitting = fitting.into_iter().collect();
    let consumer = component(CONSUMER);
    store
        .instantiate(&consumer, &fitting)
        .expect("of one instance");
    let mixed = [("r", of(&first, "r")), ("make", of(&second, "make"))];
    assert_eq!(
        rejection(&mut store, CONSUMER, &mixed.into_iter().collect()),
        "make: incompatible import type: expected func() -> own<resource #0>, given func() -> own<resource #1>"
    );
}

#[test]
fn what_is_exported_twice_is_one_type() {
    let mut store = store();
    let exports = instantiate(
        &mut store,
        r#"(component
             (type $r (resource (rep i32)))
             (export "r1" (type $r))
             (export "r2" (type $r)))"#,
    );
    assert_eq!(resource(&exports, "r1"), resource(&exports, "r2"));
}

/// Without an instance at hand, types of its own are told apart all the same.
#[test]
fn a_component_makes_types_that_its_type_tells_apart() {
    let exporter = |other| {
        format!(
            r#"(component
                 (component $c
                   (type $r (resource (rep i32)))
                   (type $s (resource (rep i32)))
                   (export "r1" (type $r))
                   (export "r2" (type ${other})))
                 (export "c" (component $c)))"#
        )
    };
    let importer = r#"
        (component
          (import "c" (component
            (export "r1" (type $r (sub resource)))
            (export "r2" (type (eq $r))))))"#;
    let mut store = store();
    let exports = instantiate(&mut store, &exporter("r"));
    let imported = store.instantiate(&component(importer), &exports);
    imported.expect("both are known to be one");
    let exports = instantiate(&mut store, &exporter("s"));
    let error = rejection(&mut store, importer, &exports);
    let (expected, given) = ("abstract resource #2", "abstract resource #3");
    assert_eq!(
        error,
        format!("c.r2: incompatible import type: expected type {expected}, given type {given}")
    );
}

/// An instance that is passed on through a type shows what the type has.
#[test]
fn an_instance_is_narrowed_to_its_type() {
    let mut store = store();
    let exports = instantiate(
        &mut store,
        r#"(component
             (type $t u32)
             (component $c
               (import "i" (instance $i (export "t" (type (eq $t)))))
               (export "i" (instance $i)))
             (component $d (type $t u32) (export "t" (type $t)) (export "u" (type $t)))
             (instance $d (instantiate $d))
             (instance $c (instantiate $c (with "i" (instance $d))))
             (alias export $c "i" (instance $n))
             (export "narrow" (instance $n))
             (export "wide" (instance $d))
             (export "ascribed" (instance $d) (instance (export "u" (type (eq $t))))))"#,
    );
    let names = |name| match exports.get(name) {
        Some(Extern::Instance(instance)) => instance.iter().map(|(name, _)| name).collect(),
        _ => vec![],
    };
    assert_eq!(names("narrow"), ["t"]);
    assert_eq!(names("wide"), ["t", "u"]);
    assert_eq!(names("ascribed"), ["u"]);
}
