//! Values from core values.

use crate::canonical::context::LiftLowerContext;
use crate::canonical::despecialization::{Despecialized, despecialize};
use crate::canonical::flattening::flatten_variant;
use crate::canonical::loading::{
    canonicalize_nan32, canonicalize_nan64, convert_i32_to_char, convert_int_to_bool, lift_borrow,
    lift_error_context, lift_future, lift_own, lift_stream, load_list_from_range,
    load_string_from_range, unpack_flags_from_int,
};
use crate::store::Stop;
use crate::trap::trap_if;
use crate::types::{CaseType, CoreValType, FieldType, Label, PrimValType, ValType};
use crate::value::{String, Value};

/// A source of core values of known types.
pub(crate) trait NextValue {
    /// The next value, which is of type `t`: the bits of a float, zero-extended.
    fn next(&mut self, t: CoreValType) -> Result<u64, Stop>;
}

/// `CoreValueIter` ([CanonicalABI.md#flat-lifting]).
#[derive(Debug, Default)]
pub(crate) struct CoreValueIter {
    values: Vec<u64>,
    i: usize,
}

impl CoreValueIter {
    /// `CoreValueIter.__init__` ([CanonicalABI.md#flat-lifting]).
    pub(crate) fn new(vs: Vec<u64>) -> Self {
        CoreValueIter { values: vs, i: 0 }
    }
}

impl NextValue for CoreValueIter {
    /// `CoreValueIter.next` ([CanonicalABI.md#flat-lifting]).
    fn next(&mut self, _t: CoreValType) -> Result<u64, Stop> {
        let v = self.values.get(self.i);
        self.i += 1;
        v.copied().ok_or(Stop::Bug("too few core values"))
    }
}

/// `lift_flat` ([CanonicalABI.md#flat-lifting]).
pub(crate) fn lift_flat(
    cx: &mut LiftLowerContext<'_>,
    vi: &mut dyn NextValue,
    t: &ValType,
) -> Result<Value, Stop> {
    use CoreValType::{F32 as CoreF32, F64 as CoreF64, I32, I64};
    use Despecialized::*;
    use PrimValType::*;
    Ok(match despecialize(t) {
        Prim(Bool) => Value::Bool(convert_int_to_bool(vi.next(I32)?)),
        Prim(U8) => Value::U8(vi.next(I32)? as u8),
        Prim(U16) => Value::U16(vi.next(I32)? as u16),
        Prim(U32) => Value::U32(vi.next(I32)? as u32),
        Prim(U64) => Value::U64(vi.next(I64)?),
        Prim(S8) => Value::S8(vi.next(I32)? as i8),
        Prim(S16) => Value::S16(vi.next(I32)? as i16),
        Prim(S32) => Value::S32(vi.next(I32)? as i32),
        Prim(S64) => Value::S64(vi.next(I64)? as i64),
        Prim(F32) => Value::F32(canonicalize_nan32(f32::from_bits(vi.next(CoreF32)? as u32))),
        Prim(F64) => Value::F64(canonicalize_nan64(f64::from_bits(vi.next(CoreF64)?))),
        Prim(Char) => Value::Char(convert_i32_to_char(vi.next(I32)? as u32)?),
        Prim(String) => Value::String(lift_flat_string(cx, vi)?),
        ErrorContext => Value::ErrorContext(lift_error_context(cx, vi.next(I32)? as u32)?),
        List(t, l) => lift_flat_list(cx, vi, &t, l)?,
        Record(fields) => lift_flat_record(cx, vi, &fields)?,
        Variant(cases) => lift_flat_variant(cx, vi, &cases)?,
        Flags(labels) => lift_flat_flags(vi, &labels)?,
        Own(rt) => Value::Own(lift_own(cx, vi.next(I32)? as u32, rt)?),
        Borrow(rt) => Value::Borrow(lift_borrow(cx, vi.next(I32)? as u32, rt)?),
        Stream(t) => lift_stream(cx, vi.next(I32)? as u32, &t)?,
        Future(t) => lift_future(cx, vi.next(I32)? as u32, &t)?,
    })
}

/// `lift_flat_string` ([CanonicalABI.md#flat-lifting]).
fn lift_flat_string(cx: &mut LiftLowerContext<'_>, vi: &mut dyn NextValue) -> Result<String, Stop> {
    let ptr = vi.next(cx.ptr_type().into())?;
    let packed_length = vi.next(cx.ptr_type().into())?;
    load_string_from_range(cx, ptr, packed_length)
}

