;; The fields of a module without `(module …)` around them.
(@note "before") (func (export "f") (result i32) (i32.const 1))
(memory 1)
