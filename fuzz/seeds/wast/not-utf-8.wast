(module)
(register "í €")
;; ÿ