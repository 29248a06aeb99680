//! A case as a script.

pub(crate) mod asynchronous;
mod component;
pub mod concurrency;
pub mod guest;
pub mod image;
pub mod memory;
pub mod resources;
pub mod watch;

use crate::case::layout::Flat;
use crate::case::types::Type;
use crate::case::{Case, Encoding, From, Guest, Quirk, Topology};
use crate::same::has_nan;
use component::Component;
use component_harness::outcome::Outcome;
use guest::Form;

/// A script, and what its directives are for.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// The script.
    pub text: String,
    /// One per directive.
    pub steps: Vec<Step>,
    /// What of the case known defects hang on.
    pub marks: Vec<&'static str>,
    /// What is wrong with each call of the case, in a word.
    pub flaws: Vec<Option<&'static str>>,
    /// Which directives call with the same value.
    pub twins: Vec<[Twin; 2]>,
}

/// A directive that another one does by another way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Twin {
    /// The number of the directive.
    pub directive: usize,
    /// The form of the function that is called.
    pub form: Form,
}

/// The mark of a case that is a core module, whose instances can be asked more after a
/// trap.
pub const CORE_MODULE: &str = "core-module";

impl Rendered {
    /// Whether nothing more can be asked of an instance after an outcome.
    #[must_use]
    pub fn locked_by(&self, outcome: &Outcome) -> bool {
        match outcome {
            Outcome::Returned(_) | Outcome::Accepted => false,
            Outcome::Trapped { .. } | Outcome::Threw => !self.marks.contains(&CORE_MODULE),
            _ => true,
        }
    }
}

/// What a directive is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The definition of the component.
    Define,
    /// An instance of it.
    Instantiate,
    /// A call of the case.
    Call(usize),
    /// A call that lets whatever can still run do so.
    Drain,
    /// What a guest saw.
    Trace(usize),
}

/// The script of a case.
#[must_use]
pub fn render(case: &Case) -> Rendered {
    let component = Component::new(case);
    let text = component.text();
    let mut script = Script {
        text: format!("(component definition $Case\n{text})\n"),
        steps: vec![Step::Define],
    };
    let fresh = case.guests.iter().any(|guest| !guest.quirks.is_empty())
        || case.calls.iter().any(|call| case.is_hostile(call));
    for (i, call) in case.calls.iter().enumerate() {
        if i == 0 || fresh {
            script.add("(component instance $I $Case)", Step::Instantiate);
        }
        script.add(&component.invocation(i, call), Step::Call(i));
        for (guest, name) in component.traces().into_iter().enumerate() {
            script.add(&format!("(invoke $I \"{name}\")"), Step::Trace(guest));
        }
    }
    Rendered {
        text: script.text,
        steps: script.steps,
        marks: marks(case),
        flaws: component.flaws(),
        twins: Vec::new(),
    }
}

/// The script of two cases with the same values, one after the other.
#[must_use]
pub fn render_twins(cases: &[Case; 2]) -> Rendered {
    let [one, other] = cases.each_ref().map(render);
    let calls = |rendered: &Rendered, form: Form, before: usize| -> Vec<Twin> {
        let steps = rendered.steps.iter().enumerate();
        let calls = steps.filter(|(_, step)| matches!(step, Step::Call(_)));
        calls
            .map(|(directive, _)| Twin {
                directive: directive + before,
                form,
            })
            .collect()
    };
    let ones = calls(&one, cases[0].form, 0);
    let others = calls(&other, cases[1].form, one.steps.len());
    let count = one.flaws.len();
    let steps = other.steps.into_iter().map(|step| match step {
        Step::Call(call) => Step::Call(call + count),
        step => step,
    });
    let mut marks = one.marks;
    marks.extend(other.marks);
    Rendered {
        text: one.text + &other.text,
        steps: one.steps.into_iter().chain(steps).collect(),
        marks,
        flaws: one.flaws.into_iter().chain(other.flaws).collect(),
        twins: ones
            .into_iter()
            .zip(others)
            .map(|(one, other)| [one, other])
            .collect(),
    }
}

/// `memory64` where a guest has such a memory, `memory64-at-host` where it is one that
/// the host calls or that calls the host; `fixed-list` where there is one in the type,
/// `very-wide` where a part of it has more than 1,000 parts or cases;
/// `compact-to-compact` where a guest and the one it calls have strings in
/// `latin1+utf16`, and `compact-in-memory64` where one with such a memory has; `async`
/// where functions have that effect; `nested` where a guest calls one within it;
/// `overlapping-nan` where there is a NaN, and a `realloc` gives a place that is in use.
fn marks(case: &Case) -> Vec<&'static str> {
    fn has_fixed_list(ty: &Type) -> bool {
        matches!(ty, Type::FixedList(..)) || ty.parts().into_iter().any(has_fixed_list)
    }
    fn is_very_wide(ty: &Type) -> bool {
        let cases = match ty {
            Type::Variant(cases) => cases.len(),
            Type::Enum(cases) => cases.len(),
            _ => ty.parts().len(),
        };
        cases > 1000 || ty.parts().into_iter().any(is_very_wide)
    }
    let quirky = |quirk| {
        let mut quirks = case.guests.iter().flat_map(|guest| &guest.quirks);
        quirks.any(|at| at.quirk == quirk)
    };
    let overlaps = quirky(Quirk::Overlap) || quirky(Quirk::Zero);
    let nan = case.calls.iter().any(|call| has_nan(&call.value));
    let wide = |guest: &Guest| guest.pointer == Flat::I64;
    let compact = |guest: &Guest| guest.encoding == Encoding::Latin1OrUtf16;
    let calls_host = case.guests.last().filter(|_| case.host.is_some());
    let called_for = case.calls.iter().filter_map(|call| match call.from {
        From::Argument(guest) => case.guests.get(guest),
        From::Host | From::Result(_) => case.guests.first(),
    });
    let mut at_host = called_for.chain(calls_host);
    let mut pairs = case.guests.windows(2);
    let marks = [
        ("memory64", case.guests.iter().any(wide)),
        ("memory64-at-host", at_host.any(wide)),
        ("very-wide", is_very_wide(&case.ty)),
        ("fixed-list", has_fixed_list(&case.ty)),
        (
            "compact-to-compact",
            pairs.any(|pair| pair.iter().all(compact)),
        ),
        (
            "compact-in-memory64",
            case.guests
                .iter()
                .any(|guest| wide(guest) && compact(guest)),
        ),
        ("async", case.is_async()),
        (
            "nested",
            case.topology == Topology::Nested || quirky(Quirk::CallLowered),
        ),
        ("overlapping-nan", overlaps && nan),
    ];
    let marks = marks.into_iter().filter(|(_, has)| *has);
    marks.map(|(mark, _)| mark).collect()
}

struct Script {
    text: String,
    steps: Vec<Step>,
}

impl Script {
    fn add(&mut self, directive: &str, step: Step) {
        self.text += directive;
        self.text.push('\n');
        self.steps.push(step);
    }
}
