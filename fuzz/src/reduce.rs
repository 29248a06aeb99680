//! Making a case smaller while it breaks the same promise: fewer calls, plainer
//! guests, a smaller type, a smaller value.

mod shrink;

use crate::case::layout::Flat;
use crate::case::{Call, Case, Encoding, Flaw, From, Lift, Lower, Topology};
use crate::render::guest::Form;
use crate::target::Subject;
use shrink::smaller;

/// The most cases that one reduction tries.
const TRIALS: usize = 400;

/// How many places for what is wrong are tried in a case of another type.
const SITES: usize = 6;

/// The smallest case found that `holds`, which is to be true of `case`.
pub fn reduce(case: &Subject, mut holds: impl FnMut(&Subject) -> bool) -> Subject {
    let mut smallest = case.clone();
    let mut left = TRIALS;
    'again: while left > 0 {
        for candidate in smallest.smaller() {
            if left == 0 {
                break;
            }
            left -= 1;
            if holds(&candidate) {
                smallest = candidate;
                continue 'again;
            }
        }
        break;
    }
    smallest
}

/// Cases that are smaller by one step, those that lose most first.
pub(crate) fn candidates(case: &Case) -> Vec<Case> {
    let mut all = Vec::new();
    if case.calls.len() > 1 {
        let one = |call: &Call| Case {
            calls: vec![call.clone()],
            ..case.clone()
        };
        all.extend(case.calls.iter().map(one));
        for i in 0..case.calls.len() {
            let mut fewer = case.clone();
            fewer.calls.remove(i);
            all.push(fewer);
        }
    }
    all.extend(fewer_guests(case));
    all.extend(plainer(case));
    if let [call] = case.calls.as_slice()
        && case.host.is_none()
    {
        for (ty, value) in smaller(&case.ty, &call.value) {
            let flaws: Vec<Option<Flaw>> = match call.flaw {
                None => vec![None],
                Some(flaw) => [flaw.site]
                    .into_iter()
                    .chain(0..SITES)
                    .map(|site| Some(Flaw { site, ..flaw }))
                    .collect(),
            };
            all.extend(flaws.into_iter().map(|flaw| Case {
                ty: ty.clone(),
                calls: vec![Call {
                    value: value.clone(),
                    flaw,
                    ..call.clone()
                }],
                ..case.clone()
            }));
        }
    }
    all
}

/// Two cases with the same values that are smaller by one step.
pub(crate) fn twins([one, other]: &[Case; 2]) -> Vec<[Case; 2]> {
    let mut all = Vec::new();
    if one.calls.len() > 1 {
        for i in 0..one.calls.len() {
            all.push([one, other].map(|case| Case {
                calls: vec![case.calls[i].clone()],
                ..case.clone()
            }));
        }
    }
    let simpler = |case| fewer_guests(case).into_iter().chain(plainer(case));
    all.extend(simpler(one).map(|one| [one, other.clone()]));
    all.extend(simpler(other).map(|other| [one.clone(), other]));
    if let ([call], None, None) = (one.calls.as_slice(), &one.host, &other.host) {
        for (ty, value) in smaller(&one.ty, &call.value) {
            all.push([one, other].map(|case| {
                let mut case = case.clone();
                case.ty = ty.clone();
                case.calls[0].value = value.clone();
                case
            }));
        }
    }
    all
}

/// The case without one of its guests.
fn fewer_guests(case: &Case) -> Vec<Case> {
    if case.guests.len() < 2 {
        return Vec::new();
    }
    let without = |gone: usize| {
        let mut fewer = case.clone();
        fewer.guests.remove(gone);
        let callers = fewer.guests.len() - usize::from(fewer.host.is_none());
        for call in &mut fewer.calls {
            let moved = |guest: usize| guest - usize::from(guest > gone);
            call.from = match call.from {
                From::Host => From::Host,
                From::Argument(guest) => From::Argument(moved(guest)),
                From::Result(guest) => From::Result(moved(guest)),
            };
            let fits = match call.from {
                From::Host => true,
                From::Argument(guest) => guest < callers,
                From::Result(guest) => guest < fewer.guests.len(),
            };
            if !fits {
                return None;
            }
        }
        Some(fewer)
    };
    (0..case.guests.len()).filter_map(without).collect()
}

/// The case with one thing that is not plain made plain.
fn plainer(case: &Case) -> Vec<Case> {
    let mut all = Vec::new();
    let mut change = |change: &dyn Fn(&mut Case)| {
        let mut plainer = case.clone();
        change(&mut plainer);
        if plainer != *case {
            all.push(plainer);
        }
    };
    change(&|case| case.host = None);
    change(&|case| case.form = Form::Plain);
    change(&|case| case.topology = Topology::Siblings);
    for i in 0..case.guests.len() {
        change(&|case| case.guests[i].post_return = false);
        change(&|case| case.guests[i].throws = false);
        change(&|case| case.guests[i].lift = Lift::Sync);
        change(&|case| case.guests[i].lower = Lower::Sync);
        change(&|case| case.guests[i].pointer = Flat::I32);
        change(&|case| case.guests[i].encoding = Encoding::Utf8);
        for quirk in 0..case.guests[i].quirks.len() {
            change(&|case| {
                case.guests[i].quirks.remove(quirk);
            });
            change(&|case| case.guests[i].quirks[quirk].call = 0);
        }
    }
    for i in 0..case.calls.len() {
        change(&|case| case.calls[i].dirty = false);
        change(&|case| case.calls[i].flaw = None);
        change(&|case| {
            // The last guest may call nobody.
            if case.guests.len() > 1 || case.calls[i].from != From::Argument(0) {
                case.calls[i].from = From::Host;
            }
        });
    }
    all
}
