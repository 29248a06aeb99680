//! `canon resource.new`, `resource.drop` and `resource.rep`.

use super::leaving;
use crate::canonical::instance::Handle;
use crate::canonical::lower::Lowered;
use crate::canonical::options::CanonicalOptions;
use crate::canonical::resource::ResourceHandle;
use crate::canonical::scheduler::Step;
use crate::canonical::thread::ThreadId;
use crate::core::Fiber;
use crate::store::{Stop, Store};
use crate::trap::trap_if;
use crate::types::ResourceType;
use std::sync::Arc;

impl Store {
    /// `canon_resource_new` ([CanonicalABI.md#canon-resourcenew]): the index.
    ///
    /// Traps: `inst.leave.resource.new`, `table.add.full`.
    pub(super) fn canon_resource_new(
        &mut self,
        thread: ThreadId,
        rt: ResourceType,
        rep: u64,
    ) -> Result<u64, Stop> {
        let inst = leaving!(self, thread, InstLeaveResourceNew);
        let h = Handle::Resource(ResourceHandle::own(rt, rep));
        Ok(u64::from(self.add_handle(inst, h)?))
    }

    /// `canon_resource_drop` ([CanonicalABI.md#canon-resourcedrop]): the call of the
    /// destructor, where there is one.
    ///
    /// Traps: `inst.leave.resource.drop`, `table.get.*`, `resource.drop.*`.
    pub(super) fn canon_resource_drop(
        &mut self,
        thread: ThreadId,
        rt: ResourceType,
        fiber: &mut Fiber,
        i: u32,
    ) -> Result<Step, Stop> {
        let inst = leaving!(self, thread, InstLeaveResourceDrop);
        let Handle::Resource(h) = self.instance_mut(inst).handles.remove(i)? else {
            trap_if!(ResourceDropWrongKind);
        };
        trap_if!(h.rt != rt, ResourceDropWrongType);
        trap_if!(h.num_lends != 0, ResourceDropLent);
        if let Some(task) = h.borrow_scope {
            self.task_mut(task).num_borrows -= 1;
            fiber.supply(&[]);
            return Ok(Step::Supplied);
        }
        let Some(destructor) = self.resource(rt).destructor.clone() else {
            fiber.supply(&[]);
            return Ok(Step::Supplied);
        };
        let lowered = Arc::new(Lowered {
            callee: destructor.inst,
            ft: destructor.ft,
            opts: CanonicalOptions::default(),
        });
        self.canon_lower(thread, &lowered, fiber, vec![h.rep])
    }

    /// `canon_resource_rep` ([CanonicalABI.md#canon-resourcerep]).
    ///
    /// Traps: `table.get.*`, `resource.rep.*`.
    pub(super) fn canon_resource_rep(
        &mut self,
        thread: ThreadId,
        rt: ResourceType,
        i: u32,
    ) -> Result<u64, Stop> {
        let inst = self.current_instance(thread);
        let Handle::Resource(h) = self.instance_mut(inst).handles.get_mut(i)? else {
            trap_if!(ResourceRepWrongKind);
        };
        trap_if!(h.rt != rt, ResourceRepWrongType);
        Ok(h.rep)
    }
}
