//! Streams and futures between the host and guests.

use super::{assert_refused, func, guest, instantiate, keeping, unused};
use component_reference::types::{PrimValType, ValType};
use component_reference::value::{ReadableEnd, Value, WritableEnd};
use component_reference::{Copied, CopyResult, Exports, Stop, Store};

/// Exports `sum: async func(s: stream<u8>) -> u32`, which reads up to four elements
/// at a time until the writer drops its end, and adds them up.
fn summing() -> (Store, Exports) {
    let text = guest(
        "(type $s (stream u8))",
        &[
            (
                "read",
                "stream.read $s (memory $mem)",
                "(param i32 i32 i32) (result i32)",
            ),
            ("drop", "stream.drop-readable $s", "(param i32)"),
        ],
        r#"(func (export "sum") (param $s i32) (result i32)
            (local $sum i32) (local $packed i32) (local $i i32)
            (loop $more
                (local.set $packed (call $read (local.get $s) (i32.const 0) (i32.const 4)))
                (local.set $i (i32.shr_u (local.get $packed) (i32.const 4)))
                (block $done (loop $next
                    (br_if $done (i32.eqz (local.get $i)))
                    (local.set $i (i32.sub (local.get $i) (i32.const 1)))
                    (local.set $sum (i32.add (local.get $sum) (i32.load8_u (local.get $i))))
                    (br $next)))
                (br_if $more (i32.eqz (i32.and (local.get $packed) (i32.const 15)))))
            (call $drop (local.get $s))
            (local.get $sum))"#,
        r#"(func (export "sum") async (param "s" $s) (result u32) (canon lift (core func $i "sum")))"#,
    );
    instantiate(&text, &unused())
}

/// Exports `write: async func() -> stream<string>`, which returns the readable end
/// and then writes two elements, `ab` and `c`, and drops its end; and
/// `later: async func() -> future<u32>`, which writes 5 then.
fn writing() -> (Store, Exports) {
    let text = guest(
        "(type $s (stream string)) (type $f (future u32))",
        &[
            ("new", "stream.new $s", "(result i64)"),
            (
                "write",
                "stream.write $s (memory $mem) (realloc $realloc)",
                "(param i32 i32 i32) (result i32)",
            ),
            ("drop", "stream.drop-writable $s", "(param i32)"),
            ("return", "task.return (result $s)", "(param i32)"),
            ("fnew", "future.new $f", "(result i64)"),
            (
                "fwrite",
                "future.write $f (memory $mem)",
                "(param i32 i32) (result i32)",
            ),
            ("fdrop", "future.drop-writable $f", "(param i32)"),
            ("freturn", "task.return (result $f)", "(param i32)"),
        ],
        r#"(func (export "write") (local $ends i64) (local $w i32)
            (local.set $ends (call $new))
            (local.set $w (i32.wrap_i64 (i64.shr_u (local.get $ends) (i64.const 32))))
            (call $return (i32.wrap_i64 (local.get $ends)))
            (i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const 2))
            (i32.store (i32.const 8) (i32.const 66)) (i32.store (i32.const 12) (i32.const 1))
            (i32.store (i32.const 64) (i32.const 0x636261))
            (drop (call $write (local.get $w) (i32.const 0) (i32.const 2)))
            (call $drop (local.get $w)))
        (func (export "later") (local $ends i64) (local $w i32)
            (local.set $ends (call $fnew))
            (local.set $w (i32.wrap_i64 (i64.shr_u (local.get $ends) (i64.const 32))))
            (call $freturn (i32.wrap_i64 (local.get $ends)))
            (i32.store (i32.const 0) (i32.const 5))
            (drop (call $fwrite (local.get $w) (i32.const 0)))
            (call $fdrop (local.get $w)))"#,
        r#"(func (export "write") async (result $s) (canon lift (core func $i "write") async))
        (func (export "later") async (result $f) (canon lift (core func $i "later") async))"#,
    );
    instantiate(&text, &unused())
}

fn u8s(values: &[u8]) -> Vec<Value> {
    values.iter().copied().map(Value::U8).collect()
}

fn bytes(store: &mut Store) -> (ReadableEnd, WritableEnd) {
    store.host_stream(Some(ValType::Prim(PrimValType::U8)))
}

fn copied(result: CopyResult, progress: u32, elements: Vec<Value>) -> Result<Option<Copied>, Stop> {
    Ok(Some(Copied {
        result,
        progress,
        elements,
    }))
}

#[test]
fn a_guest_reads_what_the_host_writes() {
    let (mut store, exports) = summing();
    let (readable, writable) = bytes(&mut store);
    store
        .write(writable, u8s(&[1, 2, 3, 4, 5]))
        .expect("it is idle");
    assert_refused(store.write(writable, u8s(&[1])), "not idle");
    let sum = func(&exports, "sum");
    assert_eq!(
        store.call(sum, vec![Value::Stream(readable)]),
        Err(Stop::AwaitsHost)
    );
    assert_eq!(
        store.copied(writable),
        copied(CopyResult::Completed, 5, vec![])
    );
    assert_eq!(store.copied(writable), Ok(None));
    store.write(writable, u8s(&[10])).expect("it is idle");
    assert_eq!(
        store.copied(writable),
        copied(CopyResult::Completed, 1, vec![])
    );
    store.drop_end(writable).expect("it is idle");
    assert_eq!(store.resume_call(), Ok(Some(Value::U32(25))));
    assert_refused(store.write(writable, u8s(&[1])), "not the host's");
}

