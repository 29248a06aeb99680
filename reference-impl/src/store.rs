//! The embedding API's store, and what can stop a guest.

use crate::canonical::canon::Canon;
use crate::canonical::ends::{End, EndId};
use crate::canonical::instance::{ComponentInstance, InstanceId};
use crate::canonical::lift::Lifted;
use crate::canonical::resource::ResourceDefinition;
use crate::canonical::scheduler::{Resume, Waiting};
use crate::canonical::subtask::Subtask;
use crate::canonical::task::Task;
use crate::canonical::thread::Thread;
use crate::canonical::waitable::WaitableSet;
use crate::chooser::{Choice, Chooser};
use crate::core::{self, FuncAddr};
use crate::embedding::{Call, Func, HostCall, HostFunc, Invoked, PendingCall};
use crate::reached::Reached;
use crate::trap::Trap;
use crate::types::{CoreValType, ResourceType};
use slab::Slab;
use std::collections::{BTreeMap, VecDeque};
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
    /// Nothing can go on before the host does something; [`Store::resume_call`] goes
    /// on then.
    #[error("waits for the host")]
    AwaitsHost,
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

impl Stop {
    /// Whether nothing in the store goes on after it.
    pub(crate) fn is_final(&self) -> bool {
        !matches!(self, Stop::OutOfFuel | Stop::AwaitsHost | Stop::Mistyped(_))
    }
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
    pub(crate) ends: BTreeMap<EndId, End>,
    pub(crate) sets: Slab<WaitableSet>,
    /// The calls of `Thread.resume` that are under way; the last one's thread is
    /// the current thread.
    pub(crate) chain: Vec<Resume>,
    /// Its threads that wait and were woken.
    pub(crate) woken: Waiting,
    /// How many times a thread has begun to wait.
    pub(crate) moment: u64,
    /// The ends whose cancelled copies the host lets go of later.
    pub(crate) cancelled_later: VecDeque<EndId>,
    /// How many numbers were given to what a host may refer to.
    pub(crate) tokens: u64,
    /// The calls that the host has made.
    pub(crate) calls: BTreeMap<u64, Invoked>,
    /// That which the host waits for.
    pub(crate) called: Option<Call>,
    /// The calls that the host has to answer.
    pub(crate) host_calls: BTreeMap<HostCall, PendingCall>,
    /// Whether guests run, or the host on behalf of one.
    pub(crate) runs: bool,
    /// What the host did that stops a guest, until those that run are stopped.
    pub(crate) stopped: Option<Stop>,
    pub(crate) chooser: Chooser,
    pub(crate) limits: Limits,
    value_bytes: u64,
    pub(crate) reached: Reached,
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
            ends: BTreeMap::new(),
            sets: Slab::new(),
            chain: Vec::new(),
            woken: Waiting::new(),
            moment: 0,
            cancelled_later: VecDeque::new(),
            tokens: 0,
            calls: BTreeMap::new(),
            called: None,
            host_calls: BTreeMap::new(),
            runs: false,
            stopped: None,
            chooser: Chooser::deterministic(),
            value_bytes: limits.value_bytes,
            limits,
            reached: Reached::default(),
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

    /// The fuel that is left: about one for an instruction. It starts as [`u64::MAX`].
    pub fn fuel(&mut self) -> &mut u64 {
        &mut self.core.fuel
    }

    /// A decision of the host's: one of `n` ways, by default 0. With it, what a host does
    /// belongs to the schedule.
    pub fn choose(&mut self, n: usize) -> usize {
        self.chooser.pick(Choice::Host, n)
    }

    /// What of the spec was reached since this was last asked.
    pub fn take_reached(&mut self) -> Reached {
        std::mem::take(&mut self.reached)
    }

    /// Whether a trap has locked the store.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.locked
    }

    /// Ends what is under way for good, because of what has stopped a guest.
    pub(crate) fn lock_by(&mut self, stop: &Stop) {
        if let Stop::Trap(Trap::Site(site)) = stop {
            self.reached.trap(*site);
        }
        self.lock();
    }

    /// Ends what is under way for good.
    pub(crate) fn lock(&mut self) {
        self.locked = true;
        self.called = None;
        self.stopped = None;
        self.chain.clear();
        self.threads.clear();
        self.tasks.clear();
        self.subtasks.clear();
        self.ends.clear();
        self.sets.clear();
        self.calls.clear();
        self.host_calls.clear();
        self.cancelled_later.clear();
    }

    /// Runs the start function of a core instance, as a task of its component
    /// instance.
    ///
    /// # Errors
    ///
    /// As [`Store::call`].
    pub(crate) fn run_start(&mut self, inst: InstanceId, start: FuncAddr) -> Result<(), Stop> {
        let lifted = Lifted::nullary(start, inst);
        let func = Func {
            ft: lifted.ft.clone(),
            inst: FuncInst::Lifted(lifted),
        };
        let outside = self.called.take();
        let ran = self.call(&func, Vec::new());
        self.called = outside;
        match ran {
            Ok(_) => Ok(()),
            // An instantiation cannot be resumed.
            Err(Stop::OutOfFuel) => Err(Exhaustion::Fuel.into()),
            Err(stop) => Err(stop),
        }
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
