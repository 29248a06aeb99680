//! Streams whose other end is the host's.
//!
//! The host hears of a copy when it is asked to look after its ends, not within the
//! copy: that it drops its end after one that was done at once is told to the guest's
//! next.

use super::guest::Guest;
use super::host::Host;
use super::{Scenario, nothing};
use component_reference::value::Value;
use component_reference::{Resolution, Store};

const U32: &str = r#"(param "a" u32)"#;
const PAIR: &str = r#"(param "a" u32) (param "b" u32)"#;
const TRIPLE: &str = r#"(param "a" u32) (param "b" u32) (param "c" u32)"#;
const RELAY: &str = r#"async (param "s" $stream) (result $stream)"#;
const RELAYING: &str = r#"(param "s" $stream) (result $stream)"#;

/// A guest that can ask the host for all that it does with streams.
fn guest() -> Guest {
    Guest::of("u8")
        .define("return", "task.return (result $stream)", "(param i32)")
        .calls("relay", RELAY, "(param i32 i32) (result i32)")
        .calls("relay-later", RELAY, "(param i32 i32) (result i32)")
        .calls(
            "open",
            r#"async (param "chunk" u32) (result $stream)"#,
            "(param i32 i32) (result i32)",
        )
        .calls(
            "sink",
            r#"async (param "s" $stream) (param "remain" u32)"#,
            "(param i32 i32) (result i32)",
        )
        .lowers("pump", "", "", "")
        .lowers("send", TRIPLE, "", "(param i32 i32 i32)")
        .lowers("finish", U32, "", "(param i32)")
        .lowers("read-on", PAIR, "", "(param i32 i32)")
        .lowers(
            "received",
            &format!("{U32} (result u32)"),
            "",
            "(param i32) (result i32)",
        )
        .lowers(
            "dropped",
            &format!("{U32} (result bool)"),
            "",
            "(param i32) (result i32)",
        )
}

/// Has `run` be given a stream and give one, of which the host then reads these.
fn relays(scenario: &Scenario, begin: impl Fn(&mut Host)) {
    let begin = |host: &mut Host, store: &mut Store| {
        let stream = host.writer(store, 4);
        begin(host);
        host.work(store).expect("no guest runs");
        vec![stream]
    };
    scenario.plays(begin, |played| {
        let schedule = &played.schedule;
        let returned = matches!(
            played.result,
            Some(Resolution::Returned(Some(Value::Stream(_))))
        );
        assert!(returned, "{:?}, {schedule}", played.result);
        let reader = &played.host.readers[0];
        assert_eq!(
            reader.received,
            [11, 12, 13, 14, 15, 16, 17, 18],
            "{schedule}"
        );
        assert!(reader.dropped, "{schedule}");
        assert!(played.host.flags.contains(&9), "{schedule}");
    });
}

