//! Reporters that keep the records: for the formats of `component-reports`.

use super::{Event, Reporter};
use crate::run::RunError;
use component_reports::record::{Header, Record};
use component_reports::run::RunWriter;
use component_reports::tally::Tally;
use component_reports::{github, json, junit};
use std::io::Write;
use std::path::PathBuf;

/// The formats that a [`Collector`] writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON object per directive and line, last the summary.
    Json,
    /// JUnit XML.
    Junit,
    /// Markdown for the summary of a job.
    Github,
}

/// Writes a format of machines: JSON as it goes, the others at the end.
pub struct Collector<W> {
    format: Format,
    out: W,
    header: Option<Header>,
    records: Vec<Record>,
    tally: Tally,
}

impl<W: Write> Collector<W> {
    /// Writes to `out`.
    pub fn new(format: Format, out: W) -> Self {
        Collector {
            format,
            out,
            header: None,
            records: Vec::new(),
            tally: Tally::default(),
        }
    }
}

impl<W: Write> Reporter for Collector<W> {
    fn event(&mut self, event: &Event<'_>) -> Result<(), RunError> {
        match event {
            Event::Began(header) => self.header = Some((*header).clone()),
            Event::Progress { .. } => {}
            Event::File(file) => match self.format {
                Format::Json => {
                    for record in &file.records {
                        self.tally.add(record);
                        json::write_record(record, &mut self.out)?;
                    }
                }
                Format::Junit | Format::Github => self.records.extend_from_slice(&file.records),
            },
            Event::Ended(ended) => {
                let problems: Vec<String> =
                    ended.problems.iter().map(ToString::to_string).collect();
                match (self.format, &self.header) {
                    (Format::Json, _) => json::write_summary(&self.tally.summary(), &mut self.out)?,
                    (Format::Junit, _) => {
                        junit::write(&self.records, ended.complete, &problems, &mut self.out)?;
                    }
                    (Format::Github, Some(header)) => {
                        github::write(
                            header,
                            &self.records,
                            ended.complete,
                            &problems,
                            &mut self.out,
                        )?;
                    }
                    // A run begins before it ends.
                    (Format::Github, None) => {}
                }
                self.out.flush()?;
            }
        }
        Ok(())
    }
}

/// Writes the run record.
pub struct Recorder {
    path: PathBuf,
    writer: Option<RunWriter>,
}

impl Recorder {
    /// Writes to the file at `path`, which is there when the run has ended.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        Recorder { path, writer: None }
    }
}

impl Reporter for Recorder {
    fn event(&mut self, event: &Event<'_>) -> Result<(), RunError> {
        match event {
            Event::Began(header) => self.writer = Some(RunWriter::create(&self.path, header)?),
            Event::Progress { .. } => {}
            Event::File(file) => {
                if let Some(writer) = &mut self.writer {
                    file.records
                        .iter()
                        .try_for_each(|record| writer.record(record))?;
                }
            }
            Event::Ended(ended) => {
                if let Some(writer) = self.writer.take() {
                    writer.finish(ended.complete)?;
                }
            }
        }
        Ok(())
    }
}
