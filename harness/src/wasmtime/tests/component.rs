use super::{accept, engine, instantiate};
use component_harness::engine::{Engine, InstanceId, Reply, Sort};
use component_harness::value::{Handle, Value};

const FEATURES: &[&str] = &[
    "bulk-memory",
    "cm-async",
    "cm-error-context",
    "cm-fixed-length-lists",
    "cm-map",
    "component-model",
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
        ("s16", Value::S16(i16::MIN)),
        ("u64", Value::U64(u64::MAX)),
        ("f32", Value::F32(0x7fa0_0001)),
        ("f64", Value::F64(1 << 63)),
        ("string", Value::String("\0é".into())),
        ("(list u8)", Value::List(vec![Value::U8(1), Value::U8(2)])),
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

#[test]
fn a_trap_locks_its_component_only() {
    let mut engine = engine(FEATURES);
    let text = r#"(component
        (core module $M (func (export "trap") unreachable) (func (export "f")))
        (core instance $m (instantiate $M))
        (func (export "trap") (canon lift (core func $m "trap")))
        (func (export "f") (canon lift (core func $m "f"))))"#;
    accept(&mut engine, 0, Sort::Component, text, &[]);
    accept(&mut engine, 1, Sort::Component, text, &[]);
    assert_eq!(
        trap_code(engine.invoke(InstanceId(0), "trap", &[])),
        "UnreachableCodeReached"
    );
    assert_eq!(
        trap_code(engine.invoke(InstanceId(0), "f", &[])),
        "CannotEnterComponent"
    );
    assert_eq!(
        engine.invoke(InstanceId(1), "f", &[]),
        Reply::Returned(vec![])
    );
}

#[test]
fn root_components_pass_on_modules_and_resource_types_only() {
    let mut engine = engine(FEATURES);
    let provider = r#"(component
        (type $r' (resource (rep i32)))
        (export $r "r" (type $r'))
        (core module $M (func (export "f")))
        (export "m" (core module $M))
        (core instance $m (instantiate $M))
        (core func $new (canon resource.new $r'))
        (core module $N (import "" "new" (func $new (param i32) (result i32)))
            (func (export "make") (result i32) (call $new (i32.const 1))))
        (core instance $n (instantiate $N (with "" (instance (export "new" (func $new))))))
        (func (export "make") (result (own $r)) (canon lift (core func $n "make")))
        (func (export "f") (canon lift (core func $m "f")))
        (instance $nested (export "m" (core module $M)))
        (export "nested" (instance $nested)))"#;
    accept(&mut engine, 0, Sort::Component, provider, &[]);
    let made = engine.invoke(InstanceId(0), "make", &[]);
    assert_eq!(made, Reply::Returned(vec![Value::Handle(Handle::Resource)]));

    let import = |exports: &str| format!(r#"(component (import "p" (instance {exports})))"#);
    let module = r#"(export "m" (core module (export "f" (func))))"#;
    let func = r#"(export "f" (func))"#;
    let modules = import(&format!(
        r#"(export "r" (type (sub resource))) {module} (export "nested" (instance {module}))"#
    ));
    accept(&mut engine, 1, Sort::Component, &modules, &[("p", 0)]);

    let passed = instantiate(&mut engine, 2, Sort::Component, &import(func), &[("p", 0)]);
    assert!(matches!(passed, Reply::Unsupported { .. }), "{passed:?}");
    for absent in ["(export \"g\" (func))", "(export \"m\" (func))"] {
        let text = import(&format!("{absent} {func}"));
        let absent = instantiate(&mut engine, 2, Sort::Component, &text, &[("p", 0)]);
        assert!(matches!(absent, Reply::Rejected { .. }), "{absent:?}");
    }
    accept(
        &mut engine,
        3,
        Sort::Module,
        r#"(module (func (export "f")))"#,
        &[],
    );
    let core = instantiate(&mut engine, 4, Sort::Component, &import(func), &[("p", 3)]);
    assert!(matches!(core, Reply::Rejected { .. }), "{core:?}");
}

fn trap_code(reply: Reply) -> String {
    match reply {
        Reply::Trapped {
            code: Some(code), ..
        } => code,
        reply => panic!("{reply:?}"),
    }
}
