;; An exception that leaves the core function of a lifted function is a trap:
;; `canon_lift` runs it with `call_and_trap_on_throw`, and so nobody outside, host or
;; component, meets an exception.
(component definition $C
  (component $Callee
    (core module $M
      (tag $e)
      (func (export "throw") (throw $e)))
    (core instance $m (instantiate $M))
    (func (export "throw") (canon lift (core func $m "throw"))))
  (component $Caller
    (import "throw" (func $throw))
    (core func $throw' (canon lower (func $throw)))
    (core module $M
      (import "" "throw" (func $throw))
      (func (export "run") (result i32)
        (block $caught
          (try_table (catch_all $caught) (call $throw))
          (return (i32.const 1)))
        (i32.const 2)))
    (core instance $m (instantiate $M (with "" (instance (export "throw" (func $throw'))))))
    (func (export "run") (result u32) (canon lift (core func $m "run"))))
  (instance $callee (instantiate $Callee))
  (instance $caller (instantiate $Caller (with "throw" (func $callee "throw"))))
  (export "throw" (func $callee "throw"))
  (export "run" (func $caller "run")))
(component instance $I $C)
(assert_trap (invoke $I "throw") "exception leaves its component")
(component instance $J $C)
(assert_trap (invoke $J "run") "exception leaves its component")
