//! The embedding API's store, and what can stop a guest.

use crate::canonical::canon::Canon;
use crate::canonical::ends::End;
use crate::canonical::instance::{ComponentInstance, InstanceId};
use crate::canonical::lift::Lifted;
use crate::canonical::resource::ResourceDefinition;
use crate::canonical::scheduler::{Resume, Then, Waiting};
use crate::canonical::subtask::Subtask;
use crate::canonical::task::{Caller, HostSide, Task, TaskId};
use crate::canonical::thread::{At, Thread};
use crate::canonical::waitable::WaitableSet;
use crate::chooser::Chooser;
use crate::core::{self, FuncAddr};
use crate::embedding::{Func, HostError, HostFunc, check_arguments, check_result};
use crate::trap::{Hits, Trap};
use crate::types::{CoreValType, FuncType, ResourceType};
use crate::value::Value;
use slab::Slab;
use std::sync::Arc;

/// Why a guest did not return.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Stop {
    /// It trapped.
    #[error(transparent)]
    Trap(#[from] Trap),
    /// It reached a bound of the store: no fault of the guest's that the spec
    /// knows.
    #[error(transparent)]
    Exhausted(#[from] Exhaustion),
    /// The fuel ran out; [`Store::resume_call`] goes on.
    #[error("out of fuel")]
    OutOfFuel,
    /// It needs what this runtime does not have.
    #[error("unsupported: {0}")]
    Unsupported(&'static str),
    /// The host handed over a value that is not of the type asked for.
    #[error("{0}")]
    Mistyped(String),
    /// This runtime contradicts itself.
    #[error("internal bug: {0}")]
    Bug(&'static str),
}

impl From<core::Exhausted> for Stop {
    fn from(exhausted: core::Exhausted) -> Self {
        Stop::Exhausted(exhausted.into())
    }
}

/// A bound that was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Exhaustion {
    /// A bound of the core store.
    #[error(transparent)]
    Core(#[from] core::Exhausted),
    /// Calls between components are nested too deep.
    #[error("call stack exhausted")]
    Depth,
    /// The fuel ran out where nothing can be resumed.
    #[error("out of fuel where nothing can be resumed")]
    Fuel,
    /// The values that are lifted together are too large.
    #[error("values exhausted")]
    Values,
}

/// The bounds of a store.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Those of core code.
    pub core: core::Limits,
    /// How deep calls between components may be nested.
    pub depth: usize,
    /// How many bytes the values of one function's parameters, or those of one copy,
    /// may take.
    pub value_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            core: core::Limits::default(),
            depth: 200_000,
            value_bytes: 1 << 30,
        }
    }
}

/// `FuncInst` ([CanonicalABI.md#tasks]).
#[derive(Clone, Debug)]
pub(crate) enum FuncInst {
    /// A component's.
    Lifted(Arc<Lifted>),
    /// The host's.
    Host(HostFunc),
}

/// `Store` ([CanonicalABI.md#embedding]): everything that instances which can
/// reach one another consist of. It is reclaimed as a whole.
///
/// A trap leaves a store locked: what was under way in it is gone, and nothing in
/// it can be called any more.
pub struct Store {
    /// Core instances and what they own.
    pub(crate) core: core::Store,
    /// The component instances.
    pub(crate) instances: Vec<ComponentInstance>,
    resources: Vec<ResourceDefinition>,
    /// What the host numbers of core functions stand for.
    pub(crate) canons: Vec<Canon>,
    pub(crate) tasks: Slab<Task>,
    pub(crate) subtasks: Slab<Subtask>,
    pub(crate) threads: Slab<Thread>,
    pub(crate) ends: Slab<End>,
    pub(crate) sets: Slab<WaitableSet>,
    /// The calls of `Thread.resume` that are under way; the last one's thread is
    /// the current thread.
    pub(crate) chain: Vec<Resume>,
    /// Its threads that wait and were woken.
    pub(crate) woken: Waiting,
    /// How many times a thread has begun to wait.
    pub(crate) moment: u64,
    /// The task that the host waits for.
    invoked: Option<TaskId>,
    pub(crate) chooser: Chooser,
    pub(crate) limits: Limits,
    value_bytes: u64,
    hits: Hits,
    locked: bool,
}

