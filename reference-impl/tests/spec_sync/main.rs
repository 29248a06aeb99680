//! This crate against the pinned text of the spec: what a new pin adds, moves or
//! changes fails here.
//!
//! `definitions.txt` has a row for each definition of `definitions.py`, in its order:
//! the file and the item that stand for it, or why nothing does. `trap_sites.txt` is
//! written by the test itself, with `BLESS=1`.

mod anchors;
mod python;
mod tidy;

use component_corpus::Corpus;
use component_reference::trap::TrapSite;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};

type Outcome = Result<(), Box<dyn Error>>;

const COUNTERPARTS: &str = include_str!("definitions.txt");

#[test]
fn each_definition_has_a_counterpart_or_a_reason() -> Outcome {
    let text = definitions()?;
    let defined: Vec<String> = python::definitions(&text)
        .into_iter()
        .map(|definition| definition.name)
        .collect();
    let listed: Vec<&str> = rows().map(|row| row.name).collect();
    for (number, pair) in defined.iter().zip(&listed).enumerate() {
        let line = number + 1;
        assert_eq!(
            pair.0, pair.1,
            "definitions.txt:{line}: the spec has moved on"
        );
    }
    assert_eq!(
        defined.len(),
        listed.len(),
        "definitions.txt ends too soon or late"
    );
    Ok(())
}

#[test]
fn counterparts_are_there_in_the_order_of_the_spec() -> Outcome {
    let mut sources: BTreeMap<&str, String> = BTreeMap::new();
    let mut behind: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    for row in rows() {
        let Some(item) = row.item else {
            assert!(row.file.len() > 3, "{} has no reason", row.name);
            continue;
        };
        if !sources.contains_key(row.file) {
            let source = std::fs::read_to_string(sources_folder().join(row.file))
                .map_err(|error| format!("{}: {error}", row.file))?;
            sources.insert(row.file, source);
        }
        let source = &sources[row.file];
        let at = item_in(source, item)
            .ok_or_else(|| format!("no `{item}` in {} for {}", row.file, row.name))?;
        // Variants are nested in their enums, and methods that concern others stand
        // behind the type's own.
        let variant = !item.contains([' ', '(']);
        let free = !variant && !row.name.contains('.') && !UNORDERED.contains(&row.file);
        let (earlier, name) = *behind.get(row.file).unwrap_or(&(0, ""));
        if free {
            assert!(at >= earlier, "{}: {} before {name}", row.file, row.name);
            behind.insert(row.file, (at, row.name));
        }
    }
    Ok(())
}

/// Files of items that do not follow the order of `definitions.py`.
const UNORDERED: [&str; 4] = [
    "types.rs",
    "trap.rs",
    "canonical/options.rs",
    "canonical/scheduler.rs",
];

