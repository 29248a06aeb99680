//! What the spec leaves open, and who decides it.

use std::fmt;

/// A place where the spec leaves a choice, in the order of `definitions.py`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Choice {
    /// `Thread.wait_until`: whether a thread goes on that need not wait.
    GoOn,
    /// `Task.request_cancellation`: which ready thread of the instance runs.
    Cancellation,
    /// `Task.request_cancellation`: whether another one runs.
    CancelEagerly,
    /// `Store.tick`: which ready thread of the store runs.
    Tick,
    /// `WaitableSet.get_pending_event`: which element's event is delivered.
    Event,
    /// `random_nan_bits`: the bits of a NaN.
    Nan,
    /// `canon_lift`: which ready thread of the instance runs during a synchronous
    /// call.
    SyncCall,
    /// `canon_error_context_new`: whether the message is discarded.
    DiscardMessage,
}

/// Decides what the spec leaves open, and keeps a record of it.
///
/// By default everything is decided in one fixed way: the thread that has waited
/// longest runs, messages are kept, NaNs are canonical. The decisions of a seed are
/// the same on every machine, and a record can be replayed.
#[derive(Clone)]
pub struct Chooser {
    source: Source,
    record: Vec<Decision>,
}

/// A choice that was made, and the bits that made it.
pub type Decision = (Choice, u64);

#[derive(Clone)]
enum Source {
    Fixed,
    Seeded(u64),
    Replayed(std::vec::IntoIter<Decision>),
}

impl Chooser {
    /// Always the first way.
    #[must_use]
    pub fn deterministic() -> Self {
        Chooser::new(Source::Fixed)
    }

    /// The ways that a seed gives.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Chooser::new(Source::Seeded(seed))
    }

    /// The ways of a [record](Chooser::record), and the first way once it is at its
    /// end.
    #[must_use]
    pub fn replayed(record: Vec<Decision>) -> Self {
        Chooser::new(Source::Replayed(record.into_iter()))
    }

    fn new(source: Source) -> Self {
        Chooser {
            source,
            record: Vec::new(),
        }
    }

    /// What was decided so far; nothing for a deterministic one.
    #[must_use]
    pub fn record(&self) -> &[Decision] {
        &self.record
    }

    /// Whether there is more than one way.
    pub(crate) fn is_open(&self) -> bool {
        !matches!(self.source, Source::Fixed)
    }

    /// One of `n` ways, of which there is one at least.
    pub(crate) fn pick(&mut self, choice: Choice, n: usize) -> usize {
        let bits = match n {
            0 | 1 => return 0,
            _ => self.bits(choice),
        };
        (bits % n as u64) as usize
    }

    /// Whether what is off by default is on.
    pub(crate) fn flip(&mut self, choice: Choice) -> bool {
        self.pick(choice, 2) == 1
    }

    /// Arbitrary bits; 0 by default.
    pub(crate) fn bits(&mut self, choice: Choice) -> u64 {
        let bits = match &mut self.source {
            Source::Fixed => return 0,
            Source::Seeded(state) => splitmix64(state),
            Source::Replayed(record) => record.next().map_or(0, |(_, bits)| bits),
        };
        self.record.push((choice, bits));
        bits
    }
}

impl fmt::Debug for Chooser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = match &self.source {
            Source::Fixed => "deterministic",
            Source::Seeded(_) => "seeded",
            Source::Replayed(_) => "replayed",
        };
        write!(f, "Chooser({source}, {} decisions)", self.record.len())
    }
}

/// The generator SplitMix64, whose constants these are.
fn splitmix64(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
