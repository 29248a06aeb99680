;; Assertions of the Canonical ABI that a guest can make untrue where one side has 64 bits
;; for what the other, or the text, has 32 for. See spec-gaps.wast for the others.

;; `canon_resource_drop` calls a destructor as a function of a `u32`, also where a
;; representation is an `i64`: the destructor is given the representation.
(component
  (core module $Destructor
    (global $dropped (mut i64) (i64.const 0))
    (func (export "drop") (param i64) (global.set $dropped (local.get 0)))
    (func (export "dropped") (result i64) (global.get $dropped)))
  (core instance $destructor (instantiate $Destructor))
  (type $r (resource (rep i64) (dtor (core func $destructor "drop"))))
  (core func $new (canon resource.new $r))
  (core func $drop (canon resource.drop $r))
  (core module $M
    (import "" "new" (func $new (param i64) (result i32)))
    (import "" "drop" (func $drop (param i32)))
    (func (export "drop") (param $rep i64) (call $drop (call $new (local.get $rep)))))
  (core instance $i (instantiate $M (with "" (instance
    (export "new" (func $new))
    (export "drop" (func $drop))))))
  (func (export "drop") (param "rep" u64) (canon lift (core func $i "drop")))
  (func (export "dropped") (result u64) (canon lift (core func $destructor "dropped"))))
(assert_return (invoke "drop" (u64.const 7)))
(assert_return (invoke "dropped") (u64.const 7))
(assert_return (invoke "drop" (u64.const 0xfedc_ba98_7654_3210)))
(assert_return (invoke "dropped") (u64.const 0xfedc_ba98_7654_3210))

;; `store_string_into_range` looks for the bit that tells UTF-16 from Latin-1 where
;; pointers of the destination have it, while the length is the source's. A string keeps
;; its characters, whichever side has the wider pointers.
(component
  (component $From32
    (core module $M
      (memory (export "memory") 1)
      ;; U+0141 and "1" in UTF-16.
      (data (i32.const 16) "\41\01\31\00")
      (func (export "text") (result i32)
        (i32.store (i32.const 0) (i32.const 16))
        (i32.store (i32.const 4) (i32.const 0x8000_0002))
        (i32.const 0)))
    (core instance $i (instantiate $M))
    (func (export "text") (result string)
      (canon lift (core func $i "text") (memory (core memory $i "memory"))
        string-encoding=latin1+utf16)))
  (component $From64
    (core module $M
      (memory (export "memory") i64 1)
      (data (i64.const 16) "\41\01\31\00")
      (func (export "text") (result i64)
        (i64.store (i64.const 0) (i64.const 16))
        (i64.store (i64.const 8) (i64.const 0x8000_0000_0000_0002))
        (i64.const 0)))
    (core instance $i (instantiate $M))
    (func (export "text") (result string)
      (canon lift (core func $i "text") (memory (core memory $i "memory"))
        string-encoding=latin1+utf16)))

  ;; These load the length, with its tag, and the code units, of which there are two.
  (component $To32
    (import "text" (func $text (result string)))
    (core module $Memory
      (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64)))
    (core instance $memory (instantiate $Memory))
    (core func $text' (canon lower (func $text) (memory (core memory $memory "memory"))
      (realloc (core func $memory "realloc")) string-encoding=latin1+utf16))
    (core module $M
      (import "" "memory" (memory 1))
      (import "" "text" (func $text (param i32)))
      (func (export "length") (result i32) (call $text (i32.const 0)) (i32.load (i32.const 4)))
      (func (export "units") (result i32) (i32.load (i32.load (i32.const 0)))))
    (core instance $i (instantiate $M (with "" (instance
      (export "memory" (memory $memory "memory"))
      (export "text" (func $text'))))))
    (func (export "length") (result u32) (canon lift (core func $i "length")))
    (func (export "units") (result u32) (canon lift (core func $i "units"))))
  (component $To64
    (import "text" (func $text (result string)))
    (core module $Memory
      (memory (export "memory") i64 1)
      (func (export "realloc") (param i64 i64 i64 i64) (result i64) (i64.const 64)))
    (core instance $memory (instantiate $Memory))
    (core func $text' (canon lower (func $text) (memory (core memory $memory "memory"))
      (realloc (core func $memory "realloc")) string-encoding=latin1+utf16))
    (core module $M
      (import "" "memory" (memory i64 1))
      (import "" "text" (func $text (param i64)))
      (func (export "length") (result i64) (call $text (i64.const 0)) (i64.load (i64.const 8)))
      (func (export "units") (result i32) (i32.load (i64.load (i64.const 0)))))
    (core instance $i (instantiate $M (with "" (instance
      (export "memory" (memory $memory "memory"))
      (export "text" (func $text'))))))
    (func (export "length") (result u64) (canon lift (core func $i "length")))
    (func (export "units") (result u32) (canon lift (core func $i "units"))))

  (instance $from32 (instantiate $From32))
  (instance $from64 (instantiate $From64))
  (instance $to64 (instantiate $To64 (with "text" (func $from32 "text"))))
  (instance $to32 (instantiate $To32 (with "text" (func $from64 "text"))))
  (export "length-64" (func $to64 "length"))
  (export "units-64" (func $to64 "units"))
  (export "length-32" (func $to32 "length"))
  (export "units-32" (func $to32 "units")))
(assert_return (invoke "length-64") (u64.const 0x8000_0000_0000_0002))
(assert_return (invoke "units-64") (u32.const 0x0031_0141))
(assert_return (invoke "length-32") (u32.const 0x8000_0002))
(assert_return (invoke "units-32") (u32.const 0x0031_0141))
