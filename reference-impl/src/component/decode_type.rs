//! Types and aliases from bytes ([Binary.md#type-definitions]).

use crate::component::core_type;
use crate::component::decode::{DecodeError, Decoder, values};
use crate::component::definition::{
    Alias, DefType, DefValType, Definition, ExternType, OuterSort, TypeBound, TypeRef,
};
use crate::types::{CoreValType, Label, PrimValType, ValType};
use wasmparser::{
    ComponentAlias, ComponentDefinedType, ComponentExternalKind, ComponentOuterAliasKind,
    ComponentType, ComponentTypeDeclaration, ComponentTypeRef, ComponentValType, CoreType,
    InstanceTypeDeclaration, PrimitiveValType,
};

impl Decoder {
    /// `type`.
    pub(super) fn type_(&mut self, t: ComponentType<'_>) -> Result<Definition, DecodeError> {
        Ok(Definition::Type(match t {
            ComponentType::Defined(t) => DefType::Val(def_val_type(t)),
            ComponentType::Func(t) => DefType::Func {
                params: t.params.iter().map(|(label, t)| field(label, *t)).collect(),
                result: t.result.map(type_ref),
                async_: t.async_,
            },
            ComponentType::Resource { rep, dtor } => DefType::Resource {
                rep: core_val_type(rep),
                dtor,
            },
            ComponentType::Component(decls) => {
                DefType::Component(self.body(decls, Decoder::component_decl)?)
            }
            ComponentType::Instance(decls) => {
                DefType::Instance(self.body(decls, Decoder::instance_decl)?)
            }
        }))
    }

    /// `core:type`.
    pub(super) fn core_type(&mut self, t: CoreType<'_>) -> Result<Definition, DecodeError> {
        let outer = |count, index| self.outer(OuterSort::CoreType, count, index);
        Ok(Definition::CoreType(core_type::decode(t, outer)?))
    }

    /// `alias`.
    pub(super) fn alias(&mut self, alias: &ComponentAlias<'_>) -> Result<Definition, DecodeError> {
        Ok(Definition::Alias(match *alias {
            ComponentAlias::InstanceExport {
                kind: ComponentExternalKind::Value,
                ..
            } => return Err(values()),
            ComponentAlias::InstanceExport {
                instance_index,
                name,
                ..
            } => Alias::Export(instance_index, name.into()),
            ComponentAlias::CoreInstanceExport {
                instance_index,
                name,
                ..
            } => Alias::CoreExport(instance_index, name.into()),
            ComponentAlias::Outer { kind, count, index } => {
                let sort = match kind {
                    ComponentOuterAliasKind::CoreModule => OuterSort::Module,
                    ComponentOuterAliasKind::CoreType => OuterSort::CoreType,
                    ComponentOuterAliasKind::Type => OuterSort::Type,
                    ComponentOuterAliasKind::Component => OuterSort::Component,
                };
                Alias::Outer(sort, self.outer(sort, count, index))
            }
        }))
    }

    /// `externtype`.
    pub(super) fn extern_type(t: ComponentTypeRef) -> Result<ExternType, DecodeError> {
        Ok(match t {
            ComponentTypeRef::Module(t) => ExternType::Module(t),
            ComponentTypeRef::Func(t) => ExternType::Func(t),
            ComponentTypeRef::Value(_) => return Err(values()),
            ComponentTypeRef::Type(wasmparser::TypeBounds::Eq(t)) => {
                ExternType::Type(TypeBound::Eq(t))
            }
            ComponentTypeRef::Type(wasmparser::TypeBounds::SubResource) => {
                ExternType::Type(TypeBound::SubResource)
            }
            ComponentTypeRef::Instance(t) => ExternType::Instance(t),
            ComponentTypeRef::Component(t) => ExternType::Component(t),
        })
    }

    /// `componentdecl`.
    fn component_decl(
        &mut self,
        decl: ComponentTypeDeclaration<'_>,
    ) -> Result<Definition, DecodeError> {
        self.instance_decl(match decl {
            ComponentTypeDeclaration::Import(import) => return self.import(import),
            ComponentTypeDeclaration::CoreType(t) => InstanceTypeDeclaration::CoreType(t),
            ComponentTypeDeclaration::Type(t) => InstanceTypeDeclaration::Type(t),
            ComponentTypeDeclaration::Alias(alias) => InstanceTypeDeclaration::Alias(alias),
            ComponentTypeDeclaration::Export { name, ty } => {
                InstanceTypeDeclaration::Export { name, ty }
            }
        })
    }

