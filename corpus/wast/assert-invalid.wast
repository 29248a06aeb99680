;; `assert_invalid`: well-formed, and refused by validation.

;; Core: types, indices, limits, names of exports, constant expressions.
(assert_invalid (module (func (result i32) (i64.const 0))) "type mismatch")
(assert_invalid (module (func (drop))) "type mismatch")
(assert_invalid (module (func (drop (local.get 0)))) "unknown local")
(assert_invalid (module (func (call 1))) "unknown function")
(assert_invalid (module (func (i32.store (i32.const 0) (i32.const 0)))) "unknown memory")
(assert_invalid (module (memory 2 1)) "size minimum must not be greater than maximum")
(assert_invalid (module (func $f) (export "f" (func $f)) (export "f" (func $f))) "duplicate export name")
(assert_invalid (module (func $f (result i32) (i32.const 0)) (global i32 (call $f))) "constant expression required")
(assert_invalid (module (global $g i32 (i32.const 0)) (func (global.set $g (i32.const 1)))) "immutable")
(assert_invalid (module (func $start (param i32)) (start $start)) "start function")

;; Code that is never reached is validated all the same.
(assert_invalid (module (func (unreachable) (i64.eqz (i32.const 0)) (drop))) "type mismatch")

;; As bytes: a function type index without a type.
(assert_invalid
  (module binary "\00asm" "\01\00\00\00" "\03\02\01\00" "\0a\04\01\02\00\0b")
  "unknown type")
;; As quoted text.
(assert_invalid (module quote "(func (result i32))") "type mismatch")

;; Components: a core module within is validated, too.
(assert_invalid (component (core module (func (result i32)))) "type mismatch")
;; Names are in kebab case, and differ by more than the case of their letters.
(assert_invalid
  (component (import "f" (func $f)) (export "not_kebab" (func $f)))
  "not in kebab case")
(assert_invalid
  (component (import "f" (func)) (import "F" (func)))
  "conflicts with previous name")
;; Nested names are an extension that no suite of ours enables.
(assert_invalid
  (component (import "a:b:c/d" (func)))
  "is not a valid extern name")
;; Types: a record without fields, flags without labels, more than 32 labels.
(assert_invalid (component (type (record))) "must have at least one field")
(assert_invalid (component (type (flags))) "must have at least one entry")
(assert_invalid (component (type (variant))) "must have at least one case")
(assert_invalid (component (type (enum "a" "A"))) "conflicts with previous")
;; A borrow cannot be returned.
(assert_invalid
  (component
    (type $r (resource (rep i32)))
    (type (func (result (borrow $r)))))
  "function result cannot contain a `borrow` type")
;; A lifted function has the flattened type, and the options that its type needs.
(assert_invalid
  (component
    (core module $m (func (export "f") (result i64) (i64.const 0)))
    (core instance $i (instantiate $m))
    (func (export "f") (result u32) (canon lift (core func $i "f"))))
  "lowered result types `[I32]` do not match result types `[I64]` of core function")
(assert_invalid
  (component
    (core module $m (func (export "f") (param i32 i32)))
    (core instance $i (instantiate $m))
    (func (export "f") (param "x" string) (canon lift (core func $i "f"))))
  "canonical option `memory` is required")
;; A core instance lacks an import, or has one of another type.
(assert_invalid
  (component
    (core module $m (import "a" "b" (func)))
    (core instance (instantiate $m)))
  "missing module instantiation argument named `a`")
(assert_invalid
  (component
    (core module $n (func (export "b") (param i32)))
    (core instance $n (instantiate $n))
    (core module $m (import "a" "b" (func)))
    (core instance (instantiate $m (with "a" (instance $n)))))
  "type mismatch for export `b` of module instantiation argument `a`")
;; The type of an export is one that the outside can name.
(assert_invalid
  (component
    (type $r (record (field "a" u8)))
    (core module $m (func (export "f") (result i32) (i32.const 0)))
    (core instance $i (instantiate $m))
    (func (export "f") (result $r) (canon lift (core func $i "f"))))
  "func not valid to be used as export")
