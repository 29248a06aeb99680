//! Values into linear memory.

use crate::canonical::alignment::{alignment, discriminant_type, max_case_alignment};
use crate::canonical::context::{BorrowScope, LiftLowerContext};
use crate::canonical::despecialization::{Despecialized, despecialize};
use crate::canonical::element_size::{align_to, elem_size, elem_size_flags, is_aligned};
use crate::canonical::ends::{EndId, Owner};
use crate::canonical::instance::Handle;
use crate::canonical::loading::{CANONICAL_FLOAT32_NAN, CANONICAL_FLOAT64_NAN};
use crate::canonical::resource::ResourceHandle;
use crate::canonical::storing_strings::store_string;
use crate::canonical::waitable::WaitableId;
use crate::chooser::{Choice, Chooser};
use crate::store::Stop;
use crate::trap::trap_if;
use crate::types::{CaseType, FieldType, PrimValType, ResourceType, ValType};
use crate::value::{ErrorContext, ReadableEnd, Resource, Value};

/// A value that the types rule out.
const MISMATCH: Stop = Stop::Bug("a value of another type");

/// `store` ([CanonicalABI.md#storing]).
pub(crate) fn store(
    cx: &mut LiftLowerContext<'_>,
    v: &Value,
    t: &ValType,
    ptr: u64,
) -> Result<(), Stop> {
    use Despecialized::*;
    match (despecialize(t), v) {
        (Prim(_), Value::Bool(v)) => store_int(cx, u64::from(*v), ptr, 1),
        (Prim(_), Value::U8(v)) => store_int(cx, u64::from(*v), ptr, 1),
        (Prim(_), Value::U16(v)) => store_int(cx, u64::from(*v), ptr, 2),
        (Prim(_), Value::U32(v)) => store_int(cx, u64::from(*v), ptr, 4),
        (Prim(_), Value::U64(v)) => store_int(cx, *v, ptr, 8),
        (Prim(_), Value::S8(v)) => store_int(cx, *v as u64, ptr, 1),
        (Prim(_), Value::S16(v)) => store_int(cx, *v as u64, ptr, 2),
        (Prim(_), Value::S32(v)) => store_int(cx, *v as u64, ptr, 4),
        (Prim(_), Value::S64(v)) => store_int(cx, *v as u64, ptr, 8),
        (Prim(_), Value::F32(v)) => {
            let i = encode_float_as_i32(&mut cx.store.chooser, *v);
            store_int(cx, u64::from(i), ptr, 4)
        }
        (Prim(_), Value::F64(v)) => {
            let i = encode_float_as_i64(&mut cx.store.chooser, *v);
            store_int(cx, i, ptr, 8)
        }
        (Prim(_), Value::Char(v)) => store_int(cx, u64::from(char_to_i32(*v)), ptr, 4),
        (Prim(PrimValType::String), Value::String(v)) => store_string(cx, v, ptr),
        (ErrorContext, Value::ErrorContext(v)) => {
            let i = lower_error_context(cx, v)?;
            store_int(cx, u64::from(i), ptr, 4)
        }
        (List(t, l), v) => store_list(cx, v, ptr, &t, l),
        (Record(fields), Value::Record(vs)) => store_record(cx, vs, ptr, &fields),
        (Variant(cases), Value::Variant(i, payload)) => {
            store_variant(cx, *i, payload.as_deref(), ptr, &cases)
        }
        (Flags(labels), Value::Flags(bits)) => {
            let size = elem_size_flags(&labels);
            store_int(cx, u64::from(*bits), ptr, size)
        }
        (Own(rt), Value::Own(v)) => {
            let i = lower_own(cx, v, rt)?;
            store_int(cx, u64::from(i), ptr, 4)
        }
        (Borrow(rt), Value::Borrow(v)) => {
            let i = lower_borrow(cx, v, rt)?;
            store_int(cx, i, ptr, 4)
        }
        (Stream(_), Value::Stream(end)) | (Future(_), Value::Future(end)) => {
            let i = lower_async_value(cx, *end)?;
            store_int(cx, u64::from(i), ptr, 4)
        }
        _ => Err(MISMATCH),
    }
}

/// `store_int` ([CanonicalABI.md#storing]): the low bytes of `v`.
pub(crate) fn store_int(
    cx: &mut LiftLowerContext<'_>,
    v: u64,
    ptr: u64,
    nbytes: u64,
) -> Result<(), Stop> {
    store_bytes(cx, &v.to_le_bytes()[..nbytes as usize], ptr)
}

