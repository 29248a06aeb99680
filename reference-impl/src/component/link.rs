//! Evaluation of definitions, with code and without
//! ([Explainer.md#component-definitions]).

use crate::canonical::instance::InstanceId;
use crate::component::InstantiateError;
use crate::component::definition::{Alias, Canon, Definition, ExternType, Name, TypeBound};
use crate::component::evaluate::func_type;
use crate::component::item::{Closure, ComponentDef, Exports, Extern, Module, ModuleDef, TypeDef};
use crate::component::offer::Implement;
use crate::component::scope::{Scope, bug, get};
use crate::component::{core_type, instantiate};
use crate::embedding::{Func, HostError, HostFunc};
use crate::store::{FuncInst, Store};
use crate::types::{FuncType, ResourceType};
use std::sync::{Arc, LazyLock};

/// Evaluates definitions.
///
/// One walk over the definitions of a body serves for everything: it makes an
/// instance, it tells what type an instance would have, and it checks an instance
/// against a type.
pub(super) struct Linker<'s> {
    pub(super) store: &'s mut Store,
    /// Who implements what is made for [`Source::Host`].
    pub(super) host: Option<&'s mut Implement<'s>>,
    /// The names that lead to what is checked or made at the moment.
    pub(super) path: Vec<Name>,
    /// How many walks are nested at the moment.
    depth: u32,
    /// How much may still be evaluated.
    work: u32,
    abstract_resources: u32,
}

