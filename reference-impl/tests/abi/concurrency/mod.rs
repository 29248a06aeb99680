//! The concurrent scenarios of `run_tests.py`, name for name. Core code takes the
//! part of its Python functions; flags that these wait for are the host's.

mod backpressure;
mod calls;
mod cancellation;
mod dropping;
mod forwarding;
mod futures;
mod guest;
mod host;
mod host_ends;
mod streams;
mod threads;

use crate::{component, func};
use component_reference::value::Value;
use component_reference::{
    Chooser, Component, HostFunc, Implementation, Limits, Resolution, Stop, Store,
};
use guest::Guest;
use host::Host;
use std::sync::{Arc, Mutex, MutexGuard};

/// How many schedules a scenario is held to beside the default one.
const SEEDS: u64 = 32;

/// What a scenario may take: one that yields for ever takes it all.
const FUEL: u64 = 2_000_000;

/// Guests by their names, each of which may call those before it.
struct Scenario {
    component: Arc<Component>,
    seeds: u64,
}

/// How a scenario went.
struct Played {
    /// How the call of `run` was resolved, if it was.
    result: Option<Resolution>,
    host: Host,
    schedule: String,
}

impl Scenario {
    /// The function `run` is the last guest's.
    fn of(guests: &[(&str, &Guest)]) -> Self {
        let instances = guests
            .iter()
            .map(|(name, guest)| guest.instance(name, guests));
        let instances: String = instances.collect();
        let (last, _) = guests.last().expect("there are guests");
        let text = format!(
            r#"(component {} {instances} (export "run" (func ${last} "run")))"#,
            guest::host_imports(guests),
        );
        Scenario {
            component: component(&text),
            seeds: SEEDS,
        }
    }

    /// The scenario holds under the default schedule; the spec leaves it open
    /// elsewhere.
    fn by_default(mut self) -> Self {
        self.seeds = 0;
        self
    }

    /// Has `run` come to the result under each schedule, and the flags be set in the
    /// end.
    fn gives(&self, result: Option<Value>, flags: &[u32]) {
        let returned = Some(Resolution::Returned(result));
        self.plays(nothing, |played| {
            let schedule = &played.schedule;
            assert_eq!(played.result, returned, "{schedule}");
            for flag in flags {
                let set = played.host.flags.contains(flag);
                assert!(set, "flag {flag} is not set, {schedule}");
            }
        });
    }

    /// Has `run`, which is given what `begin` makes, stop with this under each
    /// schedule.
    fn stops(&self, begin: impl Fn(&mut Host, &mut Store) -> Vec<Value>, stop: &Stop) {
        for (schedule, chooser) in self.schedules() {
            let played = self.play(schedule.clone(), chooser, &begin);
            assert_eq!(played.err().as_ref(), Some(stop), "{schedule}");
        }
    }

    /// Has `run` be given what `begin` makes and come to what `end` asserts, under
    /// each schedule.
    fn plays(&self, begin: impl Fn(&mut Host, &mut Store) -> Vec<Value>, end: impl Fn(&Played)) {
        for (schedule, chooser) in self.schedules() {
            match self.play(schedule.clone(), chooser, &begin) {
                Ok(played) => end(&played),
                Err(stop) => panic!("{stop}, {schedule}"),
            }
        }
    }

    /// The default schedule, and those of seeds.
    fn schedules(&self) -> impl Iterator<Item = (String, Chooser)> {
        let seeded = (0..self.seeds).map(|seed| (format!("seed {seed}"), Chooser::seeded(seed)));
        std::iter::once(("by default".to_owned(), Chooser::deterministic())).chain(seeded)
    }

    /// Drives the store until neither guests nor host have anything left to do. A
    /// stream that `run` returns is the next reader's; flag 0 says that there is one.
    fn play(
        &self,
        schedule: String,
        chooser: Chooser,
        begin: impl Fn(&mut Host, &mut Store) -> Vec<Value>,
    ) -> Result<Played, Stop> {
        let mut store = Store::new(Limits::default()).with_chooser(chooser);
        *store.fuel() = FUEL;
        let host = Arc::new(Mutex::new(Host::default()));
        let imports = store.offer(&self.component, &mut |name, _| {
            let (name, host) = (name.to_owned(), host.clone());
            let func = move |store: &mut Store, call, ft: &_, args: Vec<_>| {
                lock(&host).call(store, call, &name, ft, &args)
            };
            Some(Implementation::Func(HostFunc::concurrent(func)))
        });
        let imports = imports.expect("everything is offered");
        let exports = store.instantiate(&self.component, &imports);
        let exports = exports.expect("guests instantiate");
        let args = begin(&mut lock(&host), &mut store);
        let call = store.start(func(&exports, "run"), args)?;
        let mut result = None;
        loop {
            if let Some(resolution) = store.resolution(call) {
                let mut host = lock(&host);
                if let Resolution::Returned(Some(Value::Stream(end))) = resolution {
                    let remain = host.result_remain;
                    host.reader(end, remain);
                    host.work(&mut store)?;
                }
                host.set(&mut store, 0)?;
                result = Some(resolution);
            }
            if !store.tick()? && !lock(&host).work(&mut store)? {
                let host = std::mem::take(&mut *lock(&host));
                return Ok(Played {
                    result,
                    host,
                    schedule,
                });
            }
        }
    }
}

/// Nothing to begin with.
fn nothing(_: &mut Host, _: &mut Store) -> Vec<Value> {
    Vec::new()
}

fn lock(host: &Mutex<Host>) -> MutexGuard<'_, Host> {
    host.lock().expect("no panic")
}
