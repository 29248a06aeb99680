//! Tables of what a component instance refers to by index.

use crate::store::Stop;
use crate::trap::trap_if;

/// `Table` ([CanonicalABI.md#table-state]).
#[derive(Debug)]
pub(crate) struct Table<T> {
    array: Vec<Option<T>>,
    free: Vec<u32>,
}

impl<T> Table<T> {
    /// `Table.MAX_LENGTH` ([CanonicalABI.md#table-state]).
    pub(crate) const MAX_LENGTH: u32 = (1 << 28) - 1;

    /// `Table.__init__` ([CanonicalABI.md#table-state]).
    #[must_use]
    pub(crate) fn new() -> Self {
        Table {
            array: vec![None],
            free: Vec::new(),
        }
    }

    /// `Table.get` ([CanonicalABI.md#table-state]).
    ///
    /// # Errors
    ///
    /// Traps: `table.get.out-of-range`, `table.get.empty-slot`.
    pub(crate) fn get(&self, i: u32) -> Result<&T, Stop> {
        trap_if!(i as usize >= self.array.len(), TableGetOutOfRange);
        match &self.array[i as usize] {
            Some(e) => Ok(e),
            None => trap_if!(TableGetEmptySlot),
        }
    }

    /// [`Table::get`], to change what is there.
    ///
    /// # Errors
    ///
    /// As [`Table::get`].
    pub(crate) fn get_mut(&mut self, i: u32) -> Result<&mut T, Stop> {
        trap_if!(i as usize >= self.array.len(), TableGetOutOfRange);
        match &mut self.array[i as usize] {
            Some(e) => Ok(e),
            None => trap_if!(TableGetEmptySlot),
        }
    }

    /// Whether [`Table::add`] needs more memory.
    pub(crate) fn grows(&self) -> bool {
        self.free.is_empty()
    }

    /// `Table.add` ([CanonicalABI.md#table-state]).
    ///
    /// # Errors
    ///
    /// Traps: `table.add.full`.
    pub(crate) fn add(&mut self, e: T) -> Result<u32, Stop> {
        if let Some(i) = self.free.pop() {
            self.array[i as usize] = Some(e);
            return Ok(i);
        }
        let i = u32::try_from(self.array.len()).unwrap_or(u32::MAX);
        trap_if!(i > Self::MAX_LENGTH, TableAddFull);
        self.array.push(Some(e));
        Ok(i)
    }

    /// `Table.remove` ([CanonicalABI.md#table-state]).
    ///
    /// # Errors
    ///
    /// As [`Table::get`].
    pub(crate) fn remove(&mut self, i: u32) -> Result<T, Stop> {
        self.get(i)?;
        match self.array[i as usize].take() {
            Some(e) => {
                self.free.push(i);
                Ok(e)
            }
            None => trap_if!(TableGetEmptySlot),
        }
    }
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Table::new()
    }
}
