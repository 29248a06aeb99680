//! Results against patterns.

use super::*;

#[test]
fn results_are_counted() {
    let seven = Pattern::Value(Value::I32(7));
    let core = |patterns: &[Pattern], values: &[Value]| returns(Sort::Module, patterns, values);
    assert_eq!(core(&[], &[]), PASS);
    assert_eq!(
        core(&[], &[Value::I32(7)]),
        "1 results where 0 were expected"
    );
    assert_eq!(
        core(std::slice::from_ref(&seven), &[]),
        "0 results where 1 were expected"
    );
    let two = [seven.clone(), seven];
    assert_eq!(core(&two, &[Value::I32(7), Value::I32(7)]), PASS);
    assert_eq!(
        core(&two, &[Value::I32(7), Value::I32(8)]),
        "result 1: (i32.const 8) where (i32.const 7) was expected"
    );
}

/// Floats by name, as `f32` and as `f64`.
const FLOATS: [(&str, u32, u64); 9] = [
    ("canonical", 0x7fc0_0000, 0x7ff8_0000_0000_0000),
    ("-canonical", 0xffc0_0000, 0xfff8_0000_0000_0000),
    ("arithmetic", 0x7fc0_0001, 0x7ff8_0000_0000_0001),
    ("-arithmetic", 0xffe0_0000, 0xfffc_0000_0000_0000),
    ("signalling", 0x7fa0_0000, 0x7ff4_0000_0000_0000),
    ("inf", 0x7f80_0000, 0x7ff0_0000_0000_0000),
    ("0", 0, 0),
    ("-0", 0x8000_0000, 0x8000_0000_0000_0000),
    ("1", 0x3f80_0000, 0x3ff0_0000_0000_0000),
];

const NANS: [&str; 5] = [
    "canonical",
    "-canonical",
    "arithmetic",
    "-arithmetic",
    "signalling",
];

fn float(name: &str) -> (u32, u64) {
    let found = FLOATS.iter().find(|(of, ..)| *of == name);
    let (_, narrow, wide) = found.expect("a float of this name");
    (*narrow, *wide)
}

/// A row: what is expected, what satisfies it as a core result, and what does as
/// a component's.
#[test]
fn floats_are_compared_by_bits_in_core_and_nans_as_one_in_components() {
    let table: [(&str, &[&str], &[&str]); 9] = [
        ("nan:canonical", &["canonical", "-canonical"], &NANS),
        (
            "nan:arithmetic",
            &["canonical", "-canonical", "arithmetic", "-arithmetic"],
            &NANS,
        ),
        ("canonical", &["canonical"], &NANS),
        ("-arithmetic", &["-arithmetic"], &NANS),
        ("signalling", &["signalling"], &NANS),
        ("inf", &["inf"], &["inf"]),
        ("0", &["0"], &["0"]),
        ("-0", &["-0"], &["-0"]),
        ("1", &["1"], &["1"]),
    ];
    for (expected, core, component) in table {
        for (sort, satisfied_by) in [(Sort::Module, core), (Sort::Component, component)] {
            for patterns in [f32_patterns(expected), f64_patterns(expected)].concat() {
                let passing = FLOATS.iter().filter(|(_, narrow, wide)| {
                    let values = [Value::F32(*narrow), Value::F64(*wide)];
                    let pattern = std::slice::from_ref(&patterns);
                    values
                        .iter()
                        .any(|value| returns(sort, pattern, std::slice::from_ref(value)) == PASS)
                });
                let passing: Vec<&str> = passing.map(|(name, ..)| *name).collect();
                assert_eq!(passing, satisfied_by, "{expected} of a {sort:?}");
            }
        }
    }
}

/// The patterns that ask for this: a number also as a value.
fn f32_patterns(expected: &str) -> Vec<Pattern> {
    match expected {
        "nan:canonical" => vec![Pattern::F32(FloatPattern::CanonicalNan)],
        "nan:arithmetic" => vec![Pattern::F32(FloatPattern::ArithmeticNan)],
        name => {
            let (bits, _) = float(name);
            let pattern = Pattern::F32(FloatPattern::Bits(bits));
            vec![pattern, Pattern::Value(Value::F32(bits))]
        }
    }
}

