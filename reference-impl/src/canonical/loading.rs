//! Values from linear memory.

use crate::canonical::alignment::{alignment, discriminant_type, max_case_alignment};
use crate::canonical::canon::Payload;
use crate::canonical::context::{BorrowScope, LiftLowerContext};
use crate::canonical::despecialization::{Despecialized, despecialize};
use crate::canonical::element_size::{align_to, elem_size, elem_size_flags, is_aligned};
use crate::canonical::ends::{EndClass, EndId, Owner, State};
use crate::canonical::instance::Handle;
use crate::canonical::options::{PtrType, StringEncoding, ptr_size};
use crate::canonical::waitable::WaitableId;
use crate::store::Stop;
use crate::trap::trap_if;
use crate::types::{CaseType, FieldType, Label, PrimValType, ResourceType, ValType};
use crate::value::{ErrorContext, ReadableEnd, Resource, String, TaggedCodeUnits, Value};
use std::sync::Arc;

/// `load` ([CanonicalABI.md#loading]).
pub(crate) fn load(cx: &mut LiftLowerContext<'_>, ptr: u64, t: &ValType) -> Result<Value, Stop> {
    use Despecialized::*;
    use PrimValType::*;
    Ok(match despecialize(t) {
        Prim(Bool) => Value::Bool(convert_int_to_bool(load_int(cx, ptr, 1)?)),
        Prim(U8) => Value::U8(load_int(cx, ptr, 1)? as u8),
        Prim(U16) => Value::U16(load_int(cx, ptr, 2)? as u16),
        Prim(U32) => Value::U32(load_int(cx, ptr, 4)? as u32),
        Prim(U64) => Value::U64(load_int(cx, ptr, 8)?),
        Prim(S8) => Value::S8(load_int(cx, ptr, 1)? as i8),
        Prim(S16) => Value::S16(load_int(cx, ptr, 2)? as i16),
        Prim(S32) => Value::S32(load_int(cx, ptr, 4)? as i32),
        Prim(S64) => Value::S64(load_int(cx, ptr, 8)? as i64),
        Prim(F32) => Value::F32(decode_i32_as_float(load_int(cx, ptr, 4)? as u32)),
        Prim(F64) => Value::F64(decode_i64_as_float(load_int(cx, ptr, 8)?)),
        Prim(Char) => Value::Char(convert_i32_to_char(load_int(cx, ptr, 4)? as u32)?),
        Prim(String) => Value::String(load_string(cx, ptr)?),
        ErrorContext => {
            let i = load_int(cx, ptr, 4)? as u32;
            Value::ErrorContext(lift_error_context(cx, i)?)
        }
        List(t, l) => load_list(cx, ptr, &t, l)?,
        Record(fields) => load_record(cx, ptr, &fields)?,
        Variant(cases) => load_variant(cx, ptr, &cases)?,
        Flags(labels) => load_flags(cx, ptr, &labels)?,
        Own(rt) => {
            let i = load_int(cx, ptr, 4)? as u32;
            Value::Own(lift_own(cx, i, rt)?)
        }
        Borrow(rt) => {
            let i = load_int(cx, ptr, 4)? as u32;
            Value::Borrow(lift_borrow(cx, i, rt)?)
        }
        Stream(t) => {
            let i = load_int(cx, ptr, 4)? as u32;
            lift_stream(cx, i, &t)?
        }
        Future(t) => {
            let i = load_int(cx, ptr, 4)? as u32;
            lift_future(cx, i, &t)?
        }
    })
}

/// `load_int` ([CanonicalABI.md#loading]), zero-extended.
pub(crate) fn load_int(cx: &LiftLowerContext<'_>, ptr: u64, nbytes: usize) -> Result<u64, Stop> {
    let bytes = load_bytes(cx, ptr, nbytes as u64)?;
    let mut i = [0; 8];
    i[..nbytes].copy_from_slice(bytes);
    Ok(u64::from_le_bytes(i))
}

/// `cx.opts.memory[ptr : ptr+byte_length]`, whose bounds were checked.
fn load_bytes<'c>(
    cx: &'c LiftLowerContext<'_>,
    ptr: u64,
    byte_length: u64,
) -> Result<&'c [u8], Stop> {
    let bytes = usize::try_from(ptr)
        .ok()
        .and_then(|ptr| cx.memory().get(ptr..)?.get(..byte_length as usize));
    bytes.ok_or(Stop::Bug("a load without a check of its bounds"))
}

/// `convert_int_to_bool` ([CanonicalABI.md#loading]).
pub(crate) fn convert_int_to_bool(i: u64) -> bool {
    i != 0
}

