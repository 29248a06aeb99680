//! Scripts: parsed `.wast` files.
//!
//! Parsing is complete and owned: every module text is encoded here, and a text
//! that does not encode is kept as the error it gave, so that a directive that
//! wants it malformed can be judged and one that does not fails alone.

mod convert;
mod layout;
mod needs;

use crate::engine::Sort;
use crate::value::{Hierarchy, Value};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::ops::Range;
use wast::lexer::Lexer;
use wast::parser::{self, ParseBuffer};

/// A parsed script.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Script {
    /// The text of the file.
    pub text: String,
    /// Its directives, in order.
    pub directives: Vec<Directive>,
}

/// One directive.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Directive {
    /// The line that it begins on, from 1.
    pub line: usize,
    /// Its bytes within the text, parentheses included.
    pub span: Range<usize>,
    /// The first 8 hexadecimal digits of SHA-256 over its text.
    pub hash: String,
    /// How many directives of the file with the same text come before it.
    pub occurrence: usize,
    /// What it says.
    pub command: Command,
}

/// What a directive says: the 17 kinds of the `wast` crate.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Command {
    /// `(module …)`, `(component …)`: define and instantiate.
    Module {
        /// The name of both the definition and the instance.
        name: Option<String>,
        /// The definition.
        source: Source,
    },
    /// `(module definition …)`.
    Definition {
        /// Its name.
        name: Option<String>,
        /// The definition.
        source: Source,
    },
    /// `(module instance $I $D)`.
    Instance {
        /// The name of the instance.
        name: Option<String>,
        /// The name of the definition; the latest one if it is left out.
        definition: Option<String>,
    },
    /// `(register "name" $I)`.
    Register {
        /// The name that imports use.
        name: String,
        /// The instance; the current one if it is left out.
        instance: Option<String>,
    },
    /// `(invoke …)` on its own.
    Invoke(Invoke),
    /// `(assert_return …)`.
    AssertReturn {
        /// What to do.
        action: Action,
        /// What it returns.
        expected: Vec<Pattern>,
    },
    /// `(assert_trap …)`.
    AssertTrap {
        /// What to do.
        action: Action,
        /// The text of the trap.
        text: String,
    },
    /// `(assert_exhaustion …)`.
    AssertExhaustion {
        /// What to call.
        invoke: Invoke,
        /// The text.
        text: String,
    },
    /// `(assert_exception …)`.
    AssertException {
        /// What to do.
        action: Action,
    },
    /// `(assert_suspension …)`.
    AssertSuspension {
        /// What to do.
        action: Action,
        /// The text.
        text: String,
    },
    /// `(assert_malformed …)`.
    AssertMalformed {
        /// The definition.
        source: Source,
        /// The text of the rejection.
        text: String,
    },
    /// `(assert_malformed_custom …)`.
    AssertMalformedCustom {
        /// The definition.
        source: Source,
        /// The text of the rejection.
        text: String,
    },
    /// `(assert_invalid …)`.
    AssertInvalid {
        /// The definition.
        source: Source,
        /// The text of the rejection.
        text: String,
    },
    /// `(assert_invalid_custom …)`.
    AssertInvalidCustom {
        /// The definition.
        source: Source,
        /// The text of the rejection.
        text: String,
    },
    /// `(assert_unlinkable …)`.
    AssertUnlinkable {
        /// The definition.
        source: Source,
        /// The text of the rejection.
        text: String,
    },
    /// `(thread $T …)`.
    Thread {
        /// Its name.
        name: String,
        /// The instance that it shares with the thread that starts it.
        shared: Option<String>,
        /// What it does.
        directives: Vec<Directive>,
    },
    /// `(wait $T)`.
    Wait {
        /// The thread.
        thread: String,
    },
}

/// Something that has a result.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Action {
    /// A call.
    Invoke(Invoke),
    /// An exported global.
    Get {
        /// The instance; the current one if it is left out.
        instance: Option<String>,
        /// The export.
        name: String,
    },
    /// The instantiation of a definition given in place.
    Instantiate(Source),
}

/// A call of an exported function.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Invoke {
    /// The instance; the current one if it is left out.
    pub instance: Option<String>,
    /// The export.
    pub name: String,
    /// The arguments.
    pub args: Vec<Value>,
}

/// A core module or component as a script gives it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Source {
    /// Which of the two.
    pub sort: Sort,
    /// Its binary, or why its text has none.
    pub binary: Result<Vec<u8>, String>,
}

