//! Trap classes, and the tables that map texts and codes to them.
//!
//! A class is the finest distinction that the texts of the suites make and that
//! is a function of the trap site in the spec. Where suites word one site in two
//! ways (`string content out-of-bounds`, `realloc return: beyond end of memory`),
//! the sites share a class.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

macro_rules! classes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// A class of traps. The set is closed: a table that names another does
        /// not load.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum TrapClass {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)*
        }

        impl fmt::Display for TrapClass {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(TrapClass::$variant => $name,)* })
            }
        }
    };
}

classes! {
    /// The `unreachable` instruction. Never stands for another class.
    Unreachable = "unreachable",
    /// Integer division by zero.
    IntegerDivideByZero = "integer-divide-by-zero",
    /// Integer division or float conversion that does not fit.
    IntegerOverflow = "integer-overflow",
    /// Conversion of a NaN to an integer.
    InvalidConversion = "invalid-conversion-to-integer",
    /// An access beyond the end of a memory.
    MemoryOutOfBounds = "memory-out-of-bounds",
    /// An access beyond the end of a table.
    TableOutOfBounds = "table-out-of-bounds",
    /// A call through an empty slot of a table.
    UninitializedElement = "uninitialized-element",
    /// A call through a slot with a function of another type.
    IndirectCallTypeMismatch = "indirect-call-type-mismatch",
    /// A null reference where none is allowed.
    NullReference = "null-reference",
    /// A reference cast that does not hold.
    CastFailure = "cast-failure",
    /// An access beyond the end of an array, or a segment for one.
    ArrayOutOfBounds = "array-out-of-bounds",
    /// An array or another allocation too large to exist.
    AllocationTooLarge = "allocation-too-large",
    /// An atomic access that is not aligned.
    UnalignedAtomic = "unaligned-atomic",
    /// `memory.atomic.wait` on a memory that is not shared.
    AtomicWaitUnshared = "atomic-wait-unshared",
    /// A continuation that was resumed before.
    ContinuationConsumed = "continuation-consumed",

    /// A call into an instance that may not be entered.
    CannotEnter = "cannot-enter",
    /// A call out of an instance that may not be left (`may_leave`).
    CannotLeave = "cannot-leave",
    /// A synchronous task that blocks before it returns.
    CannotBlock = "cannot-block",
    /// Nothing in the store can make progress.
    Deadlock = "deadlock",
    /// A pointer handed to the canonical ABI that is not aligned.
    UnalignedPointer = "unaligned-pointer",
    /// A range handed to the canonical ABI that does not lie in memory.
    PointerOutOfBounds = "pointer-out-of-bounds",
    /// A list or string that is longer than the ABI allows.
    TooLong = "too-long",
    /// A discriminant with no case.
    InvalidDiscriminant = "invalid-discriminant",
    /// A number that is no Unicode scalar value.
    InvalidChar = "invalid-char",
    /// Bytes that are no string in the encoding given.
    InvalidString = "invalid-string",
    /// A function of the host asked for it.
    HostTrap = "host-trap",
    /// A handle index with nothing behind it.
    UnknownHandle = "unknown-handle",
    /// A table of handles with no index left.
    TableFull = "table-full",
    /// A handle of another kind or type.
    WrongHandleType = "wrong-handle-type",
    /// A resource that is given away or dropped while it is lent.
    ResourceLent = "resource-lent",
    /// A task that returns while it holds borrows.
    BorrowsOutstanding = "borrows-outstanding",
    /// A task that ends without a result.
    NoResult = "no-result",
    /// `task.return` or `task.cancel` after the task has resolved.
    AlreadyResolved = "already-resolved",
    /// `task.return` with another type or other options.
    TaskReturnMismatch = "task-return-mismatch",
    /// `task.cancel` by a task that was not cancelled.
    NotCancelled = "not-cancelled",
    /// `subtask.cancel` after the result was delivered.
    SubtaskTerminal = "subtask-terminal",
    /// `subtask.drop` before the subtask has resolved.
    SubtaskUnresolved = "subtask-unresolved",
    /// A callback code that does not exist.
    CallbackCode = "callback-code",
    /// A counter of backpressure that overflows or underflows.
    Backpressure = "backpressure",
    /// A waitable that is used synchronously and in a set.
    SyncWaitable = "sync-waitable",
    /// A waitable set that is dropped while it has waiters.
    SetHasWaiters = "set-has-waiters",
    /// A waitable set that is dropped while it has members.
    SetNotEmpty = "set-not-empty",
    /// `thread.*` on a thread that is not suspended.
    ThreadNotSuspended = "thread-not-suspended",
    /// `thread.new-indirect` with a function of another type.
    ThreadStartType = "thread-start-type",
    /// `thread.new-indirect` with no function.
    ThreadStartUninitialized = "thread-start-uninitialized",
    /// A read or write on an end that is busy or done.
    CopyNotIdle = "copy-not-idle",
    /// A read or write of too many elements.
    CopyTooLong = "copy-too-long",
    /// A copy within one instance of what is not a number.
    CopySameInstance = "copy-same-instance",
    /// The cancellation of a copy that is not under way.
    CancelNotCopying = "cancel-not-copying",
    /// A busy or done end that is passed on as a value.
    LiftNotIdle = "lift-not-idle",
    /// An end in a waitable set that is passed on as a value.
    LiftInSet = "lift-in-set",
    /// A busy or done end that is forwarded.
    ForwardNotIdle = "forward-not-idle",
    /// An end in a waitable set that is forwarded.
    ForwardInSet = "forward-in-set",
    /// An end that is dropped during a copy.
    DropBusy = "drop-busy",
    /// The writable end of a future that is dropped before a value was written.
    FutureUnwritten = "future-unwritten",
    /// A count of references that overflows.
    ReferenceCount = "reference-count",
    /// A core exception that leaves a component.
    UncaughtException = "uncaught-exception",
}

