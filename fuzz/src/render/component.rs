//! The component of a case.

use super::asynchronous::{self, MAX_FLAT_ASYNC_PARAMS, MAX_FLAT_RETURNED};
use super::guest::{self, Arguments, Form, MAX_FLAT_PARAMS, PADS, Watch, returned_pad};
use super::image::{Image, Images};
use super::memory::{self, Data};
use super::watch;
use crate::case::host_types::host_types;
use crate::case::layout::Flat;
use crate::case::types::{Names, Type, tuple};
use crate::case::{Call, Case, From, Guest, Lift, Lower, Topology};
use component_harness::value::Value;
use std::fmt::Write;

/// The component of a case, and the values that its guests give.
pub(super) struct Component<'a> {
    case: &'a Case,
    names: Names,
    memories: Vec<Images>,
    /// One per call.
    images: Vec<Image>,
}

impl<'a> Component<'a> {
    pub(super) fn new(case: &'a Case) -> Self {
        let given = host_types();
        let given = match case.host {
            Some(_) => given.as_slice(),
            None => &[],
        };
        let images = |guest: &Guest| Images::new(guest.pointer, guest.encoding);
        let mut component = Component {
            case,
            names: Names::of(&case.ty, given),
            memories: case.guests.iter().map(images).collect(),
            images: Vec::new(),
        };
        for call in &case.calls {
            let image = component.image(call);
            component.images.push(image);
        }
        component
    }

    fn image(&mut self, call: &Call) -> Image {
        let (guest, types, values, most) = match call.from {
            From::Host => {
                return Image {
                    flat: Vec::new(),
                    sites: 0,
                    flawed: None,
                };
            }
            From::Argument(guest) => {
                let most = match self.case.lower(guest) {
                    Lower::Sync => MAX_FLAT_PARAMS,
                    Lower::Async => MAX_FLAT_ASYNC_PARAMS,
                };
                (guest, self.params(), self.arguments(call), most)
            }
            From::Result(guest) => {
                let most = match self.case.guests[guest].lift {
                    Lift::Sync => 1,
                    Lift::Callback | Lift::Stackful => MAX_FLAT_RETURNED,
                };
                (guest, vec![self.result()], vec![self.returned(call)], most)
            }
        };
        self.memories[guest].add(&types, &values, most, call.dirty, call.flaw)
    }

    fn params(&self) -> Vec<Type> {
        self.case.form.params(&self.case.ty)
    }

    fn result(&self) -> Type {
        self.case.form.result(&self.case.ty)
    }

    fn arguments(&self, call: &Call) -> Vec<Value> {
        let pads = self.params().len() - 1;
        let pads = (0..pads).map(pad);
        pads.chain([call.value.clone()]).collect()
    }

    /// What comes back where nothing is wrong.
    fn returned(&self, call: &Call) -> Value {
        match self.case.form {
            Form::Plain => call.value.clone(),
            Form::Spilled => {
                let last = self.case.guests.last();
                let pointer = last.map_or(Flat::I32, |guest| guest.pointer);
                let pad = pad(returned_pad(&self.case.ty, pointer));
                Value::Tuple(vec![pad, call.value.clone()])
            }
        }
    }

