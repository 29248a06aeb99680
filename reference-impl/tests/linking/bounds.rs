//! What is nested or multiplied without bound is rejected, and nothing overflows.

use crate::{component, features, instantiate, rejection, store};
use component_reference::{Component, Exports};

/// The text of the error that decoding ends with.
fn undecodable(text: &str) -> String {
    let bytes = wat::parse_str(text).expect("the text is well-formed");
    let error = Component::new(features(), &bytes).expect_err("it is too deep");
    error.to_string()
}

#[test]
fn value_types_are_nested_so_far() {
    let text = |depth: usize| {
        let lists = (1..depth).map(|i| format!("(type (list {}))", i - 1));
        format!("(component (type (list u8)) {})", lists.collect::<String>())
    };
    component(&text(99));
    assert!(undecodable(&text(101)).starts_with("type nesting is too deep"));
}

/// Each type is twice as large as the one before.
#[test]
fn value_types_grow_so_far() {
    let tuples = (1..60).map(|i| format!("(type (tuple {0} {0}))", i - 1));
    let text = format!(
        "(component (type (tuple u8)) {})",
        tuples.collect::<String>()
    );
    assert!(undecodable(&text).starts_with("effective type size exceeds the limit"));
}

#[test]
fn components_are_nested_so_far() {
    let bytes = |depth| {
        let mut bytes = wat::parse_str("(component)").expect("the text is well-formed");
        let header = bytes.clone();
        for _ in 1..depth {
            let mut outer = header.clone();
            outer.push(4);
            let mut length = bytes.len();
            while length > 0x7f {
                outer.push(length as u8 | 0x80);
                length >>= 7;
            }
            outer.push(length as u8);
            outer.extend(bytes);
            bytes = outer;
        }
        bytes
    };
    Component::new(features(), &bytes(100)).expect("that is not too deep");
    let error = Component::new(features(), &bytes(10_000)).expect_err("that is too deep");
    assert_eq!(error.to_string(), "components are nested too deep");
}

#[test]
fn instances_are_nested_so_far() {
    let instances = (1..2000).map(|i| format!(r#"(instance (export "i" (instance {})))"#, i - 1));
    let text = format!("(component (instance) {})", instances.collect::<String>());
    assert!(undecodable(&text).starts_with("type nesting is too deep"));
}

/// Each component has two instances of the one before.
#[test]
fn instances_are_as_many_as_so_many() {
    let components = (1..60).map(|i| {
        format!(
            "(component $c{i} (instance (instantiate $c{0})) (instance (instantiate $c{0})))",
            i - 1
        )
    });
    let components: String = components.collect();
    let text = format!("(component (component $c0) {components} (instance (instantiate $c59)))");
    let error = rejection(&mut store(), &text, &Exports::default());
    assert_eq!(error, "too much is instantiated");
}

/// Each component captures the one before.
#[test]
fn captures_are_nested_so_far() {
    let components =
        (1..900).map(|i| format!("(component $c{i} (alias outer 1 $c{} (component)))", i - 1));
    let text = format!(
        "(component (component $c0) {})",
        components.collect::<String>()
    );
    let error = rejection(&mut store(), &text, &Exports::default());
    assert_eq!(error, "captures are nested too deep");
}

#[test]
fn components_that_are_nested_can_be_instantiated() {
    let outer = "(component (component $c ".repeat(49);
    let text = outer + &") (instance (instantiate $c)))".repeat(49);
    let nested = component(&text);
    let instantiated = store().instantiate(&nested, &Exports::default());
    instantiated.expect("nothing is too deep");
}

/// Types are equal if each is a subtype of the other, which is so if what they
/// export is equal.
#[test]
fn types_are_compared_so_far() {
    let types = |count| {
        let types = (1..count).map(|i| {
            format!(
                r#"(type $t{i} (instance (export "t" (type (eq $t{})))))"#,
                i - 1
            )
        });
        format!("(type $t0 (instance)) {}", types.collect::<String>())
    };
    for (count, error) in [(10, None), (60, Some("too much is instantiated"))] {
        let last = count - 1;
        let exporter = format!(
            r#"(component {} (export "t" (type $t{last})))"#,
            types(count)
        );
        let importer = format!(
            r#"(component {} (import "t" (type (eq $t{last}))))"#,
            types(count)
        );
        let mut store = store();
        let exports = instantiate(&mut store, &exporter);
        match error {
            Some(error) => assert_eq!(rejection(&mut store, &importer, &exports), error),
            None => {
                let importer = component(&importer);
                store
                    .instantiate(&importer, &exports)
                    .expect("they are equal");
            }
        }
    }
}

/// Types of components, each of which imports a component of the type before.
#[test]
fn component_types_are_compared_to_the_last() {
    let types = |last: &str| {
        let types = (1..90).map(|i| {
            let imported = i - 1;
            format!(r#"(type $t{i} (component (import "c" (component (type $t{imported})))))"#)
        });
        format!(
            "(type $t0 (component {last})) {}",
            types.collect::<String>()
        )
    };
    let exporter = format!(r#"(component {} (export "t" (type $t89)))"#, types(""));
    let importer = |last| {
        format!(
            r#"(component {} (import "t" (type (eq $t89))))"#,
            types(last)
        )
    };
    let mut store = store();
    let exports = instantiate(&mut store, &exporter);
    let fitting = component(&importer(""));
    store
        .instantiate(&fitting, &exports)
        .expect("they are equal");
    let other = importer(r#"(import "f" (func))"#);
    let error = rejection(&mut store, &other, &exports);
    assert!(
        error.ends_with(".c.f: incompatible import type: expected func(), given nothing"),
        "{error}"
    );
}
