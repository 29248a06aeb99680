//! The session's side of its connection: operations out, replies in the harness's
//! terms, and what is done when the worker dies.

use super::registry::Culprit;
use super::{Judged, Observed, Session, harness_error_outcome};
use crate::classify;
use crate::engine::Reply;
use crate::judge::Verdict;
use crate::outcome::Outcome;
use crate::protocol::{Answer, Operation};
use crate::worker::Broken;
use component_reports::record::Reach;
use std::mem::discriminant;

impl<'scope, 's: 'scope, 'w: 'scope> Session<'scope, 's, 'w> {
    pub(super) fn call(&mut self, operation: Operation) -> Result<Reply, Outcome> {
        let reach = match operation {
            Operation::Define { .. } => Reach::Validator,
            _ => Reach::Executed,
        };
        self.reach = self.reach.max(reach);
        let Some(connection) = self.connection.clone() else {
            return Err(harness_error_outcome("there is no worker".to_owned()));
        };
        let response = connection.call(self.thread, operation.clone());
        let answer = response.map(|response| {
            self.reached.extend(response.reached);
            response.answer
        });
        match answer {
            Ok(Answer::Reply(mut reply)) => {
                if let Reply::Rejected { message } = &mut reply {
                    *message = classify::without_counts(message);
                }
                let admitted = operation.admits(&reply);
                self.journal.push((operation, discriminant(&reply)));
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
    pub(super) fn outcome(&self, reply: Reply) -> Outcome {
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
    pub(super) fn begin(&mut self, file: &str) {
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
    pub(super) fn end(&mut self, observed: &mut [Observed<'s>]) {
        let done = |observed: &&mut Observed<'_>| matches!(observed.result, Judged::Done(..));
        let (None, Some(connection), Some(last)) = (
            &self.lost,
            &self.connection,
            observed.iter_mut().rfind(done),
        ) else {
            return;
        };
        let features = self.settings.features.clone();
        let response = connection.call(0, Operation::Reset { features });
        let outcome = match response.map(|response| response.answer) {
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
                let response = connection.call(0, Operation::Reset { features })?;
                Ok((connection, response.answer))
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
    pub(super) fn recover(&mut self, culprit: &Culprit) {
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

    /// Repeats what was answered. An engine that answers otherwise than before is
    /// not where it was.
    fn replay(&self) -> Result<(), Broken> {
        let Some(connection) = &self.connection else {
            return Err(Broken::Crashed("there is no worker".to_owned()));
        };
        for (operation, kind) in &self.journal {
            match connection.call(0, operation.clone())?.answer {
                Answer::Reply(reply) if discriminant(&reply) == *kind => {}
                _ => {
                    return Err(Broken::Crashed(
                        "it answered otherwise than before".to_owned(),
                    ));
                }
            }
        }
        Ok(())
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
