//! What an engine is known not to be able to do.

use crate::component::Path;
use crate::trip::Case;
use component_fuzz::case::layout::Flat;
use component_fuzz::case::types::Type;
use libtest_mimic::Failed;

/// Round trips that an engine is not asked for.
pub(crate) struct Gap {
    pub(crate) engine: &'static str,
    pub(crate) name: &'static str,
    /// Why, as the engine has it.
    reason: &'static str,
    covers: fn(&Type, Path) -> bool,
}

pub(crate) const GAPS: [Gap; 2] = [
    Gap {
        engine: "wasmtime",
        name: "64-bit-memory-at-the-host",
        reason: "Wasmtime 48 calls its support of 64-bit memories in components very \
                 incomplete: its host side takes each pointer for one of 32 bits",
        covers: |_, path| {
            let caller = match path {
                Path::Guest(pointer) => pointer,
                Path::Fused { caller, .. } => caller,
                Path::Host(_) => Flat::I32,
            };
            caller == Flat::I64
        },
    },
    Gap {
        engine: "wasmtime",
        name: "fixed-length-lists-into-64-bit-memory",
        reason: "the code that Wasmtime 48 generates to pass a fixed-length list from one \
                 guest to another takes each address for one of 32 bits, and is invalid",
        covers: |ty, path| {
            let (caller, callee) = (Flat::I32, Flat::I64);
            path == Path::Fused { caller, callee } && has_fixed_list(ty)
        },
    },
];

/// Whether an engine is not to be asked for the round trips of a case.
pub(crate) fn is_gap(engine: &str, case: &Case) -> bool {
    GAPS.iter()
        .any(|gap| gap.engine == engine && (gap.covers)(&case.ty, case.path))
}

impl Gap {
    /// Fails when the engine makes all of the round trips.
    pub(crate) fn check(&self, cases: &[Case]) -> Result<(), Failed> {
        let mut made = 0;
        for case in cases
            .iter()
            .filter(|case| (self.covers)(&case.ty, case.path))
        {
            match case.replies(self.engine) {
                Ok(Some(replies)) if case.wrong(self.engine, &replies).is_empty() => made += 1,
                _ => return Ok(()),
            }
        }
        Err(format!(
            "stale: {} makes all round trips of {made} cases, though {}",
            self.engine, self.reason
        )
        .into())
    }
}

fn has_fixed_list(ty: &Type) -> bool {
    matches!(ty, Type::FixedList(..)) || ty.parts().into_iter().any(has_fixed_list)
}
