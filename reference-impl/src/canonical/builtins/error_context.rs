//! `canon error-context.new`, `error-context.debug-message` and
//! `error-context.drop`.

use super::leaving;
use crate::canonical::context::{BorrowScope, LiftLowerContext};
use crate::canonical::element_size::is_aligned;
use crate::canonical::instance::Handle;
use crate::canonical::loading::load_string_from_range;
use crate::canonical::options::{LiftLowerOptions, LiftOptions};
use crate::canonical::storing_strings::store_string;
use crate::canonical::thread::ThreadId;
use crate::chooser::Choice;
use crate::store::{Stop, Store};
use crate::trap::{SpecGap, Trap, trap_if};
use crate::value::{ErrorContext, String};

impl Store {
    /// `canon_error_context_new` ([CanonicalABI.md#-canon-error-contextnew]): the
    /// index. The host transforms no message.
    ///
    /// Traps: `inst.leave.error-context.new`, those of lifting a string,
    /// `table.add.full`.
    pub(super) fn canon_error_context_new(
        &mut self,
        thread: ThreadId,
        opts: LiftOptions,
        ptr: u64,
        tagged_code_units: u64,
    ) -> Result<u64, Stop> {
        let inst = leaving!(self, thread, InstLeaveErrorContextNew);
        let debug_message = if self.chooser.flip(Choice::DiscardMessage) {
            String::from("")
        } else {
            let opts = LiftLowerOptions {
                lift: opts,
                realloc: None,
            };
            let mut cx = LiftLowerContext::new(self, opts, inst, BorrowScope::None);
            load_string_from_range(&mut cx, ptr, tagged_code_units)?
        };
        let errctx = Handle::ErrorContext(ErrorContext { debug_message });
        Ok(u64::from(self.add_handle(inst, errctx)?))
    }

    /// `canon_error_context_debug_message`
    /// ([CanonicalABI.md#-canon-error-contextdebug-message]).
    ///
    /// The text stores through `ptr` unchecked, where `store` demands that it is
    /// aligned and in bounds: it traps like every other pointer here.
    ///
    /// Traps: `inst.leave.error-context.debug-message`, `table.get.*`,
    /// `error-context.debug-message.wrong-kind`, those of lowering a string.
    pub(super) fn canon_error_context_debug_message(
        &mut self,
        thread: ThreadId,
        opts: LiftLowerOptions,
        i: u32,
        ptr: u64,
    ) -> Result<(), Stop> {
        let inst = leaving!(self, thread, InstLeaveErrorContextDebugMessage);
        let Handle::ErrorContext(errctx) = self.instance_mut(inst).handles.get_mut(i)? else {
            trap_if!(ErrorContextDebugMessageWrongKind);
        };
        let message = errctx.debug_message.clone();
        let mut cx = LiftLowerContext::new(self, opts, inst, BorrowScope::None);
        let size = cx.ptr_size();
        if !is_aligned(ptr, size) {
            return Err(Trap::Gap(SpecGap::DebugMessageUnaligned).into());
        }
        if ptr.saturating_add(2 * size) > cx.memory().len() as u64 {
            return Err(Trap::Gap(SpecGap::DebugMessageOutOfBounds).into());
        }
        store_string(&mut cx, &message, ptr)
    }

    /// `canon_error_context_drop` ([CanonicalABI.md#-canon-error-contextdrop]).
    ///
    /// Traps: `inst.leave.error-context.drop`, `table.get.*`,
    /// `error-context.drop.wrong-kind`.
    pub(super) fn canon_error_context_drop(
        &mut self,
        thread: ThreadId,
        i: u32,
    ) -> Result<(), Stop> {
        let inst = leaving!(self, thread, InstLeaveErrorContextDrop);
        let errctx = self.instance_mut(inst).handles.remove(i)?;
        trap_if!(
            !matches!(errctx, Handle::ErrorContext(_)),
            ErrorContextDropWrongKind
        );
        Ok(())
    }
}
