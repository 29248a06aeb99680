(module)
(; (; ;)
(module