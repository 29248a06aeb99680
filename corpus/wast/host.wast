;; What the host offers to components: harness/HOST.md says what each function does,
;; harness/data/host.wat what type it has.

;; The functions that return a number or a string, at the root, in the instance
;; `host` and in the instance within it.
(component
  (import "host-return-two" (func $two (result u32)))
  (import "host" (instance $host
    (export "return-three" (func (result u32)))
    (export "return-hi" (func (result string)))
    (export "return-nothing" (func))
    (export "err" (func (result (result (error string)))))
    (export "nested" (instance
      (export "return-four" (func (result u32)))))))
  (core module $Memory
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64)))
  (core instance $memory (instantiate $Memory))
  (alias core export $memory "memory" (core memory $m))
  (alias core export $memory "realloc" (core func $realloc))
  (core func $two (canon lower (func $two)))
  (core func $three (canon lower (func $host "return-three")))
  (core func $four (canon lower (func $host "nested" "return-four")))
  (core func $nothing (canon lower (func $host "return-nothing")))
  (core func $hi (canon lower (func $host "return-hi") (memory $m) (realloc $realloc)))
  (core func $err (canon lower (func $host "err") (memory $m) (realloc $realloc)))
  (core module $M
    (import "" "two" (func $two (result i32)))
    (import "" "three" (func $three (result i32)))
    (import "" "four" (func $four (result i32)))
    (import "" "nothing" (func $nothing))
    (import "" "hi" (func $hi (param i32)))
    (import "" "err" (func $err (param i32)))
    (func (export "two") (result i32) (call $two))
    (func (export "three") (result i32) (call $three))
    (func (export "four") (result i32) (call $four))
    (func (export "nothing") (call $nothing))
    (func (export "hi") (result i32) (call $hi (i32.const 16)) (i32.const 16))
    (func (export "err") (result i32) (call $err (i32.const 16)) (i32.const 16)))
  (core instance $i (instantiate $M (with "" (instance
    (export "two" (func $two))
    (export "three" (func $three))
    (export "four" (func $four))
    (export "nothing" (func $nothing))
    (export "hi" (func $hi))
    (export "err" (func $err))))))
  (func (export "two") (result u32) (canon lift (core func $i "two")))
  (func (export "three") (result u32) (canon lift (core func $i "three")))
  (func (export "four") (result u32) (canon lift (core func $i "four")))
  (func (export "nothing") (canon lift (core func $i "nothing")))
  (func (export "hi") (result string) (canon lift (core func $i "hi") (memory $m)))
  (func (export "err") (result (result (error string)))
    (canon lift (core func $i "err") (memory $m))))
(assert_return (invoke "two") (u32.const 2))
(assert_return (invoke "three") (u32.const 3))
(assert_return (invoke "four") (u32.const 4))
(assert_return (invoke "nothing"))
(assert_return (invoke "hi") (str.const "hi"))
(assert_return (invoke "err") (result.err (str.const "an error of the host")))

;; The core module.
(component
  (import "host" (instance $host
    (export "simple-module" (core module
      (export "g" (global i32))
      (export "f" (func (result i32)))))))
  (core instance $simple (instantiate (module $host "simple-module")))
  (core module $M
    (import "simple" "g" (global $g i32))
    (import "simple" "f" (func $f (result i32)))
    (func (export "g") (result i32) (global.get $g))
    (func (export "f") (result i32) (call $f)))
  (core instance $i (instantiate $M (with "simple" (instance $simple))))
  (func (export "g") (result u32) (canon lift (core func $i "g")))
  (func (export "f") (result u32) (canon lift (core func $i "f"))))
(assert_return (invoke "g") (u32.const 100))
(assert_return (invoke "f") (u32.const 101))

