//! The store (core spec, chapter Execution, section Runtime Structure) and its
//! embedding (appendix Embedding).

use super::instances::{Exception, Func, Global, Instance, Memory, Object, Table};
use super::limits::{Budget, Exhausted, Limits};
use super::matching::Types;
use super::types::{
    ExternType, FuncType, GlobalType, MemoryType, TableType, TypeId, TypeUse, ValType,
};
use super::value::{Reference, Value};

macro_rules! addresses {
    ($($(#[$doc:meta])* $name:ident)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(pub(crate) u32);

            impl $name {
                pub(crate) fn index(self) -> usize {
                    self.0 as usize
                }
            }
        )*
    };
}

addresses! {
    /// `funcaddr`
    FuncAddr
    /// `tableaddr`
    TableAddr
    /// `memaddr`
    MemAddr
    /// `globaladdr`
    GlobalAddr
    /// `tagaddr`
    TagAddr
    /// `exnaddr`
    ExnAddr
    /// `structaddr` or `arrayaddr`
    ObjectAddr
    /// The address of a module instance.
    InstanceAddr
}

/// `externaddr`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Extern {
    /// A function.
    Func(FuncAddr),
    /// A table.
    Table(TableAddr),
    /// A memory.
    Memory(MemAddr),
    /// A global.
    Global(GlobalAddr),
    /// A tag.
    Tag(TagAddr),
}

/// `store`: everything that instances which can reach one another consist of.
///
/// Nothing in it is collected: what the guest no longer reaches is reclaimed when
/// the store is dropped.
///
/// Addresses are of one store, and so are slots that hold references.
///
/// # Panics
///
/// Given an address of another store, methods may panic.
#[derive(Debug)]
pub struct Store {
    /// What guests may still execute: see [`Store::resume`] for its prices.
    pub fuel: u64,
    pub(crate) limits: Limits,
    pub(crate) budget: Budget,
    pub(crate) types: Types,
    pub(crate) funcs: Vec<Func>,
    pub(crate) tables: Vec<Table>,
    pub(crate) memories: Vec<Memory>,
    pub(crate) globals: Vec<Global>,
    pub(crate) tags: Vec<TypeId>,
    pub(crate) exceptions: Vec<Exception>,
    pub(crate) objects: Vec<Object>,
    pub(crate) instances: Vec<Instance>,
}

