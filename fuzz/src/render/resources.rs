//! A case about handles as a script.

mod code;
mod errors;

use super::memory::traced;
use super::{Rendered, Step};
use crate::resources::{Case, Kind, Operation, SLOTS};
use code::code;
use errors::{ERROR_EXPORTS, ERROR_IMPORTS, errors, read};
use std::fmt::Write;

const KINDS: [(Kind, &str); 2] = [(Kind::Loud, "loud"), (Kind::Quiet, "quiet")];

/// The guests that have a trace.
fn guests(case: &Case) -> impl Iterator<Item = &'static str> {
    let witness = case.calls_back().then_some("witness");
    ["owner", "other", "user"].into_iter().chain(witness)
}

/// What the index of a handle is added to, to be the representation of a resource that
/// holds it; and the same for the other type.
const HOLDS: [u32; 2] = [1 << 16, 1 << 20];

/// The script of a case.
#[must_use]
pub fn render(case: &Case) -> Rendered {
    let mut text = format!("(component definition $Case\n{})\n", component(case));
    let mut steps = vec![Step::Define, Step::Instantiate];
    text += "(component instance $I $Case)\n";
    for number in 0..case.operations.len() {
        let _ = writeln!(text, "(invoke $I \"step-{number}\")");
        steps.push(Step::Call(number));
        for (index, guest) in guests(case).enumerate() {
            let _ = writeln!(text, "(invoke $I \"trace-{guest}\")");
            steps.push(Step::Trace(index));
        }
    }
    Rendered {
        text,
        steps,
        marks: match case.is_async() {
            true => vec!["async"],
            false => Vec::new(),
        },
        flaws: Vec::new(),
        twins: Vec::new(),
    }
}

fn component(case: &Case) -> String {
    let mut text = String::new();
    let mut with = "";
    if case.calls_back() {
        let _ = writeln!(
            text,
            "(component $Witness\n{}(core module $Main \
             (import \"trace\" \"note\" (func $note (param i64)))\n\
             (func (export \"hear\") (param i32) {}))\n\
             (core instance $main (instantiate $Main (with \"trace\" (instance $trace))))\n\
             (func (export \"hear\") (param \"n\" u32) (canon lift (core func $main \"hear\"))))\n\
             (instance $witness (instantiate $Witness))",
            traced(),
            noted(30)
        );
        with = " (with \"hear\" (func $witness \"hear\"))";
    }
    let _ = writeln!(
        text,
        "(component $Owner\n{})\n(instance $owner (instantiate $Owner{with}))",
        owner(case)
    );
    for (_, kind) in KINDS {
        let _ = writeln!(text, "(alias export $owner \"{kind}\" (type ${kind}))");
    }
    let types: String = KINDS
        .iter()
        .map(|(_, kind)| format!(" (with \"{kind}\" (type ${kind}))"))
        .collect();
    let _ = writeln!(
        text,
        "(component $Other\n{})\n(instance $other (instantiate $Other (with \"owner\" (instance $owner)){types}))",
        other(case)
    );
    let _ = writeln!(
        text,
        "(component $User\n{})\n(instance $user (instantiate $User (with \"owner\" (instance $owner)) \
         (with \"other\" (instance $other)){types}))",
        user(case)
    );
    for number in 0..case.operations.len() {
        let _ = writeln!(
            text,
            "(export \"step-{number}\" (func $user \"step-{number}\"))"
        );
    }
    for guest in guests(case) {
        let _ = writeln!(text, "(export \"trace-{guest}\" (func ${guest} \"trace\"))");
    }
    text
}

/// A core function that notes what number of event it is, and its parameter.
fn noted(event: u32) -> String {
    format!("(call $note (i64.const {event})) (call $note (i64.extend_i32_u (local.get 0)))")
}

