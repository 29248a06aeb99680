mod component;
mod core;
mod host;

use super::{Backend, RELEASES, Wasmtime, release};
use component_harness::engine::{DefinitionId, Engine, Import, InstanceId, Reply, Sort};
use component_harness::features::Features;
use std::path::Path;
use wast::Wat;
use wast::parser::{self, ParseBuffer};

#[test]
fn the_release_is_the_one_of_the_lock_file() {
    let lock = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .find_map(|directory| std::fs::read_to_string(directory.join("Cargo.lock")).ok())
        .expect("a package has a lock file");
    assert!(RELEASES.contains(&release().as_str()), "{}", release());
    let entry = format!("name = \"wasmtime\"\nversion = \"{}\"\n", release());
    assert!(lock.contains(&entry), "{entry}");
}

#[test]
fn every_feature_can_be_asked_for_on_every_backend() {
    let all = Features::from(wasmparser::WasmFeatures::all());
    for backend in [Backend::Cranelift, Backend::Winch, Backend::Pulley] {
        let mut engine = Wasmtime::new(backend).expect("this machine runs Wasmtime");
        let missing = engine.reset(&all).expect("some features are left");
        let lacks = |name: &str| missing.iter().any(|missing| missing == name);
        assert!(lacks("memory-control"), "{missing:?}");
        assert!(
            !lacks("component-model") && !lacks("cm-async"),
            "{missing:?}"
        );
        assert_eq!(lacks("gc"), backend == Backend::Winch, "{missing:?}");
        assert_eq!(lacks("threads"), backend == Backend::Pulley, "{missing:?}");
        let again = engine.reset(&all).expect("the engine is known");
        assert_eq!(again, missing);
    }
}

#[test]
fn features_not_asked_for_are_off() {
    let bytes = binary("(module (func (param externref)))");
    for (features, accepted) in [(&[][..], false), (&["reference-types"], true)] {
        let reply = engine(features).define(DefinitionId(0), Sort::Module, &bytes);
        assert_eq!(reply == Reply::Accepted, accepted, "{reply:?}");
    }
}

#[test]
fn a_definition_of_the_other_sort_is_rejected() {
    let mut engine = engine(&["component-model"]);
    for (sort, text) in [(Sort::Module, "(component)"), (Sort::Component, "(module)")] {
        let reply = engine.define(DefinitionId(0), sort, &binary(text));
        assert!(matches!(reply, Reply::Rejected { .. }), "{reply:?}");
    }
}

fn features_of(names: &[&str]) -> Features {
    Features::new(names.iter().copied()).expect("the names are features")
}

fn engine(features: &[&str]) -> Wasmtime {
    let mut engine = Wasmtime::new(Backend::Cranelift).expect("this machine runs Wasmtime");
    let missing = engine
        .reset(&features_of(features))
        .expect("the features build");
    assert!(missing.is_empty(), "{missing:?}");
    engine
}

fn binary(text: &str) -> Vec<u8> {
    let buffer = ParseBuffer::new(text).expect("the text lexes");
    let mut wat: Wat<'_> = parser::parse(&buffer).unwrap_or_else(|error| panic!("{error}: {text}"));
    wat.encode()
        .unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn instantiate(
    engine: &mut dyn Engine,
    id: u32,
    sort: Sort,
    text: &str,
    imports: &[(&str, u32)],
) -> Reply {
    let reply = engine.define(DefinitionId(id), sort, &binary(text));
    assert_eq!(reply, Reply::Accepted, "{text}");
    let import = |(name, instance): &(&str, u32)| Import {
        name: (*name).to_owned(),
        instance: InstanceId(*instance),
    };
    let imports: Vec<Import> = imports.iter().map(import).collect();
    engine.instantiate(InstanceId(id), DefinitionId(id), &imports)
}

fn accept(engine: &mut dyn Engine, id: u32, sort: Sort, text: &str, imports: &[(&str, u32)]) {
    let reply = instantiate(engine, id, sort, text, imports);
    assert_eq!(reply, Reply::Accepted, "{text}");
}
