;; Tables with 64-bit indices, of which the suite of the memory64 proposal has but a
;; few in `call_indirect`s. Each function in a table returns what identifies it.

(module
  (type $number (func (result i32)))
  (type $unary (func (param i32) (result i32)))
  (table $t i64 10 20 funcref)
  (elem (table $t) (i64.const 2) func $two $three)
  (elem (table $t) (offset (i64.const 5)) funcref (ref.func $five) (ref.null func))
  (func $two (result i32) (i32.const 2))
  (func $three (result i32) (i32.const 3))
  (func $five (param i32) (result i32) (i32.add (local.get 0) (i32.const 5)))

  (func (export "size") (result i64) (table.size $t))
  (func (export "is-null") (param i64) (result i32) (ref.is_null (table.get $t (local.get 0))))
  (func (export "set-null") (param i64) (table.set $t (local.get 0) (ref.null func)))
  (func (export "set-two") (param i64) (table.set $t (local.get 0) (ref.func $two)))
  (func (export "call") (param i64) (result i32)
    (call_indirect $t (type $number) (local.get 0)))
  (func (export "call-unary") (param i32 i64) (result i32)
    (call_indirect $t (type $unary) (local.get 0) (local.get 1))))

(assert_return (invoke "size") (i64.const 10))

;; Active segments went where their 64-bit offsets say; all else is null.
(assert_return (invoke "is-null" (i64.const 1)) (i32.const 1))
(assert_return (invoke "is-null" (i64.const 2)) (i32.const 0))
(assert_return (invoke "is-null" (i64.const 4)) (i32.const 1))
(assert_return (invoke "is-null" (i64.const 6)) (i32.const 1))
(assert_return (invoke "call" (i64.const 2)) (i32.const 2))
(assert_return (invoke "call" (i64.const 3)) (i32.const 3))
(assert_return (invoke "call-unary" (i32.const 7) (i64.const 5)) (i32.const 12))

;; The checks of an indirect call, in their order: bounds, null, type.
(assert_trap (invoke "call" (i64.const 10)) "undefined element")
(assert_trap (invoke "call" (i64.const 9)) "uninitialized element")
(assert_trap (invoke "call" (i64.const 5)) "indirect call type mismatch")

;; No index wraps: the lower 32 bits of each name an element that is there.
(assert_trap (invoke "call" (i64.const 0x1_0000_0002)) "undefined element")
(assert_trap (invoke "call" (i64.const 0x8000_0000_0000_0002)) "undefined element")
(assert_trap (invoke "call" (i64.const 0xffff_ffff_0000_0002)) "undefined element")
(assert_trap (invoke "call" (i64.const -1)) "undefined element")
(assert_trap (invoke "is-null" (i64.const 10)) "out of bounds table access")
(assert_trap (invoke "is-null" (i64.const 0x1_0000_0002)) "out of bounds table access")
(assert_trap (invoke "is-null" (i64.const 0x8000_0000_0000_0000)) "out of bounds table access")
(assert_trap (invoke "is-null" (i64.const -1)) "out of bounds table access")
(assert_trap (invoke "set-null" (i64.const 10)) "out of bounds table access")
(assert_trap (invoke "set-null" (i64.const 0x1_0000_0002)) "out of bounds table access")
;; So that a scaled index overflows 64 bits, for elements of 4, 8 and 16 bytes.
(assert_trap (invoke "set-null" (i64.const 0x4000_0000_0000_0002)) "out of bounds table access")
(assert_trap (invoke "set-null" (i64.const 0x2000_0000_0000_0002)) "out of bounds table access")
(assert_trap (invoke "set-null" (i64.const 0x1000_0000_0000_0002)) "out of bounds table access")
(assert_return (invoke "call" (i64.const 2)) (i32.const 2))

(invoke "set-two" (i64.const 9))
(assert_return (invoke "call" (i64.const 9)) (i32.const 2))
(invoke "set-null" (i64.const 9))
(assert_trap (invoke "call" (i64.const 9)) "uninitialized element")

