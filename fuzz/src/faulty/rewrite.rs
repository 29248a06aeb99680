//! Faults in what an engine makes of a component's definitions.

use component_harness::engine::{DefinitionId, Engine, Identity, Import, InstanceId, Reply, Sort};
use component_harness::features::Features;
use component_harness::value::Value;
use std::convert::Infallible;
use wasm_encoder::reencode::{Error, Reencode, ReencodeComponent, component_utils};
use wasm_encoder::{CanonicalOption, Component, ComponentTypeEncoder};
use wasmparser::{ComponentType, Parser};

/// An engine that is given other components.
pub(super) struct Rewritten {
    engine: Box<dyn Engine>,
    fault: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    WrongMemory,
    EncodingMislabel,
    PostReturnDropped,
    DtorDropped,
}

impl Rewritten {
    pub(super) fn new(fault: &str, engine: Box<dyn Engine>) -> Self {
        let fault = match fault {
            "wrong-memory" => Kind::WrongMemory,
            "encoding-mislabel" => Kind::EncodingMislabel,
            "post-return-dropped" => Kind::PostReturnDropped,
            _ => Kind::DtorDropped,
        };
        Rewritten { engine, fault }
    }
}

impl Engine for Rewritten {
    fn identity(&self) -> Identity {
        self.engine.identity()
    }

    fn reset(&mut self, features: &Features) -> Result<Vec<String>, String> {
        self.engine.reset(features)
    }

    /// What cannot be read is left as it is: the engine rejects it.
    fn define(&mut self, id: DefinitionId, sort: Sort, bytes: &[u8]) -> Reply {
        let rewritten = match sort {
            Sort::Component => rewrite(self.fault, bytes).ok(),
            Sort::Module => None,
        };
        match rewritten {
            None => self.engine.define(id, sort, bytes),
            Some(rewritten) => match self.engine.define(id, sort, &rewritten) {
                Reply::Rejected { .. } => self.engine.define(id, sort, bytes),
                reply => reply,
            },
        }
    }

    fn instantiate(
        &mut self,
        id: InstanceId,
        definition: DefinitionId,
        imports: &[Import],
    ) -> Reply {
        self.engine.instantiate(id, definition, imports)
    }

    fn invoke(&mut self, instance: InstanceId, name: &str, args: &[Value]) -> Reply {
        self.engine.invoke(instance, name, args)
    }

    fn get(&mut self, instance: InstanceId, name: &str) -> Reply {
        self.engine.get(instance, name)
    }

    fn drop_instance(&mut self, instance: InstanceId) {
        self.engine.drop_instance(instance);
    }

    fn fork(&mut self, shared: Option<InstanceId>) -> Result<Box<dyn Engine>, Reply> {
        self.engine.fork(shared)
    }
}

fn rewrite(fault: Kind, bytes: &[u8]) -> Result<Vec<u8>, Error<Infallible>> {
    let mut component = Component::new();
    let mut rewriter = Rewriter { fault };
    rewriter.parse_component(&mut component, Parser::new(0), bytes)?;
    Ok(component.finish())
}

struct Rewriter {
    fault: Kind,
}

impl Reencode for Rewriter {
    type Error = Infallible;
}

impl ReencodeComponent for Rewriter {
    fn canonical_option(
        &mut self,
        option: wasmparser::CanonicalOption,
    ) -> Result<CanonicalOption, Error<Infallible>> {
        use wasmparser::CanonicalOption as Given;
        Ok(match (self.fault, option) {
            // Where there is one memory only, the component is invalid and stays as it is.
            (Kind::WrongMemory, Given::Memory(memory)) => CanonicalOption::Memory(memory ^ 1),
            (Kind::EncodingMislabel, Given::UTF16) => CanonicalOption::CompactUTF16,
            (Kind::EncodingMislabel, Given::CompactUTF16) => CanonicalOption::UTF16,
            _ => component_utils::canonical_option(self, option)?,
        })
    }

    fn parse_component_canonical(
        &mut self,
        section: &mut wasm_encoder::CanonicalFunctionSection,
        func: wasmparser::CanonicalFunction,
    ) -> Result<(), Error<Infallible>> {
        use wasmparser::{CanonicalFunction, CanonicalOption as Given};
        let func = match func {
            CanonicalFunction::Lift {
                core_func_index,
                type_index,
                options,
            } if self.fault == Kind::PostReturnDropped => CanonicalFunction::Lift {
                core_func_index,
                type_index,
                options: options
                    .iter()
                    .copied()
                    .filter(|option| !matches!(option, Given::PostReturn(_)))
                    .collect(),
            },
            func => func,
        };
        component_utils::parse_component_canonical(self, section, func)
    }

    fn parse_component_type(
        &mut self,
        encoder: ComponentTypeEncoder<'_>,
        ty: ComponentType<'_>,
    ) -> Result<(), Error<Infallible>> {
        let ty = match ty {
            ComponentType::Resource { rep, .. } if self.fault == Kind::DtorDropped => {
                ComponentType::Resource { rep, dtor: None }
            }
            ty => ty,
        };
        component_utils::parse_component_type(self, encoder, ty)
    }
}
