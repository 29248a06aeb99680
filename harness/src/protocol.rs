//! The worker protocol: JSON lines over standard input and output.
//!
//! A worker first writes one [`Hello`]. Then it reads [`Request`]s and answers
//! each with one [`Response`] of the same `id`. Requests of one `thread` are
//! carried out in order; requests of different threads may run side by side and
//! be answered in any order. At the end of its input a worker exits. Standard
//! error is free text.
//!
//! An engine that is not written in Rust joins by speaking this protocol;
//! `harness/PROTOCOL.md` describes it with examples.

use crate::engine::{DefinitionId, Identity, Import, InstanceId, Reply, Sort};
use crate::features::Features;
use crate::value::Value;
use serde::{Deserialize, Serialize};

/// The version of the protocol.
pub const VERSION: u32 = 1;

/// The first line that a worker writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The version of the protocol that the worker speaks.
    pub protocol: u32,
    /// The engine behind it.
    #[serde(flatten)]
    pub identity: Identity,
}

/// One line to a worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The number that the response repeats.
    pub id: u64,
    /// The thread that carries it out; the main one is 0.
    #[serde(default)]
    pub thread: u32,
    /// What to do.
    #[serde(flatten)]
    pub operation: Operation,
}

/// What a worker is asked to do; see [`Engine`](crate::engine::Engine).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "kebab-case")]
pub enum Operation {
    /// [`Engine::reset`](crate::engine::Engine::reset); ends all other threads.
    Reset {
        /// The features from now on.
        features: Features,
    },
    /// [`Engine::define`](crate::engine::Engine::define).
    Define {
        /// Its number.
        definition: DefinitionId,
        /// Core module or component.
        sort: Sort,
        /// The binary.
        #[serde(with = "base64_bytes")]
        bytes: Vec<u8>,
    },
    /// [`Engine::instantiate`](crate::engine::Engine::instantiate).
    Instantiate {
        /// Its number.
        instance: InstanceId,
        /// What to instantiate.
        definition: DefinitionId,
        /// Where imports come from.
        imports: Vec<Import>,
    },
    /// [`Engine::invoke`](crate::engine::Engine::invoke).
    Invoke {
        /// The instance.
        instance: InstanceId,
        /// The export.
        name: String,
        /// The arguments.
        args: Vec<Value>,
    },
    /// [`Engine::get`](crate::engine::Engine::get).
    Get {
        /// The instance.
        instance: InstanceId,
        /// The export.
        name: String,
    },
    /// [`Engine::drop_instance`](crate::engine::Engine::drop_instance).
    Drop {
        /// The instance.
        instance: InstanceId,
    },
    /// [`Engine::fork`](crate::engine::Engine::fork).
    Fork {
        /// The number of the new thread.
        child: u32,
        /// The instance to share.
        shared: Option<InstanceId>,
    },
}

impl Operation {
    /// Whether a reply is one to this operation: a definition returns no values,
    /// and a call is not merely accepted.
    #[must_use]
    pub fn admits(&self, reply: &Reply) -> bool {
        use Operation as O;
        match reply {
            Reply::Accepted => !matches!(self, O::Reset { .. } | O::Invoke { .. } | O::Get { .. }),
            Reply::Returned(_) => matches!(self, O::Invoke { .. } | O::Get { .. }),
            Reply::Trapped { .. } | Reply::Threw | Reply::Suspended => {
                matches!(self, O::Instantiate { .. } | O::Invoke { .. })
            }
            Reply::Rejected { .. } => matches!(self, O::Define { .. } | O::Instantiate { .. }),
            Reply::Exhausted { .. }
            | Reply::Unsupported { .. }
            | Reply::InternalBug { .. }
            | Reply::Misused { .. } => true,
        }
    }
}

/// One line from a worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// The number of the request.
    pub id: u64,
    /// What happened.
    #[serde(flatten)]
    pub answer: Answer,
    /// What of the spec the request has reached, if the engine can tell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reached: Vec<String>,
}

/// What a worker answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// To [`Operation::Reset`]: the features that the engine does not have.
    Missing(Vec<String>),
    /// To all else.
    Reply(Reply),
}

mod base64_bytes {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<u8>, D::Error> {
        STANDARD
            .decode(String::deserialize(d)?)
            .map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests;
