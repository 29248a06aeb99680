//! What the workspace is held to beyond what the compiler checks.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use toml_edit::{DocumentMut, Item};

/// Every arrow between our packages that there may be. Tests may reach further
/// than libraries: their arrows are listed apart.
const LIBRARY_ARROWS: [(&str, &[&str]); 6] = [
    ("component-corpus", &[]),
    ("component-reports", &[]),
    ("component-reference", &[]),
    (
        "component-harness",
        &[
            "component-corpus",
            "component-reference",
            "component-reports",
        ],
    ),
    (
        "component-fuzz",
        &["component-harness", "component-reference"],
    ),
    (
        "conform",
        &[
            "component-corpus",
            "component-fuzz",
            "component-harness",
            "component-reports",
        ],
    ),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn manifest(path: &Path) -> DocumentMut {
    let text = std::fs::read_to_string(path).expect("the manifest is there");
    text.parse().expect("the manifest is TOML")
}

fn members() -> Vec<PathBuf> {
    let workspace = manifest(&root().join("Cargo.toml"));
    let members = workspace["workspace"]["members"]
        .as_array()
        .expect("members are a list");
    let names = members
        .iter()
        .map(|member| member.as_str().expect("a member is a path"));
    names
        .map(|name| root().join(name).join("Cargo.toml"))
        .collect()
}

fn keys(item: Option<&Item>) -> BTreeSet<String> {
    let table = item.and_then(Item::as_table_like);
    table
        .into_iter()
        .flat_map(|t| t.iter().map(|(key, _)| key.to_owned()))
        .collect()
}

#[test]
fn dependencies_point_one_way() {
    let allowed: BTreeMap<&str, &[&str]> = LIBRARY_ARROWS.into_iter().collect();
    for path in members() {
        let manifest = manifest(&path);
        let name = manifest["package"]["name"]
            .as_str()
            .expect("a package has a name");
        let allowed = allowed
            .get(name)
            .unwrap_or_else(|| panic!("no arrows are listed for {name}"));
        let ours = |key: &String| LIBRARY_ARROWS.iter().any(|(name, _)| name == key);
        let arrows: Vec<_> = keys(manifest.get("dependencies"))
            .into_iter()
            .filter(ours)
            .collect();
        for arrow in &arrows {
            assert!(
                allowed.contains(&arrow.as_str()),
                "{name} must not depend on {arrow}"
            );
        }
    }
}

#[test]
fn every_member_takes_the_workspaces_lints() {
    for path in members() {
        let manifest = manifest(&path);
        let lints = manifest
            .get("lints")
            .and_then(|lints| lints.get("workspace"));
        assert_eq!(
            lints.and_then(Item::as_bool),
            Some(true),
            "{}",
            path.display()
        );
    }
}

#[test]
fn the_second_wasmtime_has_a_lock_file_of_its_own() {
    let folder = root().join("harness/wasmtime-50");
    let lock = std::fs::read_to_string(folder.join("Cargo.lock")).expect("it is locked");
    let manifest = manifest(&folder.join("Cargo.toml"));
    let pin = manifest["dependencies"]["wasmtime"]["version"]
        .as_str()
        .expect("it is pinned");
    let version = pin.strip_prefix('=').expect("the pin is exact");
    assert!(lock.contains(&format!("name = \"wasmtime\"\nversion = \"{version}\"")));
}
