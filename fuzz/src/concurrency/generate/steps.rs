//! One step each.

use super::{COUNTS, Draft, Guess};
use crate::concurrency::{Abi, INSTANCES, Kind, Passed, Place, Slot, Switch, Way, What};

impl Draft<'_, '_> {
    pub(super) fn copy(&mut self) {
        let ends = self.all(|slot, guess| {
            slot.kind.is_waitable() && slot.kind != Kind::Subtask && guess == Guess::Idle
        });
        let Some(end) = self.choices.pick(&ends).copied() else {
            return self.new_something();
        };
        let count = self.choices.pick(&COUNTS).copied().unwrap_or(1);
        let way = self.way();
        let place = match self.choices.below(60) {
            57 | 58 => Place::End,
            59 => Place::Past,
            _ => Place::Own,
        };
        self.push(What::Copy(end, count, way, place));
        // A copy of a stream may well have come to its end.
        let now = match (way, end.kind.is_future()) {
            (Way::Sync, true) => Guess::Done,
            (Way::Sync, false) => Guess::Idle,
            _ if self.choices.below(3) == 2 => Guess::Idle,
            _ => Guess::Busy,
        };
        self.guess(end.kind, end.index, now);
    }

    pub(super) fn call(&mut self) {
        let function = self.choices.below(self.callees.len());
        let (abi, takes, gives) = self.callees[function];
        let free = self.all(|slot, guess| slot.kind == Kind::Subtask && guess == Guess::Empty);
        let slot = self.choices.pick(&free).map_or(0, |slot| slot.index);
        let way = match abi == Abi::Sync || self.choices.rarely(5) {
            true => Way::Sync,
            false => Way::Async,
        };
        let instance = self.choices.below(INSTANCES);
        let (given, other) = match takes {
            Passed::Stream => (Kind::StreamRead, Kind::StreamWrite),
            Passed::Future => (Kind::FutureRead, Kind::FutureWrite),
            _ => (Kind::Subtask, Kind::Subtask),
        };
        let mut wild = false;
        if given != Kind::Subtask {
            let readable = self.all(|slot, guess| slot.kind == given && guess == Guess::Idle);
            match readable.first().copied() {
                Some(slot) if self.choices.rarely(16) => {
                    self.join(slot);
                    wild = true;
                }
                Some(slot) => self.guess(slot.kind, slot.index, Guess::Empty),
                None => self.guess(other, 0, Guess::Idle),
            }
        }
        self.push(What::Call {
            slot,
            instance,
            function,
            way,
        });
        if wild && let Some(last) = self.body.last_mut() {
            last.wild = true;
        }
        if way == Way::Async {
            self.guess(Kind::Subtask, slot, Guess::Busy);
        } else {
            match gives {
                Passed::Stream => self.guess(Kind::StreamRead, 0, Guess::Idle),
                Passed::Future => self.guess(Kind::FutureRead, 0, Guess::Idle),
                _ => {}
            }
        }
    }

    pub(super) fn join(&mut self, slot: Slot) {
        let index = usize::from(self.choices.rarely(6));
        let set = Slot {
            kind: Kind::Set,
            index,
        };
        if self.of(set) == Guess::Empty {
            self.set(index);
        }
        self.guess(slot.kind, slot.index, Guess::Joined);
        self.push(What::Join(slot, index));
    }

    pub(super) fn wait(&mut self) {
        if !self.may_block() {
            return self.copy();
        }
        let joined = self.all(|_, guess| guess == Guess::Joined);
        let Some(slot) = self.choices.pick(&joined).copied() else {
            let busy = self.all(|slot, guess| slot.kind.is_waitable() && guess == Guess::Busy);
            return match self.choices.pick(&busy).copied() {
                Some(slot) => self.join(slot),
                None => self.copy(),
            };
        };
        let hold = match self.abi {
            Abi::Callback => self.choices.rarely(8),
            _ => self.choices.below(2) == 1,
        };
        let set = usize::from(self.choices.rarely(8));
        self.push(What::Wait { set, hold });
        let now = match slot.kind {
            Kind::Subtask => Guess::Done,
            kind if kind.is_future() => Guess::Done,
            _ => Guess::Idle,
        };
        self.guess(slot.kind, slot.index, now);
    }

    pub(super) fn cancel(&mut self) {
        let busy = self.all(|slot, guess| {
            slot.kind.is_waitable() && matches!(guess, Guess::Busy | Guess::Joined)
        });
        let Some(slot) = self.choices.pick(&busy).copied() else {
            return self.copy();
        };
        let way = self.way();
        if self.of(slot) == Guess::Joined && (slot.kind == Kind::Subtask || way == Way::Sync) {
            self.push(What::Leave(slot));
        }
        self.push(What::Cancel(slot, way));
        let now = match slot.kind {
            Kind::Subtask => Guess::Busy,
            _ => Guess::Idle,
        };
        self.guess(slot.kind, slot.index, now);
    }

    pub(super) fn drop(&mut self, wild: bool) {
        let fitting = self.all(|slot, guess| match guess {
            Guess::Empty => false,
            Guess::Done | Guess::Idle => slot.kind != Kind::Thread,
            Guess::Busy | Guess::Joined => wild,
        });
        match self.choices.pick(&fitting).copied() {
            Some(slot) => {
                self.guess(slot.kind, slot.index, Guess::Empty);
                self.push(What::Drop(slot));
            }
            None => self.copy(),
        }
    }

    pub(super) fn yields(&mut self) {
        match self.may_block() {
            true => {
                let hold = self.choices.rarely(5);
                self.push(What::Yield { hold });
            }
            false => self.copy(),
        }
    }

    pub(super) fn threads(&mut self) {
        let threads = self.all(|slot, guess| slot.kind == Kind::Thread && guess != Guess::Empty);
        if self.thread {
            return self.push(What::Suspend);
        }
        let index = self.choices.below(Kind::Thread.slots());
        match self.choices.pick(&threads).copied() {
            Some(slot) if self.choices.below(4) != 0 => {
                let how = match self.choices.below(5) {
                    0 | 1 => Switch::Later,
                    4 => Switch::Suspend,
                    _ if self.abi == Abi::Sync => Switch::Later,
                    _ => Switch::Yield,
                };
                self.push(What::Resume(slot.index, how));
            }
            _ => {
                let thread = self.choices.below(self.threads);
                self.guess(Kind::Thread, index, Guess::Idle);
                self.push(What::Spawn(index, thread));
                let how = match self.choices.below(2) {
                    0 => Switch::Later,
                    _ if self.abi == Abi::Sync => Switch::Later,
                    _ => Switch::Yield,
                };
                self.push(What::Resume(index, how));
            }
        }
    }
}
