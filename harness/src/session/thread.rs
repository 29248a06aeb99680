//! `thread` and `wait`.

use super::registry::Slot;
use super::{Failed, Observed, Session, harness_error, no_instance};
use crate::engine::Reply;
use crate::outcome::Outcome;
use crate::protocol::Operation;
use crate::script::Directive;
use std::sync::Arc;
use std::thread::{Scope, ScopedJoinHandle};

/// A thread of the script that runs.
pub(super) struct Started<'scope, 's>(ScopedJoinHandle<'scope, Option<Joined<'s>>>);

/// What a thread did.
pub(super) struct Joined<'s> {
    pub(super) observed: Vec<Observed<'s>>,
    /// Its connection broke.
    pub(super) lost: bool,
}

impl<'s> Started<'_, 's> {
    /// Waits for its end; `None` if it was cancelled.
    pub(super) fn join(self) -> Option<Joined<'s>> {
        // A panic in it is one of the harness and goes on to be seen.
        self.0
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

impl<'scope, 's: 'scope, 'w: 'scope> Session<'scope, 's, 'w> {
    /// Starts a thread of the script on a thread of the engine: it sees the
    /// definitions of this one and, of its instances, the shared one.
    pub(super) fn start_thread(
        &mut self,
        scope: &'scope Scope<'scope, '_>,
        name: &str,
        shared: Option<&str>,
        directives: &'s [Directive],
    ) -> Result<Outcome, Failed> {
        let mut child = Session::new(self.settings, None, self.next());
        if let Some(name) = shared {
            let slot = self.registry.instance(Some(name)).cloned();
            let instance = self.resolve(slot.ok_or_else(|| no_instance(Some(name)))?)?;
            child
                .registry
                .bind_instance(Some(name), Slot::There(instance));
        }
        let shared = shared.and_then(|name| match child.registry.instance(Some(name)) {
            Some(Slot::There(instance)) => Some(instance.id),
            _ => None,
        });
        let fork = Operation::Fork {
            child: child.thread,
            shared,
        };
        match self.call(fork)? {
            Reply::Accepted => {}
            other => return Err(self.outcome(other).into()),
        }
        child.registry.inherit_definitions(&self.registry);
        child.connection.clone_from(&self.connection);
        child.missing.clone_from(&self.missing);
        child.next = Arc::clone(&self.next);
        let thread = scope.spawn(move || {
            let observed = child.run(scope, directives)?;
            let lost = child.lost.is_some();
            Some(Joined { observed, lost })
        });
        match self.started.insert(name.to_owned(), Started(thread)) {
            None => Ok(Outcome::Accepted),
            Some(_) => Err(harness_error(format!(
                "thread ${name} has not been waited for"
            ))),
        }
    }
}
