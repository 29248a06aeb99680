//! What ten thousand cases of values cover.

use component_fuzz::campaign::case;
use component_fuzz::target::Target;
use std::collections::BTreeSet;

const CASES: u64 = 10_000;

const CONSTRUCTORS: [&str; 23] = [
    "bool",
    "u8",
    "s8",
    "u16",
    "s16",
    "u32",
    "s32",
    "u64",
    "s64",
    "f32",
    "f64",
    "char",
    "string",
    "list",
    "fixed-list",
    "map",
    "record",
    "tuple",
    "variant",
    "enum",
    "option",
    "result",
    "flags",
];

/// What makes a difference to values with pointers.
const VARIANTS: [&str; 9] = [
    "string/utf8",
    "string/utf16",
    "string/latin1+utf16",
    "string/memory32",
    "string/memory64",
    "list/memory32",
    "list/memory64",
    "map/memory32",
    "map/memory64",
];

#[test]
fn every_type_goes_every_way_within_ten_thousand_cases() {
    let covered: BTreeSet<String> = (0..CASES)
        .flat_map(|number| case(Target::AbiValues, 0, number).covered())
        .collect();
    let mut missing = Vec::new();
    for name in CONSTRUCTORS.into_iter().chain(VARIANTS) {
        for position in ["param", "result"] {
            for place in ["flat", "memory"] {
                for by in ["host-to-guest", "guest-to-guest"] {
                    let way = format!("{name} {position} {place} {by}");
                    if !covered.contains(&way) {
                        missing.push(way);
                    }
                }
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}
