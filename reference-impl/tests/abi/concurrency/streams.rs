//! Streams within and between guests.

use super::Scenario;
use super::guest::Guest;

#[test]
fn test_wasm_to_wasm_stream() {
    let producer = Guest::of("u8")
        .define("return", "task.return (result $stream)", "(param i32)")
        .offers("produce", "async (result $stream)", "async")
        .code(
            r#"
            (func (export "produce")
                (local $ends i64) (local $end i32) (local $set i32) (local $error i32)
                (local.set $ends (call $stream.new))
                (local.set $end (call $writable (local.get $ends)))
                (call $return (call $readable (local.get $ends)))

                (call $await (i32.const 1))
                (i32.store (i32.const 0) (i32.const 0x04030201))
                (call $expect
                    (call $stream.write (local.get $end) (i32.const 0) (i32.const 4))
                    (i32.const COMPLETED+4))
                (call $expect
                    (call $stream.write (local.get $end) (i32.const 0) (i32.const 4))
                    (i32.const COMPLETED+4))
                (call $expect
                    (call $stream.write (local.get $end) (i32.const 0) (i32.const 0))
                    (i32.const BLOCKED))
                (call $expect (call $stream.cancel-write (local.get $end))
                    (i32.const CANCELLED+0))

                ;; The reader takes the first half only.
                (call $await (i32.const 2))
                (i64.store (i32.const 0) (i64.const 0x0c0b0a0908070605))
                (call $expect
                    (call $stream.write (local.get $end) (i32.const 0) (i32.const 8))
                    (i32.const BLOCKED))
                (call $set (i32.const 3))
                (local.set $set (call $waitable-set.new))
                (call $waitable.join (local.get $end) (local.get $set))
                (call $wait (local.get $set)
                    (i32.const STREAM_WRITE) (local.get $end) (i32.const COMPLETED+4))

                ;; A reader that comes and asks for nothing is enough for a write of
                ;; nothing, and one that still waits is for the next.
                (call $expect
                    (call $stream.write (local.get $end) (i32.const 12345) (i32.const 0))
                    (i32.const BLOCKED))
                (call $set (i32.const 4))
                (call $wait (local.get $set)
                    (i32.const STREAM_WRITE) (local.get $end) (i32.const COMPLETED+0))
                (call $expect
                    (call $stream.write (local.get $end) (i32.const 12345) (i32.const 0))
                    (i32.const COMPLETED+0))
                (local.set $error (call $error-context.new (i32.const 0) (i32.const 0)))
                (call $stream.drop-writable (local.get $end))
                (call $waitable-set.drop (local.get $set))
                (call $error-context.drop (local.get $error))
                (call $set (i32.const 5)))"#,
        );
    let consumer = Guest::of("u8")
        .calls(
            "produce",
            "async (result $stream)",
            "(param i32) (result i32)",
        )
        .offers("run", "async", "async")
        .code(
            r#"
            (func (export "run")
                (local $end i32) (local $set i32)
                (call $task.return)
                (call $expect (call $produce (i32.const 16)) (i32.const RETURNED))
                (local.set $end (i32.load (i32.const 16)))
                (call $expect (local.get $end) (i32.const 1))
                (call $expect
                    (call $stream.read (local.get $end) (i32.const 0) (i32.const 8))
                    (i32.const BLOCKED))
                (call $set (i32.const 1))
                (local.set $set (call $waitable-set.new))
                (call $waitable.join (local.get $end) (local.get $set))
                (call $wait (local.get $set)
                    (i32.const STREAM_READ) (local.get $end) (i32.const COMPLETED+8))
                (call $expect (i32.load (i32.const 0)) (i32.const 0x04030201))
                (call $expect (i32.load (i32.const 4)) (i32.const 0x04030201))

                (call $set (i32.const 2))
                (call $await (i32.const 3))
                (call $expect
                    (call $stream.read (local.get $end) (i32.const 12345) (i32.const 0))
                    (i32.const COMPLETED+0))
                (i64.store (i32.const 0) (i64.const 0))
                (call $expect
                    (call $stream.read (local.get $end) (i32.const 0) (i32.const 2))
                    (i32.const COMPLETED+2))
                (call $expect (i32.load (i32.const 0)) (i32.const 0x0605))
                (call $expect
                    (call $stream.read (local.get $end) (i32.const 2) (i32.const 2))
                    (i32.const COMPLETED+2))
                (call $expect (i32.load (i32.const 0)) (i32.const 0x08070605))
                (call $expect (i32.load (i32.const 4)) (i32.const 0))

                (call $await (i32.const 4))
                (call $expect
                    (call $stream.read (local.get $end) (i32.const 12345) (i32.const 0))
                    (i32.const BLOCKED))
                (call $wait (local.get $set)
                    (i32.const STREAM_READ) (local.get $end) (i32.const DROPPED+0))
                (call $stream.drop-readable (local.get $end))
                (call $waitable-set.drop (local.get $set))
                (call $set (i32.const 6)))"#,
        );
    let scenario = Scenario::of(&[("producer", &producer), ("consumer", &consumer)]);
    scenario.gives(None, &[5, 6]);
}

