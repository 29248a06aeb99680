//! The target `decode` on the components of the upstream suite and on a fixed set of
//! variants of them, within a bound of memory.

use cap::Cap;
use component_corpus::Corpus;
use component_fuzz::dice::Dice;
use component_fuzz::targets;
use component_harness::script::{Command, Script};
use std::alloc::System;
use std::error::Error;
use std::path::Path;

/// A component, and where it is from.
type Input = (String, Vec<u8>);

/// What one input may take beyond what the test holds: the bounds of the store, and
/// what the validator sets aside for as many exports as a section announces, which
/// are a million at most.
const BOUND: usize = 256 << 20;

const VARIANTS: usize = 100_000;

/// Longer inputs are replayed, but not varied: they would take most of the time.
const LONGEST_VARIED: usize = 10_000;

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

#[test]
fn hostile_bytes_stay_within_bounds() -> Result<(), Box<dyn Error>> {
    let inputs = components()?;
    let mut called = 0;
    for (name, bytes) in &inputs {
        called += hold(name, bytes).unwrap_or_default();
    }
    assert!(called > 100, "{called} calls came to an end");

    let varied: Vec<_> = inputs
        .iter()
        .filter(|(_, bytes)| bytes.len() <= LONGEST_VARIED)
        .collect();
    let mut dice = Dice(0xC0DE);
    let mut decoded = 0;
    for number in 0..VARIANTS {
        let (name, bytes) = dice.pick(&varied);
        let variant = variant(bytes, &mut dice);
        let name = format!("variant {number} of {name}");
        decoded += usize::from(hold(&name, &variant).is_some());
    }
    // Where nearly all variants are invalid, only the validator would be tested.
    assert!(decoded > VARIANTS / 10, "{decoded} of {VARIANTS} decode");
    Ok(())
}

#[test]
fn seeds_run_to_an_end() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/decode");
    for (seed, expected) in [
        ("fused-record.wasm", Ok(1)),
        ("host-futures.wasm", Ok(2)),
        ("host-never.wasm", Ok(1)),
        ("host-slow.wasm", Ok(3)),
        ("host-streams.wasm", Ok(1)),
        ("host-subtasks.wasm", Ok(1)),
        (
            "module.wasm",
            Err("expected a component, given a core module"),
        ),
        ("resource.wasm", Ok(1)),
        ("scalar.wasm", Ok(1)),
        ("stream.wasm", Ok(1)),
        ("string.wasm", Ok(1)),
    ] {
        let ended = targets::decode(&std::fs::read(folder.join(seed))?);
        assert_eq!(ended, expected.map_err(str::to_owned), "{seed}");
    }
    Ok(())
}

/// The components of the upstream suite, in binary.
fn components() -> Result<Vec<Input>, Box<dyn Error>> {
    let mut components = Vec::new();
    for file in Corpus::new().suite("component-model")?.files {
        let script = Script::parse(&std::fs::read(&file.absolute)?)?;
        for directive in script.all_directives() {
            if let Command::Module { source, .. } | Command::Definition { source, .. } =
                &directive.command
                && let Ok(bytes) = &source.binary
            {
                let name = format!("{}:{}", file.path, directive.line);
                components.push((name, bytes.clone()));
            }
        }
    }
    Ok(components)
}

/// How many calls came to an end, if the input is a component. One that breaks a
/// promise is kept in a file.
fn hold(name: &str, bytes: &[u8]) -> Option<usize> {
    // The first input that takes more shows: there is no way back for the maximum.
    let before = ALLOCATOR.allocated();
    let outcome = std::panic::catch_unwind(|| targets::decode(bytes));
    let taken = ALLOCATOR.max_allocated().saturating_sub(before);
    match outcome {
        Ok(outcome) if taken <= BOUND => outcome.ok(),
        outcome => {
            let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("broken.wasm");
            let written = std::fs::write(&kept, bytes);
            let panicked = outcome.is_err();
            let kept = kept.display();
            panic!("{name}: panicked {panicked}, took {taken} bytes; kept in {kept}: {written:?}")
        }
    }
}

/// One to three changes, each of which flips a bit, overwrites, inserts or deletes
/// a few bytes.
fn variant(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=dice.below(3) {
        let at = dice.below(bytes.len() + 1);
        let end = bytes.len().min(at + dice.below(4));
        match dice.below(6) {
            0..=2 => {
                let bit = 1 << dice.below(8);
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= bit;
                }
            }
            3 => bytes[at..end].fill(dice.below(256) as u8),
            4 => drop(bytes.splice(at..at, [dice.below(256) as u8])),
            _ => drop(bytes.drain(at..end)),
        }
    }
    bytes
}
