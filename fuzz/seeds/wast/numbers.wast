;; Integers and floats at and over their limits.
(module)
(invoke "f" (i32.const 4294967295) (i64.const -9223372036854775808) (f32.const 0x1.fffffefp127)
  (f64.const 1e-400) (f64.const 0x0.0000000000000000000000000000000000000000001p-9999))
(invoke "f" (i32.const 4294967296))
