//! Types (core spec, chapter Structure, section Types).
//!
//! The same terms serve a module, whose types are indices, and a store, whose
//! types are closed: [`TypeUse`] tells which.

use std::fmt;

/// `typeuse`: a defined type that is used in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TypeUse {
    /// `typeidx`: an index into the types of the module.
    Index(u32),
    /// `rec.i`: a type of the recursive group that it is used in.
    Rec(u32),
    /// `deftype`: a type of the store.
    Defined(TypeId),
}

/// `deftype`: a type of a store. Two are equal if, and only if, their ids are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TypeId(pub(crate) u32);

macro_rules! abstract_heap_types {
    ($($(#[$doc:meta])* $name:ident = $text:literal < $top:ident;)*) => {
        /// `absheaptype`: the heap types that are not defined.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum AbstractHeapType {
            $($(#[$doc])* $name,)*
        }

        impl AbstractHeapType {
            /// The greatest type of its hierarchy.
            #[must_use]
            pub fn top(self) -> Self {
                match self {
                    $(AbstractHeapType::$name => AbstractHeapType::$top,)*
                }
            }
        }

        impl fmt::Display for AbstractHeapType {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(AbstractHeapType::$name => $text,)*
                })
            }
        }
    };
}

abstract_heap_types! {
    /// `any`
    Any = "any" < Any;
    /// `eq`
    Eq = "eq" < Any;
    /// `i31`
    I31 = "i31" < Any;
    /// `struct`
    Struct = "struct" < Any;
    /// `array`
    Array = "array" < Any;
    /// `none`
    None = "none" < Any;
    /// `func`
    Func = "func" < Func;
    /// `nofunc`
    NoFunc = "nofunc" < Func;
    /// `extern`
    Extern = "extern" < Extern;
    /// `noextern`
    NoExtern = "noextern" < Extern;
    /// `exn`
    Exn = "exn" < Exn;
    /// `noexn`
    NoExn = "noexn" < Exn;
}

/// `heaptype`: what references refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HeapType {
    /// A type of the spec's.
    Abstract(AbstractHeapType),
    /// A type that is defined.
    Use(TypeUse),
}

/// `reftype`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RefType {
    /// Whether null is one of its values.
    pub nullable: bool,
    /// What the others refer to.
    pub heap: HeapType,
}

impl RefType {
    /// `funcref`
    pub const FUNC: RefType = RefType::nullable(AbstractHeapType::Func);
    /// `externref`
    pub const EXTERN: RefType = RefType::nullable(AbstractHeapType::Extern);

    const fn nullable(heap: AbstractHeapType) -> RefType {
        RefType {
            nullable: true,
            heap: HeapType::Abstract(heap),
        }
    }
}

/// `valtype`, but for vectors, which this interpreter does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValType {
    /// `i32`
    I32,
    /// `i64`
    I64,
    /// `f32`
    F32,
    /// `f64`
    F64,
    /// A reference type.
    Ref(RefType),
}

/// `storagetype`: what fields hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StorageType {
    /// `i8`
    I8,
    /// `i16`
    I16,
    /// A value type.
    Val(ValType),
}

impl StorageType {
    /// Its size in a data segment, in bytes.
    pub(crate) fn size(self) -> usize {
        match self {
            StorageType::I8 => 1,
            StorageType::I16 => 2,
            StorageType::Val(ValType::I32 | ValType::F32) => 4,
            StorageType::Val(ValType::I64 | ValType::F64 | ValType::Ref(_)) => 8,
        }
    }
}

/// `fieldtype`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FieldType {
    /// What it holds.
    pub storage: StorageType,
    /// Whether it can be set.
    pub mutable: bool,
}

/// `functype`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FuncType {
    /// The types of the parameters.
    pub params: Box<[ValType]>,
    /// The types of the results.
    pub results: Box<[ValType]>,
}

/// `comptype`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CompositeType {
    /// `func`
    Func(FuncType),
    /// `struct`
    Struct(Box<[FieldType]>),
    /// `array`
    Array(FieldType),
}

/// `subtype`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SubType {
    /// Whether it can have no subtypes.
    pub is_final: bool,
    /// The type that it is declared to match.
    pub supertype: Option<TypeUse>,
    /// What it is made of.
    pub composite: CompositeType,
}

/// `memtype`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MemoryType {
    /// Whether addresses are `i64`.
    pub is64: bool,
    /// The binary logarithm of the size of a page.
    pub page_size_log2: u32,
    /// The size at least, in pages.
    pub min: u64,
    /// The size at most, in pages.
    pub max: Option<u64>,
}

/// `tabletype`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TableType {
    /// Whether indices are `i64`.
    pub is64: bool,
    /// The type of the elements.
    pub element: RefType,
    /// The number of elements at least.
    pub min: u64,
    /// The number of elements at most.
    pub max: Option<u64>,
}

/// `globaltype`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GlobalType {
    /// What it holds.
    pub value: ValType,
    /// Whether it can be set.
    pub mutable: bool,
}

/// `externtype`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExternType {
    /// A function.
    Func(TypeUse),
    /// A table.
    Table(TableType),
    /// A memory.
    Memory(MemoryType),
    /// A global.
    Global(GlobalType),
    /// A tag.
    Tag(TypeUse),
}

