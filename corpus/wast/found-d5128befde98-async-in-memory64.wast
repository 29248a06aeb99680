;; A function that is lowered with `async` in a component with a 32-bit memory, and lifted in
;; one with a 64-bit memory.
(component
  (component $Callee
    (core module $M
      (memory (export "memory") i64 1)
      (func (export "echo") (param i64) (result i64) (local.get 0)))
    (core instance $m (instantiate $M))
    (func (export "echo") async (param "v" u64) (result u64)
      (canon lift (core func $m "echo") (memory (core memory $m "memory")))))
  (component $Caller
    (import "echo" (func $echo async (param "v" u64) (result u64)))
    (core module $Memory (memory (export "memory") 1))
    (core instance $memory (instantiate $Memory))
    (core func $echo' (canon lower (func $echo) async
      (memory (core memory $memory "memory"))))
    (core module $M
      (import "" "memory" (memory 1))
      (import "" "echo" (func $echo (param i64 i32) (result i32)))
      (func (export "run") (result i64)
        ;; The call has returned at once.
        (if (i32.ne (call $echo (i64.const 42) (i32.const 16)) (i32.const 2))
          (then (unreachable)))
        (i64.load (i32.const 16))))
    (core instance $m (instantiate $M (with "" (instance
      (export "memory" (memory $memory "memory"))
      (export "echo" (func $echo'))))))
    (func (export "run") async (result u64) (canon lift (core func $m "run"))))
  (instance $callee (instantiate $Callee))
  (instance $caller (instantiate $Caller (with "echo" (func $callee "echo"))))
  (export "run" (func $caller "run")))
(assert_return (invoke "run") (u64.const 42))
