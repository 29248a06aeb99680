//! Numeric instructions (core spec, chapter Execution, section Numerics).
//!
//! An instruction is a line: the types in which it sees its operands, and its
//! result. Floats that are only moved, or whose sign is, are seen as their bits.

use super::machine::{Machine, Result};
use super::stack::Stack;
use crate::core::trap::CoreTrap;
use crate::core::value::Slot;
use std::ops::Range;
use wasmparser::Operator;

type Trapping<T> = std::result::Result<T, CoreTrap>;

macro_rules! numeric {
    ($($name:ident($($operand:ident: $ty:ty),+) = $result:expr;)*) => {
        /// A unary or binary operator, a test, a comparison or a conversion.
        #[derive(Clone, Copy, Debug)]
        pub(crate) enum Numeric {
            $($name,)*
        }

        impl Numeric {
            pub(crate) fn of(operator: &Operator<'_>) -> Option<Self> {
                match operator {
                    $(Operator::$name => Some(Numeric::$name),)*
                    _ => None,
                }
            }

            #[inline]
            pub(super) fn execute(self, stack: &mut Stack) -> Result {
                match self {
                    $(Numeric::$name => {
                        pop!(stack, $($operand: $ty),+);
                        stack.push($result.slot()?);
                    })*
                }
                Ok(())
            }
        }
    };
}

macro_rules! pop {
    ($stack:ident, $x:ident: $t:ty) => {
        let $x: $t = $stack.pop();
    };
    ($stack:ident, $x:ident: $t:ty, $y:ident: $u:ty) => {
        let $y: $u = $stack.pop();
        let $x: $t = $stack.pop();
    };
}

