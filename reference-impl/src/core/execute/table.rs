//! Table instructions (core spec, chapter Execution, section Instructions).

use super::machine::{Machine, Result};
use super::memory::minus_one;
use crate::core::instances::{Table, range};
use crate::core::store::{InstanceAddr, Store};
use crate::core::trap::CoreTrap;
use crate::core::value::{Address, Slot};

const OUT_OF_BOUNDS: CoreTrap = CoreTrap::OutOfBoundsTableAccess;

/// How many elements cost one unit of fuel.
pub(super) const ELEMENTS_PER_UNIT: u64 = 8;

impl Store {
    /// `elem.drop`
    pub(in crate::core) fn drop_element(&mut self, instance: InstanceAddr, index: u32) {
        let element = &mut self.instances[instance.index()].elements[index as usize];
        let dropped = std::mem::take(element);
        self.budget.give_back(size_of_val::<[u64]>(&dropped) as u64);
    }
}

impl Machine<'_> {
    pub(super) fn table_get(&mut self, table: u32) -> Result {
        let slot = self.stack.pop();
        let element = self.table_element(table, slot);
        self.stack.push(element.ok_or(OUT_OF_BOUNDS)?);
        Ok(())
    }

    /// The element at the index that a slot holds.
    pub(super) fn table_element(&self, table: u32, slot: u64) -> Option<Address> {
        let table = &self.store.tables[self.table(table)];
        let index = usize::try_from(table.index(slot)).ok()?;
        table.elements.get(index).copied().map(Address::from_slot)
    }

    pub(super) fn table_set(&mut self, table: u32) -> Result {
        let [slot, element] = self.stack.peek();
        self.stack.drop(2);
        let table = self.table(table);
        let table = &mut self.store.tables[table];
        let range = table_range(table, slot, 1)?;
        table.elements[range].fill(element);
        Ok(())
    }

    pub(super) fn table_size(&mut self, table: u32) -> Result {
        let size = self.store.tables[self.table(table)].size();
        self.stack.push(size);
        Ok(())
    }

    pub(super) fn table_grow(&mut self, table: u32) -> Result {
        let index = self.table(table);
        let table = &self.store.tables[index];
        let [element, delta] = self.stack.peek();
        let (size, delta) = (table.size(), table.index(delta));
        let can_grow = table.can_grow(delta, &self.store.budget);
        self.pay(if can_grow {
            delta / ELEMENTS_PER_UNIT
        } else {
            0
        })?;
        let table = &mut self.store.tables[index];
        let grown = can_grow && table.grow(delta, element, &self.store.budget).is_ok();
        let result = match grown {
            true => size,
            false => minus_one(table.ty.is64),
        };
        self.stack.drop(2);
        self.stack.push(result);
        Ok(())
    }

    pub(super) fn table_fill(&mut self, table: u32) -> Result {
        let index = self.table(table);
        let table = &self.store.tables[index];
        let [start, element, count] = self.stack.peek();
        let count = table.index(count);
        let filled = table_range(table, start, count)?;
        self.pay(count / ELEMENTS_PER_UNIT)?;
        self.store.tables[index].elements[filled].fill(element);
        self.stack.drop(3);
        Ok(())
    }

    pub(super) fn table_copy(&mut self, to: u32, from: u32) -> Result {
        let (to, from) = (self.table(to), self.table(from));
        let tables = &self.store.tables;
        let [write, read, count] = self.stack.peek();
        // The count is of the smaller of both address types.
        let count = tables[to].index(tables[from].index(count));
        let write = table_range(&tables[to], write, count)?;
        let read = table_range(&tables[from], read, count)?;
        self.pay(count / ELEMENTS_PER_UNIT)?;
        match self.store.tables.get_disjoint_mut([to, from]) {
            Ok([to, from]) => to.elements[write].copy_from_slice(&from.elements[read]),
            Err(_) => self.store.tables[to]
                .elements
                .copy_within(read, write.start),
        }
        self.stack.drop(3);
        Ok(())
    }

    pub(super) fn table_init(&mut self, table: u32, element: u32) -> Result {
        let table = self.table(table);
        let [write, read, count] = self.stack.peek();
        let count = u64::from(count as u32);
        let write = table_range(&self.store.tables[table], write, count)?;
        let read = self.element_range(element, read, count)?;
        self.pay(count / ELEMENTS_PER_UNIT)?;
        let items = &self.store.instances[self.instance.index()].elements[element as usize];
        self.store.tables[table].elements[write].copy_from_slice(&items[read]);
        self.stack.drop(3);
        Ok(())
    }

    pub(super) fn elem_drop(&mut self, element: u32) -> Result {
        self.store.drop_element(self.instance, element);
        Ok(())
    }

    /// `count` positions of an element segment.
    pub(super) fn element_range(
        &self,
        element: u32,
        start: u64,
        count: u64,
    ) -> Result<std::ops::Range<usize>> {
        let length = self.instance().elements[element as usize].len();
        let range = range(u64::from(start as u32), count, length);
        Ok(range.ok_or(OUT_OF_BOUNDS)?)
    }

    fn table(&self, index: u32) -> usize {
        self.instance().tables[index as usize].index()
    }
}

fn table_range(table: &Table, slot: u64, count: u64) -> Result<std::ops::Range<usize>> {
    let range = range(table.index(slot), count, table.elements.len());
    Ok(range.ok_or(OUT_OF_BOUNDS)?)
}
