//! A core module made by `wasm-smith`, with exports of its own: every function that a
//! script can call, every global, and functions that read memories and tables.

use super::Settings;
use arbitrary::Unstructured;
use std::collections::BTreeSet;
use wasm_encoder::reencode::{self, Reencode, RoundtripReencoder};
use wasm_encoder::{
    BlockType, CodeSection, Encode, ExportKind, ExportSection, Function, InstructionSink, MemArg,
    MemArgTarget, RawSection, ValType as Encoded,
};
use wasmparser::{
    BinaryReaderError, CompositeInnerType, FromReader, FuncType, FunctionBody, MemoryType, Parser,
    Payload, SectionLimited, TableType, ValType,
};

/// How many loops and calls one call of the script may enter.
const FUEL: u32 = 1_000;

/// The most pages of a memory, so that reading all of it is quick.
const PAGES: u64 = 4;

/// The function that gives the module new fuel.
pub(super) const REFILL: &str = "refill";

/// A module and what it exports.
#[derive(Clone, Debug, Default)]
pub(super) struct Module {
    /// The module.
    pub(super) binary: Vec<u8>,
    /// Each function of wasm-smith's; function `N` is exported as `fN`.
    pub(super) functions: Vec<Signature>,
    /// Functions that read globals, memories and tables.
    pub(super) readers: Vec<Reader>,
    /// The instructions in it.
    pub(super) instructions: BTreeSet<String>,
}

/// The type of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Signature {
    /// Parameters and results.
    pub(super) ty: FuncType,
    /// Whether it is the same type as any other with these parameters and results: a
    /// final one without a supertype, and alone in its group.
    pub(super) plain: bool,
}

/// A function without parameters.
#[derive(Clone, Debug)]
pub(super) struct Reader {
    /// The name that it is exported by.
    pub(super) name: String,
    /// The type of its result.
    pub(super) result: ValType,
}

/// A function without parameters that is not wasm-smith's.
struct Added {
    name: String,
    result: Option<ValType>,
    body: Function,
}

/// The module that these bytes make, with the bodies of some functions left empty;
/// `None` where the bytes make none.
pub(super) fn module(bytes: &[u8], settings: &Settings, emptied: &BTreeSet<u32>) -> Option<Module> {
    let mut choices = Unstructured::new(bytes);
    let mut made = wasm_smith::Module::new(config(settings), &mut choices).ok()?;
    let fuel = made.ensure_termination(FUEL).ok()?;
    let bytes = made.to_bytes();
    let parts = Parts::read(&bytes).ok()?;
    match parts.functions.is_empty() {
        // There may be no type of a function.
        true => Some(Module {
            binary: bytes,
            ..Module::default()
        }),
        false => parts.exposed(&bytes, fuel, emptied).ok(),
    }
}

fn config(settings: &Settings) -> wasm_smith::Config {
    wasm_smith::Config {
        // A module whose start function traps has nothing more to compare.
        allow_start_export: false,
        canonicalize_nans: true,
        disallow_traps: !settings.traps,
        limit_arrays_in_const_exprs: true,
        exceptions_enabled: settings.exceptions,
        gc_enabled: settings.gc,
        memory64_enabled: settings.memory64,
        compact_imports_enabled: false,
        relaxed_simd_enabled: false,
        simd_enabled: false,
        threads_enabled: false,
        wide_arithmetic_enabled: false,
        max_imports: 0,
        // So that there is a section of exports to replace.
        export_everything: true,
        min_types: 4,
        min_funcs: 1,
        max_funcs: 6,
        max_types: 12,
        max_type_size: 100,
        max_globals: 6,
        max_instructions: 80,
        max_memories: 2,
        max_tables: 2,
        max_tags: 3,
        max_data_segments: 4,
        max_element_segments: 4,
        max_elements: 10,
        max_memory32_bytes: PAGES << 16,
        max_memory64_bytes: u128::from(PAGES) << 16,
        memory_max_size_required: true,
        max_table_elements: 50,
        table_max_size_required: true,
        ..wasm_smith::Config::default()
    }
}

/// A module, as far as it matters for what is added.
#[derive(Default)]
struct Parts<'b> {
    types: u32,
    signatures: Vec<Signature>,
    functions: Vec<u32>,
    memories: Vec<MemoryType>,
    tables: Vec<TableType>,
    globals: Vec<ValType>,
    bodies: Vec<FunctionBody<'b>>,
    instructions: BTreeSet<String>,
}

