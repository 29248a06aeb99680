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
use crate::types::{PrimValType, ValType};
use crate::value::Value;

/// `Buffer.MAX_LENGTH` ([CanonicalABI.md#buffer-state]).
pub(crate) const MAX_LENGTH: u64 = (1 << 28) - 1;

/// `Buffer` ([CanonicalABI.md#buffer-state]).
#[derive(Clone, Debug)]
pub(crate) enum Buffer {
    /// A guest's.
    Guest(GuestBuffer),
    /// The host's.
    Host(HostBuffer),
}

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
    progress: u32,
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
    fn remain(&self) -> u32 {
        self.length - self.progress
    }

    /// `ReadableGuestBuffer.read` ([CanonicalABI.md#buffer-state]).
    fn read(&mut self, store: &mut Store, n: u32) -> Result<Option<Value>, Stop> {
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

impl Buffer {
    /// `remain` ([CanonicalABI.md#buffer-state]).
    pub(crate) fn remain(&self) -> u32 {
        match self {
            Buffer::Guest(buffer) => buffer.remain(),
            Buffer::Host(buffer) => buffer.length - buffer.progress,
        }
    }

    /// `progress` ([CanonicalABI.md#buffer-state]).
    pub(crate) fn progress(&self) -> u32 {
        match self {
            Buffer::Guest(buffer) => buffer.progress,
            Buffer::Host(buffer) => buffer.progress,
        }
    }

    /// `ReadableBuffer.read` ([CanonicalABI.md#buffer-state]); nothing where
    /// elements have no type.
    ///
    /// # Errors
    ///
    /// Traps: those of loading.
    pub(crate) fn read(&mut self, store: &mut Store, n: u32) -> Result<Option<Value>, Stop> {
        match self {
            Buffer::Guest(buffer) => buffer.read(store, n),
            Buffer::Host(buffer) => Ok(buffer.read(n)),
        }
    }
}

/// A buffer of the host's. What it is written into is the host's end.
#[derive(Clone, Debug)]
pub(crate) struct HostBuffer {
    t: Payload,
    elements: std::vec::IntoIter<Value>,
    progress: u32,
    length: u32,
}

impl HostBuffer {
    /// `length` elements of type `t`; none, if it is to be written.
    pub(crate) fn new(t: Payload, elements: Vec<Value>, length: u32) -> Self {
        HostBuffer {
            t,
            elements: elements.into_iter(),
            progress: 0,
            length,
        }
    }

    fn read(&mut self, n: u32) -> Option<Value> {
        self.progress += n;
        let vs = self.elements.by_ref().take(n as usize);
        let t = self.t.as_deref()?;
        Some(match t {
            ValType::Prim(PrimValType::U8) => Value::Bytes(
                vs.filter_map(|v| match v {
                    Value::U8(byte) => Some(byte),
                    _ => None,
                })
                .collect(),
            ),
            _ => Value::List(vs.collect()),
        })
    }

    /// Makes the progress of a write of `n` elements: they.
    pub(crate) fn write(&mut self, vs: Option<Value>, n: u32) -> Vec<Value> {
        self.progress += n;
        match vs {
            Some(Value::List(vs)) => vs,
            Some(Value::Bytes(bytes)) => bytes.into_iter().map(Value::U8).collect(),
            _ => vec![Value::Record(Vec::new()); n as usize],
        }
    }
}
