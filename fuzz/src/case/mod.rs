//! What a case is: structured data, from which its script is rendered.

pub mod choices;
pub mod edges;
pub mod generate;
pub mod host_types;
pub mod layout;
pub mod types;
mod values;

use crate::render::guest::Form;
use component_harness::value::Value;
use layout::Flat;
use serde::{Deserialize, Serialize};
use types::Type;

/// One type, the guests that its values go through, and the calls that send them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// The type of the values.
    pub ty: Type,
    /// The form of the functions.
    pub form: Form,
    /// The guests, each of which calls the next; the last one gives back what it is
    /// given, or calls the host.
    pub guests: Vec<Guest>,
    /// The type by which the host knows the echo that the last guest calls.
    pub host: Option<String>,
    /// How the guests stand to each other.
    pub topology: Topology,
    /// What is called, in order.
    pub calls: Vec<Call>,
}

/// How the guests of a case stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Topology {
    /// Side by side.
    Siblings,
    /// Side by side, and of the first component there are two instances, which the
    /// host calls in turn.
    Twice,
    /// Each is within the one that calls it. The host's echo stays out of reach.
    Nested,
}

/// A component with a memory of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guest {
    /// The type of its addresses.
    pub pointer: Flat,
    /// Its encoding of strings.
    pub encoding: Encoding,
    /// Whether its functions have a `post-return`, where they are lifted so that they
    /// may.
    pub post_return: bool,
    /// How its functions are lifted.
    pub lift: Lift,
    /// How it lowers the functions that it calls.
    pub lower: Lower,
    /// Whether its functions throw an exception where they would return. Whoever calls
    /// them catches all.
    pub throws: bool,
    /// Where its `realloc` is not the plain one.
    pub quirks: Vec<QuirkAt>,
}

/// How a core function is lifted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lift {
    /// Without `async`.
    Sync,
    /// With `async` and a callback.
    Callback,
    /// With `async` alone.
    Stackful,
}

/// How a function is lowered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lower {
    /// Without `async`.
    Sync,
    /// With `async`.
    Async,
}

/// An encoding of strings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// `utf8`.
    Utf8,
    /// `utf16`.
    Utf16,
    /// `latin1+utf16`.
    Latin1OrUtf16,
}

/// A call of `realloc` by the ABI that is not answered as usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuirkAt {
    /// Which of the calls in the instance's life, from 0.
    pub call: u32,
    /// What it does.
    pub quirk: Quirk,
}

/// What a `realloc` may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quirk {
    /// The memory grows, although it need not.
    Grow,
    /// The place ends where the memory ends.
    AtEnd,
    /// A place that shrinks stays where it is.
    InPlace,
    /// The place is where the one before it begins.
    Overlap,
    /// The place is at address 0.
    Zero,
    /// The place is not aligned.
    Unaligned,
    /// The place begins where the memory ends.
    AtLimit,
    /// The place ends behind the end of the memory.
    OverEnd,
    /// The place ends behind the last address.
    Wraps,
    /// It traps.
    Trap,
    /// It calls `resource.new`.
    CallNew,
    /// It calls `resource.drop`.
    CallDrop,
    /// It calls a function that is lowered.
    CallLowered,
    /// It calls `error-context.new`.
    CallErrorNew,
    /// It calls `error-context.debug-message`.
    CallErrorMessage,
    /// It calls `error-context.drop`.
    CallErrorDrop,
}

/// One call by the script.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The value that goes in or comes out.
    pub value: Value,
    /// Who has it first.
    pub from: From,
    /// Whether all that the ABI is to ignore is other than zero. Where the host has
    /// the value first, this is of no account.
    pub dirty: bool,
    /// What is wrong with it. The host's values are right.
    pub flaw: Option<Flaw>,
}

/// Who has a value first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum From {
    /// The host, which passes it to the first guest.
    Host,
    /// A guest, which passes it to the one that it calls.
    Argument(usize),
    /// A guest, which returns it.
    Result(usize),
}

/// One thing that is wrong with a value that a guest gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flaw {
    /// In which of the places where something can be, modulo their number.
    pub site: usize,
    /// Which of the ways, modulo their number.
    pub kind: usize,
}

