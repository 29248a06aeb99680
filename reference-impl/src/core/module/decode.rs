//! Modules from bytes (core spec, chapter Binary Format, section Modules).

use super::convert::{self, Unsupported};
use super::operator::translate_operator;
use super::translate::translate_body;
use super::{
    ConstExpr, DataSegment, DecodeError, ElementItems, ElementSegment, Export, ExternIndex, Import,
    Module, SegmentMode,
};
use crate::core::types::{ExternType, TypeUse};
use std::sync::Arc;
use wasmparser as binary;
use wasmparser::{
    ExternalKind, FromReader, FuncValidatorAllocations, Operator, Payload, SectionLimited,
    ValidPayload,
};

type Result<T = ()> = std::result::Result<T, DecodeError>;

/// Builds a module from the payloads of its binary, each of which was validated
/// just before: so bodies are decoded, validated and translated in one pass.
#[derive(Default)]
pub struct ModuleBuilder {
    module: Module,
    imported_funcs: usize,
    allocations: FuncValidatorAllocations,
}

impl ModuleBuilder {
    /// A module without sections.
    #[must_use]
    pub fn new() -> Self {
        ModuleBuilder::default()
    }

    /// Takes the next payload and what the validator made of it.
    ///
    /// # Errors
    ///
    /// If a body is malformed or invalid, or the interpreter cannot execute what
    /// is in the payload.
    pub fn payload(&mut self, payload: &Payload<'_>, valid: ValidPayload<'_>) -> Result {
        if let ValidPayload::Func(func, body) = valid {
            self.function(func, &body)?;
        }
        let module = &mut self.module;
        match payload {
            Payload::TypeSection(section) => each(section, |offset, group| {
                for ty in group.types() {
                    module
                        .types
                        .push(convert::sub_type(ty).map_err(at(offset))?);
                }
                module.group_ends.push(module.types.len() as u32);
                Ok(())
            }),
            Payload::ImportSection(section) => self.imports(section),
            Payload::FunctionSection(section) => each(section, |_, ty| {
                module.funcs.push(ty);
                Ok(())
            }),
            Payload::TableSection(section) => each(section, |offset, table| {
                let ty = convert::table_type(table.ty).map_err(at(offset))?;
                module.tables.push(ty);
                let init = match table.init {
                    binary::TableInit::RefNull => None,
                    binary::TableInit::Expr(expr) => Some(const_expr(&expr)?),
                };
                module.table_inits.push(init);
                Ok(())
            }),
            Payload::MemorySection(section) => each(section, |offset, ty| {
                let ty = convert::memory_type(ty).map_err(at(offset))?;
                module.memories.push(ty);
                Ok(())
            }),
            Payload::TagSection(section) => each(section, |_, tag| {
                module.tags.push(tag.func_type_idx);
                Ok(())
            }),
            Payload::GlobalSection(section) => each(section, |offset, global| {
                let ty = convert::global_type(global.ty).map_err(at(offset))?;
                module.globals.push(ty);
                let init = const_expr(&global.init_expr)?;
                module.global_inits.push(init);
                Ok(())
            }),
            Payload::ExportSection(section) => self.exports(section),
            Payload::StartSection { func, .. } => {
                module.start = Some(*func);
                Ok(())
            }
            Payload::ElementSection(section) => each(section, |_, element| {
                let segment = element_segment(element)?;
                module.elements.push(segment);
                Ok(())
            }),
            Payload::DataSection(section) => each(section, |_, data| {
                let mode = match data.kind {
                    binary::DataKind::Passive => SegmentMode::Passive,
                    binary::DataKind::Active {
                        memory_index,
                        offset_expr,
                    } => SegmentMode::Active(memory_index, const_expr(&offset_expr)?),
                };
                let bytes = data.data.into();
                module.data.push(DataSegment { mode, bytes });
                Ok(())
            }),
            _ => Ok(()),
        }
    }

    /// The module, once the validator has seen its end.
    #[must_use]
    pub fn finish(self) -> Module {
        self.module
    }

