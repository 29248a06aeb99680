//! What of the spec a store has reached.

use crate::trap::TrapSite;
use std::collections::BTreeMap;

macro_rules! canonical_definitions {
    ($($definition:ident = $name:literal,)+) => {
        /// A canonical definition ([Explainer.md#canonical-definitions]).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum CanonicalDefinition {
            $(#[doc = concat!("`canon ", $name, "`.")] $definition,)+
        }

        impl CanonicalDefinition {
            /// All of them.
            pub const ALL: &'static [CanonicalDefinition] =
                &[$(CanonicalDefinition::$definition,)+];

            /// What the text format calls it.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(CanonicalDefinition::$definition => $name,)+ }
            }
        }
    };
}

canonical_definitions! {
    Lift = "lift",
    Lower = "lower",
    ResourceNew = "resource.new",
    ResourceDrop = "resource.drop",
    ResourceRep = "resource.rep",
    ContextGet = "context.get",
    ContextSet = "context.set",
    BackpressureInc = "backpressure.inc",
    BackpressureDec = "backpressure.dec",
    TaskReturn = "task.return",
    TaskCancel = "task.cancel",
    WaitableSetNew = "waitable-set.new",
    WaitableSetWait = "waitable-set.wait",
    WaitableSetPoll = "waitable-set.poll",
    WaitableSetDrop = "waitable-set.drop",
    WaitableJoin = "waitable.join",
    SubtaskCancel = "subtask.cancel",
    SubtaskDrop = "subtask.drop",
    StreamNew = "stream.new",
    StreamRead = "stream.read",
    StreamWrite = "stream.write",
    StreamCancelRead = "stream.cancel-read",
    StreamCancelWrite = "stream.cancel-write",
    StreamDropReadable = "stream.drop-readable",
    StreamDropWritable = "stream.drop-writable",
    StreamForward = "stream.forward",
    FutureNew = "future.new",
    FutureRead = "future.read",
    FutureWrite = "future.write",
    FutureCancelRead = "future.cancel-read",
    FutureCancelWrite = "future.cancel-write",
    FutureDropReadable = "future.drop-readable",
    FutureDropWritable = "future.drop-writable",
    FutureForward = "future.forward",
    ThreadIndex = "thread.index",
    ThreadNewIndirect = "thread.new-indirect",
    ThreadResumeLater = "thread.resume-later",
    ThreadSuspend = "thread.suspend",
    ThreadYield = "thread.yield",
    ThreadSuspendThenResume = "thread.suspend-then-resume",
    ThreadYieldThenResume = "thread.yield-then-resume",
    ThreadSuspendThenPromote = "thread.suspend-then-promote",
    ThreadYieldThenPromote = "thread.yield-then-promote",
    ErrorContextNew = "error-context.new",
    ErrorContextDebugMessage = "error-context.debug-message",
    ErrorContextDrop = "error-context.drop",
}

impl CanonicalDefinition {
    /// The definitions that a trap site can be reached from, where it stands in a
    /// function of the spec that several of them call for themselves; none, where
    /// it stands in one alone or in lifting and lowering.
    #[must_use]
    pub fn sharing(site: TrapSite) -> &'static [CanonicalDefinition] {
        use CanonicalDefinition::*;
        if site == TrapSite::FutureDropWritableUnwritten {
            return &[];
        }
        // The buffer of a future has one element.
        if site == TrapSite::CopyBufferTooLong {
            return &[StreamRead, StreamWrite];
        }
        match site.function() {
            "copy" | "GuestBuffer.__init__" | "End.copy" => {
                &[StreamRead, StreamWrite, FutureRead, FutureWrite]
            }
            "cancel_copy" => &[
                StreamCancelRead,
                StreamCancelWrite,
                FutureCancelRead,
                FutureCancelWrite,
            ],
            "drop" => &[
                StreamDropReadable,
                StreamDropWritable,
                FutureDropReadable,
                FutureDropWritable,
            ],
            "forward" => &[StreamForward, FutureForward],
            "Table.get" => &[
                Lift,
                Lower,
                ResourceDrop,
                ResourceRep,
                TaskReturn,
                WaitableSetWait,
                WaitableSetPoll,
                WaitableSetDrop,
                WaitableJoin,
                SubtaskCancel,
                SubtaskDrop,
                StreamRead,
                StreamWrite,
                StreamCancelRead,
                StreamCancelWrite,
                StreamDropReadable,
                StreamDropWritable,
                StreamForward,
                FutureRead,
                FutureWrite,
                FutureCancelRead,
                FutureCancelWrite,
                FutureDropReadable,
                FutureDropWritable,
                FutureForward,
                ThreadResumeLater,
                ThreadSuspendThenResume,
                ThreadYieldThenResume,
                ThreadSuspendThenPromote,
                ThreadYieldThenPromote,
                ErrorContextDebugMessage,
                ErrorContextDrop,
            ],
            _ => &[],
        }
    }
}

/// How often canonical definitions were called and trap sites were hit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    calls: [u64; CanonicalDefinition::ALL.len()],
    traps: BTreeMap<(TrapSite, CanonicalDefinition), u64>,
    /// That which guests are in.
    within: CanonicalDefinition,
}

impl Default for Reached {
    fn default() -> Self {
        Reached {
            calls: [0; CanonicalDefinition::ALL.len()],
            traps: BTreeMap::new(),
            within: CanonicalDefinition::Lift,
        }
    }
}

impl Reached {
    /// The definitions that were called, and how often.
    pub fn calls(&self) -> impl Iterator<Item = (CanonicalDefinition, u64)> {
        let calls = CanonicalDefinition::ALL.iter().copied().zip(self.calls);
        calls.filter(|(_, calls)| *calls > 0)
    }

    /// The sites that were hit, each with the definition that was carried out, and how
    /// often.
    pub fn traps(&self) -> impl Iterator<Item = (TrapSite, CanonicalDefinition, u64)> {
        let traps = self.traps.iter();
        traps.map(|((site, within), hits)| (*site, *within, *hits))
    }

    pub(crate) fn call(&mut self, definition: CanonicalDefinition) {
        self.calls[definition as usize] += 1;
        self.within = definition;
    }

    pub(crate) fn go_on(&mut self, definition: CanonicalDefinition) {
        self.within = definition;
    }

    pub(crate) fn trap(&mut self, site: TrapSite) {
        *self.traps.entry((site, self.within)).or_default() += 1;
    }
}
