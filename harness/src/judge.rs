//! The judge: one pure function from what a directive asserts and what was
//! observed to a verdict.
//!
//! Leniency lives in data (the tables of [`traps`](crate::traps) and the list of
//! [`rejections`](crate::rejections)), never here.

use crate::engine::Sort;
use crate::outcome::{Outcome, Phase};
use crate::rejections::Equivalents;
use crate::script::{FloatPattern, Pattern, RefPattern};
use crate::traps::TrapExpectation;
use crate::value::{Float32, Float64, Reference, Value};
use std::collections::BTreeSet;
use std::fmt;

/// What a directive asserts.
#[derive(Clone, Debug)]
pub enum Assertion<'a> {
    /// Something comes into being.
    Accepted,
    /// A call returns, with any values.
    Completes,
    /// A call returns these values.
    Returns {
        /// One pattern per result.
        patterns: &'a [Pattern],
        /// Core functions compare floats by bits, component functions compare
        /// NaNs as a class and flags as a set.
        sort: Sort,
    },
    /// A trap.
    Traps(TrapExpectation),
    /// The stack runs out.
    Exhausts {
        /// The text.
        text: &'a str,
    },
    /// An exception leaves the call.
    Throws,
    /// A suspension leaves the call.
    Suspends,
    /// A definition is rejected.
    Rejected {
        /// Where on its way.
        phase: Phase,
        /// The text.
        text: &'a str,
        /// The texts that stand for one another.
        equivalents: &'a Equivalents,
    },
    /// The file is a script.
    Parses,
}

/// Pass, or why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The outcome is what was asserted.
    Pass,
    /// It is not.
    Fail {
        /// Where the two differ.
        mismatch: String,
    },
}

/// Holds an outcome against an assertion.
#[must_use]
pub fn judge(assertion: &Assertion<'_>, outcome: &Outcome) -> Verdict {
    match mismatch(assertion, outcome) {
        None => Verdict::Pass,
        Some(mismatch) => Verdict::Fail { mismatch },
    }
}

fn mismatch(assertion: &Assertion<'_>, outcome: &Outcome) -> Option<String> {
    match (assertion, outcome) {
        (Assertion::Accepted | Assertion::Parses, Outcome::Accepted)
        | (Assertion::Completes, Outcome::Returned(_))
        | (Assertion::Throws, Outcome::Threw)
        | (Assertion::Suspends, Outcome::Suspended) => None,

        // An instantiation that an `assert_return` wraps has no values.
        (Assertion::Returns { patterns: [], .. }, Outcome::Accepted) => None,
        (Assertion::Returns { patterns, sort }, Outcome::Returned(values)) => {
            compare_all(patterns, values, *sort)
        }
        (Assertion::Traps(expected), Outcome::Trapped { class, message, .. }) => match expected {
            TrapExpectation::Classes(classes) => match class {
                Some(class) if classes.contains(class) => None,
                Some(class) => Some(format!(
                    "a trap of class {class} where {} was expected",
                    listed(classes)
                )),
                None => Some(format!(
                    "a trap that nothing maps to a class, where {} was expected",
                    listed(classes)
                )),
            },
            TrapExpectation::Text(text) if message.contains(text) => None,
            TrapExpectation::Text(text) => {
                Some(format!("the message of the trap does not contain {text:?}"))
            }
        },
        (Assertion::Exhausts { text }, Outcome::Exhausted { message }) => {
            (!message.contains(text)).then(|| format!("the message does not contain {text:?}"))
        }
        (
            Assertion::Rejected {
                phase,
                text,
                equivalents,
            },
            Outcome::Rejected {
                phase: observed,
                message,
            },
        ) => {
            if phase != observed {
                Some(format!("rejected as {observed} where {phase} was expected"))
            } else if message.contains(text) || equivalents.hold(text, message) {
                None
            } else {
                Some(format!("the message does not contain {text:?}"))
            }
        }
        (assertion, outcome) => Some(format!("{outcome} where {assertion} was expected")),
    }
}

fn listed<T: fmt::Display>(items: &[T]) -> String {
    let items: Vec<String> = items.iter().map(ToString::to_string).collect();
    items.join(" or ")
}

fn compare_all(patterns: &[Pattern], values: &[Value], sort: Sort) -> Option<String> {
    if patterns.len() != values.len() {
        return Some(format!(
            "{} results where {} were expected",
            values.len(),
            patterns.len()
        ));
    }
    let mut pairs = patterns.iter().zip(values).enumerate();
    pairs.find_map(|(i, (pattern, value))| {
        compare(pattern, value, sort).map(|mismatch| match patterns.len() {
            1 => mismatch,
            _ => format!("result {i}: {mismatch}"),
        })
    })
}

