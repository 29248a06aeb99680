;; A bare `invoke` is a directive of its own: it is run for its effect, its results
;; are dropped, and a trap in it is a failure.

(module $State
  (global $value (mut i32) (i32.const 0))
  (func (export "add") (param i32) (result i32)
    (global.set $value (i32.add (global.get $value) (local.get 0)))
    (global.get $value))
  (func (export "value") (result i32) (global.get $value)))

;; Each is run once, in order.
(invoke "add" (i32.const 2))
(invoke "add" (i32.const 3))
(assert_return (invoke "value") (i32.const 5))

;; The action of an assertion has its effect, too.
(assert_return (invoke "add" (i32.const 5)) (i32.const 10))
(assert_return (invoke "value") (i32.const 10))

;; On a named instance, while another is current.
(module)
(invoke $State "add" (i32.const 1))
(assert_return (invoke $State "value") (i32.const 11))

;; What an action did before it trapped stays done.
(module
  (global $value (mut i32) (i32.const 0))
  (func (export "set-and-trap") (global.set $value (i32.const 1)) (unreachable))
  (func (export "value") (result i32) (global.get $value)))
(assert_trap (invoke "set-and-trap") "unreachable")
(assert_return (invoke "value") (i32.const 1))

;; On a component.
(component
  (core module $m
    (global $value (mut i32) (i32.const 0))
    (func (export "add") (param i32) (result i32)
      (global.set $value (i32.add (global.get $value) (local.get 0)))
      (global.get $value)))
  (core instance $i (instantiate $m))
  (func (export "add") (param "x" u32) (result u32) (canon lift (core func $i "add"))))
(invoke "add" (u32.const 4))
(assert_return (invoke "add" (u32.const 1)) (u32.const 5))
