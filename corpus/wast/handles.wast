;; Handles that are not what a canonical definition takes: of nothing, of another kind,
;; of another type, and in a state that does not allow it.
;;
;; Every instance begins with the same table: 1 is a waitable set; 2 and 3 are the ends
;; of a stream of u8, 4 and 5 of a future of u8, 6 and 7 of a stream of u32, 8 and 9 of
;; a future of u32; 10 owns a resource of type $r and 11 one of type $other; 12 is a
;; subtask that never ends. The others are free.

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
  (core func $stream.read-async (canon stream.read $s async (memory $mem)))
  (core func $stream.write-async (canon stream.write $s async (memory $mem)))
  (core func $future.read-async (canon future.read $f async (memory $mem)))
  (core func $future.write-async (canon future.write $f async (memory $mem)))
  (core func $stream.read (canon stream.read $s (memory $mem)))
  (core func $stream.write (canon stream.write $s (memory $mem)))
  (core func $stream.cancel-read (canon stream.cancel-read $s))
  (core func $stream.cancel-write (canon stream.cancel-write $s))
  (core func $stream.drop-readable (canon stream.drop-readable $s))
  (core func $stream.drop-writable (canon stream.drop-writable $s))
  (core func $future.read (canon future.read $f (memory $mem)))
  (core func $future.write (canon future.write $f (memory $mem)))
  (core func $future.cancel-read (canon future.cancel-read $f))
  (core func $future.cancel-write (canon future.cancel-write $f))
  (core func $future.drop-readable (canon future.drop-readable $f))
  (core func $future.drop-writable (canon future.drop-writable $f))
  (core func $waitable-set.wait (canon waitable-set.wait (memory $mem)))
  (core func $waitable-set.poll (canon waitable-set.poll (memory $mem)))
  (core func $waitable-set.drop (canon waitable-set.drop))
  (core func $subtask.cancel (canon subtask.cancel))
  (core func $subtask.drop (canon subtask.drop))
  (core func $resource.drop (canon resource.drop $r))
  (core func $resource.rep (canon resource.rep $r))
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
    (import "" "stream.read" (func $stream.read (param i32 i32 i32) (result i32)))
    (import "" "stream.write" (func $stream.write (param i32 i32 i32) (result i32)))
    (import "" "stream.cancel-read" (func $stream.cancel-read (param i32) (result i32)))
    (import "" "stream.cancel-write" (func $stream.cancel-write (param i32) (result i32)))
    (import "" "stream.drop-readable" (func $stream.drop-readable (param i32)))
    (import "" "stream.drop-writable" (func $stream.drop-writable (param i32)))
    (import "" "future.read" (func $future.read (param i32 i32) (result i32)))
    (import "" "future.write" (func $future.write (param i32 i32) (result i32)))
    (import "" "future.cancel-read" (func $future.cancel-read (param i32) (result i32)))
    (import "" "future.cancel-write" (func $future.cancel-write (param i32) (result i32)))
    (import "" "future.drop-readable" (func $future.drop-readable (param i32)))
    (import "" "future.drop-writable" (func $future.drop-writable (param i32)))
    (import "" "waitable-set.wait" (func $waitable-set.wait (param i32 i32) (result i32)))
    (import "" "waitable-set.poll" (func $waitable-set.poll (param i32 i32) (result i32)))
    (import "" "waitable-set.drop" (func $waitable-set.drop (param i32)))
    (import "" "subtask.cancel" (func $subtask.cancel (param i32) (result i32)))
    (import "" "subtask.drop" (func $subtask.drop (param i32)))
    (import "" "resource.drop" (func $resource.drop (param i32)))
    (import "" "resource.rep" (func $resource.rep (param i32) (result i32)))
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
    (func (export "stream.read") (param i32) (drop (call $stream.read (local.get 0) (i32.const 64) (i32.const 1))))
    (func (export "stream.write") (param i32) (drop (call $stream.write (local.get 0) (i32.const 64) (i32.const 1))))
    (func (export "stream.cancel-read") (param i32) (drop (call $stream.cancel-read (local.get 0))))
    (func (export "stream.cancel-write") (param i32) (drop (call $stream.cancel-write (local.get 0))))
    (func (export "stream.drop-readable") (param i32) (call $stream.drop-readable (local.get 0)))
    (func (export "stream.drop-writable") (param i32) (call $stream.drop-writable (local.get 0)))
    (func (export "future.read") (param i32) (drop (call $future.read (local.get 0) (i32.const 64))))
    (func (export "future.write") (param i32) (drop (call $future.write (local.get 0) (i32.const 64))))
    (func (export "future.cancel-read") (param i32) (drop (call $future.cancel-read (local.get 0))))
    (func (export "future.cancel-write") (param i32) (drop (call $future.cancel-write (local.get 0))))
    (func (export "future.drop-readable") (param i32) (call $future.drop-readable (local.get 0)))
    (func (export "future.drop-writable") (param i32) (call $future.drop-writable (local.get 0)))
    (func (export "waitable-set.wait") (param i32) (drop (call $waitable-set.wait (local.get 0) (i32.const 64))))
    (func (export "waitable-set.poll") (param i32) (drop (call $waitable-set.poll (local.get 0) (i32.const 64))))
    (func (export "waitable-set.drop") (param i32) (call $waitable-set.drop (local.get 0)))
    (func (export "subtask.cancel") (param i32) (drop (call $subtask.cancel (local.get 0))))
    (func (export "subtask.drop") (param i32) (call $subtask.drop (local.get 0)))
    (func (export "resource.drop") (param i32) (call $resource.drop (local.get 0)))
    (func (export "resource.rep") (param i32) (drop (call $resource.rep (local.get 0))))
    (func (export "waitable.join") (param i32 i32) (call $waitable.join (local.get 0) (local.get 1)))
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
    (export "stream.read" (func $stream.read))
    (export "stream.write" (func $stream.write))
    (export "stream.cancel-read" (func $stream.cancel-read))
    (export "stream.cancel-write" (func $stream.cancel-write))
    (export "stream.drop-readable" (func $stream.drop-readable))
    (export "stream.drop-writable" (func $stream.drop-writable))
    (export "future.read" (func $future.read))
    (export "future.write" (func $future.write))
    (export "future.cancel-read" (func $future.cancel-read))
    (export "future.cancel-write" (func $future.cancel-write))
    (export "future.drop-readable" (func $future.drop-readable))
    (export "future.drop-writable" (func $future.drop-writable))
    (export "waitable-set.wait" (func $waitable-set.wait))
    (export "waitable-set.poll" (func $waitable-set.poll))
    (export "waitable-set.drop" (func $waitable-set.drop))
    (export "subtask.cancel" (func $subtask.cancel))
    (export "subtask.drop" (func $subtask.drop))
    (export "resource.drop" (func $resource.drop))
    (export "resource.rep" (func $resource.rep))))))
  (func (export "stream-read") async (param "i" u32) (canon lift (core func $i "stream.read")))
  (func (export "stream-write") async (param "i" u32) (canon lift (core func $i "stream.write")))
  (func (export "stream-cancel-read") async (param "i" u32) (canon lift (core func $i "stream.cancel-read")))
  (func (export "stream-cancel-write") async (param "i" u32) (canon lift (core func $i "stream.cancel-write")))
  (func (export "stream-drop-readable") async (param "i" u32) (canon lift (core func $i "stream.drop-readable")))
  (func (export "stream-drop-writable") async (param "i" u32) (canon lift (core func $i "stream.drop-writable")))
  (func (export "future-read") async (param "i" u32) (canon lift (core func $i "future.read")))
  (func (export "future-write") async (param "i" u32) (canon lift (core func $i "future.write")))
  (func (export "future-cancel-read") async (param "i" u32) (canon lift (core func $i "future.cancel-read")))
  (func (export "future-cancel-write") async (param "i" u32) (canon lift (core func $i "future.cancel-write")))
  (func (export "future-drop-readable") async (param "i" u32) (canon lift (core func $i "future.drop-readable")))
  (func (export "future-drop-writable") async (param "i" u32) (canon lift (core func $i "future.drop-writable")))
  (func (export "waitable-set-wait") async (param "i" u32) (canon lift (core func $i "waitable-set.wait")))
  (func (export "waitable-set-poll") async (param "i" u32) (canon lift (core func $i "waitable-set.poll")))
  (func (export "waitable-set-drop") async (param "i" u32) (canon lift (core func $i "waitable-set.drop")))
  (func (export "subtask-cancel") async (param "i" u32) (canon lift (core func $i "subtask.cancel")))
  (func (export "subtask-drop") async (param "i" u32) (canon lift (core func $i "subtask.drop")))
  (func (export "resource-drop") async (param "i" u32) (canon lift (core func $i "resource.drop")))
  (func (export "resource-rep") async (param "i" u32) (canon lift (core func $i "resource.rep")))
  (func (export "waitable-join") async (param "i" u32) (param "j" u32) (canon lift (core func $i "waitable.join")))
  (func (export "reading") async (canon lift (core func $i "reading")))
  (func (export "writing") async (canon lift (core func $i "writing")))
  (func (export "future-reading") async (canon lift (core func $i "future-reading")))
  (func (export "future-writing") async (canon lift (core func $i "future-writing"))))