/// `cx.opts.memory[ptr : ptr+len(bytes)] = bytes`, whose bounds were checked.
pub(crate) fn store_bytes(
    cx: &mut LiftLowerContext<'_>,
    bytes: &[u8],
    ptr: u64,
) -> Result<(), Stop> {
    let memory = cx.memory_mut();
    let range = usize::try_from(ptr)
        .ok()
        .and_then(|ptr| memory.get_mut(ptr..)?.get_mut(..bytes.len()));
    match range {
        Some(range) => range.copy_from_slice(bytes),
        None => return Err(Stop::Bug("a store without a check of its bounds")),
    }
    Ok(())
}

/// `maybe_scramble_nan32` ([CanonicalABI.md#storing]).
pub(crate) fn maybe_scramble_nan32(chooser: &mut Chooser, f: f32) -> f32 {
    match f.is_nan() {
        true => f32::from_bits(match chooser.is_open() {
            false => CANONICAL_FLOAT32_NAN,
            true => random_nan_bits(chooser, 32, 8) as u32,
        }),
        false => f,
    }
}

/// `maybe_scramble_nan64` ([CanonicalABI.md#storing]).
pub(crate) fn maybe_scramble_nan64(chooser: &mut Chooser, f: f64) -> f64 {
    match f.is_nan() {
        true => f64::from_bits(match chooser.is_open() {
            false => CANONICAL_FLOAT64_NAN,
            true => random_nan_bits(chooser, 64, 11),
        }),
        false => f,
    }
}

/// `random_nan_bits` ([CanonicalABI.md#storing]).
fn random_nan_bits(chooser: &mut Chooser, total_bits: u32, exponent_bits: u32) -> u64 {
    let fraction_bits = total_bits - exponent_bits - 1;
    let mut bits = chooser.bits(Choice::Nan);
    bits |= ((1 << exponent_bits) - 1) << fraction_bits;
    bits |= 1 << chooser.pick(Choice::Nan, fraction_bits as usize - 1);
    bits
}

/// `encode_float_as_i32` ([CanonicalABI.md#storing]).
pub(crate) fn encode_float_as_i32(chooser: &mut Chooser, f: f32) -> u32 {
    maybe_scramble_nan32(chooser, f).to_bits()
}

/// `encode_float_as_i64` ([CanonicalABI.md#storing]).
pub(crate) fn encode_float_as_i64(chooser: &mut Chooser, f: f64) -> u64 {
    maybe_scramble_nan64(chooser, f).to_bits()
}

/// `char_to_i32` ([CanonicalABI.md#storing]).
pub(crate) fn char_to_i32(c: char) -> u32 {
    u32::from(c)
}

/// `lower_error_context` ([CanonicalABI.md#storing]).
///
/// Traps: `table.add.full`.
pub(crate) fn lower_error_context(
    cx: &mut LiftLowerContext<'_>,
    v: &ErrorContext,
) -> Result<u32, Stop> {
    cx.add_handle(Handle::ErrorContext(v.clone()))
}

/// `store_list` ([CanonicalABI.md#storing]).
fn store_list(
    cx: &mut LiftLowerContext<'_>,
    v: &Value,
    ptr: u64,
    elem_type: &ValType,
    maybe_length: Option<u32>,
) -> Result<(), Stop> {
    if maybe_length.is_some() {
        return store_list_into_valid_range(cx, v, ptr, elem_type);
    }
    let size = cx.ptr_size();
    let (begin, length) = store_list_into_range(cx, v, elem_type)?;
    store_int(cx, begin, ptr, size)?;
    store_int(cx, length, ptr + size, size)
}

/// `store_list_into_range` ([CanonicalABI.md#storing]).
///
/// Traps: `lower.list.*`.
pub(crate) fn store_list_into_range(
    cx: &mut LiftLowerContext<'_>,
    v: &Value,
    elem_type: &ValType,
) -> Result<(u64, u64), Stop> {
    let length = match v {
        Value::Bytes(bytes) => bytes.len() as u64,
        Value::List(vs) => vs.len() as u64,
        _ => return Err(MISMATCH),
    };
    let byte_length = length.saturating_mul(elem_size(elem_type, cx.ptr_type()));
    let alignment = alignment(elem_type, cx.ptr_type());
    let ptr = cx.allocate(alignment, byte_length)?;
    trap_if!(!is_aligned(ptr, alignment), LowerListUnaligned);
    trap_if!(
        ptr.saturating_add(byte_length) > cx.memory().len() as u64,
        LowerListOutOfBounds
    );
    store_list_into_valid_range(cx, v, ptr, elem_type)?;
    Ok((ptr, length))
}

