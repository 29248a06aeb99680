//! What a campaign can be about.

use crate::case::choices::Choices;
use crate::case::generate::{self, Manners};
use crate::render::{Rendered, render, render_twins};
use crate::{case, concurrency, core, coverage, reduce, resources};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// A family of cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Values through guests that behave.
    AbiValues,
    /// One thing wrong in each call.
    AbiTraps,
    /// Handles.
    Resources,
    /// Core modules.
    Core,
    /// Tasks, streams and futures.
    Concurrency,
    /// Each of the others.
    Differential,
}

/// A case of any family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// Values through guests.
    Abi(case::Case),
    /// The same values by two ways.
    Twins(Box<[case::Case; 2]>),
    /// Handles.
    Resources(resources::Case),
    /// Core modules.
    Core(core::Case),
    /// Tasks, streams and futures.
    Concurrency(concurrency::Case),
}

impl Target {
    /// All of them.
    pub const ALL: [Target; 6] = [
        Target::AbiValues,
        Target::AbiTraps,
        Target::Resources,
        Target::Core,
        Target::Concurrency,
        Target::Differential,
    ];

    /// The name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Target::AbiValues => "abi_values",
            Target::AbiTraps => "abi_traps",
            Target::Resources => "resources",
            Target::Core => "core",
            Target::Concurrency => "concurrency",
            Target::Differential => "differential",
        }
    }

    /// The case that choices make.
    pub fn case(self, choices: &mut Choices<'_>) -> Subject {
        match self {
            Target::AbiValues => match choices.rarely(8) {
                true => Subject::Twins(Box::new(generate::twins(choices))),
                false => Subject::Abi(generate::case(choices, Manners::Good)),
            },
            Target::AbiTraps => Subject::Abi(generate::case(choices, Manners::Bad)),
            Target::Resources => Subject::Resources(resources::Case::generate(choices)),
            Target::Core => Subject::Core(core::Case::generate(choices)),
            Target::Concurrency => Subject::Concurrency(concurrency::Case::generate(choices)),
            Target::Differential => match choices.below(20) {
                0..=5 => Target::AbiValues.case(choices),
                6..=11 => Target::AbiTraps.case(choices),
                12..=14 => Target::Resources.case(choices),
                15..=18 => Target::Concurrency.case(choices),
                _ => Target::Core.case(choices),
            },
        }
    }
}

impl Subject {
    /// As a script.
    #[must_use]
    pub fn render(&self) -> Rendered {
        match self {
            Subject::Abi(case) => render(case),
            Subject::Twins(cases) => render_twins(cases),
            Subject::Resources(case) => case.render(),
            Subject::Core(case) => case.render(),
            Subject::Concurrency(case) => case.render(),
        }
    }

    /// The family of the case, in a word.
    #[must_use]
    pub fn family(&self) -> &'static str {
        match self {
            Subject::Abi(_) | Subject::Twins(_) => "abi",
            Subject::Resources(_) => "resources",
            Subject::Core(_) => "core",
            Subject::Concurrency(_) => "concurrency",
        }
    }

    /// Whether more than one schedule may be open in it.
    #[must_use]
    pub fn is_scheduled(&self) -> bool {
        matches!(self, Subject::Concurrency(_))
    }

    /// What kind of case it is, in a few words.
    #[must_use]
    pub fn shape(&self) -> String {
        match self {
            Subject::Abi(case) => case.shape(),
            Subject::Twins(cases) => cases.each_ref().map(case::Case::shape).join(" as "),
            Subject::Resources(case) => case.shape(),
            Subject::Core(case) => case.shape(),
            Subject::Concurrency(case) => case.shape(),
        }
    }

    /// What it covers, a line each.
    #[must_use]
    pub fn covered(&self) -> BTreeSet<String> {
        match self {
            Subject::Abi(case) => coverage::of(case),
            Subject::Twins(cases) => cases.iter().flat_map(coverage::of).collect(),
            Subject::Resources(case) => case.covered(),
            Subject::Core(case) => case.covered(),
            Subject::Concurrency(case) => case.covered(),
        }
    }

    /// Cases that are smaller by one step, those that lose most first.
    #[must_use]
    pub fn smaller(&self) -> Vec<Subject> {
        match self {
            Subject::Abi(case) => {
                let smaller = reduce::candidates(case).into_iter();
                smaller.map(Subject::Abi).collect()
            }
            Subject::Twins(cases) => {
                let smaller = reduce::twins(cases).into_iter();
                smaller
                    .map(|cases| Subject::Twins(Box::new(cases)))
                    .collect()
            }
            Subject::Resources(case) => {
                case.smaller().into_iter().map(Subject::Resources).collect()
            }
            Subject::Core(case) => case.smaller().into_iter().map(Subject::Core).collect(),
            Subject::Concurrency(case) => {
                let smaller = case.smaller().into_iter();
                smaller.map(Subject::Concurrency).collect()
            }
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Target::ALL
            .into_iter()
            .find(|target| target.name() == text)
            .ok_or_else(|| {
                let names = Target::ALL.map(Target::name).join(", ");
                format!("there is no target `{text}`; there are {names}")
            })
    }
}
