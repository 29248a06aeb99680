//! `canon backpressure.inc` and `backpressure.dec`.

use crate::canonical::thread::ThreadId;
use crate::store::{Stop, Store};
use crate::trap::trap_if;

impl Store {
    /// `canon_backpressure_inc` ([CanonicalABI.md#-canon-backpressureincdec]).
    ///
    /// Traps: `backpressure.inc.overflow`.
    pub(super) fn canon_backpressure_inc(&mut self, thread: ThreadId) -> Result<(), Stop> {
        let inst = self.current_instance(thread);
        let inst = self.instance_mut(inst);
        inst.backpressure += 1;
        trap_if!(inst.backpressure == 1 << 16, BackpressureIncOverflow);
        Ok(())
    }

    /// `canon_backpressure_dec` ([CanonicalABI.md#-canon-backpressureincdec]).
    ///
    /// Traps: `backpressure.dec.underflow`.
    pub(super) fn canon_backpressure_dec(&mut self, thread: ThreadId) -> Result<(), Stop> {
        let inst = self.current_instance(thread);
        let this = self.instance_mut(inst);
        this.backpressure -= 1;
        trap_if!(this.backpressure < 0, BackpressureDecUnderflow);
        self.open_gates(inst);
        Ok(())
    }
}
