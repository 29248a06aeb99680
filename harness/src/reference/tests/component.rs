use super::{accept, engine, instantiate, trap_code};
use crate::engine::{Engine, InstanceId, Reply, Sort};
use crate::value::{Handle, Value};

const FEATURES: &[&str] = &[
    "bulk-memory",
    "cm-async",
    "cm-fixed-length-lists",
    "cm-map",
    "component-model",
    "floats",
    "multi-value",
    "mutable-global",
    "reference-types",
];

/// A component whose export returns its only argument: a tuple of the type `$t`
/// that `ty` declares and of as many `u8` as it takes to pass it in memory.
fn identity(ty: &str) -> String {
    format!(
        r#"(component
            {ty}
            (core module $M
                (memory (export "memory") 1)
                (global $next (mut i32) (i32.const 64))
                (func (export "realloc") (param i32 i32 i32 i32) (result i32)
                    (local $at i32)
                    (local.set $at (global.get $next))
                    (global.set $next
                        (i32.and
                            (i32.add (i32.add (local.get $at) (local.get 3)) (i32.const 15))
                            (i32.const -8)))
                    (local.get $at))
                (func (export "identity") (param i32) (result i32) (local.get 0)))
            (core instance $m (instantiate $M))
            (type $wide (tuple $t
                u8 u8 u8 u8 u8 u8 u8 u8 u8 u8 u8 u8 u8 u8 u8 u8))
            (export $exported "t" (type $t))
            (type $exported-wide (tuple $exported
                u8 u8 u8 u8 u8 u8 u8 u8 u8 u8 u8 u8 u8 u8 u8 u8))
            (func (export "identity") (param "v" $exported-wide) (result $exported-wide)
                (canon lift (core func $m "identity")
                    (memory (core memory $m "memory"))
                    (realloc (core func $m "realloc")))))"#
    )
}

#[test]
fn component_values_pass_in_and_out() {
    let some = |value| Some(Box::new(value));
    let record = vec![
        ("a".to_owned(), Value::S8(-1)),
        ("b".to_owned(), Value::Char('é')),
    ];
    for (ty, value) in [
        ("bool", Value::Bool(true)),
        ("u8", Value::U8(u8::MAX)),
        ("s16", Value::S16(i16::MIN)),
        ("u32", Value::U32(u32::MAX)),
        ("u64", Value::U64(u64::MAX)),
        ("f32", Value::F32(0x8000_0001)),
        ("f64", Value::F64(1 << 63)),
        ("string", Value::String("\0é".into())),
        ("(list u8)", Value::List(vec![Value::U8(1), Value::U8(2)])),
        ("(list u8 1)", Value::List(vec![Value::U8(1)])),
        (
            "(list s32 2)",
            Value::List(vec![Value::S32(1), Value::S32(-2)]),
        ),
        (
            "(map u8 string)",
            Value::Map(vec![(Value::U8(1), Value::String("x".into()))]),
        ),
        (
            r#"(record (field "a" s8) (field "b" char))"#,
            Value::Record(record),
        ),
        (
            "(tuple u8 s64)",
            Value::Tuple(vec![Value::U8(1), Value::S64(-1)]),
        ),
        (
            r#"(variant (case "x") (case "y" u8))"#,
            Value::Variant("y".into(), some(Value::U8(3))),
        ),
        (
            r#"(variant (case "x") (case "y" u8))"#,
            Value::Variant("x".into(), None),
        ),
        (r#"(enum "p" "q")"#, Value::Enum("q".into())),
        ("(option u16)", Value::Option(None)),
        ("(option u16)", Value::Option(some(Value::U16(9)))),
        (
            "(result s64 (error u8))",
            Value::Result(Ok(some(Value::S64(-9)))),
        ),
        ("(result s64)", Value::Result(Err(None))),
        (
            r#"(flags "f" "g" "h")"#,
            Value::Flags(vec!["f".into(), "h".into()]),
        ),
    ] {
        let mut engine = engine(FEATURES);
        let text = identity(&format!("(type $t {ty})"));
        accept(&mut engine, 0, Sort::Component, &text, &[]);
        let mut items = vec![value];
        items.resize(17, Value::U8(5));
        let wide = Value::Tuple(items);
        let reply = engine.invoke(InstanceId(0), "identity", std::slice::from_ref(&wide));
        assert_eq!(reply, Reply::Returned(vec![wide]), "{ty}");
        let wrong = engine.invoke(InstanceId(0), "identity", &[Value::Tuple(vec![])]);
        assert!(matches!(wrong, Reply::Misused { .. }), "{wrong:?}");
    }
}

#[test]
fn an_async_export_ends_when_its_task_resolves() {
    let mut engine = engine(FEATURES);
    let text = r#"(component
        (core func $return (canon task.return (result u32)))
        (core module $M
            (import "" "return" (func $return (param i32)))
            (func (export "f") (param i32) (result i32)
                (call $return (local.get 0))
                (i32.const 1 (; yield for ever ;)))
            (func (export "callback") (param i32 i32 i32) (result i32) (i32.const 1)))
        (core instance $m (instantiate $M
            (with "" (instance (export "return" (func $return))))))
        (func (export "f") async (param "v" u32) (result u32)
            (canon lift (core func $m "f") async (callback (core func $m "callback")))))"#;
    accept(&mut engine, 0, Sort::Component, text, &[]);
    for n in 0..2 {
        let reply = engine.invoke(InstanceId(0), "f", &[Value::U32(n)]);
        assert_eq!(reply, Reply::Returned(vec![Value::U32(n)]));
    }
}

