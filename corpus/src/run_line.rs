//! The `;; RUN:` lines of wasm-tools' own tests.
//!
//! Its test suite runs such a line as a command; of that command, the features
//! and the syntax of indices concern us. Such as
//!
//! ```text
//! ;; RUN: wast --assert default --snapshot tests/snapshots % -f gc,cm-gc
//! ;; RUN[lenient]: WAST_STRICT_COMPONENT_INDICES=0 wast % --features=-exceptions
//! ```

use crate::Error;
use crate::features::{self, Base};
use std::collections::BTreeSet;
use std::path::Path;

/// What a `;; RUN:` line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunLine {
    /// What tells it from further lines of the same file.
    pub label: Option<String>,
    /// The features, sorted.
    pub features: Vec<String>,
    /// Whether the old index syntax of components is accepted.
    pub legacy_indices: bool,
}

/// Why a line cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// The file does not begin with a line that says how to run it.
    #[error("no `;; RUN:` line at the top of the file")]
    Absent,
    /// The line is no `;; RUN:` or `;; RUN[label]:`.
    #[error("`{0}` is neither `;; RUN: …` nor `;; RUN[label]: …`")]
    Shape(String),
    /// The command is not `wast`.
    #[error("the command is not `wast %`")]
    Command,
    /// A word that we do not know.
    #[error("unknown word `{0}`")]
    Word(String),
    /// An option at the end of the line.
    #[error("`{0}` lacks its value")]
    Value(String),
    /// A name that is no feature.
    #[error("unknown feature `{0}`")]
    Feature(String),
}

/// Reads one line; `None` if it is not about running the file. `base` holds the
/// features of a command that names none.
pub fn parse(line: &str, base: &[String]) -> Result<Option<RunLine>, Unreadable> {
    let shape = || Unreadable::Shape(line.to_owned());
    let Some(comment) = line.strip_prefix(";;") else {
        return Ok(None);
    };
    let comment = comment.trim_start();
    if comment.starts_with("FAIL:") || comment.starts_with("FAIL[") {
        return Err(shape());
    }
    let Some(rest) = comment.strip_prefix("RUN") else {
        return Ok(None);
    };
    let (label, command) = match rest.strip_prefix('[') {
        Some(rest) => {
            let (label, command) = rest.split_once("]:").ok_or_else(shape)?;
            (Some(label.to_owned()), command)
        }
        None => (None, rest.strip_prefix(':').ok_or_else(shape)?),
    };
    let mut words = command.split_whitespace().peekable();

    let mut legacy_indices = false;
    while let Some((variable, value)) = words.peek().and_then(|word| word.split_once('=')) {
        legacy_indices = match (variable, value) {
            ("WAST_STRICT_COMPONENT_INDICES", "0") => true,
            ("WAST_STRICT_COMPONENT_INDICES", "1") => false,
            _ => return Err(Unreadable::Word(format!("{variable}={value}"))),
        };
        words.next();
    }
    if words.next() != Some("wast") {
        return Err(Unreadable::Command);
    }

    let mut features: BTreeSet<String> = base.iter().cloned().collect();
    let mut files = 0;
    while let Some(word) = words.next() {
        let mut value = || {
            words
                .next()
                .ok_or_else(|| Unreadable::Value(word.to_owned()))
        };
        match word {
            "%" => files += 1,
            // Which checks of wasm-tools itself are made, and where its golden
            // files are.
            "--assert" | "--snapshot" => {
                value()?;
            }
            "-f" | "--features" => change(&mut features, value()?)?,
            _ => match word.strip_prefix("--features=") {
                Some(changes) => change(&mut features, changes)?,
                None => return Err(Unreadable::Word(word.to_owned())),
            },
        }
    }
    if files != 1 {
        return Err(Unreadable::Command);
    }
    Ok(Some(RunLine {
        label,
        features: features.into_iter().collect(),
        legacy_indices,
    }))
}

/// What the lines at the top of a file say. Of several, the one without a label
/// counts: a labelled one repeats the run with another syntax of the same text.
pub(crate) fn of_file(path: &Path, base: &[String]) -> Result<RunLine, Error> {
    let contents = std::fs::read(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })?;
    of_text(&String::from_utf8_lossy(&contents), base).map_err(|(line, reason)| Error::RunLine {
        path: path.to_owned(),
        line,
        reason,
    })
}

fn of_text(text: &str, base: &[String]) -> Result<RunLine, (usize, Unreadable)> {
    let mut found: Option<RunLine> = None;
    let top = text.lines().enumerate();
    for (index, line) in top.take_while(|(_, line)| line.starts_with(";;")) {
        match parse(line, base).map_err(|reason| (index + 1, reason))? {
            Some(run) if found.is_none() || run.label.is_none() => found = Some(run),
            _ => {}
        }
    }
    found.ok_or((1, Unreadable::Absent))
}

