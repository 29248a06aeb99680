//! Findings, and the folders that they are kept in.

use crate::engine::Seen;
use crate::oracle::Mismatch;
use crate::render::Step;
use crate::replay::sealed;
use crate::target::Subject;
use crate::trial::Bench;
use component_harness::outcome::Outcome;
use component_harness::script::Script;
use component_harness::session::Judged;
use component_harness::traps::SuiteTable;
use sha2::{Digest, Sha256};
use std::fmt::{Display, Write};
use std::path::{Path, PathBuf};
use toml_edit::DocumentMut;

/// A broken promise, with the smallest case found that breaks it.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What tells it from others: twelve hexadecimal digits.
    pub fingerprint: String,
    /// What is wrong, in a line.
    pub key: String,
    /// What kind of case it is.
    pub shape: String,
    /// Why it is no news, if it is none.
    pub known: Option<String>,
    /// The script, with what the reference does as its assertions.
    script: String,
    /// The rest, as TOML.
    meta: String,
    /// The case, as JSON.
    seed: String,
}

/// A file of a finding or of a campaign that cannot be written or read.
#[derive(Debug, thiserror::Error)]
#[error("{}: {message}", path.display())]
pub struct WriteError {
    path: PathBuf,
    message: String,
}

impl WriteError {
    /// For the file at `path`.
    pub fn new(path: &Path, error: &dyn Display) -> Self {
        WriteError {
            path: path.to_owned(),
            message: error.to_string(),
        }
    }
}

impl Finding {
    /// The finding of a mismatch in a case; `origin` says how the case came about.
    pub(crate) fn new(
        bench: &mut Bench<'_>,
        case: &Subject,
        mismatch: &Mismatch,
        origin: &str,
    ) -> Finding {
        let (key, shape) = (mismatch.key(), case.shape());
        let digest = Sha256::digest(format!("{key}\n{shape}"));
        let fingerprint = digest.iter().take(6).fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        let mut meta = DocumentMut::new();
        for (name, text) in [
            ("fingerprint", fingerprint.as_str()),
            ("engine", &mismatch.engine),
            ("oracle", &mismatch.oracle.to_string()),
            ("step", mismatch.step),
            ("flaw", mismatch.flaw.unwrap_or_default()),
            ("expected", &mismatch.expected),
            ("observed", &mismatch.observed),
            ("detail", &mismatch.detail),
            ("known", mismatch.known.as_deref().unwrap_or_default()),
            ("shape", &shape),
            ("origin", origin),
            (
                "reproduce",
                &format!(
                    "cargo run --release -- run --engine {} --suite finding=case.wast",
                    mismatch.engine
                ),
            ),
        ] {
            if !text.is_empty() {
                meta[name] = toml_edit::value(text);
            }
        }
        Finding {
            script: format!(";; {key}\n;; {shape}\n{}", judged(bench, case)),
            meta: meta.to_string(),
            // A case has no maps with keys that are no strings.
            seed: sealed(case).unwrap_or_default(),
            known: mismatch.known.clone(),
            fingerprint,
            key,
            shape,
        }
    }

    /// Writes it into a folder of its own within `folder`.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), WriteError> {
        let folder = folder.join(&self.fingerprint);
        std::fs::create_dir_all(&folder).map_err(|error| WriteError::new(&folder, &error))?;
        for (name, text) in [
            ("case.wast", &self.script),
            ("meta.toml", &self.meta),
            ("seed", &self.seed),
        ] {
            let path = folder.join(name);
            std::fs::write(&path, text).map_err(|error| WriteError::new(&path, &error))?;
        }
        Ok(())
    }
}

/// The script of a case with what the reference does as its assertions, so that any
/// runner can judge an engine by it. After a trap in an instance, nothing more is asked
/// of it.
fn judged(bench: &mut Bench<'_>, case: &Subject) -> String {
    let rendered = case.render();
    let Ok(script) = Script::parse(rendered.text.as_bytes()) else {
        return rendered.text;
    };
    let observed = bench.reference(&script);
    let mut text = String::new();
    let mut locked = false;
    for (step, observed) in rendered.steps.iter().zip(&observed) {
        let directive = &rendered.text[observed.span.clone()];
        locked &= *step != Step::Instantiate;
        if !locked {
            text += &asserted(directive, observed);
            text.push('\n');
        }
        locked |= match &observed.result {
            Judged::Done(outcome, _) => rendered.locked_by(outcome),
            _ => false,
        };
    }
    text
}

fn asserted(directive: &str, observed: &Seen) -> String {
    if !directive.starts_with("(invoke") {
        return directive.to_owned();
    }
    match &observed.result {
        Judged::Done(Outcome::Returned(values), _) => {
            let values: String = values.iter().map(|value| format!(" {value}")).collect();
            format!("(assert_return {directive}{values})")
        }
        Judged::Done(
            Outcome::Trapped {
                class: Some(class), ..
            },
            _,
        ) => {
            let table = SuiteTable::common().unwrap_or_default();
            let name = class.to_string();
            let text = table.text(*class).unwrap_or(&name);
            format!("(assert_trap {directive} {text:?})")
        }
        _ => directive.to_owned(),
    }
}
