//! Cases from choices: programs that mostly do what is allowed, by a guess at what each
//! slot holds. What turns out otherwise when they run is seen to by the guests.

mod phases;
mod steps;

use super::{Abi, Case, Element, Function, Kind, Operation, Passed, Slot, Way, What};
use crate::case::choices::Choices;

/// The most functions of the component that is called.
const CALLEES: usize = 3;

/// The most functions that the script calls.
const CALLERS: usize = 2;

/// The most steps of a function that the script calls, and of others.
const STEPS: (usize, usize) = (12, 8);

/// The most steps of a thread.
const THREAD_STEPS: usize = 4;

const ELEMENTS: [Element; 9] = [
    Element::U8,
    Element::None,
    Element::U32,
    Element::U8,
    Element::String,
    Element::U64,
    Element::Triple,
    Element::Own,
    Element::None,
];

const PASSED: [Passed; 7] = [
    Passed::Nothing,
    Passed::Stream,
    Passed::Future,
    Passed::Number,
    Passed::Stream,
    Passed::Text,
    Passed::Nothing,
];

const ABIS: [Abi; 8] = [
    Abi::Callback,
    Abi::Stackful,
    Abi::Callback,
    Abi::Sync,
    Abi::Blocking,
    Abi::Stackful,
    Abi::Callback,
    Abi::Sync,
];

const COUNTS: [u32; 8] = [1, 4, 2, 0, 3, 8, 1, 5];

const KINDS: [Kind; 7] = [
    Kind::StreamRead,
    Kind::StreamWrite,
    Kind::FutureRead,
    Kind::FutureWrite,
    Kind::Subtask,
    Kind::Set,
    Kind::Thread,
];

pub(super) fn case(choices: &mut Choices<'_>) -> Case {
    let stream = choices.pick(&ELEMENTS).copied().unwrap_or(Element::U8);
    let future = choices.pick(&ELEMENTS).copied().unwrap_or(Element::U8);
    let threads = match choices.below(3) {
        2 => 1 + choices.below(2),
        _ => 0,
    };
    let callees = 1 + choices.below(CALLEES);
    let headers: Vec<(Abi, Passed, Passed)> = (0..callees)
        .map(|_| {
            let abi = choices.pick(&ABIS).copied().unwrap_or(Abi::Callback);
            let takes = choices.pick(&PASSED).copied().unwrap_or(Passed::Nothing);
            let gives = choices.pick(&PASSED).copied().unwrap_or(Passed::Nothing);
            (abi, takes, gives)
        })
        .collect();
    let callers = 1 + choices.below(CALLERS);
    let caller = (0..callers)
        .map(|_| {
            let abi = match choices.below(4) {
                0 | 1 => Abi::Stackful,
                2 => Abi::Callback,
                _ => Abi::Blocking,
            };
            let header = (abi, Passed::Nothing, Passed::Nothing);
            function(choices, header, &headers, threads)
        })
        .collect();
    let callee = headers
        .iter()
        .map(|header| function(choices, *header, &[], threads))
        .collect();
    let threads = (0..threads)
        .map(|_| {
            let steps = 1 + choices.below(THREAD_STEPS);
            let header = (Abi::Stackful, Passed::Nothing, Passed::Nothing);
            let mut draft = Draft::new(choices, header, &[], 1);
            draft.thread = true;
            draft.body(steps)
        })
        .collect();
    Case {
        stream,
        future,
        callee,
        caller,
        threads,
    }
}

fn function(
    choices: &mut Choices<'_>,
    header: (Abi, Passed, Passed),
    callees: &[(Abi, Passed, Passed)],
    threads: usize,
) -> Function {
    let (abi, takes, gives) = header;
    let obeys = !choices.rarely(4);
    let steps = match callees {
        [] => choices.below(STEPS.1 + 1),
        _ => 2 + choices.below(STEPS.0 - 1),
    };
    let body = Draft::new(choices, header, callees, threads).body(steps);
    Function {
        abi,
        takes,
        gives,
        obeys,
        body,
    }
}

/// What a slot may hold.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Guess {
    Empty,
    Idle,
    Busy,
    Joined,
    Done,
}

struct Draft<'d, 'c> {
    choices: &'d mut Choices<'c>,
    abi: Abi,
    callees: &'d [(Abi, Passed, Passed)],
    threads: usize,
    thread: bool,
    /// Whether it may block. Where the type of the function is not `async`, that traps
    /// but for other threads of the instance that can run.
    blocks: bool,
    guesses: Vec<(Slot, Guess)>,
    body: Vec<Operation>,
}

