//! An interpreter of core WebAssembly 3.0, without vectors and threads, and with
//! the proposals wide arithmetic and custom page sizes.
//!
//! The modules follow the chapters of the core spec: [`types`] (Structure),
//! `matching` (Validation, which is otherwise wasmparser's), `module` (Binary
//! Format, and the translation to what is executed), `instances`, `store`,
//! `instantiate` and `execute` (Execution).
//!
//! A call is a [`Fiber`]: frames and values on the heap. It stops wherever the
//! guest calls a function of the embedder's or runs out of fuel, and goes on from
//! there; the native stack never holds a guest's frame.

pub mod types;

mod execute;
mod instances;
mod instantiate;
mod limits;
mod matching;
mod module;
mod store;
mod trap;
mod value;

pub use execute::{Fiber, Suspension};
pub use instantiate::{InstantiateError, Instantiated};
pub use limits::{Exhausted, Limits};
pub(crate) use module::convert;
pub use module::{DecodeError, FEATURES, Import, Module, ModuleBuilder, VALIDATED};
pub use store::{
    ExnAddr, Extern, FuncAddr, GlobalAddr, InstanceAddr, MemAddr, ObjectAddr, Store, TableAddr,
    TagAddr,
};
pub use trap::CoreTrap;
pub use types::{TypeId, ValType};
pub use value::{Reference, Value};