    /// What is wrong with each call, in a word.
    pub(super) fn flaws(&self) -> Vec<Option<&'static str>> {
        self.images.iter().map(|image| image.flawed).collect()
    }

    /// The exports that tell what each guest saw.
    pub(super) fn traces(&self) -> Vec<String> {
        let guests = 0..self.case.guests.len();
        let mut traces: Vec<String> = guests.map(|guest| format!("trace-{guest}")).collect();
        if self.case.topology == Topology::Twice {
            traces.push("trace-again".to_owned());
        }
        traces
    }

    pub(super) fn invocation(&self, number: usize, call: &Call) -> String {
        let again = self.case.topology == Topology::Twice && number % 2 == 1;
        let (name, arguments) = match call.from {
            From::Host if again => ("echo-again".to_owned(), self.arguments(call)),
            From::Host => ("echo".to_owned(), self.arguments(call)),
            From::Argument(_) => (format!("give-{number}"), Vec::new()),
            From::Result(_) => (format!("take-{number}"), Vec::new()),
        };
        let arguments: String = arguments.iter().map(|value| format!(" {value}")).collect();
        let invoke = format!("(invoke $I \"{name}\"{arguments})");
        match self.case.is_hostile(call) {
            true => invoke,
            false => format!("(assert_return {invoke} {})", self.returned(call)),
        }
    }

    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        if let Some(name) = &self.case.host {
            let signature = self.hosts_signature();
            let _ = write!(
                text,
                "(import \"host\" (instance $host\n{}(export \"echo-{name}\" (func {signature}))))\n",
                self.names.in_instance_type()
            );
            for name in self.names.iter() {
                let _ = writeln!(text, "(alias export $host \"{name}\" (type ${name}))");
            }
        } else {
            text += &self.names.exported();
        }
        let last = self.case.guests.len() - 1;
        let outer = match self.case.topology {
            Topology::Nested => 0,
            Topology::Siblings | Topology::Twice => last,
        };
        for guest in (0..=outer).rev() {
            text += &self.instance(guest);
        }
        let within = |guest: usize| guest.min(outer);
        for (guest, name) in self.exports() {
            let _ = writeln!(
                text,
                "(export \"{name}\" (func $g{} \"{name}\") (func {}))",
                within(guest),
                self.exported(&name)
            );
        }
        for guest in 0..=last {
            let _ = writeln!(
                text,
                "(export \"trace-{guest}\" (func $g{} \"trace-{guest}\"))",
                within(guest)
            );
        }
        if self.case.topology == Topology::Twice {
            let _ = writeln!(
                text,
                "(instance $again (instantiate $G0{}))\n\
                 (export \"echo-again\" (func $again \"echo\") (func {}))\n\
                 (export \"trace-again\" (func $again \"trace-0\"))",
                self.with(0),
                self.signature()
            );
        }
        text
    }

    /// A guest's component and an instance of it.
    fn instance(&self, guest: usize) -> String {
        format!(
            "(component $G{guest}\n{})\n(instance $g{guest} (instantiate $G{guest}{}))\n",
            self.guest(guest),
            self.with(guest)
        )
    }

    /// What a guest is given of types and of whom it calls.
    fn with(&self, guest: usize) -> String {
        let mut with: String = self
            .names
            .iter()
            .map(|name| format!(" (with \"{name}\" (type ${name}))"))
            .collect();
        let last = guest + 1 == self.case.guests.len();
        match &self.case.host {
            Some(name) if last => {
                let _ = write!(with, " (with \"echo\" (func $host \"echo-{name}\"))");
            }
            _ if last || self.case.topology == Topology::Nested => {}
            _ => {
                for name in self.called(guest) {
                    let _ = write!(with, " (with \"{name}\" (func $g{} \"{name}\"))", guest + 1);
                }
            }
        }
        with
    }

    /// The functions that the host calls, and whose they are.
    fn exports(&self) -> Vec<(usize, String)> {
        let mut exports = vec![(0, "echo".to_owned())];
        for (number, call) in self.case.calls.iter().enumerate() {
            match call.from {
                From::Host => {}
                From::Argument(guest) => exports.push((guest, format!("give-{number}"))),
                From::Result(_) => exports.push((0, format!("take-{number}"))),
            }
        }
        exports
    }

    /// The functions that a guest calls.
    fn called(&self, guest: usize) -> Vec<String> {
        let mut called = Vec::new();
        if guest + 1 < self.case.guests.len() || self.case.host.is_some() {
            called.push("echo".to_owned());
        }
        for (number, call) in self.case.calls.iter().enumerate() {
            if matches!(call.from, From::Result(from) if from > guest) {
                called.push(format!("take-{number}"));
            }
        }
        called
    }

    /// The type of a guest's function.
    fn exported(&self, name: &str) -> String {
        match name {
            "echo" => self.signature(),
            _ => format!(
                "{}(result {})",
                self.effect(),
                self.names.text(&self.result())
            ),
        }
    }

    fn throws(&self) -> bool {
        self.case.guests.iter().any(|guest| guest.throws)
    }

    fn effect(&self) -> &'static str {
        match self.case.is_async() {
            true => "async ",
            false => "",
        }
    }

    /// The type of the function that gives a value back.
    fn signature(&self) -> String {
        format!("{}{}", self.effect(), self.hosts_signature())
    }

    /// The same as the host has it.
    fn hosts_signature(&self) -> String {
        let value = self.names.text(&self.case.ty);
        match self.case.form {
            Form::Plain => format!("(param \"v\" {value}) (result {value})"),
            Form::Spilled => {
                let pads: String = (0..PADS)
                    .map(|i| format!("(param \"pad{i}\" u8) "))
                    .collect();
                format!("{pads}(param \"v\" {value}) (result (tuple u8 {value}))")
            }
        }
    }

    /// The body of a guest's component.
    fn guest(&self, index: usize) -> String {
        let guest = &self.case.guests[index];
        let last = index + 1 == self.case.guests.len();
        let nested = self.case.topology == Topology::Nested && !last;
        let mut text = self.names.imported();
        let encoded = format!(" (memory $own) string-encoding={}", guest.encoding.option());
        let options = format!("{encoded} (realloc (core func $memory \"realloc\"))");
        if nested {
            text += &self.instance(index + 1);
        }
        let called = self.called(index);
        for name in &called {
            let _ = match name.as_str() {
                _ if nested => writeln!(
                    text,
                    "(alias export $g{} \"{name}\" (func ${name}))",
                    index + 1
                ),
                "echo" if last => {
                    writeln!(
                        text,
                        "(import \"echo\" (func $echo {}))",
                        self.hosts_signature()
                    )
                }
                _ => writeln!(
                    text,
                    "(import \"{name}\" (func ${name} {}))",
                    self.exported(name)
                ),
            };
        }
        text += &memory::trace();
        text += "(core instance $trace (instantiate $Trace))\n";
        let data = Data(self.memories[index].bytes());
        text += &memory::memory(guest.pointer, data, &guest.quirks, true);
        let (leaving, with) = memory::leaving(&guest.quirks);
        let _ = writeln!(
            text,
            "{leaving}(core instance $memory (instantiate $Memory (with \"trace\" (instance $trace)) {with}))\n\
             (alias core export $memory \"memory\" (core memory $own))\n\
             (alias core export $trace \"memory\" (core memory $traced))"
        );
        let lower = match self.case.lower(index) {
            Lower::Sync => "",
            Lower::Async => " async",
        };
        for name in &called {
            let _ = writeln!(
                text,
                "(core func $lowered-{name} (canon lower (func ${name}){lower}{options}))"
            );
        }
        let functions = self.functions(index);
        text += &self.module(index, &called, &functions);
        let mut callees: String = called
            .iter()
            .map(|name| format!("(export \"{name}\" (func $lowered-{name}))"))
            .collect();
        if self.case.lower(index) == Lower::Async && !called.is_empty() {
            for (name, option) in asynchronous::AWAITING {
                let option = option.replace("$MEMORY", "(memory $own)");
                let _ = writeln!(text, "(core func ${name} (canon {name}{option}))");
                let _ = write!(callees, "(export \"{name}\" (func ${name}))");
            }
        }
        if guest.lift != Lift::Sync {
            let _ = writeln!(
                text,
                "(core func $task-return (canon task.return (result {}){encoded}))",
                self.names.text(&self.result())
            );
            callees += "(export \"task-return\" (func $task-return))";
        }
        let _ = writeln!(
            text,
            "(core instance $main (instantiate $Main (with \"trace\" (instance $trace)) \
             (with \"memory\" (instance $memory)) (with \"callee\" (instance {callees}))))"
        );
        let lift = match (guest.lift, guest.post_return) {
            (Lift::Sync, false) => "",
            (Lift::Sync, true) => " (post-return (core func $main \"post-return\"))",
            (Lift::Callback, _) => " async (callback (core func $main \"callback\"))",
            (Lift::Stackful, _) => " async",
        };
        for (name, _) in &functions {
            let _ = writeln!(
                text,
                "(func (export \"{name}\") {} \
                 (canon lift (core func $main \"{name}\"){lift}{options}))",
                self.exported(name)
            );
        }
        let _ = writeln!(
            text,
            "(func (export \"trace-{index}\") (result (list u64)) \
             (canon lift (core func $trace \"read\") (memory $traced)))"
        );
        if nested {
            text += &self.given_on(index);
        }
        text
    }

    /// The exports of what is deeper within a guest than the functions that it calls.
    fn given_on(&self, index: usize) -> String {
        let inner = index + 1;
        let deeper = self
            .exports()
            .into_iter()
            .filter(|(guest, _)| *guest > index);
        let names = deeper.map(|(_, name)| name);
        let traces = (inner..self.case.guests.len()).map(|guest| format!("trace-{guest}"));
        names
            .chain(traces)
            .map(|name| format!("(export \"{name}\" (func $g{inner} \"{name}\"))\n"))
            .collect()
    }

    /// The core functions of a guest, by name.
    fn functions(&self, index: usize) -> Vec<(String, String)> {
        let guest = &self.case.guests[index];
        let (pointer, lift) = (guest.pointer, guest.lift);
        let last = index + 1 == self.case.guests.len();
        let (params, result) = (self.params(), self.result());
        let call =
            |arguments: &Arguments, params: &[Type], callee: &str| match self.case.lower(index) {
                Lower::Sync => guest::call(arguments, &result, pointer, callee, Watch::On),
                Lower::Async => asynchronous::call(arguments, params, &result, pointer, callee),
            };
        let callee = |name: &str| match self.throws() {
            true => format!("$caught-{name}"),
            false => format!("${name}"),
        };
        let thrown = match guest.throws {
            true => "\nthrow $thrown",
            false => "",
        };
        let lifted = |name: String, params: &[Type], function: &str| {
            let function = &format!("{function}{thrown}");
            let text = match lift {
                Lift::Sync => format!("(func (export \"{name}\") {function})\n"),
                Lift::Callback | Lift::Stackful => {
                    asynchronous::lifted(lift, &name, function, params, &result, pointer)
                }
            };
            (name, text)
        };
        let echo = match last && self.case.host.is_none() {
            true => guest::echo(&self.case.ty, self.case.form, pointer, Watch::On),
            false => {
                let passed = Arguments::Passed(guest::flat_params(&params, pointer));
                call(&passed, &params, &callee("echo"))
            }
        };
        let mut functions = vec![lifted("echo".to_owned(), &params, &echo)];
        for (number, made) in self.case.calls.iter().enumerate() {
            let flat = &self.images[number].flat;
            match made.from {
                From::Argument(from) if from == index => {
                    let given = Arguments::Constant(flat.clone());
                    let body = call(&given, &params, &callee("echo"));
                    functions.push(lifted(format!("give-{number}"), &[], &body));
                }
                From::Result(from) if from == index => {
                    let name = format!("take-{number}");
                    let body = match lift {
                        Lift::Sync => {
                            let types: Vec<Flat> = flat.iter().map(|(flat, _)| *flat).collect();
                            let values = guest::constants(flat);
                            format!("(result {})\n{values}", guest::texts(&types))
                        }
                        Lift::Callback | Lift::Stackful => asynchronous::returning(lift, flat),
                    };
                    let text = format!("(func (export \"{name}\") {body}{thrown})\n");
                    functions.push((name, text));
                }
                From::Result(from) if from > index => {
                    let name = format!("take-{number}");
                    let none = Arguments::Constant(Vec::new());
                    let body = call(&none, &[], &callee(&name));
                    functions.push(lifted(name, &[], &body));
                }
                _ => {}
            }
        }
        functions
    }

    /// `$Main`: the module of a guest's core functions.
    fn module(&self, index: usize, called: &[String], functions: &[(String, String)]) -> String {
        let guest = &self.case.guests[index];
        let (pointer, p) = (guest.pointer, guest.pointer.text());
        let mut text = format!("(core module $Main\n{}", watch::IMPORTS);
        let _ = writeln!(
            text,
            "(import \"memory\" \"memory\" (memory {p} 1))\n\
             (import \"memory\" \"alloc\" (func $alloc (param {p} {p}) (result {p})))"
        );
        let mut catching = String::new();
        for name in called {
            let params = match name.as_str() {
                "echo" => self.params(),
                _ => Vec::new(),
            };
            let lowered = match self.case.lower(index) {
                Lower::Sync => guest::lowered(&params, &self.result(), pointer),
                Lower::Async => asynchronous::lowered(&params, pointer),
            };
            let _ = writeln!(
                text,
                "(import \"callee\" \"{name}\" (func ${name} {lowered}))"
            );
            if self.throws() {
                catching += &guest::caught(name, &lowered);
            }
        }
        if guest.throws {
            catching += "(tag $thrown)\n";
        }
        if guest.lift != Lift::Sync {
            let params = asynchronous::returned(&self.result(), pointer);
            let _ = writeln!(
                text,
                "(import \"callee\" \"task-return\" (func $task-return (param {})))",
                guest::texts(&params)
            );
        }
        if self.case.lower(index) == Lower::Async && !called.is_empty() {
            text += &asynchronous::awaiting(pointer);
        }
        text += &catching;
        let seen = [tuple(self.params()), self.result()];
        text += &watch::functions(&seen, pointer, guest.encoding);
        text.extend(functions.iter().map(|(_, function)| function.as_str()));
        if guest.lift == Lift::Callback {
            text += "(func (export \"callback\") (param i32 i32 i32) (result i32) unreachable)\n";
        }
        if guest.post_return && guest.lift == Lift::Sync {
            let param = match self.result().flatten(pointer).as_slice() {
                [one] => one.text(),
                _ => p,
            };
            let _ = writeln!(
                text,
                "(func (export \"post-return\") (param {param}) (call $note (i64.const -1)))"
            );
        }
        text + ")\n"
    }
}

/// The argument before the value at this place.
fn pad(place: usize) -> Value {
    Value::U8(0xf0 | place as u8)
}
