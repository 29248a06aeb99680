//! What was observed when a directive was carried out.

use crate::traps::TrapClass;
use crate::value::Value;
use std::fmt;

/// What was observed, typed by phase and kind. Never pass or fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A definition was accepted, an instance came into being, a name was bound.
    Accepted,
    /// A call returned, or a global was read.
    Returned(Vec<Value>),
    /// The guest trapped.
    Trapped {
        /// The class; `None` where nothing maps the engine's code or text.
        class: Option<TrapClass>,
        /// The site in the spec, where the engine knows it.
        site: Option<String>,
        /// The engine's text.
        message: String,
    },
    /// The guest threw an exception that nothing caught.
    Threw,
    /// The guest suspended to a tag that nothing handled.
    Suspended,
    /// A bounded resource of the engine ran out.
    Exhausted {
        /// The engine's text.
        message: String,
    },
    /// A definition did not come into being.
    Rejected {
        /// Where on its way.
        phase: Phase,
        /// The text of whoever rejected it.
        message: String,
    },
    /// The engine has no way to do this.
    Unsupported {
        /// The name of what is missing.
        feature: String,
    },
    /// The engine found a bug in itself.
    InternalBug {
        /// The engine's text.
        message: String,
    },
    /// The worker process died or broke the protocol.
    Crashed {
        /// How: a signal, an exit code, a line that is no response.
        how: String,
    },
    /// It did not end in time.
    TimedOut,
    /// The harness could not carry the directive out.
    HarnessError {
        /// Why.
        message: String,
    },
}

/// Where a definition was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The text or the binary does not parse.
    Malformed,
    /// It parses and does not validate.
    Invalid,
    /// It validates and its imports do not match.
    Unlinkable,
}

impl Outcome {
    /// The kind, as records name it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Outcome::Accepted => "accepted",
            Outcome::Returned(_) => "returned",
            Outcome::Trapped { .. } => "trapped",
            Outcome::Threw => "threw",
            Outcome::Suspended => "suspended",
            Outcome::Exhausted { .. } => "exhausted",
            Outcome::Rejected { .. } => "rejected",
            Outcome::Unsupported { .. } => "unsupported",
            Outcome::InternalBug { .. } => "internal-bug",
            Outcome::Crashed { .. } => "crashed",
            Outcome::TimedOut => "timed-out",
            Outcome::HarnessError { .. } => "harness-error",
        }
    }

    /// The stored form.
    #[must_use]
    pub fn record(&self) -> component_reports::record::Outcome {
        let mut record = component_reports::record::Outcome {
            kind: self.kind().to_owned(),
            ..Default::default()
        };
        match self {
            Outcome::Accepted | Outcome::Threw | Outcome::Suspended | Outcome::TimedOut => {}
            Outcome::Returned(values) => {
                record.values = values.iter().map(Value::to_string).collect();
            }
            Outcome::Trapped {
                class,
                site,
                message,
            } => {
                record.class = class.map(|class| class.to_string());
                record.site.clone_from(site);
                record.message = Some(message.clone());
            }
            Outcome::Rejected { phase, message } => {
                record.phase = Some(phase.to_string());
                record.message = Some(message.clone());
            }
            Outcome::Unsupported { feature } => record.feature = Some(feature.clone()),
            Outcome::Exhausted { message }
            | Outcome::InternalBug { message }
            | Outcome::Crashed { how: message }
            | Outcome::HarnessError { message } => record.message = Some(message.clone()),
        }
        record
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Accepted => write!(f, "accepted"),
            Outcome::Returned(values) if values.is_empty() => write!(f, "returned nothing"),
            Outcome::Returned(values) => {
                write!(f, "returned")?;
                values.iter().try_for_each(|value| write!(f, " {value}"))
            }
            Outcome::Trapped { class, message, .. } => match class {
                Some(class) => write!(f, "trapped ({class}): {message}"),
                None => write!(f, "trapped (no class): {message}"),
            },
            Outcome::Threw => write!(f, "threw an exception"),
            Outcome::Suspended => write!(f, "suspended"),
            Outcome::Exhausted { message } => write!(f, "exhausted: {message}"),
            Outcome::Rejected { phase, message } => write!(f, "rejected as {phase}: {message}"),
            Outcome::Unsupported { feature } => write!(f, "unsupported: {feature}"),
            Outcome::InternalBug { message } => write!(f, "internal bug: {message}"),
            Outcome::Crashed { how } => write!(f, "crashed: {how}"),
            Outcome::TimedOut => write!(f, "timed out"),
            Outcome::HarnessError { message } => write!(f, "could not be carried out: {message}"),
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Phase::Malformed => "malformed",
            Phase::Invalid => "invalid",
            Phase::Unlinkable => "unlinkable",
        })
    }
}
