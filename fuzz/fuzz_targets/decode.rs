//! The fuzz target `decode` for libFuzzer; built without it, a program that replays
//! the files it is given.

#![cfg_attr(fuzzing, no_main)]

use component_fuzz::targets;

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = targets::decode(bytes);
});

#[cfg(not(fuzzing))]
fn main() -> std::io::Result<()> {
    for path in std::env::args_os().skip(1).map(std::path::PathBuf::from) {
        match targets::decode(&std::fs::read(&path)?) {
            Ok(calls) => eprintln!("{}: {calls} calls came to an end", path.display()),
            Err(error) => eprintln!("{}: no component: {error}", path.display()),
        }
    }
    Ok(())
}
