//! One case on all engines.

use crate::allowances::Allowances;
use crate::engine::{EngineSetup, Seat, Seen, Terms, TermsError};
use crate::oracle::{Compared, compare};
use crate::render::{Rendered, Step};
use crate::target::Subject;
use component_harness::engines::REFERENCE;
use component_harness::outcome::Outcome;
use component_harness::script::Script;
use component_harness::session::Judged;
use std::collections::BTreeSet;

/// How many schedules of the reference an outcome is looked for under, beside the
/// default one, where the schedule is open.
const SCHEDULES: u64 = 64;

/// The same before something is told of.
const ALL_SCHEDULES: u64 = 1000;

/// Why a comparison was not made that such a schedule decides.
pub(crate) const OTHER_SCHEDULE: &str = "the reference does the same under another schedule only";

/// Of which share of the schedules all have to do the same as the default one, for the
/// others not to be tried.
const ENOUGH: f64 = 0.375;

/// The engines of one thread: the reference, and those that are held against it.
pub struct Bench<'t> {
    /// The reference.
    reference: Seat<'t>,
    /// The reference under the schedules of seeds from 1, as far as they were needed, and
    /// up to [`SCHEDULES`].
    schedules: Vec<Seat<'t>>,
    /// The others.
    others: Vec<Seat<'t>>,
    /// What they may do otherwise.
    allowances: &'t Allowances,
    setup: EngineSetup,
    terms: &'t Terms,
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

impl<'t> Bench<'t> {
    /// Workers of their own, which start with the first script.
    pub fn new(
        reference: &EngineSetup,
        engines: &[EngineSetup],
        terms: &'t Terms,
        allowances: &'t Allowances,
    ) -> Result<Bench<'t>, TermsError> {
        let others = engines.iter();
        Ok(Bench {
            reference: Seat::new(reference, terms)?,
            schedules: Vec::new(),
            others: others
                .map(|setup| Seat::new(setup, terms))
                .collect::<Result<_, _>>()?,
            allowances,
            setup: reference.clone(),
            terms,
        })
    }

    /// What each directive does on the reference.
    pub fn reference(&mut self, script: &Script) -> Vec<Seen> {
        self.reference.run(script)
    }

    /// Runs a case and compares.
    pub fn run(&mut self, case: &Subject) -> Tried {
        self.run_under(case, SCHEDULES)
    }

    /// The same, but that what the schedule decides is looked for under many schedules.
    pub fn run_patiently(&mut self, case: &Subject) -> Tried {
        self.run_under(case, ALL_SCHEDULES)
    }

    fn run_under(&mut self, case: &Subject, schedules: u64) -> Tried {
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
        for i in 0..self.others.len() {
            let (family, name) = (case.family(), self.others[i].name.clone());
            if let Some(reason) = self.allowances.apart(&name, family) {
                tried.compared.push(Compared::apart(reason));
                continue;
            }
            let seen = self.others[i].run(&script);
            let mut compared = compare(&rendered, &right, &name, &seen, self.allowances);
            if compared.is_news()
                && case.is_scheduled()
                && let Some(other) =
                    self.under_a_schedule(&script, &rendered, &name, [&right, &seen], schedules)
            {
                compared = other;
            }
            tried.compared.push(compared);
        }
        tried
    }

    /// What a comparison comes to with what the reference does under some other
    /// schedule, if there is one under which it does the same.
    fn under_a_schedule(
        &mut self,
        script: &Script,
        rendered: &Rendered,
        name: &str,
        [default, seen]: [&[Seen]; 2],
        schedules: u64,
    ) -> Option<Compared> {
        let mut open = false;
        for number in 0..schedules {
            let new = |setup: &EngineSetup| Seat::new(&setup.under(number + 1), self.terms).ok();
            let index = number as usize;
            if self.schedules.len() == index && number < SCHEDULES {
                self.schedules.push(new(&self.setup)?);
            }
            let right = match self.schedules.get_mut(index) {
                Some(seat) => seat.run(script),
                None => new(&self.setup)?.run(script),
            };
            let mut compared = compare(rendered, &right, name, seen, self.allowances);
            if !compared.is_news() {
                compared.skip(OTHER_SCHEDULE);
                return Some(compared);
            }
            let own = compare(rendered, default, REFERENCE, &right, self.allowances);
            open |= own.mismatch.is_some();
            if !open && (number + 1) as f64 >= ENOUGH * schedules as f64 {
                break;
            }
        }
        None
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
