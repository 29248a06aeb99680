//! Cases per second on the reference alone and beside Wasmtime, and how much of the time
//! is the harness's own: all that is not spent within an engine.

use component_fuzz::allowances::Allowances;
use component_fuzz::campaign::case;
use component_fuzz::engine::{EngineSetup, Terms};
use component_fuzz::target::Target;
use component_fuzz::trial::Bench;
use component_harness::engine::{DefinitionId, Engine, Identity, Import, InstanceId, Reply, Sort};
use component_harness::engines;
use component_harness::features::Features;
use component_harness::value::Value;
use component_harness::worker::Launch;
use std::error::Error;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

const CASES: u64 = 1_000;

/// Only what runs in this process, so that the time within engines can be told.
const TARGETS: [Target; 3] = [Target::AbiValues, Target::AbiTraps, Target::Resources];

/// An engine, and the time that is spent in it.
struct Timed(Box<dyn Engine>, Arc<AtomicU64>);

impl Timed {
    fn timed<T>(&mut self, act: impl FnOnce(&mut dyn Engine) -> T) -> T {
        let began = Instant::now();
        let result = act(&mut *self.0);
        let spent = began.elapsed().as_nanos();
        self.1
            .fetch_add(u64::try_from(spent).unwrap_or(u64::MAX), Ordering::Relaxed);
        result
    }
}

impl Engine for Timed {
    fn identity(&self) -> Identity {
        self.0.identity()
    }

    fn reset(&mut self, features: &Features) -> Result<Vec<String>, String> {
        self.timed(|engine| engine.reset(features))
    }

    fn define(&mut self, id: DefinitionId, sort: Sort, bytes: &[u8]) -> Reply {
        self.timed(|engine| engine.define(id, sort, bytes))
    }

    fn instantiate(&mut self, id: InstanceId, of: DefinitionId, imports: &[Import]) -> Reply {
        self.timed(|engine| engine.instantiate(id, of, imports))
    }

    fn invoke(&mut self, instance: InstanceId, name: &str, args: &[Value]) -> Reply {
        self.timed(|engine| engine.invoke(instance, name, args))
    }

    fn get(&mut self, instance: InstanceId, name: &str) -> Reply {
        self.timed(|engine| engine.get(instance, name))
    }

    fn drop_instance(&mut self, instance: InstanceId) {
        self.timed(|engine| engine.drop_instance(instance));
    }

    fn reached(&mut self) -> Vec<String> {
        self.timed(|engine| engine.reached())
    }

    fn fork(&mut self, shared: Option<InstanceId>) -> Result<Box<dyn Engine>, Reply> {
        let fork = self.timed(|engine| engine.fork(shared))?;
        Ok(Box::new(Timed(fork, self.1.clone())))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let (terms, allowances) = (Terms::new()?, Allowances::shipped()?);
    let mut out = std::io::stdout().lock();
    for target in TARGETS {
        for others in [&[][..], &[engines::DEFAULT]] {
            let within = Arc::new(AtomicU64::new(0));
            let setup = |name: &'static str| {
                let within = within.clone();
                EngineSetup {
                    name: name.to_owned(),
                    launch: Launch::InProcess(Arc::new(move || {
                        let engine = engines::in_tree(name)
                            .unwrap_or_else(|| Err(format!("{name} is not built in")))?;
                        Ok(Box::new(Timed(engine, within.clone())))
                    })),
                }
            };
            let engines: Vec<_> = others.iter().map(|name| setup(name)).collect();
            let reference = setup(engines::REFERENCE);
            let mut bench = Bench::new(&reference, &engines, &terms, &allowances)?;
            let began = Instant::now();
            let mut ran = 0;
            for number in 0..CASES {
                let case = case(target, 0, number);
                // What may take the process with it is for campaigns.
                if !allowances.crashes(engines::DEFAULT, &case.render().marks) {
                    bench.run(&case);
                    ran += 1;
                }
            }
            let all = began.elapsed();
            let own = all.saturating_sub(Duration::from_nanos(within.load(Ordering::Relaxed)));
            writeln!(
                out,
                "{target}, reference{}: {ran} cases, {:.0} per second, {:.1} % outside of engines",
                others
                    .iter()
                    .map(|name| format!(" and {name}"))
                    .collect::<String>(),
                f64::from(ran) / all.as_secs_f64(),
                100.0 * own.as_secs_f64() / all.as_secs_f64(),
            )?;
        }
    }
    Ok(())
}
