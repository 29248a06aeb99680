//! Cases about the code of core modules, alone or as what guests compute: what functions
//! return, where they trap, and what memories, tables and globals hold after each call.

mod guest;
mod module;

use crate::case::choices::Choices;
use crate::dice::Dice;
use crate::render::{CORE_MODULE, Rendered, Step};
use component_harness::value::{Hierarchy, Reference, Value};
use guest::Lifted;
use module::{Module, REFILL, module};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use wasmparser::{AbstractHeapType, HeapType, RefType, ValType};

/// What may give a NaN of either sign, and is not followed by code that settles it.
const OPEN: [&str; 2] = ["F32DemoteF64", "F64PromoteF32"];

/// How often each function is called.
const ROUNDS: u64 = 2;

/// A module and calls of its functions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// What `wasm-smith` makes the module from.
    #[serde(with = "hexadecimal")]
    pub bytes: Vec<u8>,
    /// What the module may have.
    pub settings: Settings,
    /// Where it is.
    pub place: Place,
    /// The functions whose bodies are left empty.
    pub emptied: BTreeSet<u32>,
    /// What is called, in order.
    pub calls: Vec<Call>,
}

/// What a module may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Settings {
    /// Whether its functions may trap.
    pub traps: bool,
    /// Whether memories and tables may be 64-bit ones.
    pub memory64: bool,
    /// Whether there are exceptions.
    pub exceptions: bool,
    /// Whether there are structures and arrays.
    pub gc: bool,
}

/// Where a module is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// In the script.
    Script,
    /// In a component that lifts its functions.
    Guest,
    /// In such a component, and another one lowers the functions and lifts them again.
    Callee,
}

/// One call by the script.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The number of the function.
    pub function: u32,
    /// Its arguments.
    pub args: Vec<Value>,
}

impl Case {
    /// The case that choices make.
    pub fn generate(choices: &mut Choices<'_>) -> Case {
        let settings = Settings {
            traps: choices.below(2) == 1,
            memory64: choices.rarely(4),
            exceptions: choices.rarely(4),
            gc: choices.rarely(4),
        };
        let place = [Place::Script, Place::Guest, Place::Callee][choices.below(3)];
        let dice = choices.bits(64);
        let mut case = Case {
            bytes: choices.rest(),
            settings,
            place,
            emptied: BTreeSet::new(),
            calls: Vec::new(),
        };
        let functions = case.module().functions;
        if !functions.iter().any(guest::can_be_lifted) {
            case.place = Place::Script;
        }
        for round in 0..ROUNDS {
            for (number, signature) in (0..).zip(&functions) {
                if case.place != Place::Script && !guest::can_be_lifted(signature) {
                    continue;
                }
                let mut dice = Dice(dice ^ (round << 32 | u64::from(number)));
                let args = signature
                    .ty
                    .params()
                    .iter()
                    .map(|ty| argument(*ty, &mut dice));
                if let Some(args) = args.collect() {
                    case.calls.push(Call {
                        function: number,
                        args,
                    });
                }
            }
        }
        case
    }

    /// As a script.
    #[must_use]
    pub fn render(&self) -> Rendered {
        let module = self.module();
        let text = match wasmprinter::print_bytes(&module.binary) {
            Ok(text) => text,
            Err(error) => unreachable!("the module cannot be printed: {error}"),
        };
        let text = text.trim_start().trim_start_matches("(module");
        let lifted = Lifted::new(&module, self.settings.traps);
        let (definition, instance) = match self.place {
            Place::Script => (
                format!("(module definition $Case{text}"),
                "(module instance $I $Case)",
            ),
            Place::Guest | Place::Callee => (
                lifted.component(text, self.place),
                "(component instance $I $Case)",
            ),
        };
        let mut text = definition;
        let mut steps = vec![Step::Define];
        let mut add = |step, directive: &str| {
            text += directive;
            text.push('\n');
            steps.push(step);
        };
        for (number, call) in self.calls.iter().enumerate() {
            // No component can be asked anything after a trap.
            if number == 0 || self.place != Place::Script {
                add(Step::Instantiate, instance);
            }
            add(Step::Trace(0), &format!("(invoke $I \"{REFILL}\")"));
            let args = match self.place {
                Place::Script => call.args.clone(),
                Place::Guest | Place::Callee => lifted.arguments(call),
            };
            let args: String = args.iter().map(|arg| format!(" {arg}")).collect();
            let invoke = format!("(invoke $I \"f{}\"{args})", call.function);
            add(Step::Call(number), &invoke);
            for reader in &module.readers {
                if self.place == Place::Script || lifted.reads(reader) {
                    let invoke = format!("(invoke $I \"{}\")", reader.name);
                    add(Step::Trace(0), &invoke);
                }
            }
        }
        let settings = &self.settings;
        let marks = [
            (CORE_MODULE, self.place == Place::Script),
            ("gc", settings.gc),
            ("exceptions", settings.exceptions),
            ("memory64", settings.memory64),
            (
                "open-nan",
                OPEN.iter().any(|open| module.instructions.contains(*open)),
            ),
        ];
        let marks = marks.into_iter().filter(|(_, has)| *has);
        Rendered {
            text,
            steps,
            marks: marks.map(|(mark, _)| mark).collect(),
            flaws: Vec::new(),
            twins: Vec::new(),
        }
    }