/// Where imports, or declared exports, are taken from.
#[derive(Clone, Copy)]
pub(super) enum Source<'e> {
    /// An instance which validation knows to be right.
    Given(&'e Exports),
    /// An instance that is to be checked.
    Checked(&'e Exports),
    /// Nowhere: they are made after their types, and cannot be called.
    Abstract,
    /// The host: they are made after their types.
    Host,
}

/// How deep instantiations may be nested.
const MAX_DEPTH: u32 = 100;

/// How many definitions, members and arguments one instantiation may evaluate.
const MAX_WORK: u32 = 1_000_000;

/// As how many of these a component instance counts.
pub(super) const INSTANCE_WORK: usize = 10;

impl<'s> Linker<'s> {
    pub(super) fn new(store: &'s mut Store, host: Option<&'s mut Implement<'s>>) -> Self {
        Linker {
            store,
            host,
            path: Vec::new(),
            depth: 0,
            work: MAX_WORK,
            abstract_resources: 0,
        }
    }

    /// Evaluates the definitions of a component or a type, in their order. Without
    /// `inst` no code is run.
    pub(super) fn walk(
        &mut self,
        closure: &Closure,
        imports: Source<'_>,
        exports: Source<'_>,
        inst: Option<InstanceId>,
    ) -> Result<Scope, InstantiateError> {
        if self.depth == MAX_DEPTH {
            return Err(InstantiateError::Limit("instances are nested too deep"));
        }
        self.depth += 1;
        let mut scope = Scope::new(closure, inst);
        for definition in &closure.body.definitions {
            self.spend(0)?;
            self.definition(&mut scope, definition, imports, exports)?;
        }
        self.depth -= 1;
        Ok(scope)
    }

    /// Counts a definition and its members against the bound.
    pub(super) fn spend(&mut self, members: usize) -> Result<(), InstantiateError> {
        let cost = u32::try_from(members).unwrap_or(u32::MAX).saturating_add(1);
        let left = self.work.checked_sub(cost);
        self.work = left.ok_or(InstantiateError::Limit("too much is instantiated"))?;
        Ok(())
    }

    /// A resource type that no store has.
    pub(super) fn abstract_resource(&mut self) -> ResourceType {
        self.abstract_resources += 1;
        ResourceType(u32::MAX - self.abstract_resources)
    }

    fn definition(
        &mut self,
        scope: &mut Scope,
        definition: &Definition,
        imports: Source<'_>,
        exports: Source<'_>,
    ) -> Result<(), InstantiateError> {
        match definition {
            Definition::CoreModule(module) => scope.modules.push(module.clone().into()),
            Definition::CoreInstance(instance) => {
                if let Some(inst) = scope.inst {
                    let instance = self.core_instance(scope, inst, instance)?;
                    scope.core_instances.push(instance);
                }
            }
            Definition::CoreType(t) => self.core_type(scope, t)?,
            Definition::Component(body) => {
                let component = self.closure(scope, body)?;
                scope.components.push(component);
            }
            Definition::Instance(instance) => {
                let instance = self.instance(scope, instance)?;
                scope.instances.push(instance);
            }
            Definition::Alias(Alias::Export(instance, name)) => {
                let item = get(&scope.instances, *instance)?.get(name);
                let item = item.ok_or_else(|| bug("an alias of no export"))?.clone();
                scope.push(item);
            }
            Definition::Alias(Alias::CoreExport(instance, name)) => {
                if scope.inst.is_some() {
                    let instance = get(&scope.core_instances, *instance)?;
                    let item = instantiate::core_export(&self.store.core, instance, name)?;
                    scope.push_core(item);
                }
            }
            Definition::Alias(Alias::Outer(sort, outer)) => {
                let captured = scope.outer(*sort, *outer)?;
                scope.push_captured(captured);
            }
            Definition::Type(t) => {
                let t = self.def_type(scope, t)?;
                scope.types.push(t);
            }
            Definition::Canon(Canon::Lift(callee, t, opts)) => {
                let func = match scope.inst {
                    Some(inst) => self.lift(scope, inst, *callee, *t, opts)?,
                    None => uncallable(func_type(scope, *t)?),
                };
                scope.funcs.push(func);
            }
            Definition::Canon(canon) => {
                if scope.inst.is_some() {
                    self.core_func(scope, canon)?;
                }
            }
            Definition::Import(name, t) => {
                let item = self.supply(scope, name, *t, imports)?;
                if let Source::Abstract | Source::Host = imports {
                    scope.imports.insert(name.clone(), item.clone());
                }
                scope.push(item);
            }
            Definition::ExportDecl(name, t) => {
                let item = self.supply(scope, name, *t, exports)?;
                scope.exports.insert(name.clone(), item.clone());
                scope.push(item);
            }
            Definition::Export(name, sort, index, t) => {
                let item = scope.item(*sort, *index)?;
                let item = match (t, scope.inst) {
                    (None, _) => item,
                    // What is ascribed is all that is known of a type.
                    (Some(t), None) => self.make(scope, *t, Source::Abstract)?,
                    (Some(t), Some(_)) => self.narrow(scope, &item, *t)?,
                };
                scope.exports.insert(name.clone(), item.clone());
                scope.push(item);
            }
        }
        Ok(())
    }

    /// What is imported, or declared to be exported, under `name`.
    fn supply(
        &mut self,
        scope: &Scope,
        name: &Name,
        t: ExternType,
        source: Source<'_>,
    ) -> Result<Extern, InstantiateError> {
        self.path.push(name.clone());
        let item = match source {
            Source::Abstract | Source::Host => self.make(scope, t, source)?,
            Source::Given(given) => {
                let item = given
                    .get(name)
                    .ok_or_else(|| bug("an argument is missing"))?;
                self.narrow(scope, item, t)?
            }
            Source::Checked(given) => self.check(scope, given.get(name), t)?,
        };
        self.path.pop();
        Ok(item)
    }

    /// Something of type `t`.
    fn make(
        &mut self,
        scope: &Scope,
        t: ExternType,
        source: Source<'_>,
    ) -> Result<Extern, InstantiateError> {
        let host = matches!(source, Source::Host);
        Ok(match t {
            ExternType::Type(TypeBound::Eq(index)) => {
                Extern::Type(get(&scope.types, index)?.clone())
            }
            ExternType::Type(TypeBound::SubResource) if host => {
                Extern::Type(TypeDef::Resource(self.host_resource()?))
            }
            ExternType::Type(TypeBound::SubResource) => {
                Extern::Type(TypeDef::Resource(self.abstract_resource()))
            }
            ExternType::Func(index) if host => self.host_func(func_type(scope, index)?)?,
            ExternType::Func(index) => Extern::Func(uncallable(func_type(scope, index)?)),
            ExternType::Module(index) if host => self.host_module(scope, index)?,
            ExternType::Module(index) => {
                let declared = core_type::module_type(scope, index)?;
                Extern::Module(Module(ModuleDef::Declared(declared)))
            }
            ExternType::Component(_) if host => return Err(self.unlinkable("component", None)),
            ExternType::Component(index) => Extern::Component(component_type(scope, index)?),
            ExternType::Instance(index) => {
                let t = instance_type(scope, index)?;
                let exports = self.walk(&t.0, Source::Abstract, source, None)?.exports;
                Extern::Instance(exports.into())
            }
        })
    }

    /// `item`, as its type `t` shows it: of an instance nothing but what the type
    /// has.
    fn narrow(
        &mut self,
        scope: &Scope,
        item: &Extern,
        t: ExternType,
    ) -> Result<Extern, InstantiateError> {
        match (t, item) {
            (ExternType::Instance(index), Extern::Instance(given)) => {
                let t = instance_type(scope, index)?;
                let given = Source::Given(given);
                let exports = self.walk(&t.0, Source::Abstract, given, None)?.exports;
                Ok(Extern::Instance(exports.into()))
            }
            _ => Ok(item.clone()),
        }
    }
}

/// The component type at `index`.
pub(super) fn component_type(scope: &Scope, index: u32) -> Result<ComponentDef, InstantiateError> {
    match get(&scope.types, index)? {
        TypeDef::Component(t) => Ok(t.clone()),
        _ => Err(bug("a component type is expected")),
    }
}

/// The instance type at `index`.
pub(super) fn instance_type(scope: &Scope, index: u32) -> Result<ComponentDef, InstantiateError> {
    match get(&scope.types, index)? {
        TypeDef::Instance(t) => Ok(t.clone()),
        _ => Err(bug("an instance type is expected")),
    }
}

/// A function of which only the type matters.
fn uncallable(ft: Arc<FuncType>) -> Func {
    static UNCALLABLE: LazyLock<HostFunc> = LazyLock::new(|| {
        HostFunc::new(|_, _| Err(HostError::Trap("a function without an instance".into())))
    });
    Func {
        inst: FuncInst::Host(UNCALLABLE.clone()),
        ft,
    }
}