/// `$Destructor`: a module whose function a destructor is, and an instance of it. If it
/// calls back, it calls the witness, and drops a handle by a function that it finds in
/// its table.
fn destructor(calls_back: bool) -> String {
    let (mut before, mut imports, mut with, mut code) =
        (String::new(), String::new(), String::new(), noted(1));
    if calls_back {
        before = "(import \"hear\" (func $hear (param \"n\" u32)))\n\
                  (core func $lowered-hear (canon lower (func $hear)))\n"
            .to_owned();
        let [loud, quiet] = HOLDS;
        imports = "(import \"\" \"hear\" (func $hear (param i32)))\n\
                   (table $drops (export \"drops\") 2 funcref)\n\
                   (type $drop (func (param i32)))\n"
            .to_owned();
        with = "(with \"\" (instance (export \"hear\" (func $lowered-hear))))".to_owned();
        let _ = write!(
            code,
            "(call $hear (local.get 0))\n\
             (if (i32.ge_u (local.get 0) (i32.const {quiet}))\n\
             (then (call_indirect $drops (type $drop) \
             (i32.sub (local.get 0) (i32.const {quiet})) (i32.const 1)))\n\
             (else (if (i32.ge_u (local.get 0) (i32.const {loud}))\n\
             (then (call_indirect $drops (type $drop) \
             (i32.sub (local.get 0) (i32.const {loud})) (i32.const 0))))))"
        );
    }
    format!(
        "{before}(core module $Destructor (import \"trace\" \"note\" (func $note (param i64)))\n\
         {imports}(func (export \"destroy\") (param i32) {code}))\n\
         (core instance $destructor (instantiate $Destructor (with \"trace\" (instance $trace)) {with}))\n"
    )
}

/// What gives the destructor the functions that it drops handles by.
const DROPS: &str = "(core module $Fill (import \"\" \"drops\" (table 2 funcref))\n\
     (import \"\" \"loud\" (func $loud (param i32))) (import \"\" \"quiet\" (func $quiet (param i32)))\n\
     (elem (i32.const 0) func $loud $quiet))\n\
     (core instance (instantiate $Fill (with \"\" (instance\n\
     (export \"drops\" (table $destructor \"drops\"))\n\
     (export \"loud\" (func $drop-loud)) (export \"quiet\" (func $drop-quiet))))))\n";

/// The owner of both resource types.
fn owner(case: &Case) -> String {
    let is_async = case.is_async();
    let mut text = traced() + &destructor(case.calls_back());
    let _ = writeln!(
        text,
        "(type $loud' (resource (rep i32) (dtor (core func $destructor \"destroy\"))))\n\
         (type $quiet' (resource (rep i32)))"
    );
    let (mut imports, mut functions, mut with, mut lifted) =
        (String::new(), String::new(), String::new(), String::new());
    if is_async {
        text += "(core func $set-new (canon waitable-set.new))\n";
        imports += "(import \"\" \"set-new\" (func $set-new (result i32)))\n";
        with += "(export \"set-new\" (func $set-new))";
    }
    for ((_, kind), (_, other)) in KINDS.into_iter().zip(KINDS.into_iter().rev()) {
        let _ = writeln!(
            text,
            "(export ${kind} \"{kind}\" (type ${kind}'))\n\
             (core func $new-{kind} (canon resource.new ${kind}'))\n\
             (core func $drop-{kind} (canon resource.drop ${kind}'))\n\
             (core func $rep-{kind} (canon resource.rep ${kind}'))"
        );
        for (name, ty) in [
            ("new", "(param i32) (result i32)"),
            ("drop", "(param i32)"),
            ("rep", "(param i32) (result i32)"),
        ] {
            let _ = writeln!(
                imports,
                "(import \"\" \"{name}-{kind}\" (func ${name}-{kind} {ty}))"
            );
            let _ = write!(with, "(export \"{name}-{kind}\" (func ${name}-{kind}))");
        }
        let _ = writeln!(
            functions,
            "(func (export \"make-{kind}\") (result i32) (local i32)\n\
             (global.set $made (i32.add (global.get $made) (i32.const 1)))\n\
             (local.set 0 (call $new-{kind} (global.get $made)))\n{}\n(local.get 0))\n\
             (func (export \"see-{kind}\") (param i32) {})\n\
             (func (export \"take-{kind}\") (param i32) {}\n\
             (call $note (i64.extend_i32_u (call $rep-{kind} (local.get 0))))\n\
             (call $drop-{kind} (local.get 0)))\n\
             (func (export \"confuse-{kind}\") (param i32)\n\
             (call $note (i64.extend_i32_u (call $rep-{other} (local.get 0)))))",
            noted(2),
            noted(3),
            noted(4),
        );
        if case.calls_back() {
            let base = match kind {
                "loud" => HOLDS[0],
                _ => HOLDS[1],
            };
            let _ = writeln!(
                functions,
                "(func (export \"nest-{kind}\") (param i32) (result i32) {}\n\
                 (call $new-loud (i32.add (local.get 0) (i32.const {base}))))",
                noted(5)
            );
            let _ = writeln!(
                lifted,
                "(func (export \"nest-{kind}\") {} (canon lift (core func $main \"nest-{kind}\")))",
                nested(kind)
            );
        }
        if is_async {
            let _ = writeln!(
                functions,
                "(func (export \"puzzle-{kind}\")\n\
                 (call $note (i64.extend_i32_u (call $rep-{kind} (call $set-new)))))"
            );
            let _ = writeln!(
                lifted,
                "(func (export \"puzzle-{kind}\") (canon lift (core func $main \"puzzle-{kind}\")))"
            );
        }
        let _ = writeln!(
            lifted,
            "(func (export \"make-{kind}\") (result (own ${kind})) (canon lift (core func $main \"make-{kind}\")))\n\
             (func (export \"see-{kind}\") (param \"r\" (borrow ${kind})) (canon lift (core func $main \"see-{kind}\")))\n\
             (func (export \"take-{kind}\") (param \"r\" (own ${kind})) (canon lift (core func $main \"take-{kind}\")))\n\
             (func (export \"confuse-{kind}\") (param \"r\" (own ${kind})) (canon lift (core func $main \"confuse-{kind}\")))"
        );
    }
    if case.calls_back() {
        text += DROPS;
    }
    let _ = writeln!(
        text,
        "(core module $Main (import \"trace\" \"note\" (func $note (param i64)))\n{imports}\
         (global $made (mut i32) (i32.const 100))\n{functions})\n\
         (core instance $main (instantiate $Main (with \"trace\" (instance $trace)) \
         (with \"\" (instance {with}))))\n{lifted}"
    );
    text
}

