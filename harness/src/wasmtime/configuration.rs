//! From a set of features to a Wasmtime engine.

use super::Backend;
use ::wasmtime::{Config, Engine, Error, Strategy, WasmFeatures};
use component_harness::features::Features;
use std::collections::BTreeSet;

/// Flags of the validator that stand for no proposal, and so are always asked
/// for: without them there would be no floats and no `externref`.
const IMPLIED: [&str; 2] = ["floats", "gc-types"];

/// The features that Wasmtime refuses without support for concurrency.
const CONCURRENT: WasmFeatures = WasmFeatures::CM_ASYNC
    .union(WasmFeatures::CM_ASYNC_STACKFUL)
    .union(WasmFeatures::CM_MORE_ASYNC_BUILTINS)
    .union(WasmFeatures::CM_THREADING)
    .union(WasmFeatures::CM_ERROR_CONTEXT);

/// An engine that has exactly the features asked for, as far as it can.
#[derive(Clone)]
pub(super) struct Configured {
    pub(super) engine: Engine,
    /// The features that it has.
    pub(super) flags: WasmFeatures,
    /// The names of those that it should have and does not.
    pub(super) missing: Vec<String>,
}

impl Configured {
    pub(super) fn new(backend: Backend, features: &Features) -> Result<Self, Error> {
        let names: BTreeSet<&str> = features.names().chain(IMPLIED).collect();
        let wanted: Vec<WasmFeatures> = names.iter().filter_map(|name| known(name)).collect();
        let all = wanted.iter().copied().collect();
        let (engine, flags) = match build(backend, all) {
            Ok(engine) => (engine, all),
            Err(_) => build_largest(backend, wanted)?,
        };
        let has = |name: &str| known(name).is_some_and(|flag| flags.contains(flag));
        let missing = names
            .into_iter()
            .filter(|name| !has(name))
            .map(str::to_owned)
            .collect();
        Ok(Configured {
            engine,
            flags,
            missing,
        })
    }
}

fn known(name: &str) -> Option<WasmFeatures> {
    WasmFeatures::from_name(&name.to_uppercase().replace('-', "_"))
}

/// Adds one feature after the other. A refused one is tried again as long as
/// others are accepted, because it may build on one of those.
fn build_largest(
    backend: Backend,
    mut open: Vec<WasmFeatures>,
) -> Result<(Engine, WasmFeatures), Error> {
    let mut flags = WasmFeatures::empty();
    let mut engine = build(backend, flags)?;
    loop {
        let before = open.len();
        open.retain(|flag| match build(backend, flags.union(*flag)) {
            Ok(larger) => {
                engine = larger;
                flags.insert(*flag);
                false
            }
            Err(_) => true,
        });
        if open.len() == before {
            return Ok((engine, flags));
        }
    }
}

fn build(backend: Backend, flags: WasmFeatures) -> Result<Engine, Error> {
    let mut config = Config::new();
    match backend {
        Backend::Cranelift => config.strategy(Strategy::Cranelift),
        Backend::Winch => config.strategy(Strategy::Winch),
        Backend::Pulley => config.strategy(Strategy::Cranelift).target("pulley64")?,
    };
    config
        .wasm_features(flags.complement(), false)
        .wasm_features(flags, true)
        .concurrency_support(flags.intersects(CONCURRENT))
        .shared_memory(flags.contains(WasmFeatures::THREADS))
        .wasm_backtrace_max_frames(None);
    Engine::new(&config)
}