fn f64_patterns(expected: &str) -> Vec<Pattern> {
    match expected {
        "nan:canonical" => vec![Pattern::F64(FloatPattern::CanonicalNan)],
        "nan:arithmetic" => vec![Pattern::F64(FloatPattern::ArithmeticNan)],
        name => {
            let (_, bits) = float(name);
            let pattern = Pattern::F64(FloatPattern::Bits(bits));
            vec![pattern, Pattern::Value(Value::F64(bits))]
        }
    }
}

#[test]
fn mismatched_floats_show_signs_and_payloads() {
    let (zero, _) = float("0");
    let (_, signalling) = float("signalling");
    assert_eq!(
        core(Pattern::F32(FloatPattern::Bits(zero)), Value::F32(1 << 31)),
        "(f32.const -0.0) where (f32.const 0.0) was expected"
    );
    assert_eq!(
        core(
            Pattern::F64(FloatPattern::CanonicalNan),
            Value::F64(signalling)
        ),
        "(f64.const nan:0x4000000000000) where (f64.const nan:canonical) was expected"
    );
    assert_eq!(
        component(Value::F32(zero), Value::F32(1 << 31)),
        "(f32.const -0.0) where (f32.const 0.0) was expected"
    );
}

#[test]
fn nans_are_one_within_component_values() {
    let list = |bits: u32| Value::List(vec![Value::F32(zero_bits()), Value::F32(bits)]);
    let nested = |bits| Value::Option(Some(Box::new(list(bits))));
    let (canonical, _) = float("canonical");
    let (signalling, _) = float("signalling");
    assert_eq!(component(nested(canonical), nested(signalling)), PASS);
    assert_eq!(
        component(nested(canonical), nested(0)),
        "`some`: element 1: (f32.const 0.0) where (f32.const nan:0x400000) was expected"
    );
}

fn zero_bits() -> u32 {
    float("0").0
}

#[test]
fn each_lane_of_a_vector_counts() {
    let lanes = |a: u32, b: u32, c: u32, d: u32| {
        let lanes = [a, b, c, d].map(u128::from);
        let bits = lanes.iter().rev().fold(0, |bits, lane| bits << 32 | lane);
        Value::V128(bits)
    };
    let (canonical, _) = float("canonical");
    let (arithmetic, _) = float("arithmetic");
    let (one, _) = float("1");
    let pattern = Pattern::F32x4([
        FloatPattern::CanonicalNan,
        FloatPattern::ArithmeticNan,
        FloatPattern::Bits(0),
        FloatPattern::Bits(one),
    ]);
    let check = |value| core(pattern.clone(), value);
    assert_eq!(check(lanes(canonical, arithmetic, 0, one)), PASS);
    assert_ne!(check(lanes(arithmetic, arithmetic, 0, one)), PASS);
    assert_ne!(check(lanes(canonical, one, 0, one)), PASS);
    assert_ne!(check(lanes(canonical, arithmetic, 1 << 31, one)), PASS);
    assert_ne!(check(lanes(canonical, arithmetic, 0, 0)), PASS);

    let (_, wide) = float("-canonical");
    let pattern = Pattern::F64x2([FloatPattern::CanonicalNan, FloatPattern::Bits(0)]);
    let check = |value| core(pattern.clone(), Value::V128(value));
    assert_eq!(check(u128::from(wide)), PASS);
    assert_ne!(check(u128::from(wide) << 64), PASS);
    assert_eq!(
        check(0),
        "(v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000) where \
         (v128.const f64x2 nan:canonical 0.0) was expected"
    );

    let exact = Pattern::Value(Value::V128(1));
    assert_eq!(core(exact.clone(), Value::V128(1)), PASS);
    assert_ne!(core(exact, Value::V128(1 << 64)), PASS);
    assert_ne!(core(pattern, Value::F64(0)), PASS);
}

