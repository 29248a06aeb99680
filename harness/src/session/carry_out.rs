//! What each directive does.

use super::registry::{Culprit, Definition, Instance, Slot};
use super::{Failed, Session, harness_error, no_instance};
use crate::classify;
use crate::engine::{DefinitionId, Import, InstanceId, Reply, Sort};
use crate::outcome::{Outcome, Phase};
use crate::protocol::Operation;
use crate::script::{Action, Command, Invoke, Source};
use crate::signature::{Signatures, import_names};
use std::sync::Arc;
use std::sync::atomic::Ordering;

impl<'scope, 's: 'scope, 'w: 'scope> Session<'scope, 's, 'w> {
    pub(super) fn carry_out(
        &mut self,
        command: &Command,
        culprit: &Culprit,
    ) -> Result<Outcome, Failed> {
        match command {
            Command::Module { name, source } => {
                let definition = self.define(source);
                let name = name.as_deref();
                let bound = definition.as_ref().ok();
                self.registry.bind_definition(name, bound, culprit);
                let made = match definition {
                    Ok(_) if self.settings.validate_only => return Ok(Outcome::Accepted),
                    Ok(definition) => self.instantiate(&definition),
                    Err(failed) => Err(failed),
                };
                self.bind_made(name, made, culprit)
            }
            Command::Definition { name, source } => {
                let definition = self.define(source);
                let bound = definition.as_ref().ok();
                self.registry
                    .bind_definition(name.as_deref(), bound, culprit);
                definition.map(|_| Outcome::Accepted)
            }
            Command::Instance { name, definition } => {
                let made = self
                    .registry
                    .definition(definition.as_deref())
                    .and_then(|definition| self.instantiate(&definition));
                self.bind_made(name.as_deref(), made, culprit)
            }
            Command::Register { name, instance } => {
                let slot = self.registry.instance(instance.as_deref()).cloned();
                let slot = slot.ok_or_else(|| no_instance(instance.as_deref()))?;
                self.registry.register(name, slot.clone());
                let killer = match &slot {
                    Slot::There(instance) => self.registry.killer(instance.id).cloned(),
                    Slot::Missing(culprit) => Some(culprit.clone()),
                };
                match killer {
                    Some(culprit) => Err(Failed::Blocked(culprit)),
                    None => Ok(Outcome::Accepted),
                }
            }
            Command::Invoke(invoke) => self.invoke(invoke, culprit),
            Command::AssertExhaustion { invoke, .. } => self.invoke(invoke, culprit),
            Command::AssertReturn { action, .. }
            | Command::AssertTrap { action, .. }
            | Command::AssertException { action }
            | Command::AssertSuspension { action, .. } => self.act(action, culprit),
            Command::AssertMalformed { source, .. }
            | Command::AssertMalformedCustom { source, .. }
            | Command::AssertInvalid { source, .. }
            | Command::AssertInvalidCustom { source, .. } => {
                self.define(source).map(|_| Outcome::Accepted)
            }
            Command::AssertUnlinkable { source, .. } => self.instantiate_in_place(source),
            Command::Thread { .. } | Command::Wait { .. } => {
                Err(harness_error("threads are handled by the step".to_owned()))
            }
        }
    }

    fn act(&mut self, action: &Action, culprit: &Culprit) -> Result<Outcome, Failed> {
        match action {
            Action::Invoke(invoke) => self.invoke(invoke, culprit),
            Action::Instantiate(source) => self.instantiate_in_place(source),
            Action::Get { instance, name } => {
                let instance = self.use_instance(instance.as_deref())?;
                if let Some(signatures) = self.signatures(&instance.definition) {
                    signatures.check_get(name).map_err(harness_error)?;
                }
                let name = name.clone();
                let get = Operation::Get {
                    instance: instance.id,
                    name,
                };
                self.on_instance(&instance, get, culprit)
            }
        }
    }

    fn define(&mut self, source: &Source) -> Result<Arc<Definition>, Failed> {
        let bytes = source.binary.clone().map_err(|message| Outcome::Rejected {
            phase: Phase::Malformed,
            message,
        })?;
        let id = DefinitionId(self.next());
        let reply = self.call(Operation::Define {
            definition: id,
            sort: source.sort,
            bytes: bytes.clone(),
        })?;
        match reply {
            Reply::Accepted => Ok(Arc::new(Definition::new(
                id,
                source.sort,
                import_names(source.sort, &bytes),
                bytes,
            ))),
            Reply::Rejected { message } => {
                let wanting = classify::wanting(&bytes, self.settings.features, &self.missing);
                let feature = wanting.or_else(|| {
                    self.settings
                        .engine
                        .unsupported(&message)
                        .map(str::to_owned)
                });
                Err(match feature {
                    Some(feature) => Outcome::Unsupported { feature },
                    None => Outcome::Rejected {
                        phase: classify::phase(&bytes, self.settings.features),
                        message,
                    },
                }
                .into())
            }
            other => Err(self.outcome(other).into()),
        }
    }

