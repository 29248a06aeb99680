;; `store_probably_utf16_to_latin1_or_utf16` calls `realloc` for UTF-16 with alignment 2, and,
;; where all of the string fits in Latin-1 after all, once more with alignment 1. That is
;; what the text says; an engine that asks for 2 has the later lines of the text on its side,
;; where every other `realloc` of such a string asks for 2.
(component
  (component $Callee
    (core module $M
      (memory (export "memory") 1)
      (global $calls (mut i32) (i32.const 0))
      (global $alignments (mut i32) (i32.const 0))
      (func (export "realloc") (param i32 i32 i32 i32) (result i32)
        (global.set $alignments
          (i32.add (i32.mul (global.get $alignments) (i32.const 10)) (local.get 2)))
        (i32.const 64))
      (func (export "alignments") (param i32 i32) (result i32) (global.get $alignments)))
    (core instance $m (instantiate $M))
    (func (export "alignments") (param "text" string) (result u32)
      (canon lift (core func $m "alignments") (memory (core memory $m "memory"))
        (realloc (core func $m "realloc")) string-encoding=latin1+utf16)))
  (component $Caller
    (import "alignments" (func $alignments (param "text" string) (result u32)))
    (core module $Memory
      (memory (export "memory") 1)
      ;; "ab" in UTF-16.
      (data (i32.const 16) "a\00b\00"))
    (core instance $memory (instantiate $Memory))
    (core func $alignments' (canon lower (func $alignments)
      (memory (core memory $memory "memory")) string-encoding=latin1+utf16))
    (core module $M
      (import "" "alignments" (func $alignments (param i32 i32) (result i32)))
      (func (export "run") (result i32)
        ;; Two code units, with the tag of UTF-16.
        (call $alignments (i32.const 16) (i32.const 0x8000_0002))))
    (core instance $m (instantiate $M (with "" (instance
      (export "alignments" (func $alignments'))))))
    (func (export "run") (result u32) (canon lift (core func $m "run"))))
  (instance $callee (instantiate $Callee))
  (instance $caller (instantiate $Caller
    (with "alignments" (func $callee "alignments"))))
  (export "run" (func $caller "run")))
(assert_return (invoke "run") (u32.const 21))
