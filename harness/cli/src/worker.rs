//! The processes that a run starts: `conform worker`, `conform parse`.

use anyhow::{Context as _, anyhow};
use component_fuzz::faulty;
use component_harness::run::load;
use component_harness::{engines, worker};
use std::path::Path;

pub(crate) fn serve(engine: &str, memory_mib: u64, seed: Option<u64>) -> anyhow::Result<u8> {
    let fault = engine.strip_prefix(faulty::PREFIX);
    let fault = fault.map(faulty::named).transpose()?;
    let engine = match (fault.as_ref().and_then(faulty::engine), seed) {
        (Some(engine), _) => engine,
        // The one that has seeds.
        (None, Some(_)) => engines::reference(seed),
        (None, None) => engines::in_tree(engine)
            .ok_or_else(|| anyhow!("this program contains no engine `{engine}`"))?
            .map_err(|error| anyhow!("{error}"))?,
    };
    worker::bound_memory(memory_mib).context("the memory of the worker cannot be bounded")?;
    worker::serve(engine)?;
    Ok(crate::EXPECTED)
}

pub(crate) fn parse(path: &Path) -> anyhow::Result<u8> {
    load::parse_to_stdout(path).with_context(|| path.display().to_string())?;
    Ok(crate::EXPECTED)
}
