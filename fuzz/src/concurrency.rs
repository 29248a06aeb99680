//! Cases about concurrency: a component with functions of every kind, two instances of
//! it, and a component that calls them; all of them have streams, futures, sets of
//! waitables and threads.

mod generate;
mod smaller;

use crate::case::choices::Choices;
use crate::render::Rendered;
use crate::render::concurrency::render;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How many instances of the component that is called there are.
pub const INSTANCES: usize = 2;

/// What is called, and by whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// What streams are of.
    pub stream: Element,
    /// What futures are of.
    pub future: Element,
    /// What the functions of the component that is called do.
    pub callee: Vec<Function>,
    /// What the functions do that the script calls, in this order. They take and give
    /// nothing.
    pub caller: Vec<Function>,
    /// What threads that guests start do.
    pub threads: Vec<Vec<Operation>>,
}

/// A function that is lifted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Function {
    /// How it is lifted.
    pub abi: Abi,
    /// Its parameter.
    pub takes: Passed,
    /// Its result.
    pub gives: Passed,
    /// Whether it answers a request to cancel it by `task.cancel`.
    pub obeys: bool,
    /// What it does.
    pub body: Vec<Operation>,
}

/// How a function is lifted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Abi {
    /// Synchronously, and its type is not `async`.
    Sync,
    /// Synchronously, and its type is `async`.
    Blocking,
    /// Asynchronously, with a callback.
    Callback,
    /// Asynchronously, without one.
    Stackful,
}

/// The element of a stream or future.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Element {
    /// None.
    None,
    /// `u8`.
    U8,
    /// `u32`.
    U32,
    /// `u64`.
    U64,
    /// `string`.
    String,
    /// `own` of a resource with a destructor.
    Own,
    /// `(tuple u8 u16 u8)`.
    Triple,
}

/// What a function takes or gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Passed {
    /// Nothing.
    Nothing,
    /// A `u32`.
    Number,
    /// A string.
    Text,
    /// The readable end of a stream.
    Stream,
    /// The readable end of a future.
    Future,
}

/// What a guest's places for handles are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Readable ends of streams.
    StreamRead,
    /// Writable ends of streams.
    StreamWrite,
    /// Readable ends of futures.
    FutureRead,
    /// Writable ends of futures.
    FutureWrite,
    /// Subtasks.
    Subtask,
    /// Sets of waitables.
    Set,
    /// Threads.
    Thread,
}

/// A place for a handle: which of those of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// The kind.
    pub kind: Kind,
    /// Which.
    pub index: usize,
}

/// Whether a builtin is to block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// It is `async`.
    Async,
    /// It is not.
    Sync,
}

/// Where the buffer of a copy lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// Where the slot has its own.
    Own,
    /// At the end of memory.
    End,
    /// One byte too far.
    Past,
}

/// What a guest does in one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// What.
    pub what: What,
    /// Whether it does so even where that is forbidden; else it does nothing then.
    pub wild: bool,
}

/// The steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// A new stream, future or set, in the slots with this index.
    New(Kind, usize),
    /// Copies into or out of a buffer of so many elements.
    Copy(Slot, u32, Way, Place),
    /// Cancels a copy or a call.
    Cancel(Slot, Way),
    /// Drops an end, a set or a subtask.
    Drop(Slot),
    /// Puts a waitable into a set.
    Join(Slot, usize),
    /// Takes a waitable out of its set.
    Leave(Slot),
    /// Waits for an event of a set.
    Wait {
        /// Which.
        set: usize,
        /// Whether a function with a callback waits within its core code, and any other
        /// polls and yields in turn, and gives up at last.
        hold: bool,
    },
    /// Asks for an event of a set.
    Poll(usize),
    /// Lets others run.
    Yield {
        /// Whether to stay in core code.
        hold: bool,
    },
    /// Calls a function of an instance, and keeps the subtask.
    Call {
        /// Which of the slots for subtasks.
        slot: usize,
        /// Which of the instances.
        instance: usize,
        /// Which of its functions.
        function: usize,
        /// Whether to wait for it.
        way: Way,
    },
    /// Gives the result.
    Return,
    /// Ends without having given the result.
    Exit,
    /// Raises backpressure, or lowers it.
    Pressure(bool),
    /// Keeps a number in the task's context.
    Context(u16),
    /// Starts a thread of [`Case::threads`], which is suspended.
    Spawn(usize, usize),
    /// Lets a suspended thread run.
    Resume(usize, Switch),
    /// Suspends the thread, if another one may resume it.
    Suspend,
    /// `unreachable`.
    Trap,
    /// Does something with whatever has this index.
    Index(Kind, u32),
}

/// How a suspended thread is resumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Switch {
    /// `thread.resume-later`.
    Later,
    /// `thread.yield-then-resume`.
    Yield,
    /// `thread.suspend-then-resume`.
    Suspend,
}

impl Case {
    /// The case that choices make.
    pub fn generate(choices: &mut Choices<'_>) -> Case {
        generate::case(choices)
    }

    /// As a script.
    #[must_use]
    pub fn render(&self) -> Rendered {
        render(self)
    }

