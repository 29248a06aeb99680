//! Cases about handles: one component owns a resource, one has handles to it, and one
//! is lent some.

use crate::case::choices::Choices;
use crate::render::Rendered;
use crate::render::resources::render;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How many places a guest has to keep the index of a handle in.
pub const SLOTS: usize = 4;

/// The most operations of a case.
const OPERATIONS: usize = 14;

/// What is done, in order; each by one call of the script.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// The operations.
    pub operations: Vec<Operation>,
}

/// One of the two resource types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The one with a destructor.
    Loud,
    /// The one without.
    Quiet,
}

/// What the guest that has handles does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// Asks the owner for a new resource, and keeps its handle.
    New(usize, Kind),
    /// Drops the handle as one of this type, and goes on to know its index.
    Drop(usize, Kind),
    /// Drops whatever has this index.
    DropIndex(u32, Kind),
    /// Lends the handle to the owner.
    Lend(usize, Kind),
    /// Lends the handle to the third guest, which does something with it.
    LendAway(usize, Kind, Use),
    /// Lends the handle to the third guest, which keeps it until its call is cancelled,
    /// and does something in the meantime.
    LendWhile(usize, Kind, Meanwhile),
    /// Gives the handle to the owner, which drops it.
    Give(usize, Kind),
    /// Gives the handle to the third guest, and takes it back.
    Pass(usize, Kind),
    /// Gives the handle to the third guest, which keeps it.
    Leave(usize, Kind),
    /// Has the third guest give back what it keeps.
    Fetch(usize, Kind),
    /// Lends and gives in one call.
    Both(usize, usize, Kind),
    /// Takes the index for 0 from now on; the handle stays.
    Forget(usize),
    /// Gives the handle to the owner, which takes it for one of the other type.
    Confuse(usize, Kind),
    /// Does something with what is no handle of a resource at all.
    Mistake(Mistake, Kind),
    /// Gives the handle to the owner for a new one of the first type, whose destructor
    /// drops it.
    Nest(usize, Kind),
    /// Does something with an `error-context`.
    Error(Error),
}

/// What the third guest does with a handle that it is lent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Use {
    /// Drops it.
    Drop,
    /// Lends it on, and drops it.
    LendOn,
    /// Keeps it.
    Keep,
    /// Drops it twice.
    DropTwice,
    /// Gives it away as if it were its own.
    Give,
}

/// What is done with the index of a waitable set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mistake {
    /// It is dropped as a resource.
    Drop,
    /// It is lent.
    Lend,
    /// It is given away.
    Give,
    /// The owner asks for what it represents.
    Represent,
}

/// What is done with an `error-context`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Error {
    /// It is made, read and dropped.
    Read,
    /// The third guest is told of it, and reads and drops its own.
    Tell,
    /// It is read once more when it is gone.
    Stale,
    /// A waitable set is read as one.
    ReadSet,
    /// The third guest is told of a waitable set as one.
    TellSet,
    /// A waitable set is dropped as one.
    DropSet,
}

/// What is done with a handle that is lent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Meanwhile {
    /// It is lent to the owner as well.
    Lend,
    /// Nothing.
    Nothing,
    /// It is dropped.
    Drop,
    /// It is given to the owner.
    Give,
    /// The caller returns, and the call stays pending.
    Return,
}

const KINDS: [Kind; 2] = [Kind::Loud, Kind::Quiet];

const USES: [Use; 5] = [Use::Drop, Use::LendOn, Use::Keep, Use::DropTwice, Use::Give];

const MISTAKEN: [Error; 4] = [Error::Stale, Error::ReadSet, Error::TellSet, Error::DropSet];

impl Case {
    /// The case that choices make: mostly what is allowed, since nothing comes after a
    /// trap.
    pub fn generate(choices: &mut Choices<'_>) -> Case {
        let mut filled: Vec<Option<Kind>> = vec![None; SLOTS];
        let count = 1 + choices.below(OPERATIONS);
        let operations = (0..count)
            .map(|_| operation(choices, &mut filled))
            .collect();
        Case { operations }
    }

