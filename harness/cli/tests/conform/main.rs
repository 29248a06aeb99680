//! The program as its users meet it: on the real engine `wasmtime`, in real
//! worker processes, on small suites in temporary folders.

mod bad_input;
mod commands;
mod concurrency;
mod expectations;
mod fixture;
mod fuzz;
mod interrupt;
mod record;
mod reports;
mod reproduce;
mod schedules;
mod store;
