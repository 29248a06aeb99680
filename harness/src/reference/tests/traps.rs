use crate::traps::EngineTable;
use component_reference::core::CoreTrap;
use component_reference::trap::{SpecGap, Trap, TrapSite};
use std::collections::BTreeSet;
use toml_edit::DocumentMut;

const TABLE: &str = include_str!("../../../data/traps/reference.toml");

#[test]
fn the_table_names_every_trap_and_no_other() {
    let table: DocumentMut = TABLE.parse().expect("the table is TOML");
    let codes = table["codes"].as_table().expect("the codes are a table");
    let codes: BTreeSet<&str> = codes.iter().map(|(code, _)| code).collect();
    let sites = TrapSite::ALL.iter().copied().map(Trap::Site);
    let gaps = SpecGap::ALL.iter().copied().map(Trap::Gap);
    let core = CORE_TRAPS.iter().copied().map(Trap::Core);
    let others = [Trap::Deadlock, Trap::Locked, Trap::Host(String::new())];
    let traps = sites.chain(gaps).chain(core).chain(others);
    let ids: BTreeSet<&str> = traps.map(|trap| trap.id()).collect();
    assert_eq!(codes, ids);
}

#[test]
fn every_trap_has_a_class() {
    let table = EngineTable::of("reference").expect("the table loads");
    for site in TrapSite::ALL {
        assert!(table.class(Some(site.id()), "").is_some(), "{}", site.id());
    }
}

macro_rules! core_traps {
    ($($trap:ident)*) => {
        const CORE_TRAPS: &[CoreTrap] = &[$(CoreTrap::$trap),*];

        /// Does not compile once there is a core trap that is not listed.
        const fn is_listed(trap: CoreTrap) {
            match trap {
                $(CoreTrap::$trap => {})*
            }
        }
        const _: () = is_listed(CoreTrap::Unreachable);
    };
}

core_traps! {
    Unreachable
    IntegerDivideByZero
    IntegerOverflow
    InvalidConversionToInteger
    OutOfBoundsMemoryAccess
    OutOfBoundsTableAccess
    UndefinedElement
    UninitializedElement
    IndirectCallTypeMismatch
    NullReference
    NullFunctionReference
    NullStructureReference
    NullArrayReference
    NullI31Reference
    NullExceptionReference
    CastFailure
    OutOfBoundsArrayAccess
}