/// `CANONICAL_FLOAT32_NAN` ([CanonicalABI.md#loading]).
pub(crate) const CANONICAL_FLOAT32_NAN: u32 = 0x7fc0_0000;
/// `CANONICAL_FLOAT64_NAN` ([CanonicalABI.md#loading]).
pub(crate) const CANONICAL_FLOAT64_NAN: u64 = 0x7ff8_0000_0000_0000;

/// `canonicalize_nan32` ([CanonicalABI.md#loading]).
pub(crate) fn canonicalize_nan32(f: f32) -> f32 {
    match f.is_nan() {
        true => f32::from_bits(CANONICAL_FLOAT32_NAN),
        false => f,
    }
}

/// `canonicalize_nan64` ([CanonicalABI.md#loading]).
pub(crate) fn canonicalize_nan64(f: f64) -> f64 {
    match f.is_nan() {
        true => f64::from_bits(CANONICAL_FLOAT64_NAN),
        false => f,
    }
}

/// `decode_i32_as_float` ([CanonicalABI.md#loading]).
pub(crate) fn decode_i32_as_float(i: u32) -> f32 {
    canonicalize_nan32(f32::from_bits(i))
}

/// `decode_i64_as_float` ([CanonicalABI.md#loading]).
pub(crate) fn decode_i64_as_float(i: u64) -> f64 {
    canonicalize_nan64(f64::from_bits(i))
}

/// `convert_i32_to_char` ([CanonicalABI.md#loading]).
///
/// Traps: `lift.char.*`.
pub(crate) fn convert_i32_to_char(i: u32) -> Result<char, Stop> {
    trap_if!(i >= 0x11_0000, LiftCharTooBig);
    trap_if!((0xd800..=0xdfff).contains(&i), LiftCharSurrogate);
    Ok(char::from_u32(i).unwrap_or(char::REPLACEMENT_CHARACTER))
}

/// `load_string` ([CanonicalABI.md#loading]).
fn load_string(cx: &mut LiftLowerContext<'_>, ptr: u64) -> Result<String, Stop> {
    let size = cx.ptr_size();
    let begin = load_int(cx, ptr, size as usize)?;
    let tagged_code_units = load_int(cx, ptr + size, size as usize)?;
    load_string_from_range(cx, begin, tagged_code_units)
}

/// `utf16_tag` ([CanonicalABI.md#loading]).
pub(crate) fn utf16_tag(ptr_type: PtrType) -> u64 {
    1 << (ptr_size(ptr_type) * 8 - 1)
}

/// `MAX_STRING_BYTE_LENGTH` ([CanonicalABI.md#loading]).
pub(crate) const MAX_STRING_BYTE_LENGTH: u64 = (1 << 28) - 1;

/// `load_string_from_range` ([CanonicalABI.md#loading]).
///
/// Traps: `lift.string.*`.
pub(crate) fn load_string_from_range(
    cx: &mut LiftLowerContext<'_>,
    ptr: u64,
    tagged_code_units: u64,
) -> Result<String, Stop> {
    let tag = utf16_tag(cx.ptr_type());
    let string_encoding = cx.opts.lift.string_encoding;
    let compact = string_encoding == StringEncoding::Latin1Utf16;
    let utf16 = match string_encoding {
        StringEncoding::Utf8 => false,
        StringEncoding::Utf16 => true,
        StringEncoding::Latin1Utf16 => tagged_code_units & tag != 0,
    };
    let code_units = match compact && utf16 {
        true => tagged_code_units ^ tag,
        false => tagged_code_units,
    };
    let alignment = match string_encoding {
        StringEncoding::Utf8 => 1,
        StringEncoding::Utf16 | StringEncoding::Latin1Utf16 => 2,
    };
    let byte_length = match utf16 {
        true => code_units.saturating_mul(2),
        false => code_units,
    };
    trap_if!(byte_length > MAX_STRING_BYTE_LENGTH, LiftStringTooLong);
    trap_if!(!is_aligned(ptr, alignment), LiftStringUnaligned);
    trap_if!(
        ptr.saturating_add(byte_length) > cx.memory().len() as u64,
        LiftStringOutOfBounds
    );
    cx.store.charge_value(byte_length)?;
    let bytes = load_bytes(cx, ptr, byte_length)?;
    let text: Option<Arc<str>> = if utf16 {
        let (units, _) = bytes.as_chunks();
        let units = units.iter().copied().map(u16::from_le_bytes);
        let text: Result<std::string::String, _> = char::decode_utf16(units).collect();
        text.ok().map(Arc::from)
    } else if compact {
        let text: std::string::String = bytes.iter().copied().map(char::from).collect();
        Some(text.into())
    } else {
        std::str::from_utf8(bytes).ok().map(Arc::from)
    };
    let Some(text) = text else {
        trap_if!(LiftStringInvalidEncoding);
    };
    let tagged_code_units = TaggedCodeUnits { code_units, utf16 };
    Ok(String::lifted(text, string_encoding, tagged_code_units))
}

