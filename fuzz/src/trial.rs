//! One case on all engines.

use crate::allowances::Allowances;
use crate::engine::{Seat, Seen};
use crate::oracle::{Compared, compare};
use crate::render::{Rendered, Step};
use crate::target::Subject;
use component_harness::engines::REFERENCE;
use component_harness::outcome::Outcome;
use component_harness::script::Script;
use component_harness::session::Judged;
use std::collections::BTreeSet;

/// The engines of one thread: the reference, and those that are held against it.
pub struct Bench<'t> {
    /// The reference.
    pub reference: Seat<'t>,
    /// The others.
    pub others: Vec<Seat<'t>>,
    /// What they may do otherwise.
    pub allowances: &'t Allowances,
}

/// What came of a case.
#[derive(Clone, Debug, Default)]
pub struct Tried {
    /// One comparison for the reference with itself, then one per engine.
    pub compared: Vec<Compared>,
    /// What the case covers.
    pub covered: BTreeSet<String>,
    /// The trap sites that it reached on the reference.
    pub sites: BTreeSet<String>,
    /// Whether a value was lifted and one lowered before the end.
    pub fertile: bool,
}

impl Bench<'_> {
    /// Runs a case and compares.
    pub fn run(&mut self, case: &Subject) -> Tried {
        let rendered = case.render();
        let script = match Script::parse(rendered.text.as_bytes()) {
            Ok(script) => script,
            Err(error) => unreachable!("the rendered script does not parse: {error}"),
        };
        let right = self.reference.run(&script);
        let mut tried = Tried {
            covered: case.covered(),
            sites: sites(&right),
            fertile: fertile(&rendered, &right),
            compared: vec![compare(
                &rendered,
                &right,
                REFERENCE,
                &right,
                self.allowances,
            )],
        };
        for seat in &mut self.others {
            let seen = seat.run(&script);
            let compared = compare(&rendered, &right, &seat.name, &seen, self.allowances);
            tried.compared.push(compared);
        }
        tried
    }
}

/// The trap sites that were reached, without where they were.
fn sites(observed: &[Seen]) -> BTreeSet<String> {
    let reached = observed.iter().flat_map(|observed| &observed.reached);
    reached
        .filter_map(|reached| reached.split_once('@'))
        .map(|(site, _)| site.to_owned())
        .collect()
}

fn fertile(rendered: &Rendered, observed: &[Seen]) -> bool {
    rendered
        .steps
        .iter()
        .zip(observed)
        .any(|(step, observed)| match (step, &observed.result) {
            (Step::Call(_), Judged::Done(outcome, _)) => matches!(outcome, Outcome::Returned(_)),
            _ => false,
        })
}
