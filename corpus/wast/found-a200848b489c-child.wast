;; A component that calls one within it. Nothing forbids that: `may_enter_from` of a component
;; instance looks at the instances that are on the stack, and the child's is not.
(component
  (component $Child
    (core module $M (func (export "f") (result i32) (i32.const 42)))
    (core instance $m (instantiate $M))
    (func (export "f") (result u32) (canon lift (core func $m "f"))))
  (instance $child (instantiate $Child))
  (core func $f (canon lower (func $child "f")))
  (core module $M
    (import "" "f" (func $f (result i32)))
    (func (export "run") (result i32) (call $f)))
  (core instance $m (instantiate $M (with "" (instance (export "f" (func $f))))))
  (func (export "run") (result u32) (canon lift (core func $m "run"))))
(assert_return (invoke "run") (u32.const 42))
