//! Instantiation (core spec, chapter Execution, section Modules).

use super::execute::Interrupt;
use super::instances::{Func, Global, Instance, Memory, Table, range};
use super::limits::Exhausted;
use super::module::{ElementItems, Import, Module, SegmentMode};
use super::store::{
    Extern, FuncAddr, GlobalAddr, InstanceAddr, MemAddr, Store, TableAddr, TagAddr, push,
};
use super::trap::CoreTrap;
use super::types::{Substitute, TypeId, TypeUse};
use super::value::{Address, Slot};
use std::sync::Arc;

/// An instance that is initialised but for its start function.
#[derive(Clone, Copy, Debug)]
pub struct Instantiated {
    /// Where it is.
    pub instance: InstanceAddr,
    /// The start function, which the embedder is to call.
    pub start: Option<FuncAddr>,
}

/// Why a module was not instantiated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InstantiateError {
    /// An import is missing, or of another type. The store is as before.
    #[error("{0}")]
    Link(String),
    /// A constant expression or an active segment trapped. What earlier segments
    /// wrote stays.
    #[error(transparent)]
    Trap(CoreTrap),
    /// A bound of the store was reached.
    #[error(transparent)]
    Exhausted(#[from] Exhausted),
}

impl From<Interrupt> for InstantiateError {
    fn from(interrupt: Interrupt) -> Self {
        match interrupt {
            Interrupt::Trap(trap) => InstantiateError::Trap(trap),
            Interrupt::Exhausted(exhausted) => InstantiateError::Exhausted(exhausted),
            Interrupt::OutOfFuel => unreachable!("constant expressions cost no fuel"),
        }
    }
}

type Result<T = ()> = std::result::Result<T, InstantiateError>;

impl Store {
    /// `module_instantiate`, given what is imported in the order of
    /// [`Module::imports`], but for the start function.
    ///
    /// # Errors
    ///
    /// If imports do not match, what initialises the instance traps, or a bound of
    /// the store is reached.
    pub fn instantiate(
        &mut self,
        module: &Arc<Module>,
        imports: &[Extern],
    ) -> Result<Instantiated> {
        let types = self.types.define_module(module.groups());
        self.match_imports(module, &types, imports)?;
        let instance = self.allocate(module, types, imports)?;
        self.initialize(module, instance)?;
        let start = module
            .start
            .map(|i| self.instances[instance.index()].funcs[i as usize]);
        Ok(Instantiated { instance, start })
    }

    fn match_imports(&self, module: &Module, types: &[TypeId], imports: &[Extern]) -> Result {
        if imports.len() > module.imports.len() {
            let (given, wanted) = (imports.len(), module.imports.len());
            let error = format!("{given} imports given, {wanted} expected");
            return Err(InstantiateError::Link(error));
        }
        for (i, import) in module.imports.iter().enumerate() {
            let Import { module, name, ty } = import;
            let expected = ty.substitute(&|ty| close(ty, types));
            let Some(external) = imports.get(i) else {
                let error = format!("unknown import `{module}` `{name}`");
                return Err(InstantiateError::Link(error));
            };
            let given = self.extern_type(*external);
            if !self.types.extern_matches(given, expected) {
                return Err(InstantiateError::Link(format!(
                    "incompatible import type of `{module}` `{name}`: expected {}, given {}",
                    self.types.describe(expected),
                    self.types.describe(given),
                )));
            }
        }
        Ok(())
    }

    /// `allocmodule`, which evaluates the constant expressions too.
    fn allocate(
        &mut self,
        module: &Arc<Module>,
        types: Box<[TypeId]>,
        imports: &[Extern],
    ) -> Result<InstanceAddr> {
        let indices = types.len() + module.funcs.len() + module.tags.len() + module.data.len();
        self.budget.take(indices as u64 * size_of::<u32>() as u64)?;
        let mut instance = Instance {
            module: module.clone(),
            types,
            funcs: Vec::new(),
            tables: Vec::new(),
            memories: Vec::new(),
            globals: Vec::new(),
            tags: Vec::new(),
            elements: Vec::new(),
            data_dropped: vec![false; module.data.len()],
        };
        for import in imports {
            match *import {
                Extern::Func(func) => instance.funcs.push(func),
                Extern::Table(table) => instance.tables.push(table),
                Extern::Memory(memory) => instance.memories.push(memory),
                Extern::Global(global) => instance.globals.push(global),
                Extern::Tag(tag) => instance.tags.push(tag),
            }
        }
        let address = InstanceAddr(self.instances.len() as u32);
        let budget = &self.budget;
        for (code, ty) in (0..).zip(&module.funcs[instance.funcs.len()..]) {
            let func = Func::Wasm {
                ty: instance.types[*ty as usize],
                instance: address,
                code,
            };
            instance
                .funcs
                .push(FuncAddr(push(&mut self.funcs, func, budget)?));
        }
        for ty in &module.tags[instance.tags.len()..] {
            let ty = instance.types[*ty as usize];
            instance
                .tags
                .push(TagAddr(push(&mut self.tags, ty, budget)?));
        }
        for ty in &module.memories[instance.memories.len()..] {
            let memory = Memory::new(*ty, budget)?;
            let memory = push(&mut self.memories, memory, budget)?;
            instance.memories.push(MemAddr(memory));
        }
        push(&mut self.instances, instance, budget)?;
        self.allocate_globals(module, address)?;
        self.allocate_tables(module, address)?;
        self.allocate_elements(module, address)?;
        Ok(address)
    }