;; References that are no functions.
(module
  (table $externs i64 4 externref)
  (func (export "get") (param i64) (result externref) (table.get $externs (local.get 0)))
  (func (export "set") (param i64 externref) (table.set $externs (local.get 0) (local.get 1)))
  (func (export "fill") (param i64 externref i64)
    (table.fill $externs (local.get 0) (local.get 1) (local.get 2))))
(assert_return (invoke "get" (i64.const 3)) (ref.null extern))
(invoke "set" (i64.const 3) (ref.extern 1))
(assert_return (invoke "get" (i64.const 3)) (ref.extern 1))
(assert_trap (invoke "set" (i64.const 4) (ref.extern 1)) "out of bounds table access")
(assert_trap (invoke "set" (i64.const 0x1_0000_0000) (ref.extern 2)) "out of bounds table access")
(assert_trap (invoke "get" (i64.const 0x1_0000_0003)) "out of bounds table access")
(assert_return (invoke "get" (i64.const 0)) (ref.null extern))

;; table.fill: a part, nothing at the end, and ranges that end behind the table,
;; in the lower 32 bits before it, or beyond 64 bits. One that traps writes nothing.
(invoke "fill" (i64.const 1) (ref.extern 4) (i64.const 2))
(assert_return (invoke "get" (i64.const 0)) (ref.null extern))
(assert_return (invoke "get" (i64.const 1)) (ref.extern 4))
(assert_return (invoke "get" (i64.const 2)) (ref.extern 4))
(assert_return (invoke "get" (i64.const 3)) (ref.extern 1))
(assert_return (invoke "fill" (i64.const 4) (ref.extern 5) (i64.const 0)))
(assert_trap (invoke "fill" (i64.const 5) (ref.extern 5) (i64.const 0)) "out of bounds table access")
(assert_trap (invoke "fill" (i64.const 3) (ref.extern 5) (i64.const 2)) "out of bounds table access")
(assert_trap (invoke "fill" (i64.const 0) (ref.extern 5) (i64.const 0x1_0000_0001)) "out of bounds table access")
(assert_trap (invoke "fill" (i64.const 0x1_0000_0000) (ref.extern 5) (i64.const 1)) "out of bounds table access")
(assert_trap (invoke "fill" (i64.const 0x1_0000_0000) (ref.extern 5) (i64.const 0)) "out of bounds table access")
(assert_trap (invoke "fill" (i64.const 2) (ref.extern 5) (i64.const -1)) "out of bounds table access")
(assert_trap (invoke "fill" (i64.const -1) (ref.extern 5) (i64.const 2)) "out of bounds table access")
(assert_return (invoke "get" (i64.const 0)) (ref.null extern))
(assert_return (invoke "get" (i64.const 3)) (ref.extern 1))

;; table.grow: the old size or -1 as an i64, up to the limit of the type, beyond it,
;; by 2^32 and by so much that the new size wraps.
(module
  (table $bounded i64 2 4 externref)
  (table $huge i64 0 0x1_0000_0000_0000 externref)
  (table $unbounded i64 1 externref)
  (func (export "size") (result i64) (table.size $bounded))
  (func (export "get") (param i64) (result externref) (table.get $bounded (local.get 0)))
  (func (export "grow") (param externref i64) (result i64)
    (table.grow $bounded (local.get 0) (local.get 1)))
  (func (export "grow-huge") (param i64) (result i64)
    (table.grow $huge (ref.null extern) (local.get 0)))
  (func (export "grow-unbounded") (param i64) (result i64)
    (table.grow $unbounded (ref.null extern) (local.get 0)))
  (func (export "size-unbounded") (result i64) (table.size $unbounded)))
