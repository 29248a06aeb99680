//! Fibers, and the frames of which they consist (core spec, chapter Execution,
//! section Runtime Structure).

pub(crate) mod access;

mod aggregate;
mod control;
mod machine;
mod memory;
mod numeric;
mod plain;
mod reference;
mod stack;
mod table;

pub(super) use machine::Interrupt;
pub(crate) use numeric::Numeric;
pub(crate) use plain::Plain;

use super::instances::Func;
use super::limits::{Charge, Exhausted, Limits};
use super::module::Module;
use super::store::{ExnAddr, FuncAddr, InstanceAddr, Store};
use super::trap::CoreTrap;
use stack::Stack;
use std::sync::Arc;

/// A call of a core function and all that it calls: frames and values, on the heap.
///
/// It belongs to the store that made it. What it holds counts against the bounds
/// of the store until it is dropped.
#[derive(Debug)]
pub struct Fiber {
    state: State,
    frames: Vec<Frame>,
    stack: Stack,
    /// What was already paid for the instruction that comes next.
    paid: u64,
    charge: Charge,
}

/// Why a fiber stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suspension {
    /// The call is done: [`Fiber::results`].
    Returned,
    /// The guest called a function of the embedder's: answer [`Fiber::args`] with
    /// [`Fiber::supply`] or [`Store::throw_into`], and resume.
    HostCall {
        /// The embedder's number of it.
        host: u32,
    },
    /// [`Store::fuel`] ran out: add to it, and resume.
    OutOfFuel,
    /// The guest trapped.
    Trapped(CoreTrap),
    /// The guest threw an exception that it does not catch.
    Threw(ExnAddr),
    /// A bound of the store was reached.
    Exhausted(Exhausted),
}

impl Fiber {
    /// The slots of the arguments of a [`Suspension::HostCall`].
    #[must_use]
    pub fn args(&self) -> &[u64] {
        match self.state {
            State::Calling { params, .. } => self.stack.above(self.stack.len() - params),
            _ => &[],
        }
    }

    /// Answers a [`Suspension::HostCall`] with the slots of its results.
    ///
    /// # Panics
    ///
    /// If there is no such call, or it has another number of results.
    pub fn supply(&mut self, values: &[u64]) {
        let State::Calling {
            params, results, ..
        } = self.state
        else {
            panic!("no call waits for results");
        };
        assert_eq!(values.len(), results, "a call has the results of its type");
        self.stack.drop(params);
        self.stack.0.extend_from_slice(values);
        self.state = State::Ready;
    }

    /// The slots of the results, once it has [`Suspension::Returned`].
    #[must_use]
    pub fn results(&self) -> &[u64] {
        match self.state {
            State::Done(Suspension::Returned) => self.stack.above(0),
            _ => &[],
        }
    }

    /// Makes room for as many values as the fiber is about to hold.
    fn reserve(&mut self, values: usize, limits: &Limits) -> Result<(), Exhausted> {
        reserve(&mut self.stack.0, values, limits.values, &mut self.charge)
    }

    fn push(&mut self, frame: Frame, limits: &Limits) -> Result<(), Exhausted> {
        let count = self.frames.len() + 1;
        reserve(&mut self.frames, count, limits.frames, &mut self.charge)?;
        self.frames.push(frame);
        Ok(())
    }
}

impl Store {
    /// A call of `func` with the slots of its arguments, still to be resumed.
    ///
    /// # Panics
    ///
    /// If the function has another number of parameters.
    #[must_use]
    pub fn call(&self, func: FuncAddr, args: &[u64]) -> Fiber {
        let params = self.func_type(func).0.len();
        assert_eq!(args.len(), params, "a call has the arguments of its type");
        let bytes = size_of::<Fiber>() + size_of_val(args);
        Fiber {
            state: State::Called(func),
            frames: Vec::new(),
            stack: Stack(args.to_vec()),
            paid: 0,
            charge: Charge::new(&self.budget, bytes as u64),
        }
    }

    /// Runs a fiber until it stops. One that is done stays so.
    ///
    /// An instruction costs one unit of fuel. Those that work on many bytes cost
    /// one more for each 64 bytes, and those that work on many elements, fields or
    /// locals one for each eight. Such an instruction does nothing until it is
    /// paid for; what there was of fuel counts when the fiber is resumed.
    pub fn resume(&mut self, fiber: &mut Fiber) -> Suspension {
        let suspension = match self.advance(fiber) {
            Ok(suspension) => suspension,
            Err(Interrupt::OutOfFuel) => Suspension::OutOfFuel,
            Err(Interrupt::Trap(trap)) => Suspension::Trapped(trap),
            Err(Interrupt::Exhausted(exhausted)) => Suspension::Exhausted(exhausted),
        };
        if !matches!(
            suspension,
            Suspension::HostCall { .. } | Suspension::OutOfFuel
        ) {
            fiber.state = State::Done(suspension);
        }
        suspension
    }