#[test]
fn each_trap_has_its_site() -> Outcome {
    let text = definitions()?;
    let traps = python::traps(&text);
    for (trap, site) in traps.iter().zip(TrapSite::ALL) {
        let (line, function, id) = (trap.line, &trap.function, site.id());
        assert_eq!(
            function,
            site.function(),
            "line {line} of definitions.py is not {id}"
        );
    }
    assert_eq!(traps.len(), TrapSite::ALL.len(), "sites of definitions.py");

    let mut golden = String::new();
    for (trap, site) in traps.iter().zip(TrapSite::ALL) {
        let digest = Sha256::digest(&trap.condition);
        let fingerprint: String = digest.iter().take(4).map(|b| format!("{b:02x}")).collect();
        writeln!(golden, "{} {} {fingerprint}", site.id(), site.function())?;
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec_sync/trap_sites.txt");
    if std::env::var_os("BLESS").is_some() {
        return Ok(std::fs::write(path, golden)?);
    }
    let known = std::fs::read_to_string(path)?;
    for (known, now) in known.lines().zip(golden.lines()) {
        assert_eq!(
            known, now,
            "a condition has changed: read the spec, then BLESS=1"
        );
    }
    assert_eq!(known.lines().count(), golden.lines().count());
    Ok(())
}

#[test]
fn ids_of_trap_sites_are_apart() {
    for (i, site) in TrapSite::ALL.iter().enumerate() {
        let id = site.id();
        let same = TrapSite::ALL[..i].iter().find(|other| other.id() == id);
        assert_eq!(same, None, "{id} stands for two sites");
    }
}

#[test]
fn limits_are_those_of_the_spec() -> Outcome {
    let text = definitions()?;
    for (file, name, value) in [
        ("canonical/flattening.rs", "MAX_FLAT_PARAMS", "16"),
        ("canonical/flattening.rs", "MAX_FLAT_ASYNC_PARAMS", "4"),
        ("canonical/flattening.rs", "MAX_FLAT_RESULTS", "1"),
        (
            "canonical/loading.rs",
            "MAX_STRING_BYTE_LENGTH",
            "(1 << 28) - 1",
        ),
        (
            "canonical/loading.rs",
            "MAX_LIST_BYTE_LENGTH",
            "(1 << 28) - 1",
        ),
        (
            "canonical/loading.rs",
            "CANONICAL_FLOAT32_NAN",
            "0x7fc00000",
        ),
        (
            "canonical/loading.rs",
            "CANONICAL_FLOAT64_NAN",
            "0x7ff8000000000000",
        ),
    ] {
        let line = format!("{name} = {value}");
        assert!(text.lines().any(|l| l == line), "no `{line}` in the spec");
        let source = std::fs::read_to_string(sources_folder().join(file))?;
        let ours = source.lines().filter(|l| l.contains("const "));
        let mut ours = ours.map(|l| l.replace('_', ""));
        let (name, value) = (name.replace('_', ""), format!("= {value};"));
        assert!(
            ours.any(|l| l.contains(&name) && l.ends_with(&value)),
            "no {name} {value} in {file}"
        );
    }
    for (line, file, ours) in [
        (
            "  MAX_LENGTH = 2**28 - 1",
            "canonical/table.rs",
            "MAX_LENGTH: u32 = (1 << 28) - 1",
        ),
        (
            "  MAX_LENGTH = 2**28 - 1",
            "canonical/buffer.rs",
            "MAX_LENGTH: u64 = (1 << 28) - 1",
        ),
        (
            "BLOCKED = 0xffff_ffff",
            "canonical/builtins/mod.rs",
            "BLOCKED: u32 = 0xffff_ffff",
        ),
    ] {
        assert!(text.lines().any(|l| l == line), "no `{line}` in the spec");
        let source = std::fs::read_to_string(sources_folder().join(file))?;
        assert!(source.contains(ours), "no `{ours}` in {file}");
    }
    Ok(())
}

/// A row of `definitions.txt`.
struct Row<'t> {
    name: &'t str,
    /// The file, or the reason why there is none.
    file: &'t str,
    /// What to look for in the file.
    item: Option<&'t str>,
}

fn rows() -> impl Iterator<Item = Row<'static>> {
    COUNTERPARTS.lines().filter_map(|line| {
        let (name, counterpart) = line.split_once(": ")?;
        Some(match counterpart.strip_prefix("- ") {
            Some(reason) => Row {
                name,
                file: reason,
                item: None,
            },
            None => {
                let (file, item) = counterpart.split_once(' ')?;
                Row {
                    name,
                    file,
                    item: Some(item),
                }
            }
        })
    })
}

/// Where an item begins, which is a whole word.
fn item_in(source: &str, item: &str) -> Option<usize> {
    let in_word = |c: char| c == '_' || c.is_alphanumeric();
    let whole = |at: &usize| {
        let rest = &source[at + item.len()..];
        let open = item.ends_with(in_word) && rest.starts_with(in_word);
        !open && !source[..*at].ends_with(in_word)
    };
    let open_item = item.trim_end_matches('(');
    let found = source.match_indices(item).map(|(at, _)| at).find(whole);
    // A function may have parameters of its type first.
    let generic = || source.find(&format!("{open_item}<"));
    found.or_else(generic)
}

fn definitions() -> Result<String, Box<dyn Error>> {
    let spec = Corpus::new().spec()?;
    let path = spec.folder.join("canonical-abi/definitions.py");
    Ok(std::fs::read_to_string(path)?)
}

fn sources_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}
