//! The four forms of a report on one suite that holds most of what can happen.

use crate::fixture::{Fixture, ran};

const SUITE: [(&str, &str); 7] = [
    ("blocked.wast", include_str!("suite/blocked.wast")),
    ("expected.wast", include_str!("suite/expected.wast")),
    ("fails.wast", include_str!("suite/fails.wast")),
    ("hostile.wast", HOSTILE),
    ("malformed.wast", include_str!("suite/malformed.wast")),
    ("timeout.wast", include_str!("suite/timeout.wast")),
    ("unsupported.wast", include_str!("suite/unsupported.wast")),
];

/// What a suite might hold to break a report or to command a terminal, raw and
/// escaped: U+009B is the one-character form of `ESC [`.
const HOSTILE: &str = "(module
\t(func (export \"<b>]]>|`x`\\1b[2J\u{202e}\u{9b}2J\") (result i32) (i32.const 1)))
(assert_return (invoke \"<b>]]>|`x`\\1b[2J\u{202e}\u{9b}2J\") (i32.const 2))
\t(assert_return (invoke \"<script>]]>|\\1b[2J\u{202e}\\0a::error::\"))
(assert_invalid (module (func (result i32))) \"</pre>]]>|`\\1b[2J\u{202e}\u{9b}\")
";

const EXPECTATIONS: &str = r#"
[[expect]]
suite = "fixture"
status = "fail"
reason = "seven is not eight </pre>]]>|"
link = "https://example.org/?a=1&b=2"
directives = ["expected.wast:3", "expected.wast:4"]

[[expect]]
suite = "fixture"
status = "fail"
directives = ["expected.wast:5"]

[[expect]]
suite = "fixture"
status = "timeout"
reason = "it is slow"
directives = ["expected.wast:6"]

[[expect]]
suite = "fixture"
status = "crash"
reason = "there is no such line any more"
directives = ["expected.wast:7@00000000"]
"#;

fn fixture() -> Fixture {
    let fixture = Fixture::new(&SUITE);
    fixture.expect(EXPECTATIONS);
    fixture
}

/// The report; it does not depend on what `arguments` and `variables` say.
fn report(fixture: &Fixture, arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let mut command = fixture.run();
    command.args(["--timeout", "2"]).args(arguments);
    let ran = ran(command.envs(variables.iter().copied()));
    assert_eq!(ran.code, Some(1), "{ran:?}");
    fixture.without_folder(&ran.out)
}

fn assert_snapshot(name: &str, report: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"\d+\.\d+\.\d+", "[VERSION]");
    settings.bind(|| insta::assert_snapshot!(name, report));
}

/// Whatever would move a cursor, change a colour or turn the text around.
fn is_command(c: char) -> bool {
    c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c)
}

#[test]
fn human() {
    let fixture = fixture();
    let plain = report(&fixture, &["--jobs", "1"], &[]);
    assert_snapshot("human", &plain);
    assert!(!plain.contains(is_command));

    let columns = [("COLUMNS", "40"), ("LINES", "10")];
    assert_eq!(report(&fixture, &["--jobs", "4"], &columns), plain);

    let coloured = report(&fixture, &[], &[("CLICOLOR_FORCE", "1")]);
    assert_ne!(coloured, plain);
    let stripped = anstream::adapter::strip_str(&coloured).to_string();
    assert_eq!(stripped, plain);
    // Each escape is one of colour.
    let mut escapes = coloured.split('\u{1b}').skip(1);
    assert!(escapes.all(|text| {
        let end = text.find(|c: char| !c.is_ascii_digit() && !"[;".contains(c));
        end.is_some_and(|end| text[end..].starts_with('m'))
    }));
}

#[test]
fn json() {
    let fixture = fixture();
    let json = report(&fixture, &["--format", "json", "--jobs", "1"], &[]);
    assert_snapshot("json", &json);
    let parallel = report(&fixture, &["--format", "json", "--jobs", "4"], &[]);
    assert_eq!(parallel, json);
}

#[test]
fn junit() {
    let report = report(&fixture(), &["--format", "junit"], &[]);
    assert_snapshot("junit", &report);
    assert!(!report.contains(is_command));
}

#[test]
fn github() {
    let report = report(&fixture(), &["--format", "github"], &[]);
    assert_snapshot("github", &report);
    assert!(!report.contains(is_command));
}

#[test]
fn long_texts_and_long_lists_are_cut() {
    let long = "x".repeat(1000);
    let calls = format!("(assert_return (invoke \"{long}\"))\n").repeat(12);
    let fixture = Fixture::new(&[("long.wast", &format!("(module)\n{calls}"))]);
    let human = report(&fixture, &[], &[]);
    assert_eq!(human.matches("\nerror: fixture/long.wast:").count(), 10);
    assert!(human.contains("x… (6"), "{human}");
    assert!(human.contains("\n2 more unexpected directives in fixture/long.wast on wasmtime\n"));
    assert!(human.lines().all(|line| line.chars().count() < 600));
}
