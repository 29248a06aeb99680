//! `test_roundtrips`: through a guest that gives back what it is given.

use crate::guests::{Realloc, address, heap};
use crate::{component, func};
use component_reference::canonical::options::PtrType::{self, I32, I64};
use component_reference::value::Value::{self, *};
use component_reference::{Exports, Limits, Store};

/// How a core function gives back what it is given.
#[derive(Clone, Copy)]
enum Echo {
    /// As one core value.
    Flat,
    /// In memory, two `u16` next to each other.
    Pair,
    /// In memory, a pointer and a length.
    Range,
    /// In memory, where it is already.
    Spilled,
}

impl Echo {
    fn core_function(self, ptr_type: PtrType) -> std::string::String {
        let a = address(ptr_type);
        let size = match ptr_type {
            I32 => 4,
            I64 => 8,
        };
        let (t, body) = match self {
            Echo::Flat => ("(param i32) (result i32)".into(), "(local.get 0)".into()),
            Echo::Pair => (
                format!("(param i32 i32) (result {a})"),
                format!(
                    "(i32.store16 ({a}.const 16) (local.get 0))
                    (i32.store16 ({a}.const 18) (local.get 1))
                    ({a}.const 16)"
                ),
            ),
            Echo::Range => (
                format!("(param {a} {a}) (result {a})"),
                format!(
                    "({a}.store ({a}.const 16) (local.get 0))
                    ({a}.store ({a}.const {}) (local.get 1))
                    ({a}.const 16)",
                    16 + size
                ),
            ),
            Echo::Spilled => (format!("(param {a}) (result {a})"), "(local.get 0)".into()),
        };
        format!(r#"(func (export "run") {t} {body})"#)
    }
}

fn round_trip(named: &str, t: &str, echo: Echo, ptr_type: PtrType, v: &Value) {
    let text = format!(
        r#"(component
    (type $named {named})
    (export $t "t" (type $named))
    {heap}
    (core instance $heap (instantiate $heap))
    (core module $m
        (import "" "memory" (memory {a} 1))
        {function})
    (core instance $m (instantiate $m (with "" (instance
        (export "memory" (memory $heap "memory"))))))
    (func (export "run") (param "v" {t}) (result {t}) (canon lift (core func $m "run")
        (memory (core memory $heap "memory")) (realloc (core func $heap "realloc")))))"#,
        a = address(ptr_type),
        heap = heap(ptr_type, Realloc::Honest),
        function = echo.core_function(ptr_type),
    );
    let mut store = Store::new(Limits::default());
    let exports = store.instantiate(&component(&text), &Exports::default());
    let exports = exports.expect("nothing happens yet");
    let got = store.call(func(&exports, "run"), vec![v.clone()]);
    assert_eq!(got, Ok(Some(v.clone())), "{t} {ptr_type:?}");
}

#[test]
fn test_roundtrips() {
    let string = |s: &str| String(s.into());
    let some = |v| Variant(1, Some(Box::new(v)));
    let large = format!(
        r#"(variant (case "x" (tuple {} string)))"#,
        "u32 ".repeat(16)
    );
    let words = (1..=16).map(U32).chain([string("wat")]);
    for ptr_type in [I32, I64] {
        let trip = |t, echo, v| round_trip("u8", t, echo, ptr_type, &v);
        trip("s8", Echo::Flat, S8(-1));
        let pair = Record(vec![U16(3), U16(4)]);
        trip("(tuple u16 u16)", Echo::Pair, pair);
        let greeting = List(vec![string("hello there")]);
        trip("(list string)", Echo::Range, greeting);
        let lists = List(vec![
            List(vec![string("one"), string("two")]),
            List(vec![string("three")]),
        ]);
        trip("(list (list string))", Echo::Range, lists);
        let answer = List(vec![some(Record(vec![string("answer"), U16(42)]))]);
        trip("(list (option (tuple string u16)))", Echo::Range, answer);
        let x = Record(words.clone().collect());
        let x = Variant(0, Some(Box::new(x)));
        round_trip(&large, "$t", Echo::Spilled, ptr_type, &x);
    }
}
