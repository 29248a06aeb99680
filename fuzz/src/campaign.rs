//! Many cases, one after the other or several at a time: what comes of them depends on
//! target, seed and numbers alone.

use crate::allowances::{Allowances, AllowancesError};
use crate::case::choices::{Choices, bytes};
use crate::engine::{EngineSetup, Terms, TermsError};
use crate::finding::{Finding, WriteError};
use crate::oracle::Mismatch;
use crate::reduce::reduce;
use crate::target::{Subject, Target};
use crate::totals::Totals;
use crate::trial::{Bench, OTHER_SCHEDULE, Tried};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

/// How many cases of one kind of mismatch are reduced, one of a known defect; of the
/// others only the number is kept.
const REDUCED: u64 = 3;

/// After how many cases the state is written.
const STATE_EVERY: u64 = 500;

/// What a campaign is to do.
pub struct Plan {
    /// What it is about.
    pub target: Target,
    /// The reference.
    pub reference: EngineSetup,
    /// The engines that are held against it.
    pub engines: Vec<EngineSetup>,
    /// The seed.
    pub seed: u64,
    /// How many cases.
    pub cases: u64,
    /// For how long at most.
    pub time: Option<Duration>,
    /// How many cases at a time.
    pub jobs: usize,
    /// Where findings and the state of the campaign are kept.
    pub folder: PathBuf,
    /// Whether to stop at the first finding.
    pub first: bool,
}

/// How far a campaign is.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// What all cases came to.
    pub totals: &'a Totals,
    /// How long it has run.
    pub elapsed: Duration,
    /// The number of the last case.
    pub number: u64,
    /// What came of it.
    pub tried: &'a Tried,
}

/// What came of a campaign.
#[derive(Clone, Debug)]
pub struct Ended {
    /// What all cases came to.
    pub totals: Totals,
    /// The findings of this campaign, in the order of their cases.
    pub findings: Vec<Finding>,
}

