use super::{accept, engine, instantiate, trap_code};
use crate::engine::{DefinitionId, Engine, InstanceId, Reply, Sort};
use crate::host;
use crate::value::Value;

const FEATURES: &[&str] = &[
    "bulk-memory",
    "cm-async",
    "cm-fixed-length-lists",
    "cm-map",
    "component-model",
    "multi-value",
    "mutable-global",
    "reference-types",
];

const RESOURCES: &str = r#"(component
    (import "host" (instance $host
        (export "resource1" (type $r (sub resource)))
        (export "resource1-again" (type $again (eq $r)))
        (export "[constructor]resource1" (func (param "r" u32) (result (own $r))))
        (export "[static]resource1.assert" (func (param "r" (own $again)) (param "rep" u32)))
        (export "[static]resource1.last-drop" (func (result u32)))
        (export "[static]resource1.drops" (func (result u32)))
        (export "[method]resource1.simple"
            (func (param "self" (borrow $r)) (param "rep" u32)))))
    (alias export $host "resource1" (type $r))
    (core func $drop (canon resource.drop $r))
    (core func $new (canon lower (func $host "[constructor]resource1")))
    (core func $assert (canon lower (func $host "[static]resource1.assert")))
    (core func $last (canon lower (func $host "[static]resource1.last-drop")))
    (core func $drops (canon lower (func $host "[static]resource1.drops")))
    (core func $simple (canon lower (func $host "[method]resource1.simple")))
    (core module $M
        (import "" "drop" (func $drop (param i32)))
        (import "" "new" (func $new (param i32) (result i32)))
        (import "" "assert" (func $assert (param i32 i32)))
        (import "" "last" (func $last (result i32)))
        (import "" "drops" (func $drops (result i32)))
        (import "" "simple" (func $simple (param i32 i32)))
        (func (export "new-and-drop") (result i32)
            (local $r i32)
            (local.set $r (call $new (i32.const 9)))
            (call $simple (local.get $r) (i32.const 9))
            (call $drop (local.get $r))
            (i32.add (i32.mul (call $last) (i32.const 100)) (call $drops)))
        (func (export "assert") (param i32)
            (call $assert (call $new (i32.const 5)) (local.get 0))))
    (core instance $m (instantiate $M (with "" (instance
        (export "drop" (func $drop))
        (export "new" (func $new))
        (export "assert" (func $assert))
        (export "last" (func $last))
        (export "drops" (func $drops))
        (export "simple" (func $simple))))))
    (func (export "new-and-drop") (result u32) (canon lift (core func $m "new-and-drop")))
    (func (export "assert") (param "rep" u32) (canon lift (core func $m "assert"))))"#;

#[test]
fn all_of_the_host_can_be_imported() {
    let mut engine = engine(FEATURES);
    let reply = engine.define(DefinitionId(0), Sort::Component, host::interface());
    assert_eq!(reply, Reply::Accepted);
    let reply = engine.instantiate(InstanceId(0), DefinitionId(0), &[]);
    assert_eq!(reply, Reply::Accepted);
}

#[test]
fn drops_are_counted_over_all_roots() {
    let mut engine = engine(FEATURES);
    for root in 0..2 {
        accept(&mut engine, root, Sort::Component, RESOURCES, &[]);
        let reply = engine.invoke(InstanceId(root), "new-and-drop", &[]);
        assert_eq!(reply, Reply::Returned(vec![Value::U32(901 + root)]));
    }
}

#[test]
fn the_host_traps() {
    let mut engine = engine(FEATURES);
    accept(&mut engine, 0, Sort::Component, RESOURCES, &[]);
    let reply = engine.invoke(InstanceId(0), "assert", &[Value::U32(5)]);
    assert_eq!(reply, Reply::Returned(vec![]));
    let reply = engine.invoke(InstanceId(0), "assert", &[Value::U32(6)]);
    assert_eq!(trap_code(reply), "host");
}

#[test]
fn an_instance_of_the_name_stands_before_the_host() {
    let mut engine = engine(FEATURES);
    let text = r#"(component (import "host" (instance (export "trap" (func)))))"#;
    accept(&mut engine, 0, Sort::Component, text, &[]);
    let empty = "(component)";
    accept(&mut engine, 1, Sort::Component, empty, &[]);
    let reply = instantiate(&mut engine, 2, Sort::Component, text, &[("host", 1)]);
    assert!(matches!(reply, Reply::Rejected { .. }), "{reply:?}");
}

#[test]
fn the_host_has_one_type_for_each_name() {
    for (exports, path) in [
        (r#"(export "trap" (func (param "v" u8)))"#, "host.trap: "),
        (
            r#"(export "no-such-function" (func))"#,
            "host.no-such-function: ",
        ),
    ] {
        let text = format!(r#"(component (import "host" (instance {exports})))"#);
        let reply = instantiate(&mut engine(FEATURES), 0, Sort::Component, &text, &[]);
        match reply {
            Reply::Rejected { message } => assert!(message.starts_with(path), "{message}"),
            reply => panic!("{reply:?}"),
        }
    }
}