/// The type of the function that has a resource hold another.
fn nested(kind: &str) -> String {
    format!("(param \"r\" (own ${kind})) (result (own $loud))")
}

/// Imports of both resource types and of the owner's functions.
fn owners_imports(case: &Case) -> String {
    let mut text = String::new();
    for (_, kind) in KINDS {
        let _ = writeln!(text, "(import \"{kind}\" (type ${kind} (sub resource)))");
    }
    text += "(import \"owner\" (instance $owner\n";
    for (_, kind) in KINDS {
        let _ = writeln!(
            text,
            "(export \"make-{kind}\" (func (result (own ${kind}))))\n\
             (export \"see-{kind}\" (func (param \"r\" (borrow ${kind}))))\n\
             (export \"take-{kind}\" (func (param \"r\" (own ${kind}))))\n\
             (export \"confuse-{kind}\" (func (param \"r\" (own ${kind}))))"
        );
        if case.calls_back() {
            let _ = writeln!(text, "(export \"nest-{kind}\" (func {}))", nested(kind));
        }
        if case.is_async() {
            let _ = writeln!(text, "(export \"puzzle-{kind}\" (func))");
        }
    }
    text + "))\n"
}

/// The functions of the third guest: name, core type, and the types in a component.
const OTHERS: [(&str, &str, &str); 8] = [
    ("drop", "(param i32)", "(param \"r\" (borrow $K))"),
    ("lend-on", "(param i32)", "(param \"r\" (borrow $K))"),
    ("keep", "(param i32)", "(param \"r\" (borrow $K))"),
    ("drop-twice", "(param i32)", "(param \"r\" (borrow $K))"),
    ("give", "(param i32)", "(param \"r\" (borrow $K))"),
    (
        "pass",
        "(param i32) (result i32)",
        "(param \"r\" (own $K)) (result (own $K))",
    ),
    ("leave", "(param i32)", "(param \"r\" (own $K))"),
    (
        "both",
        "(param i32 i32)",
        "(param \"r\" (borrow $K)) (param \"s\" (own $K))",
    ),
];

