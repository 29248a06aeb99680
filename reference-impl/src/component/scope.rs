//! The index spaces of an instance in the making ([Explainer.md#index-spaces]).

use crate::canonical::instance::InstanceId;
use crate::component::InstantiateError;
use crate::component::definition::{CoreSort, Name, Outer, OuterSort, Sort};
use crate::component::item::{
    Captured, Closure, ComponentDef, CoreTypeDef, Exports, Extern, Module, TypeDef,
};
use crate::core::{self, FuncAddr, GlobalAddr, InstanceAddr, MemAddr, TableAddr, TagAddr};
use crate::embedding::Func;
use crate::store::Stop;
use crate::types::{CoreValType, ResourceType};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a body's definitions have evaluated to so far.
#[derive(Default)]
pub(super) struct Scope {
    /// The component instance; none if no code is run.
    pub(super) inst: Option<InstanceId>,
    /// What it imports, by name, if that is made for it.
    pub(super) imports: BTreeMap<Name, Extern>,
    /// What it exports, by name.
    pub(super) exports: BTreeMap<Name, Extern>,
    /// The resource types that it defines, and how it represents resources.
    pub(super) reps: Vec<(ResourceType, CoreValType)>,
    captured: Arc<[Captured]>,
    pub(super) modules: Vec<Module>,
    pub(super) core_types: Vec<CoreTypeDef>,
    pub(super) core_instances: Vec<CoreInstance>,
    pub(super) core_funcs: Vec<FuncAddr>,
    pub(super) tables: Vec<TableAddr>,
    pub(super) memories: Vec<MemAddr>,
    pub(super) globals: Vec<GlobalAddr>,
    pub(super) tags: Vec<TagAddr>,
    pub(super) components: Vec<ComponentDef>,
    pub(super) instances: Vec<Exports>,
    pub(super) funcs: Vec<Func>,
    pub(super) types: Vec<TypeDef>,
}

/// A core instance.
pub(super) enum CoreInstance {
    /// A module's.
    Instantiated(InstanceAddr),
    /// One that was put together.
    Exports(BTreeMap<Name, core::Extern>),
}

/// What an index stands for.
///
/// # Errors
///
/// Never for a valid component.
pub(super) fn get<T>(space: &[T], index: u32) -> Result<&T, InstantiateError> {
    let item = space.get(index as usize);
    item.ok_or_else(|| bug("an index is out of bounds"))
}

/// What validation excludes.
pub(super) fn bug(what: &'static str) -> InstantiateError {
    Stop::Bug(what).into()
}

impl Scope {
    /// The empty scope of a body.
    pub(super) fn new(closure: &Closure, inst: Option<InstanceId>) -> Self {
        Scope {
            inst,
            captured: closure.captured.clone(),
            ..Scope::default()
        }
    }

    /// What `index` stands for among what can be exported.
    pub(super) fn item(&self, sort: Sort, index: u32) -> Result<Extern, InstantiateError> {
        Ok(match sort {
            Sort::Module => Extern::Module(get(&self.modules, index)?.clone()),
            Sort::Func => Extern::Func(get(&self.funcs, index)?.clone()),
            Sort::Type => Extern::Type(get(&self.types, index)?.clone()),
            Sort::Component => Extern::Component(get(&self.components, index)?.clone()),
            Sort::Instance => Extern::Instance(get(&self.instances, index)?.clone()),
        })
    }

    /// Gives `item` the next index of its sort.
    pub(super) fn push(&mut self, item: Extern) {
        match item {
            Extern::Module(module) => self.modules.push(module),
            Extern::Func(func) => self.funcs.push(func),
            Extern::Type(t) => self.types.push(t),
            Extern::Component(component) => self.components.push(component),
            Extern::Instance(instance) => self.instances.push(instance),
        }
    }

    /// What `index` stands for among what a core instance can export.
    pub(super) fn core_item(
        &self,
        sort: CoreSort,
        index: u32,
    ) -> Result<core::Extern, InstantiateError> {
        Ok(match sort {
            CoreSort::Func => core::Extern::Func(*get(&self.core_funcs, index)?),
            CoreSort::Table => core::Extern::Table(*get(&self.tables, index)?),
            CoreSort::Memory => core::Extern::Memory(*get(&self.memories, index)?),
            CoreSort::Global => core::Extern::Global(*get(&self.globals, index)?),
            CoreSort::Tag => core::Extern::Tag(*get(&self.tags, index)?),
        })
    }

    /// Gives `item` the next index of its core sort.
    pub(super) fn push_core(&mut self, item: core::Extern) {
        match item {
            core::Extern::Func(func) => self.core_funcs.push(func),
            core::Extern::Table(table) => self.tables.push(table),
            core::Extern::Memory(memory) => self.memories.push(memory),
            core::Extern::Global(global) => self.globals.push(global),
            core::Extern::Tag(tag) => self.tags.push(tag),
        }
    }

    /// The target of an outer alias.
    pub(super) fn outer(
        &self,
        sort: OuterSort,
        outer: Outer,
    ) -> Result<Captured, InstantiateError> {
        let index = match outer {
            Outer::Captured(index) => return Ok(get(&self.captured, index)?.clone()),
            Outer::Own(index) => index,
        };
        Ok(match sort {
            OuterSort::Module => Captured::Module(get(&self.modules, index)?.clone()),
            OuterSort::CoreType => Captured::CoreType(get(&self.core_types, index)?.clone()),
            OuterSort::Component => Captured::Component(get(&self.components, index)?.clone()),
            OuterSort::Type => Captured::Type(get(&self.types, index)?.clone()),
        })
    }

    /// Gives the target of an outer alias the next index of its sort.
    pub(super) fn push_captured(&mut self, captured: Captured) {
        match captured {
            Captured::Module(module) => self.modules.push(module),
            Captured::CoreType(t) => self.core_types.push(t),
            Captured::Component(component) => self.components.push(component),
            Captured::Type(t) => self.types.push(t),
        }
    }

    /// How the instance represents a resource of its own.
    pub(super) fn rep(&self, rt: ResourceType) -> CoreValType {
        let own = self.reps.iter().find(|(own, _)| *own == rt);
        own.map_or(CoreValType::I32, |(_, rep)| *rep)
    }
}