fn compare(pattern: &Pattern, value: &Value, sort: Sort) -> Option<String> {
    let holds = match (pattern, value) {
        (Pattern::Value(expected), value) => return compare_value(expected, value, sort),
        (Pattern::F32(pattern), Value::F32(bits)) => match sort {
            Sort::Module => f32_holds(*pattern, *bits),
            Sort::Component => component_f32_holds(*pattern, *bits),
        },
        (Pattern::F64(pattern), Value::F64(bits)) => match sort {
            Sort::Module => f64_holds(*pattern, *bits),
            Sort::Component => component_f64_holds(*pattern, *bits),
        },
        (Pattern::F32x4(lanes), Value::V128(bits)) => (0..4)
            .zip(lanes)
            .all(|(i, lane)| f32_holds(*lane, (bits >> (32 * i)) as u32)),
        (Pattern::F64x2(lanes), Value::V128(bits)) => (0..2)
            .zip(lanes)
            .all(|(i, lane)| f64_holds(*lane, (bits >> (64 * i)) as u64)),
        (Pattern::RefNull(expected), Value::Ref(Reference::Null(hierarchy))) => {
            expected.is_none_or(|expected| expected == *hierarchy)
        }
        (Pattern::Ref(pattern), Value::Ref(reference)) => ref_holds(*pattern, *reference),
        (Pattern::Either(cases), value) => cases
            .iter()
            .any(|case| compare(case, value, sort).is_none()),
        _ => false,
    };
    (!holds).then(|| format!("{value} where {pattern} was expected"))
}

fn f32_holds(pattern: FloatPattern<u32>, bits: u32) -> bool {
    match pattern {
        FloatPattern::CanonicalNan => bits & 0x7fff_ffff == 0x7fc0_0000,
        FloatPattern::ArithmeticNan => bits & 0x7fc0_0000 == 0x7fc0_0000,
        FloatPattern::Bits(expected) => bits == expected,
    }
}

fn f64_holds(pattern: FloatPattern<u64>, bits: u64) -> bool {
    match pattern {
        FloatPattern::CanonicalNan => bits & 0x7fff_ffff_ffff_ffff == 0x7ff8_0000_0000_0000,
        FloatPattern::ArithmeticNan => bits & 0x7ff8_0000_0000_0000 == 0x7ff8_0000_0000_0000,
        FloatPattern::Bits(expected) => bits == expected,
    }
}

/// Component values have one NaN: the spec lets every crossing change its bits.
fn component_f32_holds(pattern: FloatPattern<u32>, bits: u32) -> bool {
    match pattern {
        FloatPattern::Bits(expected) if !f32::from_bits(expected).is_nan() => bits == expected,
        _ => f32::from_bits(bits).is_nan(),
    }
}

fn component_f64_holds(pattern: FloatPattern<u64>, bits: u64) -> bool {
    match pattern {
        FloatPattern::Bits(expected) if !f64::from_bits(expected).is_nan() => bits == expected,
        _ => f64::from_bits(bits).is_nan(),
    }
}

fn ref_holds(pattern: RefPattern, reference: Reference) -> bool {
    use Reference as R;
    match pattern {
        RefPattern::Func => matches!(reference, R::Func),
        RefPattern::Extern => matches!(reference, R::Extern(_)),
        RefPattern::Any => matches!(reference, R::I31 | R::Struct | R::Array | R::Host(_)),
        RefPattern::Eq => matches!(reference, R::I31 | R::Struct | R::Array),
        RefPattern::Array => matches!(reference, R::Array),
        RefPattern::Struct => matches!(reference, R::Struct),
        RefPattern::I31 => matches!(reference, R::I31),
    }
}

