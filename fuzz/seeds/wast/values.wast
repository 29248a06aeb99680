;; Each kind of argument and result.
(module)
(assert_return
  (invoke "f" (i32.const -0x8000_0000) (i64.const 0xffff_ffff_ffff_ffff) (f32.const -nan:0x1)
    (f64.const 0x1p-1074) (v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
    (ref.null extern) (ref.extern 4294967295) (ref.host 0))
  (f32.const nan:canonical) (f64.const nan:arithmetic) (v128.const f32x4 nan:canonical 0 -0 inf)
  (ref.null) (ref.func) (ref.extern) (ref.any) (ref.i31)
  (either (i32.const 1) (either (i64.const 2) (ref.eq))))
(assert_return
  (invoke $C "g" (bool.const true) (u8.const 255) (s8.const -128) (char.const "\u{10ffff}")
    (str.const "\"(") (list.const) (record.const (field "a" (tuple.const (u8.const 1))))
    (variant.const "x" (option.none)) (enum.const "e") (option.some (result.ok))
    (result.err (f32.const nan)) (flags.const "f" "g") (flags.const))
  (list.const (list.const (list.const))))
(assert_return (get $M "g") (i32.const 0))
(assert_exception (invoke "f"))
(assert_exhaustion (invoke "f") "call stack exhausted")
(assert_suspension (invoke "f") "unhandled")
