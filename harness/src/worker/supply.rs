//! Where connections come from, and how a broken one is replaced.

use super::connection::{Broken, Connection, InProcess};
use super::process::{Process, WorkerCommand};
use crate::engine::Engine;
use std::sync::Arc;
use std::time::Duration;

/// How an engine is reached.
#[derive(Clone)]
pub enum Launch {
    /// In a process of its own.
    Process {
        /// How to start it.
        command: WorkerCommand,
        /// How long each operation may take.
        limit: Duration,
    },
    /// In this process.
    InProcess(Arc<dyn Fn() -> Result<Box<dyn Engine>, String> + Send + Sync>),
}

/// One worker at a time: the present connection, or none yet.
pub struct Worker {
    launch: Launch,
    connection: Option<Arc<dyn Connection>>,
}

impl Worker {
    /// A worker that starts when it is first asked for.
    #[must_use]
    pub fn new(launch: Launch) -> Self {
        Worker {
            launch,
            connection: None,
        }
    }

    /// The connection, started if need be.
    pub fn connection(&mut self) -> Result<Arc<dyn Connection>, Broken> {
        if let Some(connection) = &self.connection {
            return Ok(Arc::clone(connection));
        }
        let connection: Arc<dyn Connection> = match &self.launch {
            Launch::Process { command, limit } => Arc::new(Process::start(command, *limit)?),
            Launch::InProcess(engine) => {
                Arc::new(InProcess::new(engine().map_err(Broken::Crashed)?))
            }
        };
        self.connection = Some(Arc::clone(&connection));
        Ok(connection)
    }

    /// Lets go of a broken connection; the next one is new.
    pub fn discard(&mut self) {
        self.connection = None;
    }
}
