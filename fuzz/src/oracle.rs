//! What two engines did with one script, directive by directive.

use crate::allowances::{Allowances, Stance};
use crate::engine::Seen;
use crate::render::guest::Form;
use crate::render::{CORE_MODULE, Rendered, Step, Twin};
use crate::same::all_same;
use component_harness::judge::Verdict;
use component_harness::outcome::Outcome;
use component_harness::session::Judged;
use component_harness::value::Value;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// Which promise is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Oracle {
    /// The engine does what the reference does.
    Differential,
    /// The same value by another way comes out the same.
    Metamorphic,
    /// What goes in comes out.
    RoundTrip,
    /// Nothing crashes, hangs or finds a bug in itself.
    NoCrash,
}

impl fmt::Display for Oracle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Oracle::Differential => "differential",
            Oracle::Metamorphic => "metamorphic",
            Oracle::RoundTrip => "round trip",
            Oracle::NoCrash => "no crash",
        })
    }
}

/// A broken promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The engine.
    pub engine: String,
    /// The promise.
    pub oracle: Oracle,
    /// The number of the directive.
    pub directive: usize,
    /// What the directive is for, in a word.
    pub step: &'static str,
    /// What is wrong with the call, in a word.
    pub flaw: Option<&'static str>,
    /// What was expected: the class of the outcome.
    pub expected: String,
    /// What was observed: the class of the outcome.
    pub observed: String,
    /// Both, in full.
    pub detail: String,
    /// Why it is no news, if it is none.
    pub known: Option<String>,
}

impl Mismatch {
    /// What must stay the same while a case is made smaller.
    #[must_use]
    pub fn key(&self) -> String {
        let (expected, observed) = (&self.expected, &self.observed);
        let flaw = self
            .flaw
            .map_or(String::new(), |flaw| format!(" of {flaw}"));
        format!(
            "{}: {}: {}{flaw}: {observed} where {expected}",
            self.engine, self.oracle, self.step
        )
    }
}

/// What a comparison comes to.
#[derive(Clone, Debug, Default)]
pub struct Compared {
    /// The first broken promise.
    pub mismatch: Option<Mismatch>,
    /// How many directives did the same.
    pub agreed: u64,
    /// How many could not be compared, by the reason.
    pub inconclusive: BTreeMap<String, u64>,
}

/// Holds what one engine did against what the reference did.
#[must_use]
pub fn compare(
    rendered: &Rendered,
    reference: &[Seen],
    engine: &str,
    observed: &[Seen],
    allowances: &Allowances,
) -> Compared {
    let mut compared = Compared::default();
    let mut locked: Option<&'static str> = None;
    for (number, step) in rendered.steps.iter().enumerate() {
        let (Some(right), Some(seen)) = (reference.get(number), observed.get(number)) else {
            compared.skip("the directive did not run");
            continue;
        };
        let flaw = match step {
            Step::Call(call) => rendered.flaws.get(*call).copied().flatten(),
            _ => None,
        };
        let mismatch = |oracle, expected: String, seen: String, detail: String| Mismatch {
            engine: engine.to_owned(),
            oracle,
            directive: number,
            step: step.word(),
            flaw,
            expected,
            observed: seen,
            detail,
            known: None,
        };
        // A definition is the beginning of another case.
        if matches!(step, Step::Define | Step::Instantiate) {
            locked = None;
        }
        if let Some(reason) = locked {
            compared.skip(reason);
            continue;
        }
        let (Judged::Done(right, _), Judged::Done(seen, verdict)) = (&right.result, &seen.result)
        else {
            compared.skip("what it depends on did not come into being");
            continue;
        };
        let (expected, found) = (class(right), class(seen));
        let both = || format!("reference: {right}; {engine}: {seen}");
        let found = match (right, seen) {
            (_, Outcome::Crashed { .. } | Outcome::TimedOut | Outcome::InternalBug { .. }) => {
                Some(mismatch(Oracle::NoCrash, expected, found, both()))
            }
            (_, Outcome::HarnessError { .. }) => {
                Some(mismatch(Oracle::NoCrash, expected, found, both()))
            }
            (Outcome::Exhausted { .. }, _) => {
                compared.skip("the reference came to its own bounds");
                locked = Some("after something that came to a bound");
                continue;
            }
            // The cases are made to be valid.
            (Outcome::Rejected { .. }, Outcome::Rejected { .. }) => {
                let valid = "a valid component".to_owned();
                Some(mismatch(Oracle::Differential, valid, found, both()))
            }
            (_, Outcome::Unsupported { feature }) => {
                compared.skip(&format!("{engine} has no {feature}"));
                locked = Some("after something that the engine does not have");
                continue;
            }
            (Outcome::Returned(left), Outcome::Returned(values)) => match verdict {
                _ if rendered.marks.contains(&CORE_MODULE) && only_nans(left, values) => {
                    compared.skip("the bits of a NaN");
                    continue;
                }
                _ if !all_same(left, values) => {
                    let values = "other values".to_owned();
                    Some(mismatch(Oracle::Differential, expected, values, both()))
                }
                Verdict::Fail { mismatch: how } => {
                    let values = "other values".to_owned();
                    Some(mismatch(Oracle::RoundTrip, expected, values, how.clone()))
                }
                Verdict::Pass => None,
            },
            _ if expected == found => None,
            _ => Some(mismatch(Oracle::Differential, expected, found, both())),
        };
        match found {
            None => {
                compared.agreed += 1;
                if rendered.locked_by(seen) {
                    locked = Some("after a trap");
                }
            }
            Some(mut mismatch) => {
                match allowances.stance(&mismatch, &rendered.marks) {
                    Stance::Allowed(reason) => {
                        compared.skip(reason);
                        locked = Some("after an outcome that is allowed to differ");
                        continue;
                    }
                    Stance::Known(reason) => mismatch.known = Some(reason.to_owned()),
                    Stance::New => {}
                }
                locked = Some("after a mismatch");
                if compared.mismatch.is_none() {
                    compared.mismatch = Some(mismatch);
                }
            }
        }
    }
    if compared.mismatch.is_none() {
        compared.mismatch = metamorphic(rendered, engine, observed);
    }
    compared
}

