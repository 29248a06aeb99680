//! Component instances.

use crate::canonical::resource::ResourceHandle;
use crate::canonical::scheduler::Waiting;
use crate::canonical::table::Table;
use crate::canonical::thread::ThreadId;
use crate::canonical::waitable::{SetId, WaitableId};
use crate::store::{Stop, Store};
use crate::value::ErrorContext;

/// A component instance of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct InstanceId(pub(crate) u32);

/// What an index into the table of handles may stand for.
#[derive(Debug)]
pub(crate) enum Handle {
    /// A resource.
    Resource(ResourceHandle),
    /// A subtask, or an end of a stream or future.
    Waitable(WaitableId),
    /// A waitable set.
    WaitableSet(SetId),
    /// An error context.
    ErrorContext(ErrorContext),
}

/// `ComponentInstance` ([CanonicalABI.md#component-instances]).
#[derive(Debug)]
pub(crate) struct ComponentInstance {
    /// `handles`.
    pub(crate) handles: Table<Handle>,
    /// `threads`.
    pub(crate) threads: Table<ThreadId>,
    /// `may_leave`.
    pub(crate) may_leave: bool,
    /// `backpressure`.
    pub(crate) backpressure: i32,
    /// `num_waiting_to_enter`.
    pub(crate) num_waiting_to_enter: u32,
    /// `exclusive_thread`.
    pub(crate) exclusive_thread: Option<ThreadId>,
    /// Its threads that wait and were woken.
    pub(crate) woken: Waiting,
    /// Its threads that wait at a [`Gate`](crate::canonical::scheduler::Gate).
    pub(crate) gates: [Waiting; 3],
}

impl ComponentInstance {
    /// `ComponentInstance.__init__` ([CanonicalABI.md#component-instances]).
    pub(crate) fn new() -> Self {
        ComponentInstance {
            handles: Table::new(),
            threads: Table::new(),
            may_leave: true,
            backpressure: 0,
            num_waiting_to_enter: 0,
            exclusive_thread: None,
            woken: Waiting::new(),
            gates: Default::default(),
        }
    }
}

impl Store {
    /// A component instance.
    pub(crate) fn instance(&self, inst: InstanceId) -> &ComponentInstance {
        &self.instances[inst.0 as usize]
    }

    /// A component instance, to change.
    pub(crate) fn instance_mut(&mut self, inst: InstanceId) -> &mut ComponentInstance {
        &mut self.instances[inst.0 as usize]
    }

    /// `inst.handles.add(e)`.
    ///
    /// # Errors
    ///
    /// Traps: `table.add.full`. A full store is exhausted.
    pub(crate) fn add_handle(&mut self, inst: InstanceId, e: Handle) -> Result<u32, Stop> {
        if self.instance(inst).handles.grows() {
            self.core.charge(size_of::<Option<Handle>>() as u64)?;
        }
        self.instance_mut(inst).handles.add(e)
    }
}