/// Applies a list such as `gc,-exceptions`, as wasm-tools' `-f` does.
fn change(features: &mut BTreeSet<String>, changes: &str) -> Result<(), Unreadable> {
    for change in changes
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
    {
        let base = match change {
            "wasm1" => Some(Base::Wasm1),
            "wasm2" => Some(Base::Wasm2),
            "wasm3" => Some(Base::Wasm3),
            _ => None,
        };
        if let Some(base) = base {
            *features = base.names().map(str::to_owned).collect();
            continue;
        }
        match (change, change.strip_prefix('-')) {
            ("all", _) => features.extend(features::all().map(str::to_owned)),
            ("-all", _) => features.clear(),
            (_, Some(name)) if features::all().any(|known| known == name) => {
                features.remove(name);
            }
            (name, None) if features::all().any(|known| known == name) => {
                features.insert(name.to_owned());
            }
            _ => return Err(Unreadable::Feature(change.to_owned())),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: [&str; 2] = ["exceptions", "gc"];

    fn base() -> Vec<String> {
        BASE.map(str::to_owned).to_vec()
    }

    /// The features of a command, as one string.
    fn features(command: &str) -> Result<String, Unreadable> {
        match parse(&format!(";; RUN: {command}"), &base())? {
            Some(run) => Ok(run.features.join(" ")),
            None => Err(Unreadable::Absent),
        }
    }

    #[test]
    fn each_order_of_words_that_occurs_is_read() {
        for (command, expected) in [
            (
                "wast --assert default --snapshot tests/snapshots %",
                "exceptions gc",
            ),
            (
                "wast --assert default --snapshot tests/snapshots % -f gc,cm-gc,cm-error-context",
                "cm-error-context cm-gc exceptions gc",
            ),
            (
                "wast % --assert default --snapshot tests/snapshots -f cm-map",
                "cm-map exceptions gc",
            ),
            (
                "wast --assert default --snapshot tests/snapshots -f cm64 %",
                "cm64 exceptions gc",
            ),
            (
                "wast --features=-exceptions --assert default --snapshot tests/snapshots %",
                "gc",
            ),
            (
                "WAST_STRICT_COMPONENT_INDICES=0 wast % -f cm-async",
                "cm-async exceptions gc",
            ),
            (
                "wast % -f wasm1,simd",
                "floats gc-types mutable-global simd",
            ),
            ("wast % -f -all,gc", "gc"),
        ] {
            assert_eq!(features(command).as_deref(), Ok(expected), "{command}");
        }
    }

    #[test]
    fn all_features_are_all_names() {
        let expected = features::all().count();
        let names = features("wast % -f all");
        assert_eq!(names.map(|names| names.split(' ').count()), Ok(expected));
    }

    #[test]
    fn the_environment_asks_for_old_indices() {
        for (line, label, legacy_indices) in [
            (";; RUN: wast %", None, false),
            (
                ";; RUN: WAST_STRICT_COMPONENT_INDICES=1 wast %",
                None,
                false,
            ),
            (";; RUN: WAST_STRICT_COMPONENT_INDICES=0 wast %", None, true),
            (
                ";; RUN[lenient]: WAST_STRICT_COMPONENT_INDICES=0 wast %",
                Some("lenient".to_owned()),
                true,
            ),
        ] {
            let expected = RunLine {
                label,
                features: base(),
                legacy_indices,
            };
            assert_eq!(parse(line, &base()), Ok(Some(expected)), "{line}");
        }
    }

    #[test]
    fn other_lines_are_passed_over() {
        for line in ["", "(module)", ";; a comment", "; RUN: wast %"] {
            assert_eq!(parse(line, &base()), Ok(None), "{line}");
        }
    }

    #[test]
    fn each_unreadable_line_says_why() {
        for (line, reason) in [
            (
                ";; RUN wast %",
                "`;; RUN wast %` is neither `;; RUN: …` nor `;; RUN[label]: …`",
            ),
            (
                ";; RUN[x: wast %",
                "`;; RUN[x: wast %` is neither `;; RUN: …` nor `;; RUN[label]: …`",
            ),
            (
                ";; FAIL: wast %",
                "`;; FAIL: wast %` is neither `;; RUN: …` nor `;; RUN[label]: …`",
            ),
            (";; RUN: parse % -o x", "the command is not `wast %`"),
            (";; RUN: wast", "the command is not `wast %`"),
            (";; RUN: wast % | print", "unknown word `|`"),
            (";; RUN: RUST_LOG=1 wast %", "unknown word `RUST_LOG=1`"),
            (";; RUN: wast % --quick", "unknown word `--quick`"),
            (";; RUN: wast % -f", "`-f` lacks its value"),
            (";; RUN: wast % -f gc,nope", "unknown feature `nope`"),
            (";; RUN: wast % -f -nope", "unknown feature `-nope`"),
        ] {
            let message = parse(line, &base()).map_err(|error| error.to_string());
            assert_eq!(message, Err(reason.to_owned()), "{line}");
        }
    }

    #[test]
    fn the_line_without_a_label_counts() {
        let text = ";; RUN[old]: WAST_STRICT_COMPONENT_INDICES=0 wast %\n;; RUN: wast % -f cm-gc\n";
        let run = of_text(text, &base());
        assert_eq!(
            run.map(|run| (run.label, run.legacy_indices)),
            Ok((None, false))
        );
    }

    #[test]
    fn only_the_top_of_a_file_is_read() {
        let text = "(module)\n;; RUN: wast %";
        assert_eq!(of_text(text, &base()), Err((1, Unreadable::Absent)));
        let text = ";; about\n;; RUN: wasm %";
        assert_eq!(of_text(text, &base()), Err((2, Unreadable::Command)));
    }
}
