(component $nowhere
  (import "nowhere" (func)))
(assert_return (invoke $nowhere "f"))
(assert_trap (invoke $nowhere "g") "unreachable")
(module $broken (import "spectest" "nothing" (func)))
(assert_return (invoke $broken "f"))
