;; As handles.wast, of `stream.forward` and `future.forward`, which not every engine has:
;; the table is the same.

(component definition $Handles
  (import "host" (instance $host (export "never-return" (func async))))
  (type $s (stream u8))
  (type $f (future u8))
  (type $s' (stream u32))
  (type $f' (future u32))
  (type $r (resource (rep i32)))
  (type $other (resource (rep i32)))
  (core module $Memory (memory (export "memory") 1))
  (core instance $memory (instantiate $Memory))
  (alias core export $memory "memory" (core memory $mem))
  (core func $never (canon lower (func $host "never-return") async))
  (core func $set.new (canon waitable-set.new))
  (core func $stream.new (canon stream.new $s))
  (core func $future.new (canon future.new $f))
  (core func $stream.new' (canon stream.new $s'))
  (core func $future.new' (canon future.new $f'))
  (core func $resource.new (canon resource.new $r))
  (core func $resource.new' (canon resource.new $other))
  (core func $waitable.join (canon waitable.join))
  (core func $stream.forward (canon stream.forward $s))
  (core func $future.forward (canon future.forward $f))
  (core func $stream.read-async (canon stream.read $s async (memory $mem)))
  (core func $stream.write-async (canon stream.write $s async (memory $mem)))
  (core func $future.read-async (canon future.read $f async (memory $mem)))
  (core func $future.write-async (canon future.write $f async (memory $mem)))
  (core module $M
    (import "" "never" (func $never (result i32)))
    (import "" "set.new" (func $set.new (result i32)))
    (import "" "stream.new" (func $stream.new (result i64)))
    (import "" "future.new" (func $future.new (result i64)))
    (import "" "stream.new'" (func $stream.new' (result i64)))
    (import "" "future.new'" (func $future.new' (result i64)))
    (import "" "resource.new" (func $resource.new (param i32) (result i32)))
    (import "" "resource.new'" (func $resource.new' (param i32) (result i32)))
    (import "" "waitable.join" (func $waitable.join (param i32 i32)))
    (import "" "stream.read-async" (func $stream.read-async (param i32 i32 i32) (result i32)))
    (import "" "stream.write-async" (func $stream.write-async (param i32 i32 i32) (result i32)))
    (import "" "future.read-async" (func $future.read-async (param i32 i32) (result i32)))
    (import "" "future.write-async" (func $future.write-async (param i32 i32) (result i32)))
    (import "" "stream.forward" (func $stream.forward (param i32 i32)))
    (import "" "future.forward" (func $future.forward (param i32 i32)))
    (func $start
      (drop (call $set.new))
      (drop (call $stream.new))
      (drop (call $future.new))
      (drop (call $stream.new'))
      (drop (call $future.new'))
      (drop (call $resource.new (i32.const 1)))
      (drop (call $resource.new' (i32.const 1)))
      (drop (call $never)))
    (start $start)
    (func (export "stream.forward") (param i32 i32) (call $stream.forward (local.get 0) (local.get 1)))
    (func (export "future.forward") (param i32 i32) (call $future.forward (local.get 0) (local.get 1)))
    ;; Leave a copy pending.
    (func (export "reading") (drop (call $stream.read-async (i32.const 2) (i32.const 64) (i32.const 1))))
    (func (export "writing") (drop (call $stream.write-async (i32.const 3) (i32.const 64) (i32.const 1))))
    (func (export "future-reading") (drop (call $future.read-async (i32.const 4) (i32.const 64))))
    (func (export "future-writing") (drop (call $future.write-async (i32.const 5) (i32.const 64)))))
  (core instance $i (instantiate $M (with "" (instance
    (export "never" (func $never))
    (export "set.new" (func $set.new))
    (export "stream.new" (func $stream.new))
    (export "future.new" (func $future.new))
    (export "stream.new'" (func $stream.new'))
    (export "future.new'" (func $future.new'))
    (export "resource.new" (func $resource.new))
    (export "resource.new'" (func $resource.new'))
    (export "waitable.join" (func $waitable.join))
    (export "stream.read-async" (func $stream.read-async))
    (export "stream.write-async" (func $stream.write-async))
    (export "future.read-async" (func $future.read-async))
    (export "future.write-async" (func $future.write-async))
    (export "stream.forward" (func $stream.forward))
    (export "future.forward" (func $future.forward))))))
  (func (export "stream-forward") async (param "i" u32) (param "j" u32) (canon lift (core func $i "stream.forward")))
  (func (export "future-forward") async (param "i" u32) (param "j" u32) (canon lift (core func $i "future.forward")))
  (func (export "reading") async (canon lift (core func $i "reading")))
  (func (export "writing") async (canon lift (core func $i "writing")))
  (func (export "future-reading") async (canon lift (core func $i "future-reading")))
  (func (export "future-writing") async (canon lift (core func $i "future-writing"))))

;; An index beyond the end of the table.

(component instance $i $Handles)
(assert_trap (invoke "stream-forward" (u32.const 999) (u32.const 3)) "unknown handle index 999")

(component instance $i $Handles)
(assert_trap (invoke "stream-forward" (u32.const 2) (u32.const 999)) "unknown handle index 999")

(component instance $i $Handles)
(assert_trap (invoke "future-forward" (u32.const 999) (u32.const 5)) "unknown handle index 999")

(component instance $i $Handles)
(assert_trap (invoke "future-forward" (u32.const 4) (u32.const 999)) "unknown handle index 999")

;; Index 0, which is never given out.

(component instance $i $Handles)
(assert_trap (invoke "stream-forward" (u32.const 0) (u32.const 3)) "unknown handle index 0")

(component instance $i $Handles)
(assert_trap (invoke "stream-forward" (u32.const 2) (u32.const 0)) "unknown handle index 0")

(component instance $i $Handles)
(assert_trap (invoke "future-forward" (u32.const 0) (u32.const 5)) "unknown handle index 0")

(component instance $i $Handles)
(assert_trap (invoke "future-forward" (u32.const 4) (u32.const 0)) "unknown handle index 0")

;; A handle of another kind.

(component instance $i $Handles)
(assert_trap (invoke "stream-forward" (u32.const 3) (u32.const 2)) "handle index 3 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-forward" (u32.const 4) (u32.const 3)) "handle index 4 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-forward" (u32.const 2) (u32.const 5)) "handle index 5 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-forward" (u32.const 5) (u32.const 4)) "handle index 5 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-forward" (u32.const 2) (u32.const 5)) "handle index 2 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-forward" (u32.const 4) (u32.const 3)) "handle index 3 used with the wrong type")

;; A handle of another type.

(component instance $i $Handles)
(assert_trap (invoke "stream-forward" (u32.const 6) (u32.const 3)) "handle index 6 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-forward" (u32.const 2) (u32.const 7)) "handle index 7 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-forward" (u32.const 8) (u32.const 5)) "handle index 8 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-forward" (u32.const 4) (u32.const 9)) "handle index 9 used with the wrong type")

;; An end that is busy.

(component instance $i $Handles)
(assert_return (invoke "reading"))
(assert_trap (invoke "stream-forward" (u32.const 2) (u32.const 3)) "cannot forward busy stream")

(component instance $i $Handles)
(assert_return (invoke "writing"))
(assert_trap (invoke "stream-forward" (u32.const 2) (u32.const 3)) "cannot forward busy stream")

(component instance $i $Handles)
(assert_return (invoke "future-reading"))
(assert_trap (invoke "future-forward" (u32.const 4) (u32.const 5)) "cannot forward busy future")

(component instance $i $Handles)
(assert_return (invoke "future-writing"))
(assert_trap (invoke "future-forward" (u32.const 4) (u32.const 5)) "cannot forward busy future")
