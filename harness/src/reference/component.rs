//! Components: every root instance has a store of its own, which a trap locks. One
//! that imports from another root instance lives in that one's store.

use super::Instance;
use super::component_value::{argument, result};
use super::failure::{misused, stopped, uninstantiated};
use super::host::Host;
use super::jobs::Jobs;
use crate::engine::{Import, InstanceId, Reply};
use crate::value::Value;
use component_reference::value::Value as Lifted;
use component_reference::{
    Chooser, Component, Exports, Extern, Func, Limits, Reached, Resolution, Stop, Store,
};
use std::collections::{BTreeSet, HashMap};
use std::mem;

/// The component half of the engine.
#[derive(Default)]
pub(super) struct Components {
    spaces: HashMap<u32, Space>,
    roots: HashMap<RootId, Root>,
    made: u32,
    seed: Option<u64>,
    host: Host,
    /// What of the spec was reached since it was last told.
    reached: BTreeSet<String>,
}

/// A store, and the host in it once a component has imported from that.
struct Space {
    store: Store,
    host: Option<Exports>,
    /// What the host goes on with when it is driven.
    jobs: Jobs,
}

/// After how many threads the host has its turn at the latest.
const TICKS_PER_TURN: u64 = 100;

/// The ways to choose from after each thread: by default the host's turn is later.
const TURNS_BETWEEN: usize = 2;

/// A root instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct RootId(u32);

struct Root {
    space: u32,
    exports: Exports,
}

impl Components {
    /// None yet; the seed is that of their schedules.
    pub(super) fn new(seed: Option<u64>) -> Self {
        Components {
            seed,
            ..Components::default()
        }
    }

    /// Imports that no instance provides are looked for in the host.
    pub(super) fn instantiate(
        &mut self,
        component: &Component,
        imports: &[Import],
        instances: &HashMap<InstanceId, Instance>,
        limits: &Limits,
    ) -> Result<RootId, Reply> {
        let mut provided: Vec<(&str, Extern)> = Vec::new();
        let mut from_host = Vec::new();
        let mut spaces = BTreeSet::new();
        for name in component.imports() {
            let Some(import) = imports.iter().find(|import| import.name == name) else {
                if Host::has(name)? {
                    from_host.push(name);
                }
                continue;
            };
            if let Some(Instance::Component(id)) = instances.get(&import.instance)
                && let Some(root) = self.roots.get(id)
            {
                spaces.insert(root.space);
                provided.push((name, Extern::Instance(root.exports.clone())));
            }
        }
        if spaces.len() > 1 {
            return Err(Reply::Unsupported {
                feature: "imports from two stores".to_owned(),
            });
        }
        self.made += 1;
        let space_id = spaces.pop_first().unwrap_or(self.made);
        let chooser = match self.seed {
            None => Chooser::deterministic(),
            // No two stores have the same schedule.
            Some(seed) => Chooser::seeded(seed ^ u64::from(space_id) << 32),
        };
        let space = self.spaces.entry(space_id).or_insert_with(|| Space {
            store: Store::new(limits.clone()).with_chooser(chooser),
            host: None,
            jobs: Jobs::default(),
        });
        let exports = space.instantiate(component, provided, &from_host, &self.host);
        note(&mut self.reached, &space.store.take_reached());
        let exports = exports.inspect_err(|_| self.drop_space_without_roots(space_id))?;
        let id = RootId(self.made);
        let root = Root {
            space: space_id,
            exports,
        };
        self.roots.insert(id, root);
        Ok(id)
    }

    /// Returns when the task of the call resolves.
    pub(super) fn invoke(
        &mut self,
        root: RootId,
        name: &str,
        args: &[Value],
    ) -> Result<Vec<Value>, Reply> {
        let found = self.roots.get(&root);
        let found = found.and_then(|root| Some((self.spaces.get_mut(&root.space)?, root)));
        let Some((space, root)) = found else {
            return Err(misused("the instance was dropped"));
        };
        let Some(Extern::Func(func)) = root.exports.get(name) else {
            return Err(misused(format!("no exported function {name:?}")));
        };
        let ty = func.ty();
        if ty.params.len() != args.len() {
            return Err(misused(format!(
                "{name:?} takes {} arguments",
                ty.params.len()
            )));
        }
        let args = args
            .iter()
            .zip(&ty.params)
            .map(|(value, (name, t))| {
                let value = argument(value, t);
                value.ok_or_else(|| misused(format!("no value for parameter {name:?}")))
            })
            .collect::<Result<Vec<_>, Reply>>()?;
        let returned = space.call(func, args);
        note(&mut self.reached, &space.store.take_reached());
        let returned = returned.map_err(stopped)?;
        let returned = returned.iter().zip(&ty.result);
        Ok(returned.map(|(value, t)| result(value, t)).collect())
    }

    /// What of the spec was reached since this was last asked.
    pub(super) fn take_reached(&mut self) -> Vec<String> {
        mem::take(&mut self.reached).into_iter().collect()
    }

    /// Forgets a root instance, and its store with the last one in it.
    pub(super) fn drop_root(&mut self, id: RootId) {
        if let Some(gone) = self.roots.remove(&id) {
            self.drop_space_without_roots(gone.space);
        }
    }

    fn drop_space_without_roots(&mut self, space: u32) {
        if !self.roots.values().any(|root| root.space == space) {
            self.spaces.remove(&space);
        }
    }
}

/// Adds what a store has reached.
fn note(all: &mut BTreeSet<String>, reached: &Reached) {
    for (definition, _) in reached.calls() {
        all.insert(definition.name().to_owned());
    }
    for (site, within, _) in reached.traps() {
        all.insert(format!("{}@{}", site.id(), within.name()));
    }
}

impl Space {
    /// Calls a function and drives the store, and the host in it, until the call has
    /// resolved.
    fn call(&mut self, func: &Func, args: Vec<Lifted>) -> Result<Option<Lifted>, Stop> {
        let call = self.store.start(func, args)?;
        let mut ticks = 0_u64;
        loop {
            match self.store.resolution(call) {
                Some(Resolution::Returned(result)) => return Ok(result),
                Some(Resolution::Cancelled) => return Err(Stop::Bug("nobody cancels calls")),
                None => {}
            }
            ticks += 1;
            let idle = !self.store.tick()?;
            // A guest that yields all the time must not keep the host from its turn.
            let early = self.store.choose(TURNS_BETWEEN) > 0;
            if idle || early || ticks.is_multiple_of(TICKS_PER_TURN) {
                let busy = self.jobs.turn(&mut self.store)?;
                if idle && !busy {
                    return Err(self.store.give_up());
                }
            }
        }
    }

    fn instantiate<'c>(
        &mut self,
        component: &Component,
        mut provided: Vec<(&'c str, Extern)>,
        from_host: &[&'c str],
        host: &Host,
    ) -> Result<Exports, Reply> {
        if !from_host.is_empty() {
            let offered = match self.host.take() {
                Some(offered) => offered,
                None => host.offer(&mut self.store, &self.jobs)?,
            };
            let offered = self.host.insert(offered);
            let items = from_host
                .iter()
                .filter_map(|name| Some((*name, offered.get(name)?.clone())));
            provided.extend(items);
        }
        self.store
            .instantiate(component, &provided.into_iter().collect())
            .map_err(uninstantiated)
    }
}
