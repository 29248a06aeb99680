//! Lifting and lowering between a component that hands out what is in its memory
//! and one that says what came into its own. Expected calls of `realloc` and
//! expected bytes were worked out by hand from the text of the spec.
//!
//! `concurrency` has what happens between guests, and between them and a host, when
//! calls and copies take their time.

mod cases;
mod concurrency;
mod guests;
mod handles;
mod heap;
mod hostile;
mod nan;
mod realloc;
mod round_trips;
mod scenarios;
mod strings;
mod transcoding;
mod values;

use component_reference::trap::{Trap, TrapSite};
use component_reference::value::Value;
use component_reference::{Component, Exports, Extern, FEATURES, Func, Stop, Store};
use std::sync::Arc;

fn component(text: &str) -> Arc<Component> {
    let bytes = wat::parse_str(text).unwrap_or_else(|error| panic!("{error}:\n{text}"));
    Component::new(FEATURES, &bytes).unwrap_or_else(|error| panic!("{error}:\n{text}"))
}

/// The function of this name.
fn func<'e>(exports: &'e Exports, name: &str) -> &'e Func {
    match exports.get(name) {
        Some(Extern::Func(func)) => func,
        _ => panic!("no function `{name}`"),
    }
}

/// Instantiates a component that imports nothing and calls its function `run`.
fn run(store: &mut Store, text: &str) -> Result<Option<Value>, Stop> {
    let exports = store.instantiate(&component(text), &Exports::default());
    let exports = exports.unwrap_or_else(|error| panic!("{error}:\n{text}"));
    store.call(func(&exports, "run"), vec![])
}

/// The stop of a trap at `site`.
fn trap(site: TrapSite) -> Stop {
    Stop::Trap(Trap::Site(site))
}