/// The guest that is lent handles.
fn other(case: &Case) -> String {
    let is_async = case.is_async();
    let mut text = owners_imports(case) + &traced();
    let (mut imports, mut with, mut functions, mut lifted) =
        (String::new(), String::new(), String::new(), String::new());
    if case.has_errors() {
        text += &errors();
        imports += ERROR_IMPORTS;
        with += ERROR_EXPORTS;
        let _ = writeln!(
            functions,
            "(func (export \"hear\") (param i32) {}\n{}\n(call $error-drop (local.get 0)))",
            noted(22),
            read("(local.get 0)")
        );
        lifted += "(func (export \"hear\") (param \"e\" error-context) \
                   (canon lift (core func $main \"hear\")))\n";
    }
    if is_async {
        text += "(core func $set-new (canon waitable-set.new))\n\
                 (core func $task-cancel (canon task.cancel))\n";
        imports += "(import \"\" \"set-new\" (func $set-new (result i32)))\n\
                    (import \"\" \"task-cancel\" (func $task-cancel))\n";
        with += "(export \"set-new\" (func $set-new))(export \"task-cancel\" (func $task-cancel))";
    }
    for (_, kind) in KINDS {
        let _ = writeln!(
            text,
            "(core func $drop-{kind} (canon resource.drop ${kind}))\n\
             (core func $see-{kind} (canon lower (func $owner \"see-{kind}\")))\n\
             (core func $take-{kind} (canon lower (func $owner \"take-{kind}\")))"
        );
        if is_async {
            // Until the call is cancelled, it waits for what is never ready.
            let _ = writeln!(
                functions,
                "(global $held-{kind} (mut i32) (i32.const 0))\n\
                 (func (export \"hold-{kind}\") (param i32) (result i32) {}\n\
                 (global.set $held-{kind} (local.get 0))\n\
                 (i32.or (i32.const 2) (i32.shl (call $set-new) (i32.const 4))))\n\
                 (func (export \"held-{kind}\") (param i32 i32 i32) (result i32) {}\n\
                 (call $drop-{kind} (global.get $held-{kind})) (call $task-cancel) (i32.const 0))",
                noted(20),
                noted(21),
            );
            let _ = writeln!(
                lifted,
                "(func (export \"hold-{kind}\") async (param \"r\" (borrow ${kind})) (canon lift \
                 (core func $main \"hold-{kind}\") async (callback (core func $main \"held-{kind}\"))))"
            );
        }
        for name in ["drop", "see", "take"] {
            let _ = writeln!(
                imports,
                "(import \"\" \"{name}-{kind}\" (func ${name}-{kind} (param i32)))"
            );
            let _ = write!(with, "(export \"{name}-{kind}\" (func ${name}-{kind}))");
        }
        let drop = format!("(call $drop-{kind} (local.get 0))");
        for (event, (name, core, component)) in OTHERS.iter().enumerate() {
            let body = match *name {
                "drop" => drop.clone(),
                "lend-on" => format!("(call $see-{kind} (local.get 0)) {drop}"),
                "keep" => String::new(),
                "drop-twice" => format!("{drop} {drop}"),
                "give" => format!("(call $take-{kind} (local.get 0))"),
                "pass" => "(local.get 0)".to_owned(),
                "leave" => format!("(global.set $kept-{kind} (local.get 0))"),
                _ => format!("{drop} (call $take-{kind} (local.get 1))"),
            };
            let _ = writeln!(
                functions,
                "(func (export \"{name}-{kind}\") {core} {} {body})",
                noted(event as u32 + 10)
            );
            let component = component.replace("$K", &format!("${kind}"));
            let _ = writeln!(
                lifted,
                "(func (export \"{name}-{kind}\") {component} (canon lift (core func $main \"{name}-{kind}\")))"
            );
        }
        let _ = writeln!(
            functions,
            "(global $kept-{kind} (mut i32) (i32.const 0))\n\
             (func (export \"fetch-{kind}\") (result i32) (global.get $kept-{kind}))"
        );
        let _ = writeln!(
            lifted,
            "(func (export \"fetch-{kind}\") (result (own ${kind})) (canon lift (core func $main \"fetch-{kind}\")))"
        );
    }
    let _ = writeln!(
        text,
        "(core module $Main (import \"trace\" \"note\" (func $note (param i64)))\n{imports}{functions})\n\
         (core instance $main (instantiate $Main (with \"trace\" (instance $trace)) \
         (with \"\" (instance {with}))))\n{lifted}"
    );
    text
}