/// Nothing blocks where the host is quick.
#[test]
fn test_eager_stream_completion() {
    let guest = guest()
        .offers("run", &format!("async {RELAYING}"), "async")
        .code(
            r#"
        (func (export "run") (param $r1 i32)
            (local $ends i64) (local $w2 i32) (local $w3 i32) (local $r4 i32)
            (call $expect (local.get $r1) (i32.const 1))
            (local.set $ends (call $stream.new))
            (local.set $w2 (call $writable (local.get $ends)))
            (call $return (call $readable (local.get $ends)))
            (call $await (i32.const 0))

            (call $expect (call $stream.read (local.get $r1) (i32.const 0) (i32.const 4))
                (i32.const COMPLETED+4))
            (call $expect (i32.load (i32.const 0)) (i32.const 0x04030201))
            (call $pump)
            (local.set $ends (call $stream.new))
            (local.set $w3 (call $writable (local.get $ends)))
            (call $expect (call $relay (call $readable (local.get $ends)) (i32.const 12))
                (i32.const RETURNED))
            (local.set $r4 (i32.load (i32.const 12)))
            (call $expect (call $stream.write (local.get $w3) (i32.const 0) (i32.const 4))
                (i32.const COMPLETED+4))
            (call $pump)
            (call $expect (call $stream.read-sync (local.get $r4) (i32.const 0) (i32.const 4))
                (i32.const COMPLETED+4))
            (call $pump)
            (call $expect (call $stream.write (local.get $w2) (i32.const 0) (i32.const 4))
                (i32.const COMPLETED+4))
            (call $pump)

            (call $expect (call $stream.read (local.get $r1) (i32.const 0) (i32.const 4))
                (i32.const COMPLETED+4))
            (call $expect (i32.load (i32.const 0)) (i32.const 0x08070605))
            (call $pump)
            (call $expect (call $stream.read (local.get $r1) (i32.const 0) (i32.const 4))
                (i32.const DROPPED+0))
            (call $expect
                (call $stream.write-sync (local.get $w3) (i32.const 0) (i32.const 4))
                (i32.const COMPLETED+4))
            (call $pump)
            (call $expect (call $stream.read-sync (local.get $r4) (i32.const 0) (i32.const 4))
                (i32.const COMPLETED+4))
            (call $pump)
            (call $expect
                (call $stream.write-sync (local.get $w2) (i32.const 0) (i32.const 4))
                (i32.const COMPLETED+4))
            (call $stream.drop-readable (local.get $r1))
            (call $stream.drop-readable (local.get $r4))
            (call $stream.drop-writable (local.get $w2))
            (call $stream.drop-writable (local.get $w3))
            (call $set (i32.const 9)))"#,
        );
    relays(&Scenario::of(&[("guest", &guest)]), |host| {
        host.result_remain = 100;
        host.send(0, 1, 8);
        host.writers[0].finished = true;
    });
}

#[test]
fn test_async_stream_ops() {
    let guest = guest()
        .offers("run", &format!("async {RELAYING}"), "async")
        .code(
            r#"
        (func (export "run") (param $r1 i32)
            (local $ends i64) (local $set i32) (local $w2 i32) (local $w3 i32) (local $r4 i32)
            (call $expect (local.get $r1) (i32.const 1))
            (local.set $ends (call $stream.new))
            (local.set $w2 (call $writable (local.get $ends)))
            (call $return (call $readable (local.get $ends)))
            (call $await (i32.const 0))

            (call $expect (call $stream.read (local.get $r1) (i32.const 0) (i32.const 4))
                (i32.const BLOCKED))
            (call $send (i32.const 0) (i32.const 1) (i32.const 4))
            (local.set $set (call $waitable-set.new))
            (call $waitable.join (local.get $r1) (local.get $set))
            (call $wait (local.get $set)
                (i32.const STREAM_READ) (local.get $r1) (i32.const COMPLETED+4))
            (call $expect (i32.load (i32.const 0)) (i32.const 0x04030201))
            (call $pump)

            (local.set $ends (call $stream.new))
            (local.set $w3 (call $writable (local.get $ends)))
            (call $expect
                (call $relay-later (call $readable (local.get $ends)) (i32.const 16))
                (i32.const RETURNED))
            (local.set $r4 (i32.load (i32.const 16)))
            (call $expect (local.get $r4) (i32.const 4))
            (call $expect (call $stream.write (local.get $w3) (i32.const 0) (i32.const 4))
                (i32.const BLOCKED))
            (call $read-on (i32.const 1) (i32.const 100))
            (call $waitable.join (local.get $w3) (local.get $set))
            (call $wait (local.get $set)
                (i32.const STREAM_WRITE) (local.get $w3) (i32.const COMPLETED+4))
            (call $expect (call $stream.read-sync (local.get $r4) (i32.const 0) (i32.const 4))
                (i32.const COMPLETED+4))
            (call $expect (call $stream.write (local.get $w2) (i32.const 0) (i32.const 4))
                (i32.const BLOCKED))
            (call $read-on (i32.const 0) (i32.const 100))
            (call $waitable.join (local.get $w2) (local.get $set))
            (call $wait (local.get $set)
                (i32.const STREAM_WRITE) (local.get $w2) (i32.const COMPLETED+4))

            ;; What is written and that the end is dropped are one event.
            (call $expect (call $stream.read (local.get $r1) (i32.const 0) (i32.const 4))
                (i32.const BLOCKED))
            (call $send (i32.const 0) (i32.const 5) (i32.const 4))
            (call $finish (i32.const 0))
            (call $wait (local.get $set)
                (i32.const STREAM_READ) (local.get $r1) (i32.const DROPPED+4))
            (call $expect (i32.load (i32.const 0)) (i32.const 0x08070605))
            (call $stream.drop-readable (local.get $r1))
            (call $expect (call $stream.write (local.get $w3) (i32.const 0) (i32.const 4))
                (i32.const COMPLETED+4))
            (call $stream.drop-writable (local.get $w3))
            (call $expect (call $stream.read (local.get $r4) (i32.const 0) (i32.const 4))
                (i32.const BLOCKED))
            (call $waitable.join (local.get $r4) (local.get $set))
            (call $wait (local.get $set)
                (i32.const STREAM_READ) (local.get $r4) (i32.const COMPLETED+4))
            (call $waitable.join (local.get $r4) (i32.const 0))
            (call $finish (i32.const 1))
            (call $expect (call $stream.read-sync (local.get $r4) (i32.const 0) (i32.const 4))
                (i32.const DROPPED+0))
            (call $stream.drop-readable (local.get $r4))
            (call $expect (call $stream.write (local.get $w2) (i32.const 0) (i32.const 4))
                (i32.const COMPLETED+4))
            (call $stream.drop-writable (local.get $w2))
            (call $waitable-set.drop (local.get $set))
            (call $set (i32.const 9)))"#,
        );
    relays(&Scenario::of(&[("guest", &guest)]), |_| {});
}

