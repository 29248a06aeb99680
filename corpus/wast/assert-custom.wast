;; `assert_malformed_custom` and `assert_invalid_custom`: a custom section that does
;; not follow its own rules, in a module that is valid all the same.

;; The same forms where all is well: a section at a place, and a module's name.
(module
  (@custom "any" (before first) "bytes")
  (@custom "other" (after func) "\00\01")
  (func (@name "a function")))
(module (@name "a module"))

;; Text: an annotation that lacks its name, one with an unknown place, a name that
;; is no string.
(assert_malformed_custom (module quote "(@custom)") "expected a string")
(assert_malformed_custom (module quote "(@custom \"x\" (before nowhere))") "expected a valid section name")
(assert_malformed_custom (module quote "(module (@name 1))") "expected a string")

;; Bytes: a `name` section that ends in the middle of the module's name.
(assert_malformed_custom
  (module binary "\00asm" "\01\00\00\00" "\00\09\04name" "\00\02\05x")
  "unexpected end")

;; A name, and a branch hint, for a function that does not exist.
(assert_invalid_custom
  (module (func) (@custom "name" "\01\04\01\05\01x"))
  "invalid func naming index 5")
(assert_invalid_custom
  (module (func) (@custom "metadata.code.branch_hint" (before code) "\01\05\00"))
  "invalid function index 5 in branch hint section")

;; A component has no `name` section of a core module.
(assert_invalid_custom
  (component (@custom "name" "\00\02\01c"))
  "core module `name` section in a component")
