//! `test_nan32` and `test_nan64`: what becomes of the bits of floats.

use crate::{component, func};
use component_reference::value::Value;
use component_reference::{Chooser, Exports, Limits, Store};

/// Functions that tell the bits of floats, which they are given as core values, in
/// memory, and as what an `i64` may stand for.
const BITS: &str = r#"(component
    (core module $m
        (memory (export "memory") 1)
        (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64))
        (func (export "flat32") (param f32) (result i32) (i32.reinterpret_f32 (local.get 0)))
        (func (export "flat64") (param f64) (result i64) (i64.reinterpret_f64 (local.get 0)))
        (func (export "joined32") (param i32 i64) (result i32) (i32.wrap_i64 (local.get 1)))
        (func (export "joined64") (param i32 i64) (result i64) (local.get 1))
        (func (export "stored32") (param i32 i32) (result i32) (i32.load (local.get 0)))
        (func (export "stored64") (param i32 i32) (result i64) (i64.load (local.get 0)))
        (func (export "lift32") (param i32) (result f32) (f32.reinterpret_i32 (local.get 0)))
        (func (export "lift64") (param i64) (result f64) (f64.reinterpret_i64 (local.get 0)))
        (func (export "load32") (param i32) (result i32)
            (i32.store (i32.const 8) (local.get 0)) (i32.const 8))
        (func (export "load64") (param i64) (result i32)
            (i64.store (i32.const 8) (local.get 0)) (i32.const 8))
    )
    (core instance $i (instantiate $m))
    (func (export "flat32") (param "v" f32) (result u32) (canon lift (core func $i "flat32")))
    (func (export "flat64") (param "v" f64) (result u64) (canon lift (core func $i "flat64")))
    (func (export "joined32") (param "v" (result f32 (error u64))) (result u32)
        (canon lift (core func $i "joined32")))
    (func (export "joined64") (param "v" (result f64 (error u64))) (result u64)
        (canon lift (core func $i "joined64")))
    (func (export "stored32") (param "v" (list f32)) (result u32) (canon lift
        (core func $i "stored32")
        (memory (core memory $i "memory")) (realloc (core func $i "realloc"))))
    (func (export "stored64") (param "v" (list f64)) (result u64) (canon lift
        (core func $i "stored64")
        (memory (core memory $i "memory")) (realloc (core func $i "realloc"))))
    (func (export "lift32") (param "bits" u32) (result f32) (canon lift (core func $i "lift32")))
    (func (export "lift64") (param "bits" u64) (result f64) (canon lift (core func $i "lift64")))
    (func (export "load32") (param "bits" u32) (result (tuple f32 u32)) (canon lift
        (core func $i "load32") (memory (core memory $i "memory"))))
    (func (export "load64") (param "bits" u64) (result (tuple f64 u64)) (canon lift
        (core func $i "load64") (memory (core memory $i "memory")))))"#;

const CANONICAL32: u32 = 0x7fc0_0000;
const CANONICAL64: u64 = 0x7ff8_0000_0000_0000;

struct Bits {
    store: Store,
    exports: Exports,
}

impl Bits {
    fn new(chooser: Chooser) -> Bits {
        let mut store = Store::new(Limits::default()).with_chooser(chooser);
        let exports = store.instantiate(&component(BITS), &Exports::default());
        Bits {
            store,
            exports: exports.expect("nothing happens yet"),
        }
    }

    fn call(&mut self, name: &str, arg: Value) -> Value {
        let result = self.store.call(func(&self.exports, name), vec![arg]);
        result.expect("nothing traps").expect("there is a result")
    }

    /// The bits that an `f32` is lowered to, in three places.
    fn lower32(&mut self, f: f32) -> [u32; 3] {
        let ok = Value::Variant(0, Some(Box::new(Value::F32(f))));
        [
            self.call("flat32", Value::F32(f)),
            self.call("joined32", ok),
            self.call("stored32", Value::List(vec![Value::F32(f)])),
        ]
        .map(|v| match v {
            Value::U32(bits) => bits,
            v => panic!("{v:?}"),
        })
    }

