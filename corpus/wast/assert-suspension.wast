;; `assert_suspension`: a guest that suspends to a tag for which no handler is
;; installed. It belongs to the stack-switching proposal.

(module
  (type $f (func))
  (type $k (cont $f))
  (tag $handled)
  (tag $unhandled)
  (tag $value (param i32) (result i32))

  ;; Without any continuation around it.
  (func (export "bare") (suspend $unhandled))
  (func (export "with-value") (result i32) (suspend $value (i32.const 1)))

  ;; In a continuation whose `resume` has a handler for another tag only.
  (func $suspend-unhandled (suspend $unhandled))
  (elem declare func $suspend-unhandled $suspend-handled)
  (func (export "other-handler")
    (block $on-handled (result (ref $k))
      (resume $k (on $handled $on-handled) (cont.new $k (ref.func $suspend-unhandled)))
      (return))
    (drop))

  ;; With a handler, the suspension is not seen from outside.
  (func $suspend-handled (suspend $handled))
  (func (export "handled") (result i32)
    (block $on-handled (result (ref $k))
      (resume $k (on $handled $on-handled) (cont.new $k (ref.func $suspend-handled)))
      (return (i32.const 0)))
    (drop)
    (i32.const 1)))

(assert_suspension (invoke "bare") "unhandled")
(assert_suspension (invoke "with-value") "unhandled")
(assert_suspension (invoke "other-handler") "unhandled")
(assert_return (invoke "handled") (i32.const 1))