/// `lift_error_context` ([CanonicalABI.md#loading]).
///
/// Traps: `table.get.*`, `lift.error-context.wrong-kind`.
pub(crate) fn lift_error_context(
    cx: &mut LiftLowerContext<'_>,
    i: u32,
) -> Result<ErrorContext, Stop> {
    match cx.handle(i)? {
        Handle::ErrorContext(errctx) => Ok(errctx.clone()),
        _ => trap_if!(LiftErrorContextWrongKind),
    }
}

/// `MAX_LIST_BYTE_LENGTH` ([CanonicalABI.md#loading]).
pub(crate) const MAX_LIST_BYTE_LENGTH: u64 = (1 << 28) - 1;

/// `load_list` ([CanonicalABI.md#loading]).
fn load_list(
    cx: &mut LiftLowerContext<'_>,
    ptr: u64,
    elem_type: &ValType,
    maybe_length: Option<u32>,
) -> Result<Value, Stop> {
    if let Some(length) = maybe_length {
        return load_list_from_valid_range(cx, ptr, length.into(), elem_type);
    }
    let size = cx.ptr_size();
    let begin = load_int(cx, ptr, size as usize)?;
    let length = load_int(cx, ptr + size, size as usize)?;
    load_list_from_range(cx, begin, length, elem_type)
}

/// `load_list_from_range` ([CanonicalABI.md#loading]).
///
/// Traps: `lift.list.*`.
pub(crate) fn load_list_from_range(
    cx: &mut LiftLowerContext<'_>,
    ptr: u64,
    length: u64,
    elem_type: &ValType,
) -> Result<Value, Stop> {
    let byte_length = length.saturating_mul(elem_size(elem_type, cx.ptr_type()));
    trap_if!(byte_length > MAX_LIST_BYTE_LENGTH, LiftListTooLong);
    trap_if!(
        !is_aligned(ptr, alignment(elem_type, cx.ptr_type())),
        LiftListUnaligned
    );
    trap_if!(
        ptr.saturating_add(byte_length) > cx.memory().len() as u64,
        LiftListOutOfBounds
    );
    load_list_from_valid_range(cx, ptr, length, elem_type)
}

/// `load_list_from_valid_range` ([CanonicalABI.md#loading]).
pub(crate) fn load_list_from_valid_range(
    cx: &mut LiftLowerContext<'_>,
    ptr: u64,
    length: u64,
    elem_type: &ValType,
) -> Result<Value, Stop> {
    if *elem_type == PrimValType::U8.into() {
        cx.store.charge_value(length)?;
        return Ok(Value::Bytes(load_bytes(cx, ptr, length)?.to_vec()));
    }
    charge_values(cx, length)?;
    let size = elem_size(elem_type, cx.ptr_type());
    let mut a = Vec::new();
    for i in 0..length {
        a.push(load(cx, ptr + i * size, elem_type)?);
    }
    Ok(Value::List(a))
}

/// Counts `n` values, which lists that overlap in memory can hold again and again.
fn charge_values(cx: &mut LiftLowerContext<'_>, n: u64) -> Result<(), Stop> {
    cx.store
        .charge_value(n.saturating_mul(size_of::<Value>() as u64))
}

/// `load_record` ([CanonicalABI.md#loading]).
pub(crate) fn load_record(
    cx: &mut LiftLowerContext<'_>,
    mut ptr: u64,
    fields: &[FieldType],
) -> Result<Value, Stop> {
    charge_values(cx, fields.len() as u64)?;
    let mut record = Vec::with_capacity(fields.len());
    for field in fields {
        ptr = align_to(ptr, alignment(&field.t, cx.ptr_type()));
        record.push(load(cx, ptr, &field.t)?);
        ptr += elem_size(&field.t, cx.ptr_type());
    }
    Ok(Value::Record(record))
}

