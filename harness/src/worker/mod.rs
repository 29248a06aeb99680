//! Engines behind the worker protocol: the process that serves one, and the
//! connection of the runner to it.

mod connection;
mod dispatch;
mod process;
mod server;
mod supply;
mod writer;

pub use connection::{Broken, Connection, InProcess};
pub use process::{Process, WorkerCommand};
pub use server::{bound_memory, serve};
pub use supply::{Launch, Worker};
