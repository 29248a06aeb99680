//! `conform list` and `conform engines`.

use crate::args::List;
use crate::{EXPECTED, plan};
use component_corpus::Corpus;
use component_harness::run::load::load;
use component_reports::visible::visible_line;
use std::io::Write;

pub(crate) fn list(arguments: &List) -> anyhow::Result<u8> {
    let corpus = Corpus::new();
    let mut out = std::io::stdout().lock();
    if arguments.suites.is_empty() {
        for name in Corpus::names() {
            let suite = corpus.suite(name)?;
            writeln!(
                out,
                "{name}\t{} files\t{}",
                suite.files.len(),
                suite.root.display()
            )?;
        }
        return Ok(EXPECTED);
    }
    let parser = plan::legacy_parser()?;
    for text in &arguments.suites {
        let suite = plan::suite(&corpus, text)?;
        for file in &suite.files {
            let id = visible_line(&format!("{}/{}", suite.name, file.path));
            if !arguments.directives {
                writeln!(out, "{id}")?;
                continue;
            }
            match load(file, &parser)?.script {
                Ok(script) => {
                    for directive in script.all_directives() {
                        let keyword = directive.command.keyword();
                        writeln!(out, "{id}:{}\t{keyword}", directive.line)?;
                    }
                }
                Err(error) => {
                    writeln!(out, "{id}\t{}", visible_line(&error.to_string()))?;
                }
            }
        }
    }
    Ok(EXPECTED)
}

pub(crate) fn engines() -> anyhow::Result<u8> {
    let mut out = std::io::stdout().lock();
    for engine in plan::known(0)? {
        match engine.worker {
            Ok(_) => writeln!(out, "{}\tavailable", engine.name)?,
            Err(why) => writeln!(out, "{}\tunavailable: {why}", engine.name)?,
        }
    }
    Ok(EXPECTED)
}
