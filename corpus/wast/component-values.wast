;; Each kind of component value as an argument and as a result: every export gives
;; back what it was given. What does not fit one core value comes back through
;; memory, at 16.

(component
  (core module $m
    (memory (export "memory") 1)
    ;; Memory is handed out from 1024 on and never taken back.
    (global $free (mut i32) (i32.const 1024))
    (func (export "realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
      (local $pointer i32)
      (local.set $pointer
        (i32.and
          (i32.add (global.get $free) (i32.sub (local.get $align) (i32.const 1)))
          (i32.sub (i32.const 0) (local.get $align))))
      (global.set $free (i32.add (local.get $pointer) (local.get $size)))
      (local.get $pointer))

    (func (export "i32") (param i32) (result i32) (local.get 0))
    (func (export "i64") (param i64) (result i64) (local.get 0))
    (func (export "f32") (param f32) (result f32) (local.get 0))
    (func (export "f64") (param f64) (result f64) (local.get 0))
    (func (export "i32-i32") (param i32 i32) (result i32)
      (i32.store (i32.const 16) (local.get 0))
      (i32.store (i32.const 20) (local.get 1))
      (i32.const 16))
    (func (export "i32-i64") (param i32 i64) (result i32)
      (i32.store (i32.const 16) (local.get 0))
      (i64.store (i32.const 24) (local.get 1))
      (i32.const 16))
    (func (export "i32-f64") (param i32 f64) (result i32)
      (i32.store (i32.const 16) (local.get 0))
      (f64.store (i32.const 24) (local.get 1))
      (i32.const 16))
    (func (export "option-option") (param i32 i32 i32) (result i32)
      (i32.store8 (i32.const 16) (local.get 0))
      (i32.store8 (i32.const 17) (local.get 1))
      (i32.store8 (i32.const 18) (local.get 2))
      (i32.const 16))
    (func (export "i32-i32-i32") (param i32 i32 i32) (result i32)
      (i32.store (i32.const 16) (local.get 0))
      (i32.store (i32.const 20) (local.get 1))
      (i32.store (i32.const 24) (local.get 2))
      (i32.const 16)))
  (core instance $i (instantiate $m))
  (alias core export $i "memory" (core memory $memory))
  (alias core export $i "realloc" (core func $realloc))

  (func (export "bool") (param "x" bool) (result bool) (canon lift (core func $i "i32")))
  (func (export "u8") (param "x" u8) (result u8) (canon lift (core func $i "i32")))
  (func (export "s8") (param "x" s8) (result s8) (canon lift (core func $i "i32")))
  (func (export "u16") (param "x" u16) (result u16) (canon lift (core func $i "i32")))
  (func (export "s16") (param "x" s16) (result s16) (canon lift (core func $i "i32")))
  (func (export "u32") (param "x" u32) (result u32) (canon lift (core func $i "i32")))
  (func (export "s32") (param "x" s32) (result s32) (canon lift (core func $i "i32")))
  (func (export "u64") (param "x" u64) (result u64) (canon lift (core func $i "i64")))
  (func (export "s64") (param "x" s64) (result s64) (canon lift (core func $i "i64")))
  (func (export "f32") (param "x" f32) (result f32) (canon lift (core func $i "f32")))
  (func (export "f64") (param "x" f64) (result f64) (canon lift (core func $i "f64")))
  (func (export "char") (param "x" char) (result char) (canon lift (core func $i "i32")))

  (func (export "string") (param "x" string) (result string)
    (canon lift (core func $i "i32-i32") (memory $memory) (realloc $realloc)))
  (func (export "list-u8") (param "x" (list u8)) (result (list u8))
    (canon lift (core func $i "i32-i32") (memory $memory) (realloc $realloc)))
  (func (export "list-string") (param "x" (list string)) (result (list string))
    (canon lift (core func $i "i32-i32") (memory $memory) (realloc $realloc)))
  (func (export "list-f32") (param "x" (list f32)) (result (list f32))
    (canon lift (core func $i "i32-i32") (memory $memory) (realloc $realloc)))
  (func (export "list-2") (param "x" (list u32 2)) (result (list u32 2))
    (canon lift (core func $i "i32-i32") (memory $memory)))
  (func (export "map") (param "x" (map string u32)) (result (map string u32))
    (canon lift (core func $i "i32-i32") (memory $memory) (realloc $realloc)))
  (func (export "tuple") (param "x" (tuple u8 u64)) (result (tuple u8 u64))
    (canon lift (core func $i "i32-i64") (memory $memory)))
  (func (export "option") (param "x" (option u32)) (result (option u32))
    (canon lift (core func $i "i32-i32") (memory $memory)))
  (func (export "option-option") (param "x" (option (option bool))) (result (option (option bool)))
    (canon lift (core func $i "option-option") (memory $memory)))
  (func (export "result") (param "x" (result u8 (error string))) (result (result u8 (error string)))
    (canon lift (core func $i "i32-i32-i32") (memory $memory) (realloc $realloc)))
  (func (export "result-empty") (param "x" (result)) (result (result))
    (canon lift (core func $i "i32")))

  (type $record' (record (field "on" bool) (field "amount" f64)))
  (export $record "record-type" (type $record'))
  (func (export "record") (param "x" $record) (result $record)
    (canon lift (core func $i "i32-f64") (memory $memory)))
  (type $variant' (variant (case "nothing") (case "number" u32) (case "text" string)))
  (export $variant "variant-type" (type $variant'))
  (func (export "variant") (param "x" $variant) (result $variant)
    (canon lift (core func $i "i32-i32-i32") (memory $memory) (realloc $realloc)))
  ;; Payloads of two core types share one core value: u32 and f32 an i32, s64 and
  ;; f64 an i64.
  (type $joined' (variant (case "int" u32) (case "float" f32)))
  (export $joined "joined-type" (type $joined'))
  (func (export "joined") (param "x" $joined) (result $joined)
    (canon lift (core func $i "i32-i32") (memory $memory)))
  (type $wide' (variant (case "int" s64) (case "float" f64)))
  (export $wide "wide-type" (type $wide'))
  (func (export "wide") (param "x" $wide) (result $wide)
    (canon lift (core func $i "i32-i64") (memory $memory)))
  (type $enum' (enum "red" "green" "blue"))
  (export $enum "enum-type" (type $enum'))
  (func (export "enum") (param "x" $enum) (result $enum) (canon lift (core func $i "i32")))
  (type $flags' (flags "read" "write" "execute"))
  (export $flags "flags-type" (type $flags'))
  (func (export "flags") (param "x" $flags) (result $flags) (canon lift (core func $i "i32"))))

;; The least and the greatest value of each width.
(assert_return (invoke "bool" (bool.const true)) (bool.const true))
(assert_return (invoke "bool" (bool.const false)) (bool.const false))
(assert_return (invoke "u8" (u8.const 255)) (u8.const 255))
(assert_return (invoke "s8" (s8.const -128)) (s8.const -128))
(assert_return (invoke "u16" (u16.const 65535)) (u16.const 65535))
(assert_return (invoke "s16" (s16.const -32768)) (s16.const -32768))
(assert_return (invoke "u32" (u32.const 4294967295)) (u32.const 4294967295))
(assert_return (invoke "s32" (s32.const -2147483648)) (s32.const -2147483648))
(assert_return (invoke "u64" (u64.const 18446744073709551615)) (u64.const 18446744073709551615))
(assert_return (invoke "s64" (s64.const -9223372036854775808)) (s64.const -9223372036854775808))

;; At the top level, a float is spelled as in core. There is one NaN: its payload
;; and its sign do not cross the boundary.
(assert_return (invoke "f32" (f32.const -0.0)) (f32.const -0.0))
(assert_return (invoke "f64" (f64.const -0.0)) (f64.const -0.0))
(assert_return (invoke "f32" (f32.const inf)) (f32.const inf))
(assert_return (invoke "f32" (f32.const nan)) (f32.const nan))
(assert_return (invoke "f64" (f64.const nan)) (f64.const nan))
(assert_return (invoke "f32" (f32.const -nan:0x200000)) (f32.const nan:canonical))
(assert_return (invoke "f64" (f64.const nan)) (f64.const nan:arithmetic))
;; Within another value as well.
(assert_return
  (invoke "list-f32" (list.const (f32.const -0.0) (f32.const nan) (f32.const 1.5)))
  (list.const (f32.const -0.0) (f32.const nan) (f32.const 1.5)))

;; Characters up to the last one, and at both sides of the surrogates.
(assert_return (invoke "char" (char.const "a")) (char.const "a"))
(assert_return (invoke "char" (char.const "\u{d7ff}")) (char.const "\u{d7ff}"))
(assert_return (invoke "char" (char.const "\u{e000}")) (char.const "\u{e000}"))
(assert_return (invoke "char" (char.const "\u{10ffff}")) (char.const "\u{10ffff}"))

;; Strings: empty, with a zero in it, with characters of one to four bytes.
(assert_return (invoke "string" (str.const "")) (str.const ""))
(assert_return (invoke "string" (str.const "a\00b")) (str.const "a\00b"))
(assert_return (invoke "string" (str.const "a\u{e9}\u{2603}\u{1f600}")) (str.const "a\u{e9}\u{2603}\u{1f600}"))

(assert_return (invoke "list-u8" (list.const)) (list.const))
(assert_return (invoke "list-u8" (list.const (u8.const 0) (u8.const 255))) (list.const (u8.const 0) (u8.const 255)))
(assert_return
  (invoke "list-string" (list.const (str.const "x") (str.const "") (str.const "yz")))
  (list.const (str.const "x") (str.const "") (str.const "yz")))
(assert_return (invoke "list-2" (list.const (u32.const 1) (u32.const 2))) (list.const (u32.const 1) (u32.const 2)))

(assert_return (invoke "map" (map.const)) (map.const))
(assert_return
  (invoke "map" (map.const (entry (str.const "one") (u32.const 1)) (entry (str.const "two") (u32.const 2))))
  (map.const (entry (str.const "one") (u32.const 1)) (entry (str.const "two") (u32.const 2))))

(assert_return
  (invoke "tuple" (tuple.const (u8.const 200) (u64.const 0x1_0000_0000)))
  (tuple.const (u8.const 200) (u64.const 0x1_0000_0000)))
(assert_return
  (invoke "record" (record.const (field "on" bool.const true) (field "amount" f64.const -0.0)))
  (record.const (field "on" bool.const true) (field "amount" f64.const -0.0)))

;; A case without a payload, and payloads of different sizes.
(assert_return (invoke "variant" (variant.const "nothing")) (variant.const "nothing"))
(assert_return (invoke "variant" (variant.const "number" (u32.const 7))) (variant.const "number" (u32.const 7)))
(assert_return (invoke "variant" (variant.const "text" (str.const "hi"))) (variant.const "text" (str.const "hi")))
(assert_return (invoke "joined" (variant.const "int" (u32.const 3))) (variant.const "int" (u32.const 3)))
(assert_return (invoke "joined" (variant.const "float" (f32.const -0.0))) (variant.const "float" (f32.const -0.0)))
(assert_return (invoke "wide" (variant.const "int" (s64.const -1))) (variant.const "int" (s64.const -1)))
(assert_return (invoke "wide" (variant.const "float" (f64.const -1.5))) (variant.const "float" (f64.const -1.5)))

(assert_return (invoke "enum" (enum.const "red")) (enum.const "red"))
(assert_return (invoke "enum" (enum.const "blue")) (enum.const "blue"))

;; No payload is not the payload "none".
(assert_return (invoke "option" (option.none)) (option.none))
(assert_return (invoke "option" (option.some (u32.const 0))) (option.some (u32.const 0)))
(assert_return (invoke "option-option" (option.none)) (option.none))
(assert_return (invoke "option-option" (option.some (option.none))) (option.some (option.none)))
(assert_return
  (invoke "option-option" (option.some (option.some (bool.const true))))
  (option.some (option.some (bool.const true))))

(assert_return (invoke "result" (result.ok (u8.const 1))) (result.ok (u8.const 1)))
(assert_return (invoke "result" (result.err (str.const "no"))) (result.err (str.const "no")))
(assert_return (invoke "result-empty" (result.ok)) (result.ok))
(assert_return (invoke "result-empty" (result.err)) (result.err))

;; Flags are a set: the order in which they are written does not count.
(assert_return (invoke "flags" (flags.const)) (flags.const))
(assert_return (invoke "flags" (flags.const "read" "execute")) (flags.const "read" "execute"))
(assert_return (invoke "flags" (flags.const "write" "read")) (flags.const "read" "write"))

;; Values that a guest does not hold in their normal form: any number but zero is
;; true, the upper bits of a narrow integer do not count, nor do those of flags.
(component
  (core module $m (func (export "f") (result i32) (i32.const 0xffff_fff2)))
  (core instance $i (instantiate $m))
  (type $flags' (flags "a" "b" "c"))
  (export $flags "flags-type" (type $flags'))
  (func (export "bool") (result bool) (canon lift (core func $i "f")))
  (func (export "u8") (result u8) (canon lift (core func $i "f")))
  (func (export "s8") (result s8) (canon lift (core func $i "f")))
  (func (export "u16") (result u16) (canon lift (core func $i "f")))
  (func (export "flags") (result $flags) (canon lift (core func $i "f"))))
(assert_return (invoke "bool") (bool.const true))
(assert_return (invoke "u8") (u8.const 242))
(assert_return (invoke "s8") (s8.const -14))
(assert_return (invoke "u16") (u16.const 65522))
(assert_return (invoke "flags") (flags.const "b"))

;; More flat arguments than 16 travel through memory; several parameters and no
;; result at all.
(component
  (core module $m
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64))
    (func (export "last") (param $arguments i32) (result i32)
      (i32.load8_u (i32.add (local.get $arguments) (i32.const 16))))
    (func (export "none") (param i32 i64)))
  (core instance $i (instantiate $m))
  (func (export "last")
    (param "a" u8) (param "b" u8) (param "c" u8) (param "d" u8) (param "e" u8) (param "f" u8)
    (param "g" u8) (param "h" u8) (param "i" u8) (param "j" u8) (param "k" u8) (param "l" u8)
    (param "m" u8) (param "n" u8) (param "o" u8) (param "p" u8) (param "q" u8) (result u8)
    (canon lift (core func $i "last") (memory (core memory $i "memory")) (realloc (core func $i "realloc"))))
  (func (export "none") (param "a" u32) (param "b" s64) (canon lift (core func $i "none"))))
(assert_return
  (invoke "last"
    (u8.const 1) (u8.const 2) (u8.const 3) (u8.const 4) (u8.const 5) (u8.const 6)
    (u8.const 7) (u8.const 8) (u8.const 9) (u8.const 10) (u8.const 11) (u8.const 12)
    (u8.const 13) (u8.const 14) (u8.const 15) (u8.const 16) (u8.const 17))
  (u8.const 17))
(assert_return (invoke "none" (u32.const 1) (s64.const -1)))
