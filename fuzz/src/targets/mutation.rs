//! Mutation of choices: whole choices are changed, copied, moved and taken away, so
//! that those behind them mean what they meant.

use crate::case::choices::Choices;
use crate::dice::Dice;
use crate::target::Target;
use std::ops::Range;

/// The most choices that one mutation copies or takes away.
const PIECE: usize = 16;

/// Changes the choices in the first `size` bytes of `data`, of which at most `most` may
/// be used; returns how many are. The same seed makes the same of the same bytes.
pub fn mutate(target: Target, data: &mut [u8], size: usize, most: usize, seed: u32) -> usize {
    let mut dice = Dice(u64::from(seed));
    let before = data[..size].to_vec();
    let choices = choices_of(target, &before);
    let mut changed = before.clone();
    let piece = |dice: &mut Dice| -> Range<usize> {
        let first = dice.below(choices.len());
        let count = 1 + dice.below(PIECE);
        let last = (first + count - 1).min(choices.len() - 1);
        choices[first].start..choices[last].end
    };
    match (choices.is_empty(), dice.below(6)) {
        (true, _) => changed.extend((0..32).map(|_| dice.roll() as u8)),
        (_, 0) => drop(changed.drain(piece(&mut dice))),
        (_, 1) => {
            let copied = before[piece(&mut dice)].to_vec();
            let at = piece(&mut dice).start;
            changed.splice(at..at, copied);
        }
        (_, 2) => {
            let copied = before[piece(&mut dice)].to_vec();
            changed.splice(piece(&mut dice), copied);
        }
        // The simplest case is the one without bytes.
        (_, 3) => changed.truncate(piece(&mut dice).start),
        _ => {
            let at = choices[dice.below(choices.len())].clone();
            let small = dice.below(2) == 0;
            for byte in &mut changed[at] {
                *byte = match small {
                    true => byte.wrapping_add(dice.roll() as u8 % 5).wrapping_sub(2),
                    false => dice.roll() as u8,
                };
            }
        }
    }
    // What has run out would be the simplest from there on.
    if dice.below(4) == 0 {
        changed.extend((0..dice.below(64)).map(|_| dice.roll() as u8));
    }
    changed.truncate(most.min(data.len()));
    data[..changed.len()].copy_from_slice(&changed);
    changed.len()
}

/// Puts the first choices of one before the last ones of another; returns how many
/// bytes of `out` they take.
pub fn splice(target: Target, first: &[u8], second: &[u8], out: &mut [u8], seed: u32) -> usize {
    let mut dice = Dice(u64::from(seed));
    let cut = |bytes: &[u8], dice: &mut Dice| {
        let choices = choices_of(target, bytes);
        match choices.is_empty() {
            true => 0,
            false => choices[dice.below(choices.len())].start,
        }
    };
    let head = &first[..cut(first, &mut dice)];
    let tail = &second[cut(second, &mut dice)..];
    let length = out.len().min(head.len() + tail.len());
    for (to, from) in out.iter_mut().zip(head.iter().chain(tail)) {
        *to = *from;
    }
    length
}

/// The bytes that each choice takes of those of a case.
pub(super) fn choices_of(target: Target, bytes: &[u8]) -> Vec<Range<usize>> {
    let mut choices = Choices::new(bytes);
    target.case(&mut choices);
    let mut start = 0;
    let ends = choices.ends().iter();
    ends.map(|end| {
        let range = start..*end;
        start = *end;
        range
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::choices::bytes;

    #[test]
    fn a_mutation_is_another_case_more_often_than_not() {
        for target in [Target::AbiValues, Target::AbiTraps, Target::Resources] {
            let mut others = 0;
            for seed in 0..100 {
                let whole = bytes(target.name(), 0, u64::from(seed));
                let size = choices_of(target, &whole).last().map_or(0, |last| last.end);
                let mut data = whole[..size].to_vec();
                data.resize(2 * whole.len(), 0);
                let mut again = data.clone();
                let most = data.len();
                let changed = mutate(target, &mut data, size, most, seed);
                assert_eq!(mutate(target, &mut again, size, most, seed), changed);
                assert_eq!(data, again);
                let case = |bytes: &[u8]| target.case(&mut Choices::new(bytes));
                others += usize::from(case(&data[..changed]) != case(&whole));
            }
            assert!(others > 60, "{target}: {others} of 100");
        }
    }

    #[test]
    fn what_is_spliced_fits() {
        let (first, second) = (bytes("a", 0, 0), bytes("a", 0, 1));
        for seed in 0..50 {
            let mut out = [0; 100];
            let length = splice(Target::AbiValues, &first, &second, &mut out, seed);
            assert!(length <= out.len());
        }
        assert_eq!(splice(Target::AbiValues, &[], &[], &mut [0; 8], 0), 0);
    }
}