;; The function at the root that is async: it returns at once, however it is called.
(component
  (import "host-echo-u32" (func $echo async (param "v" u32) (result u32)))
  (core module $Memory (memory (export "memory") 1))
  (core instance $memory (instantiate $Memory))
  (alias core export $memory "memory" (core memory $m))
  (core func $wait (canon lower (func $echo)))
  (core func $start (canon lower (func $echo) async (memory $m)))
  (core module $M
    (import "" "memory" (memory 1))
    (import "" "wait" (func $wait (param i32) (result i32)))
    (import "" "start" (func $start (param i32 i32) (result i32)))
    (func (export "wait") (param i32) (result i32) (call $wait (local.get 0)))
    (func (export "start") (param i32) (result i32)
      (if (i32.ne (call $start (local.get 0) (i32.const 16)) (i32.const 2 (; RETURNED ;)))
        (then (unreachable)))
      (i32.load (i32.const 16))))
  (core instance $i (instantiate $M (with "" (instance
    (export "memory" (memory $m))
    (export "wait" (func $wait))
    (export "start" (func $start))))))
  (func (export "wait") async (param "v" u32) (result u32) (canon lift (core func $i "wait")))
  (func (export "start") (param "v" u32) (result u32) (canon lift (core func $i "start"))))
(assert_return (invoke "wait" (u32.const 4294967295)) (u32.const 4294967295))
(assert_return (invoke "start" (u32.const 7)) (u32.const 7))

;; A host function that traps, in a call and in a start function.
(component definition $Trap
  (import "host" (instance $host (export "trap" (func))))
  (core func $trap (canon lower (func $host "trap")))
  (core module $M (import "" "trap" (func $trap)) (func (export "trap") (call $trap)))
  (core instance $i (instantiate $M (with "" (instance (export "trap" (func $trap))))))
  (func (export "trap") (canon lift (core func $i "trap"))))
(component instance $trap $Trap)
(assert_trap (invoke "trap") "host trap")
(assert_trap (invoke "trap") "cannot enter component instance")
(assert_trap
  (component
    (import "host" (instance $host (export "trap" (func))))
    (core func $trap (canon lower (func $host "trap")))
    (core module $M (import "" "trap" (func $trap)) (start $trap))
    (core instance (instantiate $M (with "" (instance (export "trap" (func $trap)))))))
  "host trap")

