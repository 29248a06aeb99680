(module)
(register "a\