(assert_return (invoke "grow" (ref.null extern) (i64.const 0)) (i64.const 2))
(assert_return (invoke "grow" (ref.extern 1) (i64.const 1)) (i64.const 2))
(assert_return (invoke "size") (i64.const 3))
(assert_return (invoke "get" (i64.const 1)) (ref.null extern))
(assert_return (invoke "get" (i64.const 2)) (ref.extern 1))
(assert_trap (invoke "get" (i64.const 3)) "out of bounds table access")
(assert_return (invoke "grow" (ref.null extern) (i64.const 2)) (i64.const -1))
(assert_return (invoke "grow" (ref.null extern) (i64.const 0x1_0000_0000)) (i64.const -1))
(assert_return (invoke "grow" (ref.null extern) (i64.const 0x1_0000_0001)) (i64.const -1))
(assert_return (invoke "grow" (ref.null extern) (i64.const -1)) (i64.const -1))
(assert_return (invoke "grow" (ref.null extern) (i64.const -3)) (i64.const -1))
(assert_return (invoke "size") (i64.const 3))
(assert_return (invoke "grow" (ref.extern 2) (i64.const 1)) (i64.const 3))
(assert_return (invoke "get" (i64.const 3)) (ref.extern 2))
(assert_return (invoke "grow" (ref.null extern) (i64.const 1)) (i64.const -1))
(assert_return (invoke "grow-huge" (i64.const 0x1_0000_0000_0000)) (i64.const -1))
(assert_return (invoke "grow-huge" (i64.const 0x1_0000_0000_0001)) (i64.const -1))
(assert_return (invoke "grow-huge" (i64.const 1)) (i64.const 0))
;; Nothing but the memory of the machine bounds this one.
(assert_return (invoke "grow-unbounded" (i64.const 0x7fff_ffff_ffff_fff0)) (i64.const -1))
(assert_return (invoke "grow-unbounded" (i64.const -1)) (i64.const -1))
(assert_return (invoke "grow-unbounded" (i64.const -2)) (i64.const -1))
(assert_return (invoke "grow-unbounded" (i64.const 3)) (i64.const 1))
(assert_return (invoke "size-unbounded") (i64.const 4))

;; table.copy: within a 64-bit table, and between it and a 32-bit one, where the
;; length is an i32. table.init: only the place in the table is an i64.
(module
  (type $number (func (result i32)))
  (table $wide i64 6 funcref)
  (table $other i64 6 funcref)
  (table $narrow 6 funcref)
  (elem $numbers func $zero $one $two $three)
  (elem (table $wide) (i64.const 0) func $zero $one $two $three)
  (elem (table $narrow) (i32.const 2) func $two $three)
  (func $zero (result i32) (i32.const 0))
  (func $one (result i32) (i32.const 1))
  (func $two (result i32) (i32.const 2))
  (func $three (result i32) (i32.const 3))
  (func (export "wide") (param i64) (result i32) (call_indirect $wide (type $number) (local.get 0)))
  (func (export "other") (param i64) (result i32) (call_indirect $other (type $number) (local.get 0)))
  (func (export "narrow") (param i32) (result i32) (call_indirect $narrow (type $number) (local.get 0)))
  (func (export "copy-within") (param i64 i64 i64)
    (table.copy $wide $wide (local.get 0) (local.get 1) (local.get 2)))
  (func (export "copy-wide") (param i64 i64 i64)
    (table.copy $other $wide (local.get 0) (local.get 1) (local.get 2)))
  (func (export "copy-to-narrow") (param i32 i64 i32)
    (table.copy $narrow $wide (local.get 0) (local.get 1) (local.get 2)))
  (func (export "copy-to-wide") (param i64 i32 i32)
    (table.copy $wide $narrow (local.get 0) (local.get 1) (local.get 2)))
  (func (export "init") (param i64 i32 i32)
    (table.init $other $numbers (local.get 0) (local.get 1) (local.get 2)))
  (func (export "drop") (elem.drop $numbers)))

;; Overlapping, in both directions.
(invoke "copy-within" (i64.const 1) (i64.const 0) (i64.const 4))
(assert_return (invoke "wide" (i64.const 1)) (i32.const 0))
(assert_return (invoke "wide" (i64.const 4)) (i32.const 3))
(invoke "copy-within" (i64.const 0) (i64.const 2) (i64.const 3))
(assert_return (invoke "wide" (i64.const 0)) (i32.const 1))
(assert_return (invoke "wide" (i64.const 2)) (i32.const 3))
(assert_return (invoke "wide" (i64.const 3)) (i32.const 2))
(assert_trap (invoke "wide" (i64.const 5)) "uninitialized element")

