//! Texts that occur often, each told once.

use serde::{Serialize, Serializer};
use std::collections::HashMap;
use std::hash::Hash;

/// Values by number, in the order of first use.
#[derive(Debug)]
pub(super) struct Interned<T> {
    values: Vec<T>,
    numbers: HashMap<T, usize>,
}

impl<T> Default for Interned<T> {
    fn default() -> Self {
        Interned {
            values: Vec::new(),
            numbers: HashMap::new(),
        }
    }
}

impl<T: Clone + Eq + Hash> Interned<T> {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// The number of a value.
    pub(super) fn number(&mut self, value: T) -> usize {
        if let Some(number) = self.numbers.get(&value) {
            return *number;
        }
        let number = self.values.len();
        self.values.push(value.clone());
        self.numbers.insert(value, number);
        number
    }
}

impl<T: Serialize> Serialize for Interned<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.values.serialize(serializer)
    }
}
