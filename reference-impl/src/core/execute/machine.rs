//! The execution of an instruction (core spec, chapter Execution, section
//! Instructions).

use super::control::Step;
use super::stack::Stack;
use crate::core::instances::Instance;
use crate::core::limits::Exhausted;
use crate::core::module::{ConstExpr, Instruction, Module};
use crate::core::store::{FuncAddr, InstanceAddr, Store};
use crate::core::trap::CoreTrap;
use crate::core::types::TypeId;

/// Why an instruction was not carried out.
#[derive(Clone, Copy, Debug)]
pub(in crate::core) enum Interrupt {
    Trap(CoreTrap),
    Exhausted(Exhausted),
    /// Its price is not paid yet: it is to be executed again, and nothing has
    /// changed.
    OutOfFuel,
}

impl From<CoreTrap> for Interrupt {
    fn from(trap: CoreTrap) -> Self {
        Interrupt::Trap(trap)
    }
}

impl From<Exhausted> for Interrupt {
    fn from(exhausted: Exhausted) -> Self {
        Interrupt::Exhausted(exhausted)
    }
}

pub(super) type Result<T = ()> = std::result::Result<T, Interrupt>;

/// The current frame and what is around it.
pub(super) struct Machine<'a> {
    pub(super) store: &'a mut Store,
    pub(super) stack: &'a mut Stack,
    /// What was already paid for the instruction, in excess of its one unit.
    pub(super) paid: &'a mut u64,
    pub(super) module: &'a Module,
    pub(super) instance: InstanceAddr,
    /// Where in the stack the frame's locals begin.
    pub(super) base: usize,
}

impl Store {
    /// The slot of a constant expression. It costs no fuel.
    pub(in crate::core) fn evaluate(
        &mut self,
        module: &Module,
        instance: InstanceAddr,
        expr: &ConstExpr,
    ) -> Result<u64> {
        let mut stack = Stack::default();
        for instruction in &expr.0 {
            let mut machine = Machine {
                store: self,
                stack: &mut stack,
                paid: &mut { u64::MAX },
                module,
                instance,
                base: 0,
            };
            machine.execute(*instruction)?;
        }
        Ok(stack.pop())
    }
}

impl Machine<'_> {
    #[inline]
    pub(super) fn execute(&mut self, instruction: Instruction) -> Result<Step> {
        match instruction {
            Instruction::Unreachable => return Err(CoreTrap::Unreachable.into()),
            Instruction::Branch(jump) => return Ok(Step::Jump(jump)),
            Instruction::BranchIf(jump) => return Ok(self.branch_if(true, jump)),
            Instruction::BranchUnless(jump) => return Ok(self.branch_if(false, jump)),
            Instruction::BranchTable { first, count } => {
                let entry = self.stack.pop::<u32>().min(count - 1);
                return Ok(Step::Jump(first + entry));
            }
            Instruction::BranchOnNull(jump) => return Ok(self.branch_on_null(jump)),
            Instruction::BranchOnNonNull(jump) => return Ok(self.branch_on_non_null(jump)),
            Instruction::Call(i) => return Ok(Step::Call(self.func(i))),
            Instruction::CallRef => return Ok(Step::Call(self.pop_func()?)),
            Instruction::CallIndirect { table, ty } => {
                return Ok(Step::Call(self.pop_indirect(table, ty)?));
            }
            Instruction::Return => return Ok(Step::Return),
            Instruction::ReturnCall(i) => return Ok(Step::ReturnCall(self.func(i))),
            Instruction::ReturnCallRef => return Ok(Step::ReturnCall(self.pop_func()?)),
            Instruction::ReturnCallIndirect { table, ty } => {
                return Ok(Step::ReturnCall(self.pop_indirect(table, ty)?));
            }
            Instruction::Throw(tag) => return Ok(Step::Throw(self.new_exception(tag)?)),
            Instruction::ThrowRef => return Ok(Step::Throw(self.pop_exception()?)),

            Instruction::Locals(count) => {
                self.pay(u64::from(count) / 8)?;
                let height = self.stack.len() + count as usize;
                self.stack.0.resize(height, 0);
            }
            Instruction::LocalGet(i) => {
                let value = *self.local(i);
                self.stack.push(value);
            }
            Instruction::LocalSet(i) => *self.local(i) = self.stack.pop(),
            Instruction::LocalTee(i) => [*self.local(i)] = self.stack.peek(),

            Instruction::Load {
                load,
                memory,
                offset,
            } => self.load(load, memory, offset)?,
            Instruction::Store {
                store,
                memory,
                offset,
            } => self.store(store, memory, offset)?,
            Instruction::RefTest(ty) => {
                let reference = self.stack.pop();
                self.stack.push(self.reference_matches(reference, ty));
            }
            Instruction::RefTestKeeping(ty) => {
                let [reference] = self.stack.peek();
                self.stack.push(self.reference_matches(reference, ty));
            }
            Instruction::RefCast(ty) => {
                let [reference] = self.stack.peek();
                if !self.reference_matches(reference, ty) {
                    return Err(CoreTrap::CastFailure.into());
                }
            }

            Instruction::Const(slot) => self.stack.push(slot),
            Instruction::Numeric(numeric) => numeric.execute(self.stack)?,
            Instruction::Plain(plain) => plain.execute(self)?,
        }
        Ok(Step::Next)
    }

    pub(super) fn drop(&mut self) -> Result {
        self.stack.drop(1);
        Ok(())
    }

    pub(super) fn select(&mut self) -> Result {
        let condition = self.stack.pop();
        let [first, second] = self.stack.peek();
        self.stack.drop(2);
        self.stack.push(if condition { first } else { second });
        Ok(())
    }

    pub(super) fn global_get(&mut self, index: u32) -> Result {
        let global = self.instance().globals[index as usize];
        self.stack.push(self.store.globals[global.index()].value);
        Ok(())
    }

    pub(super) fn global_set(&mut self, index: u32) -> Result {
        let global = self.instance().globals[index as usize];
        self.store.globals[global.index()].value = self.stack.pop();
        Ok(())
    }

    /// Takes what an instruction costs beyond the one unit that it was fetched for.
    ///
    /// If there is less, that and the unit count towards the price when the
    /// instruction is executed again.
    pub(super) fn pay(&mut self, price: u64) -> Result {
        let due = price.saturating_sub(*self.paid);
        match self.store.fuel.checked_sub(due) {
            Some(left) => {
                self.store.fuel = left;
                *self.paid = 0;
                Ok(())
            }
            None => {
                *self.paid += self.store.fuel + 1;
                self.store.fuel = 0;
                Err(Interrupt::OutOfFuel)
            }
        }
    }

    pub(super) fn instance(&self) -> &Instance {
        &self.store.instances[self.instance.index()]
    }

    pub(super) fn func(&self, index: u32) -> FuncAddr {
        self.instance().funcs[index as usize]
    }

    pub(super) fn ty(&self, index: u32) -> TypeId {
        self.instance().types[index as usize]
    }

    fn local(&mut self, index: u32) -> &mut u64 {
        &mut self.stack.0[self.base + index as usize]
    }
}