/// A row: a pattern, and the references that satisfy it.
#[test]
fn references_are_compared_by_hierarchy_and_kind() {
    use Reference as R;
    let references = [
        ("null any", R::Null(Hierarchy::Any)),
        ("null func", R::Null(Hierarchy::Func)),
        ("null extern", R::Null(Hierarchy::Extern)),
        ("null exn", R::Null(Hierarchy::Exn)),
        ("null cont", R::Null(Hierarchy::Cont)),
        ("func", R::Func),
        ("extern 1", R::Extern(Some(1))),
        ("extern 2", R::Extern(Some(2))),
        ("extern", R::Extern(None)),
        ("host 1", R::Host(1)),
        ("i31", R::I31),
        ("struct", R::Struct),
        ("array", R::Array),
        ("exn", R::Exn),
        ("cont", R::Cont),
    ];
    let nulls = [
        "null any",
        "null func",
        "null extern",
        "null exn",
        "null cont",
    ];
    let value = |reference| Pattern::Value(Value::Ref(reference));
    let table: [(Pattern, &[&str]); 13] = [
        (Pattern::RefNull(None), &nulls),
        (Pattern::RefNull(Some(Hierarchy::Any)), &["null any"]),
        (Pattern::RefNull(Some(Hierarchy::Extern)), &["null extern"]),
        (Pattern::Ref(RefPattern::Func), &["func"]),
        (
            Pattern::Ref(RefPattern::Extern),
            &["extern 1", "extern 2", "extern"],
        ),
        (
            Pattern::Ref(RefPattern::Any),
            &["host 1", "i31", "struct", "array"],
        ),
        (Pattern::Ref(RefPattern::Eq), &["i31", "struct", "array"]),
        (Pattern::Ref(RefPattern::I31), &["i31"]),
        (Pattern::Ref(RefPattern::Struct), &["struct"]),
        (Pattern::Ref(RefPattern::Array), &["array"]),
        (value(R::Extern(Some(1))), &["extern 1"]),
        (value(R::Host(1)), &["host 1"]),
        (
            Pattern::Either(vec![
                Pattern::Ref(RefPattern::Func),
                Pattern::RefNull(Some(Hierarchy::Func)),
            ]),
            &["null func", "func"],
        ),
    ];
    for (pattern, satisfied_by) in table {
        let passing = references
            .iter()
            .filter(|(_, reference)| core(pattern.clone(), Value::Ref(*reference)) == PASS);
        let passing: Vec<&str> = passing.map(|(name, _)| *name).collect();
        assert_eq!(passing, satisfied_by, "{pattern}");
        assert_ne!(core(pattern, Value::I32(0)), PASS);
    }
}

#[test]
fn one_of_several_is_enough() {
    let either = Pattern::Either(vec![
        Pattern::Value(Value::I32(1)),
        Pattern::F32(FloatPattern::CanonicalNan),
        Pattern::Either(vec![Pattern::Value(Value::I64(2))]),
    ]);
    assert_eq!(core(either.clone(), Value::I32(1)), PASS);
    assert_eq!(core(either.clone(), Value::F32(0x7fc0_0000)), PASS);
    assert_eq!(core(either.clone(), Value::I64(2)), PASS);
    assert_eq!(
        core(either, Value::I32(2)),
        "(i32.const 2) where (either (i32.const 1) (f32.const nan:canonical) \
         (either (i64.const 2))) was expected"
    );
    assert_ne!(core(Pattern::Either(Vec::new()), Value::I32(1)), PASS);
}

fn boxed(value: Value) -> Option<Box<Value>> {
    Some(Box::new(value))
}

fn text(value: &str) -> Value {
    Value::String(value.to_owned())
}

fn record(fields: &[(&str, u8)]) -> Value {
    let fields = fields.iter();
    let fields = fields.map(|(name, value)| ((*name).to_owned(), Value::U8(*value)));
    Value::Record(fields.collect())
}

fn flags(labels: &[&str]) -> Value {
    Value::Flags(labels.iter().map(|label| (*label).to_owned()).collect())
}

/// Values that differ in type or in content, each equal to itself alone.
#[test]
fn component_values_are_equal_to_themselves_only() {
    let variant = |case: &str, payload| Value::Variant(case.to_owned(), payload);
    let values = [
        Value::Bool(false),
        Value::Bool(true),
        Value::U8(1),
        Value::S8(1),
        Value::U16(1),
        Value::S16(1),
        Value::U32(1),
        Value::S32(1),
        Value::I32(1),
        Value::U64(1),
        Value::S64(1),
        Value::I64(1),
        Value::F32(1),
        Value::F64(1),
        Value::Char('1'),
        text("1"),
        text(""),
        text("e\u{301}"),
        text("\u{e9}"),
        Value::List(Vec::new()),
        Value::List(vec![Value::U8(1)]),
        Value::Tuple(vec![Value::U8(1)]),
        Value::Map(Vec::new()),
        Value::Map(vec![(Value::U8(1), text("1"))]),
        record(&[("a", 1)]),
        record(&[("b", 1)]),
        variant("a", None),
        variant("a", boxed(Value::U8(1))),
        variant("b", boxed(Value::U8(1))),
        Value::Enum("a".to_owned()),
        Value::Enum("b".to_owned()),
        Value::Option(None),
        Value::Option(boxed(Value::U8(1))),
        Value::Option(boxed(Value::Option(None))),
        Value::Result(Ok(None)),
        Value::Result(Err(None)),
        Value::Result(Ok(boxed(Value::U8(1)))),
        Value::Result(Err(boxed(Value::U8(1)))),
        flags(&[]),
        flags(&["a"]),
    ];
    for (i, expected) in values.iter().enumerate() {
        for (j, value) in values.iter().enumerate() {
            let mismatch = component(expected.clone(), value.clone());
            assert_eq!(mismatch == PASS, i == j, "{value} for {expected}");
        }
    }
}

