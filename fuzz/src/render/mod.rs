//! A case as a script.

pub mod guest;
pub mod image;
pub mod memory;
pub mod resources;
pub mod watch;

use crate::case::layout::Flat;
use crate::case::types::{Names, Type, tuple};
use crate::case::{Call, Case, Encoding, From, Guest};
use component_harness::value::Value;
use guest::{Arguments, Form, MAX_FLAT_PARAMS, PADS, Watch, returned_pad};
use image::{Image, Images};
use memory::Data;
use std::fmt::Write;

/// A script, and what its directives are for.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// The script.
    pub text: String,
    /// One per directive.
    pub steps: Vec<Step>,
    /// What of the case known defects hang on.
    pub marks: Vec<&'static str>,
    /// What is wrong with each call of the case, in a word.
    pub flaws: Vec<Option<&'static str>>,
}

/// What a directive is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The definition of the component.
    Define,
    /// An instance of it.
    Instantiate,
    /// A call of the case.
    Call(usize),
    /// What a guest saw.
    Trace(usize),
}

/// The script of a case.
#[must_use]
pub fn render(case: &Case) -> Rendered {
    let mut component = Component::new(case);
    let text = component.text();
    let mut script = Script {
        text: format!("(component definition $Case\n{text})\n"),
        steps: vec![Step::Define],
    };
    let fresh = case.guests.iter().any(|guest| !guest.quirks.is_empty())
        || case.calls.iter().any(|call| case.is_hostile(call));
    for (i, call) in case.calls.iter().enumerate() {
        if i == 0 || fresh {
            script.add("(component instance $I $Case)", Step::Instantiate);
        }
        script.add(&component.invocation(i, call), Step::Call(i));
        for guest in 0..case.guests.len() {
            script.add(
                &format!("(invoke $I \"trace-{guest}\")"),
                Step::Trace(guest),
            );
        }
    }
    Rendered {
        text: script.text,
        steps: script.steps,
        marks: marks(case),
        flaws: component.images.iter().map(|image| image.flawed).collect(),
    }
}

/// `memory64` where a guest has such a memory, `memory64-first` where it is the one
/// that the host calls; `fixed-list` where there is one in the type;
/// `compact-to-compact` where a guest and the one it calls have strings in
/// `latin1+utf16`, and `compact-in-memory64` where one with such a memory has.
fn marks(case: &Case) -> Vec<&'static str> {
    fn has_fixed_list(ty: &Type) -> bool {
        matches!(ty, Type::FixedList(..)) || ty.parts().into_iter().any(has_fixed_list)
    }
    let wide = |guest: &Guest| guest.pointer == Flat::I64;
    let compact = |guest: &Guest| guest.encoding == Encoding::Latin1OrUtf16;
    let mut pairs = case.guests.windows(2);
    let marks = [
        ("memory64", case.guests.iter().any(wide)),
        ("memory64-first", case.guests.first().is_some_and(wide)),
        ("fixed-list", has_fixed_list(&case.ty)),
        (
            "compact-to-compact",
            pairs.any(|pair| pair.iter().all(compact)),
        ),
        (
            "compact-in-memory64",
            case.guests
                .iter()
                .any(|guest| wide(guest) && compact(guest)),
        ),
    ];
    let marks = marks.into_iter().filter(|(_, has)| *has);
    marks.map(|(mark, _)| mark).collect()
}

struct Script {
    text: String,
    steps: Vec<Step>,
}

impl Script {
    fn add(&mut self, directive: &str, step: Step) {
        self.text += directive;
        self.text.push('\n');
        self.steps.push(step);
    }
}

/// The component of a case, and the values that its guests give.
struct Component<'a> {
    case: &'a Case,
    names: Names,
    memories: Vec<Images>,
    /// One per call.
    images: Vec<Image>,
}

