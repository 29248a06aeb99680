//! What a host makes for a component to import.

use crate::canonical::resource::ResourceDefinition;
use crate::component::evaluate::destructor_type;
use crate::component::item::{Exports, Extern};
use crate::component::link::{Linker, Source};
use crate::component::scope::Scope;
use crate::component::{Component, InstantiateError, core_type};
use crate::core;
use crate::embedding::{Func, HostFunc};
use crate::store::{FuncInst, Store};
use crate::types::{CoreValType, FuncType, ResourceType};
use std::sync::Arc;

/// What a host is asked to implement.
#[derive(Clone, Copy, Debug)]
pub enum Wanted<'t> {
    /// A function of this type.
    Func(&'t FuncType),
    /// A resource type.
    Resource,
    /// A core module.
    Module,
}

/// How a host implements something.
#[derive(Clone, Debug)]
pub enum Implementation {
    /// A function.
    Func(HostFunc),
    /// A resource type, and what is called with the representation, a `u64`, when
    /// a resource is dropped.
    Resource(Option<HostFunc>),
    /// A core module.
    Module(Arc<core::Module>),
}

/// The host, asked by path.
pub(super) type Implement<'h> = dyn FnMut(&str, Wanted<'_>) -> Option<Implementation> + 'h;

impl Store {
    /// Makes what `interface` imports, after the types that it gives. The result is
    /// for `interface` itself, and for any component that imports part of it.
    ///
    /// `implement` is asked for each function, resource type and module, by the
    /// names that lead to it, joined by slashes: `host/[method]r.get`.
    ///
    /// # Errors
    ///
    /// If something is not implemented.
    pub fn offer(
        &mut self,
        interface: &Component,
        implement: &mut dyn FnMut(&str, Wanted<'_>) -> Option<Implementation>,
    ) -> Result<Exports, InstantiateError> {
        let closure = interface.closure()?;
        let mut linker = Linker::new(self, Some(implement));
        let scope = linker.walk(&closure, Source::Host, Source::Abstract, None)?;
        Ok(scope.imports.into())
    }
}

impl Linker<'_> {
    /// A resource type of the host's.
    pub(super) fn host_resource(&mut self) -> Result<ResourceType, InstantiateError> {
        let destructor = match self.implementation(Wanted::Resource) {
            Some(Implementation::Resource(destructor)) => destructor,
            _ => return Err(self.unlinkable("resource", None)),
        };
        let destructor = destructor.map(|func| Func {
            inst: FuncInst::Host(func),
            ft: destructor_type(CoreValType::I64),
        });
        Ok(self.store.new_resource(ResourceDefinition {
            implementation: None,
            destructor,
        }))
    }

    /// A function of the host's.
    pub(super) fn host_func(&mut self, ft: Arc<FuncType>) -> Result<Extern, InstantiateError> {
        match self.implementation(Wanted::Func(&ft)) {
            Some(Implementation::Func(func)) => {
                let inst = FuncInst::Host(func);
                Ok(Extern::Func(Func { inst, ft }))
            }
            _ => Err(self.unlinkable(&ft.to_string(), None)),
        }
    }

    /// A core module of the host's.
    pub(super) fn host_module(
        &mut self,
        scope: &Scope,
        index: u32,
    ) -> Result<Extern, InstantiateError> {
        match self.implementation(Wanted::Module) {
            Some(Implementation::Module(module)) => {
                let module = module.into();
                self.check_module(&module, &*core_type::module_type(scope, index)?)?;
                Ok(Extern::Module(module))
            }
            _ => Err(self.unlinkable("core module", None)),
        }
    }

    fn implementation(&mut self, wanted: Wanted<'_>) -> Option<Implementation> {
        let path = self.path.join("/");
        self.host.as_mut().and_then(|host| host(&path, wanted))
    }
}
