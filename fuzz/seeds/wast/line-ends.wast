(module)
(module)(module) ;; comment(module)

(assert_invalid
  (module (func $f (result i32)))
  "type mismatch")
;; no line end