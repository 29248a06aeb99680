//! Component values as core values.
//!
//! No rule of the spec looks at more than [`MAX_FLAT_PARAMS`] flat values, while a
//! small fixed-length list can have 2<sup>28</sup>. Where there are more than the
//! limit, the functions here say `None`.

use crate::canonical::alignment::discriminant_type;
use crate::canonical::despecialization::{Despecialized, despecialize};
use crate::canonical::options::{CanonicalOptions, PtrType};
use crate::types::{
    CaseType, CoreFuncType, CoreValType, FieldType, FuncType, PrimValType, ValType,
};

/// `MAX_FLAT_PARAMS` ([CanonicalABI.md#flattening]).
pub const MAX_FLAT_PARAMS: usize = 16;
/// `MAX_FLAT_ASYNC_PARAMS` ([CanonicalABI.md#flattening]).
pub const MAX_FLAT_ASYNC_PARAMS: usize = 4;
/// `MAX_FLAT_RESULTS` ([CanonicalABI.md#flattening]).
pub const MAX_FLAT_RESULTS: usize = 1;

/// The `context` of `flatten_functype` ([CanonicalABI.md#flattening]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Context {
    /// `'lift'`: the type of a core function that `canon lift` takes.
    Lift,
    /// `'lower'`: the type of the core function that `canon lower` makes.
    Lower,
}

/// `flatten_functype` ([CanonicalABI.md#flattening]).
#[must_use]
pub fn flatten_functype(opts: &CanonicalOptions, ft: &FuncType, context: Context) -> CoreFuncType {
    let pointer = CoreValType::from(opts.ptr_type());
    let flat_params = flatten_types(ft.param_types(), opts.ptr_type());
    let flat_results = flatten_types(ft.result_type(), opts.ptr_type());
    let max_flat_params = match (opts.async_, context) {
        (true, Context::Lower) => MAX_FLAT_ASYNC_PARAMS,
        (true, Context::Lift) | (false, _) => MAX_FLAT_PARAMS,
    };
    let mut params = flat_params
        .filter(|flat| flat.len() <= max_flat_params)
        .unwrap_or_else(|| vec![pointer]);
    let results = if !opts.async_ {
        match flat_results.filter(|flat| flat.len() <= MAX_FLAT_RESULTS) {
            Some(flat) => flat,
            None => match context {
                Context::Lift => vec![pointer],
                Context::Lower => {
                    params.push(pointer);
                    vec![]
                }
            },
        }
    } else {
        match context {
            Context::Lift if opts.callback.is_some() => vec![CoreValType::I32],
            Context::Lift => vec![],
            Context::Lower => {
                if flat_results.is_none_or(|flat| !flat.is_empty()) {
                    params.push(pointer);
                }
                vec![CoreValType::I32]
            }
        }
    };
    CoreFuncType { params, results }
}

/// `flatten_types` ([CanonicalABI.md#flattening]).
pub fn flatten_types<'a>(
    ts: impl IntoIterator<Item = &'a ValType>,
    ptr_type: PtrType,
) -> Option<Vec<CoreValType>> {
    let mut flat = Vec::new();
    for t in ts {
        flat.extend(flatten_type(t, ptr_type)?);
        flat = within_limit(flat)?;
    }
    Some(flat)
}

/// `flatten_type` ([CanonicalABI.md#flattening]).
#[must_use]
pub fn flatten_type(t: &ValType, ptr_type: PtrType) -> Option<Vec<CoreValType>> {
    use Despecialized::*;
    use PrimValType::*;
    let core = match despecialize(t) {
        Prim(Bool) => CoreValType::I32,
        Prim(U8 | U16 | U32) => CoreValType::I32,
        Prim(S8 | S16 | S32) => CoreValType::I32,
        Prim(S64 | U64) => CoreValType::I64,
        Prim(F32) => CoreValType::F32,
        Prim(F64) => CoreValType::F64,
        Prim(Char) => CoreValType::I32,
        Prim(String) => return Some(vec![ptr_type.into(), ptr_type.into()]),
        ErrorContext => CoreValType::I32,
        List(t, length) => return flatten_list(&t, length, ptr_type),
        Record(fields) => return flatten_record(&fields, ptr_type),
        Variant(cases) => return flatten_variant(&cases, ptr_type),
        Flags(_) => CoreValType::I32,
        Own(_) | Borrow(_) => CoreValType::I32,
        Stream(_) | Future(_) => CoreValType::I32,
    };
    Some(vec![core])
}

/// `flatten_list` ([CanonicalABI.md#flattening]).
#[must_use]
pub fn flatten_list(
    elem_type: &ValType,
    maybe_length: Option<u32>,
    ptr_type: PtrType,
) -> Option<Vec<CoreValType>> {
    match maybe_length {
        // Each element has a flat value at least: no longer than the limit.
        Some(length) => {
            let length = usize::try_from(length).ok()?;
            let length = (length <= MAX_FLAT_PARAMS).then_some(length)?;
            within_limit(flatten_type(elem_type, ptr_type)?.repeat(length))
        }
        None => Some(vec![ptr_type.into(), ptr_type.into()]),
    }
}

/// `flatten_record` ([CanonicalABI.md#flattening]).
#[must_use]
pub fn flatten_record(fields: &[FieldType], ptr_type: PtrType) -> Option<Vec<CoreValType>> {
    flatten_types(fields.iter().map(|f| &f.t), ptr_type)
}

/// `flatten_variant` ([CanonicalABI.md#flattening]).
#[must_use]
pub fn flatten_variant(cases: &[CaseType], ptr_type: PtrType) -> Option<Vec<CoreValType>> {
    let mut flat: Vec<CoreValType> = Vec::new();
    for t in cases.iter().filter_map(|c| c.t.as_ref()) {
        for (i, ft) in flatten_type(t, ptr_type)?.into_iter().enumerate() {
            match flat.get_mut(i) {
                Some(joined) => *joined = join(*joined, ft),
                None => flat.push(ft),
            }
        }
    }
    let discriminant = ValType::from(discriminant_type(cases));
    let flat = [flatten_type(&discriminant, ptr_type)?, flat].concat();
    within_limit(flat)
}

/// `join` ([CanonicalABI.md#flattening]).
#[must_use]
pub fn join(a: CoreValType, b: CoreValType) -> CoreValType {
    use CoreValType::*;
    match (a, b) {
        _ if a == b => a,
        (I32, F32) | (F32, I32) => I32,
        _ => I64,
    }
}

fn within_limit(flat: Vec<CoreValType>) -> Option<Vec<CoreValType>> {
    (flat.len() <= MAX_FLAT_PARAMS).then_some(flat)
}
