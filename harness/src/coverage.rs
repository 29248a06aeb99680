//! What of the spec directives reach.

use crate::report::{Event, Reporter};
use crate::run::RunError;
use component_reference::CanonicalDefinition;
use component_reference::trap::TrapSite;
use component_reports::record::Record;
use serde::Serialize;
use std::collections::BTreeMap;

/// What the directives of a run have reached, by name.
#[derive(Debug, Default)]
pub struct Coverage(BTreeMap<String, Vec<String>>);

/// Something that a directive can reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// What it is.
    pub kind: Kind,
    /// The name of the definition or trap site; `site@definition`, where several
    /// definitions share the site's function of the spec.
    pub name: String,
    /// The section of the spec.
    pub anchor: String,
    /// The directives that reached it, each once.
    pub directives: Vec<String>,
}

/// What a directive can reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A canonical definition, which is called.
    Definition,
    /// A trap site, which is hit.
    TrapSite,
}

impl Coverage {
    /// Takes note of a directive.
    pub fn add(&mut self, record: &Record) {
        for name in &record.reached {
            let directives = self.0.entry(row_name(name)).or_default();
            let id = record.id();
            if directives.last() != Some(&id) {
                directives.push(id);
            }
        }
    }

    /// All that can be reached: the definitions, then the trap sites, in the order of the
    /// spec.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        let row = |kind, name: String, anchor: &str| Row {
            kind,
            directives: self.0.get(&name).cloned().unwrap_or_default(),
            name,
            anchor: anchor.to_owned(),
        };
        let definitions = CanonicalDefinition::ALL.iter().map(|definition| {
            let anchor = "Explainer.md#canonical-definitions";
            row(Kind::Definition, definition.name().to_owned(), anchor)
        });
        let sites = TrapSite::ALL.iter().flat_map(|site| {
            let names = match CanonicalDefinition::sharing(*site) {
                [] => vec![site.id().to_owned()],
                sharing => sharing
                    .iter()
                    .map(|definition| format!("{}@{}", site.id(), definition.name()))
                    .collect(),
            };
            names.into_iter().map(|name| {
                let anchor = format!("CanonicalABI.md{}", site.anchor());
                row(Kind::TrapSite, name, &anchor)
            })
        });
        definitions.chain(sites).collect()
    }
}

impl Reporter for &mut Coverage {
    fn event(&mut self, event: &Event<'_>) -> Result<(), RunError> {
        if let Event::File(file) = event {
            file.records.iter().for_each(|record| self.add(record));
        }
        Ok(())
    }
}

/// The name of the row that something reached belongs to: a site whose function is
/// not shared has one row, whatever was carried out.
fn row_name(reached: &str) -> String {
    let Some((id, _)) = reached.split_once('@') else {
        return reached.to_owned();
    };
    let site = TrapSite::ALL.iter().find(|site| site.id() == id);
    match site.map(|site| CanonicalDefinition::sharing(*site)) {
        Some([]) => id.to_owned(),
        _ => reached.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_has_a_row_for_each_definition_that_shares_it() {
        let rows = Coverage::default().rows();
        let count = |prefix: &str| rows.iter().filter(|r| r.name.starts_with(prefix)).count();
        assert_eq!(count("copy.wrong-kind@"), 4);
        assert_eq!(count("lift.char.surrogate"), 1);
        assert!(rows.len() > TrapSite::ALL.len() + CanonicalDefinition::ALL.len());
        let mut names: Vec<_> = rows.iter().map(|row| &row.name).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), rows.len(), "each has one row");
    }

    #[test]
    fn what_is_reached_has_a_row() {
        assert_eq!(row_name("stream.read"), "stream.read");
        assert_eq!(row_name("lift.char.surrogate@lower"), "lift.char.surrogate");
        let shared = "copy.wrong-kind@future.write";
        assert_eq!(row_name(shared), shared);
        let rows = Coverage::default().rows();
        assert!(rows.iter().any(|row| row.name == shared));
    }
}