    /// The bits that an `f64` is lowered to, in three places.
    fn lower64(&mut self, f: f64) -> [u64; 3] {
        let ok = Value::Variant(0, Some(Box::new(Value::F64(f))));
        [
            self.call("flat64", Value::F64(f)),
            self.call("joined64", ok),
            self.call("stored64", Value::List(vec![Value::F64(f)])),
        ]
        .map(|v| match v {
            Value::U64(bits) => bits,
            v => panic!("{v:?}"),
        })
    }
}

#[test]
fn test_nan32() {
    let mut bits = Bits::new(Chooser::deterministic());
    for (i, canonical) in [
        (0x7fc0_0000, CANONICAL32),
        (0x7fc0_0001, CANONICAL32),
        (0x7fe0_0000, CANONICAL32),
        (0x7fff_ffff, CANONICAL32),
        (0xffff_ffff, CANONICAL32),
        (0x7f80_0001, CANONICAL32),
        (0x7f80_0000, 0x7f80_0000),
        (0x3fc0_0000, 0x3fc0_0000),
        (0x8000_0000, 0x8000_0000),
    ] {
        let Value::F32(lifted) = bits.call("lift32", Value::U32(i)) else {
            panic!("an f32");
        };
        let Value::Record(loaded) = bits.call("load32", Value::U32(i)) else {
            panic!("a tuple");
        };
        let Value::F32(loaded) = loaded[0] else {
            panic!("an f32");
        };
        assert_eq!([lifted, loaded].map(f32::to_bits), [canonical; 2], "{i:#x}");
        assert_eq!(bits.lower32(f32::from_bits(i)), [canonical; 3], "{i:#x}");
    }
}

#[test]
fn test_nan64() {
    let mut bits = Bits::new(Chooser::deterministic());
    for (i, canonical) in [
        (0x7ff8_0000_0000_0000, CANONICAL64),
        (0x7ff8_0000_0000_0001, CANONICAL64),
        (0x7ffc_0000_0000_0000, CANONICAL64),
        (0x7fff_ffff_ffff_ffff, CANONICAL64),
        (0xffff_ffff_ffff_ffff, CANONICAL64),
        (0x7ff0_0000_0000_0001, CANONICAL64),
        (0x7ff0_0000_0000_0000, 0x7ff0_0000_0000_0000),
        (0x3ff0_0000_0000_0000, 0x3ff0_0000_0000_0000),
        (0x8000_0000_0000_0000, 0x8000_0000_0000_0000),
    ] {
        let Value::F64(lifted) = bits.call("lift64", Value::U64(i)) else {
            panic!("an f64");
        };
        let Value::Record(loaded) = bits.call("load64", Value::U64(i)) else {
            panic!("a tuple");
        };
        let Value::F64(loaded) = loaded[0] else {
            panic!("an f64");
        };
        assert_eq!([lifted, loaded].map(f64::to_bits), [canonical; 2], "{i:#x}");
        assert_eq!(bits.lower64(f64::from_bits(i)), [canonical; 3], "{i:#x}");
    }
}

/// A seed gives NaNs of all kinds, the same each time.
#[test]
fn nans_are_a_choice() {
    let some = |seed| {
        let mut bits = Bits::new(Chooser::seeded(seed));
        assert_eq!(bits.lower32(1.5), [1.5_f32.to_bits(); 3]);
        let nan = |_| (bits.lower32(f32::NAN), bits.lower64(f64::NAN));
        (0..20).map(nan).collect::<Vec<_>>()
    };
    let nans = some(1);
    for (nans32, nans64) in &nans {
        assert!(nans32.iter().all(|bits| f32::from_bits(*bits).is_nan()));
        assert!(nans64.iter().all(|bits| f64::from_bits(*bits).is_nan()));
    }
    assert!(nans.iter().any(|(nans32, _)| nans32[0] != nans32[1]));
    assert_eq!(some(1), nans);
    assert_ne!(some(2), nans);
}
