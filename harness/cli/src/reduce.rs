//! `conform reduce`.

use crate::args::Reduce;
use crate::fuzz::setup;
use crate::{EXPECTED, UNEXPECTED};
use component_fuzz::replay;
use component_harness::engines;
use component_reports::visible::visible_line;
use std::io::Write;

pub(crate) fn reduce(arguments: &Reduce) -> anyhow::Result<u8> {
    let case = replay::read(&match arguments.file.is_dir() {
        true => arguments.file.join("seed"),
        false => match arguments.file.extension().is_some_and(|e| e == "wast") {
            // The script of a finding lies beside its seed.
            true => arguments.file.with_file_name("seed"),
            false => arguments.file.clone(),
        },
    })?;
    let names = match arguments.engines.as_slice() {
        [] => vec![engines::DEFAULT.to_owned()],
        names => names.to_vec(),
    };
    let others = names.iter().filter(|name| *name != engines::REFERENCE);
    let others = others.map(|name| setup(name, arguments.timeout, arguments.memory));
    let others = others.collect::<anyhow::Result<Vec<_>>>()?;
    let reference = setup(engines::REFERENCE, arguments.timeout, arguments.memory)?;
    let findings = replay::reduce_case(&case, &reference, &others, &arguments.findings)?;
    let mut out = anstream::stdout().lock();
    for finding in &findings {
        let folder = arguments.findings.join(&finding.fingerprint);
        writeln!(out, "{}: {}", folder.display(), visible_line(&finding.key))?;
        writeln!(out, "    {}", visible_line(&finding.shape))?;
    }
    if findings.is_empty() {
        writeln!(out, "the engines agree on it")?;
    }
    Ok(match findings.is_empty() {
        true => EXPECTED,
        false => UNEXPECTED,
    })
}