;; An index beyond the end of the table.

(component instance $i $Handles)
(assert_trap (invoke "stream-read" (u32.const 999)) "unknown handle index 999")

(component instance $i $Handles)
(assert_trap (invoke "stream-write" (u32.const 999)) "unknown handle index 999")

(component instance $i $Handles)
(assert_trap (invoke "stream-cancel-read" (u32.const 999)) "unknown handle index 999")

(component instance $i $Handles)
(assert_trap (invoke "stream-cancel-write" (u32.const 999)) "unknown handle index 999")

(component instance $i $Handles)
(assert_trap (invoke "stream-drop-readable" (u32.const 999)) "unknown handle index 999")

(component instance $i $Handles)
(assert_trap (invoke "stream-drop-writable" (u32.const 999)) "unknown handle index 999")

(component instance $i $Handles)
(assert_trap (invoke "future-read" (u32.const 999)) "unknown handle index 999")

(component instance $i $Handles)
(assert_trap (invoke "future-write" (u32.const 999)) "unknown handle index 999")

(component instance $i $Handles)
(assert_trap (invoke "future-cancel-read" (u32.const 999)) "unknown handle index 999")

(component instance $i $Handles)
(assert_trap (invoke "future-cancel-write" (u32.const 999)) "unknown handle index 999")

