//! Where the elements of streams and futures are copied from and to.

use crate::canonical::alignment::alignment;
use crate::canonical::canon::Payload;
use crate::canonical::context::{BorrowScope, LiftLowerContext};
use crate::canonical::element_size::{elem_size, is_aligned};
use crate::canonical::instance::InstanceId;
use crate::canonical::loading::load_list_from_valid_range;
use crate::canonical::options::LiftLowerOptions;
use crate::canonical::storing::store_list_into_valid_range;
use crate::store::{Stop, Store};
use crate::trap::trap_if;
use crate::value::Value;

/// `Buffer.MAX_LENGTH` ([CanonicalABI.md#buffer-state]).
pub(crate) const MAX_LENGTH: u64 = (1 << 28) - 1;

/// `GuestBuffer` ([CanonicalABI.md#buffer-state]): the same for reading and for
/// writing.
#[derive(Clone, Debug)]
pub(crate) struct GuestBuffer {
    /// `cx`, as far as it is not the store.
    opts: LiftLowerOptions,
    inst: InstanceId,
    /// `t`.
    t: Payload,
    /// `ptr`.
    ptr: u64,
    /// `progress`.
    pub(crate) progress: u32,
    /// `length`.
    length: u32,
}

impl GuestBuffer {
    /// `GuestBuffer.__init__` ([CanonicalABI.md#buffer-state]).
    ///
    /// # Errors
    ///
    /// Traps: `copy.buffer.*`.
    pub(crate) fn new(
        cx: &LiftLowerContext<'_>,
        t: Payload,
        ptr: u64,
        length: u64,
    ) -> Result<Self, Stop> {
        trap_if!(length > MAX_LENGTH, CopyBufferTooLong);
        if let Some(t) = &t
            && length > 0
        {
            let ptr_type = cx.ptr_type();
            trap_if!(
                !is_aligned(ptr, alignment(t, ptr_type)),
                CopyBufferUnaligned
            );
            let byte_length = length.saturating_mul(elem_size(t, ptr_type));
            trap_if!(
                ptr.saturating_add(byte_length) > cx.memory().len() as u64,
                CopyBufferOutOfBounds
            );
        }
        Ok(GuestBuffer {
            opts: cx.opts,
            inst: cx.inst,
            t,
            ptr,
            progress: 0,
            length: length as u32,
        })
    }

    /// `GuestBuffer.remain` ([CanonicalABI.md#buffer-state]).
    pub(crate) fn remain(&self) -> u32 {
        self.length - self.progress
    }

    /// `ReadableGuestBuffer.read` ([CanonicalABI.md#buffer-state]); nothing where
    /// elements have no type.
    ///
    /// # Errors
    ///
    /// Traps: those of loading.
    pub(crate) fn read(&mut self, store: &mut Store, n: u32) -> Result<Option<Value>, Stop> {
        let mut vs = None;
        if let Some(t) = &self.t {
            store.begin_values();
            let mut cx = LiftLowerContext::new(store, self.opts, self.inst, BorrowScope::None);
            vs = Some(load_list_from_valid_range(&mut cx, self.ptr, n.into(), t)?);
            self.ptr += u64::from(n) * elem_size(t, self.opts.lift.ptr_type());
        }
        self.progress += n;
        Ok(vs)
    }

    /// `WritableGuestBuffer.write` ([CanonicalABI.md#buffer-state]).
    ///
    /// # Errors
    ///
    /// Traps: those of storing.
    pub(crate) fn write(
        &mut self,
        store: &mut Store,
        vs: Option<&Value>,
        n: u32,
    ) -> Result<(), Stop> {
        if let (Some(t), Some(vs)) = (&self.t, vs) {
            let mut cx = LiftLowerContext::new(store, self.opts, self.inst, BorrowScope::None);
            store_list_into_valid_range(&mut cx, vs, self.ptr, t)?;
            self.ptr += u64::from(n) * elem_size(t, self.opts.lift.ptr_type());
        }
        self.progress += n;
        Ok(())
    }
}
