;; A string that a component returns from a 64-bit memory to the host: address and length
;; are of 8 bytes each.
(component
  (core module $M
    (memory (export "memory") i64 1)
    (data (i64.const 0) "\20\00\00\00\00\00\00\00\05\00\00\00\00\00\00\00")
    (data (i64.const 32) "hello")
    (func (export "text") (result i64) (i64.const 0)))
  (core instance $m (instantiate $M))
  (func (export "text") (result string)
    (canon lift (core func $m "text") (memory (core memory $m "memory")))))
(assert_return (invoke "text") (str.const "hello"))