(invoke "copy-wide" (i64.const 4) (i64.const 0) (i64.const 2))
(assert_return (invoke "other" (i64.const 4)) (i32.const 1))
(assert_return (invoke "other" (i64.const 5)) (i32.const 2))
(assert_trap (invoke "other" (i64.const 3)) "uninitialized element")
(invoke "copy-to-narrow" (i32.const 0) (i64.const 2) (i32.const 1))
(assert_return (invoke "narrow" (i32.const 0)) (i32.const 3))
(assert_trap (invoke "narrow" (i32.const 1)) "uninitialized element")
(invoke "copy-to-wide" (i64.const 4) (i32.const 2) (i32.const 2))
(assert_return (invoke "wide" (i64.const 4)) (i32.const 2))
(assert_return (invoke "wide" (i64.const 5)) (i32.const 3))

;; Nothing may be copied at the end of both, and not behind either. No bound wraps.
(assert_return (invoke "copy-wide" (i64.const 6) (i64.const 6) (i64.const 0)))
(assert_trap (invoke "copy-wide" (i64.const 7) (i64.const 6) (i64.const 0)) "out of bounds table access")
(assert_trap (invoke "copy-wide" (i64.const 6) (i64.const 7) (i64.const 0)) "out of bounds table access")
(assert_trap (invoke "copy-wide" (i64.const 0x1_0000_0000) (i64.const 0) (i64.const 1)) "out of bounds table access")
(assert_trap (invoke "copy-wide" (i64.const 0) (i64.const 0x1_0000_0000) (i64.const 1)) "out of bounds table access")
(assert_trap (invoke "copy-wide" (i64.const 0) (i64.const 0) (i64.const 0x1_0000_0001)) "out of bounds table access")
(assert_trap (invoke "copy-wide" (i64.const 1) (i64.const 0) (i64.const -1)) "out of bounds table access")
(assert_trap (invoke "copy-wide" (i64.const 0) (i64.const -1) (i64.const 2)) "out of bounds table access")
(assert_trap (invoke "copy-within" (i64.const 3) (i64.const 0) (i64.const 4)) "out of bounds table access")
(assert_trap (invoke "copy-to-narrow" (i32.const 0) (i64.const 0x1_0000_0000) (i32.const 1)) "out of bounds table access")
(assert_trap (invoke "copy-to-narrow" (i32.const -1) (i64.const 0) (i32.const 1)) "out of bounds table access")
(assert_trap (invoke "copy-to-narrow" (i32.const 0) (i64.const 0) (i32.const -1)) "out of bounds table access")
(assert_trap (invoke "copy-to-wide" (i64.const 0x1_0000_0000) (i32.const 2) (i32.const 1)) "out of bounds table access")
(assert_trap (invoke "copy-to-wide" (i64.const -1) (i32.const 2) (i32.const 1)) "out of bounds table access")
;; A 32-bit index is extended without its sign: -1 is beyond the table, and not one
;; before its beginning.
(assert_trap (invoke "copy-to-wide" (i64.const 1) (i32.const -1) (i32.const 2)) "out of bounds table access")
(assert_trap (invoke "copy-to-wide" (i64.const 1) (i32.const 2) (i32.const -1)) "out of bounds table access")
(assert_trap (invoke "other" (i64.const 0)) "uninitialized element")
(assert_return (invoke "narrow" (i32.const 0)) (i32.const 3))
(assert_return (invoke "wide" (i64.const 0)) (i32.const 1))

(invoke "init" (i64.const 0) (i32.const 1) (i32.const 3))
(assert_return (invoke "other" (i64.const 0)) (i32.const 1))
(assert_return (invoke "other" (i64.const 2)) (i32.const 3))
(assert_return (invoke "init" (i64.const 6) (i32.const 4) (i32.const 0)))
(assert_trap (invoke "init" (i64.const 7) (i32.const 0) (i32.const 0)) "out of bounds table access")
(assert_trap (invoke "init" (i64.const 4) (i32.const 0) (i32.const 3)) "out of bounds table access")
(assert_trap (invoke "init" (i64.const 0) (i32.const 3) (i32.const 2)) "out of bounds table access")
(assert_trap (invoke "init" (i64.const 0x1_0000_0000) (i32.const 0) (i32.const 1)) "out of bounds table access")
(assert_trap (invoke "init" (i64.const -1) (i32.const 0) (i32.const 1)) "out of bounds table access")
(assert_trap (invoke "init" (i64.const 1) (i32.const 0) (i32.const -1)) "out of bounds table access")
(assert_return (invoke "other" (i64.const 4)) (i32.const 1))
(invoke "drop")
(assert_trap (invoke "init" (i64.const 0) (i32.const 0) (i32.const 1)) "out of bounds table access")
(assert_return (invoke "init" (i64.const 0) (i32.const 0) (i32.const 0)))

