//! The pinned `definitions.py` against the names of this crate.
//!
//! Of the sections that are here, each definition has its counterpart, in the same
//! order, or a reason to have none. A definition that the pin adds, moves or
//! renames fails this test.

use component_corpus::Corpus;
use component_reference::flattening;
use std::error::Error;
use std::path::Path;

type Outcome = Result<(), Box<dyn Error>>;

/// What stands for a definition of the spec.
#[derive(Debug)]
enum Counterpart {
    /// An item of the section's module, of the same name.
    Same,
    /// Another line of the section's module.
    As(&'static str),
    /// Nothing, for this reason.
    None(&'static str),
}

use Counterpart::{As, None as No, Same};

/// A section of the spec: its heading, its module, and its definitions.
type Section = (
    &'static str,
    &'static str,
    &'static [(&'static str, Counterpart)],
);

const ABSENT: &str = "modules, components and instances are not run yet";
const TRAP: &str = "nothing here traps";

const SECTIONS: &[Section] = &[
    (
        "### Boilerplate",
        "types",
        &[
            ("Trap", No(TRAP)),
            ("CoreWebAssemblyException", No(TRAP)),
            ("trap", No(TRAP)),
            ("trap_if", No(TRAP)),
            ("Type", No("only value types and function types are here")),
            ("ValType", As("pub enum ValType {")),
            ("ExternType", No(ABSENT)),
            ("CoreExternType", No(ABSENT)),
            ("CoreImportDecl", No(ABSENT)),
            ("CoreExportDecl", No(ABSENT)),
            ("ModuleType", No(ABSENT)),
            ("CoreFuncType", Same),
            ("CoreValType", No("the Python type of core values")),
            ("types_match_values", No(ABSENT)),
            ("type_matches_value", No(ABSENT)),
            ("CoreMemoryType", No(ABSENT)),
            ("ExternDecl", No(ABSENT)),
            ("ComponentType", No(ABSENT)),
            ("InstanceType", No(ABSENT)),
            ("FuncType", Same),
            ("PrimValType", As("pub enum PrimValType {")),
            ("BoolType", As("Bool,")),
            ("S8Type", As("S8,")),
            ("U8Type", As("U8,")),
            ("S16Type", As("S16,")),
            ("U16Type", As("U16,")),
            ("S32Type", As("S32,")),
            ("U32Type", As("U32,")),
            ("S64Type", As("S64,")),
            ("U64Type", As("U64,")),
            ("F32Type", As("F32,")),
            ("F64Type", As("F64,")),
            ("CharType", As("Char,")),
            ("StringType", As("String,")),
            ("ErrorContextType", As("ErrorContext,")),
            ("ListType", As("List(Arc<ValType>, Option<u32>),")),
            ("FieldType", Same),
            ("RecordType", As("Record(Arc<[FieldType]>),")),
            ("TupleType", As("Tuple(Arc<[ValType]>),")),
            ("CaseType", Same),
            ("VariantType", As("Variant(Arc<[CaseType]>),")),
            ("EnumType", As("Enum(Arc<[Label]>),")),
            ("OptionType", As("Option(Arc<ValType>),")),
            (
                "ResultType",
                As("Result(Option<Arc<ValType>>, Option<Arc<ValType>>),"),
            ),
            ("MapType", As("Map(Arc<ValType>, Arc<ValType>),")),
            ("FlagsType", As("Flags(Arc<[Label]>),")),
            ("OwnType", As("Own(ResourceType),")),
            ("BorrowType", As("Borrow(ResourceType),")),
            ("StreamType", As("Stream(Option<Arc<ValType>>),")),
            ("FutureType", As("Future(Option<Arc<ValType>>),")),
        ],
    ),
    (
        "## Canonical ABI Options",
        "options",
        &[
            ("ptr_size", Same),
            ("MemInst", As("pub enum PtrType {")),
            ("LiftOptions", No("strings are not lifted yet")),
            ("LiftLowerOptions", No("`realloc` is not called yet")),
            ("CanonicalOptions", Same),
        ],
    ),
    (
        "## Despecialization",
        "despecialization",
        &[("despecialize", Same)],
    ),
    (
        "## Type Predicates",
        "type_predicates",
        &[
            ("contains_borrow", Same),
            ("contains_async_value", Same),
            ("contains", Same),
            ("none_or_number_type", Same),
        ],
    ),
    (
        "## Alignment",
        "alignment",
        &[
            ("alignment", Same),
            ("alignment_list", Same),
            ("alignment_record", Same),
            ("alignment_variant", Same),
            ("discriminant_type", Same),
            ("max_case_alignment", Same),
            ("alignment_flags", Same),
        ],
    ),
    (
        "## Element Size",
        "element_size",
        &[
            ("elem_size", Same),
            ("elem_size_list", Same),
            ("elem_size_record", Same),
            ("align_to", Same),
            ("elem_size_variant", Same),
            ("elem_size_flags", Same),
        ],
    ),
    (
        "## Flattening",
        "flattening",
        &[
            ("MAX_FLAT_PARAMS", Same),
            ("MAX_FLAT_ASYNC_PARAMS", Same),
            ("MAX_FLAT_RESULTS", Same),
            ("flatten_functype", Same),
            ("flatten_types", Same),
            ("flatten_type", Same),
            ("flatten_list", Same),
            ("flatten_record", Same),
            ("flatten_variant", Same),
            ("join", Same),
        ],
    ),
];

