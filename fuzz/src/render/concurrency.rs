//! A case about concurrency as a script.

mod builtins;
mod code;
mod core;

use super::memory::traced;
use super::{Rendered, Step};
use crate::concurrency::{Abi, Case, Element, Function, INSTANCES, Kind, Passed, What};
use std::fmt::Write;

/// How often the last call of each step yields, so that whatever can still run has run
/// before the traces are read.
const DRAINED: usize = 40;

/// The instances that have a trace.
const TRACED: [&str; 4] = ["owner", "callee-0", "callee-1", "caller"];

/// The script of a case.
#[must_use]
pub fn render(case: &Case) -> Rendered {
    let mut text = format!("(component definition $Case\n{})\n", component(case));
    let mut steps = vec![Step::Define, Step::Instantiate];
    text += "(component instance $I $Case)\n";
    for number in 0..case.caller.len() {
        let _ = writeln!(text, "(invoke $I \"f{number}\")");
        steps.push(Step::Call(number));
        let _ = writeln!(text, "(invoke $I \"drain\")");
        steps.push(Step::Drain);
        for (index, name) in TRACED.iter().enumerate() {
            let _ = writeln!(text, "(invoke $I \"trace-{name}\")");
            steps.push(Step::Trace(index));
        }
    }
    Rendered {
        text,
        steps,
        marks: marks(case),
        flaws: Vec::new(),
        twins: Vec::new(),
    }
}

/// What known defects hang on: `subtask-cancel` where a call is cancelled,
/// `future-joined` where an end of a future is put into a set, and
/// `stackful-beside-lock` where an instance has functions that need its lock and ones
/// that do not.
fn marks(case: &Case) -> Vec<&'static str> {
    let does = |what: fn(What) -> bool| {
        let functions = case.caller.iter().chain(&case.callee);
        let bodies = functions.map(|function| &function.body);
        let mut steps = bodies.chain(&case.threads).flatten();
        steps.any(|operation| what(operation.what))
    };
    let cancels = |what| matches!(what, What::Cancel(slot, _) if slot.kind == Kind::Subtask);
    let joins = |what| matches!(what, What::Join(slot, _) if slot.kind.is_future());
    let both = [&case.caller, &case.callee].into_iter().any(|functions| {
        let has = |abi| functions.iter().any(|function| function.abi == abi);
        has(Abi::Stackful) && (has(Abi::Blocking) || has(Abi::Callback))
    });
    let marks = [
        ("concurrency", true),
        ("subtask-cancel", does(cancels)),
        ("future-joined", does(joins)),
        ("stackful-beside-lock", both),
    ];
    let marks = marks.into_iter().filter(|(_, has)| *has);
    marks.map(|(mark, _)| mark).collect()
}

fn component(case: &Case) -> String {
    let mut text = format!(
        "(component $Owner\n{})\n(instance $owner (instantiate $Owner))\n\
         (alias export $owner \"thing\" (type $thing))\n",
        owner()
    );
    let with = "(with \"owner\" (instance $owner)) (with \"thing\" (type $thing))";
    let _ = writeln!(
        text,
        "(component $Callee\n{})",
        guest(case, &case.callee, "")
    );
    let mut callees = String::new();
    for i in 0..INSTANCES {
        let _ = writeln!(text, "(instance $callee-{i} (instantiate $Callee {with}))");
        let _ = write!(callees, " (with \"callee-{i}\" (instance $callee-{i}))");
    }
    let _ = writeln!(
        text,
        "(component $Caller\n{})\n(instance $caller (instantiate $Caller {with}{callees}))",
        guest(case, &case.caller, &imports(case))
    );
    for number in 0..case.caller.len() {
        let _ = writeln!(text, "(export \"f{number}\" (func $caller \"f{number}\"))");
    }
    text += "(export \"drain\" (func $owner \"drain\"))\n";
    for name in TRACED {
        let _ = writeln!(text, "(export \"trace-{name}\" (func ${name} \"trace\"))");
    }
    text
}

