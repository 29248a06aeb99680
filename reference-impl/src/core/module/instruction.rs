//! Instructions as they are executed.
//!
//! They are those of the spec but for structured control, of which jumps are left.

use crate::core::execute::{Numeric, Plain, access};
use crate::core::types::RefType;

/// An instruction; indices are those of the module, and of jumps those of the code.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Instruction {
    Unreachable,
    Branch(u32),
    BranchIf(u32),
    BranchUnless(u32),
    /// The jumps at `first` and after, of which the last is the default.
    BranchTable {
        first: u32,
        count: u32,
    },
    BranchOnNull(u32),
    BranchOnNonNull(u32),
    Call(u32),
    CallRef,
    CallIndirect {
        table: u32,
        ty: u32,
    },
    Return,
    ReturnCall(u32),
    ReturnCallRef,
    ReturnCallIndirect {
        table: u32,
        ty: u32,
    },
    Throw(u32),
    ThrowRef,
    /// What a function with this number of locals begins with.
    Locals(u32),
    LocalGet(u32),
    LocalSet(u32),
    LocalTee(u32),
    Load {
        load: access::Load,
        memory: u32,
        offset: u64,
    },
    Store {
        store: access::Store,
        memory: u32,
        offset: u64,
    },
    RefTest(RefType),
    /// `ref.test` that leaves its operand below its result: the first half of
    /// `br_on_cast` and `br_on_cast_fail`.
    RefTestKeeping(RefType),
    RefCast(RefType),
    Const(u64),
    Numeric(Numeric),
    Plain(Plain),
}

const _: () = assert!(size_of::<Instruction>() == 16);

/// A branch to a label.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Jump {
    /// The index of the next instruction.
    pub(crate) target: u32,
    /// How many values it takes along.
    pub(crate) arity: u32,
    /// How many of the frame's values, locals included, are below them.
    pub(crate) height: u32,
}

/// A catch clause of a `try_table`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Handler {
    /// The first instruction of the block and the one after its last.
    pub(crate) from: u32,
    pub(crate) to: u32,
    /// The tag; none if it catches all.
    pub(crate) tag: Option<u32>,
    /// Whether it takes along the exception itself.
    pub(crate) by_reference: bool,
    pub(crate) jump: u32,
}

/// The body of a function.
#[derive(Debug)]
pub(crate) struct Code {
    pub(crate) params: u32,
    pub(crate) results: u32,
    /// How many values, locals included, a frame holds at most.
    pub(crate) max_height: u32,
    pub(crate) instructions: Vec<Instruction>,
    pub(crate) jumps: Vec<Jump>,
    /// Inner ones last, and those of a block from its last clause to its first.
    pub(crate) handlers: Vec<Handler>,
}

/// A constant expression, without its `end`.
#[derive(Debug)]
pub(crate) struct ConstExpr(pub(crate) Box<[Instruction]>);
