//! The scenarios of the pinned `run_tests.py`, by name.

use component_corpus::Corpus;
use std::error::Error;
use std::path::Path;

/// Where the test of the same name is, or why there is none.
const SCENARIOS: &[(&str, Result<&str, &str>)] = &[
    (
        "test",
        Err("a function that others call; its own calls are test_values"),
    ),
    ("test_pairs", Ok("abi/values.rs")),
    ("test_nan32", Ok("abi/nan.rs")),
    ("test_nan64", Ok("abi/nan.rs")),
    ("test_string_internal", Err("a part of test_string")),
    ("test_string", Ok("abi/strings.rs")),
    ("test_heap", Ok("abi/heap.rs")),
    (
        "test_flatten",
        Err("tests/layout/flattening.rs has all of it, in more tests"),
    ),
    ("test_roundtrips", Ok("abi/round_trips.rs")),
    (
        "test_roundtrips.test_roundtrip",
        Err("a part of test_roundtrips"),
    ),
    ("test_cross_component_realloc", Ok("abi/realloc.rs")),
    ("test_handles", Ok("abi/handles.rs")),
    ("test_async_to_async", Ok("abi/concurrency/calls.rs")),
    ("test_async_callback", Ok("abi/concurrency/calls.rs")),
    ("test_callback_interleaving", Ok("abi/concurrency/calls.rs")),
    (
        "test_sync_ignores_backpressure",
        Ok("abi/concurrency/backpressure.rs"),
    ),
    ("test_async_to_sync", Ok("abi/concurrency/backpressure.rs")),
    (
        "test_async_backpressure",
        Ok("abi/concurrency/backpressure.rs"),
    ),
    (
        "test_sync_using_wait",
        Ok("abi/concurrency/backpressure.rs"),
    ),
    (
        "test_eager_stream_completion",
        Ok("abi/concurrency/host_ends.rs"),
    ),
    ("test_async_stream_ops", Ok("abi/concurrency/host_ends.rs")),
    (
        "test_transfer_readable_end",
        Ok("abi/concurrency/forwarding.rs"),
    ),
    ("test_forward", Ok("abi/concurrency/forwarding.rs")),
    (
        "test_receive_own_stream",
        Ok("abi/concurrency/forwarding.rs"),
    ),
    (
        "test_host_partial_reads_writes",
        Ok("abi/concurrency/host_ends.rs"),
    ),
    ("test_wasm_to_wasm_stream", Ok("abi/concurrency/streams.rs")),
    (
        "test_wasm_to_wasm_stream_empty",
        Ok("abi/concurrency/streams.rs"),
    ),
    ("test_cancel_copy", Ok("abi/concurrency/host_ends.rs")),
    ("test_futures", Ok("abi/concurrency/futures.rs")),
    (
        "test_future_drop_readable_with_pending_write",
        Ok("abi/concurrency/dropping.rs"),
    ),
    (
        "test_stream_drop_both_ends_while_idle",
        Ok("abi/concurrency/dropping.rs"),
    ),
    ("test_cancel_subtask", Ok("abi/concurrency/cancellation.rs")),
    ("test_self_copy", Ok("abi/concurrency/streams.rs")),
    ("test_async_flat_params", Ok("abi/concurrency/calls.rs")),
    ("test_threads", Ok("abi/concurrency/threads.rs")),
    ("test_sync_threads", Ok("abi/concurrency/threads.rs")),
];

#[test]
fn scenarios_are_those_of_the_spec() -> Result<(), Box<dyn Error>> {
    let path = Corpus::new()
        .spec()?
        .folder
        .join("canonical-abi/run_tests.py");
    let text = std::fs::read_to_string(path)?;
    let mut names = Vec::new();
    let mut around = "";
    for line in text.lines() {
        let code = line.trim_start();
        let Some(name) = code
            .strip_prefix("def ")
            .and_then(|rest| rest.split('(').next())
        else {
            continue;
        };
        if line == code {
            around = name;
        }
        if line == code && name.starts_with("test") {
            names.push(name.to_owned());
        } else if name.starts_with("test_roundtrip") {
            names.push(format!("{around}.{name}"));
        }
    }
    let listed: Vec<&str> = SCENARIOS.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, listed);
    for (name, place) in SCENARIOS {
        if let Ok(file) = place {
            let path = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("tests")
                .join(file);
            let source = std::fs::read_to_string(path)?;
            let item = format!("\nfn {name}() {{");
            assert!(source.contains(&item), "no {name} in {file}");
        }
    }
    Ok(())
}
