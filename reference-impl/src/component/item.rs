//! What definitions evaluate to.

use crate::component::InstantiateError;
use crate::component::core_type::ModuleType;
use crate::component::definition::{Body, Name};
use crate::core;
use crate::embedding::Func;
use crate::types::{FuncType, ResourceType, ValType};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a component may import and export.
#[derive(Clone, Debug)]
pub enum Extern {
    /// A core module.
    Module(Module),
    /// A function.
    Func(Func),
    /// A type.
    Type(TypeDef),
    /// A component.
    Component(ComponentDef),
    /// An instance.
    Instance(Exports),
}

/// An instance: what it exports, by name ([Explainer.md#instance-definitions]).
#[derive(Clone, Debug, Default)]
pub struct Exports(Arc<BTreeMap<Name, Extern>>);

impl Exports {
    /// What is exported under `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Extern> {
        self.0.get(name)
    }

    /// Everything that is exported, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Extern)> {
        self.0.iter().map(|(name, item)| (&**name, item))
    }
}

impl From<BTreeMap<Name, Extern>> for Exports {
    fn from(items: BTreeMap<Name, Extern>) -> Self {
        Exports(Arc::new(items))
    }
}

impl<N: Into<Name>> FromIterator<(N, Extern)> for Exports {
    fn from_iter<I: IntoIterator<Item = (N, Extern)>>(items: I) -> Self {
        let items = items.into_iter().map(|(name, item)| (name.into(), item));
        Exports(Arc::new(items.collect()))
    }
}

/// A core module that a component may import and export.
#[derive(Clone, Debug)]
pub struct Module(pub(crate) ModuleDef);

/// Where a core module comes from.
#[derive(Clone, Debug)]
pub(crate) enum ModuleDef {
    /// It is defined.
    Defined(Arc<core::Module>),
    /// Only its type is known: an import where no code is run.
    Declared(Arc<ModuleType>),
}

impl From<Arc<core::Module>> for Module {
    fn from(module: Arc<core::Module>) -> Self {
        Module(ModuleDef::Defined(module))
    }
}

/// A component that another may import and export.
#[derive(Clone, Debug)]
pub struct ComponentDef(pub(crate) Closure);

/// `deftype` ([Explainer.md#type-definitions]), its indices resolved.
///
/// A resource type is the real one: that of the instance that defines it. So there
/// is nothing to be substituted.
#[derive(Clone, Debug)]
pub enum TypeDef {
    /// A value type.
    Val(ValType),
    /// A function type.
    Func(Arc<FuncType>),
    /// A resource type.
    Resource(ResourceType),
    /// A component type.
    Component(ComponentDef),
    /// An instance type.
    Instance(ComponentDef),
}

/// A component or a type, and what it captures of the instance that it was defined
/// in.
#[derive(Clone, Debug)]
pub(crate) struct Closure {
    pub(crate) body: Arc<Body>,
    pub(crate) captured: Arc<[Captured]>,
    depth: u32,
}

/// What an outer alias may refer to.
#[derive(Clone, Debug)]
pub(crate) enum Captured {
    /// A core module.
    Module(Module),
    /// A core type.
    CoreType(CoreTypeDef),
    /// A component.
    Component(ComponentDef),
    /// A type.
    Type(TypeDef),
}

/// `core:deftype` ([Explainer.md#type-definitions]), its indices resolved.
#[derive(Clone, Debug)]
pub(crate) enum CoreTypeDef {
    /// A type of core WebAssembly.
    Core(core::TypeId),
    /// A module type.
    Module(Arc<ModuleType>),
}

/// How deep captures may be nested: what drops them is recursive. The nesting of
/// types and of instances is bounded by validation.
const MAX_DEPTH: u32 = 100;

impl Closure {
    /// # Errors
    ///
    /// If captures are nested too deep.
    pub(crate) fn new(
        body: Arc<Body>,
        captured: Arc<[Captured]>,
    ) -> Result<Self, InstantiateError> {
        let depth = captured.iter().map(|captured| match captured {
            Captured::Component(component)
            | Captured::Type(TypeDef::Component(component) | TypeDef::Instance(component)) => {
                component.0.depth
            }
            Captured::Module(_) | Captured::CoreType(_) | Captured::Type(_) => 0,
        });
        let depth = depth.max().map_or(0, |depth| depth + 1);
        if depth > MAX_DEPTH {
            return Err(InstantiateError::Limit("captures are nested too deep"));
        }
        Ok(Closure {
            body,
            captured,
            depth,
        })
    }
}