impl Store {
    /// `store_init`, with as much fuel as there can be.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Store {
            fuel: u64::MAX,
            budget: Budget::new(limits.store_bytes),
            limits,
            types: Types::default(),
            funcs: Vec::new(),
            tables: Vec::new(),
            memories: Vec::new(),
            globals: Vec::new(),
            tags: Vec::new(),
            exceptions: Vec::new(),
            objects: Vec::new(),
            instances: Vec::new(),
        }
    }

    /// `func_alloc`: a function of the embedder's, which calls it `host`.
    ///
    /// Should there be no bytes left for it, the next allocation fails.
    pub fn alloc_host_func(
        &mut self,
        params: Vec<ValType>,
        results: Vec<ValType>,
        host: u32,
    ) -> FuncAddr {
        self.budget.take_up_to(size_of::<Func>() as u64);
        let (params, results) = (params.into(), results.into());
        let ty = self.types.define_func(FuncType { params, results });
        self.funcs.push(Func::Host { ty, host });
        FuncAddr(self.funcs.len() as u32 - 1)
    }

    /// `table_alloc`, its elements null.
    ///
    /// # Errors
    ///
    /// If the store has too few bytes left.
    pub fn alloc_table(&mut self, ty: TableType) -> Result<TableAddr, Exhausted> {
        let table = Table::new(ty, 0, &self.budget)?;
        push(&mut self.tables, table, &self.budget).map(TableAddr)
    }

    /// `mem_alloc`
    ///
    /// # Errors
    ///
    /// If the store has too few bytes left.
    pub fn alloc_memory(&mut self, ty: MemoryType) -> Result<MemAddr, Exhausted> {
        let memory = Memory::new(ty, &self.budget)?;
        push(&mut self.memories, memory, &self.budget).map(MemAddr)
    }

    /// `global_alloc`
    ///
    /// # Errors
    ///
    /// If the store has too few bytes left.
    pub fn alloc_global(&mut self, ty: GlobalType, value: Value) -> Result<GlobalAddr, Exhausted> {
        let value = value.slot();
        push(&mut self.globals, Global { ty, value }, &self.budget).map(GlobalAddr)
    }

    /// `tag_alloc`
    ///
    /// # Errors
    ///
    /// If the store has too few bytes left.
    pub fn alloc_tag(&mut self, params: Vec<ValType>) -> Result<TagAddr, Exhausted> {
        let (params, results) = (params.into(), Box::default());
        let ty = self.types.define_func(FuncType { params, results });
        push(&mut self.tags, ty, &self.budget).map(TagAddr)
    }

    /// `exn_alloc`, given the slots of the tag's parameters.
    ///
    /// # Errors
    ///
    /// If the store has too few bytes left.
    pub fn alloc_exception(&mut self, tag: TagAddr, fields: &[u64]) -> Result<ExnAddr, Exhausted> {
        self.budget.take(size_of_val(fields) as u64)?;
        let fields = fields.into();
        push(
            &mut self.exceptions,
            Exception { tag, fields },
            &self.budget,
        )
        .map(ExnAddr)
    }

    pub(crate) fn alloc_object(
        &mut self,
        ty: TypeId,
        fields: Box<[u64]>,
    ) -> Result<ObjectAddr, Exhausted> {
        self.budget.take(size_of_val::<[u64]>(&fields) as u64)?;
        push(&mut self.objects, Object { ty, fields }, &self.budget).map(ObjectAddr)
    }

    /// Counts bytes that an embedder keeps on behalf of the guest.
    ///
    /// # Errors
    ///
    /// If the store has too few bytes left.
    pub fn charge(&mut self, bytes: u64) -> Result<(), Exhausted> {
        self.budget.take(bytes)
    }

    /// Gives back bytes of [`Store::charge`].
    pub fn release(&mut self, bytes: u64) {
        self.budget.give_back(bytes);
    }

    /// `instance_export`
    #[must_use]
    pub fn export(&self, instance: InstanceAddr, name: &str) -> Option<Extern> {
        let instance = &self.instances[instance.index()];
        let export = instance.module.export(name)?;
        Some(instance.external(export.index))
    }

    /// All exports of an instance, in the order of the module.
    pub fn exports(&self, instance: InstanceAddr) -> impl Iterator<Item = (&str, Extern)> {
        let instance = &self.instances[instance.index()];
        let exports = instance.module.exports.iter();
        exports.map(|export| (&*export.name, instance.external(export.index)))
    }

    /// The type that an import is matched with: that of a memory or table has the
    /// size of now.
    #[must_use]
    pub fn extern_type(&self, external: Extern) -> ExternType {
        match external {
            Extern::Func(func) => ExternType::Func(TypeUse::Defined(self.funcs[func.index()].ty())),
            Extern::Table(table) => ExternType::Table(self.tables[table.index()].ty),
            Extern::Memory(memory) => ExternType::Memory(self.memory_type(memory)),
            Extern::Global(global) => ExternType::Global(self.globals[global.index()].ty),
            Extern::Tag(tag) => ExternType::Tag(TypeUse::Defined(self.tags[tag.index()])),
        }
    }

    /// `func_type`: the parameters and the results.
    #[must_use]
    pub fn func_type(&self, func: FuncAddr) -> (&[ValType], &[ValType]) {
        let ty = self.types.func(self.funcs[func.index()].ty());
        (&ty.params, &ty.results)
    }

    /// Whether a function has these parameters and results.
    #[must_use]
    pub fn func_has_type(&self, func: FuncAddr, params: &[ValType], results: &[ValType]) -> bool {
        self.func_type(func) == (params, results)
    }

    /// `table_read`, if `index` is within bounds.
    #[must_use]
    pub fn table_get(&self, table: TableAddr, index: u64) -> Option<Reference> {
        let table = &self.tables[table.index()];
        let element = table.elements.get(usize::try_from(index).ok()?)?;
        match self.value(ValType::Ref(table.ty.element), *element) {
            Value::Ref(reference) => Some(reference),
            _ => None,
        }
    }

    /// The function at an index of a table, if it is within bounds and not null.
    #[must_use]
    pub fn table_func(&self, table: TableAddr, index: u64) -> Option<FuncAddr> {
        match self.table_get(table, index) {
            Some(Reference::Func(func)) => Some(func),
            _ => None,
        }
    }

    /// `table_size`
    #[must_use]
    pub fn table_size(&self, table: TableAddr) -> u64 {
        self.tables[table.index()].size()
    }

    /// `table_type`, with the size of now.
    #[must_use]
    pub fn table_type(&self, table: TableAddr) -> TableType {
        self.tables[table.index()].ty
    }

    /// `mem_type`, with the size of now.
    #[must_use]
    pub fn memory_type(&self, memory: MemAddr) -> MemoryType {
        self.memories[memory.index()].ty
    }

    /// The bytes of a memory.
    #[must_use]
    pub fn memory(&self, memory: MemAddr) -> &[u8] {
        &self.memories[memory.index()].bytes
    }

    /// The bytes of a memory, to write to.
    #[must_use]
    pub fn memory_mut(&mut self, memory: MemAddr) -> &mut [u8] {
        &mut self.memories[memory.index()].bytes
    }

    /// `global_read`
    #[must_use]
    pub fn global(&self, global: GlobalAddr) -> Value {
        let global = &self.globals[global.index()];
        self.value(global.ty.value, global.value)
    }

    /// `global_write`. The value is of the global's type, and the global mutable.
    pub fn set_global(&mut self, global: GlobalAddr, value: Value) {
        self.globals[global.index()].value = value.slot();
    }

    /// `exn_tag` and `exn_read`: the tag, and the slots of its parameters.
    #[must_use]
    pub fn exception(&self, exn: ExnAddr) -> (TagAddr, &[u64]) {
        let exception = &self.exceptions[exn.index()];
        (exception.tag, &exception.fields)
    }

    pub(crate) fn object(&self, object: ObjectAddr) -> &Object {
        &self.objects[object.index()]
    }
}

/// Adds to an arena of the store, and answers where.
pub(crate) fn push<T>(arena: &mut Vec<T>, item: T, budget: &Budget) -> Result<u32, Exhausted> {
    budget.take(size_of::<T>() as u64)?;
    let address = u32::try_from(arena.len()).map_err(|_| Exhausted::Memory)?;
    arena.try_reserve(1).map_err(|_| Exhausted::Memory)?;
    arena.push(item);
    Ok(address)
}