/// A campaign that cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum CampaignError {
    /// Something that ships with the fuzzer does not load.
    #[error(transparent)]
    Terms(#[from] TermsError),
    /// The list of allowances does not load.
    #[error(transparent)]
    Allowances(#[from] AllowancesError),
    /// A finding or the state cannot be written or read.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Runs a campaign, and tells `progress` after each case.
pub fn run(
    plan: &Plan,
    progress: &mut dyn FnMut(Progress<'_>),
    cancelled: &AtomicBool,
) -> Result<Ended, CampaignError> {
    let terms = Terms::new()?;
    let allowances = Allowances::shipped()?;
    let mut totals = Totals::resume(plan)?;
    let first = totals.cases;
    let next = AtomicU64::new(first);
    let stop = AtomicBool::new(false);
    let began = Instant::now();
    let mut findings = Vec::new();
    let mut own = bench(plan, &terms, &allowances)?;
    let over = || {
        cancelled.load(Ordering::Relaxed) || plan.time.is_some_and(|time| began.elapsed() >= time)
    };
    let result = std::thread::scope(|scope| {
        // Bounded, so that no cases wait for long while one is reduced.
        let (sender, receiver) = sync_channel(plan.jobs.max(1));
        for _ in 0..plan.jobs.max(1) {
            let mut bench = bench(plan, &terms, &allowances)?;
            let (sender, next, stop, over) = (sender.clone(), &next, &stop, &over);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) && !over() {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= plan.cases {
                        return;
                    }
                    let tried = bench.run(&case(plan.target, plan.seed, number));
                    // The receiver is gone after an error.
                    if sender.send((number, tried)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut early: BTreeMap<u64, Tried> = BTreeMap::new();
        let folded = receiver.into_iter().try_for_each(|(number, tried)| {
            early.insert(number, tried);
            while let Some(tried) = early.remove(&totals.cases) {
                // What is left out now is done again when the campaign goes on.
                if stop.load(Ordering::Relaxed) || over() {
                    return Ok(());
                }
                let found = fold(plan, &mut own, &mut totals, &tried, &over)?;
                findings.extend(found);
                if totals.cases % STATE_EVERY == 0 {
                    totals.keep(plan)?;
                }
                progress(Progress {
                    totals: &totals,
                    elapsed: began.elapsed(),
                    number: totals.cases - 1,
                    tried: &tried,
                });
                if plan.first && findings.iter().any(|finding| finding.known.is_none()) {
                    stop.store(true, Ordering::Relaxed);
                }
            }
            Ok(())
        });
        stop.store(true, Ordering::Relaxed);
        folded
    });
    result.and_then(|()| {
        totals.keep(plan)?;
        Ok(Ended { totals, findings })
    })
}

/// The case with this number.
#[must_use]
pub fn case(target: Target, seed: u64, number: u64) -> Subject {
    let bytes = bytes(target.name(), seed, number);
    target.case(&mut Choices::new(&bytes))
}

/// Workers of one thread, for a plan.
pub fn bench<'t>(
    plan: &Plan,
    terms: &'t Terms,
    allowances: &'t Allowances,
) -> Result<Bench<'t>, TermsError> {
    Bench::new(&plan.reference, &plan.engines, terms, allowances)
}

/// Adds what came of the next case; new findings are on disk after it, as small as
/// they got before the campaign was `over`.
fn fold(
    plan: &Plan,
    bench: &mut Bench<'_>,
    totals: &mut Totals,
    tried: &Tried,
    over: &dyn Fn() -> bool,
) -> Result<Vec<Finding>, CampaignError> {
    let number = totals.cases;
    totals.add(tried);
    let mut findings = Vec::new();
    for mismatch in tried.compared.iter().filter_map(|c| c.mismatch.as_ref()) {
        let (kind, reduced) = match &mismatch.known {
            Some(reason) => (format!("{}: known: {reason}", mismatch.engine), 1),
            None => (mismatch.key(), REDUCED),
        };
        let whole = case(plan.target, plan.seed, number);
        let reduces = totals
            .mismatches
            .get(&kind)
            .is_none_or(|seen| *seen < reduced);
        let doubtful = whole.is_scheduled() && mismatch.known.is_none();
        if reduces && doubtful && patiently(bench, &whole, mismatch).is_none() {
            totals.skip(OTHER_SCHEDULE);
            continue;
        }
        *totals.mismatches.entry(kind).or_default() += 1;
        if !reduces {
            continue;
        }
        let smallest = reduce(&whole, |case| {
            !over()
                && again(bench, case, mismatch).is_some_and(|again| again.known == mismatch.known)
        });
        // One that does not happen again is told as it was.
        let smallest_again = match doubtful {
            true => patiently(bench, &smallest, mismatch),
            false => again(bench, &smallest, mismatch),
        };
        let (case, mismatch) = match smallest_again {
            Some(again) => (smallest, again),
            None => (whole, mismatch.clone()),
        };
        let origin = format!("{} --seed {} case {number}", plan.target, plan.seed);
        let finding = Finding::new(bench, &case, &mismatch, &origin);
        if totals.findings.insert(finding.fingerprint.clone()) {
            finding.write(&plan.folder)?;
            findings.push(finding);
        }
    }
    Ok(findings)
}

/// The same mismatch, if the case has it.
pub(crate) fn again(
    bench: &mut Bench<'_>,
    case: &Subject,
    mismatch: &Mismatch,
) -> Option<Mismatch> {
    same(bench.run(case), mismatch)
}

/// The same mismatch, if the case has it under all of many schedules.
pub(crate) fn patiently(
    bench: &mut Bench<'_>,
    case: &Subject,
    mismatch: &Mismatch,
) -> Option<Mismatch> {
    same(bench.run_patiently(case), mismatch)
}

fn same(tried: Tried, mismatch: &Mismatch) -> Option<Mismatch> {
    let found = tried.compared.into_iter().filter_map(|c| c.mismatch);
    let mut same = found.filter(|found| found.key() == mismatch.key());
    same.next()
}
