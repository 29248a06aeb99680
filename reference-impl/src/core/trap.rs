//! Traps: how an instruction fails (core spec, chapter Execution).

use std::fmt;

macro_rules! traps {
    ($($(#[$doc:meta])* $trap:ident = $id:literal, $text:literal;)*) => {
        /// Why core code trapped.
        ///
        /// The texts are those of the spec's interpreter, which the core test
        /// suite expects.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum CoreTrap {
            $($(#[$doc])* $trap,)*
        }

        impl CoreTrap {
            /// A name that stays the same.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self {
                    $(CoreTrap::$trap => $id,)*
                }
            }
        }

        impl fmt::Display for CoreTrap {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(CoreTrap::$trap => $text,)*
                })
            }
        }
    };
}

traps! {
    /// `unreachable` was executed.
    Unreachable = "core.unreachable", "unreachable";
    /// An integer was divided by zero.
    IntegerDivideByZero = "core.integer-divide-by-zero", "integer divide by zero";
    /// A quotient or a truncated float is no value of the integer type.
    IntegerOverflow = "core.integer-overflow", "integer overflow";
    /// A NaN was truncated.
    InvalidConversionToInteger =
        "core.invalid-conversion-to-integer", "invalid conversion to integer";
    /// A memory, or a data segment, was accessed beyond its end.
    OutOfBoundsMemoryAccess = "core.out-of-bounds-memory-access", "out of bounds memory access";
    /// A table, or an element segment, was accessed beyond its end.
    OutOfBoundsTableAccess = "core.out-of-bounds-table-access", "out of bounds table access";
    /// `call_indirect` went beyond the end of the table.
    UndefinedElement = "core.undefined-element", "undefined element";
    /// `call_indirect` found null.
    UninitializedElement = "core.uninitialized-element", "uninitialized element";
    /// `call_indirect` found a function of another type.
    IndirectCallTypeMismatch =
        "core.indirect-call-type-mismatch", "indirect call type mismatch";
    /// `ref.as_non_null` found null.
    NullReference = "core.null-reference", "null reference";
    /// A function was needed and null given.
    NullFunctionReference = "core.null-function-reference", "null function reference";
    /// A structure was needed and null given.
    NullStructureReference = "core.null-structure-reference", "null structure reference";
    /// An array was needed and null given.
    NullArrayReference = "core.null-array-reference", "null array reference";
    /// An unboxed scalar was needed and null given.
    NullI31Reference = "core.null-i31-reference", "null i31 reference";
    /// An exception was needed and null given.
    NullExceptionReference = "core.null-exception-reference", "null exception reference";
    /// `ref.cast` found a reference of another type.
    CastFailure = "core.cast-failure", "cast failure";
    /// An array was accessed beyond its end.
    OutOfBoundsArrayAccess = "core.out-of-bounds-array-access", "out of bounds array access";
}

impl std::error::Error for CoreTrap {}
