//! Ends that are handed on: forwarded, given away and got back.

use super::Scenario;
use super::guest::Guest;
use super::host::Host;
use component_reference::{Resolution, Store};
use std::cell::Cell;

#[test]
fn test_forward() {
    let guest = Guest::of("u8").offers("run", "async", "").code(
        r#"
        ;; The ends of the two streams or futures in hand.
        (global $r1 (mut i32) (i32.const 0))
        (global $w1 (mut i32) (i32.const 0))
        (global $r2 (mut i32) (i32.const 0))
        (global $w2 (mut i32) (i32.const 0))
        (func $take (param $first i64) (param $second i64)
            (global.set $r1 (call $readable (local.get $first)))
            (global.set $w1 (call $writable (local.get $first)))
            (global.set $r2 (call $readable (local.get $second)))
            (global.set $w2 (call $writable (local.get $second))))

        (func $streams
            (local $set i32)
            ;; To itself.
            (call $take (call $stream.new) (i64.const 0))
            (call $stream.forward (global.get $r1) (global.get $w1))
            ;; To one whose readable end is gone.
            (call $take (call $stream.new) (call $stream.new))
            (call $stream.drop-readable (global.get $r2))
            (call $stream.forward (global.get $r1) (global.get $w2))
            (call $expect (call $stream.write (global.get $w1) (i32.const 0) (i32.const 4))
                (i32.const DROPPED+0))
            (call $stream.drop-writable (global.get $w1))
            ;; Before anyone writes or reads.
            (call $take (call $stream.new) (call $stream.new))
            (call $stream.forward (global.get $r1) (global.get $w2))
            (i32.store (i32.const 0) (i32.const 0x04030201))
            (call $expect (call $stream.write (global.get $w1) (i32.const 0) (i32.const 4))
                (i32.const BLOCKED))
            (call $expect (call $stream.read (global.get $r2) (i32.const 8) (i32.const 4))
                (i32.const COMPLETED+4))
            (call $expect (i32.load (i32.const 8)) (i32.const 0x04030201))
            ;; While the reader waits.
            (call $take (call $stream.new) (call $stream.new))
            (call $expect (call $stream.read (global.get $r2) (i32.const 8) (i32.const 4))
                (i32.const BLOCKED))
            (call $stream.forward (global.get $r1) (global.get $w2))
            (i32.store (i32.const 0) (i32.const 0x08070605))
            (call $expect (call $stream.write (global.get $w1) (i32.const 0) (i32.const 4))
                (i32.const COMPLETED+4))
            (call $expect (i32.load (i32.const 8)) (i32.const 0x08070605))
            (local.set $set (call $waitable-set.new))
            (call $waitable.join (global.get $r2) (local.get $set))
            (call $wait (local.get $set)
                (i32.const STREAM_READ) (global.get $r2) (i32.const COMPLETED+4)))

        (func $futures
            ;; While the reader waits.
            (call $take (call $future.new) (call $future.new))
            (call $expect (call $future.read (global.get $r2) (i32.const 8))
                (i32.const BLOCKED))
            (call $future.forward (global.get $r1) (global.get $w2))
            (i32.store8 (i32.const 0) (i32.const 42))
            (call $expect (call $future.write (global.get $w1) (i32.const 0))
                (i32.const COMPLETED))
            (call $expect (i32.load8_u (i32.const 8)) (i32.const 42))
            ;; While both wait.
            (call $take (call $future.new) (call $future.new))
            (i32.store8 (i32.const 0) (i32.const 43))
            (call $expect (call $future.write (global.get $w1) (i32.const 0))
                (i32.const BLOCKED))
            (call $expect (call $future.read (global.get $r2) (i32.const 8))
                (i32.const BLOCKED))
            (call $future.forward (global.get $r1) (global.get $w2))
            (call $expect (i32.load8_u (i32.const 8)) (i32.const 43))
            ;; To one whose readable end is gone.
            (call $take (call $future.new) (call $future.new))
            (call $future.drop-readable (global.get $r2))
            (call $future.forward (global.get $r1) (global.get $w2))
            (call $expect (call $future.write (global.get $w1) (i32.const 0))
                (i32.const DROPPED))
            (call $future.drop-writable (global.get $w1)))

        (func (export "run") (call $streams) (call $futures))"#,
    );
    Scenario::of(&[("guest", &guest)]).gives(None, &[]);
}

/// It is the same end that comes back, though no one has read from it.
#[test]
fn test_transfer_readable_end() {
    let guest = Guest::of("u8")
        .offers("run", r#"(param "s" $stream) (result $stream)"#, "")
        .code(
            r#"
            (func (export "run") (param $end i32) (result i32)
                (call $expect (local.get $end) (i32.const 1))
                (local.get $end))"#,
        );
    let scenario = Scenario::of(&[("guest", &guest)]);
    // Whoever reads at last sees that the other end was dropped before.
    for (written, finished) in [(&[1, 2, 3, 4][..], false), (&[], true)] {
        let given = Cell::new(None);
        let begin = |host: &mut Host, store: &mut Store| {
            host.result_remain = u32::from(finished);
            let stream = host.writer(store, 4);
            host.send(0, 1, written.len() as u32);
            host.writers[0].finished = finished;
            host.work(store).expect("no guest runs");
            given.set(Some(stream.clone()));
            vec![stream]
        };
        scenario.plays(begin, |played| {
            let returned = Resolution::Returned(given.take());
            assert_eq!(played.result, Some(returned), "{}", played.schedule);
            let reader = &played.host.readers[0];
            assert_eq!((&reader.received[..], reader.dropped), (&[][..], finished));
        });
    }
}

#[test]
fn test_receive_own_stream() {
    let guest = Guest::of("u8")
        .calls(
            "echo",
            r#"async (param "s" $stream) (result $stream)"#,
            "(param i32 i32) (result i32)",
        )
        .offers("run", "async", "")
        .code(
            r#"
            (func (export "run")
                (local $ends i64) (local $r i32) (local $w i32)
                (local.set $ends (call $stream.new))
                (local.set $r (call $readable (local.get $ends)))
                (local.set $w (call $writable (local.get $ends)))
                (call $expect (local.get $r) (i32.const 1))
                (call $expect (local.get $w) (i32.const 2))
                (call $expect (call $stream.write (local.get $w) (i32.const 0) (i32.const 4))
                    (i32.const BLOCKED))
                (call $expect (call $echo (local.get $r) (i32.const 8)) (i32.const RETURNED))
                (call $expect (i32.load (i32.const 8)) (i32.const 1))
                (call $expect (call $stream.cancel-write-sync (local.get $w))
                    (i32.const CANCELLED+0))
                (call $stream.drop-writable (local.get $w)))"#,
        );
    Scenario::of(&[("guest", &guest)]).gives(None, &[]);
}