numeric! {
    I32Eqz(x: u32) = (x == 0);
    I32Eq(x: u32, y: u32) = (x == y);
    I32Ne(x: u32, y: u32) = (x != y);
    I32LtS(x: i32, y: i32) = (x < y);
    I32LtU(x: u32, y: u32) = (x < y);
    I32GtS(x: i32, y: i32) = (x > y);
    I32GtU(x: u32, y: u32) = (x > y);
    I32LeS(x: i32, y: i32) = (x <= y);
    I32LeU(x: u32, y: u32) = (x <= y);
    I32GeS(x: i32, y: i32) = (x >= y);
    I32GeU(x: u32, y: u32) = (x >= y);
    I64Eqz(x: u64) = (x == 0);
    I64Eq(x: u64, y: u64) = (x == y);
    I64Ne(x: u64, y: u64) = (x != y);
    I64LtS(x: i64, y: i64) = (x < y);
    I64LtU(x: u64, y: u64) = (x < y);
    I64GtS(x: i64, y: i64) = (x > y);
    I64GtU(x: u64, y: u64) = (x > y);
    I64LeS(x: i64, y: i64) = (x <= y);
    I64LeU(x: u64, y: u64) = (x <= y);
    I64GeS(x: i64, y: i64) = (x >= y);
    I64GeU(x: u64, y: u64) = (x >= y);
    F32Eq(x: f32, y: f32) = (x == y);
    F32Ne(x: f32, y: f32) = (x != y);
    F32Lt(x: f32, y: f32) = (x < y);
    F32Gt(x: f32, y: f32) = (x > y);
    F32Le(x: f32, y: f32) = (x <= y);
    F32Ge(x: f32, y: f32) = (x >= y);
    F64Eq(x: f64, y: f64) = (x == y);
    F64Ne(x: f64, y: f64) = (x != y);
    F64Lt(x: f64, y: f64) = (x < y);
    F64Gt(x: f64, y: f64) = (x > y);
    F64Le(x: f64, y: f64) = (x <= y);
    F64Ge(x: f64, y: f64) = (x >= y);

    I32Clz(x: u32) = x.leading_zeros();
    I32Ctz(x: u32) = x.trailing_zeros();
    I32Popcnt(x: u32) = x.count_ones();
    I32Add(x: u32, y: u32) = x.wrapping_add(y);
    I32Sub(x: u32, y: u32) = x.wrapping_sub(y);
    I32Mul(x: u32, y: u32) = x.wrapping_mul(y);
    I32DivS(x: i32, y: i32) = divide(y == 0, x.checked_div(y));
    I32DivU(x: u32, y: u32) = divide(y == 0, x.checked_div(y));
    I32RemS(x: i32, y: i32) = divide(y == 0, Some(x.wrapping_rem(y | i32::from(y == 0))));
    I32RemU(x: u32, y: u32) = divide(y == 0, x.checked_rem(y));
    I32And(x: u32, y: u32) = (x & y);
    I32Or(x: u32, y: u32) = (x | y);
    I32Xor(x: u32, y: u32) = (x ^ y);
    I32Shl(x: u32, y: u32) = x.wrapping_shl(y);
    I32ShrS(x: i32, y: u32) = x.wrapping_shr(y);
    I32ShrU(x: u32, y: u32) = x.wrapping_shr(y);
    I32Rotl(x: u32, y: u32) = x.rotate_left(y % 32);
    I32Rotr(x: u32, y: u32) = x.rotate_right(y % 32);
    I64Clz(x: u64) = u64::from(x.leading_zeros());
    I64Ctz(x: u64) = u64::from(x.trailing_zeros());
    I64Popcnt(x: u64) = u64::from(x.count_ones());
    I64Add(x: u64, y: u64) = x.wrapping_add(y);
    I64Sub(x: u64, y: u64) = x.wrapping_sub(y);
    I64Mul(x: u64, y: u64) = x.wrapping_mul(y);
    I64DivS(x: i64, y: i64) = divide(y == 0, x.checked_div(y));
    I64DivU(x: u64, y: u64) = divide(y == 0, x.checked_div(y));
    I64RemS(x: i64, y: i64) = divide(y == 0, Some(x.wrapping_rem(y | i64::from(y == 0))));
    I64RemU(x: u64, y: u64) = divide(y == 0, x.checked_rem(y));
    I64And(x: u64, y: u64) = (x & y);
    I64Or(x: u64, y: u64) = (x | y);
    I64Xor(x: u64, y: u64) = (x ^ y);
    I64Shl(x: u64, y: u64) = x.wrapping_shl(y as u32);
    I64ShrS(x: i64, y: u64) = x.wrapping_shr(y as u32);
    I64ShrU(x: u64, y: u64) = x.wrapping_shr(y as u32);
    I64Rotl(x: u64, y: u64) = x.rotate_left((y % 64) as u32);
    I64Rotr(x: u64, y: u64) = x.rotate_right((y % 64) as u32);

    F32Abs(x: u32) = (x & !SIGN_32);
    F32Neg(x: u32) = (x ^ SIGN_32);
    F32Ceil(x: f32) = x.ceil();
    F32Floor(x: f32) = x.floor();
    F32Trunc(x: f32) = x.trunc();
    F32Nearest(x: f32) = x.round_ties_even();
    F32Sqrt(x: f32) = x.sqrt();
    F32Add(x: f32, y: f32) = (x + y);
    F32Sub(x: f32, y: f32) = (x - y);
    F32Mul(x: f32, y: f32) = (x * y);
    F32Div(x: f32, y: f32) = (x / y);
    F32Min(x: f32, y: f32) = (minimum(x.into(), y.into()) as f32);
    F32Max(x: f32, y: f32) = (maximum(x.into(), y.into()) as f32);
    F32Copysign(x: u32, y: u32) = (x & !SIGN_32 | y & SIGN_32);
    F64Abs(x: u64) = (x & !SIGN_64);
    F64Neg(x: u64) = (x ^ SIGN_64);
    F64Ceil(x: f64) = x.ceil();
    F64Floor(x: f64) = x.floor();
    F64Trunc(x: f64) = x.trunc();
    F64Nearest(x: f64) = x.round_ties_even();
    F64Sqrt(x: f64) = x.sqrt();
    F64Add(x: f64, y: f64) = (x + y);
    F64Sub(x: f64, y: f64) = (x - y);
    F64Mul(x: f64, y: f64) = (x * y);
    F64Div(x: f64, y: f64) = (x / y);
    F64Min(x: f64, y: f64) = minimum(x, y);
    F64Max(x: f64, y: f64) = maximum(x, y);
    F64Copysign(x: u64, y: u64) = (x & !SIGN_64 | y & SIGN_64);

    I32WrapI64(x: u64) = (x as u32);
    I32TruncF32S(x: f32) = truncate(x.into(), I32).map(|x| x as i32);
    I32TruncF32U(x: f32) = truncate(x.into(), U32).map(|x| x as u32);
    I32TruncF64S(x: f64) = truncate(x, I32).map(|x| x as i32);
    I32TruncF64U(x: f64) = truncate(x, U32).map(|x| x as u32);
    I64ExtendI32S(x: i32) = i64::from(x);
    I64ExtendI32U(x: u32) = u64::from(x);
    I64TruncF32S(x: f32) = truncate(x.into(), I64).map(|x| x as i64);
    I64TruncF32U(x: f32) = truncate(x.into(), U64).map(|x| x as u64);
    I64TruncF64S(x: f64) = truncate(x, I64).map(|x| x as i64);
    I64TruncF64U(x: f64) = truncate(x, U64).map(|x| x as u64);
    F32ConvertI32S(x: i32) = (x as f32);
    F32ConvertI32U(x: u32) = (x as f32);
    F32ConvertI64S(x: i64) = (x as f32);
    F32ConvertI64U(x: u64) = (x as f32);
    F32DemoteF64(x: f64) = (x as f32);
    F64ConvertI32S(x: i32) = f64::from(x);
    F64ConvertI32U(x: u32) = f64::from(x);
    F64ConvertI64S(x: i64) = (x as f64);
    F64ConvertI64U(x: u64) = (x as f64);
    F64PromoteF32(x: f32) = f64::from(x);
    I32ReinterpretF32(x: u32) = x;
    I64ReinterpretF64(x: u64) = x;
    F32ReinterpretI32(x: u32) = x;
    F64ReinterpretI64(x: u64) = x;
    I32Extend8S(x: u32) = i32::from(x as i8);
    I32Extend16S(x: u32) = i32::from(x as i16);
    I64Extend8S(x: u64) = i64::from(x as i8);
    I64Extend16S(x: u64) = i64::from(x as i16);
    I64Extend32S(x: u64) = i64::from(x as i32);
    I32TruncSatF32S(x: f32) = (x as i32);
    I32TruncSatF32U(x: f32) = (x as u32);
    I32TruncSatF64S(x: f64) = (x as i32);
    I32TruncSatF64U(x: f64) = (x as u32);
    I64TruncSatF32S(x: f32) = (x as i64);
    I64TruncSatF32U(x: f32) = (x as u64);
    I64TruncSatF64S(x: f64) = (x as i64);
    I64TruncSatF64U(x: f64) = (x as u64);
}

