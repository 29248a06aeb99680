;; A string in UTF-8 that does not fit in Latin-1, passed as latin1+utf16 into a 64-bit
;; memory: `store_string_to_latin1_or_utf16` begins with Latin-1 and goes on in UTF-16.
(component
  (component $Callee
    (core module $M
      (memory (export "memory") i64 1)
      (func (export "realloc") (param i64 i64 i64 i64) (result i64) (i64.const 64))
      ;; The tag is the top bit of the length, and the code units follow.
      (func (export "units") (param i64 i64) (result i64)
        (if (i64.ne (local.get 1) (i64.const 0x8000_0000_0000_0002)) (then (unreachable)))
        (i64.load32_u (local.get 0))))
    (core instance $m (instantiate $M))
    (func (export "units") (param "text" string) (result u64)
      (canon lift (core func $m "units") (memory (core memory $m "memory"))
        (realloc (core func $m "realloc")) string-encoding=latin1+utf16)))
  (component $Caller
    (import "units" (func $units (param "text" string) (result u64)))
    (core module $Memory
      (memory (export "memory") 1)
      (data (i32.const 16) "a\e2\98\83"))
    (core instance $memory (instantiate $Memory))
    (core func $units' (canon lower (func $units) (memory (core memory $memory "memory"))))
    (core module $M
      (import "" "units" (func $units (param i32 i32) (result i64)))
      (func (export "run") (result i64) (call $units (i32.const 16) (i32.const 4))))
    (core instance $m (instantiate $M (with "" (instance (export "units" (func $units'))))))
    (func (export "run") (result u64) (canon lift (core func $m "run"))))
  (instance $callee (instantiate $Callee))
  (instance $caller (instantiate $Caller (with "units" (func $callee "units"))))
  (export "run" (func $caller "run")))
;; "a" and U+2603.
(assert_return (invoke "run") (u64.const 0x2603_0061))
