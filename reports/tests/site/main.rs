//! The dashboard, as files and in a browser.

mod browser;
mod chromium;
mod devtools;
mod fixture;
mod pages;
mod sample;

use libtest_mimic::{Arguments, Trial};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut trials = browser::trials();
    for (name, test) in pages::TESTS {
        trials.push(Trial::test(format!("pages::{name}"), move || {
            test();
            Ok(())
        }));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
