//! What stands for each definition of `definitions.py`.

use crate::{Outcome, definitions, python, sources_folder};
use std::collections::BTreeMap;

const COUNTERPARTS: &str = include_str!("definitions.txt");

#[test]
fn each_definition_has_a_counterpart_or_a_reason() -> Outcome {
    let defined = python::definitions(&definitions()?);
    let defined = defined.into_iter().map(|definition| definition.name);
    assert_listed("definitions.txt", COUNTERPARTS, defined);
    Ok(())
}

#[test]
fn counterparts_are_there_in_the_order_of_the_spec() -> Outcome {
    let mut sources = Sources::default();
    let mut behind: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    for row in rows(COUNTERPARTS) {
        let Counterpart::Item(file, item) = row.counterpart else {
            continue;
        };
        let at = sources.find(file, item)?;
        // Variants are nested in their enums, and methods that concern others stand
        // behind the type's own.
        let free = !item.contains("::") && !row.name.contains('.') && !UNORDERED.contains(&file);
        let (earlier, name) = *behind.get(file).unwrap_or(&(0, ""));
        if free {
            assert!(at >= earlier, "{file}: {} before {name}", row.name);
            behind.insert(file, (at, row.name));
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
fn items_of_other_names_say_the_name_of_the_spec() -> Outcome {
    let mut sources = Sources::default();
    for row in rows(COUNTERPARTS) {
        let Counterpart::Item(file, item) = row.counterpart else {
            continue;
        };
        let at = sources.find(file, item)?;
        let ours = item.trim_end_matches('(').rsplit([' ', ':']).next();
        if row.name.split('.').any(|name| Some(name) == ours) {
            continue;
        }
        let paragraph = first_paragraph(&sources.of(file)?[..at]);
        let own = row.name.rsplit('.').next().unwrap_or(row.name);
        let said = paragraph.split('`').skip(1).step_by(2);
        assert!(
            said.clone().any(|name| name == row.name || name == own),
            "the first paragraph on `{item}` in {file} does not say `{}`",
            row.name
        );
    }
    Ok(())
}

/// Of the documentation right before an item.
fn first_paragraph(before: &str) -> String {
    let about = before.trim_end_matches(|c| c != '\n').lines().rev();
    let about = about.map(str::trim);
    let about = about.take_while(|line| line.starts_with("///") || line.starts_with("#["));
    let mut lines: Vec<&str> = about.filter_map(|line| line.strip_prefix("///")).collect();
    lines.reverse();
    let paragraph = lines.into_iter().take_while(|line| !line.is_empty());
    paragraph.collect()
}

/// A row of a table.
pub(crate) struct Row<'t> {
    pub(crate) name: &'t str,
    pub(crate) counterpart: Counterpart<'t>,
}

pub(crate) enum Counterpart<'t> {
    /// A file, and what to look for in it.
    Item(&'t str, &'t str),
    /// Why there is none.
    Reason(&'t str),
}

/// The rows of a table: each a name of the spec, a colon, and a file with an item or
/// a dash with a reason.
pub(crate) fn rows(table: &str) -> impl Iterator<Item = Row<'_>> {
    table.lines().map(|line| {
        let (name, counterpart) = line.split_once(": ").unwrap_or((line, "- "));
        let counterpart = match counterpart.strip_prefix("- ") {
            Some(reason) => Counterpart::Reason(reason),
            None => {
                let (file, item) = counterpart.split_once(' ').unwrap_or((counterpart, ""));
                Counterpart::Item(file, item)
            }
        };
        Row { name, counterpart }
    })
}

/// Asserts that a table lists what the spec defines, in its order, with reasons where
/// nothing stands for it.
pub(crate) fn assert_listed(file: &str, table: &str, defined: impl Iterator<Item = String>) {
    let mut rows = rows(table);
    let mut line = 0;
    for name in defined {
        line += 1;
        let row = rows.next();
        let listed = row.as_ref().map(|row| row.name);
        assert_eq!(
            Some(&*name),
            listed,
            "{file}:{line}: the spec has moved on to `{name}`"
        );
        if let Some(Counterpart::Reason(reason)) = row.map(|row| row.counterpart) {
            assert!(reason.len() > 3, "{file}:{line}: {name} has no reason");
        }
    }
    let gone = rows.next().map(|row| row.name);
    assert_eq!(gone, None, "{file}: not in the spec");
}

/// The sources that have been read.
#[derive(Default)]
pub(crate) struct Sources(BTreeMap<String, String>);

impl Sources {
    /// Where an item begins in a file.
    pub(crate) fn find(&mut self, file: &str, item: &str) -> Result<usize, String> {
        let source = self.of(file)?;
        let found = match item.split_once("::") {
            Some((outer, variant)) => variant_in(source, outer, variant),
            None => item_in(source, item),
        };
        found.ok_or_else(|| format!("no `{item}` in {file}"))
    }

    pub(crate) fn of(&mut self, file: &str) -> Result<&str, String> {
        if !self.0.contains_key(file) {
            let source = std::fs::read_to_string(sources_folder().join(file))
                .map_err(|error| format!("{file}: {error}"))?;
            self.0.insert(file.to_owned(), source);
        }
        Ok(&self.0[file])
    }
}

fn variant_in(source: &str, outer: &str, variant: &str) -> Option<usize> {
    let begin = item_in(source, &format!("enum {outer}"))?;
    let body = &source[begin..];
    let body = &body[..body.find("\n}")?];
    // Variants stand at the beginning of their line, unlike what they hold.
    item_in(body, &format!("    {variant}")).map(|at| begin + at)
}

/// Where an item begins, which is a whole word in code.
fn item_in(source: &str, item: &str) -> Option<usize> {
    let in_word = |c: char| c == '_' || c.is_alphanumeric();
    // A function may have parameters of its type first.
    let generic = item.strip_suffix('(').map(|open| format!("{open}<"));
    let begins = |item: &str| {
        let whole = |at: &usize| {
            let (before, rest) = (&source[..*at], &source[at + item.len()..]);
            let line = before.rsplit('\n').next().unwrap_or(before);
            let open = item.ends_with(in_word) && rest.starts_with(in_word);
            !open && !before.ends_with(in_word) && !line.contains("//")
        };
        source.match_indices(item).map(|(at, _)| at).find(whole)
    };
    begins(item).or_else(|| begins(&generic?))
}
