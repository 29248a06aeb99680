//! Imports, the identity of types, and what initialisation leaves behind.

use super::{call, func, instantiate, module, store, trap};
use component_reference::core::types::{MemoryType, TableType};
use component_reference::core::{
    CoreTrap, DecodeError, Extern, FEATURES, InstantiateError, Module, Reference, Store, Value,
};
use wasmparser::WasmFeatures;

const EXPORTS: &str = r#"(module
    (rec (type $s (sub (struct (field i32)))) (type $f (func (param (ref $s)))))
    (func (export "func") (param i32 f64) (result i64) (i64.const 0))
    (func (export "rec") (type $f))
    (table (export "table") 2 10 funcref)
    (memory (export "memory") 1 2)
    (global (export "global") i32 (i32.const 1))
    (global (export "mutable") (mut i32) (i32.const 1))
    (tag (export "tag") (param i32)))"#;

/// Links a module with one import to the export of that name.
fn link(import: &str, name: &str) -> Result<(), String> {
    let mut store = store();
    let instance = instantiate(&mut store, EXPORTS, &[]);
    let export = store.export(instance, name).expect("it is exported");
    let importing = module(&format!(r#"(module (import "m" "{name}" {import}))"#));
    match store.instantiate(&importing, &[export]) {
        Ok(_) => Ok(()),
        Err(InstantiateError::Link(error)) => Err(error),
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn imports_match_by_type() {
    for (name, import) in [
        ("func", "(func (param i32 f64) (result i64))"),
        ("table", "(table 1 funcref)"),
        ("table", "(table 2 11 funcref)"),
        ("memory", "(memory 0 2)"),
        ("global", "(global i32)"),
        ("mutable", "(global (mut i32))"),
        ("tag", "(tag (param i32))"),
    ] {
        assert_eq!(link(import, name), Ok(()), "{import}");
    }
}

#[test]
fn link_errors_say_what_and_why() {
    for (name, import, expected, given) in [
        (
            "func",
            "(func)",
            "(func)",
            "(func (param i32 f64) (result i64))",
        ),
        (
            "func",
            "(memory 1)",
            "(memory 1)",
            "(func (param i32 f64) (result i64))",
        ),
        (
            "table",
            "(table 3 funcref)",
            "(table 3 (ref null func))",
            "(table 2 10 (ref null func))",
        ),
        (
            "table",
            "(table i64 1 funcref)",
            "(table i64 1 (ref null func))",
            "(table 2 10 (ref null func))",
        ),
        ("memory", "(memory 1 1)", "(memory 1 1)", "(memory 1 2)"),
        (
            "memory",
            "(memory 0 9 (pagesize 1))",
            "(memory 0 9 (pagesize 1))",
            "(memory 1 2)",
        ),
        (
            "global",
            "(global (mut i32))",
            "(global (mut i32))",
            "(global i32)",
        ),
        (
            "mutable",
            "(global i32)",
            "(global i32)",
            "(global (mut i32))",
        ),
        ("tag", "(tag)", "(tag)", "(tag (param i32))"),
    ] {
        let error =
            format!("incompatible import type of `m` `{name}`: expected {expected}, given {given}");
        assert_eq!(link(import, name), Err(error));
    }
}

#[test]
fn the_number_of_imports_is_checked() {
    let mut store = store();
    let importing = module(r#"(module (import "m" "f" (func)))"#);
    let error = store
        .instantiate(&importing, &[])
        .expect_err("none is given");
    assert_eq!(error.to_string(), "unknown import `m` `f`");
    let f = Extern::Func(store.alloc_host_func(vec![], vec![], 0));
    let error = store.instantiate(&importing, &[f, f]).expect_err("two are");
    assert_eq!(error.to_string(), "2 imports given, 1 expected");
}

#[test]
fn types_of_two_modules_are_the_same_if_their_groups_are() {
    let rec = "(rec (type $s (sub (struct (field i32)))) (type $f (func (param (ref $s)))))";
    let import = |types: &str| {
        let mut store = store();
        let instance = instantiate(&mut store, EXPORTS, &[]);
        let export = store.export(instance, "rec").expect("it is exported");
        let text = format!(r#"(module {types} (import "m" "rec" (func (type $f))))"#);
        store.instantiate(&module(&text), &[export]).is_ok()
    };
    assert!(import(rec));
    assert!(import(&format!("(type (func)) {rec}")));
    let apart = "(type $s (sub (struct (field i32)))) (type $f (func (param (ref $s))))";
    assert!(!import(apart));
    let longer = rec.replace("))))", ")))) (type (func))");
    assert_ne!(longer, rec);
    assert!(!import(&longer));
}

#[test]
fn references_keep_their_type_across_modules() {
    let mut store = store();
    let pair = "(type $p (sub (struct (field i32) (field i32))))";
    let makes = format!(
        r#"(module {pair} (type $q (sub $p (struct (field i32) (field i32) (field i64))))
        (func (export "make") (result (ref any))
            (struct.new $q (i32.const 1) (i32.const 2) (i64.const 3))))"#
    );
    let makes = instantiate(&mut store, &makes, &[]);
    let make = Extern::Func(func(&store, makes, "make"));
    let text = format!(
        r#"(module (type (func)) {pair} (type $q (sub $p (struct (field i32) (field i32))))
        (import "" "make" (func $make (result (ref any))))
        (func (export "get") (result i32) (struct.get $p 1 (ref.cast (ref $p) (call $make))))
        (func (export "other") (result i32) (struct.get $q 1 (ref.cast (ref $q) (call $make)))))"#
    );
    let takes = instantiate(&mut store, &text, &[make]);
    assert_eq!(call(&mut store, takes, "get", &[]), Ok(vec![2]));
    assert_eq!(
        call(&mut store, takes, "other", &[]),
        trap(CoreTrap::CastFailure)
    );
}

#[test]
fn two_stores_share_a_module() {
    let text = r#"(module (type $s (struct (field (mut i32)))) (memory 1) (data $d "\2a")
        (elem $e func $f)
        (table (export "t") 1 funcref)
        (func $f (export "f") (param i32) (result i32)
            (memory.init $d (i32.const 0) (i32.const 0) (i32.const 1)) (data.drop $d)
            (table.init $e (i32.const 0) (i32.const 0) (i32.const 1)) (elem.drop $e)
            (struct.get $s 0 (struct.new $s
                (i32.add (local.get 0) (i32.load (i32.const 0)))))))"#;
    let module = module(text);
    let mut stores = [store(), store()];
    // The second store's addresses and types are not the first one's.
    instantiate(
        &mut stores[1],
        "(module (type (struct)) (memory 1) (func))",
        &[],
    );
    for store in &mut stores {
        for _ in 0..2 {
            let made = store.instantiate(&module, &[]).expect("it links");
            assert_eq!(call(store, made.instance, "f", &[1]), Ok(vec![43]));
            let dropped = trap(CoreTrap::OutOfBoundsMemoryAccess);
            assert_eq!(call(store, made.instance, "f", &[1]), dropped);
            let Some(Extern::Table(table)) = store.export(made.instance, "t") else {
                panic!("no table");
            };
            let f = func(store, made.instance, "f");
            assert_eq!(store.table_get(table, 0), Some(Reference::Func(f)));
            assert_eq!(store.table_get(table, 1), None);
        }
    }
}

#[test]
fn segments_before_a_trap_stay_written() {
    let mut store = store();
    let memory = MemoryType {
        is64: false,
        page_size_log2: 16,
        min: 1,
        max: None,
    };
    let memory = store.alloc_memory(memory).expect("there is room");
    let table = TableType {
        is64: false,
        element: component_reference::core::types::RefType::FUNC,
        min: 1,
        max: None,
    };
    let table = store.alloc_table(table).expect("there is room");
    let text = r#"(module (import "" "m" (memory 1)) (import "" "t" (table 1 funcref))
        (func) (elem (i32.const 0) func 0)
        (data (i32.const 0) "ab") (data (i32.const 65535) "cd") (data (i32.const 1) "e"))"#;
    let imports = [Extern::Memory(memory), Extern::Table(table)];
    let error = store
        .instantiate(&module(text), &imports)
        .expect_err("it traps");
    assert_eq!(
        error,
        InstantiateError::Trap(CoreTrap::OutOfBoundsMemoryAccess)
    );
    assert_eq!(store.memory(memory)[..3], *b"ab\0");
    assert!(matches!(
        store.table_get(table, 0),
        Some(Reference::Func(_))
    ));
}

#[test]
fn references_cross_the_border() {
    let mut store = store();
    let text = r#"(module (type $s (struct)) (type $a (array i8))
        (func (export "in") (param externref) (result anyref)
            (any.convert_extern (local.get 0)))
        (func (export "out") (param anyref) (result externref)
            (extern.convert_any (local.get 0)))
        (func (export "i31") (result anyref) (ref.i31 (i32.const -1)))
        (func (export "struct") (result anyref) (struct.new $s))
        (func (export "array") (result anyref) (array.new_fixed $a 0))
        (func $f (export "func") (result funcref) (ref.func $f)))"#;
    let instance = instantiate(&mut store, text, &[]);
    let get = |store: &mut Store, name: &str, args: &[Value]| {
        let slots: Vec<_> = args.iter().map(|arg| arg.slot()).collect();
        let results = call(store, instance, name, &slots).expect("it returns");
        let ty = store.func_type(func(store, instance, name)).1[0];
        store.value(ty, results[0])
    };
    let host = Value::Ref(Reference::Extern(5));
    let inside = get(&mut store, "in", &[host]);
    assert_eq!(inside, Value::Ref(Reference::Host(5)));
    assert_eq!(get(&mut store, "out", &[inside]), host);
    let scalar = get(&mut store, "i31", &[]);
    assert_eq!(scalar, Value::Ref(Reference::I31(0x7fff_ffff)));
    for name in ["i31", "struct", "array"] {
        let made = get(&mut store, name, &[]);
        let outside = get(&mut store, "out", &[made]);
        let is_external = matches!(outside, Value::Ref(Reference::Externalized(_)));
        assert!(is_external, "{name}: {outside:?}");
        assert_eq!(get(&mut store, "in", &[outside]), made, "{name}");
    }
    let func = Reference::Func(func(&store, instance, "func"));
    assert_eq!(get(&mut store, "func", &[]), Value::Ref(func));
}

#[test]
fn what_the_interpreter_lacks_is_rejected() {
    for (text, what) in [
        ("(module (func (drop (v128.const i64x2 0 0))))", "simd"),
        ("(module (func (drop (i8x16.splat (i32.const 0)))))", "simd"),
        ("(module (func (param v128)))", "simd"),
        ("(module (memory 1 1 shared))", "threads"),
        (
            "(module (memory 1) (func (drop (i32.atomic.load (i32.const 0)))))",
            "threads",
        ),
        (
            "(module (func unreachable try catch_all end))",
            "legacy-exceptions",
        ),
        (
            "(module (type $f (func)) (type $c (cont $f)))",
            "stack-switching",
        ),
    ] {
        let bytes = wat::parse_str(text).expect(text);
        assert!(Module::new(FEATURES, &bytes).is_err(), "{text}");
        match Module::new(WasmFeatures::all(), &bytes) {
            Err(error @ DecodeError::Unsupported { .. }) => {
                let error = error.to_string();
                assert!(error.starts_with("unsupported: "), "{error}");
                assert!(error.contains(what), "{error}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
    let component = wat::parse_str("(component)").expect("it is well-formed");
    let decoded = Module::new(WasmFeatures::all(), &component);
    assert!(matches!(decoded, Err(DecodeError::Rejected(_))));
}
