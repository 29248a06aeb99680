//! The fuzz target `wast` for libFuzzer; built without it, a program that replays
//! the files it is given.

#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    component_fuzz::targets::wast(bytes);
});

#[cfg(not(fuzzing))]
fn main() -> std::io::Result<()> {
    for path in std::env::args_os().skip(1) {
        component_fuzz::targets::wast(&std::fs::read(path)?);
    }
    Ok(())
}