(component instance $i $Handles)
(assert_trap (invoke "future-drop-readable" (u32.const 999)) "unknown handle index 999")

(component instance $i $Handles)
(assert_trap (invoke "future-drop-writable" (u32.const 999)) "unknown handle index 999")

(component instance $i $Handles)
(assert_trap (invoke "waitable-set-wait" (u32.const 999)) "unknown handle index 999")

(component instance $i $Handles)
(assert_trap (invoke "waitable-set-poll" (u32.const 999)) "unknown handle index 999")

(component instance $i $Handles)
(assert_trap (invoke "waitable-set-drop" (u32.const 999)) "unknown handle index 999")

(component instance $i $Handles)
(assert_trap (invoke "subtask-cancel" (u32.const 999)) "unknown handle index 999")

(component instance $i $Handles)
(assert_trap (invoke "subtask-drop" (u32.const 999)) "unknown handle index 999")

(component instance $i $Handles)
(assert_trap (invoke "resource-drop" (u32.const 999)) "unknown handle index 999")

(component instance $i $Handles)
(assert_trap (invoke "resource-rep" (u32.const 999)) "unknown handle index 999")

(component instance $i $Handles)
(assert_trap (invoke "waitable-join" (u32.const 999) (u32.const 1)) "unknown handle index 999")

(component instance $i $Handles)
(assert_trap (invoke "waitable-join" (u32.const 2) (u32.const 999)) "unknown handle index 999")

;; Index 0, which is never given out.

(component instance $i $Handles)
(assert_trap (invoke "stream-read" (u32.const 0)) "unknown handle index 0")

(component instance $i $Handles)
(assert_trap (invoke "stream-write" (u32.const 0)) "unknown handle index 0")

(component instance $i $Handles)
(assert_trap (invoke "stream-cancel-read" (u32.const 0)) "unknown handle index 0")

(component instance $i $Handles)
(assert_trap (invoke "stream-cancel-write" (u32.const 0)) "unknown handle index 0")

(component instance $i $Handles)
(assert_trap (invoke "stream-drop-readable" (u32.const 0)) "unknown handle index 0")

(component instance $i $Handles)
(assert_trap (invoke "stream-drop-writable" (u32.const 0)) "unknown handle index 0")

(component instance $i $Handles)
(assert_trap (invoke "future-read" (u32.const 0)) "unknown handle index 0")

(component instance $i $Handles)
(assert_trap (invoke "future-write" (u32.const 0)) "unknown handle index 0")

(component instance $i $Handles)
(assert_trap (invoke "future-cancel-read" (u32.const 0)) "unknown handle index 0")

(component instance $i $Handles)
(assert_trap (invoke "future-cancel-write" (u32.const 0)) "unknown handle index 0")

(component instance $i $Handles)
(assert_trap (invoke "future-drop-readable" (u32.const 0)) "unknown handle index 0")

