//! Expansion of specialized types, and how deep it may go.

use crate::terms::*;
use component_reference::canonical::alignment::alignment;
use component_reference::canonical::despecialization::{Despecialized, despecialize};
use component_reference::canonical::element_size::elem_size;
use component_reference::canonical::flattening::flatten_type;
use component_reference::canonical::options::PtrType;
use component_reference::canonical::type_predicates::contains_borrow;
use component_reference::types::ValType;

/// The expansion, with each part as its label and its type.
fn expand(t: &ValType) -> (&'static str, Vec<(String, Option<ValType>)>) {
    match despecialize(t) {
        Despecialized::Record(fields) => {
            let fields = fields.iter();
            (
                "record",
                fields
                    .map(|f| (f.label.to_string(), Some(f.t.clone())))
                    .collect(),
            )
        }
        Despecialized::Variant(cases) => {
            let cases = cases.iter();
            (
                "variant",
                cases.map(|c| (c.label.to_string(), c.t.clone())).collect(),
            )
        }
        Despecialized::List(t, None) => ("list", vec![(String::new(), Some(t.as_ref().clone()))]),
        other => panic!("{other:?}"),
    }
}

#[test]
fn specialized_types_are_expanded() {
    for (t, kind, parts) in [
        (
            tuple(&[U8, STRING]),
            "record",
            vec![("0", Some(U8)), ("1", Some(STRING))],
        ),
        (enum_(2), "variant", vec![("l0", None), ("l1", None)]),
        (
            option(BOOL),
            "variant",
            vec![("none", None), ("some", Some(BOOL))],
        ),
        (
            result(Some(U8), None),
            "variant",
            vec![("ok", Some(U8)), ("error", None)],
        ),
        (
            result(None, Some(F32)),
            "variant",
            vec![("ok", None), ("error", Some(F32))],
        ),
    ] {
        let parts = parts.into_iter().map(|(label, t)| (label.to_owned(), t));
        assert_eq!(expand(&t), (kind, parts.collect()), "{t:?}");
    }
}

#[test]
fn a_map_is_a_list_of_pairs() {
    let (kind, parts) = expand(&map(CHAR, S64));
    let [(_, Some(entry))] = &parts[..] else {
        panic!("{parts:?}");
    };
    assert_eq!(kind, "list");
    assert!(matches!(entry, ValType::Record(_)));
    assert_eq!(expand(entry), expand(&tuple(&[CHAR, S64])));
}

#[test]
fn string_and_flags_stay() {
    assert!(matches!(despecialize(&STRING), Despecialized::Prim(_)));
    assert!(matches!(despecialize(&flags(3)), Despecialized::Flags(_)));
}

/// Validators stop at 100 levels.
#[test]
fn nested_types_need_little_stack() {
    let small = std::thread::Builder::new().stack_size(256 * 1024);
    let walk = small.spawn(|| {
        for t in [
            nested(100, option),
            nested(100, |t| tuple(&[t])),
            nested(100, |t| result(None, Some(t))),
            nested(100, |t| fixed(t, 1)),
            nested(100, |t| record(&[t])),
        ] {
            assert!(alignment(&t, PtrType::I64) <= elem_size(&t, PtrType::I64));
            assert!(!contains_borrow(&t));
            let _ = flatten_type(&t, PtrType::I32);
        }
    });
    let walked = walk.expect("a thread starts").join();
    assert!(walked.is_ok());
}
