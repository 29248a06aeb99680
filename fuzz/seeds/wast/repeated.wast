;; The same text more than once, also in a thread.
(module) (module)
(module $M (func (export "f")))
(invoke "f") (invoke "f")
(thread $T (shared (module $M)) (invoke "f") (module))
(wait $T)
(invoke "f")
