;; Parentheses that open and close nothing. ( ) "
(; ( (; " ;) ;) (; ;; ;) (module (; ) ;) ) ;;)
(module $"(" (export "\")(" (func 0)) (func)) (@note ")" (x "(")) (@"quoted )" ()) (module)
(;;)(register "\u{29}\\")(;;)
(invoke $"(" "\")(")
