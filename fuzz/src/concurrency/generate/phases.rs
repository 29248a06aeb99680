//! What programs begin and end with, and other steps that belong together.

use super::{COUNTS, Draft, Guess};
use crate::concurrency::{Abi, INSTANCES, Kind, Passed, Place, Slot, Way, What};

impl Draft<'_, '_> {
    /// Waits for its parameter, or for what never comes.
    pub(super) fn begin(&mut self, takes: Passed) {
        let kind = match takes {
            Passed::Stream if self.choices.below(2) == 1 => Kind::StreamRead,
            Passed::Future if self.choices.below(2) == 1 => Kind::FutureRead,
            _ if self.abi == Abi::Sync && self.blocks && self.choices.below(2) == 1 => {
                self.new_pair(Kind::StreamRead, 1);
                self.read(Slot {
                    kind: Kind::StreamRead,
                    index: 1,
                });
                return;
            }
            _ => return,
        };
        self.read(Slot { kind, index: 0 });
    }

    /// Reads from an end, and waits until that is done.
    pub(super) fn read(&mut self, end: Slot) {
        let count = self.choices.pick(&COUNTS).copied().unwrap_or(1);
        self.push(What::Copy(end, count, Way::Async, Place::Own));
        self.guess(end.kind, end.index, Guess::Busy);
        if self.blocks && self.choices.below(3) != 0 {
            self.join(end);
            self.push(What::Wait {
                set: 0,
                hold: false,
            });
            self.guess(end.kind, end.index, Guess::Idle);
        }
    }

    /// Calls what waits for the caller, does what it waits for, and calls the other
    /// instance synchronously: what can run then must not.
    pub(super) fn wake(&mut self) {
        let waits = self.callees.iter().position(|(abi, takes, _)| {
            abi.is_async_typed() && matches!(takes, Passed::Stream | Passed::Future)
        });
        let plain = self.callees.iter().position(|(abi, ..)| *abi == Abi::Sync);
        let (Some(function), Some(plain)) = (waits, plain) else {
            return self.call();
        };
        let future = self.callees[function].1 == Passed::Future;
        let kind = match future {
            true => Kind::FutureWrite,
            false => Kind::StreamWrite,
        };
        let given = match future {
            true => Kind::FutureRead,
            false => Kind::StreamRead,
        };
        let instance = self.choices.below(INSTANCES);
        self.new_pair(given, 0);
        self.guess(given, 0, Guess::Empty);
        let slot = self.choices.below(Kind::Subtask.slots());
        let count = self.choices.pick(&COUNTS).copied().unwrap_or(1);
        self.push(What::Call {
            slot,
            instance,
            function,
            way: Way::Async,
        });
        self.guess(Kind::Subtask, slot, Guess::Busy);
        let end = Slot { kind, index: 0 };
        self.push(What::Copy(end, count, Way::Async, Place::Own));
        self.push(What::Call {
            slot,
            instance: (instance + 1) % INSTANCES,
            function: plain,
            way: Way::Sync,
        });
    }

    /// Waits for what is under way, having done what others wait for.
    pub(super) fn finish(&mut self) {
        self.answer();
        let busy = self.all(|slot, guess| slot.kind.is_waitable() && guess == Guess::Busy);
        for slot in busy {
            self.join(slot);
        }
        let joined = self.all(|_, guess| guess == Guess::Joined).len();
        if self.may_block() {
            for _ in 0..joined {
                self.wait();
            }
        }
        self.drop_all();
        if self.abi.is_async() && self.choices.rarely(8) {
            for what in [What::Return, What::Yield { hold: false }, What::Trap] {
                self.push(what);
            }
        }
    }

    /// Copies at the other end of each copy, or drops it.
    pub(super) fn answer(&mut self) {
        let busy = self.all(|slot, guess| {
            slot.kind.is_waitable() && matches!(guess, Guess::Busy | Guess::Joined)
        });
        for slot in busy {
            let kind = match slot.kind {
                Kind::StreamRead => Kind::StreamWrite,
                Kind::StreamWrite => Kind::StreamRead,
                Kind::FutureRead => Kind::FutureWrite,
                Kind::FutureWrite => Kind::FutureRead,
                _ => continue,
            };
            let other = Slot { kind, ..slot };
            if self.of(other) != Guess::Idle {
                continue;
            }
            match self.choices.below(3) {
                0 if kind != Kind::FutureWrite => {
                    self.guess(kind, slot.index, Guess::Empty);
                    self.push(What::Drop(other));
                }
                _ => {
                    let count = self.choices.pick(&COUNTS).copied().unwrap_or(1);
                    self.push(What::Copy(other, count, Way::Async, Place::Own));
                    self.guess(kind, slot.index, Guess::Busy);
                }
            }
        }
    }

    /// Drops most of what is left, so that nobody waits for it.
    pub(super) fn drop_all(&mut self) {
        let left = self.all(|slot, guess| {
            slot.kind.is_waitable() && slot.kind != Kind::Subtask && guess != Guess::Empty
        });
        for slot in left {
            if self.choices.rarely(4) {
                continue;
            }
            if slot.kind == Kind::FutureWrite && self.of(slot) == Guess::Idle {
                self.push(What::Copy(slot, 1, Way::Async, Place::Own));
            }
            self.push(What::Drop(slot));
        }
    }
}