/// `lift_flat_list` ([CanonicalABI.md#flat-lifting]).
fn lift_flat_list(
    cx: &mut LiftLowerContext<'_>,
    vi: &mut dyn NextValue,
    elem_type: &ValType,
    maybe_length: Option<u32>,
) -> Result<Value, Stop> {
    if let Some(length) = maybe_length {
        let mut a = Vec::new();
        for _ in 0..length {
            a.push(lift_flat(cx, vi, elem_type)?);
        }
        return Ok(list(a, elem_type));
    }
    let ptr = vi.next(cx.ptr_type().into())?;
    let length = vi.next(cx.ptr_type().into())?;
    load_list_from_range(cx, ptr, length, elem_type)
}

/// A list of these elements.
fn list(a: Vec<Value>, elem_type: &ValType) -> Value {
    let byte = |e| match e {
        Value::U8(byte) => Some(byte),
        _ => None,
    };
    match *elem_type == PrimValType::U8.into() {
        true => Value::Bytes(a.into_iter().filter_map(byte).collect()),
        false => Value::List(a),
    }
}

/// `lift_flat_record` ([CanonicalABI.md#flat-lifting]).
fn lift_flat_record(
    cx: &mut LiftLowerContext<'_>,
    vi: &mut dyn NextValue,
    fields: &[FieldType],
) -> Result<Value, Stop> {
    let mut record = Vec::with_capacity(fields.len());
    for f in fields {
        record.push(lift_flat(cx, vi, &f.t)?);
    }
    Ok(Value::Record(record))
}

/// `lift_flat_variant` ([CanonicalABI.md#flat-lifting]).
///
/// Traps: `lift.variant.flat.bad-discriminant`.
fn lift_flat_variant(
    cx: &mut LiftLowerContext<'_>,
    vi: &mut dyn NextValue,
    cases: &[CaseType],
) -> Result<Value, Stop> {
    let Some(flat_types) = flatten_variant(cases, cx.ptr_type()) else {
        return Err(Stop::Bug("a flat variant of too many core values"));
    };
    let mut flat_types = flat_types.into_iter().skip(1);
    let case_index = vi.next(CoreValType::I32)?;
    trap_if!(
        case_index >= cases.len() as u64,
        LiftVariantFlatBadDiscriminant
    );
    let c = cases.get(case_index as usize);
    let c = c.ok_or(Stop::Bug("a case without a check of the discriminant"))?;
    let v = match &c.t {
        None => None,
        Some(t) => {
            let mut coerced = CoerceValueIter {
                vi,
                flat_types: &mut flat_types,
            };
            Some(Box::new(lift_flat(cx, &mut coerced, t)?))
        }
    };
    for have in flat_types {
        vi.next(have)?;
    }
    Ok(Value::Variant(case_index as u32, v))
}

/// `CoerceValueIter` of `lift_flat_variant` ([CanonicalABI.md#flat-lifting]).
struct CoerceValueIter<'v> {
    vi: &'v mut dyn NextValue,
    flat_types: &'v mut dyn Iterator<Item = CoreValType>,
}

impl NextValue for CoerceValueIter<'_> {
    fn next(&mut self, want: CoreValType) -> Result<u64, Stop> {
        use CoreValType::*;
        let Some(have) = self.flat_types.next() else {
            return Err(Stop::Bug("a payload of too many core values"));
        };
        let x = self.vi.next(have)?;
        // Floats are bits here, and what lifts them canonicalizes NaNs.
        Ok(match (have, want) {
            (I64, I32 | F32) => wrap_i64_to_i32(x),
            _ => x,
        })
    }
}

/// `wrap_i64_to_i32` ([CanonicalABI.md#flat-lifting]).
fn wrap_i64_to_i32(i: u64) -> u64 {
    i & 0xffff_ffff
}

/// `lift_flat_flags` ([CanonicalABI.md#flat-lifting]).
fn lift_flat_flags(vi: &mut dyn NextValue, labels: &[Label]) -> Result<Value, Stop> {
    let i = vi.next(CoreValType::I32)? as u32;
    Ok(unpack_flags_from_int(i, labels))
}
