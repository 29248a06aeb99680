//! The host that components import from, as far as it is the same for every
//! engine: its type, and the functions whose values are plain.
//!
//! `HOST.md` describes it. What takes and gives resources needs handles, and so is
//! each engine's own.

use crate::value::Value;
use std::sync::LazyLock;
use wast::parser::{self, ParseBuffer};
use wast::{Error, Wat};

/// The binary of `data/host.wat`: a component that imports exactly what the host
/// offers.
#[must_use]
pub fn interface() -> &'static [u8] {
    static BINARY: LazyLock<Vec<u8>> = LazyLock::new(|| {
        encode(include_str!("../data/host.wat")).expect("host.wat is well-formed")
    });
    &BINARY
}

/// The binary of the core module `simple-module`.
#[must_use]
pub fn simple_module() -> &'static [u8] {
    const TEXT: &str = r#"(module
        (global (export "g") i32 (i32.const 100))
        (func (export "f") (result i32) (i32.const 101)))"#;
    static BINARY: LazyLock<Vec<u8>> =
        LazyLock::new(|| encode(TEXT).expect("the text is well-formed"));
    &BINARY
}

/// Why a function of the host did not return.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostFailure {
    /// It traps.
    #[error("host trap: {0}")]
    Trap(String),
    /// The host has no plain function of this name for these arguments: the engine
    /// did not hold the import against [`interface`].
    #[error("the host has no function `{0}` for these arguments")]
    Unknown(String),
}

/// Calls a plain function of the host: one whose type names no resource, stream or
/// future, and that returns at once.
///
/// The arguments have the types that [`interface`] declares. `name` is enough to
/// tell the function, since no two instances of the host share a name.
///
/// # Errors
///
/// See [`HostFailure`].
pub fn call(name: &str, args: &[Value]) -> Result<Option<Value>, HostFailure> {
    let result = match (name, args) {
        ("trap", []) => return Err(HostFailure::Trap("the guest asked for it".to_owned())),
        ("return-nothing", []) => return Ok(None),
        ("host-return-two", []) => Value::U32(2),
        ("return-three", []) => Value::U32(3),
        ("return-four", []) => Value::U32(4),
        ("return-hi", []) => Value::String("hi".to_owned()),
        ("err", []) => {
            let payload = Value::String("an error of the host".to_owned());
            Value::Result(Err(Some(Box::new(payload))))
        }
        ("host-echo-u32", [value]) => value.clone(),
        (_, [value]) if name.starts_with("echo-") => with_one_nan(value),
        (_, [value]) if name.starts_with("report-") => {
            Value::String(with_one_nan(value).to_string())
        }
        _ => return Err(HostFailure::Unknown(name.to_owned())),
    };
    Ok(Some(result))
}

/// What a function of the host does that returns later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Later {
    /// What it returns.
    pub result: Option<Value>,
    /// After how many turns it returns; never, if there is no number. In a turn the
    /// engine lets all else run that can.
    pub turns: Option<u32>,
}

/// What a plain function does that returns later; nothing, if `name` is none.
#[must_use]
pub fn later(name: &str, args: &[Value]) -> Option<Later> {
    let (result, turns) = match (name, args) {
        ("never-return", []) => (None, None),
        ("return-two-slowly", []) => (Some(Value::U32(2)), Some(1)),
        ("echo-slowly", [value]) => (Some(value.clone()), Some(1)),
        ("echo-after", [value, Value::U32(turns)]) => (Some(value.clone()), Some(*turns)),
        _ => return None,
    };
    Some(Later { result, turns })
}

/// The element of the host's sources of streams at an index.
#[must_use]
pub fn element(index: u32) -> u8 {
    index as u8
}

