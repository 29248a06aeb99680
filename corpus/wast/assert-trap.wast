;; `assert_trap`: each common trap of core WebAssembly, traps during instantiation,
;; and those of the Canonical ABI that a host's call can reach.

(module
  (type $struct (struct (field i32)))
  (type $array (array i32))
  (type $nullary (func))
  (type $unary (func (param i32)))
  (memory 1)
  (table $table 2 funcref)
  (elem (table $table) (i32.const 0) func $nullary)
  (func $nullary)
  (func (export "unreachable") (unreachable))
  (func (export "i32.div_s") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
  (func (export "i64.rem_u") (param i64 i64) (result i64) (i64.rem_u (local.get 0) (local.get 1)))
  (func (export "i32.trunc_f32_s") (param f32) (result i32) (i32.trunc_f32_s (local.get 0)))
  (func (export "i32.load") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "memory.fill") (param i32 i32) (memory.fill (local.get 0) (i32.const 0) (local.get 1)))
  (func (export "table.get") (param i32) (result funcref) (table.get $table (local.get 0)))
  (func (export "call") (param i32) (call_indirect $table (type $nullary) (local.get 0)))
  (func (export "call-unary") (param i32) (call_indirect $table (type $unary) (i32.const 0) (local.get 0)))
  (func (export "ref.as_non_null") (drop (ref.as_non_null (ref.null func))))
  (func (export "call_ref") (call_ref $nullary (ref.null $nullary)))
  (func (export "struct.get") (result i32) (struct.get $struct 0 (ref.null $struct)))
  (func (export "array.get") (param i32) (result i32)
    (array.get $array (array.new_default $array (i32.const 2)) (local.get 0)))
  (func (export "array.len") (result i32) (array.len (ref.null array)))
  (func (export "i31.get_s") (result i32) (i31.get_s (ref.null i31)))
  (func (export "ref.cast") (result i32)
    (struct.get $struct 0 (ref.cast (ref $struct) (ref.i31 (i32.const 0)))))
  (func (export "throw_ref") (throw_ref (ref.null exn))))

(assert_trap (invoke "unreachable") "unreachable")
(assert_trap (invoke "i32.div_s" (i32.const 1) (i32.const 0)) "integer divide by zero")
(assert_trap (invoke "i32.div_s" (i32.const 0x8000_0000) (i32.const -1)) "integer overflow")
(assert_trap (invoke "i64.rem_u" (i64.const 1) (i64.const 0)) "integer divide by zero")
(assert_trap (invoke "i32.trunc_f32_s" (f32.const 0x1p31)) "integer overflow")
(assert_trap (invoke "i32.trunc_f32_s" (f32.const nan)) "invalid conversion to integer")
;; One byte too far, and an address that wraps around.
(assert_trap (invoke "i32.load" (i32.const 65533)) "out of bounds memory access")
(assert_trap (invoke "i32.load" (i32.const -1)) "out of bounds memory access")
;; The bounds hold for an empty range as well.
(assert_trap (invoke "memory.fill" (i32.const 65537) (i32.const 0)) "out of bounds memory access")
(assert_trap (invoke "table.get" (i32.const 2)) "out of bounds table access")
(assert_trap (invoke "call" (i32.const 2)) "undefined element")
(assert_trap (invoke "call" (i32.const 1)) "uninitialized element")
(assert_trap (invoke "call-unary" (i32.const 0)) "indirect call type mismatch")
(assert_trap (invoke "ref.as_non_null") "null reference")
(assert_trap (invoke "call_ref") "null function reference")
(assert_trap (invoke "struct.get") "null structure reference")
(assert_trap (invoke "array.get" (i32.const 2)) "out of bounds array access")
(assert_trap (invoke "array.len") "null array reference")
(assert_trap (invoke "i31.get_s") "null i31 reference")
(assert_trap (invoke "ref.cast") "cast failure")
(assert_trap (invoke "throw_ref") "null exception reference")

;; A core instance goes on after a trap.
(assert_return (invoke "i32.load" (i32.const 0)) (i32.const 0))

;; Atomics: an address that is no multiple of the width, and a wait on a memory
;; that nobody else can write.
(module
  (memory 1)
  (func (export "load") (param i32) (result i32) (i32.atomic.load (local.get 0)))
  (func (export "wait") (result i32)
    (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const 0))))
(assert_trap (invoke "load" (i32.const 2)) "unaligned atomic")
(assert_trap (invoke "wait") "expected shared memory")

;; Traps during instantiation: the start function, a data and an element segment.
(assert_trap (module (func $start (unreachable)) (start $start)) "unreachable")
(assert_trap (module (memory 1) (data (i32.const 65536) "x")) "out of bounds memory access")
(assert_trap
  (module (table 1 funcref) (func $f) (elem (i32.const 1) func $f))
  "out of bounds table access")