(component instance $i $Handles)
(assert_trap (invoke "future-drop-writable" (u32.const 0)) "unknown handle index 0")

(component instance $i $Handles)
(assert_trap (invoke "waitable-set-wait" (u32.const 0)) "unknown handle index 0")

(component instance $i $Handles)
(assert_trap (invoke "waitable-set-poll" (u32.const 0)) "unknown handle index 0")

(component instance $i $Handles)
(assert_trap (invoke "waitable-set-drop" (u32.const 0)) "unknown handle index 0")

(component instance $i $Handles)
(assert_trap (invoke "subtask-cancel" (u32.const 0)) "unknown handle index 0")

(component instance $i $Handles)
(assert_trap (invoke "subtask-drop" (u32.const 0)) "unknown handle index 0")

(component instance $i $Handles)
(assert_trap (invoke "resource-drop" (u32.const 0)) "unknown handle index 0")

(component instance $i $Handles)
(assert_trap (invoke "resource-rep" (u32.const 0)) "unknown handle index 0")

(component instance $i $Handles)
(assert_trap (invoke "waitable-join" (u32.const 0) (u32.const 1)) "unknown handle index 0")

;; A handle of another kind.

(component instance $i $Handles)
(assert_trap (invoke "stream-read" (u32.const 1)) "handle index 1 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-read" (u32.const 4)) "handle index 4 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-read" (u32.const 10)) "handle index 10 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-read" (u32.const 12)) "handle index 12 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-write" (u32.const 1)) "handle index 1 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-write" (u32.const 4)) "handle index 4 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-write" (u32.const 10)) "handle index 10 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-write" (u32.const 12)) "handle index 12 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-cancel-read" (u32.const 1)) "handle index 1 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-cancel-read" (u32.const 4)) "handle index 4 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-cancel-read" (u32.const 10)) "handle index 10 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-cancel-read" (u32.const 12)) "handle index 12 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-cancel-write" (u32.const 1)) "handle index 1 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-cancel-write" (u32.const 4)) "handle index 4 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-cancel-write" (u32.const 10)) "handle index 10 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-cancel-write" (u32.const 12)) "handle index 12 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-drop-readable" (u32.const 1)) "handle index 1 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-drop-readable" (u32.const 4)) "handle index 4 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-drop-readable" (u32.const 10)) "handle index 10 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-drop-readable" (u32.const 12)) "handle index 12 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-drop-writable" (u32.const 1)) "handle index 1 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-drop-writable" (u32.const 4)) "handle index 4 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-drop-writable" (u32.const 10)) "handle index 10 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-drop-writable" (u32.const 12)) "handle index 12 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-read" (u32.const 1)) "handle index 1 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-read" (u32.const 2)) "handle index 2 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-read" (u32.const 10)) "handle index 10 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-read" (u32.const 12)) "handle index 12 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-write" (u32.const 1)) "handle index 1 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-write" (u32.const 2)) "handle index 2 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-write" (u32.const 10)) "handle index 10 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-write" (u32.const 12)) "handle index 12 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-cancel-read" (u32.const 1)) "handle index 1 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-cancel-read" (u32.const 2)) "handle index 2 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-cancel-read" (u32.const 10)) "handle index 10 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-cancel-read" (u32.const 12)) "handle index 12 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-cancel-write" (u32.const 1)) "handle index 1 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-cancel-write" (u32.const 2)) "handle index 2 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-cancel-write" (u32.const 10)) "handle index 10 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-cancel-write" (u32.const 12)) "handle index 12 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-drop-readable" (u32.const 1)) "handle index 1 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-drop-readable" (u32.const 2)) "handle index 2 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-drop-readable" (u32.const 10)) "handle index 10 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-drop-readable" (u32.const 12)) "handle index 12 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-drop-writable" (u32.const 1)) "handle index 1 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-drop-writable" (u32.const 2)) "handle index 2 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-drop-writable" (u32.const 10)) "handle index 10 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-drop-writable" (u32.const 12)) "handle index 12 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "waitable-set-wait" (u32.const 2)) "handle index 2 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "waitable-set-wait" (u32.const 10)) "handle index 10 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "waitable-set-wait" (u32.const 12)) "handle index 12 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "waitable-set-poll" (u32.const 2)) "handle index 2 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "waitable-set-poll" (u32.const 10)) "handle index 10 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "waitable-set-poll" (u32.const 12)) "handle index 12 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "waitable-set-drop" (u32.const 2)) "handle index 2 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "waitable-set-drop" (u32.const 10)) "handle index 10 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "waitable-set-drop" (u32.const 12)) "handle index 12 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "subtask-cancel" (u32.const 1)) "handle index 1 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "subtask-cancel" (u32.const 2)) "handle index 2 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "subtask-cancel" (u32.const 10)) "handle index 10 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "subtask-drop" (u32.const 1)) "handle index 1 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "subtask-drop" (u32.const 2)) "handle index 2 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "subtask-drop" (u32.const 10)) "handle index 10 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "resource-drop" (u32.const 1)) "handle index 1 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "resource-drop" (u32.const 2)) "handle index 2 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "resource-drop" (u32.const 12)) "handle index 12 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "resource-rep" (u32.const 1)) "handle index 1 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "resource-rep" (u32.const 2)) "handle index 2 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "resource-rep" (u32.const 12)) "handle index 12 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-read" (u32.const 3)) "handle index 3 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-write" (u32.const 2)) "handle index 2 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-cancel-read" (u32.const 3)) "handle index 3 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-cancel-write" (u32.const 2)) "handle index 2 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-drop-readable" (u32.const 3)) "handle index 3 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-drop-writable" (u32.const 2)) "handle index 2 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-read" (u32.const 5)) "handle index 5 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-write" (u32.const 4)) "handle index 4 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-cancel-read" (u32.const 5)) "handle index 5 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-cancel-write" (u32.const 4)) "handle index 4 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-drop-readable" (u32.const 5)) "handle index 5 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-drop-writable" (u32.const 4)) "handle index 4 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "waitable-join" (u32.const 1) (u32.const 1)) "handle index 1 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "waitable-join" (u32.const 10) (u32.const 1)) "handle index 10 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "waitable-join" (u32.const 2) (u32.const 3)) "handle index 3 used with the wrong type")