impl Encoding {
    /// All of them.
    pub const ALL: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16, Encoding::Latin1OrUtf16];

    /// The canonical option, without its prefix.
    #[must_use]
    pub fn option(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf8",
            Encoding::Utf16 => "utf16",
            Encoding::Latin1OrUtf16 => "latin1+utf16",
        }
    }
}

impl Guest {
    /// The plainest guest.
    #[must_use]
    pub fn plain() -> Guest {
        Guest {
            pointer: Flat::I32,
            encoding: Encoding::Utf8,
            post_return: false,
            lift: Lift::Sync,
            lower: Lower::Sync,
            throws: false,
            quirks: Vec::new(),
        }
    }
}

impl Quirk {
    /// Those that a right engine does not mind.
    pub const BENIGN: [Quirk; 3] = [Quirk::Grow, Quirk::AtEnd, Quirk::InPlace];

    /// Those after which a value may be another one, or the call trap.
    pub const HOSTILE: [Quirk; 13] = [
        Quirk::Unaligned,
        Quirk::AtLimit,
        Quirk::OverEnd,
        Quirk::Wraps,
        Quirk::Trap,
        Quirk::Overlap,
        Quirk::Zero,
        Quirk::CallNew,
        Quirk::CallDrop,
        Quirk::CallLowered,
        Quirk::CallErrorNew,
        Quirk::CallErrorMessage,
        Quirk::CallErrorDrop,
    ];

    /// Whether it calls what an instance may not call while the ABI is in it.
    #[must_use]
    pub fn leaves(self) -> bool {
        matches!(
            self,
            Quirk::CallNew
                | Quirk::CallDrop
                | Quirk::CallLowered
                | Quirk::CallErrorNew
                | Quirk::CallErrorMessage
                | Quirk::CallErrorDrop
        )
    }
}

impl Case {
    /// Whether a guest does what it must not, so that what comes of a call is not
    /// plain from the case.
    #[must_use]
    pub fn is_hostile(&self, call: &Call) -> bool {
        let quirks = self.guests.iter().flat_map(|guest| &guest.quirks);
        let mut hostile = quirks.filter(|quirk| !Quirk::BENIGN.contains(&quirk.quirk));
        let throws = self.guests.iter().any(|guest| guest.throws);
        call.flaw.is_some() || throws || hostile.next().is_some()
    }

    /// Whether its functions have the effect `async`: those of which a guest lifts or
    /// lowers one as such.
    #[must_use]
    pub fn is_async(&self) -> bool {
        let mut guests = self.guests.iter();
        guests.any(|guest| guest.lift != Lift::Sync || guest.lower != Lower::Sync)
    }

    /// How a guest lowers the functions that it calls: those of the host do not have
    /// the effect `async`.
    #[must_use]
    pub fn lower(&self, guest: usize) -> Lower {
        match &self.host {
            Some(_) if guest + 1 == self.guests.len() => Lower::Sync,
            _ => self.guests[guest].lower,
        }
    }

    /// What kind of case it is, in a few words: the type by its constructors, the
    /// guests by what is not plain about them, who has the values first.
    #[must_use]
    pub fn shape(&self) -> String {
        let guests = self.guests.iter().map(|guest| {
            let mut words = vec![guest.encoding.option().to_owned()];
            if guest.pointer == Flat::I64 {
                words.push("memory64".to_owned());
            }
            match guest.lift {
                Lift::Sync => {}
                Lift::Callback => words.push("callback".to_owned()),
                Lift::Stackful => words.push("stackful".to_owned()),
            }
            if guest.lower == Lower::Async {
                words.push("async-lower".to_owned());
            }
            if guest.throws {
                words.push("throws".to_owned());
            }
            words.extend(guest.quirks.iter().map(|at| format!("{:?}", at.quirk)));
            words.join("+")
        });
        let guests: Vec<String> = guests.collect();
        let calls: Vec<String> = self
            .calls
            .iter()
            .map(|call| format!("{:?}", call.from))
            .collect();
        format!(
            "{} {} through {}{}{}: {}",
            self.form.name(),
            self.ty,
            guests.join(" to "),
            match &self.host {
                Some(name) => format!(" to the host's echo-{name}"),
                None => String::new(),
            },
            match self.topology {
                Topology::Siblings => "",
                Topology::Twice => " (twice)",
                Topology::Nested => " (nested)",
            },
            calls.join(" "),
        )
    }
}
