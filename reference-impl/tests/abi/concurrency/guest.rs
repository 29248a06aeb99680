//! Components around one core module that has the built-ins at hand.

use std::fmt::Write as _;

/// What every guest imports of the host.
const HOST: &str = r#"
    (import "expect" (func $expect (param "got" u32) (param "wanted" u32)))
    (import "set" (func $set (param "flag" u32)))
    (import "is-set" (func $is-set (param "flag" u32) (result bool)))
    (import "await" (func $await async (param "flag" u32)))"#;

/// The built-ins, one a line: the name, the `canon` definition, and the type of the
/// core function. The name of what blocks ends with `-sync`.
const BUILTINS: &str = include_str!("builtins.txt");

/// Core functions that every guest has.
const PRELUDE: &str = r#"
    (func $subtask (param $packed i32) (param $state i32) (result i32)
        (call $expect (i32.and (local.get $packed) (i32.const 0xf)) (local.get $state))
        (i32.shr_u (local.get $packed) (i32.const 4)))
    (func $wait-on (param $set i32) (result i32)
        (i32.or (i32.const 2) (i32.shl (local.get $set) (i32.const 4))))
    (func $readable (param $ends i64) (result i32)
        (i32.wrap_i64 (local.get $ends)))
    (func $writable (param $ends i64) (result i32)
        (i32.wrap_i64 (i64.shr_u (local.get $ends) (i64.const 32))))
    (func $event (param $index i32) (param $payload i32)
        (call $expect (i32.load (i32.const 0xff0)) (local.get $index))
        (call $expect (i32.load (i32.const 0xff4)) (local.get $payload)))
    (func $wait (param $set i32) (param $event i32) (param $index i32) (param $payload i32)
        (call $expect
            (call $waitable-set.wait (local.get $set) (i32.const 0xff0))
            (local.get $event))
        (call $event (local.get $index) (local.get $payload)))
    (func $poll (param $set i32) (param $event i32) (param $index i32) (param $payload i32)
        (call $expect
            (call $waitable-set.poll (local.get $set) (i32.const 0xff0))
            (local.get $event))
        (call $event (local.get $index) (local.get $payload)))"#;

/// The words that stand for numbers in core code. `COMPLETED+4` is the payload of a
/// copy of four elements.
const WORDS: &[(&str, i64)] = &[
    ("STARTING", 0),
    ("STARTED", 1),
    ("RETURNED", 2),
    ("CANCELLED_BEFORE_STARTED", 3),
    ("CANCELLED_BEFORE_RETURNED", 4),
    ("NONE", 0),
    ("SUBTASK", 1),
    ("STREAM_READ", 2),
    ("STREAM_WRITE", 3),
    ("FUTURE_READ", 4),
    ("FUTURE_WRITE", 5),
    ("TASK_CANCELLED", 6),
    ("BLOCKED", -1),
    ("COMPLETED", 0),
    ("DROPPED", 1),
    ("CANCELLED", 2),
    ("EXIT", 0),
    ("YIELD", 1),
    ("WAIT", 2),
];

/// A component around one core module, with a memory, a table, and streams and
/// futures of one type. In core code the name of whatever it may call is `$name`.
#[derive(Clone, Debug)]
pub(super) struct Guest {
    element: String,
    imports: Vec<(String, String)>,
    definitions: Vec<(String, String, String)>,
    code: String,
    exports: Vec<(String, String)>,
}

impl Guest {
    /// Its streams and futures are of this type.
    pub(super) fn of(element: &str) -> Self {
        let guest = Guest {
            element: element.to_owned(),
            imports: Vec::new(),
            definitions: Vec::new(),
            code: String::new(),
            exports: Vec::new(),
        };
        BUILTINS.lines().fold(guest, |guest, line| {
            let mut columns = line.split('|').map(str::trim);
            let mut column = || columns.next().expect("there are three columns");
            guest.define(column(), column(), column())
        })
    }

    /// A `canon` definition, and the type of the core function.
    pub(super) fn define(mut self, name: &str, definition: &str, core_type: &str) -> Self {
        let definition = (name.to_owned(), definition.to_owned(), core_type.to_owned());
        self.definitions.push(definition);
        self
    }

    /// It calls the function of this name and type, asynchronously.
    pub(super) fn calls(self, name: &str, t: &str, core_type: &str) -> Self {
        self.lowers(name, t, "async", core_type)
    }

    /// It calls the function of this name and type, in the way of the options.
    pub(super) fn lowers(mut self, name: &str, t: &str, opts: &str, core_type: &str) -> Self {
        self.imports
            .push((name.to_owned(), format!("(func ${name} {t})")));
        let definition = format!("lower (func ${name}) {opts} (memory $memory)");
        self.define(name, &definition, core_type)
    }