    fn function(
        &mut self,
        func: binary::FuncToValidate<binary::ValidatorResources>,
        body: &binary::FunctionBody<'_>,
    ) -> Result {
        let mut validator = func.into_validator(std::mem::take(&mut self.allocations));
        let ty = self.module.funcs[self.imported_funcs + self.module.code.len()];
        let code = translate_body(&self.module, ty, body, &mut validator)?;
        self.module.code.push(code);
        self.allocations = validator.into_allocations();
        Ok(())
    }

    fn imports(&mut self, section: &binary::ImportSectionReader<'_>) -> Result {
        // One name may stand for a million imports.
        let mut last: Option<(&str, Arc<str>)> = None;
        for import in section.clone().into_imports_with_offsets() {
            let (offset, import) = import?;
            let module = match last {
                Some((source, name)) if std::ptr::eq(source, import.module) => name,
                _ => import.module.into(),
            };
            last = Some((import.module, module.clone()));
            let name = import.name.into();
            let ty = convert::extern_type(import.ty).map_err(at(offset))?;
            self.module.imports.push(Import { module, name, ty });
            match ty {
                ExternType::Func(TypeUse::Index(ty)) => {
                    self.module.funcs.push(ty);
                    self.imported_funcs += 1;
                }
                ExternType::Tag(TypeUse::Index(ty)) => self.module.tags.push(ty),
                ExternType::Func(_) | ExternType::Tag(_) => {}
                ExternType::Table(ty) => self.module.tables.push(ty),
                ExternType::Memory(ty) => self.module.memories.push(ty),
                ExternType::Global(ty) => self.module.globals.push(ty),
            }
        }
        Ok(())
    }

    fn exports(&mut self, section: &binary::ExportSectionReader<'_>) -> Result {
        each(section, |_, export| {
            let name: Arc<str> = export.name.into();
            let index = match export.kind {
                ExternalKind::Func | ExternalKind::FuncExact => ExternIndex::Func(export.index),
                ExternalKind::Table => ExternIndex::Table(export.index),
                ExternalKind::Memory => ExternIndex::Memory(export.index),
                ExternalKind::Global => ExternIndex::Global(export.index),
                ExternalKind::Tag => ExternIndex::Tag(export.index),
            };
            let position = self.module.exports.len() as u32;
            self.module.export_names.insert(name.clone(), position);
            self.module.exports.push(Export { name, index });
            Ok(())
        })
    }
}

/// Adds where it is to what is not supported.
pub(super) fn at(offset: u64) -> impl Fn(Unsupported) -> DecodeError {
    move |Unsupported(what)| DecodeError::Unsupported {
        what: what.into(),
        offset,
    }
}

fn each<'a, T: FromReader<'a>>(
    section: &SectionLimited<'a, T>,
    mut f: impl FnMut(u64, T) -> Result,
) -> Result {
    for item in section.clone().into_iter_with_offsets() {
        let (offset, item) = item?;
        f(offset, item)?;
    }
    Ok(())
}

fn element_segment(element: binary::Element<'_>) -> Result<ElementSegment> {
    let mode = match element.kind {
        binary::ElementKind::Passive => SegmentMode::Passive,
        binary::ElementKind::Declared => SegmentMode::Declarative,
        binary::ElementKind::Active {
            table_index,
            offset_expr,
        } => SegmentMode::Active(table_index.unwrap_or(0), const_expr(&offset_expr)?),
    };
    let items = match element.items {
        binary::ElementItems::Functions(funcs) => {
            let funcs: std::result::Result<_, _> = funcs.into_iter().collect();
            ElementItems::Functions(funcs?)
        }
        binary::ElementItems::Expressions(_, exprs) => {
            let exprs: Result<_> = exprs.into_iter().map(|e| const_expr(&e?)).collect();
            ElementItems::Expressions(exprs?)
        }
    };
    Ok(ElementSegment { mode, items })
}

fn const_expr(expr: &binary::ConstExpr<'_>) -> Result<ConstExpr> {
    let mut instructions = Vec::new();
    for operator in expr.get_operators_reader().into_iter_with_offsets() {
        let (operator, offset) = operator?;
        match operator {
            Operator::End => break,
            operator => instructions.push(translate_operator(&operator, offset)?),
        }
    }
    Ok(ConstExpr(instructions.into()))
}
