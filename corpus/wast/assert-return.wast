;; `assert_return` for core values: each form of expectation, with the values that
;; tell a strict comparison from a lax one.

(module
  (type $struct (struct (field i32)))
  (type $array (array i32))
  (table $functions 1 funcref)
  (elem (table $functions) (i32.const 0) func $id-i32)

  (func $id-i32 (export "i32") (param i32) (result i32) (local.get 0))
  (func (export "i64") (param i64) (result i64) (local.get 0))
  (func (export "f32") (param f32) (result f32) (local.get 0))
  (func (export "f64") (param f64) (result f64) (local.get 0))
  (func (export "v128") (param v128) (result v128) (local.get 0))
  (func (export "funcref") (param funcref) (result funcref) (local.get 0))
  (func (export "externref") (param externref) (result externref) (local.get 0))
  (func (export "anyref") (param anyref) (result anyref) (local.get 0))

  (func (export "nothing"))
  (func (export "swap") (param i32 i64) (result i64 i32) (local.get 1) (local.get 0))
  (func (export "f32.div") (param f32 f32) (result f32) (f32.div (local.get 0) (local.get 1)))
  (func (export "f64.div") (param f64 f64) (result f64) (f64.div (local.get 0) (local.get 1)))
  (func (export "f32x4.div") (param v128 v128) (result v128) (f32x4.div (local.get 0) (local.get 1)))

  (func (export "func") (result funcref) (table.get $functions (i32.const 0)))
  (func (export "i31") (param i32) (result anyref) (ref.i31 (local.get 0)))
  (func (export "struct") (result anyref) (struct.new_default $struct))
  (func (export "array") (result anyref) (array.new_default $array (i32.const 3)))
  (func (export "internalize") (param externref) (result anyref) (any.convert_extern (local.get 0)))
  (func (export "externalize") (param anyref) (result externref) (extern.convert_any (local.get 0)))
  (func (export "none") (result nullref) (ref.null none))
  (func (export "noextern") (result nullexternref) (ref.null noextern))
  (func (export "nofunc") (result nullfuncref) (ref.null nofunc)))

;; No result, and more than one, in order.
(assert_return (invoke "nothing"))
(assert_return (invoke "swap" (i32.const 1) (i64.const 2)) (i64.const 2) (i32.const 1))

;; Integers: one value has several spellings.
(assert_return (invoke "i32" (i32.const -1)) (i32.const 0xffff_ffff))
(assert_return (invoke "i32" (i32.const 0x8000_0000)) (i32.const -2147483648))
(assert_return (invoke "i64" (i64.const -1)) (i64.const 0xffff_ffff_ffff_ffff))

;; Floats are compared by their bits: the zeros differ, and so do NaNs.
(assert_return (invoke "f32" (f32.const 0.0)) (f32.const 0.0))
(assert_return (invoke "f32" (f32.const -0.0)) (f32.const -0.0))
(assert_return (invoke "f64" (f64.const -0x0p+0)) (f64.const -0.0))
(assert_return (invoke "f32" (f32.const 0x1p-149)) (f32.const 0x1p-149))
(assert_return (invoke "f64" (f64.const -inf)) (f64.const -inf))
(assert_return (invoke "f32" (f32.const nan:0x200000)) (f32.const nan:0x200000))
(assert_return (invoke "f64" (f64.const -nan:0x4000000000000)) (f64.const -nan:0x4000000000000))

;; Patterns of NaN: the sign of a NaN that an operation makes is anyone's choice.
(assert_return (invoke "f32.div" (f32.const 0) (f32.const 0)) (f32.const nan:canonical))
(assert_return (invoke "f64.div" (f64.const 0) (f64.const 0)) (f64.const nan:canonical))
(assert_return (invoke "f32.div" (f32.const nan:0x600000) (f32.const 1)) (f32.const nan:arithmetic))
(assert_return (invoke "f64.div" (f64.const nan:0x4000000000000) (f64.const 1)) (f64.const nan:arithmetic))
;; A canonical NaN is an arithmetic one, too.
(assert_return (invoke "f32" (f32.const -nan)) (f32.const nan:canonical))
(assert_return (invoke "f32" (f32.const -nan)) (f32.const nan:arithmetic))

;; A vector in the shape of the expectation, whatever the shape of the argument.
(assert_return (invoke "v128" (v128.const i32x4 1 2 3 4)) (v128.const i64x2 0x2_0000_0001 0x4_0000_0003))
(assert_return
  (invoke "v128" (v128.const i16x8 0 1 2 3 4 5 6 -1))
  (v128.const i8x16 0 0 1 0 2 0 3 0 4 0 5 0 6 0 255 -1))
(assert_return (invoke "v128" (v128.const f64x2 -0.0 1)) (v128.const f64x2 -0.0 1))
;; A pattern holds for its own lane only.
(assert_return
  (invoke "f32x4.div" (v128.const f32x4 0 1 -0.0 nan) (v128.const f32x4 0 2 1 1))
  (v128.const f32x4 nan:canonical 0.5 -0.0 nan:arithmetic))

;; Null references: of the declared type, of any type, and of the bottom types.
(assert_return (invoke "funcref" (ref.null func)) (ref.null func))
(assert_return (invoke "funcref" (ref.null func)) (ref.null))
(assert_return (invoke "externref" (ref.null extern)) (ref.null extern))
(assert_return (invoke "anyref" (ref.null any)) (ref.null any))
(assert_return (invoke "none") (ref.null none))
(assert_return (invoke "noextern") (ref.null noextern))
(assert_return (invoke "nofunc") (ref.null nofunc))
(assert_return (invoke "anyref" (ref.null any)) (ref.null none))

;; References that are not null: by identity where the host made them, by kind
;; where the guest did.
(assert_return (invoke "externref" (ref.extern 1)) (ref.extern 1))
(assert_return (invoke "externref" (ref.extern 0)) (ref.extern))
(assert_return (invoke "anyref" (ref.host 2)) (ref.host 2))
(assert_return (invoke "internalize" (ref.extern 3)) (ref.host 3))
(assert_return (invoke "externalize" (ref.host 4)) (ref.extern 4))
(assert_return (invoke "func") (ref.func))
(assert_return (invoke "i31" (i32.const 5)) (ref.i31))
(assert_return (invoke "struct") (ref.struct))
(assert_return (invoke "array") (ref.array))

;; The kinds form a hierarchy: all three are `eq`, and `eq` is `any`.
(assert_return (invoke "i31" (i32.const 5)) (ref.eq))
(assert_return (invoke "struct") (ref.eq))
(assert_return (invoke "array") (ref.eq))
(assert_return (invoke "struct") (ref.any))
(assert_return (invoke "anyref" (ref.host 6)) (ref.any))

;; One of several values.
(assert_return (invoke "i32" (i32.const 2)) (either (i32.const 1) (i32.const 2)))
(assert_return
  (invoke "f32.div" (f32.const 0) (f32.const 0))
  (either (f32.const 0) (f32.const nan:canonical)))