    /// Whether a call is pending while something else is done.
    #[must_use]
    pub fn is_async(&self) -> bool {
        let mut operations = self.operations.iter();
        operations.any(|operation| match operation {
            Operation::LendWhile(..) | Operation::Mistake(..) => true,
            Operation::Error(error) => error.of_a_set(),
            _ => false,
        })
    }

    /// Whether a destructor drops what another resource holds, and calls another guest.
    #[must_use]
    pub fn calls_back(&self) -> bool {
        let mut operations = self.operations.iter();
        operations.any(|operation| matches!(operation, Operation::Nest(..)))
    }

    /// Whether there are `error-context`s.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        let mut operations = self.operations.iter();
        operations.any(|operation| matches!(operation, Operation::Error(_)))
    }

    /// As a script.
    #[must_use]
    pub fn render(&self) -> Rendered {
        render(self)
    }

    /// What kind of case it is.
    #[must_use]
    pub fn shape(&self) -> String {
        let operations: Vec<String> = self.operations.iter().map(|o| format!("{o:?}")).collect();
        operations.join(", ")
    }

    /// What it covers: which operation comes after which.
    #[must_use]
    pub fn covered(&self) -> BTreeSet<String> {
        let words: Vec<&str> = self.operations.iter().map(|o| o.word()).collect();
        let pairs = words.windows(2);
        pairs
            .map(|pair| format!("{} {}", pair[0], pair[1]))
            .collect()
    }

    /// Cases that are smaller by one step.
    #[must_use]
    pub fn smaller(&self) -> Vec<Case> {
        let without = |gone: usize| {
            let mut operations = self.operations.clone();
            operations.remove(gone);
            Case { operations }
        };
        let half = self.operations.len() / 2;
        let halves = [&self.operations[half..], &self.operations[..half]];
        let halves = halves.into_iter().filter(|operations| {
            !operations.is_empty() && operations.len() < self.operations.len()
        });
        halves
            .map(|operations| Case {
                operations: operations.to_vec(),
            })
            .chain((0..self.operations.len()).map(without))
            .chain(self.plainer())
            .filter(|case| !case.operations.is_empty())
            .collect()
    }
}

impl Case {
    /// The case with all in one slot, and with one resource type.
    fn plainer(&self) -> Vec<Case> {
        let changed = |change: &dyn Fn(&mut usize, &mut Kind)| Case {
            operations: self.operations.iter().map(|o| o.changed(change)).collect(),
        };
        let plainer = [
            changed(&|slot, _| *slot = 0),
            changed(&|_, kind| *kind = Kind::Loud),
        ];
        let plainer = plainer.into_iter();
        plainer.filter(|case| case != self).collect()
    }
}

impl Operation {
    /// It with other slots and another type.
    fn changed(mut self, change: &dyn Fn(&mut usize, &mut Kind)) -> Operation {
        match &mut self {
            Operation::New(slot, kind)
            | Operation::Drop(slot, kind)
            | Operation::Lend(slot, kind)
            | Operation::LendAway(slot, kind, _)
            | Operation::LendWhile(slot, kind, _)
            | Operation::Give(slot, kind)
            | Operation::Pass(slot, kind)
            | Operation::Leave(slot, kind)
            | Operation::Confuse(slot, kind)
            | Operation::Nest(slot, kind)
            | Operation::Fetch(slot, kind) => change(slot, kind),
            Operation::DropIndex(_, kind) | Operation::Mistake(_, kind) => change(&mut 0, kind),
            Operation::Both(lent, given, kind) => {
                change(lent, kind);
                change(given, kind);
            }
            Operation::Forget(slot) => change(slot, &mut Kind::Loud),
            Operation::Error(_) => {}
        }
        self
    }