/// The guest that has handles.
fn user(case: &Case) -> String {
    let mut text = owners_imports(case);
    text += "(import \"other\" (instance $other\n";
    for (_, kind) in KINDS {
        for (name, _, component) in OTHERS {
            let component = component.replace("$K", &format!("${kind}"));
            let _ = writeln!(text, "(export \"{name}-{kind}\" (func {component}))");
        }
        let _ = writeln!(
            text,
            "(export \"fetch-{kind}\" (func (result (own ${kind}))))"
        );
        if case.is_async() {
            let _ = writeln!(
                text,
                "(export \"hold-{kind}\" (func async (param \"r\" (borrow ${kind}))))"
            );
        }
    }
    if case.has_errors() {
        text += "(export \"hear\" (func (param \"e\" error-context)))\n";
    }
    text += "))\n";
    text += &traced();
    let (mut imports, mut with) = (String::new(), String::new());
    if case.has_errors() {
        text += &errors();
        text += "(core func $hear (canon lower (func $other \"hear\")))\n";
        imports += ERROR_IMPORTS;
        imports += "(import \"\" \"hear\" (func $hear (param i32)))\n";
        with += ERROR_EXPORTS;
        with += "(export \"hear\" (func $hear))";
    }
    if case.is_async() {
        for (name, definition, ty) in [
            ("cancel", "subtask.cancel", "(param i32) (result i32)"),
            ("forget", "subtask.drop", "(param i32)"),
            ("set-new", "waitable-set.new", "(result i32)"),
        ] {
            let _ = writeln!(text, "(core func ${name} (canon {definition}))");
            let _ = writeln!(imports, "(import \"\" \"{name}\" (func ${name} {ty}))");
            let _ = write!(with, "(export \"{name}\" (func ${name}))");
        }
    }
    for (_, kind) in KINDS {
        let _ = writeln!(
            text,
            "(core func $drop-{kind} (canon resource.drop ${kind}))"
        );
        let mut functions = vec![("drop", "drop", "(param i32)")];
        for (name, core) in [
            ("make", "(result i32)"),
            ("see", "(param i32)"),
            ("take", "(param i32)"),
            ("confuse", "(param i32)"),
            ("puzzle", ""),
            ("nest", "(param i32) (result i32)"),
        ] {
            if name == "puzzle" && !case.is_async() || name == "nest" && !case.calls_back() {
                continue;
            }
            let _ = writeln!(
                text,
                "(core func ${name}-{kind} (canon lower (func $owner \"{name}-{kind}\")))"
            );
            functions.push((name, name, core));
        }
        if case.is_async() {
            let _ = writeln!(
                text,
                "(core func $hold-{kind} (canon lower (func $other \"hold-{kind}\") async \
                 (memory (core memory $trace \"memory\"))))"
            );
            functions.push(("hold", "hold", "(param i32) (result i32)"));
        }
        for (name, core) in OTHERS
            .iter()
            .map(|(name, core, _)| (*name, *core))
            .chain([("fetch", "(result i32)")])
        {
            let _ = writeln!(
                text,
                "(core func $other-{name}-{kind} (canon lower (func $other \"{name}-{kind}\")))"
            );
            let _ = writeln!(
                imports,
                "(import \"\" \"other-{name}-{kind}\" (func $other-{name}-{kind} {core}))"
            );
            let _ = write!(
                with,
                "(export \"other-{name}-{kind}\" (func $other-{name}-{kind}))"
            );
        }
        for (name, _, core) in functions {
            let _ = writeln!(
                imports,
                "(import \"\" \"{name}-{kind}\" (func ${name}-{kind} {core}))"
            );
            let _ = write!(with, "(export \"{name}-{kind}\" (func ${name}-{kind}))");
        }
    }
    let mut functions = String::new();
    for slot in 0..SLOTS {
        let _ = writeln!(functions, "(global $h{slot} (mut i32) (i32.const 0))");
    }
    let mut lifted = String::new();
    for (number, operation) in case.operations.iter().enumerate() {
        let _ = writeln!(
            functions,
            "(func (export \"step-{number}\") (local $state i32) (call $note (i64.const {}))\n{})",
            number + 1000,
            code(*operation)
        );
        let effect = match operation {
            Operation::LendWhile(..) => "async ",
            _ => "",
        };
        let _ = writeln!(
            lifted,
            "(func (export \"step-{number}\") {effect}(canon lift (core func $main \"step-{number}\")))"
        );
    }
    let _ = writeln!(
        text,
        "(core module $Main (import \"trace\" \"note\" (func $note (param i64)))\n{imports}{functions})\n\
         (core instance $main (instantiate $Main (with \"trace\" (instance $trace)) \
         (with \"\" (instance {with}))))\n{lifted}"
    );
    text
}
