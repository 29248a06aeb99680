;; `get` reads an exported global.

(module $Globals
  (global (export "i32") i32 (i32.const -1))
  (global (export "i64") i64 (i64.const 0x8000_0000_0000_0000))
  (global (export "f32") f32 (f32.const -0.0))
  (global (export "f64") f64 (f64.const nan))
  (global (export "v128") v128 (v128.const i32x4 1 2 3 4))
  (global (export "externref") externref (ref.null extern))
  (global $mutable (export "mutable") (mut i32) (i32.const 1))
  (func (export "set") (param i32) (global.set $mutable (local.get 0))))

;; Of the current instance, one of each type of value.
(assert_return (get "i32") (i32.const -1))
(assert_return (get "i64") (i64.const -9223372036854775808))
(assert_return (get "f32") (f32.const -0.0))
(assert_return (get "f64") (f64.const nan:canonical))
(assert_return (get "v128") (v128.const i32x4 1 2 3 4))
(assert_return (get "externref") (ref.null extern))

;; The value is the one of now, not that of the instantiation.
(assert_return (get "mutable") (i32.const 1))
(invoke "set" (i32.const 2))
(assert_return (get "mutable") (i32.const 2))

;; Of a named instance, after another has become current. The name of an export
;; can be any string.
(module (global (export "i32") i32 (i32.const 5)) (global (export "") i32 (i32.const 6)))
(assert_return (get $Globals "i32") (i32.const -1))
(assert_return (get $Globals "mutable") (i32.const 2))
(assert_return (get "i32") (i32.const 5))
(assert_return (get "") (i32.const 6))
