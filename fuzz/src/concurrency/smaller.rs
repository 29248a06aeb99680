//! Cases that are smaller by one step.

use super::{Abi, Case, Element, Function, Operation, Passed, Place, Way, What};

pub(super) fn smaller(case: &Case) -> Vec<Case> {
    let mut all = Vec::new();
    let mut change = |change: &dyn Fn(&mut Case)| {
        let mut smaller = case.clone();
        change(&mut smaller);
        if smaller != *case && !smaller.caller.is_empty() {
            all.push(smaller);
        }
    };
    for i in 0..case.caller.len() {
        change(&|case| {
            case.caller.remove(i);
        });
    }
    for i in 0..case.callee.len() {
        change(&|case| without_callee(case, i));
    }
    change(&|case| case.threads.clear());
    for body in 0..bodies(case) {
        let steps = steps(&mut case.clone(), body).len();
        let mut length = steps;
        // From all to one at a time.
        while length > 0 {
            for from in (0..steps).step_by(length) {
                change(&|case| {
                    let end = (from + length).min(steps);
                    self::steps(case, body).drain(from..end);
                });
            }
            length /= 2;
        }
    }
    change(&|case| case.stream = Element::U8);
    change(&|case| case.stream = Element::None);
    change(&|case| case.future = Element::None);
    for i in 0..case.callee.len() {
        change(&|case| case.callee[i].takes = Passed::Nothing);
        change(&|case| case.callee[i].gives = Passed::Nothing);
        for abi in [Abi::Sync, Abi::Blocking, Abi::Stackful] {
            change(&|case| simplify(&mut case.callee[i], abi));
        }
    }
    for i in 0..case.caller.len() {
        for abi in [Abi::Blocking, Abi::Stackful] {
            change(&|case| simplify(&mut case.caller[i], abi));
        }
    }
    for body in 0..bodies(case) {
        for i in 0..steps(&mut case.clone(), body).len() {
            change(&|case| steps(case, body)[i].wild = false);
            for plainer in plainer(&steps(&mut case.clone(), body)[i]) {
                change(&|case| steps(case, body)[i].what = plainer);
            }
        }
    }
    all
}

/// A simpler way to lift, if it is one.
fn simplify(function: &mut Function, abi: Abi) {
    if abi < function.abi || (abi, function.abi) == (Abi::Stackful, Abi::Callback) {
        function.abi = abi;
    }
    function.obeys = true;
}

fn bodies(case: &Case) -> usize {
    case.caller.len() + case.callee.len() + case.threads.len()
}

/// The steps of one of all functions and threads.
fn steps(case: &mut Case, body: usize) -> &mut Vec<Operation> {
    let functions = case.caller.iter_mut().chain(&mut case.callee);
    let bodies = functions.map(|function| &mut function.body);
    match bodies.chain(&mut case.threads).nth(body) {
        Some(steps) => steps,
        None => unreachable!("there are fewer than {body} bodies"),
    }
}

fn without_callee(case: &mut Case, gone: usize) {
    case.callee.remove(gone);
    for function in &mut case.caller {
        function.body.retain(
            |operation| !matches!(operation.what, What::Call { function, .. } if function == gone),
        );
        for operation in &mut function.body {
            if let What::Call { function, .. } = &mut operation.what
                && *function > gone
            {
                *function -= 1;
            }
        }
    }
}

/// The step with one thing that is not plain made plain.
fn plainer(operation: &Operation) -> Vec<What> {
    match operation.what {
        What::Copy(slot, count, way, place) => vec![
            What::Copy(slot, count, way, Place::Own),
            What::Copy(slot, 1, way, place),
            What::Copy(slot, count / 2, way, place),
            What::Copy(slot, count, Way::Async, place),
        ],
        What::Wait { set, .. } => vec![What::Wait { set, hold: false }],
        What::Yield { .. } => vec![What::Yield { hold: false }],
        What::Call {
            slot,
            function,
            way,
            ..
        } => vec![What::Call {
            slot,
            instance: 0,
            function,
            way,
        }],
        _ => Vec::new(),
    }
}
