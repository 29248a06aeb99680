;; A stream's end that is in a waitable set may not be read from or written to
;; synchronously, be there something to wait for or not (`copy`).
(component definition $Read
  (type $stream (stream u8))
  (core module $Memory (memory (export "memory") 1))
  (core instance $memory (instantiate $Memory))
  (core func $new (canon stream.new $stream))
  (core func $read (canon stream.read $stream (memory (core memory $memory "memory"))))
  (core func $drop (canon stream.drop-writable $stream))
  (core func $set (canon waitable-set.new))
  (core func $join (canon waitable.join))
  (core module $M
    (import "" "new" (func $new (result i64)))
    (import "" "read" (func $read (param i32 i32 i32) (result i32)))
    (import "" "drop" (func $drop (param i32)))
    (import "" "set" (func $set (result i32)))
    (import "" "join" (func $join (param i32 i32)))
    (func (export "run") (param $joined i32) (result i32) (local $both i64) (local $readable i32)
      (local.set $both (call $new))
      (local.set $readable (i32.wrap_i64 (local.get $both)))
      (if (local.get $joined) (then (call $join (local.get $readable) (call $set))))
      (call $drop (i32.wrap_i64 (i64.shr_u (local.get $both) (i64.const 32))))
      (call $read (local.get $readable) (i32.const 0) (i32.const 1))))
  (core instance $m (instantiate $M (with "" (instance
    (export "new" (func $new))
    (export "read" (func $read))
    (export "drop" (func $drop))
    (export "set" (func $set))
    (export "join" (func $join))))))
  (func (export "run") async (param "joined" bool) (result u32) (canon lift (core func $m "run"))))

;; DROPPED
(component instance $i $Read)
(assert_return (invoke "run" (bool.const false)) (u32.const 1))
(component instance $i $Read)
(assert_trap (invoke "run" (bool.const true))
  "waitable cannot be used synchronously while added to a waitable set")
