//! Bytes that nobody meant: whatever is decoded, linked and run, nothing panics,
//! and everything ends.

use component_reference::core::{
    Extern, FEATURES, FuncAddr, Limits, Module, Store, Suspension, ValType,
};
use wasmparser::WasmFeatures;

const MODULES: [&str; 3] = [
    r#"(module
        (import "m" "f" (func $h (param i32) (result i32)))
        (memory 1 2) (table 4 8 funcref) (global $g (mut i32) (i32.const 7))
        (data (i32.const 8) "hello") (data $d "passive") (elem (i32.const 1) func $fib $h)
        (func $fib (export "fib") (param i32) (result i32) (local i32 i32)
            (if (result i32) (i32.lt_u (local.get 0) (i32.const 2))
                (then (local.get 0))
                (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1)))
                    (call_indirect (param i32) (result i32)
                        (i32.sub (local.get 0) (i32.const 2)) (i32.const 1))))))
        (func (export "switch") (param i32) (result i32)
            (block $a (block $b (block $c (br_table $a $b $c (local.get 0)))
                (return (call $h (i32.const 3)))) (global.set $g (local.get 0)))
            (memory.init $d (i32.const 0) (i32.const 0) (i32.const 7))
            (i32.store offset=4 (local.get 0) (i32.const -1))
            (i32.load8_s offset=2 (local.get 0)))
        (func (export "float") (param i32) (result i32)
            (i32.trunc_f64_s (f64.sqrt (f64.convert_i32_s (local.get 0)))))
        (start $s) (func $s (drop (memory.grow (i32.const 1)))))"#,
    r#"(module
        (type $s (sub (struct (field (mut i8)) (field (mut (ref null $s))))))
        (type $a (array (mut i16))) (type $r (array (mut funcref)))
        (data $d "0123456789") (elem $e funcref (ref.func $new))
        (func $new (export "new") (param i32) (result i32) (local (ref null $s))
            (local.set 1 (struct.new $s (local.get 0) (ref.null $s)))
            (struct.set $s 1 (local.get 1) (local.get 1))
            (struct.get_s $s 0 (struct.get $s 1 (local.get 1))))
        (func (export "array") (param i32) (result i32) (local (ref null $a))
            (local.set 1 (array.new $a (local.get 0) (i32.const 5)))
            (array.init_data $a $d (local.get 1) (i32.const 1) (i32.const 2) (i32.const 3))
            (array.copy $a $a (local.get 1) (i32.const 0) (local.get 1) (i32.const 2)
                (i32.const 3))
            (array.get_s $a (local.get 1) (local.get 0)))
        (func (export "elem") (param i32) (result i32)
            (ref.is_null (array.get $r
                (array.new_elem $r $e (i32.const 0) (i32.const 1)) (local.get 0))))
        (func (export "cast") (param i32) (result i32) (local anyref)
            (local.set 1 (ref.i31 (local.get 0)))
            (block $b (result (ref i31))
                (drop (br_on_cast $b anyref (ref i31) (local.get 1)))
                (return (i32.const -1)))
            (i31.get_s)))"#,
    r#"(module
        (tag $t (param i32)) (table $t64 i64 2 funcref) (memory $m i64 1)
        (type $f (func (param i32) (result i32))) (elem declare func $tail)
        (func $tail (export "tail") (type $f)
            (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 0))
                (else (return_call_ref $f (i32.sub (local.get 0) (i32.const 1))
                    (ref.func $tail)))))
        (func (export "catch") (param i32) (result i32)
            (block $b (result i32 exnref)
                (try_table (catch_ref $t $b) (throw $t (local.get 0)))
                (return (i32.const 1)))
            (if (param exnref) (local.get 0) (then throw_ref) (else drop)))
        (func (export "wide") (param i32) (result i32) (local i64)
            (i64.add128 (i64.const 1) (i64.const 2) (i64.const 3) (i64.const 4))
            i64.mul_wide_u drop (local.set 1)
            (i64.store $m (i64.const 8) (local.get 1))
            (table.set $t64 (i64.const 1) (ref.func $tail))
            (i32.wrap_i64 (local.get 1))))"#,
];

/// Numbers without pattern, the same each time (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
}

/// Decodes, links with whatever is wanted, and runs every export: how many ran.
fn run(bytes: &[u8], features: WasmFeatures) -> usize {
    let Ok(module) = Module::new(features, bytes) else {
        return 0;
    };
    let mut store = Store::new(Limits {
        store_bytes: 4 << 20,
        frames: 100,
        values: 1000,
    });
    let h = Extern::Func(store.alloc_host_func(vec![ValType::I32], vec![ValType::I32], 0));
    let imports = vec![h; module.imports().len()];
    let Ok(made) = store.instantiate(&module, &imports) else {
        return 0;
    };
    let exports = store.exports(made.instance).map(|(_, export)| export);
    let funcs = exports.filter_map(|export| match export {
        Extern::Func(func) => Some(func),
        _ => None,
    });
    let funcs: Vec<_> = made.start.into_iter().chain(funcs).collect();
    funcs.iter().for_each(|func| drive(&mut store, *func));
    funcs.len()
}

fn drive(store: &mut Store, func: FuncAddr) {
    let args = vec![0; store.func_type(func).0.len()];
    let mut fiber = store.call(func, &args);
    store.fuel = 500;
    for _ in 0..20 {
        match store.resume(&mut fiber) {
            Suspension::HostCall { .. } => fiber.supply(&[1]),
            Suspension::OutOfFuel => store.fuel = 100,
            _ => return,
        }
    }
}

#[test]
fn mutated_modules_do_no_harm() {
    let mut numbers = Numbers(1);
    let mut ran = 0;
    for text in MODULES {
        let bytes = wat::parse_str(text).expect("the text is well-formed");
        Module::new(FEATURES, &bytes).expect("the module is valid");
        assert!(run(&bytes, FEATURES) > 2, "the module itself runs");
        for _ in 0..6000 {
            let mut mutated = bytes.clone();
            for _ in 0..=numbers.below(3) {
                let position = numbers.below(mutated.len());
                match numbers.below(4) {
                    0 => mutated[position] ^= 1 << numbers.below(8),
                    1 => mutated[position] = numbers.next() as u8,
                    2 => mutated[position] = bytes[numbers.below(bytes.len())],
                    _ => mutated.truncate(position.max(8)),
                }
            }
            ran += run(&mutated, FEATURES);
            ran += run(&mutated, WasmFeatures::all());
        }
    }
    assert!(ran > 1000, "enough of the mutated modules run: {ran}");
}

#[test]
fn a_catch_all_loop_does_not_escape_its_fuel() {
    let text = r#"(module (tag $t) (func (export "f")
        (loop $l (block $b (try_table (catch_all $b) (throw $t))) (br $l))))"#;
    let bytes = wat::parse_str(text).expect("the text is well-formed");
    assert_eq!(run(&bytes, FEATURES), 1);
}