    /// What kind of case it is: the instructions of the module.
    #[must_use]
    pub fn shape(&self) -> String {
        let instructions: Vec<String> = self.module().instructions.into_iter().collect();
        let place = match self.place {
            Place::Script => "core module",
            Place::Guest => "guest",
            Place::Callee => "guest that a guest calls",
        };
        format!("{place} of {}", instructions.join(", "))
    }

    /// What it covers: the instructions of the module.
    #[must_use]
    pub fn covered(&self) -> BTreeSet<String> {
        self.module().instructions
    }

    /// Cases that are smaller by one step, those that lose most first.
    #[must_use]
    pub fn smaller(&self) -> Vec<Case> {
        let mut all = Vec::new();
        for place in [Place::Script, Place::Guest] {
            all.push(Case {
                place,
                ..self.clone()
            });
        }
        let functions = self.module().functions.len() as u32;
        for kept in 0..functions {
            all.push(self.without((0..functions).filter(|function| *function != kept)));
        }
        for gone in 0..functions {
            all.push(self.without([gone].into_iter()));
        }
        for call in &self.calls {
            all.push(self.calling(vec![call.clone()]));
        }
        for gone in 0..self.calls.len() {
            let mut calls = self.calls.clone();
            calls.remove(gone);
            all.push(self.calling(calls));
        }
        for part in [2, 4, 8, 16] {
            all.extend(self.shorter(self.bytes.len() - self.bytes.len() / part));
        }
        all.extend(
            self.bytes
                .len()
                .checked_sub(1)
                .and_then(|length| self.shorter(length)),
        );
        all.retain(|case| case != self && !case.calls.is_empty());
        if self.place == Place::Script {
            all.retain(|case| case.place == Place::Script);
        }
        all
    }

    fn without(&self, functions: impl Iterator<Item = u32>) -> Case {
        let mut case = self.clone();
        case.emptied.extend(functions);
        case
    }

    fn calling(&self, calls: Vec<Call>) -> Case {
        Case {
            calls,
            ..self.clone()
        }
    }

    /// With the first bytes only, and the calls that still fit; `None` where there
    /// would be other ones.
    fn shorter(&self, length: usize) -> Option<Case> {
        let mut case = self.clone();
        case.bytes.truncate(length);
        let before = self.module().functions;
        let functions = case.module().functions;
        case.calls.retain(|call| {
            let function = call.function as usize;
            functions.get(function).is_some() && functions.get(function) == before.get(function)
        });
        Some(case).filter(|case| !case.calls.is_empty())
    }

    fn module(&self) -> Module {
        module(&self.bytes, &self.settings, &self.emptied).unwrap_or_else(|| Module {
            binary: wasm_encoder::Module::new().finish(),
            ..Module::default()
        })
    }
}

