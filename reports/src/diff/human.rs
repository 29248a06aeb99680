//! A diff for people.

use super::{Change, Diff, State};
use crate::visible::visible_line;
use std::io::{self, Write};

/// How many directives of a list are shown that is no list of regressions or fixes.
const SHOWN: usize = 20;

/// Writes a diff.
pub fn human(diff: &Diff, mut out: impl Write) -> io::Result<()> {
    for (heading, changes) in diff.sections() {
        if changes.is_empty() {
            continue;
        }
        writeln!(out, "{heading}: {}", changes.len())?;
        let shown = match heading {
            "regressions" | "fixes" => changes.len(),
            _ => SHOWN,
        };
        for change in changes.iter().take(shown) {
            one(change, &mut out)?;
        }
        if let Some(more) = changes.len().checked_sub(shown).filter(|more| *more > 0) {
            writeln!(out, "    and {more} more")?;
        }
        writeln!(out)?;
    }
    if !diff.groups.is_empty() {
        writeln!(out, "by            worse  better   other")?;
        for group in &diff.groups {
            writeln!(
                out,
                "{:<12} {:>6}  {:>6}  {:>6}  {}",
                group.by,
                group.regressions,
                group.fixes,
                group.others,
                visible_line(&group.name)
            )?;
        }
        writeln!(out)?;
    }
    writeln!(
        out,
        "{} → {}: regressions: {}, {}",
        visible_line(&diff.before),
        visible_line(&diff.after),
        diff.regressions.len(),
        diff.other_counts()
    )
}

fn one(change: &Change, out: &mut impl Write) -> io::Result<()> {
    let id = visible_line(&change.id);
    writeln!(out, "    {id} on {}", visible_line(&change.engine))?;
    for (what, state) in [("was", &change.before), ("is", &change.after)] {
        if let Some(state) = state {
            writeln!(out, "        {what}: {}", visible_line(&text(state)))?;
        }
    }
    Ok(())
}

/// A state in words.
pub(super) fn text(state: &State) -> String {
    let unexpected = match state.unexpected {
        true => ", unexpected",
        false => "",
    };
    let place = match &state.id {
        Some(id) => format!(" at {id}"),
        None => String::new(),
    };
    format!("{}{unexpected}: {}{place}", state.status, state.outcome)
}
