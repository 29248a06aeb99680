//! The host module `spectest`, with the reference interpreter's definitions.

use super::limits::Limits;
use ::wasmtime::{
    Error, Extern, Func, Global, GlobalType, Memory, MemoryType, Mutability, Ref, RefType,
    SharedMemory, Store, Table, TableType, Val, ValType, WasmFeatures,
};
use std::collections::HashMap;

/// The exports of `spectest` in a store; its table and its memories are state
/// that the modules of a script share.
pub(super) fn spectest(
    store: &mut Store<Limits>,
    flags: WasmFeatures,
) -> Result<HashMap<&'static str, Extern>, Error> {
    let mut exports: HashMap<&'static str, Extern> = HashMap::from([
        ("print", Func::wrap(&mut *store, || ()).into()),
        ("print_i32", Func::wrap(&mut *store, |_: i32| ()).into()),
        ("print_i64", Func::wrap(&mut *store, |_: i64| ()).into()),
        ("print_f32", Func::wrap(&mut *store, |_: f32| ()).into()),
        ("print_f64", Func::wrap(&mut *store, |_: f64| ()).into()),
        (
            "print_i32_f32",
            Func::wrap(&mut *store, |_: i32, _: f32| ()).into(),
        ),
        (
            "print_f64_f64",
            Func::wrap(&mut *store, |_: f64, _: f64| ()).into(),
        ),
    ]);
    for (name, ty, value) in [
        ("global_i32", ValType::I32, Val::I32(666)),
        ("global_i64", ValType::I64, Val::I64(666)),
        ("global_f32", ValType::F32, Val::F32(666.6_f32.to_bits())),
        ("global_f64", ValType::F64, Val::F64(666.6_f64.to_bits())),
    ] {
        let ty = GlobalType::new(ty, Mutability::Const);
        exports.insert(name, Global::new(&mut *store, ty, value)?.into());
    }
    for (name, ty) in [
        ("table", TableType::new(RefType::FUNCREF, 10, Some(20))),
        ("table64", TableType::new64(RefType::FUNCREF, 10, Some(20))),
    ] {
        exports.insert(name, Table::new(&mut *store, ty, Ref::Func(None))?.into());
    }
    let memory = Memory::new(&mut *store, MemoryType::new(1, Some(2)))?;
    exports.insert("memory", memory.into());
    if flags.contains(WasmFeatures::THREADS) {
        let memory = SharedMemory::new(store.engine(), MemoryType::shared(1, 2))?;
        exports.insert("shared_memory", memory.into());
    }
    Ok(exports)
}