/// Types whose type uses can be replaced: a substitution, as the spec has it.
pub(crate) trait Substitute {
    /// This type with `f` of each of its type uses.
    fn substitute(&self, f: &impl Fn(TypeUse) -> TypeUse) -> Self;
}

impl Substitute for HeapType {
    fn substitute(&self, f: &impl Fn(TypeUse) -> TypeUse) -> Self {
        match *self {
            HeapType::Abstract(heap) => HeapType::Abstract(heap),
            HeapType::Use(ty) => HeapType::Use(f(ty)),
        }
    }
}

impl Substitute for RefType {
    fn substitute(&self, f: &impl Fn(TypeUse) -> TypeUse) -> Self {
        RefType {
            nullable: self.nullable,
            heap: self.heap.substitute(f),
        }
    }
}

impl Substitute for ValType {
    fn substitute(&self, f: &impl Fn(TypeUse) -> TypeUse) -> Self {
        match self {
            ValType::Ref(ty) => ValType::Ref(ty.substitute(f)),
            ValType::I32 | ValType::I64 | ValType::F32 | ValType::F64 => *self,
        }
    }
}

impl Substitute for FieldType {
    fn substitute(&self, f: &impl Fn(TypeUse) -> TypeUse) -> Self {
        let storage = match self.storage {
            StorageType::Val(ty) => StorageType::Val(ty.substitute(f)),
            packed => packed,
        };
        FieldType { storage, ..*self }
    }
}

impl<T: Substitute> Substitute for Box<[T]> {
    fn substitute(&self, f: &impl Fn(TypeUse) -> TypeUse) -> Self {
        self.iter().map(|ty| ty.substitute(f)).collect()
    }
}

impl Substitute for SubType {
    fn substitute(&self, f: &impl Fn(TypeUse) -> TypeUse) -> Self {
        SubType {
            is_final: self.is_final,
            supertype: self.supertype.map(f),
            composite: match &self.composite {
                CompositeType::Func(ty) => CompositeType::Func(FuncType {
                    params: ty.params.substitute(f),
                    results: ty.results.substitute(f),
                }),
                CompositeType::Struct(fields) => CompositeType::Struct(fields.substitute(f)),
                CompositeType::Array(field) => CompositeType::Array(field.substitute(f)),
            },
        }
    }
}

impl Substitute for TableType {
    fn substitute(&self, f: &impl Fn(TypeUse) -> TypeUse) -> Self {
        TableType {
            element: self.element.substitute(f),
            ..*self
        }
    }
}

impl Substitute for GlobalType {
    fn substitute(&self, f: &impl Fn(TypeUse) -> TypeUse) -> Self {
        GlobalType {
            value: self.value.substitute(f),
            ..*self
        }
    }
}

impl Substitute for ExternType {
    fn substitute(&self, f: &impl Fn(TypeUse) -> TypeUse) -> Self {
        match *self {
            ExternType::Func(ty) => ExternType::Func(f(ty)),
            ExternType::Table(ty) => ExternType::Table(ty.substitute(f)),
            ExternType::Memory(ty) => ExternType::Memory(ty),
            ExternType::Global(ty) => ExternType::Global(ty.substitute(f)),
            ExternType::Tag(ty) => ExternType::Tag(f(ty)),
        }
    }
}

/// Types are printed as the text format writes them.
impl fmt::Display for HeapType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HeapType::Abstract(heap) => write!(f, "{heap}"),
            HeapType::Use(TypeUse::Index(i) | TypeUse::Defined(TypeId(i))) => write!(f, "{i}"),
            HeapType::Use(TypeUse::Rec(i)) => write!(f, "rec.{i}"),
        }
    }
}

impl fmt::Display for RefType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let null = if self.nullable { "null " } else { "" };
        write!(f, "(ref {null}{})", self.heap)
    }
}

impl fmt::Display for ValType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ValType::I32 => f.write_str("i32"),
            ValType::I64 => f.write_str("i64"),
            ValType::F32 => f.write_str("f32"),
            ValType::F64 => f.write_str("f64"),
            ValType::Ref(ty) => write!(f, "{ty}"),
        }
    }
}

impl fmt::Display for FuncType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (keyword, types) in [("param", &self.params), ("result", &self.results)] {
            if !types.is_empty() {
                write!(f, " ({keyword}")?;
                types.iter().try_for_each(|ty| write!(f, " {ty}"))?;
                write!(f, ")")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for MemoryType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "(memory")?;
        write_limits(f, self.is64, self.min, self.max)?;
        match self.page_size_log2 {
            16 => write!(f, ")"),
            log2 => write!(f, " (pagesize {}))", 1_u64 << log2),
        }
    }
}

impl fmt::Display for TableType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "(table")?;
        write_limits(f, self.is64, self.min, self.max)?;
        write!(f, " {})", self.element)
    }
}

impl fmt::Display for GlobalType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.mutable {
            true => write!(f, "(global (mut {}))", self.value),
            false => write!(f, "(global {})", self.value),
        }
    }
}

fn write_limits(f: &mut fmt::Formatter<'_>, is64: bool, min: u64, max: Option<u64>) -> fmt::Result {
    let address = if is64 { " i64" } else { "" };
    write!(f, "{address} {min}")?;
    max.map_or(Ok(()), |max| write!(f, " {max}"))
}
