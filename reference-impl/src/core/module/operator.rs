//! The translation of instructions that are not structured control, one for one.

use super::decode::at;
use super::{DecodeError, Instruction, convert};
use crate::core::execute::{Numeric, Plain, access};
use crate::core::types::RefType;
use wasmparser::{HeapType, MemArg, MemArgTarget, Operator};

/// The instruction of an operator that was validated.
pub(super) fn translate_operator(
    operator: &Operator<'_>,
    offset: u64,
) -> Result<Instruction, DecodeError> {
    let unsupported = || DecodeError::Unsupported {
        what: proposal(operator).replace('_', "-"),
        offset,
    };
    let place = |argument: &MemArg| match *argument {
        MemArg {
            target: MemArgTarget::Memory(memory),
            ordering: None,
            offset,
            ..
        } => Ok((memory, offset)),
        _ => Err(unsupported()),
    };
    let reference = |nullable, ty: HeapType| {
        let heap = convert::heap_type(ty).map_err(at(offset))?;
        Ok::<_, DecodeError>(RefType { nullable, heap })
    };
    if let Some(numeric) = Numeric::of(operator) {
        return Ok(Instruction::Numeric(numeric));
    }
    if let Some(plain) = Plain::of(operator) {
        return Ok(Instruction::Plain(plain));
    }
    if let Some((load, argument)) = access::Load::of(operator) {
        let (memory, offset) = place(argument)?;
        return Ok(Instruction::Load {
            load,
            memory,
            offset,
        });
    }
    if let Some((store, argument)) = access::Store::of(operator) {
        let (memory, offset) = place(argument)?;
        return Ok(Instruction::Store {
            store,
            memory,
            offset,
        });
    }
    Ok(match *operator {
        Operator::Unreachable => Instruction::Unreachable,
        Operator::Call { function_index } => Instruction::Call(function_index),
        Operator::CallRef { .. } => Instruction::CallRef,
        Operator::CallIndirect {
            type_index: ty,
            table_index: table,
        } => Instruction::CallIndirect { table, ty },
        Operator::Return => Instruction::Return,
        Operator::ReturnCall { function_index } => Instruction::ReturnCall(function_index),
        Operator::ReturnCallRef { .. } => Instruction::ReturnCallRef,
        Operator::ReturnCallIndirect {
            type_index: ty,
            table_index: table,
        } => Instruction::ReturnCallIndirect { table, ty },
        Operator::Throw { tag_index } => Instruction::Throw(tag_index),
        Operator::ThrowRef => Instruction::ThrowRef,
        Operator::TypedSelect { .. } => Instruction::Plain(Plain::Select),
        Operator::LocalGet { local_index } => Instruction::LocalGet(local_index),
        Operator::LocalSet { local_index } => Instruction::LocalSet(local_index),
        Operator::LocalTee { local_index } => Instruction::LocalTee(local_index),
        Operator::RefNull { hty } => reference(true, hty).map(|_| Instruction::Const(0))?,
        Operator::RefTestNonNull { hty } => Instruction::RefTest(reference(false, hty)?),
        Operator::RefTestNullable { hty } => Instruction::RefTest(reference(true, hty)?),
        Operator::RefCastNonNull { hty } => Instruction::RefCast(reference(false, hty)?),
        Operator::RefCastNullable { hty } => Instruction::RefCast(reference(true, hty)?),
        Operator::I32Const { value } => Instruction::Const(value.cast_unsigned().into()),
        Operator::I64Const { value } => Instruction::Const(value.cast_unsigned()),
        Operator::F32Const { value } => Instruction::Const(value.bits().into()),
        Operator::F64Const { value } => Instruction::Const(value.bits()),
        _ => return Err(unsupported()),
    })
}

macro_rules! proposals {
    ($(@$proposal:ident $operator:ident $({ $($field:ident: $type:ty),* })? => $visit:ident ($($arity:tt)*))*) => {
        /// The name of the proposal that an operator came with.
        fn proposal(operator: &Operator<'_>) -> &'static str {
            match operator {
                $(Operator::$operator { .. } => stringify!($proposal),)*
                _ => "unknown",
            }
        }
    };
}
wasmparser::for_each_operator!(proposals);
