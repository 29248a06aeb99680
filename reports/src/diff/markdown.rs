//! A diff for a pull request, and for the summary of a job.

use super::{Change, Diff, Group, human};
use crate::visible::visible_line;
use std::io::{self, Write};

/// How many directives of a list are shown.
const SHOWN: usize = 50;

/// Writes a diff as Markdown.
pub fn markdown(diff: &Diff, mut out: impl Write) -> io::Result<()> {
    out.write_all(text(diff).as_bytes())
}

/// Writes a diff for `GITHUB_STEP_SUMMARY`: the Markdown under a title.
pub fn github(diff: &Diff, mut out: impl Write) -> io::Result<()> {
    let verdict = match diff.regressions.len() {
        0 => "no regression".to_owned(),
        1 => "1 regression".to_owned(),
        n => format!("{n} regressions"),
    };
    writeln!(out, "## conform: {verdict}\n")?;
    out.write_all(text(diff).as_bytes())
}

fn text(diff: &Diff) -> String {
    let mut text = String::new();
    let mut line = |part: std::fmt::Arguments<'_>| {
        text.push_str(&part.to_string());
        text.push('\n');
    };
    line(format_args!(
        "`{}` → `{}`: **regressions: {}**, {}",
        code(&diff.before),
        code(&diff.after),
        diff.regressions.len(),
        diff.other_counts(),
    ));
    for (heading, changes) in diff.sections() {
        if changes.is_empty() {
            continue;
        }
        line(format_args!(
            "\n### {}: {}\n",
            capital(heading),
            changes.len()
        ));
        line(format_args!("| directive | engine | was | is |"));
        line(format_args!("|---|---|---|---|"));
        for change in changes.iter().take(SHOWN) {
            line(format_args!("{}", row(change)));
        }
        if changes.len() > SHOWN {
            line(format_args!("\nand {} more", changes.len() - SHOWN));
        }
    }
    if !diff.groups.is_empty() {
        line(format_args!("\n### Where\n"));
        line(format_args!("| by | name | worse | better | other |"));
        line(format_args!("|---|---|--:|--:|--:|"));
    }
    for group in &diff.groups {
        let Group {
            by,
            regressions,
            fixes,
            others,
            ..
        } = group;
        let name = cell(&group.name);
        line(format_args!(
            "| {by} | {name} | {regressions} | {fixes} | {others} |"
        ));
    }
    text
}

fn row(change: &Change) -> String {
    let state = |state: &Option<super::State>| match state {
        Some(state) => cell(&human::text(state)),
        None => String::new(),
    };
    let (was, is) = (state(&change.before), state(&change.after));
    format!(
        "| {} | {} | {was} | {is} |",
        cell(&change.id),
        cell(&change.engine)
    )
}

/// Text as a code span of a table: nothing in it is markup.
fn cell(text: &str) -> String {
    format!("`{}`", code(text).replace('|', "\\|"))
}

fn code(text: &str) -> String {
    visible_line(text).replace('`', "\u{2bc}")
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}
