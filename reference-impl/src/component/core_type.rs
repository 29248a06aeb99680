//! Core types, those of modules among them ([Explainer.md#type-definitions]).

use crate::component::InstantiateError;
use crate::component::decode::DecodeError;
use crate::component::definition::{Name, Outer, OuterSort};
use crate::component::item::{Captured, CoreTypeDef, Module, ModuleDef};
use crate::component::link::Linker;
use crate::component::scope::{Scope, bug, get};
use crate::core::types::{CompositeType, ExternType, SubType, Substitute, TypeUse, ValType};
use crate::core::{Store, TypeId, convert};
use crate::types::CoreValType;
use std::collections::BTreeMap;
use std::sync::Arc;
use wasmparser as binary;

/// `core:type`, in terms of indices.
#[derive(Debug)]
pub(crate) enum CoreType {
    /// `core:rectype`.
    Group(Vec<SubType>),
    /// `core:moduletype`.
    Module(Vec<ModuleDecl>),
}

/// `core:moduledecl`.
#[derive(Debug)]
pub(crate) enum ModuleDecl {
    /// `core:importdecl`.
    Import(Name, Name, ExternType),
    /// `core:type`.
    Type(Vec<SubType>),
    /// `core:alias` of a type of the module type itself.
    Own(u32),
    /// `core:alias` of a type of the body around it.
    Outer(Outer),
    /// `core:exportdecl`.
    Export(Name, ExternType),
}

/// The type of a module, in types of the store.
#[derive(Debug, Default)]
pub(crate) struct ModuleType {
    imports: Vec<(Name, Name, ExternType)>,
    exports: Vec<(Name, ExternType)>,
}

/// A core type from its binary form. `outer` resolves an alias of the body around.
///
/// # Errors
///
/// If it is of a kind that the interpreter does not have.
pub(super) fn decode(
    t: binary::CoreType<'_>,
    mut outer: impl FnMut(u32, u32) -> Outer,
) -> Result<CoreType, DecodeError> {
    let decls = match t {
        binary::CoreType::Rec(group) => return Ok(CoreType::Group(decode_group(&group)?)),
        binary::CoreType::Module(decls) => decls,
    };
    let mut decoded = Vec::with_capacity(decls.len());
    for decl in decls {
        decoded.push(match decl {
            binary::ModuleTypeDeclaration::Type(group) => ModuleDecl::Type(decode_group(&group)?),
            binary::ModuleTypeDeclaration::Import(import) => ModuleDecl::Import(
                import.module.into(),
                import.name.into(),
                convert::extern_type(import.ty)?,
            ),
            binary::ModuleTypeDeclaration::Export { name, ty } => {
                ModuleDecl::Export(name.into(), convert::extern_type(ty)?)
            }
            binary::ModuleTypeDeclaration::OuterAlias { count, index, .. } => {
                match count.checked_sub(1) {
                    None => ModuleDecl::Own(index),
                    Some(count) => ModuleDecl::Outer(outer(count, index)),
                }
            }
        });
    }
    Ok(CoreType::Module(decoded))
}

fn decode_group(group: &binary::RecGroup) -> Result<Vec<SubType>, DecodeError> {
    let types = group.types().map(convert::sub_type);
    Ok(types.collect::<Result<_, _>>()?)
}

impl From<convert::Unsupported> for DecodeError {
    fn from(unsupported: convert::Unsupported) -> Self {
        DecodeError::Unsupported(unsupported.0.into())
    }
}

/// The module type at `index`.
pub(super) fn module_type(scope: &Scope, index: u32) -> Result<Arc<ModuleType>, InstantiateError> {
    match get(&scope.core_types, index)? {
        CoreTypeDef::Module(t) => Ok(t.clone()),
        CoreTypeDef::Core(_) => Err(bug("a module type is expected")),
    }
}

