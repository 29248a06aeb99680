//! Components from bytes ([Binary.md#component-definitions]).

use crate::component::definition::{
    Body, CoreInstance, CoreSort, Definition, Instance, Name, Outer, OuterSort, Sort,
};
use crate::core::{self, ModuleBuilder};
use std::collections::HashMap;
use std::sync::Arc;
use wasmparser::{
    BinaryReaderError, ComponentExternalKind, Encoding, ExternalKind, FromReader, Parser, Payload,
    SectionLimited, ValidPayload, Validator, WasmFeatures,
};

/// Why bytes are no component that can be instantiated.
#[derive(Clone, Debug, thiserror::Error)]
pub enum DecodeError {
    /// They are malformed or invalid.
    #[error(transparent)]
    Rejected(#[from] BinaryReaderError),
    /// They need what this runtime does not have.
    #[error("unsupported: {0}")]
    Unsupported(String),
    /// They are a core module.
    #[error("expected a component, given a core module")]
    CoreModule,
    /// Components are nested too deep.
    #[error("components are nested too deep")]
    TooDeep,
}

impl From<core::DecodeError> for DecodeError {
    fn from(error: core::DecodeError) -> Self {
        match error {
            core::DecodeError::Rejected(error) => DecodeError::Rejected(error),
            core::DecodeError::Unsupported { what, .. } => DecodeError::Unsupported(what),
        }
    }
}

/// What this runtime has of the Component Model.
pub(crate) const FEATURES: WasmFeatures = WasmFeatures::COMPONENT_MODEL
    .union(WasmFeatures::CM_NESTED_NAMES)
    .union(WasmFeatures::CM_ASYNC)
    .union(WasmFeatures::CM_ASYNC_STACKFUL)
    .union(WasmFeatures::CM_MORE_ASYNC_BUILTINS)
    .union(WasmFeatures::CM_THREADING)
    .union(WasmFeatures::CM_ERROR_CONTEXT)
    .union(WasmFeatures::CM_FIXED_LENGTH_LISTS)
    .union(WasmFeatures::CM_MAP)
    .union(WasmFeatures::CM64)
    .union(WasmFeatures::CM_IMPLEMENTS)
    .union(WasmFeatures::CM_CANON_NAMES)
    .union(WasmFeatures::CM_FORWARD)
    .union(WasmFeatures::CM_ACCESSORS);

/// What it knows of, in order to call it unsupported.
const KNOWN: WasmFeatures = WasmFeatures::CM_VALUES.union(WasmFeatures::CM_GC);

/// How deep components may be nested in one another.
const MAX_DEPTH: usize = 100;

/// `component` ([Binary.md#component-definitions]).
pub(super) fn decode(features: WasmFeatures, bytes: &[u8]) -> Result<Body, DecodeError> {
    let features = features.intersection(core::VALIDATED.union(FEATURES).union(KNOWN));
    let mut validator = Validator::new_with_features(features);
    let mut parser = Parser::new(0);
    parser.set_features(features);
    let mut decoder = Decoder::default();
    for payload in parser.parse_all(bytes) {
        let payload = payload?;
        let valid = validator.payload(&payload)?;
        let decoded = decoder.payload(&payload, valid);
        if let Err(DecodeError::Rejected(_) | DecodeError::Unsupported(_)) = decoded {
            // The fault is in a body, which a validator looks at last, or it is none:
            // what is invalid is so whether it is supported or not.
            Validator::new_with_features(features).validate_all(bytes)?;
        }
        decoded?;
    }
    Ok(decoder.root)
}

/// What is being decoded.
#[derive(Default)]
pub(super) struct Decoder {
    /// The bodies that have begun, from the outermost inwards.
    frames: Vec<Frame>,
    /// The core module that has begun in the last of them.
    module: Option<ModuleBuilder>,
    /// The outermost component, once it has ended.
    root: Body,
}

/// A body that has begun.
#[derive(Default)]
struct Frame {
    body: Body,
    captured: HashMap<(OuterSort, Outer), u32>,
}

impl Decoder {
    fn payload(
        &mut self,
        payload: &Payload<'_>,
        valid: ValidPayload<'_>,
    ) -> Result<(), DecodeError> {
        if let Some(mut module) = self.module.take() {
            module.payload(payload, valid)?;
            match payload {
                Payload::End(_) => self.push(Definition::CoreModule(Arc::new(module.finish()))),
                _ => self.module = Some(module),
            }
            return Ok(());
        }
        match payload {
            Payload::Version { encoding, .. } => match encoding {
                Encoding::Module => return Err(DecodeError::CoreModule),
                Encoding::Component if self.frames.len() == MAX_DEPTH => {
                    return Err(DecodeError::TooDeep);
                }
                Encoding::Component => self.begin(),
            },
            Payload::ModuleSection { .. } => self.module = Some(ModuleBuilder::new()),
            Payload::InstanceSection(section) => self.each(section, Decoder::core_instance)?,
            Payload::CoreTypeSection(section) => self.each(section, Decoder::core_type)?,
            Payload::ComponentInstanceSection(section) => self.each(section, Decoder::instance)?,
            Payload::ComponentAliasSection(section) => {
                self.each(section, |decoder, alias| decoder.alias(&alias))?;
            }
            Payload::ComponentTypeSection(section) => self.each(section, Decoder::type_)?,
            Payload::ComponentCanonicalSection(section) => self.each(section, Decoder::canon)?,
            Payload::ComponentStartSection { .. } => return Err(values()),
            Payload::ComponentImportSection(section) => self.each(section, Decoder::import)?,
            Payload::ComponentExportSection(section) => {
                self.each(section, |decoder, export| decoder.export(&export))?;
            }
            Payload::End(_) => {
                let body = self.end();
                match self.frames.is_empty() {
                    true => self.root = body,
                    false => self.push(Definition::Component(Arc::new(body))),
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn each<'a, T: FromReader<'a>>(
        &mut self,
        section: &SectionLimited<'a, T>,
        definition: impl Fn(&mut Self, T) -> Result<Definition, DecodeError>,
    ) -> Result<(), DecodeError> {
        for item in section.clone() {
            let definition = definition(self, item?)?;
            self.push(definition);
        }
        Ok(())
    }

    fn push(&mut self, definition: Definition) {
        if let Some(frame) = self.frames.last_mut() {
            frame.body.definitions.push(definition);
        }
    }

    /// A body begins.
    fn begin(&mut self) {
        self.frames.push(Frame::default());
    }

    /// The innermost body ends.
    fn end(&mut self) -> Body {
        self.frames.pop().unwrap_or_default().body
    }

    /// A body of declarators, each of which `definition` makes a definition of.
    pub(super) fn body<T>(
        &mut self,
        declarators: impl IntoIterator<Item = T>,
        definition: impl Fn(&mut Self, T) -> Result<Definition, DecodeError>,
    ) -> Result<Arc<Body>, DecodeError> {
        self.begin();
        for declarator in declarators {
            let definition = definition(self, declarator)?;
            self.push(definition);
        }
        Ok(Arc::new(self.end()))
    }

    /// The target of an outer alias, `count` bodies outside of the innermost one:
    /// each of those between takes it from the one around it.
    pub(super) fn outer(&mut self, sort: OuterSort, count: u32, index: u32) -> Outer {
        let within = self.frames.len().saturating_sub(count as usize);
        let inner = self.frames.iter_mut().skip(within);
        inner.fold(Outer::Own(index), |outer, frame| {
            let captures = &mut frame.body.captures;
            let captured = frame.captured.entry((sort, outer)).or_insert_with(|| {
                captures.push((sort, outer));
                captures.len() as u32 - 1
            });
            Outer::Captured(*captured)
        })
    }

    fn core_instance(
        &mut self,
        instance: wasmparser::Instance<'_>,
    ) -> Result<Definition, DecodeError> {
        Ok(Definition::CoreInstance(match instance {
            wasmparser::Instance::Instantiate { module_index, args } => {
                let args = args.iter().map(|arg| (Name::from(arg.name), arg.index));
                CoreInstance::Instantiate(module_index, args.collect())
            }
            wasmparser::Instance::FromExports(exports) => {
                let export = |export: &wasmparser::Export<'_>| {
                    let name = Name::from(export.name);
                    Ok((name, core_sort(export.kind)?, export.index))
                };
                let exports: Result<_, DecodeError> = exports.iter().map(export).collect();
                CoreInstance::Exports(exports?)
            }
        }))
    }

    fn instance(
        &mut self,
        instance: wasmparser::ComponentInstance<'_>,
    ) -> Result<Definition, DecodeError> {
        Ok(Definition::Instance(match instance {
            wasmparser::ComponentInstance::Instantiate {
                component_index,
                args,
            } => {
                let arg = |arg: &wasmparser::ComponentInstantiationArg<'_>| {
                    Ok((Name::from(arg.name), sort(arg.kind)?, arg.index))
                };
                let args: Result<_, DecodeError> = args.iter().map(arg).collect();
                Instance::Instantiate(component_index, args?)
            }
            wasmparser::ComponentInstance::FromExports(exports) => {
                let export = |export: &wasmparser::ComponentExport<'_>| {
                    let name = Name::from(export.name.name);
                    Ok((name, sort(export.kind)?, export.index))
                };
                let exports: Result<_, DecodeError> = exports.iter().map(export).collect();
                Instance::Exports(exports?)
            }
        }))
    }

    pub(super) fn import(
        &mut self,
        import: wasmparser::ComponentImport<'_>,
    ) -> Result<Definition, DecodeError> {
        let t = Decoder::extern_type(import.ty)?;
        Ok(Definition::Import(import.name.name.into(), t))
    }

    fn export(
        &mut self,
        export: &wasmparser::ComponentExport<'_>,
    ) -> Result<Definition, DecodeError> {
        let name = export.name.name.into();
        let t = export.ty.map(Decoder::extern_type).transpose()?;
        Ok(Definition::Export(
            name,
            sort(export.kind)?,
            export.index,
            t,
        ))
    }
}

/// `sort` ([Binary.md#instance-definitions]).
fn sort(kind: ComponentExternalKind) -> Result<Sort, DecodeError> {
    Ok(match kind {
        ComponentExternalKind::Module => Sort::Module,
        ComponentExternalKind::Func => Sort::Func,
        ComponentExternalKind::Value => return Err(values()),
        ComponentExternalKind::Type => Sort::Type,
        ComponentExternalKind::Component => Sort::Component,
        ComponentExternalKind::Instance => Sort::Instance,
    })
}

/// `core:sort` ([Binary.md#instance-definitions]).
fn core_sort(kind: ExternalKind) -> Result<CoreSort, DecodeError> {
    Ok(match kind {
        ExternalKind::Func => CoreSort::Func,
        ExternalKind::FuncExact => {
            return Err(DecodeError::Unsupported("custom-descriptors".into()));
        }
        ExternalKind::Table => CoreSort::Table,
        ExternalKind::Memory => CoreSort::Memory,
        ExternalKind::Global => CoreSort::Global,
        ExternalKind::Tag => CoreSort::Tag,
    })
}

/// What the pinned spec has, but this runtime has not.
pub(super) fn values() -> DecodeError {
    DecodeError::Unsupported("cm-values".into())
}
