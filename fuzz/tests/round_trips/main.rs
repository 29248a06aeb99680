//! Values of every type go through guests and come back as they were.
//!
//! One trial per type and path, `list<string>::fused-32-64`: a component is
//! generated in which the value takes the path, and every value at an edge of the
//! type is sent through it in each form and with each encoding of strings, on the
//! reference and on Wasmtime. What comes back is held against what went in, and one
//! engine against the other.

mod component;
mod known;
mod table;
mod trip;

use component::Path;
use component_fuzz::case::host_types::host_types;
use component_fuzz::case::layout::Flat;
use component_harness::engines;
use known::GAPS;
use libtest_mimic::{Arguments, Trial};
use std::process::ExitCode;
use std::sync::Arc;
use trip::Case;

/// How many round trips the table asks each engine for, so that none is lost unseen.
const ROUND_TRIPS: usize = 81_988;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let cases: Arc<[Case]> = cases().into();
    let planned: usize = cases.iter().map(Case::round_trips).sum();
    let mut trials = vec![
        Trial::test("the-table-is-whole", move || match planned {
            ROUND_TRIPS => Ok(()),
            _ => Err(format!("{planned} round trips instead of {ROUND_TRIPS}").into()),
        }),
        Trial::test("a-wrong-guest-is-found-out", trip::find_out_a_wrong_guest),
    ];
    for i in 0..cases.len() {
        let name = cases[i].name();
        let cases = Arc::clone(&cases);
        trials.push(Trial::test(name, move || cases[i].run()));
    }
    for gap in GAPS {
        let name = format!("gap-of-{}::{}", gap.engine, gap.name);
        let known = engines::in_tree(gap.engine).is_some();
        let cases = Arc::clone(&cases);
        let trial = Trial::test(name, move || gap.check(&cases));
        trials.push(trial.with_ignored_flag(!known));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// Each type by each path between guests, and each type that the host knows.
fn cases() -> Vec<Case> {
    let pointers = [Flat::I32, Flat::I64];
    let mut paths = pointers.map(Path::Guest).to_vec();
    for caller in pointers {
        paths.extend(pointers.map(|callee| Path::Fused { caller, callee }));
    }
    let types = table::types().into_iter();
    let guests = types.flat_map(|ty| {
        let case = |path: &Path| Case::new(ty.clone(), *path);
        paths.iter().map(case).collect::<Vec<_>>()
    });
    let host = host_types().into_iter();
    let host = host.map(|(name, ty)| Case::new(ty, Path::Host(name)));
    guests.chain(host).collect()
}
