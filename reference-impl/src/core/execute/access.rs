//! Loads and stores of numbers, little-endian wherever they run: what each
//! instruction reads or writes, and the type of its operand.

use crate::core::value::Slot;
use wasmparser::{MemArg, Operator};

macro_rules! loads {
    ($($name:ident = $stored:ty => $value:ty;)*) => {
        /// `t.load` and `t.loadN_sx`
        #[derive(Clone, Copy, Debug)]
        #[expect(clippy::enum_variant_names, reason = "the names are the spec's")]
        pub(crate) enum Load {
            $($name,)*
        }

        impl Load {
            pub(crate) fn of<'o>(operator: &'o Operator<'_>) -> Option<(Self, &'o MemArg)> {
                match operator {
                    $(Operator::$name { memarg } => Some((Load::$name, memarg)),)*
                    _ => None,
                }
            }

            /// The slot of what is at `address`, if that is within bounds.
            #[inline]
            pub(super) fn load(self, bytes: &[u8], address: u64) -> Option<u64> {
                let bytes = bytes.get(usize::try_from(address).ok()?..)?;
                Some(match self {
                    $(Load::$name => {
                        let stored = <$stored>::from_le_bytes(*bytes.first_chunk()?);
                        (stored as $value).into_slot()
                    })*
                })
            }
        }
    };
}

macro_rules! stores {
    ($($name:ident = $value:ty => $stored:ty;)*) => {
        /// `t.store` and `t.storeN`
        #[derive(Clone, Copy, Debug)]
        #[expect(clippy::enum_variant_names, reason = "the names are the spec's")]
        pub(crate) enum Store {
            $($name,)*
        }

        impl Store {
            pub(crate) fn of<'o>(operator: &'o Operator<'_>) -> Option<(Self, &'o MemArg)> {
                match operator {
                    $(Operator::$name { memarg } => Some((Store::$name, memarg)),)*
                    _ => None,
                }
            }

            /// Stores the value of a slot at `address`, if that is within bounds.
            #[inline]
            pub(super) fn store(self, bytes: &mut [u8], address: u64, slot: u64) -> Option<()> {
                let bytes = bytes.get_mut(usize::try_from(address).ok()?..)?;
                match self {
                    $(Store::$name => {
                        let stored = <$value>::from_slot(slot) as $stored;
                        *bytes.first_chunk_mut()? = stored.to_le_bytes();
                    })*
                }
                Some(())
            }
        }
    };
}

loads! {
    I32Load = u32 => u32;
    I64Load = u64 => u64;
    F32Load = u32 => u32;
    F64Load = u64 => u64;
    I32Load8S = i8 => i32;
    I32Load8U = u8 => u32;
    I32Load16S = i16 => i32;
    I32Load16U = u16 => u32;
    I64Load8S = i8 => i64;
    I64Load8U = u8 => u64;
    I64Load16S = i16 => i64;
    I64Load16U = u16 => u64;
    I64Load32S = i32 => i64;
    I64Load32U = u32 => u64;
}

stores! {
    I32Store = u32 => u32;
    I64Store = u64 => u64;
    F32Store = u32 => u32;
    F64Store = u64 => u64;
    I32Store8 = u32 => u8;
    I32Store16 = u32 => u16;
    I64Store8 = u64 => u8;
    I64Store16 = u64 => u16;
    I64Store32 = u64 => u32;
}
