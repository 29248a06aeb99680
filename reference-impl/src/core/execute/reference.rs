//! Reference instructions (core spec, chapter Execution, section Instructions).

use super::machine::{Machine, Result};
use crate::core::trap::CoreTrap;
use crate::core::types::{AbstractHeapType, HeapType, RefType, TypeUse};
use crate::core::value::{Address, Slot};

impl Machine<'_> {
    pub(super) fn ref_func(&mut self, index: u32) -> Result {
        let func = self.func(index);
        self.stack.push(Address::Func(func));
        Ok(())
    }

    pub(super) fn ref_is_null(&mut self) -> Result {
        let reference: Address = self.stack.pop();
        self.stack.push(reference == Address::Null);
        Ok(())
    }

    pub(super) fn ref_as_non_null(&mut self) -> Result {
        match self.stack.peek() {
            [0] => Err(CoreTrap::NullReference.into()),
            _ => Ok(()),
        }
    }

    pub(super) fn ref_eq(&mut self) -> Result {
        let [first, second] = self.stack.peek();
        self.stack.drop(2);
        self.stack.push(first == second);
        Ok(())
    }

    /// Whether a slot that is known to hold a reference of the same hierarchy holds
    /// one of `ty`, a type of the module.
    pub(super) fn reference_matches(&self, slot: u64, ty: RefType) -> bool {
        let wanted = match ty.heap {
            HeapType::Use(TypeUse::Index(i)) => HeapType::Use(TypeUse::Defined(self.ty(i))),
            heap => heap,
        };
        let given = match Address::from_slot(slot) {
            Address::Null => return ty.nullable,
            // All of them are the same on this side, and on the other side opaque.
            _ if wanted == HeapType::Abstract(AbstractHeapType::Extern) => return true,
            Address::Host(_) => HeapType::Abstract(AbstractHeapType::Any),
            Address::I31(_) => HeapType::Abstract(AbstractHeapType::I31),
            Address::Exn(_) => HeapType::Abstract(AbstractHeapType::Exn),
            Address::Func(func) => {
                HeapType::Use(TypeUse::Defined(self.store.funcs[func.index()].ty()))
            }
            Address::Object(object) => {
                HeapType::Use(TypeUse::Defined(self.store.object(object).ty))
            }
        };
        self.store.types.heap_matches(given, wanted)
    }
}
