mod component;
mod core;
mod host;
mod traps;

use super::Reference;
use crate::engine::{DefinitionId, Engine, Import, InstanceId, Reply, Sort};
use crate::features::Features;
use component_reference::Limits;
use wasmparser::WasmFeatures;
use wast::Wat;
use wast::parser::{self, ParseBuffer};

#[test]
fn what_the_runtime_does_not_have_is_missing() {
    let all = Features::from(WasmFeatures::all());
    let missing = Reference::new(Limits::default(), None)
        .reset(&all)
        .expect("it runs with the rest");
    let lacks = |name: &str| missing.iter().any(|missing| missing == name);
    for name in ["simd", "stack-switching", "custom-descriptors"] {
        assert!(lacks(name), "{name}");
    }
    for name in ["gc", "exceptions", "component-model", "cm-async", "floats"] {
        assert!(!lacks(name), "{name}");
    }
}

#[test]
fn what_is_only_validated_is_unsupported_where_it_is_used() {
    let mut engine = engine(&["threads"]);
    let shared = binary("(module (memory 1 1 shared))");
    let reply = engine.define(DefinitionId(0), Sort::Module, &shared);
    assert!(matches!(reply, Reply::Unsupported { .. }), "{reply:?}");
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

#[test]
fn a_reset_forgets_everything() {
    let mut engine = engine(&[]);
    accept(&mut engine, 0, Sort::Module, "(module)", &[]);
    engine.reset(&features_of(&[])).expect("it has them all");
    for reply in [
        engine.instantiate(InstanceId(1), DefinitionId(0), &[]),
        engine.invoke(InstanceId(0), "f", &[]),
        engine.get(InstanceId(0), "g"),
    ] {
        assert!(matches!(reply, Reply::Misused { .. }), "{reply:?}");
    }
}

#[test]
fn there_are_no_threads() {
    let forked = engine(&[]).fork(None).err();
    assert!(matches!(forked, Some(Reply::Unsupported { .. })));
}

fn features_of(names: &[&str]) -> Features {
    Features::new(names.iter().copied()).expect("the names are features")
}

fn engine(features: &[&str]) -> Reference {
    let mut engine = Reference::new(Limits::default(), None);
    let missing = engine
        .reset(&features_of(features))
        .expect("the features are taken on");
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

fn trap_code(reply: Reply) -> String {
    match reply {
        Reply::Trapped {
            code: Some(code), ..
        } => code,
        reply => panic!("{reply:?}"),
    }
}
