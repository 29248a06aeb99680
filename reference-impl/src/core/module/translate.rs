//! The translation of function bodies: structured control becomes jumps.
//!
//! The validator walks along, for it knows how many operands there are and which
//! code is dead.

use super::convert;
use super::decode::at;
use super::instruction::{Code, Handler, Instruction, Jump};
use super::operator::translate_operator;
use super::{DecodeError, Module};
use std::ops::Range;
use wasmparser::{
    BlockType, Catch, FuncValidator, FunctionBody, Operator, OperatorsReader, TryTable,
    ValidatorResources,
};

type Result<T = ()> = std::result::Result<T, DecodeError>;

/// Decodes, validates and translates the body of a function of type `ty`.
pub(super) fn translate_body(
    module: &Module,
    ty: u32,
    body: &FunctionBody<'_>,
    validator: &mut FuncValidator<ValidatorResources>,
) -> Result<Code> {
    let mut reader = body.get_binary_reader();
    validator.read_locals(&mut reader)?;
    let mut translator = Translator::new(module, ty, validator.len_locals());
    let mut operators = OperatorsReader::new(reader);
    while !operators.eof() {
        let offset = operators.original_position();
        let operator = operators.read()?;
        let height = validator.operand_stack_height();
        let frame = validator.get_control_frame(0);
        let dead = frame.is_some_and(|frame| frame.unreachable);
        validator.op(offset, &operator)?;
        translator.operator(&operator, offset, height, dead)?;
        translator.reach(validator.operand_stack_height());
    }
    let end = operators.original_position();
    operators
        .get_binary_reader()
        .finish_expression(&validator.visitor(end))?;
    Ok(translator.code)
}

/// A block that is not at its end yet.
struct Label {
    /// Whether all of it is dead.
    dead: bool,
    /// Where a loop begins; a branch to any other block goes to its end.
    start: Option<u32>,
    /// The number of values that a branch to it takes along.
    arity: u32,
    /// How many of the frame's values are below the block's.
    height: u32,
    /// The jumps that go to its end.
    pending: Vec<u32>,
    /// The jump by which an `if` goes to its `else`.
    otherwise: Option<u32>,
    /// The clauses of a `try_table`.
    handlers: Range<usize>,
}

struct Translator<'m> {
    module: &'m Module,
    code: Code,
    locals: u32,
    labels: Vec<Label>,
}

impl<'m> Translator<'m> {
    fn new(module: &'m Module, ty: u32, locals: u32) -> Self {
        let ty = module.func_type(ty);
        let (params, results) = (ty.params.len() as u32, ty.results.len() as u32);
        let mut translator = Translator {
            module,
            code: Code {
                params,
                results,
                max_height: locals,
                instructions: Vec::new(),
                jumps: Vec::new(),
                handlers: Vec::new(),
            },
            locals,
            labels: Vec::new(),
        };
        if locals > params {
            translator.emit(Instruction::Locals(locals - params));
        }
        translator.enter(false, results, 0);
        translator
    }

    /// Translates an operator before which there were `height` operands.
    fn operator(
        &mut self,
        operator: &Operator<'_>,
        offset: u64,
        height: u32,
        dead: bool,
    ) -> Result {
        let dead = dead || self.labels.last().is_some_and(|label| label.dead);
        match operator {
            Operator::Block { blockty } => {
                let (params, results) = self.arity(*blockty);
                self.enter(dead, results, height.saturating_sub(params));
            }
            Operator::Loop { blockty } => {
                let (params, _) = self.arity(*blockty);
                let start = self.next();
                let label = self.enter(dead, params, height.saturating_sub(params));
                label.start = Some(start);
            }
            Operator::If { blockty } => {
                let (params, results) = self.arity(*blockty);
                let index = self.code.jumps.len() as u32;
                // The condition is above the parameters.
                let label = self.enter(dead, results, height.saturating_sub(params + 1));
                label.otherwise = Some(index);
                let jump = label.jump(params);
                self.code.jumps.push(jump);
                if !dead {
                    self.emit(Instruction::BranchUnless(index));
                }
            }
            Operator::Else => self.otherwise(dead),
            Operator::TryTable { try_table } => self.try_table(try_table, height, dead),
            Operator::End => self.end(),
            // Legacy exceptions would begin a block: not even dead ones are let in.
            Operator::Try { .. } => drop(translate_operator(operator, offset)?),
            Operator::Nop => {}
            _ if dead => {}
            Operator::Br { relative_depth } => self.branch(Instruction::Branch, *relative_depth),
            Operator::BrIf { relative_depth } => {
                self.branch(Instruction::BranchIf, *relative_depth);
            }
            Operator::BrTable { targets } => {
                let first = self.code.jumps.len() as u32;
                for depth in targets.targets().chain([Ok(targets.default())]) {
                    self.jump(depth?);
                }
                let count = targets.len() + 1;
                self.emit(Instruction::BranchTable { first, count });
            }
            Operator::BrOnNull { relative_depth } => {
                self.branch(Instruction::BranchOnNull, *relative_depth);
            }
            Operator::BrOnNonNull { relative_depth } => {
                self.branch(Instruction::BranchOnNonNull, *relative_depth);
            }
            Operator::BrOnCast {
                relative_depth,
                to_ref_type,
                ..
            }
            | Operator::BrOnCastFail {
                relative_depth,
                to_ref_type,
                ..
            } => {
                let ty = convert::ref_type(*to_ref_type).map_err(at(offset))?;
                self.emit(Instruction::RefTestKeeping(ty));
                self.reach(height + 1);
                let branch = match operator {
                    Operator::BrOnCast { .. } => Instruction::BranchIf,
                    _ => Instruction::BranchUnless,
                };
                self.branch(branch, *relative_depth);
            }
            _ => self.emit(translate_operator(operator, offset)?),
        }
        Ok(())
    }

