use super::{accept, engine, instantiate, trap_code};
use crate::engine::{Engine, InstanceId, Reply, Sort};
use crate::value::{Hierarchy, Reference, Value};

const FEATURES: &[&str] = &[
    "bulk-memory",
    "exceptions",
    "floats",
    "function-references",
    "gc",
    "gc-types",
    "memory64",
    "multi-memory",
    "multi-value",
    "mutable-global",
    "reference-types",
    "saturating-float-to-int",
    "sign-extension",
    "tail-call",
];

#[test]
fn what_does_not_link_is_worded_as_the_suites_expect() {
    let mut engine = engine(FEATURES);
    let unknown = r#"(module (import "spectest" "no-such-thing" (func)))"#;
    let incompatible = r#"(module (import "spectest" "memory" (memory 2)))"#;
    for (text, expected) in [
        (unknown, "unknown import"),
        (incompatible, "incompatible import type"),
    ] {
        match instantiate(&mut engine, 0, Sort::Module, text, &[]) {
            Reply::Rejected { message } => assert!(message.contains(expected), "{message}"),
            reply => panic!("{reply:?}"),
        }
    }
}

#[test]
fn spectest_is_one_instance_whose_sizes_are_current() {
    let mut engine = engine(FEATURES);
    let grow = r#"(module
        (import "spectest" "memory" (memory 1 2))
        (import "spectest" "print_i32_f32" (func $print (param i32 f32)))
        (import "spectest" "table64" (table i64 10 20 funcref))
        (global (export "g") (import "spectest" "global_f32") f32)
        (func (export "grow") (result i32)
            (call $print (i32.const 1) (f32.const 2))
            (memory.grow (i32.const 1))))"#;
    accept(&mut engine, 0, Sort::Module, grow, &[]);
    let global = engine.get(InstanceId(0), "g");
    assert_eq!(
        global,
        Reply::Returned(vec![Value::F32(666.6_f32.to_bits())])
    );
    let grown = engine.invoke(InstanceId(0), "grow", &[]);
    assert_eq!(grown, Reply::Returned(vec![Value::I32(1)]));
    let larger = r#"(module (import "spectest" "memory" (memory 2)))"#;
    accept(&mut engine, 1, Sort::Module, larger, &[]);
}

#[test]
fn each_way_to_fail_is_told_from_the_others() {
    let mut engine = engine(FEATURES);
    let text = r#"(module
        (memory 0)
        (tag $e)
        (func (export "load") (result i32) (i32.load (i32.const 0)))
        (func $loop (export "loop") (call $loop))
        (func (export "throw") (throw $e)))"#;
    accept(&mut engine, 0, Sort::Module, text, &[]);
    let load = engine.invoke(InstanceId(0), "load", &[]);
    assert_eq!(
        load,
        Reply::Trapped {
            code: Some("core.out-of-bounds-memory-access".to_owned()),
            site: None,
            message: "out of bounds memory access".to_owned(),
        }
    );
    let overflow = engine.invoke(InstanceId(0), "loop", &[]);
    assert!(matches!(overflow, Reply::Exhausted { .. }), "{overflow:?}");
    assert_eq!(engine.invoke(InstanceId(0), "throw", &[]), Reply::Threw);

    let start = "(module (func $f unreachable) (start $f))";
    let start = instantiate(&mut engine, 1, Sort::Module, start, &[]);
    assert_eq!(trap_code(start), "core.unreachable");
    let large = "(module (table 0xffff_ffff funcref))";
    let large = instantiate(&mut engine, 1, Sort::Module, large, &[]);
    assert!(matches!(large, Reply::Exhausted { .. }), "{large:?}");
    for unknown in [
        engine.invoke(InstanceId(1), "f", &[]),
        engine.invoke(InstanceId(0), "f", &[]),
        engine.invoke(InstanceId(0), "load", &[Value::I32(1)]),
        engine.get(InstanceId(0), "load"),
    ] {
        assert!(matches!(unknown, Reply::Misused { .. }), "{unknown:?}");
    }
}

const REFERENCES: &str = r#"(module
    (type $s (struct))
    (type $a (array i8))
    (func $f)
    (elem declare func $f)
    (func (export "i64") (param i64) (result i64) (local.get 0))
    (func (export "f64") (param f64) (result f64) (local.get 0))
    (func (export "func") (param funcref) (result funcref) (local.get 0))
    (func (export "extern") (param externref) (result externref) (local.get 0))
    (func (export "any") (param anyref) (result anyref) (local.get 0))
    (func (export "exn") (param exnref) (result exnref) (local.get 0))
    (func (export "all")
        (result funcref anyref anyref anyref externref)
        (ref.func $f)
        (ref.i31 (i32.const 1))
        (struct.new $s)
        (array.new $a (i32.const 0) (i32.const 1))
        (extern.convert_any (ref.i31 (i32.const 1)))))"#;

#[test]
fn core_values_pass_in_and_out() {
    let mut engine = engine(FEATURES);
    accept(&mut engine, 0, Sort::Module, REFERENCES, &[]);
    let null = |hierarchy| Value::Ref(Reference::Null(hierarchy));
    for (name, value) in [
        ("i64", Value::I64(i64::MIN)),
        ("f64", Value::F64(0x7ff4_0000_0000_0001)),
        ("func", null(Hierarchy::Func)),
        ("extern", null(Hierarchy::Extern)),
        ("any", null(Hierarchy::Any)),
        ("exn", null(Hierarchy::Exn)),
        ("extern", Value::Ref(Reference::Extern(Some(7)))),
        ("any", Value::Ref(Reference::Host(8))),
    ] {
        let reply = engine.invoke(InstanceId(0), name, std::slice::from_ref(&value));
        assert_eq!(reply, Reply::Returned(vec![value]));
    }
    let all = [
        Reference::Func,
        Reference::I31,
        Reference::Struct,
        Reference::Array,
        Reference::Extern(None),
    ];
    let reply = engine.invoke(InstanceId(0), "all", &[]);
    assert_eq!(reply, Reply::Returned(all.map(Value::Ref).to_vec()));
    for (name, value) in [
        ("i64", Value::I32(1)),
        ("func", null(Hierarchy::Extern)),
        ("any", Value::Ref(Reference::Extern(Some(7)))),
        ("func", Value::Ref(Reference::Host(8))),
    ] {
        let wrong = engine.invoke(InstanceId(0), name, &[value]);
        assert!(matches!(wrong, Reply::Misused { .. }), "{wrong:?}");
    }
}

#[test]
fn core_instances_import_from_one_another() {
    let mut engine = engine(FEATURES);
    let text = r#"(module (global (export "g") (mut i32) (i32.const 1)))"#;
    accept(&mut engine, 0, Sort::Module, text, &[]);
    let text = r#"(module
        (import "m" "g" (global $g (mut i32)))
        (func $f (global.set $g (i32.const 2)))
        (start $f))"#;
    accept(&mut engine, 1, Sort::Module, text, &[("m", 0)]);
    assert_eq!(
        engine.get(InstanceId(0), "g"),
        Reply::Returned(vec![Value::I32(2)])
    );
    let missing = instantiate(&mut engine, 2, Sort::Module, text, &[("m", 1)]);
    assert!(matches!(missing, Reply::Rejected { .. }), "{missing:?}");
    let unknown = instantiate(&mut engine, 2, Sort::Module, text, &[("m", 9)]);
    assert!(matches!(unknown, Reply::Misused { .. }), "{unknown:?}");
}
