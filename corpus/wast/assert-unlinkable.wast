;; `assert_unlinkable`: valid, but what it imports is not there or of another type.
;; The two texts are those of the core suite, for components as well.

(module $Provider
  (func (export "func") (param i32))
  (global (export "global") i32 (i32.const 0))
  (global (export "mutable") (mut i32) (i32.const 0))
  (memory (export "memory") 1 2)
  (table (export "table") 1 funcref)
  (tag (export "tag") (param i32)))
(register "provider" $Provider)

;; No such module, and no such export of one that exists.
(assert_unlinkable (module (import "nobody" "func" (func))) "unknown import")
(assert_unlinkable (module (import "provider" "nothing" (func))) "unknown import")

;; Another kind, another type, other limits.
(assert_unlinkable (module (import "provider" "func" (global i32))) "incompatible import type")
(assert_unlinkable (module (import "provider" "func" (func (param i64)))) "incompatible import type")
(assert_unlinkable (module (import "provider" "global" (global i64))) "incompatible import type")
(assert_unlinkable (module (import "provider" "mutable" (global i32))) "incompatible import type")
(assert_unlinkable (module (import "provider" "memory" (memory 2))) "incompatible import type")
(assert_unlinkable (module (import "provider" "memory" (memory 1 1))) "incompatible import type")
(assert_unlinkable (module (import "provider" "table" (table 1 externref))) "incompatible import type")
(assert_unlinkable (module (import "provider" "tag" (tag (param i64)))) "incompatible import type")

;; A module that cannot be linked does nothing: no segment is written before all
;; imports are there. It does not become the current instance either.
(module $Memory
  (memory (export "memory") 1)
  (func (export "load") (result i32) (i32.load8_u (i32.const 0))))
(register "memory" $Memory)
(assert_unlinkable
  (module
    (import "memory" "memory" (memory 1))
    (import "nobody" "func" (func))
    (data (i32.const 0) "x"))
  "unknown import")
(assert_return (invoke "load") (i32.const 0))

;; Components: nothing of the name.
(assert_unlinkable (component (import "nobody" (func))) "unknown import")
(assert_unlinkable
  (component (import "nobody" (core module (export "f" (func)))))
  "unknown import")

;; Something of the name that lacks an export, or has it with another type.
(component $Provider
  (core module (export "module") (func (export "f"))))
(register "component-provider" $Provider)
(assert_unlinkable
  (component
    (import "component-provider" (instance
      (export "nothing" (core module)))))
  "incompatible import type")
(assert_unlinkable
  (component
    (import "component-provider" (instance
      (export "module" (core module (export "f" (func (param i32))))))))
  "incompatible import type")
(assert_unlinkable
  (component
    (import "component-provider" (core module (export "f" (func)))))
  "incompatible import type")
