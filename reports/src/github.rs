//! Markdown for the job summary of GitHub Actions.

use crate::record::{Header, Record, SummaryRow};
use crate::tally::Tally;
use crate::visible::{start, visible};
use std::io::{self, Write};

/// How many unexpected directives are listed for each engine.
const LISTED: usize = 50;

/// How many characters are shown of one text. GitHub drops a summary of more
/// than a mebibyte.
const SHOWN: usize = 400;

/// Writes the summary of a run, which says so when it is not `complete`, with the
/// `problems` of its expectations.
pub fn write(
    header: &Header,
    records: &[Record],
    complete: bool,
    problems: &[String],
    mut out: impl Write,
) -> io::Result<()> {
    let tally: Tally = records.iter().collect();
    write!(out, "## Conformance\n\n{}\n\n", headline(&tally))?;
    if !complete {
        out.write_all(b"**Incomplete: not every directive that was asked for ran.**\n\n")?;
    }
    for problem in problems {
        write!(out, "**Expectation:** {}\n\n", escape(problem))?;
    }
    write!(out, "{}\n\n", origin(header))?;
    write_table(&tally.summary(), &mut out)?;
    for (engine, unexpected) in unexpected_by_engine(records) {
        let version = header.engines.iter().find(|info| info.name == engine);
        let version = version.map_or("", |info| &info.version);
        write!(
            out,
            "\n### {} {}: {} unexpected\n\n",
            escape(engine),
            escape(version),
            unexpected.len()
        )?;
        for record in unexpected.iter().take(LISTED) {
            writeln!(out, "{}", details(record))?;
        }
        if unexpected.len() > LISTED {
            write!(out, "\nand {} more\n", unexpected.len() - LISTED)?;
        }
    }
    Ok(())
}

/// The unexpected records of each engine, in order of first appearance.
fn unexpected_by_engine(records: &[Record]) -> Vec<(&str, Vec<&Record>)> {
    let mut engines: Vec<(&str, Vec<&Record>)> = Vec::new();
    for record in records.iter().filter(|record| record.unexpected) {
        match engines.iter_mut().find(|(name, _)| *name == record.engine) {
            Some((_, unexpected)) => unexpected.push(record),
            None => engines.push((&record.engine, vec![record])),
        }
    }
    engines
}

fn headline(tally: &Tally) -> String {
    match (tally.directives(), tally.unexpected()) {
        (0, _) => "**No directive ran.**".into(),
        (directives, 0) => format!("Nothing unexpected in {directives} directives."),
        (directives, unexpected) => {
            format!("**{unexpected} unexpected** of {directives} directives.")
        }
    }
}

/// What ran, in one line.
fn origin(header: &Header) -> String {
    let mut origin = format!(
        "Spec text of {}, harness {}",
        escape(&header.spec),
        escape(&header.harness)
    );
    let seed = header.seed.map(|seed| seed.to_string());
    for (label, value) in [
        ("shard", &header.shard),
        ("filter", &header.filter),
        ("seed", &seed),
    ] {
        if let Some(value) = value {
            origin.push_str(&format!(", {label} <code>{}</code>", escape(value)));
        }
    }
    origin.push('.');
    origin
}

fn write_table(summary: &[SummaryRow], out: &mut impl Write) -> io::Result<()> {
    out.write_all(
        b"| engine | suite | files | directives | pass | fail | xfail | xpass \
          | blocked | unsupported | crash | timeout | unexpected |\n\
          |---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n",
    )?;
    for row in summary {
        write!(out, "| {} | {} |", escape(&row.engine), escape(&row.suite))?;
        for count in [
            row.files,
            row.directives,
            row.pass,
            row.fail,
            row.xfail,
            row.xpass,
            row.blocked,
            row.unsupported,
            row.crash,
            row.timeout,
            row.unexpected,
        ] {
            write!(out, " {count} |")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// One line of HTML: a line break would end the block, and what follows it
/// would be Markdown again.
fn details(record: &Record) -> String {
    let mut details = format!(
        "<details><summary><code>{}</code> <code>{}</code>: {}</summary><pre>",
        escape(&record.id()),
        escape(&record.directive),
        record.status
    );
    for (label, text) in record.details() {
        details.push_str(&format!("{label}: {}&#10;", escape(&text)));
    }
    details.push_str("</pre></details>");
    details
}

/// The start of `text`, with every character that means something to HTML or
/// to GitHub's Markdown, and the line feed, as a character reference. Those
/// are never structure, in Markdown or in HTML.
fn escape(text: &str) -> String {
    let (start, more) = start(text, SHOWN);
    let mut escaped = String::new();
    for c in visible(start).chars() {
        if "&<>\"'|`*_~[]\\#@$\n".contains(c) {
            escaped.push_str(&format!("&#{};", u32::from(c)));
        } else {
            escaped.push(c);
        }
    }
    if more > 0 {
        escaped.push_str(&format!("… ({more} more characters)"));
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{LISTED, SHOWN, escape};
    use crate::record::Record;
    use crate::sample;

    fn write(records: &[Record], complete: bool) -> String {
        let mut out = Vec::new();
        super::write(&sample::header(), records, complete, &[], &mut out).expect("write");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn github() {
        insta::assert_snapshot!(write(&sample::records(), false));
    }

    #[test]
    fn a_run_without_directives_is_not_a_success() {
        assert!(write(&[], true).contains("**No directive ran.**"));
    }

    #[test]
    fn long_lists_and_texts_are_cut() {
        let unexpected = Record {
            unexpected: true,
            mismatch: Some("ü".repeat(SHOWN + 7)),
            ..sample::pass()
        };
        let exactly = write(&vec![unexpected.clone(); LISTED], true);
        assert!(!exactly.contains(" more\n"));
        let beyond = write(&vec![unexpected; LISTED + 2], true);
        assert_eq!(beyond.matches("<details>").count(), LISTED);
        assert!(beyond.ends_with("\n\nand 2 more\n"));
        assert!(beyond.contains("ü… (7 more characters)&#10;"));
    }

    #[test]
    fn hostile_texts_are_escaped() {
        assert_eq!(
            escape("<script>|`]]>\"\n\x1b$x_*"),
            "&#60;script&#62;&#124;&#96;&#93;&#93;&#62;&#34;&#10;&#92;u{1b}&#36;x&#95;&#42;"
        );
        let mut records = sample::records();
        for record in &mut records {
            record.path.push_str(sample::HOSTILE);
            record.suite.push_str(sample::HOSTILE);
            record.directive.push_str(sample::HOSTILE);
        }
        let hostile = write(&records, false);
        let plain = write(&sample::records(), false);
        for structure in ["\n", "|", "<", ">", "`", "["] {
            assert_eq!(
                hostile.matches(structure).count(),
                plain.matches(structure).count(),
                "{structure:?}"
            );
        }
    }
}
