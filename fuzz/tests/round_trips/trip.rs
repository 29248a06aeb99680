//! A round trip: what is called, what comes back, and what is said about it.

use crate::component::{Export, Path, component};
use crate::known::is_gap;
use component_fuzz::case::edges::edges;
use component_fuzz::case::layout::Flat;
use component_fuzz::case::types::{Type, tuple};
use component_fuzz::render::guest::{Form, PADS, returned_pad};
use component_fuzz::same::all_same;
use component_harness::engine::{DefinitionId, Engine, InstanceId, Reply, Sort};
use component_harness::engines;
use component_harness::features::Features;
use component_harness::value::Value;
use libtest_mimic::Failed;
use std::{fmt, slice};
use wasmparser::WasmFeatures;
use wast::Wat;
use wast::parser::{self, ParseBuffer};

/// The engines whose answers are compared, as far as this program has them.
const ENGINES: [&str; 2] = ["reference", "wasmtime"];

const DEFINITION: DefinitionId = DefinitionId(0);
const INSTANCE: InstanceId = InstanceId(0);

/// A type, and a path that its values take.
pub(crate) struct Case {
    pub(crate) ty: Type,
    pub(crate) path: Path,
    /// The component, as text.
    text: String,
    exports: Vec<Export>,
    values: Vec<Value>,
}

impl Case {
    pub(crate) fn new(ty: Type, path: Path) -> Case {
        let (text, exports) = component(&ty, path);
        let values = edges(&ty);
        Case {
            ty,
            path,
            text,
            exports,
            values,
        }
    }

    pub(crate) fn name(&self) -> String {
        format!("{}::{}", self.ty, self.path)
    }

    /// How many there are on each engine.
    pub(crate) fn round_trips(&self) -> usize {
        self.exports.len() * self.values.len()
    }

    /// On all engines; the error names every value that came back as another one.
    pub(crate) fn run(&self) -> Result<(), Failed> {
        let mut mismatches = Vec::new();
        let mut answered: Vec<(&str, Vec<Reply>)> = Vec::new();
        for name in ENGINES {
            if !is_gap(name, self)
                && let Some(replies) = self.replies(name)?
            {
                mismatches.extend(self.wrong(name, &replies));
                answered.push((name, replies));
            }
        }
        if let [(one, left), (other, right)] = answered.as_slice() {
            for ((left, right), trip) in left.iter().zip(right).zip(self.trips()) {
                // Two that do not return say so in different words.
                if let (Reply::Returned(left), Reply::Returned(right)) = (left, right)
                    && !all_same(left, right)
                {
                    let (left, right) = (shown(left), shown(right));
                    mismatches.push(format!("{trip}: {left} from {one}, {right} from {other}"));
                }
            }
        }
        match mismatches.is_empty() {
            true => Ok(()),
            false => Err(mismatches.join("\n").into()),
        }
    }

    /// What an engine says to each round trip; nothing if this program has no such
    /// engine.
    pub(crate) fn replies(&self, engine: &str) -> Result<Option<Vec<Reply>>, Failed> {
        let Some(engine) = engines::in_tree(engine) else {
            return Ok(None);
        };
        let mut engine = engine?;
        engine.reset(&features())?;
        let defined = engine.define(DEFINITION, Sort::Component, &encode(&self.text)?);
        if defined != Reply::Accepted {
            return Err(format!("{}: {defined:?}", engine.identity().name).into());
        }
        instantiate(engine.as_mut())?;
        let mut replies = Vec::new();
        for trip in self.trips() {
            let reply = engine.invoke(INSTANCE, &trip.export.name, &trip.arguments());
            // Nothing enters an instance that has trapped.
            if !matches!(reply, Reply::Returned(_)) {
                engine.drop_instance(INSTANCE);
                instantiate(engine.as_mut())?;
            }
            replies.push(reply);
        }
        match replies.len() == self.round_trips() {
            true => Ok(Some(replies)),
            false => Err(format!("{} of {} made", replies.len(), self.round_trips()).into()),
        }
    }

    /// Each round trip from which something else came back.
    pub(crate) fn wrong(&self, engine: &str, replies: &[Reply]) -> Vec<String> {
        let mut wrong = Vec::new();
        for (trip, reply) in self.trips().zip(replies) {
            let expected = trip.expected(returned_pad(&self.ty, self.path.callee()));
            match reply {
                Reply::Returned(values) if all_same(values, slice::from_ref(&expected)) => {}
                Reply::Returned(values) => {
                    wrong.push(format!("{engine}: {trip}: {}", shown(values)));
                }
                other => wrong.push(format!("{engine}: {trip}: {other:?}")),
            }
        }
        wrong
    }

    fn trips(&self) -> impl Iterator<Item = Trip<'_>> {
        let values = |export| self.values.iter().map(move |value| Trip { export, value });
        self.exports.iter().flat_map(values)
    }
}

/// Fails if a guest that gives back other values is not found out.
pub(crate) fn find_out_a_wrong_guest() -> Result<(), Failed> {
    let mut case = Case::new(tuple([Type::U8, Type::U64]), Path::Guest(Flat::I32));
    case.text = case.text.replace("i64.store ", "i64.store32 ");
    match case.run() {
        Ok(()) => Err("nobody saw that half of the number was not stored".into()),
        Err(_) => Ok(()),
    }
}

fn instantiate(engine: &mut dyn Engine) -> Result<(), Failed> {
    match engine.instantiate(INSTANCE, DEFINITION, &[]) {
        Reply::Accepted => Ok(()),
        reply => Err(format!("{}: {reply:?}", engine.identity().name).into()),
    }
}

/// One value through one function.
struct Trip<'a> {
    export: &'a Export,
    value: &'a Value,
}

impl Trip<'_> {
    fn arguments(&self) -> Vec<Value> {
        let pads = match self.export.form {
            Form::Plain => 0,
            Form::Spilled => PADS,
        };
        let pads = (0..pads).map(pad);
        pads.chain([self.value.clone()]).collect()
    }

    fn expected(&self, returned_pad: usize) -> Value {
        match self.export.form {
            Form::Plain => self.value.clone(),
            Form::Spilled => Value::Tuple(vec![pad(returned_pad), self.value.clone()]),
        }
    }
}

impl fmt::Display for Trip<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} of {}",
            self.export.name,
            shown(slice::from_ref(self.value))
        )
    }
}

/// The argument before the value at this place.
fn pad(place: usize) -> Value {
    Value::U8(0xf0 | place as u8)
}

/// What the types use, and the versions of the core that the guests are written in.
fn features() -> Features {
    Features::from(
        WasmFeatures::WASM3
            | WasmFeatures::COMPONENT_MODEL
            | WasmFeatures::CM_FIXED_LENGTH_LISTS
            | WasmFeatures::CM_MAP
            | WasmFeatures::CM64,
    )
}

fn encode(text: &str) -> Result<Vec<u8>, Failed> {
    let failed = |error: wast::Error| {
        Failed::from(format!(
            "the generated component is malformed: {error}\n{text}"
        ))
    };
    let buffer = ParseBuffer::new(text).map_err(failed)?;
    let mut parsed = parser::parse::<Wat<'_>>(&buffer).map_err(failed)?;
    parsed.encode().map_err(failed)
}

/// The values as a script writes them, cut where they are long.
fn shown(values: &[Value]) -> String {
    const LONGEST: usize = 300;
    let text = values
        .iter()
        .map(Value::to_string)
        .collect::<Vec<_>>()
        .join(" ");
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}… ({} bytes)", &text[..end], text.len()),
        None => text,
    }
}
