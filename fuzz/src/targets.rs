//! One function per fuzz target, and one for all that are families of cases. Each
//! panics where a promise is broken.

mod decode;
mod families;
pub mod mutation;
pub mod program;

pub use decode::{decode, limits};
pub use families::case;

use component_harness::script::{Command, Directive, Script, ScriptError};
use std::collections::HashSet;
use std::ops::Range;

/// Bytes to the script parser: it must not panic, and what it tells about the
/// place and the identity of directives must be true.
///
/// Returns the number of directives, or why the bytes are no script.
pub fn wast(bytes: &[u8]) -> Result<usize, ScriptError> {
    let parsed = Script::parse(bytes);
    let again = Script::parse(bytes);
    assert_eq!(
        format!("{parsed:?}"),
        format!("{again:?}"),
        "the second parse differs"
    );
    let script = match parsed {
        Ok(script) => script,
        Err(error) => {
            let lines = bytes.split(|byte| *byte == b'\n').count();
            assert!(
                (1..=lines).contains(&error.line) && error.column > 0,
                "{error} is outside of the text"
            );
            return Err(error);
        }
    };
    assert_eq!(script.text.as_bytes(), bytes, "the text is another one");
    places(&script.text, &script.directives, &(0..script.text.len()));
    let all = script.all_directives();
    let mut keys = HashSet::new();
    for directive in &all {
        let key = (directive.hash.as_str(), directive.occurrence);
        assert!(keys.insert(key), "{key:?} is the key of two directives");
    }
    Ok(all.len())
}

/// Directives lie in their surroundings, in order, and do not overlap; the text of
/// each is that directive.
fn places(text: &str, directives: &[Directive], around: &Range<usize>) {
    let mut end = around.start;
    for directive in directives {
        let span = &directive.span;
        assert!(
            end <= span.start && span.start <= span.end && span.end <= around.end,
            "{span:?} after {end} in {around:?}"
        );
        end = span.end;
        let Some(own) = text.get(span.clone()) else {
            panic!("{span:?} splits a character");
        };
        let before = text[..span.start].matches('\n').count();
        assert_eq!(directive.line, before + 1, "the line of {own:?}");
        alone(directive, own);
        if let Command::Thread { directives, .. } = &directive.command {
            places(text, directives, span);
        }
    }
}

/// The text of a directive, as a script of its own, says the same.
fn alone(directive: &Directive, own: &str) {
    // The `wast` crate takes a script for the fields of a module unless it begins
    // with one of these.
    let recognized = ["assert_", "component", "invoke", "module", "register"];
    let keyword = directive.command.keyword();
    if !recognized.iter().any(|start| keyword.starts_with(start)) {
        return;
    }
    let script = match Script::parse(own.as_bytes()) {
        Ok(script) => script,
        Err(error) => panic!("{error} in the directive {own:?}"),
    };
    let [only] = &script.directives[..] else {
        panic!("{} directives in {own:?}", script.directives.len());
    };
    assert_eq!(
        format!("{:?}", only.command),
        format!("{:?}", directive.command),
        "{own:?} alone"
    );
}