;; A handle of another type.

(component instance $i $Handles)
(assert_trap (invoke "stream-read" (u32.const 6)) "handle index 6 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-write" (u32.const 7)) "handle index 7 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-cancel-read" (u32.const 6)) "handle index 6 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-cancel-write" (u32.const 7)) "handle index 7 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-drop-readable" (u32.const 6)) "handle index 6 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "stream-drop-writable" (u32.const 7)) "handle index 7 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-read" (u32.const 8)) "handle index 8 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-write" (u32.const 9)) "handle index 9 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-cancel-read" (u32.const 8)) "handle index 8 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-cancel-write" (u32.const 9)) "handle index 9 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-drop-readable" (u32.const 8)) "handle index 8 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "future-drop-writable" (u32.const 9)) "handle index 9 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "resource-drop" (u32.const 11)) "handle index 11 used with the wrong type")

(component instance $i $Handles)
(assert_trap (invoke "resource-rep" (u32.const 11)) "handle index 11 used with the wrong type")

;; A cancellation where no copy is pending.

(component instance $i $Handles)
(assert_trap (invoke "stream-cancel-read" (u32.const 2)) "cancelled when no copy is pending")

(component instance $i $Handles)
(assert_trap (invoke "stream-cancel-write" (u32.const 3)) "cancelled when no copy is pending")

(component instance $i $Handles)
(assert_trap (invoke "future-cancel-read" (u32.const 4)) "cancelled when no copy is pending")

(component instance $i $Handles)
(assert_trap (invoke "future-cancel-write" (u32.const 5)) "cancelled when no copy is pending")

;; An end that is busy.

(component instance $i $Handles)
(assert_return (invoke "reading"))
(assert_trap (invoke "stream-drop-readable" (u32.const 2)) "cannot remove busy stream")

(component instance $i $Handles)
(assert_return (invoke "writing"))
(assert_trap (invoke "stream-drop-writable" (u32.const 3)) "cannot remove busy stream")

(component instance $i $Handles)
(assert_return (invoke "future-reading"))
(assert_trap (invoke "future-drop-readable" (u32.const 4)) "cannot remove busy stream")

(component instance $i $Handles)
(assert_return (invoke "future-writing"))
(assert_trap (invoke "future-drop-writable" (u32.const 5)) "cannot remove busy stream")

;; The writable end of a future that was not written.

(component instance $i $Handles)
(assert_trap (invoke "future-drop-writable" (u32.const 5)) "cannot drop future write end without first writing a value")

;; A subtask that is not resolved.

(component instance $i $Handles)
(assert_trap (invoke "subtask-drop" (u32.const 12)) "cannot drop a subtask which has not yet resolved")
