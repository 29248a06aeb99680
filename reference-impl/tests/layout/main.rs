//! How values lie in memory and in core values, with numbers that were worked out
//! by hand from the text of the spec.

mod despecialization;
mod flattening;
mod memory;
mod terms;
mod type_predicates;