/// With the default bounds.
impl Default for Store {
    fn default() -> Self {
        Store::new(Limits::default())
    }
}

impl Store {
    /// `Store.__init__` ([CanonicalABI.md#embedding]).
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Store {
            core: core::Store::new(limits.core.clone()),
            instances: Vec::new(),
            resources: Vec::new(),
            canons: Vec::new(),
            tasks: Slab::new(),
            subtasks: Slab::new(),
            threads: Slab::new(),
            ends: Slab::new(),
            sets: Slab::new(),
            chain: Vec::new(),
            woken: Waiting::new(),
            moment: 0,
            invoked: None,
            chooser: Chooser::deterministic(),
            value_bytes: limits.value_bytes,
            limits,
            hits: Hits::default(),
            locked: false,
        }
    }

    /// Lets everything that the spec leaves open be decided by `chooser`.
    #[must_use]
    pub fn with_chooser(mut self, chooser: Chooser) -> Self {
        self.chooser = chooser;
        self
    }

    /// What decides what the spec leaves open, with its record.
    #[must_use]
    pub fn chooser(&self) -> &Chooser {
        &self.chooser
    }

    /// Calls a component function and runs it until it has resolved
    /// (`Store.invoke`, [CanonicalABI.md#embedding]).
    ///
    /// # Errors
    ///
    /// Whatever stops the guest. [`Stop::OutOfFuel`] leaves it where it is; all
    /// else but [`Stop::Mistyped`] locks the store.
    pub fn call(&mut self, func: &Func, args: Vec<Value>) -> Result<Option<Value>, Stop> {
        check_arguments(&func.ft, &args).map_err(Stop::Mistyped)?;
        match &func.inst {
            FuncInst::Lifted(lifted) => self.invoke(lifted.clone(), args),
            FuncInst::Host(host) => {
                self.enter()?;
                let result = self.call_host(host, &func.ft, args);
                self.settle(result)
            }
        }
    }

    /// Goes on with the call that ran out of fuel.
    ///
    /// # Errors
    ///
    /// As [`Store::call`]. [`Stop::Mistyped`] if there is no such call.
    pub fn resume_call(&mut self) -> Result<Option<Value>, Stop> {
        let Some(task) = self.invoked else {
            return Err(Stop::Mistyped("no call ran out of fuel".into()));
        };
        let result = self.drive(task);
        if result != Err(Stop::OutOfFuel) {
            self.invoked = None;
        }
        self.settle(result)
    }

    /// The fuel that is left: about one for an instruction. It starts as [`u64::MAX`].
    pub fn fuel(&mut self) -> &mut u64 {
        &mut self.core.fuel
    }

    /// How often each of the spec's trap sites was hit.
    #[must_use]
    pub fn hits(&self) -> &Hits {
        &self.hits
    }

    /// Whether a trap has locked the store.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.locked
    }

    fn invoke(&mut self, lifted: Arc<Lifted>, args: Vec<Value>) -> Result<Option<Value>, Stop> {
        self.enter()?;
        let task = self.new_task(lifted, Caller::Host(HostSide::Arguments(args)));
        let thread = self.new_thread(task, At::Enter, None);
        self.invoked = Some(task);
        match self.resume(thread, Then::Invoked { task }) {
            Ok(()) => self.resume_call(),
            Err(stop) => self.settle(Err(stop)),
        }
    }

    /// Runs the store until a task that the host called has resolved.
    fn drive(&mut self, task: TaskId) -> Result<Option<Value>, Stop> {
        self.run()?;
        loop {
            if let Some(result) = self.take_result(task) {
                return Ok(result);
            }
            if !self.tick()? {
                return Err(Trap::Deadlock.into());
            }
        }
    }

    /// Before anything in the store runs.
    fn enter(&mut self) -> Result<(), Stop> {
        match self.locked {
            true => Err(Trap::Locked.into()),
            false if self.invoked.is_some() => Err(Stop::Mistyped(
                "a call that ran out of fuel is under way".into(),
            )),
            false => Ok(()),
        }
    }

    /// What the end of a call leaves behind: the one place where a trap leaves the
    /// store.
    fn settle<T>(&mut self, result: Result<T, Stop>) -> Result<T, Stop> {
        match &result {
            Ok(_) | Err(Stop::OutOfFuel | Stop::Mistyped(_)) => {}
            Err(stop) => {
                if let Stop::Trap(Trap::Site(site)) = stop {
                    self.hits.count(*site);
                }
                self.lock();
            }
        }
        result
    }

    /// Ends what is under way for good.
    pub(crate) fn lock(&mut self) {
        self.locked = true;
        self.invoked = None;
        self.chain.clear();
        self.threads.clear();
        self.tasks.clear();
        self.subtasks.clear();
        self.ends.clear();
        self.sets.clear();
    }

    /// Runs the start function of a core instance, as a task of its component
    /// instance.
    ///
    /// # Errors
    ///
    /// As [`Store::call`].
    pub(crate) fn run_start(&mut self, inst: InstanceId, start: FuncAddr) -> Result<(), Stop> {
        match self.invoke(Lifted::nullary(start, inst), Vec::new()) {
            Ok(_) => Ok(()),
            // An instantiation cannot be resumed.
            Err(Stop::OutOfFuel) => Err(Exhaustion::Fuel.into()),
            Err(stop) => Err(stop),
        }
    }

    /// Calls a function of the host. If its result is not of its type, the guest
    /// that called traps.
    pub(crate) fn call_host(
        &self,
        func: &HostFunc,
        ft: &FuncType,
        args: Vec<Value>,
    ) -> Result<Option<Value>, Stop> {
        let result = (func.0)(ft, args).and_then(|result| {
            check_result(ft, result.as_ref()).map_err(HostError::Trap)?;
            Ok(result)
        });
        result.map_err(|HostError::Trap(message)| Trap::Host(message).into())
    }

    /// A component instance of its own.
    pub(crate) fn new_instance(&mut self) -> InstanceId {
        self.instances.push(ComponentInstance::new());
        InstanceId(self.instances.len() as u32 - 1)
    }

    /// A resource type that is no other.
    pub(crate) fn new_resource(&mut self, definition: ResourceDefinition) -> ResourceType {
        self.resources.push(definition);
        ResourceType(self.resources.len() as u32 - 1)
    }

    /// What a resource type stands for.
    pub(crate) fn resource(&self, rt: ResourceType) -> &ResourceDefinition {
        &self.resources[rt.0 as usize]
    }

    /// A core function that is a canonical definition.
    pub(crate) fn define_canon(
        &mut self,
        params: &[CoreValType],
        results: &[CoreValType],
        canon: Canon,
    ) -> FuncAddr {
        self.canons.push(canon);
        let host = self.canons.len() as u32 - 1;
        let types = |ts: &[CoreValType]| ts.iter().map(|t| core::ValType::from(*t)).collect();
        self.core
            .alloc_host_func(types(params), types(results), host)
    }

    /// Lets the bytes of the values that are lifted next count anew.
    pub(crate) fn begin_values(&mut self) {
        self.value_bytes = self.limits.value_bytes;
    }

    /// Counts the bytes of values that are lifted together against the bound.
    pub(crate) fn charge_value(&mut self, bytes: u64) -> Result<(), Stop> {
        match self.value_bytes.checked_sub(bytes) {
            Some(left) => self.value_bytes = left,
            None => return Err(Exhaustion::Values.into()),
        }
        Ok(())
    }
}
