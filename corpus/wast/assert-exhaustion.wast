;; `assert_exhaustion`: a guest that uses up the stack is stopped. It is no trap
;; that the specification knows, so it is not one for `assert_trap`.

(module
  (func $forever (export "forever") (call $forever))
  (func $one (export "mutual") (call $two))
  (func $two (call $one))
  ;; Results that are still needed keep a tail call from hiding the recursion.
  (func $sum (export "sum") (param i64) (result i64)
    (if (result i64) (i64.eqz (local.get 0))
      (then (i64.const 0))
      (else (i64.add (local.get 0) (call $sum (i64.sub (local.get 0) (i64.const 1))))))))
(assert_exhaustion (invoke "forever") "call stack exhausted")
(assert_exhaustion (invoke "mutual") "call stack exhausted")

;; The instance can still be used, and a bounded depth is fine.
(assert_return (invoke "sum" (i64.const 100)) (i64.const 5050))
(assert_exhaustion (invoke "sum" (i64.const -1)) "call stack exhausted")

;; A named instance.
(module $Named (func $forever (export "forever") (call $forever)))
(module)
(assert_exhaustion (invoke $Named "forever") "call stack exhausted")

;; In a component's export, and through a call from one component to another.
(component
  (core module $m (func $forever (export "forever") (call $forever)))
  (core instance $i (instantiate $m))
  (func (export "forever") (canon lift (core func $i "forever"))))
(assert_exhaustion (invoke "forever") "call stack exhausted")
(component
  (component $Callee
    (core module $m (func $forever (export "forever") (call $forever)))
    (core instance $i (instantiate $m))
    (func (export "forever") (canon lift (core func $i "forever"))))
  (component $Caller
    (import "forever" (func $forever))
    (core func $forever' (canon lower (func $forever)))
    (core module $m
      (import "" "forever" (func $forever))
      (func (export "forever") (call $forever)))
    (core instance $i
      (instantiate $m (with "" (instance (export "forever" (func $forever'))))))
    (func (export "forever") (canon lift (core func $i "forever"))))
  (instance $callee (instantiate $Callee))
  (instance $caller (instantiate $Caller (with "forever" (func $callee "forever"))))
  (export "forever" (func $caller "forever")))
(assert_exhaustion (invoke "forever") "call stack exhausted")
