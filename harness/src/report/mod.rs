//! What a run tells, and who listens.

mod collect;
mod human;
mod reproduce;

pub use collect::{Collector, Format, Recorder};
pub use human::Human;
pub use reproduce::{quoted, reproduce};

use crate::run::{Ended, FileReport, RunError};
use component_reports::record::Header;

/// Something that happened in a run, in the order of the suites.
pub enum Event<'a> {
    /// The run begins.
    Began(&'a Header),
    /// So many files are finished; those before them may not have been told yet.
    Progress {
        /// How many.
        finished: usize,
        /// Of how many.
        of: usize,
    },
    /// A file has run on an engine.
    File(&'a FileReport),
    /// The run is over.
    Ended(&'a Ended),
}

/// Who listens to a run.
pub trait Reporter {
    /// Takes note of what happened.
    fn event(&mut self, event: &Event<'_>) -> Result<(), RunError>;
}
