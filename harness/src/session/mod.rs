//! Carrying out the directives of one script on one engine.
//!
//! The session holds the registries, says what each directive depends on, and
//! survives the death of its worker: a new one is brought to where the old one
//! was by repeating all that was answered, and only what depended on the fatal
//! directive is blocked.

mod registry;
mod thread;

use crate::classify;
use crate::engine::{DefinitionId, Import, InstanceId, Reply, Sort};
use crate::features::Features;
use crate::judge::{Assertion, Verdict, judge};
use crate::outcome::{Outcome, Phase};
use crate::protocol::{Answer, Operation};
use crate::rejections::Equivalents;
use crate::script::{Action, Command, Directive, Invoke, Script, Source};
use crate::signature::{Signatures, import_names};
use crate::traps::{EngineTable, SuiteTable, TrapExpectation};
use crate::worker::{Broken, Connection, Worker};
use component_reports::record::Reach;
use registry::{Culprit, Definition, Instance, Registry, Slot};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::Scope;
use thread::Started;

/// What all directives of a script have in common.
#[derive(Clone, Copy)]
pub struct Settings<'a> {
    /// What the ids of the file's directives begin with, `suite/path.wast`.
    pub file: &'a str,
    /// The features to run with.
    pub features: &'a Features,
    /// Whether nothing is instantiated or called, as in suites that are about
    /// validation.
    pub validate_only: bool,
    /// The classes of trap texts.
    pub traps: &'a SuiteTable,
    /// The engine's codes and texts.
    pub engine: &'a EngineTable,
    /// The texts of rejections that stand for one another.
    pub equivalents: &'a Equivalents,
    /// Set to stop between two directives.
    pub cancelled: &'a AtomicBool,
}

/// What one directive did.
#[derive(Clone, Debug)]
pub struct Observed<'s> {
    /// The directive.
    pub directive: &'s Directive,
    /// What it asserts, in words.
    pub expected: String,
    /// How far it got.
    pub reach: Reach,
    /// What was observed, and the verdict.
    pub result: Judged,
}

/// What was observed, and the verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judged {
    /// It was carried out.
    Done(Outcome, Verdict),
    /// What it depends on did not come into being.
    Blocked {
        /// The id of the directive whose failure is the cause.
        culprit: String,
    },
}

/// Carries out a script; `None` if it was cancelled on the way.
#[must_use]
pub fn run<'s>(
    script: &'s Script,
    settings: Settings<'s>,
    worker: &mut Worker,
) -> Option<Vec<Observed<'s>>> {
    std::thread::scope(|scope| {
        let mut session = Session::new(settings, Some(worker), 0);
        session.begin(settings.file);
        let mut observed = session.run(scope, &script.directives)?;
        session.end(&mut observed);
        Some(observed)
    })
}

/// What a suite that is about validation does not do.
const EXECUTION: &str = "execution in a suite for validators";

/// Why something did not come into being.
enum Failed {
    /// This was observed instead.
    Outcome(Outcome),
    /// It was not tried.
    Blocked(Culprit),
}

impl From<Outcome> for Failed {
    fn from(outcome: Outcome) -> Self {
        Failed::Outcome(outcome)
    }
}

/// One thread of a script.
struct Session<'scope, 's, 'w> {
    settings: Settings<'s>,
    /// Of the main thread only: the others cannot replace their worker.
    worker: Option<&'w mut Worker>,
    connection: Option<Arc<dyn Connection>>,
    thread: u32,
    /// The features that the engine does not have.
    missing: Vec<String>,
    registry: Registry,
    /// All operations that were answered, to repeat them on a new worker.
    journal: Vec<Operation>,
    /// The connection broke during the present directive.
    broken: bool,
    /// What was observed instead when the engine was to forget an instance.
    aftermath: Option<Outcome>,
    /// Nothing more can be carried out, and why.
    lost: Option<Culprit>,
    reach: Reach,
    next: Arc<AtomicU32>,
    started: BTreeMap<String, Started<'scope, 's>>,
    /// The threads that did not start, and why.
    unstarted: BTreeMap<String, Culprit>,
}

