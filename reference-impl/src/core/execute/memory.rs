//! Memory instructions (core spec, chapter Execution, section Instructions).

use super::access;
use super::machine::{Machine, Result};
use crate::core::instances::{Memory, range};
use crate::core::store::{InstanceAddr, Store};
use crate::core::trap::CoreTrap;

const OUT_OF_BOUNDS: CoreTrap = CoreTrap::OutOfBoundsMemoryAccess;

/// How many bytes cost one unit of fuel.
const BYTES_PER_UNIT: u64 = 64;

impl Store {
    /// `data.drop`
    pub(in crate::core) fn drop_data(&mut self, instance: InstanceAddr, index: u32) {
        self.instances[instance.index()].data_dropped[index as usize] = true;
    }
}

impl Machine<'_> {
    #[inline]
    pub(super) fn load(&mut self, load: access::Load, memory: u32, offset: u64) -> Result {
        let slot = self.stack.pop();
        let memory = &self.store.memories[self.memory(memory)];
        let address = memory.address(slot).checked_add(offset);
        let loaded = address.and_then(|address| load.load(&memory.bytes, address));
        self.stack.push(loaded.ok_or(OUT_OF_BOUNDS)?);
        Ok(())
    }

    #[inline]
    pub(super) fn store(&mut self, store: access::Store, memory: u32, offset: u64) -> Result {
        let [slot, value] = self.stack.peek();
        self.stack.drop(2);
        let memory = self.memory(memory);
        let memory = &mut self.store.memories[memory];
        let address = memory.address(slot).checked_add(offset);
        let stored = address.and_then(|address| store.store(&mut memory.bytes, address, value));
        Ok(stored.ok_or(OUT_OF_BOUNDS)?)
    }

    pub(super) fn memory_size(&mut self, memory: u32) -> Result {
        let size = self.store.memories[self.memory(memory)].size();
        self.stack.push(size);
        Ok(())
    }

    pub(super) fn memory_grow(&mut self, memory: u32) -> Result {
        let index = self.memory(memory);
        let memory = &self.store.memories[index];
        let [delta] = self.stack.peek();
        let size = memory.size();
        let growth = memory.growth(memory.address(delta), &self.store.budget);
        self.pay(growth.map_or(0, |bytes| bytes / BYTES_PER_UNIT))?;
        let memory = &mut self.store.memories[index];
        let grown = growth.map(|bytes| memory.grow(bytes, &self.store.budget));
        let result = match grown {
            Some(Ok(())) => size,
            Some(Err(_)) | None => minus_one(memory.ty.is64),
        };
        self.stack.drop(1);
        self.stack.push(result);
        Ok(())
    }

    pub(super) fn memory_fill(&mut self, memory: u32) -> Result {
        let index = self.memory(memory);
        let memory = &self.store.memories[index];
        let [start, value, count] = self.stack.peek();
        let (start, count) = (memory.address(start), memory.address(count));
        let filled = range(start, count, memory.bytes.len()).ok_or(OUT_OF_BOUNDS)?;
        self.pay(count / BYTES_PER_UNIT)?;
        self.store.memories[index].bytes[filled].fill(value as u8);
        self.stack.drop(3);
        Ok(())
    }

    pub(super) fn memory_copy(&mut self, to: u32, from: u32) -> Result {
        let (to, from) = (self.memory(to), self.memory(from));
        let memories = &self.store.memories;
        let [write, read, count] = self.stack.peek();
        // The count is of the smaller of both address types.
        let count = memories[to].address(memories[from].address(count));
        let write = memory_range(&memories[to], write, count)?;
        let read = memory_range(&memories[from], read, count)?;
        self.pay(count / BYTES_PER_UNIT)?;
        match self.store.memories.get_disjoint_mut([to, from]) {
            Ok([to, from]) => to.bytes[write].copy_from_slice(&from.bytes[read]),
            Err(_) => self.store.memories[to].bytes.copy_within(read, write.start),
        }
        self.stack.drop(3);
        Ok(())
    }

    pub(super) fn memory_init(&mut self, memory: u32, data: u32) -> Result {
        let memory = self.memory(memory);
        let [write, read, count] = self.stack.peek();
        let count = u64::from(count as u32);
        let write = memory_range(&self.store.memories[memory], write, count)?;
        let length = self.instance().data(data).len();
        let read = range(u64::from(read as u32), count, length).ok_or(OUT_OF_BOUNDS)?;
        self.pay(count / BYTES_PER_UNIT)?;
        let data = &self.store.instances[self.instance.index()].data(data)[read];
        self.store.memories[memory].bytes[write].copy_from_slice(data);
        self.stack.drop(3);
        Ok(())
    }

    pub(super) fn data_drop(&mut self, data: u32) -> Result {
        self.store.drop_data(self.instance, data);
        Ok(())
    }

    fn memory(&self, index: u32) -> usize {
        self.instance().memories[index as usize].index()
    }
}

/// What `memory.grow` and `table.grow` answer if they fail.
pub(super) fn minus_one(is64: bool) -> u64 {
    match is64 {
        true => u64::MAX,
        false => u32::MAX.into(),
    }
}

fn memory_range(memory: &Memory, slot: u64, count: u64) -> Result<std::ops::Range<usize>> {
    let range = range(memory.address(slot), count, memory.bytes.len());
    Ok(range.ok_or(OUT_OF_BOUNDS)?)
}