#[test]
fn flags_are_a_set_that_an_engine_lists_once() {
    let expected = || flags(&["a", "b"]);
    assert_eq!(component(expected(), flags(&["b", "a"])), PASS);
    // A script may repeat itself; an engine may not.
    assert_eq!(component(flags(&["b", "a", "b"]), expected()), PASS);
    assert_eq!(
        component(expected(), flags(&["a", "b", "a"])),
        "(flags.const \"a\" \"b\" \"a\") where (flags.const \"a\" \"b\") was expected"
    );
    assert_ne!(component(expected(), flags(&["a"])), PASS);
    assert_ne!(component(expected(), flags(&["a", "b", "c"])), PASS);
    assert_ne!(component(flags(&[]), flags(&["a"])), PASS);
}

/// A row: a value held against another, and the place that is named.
#[test]
fn a_mismatch_names_its_place() {
    let ab = || record(&[("a", 1), ("b", 2)]);
    let list = |bytes: &[u8]| Value::List(bytes.iter().map(|byte| Value::U8(*byte)).collect());
    let tuple = |value: Value| Value::Tuple(vec![Value::Bool(true), value]);
    let map = |key: u8, value: &str| Value::Map(vec![(Value::U8(key), text(value))]);
    let variant = |payload| Value::Variant("a".to_owned(), payload);
    let one = || boxed(Value::U8(1));
    let two = || boxed(Value::U8(2));
    let table = [
        (ab(), record(&[("a", 1)]), "1 fields where 2 were expected"),
        (
            ab(),
            record(&[("a", 1), ("b", 2), ("c", 3)]),
            "3 fields where 2 were expected",
        ),
        (
            ab(),
            record(&[("b", 2), ("a", 1)]),
            "field `b` where `a` was expected",
        ),
        (
            ab(),
            record(&[("a", 1), ("b", 3)]),
            "field `b`: (u8.const 3) where (u8.const 2) was expected",
        ),
        (
            list(&[1, 2]),
            list(&[1]),
            "1 elements where 2 were expected",
        ),
        (list(&[]), list(&[1]), "1 elements where 0 were expected"),
        (
            list(&[1, 2]),
            list(&[1, 1]),
            "element 1: (u8.const 1) where (u8.const 2) was expected",
        ),
        (
            tuple(list(&[1])),
            tuple(list(&[2])),
            "element 1: element 0: (u8.const 2) where (u8.const 1) was expected",
        ),
        (
            map(1, "a"),
            map(2, "a"),
            "key of entry 0: (u8.const 2) where (u8.const 1) was expected",
        ),
        (
            map(1, "a"),
            map(1, "b"),
            "value of entry 0: (str.const \"b\") where (str.const \"a\") was expected",
        ),
        (
            map(1, "a"),
            Value::Map(Vec::new()),
            "0 entries where 1 were expected",
        ),
        (variant(one()), variant(None), "`a` without a payload"),
        (
            variant(None),
            variant(one()),
            "`a` with a payload, (u8.const 1)",
        ),
        (
            Value::Option(one()),
            Value::Option(two()),
            "`some`: (u8.const 2) where (u8.const 1) was expected",
        ),
        (
            Value::Result(Ok(one())),
            Value::Result(Ok(two())),
            "`ok`: (u8.const 2) where (u8.const 1) was expected",
        ),
        (
            Value::Result(Err(one())),
            Value::Result(Err(None)),
            "`err` without a payload",
        ),
        (
            Value::Result(Ok(None)),
            Value::Result(Err(None)),
            "(result.err) where (result.ok) was expected",
        ),
    ];
    for (expected, value, mismatch) in table {
        assert_eq!(component(expected, value), mismatch);
    }
}