impl<'scope, 's: 'scope, 'w: 'scope> Session<'scope, 's, 'w> {
    fn new(settings: Settings<'s>, worker: Option<&'w mut Worker>, thread: u32) -> Self {
        Session {
            settings,
            worker,
            connection: None,
            thread,
            missing: Vec::new(),
            registry: Registry::default(),
            journal: Vec::new(),
            broken: false,
            aftermath: None,
            lost: None,
            reach: Reach::Runner,
            next: Arc::default(),
            started: BTreeMap::new(),
            unstarted: BTreeMap::new(),
        }
    }

    fn run(
        &mut self,
        scope: &'scope Scope<'scope, '_>,
        directives: &'s [Directive],
    ) -> Option<Vec<Observed<'s>>> {
        let mut observed = Vec::new();
        for directive in directives {
            if self.settings.cancelled.load(Ordering::Relaxed) {
                return None;
            }
            observed.extend(self.step(scope, directive)?);
        }
        for (_, started) in std::mem::take(&mut self.started) {
            observed.extend(started.join()?.observed);
        }
        observed.sort_by_key(|observed| observed.directive.span.start);
        Some(observed)
    }

    /// One directive, and at a `wait` those of the thread.
    fn step(
        &mut self,
        scope: &'scope Scope<'scope, '_>,
        directive: &'s Directive,
    ) -> Option<Vec<Observed<'s>>> {
        self.reach = Reach::Runner;
        let culprit = Culprit::new(self.settings.file, directive.line);
        let mut observed = Vec::new();
        let assertion = self.assertion(&directive.command);
        let done = match &self.lost {
            Some(culprit) => Err(Failed::Blocked(culprit.clone())),
            None => match &directive.command {
                command if self.settings.validate_only && executes(command) => {
                    Err(Failed::Outcome(Outcome::Unsupported {
                        feature: EXECUTION.to_owned(),
                    }))
                }
                Command::Thread {
                    name,
                    shared,
                    directives,
                } => {
                    let started = self.start_thread(scope, name, shared.as_deref(), directives);
                    if let Err(failed) = &started {
                        self.unstarted.insert(name.clone(), failed.cause(&culprit));
                    }
                    started
                }
                Command::Wait { thread } => match self.started.remove(thread) {
                    Some(started) => {
                        let joined = started.join()?;
                        observed = joined.observed;
                        self.broken |= joined.lost;
                        Ok(Outcome::Accepted)
                    }
                    None => Err(match self.unstarted.get(thread) {
                        Some(culprit) => Failed::Blocked(culprit.clone()),
                        None => harness_error(format!("there is no thread ${thread}")),
                    }),
                },
                command => self.carry_out(command, &culprit),
            },
        };
        if let (Err(failed), Command::Thread { directives, .. }) = (&done, &directive.command) {
            self.block(directives, &failed.cause(&culprit), &mut observed);
        }
        let done = match self.aftermath.take() {
            Some(outcome) => Err(Failed::Outcome(outcome)),
            None => done,
        };
        let result = match done {
            Ok(outcome) | Err(Failed::Outcome(outcome)) => {
                let verdict = judge(&assertion, &outcome);
                Judged::Done(outcome, verdict)
            }
            Err(Failed::Blocked(culprit)) => Judged::Blocked {
                culprit: culprit.to_string(),
            },
        };
        if self.broken {
            self.recover(&culprit);
        }
        observed.push(Observed {
            directive,
            expected: assertion.to_string(),
            reach: self.reach,
            result,
        });
        Some(observed)
    }

    /// Accounts for the directives of a thread that does not start.
    fn block(
        &self,
        directives: &'s [Directive],
        culprit: &Culprit,
        observed: &mut Vec<Observed<'s>>,
    ) {
        for directive in directives {
            observed.push(Observed {
                directive,
                expected: self.assertion(&directive.command).to_string(),
                reach: Reach::Runner,
                result: Judged::Blocked {
                    culprit: culprit.to_string(),
                },
            });
            if let Command::Thread { directives, .. } = &directive.command {
                self.block(directives, culprit, observed);
            }
        }
    }

    fn assertion(&self, command: &'s Command) -> Assertion<'s> {
        let rejected = |phase, text: &'s str| Assertion::Rejected {
            phase,
            text,
            equivalents: self.settings.equivalents,
        };
        match command {
            Command::Module { .. }
            | Command::Definition { .. }
            | Command::Instance { .. }
            | Command::Register { .. }
            | Command::Thread { .. }
            | Command::Wait { .. } => Assertion::Accepted,
            Command::Invoke(_) => Assertion::Completes,
            Command::AssertReturn { action, expected } => Assertion::Returns {
                patterns: expected,
                sort: self.sort_of(action),
            },
            Command::AssertTrap { text, .. } => {
                Assertion::Traps(match self.settings.traps.classes(text) {
                    Some(classes) => TrapExpectation::Classes(classes),
                    None => TrapExpectation::Text(text.clone()),
                })
            }
            Command::AssertExhaustion { text, .. } => Assertion::Exhausts { text },
            Command::AssertException { .. } => Assertion::Throws,
            Command::AssertSuspension { .. } => Assertion::Suspends,
            Command::AssertMalformed { text, .. } | Command::AssertMalformedCustom { text, .. } => {
                rejected(Phase::Malformed, text)
            }
            Command::AssertInvalid { text, .. } | Command::AssertInvalidCustom { text, .. } => {
                rejected(Phase::Invalid, text)
            }
            Command::AssertUnlinkable { text, .. } => rejected(Phase::Unlinkable, text),
        }
    }

    fn sort_of(&self, action: &Action) -> Sort {
        let instance = match action {
            Action::Invoke(invoke) => &invoke.instance,
            Action::Get { instance, .. } => instance,
            Action::Instantiate(source) => return source.sort,
        };
        match self.registry.instance(instance.as_deref()) {
            Some(Slot::There(instance)) => instance.definition.sort,
            _ => Sort::Module,
        }
    }

    fn carry_out(&mut self, command: &Command, culprit: &Culprit) -> Result<Outcome, Failed> {
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

    fn resolve(&mut self, slot: Slot) -> Result<Arc<Instance>, Failed> {
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

    fn next(&self) -> u32 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    fn call(&mut self, operation: Operation) -> Result<Reply, Outcome> {
        let reach = match operation {
            Operation::Define { .. } => Reach::Validator,
            _ => Reach::Executed,
        };
        self.reach = self.reach.max(reach);
        let Some(connection) = self.connection.clone() else {
            return Err(harness_error_outcome("there is no worker".to_owned()));
        };
        match connection.call(self.thread, operation.clone()) {
            Ok(Answer::Reply(reply)) => {
                let admitted = operation.admits(&reply);
                self.journal.push(operation);
                match admitted {
                    true => Ok(reply),
                    false => Err(harness_error_outcome(format!(
                        "the engine gave an answer to another question: {reply:?}"
                    ))),
                }
            }
            Ok(Answer::Missing(_)) => Err(harness_error_outcome(
                "the worker answered with features, not with a reply".to_owned(),
            )),
            Err(broken) => {
                self.broken = true;
                Err(broken.into())
            }
        }
    }

    /// What a reply says, in the harness's terms.
    fn outcome(&self, reply: Reply) -> Outcome {
        match reply {
            Reply::Accepted => Outcome::Accepted,
            Reply::Returned(values) => Outcome::Returned(values),
            Reply::Trapped {
                code,
                site,
                message,
            } => match self.settings.engine.unsupported(&message) {
                Some(feature) => Outcome::Unsupported {
                    feature: feature.to_owned(),
                },
                None => Outcome::Trapped {
                    class: self.settings.engine.class(code.as_deref(), &message),
                    site,
                    message,
                },
            },
            Reply::Threw => Outcome::Threw,
            Reply::Suspended => Outcome::Suspended,
            Reply::Exhausted { message } => Outcome::Exhausted { message },
            Reply::Rejected { message } => harness_error_outcome(format!(
                "the engine rejected what is no definition: {message}"
            )),
            Reply::Unsupported { feature } => Outcome::Unsupported { feature },
            Reply::InternalBug { message } => Outcome::InternalBug { message },
            Reply::Misused { message } => harness_error_outcome(message),
        }
    }

    /// Connects and resets the engine.
    fn begin(&mut self, file: &str) {
        if let Err(broken) = self.connect() {
            let how = match broken {
                Broken::Crashed(how) => how,
                Broken::TimedOut => "it did not answer in time".to_owned(),
            };
            self.lost = Some(Culprit::worker(file, &how));
        }
    }

    /// Lets the engine forget what the script made. If that goes wrong, the last
    /// directive that was carried out is the one to tell: the next file would meet
    /// a broken worker and could not say whose doing that was.
    fn end(&mut self, observed: &mut [Observed<'s>]) {
        let done = |observed: &&mut Observed<'_>| matches!(observed.result, Judged::Done(..));
        let (None, Some(connection), Some(last)) = (
            &self.lost,
            &self.connection,
            observed.iter_mut().rfind(done),
        ) else {
            return;
        };
        let features = self.settings.features.clone();
        let outcome = match connection.call(0, Operation::Reset { features }) {
            Ok(Answer::Missing(_)) => return,
            Ok(Answer::Reply(reply)) => self.outcome(reply),
            Err(broken) => broken.into(),
        };
        let mismatch = format!("{outcome}, when the engine was to forget what the file had made");
        last.result = Judged::Done(outcome, Verdict::Fail { mismatch });
    }

    fn connect(&mut self) -> Result<(), Broken> {
        let Some(worker) = self.worker.as_mut() else {
            return Err(Broken::Crashed(
                "the main thread's worker is gone".to_owned(),
            ));
        };
        // The first try may meet a worker that died between two files.
        let mut last = Broken::TimedOut;
        for _ in 0..2 {
            let connected = worker.connection().and_then(|connection| {
                let features = self.settings.features.clone();
                let answer = connection.call(0, Operation::Reset { features })?;
                Ok((connection, answer))
            });
            match connected {
                Ok((connection, Answer::Missing(missing))) => {
                    self.missing = missing;
                    self.connection = Some(connection);
                    return Ok(());
                }
                Ok((_, Answer::Reply(reply))) => {
                    return Err(Broken::Crashed(format!("it cannot be reset: {reply:?}")));
                }
                Err(broken) => {
                    worker.discard();
                    last = broken;
                }
            }
        }
        Err(last)
    }

    /// Replaces a broken worker and brings the new one to where the old one was.
    fn recover(&mut self, culprit: &Culprit) {
        self.broken = false;
        let Some(worker) = self.worker.as_mut() else {
            self.lost = Some(culprit.clone());
            return;
        };
        worker.discard();
        self.connection = None;
        let threads_run = !self.started.is_empty();
        if threads_run || self.connect().is_err() || self.replay().is_err() {
            self.lost = Some(culprit.clone());
        }
    }

    fn replay(&self) -> Result<(), Broken> {
        let Some(connection) = &self.connection else {
            return Err(Broken::Crashed("there is no worker".to_owned()));
        };
        let mut operations = self.journal.iter();
        operations.try_for_each(|operation| connection.call(0, operation.clone()).map(drop))
    }
}

impl Failed {
    fn cause(&self, culprit: &Culprit) -> Culprit {
        match self {
            Failed::Outcome(_) => culprit.clone(),
            Failed::Blocked(cause) => cause.clone(),
        }
    }
}

impl From<Broken> for Outcome {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::Crashed(how) => Outcome::Crashed { how },
            Broken::TimedOut => Outcome::TimedOut,
        }
    }
}

/// Whether a directive needs more than definitions.
fn executes(command: &Command) -> bool {
    !matches!(
        command,
        Command::Module { .. }
            | Command::Definition { .. }
            | Command::AssertMalformed { .. }
            | Command::AssertMalformedCustom { .. }
            | Command::AssertInvalid { .. }
            | Command::AssertInvalidCustom { .. }
    )
}

fn harness_error(message: String) -> Failed {
    Failed::Outcome(harness_error_outcome(message))
}

fn harness_error_outcome(message: String) -> Outcome {
    Outcome::HarnessError { message }
}

fn no_instance(name: Option<&str>) -> Failed {
    harness_error(match name {
        Some(name) => format!("there is no instance ${name}"),
        None => "there is no current instance".to_owned(),
    })
}