/// The value with the same bits for each NaN: component values have only one, and
/// its bits are the engine's choice.
fn with_one_nan(value: &Value) -> Value {
    fn settle(value: &mut Value) {
        match value {
            Value::F32(bits) if f32::from_bits(*bits).is_nan() => *bits = 0x7fc0_0000,
            Value::F64(bits) if f64::from_bits(*bits).is_nan() => *bits = 0x7ff8_0000_0000_0000,
            Value::List(items) | Value::Tuple(items) => items.iter_mut().for_each(settle),
            Value::Map(entries) => {
                for (key, value) in entries {
                    settle(key);
                    settle(value);
                }
            }
            Value::Record(fields) => fields.iter_mut().for_each(|(_, value)| settle(value)),
            Value::Variant(_, Some(payload))
            | Value::Option(Some(payload))
            | Value::Result(Ok(Some(payload)) | Err(Some(payload))) => settle(payload),
            _ => {}
        }
    }
    let mut value = value.clone();
    settle(&mut value);
    value
}

fn encode(text: &str) -> Result<Vec<u8>, Error> {
    let buffer = ParseBuffer::new(text)?;
    parser::parse::<Wat<'_>>(&buffer)?.encode()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use wasmparser::component_types::{ComponentEntityType, ComponentInstanceTypeId};
    use wasmparser::types::Types;
    use wasmparser::{Validator, WasmFeatures};

    /// The number of parameters of each function that is no constructor, method or
    /// static function.
    fn plain_functions() -> BTreeMap<String, usize> {
        fn collect(
            types: &Types,
            id: ComponentInstanceTypeId,
            functions: &mut BTreeMap<String, usize>,
        ) {
            for (name, item) in &types[id].exports {
                match item.ty {
                    ComponentEntityType::Instance(id) => collect(types, id, functions),
                    ComponentEntityType::Func(id) if !name.starts_with('[') => {
                        let known = functions.insert(name.clone(), types[id].params.len());
                        assert!(known.is_none(), "two functions have the name {name:?}");
                    }
                    _ => {}
                }
            }
        }
        let types = Validator::new_with_features(WasmFeatures::all())
            .validate_all(interface())
            .expect("host.wat is valid");
        let mut functions = BTreeMap::new();
        for name in ["host-return-two", "host-echo-u32", "host"] {
            match types
                .as_ref()
                .component_item_for_import(name)
                .map(|item| item.ty)
            {
                Some(ComponentEntityType::Instance(id)) => collect(&types, id, &mut functions),
                Some(ComponentEntityType::Func(id)) => {
                    functions.insert(name.to_owned(), types[id].params.len());
                }
                other => panic!("{name:?} is {other:?}"),
            }
        }
        functions
    }

    #[test]
    fn every_plain_function_is_there() {
        for (name, params) in plain_functions() {
            let args = vec![Value::U32(1); params];
            // Each engine has those of its own.
            if name.starts_with("stream-") || name.starts_with("future-") {
                continue;
            }
            if later(&name, &args).is_some() {
                continue;
            }
            let result = call(&name, &args);
            let unknown = matches!(result, Err(HostFailure::Unknown(_)));
            assert!(!unknown, "{name}");
        }
    }

    #[test]
    fn every_echo_has_its_report() {
        let mut functions = plain_functions();
        functions.retain(|name, params| later(name, &vec![Value::U32(1); *params]).is_none());
        let suffixes = |prefix| -> Vec<&str> {
            let names = functions.keys();
            names.filter_map(|name| name.strip_prefix(prefix)).collect()
        };
        assert!(suffixes("echo-").len() > 30);
        assert_eq!(suffixes("echo-"), suffixes("report-"));
    }

    #[test]
    fn no_nan_shows_its_bits() {
        let nan = |bits| Value::Option(Some(Box::new(Value::F32(bits))));
        let echoed = call("echo-option", &[nan(0xff80_0001)]).expect("an echo returns");
        assert_eq!(echoed, Some(nan(0x7fc0_0000)));
    }

    #[test]
    fn what_the_host_does_not_have_is_unknown() {
        for name in ["", "echo", "host", "echo-u8"] {
            let unknown = HostFailure::Unknown(name.to_owned());
            assert_eq!(call(name, &[]), Err(unknown), "{name:?}");
        }
    }
}