;; Resources. The guest's handles are written as the numbers that they are.
(component definition $Resources
  (import "host" (instance $host
    (export "resource1" (type $resource1 (sub resource)))
    (export "resource1-again" (type $again (eq $resource1)))
    (export "[constructor]resource1" (func (param "r" u32) (result (own $resource1))))
    (export "[static]resource1.assert" (func (param "r" (own $resource1)) (param "rep" u32)))
    (export "[static]resource1.last-drop" (func (result u32)))
    (export "[static]resource1.drops" (func (result u32)))
    (export "[method]resource1.simple" (func (param "self" (borrow $resource1)) (param "rep" u32)))
    (export "[method]resource1.take-borrow" (func (param "self" (borrow $resource1)) (param "b" (borrow $resource1))))
    (export "[method]resource1.take-own" (func (param "self" (borrow $resource1)) (param "b" (own $resource1))))))
  (alias export $host "resource1" (type $resource1))
  (alias export $host "resource1-again" (type $again))
  (core func $new (canon lower (func $host "[constructor]resource1")))
  (core func $assert (canon lower (func $host "[static]resource1.assert")))
  (core func $last-drop (canon lower (func $host "[static]resource1.last-drop")))
  (core func $drops (canon lower (func $host "[static]resource1.drops")))
  (core func $simple (canon lower (func $host "[method]resource1.simple")))
  (core func $take-borrow (canon lower (func $host "[method]resource1.take-borrow")))
  (core func $take-own (canon lower (func $host "[method]resource1.take-own")))
  (core func $drop (canon resource.drop $resource1))
  (core func $drop-again (canon resource.drop $again))
  (core module $M
    (import "" "new" (func $new (param i32) (result i32)))
    (import "" "assert" (func $assert (param i32 i32)))
    (import "" "last-drop" (func $last-drop (result i32)))
    (import "" "drops" (func $drops (result i32)))
    (import "" "simple" (func $simple (param i32 i32)))
    (import "" "take-borrow" (func $take-borrow (param i32 i32)))
    (import "" "take-own" (func $take-own (param i32 i32)))
    (import "" "drop" (func $drop (param i32)))
    (import "" "drop-again" (func $drop-again (param i32)))
    (func (export "new") (param i32) (result i32) (call $new (local.get 0)))
    (func (export "assert") (param i32 i32) (call $assert (local.get 0) (local.get 1)))
    (func (export "last-drop") (result i32) (call $last-drop))
    (func (export "drops") (result i32) (call $drops))
    (func (export "simple") (param i32 i32) (call $simple (local.get 0) (local.get 1)))
    (func (export "take-borrow") (param i32 i32) (call $take-borrow (local.get 0) (local.get 1)))
    (func (export "take-own") (param i32 i32) (call $take-own (local.get 0) (local.get 1)))
    (func (export "drop") (param i32) (call $drop (local.get 0)))
    (func (export "drop-again") (param i32) (call $drop-again (local.get 0))))
  (core instance $i (instantiate $M (with "" (instance
    (export "new" (func $new))
    (export "assert" (func $assert))
    (export "last-drop" (func $last-drop))
    (export "drops" (func $drops))
    (export "simple" (func $simple))
    (export "take-borrow" (func $take-borrow))
    (export "take-own" (func $take-own))
    (export "drop" (func $drop))
    (export "drop-again" (func $drop-again))))))
  (func (export "new") (param "rep" u32) (result u32) (canon lift (core func $i "new")))
  (func (export "assert") (param "r" u32) (param "rep" u32) (canon lift (core func $i "assert")))
  (func (export "last-drop") (result u32) (canon lift (core func $i "last-drop")))
  (func (export "drops") (result u32) (canon lift (core func $i "drops")))
  (func (export "simple") (param "r" u32) (param "rep" u32) (canon lift (core func $i "simple")))
  (func (export "take-borrow") (param "r" u32) (param "b" u32) (canon lift (core func $i "take-borrow")))
  (func (export "take-own") (param "r" u32) (param "b" u32) (canon lift (core func $i "take-own")))
  (func (export "drop") (param "r" u32) (canon lift (core func $i "drop")))
  (func (export "drop-again") (param "r" u32) (canon lift (core func $i "drop-again"))))

(component instance $resources $Resources)
(assert_return (invoke "drops") (u32.const 0))
(assert_return (invoke "last-drop") (u32.const 0))
(assert_return (invoke "new" (u32.const 100)) (u32.const 1))
(assert_return (invoke "new" (u32.const 4294967295)) (u32.const 2))
(assert_return (invoke "simple" (u32.const 1) (u32.const 100)))
(assert_return (invoke "simple" (u32.const 2) (u32.const 4294967295)))
(assert_return (invoke "take-borrow" (u32.const 1) (u32.const 2)))
(assert_return (invoke "take-borrow" (u32.const 1) (u32.const 1)))
;; What is given to the host is not dropped by the guest, and leaves its handle free.
(assert_return (invoke "take-own" (u32.const 1) (u32.const 2)))
(assert_return (invoke "drops") (u32.const 0))
(assert_return (invoke "new" (u32.const 102)) (u32.const 2))
(assert_return (invoke "drop" (u32.const 2)))
(assert_return (invoke "drops") (u32.const 1))
(assert_return (invoke "last-drop") (u32.const 102))
;; Under its other name, it is the same resource.
(assert_return (invoke "new" (u32.const 103)) (u32.const 2))
(assert_return (invoke "drop-again" (u32.const 2)))
(assert_return (invoke "drops") (u32.const 2))
(assert_return (invoke "last-drop") (u32.const 103))
(assert_return (invoke "assert" (u32.const 1) (u32.const 100)))
(assert_return (invoke "drops") (u32.const 2))
(assert_trap (invoke "drop" (u32.const 1)) "unknown handle index 1")

