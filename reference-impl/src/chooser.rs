//! What the spec leaves open, and who decides it.

use std::fmt;

/// A place where the spec leaves a choice, in the order of `definitions.py`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Choice {
    /// `Thread.wait_until`: whether a thread that need not wait lets others run.
    LetRun,
    /// The same for one that yields: whether it goes on.
    GoOn,
    /// `Task.request_cancellation`: which ready thread of the instance runs.
    Cancellation,
    /// `Task.request_cancellation`: whether another one runs.
    CancelEagerly,
    /// `Store.tick`: which ready thread of the store runs.
    Tick,
    /// `WaitableSet.get_pending_event`: which element's event is delivered.
    Event,
    /// `End.cancel`: whether the host, which has the other end, lets go of a buffer
    /// only later.
    CancelLater,
    /// `random_nan_bits`: the bits of a NaN.
    Nan,
    /// `canon_lift`: which ready thread of the instance runs during a synchronous
    /// call.
    SyncCall,
    /// `canon_error_context_new`: whether the message is discarded.
    DiscardMessage,
    /// What the host decides.
    Host,
}

/// Decides what the spec leaves open, and keeps a record of it.
///
/// By default everything is decided in one fixed way: the thread that has waited
/// longest runs, messages are kept, NaNs are canonical. The decisions of a seed are
/// the same on every machine, and a record can be replayed.
///
/// Engines keep to one way of deciding with few exceptions, and dice seldom hit what is
/// near to it. So one seed in four throws dice for everything, and the others say for
/// each kind of choice by itself whether it is the first way, or that with few
/// exceptions, or the last way with few exceptions, or dice. Nothing but the first way may
/// be taken always: a thread that waits in a loop would never let others run.
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
    Seeded(Dice),
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
        Chooser::new(Source::Seeded(Dice { state: seed, seed }))
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
        match n {
            0 | 1 => 0,
            _ => (self.decide(choice, Some(n as u64 - 1)) % n as u64) as usize,
        }
    }

    /// Whether what is off by default is on.
    pub(crate) fn flip(&mut self, choice: Choice) -> bool {
        self.pick(choice, 2) == 1
    }

    /// Arbitrary bits; 0 by default.
    pub(crate) fn bits(&mut self, choice: Choice) -> u64 {
        self.decide(choice, None)
    }

    /// Arbitrary bits; where they are for one of several ways, `last` is the last one.
    fn decide(&mut self, choice: Choice, last: Option<u64>) -> u64 {
        let bits = match &mut self.source {
            Source::Fixed => return 0,
            Source::Seeded(dice) => dice.decide(choice, last),
            Source::Replayed(record) => record.next().map_or(0, |(_, bits)| bits),
        };
        self.record.push((choice, bits));
        bits
    }
}

/// The decisions of a seed.
#[derive(Clone)]
struct Dice {
    seed: u64,
    state: u64,
}

impl Dice {
    fn decide(&mut self, choice: Choice, last: Option<u64>) -> u64 {
        let bits = splitmix64(&mut self.state);
        let last = match last {
            Some(last) if self.seed % 4 != 3 => last,
            _ => return bits,
        };
        let mut policy = self.seed ^ (choice as u64) << 32;
        let exception = (bits >> 32).is_multiple_of(8);
        match splitmix64(&mut policy) % 4 {
            1 if !exception => last,
            0 => 0,
            3 if !exception => 0,
            _ => bits,
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn decide(chooser: &mut Chooser) -> Vec<u64> {
        let picked = [7, 1, 3, 1000].map(|n| chooser.pick(Choice::Tick, n) as u64);
        let bits = [(); 3].map(|()| chooser.bits(Choice::Nan));
        let flips = [(); 8].map(|()| u64::from(chooser.flip(Choice::GoOn)));
        [&picked[..], &bits, &flips].concat()
    }

    #[test]
    fn the_first_way_is_taken_by_default() {
        let mut chooser = Chooser::deterministic();
        assert!(decide(&mut chooser).iter().all(|bits| *bits == 0));
        assert_eq!(chooser.record(), []);
    }

    #[test]
    fn a_record_is_replayed() {
        let mut all = std::collections::BTreeSet::new();
        for seed in 0..64 {
            let mut chooser = Chooser::seeded(seed);
            let decided = decide(&mut chooser);
            // One way out of one is no choice.
            let record = chooser.record().to_vec();
            assert_eq!(record.len(), decided.len() - 1);

            let mut chooser = Chooser::replayed(record.clone());
            assert_eq!(decide(&mut chooser), decided);
            assert_eq!(chooser.record(), record);
            assert!(decide(&mut chooser).iter().all(|bits| *bits == 0));
            all.insert(decided);
        }
        assert!(all.len() > 50, "{} of 64 seeds differ", all.len());
    }

    #[test]
    fn no_seed_takes_another_than_the_first_way_always() {
        let flips = |seed| {
            let mut chooser = Chooser::seeded(seed);
            (0..1000).filter(|_| chooser.flip(Choice::GoOn)).count()
        };
        let all: Vec<usize> = (0..64).map(flips).collect();
        assert!(all.iter().all(|flips| *flips < 1000), "{all:?}");
        assert!(all.contains(&0), "{all:?}");
    }

    /// The first numbers of the published generator for this seed.
    #[test]
    fn seeds_are_those_of_splitmix64() {
        let mut chooser = Chooser::seeded(1_234_567);
        let bits = [(); 3].map(|()| chooser.bits(Choice::Nan));
        let published = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
        ];
        assert_eq!(bits, published);
    }
}