/// What a result is compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pattern {
    /// This value.
    Value(Value),
    /// An `f32`.
    F32(FloatPattern<u32>),
    /// An `f64`.
    F64(FloatPattern<u64>),
    /// A `v128` of four `f32`s.
    F32x4([FloatPattern<u32>; 4]),
    /// A `v128` of two `f64`s.
    F64x2([FloatPattern<u64>; 2]),
    /// A null reference, of one hierarchy or of any.
    RefNull(Option<Hierarchy>),
    /// A non-null reference.
    Ref(RefPattern),
    /// One of several.
    Either(Vec<Pattern>),
}

/// The classes of non-null references that a script can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefPattern {
    /// `(ref.func)`.
    Func,
    /// `(ref.extern)`.
    Extern,
    /// `(ref.any)`.
    Any,
    /// `(ref.eq)`.
    Eq,
    /// `(ref.array)`.
    Array,
    /// `(ref.struct)`.
    Struct,
    /// `(ref.i31)`.
    I31,
}

/// A float, by bits or by class of NaN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FloatPattern<Bits> {
    /// `nan:canonical`.
    CanonicalNan,
    /// `nan:arithmetic`.
    ArithmeticNan,
    /// These bits.
    Bits(Bits),
}

/// A file that is no script.
#[derive(Clone, Debug, Serialize, Deserialize, thiserror::Error)]
#[error("{message} at {line}:{column}")]
pub struct ScriptError {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// What is wrong there.
    pub message: String,
}

impl Script {
    /// Parses the bytes of a file.
    pub fn parse(bytes: &[u8]) -> Result<Script, ScriptError> {
        let text = str::from_utf8(bytes).map_err(|error| {
            let valid = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            error_at(&valid, valid.len(), "malformed UTF-8 encoding".to_owned())
        })?;
        let locate = |error: wast::Error| error_at(text, error.span().offset(), error.message());
        let mut lexer = Lexer::new(text);
        lexer.allow_confusing_unicode(true);
        let buffer = ParseBuffer::new_with_lexer(lexer).map_err(locate)?;
        let ast = parser::parse::<wast::Wast<'_>>(&buffer).map_err(locate)?;
        let directives = convert::script(text, ast.directives)
            .map_err(|(offset, message)| error_at(text, offset, message))?;
        Ok(Script {
            text: text.to_owned(),
            directives,
        })
    }

    /// The directives and, within threads, theirs, in the order of the text.
    pub fn all_directives(&self) -> Vec<&Directive> {
        fn walk<'a>(directives: &'a [Directive], all: &mut Vec<&'a Directive>) {
            for directive in directives {
                all.push(directive);
                if let Command::Thread { directives, .. } = &directive.command {
                    walk(directives, all);
                }
            }
        }
        let mut all = Vec::new();
        walk(&self.directives, &mut all);
        all
    }
}

impl Command {
    /// The keyword, for reports: `assert_return`, `component`, `module instance`.
    #[must_use]
    pub fn keyword(&self) -> &'static str {
        match self {
            Command::Module { source, .. } => match source.sort {
                Sort::Module => "module",
                Sort::Component => "component",
            },
            Command::Definition { source, .. } => match source.sort {
                Sort::Module => "module definition",
                Sort::Component => "component definition",
            },
            Command::Instance { .. } => "instance",
            Command::Register { .. } => "register",
            Command::Invoke(_) => "invoke",
            Command::AssertReturn { .. } => "assert_return",
            Command::AssertTrap { .. } => "assert_trap",
            Command::AssertExhaustion { .. } => "assert_exhaustion",
            Command::AssertException { .. } => "assert_exception",
            Command::AssertSuspension { .. } => "assert_suspension",
            Command::AssertMalformed { .. } => "assert_malformed",
            Command::AssertMalformedCustom { .. } => "assert_malformed_custom",
            Command::AssertInvalid { .. } => "assert_invalid",
            Command::AssertInvalidCustom { .. } => "assert_invalid_custom",
            Command::AssertUnlinkable { .. } => "assert_unlinkable",
            Command::Thread { .. } => "thread",
            Command::Wait { .. } => "wait",
        }
    }
}

/// The part of a directive's key that its text gives: the first 8 hexadecimal
/// digits of SHA-256.
#[must_use]
pub fn text_hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest[..4]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn error_at(text: &str, offset: usize, message: String) -> ScriptError {
    let (line, column) = wast::token::Span::from_offset(offset).linecol_in(text);
    ScriptError {
        line: line + 1,
        column: column + 1,
        message,
    }
}

#[cfg(test)]
mod tests;
