;; A write of no elements meets a read, and both are of one instance. There is nothing to
;; copy, so it does not matter that the elements are other than numbers (`End.copy`): the
;; write is told, and the read goes on to wait.
(component definition $Copy
  (type $stream (stream string))
  (core module $Memory
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (unreachable)))
  (core instance $memory (instantiate $Memory))
  (core func $new (canon stream.new $stream))
  (core func $read (canon stream.read $stream async (memory (core memory $memory "memory"))
    (realloc (core func $memory "realloc"))))
  (core func $write (canon stream.write $stream async (memory (core memory $memory "memory"))))
  (core module $M
    (import "" "new" (func $new (result i64)))
    (import "" "read" (func $read (param i32 i32 i32) (result i32)))
    (import "" "write" (func $write (param i32 i32 i32) (result i32)))
    (func (export "run") (param $elements i32) (result i32) (local $both i64)
      (local.set $both (call $new))
      ;; BLOCKED
      (if (i32.ne (i32.const -1)
          (call $write (i32.wrap_i64 (i64.shr_u (local.get $both) (i64.const 32)))
            (i32.const 0) (local.get $elements)))
        (then (unreachable)))
      (call $read (i32.wrap_i64 (local.get $both)) (i32.const 64) (i32.const 1))))
  (core instance $m (instantiate $M (with "" (instance
    (export "new" (func $new))
    (export "read" (func $read))
    (export "write" (func $write))))))
  (func (export "run") async (param "elements" u32) (result u32) (canon lift (core func $m "run"))))

;; BLOCKED
(component instance $i $Copy)
(assert_return (invoke "run" (u32.const 0)) (u32.const 0xffff_ffff))
(component instance $i $Copy)
(assert_trap (invoke "run" (u32.const 1))
  "cannot read from and write to intra-component future/stream with non-numeric payload")