#[test]
fn the_host_reads_what_a_guest_writes() {
    let (mut store, exports) = writing();
    let returned = store
        .call(func(&exports, "write"), vec![])
        .expect("it returns");
    let Some(Value::Stream(readable)) = returned else {
        panic!("{returned:?} is no stream");
    };
    store.read(readable, 1).expect("it is idle");
    let ab = vec![Value::String("ab".into())];
    assert_eq!(store.copied(readable), copied(CopyResult::Completed, 1, ab));
    store.read(readable, 5).expect("it is idle");
    let c = vec![Value::String("c".into())];
    assert_eq!(store.copied(readable), copied(CopyResult::Completed, 1, c));
    store.run_until_idle().expect("nothing traps");
    assert_eq!(
        store.copied(readable),
        copied(CopyResult::Dropped, 0, vec![])
    );
    store.drop_end(readable).expect("it is done");
}

#[test]
fn futures_go_both_ways() {
    let (mut store, exports) = writing();
    let returned = store
        .call(func(&exports, "later"), vec![])
        .expect("it returns");
    let Some(Value::Future(readable)) = returned else {
        panic!("{returned:?} is no future");
    };
    assert_refused(store.read(readable, 2), "so many");
    store.read(readable, 1).expect("it is idle");
    assert_eq!(
        store.copied(readable),
        copied(CopyResult::Completed, 1, vec![Value::U32(5)])
    );
    store.run_until_idle().expect("nothing traps");

    let (readable, writable) = store.host_future(None);
    assert_refused(store.drop_end(writable), "not written");
    store.read(readable, 1).expect("it is idle");
    assert_refused(store.drop_end(readable), "under way");
    store
        .write(writable, vec![Value::Record(vec![])])
        .expect("it is idle");
    let unit = vec![Value::Record(vec![])];
    assert_eq!(
        store.copied(readable),
        copied(CopyResult::Completed, 1, unit)
    );
    assert_eq!(
        store.copied(writable),
        copied(CopyResult::Completed, 1, vec![])
    );
    store.drop_end(writable).expect("it is written");
}

#[test]
fn a_copy_of_the_hosts_can_be_cancelled() {
    let mut store = Store::default();
    let (readable, writable) = bytes(&mut store);
    assert_refused(store.cancel_copy(readable), "no copy");
    store.read(readable, 3).expect("it is idle");
    store.write(writable, u8s(&[1])).expect("it is idle");
    store.cancel_copy(readable).expect("it is under way");
    assert_eq!(
        store.copied(readable),
        copied(CopyResult::Cancelled, 1, u8s(&[1]))
    );
}

#[test]
fn an_end_is_given_away_once() {
    let (mut store, exports) = summing();
    let (readable, _writable) = bytes(&mut store);
    let (sum, stream) = (func(&exports, "sum"), Value::Stream(readable));
    store.start(sum, vec![stream.clone()]).expect("it starts");
    assert_refused(store.start(sum, vec![stream]), "no value of parameter");
    assert_refused(store.read(readable, 1), "not the host's");

    let (readable, _writable) = bytes(&mut store);
    store.read(readable, 1).expect("it is idle");
    let busy = store.start(sum, vec![Value::Stream(readable)]);
    assert_refused(busy, "no value of parameter");
    let (strings, _writable) = store.host_stream(Some(ValType::Prim(PrimValType::String)));
    let other = store.start(sum, vec![Value::Stream(strings)]);
    assert_refused(other, "no value of parameter");
    let (_, foreign) = Store::default().host_stream(None);
    assert_refused(Store::default().write(foreign, vec![]), "not the host's");
}

#[test]
fn a_stream_carries_streams_between_host_and_guest() {
    let text = guest(
        r#"(type $s (stream u8)) (type $ss (stream $s))
        (import "take" (func $take (param "s" $s)))"#,
        &[
            ("take", "lower (func $take)", "(param i32)"),
            (
                "read",
                "stream.read $ss (memory $mem)",
                "(param i32 i32 i32) (result i32)",
            ),
        ],
        r#"(func (export "run") (param $ss i32)
            (drop (call $read (local.get $ss) (i32.const 0) (i32.const 1)))
            (call $take (i32.load (i32.const 0))))"#,
        r#"(func (export "run") async (param "ss" $ss) (canon lift (core func $i "run")))"#,
    );
    let (take, taken) = keeping();
    let (mut store, exports) = instantiate(&text, &take);
    let (inner, writable) = bytes(&mut store);
    let element = ValType::Stream(Some(ValType::Prim(PrimValType::U8).into()));
    let (outer, outer_writable) = store.host_stream(Some(element));
    store
        .write(outer_writable, vec![Value::Stream(inner)])
        .expect("it is idle");
    assert_refused(store.read(inner, 1), "not the host's");
    let run = func(&exports, "run");
    assert_eq!(store.call(run, vec![Value::Stream(outer)]), Ok(None));
    let taken = taken
        .lock()
        .expect("no test panics while it holds it")
        .clone();
    assert_eq!(taken, [Value::Stream(inner)]);
    store.read(inner, 9).expect("the host has it again");
    store.write(writable, u8s(&[8, 9])).expect("it is idle");
    assert_eq!(
        store.copied(inner),
        copied(CopyResult::Completed, 2, u8s(&[8, 9]))
    );
}
