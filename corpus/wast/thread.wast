;; `thread` and `wait`: directives that run beside those of the script, on a memory
;; that both sides share.

(module $Shared (memory (export "memory") 1 1 shared))

;; Waits until the cell at 0 is no longer 0. Whether it has to sleep for that is
;; left to the scheduler: 0 is woken, 1 is changed already.
(thread $Waiter (shared (module $Shared))
  (register "shared" $Shared)
  (module
    (import "shared" "memory" (memory 1 1 shared))
    (func (export "wait") (result i32)
      (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))))
  (assert_return (invoke "wait") (either (i32.const 0) (i32.const 1))))

;; Changes the cell and wakes whoever sleeps on it.
(thread $Notifier (shared (module $Shared))
  (register "shared" $Shared)
  (module
    (import "shared" "memory" (memory 1 1 shared))
    (func (export "notify")
      (i32.atomic.store (i32.const 0) (i32.const 42))
      (drop (memory.atomic.notify (i32.const 0) (i32.const -1)))))
  (invoke "notify"))

(wait $Waiter)
(wait $Notifier)

;; What a thread wrote is there for the script once it has waited for the thread.
(register "shared" $Shared)
(module
  (import "shared" "memory" (memory 1 1 shared))
  (func (export "load") (param i32) (result i32) (i32.atomic.load (local.get 0)))
  (func (export "wait") (param i32 i64) (result i32)
    (memory.atomic.wait32 (i32.const 0) (local.get 0) (local.get 1))))
(assert_return (invoke "load" (i32.const 0)) (i32.const 42))

;; A wait for a value that is not there ends at once with 1; one that nobody ends,
;; after its time, with 2.
(assert_return (invoke "wait" (i32.const 0) (i64.const -1)) (i32.const 1))
(assert_return (invoke "wait" (i32.const 42) (i64.const 1000)) (i32.const 2))

;; Two threads that add to the same cell lose no step, and have their own current
;; instance and their own names.
(thread $Left (shared (module $Shared))
  (register "shared" $Shared)
  (module $Adder
    (import "shared" "memory" (memory 1 1 shared))
    (func (export "add") (param $times i32)
      (loop $again
        (drop (i32.atomic.rmw.add (i32.const 8) (i32.const 1)))
        (local.set $times (i32.sub (local.get $times) (i32.const 1)))
        (br_if $again (local.get $times)))))
  (invoke $Adder "add" (i32.const 1000)))
(thread $Right (shared (module $Shared))
  (register "shared" $Shared)
  (module $Adder
    (import "shared" "memory" (memory 1 1 shared))
    (func (export "add") (param $times i32)
      (loop $again
        (drop (i32.atomic.rmw.add (i32.const 8) (i32.const 1)))
        (local.set $times (i32.sub (local.get $times) (i32.const 1)))
        (br_if $again (local.get $times)))))
  (invoke "add" (i32.const 1000)))
(wait $Left)
(wait $Right)
(assert_return (invoke "load" (i32.const 8)) (i32.const 2000))
