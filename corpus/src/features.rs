//! Features by name: the flags of wasmparser 0.263, in lower case with hyphens.
//!
//! The names are data here, so that nothing but the runner links wasmparser.
//! `call-indirect-overlong` and `bulk-memory-opt` are left out: wasmparser counts
//! them as parts of `reference-types` and `bulk-memory`.

use std::collections::BTreeSet;

/// A version of the core specification, as wasmparser groups flags by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// WebAssembly 1.0.
    Wasm1,
    /// WebAssembly 2.0.
    Wasm2,
    /// WebAssembly 3.0.
    Wasm3,
    /// What wasm-tools enables when it is told nothing.
    WasmTools,
}

const WASM1: &[&str] = &["floats", "gc-types", "mutable-global"];

/// Beyond [`WASM1`].
const WASM2: &[&str] = &[
    "bulk-memory",
    "multi-value",
    "reference-types",
    "saturating-float-to-int",
    "sign-extension",
    "simd",
];

/// Beyond [`WASM2`].
const WASM3: &[&str] = &[
    "exceptions",
    "extended-const",
    "function-references",
    "gc",
    "memory64",
    "multi-memory",
    "relaxed-simd",
    "tail-call",
    "threads",
];

/// Beyond [`WASM3`].
const WASM_TOOLS: &[&str] = &[
    "cm-async",
    "cm-implements",
    "cm-map",
    "compact-imports",
    "component-model",
    "wide-arithmetic",
];

/// What no [`Base`] has.
const OPTIONAL: &[&str] = &[
    "acquire-release-atomics",
    "cm-accessors",
    "cm-async-stackful",
    "cm-canon-names",
    "cm-error-context",
    "cm-fixed-length-lists",
    "cm-forward",
    "cm-gc",
    "cm-more-async-builtins",
    "cm-nested-names",
    "cm-threading",
    "cm-values",
    "cm64",
    "custom-descriptors",
    "custom-page-sizes",
    "legacy-exceptions",
    "memory-control",
    "multibyte-array-access",
    "shared-everything-threads",
    "stack-switching",
];

impl Base {
    /// The names of its features.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        let layers: &[_] = match self {
            Base::Wasm1 => &[WASM1],
            Base::Wasm2 => &[WASM1, WASM2],
            Base::Wasm3 => &[WASM1, WASM2, WASM3],
            Base::WasmTools => &[WASM1, WASM2, WASM3, WASM_TOOLS],
        };
        layers.iter().copied().flatten().copied()
    }
}

/// All names that there are.
pub fn all() -> impl Iterator<Item = &'static str> {
    Base::WasmTools.names().chain(OPTIONAL.iter().copied())
}

/// A base and some more, sorted.
#[must_use]
pub fn set(base: Base, plus: &[&'static str]) -> Vec<String> {
    let names: BTreeSet<&str> = base.names().chain(plus.iter().copied()).collect();
    names.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_stands_once() {
        let names: BTreeSet<_> = all().collect();
        assert_eq!(names.len(), all().count());
    }
}
