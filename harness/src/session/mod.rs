//! Carrying out the directives of one script on one engine.
//!
//! The session holds the registries, says what each directive depends on, and
//! survives the death of its worker: a new one is brought to where the old one
//! was by repeating all that was answered, and only what depended on the fatal
//! directive is blocked.

mod carry_out;
mod link;
mod registry;
mod thread;

use crate::engine::{Reply, Sort};
use crate::features::Features;
use crate::judge::{Assertion, Verdict, judge};
use crate::outcome::{Outcome, Phase};
use crate::protocol::Operation;
use crate::rejections::Equivalents;
use crate::script::{Action, Command, Directive, Script};
use crate::traps::{EngineTable, SuiteTable, TrapExpectation};
use crate::worker::{Connection, Worker};
use component_reports::record::Reach;
use registry::{Culprit, Registry, Slot};
use std::collections::{BTreeMap, BTreeSet};
use std::mem::Discriminant;
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
    /// What of the spec it reached, where the engine can tell.
    pub reached: BTreeSet<String>,
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
    /// All operations that were answered, to repeat them on a new worker, with the
    /// kind of the answer.
    journal: Vec<(Operation, Discriminant<Reply>)>,
    /// The connection broke during the present directive.
    broken: bool,
    /// What was observed instead when the engine was to forget an instance.
    aftermath: Option<Outcome>,
    /// Nothing more can be carried out, and why.
    lost: Option<Culprit>,
    reach: Reach,
    /// What of the spec the present directive has reached.
    reached: BTreeSet<String>,
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
            reached: BTreeSet::new(),
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
            reached: std::mem::take(&mut self.reached),
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
                reached: BTreeSet::new(),
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
}

impl Failed {
    fn cause(&self, culprit: &Culprit) -> Culprit {
        match self {
            Failed::Outcome(_) => culprit.clone(),
            Failed::Blocked(cause) => cause.clone(),
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
