//! A progress bar, where there is a terminal to draw it on.

use component_harness::report::{Event, Reporter};
use component_harness::run::RunError;
use indicatif::{ProgressBar, ProgressStyle};

/// Draws on standard error, and nothing where that is no terminal.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} files  {elapsed}") {
            bar.set_style(style);
        }
        Progress(bar)
    }

    /// The bar, for those who write above it.
    pub(crate) fn bar(&self) -> ProgressBar {
        self.0.clone()
    }
}

impl Reporter for Progress {
    fn event(&mut self, event: &Event<'_>) -> Result<(), RunError> {
        match event {
            Event::Progress { finished, of } => {
                self.0.set_length(*of as u64);
                self.0.set_position(*finished as u64);
            }
            Event::Ended(_) => self.0.finish_and_clear(),
            Event::Began(_) | Event::File(_) => {}
        }
        Ok(())
    }
}
