;; A definition is validated and kept; `instance` makes as many instances of it as
;; a script wants. Every case here tells one binding rule from its neighbours.

;; Two instances of one definition do not share state.
(module definition $Counter
  (global $count (mut i32) (i32.const 0))
  (func (export "next") (result i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (global.get $count)))
(module instance $a $Counter)
(module instance $b $Counter)
(assert_return (invoke $a "next") (i32.const 1))
(assert_return (invoke $a "next") (i32.const 2))
(assert_return (invoke $b "next") (i32.const 1))

;; The instance made last is the current one, although another was called since.
(assert_return (invoke $a "next") (i32.const 3))
(assert_return (invoke "next") (i32.const 2))

;; A definition does not become the current instance.
(module definition $Other
  (func (export "next") (result i32) (i32.const 99)))
(assert_return (invoke "next") (i32.const 3))

;; Without a definition's name, `instance` takes the latest definition, here one
;; without a name itself; its own name is optional, too.
(module definition (func (export "who") (result i32) (i32.const 1)))
(module definition (func (export "who") (result i32) (i32.const 2)))
(module instance)
(assert_return (invoke "who") (i32.const 2))
(module instance $who)
(assert_return (invoke $who "who") (i32.const 2))

;; A name bound again means the new definition; instances of the old one stay.
(module definition $Rebound (func (export "who") (result i32) (i32.const 3)))
(module instance $old $Rebound)
(module definition $Rebound (func (export "who") (result i32) (i32.const 4)))
(module instance $new $Rebound)
(assert_return (invoke $old "who") (i32.const 3))
(assert_return (invoke $new "who") (i32.const 4))

;; An instance's name can be bound again.
(module instance $old $Rebound)
(assert_return (invoke $old "who") (i32.const 4))

;; A definition that traps in its start function traps once it is instantiated,
;; and not before: the definition alone is fine.
(module definition (func $start (unreachable)) (start $start))

;; The same rules for components.
(component definition $Counter
  (core module $m
    (global $count (mut i32) (i32.const 0))
    (func (export "next") (result i32)
      (global.set $count (i32.add (global.get $count) (i32.const 1)))
      (global.get $count)))
  (core instance $i (instantiate $m))
  (func (export "next") (result u32) (canon lift (core func $i "next"))))
(component instance $one $Counter)
(assert_return (invoke "next") (u32.const 1))
(assert_return (invoke "next") (u32.const 2))

;; A new instance starts anew.
(component instance $two $Counter)
(assert_return (invoke "next") (u32.const 1))

;; The latest definition is the default for components as well.
(component definition
  (core module $m (func (export "who") (result i32) (i32.const 5)))
  (core instance $i (instantiate $m))
  (func (export "who") (result u32) (canon lift (core func $i "who"))))
(component instance)
(assert_return (invoke "who") (u32.const 5))
