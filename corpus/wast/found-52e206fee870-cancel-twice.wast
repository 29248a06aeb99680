;; Who has asked for a subtask to be cancelled may not ask again, though the task goes on:
;; `canon_subtask_cancel` traps if `subtask.cancellation_requested`.
(component definition $Cancel
  (component $Callee
    (core module $M
      (import "" "set" (func $set (result i32)))
      (func $wait (result i32) (i32.or (i32.const 2) (i32.shl (call $set) (i32.const 4))))
      (func (export "f") (result i32) (call $wait))
      (func (export "callback") (param i32 i32 i32) (result i32) (call $wait)))
    (core func $set (canon waitable-set.new))
    (core instance $m (instantiate $M (with "" (instance (export "set" (func $set))))))
    (func (export "f") async
      (canon lift (core func $m "f") async (callback (core func $m "callback")))))
  (component $Caller
    (import "f" (func $f async))
    (core func $f (canon lower (func $f) async))
    (core func $cancel (canon subtask.cancel async))
    (core module $M
      (import "" "f" (func $f (result i32)))
      (import "" "cancel" (func $cancel (param i32) (result i32)))
      (func $call (result i32) (i32.shr_u (call $f) (i32.const 4)))
      (func (export "once") (result i32) (call $cancel (call $call)))
      (func (export "twice") (result i32)
        (local $subtask i32)
        (local.set $subtask (call $call))
        (drop (call $cancel (local.get $subtask)))
        (call $cancel (local.get $subtask))))
    (core instance $m (instantiate $M (with "" (instance
      (export "f" (func $f))
      (export "cancel" (func $cancel))))))
    (func (export "once") async (result u32) (canon lift (core func $m "once")))
    (func (export "twice") async (result u32) (canon lift (core func $m "twice"))))
  (instance $callee (instantiate $Callee))
  (instance $caller (instantiate $Caller (with "f" (func $callee "f"))))
  (export "once" (func $caller "once"))
  (export "twice" (func $caller "twice")))

(component instance $i $Cancel)
(assert_return (invoke "once") (u32.const 0xffff_ffff))
(component instance $i $Cancel)
(assert_trap (invoke "twice") "`subtask.cancel` called after terminal status delivered")