#[test]
fn test_host_partial_reads_writes() {
    let guest = guest().offers("run", "async", "").code(
        r#"
        (func (export "run")
            (local $r i32) (local $w i32) (local $set i32) (local $ends i64)
            (call $expect (call $open (i32.const 100) (i32.const 8)) (i32.const RETURNED))
            (local.set $r (i32.load (i32.const 8)))
            (call $expect (local.get $r) (i32.const 1))
            (call $send (i32.const 0) (i32.const 1) (i32.const 2))
            (call $expect (call $stream.read (local.get $r) (i32.const 0) (i32.const 4))
                (i32.const COMPLETED+2))
            (call $expect (i32.load (i32.const 0)) (i32.const 0x0201))
            (call $send (i32.const 0) (i32.const 3) (i32.const 2))
            (call $expect (call $stream.read (local.get $r) (i32.const 0) (i32.const 4))
                (i32.const COMPLETED+2))
            (call $expect (i32.load (i32.const 0)) (i32.const 0x0403))
            (call $expect (call $stream.read (local.get $r) (i32.const 0) (i32.const 4))
                (i32.const BLOCKED))
            (call $send (i32.const 0) (i32.const 5) (i32.const 2))
            (local.set $set (call $waitable-set.new))
            (call $waitable.join (local.get $r) (local.get $set))
            (call $wait (local.get $set)
                (i32.const STREAM_READ) (local.get $r) (i32.const COMPLETED+2))
            (call $expect (i32.load (i32.const 0)) (i32.const 0x0605))
            (call $stream.drop-readable (local.get $r))

            (local.set $ends (call $stream.new))
            (local.set $r (call $readable (local.get $ends)))
            (local.set $w (call $writable (local.get $ends)))
            (call $expect (local.get $r) (i32.const 1))
            (call $expect (local.get $w) (i32.const 3))
            (call $expect (call $sink (local.get $r) (i32.const 2)) (i32.const RETURNED))
            (i64.store (i32.const 0) (i64.const 0x060504030201))
            (call $expect (call $stream.write (local.get $w) (i32.const 0) (i32.const 6))
                (i32.const COMPLETED+2))
            (call $expect (call $stream.write (local.get $w) (i32.const 2) (i32.const 4))
                (i32.const BLOCKED))
            (call $read-on (i32.const 0) (i32.const 4))
            (call $waitable.join (local.get $w) (local.get $set))
            (call $wait (local.get $set)
                (i32.const STREAM_WRITE) (local.get $w) (i32.const COMPLETED+4))
            (call $stream.drop-writable (local.get $w))
            (call $waitable-set.drop (local.get $set))
            (call $read-on (i32.const 0) (i32.const 100))
            (call $expect (call $dropped (i32.const 0)) (i32.const 1)))"#,
    );
    let scenario = Scenario::of(&[("guest", &guest)]);
    scenario.plays(nothing, |played| {
        let schedule = &played.schedule;
        assert_eq!(
            played.result,
            Some(Resolution::Returned(None)),
            "{schedule}"
        );
        let received = &played.host.readers[0].received;
        assert_eq!(received[..], [1, 2, 3, 4, 5, 6], "{schedule}");
    });
}

