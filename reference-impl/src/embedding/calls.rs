//! Calls that the host makes.

use super::Func;
use super::host_func::{Asked, Asker, HostCall};
use crate::canonical::ends::Owner;
use crate::canonical::scheduler::Then;
use crate::canonical::task::{Caller, TaskId};
use crate::canonical::thread::At;
use crate::store::{FuncInst, Stop, Store};
use crate::trap::Trap;
use crate::value::Value;

/// A call that the host has made. There is no other one like it in its store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Call(u64);

/// How a call was resolved ([CanonicalABI.md#embedding]).
#[derive(Clone, Debug, PartialEq)]
pub enum Resolution {
    /// It has returned.
    Returned(Option<Value>),
    /// It was cancelled before that.
    Cancelled,
}

/// A call of the host's, until its resolution is taken.
#[derive(Debug)]
pub(crate) enum Invoked {
    /// A component's function runs.
    Task(TaskId),
    /// A function of the host's is pending.
    Pending(HostCall),
    /// It is resolved.
    Resolved(Resolution),
}

impl Invoked {
    pub(crate) fn returned(result: Option<Value>) -> Self {
        Invoked::Resolved(Resolution::Returned(result))
    }

    pub(crate) fn cancelled() -> Self {
        Invoked::Resolved(Resolution::Cancelled)
    }
}

impl Store {
    /// Calls a component function and drives the store until it has resolved.
    ///
    /// # Errors
    ///
    /// Whatever stops the guest. After [`Stop::OutOfFuel`] and [`Stop::AwaitsHost`],
    /// [`Store::resume_call`] goes on; all else but [`Stop::Mistyped`] locks the
    /// store. A call that nothing can resolve any more traps with
    /// [`Trap::Deadlock`].
    pub fn call(&mut self, func: &Func, args: Vec<Value>) -> Result<Option<Value>, Stop> {
        self.called = Some(self.start(func, args)?);
        self.resume_call()
    }

    /// What a host says that is waited for and has nothing left to do: the store is
    /// locked, as by [`Trap::Deadlock`], which is the answer.
    pub fn give_up(&mut self) -> Stop {
        let stop = Trap::Deadlock.into();
        self.lock_by(&stop);
        stop
    }

    /// Goes on with the last [`Store::call`] that ran out of fuel or waits for the host.
    ///
    /// # Errors
    ///
    /// As [`Store::call`]. [`Stop::Mistyped`] if there is no such call.
    pub fn resume_call(&mut self) -> Result<Option<Value>, Stop> {
        let Some(call) = self.called else {
            return Err(Stop::Mistyped("no call waits to go on".into()));
        };
        let result = self.drive(|store| {
            loop {
                store.run()?;
                match store.resolution(call) {
                    Some(Resolution::Returned(result)) => return Ok(result),
                    Some(Resolution::Cancelled) => {
                        return Err(Stop::Mistyped("the call was cancelled".into()));
                    }
                    None if store.run_ready()? => {}
                    None if store.awaits_host() => return Err(Stop::AwaitsHost),
                    None => return Err(Trap::Deadlock.into()),
                }
            }
        });
        if !matches!(result, Err(Stop::OutOfFuel | Stop::AwaitsHost)) {
            self.called = None;
        }
        result
    }

