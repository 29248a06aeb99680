//! Modules (core spec, chapter Structure, section Modules).

pub(crate) mod convert;

mod decode;
mod instruction;
mod operator;
mod translate;

pub use decode::ModuleBuilder;
pub(crate) use instruction::{Code, ConstExpr, Instruction};

use super::types::{
    CompositeType, ExternType, FuncType, GlobalType, MemoryType, SubType, TableType, TypeUse,
};
use std::collections::HashMap;
use std::sync::Arc;
use wasmparser::{BinaryReaderError, Parser, Validator, WasmFeatures};

/// What the interpreter has.
pub const FEATURES: WasmFeatures = WasmFeatures::WASM3
    .union(WasmFeatures::COMPACT_IMPORTS)
    .union(WasmFeatures::CUSTOM_PAGE_SIZES)
    .union(WasmFeatures::WIDE_ARITHMETIC)
    .difference(WasmFeatures::SIMD)
    .difference(WasmFeatures::RELAXED_SIMD)
    .difference(WasmFeatures::THREADS);

/// What the validator is given: of the rest, what is used is called unsupported.
pub const VALIDATED: WasmFeatures = FEATURES.union(WasmFeatures::THREADS);

/// Why bytes are no module that can be instantiated.
#[derive(Clone, Debug, thiserror::Error)]
pub enum DecodeError {
    /// They are malformed or invalid.
    #[error(transparent)]
    Rejected(#[from] BinaryReaderError),
    /// They need what [`FEATURES`] does not have.
    #[error("unsupported: {what} (at offset {offset:#x})")]
    Unsupported {
        /// What that is.
        what: String,
        /// Where in the binary it is, about.
        offset: u64,
    },
}

/// `module`: valid, and translated to what is executed. Its types are relative to
/// it, so any number of stores can share it.
#[derive(Debug, Default)]
pub struct Module {
    pub(crate) types: Vec<SubType>,
    /// Where each recursive group ends in `types`.
    pub(crate) group_ends: Vec<u32>,
    pub(crate) imports: Vec<Import>,
    /// The index spaces, in which what is imported comes first.
    pub(crate) funcs: Vec<u32>,
    pub(crate) tables: Vec<TableType>,
    pub(crate) memories: Vec<MemoryType>,
    pub(crate) globals: Vec<GlobalType>,
    pub(crate) tags: Vec<u32>,
    /// What is defined, that is, not imported.
    pub(crate) code: Vec<Code>,
    pub(crate) table_inits: Vec<Option<ConstExpr>>,
    pub(crate) global_inits: Vec<ConstExpr>,
    pub(crate) elements: Vec<ElementSegment>,
    pub(crate) data: Vec<DataSegment>,
    pub(crate) start: Option<u32>,
    pub(crate) exports: Vec<Export>,
    pub(crate) export_names: HashMap<Arc<str>, u32>,
}

impl Module {
    /// `module_decode` and `module_validate`, with the features given; those that
    /// [`FEATURES`] does not have are accepted as long as they are not used.
    ///
    /// # Errors
    ///
    /// If the bytes are malformed or invalid, or the interpreter cannot execute
    /// them.
    pub fn new(features: WasmFeatures, bytes: &[u8]) -> Result<Arc<Module>, DecodeError> {
        let features = features.difference(WasmFeatures::COMPONENT_MODEL);
        let mut validator = Validator::new_with_features(features);
        let mut parser = Parser::new(0);
        parser.set_features(features);
        let mut builder = ModuleBuilder::new();
        for payload in parser.parse_all(bytes) {
            let payload = payload?;
            let valid = validator.payload(&payload)?;
            if let Err(error) = builder.payload(&payload, valid) {
                // The fault is in a body, which a validator looks at last, or it is none:
                // what is invalid is so whether it is supported or not.
                Validator::new_with_features(features).validate_all(bytes)?;
                return Err(error);
            }
        }
        Ok(Arc::new(builder.finish()))
    }

    /// `module_imports`
    #[must_use]
    pub fn imports(&self) -> &[Import] {
        &self.imports
    }

    /// `module_exports`: names and types.
    pub fn exports(&self) -> impl Iterator<Item = (&str, ExternType)> {
        let exports = self.exports.iter();
        exports.map(|export| (&*export.name, self.extern_type(export.index)))
    }

    /// The type that [`TypeUse::Index`] stands for in the types of this module.
    #[must_use]
    pub fn defined_type(&self, index: u32) -> Option<&SubType> {
        self.types.get(index as usize)
    }

    pub(crate) fn export(&self, name: &str) -> Option<&Export> {
        let index = self.export_names.get(name)?;
        self.exports.get(*index as usize)
    }

    pub(crate) fn groups(&self) -> impl Iterator<Item = &[SubType]> {
        let starts = [0].into_iter().chain(self.group_ends.iter().copied());
        let ends = self.group_ends.iter().copied();
        let group = |(start, end)| &self.types[start as usize..end as usize];
        starts.zip(ends).map(group)
    }

    /// A type that validation knows to be a function type.
    pub(crate) fn func_type(&self, index: u32) -> &FuncType {
        match &self.types[index as usize].composite {
            CompositeType::Func(ty) => ty,
            CompositeType::Struct(_) | CompositeType::Array(_) => {
                unreachable!("validation wants a function type here")
            }
        }
    }

    fn extern_type(&self, index: ExternIndex) -> ExternType {
        match index {
            ExternIndex::Func(i) => ExternType::Func(TypeUse::Index(self.funcs[i as usize])),
            ExternIndex::Table(i) => ExternType::Table(self.tables[i as usize]),
            ExternIndex::Memory(i) => ExternType::Memory(self.memories[i as usize]),
            ExternIndex::Global(i) => ExternType::Global(self.globals[i as usize]),
            ExternIndex::Tag(i) => ExternType::Tag(TypeUse::Index(self.tags[i as usize])),
        }
    }
}

/// `import`
#[derive(Clone, Debug)]
pub struct Import {
    /// The name of the module that it is to come from.
    pub module: Arc<str>,
    /// Its name there.
    pub name: Arc<str>,
    /// Its type, relative to the module.
    pub ty: ExternType,
}

/// `export`
#[derive(Debug)]
pub(crate) struct Export {
    pub(crate) name: Arc<str>,
    pub(crate) index: ExternIndex,
}

/// `externidx`
#[derive(Clone, Copy, Debug)]
pub(crate) enum ExternIndex {
    Func(u32),
    Table(u32),
    Memory(u32),
    Global(u32),
    Tag(u32),
}

/// `elem`
#[derive(Debug)]
pub(crate) struct ElementSegment {
    pub(crate) mode: SegmentMode,
    pub(crate) items: ElementItems,
}

#[derive(Debug)]
pub(crate) enum ElementItems {
    Functions(Box<[u32]>),
    Expressions(Box<[ConstExpr]>),
}

/// `data`
#[derive(Debug)]
pub(crate) struct DataSegment {
    pub(crate) mode: SegmentMode,
    pub(crate) bytes: Box<[u8]>,
}

/// `elemmode` and `datamode`
#[derive(Debug)]
pub(crate) enum SegmentMode {
    /// For the table or memory of an index, at an offset.
    Active(u32, ConstExpr),
    Passive,
    Declarative,
}
