//! Control instructions, and the frames that they come and go with (core spec,
//! chapter Execution, section Instructions).

use super::machine::{Interrupt, Machine, Result};
use super::{Fiber, Next};
use crate::core::limits::Exhausted;
use crate::core::module::Module;
use crate::core::store::{ExnAddr, FuncAddr, Store};
use crate::core::trap::CoreTrap;
use crate::core::value::Address;

impl Store {
    /// Executes the last frame of a fiber until another becomes the last.
    pub(super) fn run(&mut self, fiber: &mut Fiber, module: &Module) -> Result<Next> {
        let Some(frame) = fiber.frames.last_mut() else {
            return Ok(Next::Resume);
        };
        let code = &module.code[frame.code as usize];
        let base = frame.base as usize;
        let mut machine = Machine {
            store: self,
            stack: &mut fiber.stack,
            paid: &mut fiber.paid,
            module,
            instance: frame.instance,
            base,
        };
        let mut next = frame.next;
        let step = loop {
            if machine.store.fuel == 0 {
                break Err(Interrupt::OutOfFuel);
            }
            machine.store.fuel -= 1;
            match machine.execute(code.instructions[next as usize]) {
                Ok(Step::Next) => next += 1,
                Ok(Step::Jump(index)) => {
                    let jump = code.jumps[index as usize];
                    let height = base + jump.height as usize;
                    machine.stack.keep(height, jump.arity as usize);
                    next = jump.target;
                }
                step => break step,
            }
        };
        frame.next = next + u32::from(step.is_ok());
        Ok(match step? {
            Step::Next | Step::Jump(_) => Next::Resume,
            Step::Return => {
                fiber.stack.keep(base, code.results as usize);
                fiber.frames.pop();
                Next::Resume
            }
            Step::Call(func) => Next::Call(func),
            Step::ReturnCall(func) => {
                let params = self.func_type(func).0.len();
                fiber.stack.keep(base, params);
                fiber.frames.pop();
                Next::Call(func)
            }
            Step::Throw(exn) => Next::Throw(exn),
        })
    }

    /// Leaves frames up to a handler of the exception; false if there is none.
    pub(super) fn unwind(&mut self, fiber: &mut Fiber, exn: ExnAddr) -> bool {
        let exception = &self.exceptions[exn.index()];
        while let Some(frame) = fiber.frames.last_mut() {
            let instance = &self.instances[frame.instance.index()];
            let code = &instance.module.code[frame.code as usize];
            // The search is work as well; it is done at once, whatever it costs.
            self.fuel = self.fuel.saturating_sub(code.handlers.len() as u64 / 8);
            let handler = code.handlers.iter().rfind(|handler| {
                let catches = |tag: u32| instance.tags[tag as usize] == exception.tag;
                handler.from < frame.next
                    && frame.next <= handler.to
                    && handler.tag.is_none_or(catches)
            });
            let base = frame.base as usize;
            if let Some(handler) = handler {
                let jump = code.jumps[handler.jump as usize];
                fiber.stack.0.truncate(base + jump.height as usize);
                if handler.tag.is_some() {
                    fiber.stack.0.extend_from_slice(&exception.fields);
                }
                if handler.by_reference {
                    fiber.stack.push(Address::Exn(exn));
                }
                frame.next = jump.target;
                return true;
            }
            fiber.stack.0.truncate(base);
            fiber.frames.pop();
        }
        false
    }
}

/// What follows an instruction.
pub(super) enum Step {
    Next,
    Jump(u32),
    Call(FuncAddr),
    Return,
    ReturnCall(FuncAddr),
    Throw(ExnAddr),
}

impl Machine<'_> {
    #[inline]
    pub(super) fn branch_if(&mut self, wanted: bool, jump: u32) -> Step {
        match self.stack.pop::<bool>() == wanted {
            true => Step::Jump(jump),
            false => Step::Next,
        }
    }

    pub(super) fn branch_on_null(&mut self, jump: u32) -> Step {
        match self.stack.peek() {
            [0] => {
                self.stack.drop(1);
                Step::Jump(jump)
            }
            _ => Step::Next,
        }
    }

    pub(super) fn branch_on_non_null(&mut self, jump: u32) -> Step {
        match self.stack.peek() {
            [0] => {
                self.stack.drop(1);
                Step::Next
            }
            _ => Step::Jump(jump),
        }
    }

    pub(super) fn pop_func(&mut self) -> Result<FuncAddr> {
        match self.stack.pop() {
            Address::Func(func) => Ok(func),
            _ => Err(CoreTrap::NullFunctionReference.into()),
        }
    }

    pub(super) fn pop_indirect(&mut self, table: u32, ty: u32) -> Result<FuncAddr> {
        let slot = self.stack.pop();
        match self.table_element(table, slot) {
            None => Err(CoreTrap::UndefinedElement.into()),
            Some(Address::Func(func)) => {
                let given = self.store.funcs[func.index()].ty();
                match self.store.types.defined_matches(given, self.ty(ty)) {
                    true => Ok(func),
                    false => Err(CoreTrap::IndirectCallTypeMismatch.into()),
                }
            }
            Some(_) => Err(CoreTrap::UninitializedElement.into()),
        }
    }

    pub(super) fn pop_exception(&mut self) -> Result<ExnAddr> {
        match self.stack.pop() {
            Address::Exn(exn) => Ok(exn),
            _ => Err(CoreTrap::NullExceptionReference.into()),
        }
    }

    pub(super) fn new_exception(&mut self, tag: u32) -> std::result::Result<ExnAddr, Exhausted> {
        let tag = self.instance().tags[tag as usize];
        let ty = self.store.tags[tag.index()];
        let count = self.store.types.func(ty).params.len();
        let height = self.stack.len() - count;
        let exn = self.store.alloc_exception(tag, self.stack.above(height))?;
        self.stack.drop(count);
        Ok(exn)
    }
}