/// Whether the values differ, and only in the bits of NaNs that were read as integers.
fn only_nans(left: &[Value], right: &[Value]) -> bool {
    let nan = |value: &Value| match value {
        Value::I32(bits) => f32::from_bits(bits.cast_unsigned()).is_nan(),
        Value::I64(bits) => f64::from_bits(bits.cast_unsigned()).is_nan(),
        _ => false,
    };
    let mut pairs = left.iter().zip(right);
    left.len() == right.len()
        && left != right
        && pairs.all(|(left, right)| left == right || nan(left) && nan(right))
}

/// The first two directives that are to return the same value and do not.
fn metamorphic(rendered: &Rendered, engine: &str, observed: &[Seen]) -> Option<Mismatch> {
    let returned = |twin: Twin| match (&observed.get(twin.directive)?.result, twin.form) {
        (Judged::Done(Outcome::Returned(values), _), Form::Plain) => Some(values.clone()),
        (Judged::Done(Outcome::Returned(values), _), Form::Spilled) => match values.as_slice() {
            [Value::Tuple(parts)] => parts.get(1).map(|value| vec![value.clone()]),
            _ => None,
        },
        _ => None,
    };
    rendered.twins.iter().find_map(|[one, other]| {
        let (left, right) = (returned(*one)?, returned(*other)?);
        let texts = [&left, &right].map(|values| Outcome::Returned(values.clone()).to_string());
        (!all_same(&left, &right)).then(|| Mismatch {
            engine: engine.to_owned(),
            oracle: Oracle::Metamorphic,
            directive: other.directive,
            step: "call",
            flaw: None,
            expected: "the same values".to_owned(),
            observed: "other values".to_owned(),
            detail: texts.join("; by another way: "),
            known: None,
        })
    })
}

impl Compared {
    /// That of an engine which is not held against the reference, for a reason.
    pub(crate) fn apart(reason: &str) -> Compared {
        let mut compared = Compared::default();
        compared.skip(reason);
        compared
    }

    /// Whether a promise is broken that is not known to be.
    pub(crate) fn is_news(&self) -> bool {
        let mismatch = self.mismatch.as_ref();
        mismatch.is_some_and(|mismatch| mismatch.known.is_none())
    }

    pub(crate) fn skip(&mut self, reason: &str) {
        *self.inconclusive.entry(reason.to_owned()).or_default() += 1;
    }
}

/// The finest of an outcome that engines must agree in.
#[must_use]
pub fn class(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Trapped {
            class: Some(class), ..
        } => format!("trap {class}"),
        Outcome::Trapped { class: None, .. } => "trap without a class".to_owned(),
        Outcome::Rejected { phase, .. } => format!("rejected as {phase}"),
        outcome => outcome.kind().to_owned(),
    }
}

impl Step {
    /// A word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Step::Define => "definition",
            Step::Instantiate => "instantiation",
            Step::Call(_) => "call",
            Step::Drain => "drain",
            Step::Trace(_) => "trace",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn two_ways_that_give_two_values_are_told() {
        let seen = |value| Seen {
            span: 0..0,
            reached: BTreeSet::new(),
            result: Judged::Done(Outcome::Returned(vec![value]), Verdict::Pass),
        };
        let twin = |directive, form| Twin { directive, form };
        let rendered = Rendered {
            text: String::new(),
            steps: vec![Step::Call(0), Step::Call(1)],
            marks: Vec::new(),
            flaws: vec![None, None],
            twins: vec![[twin(0, Form::Plain), twin(1, Form::Spilled)]],
        };
        let found = |values: [u8; 2]| {
            let spilled = Value::Tuple(vec![Value::U8(0xf0), Value::U8(values[1])]);
            let seen = [seen(Value::U8(values[0])), seen(spilled)];
            let compared = compare(&rendered, &seen, "engine", &seen, &Allowances::default());
            compared.mismatch.map(|mismatch| mismatch.oracle)
        };
        assert_eq!(found([7, 7]), None);
        assert_eq!(found([7, 8]), Some(Oracle::Metamorphic));
    }
}
