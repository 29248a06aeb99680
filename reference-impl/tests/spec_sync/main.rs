//! This crate against the pinned text of the spec: what a new pin adds, moves or
//! changes fails here.
//!
//! `definitions.txt` has a row for each definition of `definitions.py`, in its order,
//! and `constants.txt` one for each constant: the file and the item that stand for it,
//! or why nothing does. `trap_sites.txt` is written by the test itself, with
//! `BLESS=1`.

mod anchors;
mod constants;
mod counterparts;
mod python;
mod tidy;
mod trap_sites;

use component_corpus::Corpus;
use std::error::Error;
use std::path::{Path, PathBuf};

type Outcome = Result<(), Box<dyn Error>>;

fn definitions() -> Result<String, Box<dyn Error>> {
    let spec = Corpus::new().spec()?;
    let path = spec.folder.join("canonical-abi/definitions.py");
    Ok(std::fs::read_to_string(path)?)
}

fn sources_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}
