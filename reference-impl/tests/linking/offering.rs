//! What a host offers.

use crate::{call, component, store};
use component_reference::trap::Trap;
use component_reference::value::{Resource, Value};
use component_reference::{
    Exports, Extern, HostFunc, Implementation, InstantiateError, Stop, TypeDef, Wanted, core,
};
use std::sync::{Arc, Mutex};

const INTERFACE: &str = r#"
    (component
      (import "host" (instance
        (export "r" (type $r (sub resource)))
        (export "[constructor]r" (func (param "rep" u32) (result (own $r))))
        (export "[method]r.get" (func (param "self" (borrow $r)) (result u32)))
        (export "nested" (instance (export "four" (func (result u32)))))))
      (import "m" (core module (export "f" (func (result i32))))))"#;

fn resource_type(exports: &Exports) -> Option<&TypeDef> {
    match exports.get("host") {
        Some(Extern::Instance(host)) => match host.get("r") {
            Some(Extern::Type(t)) => Some(t),
            _ => None,
        },
        _ => None,
    }
}

#[test]
fn a_host_makes_what_an_interface_imports() {
    let asked = Arc::new(Mutex::new(vec![]));
    let dropped = Arc::new(Mutex::new(vec![]));
    let module = wat::parse_str("(module (func (export \"f\") (result i32) (i32.const 5)))");
    let module = core::Module::new(core::FEATURES, &module.expect("it is well-formed"));
    let module = module.expect("it is valid");
    let mut implement = |path: &str, wanted: Wanted<'_>| {
        let kind = match wanted {
            Wanted::Func(_) => "func",
            Wanted::Resource => "resource",
            Wanted::Module => "module",
        };
        asked
            .lock()
            .expect("no panic")
            .push(format!("{kind} {path}"));
        let dropped = dropped.clone();
        Some(match path {
            "host/r" => Implementation::Resource(Some(HostFunc::new(move |_, args| {
                dropped.lock().expect("no panic").extend(args);
                Ok(None)
            }))),
            "m" => Implementation::Module(module.clone()),
            "host/[constructor]r" => Implementation::Func(HostFunc::new(|ft, args| {
                let Some(component_reference::types::ValType::Own(rt)) = ft.result else {
                    panic!("the type is another");
                };
                let Some(Value::U32(rep)) = args.first() else {
                    panic!("{args:?}");
                };
                let rep = u64::from(*rep);
                Ok(Some(Value::Own(Resource { rt, rep })))
            })),
            "host/[method]r.get" => Implementation::Func(HostFunc::new(|_, args| {
                let Some(Value::Borrow(resource)) = args.first() else {
                    panic!("{args:?}");
                };
                Ok(Some(Value::U32(resource.rep as u32)))
            })),
            _ => Implementation::Func(HostFunc::new(|_, _| Ok(Some(Value::U32(4))))),
        })
    };
    let mut store = store();
    let offer = store
        .offer(&component(INTERFACE), &mut implement)
        .expect("all is offered");
    assert!(matches!(resource_type(&offer), Some(TypeDef::Resource(_))));
    assert_eq!(
        *asked.lock().expect("no panic"),
        [
            "resource host/r",
            "func host/[constructor]r",
            "func host/[method]r.get",
            "func host/nested/four",
            "module m"
        ]
    );

    let guest = component(
        r#"(component
             (import "host" (instance $host
               (export "r" (type $r (sub resource)))
               (export "[constructor]r" (func (param "rep" u32) (result (own $r))))
               (export "[method]r.get" (func (param "self" (borrow $r)) (result u32)))
               (export "nested" (instance (export "four" (func (result u32)))))))
             (import "m" (core module $five (export "f" (func (result i32)))))
             (alias export $host "r" (type $r))
             (alias export $host "nested" (instance $nested))
             (core func $new (canon lower (func $host "[constructor]r")))
             (core func $get (canon lower (func $host "[method]r.get")))
             (core func $four (canon lower (func $nested "four")))
             (core func $drop (canon resource.drop $r))
             (core instance $five (instantiate $five))
             (core module $m
               (import "i" "new" (func $new (param i32) (result i32)))
               (import "i" "get" (func $get (param i32) (result i32)))
               (import "i" "drop" (func $drop (param i32)))
               (import "i" "four" (func $four (result i32)))
               (import "five" "f" (func $five (result i32)))
               (func (export "f") (result i32) (local $r i32) (local $n i32)
                 (local.set $r (call $new (i32.const 30)))
                 (local.set $n (i32.add (call $get (local.get $r)) (call $four)))
                 (call $drop (local.get $r))
                 (i32.add (local.get $n) (call $five))))
             (core instance $i (instantiate $m
               (with "five" (instance $five))
               (with "i" (instance
                 (export "new" (func $new)) (export "get" (func $get))
                 (export "drop" (func $drop)) (export "four" (func $four))))))
             (func (export "f") (result u32) (canon lift (core func $i "f"))))"#,
    );
    let exports = store
        .instantiate(&guest, &offer)
        .expect("it imports what is offered");
    assert_eq!(call(&mut store, &exports, "f"), Some(Value::U32(39)));
    assert_eq!(*dropped.lock().expect("no panic"), [Value::U64(30)]);
}

#[test]
fn what_is_not_implemented_is_named() {
    let mut implement = |path: &str, _: Wanted<'_>| match path {
        "host/r" => Some(Implementation::Resource(None)),
        "host/nested/four" => None,
        _ => Some(Implementation::Func(HostFunc::new(|_, _| Ok(None)))),
    };
    let error = store()
        .offer(&component(INTERFACE), &mut implement)
        .map(drop);
    let error = error.expect_err("something is not implemented");
    assert_eq!(
        error,
        InstantiateError::Unlinkable {
            path: "host.nested.four".into(),
            message: "incompatible import type: expected func() -> u32, given nothing".into(),
        }
    );
}

/// The guest would otherwise be left in the middle of its call.
#[test]
fn a_host_result_of_another_type_is_a_trap() {
    let guest = component(
        r#"(component
            (import "f" (func $f (result u32)))
            (core func $f (canon lower (func $f)))
            (core module $m
                (import "" "f" (func $f (result i32)))
                (func (export "run") (result i32) (call $f)))
            (core instance $i (instantiate $m (with "" (instance (export "f" (func $f))))))
            (func (export "run") (result u32) (canon lift (core func $i "run"))))"#,
    );
    let mut store = store();
    let offer = store.offer(&guest, &mut |_, _| {
        let wrong = |_: &_, _| Ok(Some(Value::Bool(true)));
        Some(Implementation::Func(HostFunc::new(wrong)))
    });
    let exports = store.instantiate(&guest, &offer.expect("the function is implemented"));
    let exports = exports.expect("it imports what is offered");
    let Some(Extern::Func(run)) = exports.get("run") else {
        panic!("it exports a function");
    };
    let stop = store.call(run, vec![]).expect_err("a bool is no u32");
    assert!(matches!(stop, Stop::Trap(Trap::Host(_))), "{stop:?}");
    assert!(store.is_locked());
}
