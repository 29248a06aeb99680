;; A definition may be given as text in strings or as bytes.

;; Quoted text: the strings are joined by spaces, so a token ends with its string.
(module quote
  "(func (export \"f\") (result i32)"
  "(i32.const"
  "3))")
(assert_return (invoke "f") (i32.const 3))

;; A quoted module with its own parentheses around it.
(module quote "(module $inner (func (export \"f\") (result i32) (i32.const 4)))")
(assert_return (invoke "f") (i32.const 4))

;; Bytes: a module that exports a function `f`, which returns 5.
(module $Binary binary
  "\00asm" "\01\00\00\00"
  "\01\05\01\60\00\01\7f"             ;; type section: [] -> [i32]
  "\03\02\01\00"                      ;; function section: type 0
  "\07\05\01\01f\00\00"               ;; export section: "f", function 0
  "\0a\06\01\04\00\41\05\0b")         ;; code section: i32.const 5
(assert_return (invoke "f") (i32.const 5))
(assert_return (invoke $Binary "f") (i32.const 5))

;; Bytes that are only defined, and instantiated by name.
(module definition $Empty binary "\00asm" "\01\00\00\00")
(module instance $empty $Empty)

;; A quoted component.
(component quote
  "(core module $m (func (export \"f\") (result i32) (i32.const 6)))"
  "(core instance $i (instantiate $m))"
  "(func (export \"f\") (result u32) (canon lift (core func $i \"f\")))")
(assert_return (invoke "f") (u32.const 6))

;; Bytes of a component: empty, and with one core module in it.
(component binary "\00asm" "\0d\00\01\00")
(component $Nested binary
  "\00asm" "\0d\00\01\00"
  "\01\08" "\00asm" "\01\00\00\00")
