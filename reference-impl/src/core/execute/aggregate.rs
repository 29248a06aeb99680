//! Aggregate instructions (core spec, chapter Execution, section Instructions).

use super::machine::{Machine, Result};
use super::table::ELEMENTS_PER_UNIT;
use crate::core::instances::range;
use crate::core::limits::Exhausted;
use crate::core::store::ObjectAddr;
use crate::core::trap::CoreTrap;
use crate::core::types::{CompositeType, StorageType};
use crate::core::value::{Address, Slot};
use std::ops::Range;

const OUT_OF_BOUNDS: CoreTrap = CoreTrap::OutOfBoundsArrayAccess;

impl Machine<'_> {
    pub(super) fn ref_i31(&mut self) -> Result {
        let scalar = self.stack.pop();
        self.stack.push(Address::I31(scalar));
        Ok(())
    }

    pub(super) fn i31_get(&mut self, signed: bool) -> Result {
        let Address::I31(scalar) = self.stack.pop() else {
            return Err(CoreTrap::NullI31Reference.into());
        };
        self.stack.push(match signed {
            true => (scalar << 1).cast_signed() >> 1,
            false => scalar.cast_signed(),
        });
        Ok(())
    }

    pub(super) fn struct_new(&mut self, ty: u32) -> Result {
        let CompositeType::Struct(fields) = &self.module.types[ty as usize].composite else {
            return Ok(());
        };
        self.pay(fields.len() as u64 / ELEMENTS_PER_UNIT)?;
        let height = self.stack.len() - fields.len();
        let slots = fields.iter().zip(self.stack.above(height));
        let packed = slots.map(|(field, slot)| pack(field.storage, *slot));
        let packed = packed.collect();
        self.replace(fields.len(), ty, packed)
    }

    pub(super) fn struct_new_default(&mut self, ty: u32) -> Result {
        let CompositeType::Struct(fields) = &self.module.types[ty as usize].composite else {
            return Ok(());
        };
        self.new_filled(0, ty, 0, fields.len() as u64)
    }

    pub(super) fn struct_get(&mut self, ty: u32, field: u32, signed: bool) -> Result {
        let Address::Object(object) = self.stack.pop() else {
            return Err(CoreTrap::NullStructureReference.into());
        };
        let slot = self.store.object(object).fields[field as usize];
        self.stack
            .push(unpack(self.storage(ty, field), slot, signed));
        Ok(())
    }

    pub(super) fn struct_set(&mut self, ty: u32, field: u32) -> Result {
        let value = self.stack.pop();
        let Address::Object(object) = self.stack.pop() else {
            return Err(CoreTrap::NullStructureReference.into());
        };
        let packed = pack(self.storage(ty, field), value);
        self.store.objects[object.index()].fields[field as usize] = packed;
        Ok(())
    }

    pub(super) fn array_new(&mut self, ty: u32) -> Result {
        let [element, count] = self.stack.peek();
        let packed = pack(self.storage(ty, 0), element);
        self.new_filled(2, ty, packed, u64::from(count as u32))
    }

    pub(super) fn array_new_default(&mut self, ty: u32) -> Result {
        let [count] = self.stack.peek();
        self.new_filled(1, ty, 0, u64::from(count as u32))
    }

    pub(super) fn array_new_fixed(&mut self, ty: u32, count: u32) -> Result {
        self.pay(u64::from(count) / ELEMENTS_PER_UNIT)?;
        let storage = self.storage(ty, 0);
        let height = self.stack.len() - count as usize;
        let slots = self.stack.above(height).iter();
        let elements = slots.map(|slot| pack(storage, *slot)).collect();
        self.replace(count as usize, ty, elements)
    }

    pub(super) fn array_new_data(&mut self, ty: u32, data: u32) -> Result {
        let [start, count] = self.stack.peek();
        let range = self.data_range(ty, data, start, count)?;
        self.pay(u64::from(count as u32) / ELEMENTS_PER_UNIT)?;
        let mut elements = self.repeat(0, u64::from(count as u32))?;
        self.read_data(ty, data, range, &mut elements);
        self.replace(2, ty, elements)
    }

    pub(super) fn array_new_elem(&mut self, ty: u32, element: u32) -> Result {
        let [start, count] = self.stack.peek();
        let range = self.element_range(element, start, u64::from(count as u32))?;
        self.pay(range.len() as u64 / ELEMENTS_PER_UNIT)?;
        let mut elements = self.repeat(0, range.len() as u64)?;
        elements.copy_from_slice(&self.instance().elements[element as usize][range]);
        self.replace(2, ty, elements)
    }

    pub(super) fn array_get(&mut self, ty: u32, signed: bool) -> Result {
        let [array, index] = self.stack.peek();
        self.stack.drop(2);
        let array = array_addr(array)?;
        let element = self.store.object(array).fields.get(index as u32 as usize);
        let element = *element.ok_or(OUT_OF_BOUNDS)?;
        self.stack
            .push(unpack(self.storage(ty, 0), element, signed));
        Ok(())
    }

    pub(super) fn array_set(&mut self, ty: u32) -> Result {
        let [array, index, value] = self.stack.peek();
        self.stack.drop(3);
        let packed = pack(self.storage(ty, 0), value);
        let array = &mut self.store.objects[array_addr(array)?.index()];
        let element = array.fields.get_mut(index as u32 as usize);
        *element.ok_or(OUT_OF_BOUNDS)? = packed;
        Ok(())
    }

    pub(super) fn array_len(&mut self) -> Result {
        let array = array_addr(self.stack.pop())?;
        let length = self.store.object(array).fields.len();
        self.stack.push(length as u32);
        Ok(())
    }

    pub(super) fn array_fill(&mut self, ty: u32) -> Result {
        let [array, start, value, count] = self.stack.peek();
        let array = array_addr(array)?;
        let range = self.array_range(array, start, count)?;
        self.pay(range.len() as u64 / ELEMENTS_PER_UNIT)?;
        let packed = pack(self.storage(ty, 0), value);
        self.store.objects[array.index()].fields[range].fill(packed);
        self.stack.drop(4);
        Ok(())
    }

    pub(super) fn array_copy(&mut self) -> Result {
        let [to, write, from, read, count] = self.stack.peek();
        let (to, from) = (array_addr(to)?, array_addr(from)?);
        let write = self.array_range(to, write, count)?;
        let read = self.array_range(from, read, count)?;
        self.pay(read.len() as u64 / ELEMENTS_PER_UNIT)?;
        let objects = &mut self.store.objects;
        match objects.get_disjoint_mut([to.index(), from.index()]) {
            Ok([to, from]) => to.fields[write].copy_from_slice(&from.fields[read]),
            Err(_) => objects[to.index()].fields.copy_within(read, write.start),
        }
        self.stack.drop(5);
        Ok(())
    }

    pub(super) fn array_init_data(&mut self, ty: u32, data: u32) -> Result {
        let [array, write, read, count] = self.stack.peek();
        let array = array_addr(array)?;
        let write = self.array_range(array, write, count)?;
        let read = self.data_range(ty, data, read, count)?;
        self.pay(write.len() as u64 / ELEMENTS_PER_UNIT)?;
        let mut elements = std::mem::take(&mut self.store.objects[array.index()].fields);
        self.read_data(ty, data, read, &mut elements[write]);
        self.store.objects[array.index()].fields = elements;
        self.stack.drop(4);
        Ok(())
    }

    pub(super) fn array_init_elem(&mut self, element: u32) -> Result {
        let [array, write, read, count] = self.stack.peek();
        let array = array_addr(array)?;
        let write = self.array_range(array, write, count)?;
        let read = self.element_range(element, read, u64::from(count as u32))?;
        self.pay(write.len() as u64 / ELEMENTS_PER_UNIT)?;
        let items = &self.store.instances[self.instance.index()].elements[element as usize];
        self.store.objects[array.index()].fields[write].copy_from_slice(&items[read]);
        self.stack.drop(4);
        Ok(())
    }

    /// Makes an object whose fields are all the same.
    fn new_filled(&mut self, operands: usize, ty: u32, slot: u64, count: u64) -> Result {
        self.pay(count / ELEMENTS_PER_UNIT)?;
        let fields = self.repeat(slot, count)?;
        self.replace(operands, ty, fields)
    }

    /// Puts a new object in the place of the operands that it was made from.
    fn replace(&mut self, operands: usize, ty: u32, fields: Box<[u64]>) -> Result {
        let object = self.store.alloc_object(self.ty(ty), fields)?;
        self.stack.drop(operands);
        self.stack.push(Address::Object(object));
        Ok(())
    }

    /// Fields of a new object, if there are enough bytes left.
    fn repeat(&self, slot: u64, count: u64) -> std::result::Result<Box<[u64]>, Exhausted> {
        if count > self.store.budget.left() / 8 {
            return Err(Exhausted::Memory);
        }
        let mut fields = Vec::new();
        let reserved = fields.try_reserve_exact(count as usize);
        reserved.map_err(|_| Exhausted::Memory)?;
        fields.resize(count as usize, slot);
        Ok(fields.into())
    }

    /// What a field of a structure type, or the elements of an array type, hold.
    fn storage(&self, ty: u32, field: u32) -> StorageType {
        match &self.module.types[ty as usize].composite {
            CompositeType::Struct(fields) => fields[field as usize].storage,
            CompositeType::Array(element) => element.storage,
            CompositeType::Func(_) => unreachable!("validation wants an aggregate type here"),
        }
    }

    fn array_range(&self, array: ObjectAddr, start: u64, count: u64) -> Result<Range<usize>> {
        let length = self.store.object(array).fields.len();
        let (start, count) = (u64::from(start as u32), u64::from(count as u32));
        Ok(range(start, count, length).ok_or(OUT_OF_BOUNDS)?)
    }

    /// The bytes of `count` elements in a data segment.
    fn data_range(&self, ty: u32, data: u32, start: u64, count: u64) -> Result<Range<usize>> {
        let length = self.instance().data(data).len();
        let bytes = u64::from(count as u32) * self.storage(ty, 0).size() as u64;
        let range = range(u64::from(start as u32), bytes, length);
        Ok(range.ok_or(CoreTrap::OutOfBoundsMemoryAccess)?)
    }

    fn read_data(&self, ty: u32, data: u32, range: Range<usize>, elements: &mut [u64]) {
        let size = self.storage(ty, 0).size();
        let chunks = self.instance().data(data)[range].chunks_exact(size);
        for (element, chunk) in elements.iter_mut().zip(chunks) {
            let mut bytes = [0; 8];
            bytes[..size].copy_from_slice(chunk);
            *element = u64::from_le_bytes(bytes);
        }
    }
}

fn array_addr(slot: u64) -> Result<ObjectAddr> {
    match Address::from_slot(slot) {
        Address::Object(array) => Ok(array),
        _ => Err(CoreTrap::NullArrayReference.into()),
    }
}

/// `packfield`
fn pack(ty: StorageType, slot: u64) -> u64 {
    match ty {
        StorageType::I8 => u64::from(slot as u8),
        StorageType::I16 => u64::from(slot as u16),
        StorageType::Val(_) => slot,
    }
}

/// `unpackfield`
fn unpack(ty: StorageType, slot: u64, signed: bool) -> u64 {
    match ty {
        StorageType::I8 if signed => u64::from(slot as i8 as u32),
        StorageType::I16 if signed => u64::from(slot as i16 as u32),
        _ => slot,
    }
}