;; Tail calls: the same checks in the same order, and no stack that grows.
(module
  (type $number (func (result i32)))
  (type $unary (func (param i32) (result i32)))
  (type $count (func (param i64) (result i64)))
  (table $t i64 4 funcref)
  (elem (table $t) (i64.const 0) func $count $two $five)
  (func $two (result i32) (i32.const 2))
  (func $five (param i32) (result i32) (i32.add (local.get 0) (i32.const 5)))
  (func $count (export "count") (type $count)
    (if (result i64) (i64.eqz (local.get 0))
      (then (i64.const 42))
      (else
        (return_call_indirect $t (type $count)
          (i64.sub (local.get 0) (i64.const 1)) (i64.const 0)))))
  (func (export "return-call") (param i64) (result i32)
    (return_call_indirect $t (type $number) (local.get 0)))
  (func (export "return-call-unary") (param i32 i64) (result i32)
    (return_call_indirect $t (type $unary) (local.get 0) (local.get 1))))
(assert_return (invoke "return-call" (i64.const 1)) (i32.const 2))
(assert_return (invoke "return-call-unary" (i32.const 7) (i64.const 2)) (i32.const 12))
(assert_return (invoke "count" (i64.const 300_000)) (i64.const 42))
(assert_trap (invoke "return-call" (i64.const 4)) "undefined element")
(assert_trap (invoke "return-call" (i64.const 3)) "uninitialized element")
(assert_trap (invoke "return-call" (i64.const 2)) "indirect call type mismatch")
(assert_trap (invoke "return-call" (i64.const 0x1_0000_0001)) "undefined element")
(assert_trap (invoke "return-call" (i64.const 0x8000_0000_0000_0001)) "undefined element")
(assert_trap (invoke "return-call" (i64.const -1)) "undefined element")

;; Offsets of active segments: extended constants and globals, the very end, and
;; places that are there only in the lower 32 bits.
(module $Offset (global (export "offset") i64 (i64.const 3)))
(register "offset" $Offset)
(module
  (type $number (func (result i32)))
  (import "offset" "offset" (global $offset i64))
  (table $t i64 6 funcref)
  (elem (table $t) (global.get $offset) func $f)
  (elem (table $t) (i64.add (global.get $offset) (i64.const 2)) func $f)
  (elem (table $t) (i64.const 6) func)
  (func $f (result i32) (i32.const 7))
  (func (export "call") (param i64) (result i32) (call_indirect $t (type $number) (local.get 0))))
(assert_return (invoke "call" (i64.const 3)) (i32.const 7))
(assert_return (invoke "call" (i64.const 5)) (i32.const 7))
(assert_trap (invoke "call" (i64.const 4)) "uninitialized element")
(assert_trap
  (module (table i64 1 funcref) (func $f) (elem (i64.const 1) func $f))
  "out of bounds table access")
(assert_trap
  (module (table i64 1 funcref) (func $f) (elem (i64.const 0x1_0000_0000) func $f))
  "out of bounds table access")
(assert_trap
  (module (table i64 1 funcref) (func $f) (elem (i64.const -1) func $f $f))
  "out of bounds table access")
(assert_trap
  (module (table i64 1 funcref) (elem (i64.const 0x1_0000_0000) func))
  "out of bounds table access")