    /// `instancedecl`.
    fn instance_decl(
        &mut self,
        decl: InstanceTypeDeclaration<'_>,
    ) -> Result<Definition, DecodeError> {
        match decl {
            InstanceTypeDeclaration::CoreType(t) => self.core_type(t),
            InstanceTypeDeclaration::Type(t) => self.type_(t),
            InstanceTypeDeclaration::Alias(alias) => self.alias(&alias),
            InstanceTypeDeclaration::Export { name, ty } => {
                let t = Decoder::extern_type(ty)?;
                Ok(Definition::ExportDecl(name.name.into(), t))
            }
        }
    }
}

/// `core:valtype`, where only numbers are valid.
pub(super) fn core_val_type(t: wasmparser::ValType) -> CoreValType {
    match t {
        wasmparser::ValType::I64 => CoreValType::I64,
        _ => CoreValType::I32,
    }
}

/// `valtype`.
pub(super) fn type_ref(t: ComponentValType) -> TypeRef {
    match t {
        ComponentValType::Primitive(t) => TypeRef::Known(prim_val_type(t)),
        ComponentValType::Type(index) => TypeRef::Index(index),
    }
}

/// `defvaltype`.
fn def_val_type(t: ComponentDefinedType<'_>) -> DefValType {
    match t {
        ComponentDefinedType::Primitive(t) => DefValType::Known(prim_val_type(t)),
        ComponentDefinedType::Record(fields) => {
            DefValType::Record(fields.iter().map(|(label, t)| field(label, *t)).collect())
        }
        ComponentDefinedType::Variant(cases) => {
            let case = |case: &wasmparser::VariantCase<'_>| {
                (Label::from(case.name), case.ty.map(type_ref))
            };
            DefValType::Variant(cases.iter().map(case).collect())
        }
        ComponentDefinedType::List(t) => DefValType::List(type_ref(t), None),
        ComponentDefinedType::FixedLengthList(t, length) => {
            DefValType::List(type_ref(t), Some(length))
        }
        ComponentDefinedType::Tuple(ts) => {
            DefValType::Tuple(ts.iter().map(|t| type_ref(*t)).collect())
        }
        ComponentDefinedType::Flags(labels) => {
            DefValType::Known(ValType::Flags(labels.iter().map(|l| (*l).into()).collect()))
        }
        ComponentDefinedType::Enum(labels) => {
            DefValType::Known(ValType::Enum(labels.iter().map(|l| (*l).into()).collect()))
        }
        ComponentDefinedType::Option(t) => DefValType::Option(type_ref(t)),
        ComponentDefinedType::Result { ok, err } => {
            DefValType::Result(ok.map(type_ref), err.map(type_ref))
        }
        ComponentDefinedType::Map(key, value) => DefValType::Map(type_ref(key), type_ref(value)),
        ComponentDefinedType::Own(rt) => DefValType::Own(rt),
        ComponentDefinedType::Borrow(rt) => DefValType::Borrow(rt),
        ComponentDefinedType::Stream(t) => DefValType::Stream(t.map(type_ref)),
        ComponentDefinedType::Future(t) => DefValType::Future(t.map(type_ref)),
    }
}

fn field(label: &str, t: ComponentValType) -> (Label, TypeRef) {
    (label.into(), type_ref(t))
}

/// `primvaltype`.
fn prim_val_type(t: PrimitiveValType) -> ValType {
    ValType::Prim(match t {
        PrimitiveValType::Bool => PrimValType::Bool,
        PrimitiveValType::S8 => PrimValType::S8,
        PrimitiveValType::U8 => PrimValType::U8,
        PrimitiveValType::S16 => PrimValType::S16,
        PrimitiveValType::U16 => PrimValType::U16,
        PrimitiveValType::S32 => PrimValType::S32,
        PrimitiveValType::U32 => PrimValType::U32,
        PrimitiveValType::S64 => PrimValType::S64,
        PrimitiveValType::U64 => PrimValType::U64,
        PrimitiveValType::F32 => PrimValType::F32,
        PrimitiveValType::F64 => PrimValType::F64,
        PrimitiveValType::Char => PrimValType::Char,
        PrimitiveValType::String => PrimValType::String,
        PrimitiveValType::ErrorContext => return ValType::ErrorContext,
    })
}
