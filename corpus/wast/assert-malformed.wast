;; `assert_malformed`: what is no module or component at all, as text or as bytes.

;; Core text: an unknown instruction, numbers out of range, unbalanced blocks, a
;; name bound twice, bytes that are no UTF-8.
(assert_malformed (module quote "(func (i32.nonsense))") "unknown operator")
(assert_malformed (module quote "(func (drop (i32.const 0x1_0000_0000)))") "constant out of range")
(assert_malformed (module quote "(func (block $a end $b))") "mismatching label")
(assert_malformed (module quote "(func $f) (func $f)") "duplicate func")
(assert_malformed (module quote "(func (drop (i32.load align=3 (i32.const 0))))") "alignment must be a power of two")
(assert_malformed (module quote "(export \"\\ff\" (func 0)) (func)") "malformed UTF-8 encoding")
(assert_malformed (module quote "(func (local.get $nowhere))") "unknown local")

;; Core bytes: nothing at all, another magic number, an unknown version.
(assert_malformed (module binary "") "unexpected end")
(assert_malformed (module binary "\00wsm" "\01\00\00\00") "magic header not detected")
(assert_malformed (module binary "\00asm" "\07\00\00\00") "unknown binary version")
;; A section that is cut short, one that is longer than its content, one without
;; a meaning, and two in the wrong order.
(assert_malformed (module binary "\00asm" "\01\00\00\00" "\01\05\01\60") "unexpected end")
(assert_malformed (module binary "\00asm" "\01\00\00\00" "\01\05\01\60\00\00\00") "section size mismatch")
(assert_malformed (module binary "\00asm" "\01\00\00\00" "\7f\00") "malformed section id")
(assert_malformed (module binary "\00asm" "\01\00\00\00" "\03\01\00" "\01\01\00") "section out of order")
;; As many bodies as functions; an integer with too many bytes.
(assert_malformed
  (module binary "\00asm" "\01\00\00\00" "\01\04\01\60\00\00" "\03\02\01\00" "\0a\01\00")
  "function and code section have inconsistent lengths")
(assert_malformed
  (module binary "\00asm" "\01\00\00\00" "\01\80\80\80\80\80\00")
  "integer representation too long")

;; Component text: an unknown field, an unknown name, a value type that is none.
(assert_malformed (component quote "(nonsense)") "expected valid component field")
(assert_malformed (component quote "(export \"f\" (func $nowhere))") "failed to find name `$nowhere`")
(assert_malformed (component quote "(type (list i32))") "unexpected token")
;; The syntax of indices before it was made regular.
(assert_malformed
  (component quote
    "(core module $m (func (export \"r\") (param i32 i32 i32 i32) (result i32) unreachable))"
    "(core instance $i (instantiate $m))"
    "(import \"f\" (func $f (param \"x\" string)))"
    "(core func (canon lower (func $f) (realloc (func $i \"r\"))))")
  "the `core` keyword is required")

;; Component bytes: another version, a section without a meaning, one cut short.
(assert_malformed (component binary "\00asm" "\0e\00\01\00") "unknown binary version")
(assert_malformed (component binary "\00asm" "\0d\00\01\00" "\7f\00") "malformed section id")
(assert_malformed (component binary "\00asm" "\0d\00\01\00" "\07\05\01") "unexpected end")
;; A type section with one entry that begins with no known byte.
(assert_malformed (component binary "\00asm" "\0d\00\01\00" "\07\02\01\30") "invalid leading byte")
