//! Whether one thing may stand where another is expected
//! ([Explainer.md#type-checking]).

use crate::component::InstantiateError;
use crate::component::core_type::module_type;
use crate::component::definition::{ExternType, TypeBound};
use crate::component::display::{Expected, Given};
use crate::component::evaluate::func_type;
use crate::component::item::{ComponentDef, Exports, Extern, TypeDef};
use crate::component::link::{Linker, Source, component_type, instance_type};
use crate::component::scope::{Scope, get};
use crate::embedding::Func;
use crate::store::FuncInst;
use crate::types::FuncType;

impl Linker<'_> {
    /// What is given, as its type `wanted` shows it, if it is of that type.
    pub(super) fn check(
        &mut self,
        scope: &Scope,
        given: Option<&Extern>,
        wanted: ExternType,
    ) -> Result<Extern, InstantiateError> {
        match (wanted, given) {
            (ExternType::Module(t), Some(Extern::Module(module))) => {
                self.check_module(module, &*module_type(scope, t)?)?;
                Ok(Extern::Module(module.clone()))
            }
            (ExternType::Func(t), Some(Extern::Func(func)))
                if fits(func, &*func_type(scope, t)?) =>
            {
                Ok(Extern::Func(func.clone()))
            }
            (ExternType::Type(TypeBound::Eq(t)), Some(Extern::Type(given)))
                if self.is_type(given, get(&scope.types, t)?)? =>
            {
                Ok(Extern::Type(given.clone()))
            }
            (
                ExternType::Type(TypeBound::SubResource),
                Some(Extern::Type(TypeDef::Resource(rt))),
            ) => Ok(Extern::Type(TypeDef::Resource(*rt))),
            (ExternType::Component(t), Some(Extern::Component(component))) => {
                self.check_component(component, &component_type(scope, t)?)?;
                Ok(Extern::Component(component.clone()))
            }
            (ExternType::Instance(t), Some(Extern::Instance(exports))) => {
                let t = instance_type(scope, t)?;
                self.check_exports(exports, &t).map(Extern::Instance)
            }
            (wanted, given) => {
                let wanted = Expected(scope, wanted).to_string();
                let given = given.map(|given| Given(given).to_string());
                Err(self.unlinkable(&wanted, given.as_deref()))
            }
        }
    }

    /// The error that what is looked at now is not what is expected.
    pub(super) fn unlinkable(&self, expected: &str, given: Option<&str>) -> InstantiateError {
        let fault = match given.is_none() && self.path.len() == 1 {
            true => "unknown import",
            false => "incompatible import type",
        };
        let given = given.unwrap_or("nothing");
        InstantiateError::Unlinkable {
            path: self.path.join("."),
            message: format!("{fault}: expected {expected}, given {given}"),
        }
    }

    /// Whether `given` and `wanted` are the same type: a resource type is itself
    /// only, and types of components and instances are each subtypes of the other.
    fn is_type(&mut self, given: &TypeDef, wanted: &TypeDef) -> Result<bool, InstantiateError> {
        Ok(match (given, wanted) {
            (TypeDef::Val(given), TypeDef::Val(wanted)) => given == wanted,
            (TypeDef::Func(given), TypeDef::Func(wanted)) => given == wanted,
            (TypeDef::Resource(given), TypeDef::Resource(wanted)) => given == wanted,
            (TypeDef::Component(given), TypeDef::Component(wanted)) => {
                self.check_component(given, wanted)?;
                self.check_component(wanted, given)?;
                true
            }
            (TypeDef::Instance(given), TypeDef::Instance(wanted)) => {
                self.check_instance_type(given, wanted)?;
                self.check_instance_type(wanted, given)?;
                true
            }
            _ => false,
        })
    }

    /// Whether instances of type `given` are such of type `wanted`.
    fn check_instance_type(
        &mut self,
        given: &ComponentDef,
        wanted: &ComponentDef,
    ) -> Result<(), InstantiateError> {
        let exports = self
            .walk(&given.0, Source::Abstract, Source::Abstract, None)?
            .exports;
        self.check_exports(&exports.into(), wanted).map(drop)
    }

    /// What an instance exports of that which its type `wanted` has, if it has all
    /// of it.
    fn check_exports(
        &mut self,
        given: &Exports,
        wanted: &ComponentDef,
    ) -> Result<Exports, InstantiateError> {
        let given = Source::Checked(given);
        let exports = self.walk(&wanted.0, Source::Abstract, given, None)?.exports;
        Ok(exports.into())
    }

    /// Whether a component may stand where one of type `wanted` is expected: given
    /// anything of the types that `wanted` imports, it has what it needs, and what
    /// it then exports is of the types that `wanted` exports.
    fn check_component(
        &mut self,
        given: &ComponentDef,
        wanted: &ComponentDef,
    ) -> Result<(), InstantiateError> {
        let imports = self
            .walk(&wanted.0, Source::Abstract, Source::Abstract, None)?
            .imports;
        let imports = Exports::from(imports);
        let checked = Source::Checked(&imports);
        let exports = self
            .walk(&given.0, checked, Source::Abstract, None)?
            .exports;
        let exports = Exports::from(exports);
        let checked = Source::Checked(&exports);
        self.walk(&wanted.0, Source::Given(&imports), checked, None)?;
        Ok(())
    }
}

/// Whether a function has the type that is asked for. The host takes parameters by
/// position: their names are the component's affair.
fn fits(func: &Func, wanted: &FuncType) -> bool {
    let by_position = |ft: &FuncType| ft.param_types().eq(wanted.param_types());
    let alike = func.ft.async_ == wanted.async_ && func.ft.result == wanted.result;
    match func.inst {
        FuncInst::Lifted(_) => *func.ft == *wanted,
        FuncInst::Host(_) => alike && by_position(&func.ft),
    }
}
