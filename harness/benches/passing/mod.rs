//! Which files of a suite an engine passes.

use component_harness::report::{Event, Reporter};
use component_harness::run::{Plan, RunError, run};
use component_reports::record::Status;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

/// The files of a plan's suite of which every directive passes.
pub(crate) fn passing(plan: &Plan) -> Result<Vec<String>, RunError> {
    let passing = Arc::default();
    let mut reporters: Vec<Box<dyn Reporter>> = vec![Box::new(Passing(Arc::clone(&passing)))];
    run(plan, &mut reporters, &AtomicBool::new(false))?;
    Ok(std::mem::take(
        &mut *passing.lock().unwrap_or_else(PoisonError::into_inner),
    ))
}

struct Passing(Arc<Mutex<Vec<String>>>);

impl Reporter for Passing {
    fn event(&mut self, event: &Event<'_>) -> Result<(), RunError> {
        if let Event::File(file) = event
            && file
                .records
                .iter()
                .all(|record| record.status == Status::Pass)
        {
            let mut passing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            passing.push(file.path.clone());
        }
        Ok(())
    }
}
