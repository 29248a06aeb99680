//! What is no component that can be instantiated.

use crate::{component, features};
use component_reference::{Component, DecodeError};
use wasmparser::WasmFeatures;

fn rejection(features: WasmFeatures, text: &str) -> DecodeError {
    let bytes = wat::parse_str(text).expect("the text is well-formed");
    match Component::new(features, &bytes) {
        Ok(_) => panic!("decoded:\n{text}"),
        Err(error) => error,
    }
}

#[test]
fn the_validator_speaks_for_itself() {
    let text = r#"(component (component (core module (func (result i32)))))"#;
    let error = rejection(features(), text);
    assert!(matches!(error, DecodeError::Rejected(_)), "{error}");
    assert_eq!(
        error.to_string(),
        "type mismatch: expected i32 but nothing on stack (at offset 0x2c)"
    );
}

#[test]
fn features_that_are_not_given_are_not_there() {
    let text = r#"(component (import "f" (func async)))"#;
    component(text);
    let error = rejection(features() - WasmFeatures::CM_ASYNC, text);
    assert!(matches!(error, DecodeError::Rejected(_)), "{error}");
}

#[test]
fn what_is_missing_is_called_unsupported() {
    let cases = [
        (
            r#"(import "v" (value $v u32)) (export "w" (value $v))"#,
            "cm-values",
        ),
        (
            r#"(import "f" (func $f)) (core type $t (func))
               (core func (canon lower (func $f) gc (core-type $t)))"#,
            "cm-gc",
        ),
    ];
    for (definitions, what) in cases {
        let features = WasmFeatures::all();
        let text = format!("(component {definitions})");
        let bytes = wat::parse_str(&text).expect("the text is well-formed");
        let error = Component::new(features, &bytes).expect_err("it is not supported");
        assert_eq!(error.to_string(), format!("unsupported: {what}"));
    }
}

#[test]
fn a_core_module_is_no_component() {
    let error = rejection(features(), "(module)");
    assert!(matches!(error, DecodeError::CoreModule), "{error}");
}

#[test]
fn imports_are_named_in_their_order() {
    let component = component(
        r#"(component
             (import "b" (func))
             (component (import "within" (func)))
             (import "a:b/c@1.2.3" (instance)))"#,
    );
    let names: Vec<_> = component.imports().collect();
    assert_eq!(names, ["b", "a:b/c@1.2.3"]);
}

/// Whatever a byte is changed into, decoding and linking end.
#[test]
fn broken_components_do_no_harm() {
    use crate::store;
    use component_reference::Exports;
    let text = r#"
        (component
          (type $t (variant (case "a" (list u8)) (case "b")))
          (component $c
            (alias outer 1 $t (type $t))
            (import "f" (func (param "x" $t)))
            (export "g" (func 0)))
          (type $r (resource (rep i32)))
          (core func $new (canon resource.new $r))
          (core module $m
            (import "i" "new" (func (param i32) (result i32)))
            (memory (export "memory") 1)
            (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0))
            (func (export "f") (param i32 i32 i32)))
          (core instance $i (instantiate $m (with "i" (instance (export "new" (func $new))))))
          (func $f (param "x" $t) (canon lift (core func $i "f")
            (memory (core memory $i "memory")) (realloc (core func $i "realloc"))))
          (instance $c (instantiate $c (with "f" (func $f))))
          (export "c" (instance $c)))"#;
    let bytes = wat::parse_str(text).expect("the text is well-formed");
    for i in 0..bytes.len() {
        for flip in [1, 2, 4, 0x10, 0x40, 0x80, 0xff] {
            let mut bytes = bytes.clone();
            bytes[i] ^= flip;
            if let Ok(component) = Component::new(features(), &bytes) {
                let _ = store().instantiate(&component, &Exports::default());
            }
        }
    }
}
