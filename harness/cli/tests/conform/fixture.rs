//! Suites in temporary folders, and the program to run on them.

use assert_cmd::Command;
use component_harness::expectations::Key;
use component_harness::script::Script;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A component with an export for most of what can happen.
pub(crate) const COMPONENT: &str = r#"(component
  (core module $m
    (func (export "seven") (result i32) (i32.const 7))
    (func (export "boom") (unreachable))
    (func (export "spin") (loop $again (br $again))))
  (core instance $i (instantiate $m))
  (func (export "seven") (result u32) (canon lift (core func $i "seven")))
  (func (export "boom") (canon lift (core func $i "boom")))
  (func (export "spin") (canon lift (core func $i "spin"))))
"#;

/// What passes, and needs no component.
pub(crate) const PASSES: &str = r#"(module
  (func (export "seven") (result i32) (i32.const 7)))
(assert_return (invoke "seven") (i32.const 7))
"#;

/// What fails on its last line, the third.
pub(crate) const FAILS: &str = r#"(module
  (func (export "seven") (result i32) (i32.const 7)))
(assert_return (invoke "seven") (i32.const 8))
"#;

/// A suite named `fixture` and a folder of expectations, both temporary.
pub(crate) struct Fixture {
    folder: TempDir,
    /// What the runs are kept in.
    pub(crate) store: TempDir,
}

impl Fixture {
    pub(crate) fn new(files: &[(&str, &str)]) -> Fixture {
        let folder = || tempfile::tempdir().expect("a temporary folder");
        let fixture = Fixture {
            folder: folder(),
            store: folder(),
        };
        for name in ["suite", "expectations"] {
            fs::create_dir(fixture.path(name)).expect("a folder");
        }
        for (name, text) in files {
            fixture.write(&format!("suite/{name}"), text);
        }
        fixture
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(path), bytes).expect("a file");
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).expect("a file of text")
    }

    /// The argument of `--suite`.
    pub(crate) fn suite(&self) -> String {
        format!("fixture={}", self.path("suite").display())
    }

    /// Writes the expectations of `wasmtime`, with `FILE:LINE` in place of each
    /// directive's key.
    pub(crate) fn expect(&self, text: &str) {
        let mut keyed = text.to_owned();
        for entry in fs::read_dir(self.path("suite")).expect("a folder") {
            let name = entry.expect("an entry").file_name();
            let name = name.to_str().expect("a name in UTF-8");
            let script = fs::read(self.path("suite").join(name)).expect("a file");
            let Ok(script) = Script::parse(&script) else {
                continue;
            };
            for directive in script.all_directives() {
                let key = Key::of(name, directive).show(directive.line);
                let place = format!("\"{name}:{}\"", directive.line);
                keyed = keyed.replace(&place, &format!("\"{key}\""));
            }
        }
        self.write("expectations/wasmtime.toml", keyed);
    }

    /// `conform run` on the suite, with the expectations of the fixture.
    pub(crate) fn run(&self) -> Command {
        let mut command = conform(&["run", "--suite", &self.suite()]);
        command.arg("--expectations").arg(self.path("expectations"));
        command.env("CONFORM_STORE", self.store.path());
        command
    }

    /// `text` with the folder of the fixture as `[FOLDER]`.
    pub(crate) fn without_folder(&self, text: &str) -> String {
        text.replace(&self.folder.path().display().to_string(), "[FOLDER]")
    }
}

pub(crate) fn conform(arguments: &[&str]) -> Command {
    let mut command = Command::new(program());
    command.args(arguments);
    command.env("CONFORM_STORE", env!("CARGO_TARGET_TMPDIR"));
    for variable in ["CLICOLOR_FORCE", "COLUMNS", "RUST_BACKTRACE"] {
        command.env_remove(variable);
    }
    command
}

pub(crate) fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_conform"))
}

/// What a command wrote and its exit code.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs to the end. Nobody ever sees a panic or a backtrace.
pub(crate) fn ran(command: &mut Command) -> Ran {
    let output = command.output().expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    let ran = Ran {
        code: output.status.code(),
        out: text(output.stdout),
        err: text(output.stderr),
    };
    for hint in ["panicked", "RUST_BACKTRACE", "stack backtrace"] {
        assert!(!ran.err.contains(hint), "{ran:?}");
    }
    ran
}