/// `load_variant` ([CanonicalABI.md#loading]).
///
/// Traps: `lift.variant.memory.bad-discriminant`.
fn load_variant(
    cx: &mut LiftLowerContext<'_>,
    mut ptr: u64,
    cases: &[CaseType],
) -> Result<Value, Stop> {
    let disc_size = elem_size(&discriminant_type(cases).into(), cx.ptr_type());
    let case_index = load_int(cx, ptr, disc_size as usize)?;
    ptr += disc_size;
    trap_if!(
        case_index >= cases.len() as u64,
        LiftVariantMemoryBadDiscriminant
    );
    let c = cases.get(case_index as usize);
    let c = c.ok_or(Stop::Bug("a case without a check of the discriminant"))?;
    ptr = align_to(ptr, max_case_alignment(cases, cx.ptr_type()));
    let payload = match &c.t {
        None => None,
        Some(t) => {
            charge_values(cx, 1)?;
            Some(Box::new(load(cx, ptr, t)?))
        }
    };
    Ok(Value::Variant(case_index as u32, payload))
}

/// `load_flags` ([CanonicalABI.md#loading]).
fn load_flags(cx: &LiftLowerContext<'_>, ptr: u64, labels: &[Label]) -> Result<Value, Stop> {
    let i = load_int(cx, ptr, elem_size_flags(labels) as usize)?;
    Ok(unpack_flags_from_int(i as u32, labels))
}

/// `unpack_flags_from_int` ([CanonicalABI.md#loading]).
pub(crate) fn unpack_flags_from_int(i: u32, labels: &[Label]) -> Value {
    let unused = 32 - labels.len() as u32;
    Value::Flags(i & u32::MAX.checked_shr(unused).unwrap_or(0))
}

/// `lift_own` ([CanonicalABI.md#loading]).
///
/// Traps: `table.get.*`, `lift.own.*`.
pub(crate) fn lift_own(
    cx: &mut LiftLowerContext<'_>,
    i: u32,
    rt: ResourceType,
) -> Result<Resource, Stop> {
    let Handle::Resource(h) = cx.remove_handle(i)? else {
        trap_if!(LiftOwnWrongKind);
    };
    trap_if!(h.rt != rt, LiftOwnWrongType);
    trap_if!(h.num_lends != 0, LiftOwnLent);
    trap_if!(!h.own, LiftOwnIsBorrow);
    Ok(Resource { rt, rep: h.rep })
}

/// `lift_borrow` ([CanonicalABI.md#loading]).
///
/// Traps: `table.get.*`, `lift.borrow.*`.
pub(crate) fn lift_borrow(
    cx: &mut LiftLowerContext<'_>,
    i: u32,
    rt: ResourceType,
) -> Result<Resource, Stop> {
    let BorrowScope::Subtask(subtask) = cx.borrow_scope else {
        return Err(Stop::Bug("a borrow is lifted for no subtask"));
    };
    let Handle::Resource(h) = cx.handle(i)? else {
        trap_if!(LiftBorrowWrongKind);
    };
    trap_if!(h.rt != rt, LiftBorrowWrongType);
    let rep = h.rep;
    cx.store.add_lender(subtask, i)?;
    Ok(Resource { rt, rep })
}

/// `lift_stream` ([CanonicalABI.md#loading]).
pub(crate) fn lift_stream(
    cx: &mut LiftLowerContext<'_>,
    i: u32,
    t: &Payload,
) -> Result<Value, Stop> {
    let end = lift_async_value(EndClass::ReadableStream, cx, i, t)?;
    Ok(Value::Stream(ReadableEnd(end)))
}

/// `lift_future` ([CanonicalABI.md#loading]).
pub(crate) fn lift_future(
    cx: &mut LiftLowerContext<'_>,
    i: u32,
    t: &Payload,
) -> Result<Value, Stop> {
    let end = lift_async_value(EndClass::ReadableFuture, cx, i, t)?;
    Ok(Value::Future(ReadableEnd(end)))
}

/// `lift_async_value` ([CanonicalABI.md#loading]).
///
/// Traps: `table.get.*`, `lift.async-value.*`.
fn lift_async_value(
    class: EndClass,
    cx: &mut LiftLowerContext<'_>,
    i: u32,
    t: &Payload,
) -> Result<EndId, Stop> {
    let Handle::Waitable(WaitableId::End(id)) = cx.remove_handle(i)? else {
        trap_if!(LiftAsyncValueWrongKind);
    };
    let end = cx.store.end_mut(id);
    trap_if!(end.class != class, LiftAsyncValueWrongKind);
    trap_if!(end.t != *t, LiftAsyncValueWrongType);
    trap_if!(end.state != State::Idle, LiftAsyncValueNotIdle);
    trap_if!(end.waitable.in_waitable_set(), LiftAsyncValueInWaitableSet);
    end.owner = Owner::Nobody;
    end.waitable.index = None;
    Ok(id)
}
