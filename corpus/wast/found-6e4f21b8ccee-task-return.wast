;; `task.return` in a task that was not lifted with `async` traps, though its type is `async`
;; (`canon_task_return`).
(component definition $Return
  (component $Callee
    (core func $return (canon task.return))
    (core module $M
      (import "" "return" (func $return))
      (func (export "f") (call $return)))
    (core instance $m (instantiate $M (with "" (instance (export "return" (func $return))))))
    (func (export "f") async (canon lift (core func $m "f"))))
  (component $Caller
    (import "f" (func $f async))
    (core func $f (canon lower (func $f) async))
    (core module $M
      (import "" "f" (func $f (result i32)))
      (func (export "run") (result i32) (call $f)))
    (core instance $m (instantiate $M (with "" (instance (export "f" (func $f))))))
    (func (export "run") async (result u32) (canon lift (core func $m "run"))))
  (instance $callee (instantiate $Callee))
  (instance $caller (instantiate $Caller (with "f" (func $callee "f"))))
  (export "run" (func $caller "run")))
(component instance $i $Return)
(assert_trap (invoke "run") "invalid `task.return` signature and/or options for current task")
