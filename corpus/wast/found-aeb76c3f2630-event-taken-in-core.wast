;; A task waits on a set in its core code; an event comes, and before the task runs, another
;; function of the instance polls the set and takes it. The task goes on to wait: it is not
;; ready (`WaitableSet.wait`).
(component definition $Take
  (component $Callee
    (type $stream (stream u8))
    (core module $Memory (memory (export "memory") 1))
    (core instance $memory (instantiate $Memory))
    (core func $new (canon stream.new $stream))
    (core func $read (canon stream.read $stream async (memory (core memory $memory "memory"))))
    (core func $write (canon stream.write $stream async (memory (core memory $memory "memory"))))
    (core func $set (canon waitable-set.new))
    (core func $join (canon waitable.join))
    (core func $wait (canon waitable-set.wait (memory (core memory $memory "memory"))))
    (core func $poll (canon waitable-set.poll (memory (core memory $memory "memory"))))
    (core module $M
      (import "" "new" (func $new (result i64)))
      (import "" "read" (func $read (param i32 i32 i32) (result i32)))
      (import "" "write" (func $write (param i32 i32 i32) (result i32)))
      (import "" "set" (func $set (result i32)))
      (import "" "join" (func $join (param i32 i32)))
      (import "" "wait" (func $wait (param i32 i32) (result i32)))
      (import "" "poll" (func $poll (param i32 i32) (result i32)))
      (global $waited (mut i32) (i32.const 0))
      (global $writable (mut i32) (i32.const 0))
      (func (export "wait") (local $both i64) (local $readable i32)
        (local.set $both (call $new))
        (local.set $readable (i32.wrap_i64 (local.get $both)))
        (global.set $writable (i32.wrap_i64 (i64.shr_u (local.get $both) (i64.const 32))))
        (global.set $waited (call $set))
        ;; BLOCKED
        (if (i32.ne (call $read (local.get $readable) (i32.const 0) (i32.const 1)) (i32.const -1))
          (then (unreachable)))
        (call $join (local.get $readable) (global.get $waited))
        (drop (call $wait (global.get $waited) (i32.const 24)))
        (unreachable))
      (func (export "take") (result i32)
        ;; COMPLETED, with one element.
        (if (i32.ne (call $write (global.get $writable) (i32.const 8) (i32.const 1)) (i32.const 16))
          (then (unreachable)))
        (call $poll (global.get $waited) (i32.const 16))))
    (core instance $m (instantiate $M (with "" (instance
      (export "new" (func $new))
      (export "read" (func $read))
      (export "write" (func $write))
      (export "set" (func $set))
      (export "join" (func $join))
      (export "wait" (func $wait))
      (export "poll" (func $poll))))))
    (func (export "wait") async (canon lift (core func $m "wait") async))
    (func (export "take") (result u32) (canon lift (core func $m "take"))))
  (component $Caller
    (import "wait" (func $wait async))
    (import "take" (func $take (result u32)))
    (core func $wait (canon lower (func $wait) async))
    (core func $take (canon lower (func $take)))
    (core func $yield (canon thread.yield))
    (core module $M
      (import "" "wait" (func $wait (result i32)))
      (import "" "take" (func $take (result i32)))
      (import "" "yield" (func $yield (result i32)))
      (func (export "run") (result i32) (local $event i32)
        ;; STARTED
        (if (i32.ne (i32.and (call $wait) (i32.const 15)) (i32.const 1)) (then (unreachable)))
        (local.set $event (call $take))
        (drop (call $yield))
        (drop (call $yield))
        (local.get $event)))
    (core instance $m (instantiate $M (with "" (instance
      (export "wait" (func $wait))
      (export "take" (func $take))
      (export "yield" (func $yield))))))
    (func (export "run") async (result u32) (canon lift (core func $m "run"))))
  (instance $callee (instantiate $Callee))
  (instance $caller (instantiate $Caller
    (with "wait" (func $callee "wait"))
    (with "take" (func $callee "take"))))
  (export "run" (func $caller "run")))

;; STREAM_READ
(component instance $i $Take)
(assert_return (invoke "run") (u32.const 2))