;; Tables with an initial value, of functions and of another type, and one whose
;; segment gives it its size.
(module
  (table $t i64 3 (ref func) (ref.func $f))
  (table $inline i64 funcref (elem $f $f))
  (table $i31 i64 2 i31ref (ref.i31 (i32.const 9)))
  (func $f (result i32) (i32.const 8))
  (func (export "call") (param i64) (result i32) (call_indirect $t (result i32) (local.get 0)))
  (func (export "call-inline") (param i64) (result i32)
    (call_indirect $inline (result i32) (local.get 0)))
  (func (export "inline-size") (result i64) (table.size $inline))
  (func (export "i31") (param i64) (result i32)
    (i31.get_u (table.get $i31 (local.get 0)))))
(assert_return (invoke "call" (i64.const 2)) (i32.const 8))
(assert_return (invoke "call-inline" (i64.const 1)) (i32.const 8))
(assert_return (invoke "inline-size") (i64.const 2))
(assert_return (invoke "i31" (i64.const 1)) (i32.const 9))
(assert_trap (invoke "i31" (i64.const 2)) "out of bounds table access")

;; Limits are 64 bits wide.
(module definition (table i64 0 0x1_0000_0000 funcref))
(module definition (table i64 0x1_0000_0000 0x1_0000_0001 funcref))
(module (table i64 0 0xffff_ffff_ffff_ffff funcref))
;; As bytes: bit 2 of the flags of the limits says 64 bits, and a maximum takes up
;; to ten bytes.
(module binary "\00asm" "\01\00\00\00" "\04\04\01\70\04\01")
(module binary "\00asm" "\01\00\00\00" "\04\05\01\70\05\01\02")
(module binary "\00asm" "\01\00\00\00" "\04\0e\01\70\05\00\ff\ff\ff\ff\ff\ff\ff\ff\ff\01")
(assert_malformed
  (module binary "\00asm" "\01\00\00\00" "\04\0e\01\70\05\00\ff\ff\ff\ff\ff\ff\ff\ff\ff\02")
  "integer too large")
(assert_malformed
  (module binary "\00asm" "\01\00\00\00" "\04\0f\01\70\05\00\ff\ff\ff\ff\ff\ff\ff\ff\ff\81\00")
  "integer representation too long")
(assert_invalid (module (table i64 2 1 funcref)) "size minimum must not be greater than maximum")
(assert_invalid
  (module (table i64 0x1_0000_0001 0x1_0000_0000 funcref))
  "size minimum must not be greater than maximum")

;; Imports: the type of the index must be the same, and limits must fit.
(module $Exports
  (table (export "wide") i64 2 4 funcref)
  (table (export "wide-unbounded") i64 2 funcref)
  (table (export "wide-huge") i64 2 0x1_0000_0000_0000 funcref)
  (table (export "narrow") 2 4 funcref))
(register "exports" $Exports)
(module (import "exports" "wide" (table i64 2 4 funcref)))
(module (import "exports" "wide" (table i64 0 0x1_0000_0000 funcref)))
(module (import "exports" "wide" (table i64 1 funcref)))
(module (import "exports" "wide-unbounded" (table i64 2 funcref)))
(module (import "exports" "wide-huge" (table i64 2 0x1_0000_0000_0000 funcref)))
(assert_unlinkable (module (import "exports" "wide" (table 2 4 funcref))) "incompatible import type")
(assert_unlinkable (module (import "exports" "wide" (table 0 funcref))) "incompatible import type")
(assert_unlinkable (module (import "exports" "narrow" (table i64 2 4 funcref))) "incompatible import type")
(assert_unlinkable (module (import "exports" "narrow" (table i64 0 funcref))) "incompatible import type")
(assert_unlinkable (module (import "exports" "wide" (table i64 3 4 funcref))) "incompatible import type")
(assert_unlinkable (module (import "exports" "wide" (table i64 2 3 funcref))) "incompatible import type")
(assert_unlinkable (module (import "exports" "wide" (table i64 2 4 externref))) "incompatible import type")
(assert_unlinkable
  (module (import "exports" "wide" (table i64 0x1_0000_0002 0x1_0000_0004 funcref)))
  "incompatible import type")
(assert_unlinkable
  (module (import "exports" "wide-unbounded" (table i64 2 0xffff_ffff_ffff_ffff funcref)))
  "incompatible import type")