/// Elements of no type are counted, and no memory is looked at.
#[test]
fn test_wasm_to_wasm_stream_empty() {
    let producer = Guest::of("")
        .define("return", "task.return (result $stream)", "(param i32)")
        .offers("produce", "async (result $stream)", "async")
        .code(
            r#"
            (func (export "produce")
                (local $ends i64) (local $end i32) (local $set i32) (local $error i32)
                (local.set $ends (call $stream.new))
                (local.set $end (call $writable (local.get $ends)))
                (call $return (call $readable (local.get $ends)))

                (call $await (i32.const 1))
                (call $expect
                    (call $stream.write (local.get $end) (i32.const 10000) (i32.const 2))
                    (i32.const COMPLETED+2))
                (call $expect
                    (call $stream.write (local.get $end) (i32.const 0xdeadbeef) (i32.const 2))
                    (i32.const COMPLETED+2))

                (call $await (i32.const 2))
                (call $expect
                    (call $stream.write (local.get $end) (i32.const 0) (i32.const 8))
                    (i32.const BLOCKED))
                (call $set (i32.const 3))
                (local.set $set (call $waitable-set.new))
                (call $waitable.join (local.get $end) (local.get $set))
                (call $wait (local.get $set)
                    (i32.const STREAM_WRITE) (local.get $end) (i32.const COMPLETED+4))
                (local.set $error (call $error-context.new (i32.const 0) (i32.const 0)))
                (call $stream.drop-writable (local.get $end))
                (call $error-context.drop (local.get $error))
                (call $set (i32.const 4)))"#,
        );
    let consumer = Guest::of("")
        .calls(
            "produce",
            "async (result $stream)",
            "(param i32) (result i32)",
        )
        .offers("run", "async", "async")
        .code(
            r#"
            (func (export "run")
                (local $end i32) (local $set i32)
                (call $task.return)
                (call $expect (call $produce (i32.const 0)) (i32.const RETURNED))
                (local.set $end (i32.load (i32.const 0)))
                (call $expect (local.get $end) (i32.const 1))
                (call $expect
                    (call $stream.read (local.get $end) (i32.const 0) (i32.const 8))
                    (i32.const BLOCKED))
                (call $set (i32.const 1))
                (local.set $set (call $waitable-set.new))
                (call $waitable.join (local.get $end) (local.get $set))
                (call $wait (local.get $set)
                    (i32.const STREAM_READ) (local.get $end) (i32.const COMPLETED+4))

                (call $set (i32.const 2))
                (call $await (i32.const 3))
                (call $expect
                    (call $stream.read (local.get $end) (i32.const 1000000) (i32.const 2))
                    (i32.const COMPLETED+2))
                (call $expect
                    (call $stream.read (local.get $end) (i32.const 1000000) (i32.const 2))
                    (i32.const COMPLETED+2))

                ;; That the other end was dropped is pending before this reads.
                (call $await (i32.const 4))
                (call $expect
                    (call $stream.read (local.get $end) (i32.const 1000000) (i32.const 2))
                    (i32.const DROPPED+0))
                (call $stream.drop-readable (local.get $end))
                (call $set (i32.const 5)))"#,
        );
    let scenario = Scenario::of(&[("producer", &producer), ("consumer", &consumer)]);
    scenario.gives(None, &[5]);
}

/// Both ends are in one instance.
#[test]
fn test_self_copy() {
    for element in ["", "u8", "f64"] {
        let guest = Guest::of(element).offers("run", "async", "").code(
            r#"
            (func (export "run")
                (local $set i32) (local $ends i64) (local $r i32) (local $w i32)
                (local.set $set (call $waitable-set.new))
                (local.set $ends (call $future.new))
                (local.set $r (call $readable (local.get $ends)))
                (local.set $w (call $writable (local.get $ends)))
                (call $expect (call $future.write (local.get $w) (i32.const 0))
                    (i32.const BLOCKED))
                (call $expect (call $future.read (local.get $r) (i32.const 0))
                    (i32.const COMPLETED))
                (call $future.drop-readable (local.get $r))
                (call $waitable.join (local.get $w) (local.get $set))
                (call $wait (local.get $set)
                    (i32.const FUTURE_WRITE) (local.get $w) (i32.const COMPLETED))
                (call $future.drop-writable (local.get $w))

                (local.set $ends (call $stream.new))
                (local.set $r (call $readable (local.get $ends)))
                (local.set $w (call $writable (local.get $ends)))
                (call $expect (call $stream.write (local.get $w) (i32.const 0) (i32.const 3))
                    (i32.const BLOCKED))
                (call $expect (call $stream.read (local.get $r) (i32.const 0) (i32.const 1))
                    (i32.const COMPLETED+1))
                (call $expect (call $stream.read (local.get $r) (i32.const 0) (i32.const 4))
                    (i32.const COMPLETED+2))
                (call $stream.drop-readable (local.get $r))
                (call $waitable.join (local.get $w) (local.get $set))
                (call $wait (local.get $set)
                    (i32.const STREAM_WRITE) (local.get $w) (i32.const DROPPED+3))
                (call $stream.drop-writable (local.get $w))

                ;; A read of nothing that has completed waits no more, though its event
                ;; was not taken.
                (local.set $ends (call $stream.new))
                (local.set $r (call $readable (local.get $ends)))
                (local.set $w (call $writable (local.get $ends)))
                (call $expect (call $stream.read (local.get $r) (i32.const 0) (i32.const 0))
                    (i32.const BLOCKED))
                (call $expect (call $stream.write (local.get $w) (i32.const 0) (i32.const 1))
                    (i32.const BLOCKED))
                (call $expect (call $stream.cancel-write (local.get $w))
                    (i32.const CANCELLED+0))
                (call $expect (call $stream.write (local.get $w) (i32.const 0) (i32.const 0))
                    (i32.const BLOCKED))
                (call $expect (call $stream.cancel-read (local.get $r))
                    (i32.const CANCELLED+0))
                (call $expect (call $stream.cancel-write (local.get $w))
                    (i32.const CANCELLED+0))
                (call $stream.drop-readable (local.get $r))
                (call $stream.drop-writable (local.get $w))
                (call $waitable-set.drop (local.get $set)))"#,
        );
        Scenario::of(&[("guest", &guest)]).gives(None, &[]);
    }
}
