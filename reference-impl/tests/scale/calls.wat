;; A parent and its child call one another: `descend` makes as many nested component
;; calls as it is told, itself not counted, and returns their number. `repeat` makes
;; as many one after another, and returns 0.
(component
  (core module $Parent
    (type $call (func (param i32) (result i32)))
    ;; What `$Knot` puts here is the child's function.
    (table (export "calls") 1 1 funcref)
    (func (export "descend") (param $n i32) (result i32)
      (if (result i32) (local.get $n)
        (then (i32.add (i32.const 1)
          (call_indirect (type $call) (i32.sub (local.get $n) (i32.const 1)) (i32.const 0))))
        (else (i32.const 0))))
    (func (export "repeat") (param $n i32) (result i32)
      (local $sum i32)
      (loop $next
        (local.set $sum (i32.add (local.get $sum)
          (call_indirect (type $call) (i32.const 0) (i32.const 0))))
        (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      (local.get $sum)))
  (core instance $parent (instantiate $Parent))
  (func $descend (param "n" u32) (result u32) (canon lift (core func $parent "descend")))

  (component $Child
    (import "descend" (func $descend (param "n" u32) (result u32)))
    (core func $descend' (canon lower (func $descend)))
    (core module $M
      (import "" "descend" (func $descend (param i32) (result i32)))
      (func (export "descend") (param $n i32) (result i32)
        (if (result i32) (local.get $n)
          (then (i32.add (i32.const 1)
            (call $descend (i32.sub (local.get $n) (i32.const 1)))))
          (else (i32.const 0)))))
    (core instance $m (instantiate $M (with "" (instance (export "descend" (func $descend'))))))
    (func (export "descend") (param "n" u32) (result u32)
      (canon lift (core func $m "descend"))))
  (instance $child (instantiate $Child (with "descend" (func $descend))))

  (core func $child' (canon lower (func $child "descend")))
  (core module $Knot
    (import "" "calls" (table 1 1 funcref))
    (import "" "child" (func $child (param i32) (result i32)))
    (elem (i32.const 0) func $child))
  (core instance (instantiate $Knot (with "" (instance
    (export "calls" (table $parent "calls"))
    (export "child" (func $child'))))))

  (export "descend" (func $descend))
  (func (export "repeat") (param "n" u32) (result u32) (canon lift (core func $parent "repeat"))))
