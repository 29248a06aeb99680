//! Lifting and lowering of parameters and results.

use crate::canonical::alignment::alignment;
use crate::canonical::context::LiftLowerContext;
use crate::canonical::despecialization::tuple_fields;
use crate::canonical::element_size::{elem_size, is_aligned};
use crate::canonical::flat_lifting::{CoreValueIter, NextValue, lift_flat};
use crate::canonical::flat_lowering::lower_flat;
use crate::canonical::flattening::flatten_types;
use crate::canonical::loading::load;
use crate::canonical::storing::store;
use crate::store::Stop;
use crate::trap::trap_if;
use crate::types::{PrimValType, ValType};
use crate::value::Value;

/// `lift_flat_values` ([CanonicalABI.md#lifting-and-lowering-values]).
///
/// Traps: `lift.spill.*`, those of lifting.
pub(crate) fn lift_flat_values(
    cx: &mut LiftLowerContext<'_>,
    max_flat: usize,
    vi: &mut CoreValueIter,
    ts: &[&ValType],
) -> Result<Vec<Value>, Stop> {
    cx.store.begin_values();
    if !is_flat(cx, ts, max_flat) {
        let ptr = vi.next(cx.ptr_type().into())?;
        let tuple_type = tuple_type(ts);
        trap_if!(
            !is_aligned(ptr, alignment(&tuple_type, cx.ptr_type())),
            LiftSpillUnaligned
        );
        trap_if!(
            ptr.saturating_add(elem_size(&tuple_type, cx.ptr_type())) > cx.memory().len() as u64,
            LiftSpillOutOfBounds
        );
        return match load(cx, ptr, &tuple_type)? {
            Value::Record(vs) => Ok(vs),
            _ => Err(Stop::Bug("a tuple that is no record")),
        };
    }
    ts.iter().map(|t| lift_flat(cx, vi, t)).collect()
}

/// `lower_flat_values` ([CanonicalABI.md#lifting-and-lowering-values]).
///
/// Traps: `lower.spill.*`, those of lowering.
pub(crate) fn lower_flat_values(
    cx: &mut LiftLowerContext<'_>,
    max_flat: usize,
    vs: Vec<Value>,
    ts: &[&ValType],
    out_param: Option<&mut CoreValueIter>,
) -> Result<Vec<u64>, Stop> {
    let mut flat_vals = Vec::new();
    if is_flat(cx, ts, max_flat) {
        for (v, t) in vs.iter().zip(ts) {
            lower_flat(cx, v, t, &mut flat_vals)?;
        }
        return Ok(flat_vals);
    }
    let tuple_type = tuple_type(ts);
    let alignment = alignment(&tuple_type, cx.ptr_type());
    let size = elem_size(&tuple_type, cx.ptr_type());
    let ptr = match out_param {
        None => {
            let ptr = cx.allocate(alignment, size)?;
            flat_vals.push(ptr);
            ptr
        }
        Some(out_param) => out_param.next(cx.ptr_type().into())?,
    };
    trap_if!(!is_aligned(ptr, alignment), LowerSpillUnaligned);
    trap_if!(
        ptr.saturating_add(size) > cx.memory().len() as u64,
        LowerSpillOutOfBounds
    );
    store(cx, &Value::Record(vs), &tuple_type, ptr)?;
    Ok(flat_vals)
}

/// Whether there are no more than `max_flat` core values.
fn is_flat(cx: &LiftLowerContext<'_>, ts: &[&ValType], max_flat: usize) -> bool {
    // Each type has one at least; of most functions, none has more.
    if ts.len() > max_flat {
        return false;
    }
    let one = |t: &&ValType| matches!(t, ValType::Prim(t) if *t != PrimValType::String);
    if ts.iter().all(one) {
        return true;
    }
    let flat_types = flatten_types(ts.iter().copied(), cx.ptr_type());
    flat_types.is_some_and(|flat_types| flat_types.len() <= max_flat)
}

/// The `TupleType` of `ts`, despecialized once for all that asks about it.
fn tuple_type(ts: &[&ValType]) -> ValType {
    ValType::Record(tuple_fields(ts.iter().copied()))
}