/// The proposal wide arithmetic: numbers of 128 bits, the lower half below the
/// upper one.
impl Machine<'_> {
    pub(super) fn add_wide(&mut self, f: impl Fn(u128, u128) -> u128) -> Result {
        let [x_low, x_high, y_low, y_high] = self.stack.peek().map(u128::from);
        self.stack.drop(4);
        self.push_wide(f(x_high << 64 | x_low, y_high << 64 | y_low))
    }

    pub(super) fn multiply_wide(&mut self, extend: impl Fn(u64) -> u128) -> Result {
        let [x, y] = self.stack.peek().map(extend);
        self.stack.drop(2);
        self.push_wide(x.wrapping_mul(y))
    }

    fn push_wide(&mut self, result: u128) -> Result {
        self.stack.push(result as u64);
        self.stack.push((result >> 64) as u64);
        Ok(())
    }
}

const SIGN_32: u32 = 1 << 31;
const SIGN_64: u64 = 1 << 63;

/// The truncated floats that are values of the integer types.
const I32: Range<f64> = -2_147_483_648.0..2_147_483_648.0;
const U32: Range<f64> = 0.0..4_294_967_296.0;
const I64: Range<f64> = -9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0;
const U64: Range<f64> = 0.0..18_446_744_073_709_551_616.0;

fn truncate(x: f64, integers: Range<f64>) -> Trapping<f64> {
    let truncated = x.trunc();
    if truncated.is_nan() {
        Err(CoreTrap::InvalidConversionToInteger)
    } else if integers.contains(&truncated) {
        Ok(truncated)
    } else {
        Err(CoreTrap::IntegerOverflow)
    }
}

fn divide<T>(by_zero: bool, quotient: Option<T>) -> Trapping<T> {
    match by_zero {
        true => Err(CoreTrap::IntegerDivideByZero),
        false => quotient.ok_or(CoreTrap::IntegerOverflow),
    }
}

/// `fmin`, for both float types: every `f32` is an `f64`.
fn minimum(x: f64, y: f64) -> f64 {
    if x.is_nan() || y.is_nan() {
        f64::NAN
    } else if x < y || x == y && x.is_sign_negative() {
        x
    } else {
        y
    }
}

/// `fmax`, for both float types.
fn maximum(x: f64, y: f64) -> f64 {
    -minimum(-x, -y)
}

/// What an instruction results in: a value, or a value or a trap.
trait Outcome {
    fn slot(self) -> Trapping<u64>;
}

impl<T: Slot> Outcome for T {
    #[inline]
    fn slot(self) -> Trapping<u64> {
        Ok(self.into_slot())
    }
}

impl<T: Slot> Outcome for Trapping<T> {
    #[inline]
    fn slot(self) -> Trapping<u64> {
        self.map(Slot::into_slot)
    }
}