    /// Throws an exception where a fiber stopped, instead of supplying results. It
    /// goes on in the handler, or reports [`Suspension::Threw`], when it is resumed.
    pub fn throw_into(&mut self, fiber: &mut Fiber, exn: ExnAddr) {
        if !matches!(fiber.state, State::Done(_)) {
            fiber.paid = 0;
            fiber.state = State::Throwing(exn);
        }
    }

    fn advance(&mut self, fiber: &mut Fiber) -> Result<Suspension, Interrupt> {
        let mut next = match std::mem::replace(&mut fiber.state, State::Ready) {
            State::Called(func) => Next::Call(func),
            State::Ready => Next::Resume,
            State::Throwing(exn) => Next::Throw(exn),
            state @ State::Calling { host, .. } => {
                fiber.state = state;
                return Ok(Suspension::HostCall { host });
            }
            State::Done(suspension) => return Ok(suspension),
        };
        // Calls within a module leave it where it is.
        let mut running: Option<(InstanceAddr, Arc<Module>)> = None;
        loop {
            match next {
                Next::Resume => {}
                Next::Call(func) => {
                    if let Some(host) = self.enter(fiber, func)? {
                        return Ok(Suspension::HostCall { host });
                    }
                }
                Next::Throw(exn) => {
                    if !self.unwind(fiber, exn) {
                        return Ok(Suspension::Threw(exn));
                    }
                }
            }
            let Some(frame) = fiber.frames.last() else {
                return Ok(Suspension::Returned);
            };
            let instance = frame.instance;
            let module = match &running {
                Some((of, module)) if *of == instance => module,
                _ => {
                    let module = self.instances[instance.index()].module.clone();
                    &running.insert((instance, module)).1
                }
            };
            next = self.run(fiber, module)?;
        }
    }

    /// `invoke`: the frame of a call, or the number of the embedder's function.
    fn enter(&self, fiber: &mut Fiber, func: FuncAddr) -> Result<Option<u32>, Exhausted> {
        match self.funcs[func.index()] {
            Func::Wasm { instance, code, .. } => {
                let body = &self.instances[instance.index()].module.code[code as usize];
                let base = fiber.stack.len() - body.params as usize;
                fiber.reserve(base + body.max_height as usize, &self.limits)?;
                let frame = Frame {
                    instance,
                    code,
                    next: 0,
                    base: base as u32,
                };
                fiber.push(frame, &self.limits)?;
                Ok(None)
            }
            Func::Host { ty, host } => {
                let ty = self.types.func(ty);
                let (params, results) = (ty.params.len(), ty.results.len());
                fiber.reserve(fiber.stack.len() - params + results, &self.limits)?;
                fiber.state = State::Calling {
                    host,
                    params,
                    results,
                };
                Ok(Some(host))
            }
        }
    }
}

#[derive(Debug)]
enum State {
    /// It is about to call its function.
    Called(FuncAddr),
    /// It goes on with its last frame.
    Ready,
    /// It waits for the embedder.
    Calling {
        host: u32,
        params: usize,
        results: usize,
    },
    /// It goes on with an exception.
    Throwing(ExnAddr),
    /// It does not go on.
    Done(Suspension),
}

/// `frame`
#[derive(Clone, Copy, Debug)]
struct Frame {
    instance: InstanceAddr,
    /// Which of the functions that the module defines.
    code: u32,
    /// The index of the next instruction.
    next: u32,
    /// Where in the fiber's values its own begin: parameters, other locals,
    /// operands.
    base: u32,
}

/// What a fiber does after an instruction.
enum Next {
    Resume,
    Call(FuncAddr),
    Throw(ExnAddr),
}

/// Makes room for `needed` items in all.
fn reserve<T>(
    items: &mut Vec<T>,
    needed: usize,
    bound: usize,
    charge: &mut Charge,
) -> Result<(), Exhausted> {
    if needed > bound {
        return Err(Exhausted::Stack);
    }
    let had = items.capacity();
    if needed > had {
        let capacity = needed.max(had * 2).min(bound);
        charge.grow(((capacity - had) * size_of::<T>()) as u64)?;
        let more = capacity - items.len();
        let reserved = items.try_reserve_exact(more);
        reserved.map_err(|_| Exhausted::Memory)?;
    }
    Ok(())
}