#[test]
fn each_definition_has_a_counterpart_or_a_reason() -> Outcome {
    let text = definitions()?;
    for (heading, _, table) in SECTIONS {
        let defined = defined_in(&text, heading);
        let listed: Vec<_> = table.iter().map(|(name, _)| *name).collect();
        assert_eq!(defined, listed, "what the spec defines under `{heading}`");
    }
    Ok(())
}

#[test]
fn counterparts_are_there_in_the_order_of_the_spec() -> Outcome {
    for (heading, module, table) in SECTIONS {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/{module}.rs"));
        let source = std::fs::read_to_string(source)?;
        let mut lines = source.lines().map(str::trim);
        let mut earlier = "the beginning";
        for (name, counterpart) in *table {
            let is_it = |line: &str| match counterpart {
                Same => is_item(line, name),
                As(other) => line == *other,
                No(_) => false,
            };
            if let No(reason) = counterpart {
                assert!(!reason.is_empty(), "{name} has no reason");
            } else if *module == "types" || *module == "options" {
                // Types follow Rust's need to nest variants in their enums.
                assert!(
                    source.lines().map(str::trim).any(is_it),
                    "no {name} in {module}.rs"
                );
            } else {
                assert!(
                    lines.any(is_it),
                    "no {name} behind {earlier} in {module}.rs ({heading})"
                );
            }
            earlier = name;
        }
    }
    Ok(())
}

#[test]
fn limits_are_those_of_the_spec() -> Outcome {
    let text = definitions()?;
    for (name, value) in [
        ("MAX_FLAT_PARAMS", flattening::MAX_FLAT_PARAMS),
        ("MAX_FLAT_ASYNC_PARAMS", flattening::MAX_FLAT_ASYNC_PARAMS),
        ("MAX_FLAT_RESULTS", flattening::MAX_FLAT_RESULTS),
    ] {
        let line = format!("{name} = {value}");
        assert!(text.lines().any(|l| l == line), "no `{line}` in the spec");
    }
    Ok(())
}

fn definitions() -> Result<String, Box<dyn Error>> {
    let spec = Corpus::new().spec()?;
    let path = spec.folder.join("canonical-abi/definitions.py");
    Ok(std::fs::read_to_string(path)?)
}

/// The names of the functions, classes and assignments between this heading and
/// the next, in order.
fn defined_in<'a>(text: &'a str, heading: &str) -> Vec<&'a str> {
    let behind = text.lines().skip_while(|line| *line != heading).skip(1);
    let section = behind.take_while(|line| !line.starts_with("##"));
    section.filter_map(definition).collect()
}

fn definition(line: &str) -> Option<&str> {
    let defined = line.strip_prefix("def ").or(line.strip_prefix("class "));
    let rest = match defined {
        Some(rest) => rest,
        None => line.contains(" = ").then_some(line)?,
    };
    let end = rest.find(|c: char| c != '_' && !c.is_alphanumeric());
    rest.get(..end?).filter(|name| !name.is_empty())
}

fn is_item(line: &str, name: &str) -> bool {
    let kinds = ["pub fn ", "pub const ", "pub struct ", "pub enum "];
    let rest = kinds.iter().find_map(|kind| line.strip_prefix(kind));
    rest.and_then(|rest| rest.strip_prefix(name))
        .is_some_and(|rest| !rest.starts_with(|c: char| c == '_' || c.is_alphanumeric()))
}