(assert_trap
  (component
    (core module $m (func $start (unreachable)) (start $start))
    (core instance (instantiate $m)))
  "wasm trap: wasm `unreachable` instruction executed")

;; After a trap no call enters the component's instance again.
(component
  (core module $m (func (export "trap") (unreachable)) (func (export "fine")))
  (core instance $i (instantiate $m))
  (func (export "trap") (canon lift (core func $i "trap")))
  (func (export "fine") (canon lift (core func $i "fine"))))
(assert_return (invoke "fine"))
(assert_trap (invoke "trap") "wasm trap: wasm `unreachable` instruction executed")
(assert_trap (invoke "fine") "cannot enter component instance")

;; Results that no value of the type has. Each needs an instance of its own.
(component definition $Results
  (core module $m
    (memory (export "memory") 1)
    (func (export "id") (param i32) (result i32) (local.get 0))
    ;; A string with the given pointer and length, and one byte that begins no
    ;; character at 16.
    (func (export "string") (param i32 i32) (result i32)
      (i32.store8 (i32.const 16) (i32.const 0xff))
      (i32.store (i32.const 0) (local.get 0))
      (i32.store (i32.const 4) (local.get 1))
      (i32.const 0)))
  (core instance $i (instantiate $m))
  (alias core export $i "memory" (core memory $memory))
  (type $enum' (enum "a" "b"))
  (export $enum "enum-type" (type $enum'))
  (func (export "char") (param "x" u32) (result char) (canon lift (core func $i "id")))
  (func (export "enum") (param "x" u32) (result $enum) (canon lift (core func $i "id")))
  (func (export "tuple") (param "pointer" u32) (result (tuple u32 u32))
    (canon lift (core func $i "id") (memory $memory)))
  (func (export "string") (param "pointer" u32) (param "length" u32) (result string)
    (canon lift (core func $i "string") (memory $memory))))

;; A surrogate, and one beyond the last character.
(component instance $results $Results)
(assert_trap (invoke "char" (u32.const 0xd800)) "invalid `char` bit pattern")
(component instance $results $Results)
(assert_trap (invoke "char" (u32.const 0x110000)) "invalid `char` bit pattern")
;; A discriminant without a case.
(component instance $results $Results)
(assert_return (invoke "enum" (u32.const 1)) (enum.const "b"))
(assert_trap (invoke "enum" (u32.const 2)) "invalid variant discriminant")
;; A result in memory that is not aligned.
(component instance $results $Results)
(assert_trap (invoke "tuple" (u32.const 2)) "unaligned pointer")
;; A string that ends behind the memory, and one that is no UTF-8.
(component instance $results $Results)
(assert_trap (invoke "string" (u32.const 65535) (u32.const 2)) "string pointer/length out of bounds of memory")
(component instance $results $Results)
(assert_trap (invoke "string" (u32.const 16) (u32.const 1)) "invalid utf-8")

;; Arguments that the guest's own `realloc` has no good place for.
(component definition $Arguments
  (core module $m
    (memory (export "memory") 1)
    (global $place (mut i32) (i32.const 0))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (global.get $place))
    (func (export "set") (param i32) (global.set $place (local.get 0)))
    (func (export "take") (param i32 i32)))
  (core instance $i (instantiate $m))
  (func (export "set") (param "place" u32) (canon lift (core func $i "set")))
  (func (export "take") (param "x" (list u32))
    (canon lift (core func $i "take")
      (memory (core memory $i "memory")) (realloc (core func $i "realloc")))))
(component instance $arguments $Arguments)
(invoke "set" (u32.const 1))
(assert_trap (invoke "take" (list.const (u32.const 1))) "realloc return: result not aligned")
(component instance $arguments $Arguments)
(invoke "set" (u32.const 65536))
(assert_trap (invoke "take" (list.const (u32.const 1))) "realloc return: beyond end of memory")

;; A component cannot leave itself while one of its `realloc`s runs.
(component
  (component $Callee
    (core module $m (func (export "f")))
    (core instance $i (instantiate $m))
    (func (export "f") (canon lift (core func $i "f"))))
  (component $Caller
    (import "f" (func $f))
    (core func $f' (canon lower (func $f)))
    (core module $m
      (import "" "f" (func $f))
      (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) (call $f) (i32.const 0))
      (func (export "take") (param i32 i32)))
    (core instance $i (instantiate $m (with "" (instance (export "f" (func $f'))))))
    (func (export "take") (param "x" string)
      (canon lift (core func $i "take")
        (memory (core memory $i "memory")) (realloc (core func $i "realloc")))))
  (instance $callee (instantiate $Callee))
  (instance $caller (instantiate $Caller (with "f" (func $callee "f"))))
  (export "take" (func $caller "take")))
(assert_trap (invoke "take" (str.const "x")) "cannot leave component instance")
