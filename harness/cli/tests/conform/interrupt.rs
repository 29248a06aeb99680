//! An interrupt ends a run early, keeps what ran, and leaves no process behind.
#![cfg(target_os = "linux")]

use crate::fixture::{COMPONENT, Fixture, PASSES, program};
use component_reports::run::read;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The processes that `parent` started.
fn children(parent: u32) -> Vec<u32> {
    let tasks = fs::read_dir(format!("/proc/{parent}/task")).expect("it runs");
    let children = tasks.flat_map(|task| {
        let path = task.expect("a task").path().join("children");
        let text = fs::read_to_string(path).unwrap_or_default();
        let ids = text.split_whitespace().map(str::parse);
        ids.collect::<Result<Vec<u32>, _>>().expect("ids")
    });
    children.collect()
}

fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(30), "{what}");
        sleep(Duration::from_millis(20));
    }
}

#[test]
fn an_interrupt_leaves_a_valid_record_and_no_worker() {
    // The longer file runs first; the other one has a directive that never ends.
    let spins = format!("{COMPONENT}(invoke \"spin\")\n(invoke \"seven\")\n");
    let passes = format!("{PASSES}{}", ";; long\n".repeat(100));
    let fixture = Fixture::new(&[("a.wast", &passes), ("b.wast", &spins)]);
    let path = fixture.path("run.jsonl");
    let mut run = Command::new(program())
        .args(["run", "--suite", &fixture.suite(), "--jobs", "1"])
        .args(["--timeout", "3", "--record"])
        .arg(&path)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut out = BufReader::new(run.stdout.take().expect("a pipe")).lines();
    let first = out.next().expect("a line").expect("UTF-8");
    assert_eq!(first, "ok   fixture/a.wast on wasmtime: 2 pass");
    let workers = children(run.id());
    assert!(!workers.is_empty());
    // The worker is in the directive that never ends by now, or soon.
    sleep(Duration::from_millis(500));
    assert!(!path.exists());
    let interrupted = Command::new("kill")
        .args(["-INT", &run.id().to_string()])
        .status();
    assert!(interrupted.expect("kill starts").success());

    let rest: Vec<String> = out.map(|line| line.expect("UTF-8")).collect();
    let status = run.wait().expect("it ends");
    assert_eq!(status.code(), Some(1), "{rest:?}");
    assert_eq!(
        rest.last().map(String::as_str),
        Some("stopped before the end")
    );
    for worker in workers {
        let process = format!("/proc/{worker}");
        wait_until("the worker is gone", || !Path::new(&process).exists());
    }
    let run = read(&path).expect("a run record");
    assert!(run.footer.is_some() && !run.complete());
    assert_eq!(run.records.len(), 2, "those of the file that had ended");
}