/// What an `assert_trap` asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrapExpectation {
    /// A trap of one of these classes; nearly always one.
    Classes(Vec<TrapClass>),
    /// A trap whose message contains this text: what is left for a text that
    /// stands in no table.
    Text(String),
}

/// The texts of one suite.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuiteTable {
    texts: BTreeMap<String, OneOrMore>,
}

/// The codes and texts of one engine.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EngineTable {
    #[serde(default)]
    codes: BTreeMap<String, TrapClass>,
    #[serde(default)]
    texts: BTreeMap<String, TrapClass>,
    #[serde(default)]
    unsupported: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(TrapClass),
    More(Vec<TrapClass>),
}

/// A table that does not load.
#[derive(Debug, thiserror::Error)]
#[error("{table}: {message}")]
pub struct TableError {
    table: String,
    message: String,
}

const SUITES: &[(&str, &str)] = &[
    ("core", include_str!("../data/traps/core.toml")),
    (
        "component-model",
        include_str!("../data/traps/component-model.toml"),
    ),
];

const ENGINES: &[(&str, &str)] = &[
    ("reference", include_str!("../data/traps/reference.toml")),
    // The reference with a fault.
    ("faulty:", include_str!("../data/traps/reference.toml")),
    ("wasmtime", include_str!("../data/traps/wasmtime.toml")),
];

impl SuiteTable {
    /// The table of all suites together: texts of core traps and of component
    /// traps, which never disagree.
    pub fn common() -> Result<SuiteTable, TableError> {
        let mut common = SuiteTable::default();
        for (name, text) in SUITES {
            common.texts.extend(load::<SuiteTable>(name, text)?.texts);
        }
        Ok(common)
    }

    /// The classes that a text asks for; `None` if it stands in no table.
    #[must_use]
    pub fn classes(&self, text: &str) -> Option<Vec<TrapClass>> {
        let found = self.texts.get(text).or_else(|| {
            let mut patterns = self.texts.iter();
            patterns
                .find(|(pattern, _)| pattern.contains('*') && glob(pattern, text))
                .map(|(_, c)| c)
        })?;
        Some(match found {
            OneOrMore::One(class) => vec![*class],
            OneOrMore::More(classes) => classes.clone(),
        })
    }
}

impl SuiteTable {
    /// A text that asks for this class alone, for whoever writes a script.
    #[must_use]
    pub fn text(&self, class: TrapClass) -> Option<&str> {
        let mut texts = self.texts.iter();
        let only = |found: &OneOrMore| matches!(found, OneOrMore::One(one) if *one == class);
        texts
            .find(|(text, found)| !text.contains('*') && only(found))
            .map(|(text, _)| text.as_str())
    }
}

impl EngineTable {
    /// The table of an engine: the one whose name the engine's begins with. The
    /// traps of an engine without a table have no class, and so meet no
    /// `assert_trap` of a suite that is known by name.
    pub fn of(engine: &str) -> Result<EngineTable, TableError> {
        match ENGINES.iter().find(|(name, _)| engine.starts_with(name)) {
            Some((name, text)) => load(name, text),
            None => Ok(EngineTable::default()),
        }
    }

    /// The class of a trap: by the native code where there is one, else by text.
    #[must_use]
    pub fn class(&self, code: Option<&str>, message: &str) -> Option<TrapClass> {
        match code {
            Some(code) => self.codes.get(code).copied(),
            None => {
                let mut texts = self.texts.iter();
                texts
                    .find(|(pattern, _)| glob(&format!("*{pattern}*"), message))
                    .map(|(_, c)| *c)
            }
        }
    }

    /// The feature that the engine says, in a text, it does not have.
    #[must_use]
    pub fn unsupported(&self, message: &str) -> Option<&str> {
        let mut texts = self.unsupported.iter();
        texts
            .find(|(pattern, _)| glob(&format!("*{pattern}*"), message))
            .map(|(_, feature)| feature.as_str())
    }
}

fn load<T: for<'de> Deserialize<'de>>(name: &str, text: &str) -> Result<T, TableError> {
    toml_edit::de::from_str(text).map_err(|error| TableError {
        table: format!("harness/data/traps/{name}.toml"),
        message: error.to_string(),
    })
}

/// Whether `text` is `pattern`, in which `*` stands for any run of characters.
pub(crate) fn glob(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_loads() {
        let common = SuiteTable::common().expect("the tables of the suites load");
        assert!(!common.texts.is_empty());
        for (name, _) in ENGINES {
            EngineTable::of(name).expect("the tables of the engines load");
        }
    }

    #[test]
    fn unreachable_stands_for_no_other_class() {
        let common = SuiteTable::common().expect("the tables of the suites load");
        for (text, classes) in &common.texts {
            let classes = match classes {
                OneOrMore::One(class) => std::slice::from_ref(class),
                OneOrMore::More(classes) => classes,
            };
            if classes.contains(&TrapClass::Unreachable) {
                assert_eq!(classes.len(), 1, "{text}");
                assert!(text.contains("unreachable"), "{text}");
            }
        }
    }

    #[test]
    fn globs() {
        assert!(glob("unknown handle index *", "unknown handle index 7"));
        assert!(glob("*b*", "abc") && glob("*", "") && glob("ab", "ab") && glob("a*c", "abc"));
        assert!(!glob("ab", "abc") && !glob("a*c", "abcd") && !glob("*x*", "abc"));
        assert!(!glob("ab*bc", "abc"));
    }
}