impl<'b> Parts<'b> {
    fn read(bytes: &'b [u8]) -> Result<Self, BinaryReaderError> {
        let mut parts = Parts::default();
        for payload in Parser::new(0).parse_all(bytes) {
            match payload? {
                Payload::TypeSection(types) => parts.add_types(types)?,
                Payload::FunctionSection(functions) => {
                    parts.functions = functions.into_iter().collect::<Result<_, _>>()?;
                }
                Payload::MemorySection(memories) => {
                    parts.memories = memories.into_iter().collect::<Result<_, _>>()?;
                }
                Payload::TableSection(tables) => {
                    for table in tables {
                        parts.tables.push(table?.ty);
                    }
                }
                Payload::GlobalSection(globals) => {
                    for global in globals {
                        parts.globals.push(global?.ty.content_type);
                    }
                }
                Payload::CodeSectionEntry(body) => parts.bodies.push(body),
                _ => {}
            }
        }
        Ok(parts)
    }

    fn add_types(
        &mut self,
        types: SectionLimited<'_, wasmparser::RecGroup>,
    ) -> Result<(), BinaryReaderError> {
        for group in types {
            let group = group?;
            let alone = group.types().len() == 1;
            for ty in group.types() {
                self.types += 1;
                self.signatures.push(match &ty.composite_type.inner {
                    CompositeInnerType::Func(func) => Signature {
                        ty: func.clone(),
                        plain: alone && ty.is_final && ty.supertype_idxs.is_empty(),
                    },
                    _ => Signature {
                        ty: FuncType::new([], []),
                        plain: false,
                    },
                });
            }
        }
        Ok(())
    }

    /// The same module with other exports and with what they need.
    fn exposed(
        mut self,
        bytes: &[u8],
        fuel: u32,
        emptied: &BTreeSet<u32>,
    ) -> Result<Module, reencode::Error> {
        let added = self.added(fuel);
        let code = self.code(emptied, &added)?;
        let (mut types, mut functions) = (Vec::new(), Vec::new());
        for (ty, added) in (self.types..).zip(&added) {
            types.extend([0x60, 0]);
            let result = added.result.map(|ty| RoundtripReencoder.val_type(ty));
            result.transpose()?.as_slice().encode(&mut types);
            ty.encode(&mut functions);
        }
        let mut binary = wasm_encoder::Module::new();
        let count = added.len() as u32;
        for payload in Parser::new(0).parse_all(bytes) {
            let payload = payload?;
            let Some((id, range)) = payload.as_section() else {
                continue;
            };
            let data = &bytes[range.start as usize..range.end as usize];
            let data = match &payload {
                Payload::TypeSection(section) => longer(data, section, &types, count),
                Payload::FunctionSection(section) => longer(data, section, &functions, count),
                Payload::CodeSectionStart { .. } => {
                    binary.section(&code);
                    continue;
                }
                Payload::ExportSection(_) => {
                    binary.section(&self.exports(&added));
                    continue;
                }
                _ => data.to_vec(),
            };
            binary.section(&RawSection { id, data: &data });
        }
        let of = |ty: &u32| self.signatures.get(*ty as usize).cloned();
        let readers = added.into_iter().filter_map(|Added { name, result, .. }| {
            let result = result?;
            Some(Reader { name, result })
        });
        Ok(Module {
            binary: binary.finish(),
            functions: self.functions.iter().filter_map(of).collect(),
            readers: readers.collect(),
            instructions: self.instructions,
        })
    }

    fn added(&self, fuel: u32) -> Vec<Added> {
        let mut added = vec![Added {
            name: REFILL.to_owned(),
            result: None,
            body: written(&[], |body| {
                body.i32_const(FUEL.cast_signed()).global_set(fuel);
            }),
        }];
        let globals = (0..).zip(&self.globals).map(|(number, ty)| Added {
            name: format!("global{number}"),
            result: Some(*ty),
            body: written(&[], |body| {
                body.global_get(number);
            }),
        });
        added.extend(globals);
        let memories = (0..).zip(&self.memories).map(|(number, memory)| Added {
            name: format!("memory{number}"),
            result: Some(ValType::I64),
            body: memory_reader(number, memory.memory64),
        });
        added.extend(memories);
        let tables = (0..).zip(&self.tables).map(|(number, table)| Added {
            name: format!("table{number}"),
            result: Some(ValType::I64),
            body: table_reader(number, table.table64),
        });
        added.extend(tables);
        added
    }