/// `store_list_into_valid_range` ([CanonicalABI.md#storing]).
pub(crate) fn store_list_into_valid_range(
    cx: &mut LiftLowerContext<'_>,
    v: &Value,
    mut ptr: u64,
    elem_type: &ValType,
) -> Result<(), Stop> {
    let vs = match v {
        Value::Bytes(bytes) => return store_bytes(cx, bytes, ptr),
        Value::List(vs) => vs,
        _ => return Err(MISMATCH),
    };
    let size = elem_size(elem_type, cx.ptr_type());
    for e in vs {
        store(cx, e, elem_type, ptr)?;
        ptr += size;
    }
    Ok(())
}

/// `store_record` ([CanonicalABI.md#storing]).
pub(crate) fn store_record(
    cx: &mut LiftLowerContext<'_>,
    vs: &[Value],
    mut ptr: u64,
    fields: &[FieldType],
) -> Result<(), Stop> {
    for (f, v) in fields.iter().zip(vs) {
        ptr = align_to(ptr, alignment(&f.t, cx.ptr_type()));
        store(cx, v, &f.t, ptr)?;
        ptr += elem_size(&f.t, cx.ptr_type());
    }
    Ok(())
}

/// `store_variant` ([CanonicalABI.md#storing]).
fn store_variant(
    cx: &mut LiftLowerContext<'_>,
    case_index: u32,
    case_value: Option<&Value>,
    mut ptr: u64,
    cases: &[CaseType],
) -> Result<(), Stop> {
    let disc_size = elem_size(&discriminant_type(cases).into(), cx.ptr_type());
    store_int(cx, u64::from(case_index), ptr, disc_size)?;
    ptr += disc_size;
    ptr = align_to(ptr, max_case_alignment(cases, cx.ptr_type()));
    match (match_case(case_index, cases)?, case_value) {
        (Some(t), Some(v)) => store(cx, v, t, ptr),
        (None, None) => Ok(()),
        _ => Err(MISMATCH),
    }
}

/// `match_case` ([CanonicalABI.md#storing]): the type of the payload. Values know
/// the index of their case.
pub(crate) fn match_case(case_index: u32, cases: &[CaseType]) -> Result<Option<&ValType>, Stop> {
    match cases.get(case_index as usize) {
        Some(c) => Ok(c.t.as_ref()),
        None => Err(MISMATCH),
    }
}

/// `lower_own` ([CanonicalABI.md#storing]).
///
/// Traps: `table.add.full`.
pub(crate) fn lower_own(
    cx: &mut LiftLowerContext<'_>,
    v: &Resource,
    rt: ResourceType,
) -> Result<u32, Stop> {
    cx.add_handle(Handle::Resource(ResourceHandle::own(rt, v.rep)))
}

/// `lower_borrow` ([CanonicalABI.md#storing]): a handle, or the representation
/// where the instance implements the resource.
///
/// Traps: `table.add.full`.
pub(crate) fn lower_borrow(
    cx: &mut LiftLowerContext<'_>,
    v: &Resource,
    rt: ResourceType,
) -> Result<u64, Stop> {
    let BorrowScope::Task(task) = cx.borrow_scope else {
        return Err(Stop::Bug("a borrow is lowered for no task"));
    };
    if cx.store.resource(rt).implementation == Some(cx.inst) {
        return Ok(v.rep);
    }
    cx.store.task_mut(task).num_borrows += 1;
    let h = ResourceHandle::borrow(rt, v.rep, task);
    cx.add_handle(Handle::Resource(h)).map(u64::from)
}

/// `lower_async_value` ([CanonicalABI.md#storing]), of `lower_stream` and of
/// `lower_future`.
///
/// Traps: `table.add.full`.
pub(crate) fn lower_async_value(
    cx: &mut LiftLowerContext<'_>,
    end: ReadableEnd,
) -> Result<u32, Stop> {
    let end: EndId = end.0;
    let index = cx.add_handle(Handle::Waitable(WaitableId::End(end)))?;
    let inst = cx.inst;
    let end = cx.store.end_mut(end);
    end.owner = Owner::Instance(inst);
    end.waitable.index = Some(index);
    Ok(index)
}