    fn instantiate(&mut self, definition: &Arc<Definition>) -> Result<Arc<Instance>, Failed> {
        let mut imports = Vec::new();
        for name in &definition.imports {
            let Some(slot) = self.registry.import(definition.sort, name).cloned() else {
                continue;
            };
            imports.push(Import {
                name: name.clone(),
                instance: self.resolve(slot)?.id,
            });
        }
        let id = InstanceId(self.next());
        let reply = self.call(Operation::Instantiate {
            instance: id,
            definition: definition.id,
            imports,
        })?;
        match reply {
            Reply::Accepted => Ok(Arc::new(Instance {
                id,
                definition: Arc::clone(definition),
            })),
            Reply::Rejected { message } => Err(Outcome::Rejected {
                phase: Phase::Unlinkable,
                message,
            }
            .into()),
            other => Err(self.outcome(other).into()),
        }
    }

    /// Instantiates what a directive gives in place; no name comes to stand for
    /// it.
    fn instantiate_in_place(&mut self, source: &Source) -> Result<Outcome, Failed> {
        let definition = self.define(source)?;
        let instance = self.instantiate(&definition)?;
        self.forget(&instance);
        Ok(Outcome::Accepted)
    }

    fn invoke(&mut self, invoke: &Invoke, culprit: &Culprit) -> Result<Outcome, Failed> {
        let instance = self.use_instance(invoke.instance.as_deref())?;
        if let Some(signatures) = self.signatures(&instance.definition) {
            let checked = signatures.check_call(&invoke.name, &invoke.args);
            checked.map_err(harness_error)?;
        }
        let call = Operation::Invoke {
            instance: instance.id,
            name: invoke.name.clone(),
            args: invoke.args.clone(),
        };
        self.on_instance(&instance, call, culprit)
    }

    /// An operation on an instance, whose state is unknown if the worker does not
    /// survive it.
    fn on_instance(
        &mut self,
        instance: &Instance,
        operation: Operation,
        culprit: &Culprit,
    ) -> Result<Outcome, Failed> {
        let reply = self.call(operation);
        if self.broken {
            self.registry.kill(instance.id, culprit);
        }
        reply
            .map(|reply| self.outcome(reply))
            .map_err(Failed::Outcome)
    }

    fn use_instance(&mut self, name: Option<&str>) -> Result<Arc<Instance>, Failed> {
        let slot = self.registry.instance(name).cloned();
        self.resolve(slot.ok_or_else(|| no_instance(name))?)
    }

    pub(super) fn resolve(&mut self, slot: Slot) -> Result<Arc<Instance>, Failed> {
        match slot {
            Slot::There(instance) => match self.registry.killer(instance.id) {
                None => Ok(instance),
                Some(culprit) => Err(Failed::Blocked(culprit.clone())),
            },
            Slot::Missing(culprit) => Err(Failed::Blocked(culprit)),
        }
    }

    /// Binds an instance that was to be made, or the cause why it was not.
    fn bind_made(
        &mut self,
        name: Option<&str>,
        made: Result<Arc<Instance>, Failed>,
        culprit: &Culprit,
    ) -> Result<Outcome, Failed> {
        let (slot, result) = match made {
            Ok(instance) => (Slot::There(instance), Ok(Outcome::Accepted)),
            Err(failed) => (Slot::Missing(failed.cause(culprit)), Err(failed)),
        };
        self.bind_instance(name, slot);
        result
    }

    fn bind_instance(&mut self, name: Option<&str>, slot: Slot) {
        for replaced in self.registry.bind_instance(name, slot) {
            if let Some(unnamed) = Arc::into_inner(replaced) {
                self.forget(&unnamed);
            }
        }
    }

    /// Lets the engine drop a component instance that nothing names any more. If
    /// that goes wrong, the present directive is the one to tell. Core instances
    /// live in one store, whose end is the file's.
    fn forget(&mut self, instance: &Instance) {
        if instance.definition.sort == Sort::Component && !self.broken {
            let reach = self.reach;
            self.aftermath = match self.call(Operation::Drop {
                instance: instance.id,
            }) {
                Ok(Reply::Accepted) => None,
                Ok(other) => Some(self.outcome(other)),
                Err(outcome) => Some(outcome),
            };
            self.reach = reach;
        }
    }

    fn signatures<'d>(&self, definition: &'d Definition) -> Option<&'d Signatures> {
        definition.signatures(self.settings.features)
    }

    pub(super) fn next(&self) -> u32 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }
}
