//! Resources and the handles to them.

use crate::canonical::instance::InstanceId;
use crate::canonical::task::TaskId;
use crate::embedding::Func;
use crate::types::ResourceType;

/// `ResourceHandle` ([CanonicalABI.md#resource-state]).
#[derive(Clone, Debug)]
pub(crate) struct ResourceHandle {
    /// The resource's type.
    pub(crate) rt: ResourceType,
    /// The resource's representation.
    pub(crate) rep: u64,
    /// Whether the handle owns the resource.
    pub(crate) own: bool,
    /// The task that a borrow was lent to.
    pub(crate) borrow_scope: Option<TaskId>,
    /// How many calls the handle is lent to at the moment.
    pub(crate) num_lends: u32,
}

impl ResourceHandle {
    /// `ResourceHandle.__init__` ([CanonicalABI.md#resource-state]), of an owner.
    #[must_use]
    pub(crate) fn own(rt: ResourceType, rep: u64) -> Self {
        ResourceHandle {
            rt,
            rep,
            own: true,
            borrow_scope: None,
            num_lends: 0,
        }
    }

    /// `ResourceHandle.__init__` ([CanonicalABI.md#resource-state]), of a borrow.
    #[must_use]
    pub(crate) fn borrow(rt: ResourceType, rep: u64, borrow_scope: TaskId) -> Self {
        ResourceHandle {
            borrow_scope: Some(borrow_scope),
            own: false,
            ..ResourceHandle::own(rt, rep)
        }
    }
}

/// What [`ResourceType`] numbers: the `impl` and `dtor` of the spec's
/// `ResourceType` ([CanonicalABI.md#resource-state]).
#[derive(Debug)]
pub(crate) struct ResourceDefinition {
    /// The instance that implements the resource; none if the host does.
    pub(crate) implementation: Option<InstanceId>,
    /// What is called with the representation when an owner is dropped.
    pub(crate) destructor: Option<Func>,
}
