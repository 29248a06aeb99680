//! What a store consists of (core spec, chapter Execution, section Runtime
//! Structure).

use super::limits::{Budget, Exhausted};
use super::module::{ExternIndex, Module};
use super::store::{Extern, FuncAddr, GlobalAddr, InstanceAddr, MemAddr, TableAddr, TagAddr};
use super::types::{GlobalType, MemoryType, TableType, TypeId};
use std::ops::Range;
use std::sync::Arc;

/// `moduleinst`: the addresses that the indices of a module stand for.
#[derive(Debug)]
pub(crate) struct Instance {
    pub(crate) module: Arc<Module>,
    pub(crate) types: Box<[TypeId]>,
    pub(crate) funcs: Vec<FuncAddr>,
    pub(crate) tables: Vec<TableAddr>,
    pub(crate) memories: Vec<MemAddr>,
    pub(crate) globals: Vec<GlobalAddr>,
    pub(crate) tags: Vec<TagAddr>,
    /// `eleminst`, as slots; empty when dropped.
    pub(crate) elements: Vec<Box<[u64]>>,
    /// The bytes of a `datainst` are the module's, unless it is dropped.
    pub(crate) data_dropped: Vec<bool>,
}

impl Instance {
    pub(crate) fn data(&self, index: u32) -> &[u8] {
        match self.data_dropped[index as usize] {
            true => &[],
            false => &self.module.data[index as usize].bytes,
        }
    }

    pub(crate) fn external(&self, index: ExternIndex) -> Extern {
        match index {
            ExternIndex::Func(i) => Extern::Func(self.funcs[i as usize]),
            ExternIndex::Table(i) => Extern::Table(self.tables[i as usize]),
            ExternIndex::Memory(i) => Extern::Memory(self.memories[i as usize]),
            ExternIndex::Global(i) => Extern::Global(self.globals[i as usize]),
            ExternIndex::Tag(i) => Extern::Tag(self.tags[i as usize]),
        }
    }
}

/// `funcinst`
#[derive(Clone, Copy, Debug)]
pub(crate) enum Func {
    Wasm {
        ty: TypeId,
        instance: InstanceAddr,
        /// Which of the functions that the module defines.
        code: u32,
    },
    Host {
        ty: TypeId,
        /// The embedder's number.
        host: u32,
    },
}

impl Func {
    pub(crate) fn ty(self) -> TypeId {
        match self {
            Func::Wasm { ty, .. } | Func::Host { ty, .. } => ty,
        }
    }
}

/// `tableinst`, its elements as slots.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) ty: TableType,
    pub(crate) elements: Vec<u64>,
}

impl Table {
    pub(crate) fn new(ty: TableType, element: u64, budget: &Budget) -> Result<Self, Exhausted> {
        let elements = filled(ty.min, element, budget)?;
        Ok(Table { ty, elements })
    }

    /// The index that a slot holds.
    pub(crate) fn index(&self, slot: u64) -> u64 {
        address(self.ty.is64, slot)
    }

    /// The number of elements; its type has the one of now.
    pub(crate) fn size(&self) -> u64 {
        self.elements.len() as u64
    }

    /// Whether `table.grow` can add `delta` elements.
    pub(crate) fn can_grow(&self, delta: u64, budget: &Budget) -> bool {
        let max = self.ty.max.unwrap_or(match self.ty.is64 {
            true => u64::MAX,
            false => u32::MAX.into(),
        });
        let fits = |size: u64| size <= max;
        self.size().checked_add(delta).is_some_and(fits) && delta <= budget.left() / 8
    }

    pub(crate) fn grow(
        &mut self,
        delta: u64,
        element: u64,
        budget: &Budget,
    ) -> Result<(), Exhausted> {
        extend(&mut self.elements, delta, element, budget)?;
        self.ty.min = self.size();
        Ok(())
    }
}

/// `meminst`
#[derive(Debug)]
pub(crate) struct Memory {
    pub(crate) ty: MemoryType,
    pub(crate) bytes: Vec<u8>,
}

impl Memory {
    pub(crate) fn new(ty: MemoryType, budget: &Budget) -> Result<Self, Exhausted> {
        let size = bytes(ty, ty.min).ok_or(Exhausted::Memory)?;
        let bytes = filled(size, 0, budget)?;
        Ok(Memory { ty, bytes })
    }

    /// The address that a slot holds.
    pub(crate) fn address(&self, slot: u64) -> u64 {
        address(self.ty.is64, slot)
    }

    /// The size in pages; its type has the one of now.
    pub(crate) fn size(&self) -> u64 {
        self.bytes.len() as u64 >> self.ty.page_size_log2
    }

    /// How many bytes `memory.grow` by `delta` pages adds, if it can.
    pub(crate) fn growth(&self, delta: u64, budget: &Budget) -> Option<u64> {
        let size = self.size().checked_add(delta)?;
        let max = match self.ty.is64 {
            true => u64::MAX,
            // The size in bytes must be an address, and the one in pages too.
            false => ((1 << 32) >> self.ty.page_size_log2).min(u32::MAX.into()),
        };
        let fits = size <= max.min(self.ty.max.unwrap_or(u64::MAX));
        bytes(self.ty, size).filter(|_| fits)?;
        bytes(self.ty, delta).filter(|growth| *growth <= budget.left())
    }

    pub(crate) fn grow(&mut self, growth: u64, budget: &Budget) -> Result<(), Exhausted> {
        extend(&mut self.bytes, growth, 0, budget)?;
        self.ty.min = self.size();
        Ok(())
    }
}

/// `globalinst`
#[derive(Debug)]
pub(crate) struct Global {
    pub(crate) ty: GlobalType,
    /// A slot.
    pub(crate) value: u64,
}

/// `structinst` and `arrayinst`
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) ty: TypeId,
    /// As slots; packed ones hold no more than their bits.
    pub(crate) fields: Box<[u64]>,
}

/// `exninst`
#[derive(Debug)]
pub(crate) struct Exception {
    pub(crate) tag: TagAddr,
    /// As slots.
    pub(crate) fields: Box<[u64]>,
}

/// `count` positions from `start`, if there are as many in `length`.
pub(crate) fn range(start: u64, count: u64, length: usize) -> Option<Range<usize>> {
    let end = start.checked_add(count)?;
    (end <= length as u64).then_some(start as usize..end as usize)
}

fn address(is64: bool, slot: u64) -> u64 {
    match is64 {
        true => slot,
        false => u64::from(slot as u32),
    }
}

fn bytes(ty: MemoryType, pages: u64) -> Option<u64> {
    pages.checked_mul(1 << ty.page_size_log2)
}

fn filled<T: Copy>(length: u64, item: T, budget: &Budget) -> Result<Vec<T>, Exhausted> {
    let mut items = Vec::new();
    extend(&mut items, length, item, budget)?;
    Ok(items)
}

/// Adds `count` copies of `item`, within the budget or not at all.
fn extend<T: Copy>(
    items: &mut Vec<T>,
    count: u64,
    item: T,
    budget: &Budget,
) -> Result<(), Exhausted> {
    let count = usize::try_from(count).map_err(|_| Exhausted::Memory)?;
    let cost = (count as u64)
        .checked_mul(size_of::<T>() as u64)
        .ok_or(Exhausted::Memory)?;
    budget.take(cost)?;
    if items.try_reserve(count).is_err() {
        budget.give_back(cost);
        return Err(Exhausted::Memory);
    }
    items.resize(items.len() + count, item);
    Ok(())
}