    /// A frame has to hold this number of operands.
    fn reach(&mut self, operands: u32) {
        let height = self.locals + operands;
        self.code.max_height = self.code.max_height.max(height);
    }

    fn otherwise(&mut self, dead: bool) {
        if !dead {
            self.branch(Instruction::Branch, 0);
        }
        let next = self.next();
        let jump = self.labels.last_mut().and_then(|l| l.otherwise.take());
        if let Some(jump) = jump {
            self.code.jumps[jump as usize].target = next;
        }
    }

    fn try_table(&mut self, try_table: &TryTable, height: u32, dead: bool) {
        let (params, results) = self.arity(try_table.ty);
        let from = self.next();
        let first = self.code.handlers.len();
        for catch in try_table.catches.iter().rev().filter(|_| !dead) {
            let (tag, by_reference, depth) = match *catch {
                Catch::One { tag, label } => (Some(tag), false, label),
                Catch::OneRef { tag, label } => (Some(tag), true, label),
                Catch::All { label } => (None, false, label),
                Catch::AllRef { label } => (None, true, label),
            };
            let handler = Handler {
                from,
                to: from,
                tag,
                by_reference,
                jump: self.jump(depth),
            };
            self.code.handlers.push(handler);
        }
        let handlers = first..self.code.handlers.len();
        let label = self.enter(dead, results, height.saturating_sub(params));
        label.handlers = handlers;
    }

    fn end(&mut self) {
        let end = self.next();
        let Some(label) = self.labels.pop() else {
            return;
        };
        for jump in label.pending.into_iter().chain(label.otherwise) {
            self.code.jumps[jump as usize].target = end;
        }
        for handler in &mut self.code.handlers[label.handlers] {
            handler.to = end;
        }
        if self.labels.is_empty() {
            self.emit(Instruction::Return);
        }
    }

    fn branch(&mut self, branch: impl Fn(u32) -> Instruction, depth: u32) {
        let jump = self.jump(depth);
        self.emit(branch(jump));
    }

    /// The index of a new jump.
    fn jump(&mut self, depth: u32) -> u32 {
        let jump = self.code.jumps.len() as u32;
        let position = self.labels.len() - 1 - depth as usize;
        let label = &mut self.labels[position];
        if label.start.is_none() {
            label.pending.push(jump);
        }
        self.code.jumps.push(label.jump(label.arity));
        jump
    }

    fn enter(&mut self, dead: bool, arity: u32, height: u32) -> &mut Label {
        self.labels.push_mut(Label {
            dead,
            start: None,
            arity,
            height: self.locals + height,
            pending: Vec::new(),
            otherwise: None,
            handlers: 0..0,
        })
    }

    fn emit(&mut self, instruction: Instruction) {
        self.code.instructions.push(instruction);
    }

    /// The index of the next instruction.
    fn next(&self) -> u32 {
        self.code.instructions.len() as u32
    }

    /// The numbers of parameters and results.
    fn arity(&self, ty: BlockType) -> (u32, u32) {
        match ty {
            BlockType::Empty => (0, 0),
            BlockType::Type(_) => (0, 1),
            BlockType::FuncType(ty) => {
                let ty = self.module.func_type(ty);
                (ty.params.len() as u32, ty.results.len() as u32)
            }
        }
    }
}

impl Label {
    /// A branch to it; where its end is, is not known yet.
    fn jump(&self, arity: u32) -> Jump {
        Jump {
            target: self.start.unwrap_or(0),
            arity,
            height: self.height,
        }
    }
}