impl Linker<'_> {
    /// `core:type`, which adds to the index space.
    pub(super) fn core_type(
        &mut self,
        scope: &mut Scope,
        t: &CoreType,
    ) -> Result<(), InstantiateError> {
        match t {
            CoreType::Group(group) => {
                self.spend(group.len())?;
                define_group(&mut self.store.core, &mut scope.core_types, group);
            }
            CoreType::Module(decls) => {
                let t = self.module_decls(scope, decls)?;
                scope.core_types.push(CoreTypeDef::Module(Arc::new(t)));
            }
        }
        Ok(())
    }

    fn module_decls(
        &mut self,
        scope: &Scope,
        decls: &[ModuleDecl],
    ) -> Result<ModuleType, InstantiateError> {
        let mut types: Vec<CoreTypeDef> = Vec::new();
        let mut t = ModuleType::default();
        for decl in decls {
            match decl {
                ModuleDecl::Import(module, name, ty) => {
                    let ty = ty.substitute(&|ty| close(ty, &types));
                    t.imports.push((module.clone(), name.clone(), ty));
                }
                ModuleDecl::Export(name, ty) => {
                    let ty = ty.substitute(&|ty| close(ty, &types));
                    t.exports.push((name.clone(), ty));
                }
                ModuleDecl::Type(group) => {
                    self.spend(group.len())?;
                    define_group(&mut self.store.core, &mut types, group);
                }
                ModuleDecl::Own(index) => types.push(get(&types, *index)?.clone()),
                ModuleDecl::Outer(outer) => match scope.outer(OuterSort::CoreType, *outer)? {
                    Captured::CoreType(t) => types.push(t),
                    _ => return Err(bug("a core type is expected")),
                },
            }
            self.spend(0)?;
        }
        Ok(t)
    }

    /// Whether a module may stand where one of type `wanted` is expected
    /// ([Explainer.md#type-checking]).
    pub(super) fn check_module(
        &mut self,
        given: &Module,
        wanted: &ModuleType,
    ) -> Result<(), InstantiateError> {
        let given = match &given.0 {
            ModuleDef::Defined(module) => &Arc::new(type_of(&mut self.store.core, module)),
            ModuleDef::Declared(t) => t,
        };
        for t in [&**given, wanted] {
            self.spend(t.imports.len() + t.exports.len())?;
        }
        let imports = wanted.imports.iter();
        let imports: BTreeMap<_, _> = imports.map(|(m, name, ty)| ((m, name), *ty)).collect();
        for (module, name, ty) in &given.imports {
            self.path.extend([module.clone(), name.clone()]);
            self.check_core(imports.get(&(module, name)).copied(), *ty)?;
            self.path.truncate(self.path.len() - 2);
        }
        let exports = given.exports.iter();
        let exports: BTreeMap<_, _> = exports.map(|(name, ty)| (name, *ty)).collect();
        for (name, ty) in &wanted.exports {
            self.path.push(name.clone());
            self.check_core(exports.get(name).copied(), *ty)?;
            self.path.pop();
        }
        Ok(())
    }

    fn check_core(
        &self,
        given: Option<ExternType>,
        wanted: ExternType,
    ) -> Result<(), InstantiateError> {
        let types = &self.store.core.types;
        match given {
            Some(given) if types.extern_matches(given, wanted) => Ok(()),
            given => {
                let given = given.map(|given| types.describe(given));
                Err(self.unlinkable(&types.describe(wanted), given.as_deref()))
            }
        }
    }

    /// The one parameter of the function type at `index`.
    pub(super) fn start_parameter(
        &self,
        scope: &Scope,
        index: u32,
    ) -> Result<CoreValType, InstantiateError> {
        let CoreTypeDef::Core(t) = get(&scope.core_types, index)? else {
            return Err(bug("a core function type is expected"));
        };
        match self.store.core.types.composite(*t) {
            CompositeType::Func(ft) if *ft.params == [ValType::I64] => Ok(CoreValType::I64),
            _ => Ok(CoreValType::I32),
        }
    }
}

/// Gives the types of a group the next indices.
fn define_group(store: &mut Store, types: &mut Vec<CoreTypeDef>, group: &[SubType]) {
    let first = types.len() as u32;
    let own = first..first + group.len() as u32;
    let rolled: Vec<SubType> = group
        .iter()
        .map(|ty| {
            ty.substitute(&|ty| match ty {
                TypeUse::Index(i) if own.contains(&i) => TypeUse::Rec(i - first),
                ty => close(ty, types),
            })
        })
        .collect();
    let defined = store.types.define_module([&*rolled].into_iter());
    types.extend(defined.iter().map(|ty| CoreTypeDef::Core(*ty)));
}

/// The type of the store that an index stands for.
fn close(ty: TypeUse, types: &[CoreTypeDef]) -> TypeUse {
    match ty {
        TypeUse::Index(i) => match types.get(i as usize) {
            Some(CoreTypeDef::Core(ty)) => TypeUse::Defined(*ty),
            _ => ty,
        },
        ty => ty,
    }
}

/// The type of a module that is defined.
fn type_of(store: &mut Store, module: &crate::core::Module) -> ModuleType {
    let types: Box<[TypeId]> = store.types.define_module(module.groups());
    let close = |ty| match ty {
        TypeUse::Index(i) => types.get(i as usize).map_or(ty, |ty| TypeUse::Defined(*ty)),
        ty => ty,
    };
    let imports = module.imports().iter().map(|import| {
        let ty = import.ty.substitute(&close);
        (import.module.clone(), import.name.clone(), ty)
    });
    let exports = module.exports();
    ModuleType {
        imports: imports.collect(),
        exports: exports
            .map(|(name, ty)| (name.into(), ty.substitute(&close)))
            .collect(),
    }
}