/// Compares whole values, and says at which place within them they differ.
fn compare_value(expected: &Value, value: &Value, sort: Sort) -> Option<String> {
    use Value as V;
    let within = |place: String, mismatch: Option<String>| {
        mismatch.map(|mismatch| format!("{place}: {mismatch}"))
    };
    let count = |what: &str, expected: usize, found: usize| {
        (expected != found).then(|| format!("{found} {what} where {expected} were expected"))
    };
    let payloads =
        |case: &str, expected: &Option<Box<V>>, value: &Option<Box<V>>| match (expected, value) {
            (None, None) => None,
            (Some(expected), Some(value)) => {
                within(format!("`{case}`"), compare_value(expected, value, sort))
            }
            (Some(_), None) => Some(format!("`{case}` without a payload")),
            (None, Some(value)) => Some(format!("`{case}` with a payload, {value}")),
        };
    match (expected, value) {
        (V::F32(expected), V::F32(bits)) if sort == Sort::Component => {
            let holds = component_f32_holds(FloatPattern::Bits(*expected), *bits);
            (!holds).then(|| differ(&V::F32(*expected), value))
        }
        (V::F64(expected), V::F64(bits)) if sort == Sort::Component => {
            let holds = component_f64_holds(FloatPattern::Bits(*expected), *bits);
            (!holds).then(|| differ(&V::F64(*expected), value))
        }
        (V::List(expected), V::List(values)) | (V::Tuple(expected), V::Tuple(values)) => {
            count("elements", expected.len(), values.len()).or_else(|| {
                let mut pairs = expected.iter().zip(values).enumerate();
                pairs.find_map(|(i, (e, v))| {
                    within(format!("element {i}"), compare_value(e, v, sort))
                })
            })
        }
        (V::Map(expected), V::Map(entries)) => count("entries", expected.len(), entries.len())
            .or_else(|| {
                let mut pairs = expected.iter().zip(entries).enumerate();
                pairs.find_map(|(i, ((ek, ev), (k, v)))| {
                    let key = within(format!("key of entry {i}"), compare_value(ek, k, sort));
                    key.or_else(|| {
                        within(format!("value of entry {i}"), compare_value(ev, v, sort))
                    })
                })
            }),
        (V::Record(expected), V::Record(fields)) => count("fields", expected.len(), fields.len())
            .or_else(|| {
                let mut pairs = expected.iter().zip(fields);
                pairs.find_map(
                    |((expected_name, e), (name, v))| match expected_name == name {
                        true => within(format!("field `{name}`"), compare_value(e, v, sort)),
                        false => Some(format!(
                            "field `{name}` where `{expected_name}` was expected"
                        )),
                    },
                )
            }),
        (V::Variant(expected_case, e), V::Variant(case, v)) if expected_case == case => {
            payloads(case, e, v)
        }
        (V::Option(e @ Some(_)), V::Option(v @ Some(_))) => payloads("some", e, v),
        (V::Result(Ok(e)), V::Result(Ok(v))) => payloads("ok", e, v),
        (V::Result(Err(e)), V::Result(Err(v))) => payloads("err", e, v),
        (V::Flags(expected), V::Flags(labels)) => {
            let set = |labels: &[String]| labels.iter().cloned().collect::<BTreeSet<_>>();
            let same = set(expected) == set(labels) && labels.len() == set(labels).len();
            (!same).then(|| differ(&V::Flags(expected.clone()), value))
        }
        (expected, value) => (expected != value).then(|| differ(expected, value)),
    }
}

fn differ(expected: &Value, value: &Value) -> String {
    format!("{value} where {expected} was expected")
}

impl fmt::Display for Assertion<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Assertion::Accepted => write!(f, "success"),
            Assertion::Completes => write!(f, "a return"),
            Assertion::Returns { patterns: [], .. } => write!(f, "a return of nothing"),
            Assertion::Returns { patterns, .. } => write!(f, "a return of {}", spaced(patterns)),
            Assertion::Traps(TrapExpectation::Classes(classes)) => {
                write!(f, "a trap of class {}", listed(classes))
            }
            Assertion::Traps(TrapExpectation::Text(text)) => {
                write!(f, "a trap with a message like {text:?}")
            }
            Assertion::Exhausts { text } => write!(f, "exhaustion with {text:?}"),
            Assertion::Throws => write!(f, "an exception"),
            Assertion::Suspends => write!(f, "a suspension"),
            Assertion::Rejected { phase, text, .. } => {
                write!(f, "a rejection as {phase} with {text:?}")
            }
            Assertion::Parses => write!(f, "a script"),
        }
    }
}

fn spaced(patterns: &[Pattern]) -> String {
    let patterns: Vec<String> = patterns.iter().map(Pattern::to_string).collect();
    patterns.join(" ")
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Pattern::Value(value) => write!(f, "{value}"),
            Pattern::F32(pattern) => write!(f, "(f32.const {pattern})"),
            Pattern::F64(pattern) => write!(f, "(f64.const {pattern})"),
            Pattern::F32x4([a, b, c, d]) => write!(f, "(v128.const f32x4 {a} {b} {c} {d})"),
            Pattern::F64x2([a, b]) => write!(f, "(v128.const f64x2 {a} {b})"),
            Pattern::RefNull(None) => write!(f, "(ref.null)"),
            Pattern::RefNull(Some(hierarchy)) => write!(f, "(ref.null {hierarchy})"),
            Pattern::Ref(pattern) => f.write_str(match pattern {
                RefPattern::Func => "(ref.func)",
                RefPattern::Extern => "(ref.extern)",
                RefPattern::Any => "(ref.any)",
                RefPattern::Eq => "(ref.eq)",
                RefPattern::Array => "(ref.array)",
                RefPattern::Struct => "(ref.struct)",
                RefPattern::I31 => "(ref.i31)",
            }),
            Pattern::Either(cases) => write!(f, "(either {})", spaced(cases)),
        }
    }
}

impl fmt::Display for FloatPattern<u32> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FloatPattern::CanonicalNan => f.write_str("nan:canonical"),
            FloatPattern::ArithmeticNan => f.write_str("nan:arithmetic"),
            FloatPattern::Bits(bits) => write!(f, "{}", Float32(*bits)),
        }
    }
}

impl fmt::Display for FloatPattern<u64> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FloatPattern::CanonicalNan => f.write_str("nan:canonical"),
            FloatPattern::ArithmeticNan => f.write_str("nan:arithmetic"),
            FloatPattern::Bits(bits) => write!(f, "{}", Float64(*bits)),
        }
    }
}

#[cfg(test)]
mod tests;
