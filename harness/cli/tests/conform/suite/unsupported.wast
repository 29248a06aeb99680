(component $provider
  (core module $m (func (export "f")))
  (core instance $i (instantiate $m))
  (func (export "f") (canon lift (core func $i "f"))))
(register "provider" $provider)
(component
  (import "provider" (instance $p (export "f" (func))))
  (core func $f (canon lower (func $p "f")))
  (core module $m (import "" "f" (func $f)) (func (export "g") (call $f)))
  (core instance $i (instantiate $m (with "" (instance (export "f" (func $f))))))
  (func (export "g") (canon lift (core func $i "g"))))
(assert_return (invoke "g"))
