//! A value from core values and bytes, into a fresh memory, and back (`test` of the
//! spec's own tests).

use crate::guests::{Realloc, address, data, heap};
use crate::{component, func, trap};
use component_reference::canonical::options::PtrType::{self, I32};
use component_reference::trap::TrapSite;
use component_reference::value::Value::{self, *};
use component_reference::{Exports, HostFunc, Implementation, Limits, Stop, Store};
use std::sync::{Arc, Mutex};

/// A core value as the text of modules has it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Core {
    I(u32),
    L(u64),
    F(f32),
    D(f64),
}

impl Core {
    fn t(self) -> &'static str {
        match self {
            Core::I(_) => "i32",
            Core::L(_) => "i64",
            Core::F(_) => "f32",
            Core::D(_) => "f64",
        }
    }

    fn constant(self) -> std::string::String {
        match self {
            Core::I(i) => format!("(i32.const {i})"),
            Core::L(i) => format!("(i64.const {i})"),
            Core::F(f) => format!("(f32.reinterpret_i32 (i32.const {}))", f.to_bits()),
            Core::D(f) => format!("(f64.reinterpret_i64 (i64.const {}))", f.to_bits()),
        }
    }
}

/// What is lifted.
pub(crate) struct Case<'c> {
    /// A type without a name, for others to mention as `$t`.
    pub(crate) named: &'c str,
    pub(crate) t: &'c str,
    pub(crate) ptr_type: PtrType,
    pub(crate) flat: &'c [Core],
    pub(crate) memory: &'c [u8],
}

pub(crate) fn case<'c>(t: &'c str, flat: &'c [Core]) -> Case<'c> {
    Case {
        named: "u8",
        t,
        ptr_type: I32,
        flat,
        memory: &[],
    }
}

/// Of a type that is to have a name, `$t`.
pub(crate) fn named<'c>(named: &'c str, flat: &'c [Core]) -> Case<'c> {
    Case {
        named,
        ..case("$t", flat)
    }
}

/// A list of what is in memory.
pub(crate) fn list<'c>(t: &'c str, flat: &'c [Core], memory: &'c [u8]) -> Case<'c> {
    Case {
        memory,
        ..case(t, flat)
    }
}

/// A list of `$t`.
pub(crate) fn list_of<'c>(t: &'c str, flat: &'c [Core], memory: &'c [u8]) -> Case<'c> {
    Case {
        named: t,
        ..list("(list $t)", flat, memory)
    }
}

impl Case<'_> {
    /// Has a guest hand its core values to the host, which hands the value to a
    /// guest with another memory, which hands the host what it was given.
    pub(crate) fn check(&self, expected: Result<&Value, TrapSite>) {
        let mut guest = Guest::new(&self.component());
        match expected {
            Ok(expected) => {
                assert_eq!(
                    guest.call("lift", vec![]).as_ref(),
                    Ok(expected),
                    "{}",
                    self.t
                );
                let back = guest.call("back", vec![expected.clone()]);
                assert_eq!(back.as_ref(), Ok(expected), "{} again", self.t);
            }
            Err(site) => assert_eq!(guest.call("lift", vec![]), Err(trap(site)), "{}", self.t),
        }
    }

    fn component(&self) -> std::string::String {
        let Case { named, t, .. } = self;
        let a = address(self.ptr_type);
        let types = self.flat.iter().map(|core| core.t());
        let types = types.collect::<Vec<_>>().join(" ");
        let constants: std::string::String = self.flat.iter().map(|core| core.constant()).collect();
        let params: std::string::String = (0..self.flat.len())
            .map(|i| format!("(local.get {i})"))
            .collect();
        format!(
            r#"(component
    (type $named {named})
    (import "t" (type $t (eq $named)))
    (import "sink" (func $sink (param "v" {t})))
    (core module $bytes (memory (export "memory") {a} 1) (data ({a}.const 0) "{bytes}"))
    (core instance $bytes (instantiate $bytes))
    {heap}
    (core instance $heap (instantiate $heap))
    (core func $sink-bytes (canon lower (func $sink) (memory (core memory $bytes "memory"))))
    (core func $sink-heap (canon lower (func $sink) (memory (core memory $heap "memory"))))
    (core module $m
        (import "bytes" "sink" (func $sink-bytes (param {types})))
        (import "heap" "sink" (func $sink-heap (param {types})))
        (func (export "lift") (call $sink-bytes {constants}))
        (func (export "back") (param {types}) (call $sink-heap {params})))
    (core instance $m (instantiate $m
        (with "bytes" (instance (export "sink" (func $sink-bytes))))
        (with "heap" (instance (export "sink" (func $sink-heap))))))
    (func (export "lift") (canon lift (core func $m "lift")))
    (func (export "back") (param "v" {t}) (canon lift (core func $m "back")
        (memory (core memory $heap "memory")) (realloc (core func $heap "realloc")))))"#,
            bytes = data(self.memory),
            heap = heap(self.ptr_type, Realloc::Honest),
        )
    }
}

/// A component that gives values to a function of the host's.
struct Guest {
    store: Store,
    exports: Exports,
    seen: Arc<Mutex<Vec<Value>>>,
}

impl Guest {
    fn new(text: &str) -> Guest {
        let component = component(text);
        let seen = Arc::new(Mutex::new(Vec::new()));
        let sink = seen.clone();
        let mut store = Store::new(Limits::default());
        let imports = store.offer(&component, &mut |_, _| {
            let sink = sink.clone();
            Some(Implementation::Func(HostFunc::new(move |_, args| {
                sink.lock().expect("no other thread panics").extend(args);
                Ok(None)
            })))
        });
        let imports = imports.expect("everything is offered");
        let exports = store.instantiate(&component, &imports);
        Guest {
            exports: exports.expect("nothing happens yet"),
            store,
            seen,
        }
    }

    /// What the host is given during a call.
    fn call(&mut self, name: &str, args: Vec<Value>) -> Result<Value, Stop> {
        self.store.call(func(&self.exports, name), args)?;
        let seen = self.seen.lock().expect("no other thread panics").pop();
        Ok(seen.expect("the host was called"))
    }
}

pub(crate) fn record(vs: impl IntoIterator<Item = Value>) -> Value {
    Record(vs.into_iter().collect())
}

pub(crate) fn elements(vs: impl IntoIterator<Item = Value>) -> Value {
    List(vs.into_iter().collect())
}

pub(crate) fn string(s: &str) -> Value {
    String(s.into())
}

pub(crate) fn variant(i: u32, payload: Value) -> Value {
    Variant(i, Some(Box::new(payload)))
}

/// The labels of flags.
pub(crate) fn labels(n: u32) -> std::string::String {
    let labels: std::string::String = (0..n).map(|i| format!(r#""f{i}" "#)).collect();
    format!("(flags {labels})")
}
