//! Types as wasmparser reads them (core spec, chapter Binary Format, section
//! Types), as terms of ours.

use crate::core::types::{
    AbstractHeapType, CompositeType, ExternType, FieldType, FuncType, GlobalType, HeapType,
    MemoryType, RefType, StorageType, SubType, TableType, TypeUse, ValType,
};
use wasmparser as binary;

/// A type that the interpreter does not have.
pub(crate) struct Unsupported(pub(crate) &'static str);

type Result<T> = std::result::Result<T, Unsupported>;

pub(crate) fn sub_type(ty: &binary::SubType) -> Result<SubType> {
    let composite = &ty.composite_type;
    if composite.descriptor_idx.is_some() || composite.describes_idx.is_some() {
        return Err(Unsupported("custom-descriptors"));
    }
    unshared(composite.shared)?;
    Ok(SubType {
        is_final: ty.is_final,
        supertype: match ty.supertype_idxs.first() {
            Some(supertype) => Some(type_use(supertype.unpack())?),
            None => None,
        },
        composite: match &composite.inner {
            binary::CompositeInnerType::Func(ty) => CompositeType::Func(FuncType {
                params: val_types(ty.params())?,
                results: val_types(ty.results())?,
            }),
            binary::CompositeInnerType::Struct(ty) => {
                let fields: Result<_> = ty.fields.iter().map(field_type).collect();
                CompositeType::Struct(fields?)
            }
            binary::CompositeInnerType::Array(ty) => CompositeType::Array(field_type(&ty.0)?),
            binary::CompositeInnerType::Cont(_) => return Err(Unsupported("stack-switching")),
        },
    })
}

pub(crate) fn extern_type(ty: binary::TypeRef) -> Result<ExternType> {
    Ok(match ty {
        binary::TypeRef::Func(ty) => ExternType::Func(TypeUse::Index(ty)),
        binary::TypeRef::FuncExact(_) => return Err(Unsupported("custom-descriptors")),
        binary::TypeRef::Table(ty) => ExternType::Table(table_type(ty)?),
        binary::TypeRef::Memory(ty) => ExternType::Memory(memory_type(ty)?),
        binary::TypeRef::Global(ty) => ExternType::Global(global_type(ty)?),
        binary::TypeRef::Tag(ty) => ExternType::Tag(TypeUse::Index(ty.func_type_idx)),
    })
}

pub(super) fn table_type(ty: binary::TableType) -> Result<TableType> {
    unshared(ty.shared)?;
    Ok(TableType {
        is64: ty.table64,
        element: ref_type(ty.element_type)?,
        min: ty.initial,
        max: ty.maximum,
    })
}

pub(super) fn memory_type(ty: binary::MemoryType) -> Result<MemoryType> {
    unshared(ty.shared)?;
    Ok(MemoryType {
        is64: ty.memory64,
        page_size_log2: ty.page_size_log2(),
        min: ty.initial,
        max: ty.maximum,
    })
}

pub(super) fn global_type(ty: binary::GlobalType) -> Result<GlobalType> {
    unshared(ty.shared)?;
    Ok(GlobalType {
        value: val_type(ty.content_type)?,
        mutable: ty.mutable,
    })
}

pub(super) fn ref_type(ty: binary::RefType) -> Result<RefType> {
    Ok(RefType {
        nullable: ty.is_nullable(),
        heap: heap_type(ty.heap_type())?,
    })
}

pub(super) fn heap_type(ty: binary::HeapType) -> Result<HeapType> {
    match ty {
        binary::HeapType::Abstract { shared, ty } => {
            unshared(shared)?;
            abstract_heap_type(ty).map(HeapType::Abstract)
        }
        binary::HeapType::Concrete(ty) => type_use(ty).map(HeapType::Use),
        binary::HeapType::Exact(_) => Err(Unsupported("custom-descriptors")),
    }
}

fn abstract_heap_type(ty: binary::AbstractHeapType) -> Result<AbstractHeapType> {
    use binary::AbstractHeapType as Binary;
    Ok(match ty {
        Binary::Any => AbstractHeapType::Any,
        Binary::Eq => AbstractHeapType::Eq,
        Binary::I31 => AbstractHeapType::I31,
        Binary::Struct => AbstractHeapType::Struct,
        Binary::Array => AbstractHeapType::Array,
        Binary::None => AbstractHeapType::None,
        Binary::Func => AbstractHeapType::Func,
        Binary::NoFunc => AbstractHeapType::NoFunc,
        Binary::Extern => AbstractHeapType::Extern,
        Binary::NoExtern => AbstractHeapType::NoExtern,
        Binary::Exn => AbstractHeapType::Exn,
        Binary::NoExn => AbstractHeapType::NoExn,
        Binary::Cont | Binary::NoCont => return Err(Unsupported("stack-switching")),
    })
}

fn type_use(index: binary::UnpackedIndex) -> Result<TypeUse> {
    match index {
        binary::UnpackedIndex::Module(index) => Ok(TypeUse::Index(index)),
        binary::UnpackedIndex::RecGroup(index) => Ok(TypeUse::Rec(index)),
        binary::UnpackedIndex::Id(_) => Err(Unsupported("types of the validator")),
    }
}

fn val_types(types: &[binary::ValType]) -> Result<Box<[ValType]>> {
    types.iter().map(|ty| val_type(*ty)).collect()
}

fn val_type(ty: binary::ValType) -> Result<ValType> {
    match ty {
        binary::ValType::I32 => Ok(ValType::I32),
        binary::ValType::I64 => Ok(ValType::I64),
        binary::ValType::F32 => Ok(ValType::F32),
        binary::ValType::F64 => Ok(ValType::F64),
        binary::ValType::V128 => Err(Unsupported("simd")),
        binary::ValType::Ref(ty) => ref_type(ty).map(ValType::Ref),
    }
}

fn field_type(ty: &binary::FieldType) -> Result<FieldType> {
    Ok(FieldType {
        storage: match ty.element_type {
            binary::StorageType::I8 => StorageType::I8,
            binary::StorageType::I16 => StorageType::I16,
            binary::StorageType::Val(ty) => StorageType::Val(val_type(ty)?),
        },
        mutable: ty.mutable,
    })
}

fn unshared(shared: bool) -> Result<()> {
    match shared {
        true => Err(Unsupported("threads")),
        false => Ok(()),
    }
}