;; The host counts over all instances of a script. It traps if it is told another
;; representation than it gave, and a handle cannot be given away while it is lent.
(component instance $resources $Resources)
(assert_return (invoke "drops") (u32.const 2))
(assert_return (invoke "new" (u32.const 7)) (u32.const 1))
(assert_trap (invoke "simple" (u32.const 1) (u32.const 8)) "host trap")
(component instance $resources $Resources)
(assert_return (invoke "new" (u32.const 7)) (u32.const 1))
(assert_trap (invoke "assert" (u32.const 1) (u32.const 8)) "host trap")
(component instance $resources $Resources)
(assert_return (invoke "new" (u32.const 7)) (u32.const 1))
(assert_trap (invoke "take-own" (u32.const 1) (u32.const 1)) "cannot remove owned resource while borrowed")

;; Types alone; a part of the host; nothing of it.
(component
  (import "host" (instance
    (export "resource1" (type $resource1 (sub resource)))
    (export "resource2" (type (sub resource)))
    (export "resource1-again" (type (eq $resource1)))
    (type $color (enum "red" "green" "blue"))
    (export "color" (type (eq $color))))))
(component (import "host" (instance)))
;; The names of parameters do not count.
(component (import "host" (instance (export "echo-u8" (func (param "other" u8) (result u8))))))

;; What the host does not have, at the root, in an instance, in one within it.
(assert_unlinkable (component (import "host-return-three" (func (result u32)))) "unknown import")
(assert_unlinkable
  (component (import "host" (instance (export "nothing" (func)))))
  "incompatible import type")
(assert_unlinkable
  (component (import "host" (instance (export "nothing" (type (sub resource))))))
  "incompatible import type")
(assert_unlinkable
  (component (import "host" (instance (type $t u32) (export "nothing" (type (eq $t))))))
  "incompatible import type")
(assert_unlinkable
  (component (import "host" (instance (export "nested" (instance (export "return-three" (func (result u32))))))))
  "incompatible import type")

;; What it has as something else: another sort, other parameters, another result, a
;; function that is async or not, a type with other cases, another resource, a borrow
;; for an own.
(assert_unlinkable (component (import "host" (func))) "incompatible import type")
(assert_unlinkable (component (import "host-return-two" (instance (export "f" (func))))) "incompatible import type")
(assert_unlinkable
  (component (import "host" (instance (export "simple-module" (func)))))
  "incompatible import type")
(assert_unlinkable
  (component (import "host" (instance (export "simple-module" (core module (export "f" (func)))))))
  "incompatible import type")
(assert_unlinkable (component (import "host-return-two" (func))) "incompatible import type")
(assert_unlinkable (component (import "host-return-two" (func (result s32)))) "incompatible import type")
(assert_unlinkable
  (component (import "host-return-two" (func (param "v" u32) (result u32))))
  "incompatible import type")
(assert_unlinkable
  (component (import "host" (instance (export "echo-u8" (func (param "v" u16) (result u8))))))
  "incompatible import type")
(assert_unlinkable
  (component (import "host" (instance (export "echo-fixed-list" (func (param "v" (list u32 3)) (result (list u32 4)))))))
  "incompatible import type")
(assert_unlinkable
  (component (import "host" (instance (export "echo-u8" (func async (param "v" u8) (result u8))))))
  "incompatible import type")
(assert_unlinkable
  (component
    (import "host" (instance
      (type $color (enum "red" "green"))
      (export "color" (type (eq $color))))))
  "incompatible import type")
(assert_unlinkable
  (component
    (import "host" (instance
      (export "resource1" (type $resource1 (sub resource)))
      (export "resource2" (type (eq $resource1))))))
  "incompatible import type")
(assert_unlinkable
  (component
    (import "host" (instance
      (export "resource1" (type $resource1 (sub resource)))
      (export "[method]resource1.take-own" (func (param "self" (borrow $resource1)) (param "b" (borrow $resource1)))))))
  "incompatible import type")

;; An instance of the script goes before the host, for what it exports and for what it
;; does not.
(component $host (core module (export "simple-module")))
(register "host" $host)
(component (import "host" (instance (export "simple-module" (core module)))))
(assert_unlinkable
  (component (import "host" (instance (export "return-three" (func (result u32))))))
  "incompatible import type")
