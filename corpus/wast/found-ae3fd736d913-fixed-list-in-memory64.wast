;; A list of fixed length that a component with a 64-bit memory returns to one with a 32-bit
;; memory.
(component definition $Lists
  (component $Callee
    (core module $M
      (memory (export "memory") i64 1)
      (data (i64.const 16) "\01\02")
      (func (export "give") (result i64) (i64.const 16)))
    (core instance $m (instantiate $M))
    (func (export "give") (result (list u8 2))
      (canon lift (core func $m "give") (memory (core memory $m "memory")))))
  (component $Caller
    (import "give" (func $give (result (list u8 2))))
    (core module $Memory (memory (export "memory") 1))
    (core instance $memory (instantiate $Memory))
    (core func $give (canon lower (func $give) (memory (core memory $memory "memory"))))
    (core module $M
      (import "" "memory" (memory 1))
      (import "" "give" (func $give (param i32)))
      (func (export "run") (result i32)
        (call $give (i32.const 32))
        (i32.load16_u (i32.const 32))))
    (core instance $m (instantiate $M (with "" (instance
      (export "memory" (memory $memory "memory"))
      (export "give" (func $give))))))
    (func (export "run") (result u32) (canon lift (core func $m "run"))))
  (instance $callee (instantiate $Callee))
  (instance $caller (instantiate $Caller (with "give" (func $callee "give"))))
  (export "run" (func $caller "run")))
(component instance $i $Lists)
(assert_return (invoke "run") (u32.const 0x201))
