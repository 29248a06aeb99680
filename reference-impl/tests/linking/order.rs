//! Nothing runs before all imports are checked.

use crate::{call, component, instantiate, rejection, store};
use component_reference::value::Value;

#[test]
fn code_does_not_run_if_a_later_import_is_missing() {
    let counter = r#"
        (component
          (core module $m
            (global $g (mut i32) (i32.const 0))
            (func (export "count") (global.set $g (i32.add (global.get $g) (i32.const 1))))
            (func (export "get") (result i32) (global.get $g)))
          (core instance $i (instantiate $m))
          (func (export "count") (canon lift (core func $i "count")))
          (func (export "get") (result u32) (canon lift (core func $i "get"))))"#;
    let starter = |imports| {
        format!(
            r#"(component
                 (import "count" (func $count))
                 (core func $count (canon lower (func $count)))
                 (core module $m (import "i" "count" (func $count)) (start $count))
                 (core instance (instantiate $m
                   (with "i" (instance (export "count" (func $count))))))
                 {imports})"#
        )
    };
    let mut store = store();
    let exports = instantiate(&mut store, counter);
    let text = starter(r#"(import "missing" (func))"#);
    let error = rejection(&mut store, &text, &exports);
    assert_eq!(
        error,
        "missing: unknown import: expected func(), given nothing"
    );
    assert_eq!(call(&mut store, &exports, "get"), Some(Value::U32(0)));

    for (count, imports) in [(1, ""), (2, r#"(import "get" (func (result u32)))"#)] {
        let starter = component(&starter(imports));
        store
            .instantiate(&starter, &exports)
            .expect("nothing is missing");
        assert_eq!(call(&mut store, &exports, "get"), Some(Value::U32(count)));
    }
}