    fn exports(&self, added: &[Added]) -> ExportSection {
        let mut exports = ExportSection::new();
        let functions = self.functions.len() as u32;
        for function in 0..functions {
            exports.export(&format!("f{function}"), ExportKind::Func, function);
        }
        for (function, added) in (functions..).zip(added) {
            exports.export(&added.name, ExportKind::Func, function);
        }
        exports
    }

    fn code(
        &mut self,
        emptied: &BTreeSet<u32>,
        added: &[Added],
    ) -> Result<CodeSection, BinaryReaderError> {
        let mut code = CodeSection::new();
        for (number, body) in (0..).zip(&self.bodies) {
            if emptied.contains(&number) {
                code.function(&written(&[], |body| {
                    body.unreachable();
                }));
                continue;
            }
            for operator in body.get_operators_reader()? {
                let text = format!("{:?}", operator?);
                let name = text.split([' ', '(']).next().unwrap_or_default();
                self.instructions.insert(name.to_owned());
            }
            code.raw(body.as_bytes());
        }
        for added in added {
            code.function(&added.body);
        }
        Ok(code)
    }
}

/// A section with more items.
fn longer<'a, T: FromReader<'a>>(
    data: &[u8],
    section: &SectionLimited<'a, T>,
    items: &[u8],
    count: u32,
) -> Vec<u8> {
    let mut longer = Vec::new();
    (section.count() + count).encode(&mut longer);
    // The number may be written with more bytes than it needs.
    let digits = data.iter().take_while(|byte| **byte >= 0x80).count() + 1;
    longer.extend_from_slice(&data[digits..]);
    longer.extend_from_slice(items);
    longer
}

fn written(locals: &[Encoded], write: impl FnOnce(&mut InstructionSink<'_>)) -> Function {
    let mut function = Function::new_with_locals_types(locals.iter().copied());
    let mut body = function.instructions();
    write(&mut body);
    body.end();
    function
}

/// `() -> i64`: of the size and the bytes of a memory, in their order.
fn memory_reader(memory: u32, wide: bool) -> Function {
    let at = MemArg {
        offset: 0,
        align: 0,
        target: MemArgTarget::Memory(memory),
        ordering: None,
    };
    reader(
        wide,
        |body| {
            body.memory_size(memory);
        },
        16,
        8,
        |body| {
            body.i64_load(at);
        },
    )
}

/// `() -> i64`: of the size of a table, and of which elements are null.
fn table_reader(table: u32, wide: bool) -> Function {
    reader(
        wide,
        |body| {
            body.table_size(table);
        },
        0,
        1,
        |body| {
            body.table_get(table).ref_is_null().i64_extend_i32_u();
        },
    )
}

/// A function that goes over `size << shift` places, `step` at a time; `load` makes the
/// `i64` at a place.
fn reader(
    wide: bool,
    size: impl Fn(&mut InstructionSink<'_>),
    shift: i32,
    step: i32,
    load: impl Fn(&mut InstructionSink<'_>),
) -> Function {
    const PLACE: u32 = 0;
    const END: u32 = 1;
    const HASH: u32 = 2;
    let index = match wide {
        true => Encoded::I64,
        false => Encoded::I32,
    };
    written(&[index, index, Encoded::I64], |body| {
        size(body);
        match wide {
            true => body.local_tee(END).local_set(HASH),
            false => body.local_tee(END).i64_extend_i32_u().local_set(HASH),
        };
        body.local_get(END);
        match wide {
            true => body.i64_const(i64::from(shift)).i64_shl(),
            false => body.i32_const(shift).i32_shl(),
        };
        body.local_set(END);
        body.block(BlockType::Empty).loop_(BlockType::Empty);
        body.local_get(PLACE).local_get(END);
        match wide {
            true => body.i64_ge_u(),
            false => body.i32_ge_u(),
        };
        body.br_if(1);
        body.local_get(HASH)
            .i64_const(7)
            .i64_rotl()
            .local_get(PLACE);
        load(body);
        body.i64_xor()
            .i64_const(0x100_0000_01b3)
            .i64_mul()
            .local_set(HASH);
        body.local_get(PLACE);
        match wide {
            true => body.i64_const(i64::from(step)).i64_add(),
            false => body.i32_const(step).i32_add(),
        };
        body.local_set(PLACE).br(0).end().end();
        body.local_get(HASH);
    })
}
