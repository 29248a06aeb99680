use super::{accept, binary, engine, features_of, instantiate};
use component_harness::engine::{DefinitionId, Engine, InstanceId, Reply, Sort};
use component_harness::host;
use component_harness::value::Value;

/// What the type of the host needs.
const FEATURES: &[&str] = &[
    "cm-async",
    "cm-fixed-length-lists",
    "cm-map",
    "component-model",
    "reference-types",
];

#[test]
fn all_of_the_interface_is_there() {
    let mut engine = engine(FEATURES);
    let reply = engine.define(DefinitionId(0), Sort::Component, host::interface());
    assert_eq!(reply, Reply::Accepted);
    let reply = engine.instantiate(InstanceId(0), DefinitionId(0), &[]);
    assert_eq!(reply, Reply::Accepted);
}

#[test]
fn the_host_serves_an_engine_with_fewer_features_than_its_type_needs() {
    let mut engine = engine(&["component-model"]);
    let text = r#"(component
        (import "host" (instance $host (export "return-three" (func (result u32)))))
        (core func $three (canon lower (func $host "return-three")))
        (core module $M
            (import "" "three" (func $three (result i32)))
            (func (export "f") (result i32) (call $three)))
        (core instance $m (instantiate $M
            (with "" (instance (export "three" (func $three))))))
        (func (export "f") (result u32) (canon lift (core func $m "f"))))"#;
    accept(&mut engine, 0, Sort::Component, text, &[]);
    let reply = engine.invoke(InstanceId(0), "f", &[]);
    assert_eq!(reply, Reply::Returned(vec![Value::U32(3)]));
}

#[test]
fn an_import_of_another_type_is_named() {
    for (import, named) in [
        (
            r#""host-return-two" (func (result s32))"#,
            "`host-return-two` has another type: type mismatch with results",
        ),
        (
            r#""host" (instance (export "nested" (instance
                (export "return-four" (func (param "v" u8) (result u32))))))"#,
            "`host/nested/return-four` has another type: type mismatch with parameters",
        ),
        (
            r#""host" (instance (type $t u8) (export "nothing" (type (eq $t))))"#,
            "the host has no `host/nothing`",
        ),
        (
            r#""host" (instance (type $t (enum "red")) (export "color" (type (eq $t))))"#,
            "type `host/color`",
        ),
    ] {
        let mut engine = engine(FEATURES);
        let text = format!("(component (import {import}))");
        let reply = instantiate(&mut engine, 0, Sort::Component, &text, &[]);
        let rejected = matches!(&reply, Reply::Rejected { message } if message.contains(named));
        assert!(rejected, "{reply:?}");
    }
}

#[test]
fn drops_are_counted_until_the_engine_is_reset() {
    let bytes = binary(
        r#"(component
            (import "host" (instance $host
                (export "resource1" (type $r (sub resource)))
                (export "[constructor]resource1" (func (param "r" u32) (result (own $r))))
                (export "[static]resource1.drops" (func (result u32)))))
            (alias export $host "resource1" (type $r))
            (core func $new (canon lower (func $host "[constructor]resource1")))
            (core func $drops (canon lower (func $host "[static]resource1.drops")))
            (core func $drop (canon resource.drop $r))
            (core module $M
                (import "" "new" (func $new (param i32) (result i32)))
                (import "" "drops" (func $drops (result i32)))
                (import "" "drop" (func $drop (param i32)))
                (func (export "f") (result i32)
                    (call $drop (call $new (i32.const 5)))
                    (call $drops)))
            (core instance $m (instantiate $M (with "" (instance
                (export "new" (func $new))
                (export "drops" (func $drops))
                (export "drop" (func $drop))))))
            (func (export "f") (result u32) (canon lift (core func $m "f"))))"#,
    );
    let mut engine = engine(FEATURES);
    for _ in 0..2 {
        let reply = engine.define(DefinitionId(0), Sort::Component, &bytes);
        assert_eq!(reply, Reply::Accepted);
        for n in 1..3 {
            let reply = engine.instantiate(InstanceId(n), DefinitionId(0), &[]);
            assert_eq!(reply, Reply::Accepted);
            let reply = engine.invoke(InstanceId(n), "f", &[]);
            assert_eq!(reply, Reply::Returned(vec![Value::U32(n)]));
        }
        engine
            .reset(&features_of(FEATURES))
            .expect("the features build");
    }
}
