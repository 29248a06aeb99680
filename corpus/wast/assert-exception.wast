;; `assert_exception`: an exception that nothing caught. It is no trap.

(module $Thrower
  (tag $empty (export "empty"))
  (tag $full (export "full") (param i32 externref))
  (func (export "throw") (throw $empty))
  (func (export "throw-values") (param i32) (throw $full (local.get 0) (ref.null extern)))
  (func (export "throw-if") (param i32) (result i32)
    (if (local.get 0) (then (throw $empty)))
    (i32.const 0))
  (func (export "rethrow")
    (block $caught (result exnref)
      (try_table (catch_all_ref $caught) (throw $empty))
      (return))
    (throw_ref))
  (func $catch (export "catch") (result i32)
    (block $caught (result i32 externref)
      (try_table (catch $full $caught) (throw $full (i32.const 7) (ref.null extern)))
      (return (i32.const 0)))
    (drop)))
(register "thrower" $Thrower)

;; Without and with values, under a condition, and thrown again.
(assert_exception (invoke "throw"))
(assert_exception (invoke "throw-values" (i32.const 1)))
(assert_exception (invoke "throw-if" (i32.const 1)))
(assert_exception (invoke "rethrow"))

;; What is caught is not seen; the instance goes on.
(assert_return (invoke "throw-if" (i32.const 0)) (i32.const 0))
(assert_return (invoke "catch") (i32.const 7))

;; Through another instance: a handler for another tag of the same type lets it by.
(module
  (import "thrower" "throw" (func $throw))
  (tag $other)
  (func (export "pass")
    (block $caught (try_table (catch $other $caught) (call $throw)))))
(assert_exception (invoke "pass"))
(assert_exception (invoke $Thrower "throw"))