    /// `Store.invoke` ([CanonicalABI.md#embedding]): calls a component function and
    /// runs it until it blocks or returns. [`Store::tick`] drives it on.
    ///
    /// # Errors
    ///
    /// Whatever stops the guest, but for [`Stop::OutOfFuel`], which the next
    /// [`Store::tick`] gives.
    pub fn start(&mut self, func: &Func, args: Vec<Value>) -> Result<Call, Stop> {
        self.drive(|store| {
            if !store.chain.is_empty() {
                let under_way = "a call that ran out of fuel is under way";
                return Err(Stop::Mistyped(under_way.into()));
            }
            store
                .hand_over_arguments(&func.ft, &args)
                .map_err(Stop::Mistyped)?;
            store.tokens += 1;
            let number = store.tokens;
            match &func.inst {
                FuncInst::Lifted(lifted) => {
                    let caller = Caller::Host { call: number, args };
                    let task = store.new_task(lifted.clone(), caller);
                    store.calls.insert(number, Invoked::Task(task));
                    let thread = store.new_thread(task, At::Enter, None);
                    store.resume(thread, Then::Invoked { task })?;
                    match store.run() {
                        Err(Stop::OutOfFuel) => {}
                        ran => ran?,
                    }
                }
                FuncInst::Host(host) => {
                    let asker = Asker::Host(number);
                    let invoked = match store.call_host(host, &func.ft, args, asker)? {
                        Asked::Returned(result) => {
                            store.adopt(func.ft.result.iter().zip(&result));
                            Invoked::returned(result)
                        }
                        Asked::Pending(call) => Invoked::Pending(call),
                    };
                    store.calls.insert(number, invoked);
                }
            }
            Ok(Call(number))
        })
    }

    /// `Store.tick` ([CanonicalABI.md#embedding]): runs a thread that is ready.
    /// Whether there was one.
    ///
    /// # Errors
    ///
    /// Whatever stops the guest.
    pub fn tick(&mut self) -> Result<bool, Stop> {
        self.drive(|store| match store.chain.is_empty() {
            true => store.run_ready(),
            false => store.run().map(|()| true),
        })
    }

    /// Drives the store until no thread is ready: what is left waits for the host,
    /// or for ever. Guests that yield for ever are stopped by [`Store::fuel`] alone.
    ///
    /// # Errors
    ///
    /// As [`Store::tick`].
    pub fn run_until_idle(&mut self) -> Result<(), Stop> {
        while self.tick()? {}
        Ok(())
    }

    /// How a call was resolved, if it is, and was not asked for before.
    pub fn resolution(&mut self, call: Call) -> Option<Resolution> {
        match self.calls.remove(&call.0)? {
            Invoked::Resolved(resolution) => Some(resolution),
            unresolved => {
                self.calls.insert(call.0, unresolved);
                None
            }
        }
    }

    /// The `on_cancel` of `Store.invoke` ([CanonicalABI.md#embedding]): asks for the
    /// cancellation of a call, if it is not resolved. The callee may be cancelled, or
    /// return nevertheless.
    ///
    /// # Errors
    ///
    /// Whatever stops the guest, as [`Store::start`]; [`Stop::Mistyped`] if there
    /// is no such call, or it was asked for before.
    pub fn cancel(&mut self, call: Call) -> Result<(), Stop> {
        self.drive(|store| {
            match store.calls.get(&call.0) {
                None => return Err(Stop::Mistyped("no such call".into())),
                Some(Invoked::Resolved(_)) => {}
                Some(Invoked::Pending(call)) => {
                    let call = *call;
                    store.request_host_cancellation(call);
                }
                Some(Invoked::Task(task)) => {
                    let task = *task;
                    store.withdraw(task)?;
                }
            }
            Ok(())
        })
    }

    /// Runs guests: only where none runs, and where no trap has locked the store.
    pub(crate) fn drive<T>(
        &mut self,
        run: impl FnOnce(&mut Self) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        if self.runs {
            return Err(Stop::Mistyped("guests are running".into()));
        }
        self.as_host(|store| {
            store.runs = true;
            let result = run(store);
            store.runs = false;
            result
        })
    }

    /// Does what a host may do: the one place where a trap leaves the store. What
    /// stops a guest while others run stops those, too.
    pub(crate) fn as_host<T>(
        &mut self,
        act: impl FnOnce(&mut Self) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        if self.is_locked() {
            return Err(Trap::Locked.into());
        }
        let result = act(self);
        if let Err(stop) = &result
            && stop.is_final()
        {
            match self.runs {
                true => self.stopped = Some(stop.clone()),
                false => self.lock_by(stop),
            }
        }
        result
    }

    /// Whether the host may yet do something that lets guests go on.
    fn awaits_host(&self) -> bool {
        !self.host_calls.is_empty() || self.ends.values().any(|end| end.owner == Owner::Host)
    }
}
