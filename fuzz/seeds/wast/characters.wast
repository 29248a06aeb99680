;; Characters of one to four bytes, a joiner, one that turns the direction.
(module $"é" (func (export "aß€🦀")))
(register "‍‮)(") ;; ‮ (
(invoke $"é" "aß€🦀") (; 🦀 ;)
