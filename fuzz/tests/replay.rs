//! Fuzz targets on known inputs and on a fixed set of variants of them, so that
//! every `cargo test` has some of what libFuzzer does.

use component_corpus::Corpus;
use component_fuzz::dice::Dice;
use component_fuzz::target::Target;
use component_fuzz::targets::{self, mutation};
use std::error::Error;
use std::path::{Path, PathBuf};

const VARIANTS: usize = 10_000;

/// Longer inputs are replayed, but not varied: they would take most of the time.
const LONGEST_VARIED: usize = 20_000;

/// An input and where it is from.
type Input = (PathBuf, Vec<u8>);

#[test]
fn seeds_do_what_they_are_for() -> Result<(), Box<dyn Error>> {
    let directives = |name: &str| {
        let path = seed_folder().join(name);
        let bytes = std::fs::read(path).map_err(|error| format!("{name}: {error}"))?;
        targets::wast(&bytes).map_err(|error| error.to_string())
    };
    for (seed, expected) in [
        ("bare-module.wast", 1),
        ("characters.wast", 3),
        ("comments.wast", 5),
        ("deep-comments.wast", 1),
        ("deep-expressions.wast", 1),
        ("line-ends.wast", 5),
        ("repeated.wast", 10),
        ("sources.wast", 16),
        ("threads.wast", 13),
        ("values.wast", 7),
    ] {
        assert_eq!(directives(seed), Ok(expected), "{seed}");
    }
    for (seed, expected) in [
        ("cut-off.wast", "unexpected end-of-file at 2:14"),
        ("deep-values.wast", "item nesting too deep at 2:1202"),
        ("empty.wast", "expected at least one module field at 1:1"),
        ("not-closed.wast", "unterminated block comment at 2:1"),
        ("not-utf-8.wast", "malformed UTF-8 encoding at 2:12"),
    ] {
        assert_eq!(directives(seed), Err(expected.to_owned()), "{seed}");
    }
    Ok(())
}

#[test]
fn wast_holds_on_seeds_suites_and_variants() -> Result<(), Box<dyn Error>> {
    let corpus = Corpus::new();
    let seeds = std::fs::read_dir(seed_folder())?;
    let mut paths = seeds
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<Vec<_>>>()?;
    paths.sort();
    for suite in ["component-model", "corpus"] {
        let files = corpus.suite(suite)?.files.into_iter();
        paths.extend(files.map(|file| file.absolute));
    }
    let inputs = paths
        .into_iter()
        .map(|path| Ok((path.clone(), std::fs::read(path)?)))
        .collect::<std::io::Result<Vec<Input>>>()?;
    let (scripts, others): (Vec<Input>, Vec<Input>) = inputs
        .into_iter()
        .partition(|(path, bytes)| hold(path, bytes));
    assert!(
        others
            .iter()
            .all(|(path, _)| path.starts_with(seed_folder()))
    );

    let varied = scripts.iter().filter(|(_, b)| b.len() <= LONGEST_VARIED);
    let varied: Vec<&Input> = varied.collect();
    let mut dice = Dice(0x5EED);
    let mut parsed = 0;
    for number in 0..VARIANTS {
        let (path, bytes) = varied[number % varied.len()];
        let (_, other) = dice.pick(&varied);
        let origin = format!("variant {number} of {}", path.display());
        parsed += usize::from(hold(Path::new(&origin), &variant(bytes, other, &mut dice)));
    }
    // Where nearly all variants are no scripts, only errors would be tested.
    assert!(parsed > VARIANTS / 6, "{parsed} of {VARIANTS} parse");
    Ok(())
}

/// The seeds of the families of cases, and a few mutations of each.
#[test]
fn families_hold_on_seeds_and_mutations() -> Result<(), Box<dyn Error>> {
    const MUTATIONS: u32 = 4;
    for target in Target::ALL {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("seeds")
            .join(target.name());
        let seeds = std::fs::read_dir(&folder)
            .map_err(|error| format!("{}: {error}", folder.display()))?
            .map(|entry| Ok(entry?.path()))
            .collect::<std::io::Result<Vec<_>>>()?;
        assert!(seeds.len() > 4, "{target} has seeds");
        let mut telling = 0;
        for path in &seeds {
            let bytes = std::fs::read(path)?;
            let tried = targets::case(target, &bytes);
            // A core module tells as much where all of its functions trap, and so does a
            // call that is to trap: it comes after a definition and an instance.
            let agrees = |least| {
                tried
                    .compared
                    .iter()
                    .any(|compared| compared.agreed > least)
            };
            let tells = match target {
                Target::Core => agrees(10),
                Target::AbiTraps => agrees(2),
                _ => tried.fertile,
            };
            telling += usize::from(tells);
            for seed in 0..MUTATIONS {
                let mut data = bytes.clone();
                data.resize(2 * bytes.len(), 0);
                let most = data.len();
                let size = mutation::mutate(target, &mut data, bytes.len(), most, seed);
                targets::case(target, &data[..size]);
            }
        }
        assert!(
            2 * telling > seeds.len(),
            "{telling} seeds of {target} tell something"
        );
    }
    Ok(())
}

/// Whether the input is a script. One that breaks a promise is kept in a file.
fn hold(origin: &Path, bytes: &[u8]) -> bool {
    std::panic::catch_unwind(|| targets::wast(bytes).is_ok()).unwrap_or_else(|_| {
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("broken.wast");
        let written = std::fs::write(&kept, bytes);
        panic!(
            "{}, kept in {}: {written:?}",
            origin.display(),
            kept.display()
        )
    })
}

/// One or two changes, each of which inserts a piece, deletes a few bytes, flips a
/// bit, or copies a few bytes from elsewhere.
fn variant(bytes: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    const PIECES: &[&str] = &[
        "(",
        ")",
        "()",
        ";;",
        "(;",
        ";)",
        "(;;)",
        "\"",
        "\\",
        "$",
        "@",
        "(@a)",
        "(@a ( \")\" ))",
        "\n",
        "\r",
        "\r\n",
        "\t",
        "\u{0}",
        "é",
        "€",
        "🦀",
        "\u{202e}",
        "$\"(\"",
        "\u{feff}",
        "-",
        "(module)",
        "(component)",
        "(thread $T (module) (invoke \"\"))",
        "(wait $T)",
        "9e99999",
        "(invoke \"f\")",
        "(shared (module $M))",
        "0xffffffffffffffffff",
        "nan:0x0",
        ";; )\r",
    ];
    let mut bytes = bytes.to_vec();
    for _ in 0..=dice.below(2) {
        let at = dice.below(bytes.len() + 1);
        let length = dice.below(12);
        match dice.below(5) {
            0 | 1 => drop(bytes.splice(at..at, dice.pick(PIECES).bytes())),
            2 => drop(bytes.drain(at..bytes.len().min(at + length))),
            3 => {
                let bit = 1 << dice.below(8);
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= bit;
                }
            }
            _ => {
                let from = dice.below(other.len() + 1);
                let copied = &other[from..other.len().min(from + 10 * length)];
                bytes.splice(at..at, copied.iter().copied());
            }
        }
    }
    bytes
}

fn seed_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/wast")
}
