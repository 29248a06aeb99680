use super::*;

fn parse(text: &str) -> Script {
    Script::parse(text.as_bytes()).expect("the script parses")
}

#[test]
fn directives_know_their_text() {
    let script = parse("(module)\n\n(@note (x))\n (register \"a\") ;; ) (\n(module)");
    let texts: Vec<_> = script
        .directives
        .iter()
        .map(|d| &script.text[d.span.clone()])
        .collect();
    assert_eq!(texts, ["(module)", "(register \"a\")", "(module)"]);
    let lines: Vec<_> = script.directives.iter().map(|d| d.line).collect();
    assert_eq!(lines, [1, 4, 5]);
    let occurrences: Vec<_> = script.directives.iter().map(|d| d.occurrence).collect();
    assert_eq!(occurrences, [0, 0, 1]);
    assert_eq!(script.directives[0].hash, script.directives[2].hash);
}

#[test]
fn parentheses_in_strings_and_comments_are_no_lists() {
    let script =
        parse("(; (; ( ;) ;)\n(module $\"(\" (export \"\\\"(\" (func 0)) (func)) ;; (\n(module)");
    let spans: Vec<_> = script
        .directives
        .iter()
        .map(|d| (d.line, d.span.len()))
        .collect();
    assert_eq!(spans, [(2, 44), (3, 8)]);
}

#[test]
fn a_carriage_return_ends_a_comment() {
    let script = parse("(module) ;; (\r(module)\r\n(module)");
    let spans: Vec<_> = script
        .directives
        .iter()
        .map(|d| (d.line, d.span.start))
        .collect();
    assert_eq!(spans, [(1, 0), (1, 14), (2, 24)]);
}

#[test]
fn fields_without_a_module_are_one_directive() {
    let script = parse("(func) (memory 1)");
    assert_eq!(script.directives.len(), 1);
    assert_eq!(script.directives[0].span, 0..17);
}

#[test]
fn directives_of_a_thread_are_found_behind_its_shared_clause() {
    let script =
        parse("(module $M)\n(thread $T (shared (module $M))\n  (register \"m\" $M)\n  (module))");
    let all: Vec<_> = script
        .all_directives()
        .iter()
        .map(|d| (d.line, d.command.keyword()))
        .collect();
    assert_eq!(
        all,
        [(1, "module"), (2, "thread"), (3, "register"), (4, "module")]
    );
}

#[test]
fn directives_of_a_thread_within_a_thread_are_its_own() {
    let script = parse(
        "(module $M)\n(thread $T\n (thread $U (shared (module $M))\n  (module))\n (wait $U))",
    );
    let all: Vec<_> = script
        .all_directives()
        .iter()
        .map(|d| (d.line, &script.text[d.span.clone()]))
        .collect();
    assert_eq!(
        all[2..],
        [
            (3, "(thread $U (shared (module $M))\n  (module))"),
            (4, "(module)"),
            (5, "(wait $U)"),
        ]
    );
}

#[test]
fn a_text_that_does_not_encode_costs_itself() {
    let script = parse("(module (func $f (call $nowhere)))\n(module quote \"(func\")\n(module)");
    let broken = script.directives.iter().map(|d| match &d.command {
        Command::Module { source, .. } => source.binary.is_err(),
        other => panic!("{other:?}"),
    });
    assert_eq!(broken.collect::<Vec<_>>(), [true, true, false]);
}

#[test]
fn errors_name_line_and_column() {
    let error = Script::parse(b"(module)\n(assert_nothing)").expect_err("no such directive");
    assert_eq!((error.line, error.column), (2, 2));
    let error = Script::parse(b"(module)\n;; \xff").expect_err("no UTF-8");
    assert_eq!((error.line, error.column), (2, 4));
}
