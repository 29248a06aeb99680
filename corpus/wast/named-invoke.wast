;; `invoke` with a name reaches an instance that is no longer the current one.

(module $First
  (global $calls (mut i32) (i32.const 0))
  (func (export "calls") (result i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (global.get $calls)))
(module $Second
  (func (export "calls") (result i32) (i32.const -1)))
(assert_return (invoke $First "calls") (i32.const 1))
(assert_return (invoke $First "calls") (i32.const 2))

;; A named call does not change which instance is current.
(assert_return (invoke "calls") (i32.const -1))

;; A component in between does not hide a core instance, nor the other way round.
(component $Component
  (core module $m
    (global $calls (mut i32) (i32.const 10))
    (func (export "calls") (result i32)
      (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
      (global.get $calls)))
  (core instance $i (instantiate $m))
  (func (export "calls") (result u32) (canon lift (core func $i "calls"))))
(assert_return (invoke $First "calls") (i32.const 3))
(assert_return (invoke "calls") (u32.const 11))
(module $Third (func (export "calls") (result i32) (i32.const -3)))
(assert_return (invoke $Component "calls") (u32.const 12))
(assert_return (invoke "calls") (i32.const -3))

;; A trap is reported for the named instance, and the others go on.
(module $Trapping (func (export "calls") (unreachable)))
(module $Fourth (func (export "calls") (result i32) (i32.const -4)))
(assert_trap (invoke $Trapping "calls") "unreachable")
(assert_return (invoke "calls") (i32.const -4))
(assert_return (invoke $First "calls") (i32.const 4))
