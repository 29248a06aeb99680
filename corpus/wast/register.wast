;; `register` makes the exports of an instance importable under a name.

(module $Named
  (global (export "answer") i32 (i32.const 42))
  (func (export "who") (result i32) (i32.const 1)))
(module
  (func (export "who") (result i32) (i32.const 2)))

;; With an instance's name, and without one: the current instance.
(register "named" $Named)
(register "current")
(module
  (import "named" "answer" (global $answer i32))
  (import "named" "who" (func $named (result i32)))
  (import "current" "who" (func $current (result i32)))
  (func (export "answer") (result i32) (global.get $answer))
  (func (export "both") (result i32 i32) (call $named) (call $current)))
(assert_return (invoke "answer") (i32.const 42))
(assert_return (invoke "both") (i32.const 1) (i32.const 2))

;; What is imported is the instance itself, not a copy of it.
(module $Memory (memory (export "memory") 1))
(register "memory" $Memory)
(module $Writer
  (import "memory" "memory" (memory 1))
  (func (export "write") (param i32) (i32.store (i32.const 0) (local.get 0))))
(module $Reader
  (import "memory" "memory" (memory 1))
  (func (export "read") (result i32) (i32.load (i32.const 0))))
(invoke $Writer "write" (i32.const 7))
(assert_return (invoke $Reader "read") (i32.const 7))

;; A name registered again means the new instance for whoever imports it later.
(module (func (export "who") (result i32) (i32.const 3)))
(register "current")
(module
  (import "current" "who" (func $current (result i32)))
  (export "who" (func $current)))
(assert_return (invoke "who") (i32.const 3))

;; Of a component, core modules and resource types can be imported. Functions
;; cannot be passed between root instances in every engine, so none is here.
(component $Provider
  (core module (export "module") (func (export "who") (result i32) (i32.const 4)))
  (type $resource (resource (rep i32)))
  (export "resource" (type $resource)))
(register "provider" $Provider)
(component
  (import "provider" (instance $provider
    (export "module" (core module (export "who" (func (result i32)))))
    (export "resource" (type (sub resource)))))
  (alias export $provider "module" (core module $module))
  (alias export $provider "resource" (type $resource))
  (core instance $i (instantiate $module))
  (core func $drop (canon resource.drop $resource))
  (func (export "who") (result u32) (canon lift (core func $i "who"))))
(assert_return (invoke "who") (u32.const 4))
