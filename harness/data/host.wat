;; What the host offers to components: this component imports all of it, with the
;; types that it has. HOST.md says what each function does.

(component
  (import "host-return-two" (func (result u32)))
  (import "host-echo-u32" (func async (param "v" u32) (result u32)))

  (import "host" (instance
    (export "return-three" (func (result u32)))
    (export "return-hi" (func (result string)))
    (export "nested" (instance
      (export "return-four" (func (result u32)))))
    (export "simple-module" (core module
      (export "g" (global i32))
      (export "f" (func (result i32)))))

    ;; Functions that return later, or never.
    (export "never-return" (func async))
    (export "return-two-slowly" (func async (result u32)))
    (export "echo-slowly" (func async (param "v" u32) (result u32)))
    (export "echo-after" (func async (param "v" u32) (param "turns" u32) (result u32)))

    ;; Streams and futures.
    (export "stream-source" (func (param "n" u32) (result (stream u8))))
    (export "stream-pending" (func (result (stream u8))))
    (export "stream-sink"
      (func async (param "s" (stream u8)) (param "n" u32) (result (list u8))))
    (export "stream-drop" (func (param "s" (stream u8))))
    (export "future-source"
      (func (param "v" u32) (param "turns" u32) (result (future u32))))
    (export "future-pending" (func (result (future u32))))
    (export "future-sink" (func async (param "f" (future u32)) (result u32)))
    (export "future-drop" (func (param "f" (future u32))))

    (export "return-nothing" (func))
    (export "trap" (func))
    (export "err" (func (result (result (error string)))))

    ;; Resources.
    (export "resource1" (type $resource1 (sub resource)))
    (export "resource2" (type (sub resource)))
    (export "resource1-again" (type (eq $resource1)))
    (export "[constructor]resource1"
      (func (param "r" u32) (result (own $resource1))))
    (export "[static]resource1.assert"
      (func (param "r" (own $resource1)) (param "rep" u32)))
    (export "[static]resource1.last-drop" (func (result u32)))
    (export "[static]resource1.drops" (func (result u32)))
    (export "[method]resource1.simple"
      (func (param "self" (borrow $resource1)) (param "rep" u32)))
    (export "[method]resource1.never-return"
      (func async (param "self" (borrow $resource1))))
    (export "[method]resource1.take-borrow"
      (func (param "self" (borrow $resource1)) (param "b" (borrow $resource1))))
    (export "[method]resource1.take-own"
      (func (param "self" (borrow $resource1)) (param "b" (own $resource1))))

    ;; Named types.
    (type $point' (record (field "x" s32) (field "y" f64)))
    (export "point" (type $point (eq $point')))
    (type $person' (record
      (field "name" string) (field "age" u8) (field "tags" (list string))))
    (export "person" (type $person (eq $person')))
    ;; One flat value more than are passed without memory.
    (type $wide' (record
      (field "a" u8) (field "b" u16) (field "c" u32) (field "d" u64)
      (field "e" s8) (field "f" s16) (field "g" s32) (field "h" s64)
      (field "i" f32) (field "j" f64) (field "k" char) (field "l" bool)
      (field "m" u8) (field "n" u16) (field "o" u32) (field "p" u64)
      (field "q" u8)))
    (export "wide" (type $wide (eq $wide')))
    (type $shape' (variant
      (case "nothing") (case "number" u32) (case "text" string)
      (case "place" $point)))
    (export "shape" (type $shape (eq $shape')))
    ;; Payloads that share one flat value: an i32 or an f32, an i64 or an f64, and
    ;; each of the four.
    (type $joined32' (variant (case "int" s32) (case "float" f32)))
    (export "joined32" (type $joined32 (eq $joined32')))
    (type $joined64' (variant (case "int" s64) (case "float" f64)))
    (export "joined64" (type $joined64 (eq $joined64')))
    (type $joined' (variant
      (case "int32" s32) (case "int64" s64) (case "float32" f32)
      (case "float64" f64)))
    (export "joined" (type $joined (eq $joined')))
    (type $color' (enum "red" "green" "blue"))
    (export "color" (type $color (eq $color')))
    (type $flags8' (flags "f0" "f1" "f2" "f3" "f4" "f5" "f6" "f7"))
    (export "flags8" (type $flags8 (eq $flags8')))
    (type $flags9' (flags "f0" "f1" "f2" "f3" "f4" "f5" "f6" "f7" "f8"))
    (export "flags9" (type $flags9 (eq $flags9')))
    (type $flags32' (flags
      "f0" "f1" "f2" "f3" "f4" "f5" "f6" "f7"
      "f8" "f9" "f10" "f11" "f12" "f13" "f14" "f15"
      "f16" "f17" "f18" "f19" "f20" "f21" "f22" "f23"
      "f24" "f25" "f26" "f27" "f28" "f29" "f30" "f31"))
    (export "flags32" (type $flags32 (eq $flags32')))

    ;; Echoes.
    (export "echo-bool" (func (param "v" bool) (result bool)))
    (export "echo-u8" (func (param "v" u8) (result u8)))
    (export "echo-s8" (func (param "v" s8) (result s8)))
    (export "echo-u16" (func (param "v" u16) (result u16)))
    (export "echo-s16" (func (param "v" s16) (result s16)))
    (export "echo-u32" (func (param "v" u32) (result u32)))
    (export "echo-s32" (func (param "v" s32) (result s32)))
    (export "echo-u64" (func (param "v" u64) (result u64)))
    (export "echo-s64" (func (param "v" s64) (result s64)))
    (export "echo-f32" (func (param "v" f32) (result f32)))
    (export "echo-f64" (func (param "v" f64) (result f64)))
    (export "echo-char" (func (param "v" char) (result char)))
    (export "echo-string" (func (param "v" string) (result string)))
    (export "echo-list-u8" (func (param "v" (list u8)) (result (list u8))))
    (export "echo-list-string"
      (func (param "v" (list string)) (result (list string))))
    (export "echo-list-list-u32"
      (func (param "v" (list (list u32))) (result (list (list u32)))))
    (export "echo-fixed-list" (func (param "v" (list u32 4)) (result (list u32 4))))
    (export "echo-map"
      (func (param "v" (map string u32)) (result (map string u32))))
    (export "echo-tuple"
      (func (param "v" (tuple u8 string f32)) (result (tuple u8 string f32))))
    (export "echo-option"
      (func (param "v" (option string)) (result (option string))))
    (export "echo-option-option"
      (func (param "v" (option (option u8))) (result (option (option u8)))))
    (export "echo-result"
      (func (param "v" (result u32 (error string))) (result (result u32 (error string)))))
    (export "echo-result-empty" (func (param "v" (result)) (result (result))))
    (export "echo-point" (func (param "v" $point) (result $point)))
    (export "echo-person" (func (param "v" $person) (result $person)))
    (export "echo-wide" (func (param "v" $wide) (result $wide)))
    (export "echo-shape" (func (param "v" $shape) (result $shape)))
    (export "echo-joined32" (func (param "v" $joined32) (result $joined32)))
    (export "echo-joined64" (func (param "v" $joined64) (result $joined64)))
    (export "echo-joined" (func (param "v" $joined) (result $joined)))
    (export "echo-color" (func (param "v" $color) (result $color)))
    (export "echo-flags8" (func (param "v" $flags8) (result $flags8)))
    (export "echo-flags9" (func (param "v" $flags9) (result $flags9)))
    (export "echo-flags32" (func (param "v" $flags32) (result $flags32)))

    ;; Reports.
    (export "report-bool" (func (param "v" bool) (result string)))
    (export "report-u8" (func (param "v" u8) (result string)))
    (export "report-s8" (func (param "v" s8) (result string)))
    (export "report-u16" (func (param "v" u16) (result string)))
    (export "report-s16" (func (param "v" s16) (result string)))
    (export "report-u32" (func (param "v" u32) (result string)))
    (export "report-s32" (func (param "v" s32) (result string)))
    (export "report-u64" (func (param "v" u64) (result string)))
    (export "report-s64" (func (param "v" s64) (result string)))
    (export "report-f32" (func (param "v" f32) (result string)))
    (export "report-f64" (func (param "v" f64) (result string)))
    (export "report-char" (func (param "v" char) (result string)))
    (export "report-string" (func (param "v" string) (result string)))
    (export "report-list-u8" (func (param "v" (list u8)) (result string)))
    (export "report-list-string" (func (param "v" (list string)) (result string)))
    (export "report-list-list-u32"
      (func (param "v" (list (list u32))) (result string)))
    (export "report-fixed-list" (func (param "v" (list u32 4)) (result string)))
    (export "report-map" (func (param "v" (map string u32)) (result string)))
    (export "report-tuple" (func (param "v" (tuple u8 string f32)) (result string)))
    (export "report-option" (func (param "v" (option string)) (result string)))
    (export "report-option-option"
      (func (param "v" (option (option u8))) (result string)))
    (export "report-result"
      (func (param "v" (result u32 (error string))) (result string)))
    (export "report-result-empty" (func (param "v" (result)) (result string)))
    (export "report-point" (func (param "v" $point) (result string)))
    (export "report-person" (func (param "v" $person) (result string)))
    (export "report-wide" (func (param "v" $wide) (result string)))
    (export "report-shape" (func (param "v" $shape) (result string)))
    (export "report-joined32" (func (param "v" $joined32) (result string)))
    (export "report-joined64" (func (param "v" $joined64) (result string)))
    (export "report-joined" (func (param "v" $joined) (result string)))
    (export "report-color" (func (param "v" $color) (result string)))
    (export "report-flags8" (func (param "v" $flags8) (result string)))
    (export "report-flags9" (func (param "v" $flags9) (result string)))
    (export "report-flags32" (func (param "v" $flags32) (result string))))))
