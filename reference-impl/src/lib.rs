//! A reference runtime of the WebAssembly Component Model, independent of every
//! engine and written to be read beside the spec.
//!
//! [`core`] is an interpreter of core WebAssembly, `component` decodes and links
//! components as [Explainer.md] has it, and `canonical` is [CanonicalABI.md],
//! section by section, under the names of the pinned `definitions.py`.
//!
//! # Embedding
//!
//! A [`Component`] is decoded once and belongs to no [`Store`]. A store holds the
//! instances that can reach one another; what they export are [`Extern`]s.
//!
//! ```
//! use component_reference::value::Value;
//! use component_reference::{Component, Exports, Extern, FEATURES, Limits, Store};
//!
//! let bytes = wat::parse_str(
//!     r#"(component
//!         (core module $m (func (export "add") (param i32 i32) (result i32)
//!             (i32.add (local.get 0) (local.get 1))))
//!         (core instance $i (instantiate $m))
//!         (func (export "add") (param "a" u8) (param "b" u8) (result u8)
//!             (canon lift (core func $i "add"))))"#,
//! )?;
//! let component = Component::new(FEATURES, &bytes)?;
//! let mut store = Store::new(Limits::default());
//! let exports = store.instantiate(&component, &Exports::default())?;
//! let Some(Extern::Func(add)) = exports.get("add") else {
//!     panic!("it exports a function");
//! };
//! let sum = store.call(add, vec![Value::U8(200), Value::U8(100)])?;
//! assert_eq!(sum, Some(Value::U8(44)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What a host offers is described by a component, too: by what it imports.
//! [`Store::offer`] asks for an implementation of each import. A resource of the
//! host's has a representation that the host chooses; here it is an index.
//!
//! ```
//! use component_reference::types::ValType;
//! use component_reference::value::{Resource, Value};
//! use component_reference::{Component, FEATURES, HostFunc, Implementation, Limits, Store};
//! use std::sync::{Arc, Mutex};
//!
//! let bytes = wat::parse_str(
//!     r#"(component
//!         (import "host" (instance $host
//!             (export "counter" (type $counter (sub resource)))
//!             (export "[constructor]counter" (func (result (own $counter))))))
//!         (alias export $host "counter" (type $counter))
//!         (core func $new (canon lower (func $host "[constructor]counter")))
//!         (core func $drop (canon resource.drop $counter))
//!         (core module $m
//!             (import "" "new" (func $new (result i32)))
//!             (import "" "drop" (func $drop (param i32)))
//!             (func $start (call $drop (call $new)))
//!             (start $start))
//!         (core instance (instantiate $m (with "" (instance
//!             (export "new" (func $new))
//!             (export "drop" (func $drop)))))))"#,
//! )?;
//! let component = Component::new(FEATURES, &bytes)?;
//! let dropped = Arc::new(Mutex::new(Vec::new()));
//! let seen = dropped.clone();
//! let mut store = Store::new(Limits::default());
//! let imports = store.offer(&component, &mut |path, _wanted| match path {
//!     "host/counter" => {
//!         let seen = seen.clone();
//!         Some(Implementation::Resource(Some(HostFunc::new(move |_, args| {
//!             seen.lock().expect("no test panics").extend(args);
//!             Ok(None)
//!         }))))
//!     }
//!     "host/[constructor]counter" => Some(Implementation::Func(HostFunc::new(|ft, _| {
//!         let Some(ValType::Own(rt)) = ft.result else {
//!             panic!("a constructor gives a resource");
//!         };
//!         Ok(Some(Value::Own(Resource { rt, rep: 7 })))
//!     }))),
//!     _ => None,
//! })?;
//! store.instantiate(&component, &imports)?;
//! assert_eq!(*dropped.lock().expect("no test panics"), [Value::U64(7)]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A trap says where in the spec it comes from, and locks the store.
//!
//! ```
//! use component_reference::trap::{Trap, TrapSite};
//! use component_reference::{Component, Exports, Extern, FEATURES, Limits, Stop, Store};
//!
//! let bytes = wat::parse_str(
//!     r#"(component
//!         (core module $m (func (export "char") (result i32) (i32.const 0xd800)))
//!         (core instance $i (instantiate $m))
//!         (func (export "char") (result char) (canon lift (core func $i "char"))))"#,
//! )?;
//! let component = Component::new(FEATURES, &bytes)?;
//! let mut store = Store::new(Limits::default());
//! let exports = store.instantiate(&component, &Exports::default())?;
//! let Some(Extern::Func(char)) = exports.get("char") else {
//!     panic!("it exports a function");
//! };
//! let stop = store.call(char, vec![]).expect_err("a surrogate is no character");
//! assert_eq!(stop, Stop::Trap(Trap::Site(TrapSite::LiftCharSurrogate)));
//! assert_eq!(TrapSite::LiftCharSurrogate.anchor(), "#loading");
//! assert_eq!(store.call(char, vec![]), Err(Stop::Trap(Trap::Locked)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A function of the host may return later, if its type is `async`; then the guest
//! that called waits, and [`Store::call`] says that it awaits the host. Beside
//! [`Store::call`] there are [`Store::start`], [`Store::tick`],
//! [`Store::run_until_idle`], [`Store::resolution`] and [`Store::cancel`], for a host
//! that makes several calls at once.
//!
//! ```
//! use component_reference::value::Value;
//! use component_reference::{
//!     Answer, Component, Extern, FEATURES, HostFunc, Implementation, OnCancel, Resolution, Stop,
//!     Store,
//! };
//!
//! let bytes = wat::parse_str(
//!     r#"(component
//!         (import "later" (func $later async (result u8)))
//!         (core func $later (canon lower (func $later)))
//!         (core module $m
//!             (import "" "later" (func $later (result i32)))
//!             (func (export "next") (result i32) (i32.add (call $later) (i32.const 1))))
//!         (core instance $i (instantiate $m (with "" (instance (export "later" (func $later))))))
//!         (func (export "next") async (result u8) (canon lift (core func $i "next"))))"#,
//! )?;
//! let component = Component::new(FEATURES, &bytes)?;
//! let mut store = Store::default();
//! let later = HostFunc::concurrent(|_, _, _, _| Ok(Answer::Pending(OnCancel::Cancel)));
//! let imports =
//!     store.offer(&component, &mut |_, _| Some(Implementation::Func(later.clone())))?;
//! let exports = store.instantiate(&component, &imports)?;
//! let Some(Extern::Func(next)) = exports.get("next") else {
//!     panic!("it exports a function");
//! };
//!
//! assert_eq!(store.call(next, vec![]), Err(Stop::AwaitsHost));
//! let pending = store.pending_host_calls().next().expect("the guest waits for it");
//! store.answer(pending, Ok(Some(Value::U8(7))))?;
//! assert_eq!(store.resume_call()?, Some(Value::U8(8)));
//!
//! let call = store.start(next, vec![])?;
//! store.run_until_idle()?;
//! assert_eq!(store.resolution(call), None);
//! let pending = store.pending_host_calls().next().expect("the guest waits for it");
//! store.answer(pending, Ok(Some(Value::U8(1))))?;
//! store.run_until_idle()?;
//! assert_eq!(store.resolution(call), Some(Resolution::Returned(Some(Value::U8(2)))));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A host has ends of streams and futures as guests have: here it writes a stream that
//! a guest reads.
//!
//! ```
//! use component_reference::types::{PrimValType, ValType};
//! use component_reference::value::Value;
//! use component_reference::{
//!     Component, CopyResult, Exports, Extern, FEATURES, Stop, Store,
//! };
//!
//! let bytes = wat::parse_str(
//!     r#"(component
//!         (type $s (stream u8))
//!         (core module $memory (memory (export "memory") 1))
//!         (core instance $memory (instantiate $memory))
//!         (core func $read (canon stream.read $s (memory (core memory $memory "memory"))))
//!         (core module $m
//!             (import "" "memory" (memory 1))
//!             (import "" "read" (func $read (param i32 i32 i32) (result i32)))
//!             (func (export "first") (param i32) (result i32)
//!                 (drop (call $read (local.get 0) (i32.const 0) (i32.const 1)))
//!                 (i32.load8_u (i32.const 0))))
//!         (core instance $i (instantiate $m (with "" (instance
//!             (export "memory" (memory $memory "memory"))
//!             (export "read" (func $read))))))
//!         (func (export "first") async (param "s" $s) (result u8)
//!             (canon lift (core func $i "first"))))"#,
//! )?;
//! let component = Component::new(FEATURES, &bytes)?;
//! let mut store = Store::default();
//! let exports = store.instantiate(&component, &Exports::default())?;
//! let Some(Extern::Func(first)) = exports.get("first") else {
//!     panic!("it exports a function");
//! };
//!
//! let (readable, writable) = store.host_stream(Some(ValType::Prim(PrimValType::U8)));
//! assert_eq!(store.call(first, vec![Value::Stream(readable)]), Err(Stop::AwaitsHost));
//! store.write(writable, vec![Value::U8(7), Value::U8(8)])?;
//! assert_eq!(store.resume_call()?, Some(Value::U8(7)));
//! let copied = store.copied(writable)?.expect("the guest has read");
//! assert_eq!((copied.result, copied.progress), (CopyResult::Completed, 1));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Whatever the spec leaves open is decided by a [`Chooser`]: always in the same
//! way, by a seed, or as it was recorded. Bounds ([`Limits`]) and fuel
//! ([`Store::fuel`]) are no part of the spec, and reaching them is no trap.

pub mod canonical;
pub mod core;
pub mod trap;
pub mod types;
pub mod value;

mod chooser;
mod component;
mod embedding;
mod reached;
mod store;

pub use canonical::ends::CopyResult;
pub use chooser::{Choice, Chooser, Decision};
pub use component::{
    Component, ComponentDef, DecodeError, Exports, Extern, Implementation, InstantiateError,
    Module, TypeDef, Wanted,
};
pub use embedding::{
    Answer, Call, Copied, Func, HostCall, HostEnd, HostError, HostFunc, OnCancel, Resolution,
};
pub use reached::{CanonicalDefinition, Reached};
pub use store::{Exhaustion, Limits, Stop, Store};

/// The version of the runtime.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The features that it has.
pub const FEATURES: wasmparser::WasmFeatures = component::FEATURES.union(core::FEATURES);

/// The features that definitions are validated with: what uses one that is not in
/// [`FEATURES`] is unsupported.
pub const VALIDATED: wasmparser::WasmFeatures = component::FEATURES.union(core::VALIDATED);
