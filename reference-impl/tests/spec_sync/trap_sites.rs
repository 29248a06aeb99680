//! The sites of traps, in this crate and in `definitions.py`.

use crate::{Outcome, definitions, python};
use component_reference::trap::TrapSite;
use sha2::{Digest, Sha256};
use std::path::Path;

#[test]
fn each_trap_has_its_site() -> Outcome {
    let traps = python::traps(&definitions()?);
    for (trap, site) in traps.iter().zip(TrapSite::ALL) {
        let (line, id) = (trap.line, site.id());
        assert_eq!(
            trap.function,
            site.function(),
            "line {line} of definitions.py is not {id}"
        );
    }
    assert_eq!(traps.len(), TrapSite::ALL.len(), "sites of definitions.py");

    let sites = traps.iter().zip(TrapSite::ALL).map(|(trap, site)| {
        let digest = Sha256::digest(&trap.condition);
        let fingerprint: String = digest.iter().take(4).map(|b| format!("{b:02x}")).collect();
        format!("{} {} {fingerprint}", site.id(), site.function())
    });
    let sites: Vec<String> = sites.collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec_sync/trap_sites.txt");
    if std::env::var_os("BLESS").is_some() {
        return Ok(std::fs::write(path, sites.join("\n") + "\n")?);
    }
    let known = std::fs::read_to_string(path)?;
    let known: Vec<&str> = known.lines().collect();
    let old = known
        .iter()
        .filter(|line| !sites.iter().any(|s| s == *line));
    let new = sites.iter().filter(|line| !known.contains(&line.as_str()));
    let changes: Vec<String> = old
        .map(|line| format!("- {line}"))
        .chain(new.map(|line| format!("+ {line}")))
        .collect();
    assert!(
        changes.is_empty(),
        "conditions have changed: read the spec, then BLESS=1\n{}",
        changes.join("\n")
    );
    assert_eq!(known, sites, "sites have moved: BLESS=1");
    Ok(())
}

#[test]
fn sites_are_named_by_their_ids() {
    for (i, site) in TrapSite::ALL.iter().enumerate() {
        let id = site.id();
        let same = TrapSite::ALL[..i].iter().find(|other| other.id() == id);
        assert_eq!(same, None, "{id} stands for two sites");
        let words = id.split(['.', '-']);
        let name: String = words.map(|w| w[..1].to_uppercase() + &w[1..]).collect();
        assert_eq!(format!("{site:?}"), name, "{id}");
    }
}