const TRAPS: &str = r#"(component
    (core module $M
        (func (export "trap") unreachable)
        (func (export "char") (result i32) (i32.const 0xd800))
        (func (export "f")))
    (core instance $m (instantiate $M))
    (func (export "trap") (canon lift (core func $m "trap")))
    (func (export "char") (result char) (canon lift (core func $m "char")))
    (func (export "f") (canon lift (core func $m "f"))))"#;

#[test]
fn a_trap_locks_its_component_only() {
    let mut engine = engine(FEATURES);
    accept(&mut engine, 0, Sort::Component, TRAPS, &[]);
    accept(&mut engine, 1, Sort::Component, TRAPS, &[]);
    assert_eq!(
        trap_code(engine.invoke(InstanceId(0), "trap", &[])),
        "core.unreachable"
    );
    assert_eq!(trap_code(engine.invoke(InstanceId(0), "f", &[])), "locked");
    assert_eq!(
        engine.invoke(InstanceId(1), "f", &[]),
        Reply::Returned(vec![])
    );
}

#[test]
fn a_trap_of_the_canonical_abi_names_its_site() {
    let mut engine = engine(FEATURES);
    accept(&mut engine, 0, Sort::Component, TRAPS, &[]);
    match engine.invoke(InstanceId(0), "char", &[]) {
        Reply::Trapped { code, site, .. } => {
            assert_eq!(site.as_deref(), Some("lift.char.surrogate"));
            assert_eq!(code, site);
        }
        reply => panic!("{reply:?}"),
    }
}

const PROVIDER: &str = r#"(component
    (type $r' (resource (rep i32)))
    (export $r "r" (type $r'))
    (core module $M (func (export "f") (result i32) (i32.const 7)))
    (export "m" (core module $M))
    (core instance $m (instantiate $M))
    (core func $new (canon resource.new $r'))
    (core module $N (import "" "new" (func $new (param i32) (result i32)))
        (func (export "make") (result i32) (call $new (i32.const 1))))
    (core instance $n (instantiate $N (with "" (instance (export "new" (func $new))))))
    (func (export "make") (result (own $r)) (canon lift (core func $n "make")))
    (func (export "f") (result u32) (canon lift (core func $m "f")))
    (component (export "c")))"#;

/// A component that imports an instance with these exports and re-exports its `f`.
fn importer(name: &str, exports: &str) -> String {
    format!(
        r#"(component
            (import "{name}" (instance $p {exports} (export "f" (func (result u32)))))
            (core func $f (canon lower (func $p "f")))
            (core module $M
                (import "" "f" (func $f (result i32)))
                (func (export "f") (result i32) (call $f)))
            (core instance $m (instantiate $M (with "" (instance (export "f" (func $f))))))
            (func (export "f") (result u32) (canon lift (core func $m "f"))))"#
    )
}

#[test]
fn root_components_pass_on_all_that_they_export() {
    let mut engine = engine(FEATURES);
    accept(&mut engine, 0, Sort::Component, PROVIDER, &[]);
    let made = engine.invoke(InstanceId(0), "make", &[]);
    assert_eq!(made, Reply::Returned(vec![Value::Handle(Handle::Resource)]));
    let all = r#"
        (export "r" (type $r (sub resource)))
        (export "make" (func (result (own $r))))
        (export "m" (core module (export "f" (func (result i32)))))
        (export "c" (component))"#;
    accept(
        &mut engine,
        1,
        Sort::Component,
        &importer("p", all),
        &[("p", 0)],
    );
    engine.drop_instance(InstanceId(0));
    let called = engine.invoke(InstanceId(1), "f", &[]);
    assert_eq!(called, Reply::Returned(vec![Value::U32(7)]));
}

#[test]
fn what_does_not_link_is_named_by_its_path() {
    let mut engine = engine(FEATURES);
    accept(&mut engine, 0, Sort::Component, PROVIDER, &[]);
    let core = r#"(module (func (export "f") (result i32) (i32.const 7)))"#;
    accept(&mut engine, 1, Sort::Module, core, &[]);
    for (exports, provider, path) in [
        (r#"(export "g" (func))"#, 0, "p.g: "),
        (r#"(export "m" (func))"#, 0, "p.m: "),
        ("", 1, "p: "),
    ] {
        let text = importer("p", exports);
        let reply = instantiate(&mut engine, 2, Sort::Component, &text, &[("p", provider)]);
        match reply {
            Reply::Rejected { message } => assert!(message.starts_with(path), "{message}"),
            reply => panic!("{reply:?}"),
        }
    }
}

#[test]
fn one_component_imports_from_one_store() {
    let mut engine = engine(FEATURES);
    accept(&mut engine, 0, Sort::Component, PROVIDER, &[]);
    accept(&mut engine, 1, Sort::Component, PROVIDER, &[]);
    let text = r#"(component
        (import "p" (instance (export "f" (func (result u32)))))
        (import "q" (instance (export "f" (func (result u32))))))"#;
    let two = instantiate(&mut engine, 2, Sort::Component, text, &[("p", 0), ("q", 1)]);
    assert!(matches!(two, Reply::Unsupported { .. }), "{two:?}");
    accept(
        &mut engine,
        2,
        Sort::Component,
        &importer("p", ""),
        &[("p", 0)],
    );
    accept(&mut engine, 3, Sort::Component, text, &[("p", 0), ("q", 2)]);
}
