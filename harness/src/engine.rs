//! What the runner needs of an engine.
//!
//! An engine knows nothing of scripts: it keeps definitions and instances under
//! numbers that the runner chose, and reports what it observed. It never says
//! pass or fail.

use crate::features::Features;
use crate::value::Value;
use serde::{Deserialize, Serialize};

/// Whether a definition is a core module or a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    /// A core module.
    Module,
    /// A component.
    Component,
}

/// The runner's number for a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DefinitionId(pub u32);

/// The runner's number for a root instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct InstanceId(pub u32);

/// Where an instance's imports of one name come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// The module name of core imports, or the name of a component's import.
    pub name: String,
    /// The instance whose exports are imported.
    pub instance: InstanceId,
}

/// Who an engine is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The name that the command line knows it by, such as `wasmtime-winch`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// How it is set up, for the run record.
    pub configuration: String,
}

/// What an engine observed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// The definition was accepted, the instance exists, the state was changed.
    Accepted,
    /// The call returned.
    Returned(Vec<Value>),
    /// The guest trapped.
    Trapped {
        /// The engine's native code of the trap, where it has one.
        code: Option<String>,
        /// The trap site of the spec, where the engine knows it.
        site: Option<String>,
        /// The engine's text.
        message: String,
    },
    /// The guest threw an exception that nothing caught.
    Threw,
    /// The guest suspended to a tag that nothing handled.
    Suspended,
    /// The guest ran out of stack or of another bounded resource.
    Exhausted {
        /// The engine's text.
        message: String,
    },
    /// The definition is malformed or invalid, or its imports do not match.
    Rejected {
        /// The engine's text.
        message: String,
    },
    /// The engine's API has no way to do this.
    Unsupported {
        /// The name of what is missing.
        feature: String,
    },
    /// The engine found a bug in itself.
    InternalBug {
        /// The engine's text.
        message: String,
    },
    /// The request makes no sense to the engine: an instance that it was never
    /// told of, an export that is not there.
    Misused {
        /// What is wrong with it.
        message: String,
    },
}

/// An engine, or one thread of it.
///
/// Any method may be called with an id that it does not know; it answers
/// [`Reply::Misused`].
pub trait Engine: Send {
    /// Who this is.
    fn identity(&self) -> Identity;

    /// Forgets all definitions and instances and takes on a set of features.
    ///
    /// Returns the names of those features that the engine does not have; it
    /// runs with the rest.
    fn reset(&mut self, features: &Features) -> Result<Vec<String>, String>;

    /// Validates and compiles `bytes`.
    fn define(&mut self, id: DefinitionId, sort: Sort, bytes: &[u8]) -> Reply;

    /// Makes a root instance. What `imports` does not name comes from the
    /// engine's host: `spectest` for core modules, [`host`](crate::host) for
    /// components.
    fn instantiate(
        &mut self,
        id: InstanceId,
        definition: DefinitionId,
        imports: &[Import],
    ) -> Reply;

    /// Calls an exported function. Arguments have been checked against its type.
    ///
    /// Ends when the call resolves; what happens in the background later
    /// belongs to the call that drives the store next.
    fn invoke(&mut self, instance: InstanceId, name: &str, args: &[Value]) -> Reply;

    /// Reads an exported global.
    fn get(&mut self, instance: InstanceId, name: &str) -> Reply;

    /// Forgets an instance.
    fn drop_instance(&mut self, instance: InstanceId);

    /// What of the spec was reached since this was last asked, if the engine can tell:
    /// `stream.read` is a canonical definition that was called, and
    /// `copy.wrong-kind@stream.read` a trap site that was hit in one. Sorted, and each
    /// once.
    fn reached(&mut self) -> Vec<String> {
        Vec::new()
    }

    /// Makes an engine for another thread, in which what can be shared of
    /// `shared` is known under the same number.
    fn fork(&mut self, shared: Option<InstanceId>) -> Result<Box<dyn Engine>, Reply>;
}