impl<'a> Component<'a> {
    fn new(case: &'a Case) -> Self {
        let given = crate::case::host_types::host_types();
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
            From::Argument(guest) => (guest, self.params(), self.arguments(call), MAX_FLAT_PARAMS),
            From::Result(guest) => (guest, vec![self.result()], vec![self.returned(call)], 1),
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

    fn invocation(&self, number: usize, call: &Call) -> String {
        let (name, arguments) = match call.from {
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

    fn text(&mut self) -> String {
        let mut text = String::new();
        if let Some(name) = &self.case.host {
            let signature = self.signature();
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
        let types: String = self
            .names
            .iter()
            .map(|name| format!(" (with \"{name}\" (type ${name}))"))
            .collect();
        let last = self.case.guests.len() - 1;
        for guest in (0..=last).rev() {
            let _ = writeln!(text, "(component $G{guest}\n{})", self.guest(guest));
            let mut with = types.clone();
            if guest < last {
                for name in self.called(guest) {
                    let _ = write!(with, " (with \"{name}\" (func $g{} \"{name}\"))", guest + 1);
                }
            } else if let Some(name) = &self.case.host {
                let _ = write!(with, " (with \"echo\" (func $host \"echo-{name}\"))");
            }
            let _ = writeln!(text, "(instance $g{guest} (instantiate $G{guest}{with}))");
        }
        for (guest, name) in self.exports() {
            let ty = match name.as_str() {
                "echo" => self.signature(),
                _ => format!("(result {})", self.names.text(&self.result())),
            };
            let _ = writeln!(
                text,
                "(export \"{name}\" (func $g{guest} \"{name}\") (func {ty}))"
            );
        }
        for guest in 0..=last {
            let _ = writeln!(
                text,
                "(export \"trace-{guest}\" (func $g{guest} \"trace\"))"
            );
        }
        text
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

    fn signature(&self) -> String {
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
        let result = format!("(result {})", self.names.text(&self.result()));
        let signature = |name: &str| match name {
            "echo" => self.signature(),
            _ => result.clone(),
        };
        let mut text = self.names.imported();
        let options = format!(
            " (memory (core memory $memory \"memory\")) (realloc (core func $memory \"realloc\")) \
             string-encoding={}",
            guest.encoding.option()
        );
        let called = self.called(index);
        for name in &called {
            let _ = writeln!(
                text,
                "(import \"{name}\" (func ${name} {}))",
                signature(name)
            );
        }
        text += &memory::trace();
        text += "(core instance $trace (instantiate $Trace))\n";
        let data = Data(self.memories[index].bytes());
        text += &memory::memory(guest.pointer, data, &guest.quirks, true);
        text +=
            "(core instance $memory (instantiate $Memory (with \"trace\" (instance $trace))))\n";
        for name in &called {
            let _ = writeln!(
                text,
                "(core func $lowered-{name} (canon lower (func ${name}){options}))"
            );
        }
        let functions = self.functions(index);
        text += &self.module(index, &called, &functions);
        let callees: String = called
            .iter()
            .map(|name| format!("(export \"{name}\" (func $lowered-{name}))"))
            .collect();
        let _ = writeln!(
            text,
            "(core instance $main (instantiate $Main (with \"trace\" (instance $trace)) \
             (with \"memory\" (instance $memory)) (with \"callee\" (instance {callees}))))"
        );
        let post_return = match guest.post_return {
            true => " (post-return (core func $main \"post-return\"))",
            false => "",
        };
        for (name, _) in &functions {
            let _ = writeln!(
                text,
                "(func (export \"{name}\") {} \
                 (canon lift (core func $main \"{name}\"){options}{post_return}))",
                signature(name)
            );
        }
        text += "(func (export \"trace\") (result (list u64)) \
             (canon lift (core func $trace \"read\") (memory (core memory $trace \"memory\"))))\n";
        text
    }

    /// The core functions of a guest: name, and all behind it.
    fn functions(&self, index: usize) -> Vec<(String, String)> {
        let guest = &self.case.guests[index];
        let pointer = guest.pointer;
        let last = index + 1 == self.case.guests.len();
        let result = self.result();
        let passed = Arguments::Passed(guest::flat_params(&self.params(), pointer));
        let call = |arguments: &Arguments, callee: &str| {
            guest::call(arguments, &result, pointer, callee, Watch::On)
        };
        let echo = match last && self.case.host.is_none() {
            true => guest::echo(&self.case.ty, self.case.form, pointer, Watch::On),
            false => call(&passed, "$echo"),
        };
        let mut functions = vec![("echo".to_owned(), echo)];
        for (number, made) in self.case.calls.iter().enumerate() {
            let flat = &self.images[number].flat;
            match made.from {
                From::Argument(from) if from == index => {
                    let arguments = Arguments::Constant(flat.clone());
                    functions.push((format!("give-{number}"), call(&arguments, "$echo")));
                }
                From::Result(from) if from == index => {
                    let types: String = flat
                        .iter()
                        .map(|(flat, _)| format!(" {}", flat.text()))
                        .collect();
                    let body = format!("(result{types})\n{}", guest::constants(flat));
                    functions.push((format!("take-{number}"), body));
                }
                From::Result(from) if from > index => {
                    let name = format!("take-{number}");
                    let none = Arguments::Constant(Vec::new());
                    functions.push((name.clone(), call(&none, &format!("${name}"))));
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
        for name in called {
            let params = match name.as_str() {
                "echo" => self.params(),
                _ => Vec::new(),
            };
            let _ = writeln!(
                text,
                "(import \"callee\" \"{name}\" (func ${name} {}))",
                guest::lowered(&params, &self.result(), pointer)
            );
        }
        let seen = [tuple(self.params()), self.result()];
        text += &watch::functions(&seen, pointer, guest.encoding);
        for (name, function) in functions {
            let _ = writeln!(text, "(func (export \"{name}\") {function})");
        }
        if guest.post_return {
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
