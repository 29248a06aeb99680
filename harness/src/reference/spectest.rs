//! The host module `spectest`, with the reference interpreter's definitions.

use component_reference::core::types::{GlobalType, MemoryType, RefType, TableType};
use component_reference::core::{Exhausted, Extern, Store, ValType, Value};
use std::collections::HashMap;

/// Its name.
pub(super) const SPECTEST: &str = "spectest";

/// The export of it that the reference cannot make: it has no threads.
pub(super) const SHARED_MEMORY: &str = "shared_memory";

/// The exports of `spectest` in a store; its table and its memory are state that
/// the modules of a script share.
pub(super) fn spectest(store: &mut Store) -> Result<HashMap<&'static str, Extern>, Exhausted> {
    use ValType::{F32, F64, I32, I64};
    let mut exports = HashMap::new();
    let functions: [(&str, &[ValType]); 7] = [
        ("print", &[]),
        ("print_i32", &[I32]),
        ("print_i64", &[I64]),
        ("print_f32", &[F32]),
        ("print_f64", &[F64]),
        ("print_i32_f32", &[I32, F32]),
        ("print_f64_f64", &[F64, F64]),
    ];
    for (host, (name, params)) in (0..).zip(functions) {
        let func = store.alloc_host_func(params.to_vec(), vec![], host);
        exports.insert(name, Extern::Func(func));
    }
    for (name, ty, value) in [
        ("global_i32", I32, Value::I32(666)),
        ("global_i64", I64, Value::I64(666)),
        ("global_f32", F32, Value::F32(666.6_f32.to_bits())),
        ("global_f64", F64, Value::F64(666.6_f64.to_bits())),
    ] {
        let ty = GlobalType {
            value: ty,
            mutable: false,
        };
        exports.insert(name, Extern::Global(store.alloc_global(ty, value)?));
    }
    for (name, is64) in [("table", false), ("table64", true)] {
        let ty = TableType {
            is64,
            element: RefType::FUNC,
            min: 10,
            max: Some(20),
        };
        exports.insert(name, Extern::Table(store.alloc_table(ty)?));
    }
    let memory = MemoryType {
        is64: false,
        page_size_log2: 16,
        min: 1,
        max: Some(2),
    };
    exports.insert("memory", Extern::Memory(store.alloc_memory(memory)?));
    Ok(exports)
}