;; The lower 32 bits of the maximum would fit.
(assert_unlinkable
  (module (import "exports" "wide-huge" (table i64 2 0x8000_0000 funcref)))
  "incompatible import type")

;; What one instance does to a table, the other sees.
(module
  (import "exports" "wide" (table $t i64 2 4 funcref))
  (func $f (result i32) (i32.const 11))
  (elem (table $t) (i64.const 1) func $f)
  (func (export "grow") (result i64) (table.grow $t (ref.func $f) (i64.const 2))))
(assert_return (invoke "grow") (i64.const 2))
(module
  (import "exports" "wide" (table $t i64 4 4 funcref))
  (func (export "call") (param i64) (result i32) (call_indirect $t (result i32) (local.get 0))))
(assert_return (invoke "call" (i64.const 1)) (i32.const 11))
(assert_return (invoke "call" (i64.const 3)) (i32.const 11))
(assert_trap (invoke "call" (i64.const 0)) "uninitialized element")

;; Validation: an index has the type of its table, and the length of a copy the
;; narrower of the two.
(assert_invalid
  (module (table i64 1 funcref) (func (drop (table.get 0 (i32.const 0)))))
  "type mismatch")
(assert_invalid
  (module (table 1 funcref) (func (drop (table.get 0 (i64.const 0)))))
  "type mismatch")
(assert_invalid
  (module (table i64 1 funcref) (func (table.set 0 (i32.const 0) (ref.null func))))
  "type mismatch")
(assert_invalid
  (module (table i64 1 funcref) (func (result i32) (table.size 0)))
  "type mismatch")
(assert_invalid
  (module (table 1 funcref) (func (result i64) (table.size 0)))
  "type mismatch")
(assert_invalid
  (module (table i64 1 funcref) (func (result i64) (table.grow 0 (ref.null func) (i32.const 0))))
  "type mismatch")
(assert_invalid
  (module (table i64 1 funcref) (func (result i32) (table.grow 0 (ref.null func) (i64.const 0))))
  "type mismatch")
(assert_invalid
  (module (table i64 1 funcref) (func (table.fill 0 (i32.const 0) (ref.null func) (i64.const 0))))
  "type mismatch")
(assert_invalid
  (module (table i64 1 funcref) (func (table.fill 0 (i64.const 0) (ref.null func) (i32.const 0))))
  "type mismatch")
(assert_invalid
  (module (table i64 1 funcref) (func (call_indirect 0 (i32.const 0))))
  "type mismatch")
(assert_invalid
  (module (table i64 1 funcref) (func (return_call_indirect 0 (i32.const 0))))
  "type mismatch")
(assert_invalid
  (module (table i64 1 funcref) (func (table.copy 0 0 (i64.const 0) (i64.const 0) (i32.const 0))))
  "type mismatch")
(assert_invalid
  (module (table i64 1 funcref) (table 1 funcref)
    (func (table.copy 0 1 (i64.const 0) (i32.const 0) (i64.const 0))))
  "type mismatch")
(assert_invalid
  (module (table i64 1 funcref) (table 1 funcref)
    (func (table.copy 1 0 (i32.const 0) (i64.const 0) (i64.const 0))))
  "type mismatch")
(assert_invalid
  (module (table i64 1 funcref) (table 1 funcref)
    (func (table.copy 0 1 (i32.const 0) (i64.const 0) (i32.const 0))))
  "type mismatch")
(assert_invalid
  (module (table i64 1 funcref) (elem $e func)
    (func (table.init 0 $e (i32.const 0) (i32.const 0) (i32.const 0))))
  "type mismatch")
(assert_invalid
  (module (table i64 1 funcref) (elem $e func)
    (func (table.init 0 $e (i64.const 0) (i64.const 0) (i32.const 0))))
  "type mismatch")
(assert_invalid
  (module (table i64 1 funcref) (elem $e func)
    (func (table.init 0 $e (i64.const 0) (i32.const 0) (i64.const 0))))
  "type mismatch")
(assert_invalid (module (table i64 1 funcref) (elem (i32.const 0) func)) "type mismatch")
(assert_invalid (module (table 1 funcref) (elem (i64.const 0) func)) "type mismatch")