    /// What kind of case it is.
    #[must_use]
    pub fn shape(&self) -> String {
        let function = |function: &Function| {
            let body: Vec<String> = function.body.iter().map(Operation::words).collect();
            format!(
                "{:?}({:?}) -> {:?} {{{}}}",
                function.abi,
                function.takes,
                function.gives,
                body.join("; ")
            )
        };
        let functions = |functions: &[Function]| -> String {
            let all: Vec<String> = functions.iter().map(function).collect();
            all.join(", ")
        };
        let threads: Vec<String> = self
            .threads
            .iter()
            .map(|body| {
                let body: Vec<String> = body.iter().map(Operation::words).collect();
                format!(", thread {{{}}}", body.join("; "))
            })
            .collect();
        format!(
            "stream<{:?}>, future<{:?}>: {} on {}{}",
            self.stream,
            self.future,
            functions(&self.caller),
            functions(&self.callee),
            threads.concat()
        )
    }

    /// What it covers: which step a function of which kind does, and with what.
    #[must_use]
    pub fn covered(&self) -> BTreeSet<String> {
        let mut covered = BTreeSet::new();
        let sides = [("caller", &self.caller), ("callee", &self.callee)];
        for (side, function) in sides
            .into_iter()
            .flat_map(|(side, functions)| functions.iter().map(move |f| (side, f)))
        {
            let abi = format!("{:?}", function.abi).to_lowercase();
            for operation in &function.body {
                let word = operation.what.word(self);
                covered.insert(format!("{side} {abi}: {word}"));
            }
            let (takes, gives) = (function.takes, function.gives);
            covered.insert(format!("{side} {abi}: ({takes:?}) -> {gives:?}").to_lowercase());
        }
        for operation in self.threads.iter().flatten() {
            covered.insert(format!("thread: {}", operation.what.word(self)));
        }
        covered
    }

    /// Cases that are smaller by one step.
    #[must_use]
    pub fn smaller(&self) -> Vec<Case> {
        smaller::smaller(self)
    }
}

impl Abi {
    /// Whether the type of the function is `async`.
    #[must_use]
    pub fn is_async_typed(self) -> bool {
        self != Abi::Sync
    }

    /// Whether it is lifted with `async`.
    #[must_use]
    pub fn is_async(self) -> bool {
        matches!(self, Abi::Callback | Abi::Stackful)
    }
}

impl Element {
    /// Whether both ends may be in one instance.
    #[must_use]
    pub fn is_none_or_number(self) -> bool {
        matches!(
            self,
            Element::None | Element::U8 | Element::U32 | Element::U64
        )
    }
}

impl Kind {
    /// How many slots there are.
    #[must_use]
    pub fn slots(self) -> usize {
        match self {
            Kind::Subtask | Kind::Thread => 3,
            _ => 2,
        }
    }

    /// Whether they are waitable.
    #[must_use]
    pub fn is_waitable(self) -> bool {
        !matches!(self, Kind::Set | Kind::Thread)
    }

    /// Whether they are ends of futures.
    #[must_use]
    pub fn is_future(self) -> bool {
        matches!(self, Kind::FutureRead | Kind::FutureWrite)
    }

    /// Whether they are readable ends.
    #[must_use]
    pub fn is_readable(self) -> bool {
        matches!(self, Kind::StreamRead | Kind::FutureRead)
    }

    /// A word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Kind::StreamRead => "stream-readable",
            Kind::StreamWrite => "stream-writable",
            Kind::FutureRead => "future-readable",
            Kind::FutureWrite => "future-writable",
            Kind::Subtask => "subtask",
            Kind::Set => "set",
            Kind::Thread => "thread",
        }
    }
}

impl Operation {
    fn words(&self) -> String {
        match self.wild {
            true => format!("wild {:?}", self.what),
            false => format!("{:?}", self.what),
        }
    }
}

impl What {
    fn word(self, case: &Case) -> String {
        let way = |way| match way {
            Way::Async => "async",
            Way::Sync => "sync",
        };
        match self {
            What::New(kind, _) => format!("new {}", kind.word()),
            What::Copy(slot, count, how, _) => {
                let element = match slot.kind.is_future() {
                    true => case.future,
                    false => case.stream,
                };
                let zero = match count {
                    0 => " of nothing",
                    _ => "",
                };
                let (kind, how) = (slot.kind.word(), way(how));
                format!("{how} {kind} copy{zero} of {element:?}").to_lowercase()
            }
            What::Cancel(slot, how) => format!("{} cancel {}", way(how), slot.kind.word()),
            What::Drop(slot) => format!("drop {}", slot.kind.word()),
            What::Join(slot, _) => format!("join {}", slot.kind.word()),
            What::Leave(slot) => format!("leave {}", slot.kind.word()),
            What::Wait { hold, .. } => format!("wait{}", if hold { " in core" } else { "" }),
            What::Poll(_) => "poll".to_owned(),
            What::Yield { hold } => format!("yield{}", if hold { " in core" } else { "" }),
            What::Call { way: how, .. } => format!("{} call", way(how)),
            What::Return => "return".to_owned(),
            What::Exit => "exit".to_owned(),
            What::Pressure(_) => "backpressure".to_owned(),
            What::Context(_) => "context".to_owned(),
            What::Spawn(..) => "spawn".to_owned(),
            What::Resume(_, how) => format!("resume {how:?}").to_lowercase(),
            What::Suspend => "suspend".to_owned(),
            What::Trap => "trap".to_owned(),
            What::Index(kind, _) => format!("index as {}", kind.word()),
        }
    }
}
