//! A case of any family, on engines in this process.

use crate::allowances::Allowances;
use crate::case::choices::Choices;
use crate::engine::{EngineSetup, Terms};
use crate::target::{Subject, Target};
use crate::trial::{Bench, Tried};
use component_harness::engines;
use component_harness::worker::Launch;
use std::cell::RefCell;
use std::sync::{Arc, OnceLock};

/// Bytes as the choices of a case: what the engine that this library is built with
/// does on it must be what the reference does, but for what is allowed and what is
/// known. A case that is known to crash the engine is left out.
///
/// # Panics
///
/// Where it is not; with the key that a finding of `conform fuzz` has.
pub fn case(target: Target, bytes: &[u8]) -> Tried {
    let subject = target.case(&mut Choices::new(bytes));
    if is_left_out(&subject) {
        return Tried::default();
    }
    let tried = BENCH.with_borrow_mut(|bench| bench.run(&subject));
    for mismatch in tried.compared.iter().filter_map(|c| c.mismatch.as_ref()) {
        if mismatch.known.is_none() {
            panic!(
                "{}\n{}\n{}\n{}",
                mismatch.key(),
                mismatch.detail,
                subject.shape(),
                subject.render().text
            );
        }
    }
    tried
}

/// Whether a case is known to crash the engine.
pub(super) fn is_left_out(subject: &Subject) -> bool {
    let (_, allowances) = shipped();
    allowances.crashes(engines::DEFAULT, &subject.render().marks)
}

thread_local! {
    static BENCH: RefCell<Bench<'static>> = RefCell::new(bench());
}

fn shipped() -> &'static (Terms, Allowances) {
    static SHIPPED: OnceLock<(Terms, Allowances)> = OnceLock::new();
    SHIPPED.get_or_init(|| {
        let terms = Terms::new().unwrap_or_else(|error| panic!("{error}"));
        let allowances = Allowances::shipped().unwrap_or_else(|error| panic!("{error}"));
        (terms, allowances)
    })
}

/// The reference and the engine that is run by default.
fn bench() -> Bench<'static> {
    let (terms, allowances) = shipped();
    let setup = |name: &'static str| EngineSetup {
        name: name.to_owned(),
        launch: Launch::InProcess(Arc::new(move || {
            engines::in_tree(name).unwrap_or_else(|| Err(format!("{name} is not built in")))
        })),
    };
    let others = match engines::DEFAULT {
        engines::REFERENCE => Vec::new(),
        other => vec![setup(other)],
    };
    Bench::new(&setup(engines::REFERENCE), &others, terms, allowances)
        .unwrap_or_else(|error| panic!("{error}"))
}
