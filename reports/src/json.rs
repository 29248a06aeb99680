//! `--format json`: one [`Record`] per line, and last the sums.
//!
//! The pieces are public so that a record can be written when it is known.

use crate::record::{Record, SummaryRow};
use crate::tally::Tally;
use serde::Serialize;
use std::io::{self, Write};

/// Writes records and their sums.
pub fn write(records: &[Record], mut out: impl Write) -> io::Result<()> {
    for record in records {
        write_record(record, &mut out)?;
    }
    let tally: Tally = records.iter().collect();
    write_summary(&tally.summary(), out)
}

/// Writes the line of one record.
pub fn write_record(record: &Record, out: impl Write) -> io::Result<()> {
    write_line(record, out)
}

/// Writes the last line, `{"summary":[…]}`.
pub fn write_summary(summary: &[SummaryRow], out: impl Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Summary<'a> {
        summary: &'a [SummaryRow],
    }
    write_line(&Summary { summary }, out)
}

pub(crate) fn write_line(value: &impl Serialize, mut out: impl Write) -> io::Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    out.write_all(&line)
}

#[cfg(test)]
mod tests {
    use crate::record::Record;
    use crate::sample;

    #[test]
    fn json() {
        let mut out = Vec::new();
        super::write(&sample::records(), &mut out).expect("write");
        let out = String::from_utf8(out).expect("UTF-8");
        insta::assert_snapshot!(out);

        let (summary, records) = {
            let mut lines: Vec<&str> = out.lines().collect();
            (lines.pop().expect("a line"), lines)
        };
        let records: Vec<Record> = records
            .into_iter()
            .map(|line| serde_json::from_str(line).expect("a record"))
            .collect();
        assert_eq!(records, sample::records());
        assert!(summary.starts_with("{\"summary\":[{\"engine\":"));
    }

    #[test]
    fn an_empty_run_has_a_summary() {
        let mut out = Vec::new();
        super::write(&[], &mut out).expect("write");
        assert_eq!(out, b"{\"summary\":[]}\n");
    }
}
