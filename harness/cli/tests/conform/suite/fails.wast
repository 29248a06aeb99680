(component
  (core module $m
    (func (export "seven") (result i32) (i32.const 7))
    (func (export "boom") (unreachable)))
  (core instance $i (instantiate $m))
  (func (export "seven") (result u32) (canon lift (core func $i "seven")))
  (func (export "boom") (canon lift (core func $i "boom"))))

(assert_return (invoke "seven") (u32.const 7))
(assert_return (invoke "seven") (u32.const 8))
(assert_trap (invoke "seven") "unreachable")
(assert_return (invoke "missing"))
  (assert_trap (invoke "boom") "integer divide by zero")
(assert_invalid (component) "type mismatch")
(assert_malformed
  (component quote "(component")
  "unexpected end")
(assert_unlinkable (component (import "a" (func))) "another text")
