//! What the sources of this crate are held to beyond what the compiler checks.

use crate::anchors::rust_files;
use crate::{Outcome, sources_folder};

/// What would make the result depend on the machine, or go behind the compiler's
/// back; and what would let the oracle borrow from what it judges.
const FORBIDDEN: [&str; 9] = [
    "unsafe ",
    "_ne_bytes",
    "target_endian",
    "target_pointer_width",
    "transmute",
    "HashSet",
    "Instant::now",
    "wasmtime",
    "catch_unwind",
];

#[test]
fn sources_do_not_depend_on_the_machine() -> Outcome {
    let mut lines = 0;
    for path in rust_files(&sources_folder())? {
        let source = std::fs::read_to_string(&path)?;
        for (number, line) in source.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            let found = FORBIDDEN.iter().find(|word| code.contains(**word));
            let place = format!("{}:{}", path.display(), number + 1);
            assert_eq!(found, None, "{place}");
            lines += usize::from(!code.trim().is_empty());
        }
    }
    assert!(lines > 5_000, "{lines} lines");
    Ok(())
}

#[test]
fn traps_go_through_one_macro() -> Outcome {
    for path in rust_files(&sources_folder())? {
        if path.ends_with("src/trap.rs") {
            continue;
        }
        let source = std::fs::read_to_string(&path)?;
        // The store counts hits, and looks at a site for that.
        let code = source.lines().filter(|l| !l.trim_start().starts_with("//"));
        let made = code.filter(|l| l.contains("Trap::Site(")).count();
        let allowed = usize::from(path.ends_with("src/store.rs"));
        assert_eq!(made, allowed, "{}", path.display());
    }
    Ok(())
}