/// By default the host lets go of its buffer at once, where the spec lets it take its
/// time.
#[test]
fn test_cancel_copy() {
    let guest = guest().offers("run", "async", "").code(
        r#"
        (func $begin-write (param $reader i32) (param $numbers i32) (result i32)
            (local $ends i64) (local $w i32)
            (local.set $ends (call $stream.new))
            (local.set $w (call $writable (local.get $ends)))
            (call $expect (call $sink (call $readable (local.get $ends)) (i32.const 0))
                (i32.const RETURNED))
            (i32.store (i32.const 0) (local.get $numbers))
            (call $expect (call $stream.write (local.get $w) (i32.const 0) (i32.const 4))
                (i32.const BLOCKED))
            (call $read-on (local.get $reader) (i32.const 2))
            (call $expect (call $received (local.get $reader)) (i32.const 2))
            (local.get $w))
        (func $end-write (param $reader i32) (param $w i32)
            (call $stream.drop-writable (local.get $w))
            (call $read-on (local.get $reader) (i32.const 100))
            (call $expect (call $dropped (local.get $reader)) (i32.const 1)))
        (func $begin-read (result i32)
            (local $r i32)
            (call $expect (call $open (i32.const 2) (i32.const 16)) (i32.const RETURNED))
            (local.set $r (i32.load (i32.const 16)))
            (call $expect (call $stream.read (local.get $r) (i32.const 0) (i32.const 4))
                (i32.const BLOCKED))
            (local.get $r))

        (func (export "run")
            (local $w i32) (local $r i32)
            (local.set $w (call $begin-write (i32.const 0) (i32.const 0x0d0c0b0a)))
            (call $expect (call $stream.cancel-write-sync (local.get $w))
                (i32.const CANCELLED+2))
            (call $end-write (i32.const 0) (local.get $w))
            (local.set $w (call $begin-write (i32.const 1) (i32.const 0x04030201)))
            (call $expect (call $stream.cancel-write (local.get $w))
                (i32.const CANCELLED+2))
            (call $end-write (i32.const 1) (local.get $w))

            (local.set $r (call $begin-read))
            (call $expect (call $stream.cancel-read-sync (local.get $r))
                (i32.const CANCELLED+0))
            (call $stream.drop-readable (local.get $r))
            (local.set $r (call $begin-read))
            (call $expect (call $stream.cancel-read (local.get $r))
                (i32.const CANCELLED+0))
            (call $stream.drop-readable (local.get $r))
            (local.set $r (call $begin-read))
            (call $send (i32.const 2) (i32.const 7) (i32.const 2))
            (call $expect (call $stream.cancel-read (local.get $r))
                (i32.const CANCELLED+2))
            (call $expect (i32.load16_u (i32.const 0)) (i32.const 0x0807))
            (call $stream.drop-readable (local.get $r)))"#,
    );
    let scenario = Scenario::of(&[("guest", &guest)]).by_default();
    scenario.plays(nothing, |played| {
        assert_eq!(played.result, Some(Resolution::Returned(None)));
        let readers = played.host.readers.iter();
        let received: Vec<_> = readers.map(|reader| &reader.received[..]).collect();
        assert_eq!(received, [[0x0a, 0x0b], [1, 2]]);
    });
}
