//! Types as terms ([Explainer.md#type-definitions]).

use std::sync::Arc;

/// The name of a field, a case or a flag.
pub type Label = Arc<str>;

/// `CoreValType` ([CanonicalABI.md#flattening]): those that the ABI uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CoreValType {
    /// `'i32'`.
    I32,
    /// `'i64'`.
    I64,
    /// `'f32'`.
    F32,
    /// `'f64'`.
    F64,
}

impl From<CoreValType> for crate::core::ValType {
    fn from(t: CoreValType) -> Self {
        use crate::core::ValType;
        match t {
            CoreValType::I32 => ValType::I32,
            CoreValType::I64 => ValType::I64,
            CoreValType::F32 => ValType::F32,
            CoreValType::F64 => ValType::F64,
        }
    }
}

/// `CoreFuncType` ([CanonicalABI.md#flattening]).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CoreFuncType {
    /// The types of the parameters.
    pub params: Vec<CoreValType>,
    /// The types of the results.
    pub results: Vec<CoreValType>,
}

/// `FuncType` ([Explainer.md#type-definitions]).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FuncType {
    /// The parameters, by name.
    pub params: Vec<(Label, ValType)>,
    /// The result, of which there is at most one.
    pub result: Option<ValType>,
    /// Whether it is an `async` function.
    pub async_: bool,
}

impl FuncType {
    /// `FuncType.param_types` ([Explainer.md#type-definitions]).
    pub fn param_types(&self) -> impl Iterator<Item = &ValType> {
        self.params.iter().map(|(_, t)| t)
    }

    /// `FuncType.result_type` ([Explainer.md#type-definitions]).
    pub fn result_type(&self) -> impl Iterator<Item = &ValType> {
        self.result.iter()
    }
}

/// `PrimValType` ([Explainer.md#type-definitions]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PrimValType {
    /// `BoolType`.
    Bool,
    /// `S8Type`.
    S8,
    /// `U8Type`.
    U8,
    /// `S16Type`.
    S16,
    /// `U16Type`.
    U16,
    /// `S32Type`.
    S32,
    /// `U32Type`.
    U32,
    /// `S64Type`.
    S64,
    /// `U64Type`.
    U64,
    /// `F32Type`.
    F32,
    /// `F64Type`.
    F64,
    /// `CharType`.
    Char,
    /// `StringType`.
    String,
}

/// `ValType` ([Explainer.md#type-definitions]).
///
/// Parts are shared, so a clone costs the same for every type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ValType {
    /// `PrimValType`.
    Prim(PrimValType),
    /// `ErrorContextType`.
    ErrorContext,
    /// `ListType`, with its length if that is fixed.
    List(Arc<ValType>, Option<u32>),
    /// `RecordType`.
    Record(Arc<[FieldType]>),
    /// `TupleType`.
    Tuple(Arc<[ValType]>),
    /// `VariantType`.
    Variant(Arc<[CaseType]>),
    /// `EnumType`.
    Enum(Arc<[Label]>),
    /// `OptionType`.
    Option(Arc<ValType>),
    /// `ResultType`: `ok`, then `error`.
    Result(Option<Arc<ValType>>, Option<Arc<ValType>>),
    /// `MapType`: the key, then the value.
    Map(Arc<ValType>, Arc<ValType>),
    /// `FlagsType`.
    Flags(Arc<[Label]>),
    /// `OwnType`.
    Own(ResourceType),
    /// `BorrowType`.
    Borrow(ResourceType),
    /// `StreamType`.
    Stream(Option<Arc<ValType>>),
    /// `FutureType`.
    Future(Option<Arc<ValType>>),
}

impl From<PrimValType> for ValType {
    fn from(t: PrimValType) -> Self {
        ValType::Prim(t)
    }
}

/// `FieldType` ([Explainer.md#type-definitions]).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FieldType {
    /// Its name.
    pub label: Label,
    /// The type of its value.
    pub t: ValType,
}

/// `CaseType` ([Explainer.md#type-definitions]).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CaseType {
    /// Its name.
    pub label: Label,
    /// The type of its payload.
    pub t: Option<ValType>,
}

/// `ResourceType` ([CanonicalABI.md#resource-state]), as far as types go: two are
/// the same if their numbers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ResourceType(pub u32);
