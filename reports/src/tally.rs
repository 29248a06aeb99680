//! The sums of a run.

use crate::record::{Reach, Record, Status, SummaryRow};
use std::collections::HashSet;

/// The sums, built record by record.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    rows: Vec<TallyRow>,
}

/// The sums of one engine on one suite.
#[derive(Clone, Debug, Default)]
pub struct TallyRow {
    /// What is stored.
    pub summary: SummaryRow,
    /// How far its directives got.
    pub reach: ReachCounts,
    paths: HashSet<String>,
}

/// How many directives got how far. Each counts in exactly one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReachCounts {
    /// [`Reach::Executed`].
    pub executed: usize,
    /// [`Reach::Validator`].
    pub validator: usize,
    /// [`Reach::Runner`].
    pub runner: usize,
}

impl Tally {
    /// Counts one record.
    pub fn add(&mut self, record: &Record) {
        let row = self.row(record);
        if !row.paths.contains(&record.path) {
            row.paths.insert(record.path.clone());
        }
        let summary = &mut row.summary;
        summary.files = row.paths.len();
        summary.directives += 1;
        *match record.status {
            Status::Pass => &mut summary.pass,
            Status::Fail => &mut summary.fail,
            Status::Xfail => &mut summary.xfail,
            Status::Xpass => &mut summary.xpass,
            Status::Blocked => &mut summary.blocked,
            Status::Unsupported => &mut summary.unsupported,
            Status::Crash => &mut summary.crash,
            Status::Timeout => &mut summary.timeout,
        } += 1;
        summary.unexpected += usize::from(record.unexpected);
        *match record.reach {
            Reach::Executed => &mut row.reach.executed,
            Reach::Validator => &mut row.reach.validator,
            Reach::Runner => &mut row.reach.runner,
        } += 1;
    }

    /// The rows, in the order in which engine and suite first appeared.
    #[must_use]
    pub fn rows(&self) -> &[TallyRow] {
        &self.rows
    }

    /// What is stored of the rows.
    #[must_use]
    pub fn summary(&self) -> Vec<SummaryRow> {
        self.rows.iter().map(|row| row.summary.clone()).collect()
    }

    /// The number of directives.
    #[must_use]
    pub fn directives(&self) -> usize {
        self.rows.iter().map(|row| row.summary.directives).sum()
    }

    /// The number of directives whose status was not to be expected.
    #[must_use]
    pub fn unexpected(&self) -> usize {
        self.rows.iter().map(|row| row.summary.unexpected).sum()
    }

    fn row(&mut self, record: &Record) -> &mut TallyRow {
        let found = self.rows.iter().position(|row| {
            row.summary.engine == record.engine && row.summary.suite == record.suite
        });
        let index = found.unwrap_or_else(|| {
            self.rows.push(TallyRow {
                summary: SummaryRow {
                    engine: record.engine.clone(),
                    suite: record.suite.clone(),
                    ..SummaryRow::default()
                },
                ..TallyRow::default()
            });
            self.rows.len() - 1
        });
        &mut self.rows[index]
    }
}

impl<'a> FromIterator<&'a Record> for Tally {
    fn from_iter<I: IntoIterator<Item = &'a Record>>(records: I) -> Self {
        let mut tally = Self::default();
        for record in records {
            tally.add(record);
        }
        tally
    }
}

#[cfg(test)]
mod tests {
    use super::{ReachCounts, Tally};
    use crate::record::{Record, SummaryRow};
    use crate::sample;

    #[test]
    fn each_directive_counts_once() {
        let tally: Tally = sample::records().iter().collect();
        let rows = tally.rows();
        assert_eq!(rows.len(), 2);
        assert_eq!(
            rows[0].summary,
            SummaryRow {
                engine: "wasmtime".into(),
                suite: "component-model".into(),
                files: 2,
                directives: 11,
                pass: 2,
                fail: 2,
                xfail: 1,
                xpass: 1,
                blocked: 2,
                unsupported: 1,
                crash: 1,
                timeout: 1,
                unexpected: 6,
            }
        );
        assert_eq!(
            rows[0].reach,
            ReachCounts {
                executed: 7,
                validator: 2,
                runner: 2,
            }
        );
        for row in rows {
            let summary = &row.summary;
            assert_eq!(
                summary.directives,
                summary.pass
                    + summary.fail
                    + summary.xfail
                    + summary.xpass
                    + summary.blocked
                    + summary.unsupported
                    + summary.crash
                    + summary.timeout
            );
        }
        assert_eq!(
            tally.unexpected(),
            sample::records().iter().filter(|r| r.unexpected).count()
        );
    }

    #[test]
    fn rows_keep_the_order_of_first_appearance() {
        let record = |engine: &str, suite: &str, path: &str| Record {
            engine: engine.into(),
            suite: suite.into(),
            path: path.into(),
            ..sample::pass()
        };
        let records = [
            record("z", "b", "1.wast"),
            record("a", "b", "1.wast"),
            record("z", "a", "1.wast"),
            record("z", "b", "2.wast"),
            record("z", "b", "1.wast"),
        ];
        let tally: Tally = records.iter().collect();
        let rows: Vec<_> = tally
            .summary()
            .into_iter()
            .map(|row| (row.engine, row.suite, row.files, row.directives))
            .collect();
        assert_eq!(
            rows,
            [
                ("z".into(), "b".into(), 2, 3),
                ("a".into(), "b".into(), 1, 1),
                ("z".into(), "a".into(), 1, 1),
            ]
        );
    }
}
