//! Each unexpected directive comes with a command that shows it again.

use crate::fixture::{COMPONENT, FAILS, Fixture, program, ran};
use assert_cmd::Command;

/// What the command of a report begins with, from a checkout.
const CARGO: &str = "cargo run --release -- ";

/// The ids and the commands of a report.
fn shown(report: &str) -> Vec<(String, String)> {
    let ids = report.lines().filter_map(|line| {
        let (id, _) = line.strip_prefix("error: ")?.split_once(" on wasmtime: ")?;
        Some(id.to_owned())
    });
    let commands = report.lines().filter_map(|line| {
        let (_, command) = line.split_once("= reproduce: ")?;
        Some(command.to_owned())
    });
    let (ids, commands): (Vec<_>, Vec<_>) = (ids.collect(), commands.collect());
    assert_eq!(ids.len(), commands.len(), "{report}");
    ids.into_iter().zip(commands).collect()
}

#[test]
fn the_command_shows_the_directive_again() {
    let calls = "(assert_return (invoke \"seven\") (u32.const 1))\n(invoke \"spin\")\n";
    let fixture = Fixture::new(&[
        ("component.wast", &format!("{COMPONENT}{calls}")),
        ("it's a `file` of $HOME.wast", FAILS),
        ("no script.wast", "(module"),
        ("xpass ü.wast", "(module)"),
    ]);
    #[cfg(unix)]
    fixture.write("suite/a\n\u{1b}[2J\u{202e}\\.wast", FAILS);
    fixture.expect(
        "[[expect]]\nsuite = \"fixture\"\nstatus = \"fail\"\nreason = \"r\"\n\
         directives = [\"xpass ü.wast:1\"]\n",
    );
    let report = ran(fixture.run().args(["--timeout", "2", "--jobs", "2"]));
    let all = shown(&report.out);
    assert_eq!(all.len(), if cfg!(unix) { 6 } else { 5 }, "{report:?}");
    for (id, command) in all {
        let arguments = command.strip_prefix(CARGO).expect("a command of Cargo");
        let again = ran(Command::new("bash")
            .args(["-c", &format!("\"$0\" {arguments}")])
            .arg(program()));
        assert_eq!(again.code, Some(1), "{command}: {again:?}");
        assert_eq!(shown(&again.out), [(id, command)]);
    }
}