    /// A global may be initialised with those before it.
    fn allocate_globals(&mut self, module: &Module, instance: InstanceAddr) -> Result {
        let imported = module.globals.len() - module.global_inits.len();
        for (ty, init) in module.globals[imported..].iter().zip(&module.global_inits) {
            let value = self.evaluate(module, instance, init)?;
            let this = &mut self.instances[instance.index()];
            let ty = ty.substitute(&|ty| close(ty, &this.types));
            let global = push(&mut self.globals, Global { ty, value }, &self.budget)?;
            this.globals.push(GlobalAddr(global));
        }
        Ok(())
    }

    fn allocate_tables(&mut self, module: &Module, instance: InstanceAddr) -> Result {
        let imported = module.tables.len() - module.table_inits.len();
        for (ty, init) in module.tables[imported..].iter().zip(&module.table_inits) {
            let element = match init {
                Some(init) => self.evaluate(module, instance, init)?,
                None => Address::Null.into_slot(),
            };
            let this = &mut self.instances[instance.index()];
            let ty = ty.substitute(&|ty| close(ty, &this.types));
            let table = Table::new(ty, element, &self.budget)?;
            let table = push(&mut self.tables, table, &self.budget)?;
            this.tables.push(TableAddr(table));
        }
        Ok(())
    }

    fn allocate_elements(&mut self, module: &Module, instance: InstanceAddr) -> Result {
        for segment in &module.elements {
            let count = match &segment.items {
                ElementItems::Functions(funcs) => funcs.len(),
                ElementItems::Expressions(exprs) => exprs.len(),
            };
            self.budget.take((count * size_of::<u64>()) as u64)?;
            let items = match &segment.items {
                ElementItems::Functions(funcs) => {
                    let this = &self.instances[instance.index()];
                    let slot = |i: &u32| Address::Func(this.funcs[*i as usize]).into_slot();
                    funcs.iter().map(slot).collect()
                }
                ElementItems::Expressions(exprs) => {
                    let slots = exprs.iter().map(|e| self.evaluate(module, instance, e));
                    slots.collect::<std::result::Result<_, _>>()?
                }
            };
            self.instances[instance.index()].elements.push(items);
        }
        Ok(())
    }

    /// Runs the active segments.
    fn initialize(&mut self, module: &Module, instance: InstanceAddr) -> Result {
        for (i, segment) in (0..).zip(&module.elements) {
            if let SegmentMode::Active(table, offset) = &segment.mode {
                let offset = self.evaluate(module, instance, offset)?;
                let this = &self.instances[instance.index()];
                let items = &this.elements[i as usize];
                let table = &mut self.tables[this.tables[*table as usize].index()];
                let range = range(
                    table.index(offset),
                    items.len() as u64,
                    table.elements.len(),
                );
                let range =
                    range.ok_or(InstantiateError::Trap(CoreTrap::OutOfBoundsTableAccess))?;
                table.elements[range].copy_from_slice(items);
            }
            if !matches!(segment.mode, SegmentMode::Passive) {
                self.drop_element(instance, i);
            }
        }
        for (i, segment) in (0..).zip(&module.data) {
            if let SegmentMode::Active(memory, offset) = &segment.mode {
                let offset = self.evaluate(module, instance, offset)?;
                let this = &self.instances[instance.index()];
                let memory = &mut self.memories[this.memories[*memory as usize].index()];
                let length = segment.bytes.len() as u64;
                let range = range(memory.address(offset), length, memory.bytes.len());
                let range =
                    range.ok_or(InstantiateError::Trap(CoreTrap::OutOfBoundsMemoryAccess))?;
                memory.bytes[range].copy_from_slice(&segment.bytes);
                self.drop_data(instance, i);
            }
        }
        Ok(())
    }
}

/// Replaces the type indices of a module by types of the store.
fn close(ty: TypeUse, types: &[TypeId]) -> TypeUse {
    match ty {
        TypeUse::Index(i) => TypeUse::Defined(types[i as usize]),
        ty => ty,
    }
}
