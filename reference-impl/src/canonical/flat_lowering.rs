//! Values as core values.

use crate::canonical::context::LiftLowerContext;
use crate::canonical::despecialization::{Despecialized, despecialize};
use crate::canonical::flattening::flatten_variant;
use crate::canonical::storing::{
    char_to_i32, encode_float_as_i32, encode_float_as_i64, lower_async_value, lower_borrow,
    lower_error_context, lower_own, match_case, store_list_into_range,
};
use crate::canonical::storing_strings::store_string_into_range;
use crate::store::Stop;
use crate::types::{CaseType, ValType};
use crate::value::Value;

/// A value that the types rule out.
const MISMATCH: Stop = Stop::Bug("a value of another type");

/// `lower_flat` ([CanonicalABI.md#flat-lowering]), after what is in `flat`: a core
/// value each, the bits of a float, zero-extended.
pub(crate) fn lower_flat(
    cx: &mut LiftLowerContext<'_>,
    v: &Value,
    t: &ValType,
    flat: &mut Vec<u64>,
) -> Result<(), Stop> {
    use Despecialized::*;
    let core = match (despecialize(t), v) {
        (Prim(_), Value::Bool(v)) => u64::from(*v),
        (Prim(_), Value::U8(v)) => u64::from(*v),
        (Prim(_), Value::U16(v)) => u64::from(*v),
        (Prim(_), Value::U32(v)) => u64::from(*v),
        (Prim(_), Value::U64(v)) => *v,
        (Prim(_), Value::S8(v)) => lower_flat_signed(i32::from(*v)),
        (Prim(_), Value::S16(v)) => lower_flat_signed(i32::from(*v)),
        (Prim(_), Value::S32(v)) => lower_flat_signed(*v),
        (Prim(_), Value::S64(v)) => *v as u64,
        (Prim(_), Value::F32(v)) => u64::from(encode_float_as_i32(&mut cx.store.chooser, *v)),
        (Prim(_), Value::F64(v)) => encode_float_as_i64(&mut cx.store.chooser, *v),
        (Prim(_), Value::Char(v)) => u64::from(char_to_i32(*v)),
        (Prim(_), Value::String(v)) => {
            let (ptr, packed_length) = store_string_into_range(cx, v)?;
            flat.extend([ptr, packed_length]);
            return Ok(());
        }
        (ErrorContext, Value::ErrorContext(v)) => u64::from(lower_error_context(cx, v)?),
        (List(t, l), v) => return lower_flat_list(cx, v, &t, l, flat),
        (Record(fields), Value::Record(vs)) => {
            for (f, v) in fields.iter().zip(vs) {
                lower_flat(cx, v, &f.t, flat)?;
            }
            return Ok(());
        }
        (Variant(cases), Value::Variant(i, payload)) => {
            return lower_flat_variant(cx, *i, payload.as_deref(), &cases, flat);
        }
        (Flags(_), Value::Flags(bits)) => u64::from(*bits),
        (Own(rt), Value::Own(v)) => u64::from(lower_own(cx, v, rt)?),
        (Borrow(rt), Value::Borrow(v)) => lower_borrow(cx, v, rt)?,
        (Stream(_), Value::Stream(end)) | (Future(_), Value::Future(end)) => {
            u64::from(lower_async_value(cx, *end)?)
        }
        _ => return Err(MISMATCH),
    };
    flat.push(core);
    Ok(())
}

/// `lower_flat_signed` ([CanonicalABI.md#flat-lowering]), into an `i32`.
fn lower_flat_signed(i: i32) -> u64 {
    u64::from(i as u32)
}

/// `lower_flat_list` ([CanonicalABI.md#flat-lowering]).
fn lower_flat_list(
    cx: &mut LiftLowerContext<'_>,
    v: &Value,
    elem_type: &ValType,
    maybe_length: Option<u32>,
    flat: &mut Vec<u64>,
) -> Result<(), Stop> {
    match (maybe_length, v) {
        (None, v) => {
            let (ptr, length) = store_list_into_range(cx, v, elem_type)?;
            flat.extend([ptr, length]);
        }
        (Some(_), Value::Bytes(bytes)) => flat.extend(bytes.iter().map(|byte| u64::from(*byte))),
        (Some(_), Value::List(vs)) => {
            for e in vs {
                lower_flat(cx, e, elem_type, flat)?;
            }
        }
        (Some(_), _) => return Err(MISMATCH),
    }
    Ok(())
}

/// `lower_flat_variant` ([CanonicalABI.md#flat-lowering]).
///
/// Core values are bits here, so that what joins an `f32` and what widens an `i32`
/// are the same bits.
fn lower_flat_variant(
    cx: &mut LiftLowerContext<'_>,
    case_index: u32,
    case_value: Option<&Value>,
    cases: &[CaseType],
    flat: &mut Vec<u64>,
) -> Result<(), Stop> {
    let Some(flat_types) = flatten_variant(cases, cx.ptr_type()) else {
        return Err(Stop::Bug("a flat variant of too many core values"));
    };
    let end = flat.len() + flat_types.len();
    flat.push(u64::from(case_index));
    match (match_case(case_index, cases)?, case_value) {
        (Some(t), Some(v)) => lower_flat(cx, v, t, flat)?,
        (None, None) => {}
        _ => return Err(MISMATCH),
    }
    flat.resize(end, 0);
    Ok(())
}
