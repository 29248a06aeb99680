//! A case of any family, on engines in this process.

use crate::allowances::Allowances;
use crate::case::choices::Choices;
use crate::engine::{EngineSetup, Seat, Terms};
use crate::target::Target;
use crate::trial::{Bench, Tried};
use component_harness::engines;
use component_harness::worker::Launch;
use std::cell::RefCell;
use std::sync::{Arc, OnceLock};

/// Bytes as the choices of a case: what the engine that this library is built with
/// does on it must be what the reference does, but for what is allowed and what is
/// known.
///
/// # Panics
///
/// Where it is not; with the key that a finding of `conform fuzz` has.
pub fn case(target: Target, bytes: &[u8]) -> Tried {
    let subject = target.case(&mut Choices::new(bytes));
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

thread_local! {
    static BENCH: RefCell<Bench<'static>> = RefCell::new(bench());
}

/// The reference and the engine that is run by default.
fn bench() -> Bench<'static> {
    static SHIPPED: OnceLock<(Terms, Allowances)> = OnceLock::new();
    let (terms, allowances) = SHIPPED.get_or_init(|| {
        let terms = Terms::new().unwrap_or_else(|error| panic!("{error}"));
        let allowances = Allowances::shipped().unwrap_or_else(|error| panic!("{error}"));
        (terms, allowances)
    });
    let seat = |name: &'static str| {
        let setup = EngineSetup {
            name: name.to_owned(),
            launch: Launch::InProcess(Arc::new(move || {
                engines::in_tree(name).unwrap_or_else(|| Err(format!("{name} is not built in")))
            })),
        };
        Seat::new(&setup, terms).unwrap_or_else(|error| panic!("{error}"))
    };
    Bench {
        reference: seat(engines::REFERENCE),
        others: match engines::DEFAULT {
            engines::REFERENCE => Vec::new(),
            other => vec![seat(other)],
        },
        allowances,
    }
}
