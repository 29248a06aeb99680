//! Bytes as a source of choices. Every choice is bounded, and is the simplest one
//! once the bytes have run out.

use arbitrary::Unstructured;
use sha2::{Digest, Sha256};

/// How many bytes a case that comes from a seed has to choose with.
const BYTES: usize = 2048;

/// A source of choices.
pub struct Choices<'a> {
    bytes: Unstructured<'a>,
    length: usize,
    /// Where in the bytes each choice ends that took some.
    ends: Vec<usize>,
}

impl<'a> Choices<'a> {
    /// The choices that these bytes make.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Choices {
            bytes: Unstructured::new(bytes),
            length: bytes.len(),
            ends: Vec::new(),
        }
    }

    /// A number below `bound`; 0 is the simplest.
    pub fn below(&mut self, bound: usize) -> usize {
        match bound {
            0 | 1 => 0,
            // There is an error for an empty range alone.
            _ => {
                let choice = self.bytes.int_in_range(0..=bound - 1).unwrap_or(0);
                self.note();
                choice
            }
        }
    }

    /// One of several, of which the first is the simplest; `None` if there is none.
    pub fn pick<'t, T>(&mut self, from: &'t [T]) -> Option<&'t T> {
        from.get(self.below(from.len()))
    }

    /// Whether something is so that is so once in `times`, and not in the simplest case.
    pub fn rarely(&mut self, times: usize) -> bool {
        self.below(times) == times - 1 && times > 1
    }

    /// As many bits as asked for; all 0 is the simplest.
    pub fn bits(&mut self, count: u32) -> u64 {
        let bits: u64 = self.bytes.arbitrary().unwrap_or(0);
        self.note();
        bits & (u64::MAX >> (64 - count))
    }

    /// The bytes that are left, for a generator that chooses by itself.
    pub fn rest(&mut self) -> Vec<u8> {
        // There is an error for more bytes than are left alone.
        let rest = self.bytes.bytes(self.bytes.len());
        let rest = rest.map(<[u8]>::to_vec).unwrap_or_default();
        // Each of them may be one.
        let taken = self.length - rest.len();
        self.ends.extend(taken + 1..=self.length);
        rest
    }

    /// Where in the bytes each choice ends, of those made so far that took some.
    #[must_use]
    pub fn ends(&self) -> &[usize] {
        &self.ends
    }

    /// Whether the bytes have run out.
    #[must_use]
    pub fn exhausted(&self) -> bool {
        self.bytes.is_empty()
    }

    fn note(&mut self) {
        let end = self.length - self.bytes.len();
        if self.ends.last().copied().unwrap_or(0) < end {
            self.ends.push(end);
        }
    }
}

/// The bytes for one case of a campaign. They depend on nothing else.
#[must_use]
pub fn bytes(target: &str, seed: u64, number: u64) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(BYTES);
    for block in 0_u64.. {
        if bytes.len() >= BYTES {
            break;
        }
        let mut hash = Sha256::new();
        hash.update(target.as_bytes());
        for number in [seed, number, block] {
            hash.update(number.to_le_bytes());
        }
        bytes.extend_from_slice(&hash.finalize());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exhausted_choices_are_the_simplest() {
        let mut choices = Choices::new(&[]);
        assert_eq!(choices.below(7), 0);
        assert_eq!(choices.pick(&[1, 2]), Some(&1));
        assert!(!choices.rarely(3) && choices.exhausted());
        assert_eq!(choices.bits(64), 0);
    }

    #[test]
    fn bytes_depend_on_target_seed_and_number() {
        let all = [("a", 0, 0), ("b", 0, 0), ("a", 1, 0), ("a", 0, 1)];
        let distinct: std::collections::BTreeSet<_> = all
            .map(|(target, seed, number)| bytes(target, seed, number))
            .into();
        assert_eq!(distinct.len(), all.len());
        assert_eq!(bytes("a", 7, 9), bytes("a", 7, 9));
    }
}
