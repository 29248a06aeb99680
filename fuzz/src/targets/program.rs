//! What the program of a fuzz target is: an entry for libFuzzer, or, built without it,
//! one that replays files and makes seeds.

use super::families::is_left_out;
use super::{case, mutation};
use crate::case::choices::{Choices, bytes};
use crate::target::Target;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

/// Of how many cases seeds are taken.
const TRIED: u64 = 300;

/// How many seeds are made.
const SEEDS: usize = 12;

/// The most bytes of a seed.
const LONGEST: usize = 768;

/// The program of a fuzz target that is a family of cases.
#[macro_export]
macro_rules! case_target {
    ($target:ident) => {
        #[cfg(fuzzing)]
        libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
            let _ = component_fuzz::targets::case(component_fuzz::target::Target::$target, bytes);
        });

        #[cfg(fuzzing)]
        libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
            component_fuzz::targets::mutation::mutate(
                component_fuzz::target::Target::$target,
                data,
                size,
                max_size,
                seed,
            )
        });

        #[cfg(fuzzing)]
        libfuzzer_sys::fuzz_crossover!(|data1: &[u8], data2: &[u8], out: &mut [u8], seed: u32| {
            component_fuzz::targets::mutation::splice(
                component_fuzz::target::Target::$target,
                data1,
                data2,
                out,
                seed,
            )
        });

        #[cfg(not(fuzzing))]
        fn main() -> std::io::Result<()> {
            component_fuzz::targets::program::main(component_fuzz::target::Target::$target)
        }
    };
}

/// Replays the files that it is given; `--seeds FOLDER` makes seeds instead.
///
/// # Errors
///
/// A file cannot be read or written.
pub fn main(target: Target) -> io::Result<()> {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    if let [option, folder] = arguments.as_slice()
        && option == "--seeds"
    {
        return seeds(target, Path::new(folder));
    }
    for path in arguments.into_iter().map(PathBuf::from) {
        let tried = case(target, &std::fs::read(&path)?);
        let agreed: u64 = tried.compared.iter().map(|compared| compared.agreed).sum();
        eprintln!("{}: {agreed} directives agree", path.display());
    }
    Ok(())
}

/// Writes the bytes of cases each of which covers much that those before do not; none of
/// one that is left out.
fn seeds(target: Target, folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut left: Vec<(Vec<u8>, BTreeSet<String>)> = (0..TRIED)
        .filter_map(|number| {
            let mut bytes = bytes(target.name(), 0, number);
            let choices = mutation::choices_of(target, &bytes);
            bytes.truncate(choices.last().map_or(0, |last| last.end).min(LONGEST));
            let case = target.case(&mut Choices::new(&bytes));
            (!is_left_out(&case)).then(|| (bytes, case.covered()))
        })
        .collect();
    let mut covered = BTreeSet::new();
    for number in 0..SEEDS {
        let news = |new: &BTreeSet<String>| new.difference(&covered).count();
        let Some(best) = (0..left.len()).max_by_key(|i| (news(&left[*i].1), usize::MAX - i)) else {
            break;
        };
        let (bytes, new) = left.swap_remove(best);
        std::fs::write(folder.join(format!("{number:02}")), bytes)?;
        covered.extend(new);
    }
    Ok(())
}