    /// A word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Operation::New(..) => "new",
            Operation::Drop(..) => "drop",
            Operation::DropIndex(..) => "drop-index",
            Operation::Lend(..) => "lend",
            Operation::LendAway(_, _, Use::Drop) => "lend-drop",
            Operation::LendAway(_, _, Use::LendOn) => "lend-on",
            Operation::LendAway(_, _, Use::Keep) => "lend-keep",
            Operation::LendAway(_, _, Use::DropTwice) => "lend-drop-twice",
            Operation::LendAway(_, _, Use::Give) => "lend-give",
            Operation::LendWhile(_, _, Meanwhile::Lend) => "lend-while-lent",
            Operation::LendWhile(_, _, Meanwhile::Nothing) => "lend-and-cancel",
            Operation::LendWhile(_, _, Meanwhile::Drop) => "drop-while-lent",
            Operation::LendWhile(_, _, Meanwhile::Give) => "give-while-lent",
            Operation::LendWhile(_, _, Meanwhile::Return) => "return-while-lent",
            Operation::Give(..) => "give",
            Operation::Pass(..) => "pass",
            Operation::Leave(..) => "leave",
            Operation::Fetch(..) => "fetch",
            Operation::Both(..) => "both",
            Operation::Forget(..) => "forget",
            Operation::Confuse(..) => "confuse",
            Operation::Mistake(Mistake::Drop, _) => "drop-set",
            Operation::Mistake(Mistake::Lend, _) => "lend-set",
            Operation::Mistake(Mistake::Give, _) => "give-set",
            Operation::Mistake(Mistake::Represent, _) => "represent-set",
            Operation::Nest(..) => "nest",
            Operation::Error(Error::Read) => "read-error",
            Operation::Error(Error::Tell) => "tell-error",
            Operation::Error(Error::Stale) => "read-stale-error",
            Operation::Error(Error::ReadSet) => "read-set-as-error",
            Operation::Error(Error::TellSet) => "tell-set-as-error",
            Operation::Error(Error::DropSet) => "drop-set-as-error",
        }
    }
}

impl Error {
    /// Whether it is done with a waitable set.
    #[must_use]
    pub fn of_a_set(self) -> bool {
        matches!(self, Error::ReadSet | Error::TellSet | Error::DropSet)
    }
}

fn operation(choices: &mut Choices<'_>, filled: &mut [Option<Kind>]) -> Operation {
    let slot = choices.below(SLOTS);
    let wild = choices.rarely(16);
    let kind = match filled[slot] {
        Some(kind) if !wild => kind,
        None if !wild => {
            let kind = KINDS[choices.below(2)];
            filled[slot] = Some(kind);
            return Operation::New(slot, kind);
        }
        _ => KINDS[choices.below(2)],
    };
    match choices.below(16) {
        0..=2 => {
            filled[slot] = None;
            Operation::Drop(slot, kind)
        }
        3 => Operation::Lend(slot, kind),
        4 => {
            let uses = match choices.rarely(4) {
                true => &USES[..],
                false => &USES[..2],
            };
            Operation::LendAway(slot, kind, uses[choices.below(uses.len())])
        }
        5 | 6 => {
            filled[slot] = None;
            Operation::Give(slot, kind)
        }
        7 => Operation::Pass(slot, kind),
        8 if wild => Operation::Confuse(slot, kind),
        8 => {
            filled[slot] = None;
            Operation::Leave(slot, kind)
        }
        12 => {
            let meanwhile = match choices.rarely(4) {
                true => [Meanwhile::Drop, Meanwhile::Give][choices.below(2)],
                false => [Meanwhile::Lend, Meanwhile::Nothing, Meanwhile::Return][choices.below(3)],
            };
            Operation::LendWhile(slot, kind, meanwhile)
        }
        13 if wild => {
            let mistakes = [
                Mistake::Drop,
                Mistake::Lend,
                Mistake::Give,
                Mistake::Represent,
            ];
            Operation::Mistake(mistakes[choices.below(4)], kind)
        }
        14 => {
            filled[slot] = Some(Kind::Loud);
            Operation::Nest(slot, kind)
        }
        15 if wild => Operation::Error(MISTAKEN[choices.below(MISTAKEN.len())]),
        15 => Operation::Error([Error::Read, Error::Tell][choices.below(2)]),
        9 if wild => Operation::DropIndex(choices.below(8) as u32, kind),
        10 if wild => Operation::Fetch(slot, kind),
        11 if wild => Operation::Both(slot, choices.below(SLOTS), kind),
        9 => Operation::Forget(slot),
        _ => {
            filled[slot] = Some(kind);
            Operation::New(slot, kind)
        }
    }
}