/// The component that has the resource, and that lets all others run.
fn owner() -> String {
    format!(
        "{}(core module $Destructor (import \"trace\" \"note\" (func $note (param i64)))\n\
         (func (export \"destroy\") (param i32) (call $note (i64.extend_i32_u (local.get 0)))))\n\
         (core instance $destructor (instantiate $Destructor (with \"trace\" (instance $trace))))\n\
         (type $thing' (resource (rep i32) (dtor (core func $destructor \"destroy\"))))\n\
         (export $thing \"thing\" (type $thing'))\n\
         (core func $new (canon resource.new $thing'))\n\
         (core func $yield (canon thread.yield))\n\
         (core func $return (canon task.return))\n\
         (core module $Main\n\
         (import \"\" \"new\" (func $new (param i32) (result i32)))\n\
         (import \"\" \"yield\" (func $yield (result i32)))\n\
         (import \"\" \"return\" (func $return))\n\
         (global $made (mut i32) (i32.const 100))\n\
         (func (export \"make\") (result i32)\n\
         (global.set $made (i32.add (global.get $made) (i32.const 1)))\n\
         (call $new (global.get $made)))\n\
         (func (export \"drain\") (local $left i32)\n\
         (local.set $left (i32.const {DRAINED}))\n\
         (loop $again (drop (call $yield))\n\
         (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))\n\
         (call $return)))\n\
         (core instance $main (instantiate $Main (with \"\" (instance\n\
         (export \"new\" (func $new)) (export \"yield\" (func $yield)) (export \"return\" (func $return))))))\n\
         (func (export \"make\") (result (own $thing)) (canon lift (core func $main \"make\")))\n\
         (func (export \"drain\") async (canon lift (core func $main \"drain\") async))\n",
        traced()
    )
}

/// The imports of the component that calls.
fn imports(case: &Case) -> String {
    let mut text = String::new();
    for instance in 0..INSTANCES {
        let _ = writeln!(
            text,
            "(import \"callee-{instance}\" (instance $callee-{instance}"
        );
        for (number, function) in case.callee.iter().enumerate() {
            let _ = writeln!(text, "(export \"f{number}\" (func {}))", ty(function));
        }
        text += "))\n";
    }
    text
}

/// The type of a function, within a component that has `$stream` and `$future`.
fn ty(function: &Function) -> String {
    let mut text = match function.abi.is_async_typed() {
        true => "async".to_owned(),
        false => String::new(),
    };
    if let Some(ty) = passed(function.takes) {
        let _ = write!(text, " (param \"p\" {ty})");
    }
    if let Some(ty) = passed(function.gives) {
        let _ = write!(text, " (result {ty})");
    }
    text
}

fn passed(passed: Passed) -> Option<&'static str> {
    match passed {
        Passed::Nothing => None,
        Passed::Number => Some("u32"),
        Passed::Text => Some("string"),
        Passed::Stream => Some("$stream"),
        Passed::Future => Some("$future"),
    }
}

fn element(element: Element) -> &'static str {
    match element {
        Element::None => "",
        Element::U8 => " u8",
        Element::U32 => " u32",
        Element::U64 => " u64",
        Element::String => " string",
        Element::Own => " (own $thing)",
        Element::Triple => " (tuple u8 u16 u8)",
    }
}

/// A component with functions; `calls` are imports of those that it calls.
fn guest(case: &Case, functions: &[Function], calls: &str) -> String {
    let mut text = String::from(
        "(import \"thing\" (type $thing (sub resource)))\n\
         (import \"owner\" (instance $owner (export \"make\" (func (result (own $thing))))))\n",
    );
    let _ = writeln!(
        text,
        "(type $stream (stream{}))\n(type $future (future{}))\n{calls}",
        element(case.stream),
        element(case.future)
    );
    text += &traced();
    text += &core::memory();
    let builtins = builtins::Builtins::new(case, !calls.is_empty());
    text += &builtins.definitions();
    let _ = writeln!(
        text,
        "(core module $Main\n{}{}{})\n\
         (core instance $main (instantiate $Main (with \"trace\" (instance $trace)) \
         (with \"memory\" (instance $memory)) (with \"table\" (instance $table)) \
         (with \"\" (instance\n{}))))",
        builtins.imports(),
        core::functions(case),
        code::functions(case, functions),
        builtins.exports(),
    );
    for (number, function) in functions.iter().enumerate() {
        let options = match function.abi {
            Abi::Sync | Abi::Blocking => String::new(),
            Abi::Stackful => " async".to_owned(),
            Abi::Callback => format!(" async (callback (core func $main \"f{number}-callback\"))"),
        };
        let _ = writeln!(
            text,
            "(func (export \"f{number}\") {} (canon lift (core func $main \"f{number}\") \
             {MEMORY}{options}))",
            ty(function)
        );
    }
    text
}

/// The canonical options of all that lift or lower.
const MEMORY: &str =
    "(memory (core memory $memory \"memory\")) (realloc (core func $memory \"realloc\"))";
