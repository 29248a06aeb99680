//! A night: campaigns on all targets within a budget, with what the nights before
//! left, and a record that the next night is held against.

mod kept;
mod record;

pub use record::{Effort, Night};

use crate::allowances::Allowances;
use crate::campaign::{self, CampaignError, Plan};
use crate::engine::{EngineSetup, Terms};
use crate::finding::{Finding, WriteError};
use crate::replay::reduce_case;
use crate::target::Target;
use kept::Kept;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// What a night is to do.
pub struct Plans {
    /// The targets, each of which gets the same share of the time.
    pub targets: Vec<Target>,
    /// The reference.
    pub reference: EngineSetup,
    /// The engines that are held against it.
    pub engines: Vec<EngineSetup>,
    /// The day on which it begins, `2026-01-31`.
    pub date: String,
    /// The seed of its campaigns.
    pub seed: u64,
    /// For how long.
    pub time: Duration,
    /// How many cases at a time.
    pub jobs: usize,
    /// Where the nights keep what they find.
    pub folder: PathBuf,
}

/// Spends a night; its record is not yet written.
///
/// # Errors
///
/// [`CampaignError`].
pub fn run(
    plans: &Plans,
    progress: &mut dyn FnMut(Target, u64, usize),
    cancelled: &AtomicBool,
) -> Result<Night, CampaignError> {
    let began = Instant::now();
    let earlier = Night::all(&plans.folder)?;
    let mut efforts = Vec::new();
    for (number, target) in plans.targets.iter().enumerate() {
        if cancelled.load(Ordering::Relaxed) {
            break;
        }
        let left = plans.time.saturating_sub(began.elapsed());
        // What one leaves of its share, the others get.
        let share = left / (plans.targets.len() - number) as u32;
        efforts.push(effort(
            plans, *target, share, &earlier, progress, cancelled,
        )?);
    }
    Ok(Night {
        date: plans.date.clone(),
        targets: efforts,
        suites: None,
    })
}

fn effort(
    plans: &Plans,
    target: Target,
    share: Duration,
    earlier: &[Night],
    progress: &mut dyn FnMut(Target, u64, usize),
    cancelled: &AtomicBool,
) -> Result<Effort, CampaignError> {
    let began = Instant::now();
    let mut plan = Plan {
        target,
        reference: plans.reference.clone(),
        engines: plans.engines.clone(),
        seed: plans.seed,
        cases: u64::MAX,
        time: None,
        jobs: plans.jobs,
        folder: plans.folder.join(target.name()),
        first: false,
    };
    let known_before: BTreeSet<&String> = earlier
        .iter()
        .filter(|night| night.date != plans.date)
        .flat_map(|night| &night.targets)
        .filter(|effort| effort.target == target.name())
        .flat_map(|effort| &effort.findings)
        .collect();
    let place = plans.folder.join("corpus").join(target.name());
    let mut kept = Kept::read(&place)?;
    let before = kept.keys();
    let mut findings = replay(&plan, &mut kept, share, cancelled)?;
    let replayed = kept.len() as u64;
    plan.time = Some(share.saturating_sub(began.elapsed()));
    let mut first = None;
    let mut keep = |now: campaign::Progress<'_>| {
        first.get_or_insert(now.number);
        kept.offer(now.tried, || campaign::case(target, plans.seed, now.number));
        progress(target, now.totals.cases, now.totals.findings.len());
    };
    let ended = campaign::run(&plan, &mut keep, cancelled)?;
    findings.extend(ended.findings);
    kept.minimise();
    kept.write(&place)?;
    let now = kept.keys();
    let cases = replayed + first.map_or(0, |first| ended.totals.cases - first);
    let seconds = began.elapsed().as_secs();
    findings.retain(|finding| !known_before.contains(&finding.fingerprint));
    let same_day = earlier.iter().find(|night| night.date == plans.date);
    let same_day = same_day.and_then(|night| night.effort(target.name()));
    Ok(Effort {
        target: target.name().to_owned(),
        cases,
        seconds,
        covered: now.len() as u64,
        findings: fingerprints(&findings, |_| true),
        news: fingerprints(&findings, |finding| finding.known.is_none()),
        kept: kept.len() as u64,
        gained: now.difference(&before).count() as u64,
        lost: before.difference(&now).cloned().collect(),
        mismatches: ended.totals.mismatches,
    }
    .after(same_day))
}

/// Tries again what the nights before kept. What no longer agrees is a finding, and is
/// not kept.
fn replay(
    plan: &Plan,
    kept: &mut Kept,
    share: Duration,
    cancelled: &AtomicBool,
) -> Result<Vec<Finding>, CampaignError> {
    let began = Instant::now();
    let (terms, allowances) = (Terms::new()?, Allowances::shipped()?);
    let mut bench = campaign::bench(plan, &terms, &allowances)?;
    let mut broken = Vec::new();
    kept.retry(|case| {
        if began.elapsed() >= share || cancelled.load(Ordering::Relaxed) {
            return None;
        }
        let tried = bench.run(case);
        if tried.compared.iter().any(|c| c.mismatch.is_some()) {
            broken.push(case.clone());
        }
        Some(tried)
    });
    let mut findings = Vec::new();
    for case in &broken {
        let found = reduce_case(case, &plan.reference, &plan.engines, &plan.folder)?;
        findings.extend(found);
    }
    Ok(findings)
}

fn fingerprints(findings: &[Finding], wanted: impl Fn(&Finding) -> bool) -> Vec<String> {
    let wanted = findings.iter().filter(|finding| wanted(finding));
    let fingerprints = wanted.map(|finding| finding.fingerprint.clone());
    let distinct: BTreeSet<String> = fingerprints.collect();
    distinct.into_iter().collect()
}

/// The entries of a folder, in order; none where there is no folder.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, WriteError> {
    let error = |error: std::io::Error| WriteError::new(folder, &error);
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(missing) if missing.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(other) => return Err(error(other)),
    };
    let mut paths = entries
        .map(|entry| Ok(entry.map_err(error)?.path()))
        .collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    Ok(paths)
}
