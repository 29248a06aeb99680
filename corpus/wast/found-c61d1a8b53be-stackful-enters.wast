;; A function that is lifted with `async` and no callback does not need the lock of its
;; instance (`Task.needs_exclusive`), so a call of it begins while another function of the
;; instance, lifted synchronously, waits for something.
(component definition $Enter
  (component $Callee
    (core module $Memory (memory (export "memory") 1))
    (core instance $memory (instantiate $Memory))
    (core module $M
      (import "" "set" (func $set (result i32)))
      (import "" "wait" (func $wait (param i32 i32) (result i32)))
      (import "" "return" (func $return (param i32)))
      (func (export "wait") (drop (call $wait (call $set) (i32.const 0))))
      (func (export "enter") (call $return (i32.const 42))))
    (core func $set (canon waitable-set.new))
    (core func $wait (canon waitable-set.wait (memory (core memory $memory "memory"))))
    (core func $return (canon task.return (result u32)))
    (core instance $m (instantiate $M (with "" (instance
      (export "set" (func $set))
      (export "wait" (func $wait))
      (export "return" (func $return))))))
    (func (export "wait") async (canon lift (core func $m "wait")))
    (func (export "enter") async (result u32) (canon lift (core func $m "enter") async)))
  (component $Caller
    (import "wait" (func $wait async))
    (import "enter" (func $enter async (result u32)))
    (core module $Memory (memory (export "memory") 1))
    (core instance $memory (instantiate $Memory))
    (core func $wait (canon lower (func $wait) async))
    (core func $enter (canon lower (func $enter) async (memory (core memory $memory "memory"))))
    (core module $M
      (import "" "memory" (memory 1))
      (import "" "wait" (func $wait (result i32)))
      (import "" "enter" (func $enter (param i32) (result i32)))
      (func (export "alone") (result i32) (call $enter (i32.const 0)))
      (func (export "beside") (result i32)
        ;; STARTED
        (if (i32.ne (i32.and (call $wait) (i32.const 15)) (i32.const 1)) (then (unreachable)))
        (call $enter (i32.const 0))))
    (core instance $m (instantiate $M (with "" (instance
      (export "memory" (memory $memory "memory"))
      (export "wait" (func $wait))
      (export "enter" (func $enter))))))
    (func (export "alone") async (result u32) (canon lift (core func $m "alone")))
    (func (export "beside") async (result u32) (canon lift (core func $m "beside"))))
  (instance $callee (instantiate $Callee))
  (instance $caller (instantiate $Caller
    (with "wait" (func $callee "wait"))
    (with "enter" (func $callee "enter"))))
  (export "alone" (func $caller "alone"))
  (export "beside" (func $caller "beside")))

;; RETURNED, at once.
(component instance $i $Enter)
(assert_return (invoke "alone") (u32.const 2))
(component instance $i $Enter)
(assert_return (invoke "beside") (u32.const 2))