/// A value of a type, most often at an edge; `None` where a script cannot write one.
fn argument(ty: ValType, dice: &mut Dice) -> Option<Value> {
    let any = dice.roll();
    Some(match ty {
        ValType::I32 => {
            let edges = [0, 1, -1, i32::MAX, i32::MIN, 31, 32, 65_535, any as i32];
            Value::I32(*dice.pick(&edges))
        }
        ValType::I64 => {
            let edges = [
                0,
                1,
                -1,
                i64::MAX,
                i64::MIN,
                63,
                64,
                1 << 32,
                any.cast_signed(),
            ];
            Value::I64(*dice.pick(&edges))
        }
        ValType::F32 => {
            const INTEGERS: f32 = 2_147_483_648.0;
            let edges = [
                0.0,
                -0.0,
                1.5,
                -INTEGERS,
                INTEGERS,
                f32::INFINITY,
                f32::MIN_POSITIVE,
            ];
            Value::F32(match any % 4 {
                0 => 0x7fc0_0000,
                1 => number(f32::from_bits(dice.roll() as u32)).to_bits(),
                _ => dice.pick(&edges).to_bits(),
            })
        }
        ValType::F64 => {
            const INTEGERS: f64 = 9_223_372_036_854_775_808.0;
            let edges = [
                0.0,
                -0.0,
                1.5,
                -INTEGERS,
                INTEGERS,
                f64::NEG_INFINITY,
                5e-324,
            ];
            Value::F64(match any % 4 {
                0 => 0x7ff8_0000_0000_0000,
                1 => wide_number(f64::from_bits(dice.roll())).to_bits(),
                _ => dice.pick(&edges).to_bits(),
            })
        }
        ValType::V128 => return None,
        ValType::Ref(ty) => Value::Ref(reference(ty, any)?),
    })
}

/// Zero for a NaN: its bits are not to be compared.
fn number(float: f32) -> f32 {
    match float.is_nan() {
        true => 0.0,
        false => float,
    }
}

/// As [`number`].
fn wide_number(float: f64) -> f64 {
    match float.is_nan() {
        true => 0.0,
        false => float,
    }
}

fn reference(ty: RefType, any: u64) -> Option<Reference> {
    let HeapType::Abstract {
        shared: false,
        ty: heap,
    } = ty.heap_type()
    else {
        return None;
    };
    if heap == AbstractHeapType::Extern && (!ty.is_nullable() || any % 2 == 1) {
        return Some(Reference::Extern(Some(any as u32 % 10)));
    }
    use AbstractHeapType as A;
    let hierarchy = match heap {
        A::Func | A::NoFunc => Hierarchy::Func,
        A::Extern | A::NoExtern => Hierarchy::Extern,
        A::Exn | A::NoExn => Hierarchy::Exn,
        A::Cont | A::NoCont => Hierarchy::Cont,
        A::Any | A::None | A::Eq | A::Struct | A::Array | A::I31 => Hierarchy::Any,
    };
    ty.is_nullable().then_some(Reference::Null(hierarchy))
}

/// Bytes as text, in the file of a case.
mod hexadecimal {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use std::fmt::Write;

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&bytes.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        }))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(from)?;
        let digits: Vec<u8> = text
            .chars()
            .map(|digit| digit.to_digit(16).map(|digit| digit as u8))
            .collect::<Option<_>>()
            .ok_or_else(|| D::Error::custom("a digit that is not hexadecimal"))?;
        match digits.len() % 2 {
            0 => Ok(digits
                .chunks(2)
                .map(|pair| pair[0] << 4 | pair[1])
                .collect()),
            _ => Err(D::Error::custom("an odd number of hexadecimal digits")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::choices::bytes;
    use component_harness::script::Script;

    #[test]
    fn cases_are_scripts_with_calls_and_come_back_from_their_file() {
        let mut calls = 0;
        for number in 0..100 {
            let bytes = bytes("core", 0, number);
            let case = Case::generate(&mut Choices::new(&bytes));
            let rendered = case.render();
            let script = Script::parse(rendered.text.as_bytes());
            let script = script.unwrap_or_else(|error| panic!("case {number}: {error}"));
            assert_eq!(script.directives.len(), rendered.steps.len());
            let text = serde_json::to_string(&case).expect("it is written");
            assert_eq!(
                serde_json::from_str::<Case>(&text).expect("it is read"),
                case
            );
            calls += usize::from(!case.calls.is_empty());
        }
        assert!(calls > 80, "{calls} of 100 cases call something");
    }
}
