//! Instances ([Explainer.md#instance-definitions]).

use crate::canonical::instance::InstanceId;
use crate::component::definition::{CoreInstance, Definition, Instance, Name};
use crate::component::item::{Closure, Exports, ModuleDef};
use crate::component::link::{INSTANCE_WORK, Linker, Source};
use crate::component::scope::{self, Scope, bug, get};
use crate::component::{Component, InstantiateError};
use crate::core;
use crate::store::{Exhaustion, Stop, Store};
use crate::trap::Trap;
use std::collections::BTreeMap;

impl Store {
    /// Instantiates a component ([Explainer.md#instance-definitions]): what it
    /// exports.
    ///
    /// # Errors
    ///
    /// If `imports` are not what it asks for: nothing was run then. Whatever stops
    /// the core code that runs at instantiation.
    pub fn instantiate(
        &mut self,
        component: &Component,
        imports: &Exports,
    ) -> Result<Exports, InstantiateError> {
        if self.is_locked() {
            return Err(Stop::Trap(Trap::Locked).into());
        }
        if self.runs {
            return Err(Stop::Mistyped("guests are running".into()).into());
        }
        let closure = component.closure()?;
        let mut linker = Linker::new(self, None);
        let checked = Source::Checked(imports);
        let source = match component.imports_first() {
            true => checked,
            false => {
                linker.walk(&closure, checked, Source::Abstract, None)?;
                Source::Given(imports)
            }
        };
        let inst = linker.store.new_instance();
        let made = linker.walk(&closure, source, Source::Abstract, Some(inst));
        if matches!(made, Err(InstantiateError::Stop(_))) {
            self.lock();
        }
        Ok(made?.exports.into())
    }
}

impl Component {
    /// A component that nothing is around.
    pub(super) fn closure(&self) -> Result<Closure, InstantiateError> {
        Closure::new(self.0.clone(), [].into())
    }

    /// Whether all that it imports is checked before any of its code runs.
    fn imports_first(&self) -> bool {
        let instance =
            |d: &Definition| matches!(d, Definition::CoreInstance(_) | Definition::Instance(_));
        let after = self.0.definitions.iter().skip_while(|d| !instance(d));
        !after
            .into_iter()
            .any(|d| matches!(d, Definition::Import(..)))
    }
}

impl Linker<'_> {
    /// `instance`.
    pub(super) fn instance(
        &mut self,
        scope: &Scope,
        instance: &Instance,
    ) -> Result<Exports, InstantiateError> {
        let (Instance::Instantiate(_, items) | Instance::Exports(items)) = instance;
        self.spend(items.len())?;
        let items = items.iter();
        let items = items.map(|(name, sort, index)| Ok((name.clone(), scope.item(*sort, *index)?)));
        let items: Result<BTreeMap<_, _>, InstantiateError> = items.collect();
        let items = Exports::from(items?);
        let Instance::Instantiate(component, _) = instance else {
            return Ok(items);
        };
        self.spend(INSTANCE_WORK)?;
        let component = get(&scope.components, *component)?.0.clone();
        let inst = scope.inst.map(|_| self.store.new_instance());
        let made = self.walk(&component, Source::Given(&items), Source::Abstract, inst)?;
        Ok(made.exports.into())
    }

    /// `core:instance`, and its start function.
    pub(super) fn core_instance(
        &mut self,
        scope: &Scope,
        inst: InstanceId,
        instance: &CoreInstance,
    ) -> Result<scope::CoreInstance, InstantiateError> {
        let (module, args) = match instance {
            CoreInstance::Instantiate(module, args) => (module, args),
            CoreInstance::Exports(exports) => {
                self.spend(exports.len())?;
                let exports = exports.iter();
                let exports = exports
                    .map(|(name, sort, index)| Ok((name.clone(), scope.core_item(*sort, *index)?)));
                let exports: Result<_, InstantiateError> = exports.collect();
                return Ok(scope::CoreInstance::Exports(exports?));
            }
        };
        let ModuleDef::Defined(module) = &get(&scope.modules, *module)?.0 else {
            return Err(bug("a module without code"));
        };
        self.spend(args.len() + module.imports().len())?;
        let args: BTreeMap<&Name, u32> = args.iter().map(|(name, i)| (name, *i)).collect();
        let import = |import: &core::Import| {
            let arg = args.get(&import.module);
            let arg = arg.ok_or_else(|| bug("an argument is missing"))?;
            core_export(
                &self.store.core,
                get(&scope.core_instances, *arg)?,
                &import.name,
            )
        };
        let imports: Result<Vec<_>, _> = module.imports().iter().map(import).collect();
        let made = self.store.core.instantiate(module, &imports?);
        let made = made.map_err(|error| match error {
            core::InstantiateError::Link(_) => bug("an argument of another type"),
            core::InstantiateError::Trap(trap) => Stop::from(Trap::from(trap)).into(),
            core::InstantiateError::Exhausted(exhausted) => {
                Stop::from(Exhaustion::from(exhausted)).into()
            }
        })?;
        if let Some(start) = made.start {
            self.store.run_start(inst, start)?;
        }
        Ok(scope::CoreInstance::Instantiated(made.instance))
    }
}

/// What a core instance exports under `name`.
pub(super) fn core_export(
    store: &core::Store,
    instance: &scope::CoreInstance,
    name: &str,
) -> Result<core::Extern, InstantiateError> {
    let item = match instance {
        scope::CoreInstance::Instantiated(instance) => store.export(*instance, name),
        scope::CoreInstance::Exports(exports) => exports.get(name).copied(),
    };
    item.ok_or_else(|| bug("a core instance lacks an export"))
}