    /// It exports a function of this name and type, in the way of the options. A
    /// callback is the core function `name-cb`.
    pub(super) fn offers(mut self, name: &str, t: &str, opts: &str) -> Self {
        let opts = match opts {
            "async callback" => format!(r#"async (callback (core func $i "{name}-cb"))"#),
            _ => opts.to_owned(),
        };
        let func = format!(
            r#"(func (export "{name}") {t} (canon lift (core func $i "{name}") {opts}
                (memory $memory)))"#
        );
        self.exports.push((name.to_owned(), func));
        self
    }

    /// What its core module consists of, beside imports.
    pub(super) fn code(mut self, code: &str) -> Self {
        self.code = numbered(code);
        self
    }

    /// The component and its instance.
    pub(super) fn instance(&self, name: &str, guests: &[(&str, &Guest)]) -> String {
        let Guest { element, code, .. } = self;
        let mut text = format!(
            r#"(component ${name} {HOST}
            (type $stream (stream {element}))
            (type $future (future {element}))
            (core type $start (func (param i32)))
            (core module $heap
                (memory (export "memory") 1)
                (table (export "table") 16 funcref))
            (core instance $heap (instantiate $heap))
            (alias core export $heap "memory" (core memory $memory))
            (alias core export $heap "table" (core table $table))"#
        );
        for (name, func) in &self.imports {
            push(&mut text, &format!(r#"(import "{name}" {func})"#));
        }
        let (mut core_imports, mut core_exports) = (String::new(), String::new());
        for (name, definition, t) in &self.definitions {
            push(
                &mut text,
                &format!("(core func ${name} (canon {definition}))"),
            );
            push(
                &mut core_imports,
                &format!(r#"(import "" "{name}" (func ${name} {t}))"#),
            );
            push(
                &mut core_exports,
                &format!(r#"(export "{name}" (func ${name}))"#),
            );
        }
        push(
            &mut text,
            &format!(
                r#"(core module $m
                    {core_imports}
                    (import "" "memory" (memory 1))
                    (import "" "table" (table $table 16 funcref))
                    {PRELUDE} {code})
                (core instance $i (instantiate $m (with "" (instance
                    {core_exports}
                    (export "memory" (memory $memory))
                    (export "table" (table $table))))))"#
            ),
        );
        for (_, func) in &self.exports {
            push(&mut text, func);
        }
        push(
            &mut text,
            &format!(")\n(instance ${name} (instantiate ${name}"),
        );
        for import in ["expect", "set", "is-set", "await"] {
            push(&mut text, &format!(r#"(with "{import}" (func ${import}))"#));
        }
        for (import, _) in &self.imports {
            let func = match offering(guests, import) {
                Some(other) => format!(r#"${other} "{import}""#),
                None => format!("${import}"),
            };
            push(&mut text, &format!(r#"(with "{import}" (func {func}))"#));
        }
        push(&mut text, "))");
        text
    }
}

/// What guests import that none of them offers, of streams and futures of `u8`.
pub(super) fn host_imports(guests: &[(&str, &Guest)]) -> String {
    let mut text = format!("{HOST} (type $stream (stream u8)) (type $future (future u8))\n");
    let imports = guests.iter().flat_map(|(_, guest)| &guest.imports);
    for (name, func) in imports.filter(|(name, _)| offering(guests, name).is_none()) {
        push(&mut text, &format!(r#"(import "{name}" {func})"#));
    }
    text
}

/// The guest that offers the function of this name.
fn offering<'g>(guests: &[(&'g str, &Guest)], name: &str) -> Option<&'g str> {
    let offers = |guest: &Guest| guest.exports.iter().any(|(export, _)| export == name);
    let mut offering = guests.iter().filter(|(_, guest)| offers(guest));
    offering.next().map(|(other, _)| *other)
}

fn push(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("a string takes what is written");
}

/// Puts numbers where the code has words.
fn numbered(code: &str) -> String {
    let mut numbered = String::new();
    for part in code.split_inclusive([' ', ')', '\n']) {
        let end = part.trim_end_matches([' ', ')', '\n']).len();
        let (word, rest) = part.split_at(end);
        let (name, progress) = word.split_once('+').unwrap_or((word, "0"));
        match WORDS.iter().find(|(known, _)| *known == name) {
            Some((_, number)) => {
                let progress: i64 = progress.parse().expect("progress is a number");
                numbered.push_str(&(number | progress << 4).to_string());
            }
            None => numbered.push_str(word),
        }
        numbered.push_str(rest);
    }
    numbered
}