impl<'d, 'c> Draft<'d, 'c> {
    fn new(
        choices: &'d mut Choices<'c>,
        (abi, takes, gives): (Abi, Passed, Passed),
        callees: &'d [(Abi, Passed, Passed)],
        threads: usize,
    ) -> Self {
        let slots = KINDS
            .iter()
            .flat_map(|kind| (0..kind.slots()).map(|index| Slot { kind: *kind, index }));
        let blocks = abi != Abi::Sync || choices.below(2) == 1;
        let mut draft = Draft {
            choices,
            blocks,
            abi,
            callees,
            threads,
            thread: false,
            guesses: slots.map(|slot| (slot, Guess::Empty)).collect(),
            body: Vec::new(),
        };
        match takes {
            Passed::Stream => draft.guess(Kind::StreamRead, 0, Guess::Idle),
            Passed::Future => draft.guess(Kind::FutureRead, 0, Guess::Idle),
            _ => {}
        }
        draft.begin(takes);
        // A result that is an end leaves the other one to be worked on.
        match gives {
            Passed::Stream if draft.choices.below(2) == 0 => draft.new_pair(Kind::StreamRead, 1),
            Passed::Future if draft.choices.below(2) == 0 => draft.new_pair(Kind::FutureRead, 1),
            _ => {}
        }
        draft
    }

    fn body(mut self, steps: usize) -> Vec<Operation> {
        self.steps(steps);
        if !self.choices.rarely(4) && !self.thread {
            self.finish();
        }
        self.body
    }

    fn steps(&mut self, steps: usize) {
        for _ in 0..steps {
            let before = self.body.len();
            self.step();
            // The end of the choices, or nothing to do.
            if self.body.len() == before && self.choices.exhausted() {
                break;
            }
        }
    }

    fn step(&mut self) {
        let wild = self.choices.rarely(48);
        let before = self.body.len();
        match self.choices.below(40) {
            0..=8 => self.copy(),
            9..=12 if !self.callees.is_empty() => self.call(),
            13 if !self.callees.is_empty() => self.wake(),
            9..=11 if self.abi.is_async() => self.push(What::Return),
            13..=16 => self.new_something(),
            17..=20 => {
                let busy = self.all(|slot, guess| {
                    slot.kind.is_waitable() && matches!(guess, Guess::Busy | Guess::Idle)
                });
                match self.choices.pick(&busy).copied() {
                    Some(slot) => self.join(slot),
                    None => self.copy(),
                }
            }
            21..=25 => self.wait(),
            26 => {
                let set = self.choices.below(2);
                self.push(What::Poll(set));
            }
            27 | 28 => self.cancel(),
            29 | 30 => self.drop(wild),
            31 | 32 => self.yields(),
            33 => {
                let up = self.choices.below(2) == 1;
                self.push(What::Pressure(!up));
            }
            34 => {
                let value = self.choices.below(1000) as u16;
                self.push(What::Context(value));
            }
            35 => {
                let joined = self.all(|_, guess| guess == Guess::Joined);
                if let Some(slot) = self.choices.pick(&joined).copied() {
                    self.guess(slot.kind, slot.index, Guess::Busy);
                    self.push(What::Leave(slot));
                }
            }
            36 | 37 if self.threads > 0 => self.threads(),
            38 if wild => match self.choices.below(5) {
                0 | 1 => self.push(What::Trap),
                3 => self.push(What::Return),
                2 => self.push(What::Exit),
                _ => {
                    let kind = self.choices.pick(&KINDS).copied().unwrap_or(Kind::Set);
                    let index = self.choices.below(10) as u32;
                    self.push(What::Index(kind, index));
                }
            },
            39 if self.choices.rarely(6) => self.push(What::Trap),
            _ => self.copy(),
        }
        if wild && let Some(last) = self.body[before..].last_mut() {
            last.wild = true;
        }
    }

    fn push(&mut self, what: What) {
        self.body.push(Operation { what, wild: false });
    }

    fn all(&self, holds: impl Fn(Slot, Guess) -> bool) -> Vec<Slot> {
        let all = self.guesses.iter();
        all.filter(|(slot, guess)| holds(*slot, *guess))
            .map(|(slot, _)| *slot)
            .collect()
    }

    fn of(&self, slot: Slot) -> Guess {
        let found = self.guesses.iter().find(|(is, _)| *is == slot);
        found.map_or(Guess::Empty, |(_, guess)| *guess)
    }

    fn guess(&mut self, kind: Kind, index: usize, guess: Guess) {
        for (slot, is) in &mut self.guesses {
            if slot.kind == kind && slot.index == index {
                *is = guess;
            }
        }
    }

    fn new_pair(&mut self, kind: Kind, index: usize) {
        let (read, write) = match kind.is_future() {
            true => (Kind::FutureRead, Kind::FutureWrite),
            false => (Kind::StreamRead, Kind::StreamWrite),
        };
        self.guess(read, index, Guess::Idle);
        self.guess(write, index, Guess::Idle);
        self.push(What::New(read, index));
    }

    fn new_something(&mut self) {
        let index = self.choices.below(2);
        match self.choices.below(5) {
            0..=2 => self.new_pair(Kind::StreamRead, index),
            3 => self.new_pair(Kind::FutureRead, index),
            _ => self.set(index),
        }
    }

    fn set(&mut self, index: usize) {
        self.guess(Kind::Set, index, Guess::Idle);
        self.push(What::New(Kind::Set, index));
    }

    fn may_block(&self) -> bool {
        self.blocks
    }

    fn way(&mut self) -> Way {
        match self.choices.rarely(8) && self.may_block() {
            true => Way::Sync,
            false => Way::Async,
        }
    }
}
