//! From the borrowed tree of the `wast` crate to an owned script.

use super::{
    Action, Command, Directive, FloatPattern, Invoke, Pattern, RefPattern, Source,
    layout::{self, Lines},
    text_hash,
};
use crate::engine::Sort;
use crate::value::{Hierarchy, Reference, Value};
use std::collections::HashMap;
use std::ops::Range;
use std::slice;
use wast::component::WastVal;
use wast::core::{
    AbstractHeapType, HeapType, NanPattern, V128Const, V128Pattern, WastArgCore, WastRetCore,
};
use wast::token::{F32, F64, Id};
use wast::{QuoteWat, WastArg, WastDirective, WastExecute, WastInvoke, WastRet, Wat};

/// An offset and what is wrong there.
type Error = (usize, String);

pub(super) fn script(text: &str, asts: Vec<WastDirective<'_>>) -> Result<Vec<Directive>, Error> {
    let mut place = Place {
        text,
        lines: Lines::of(text),
        seen: HashMap::new(),
    };
    let lists = layout::lists(text, 0..text.len());
    if is_bare_module(&asts, &lists) {
        return directives(&mut place, asts, slice::from_ref(&(0..text.len())));
    }
    directives(&mut place, asts, &lists)
}

/// What the place of a directive is told from.
struct Place<'a> {
    text: &'a str,
    lines: Lines,
    /// How often each text has occurred, by hash.
    seen: HashMap<String, usize>,
}

/// A file may be the fields of one module without `(module …)` around them.
fn is_bare_module(asts: &[WastDirective<'_>], lists: &[Range<usize>]) -> bool {
    match (asts, lists) {
        ([WastDirective::Module(QuoteWat::Wat(wat))], [list]) => {
            !list.contains(&wat.span().offset())
        }
        ([WastDirective::Module(QuoteWat::Wat(_))], _) => true,
        _ => false,
    }
}

fn directives(
    place: &mut Place<'_>,
    asts: Vec<WastDirective<'_>>,
    lists: &[Range<usize>],
) -> Result<Vec<Directive>, Error> {
    // `(shared …)` may stand before the directives of a thread.
    let Some(first) = lists.len().checked_sub(asts.len()) else {
        debug_assert!(false, "{} directives in {lists:?}", asts.len());
        let offset = lists.first().map_or(0, |list| list.start);
        return Err((offset, "cannot tell the directives apart".to_owned()));
    };
    let pairs = asts.into_iter().zip(&lists[first..]);
    pairs
        .map(|(ast, list)| directive(place, ast, list.clone()))
        .collect()
}

fn directive(
    place: &mut Place<'_>,
    ast: WastDirective<'_>,
    span: Range<usize>,
) -> Result<Directive, Error> {
    let hash = text_hash(&place.text[span.clone()]);
    let count = place.seen.entry(hash.clone()).or_default();
    let occurrence = *count;
    *count += 1;
    Ok(Directive {
        line: place.lines.line(span.start),
        span: span.clone(),
        hash,
        occurrence,
        command: command(place, ast, span)?,
    })
}

fn command(
    place: &mut Place<'_>,
    ast: WastDirective<'_>,
    span: Range<usize>,
) -> Result<Command, Error> {
    Ok(match ast {
        WastDirective::Module(module) => Command::Module {
            name: name(module.name()),
            source: quoted(module),
        },
        WastDirective::ModuleDefinition(module) => Command::Definition {
            name: name(module.name()),
            source: quoted(module),
        },
        WastDirective::ModuleInstance {
            instance, module, ..
        } => Command::Instance {
            name: name(instance),
            definition: name(module),
        },
        WastDirective::Register {
            name: as_, module, ..
        } => Command::Register {
            name: as_.to_owned(),
            instance: name(module),
        },
        WastDirective::Invoke(call) => Command::Invoke(invoke(call)?),
        WastDirective::AssertReturn { exec, results, .. } => Command::AssertReturn {
            action: action(exec)?,
            expected: results.into_iter().map(pattern).collect::<Result<_, _>>()?,
        },
        WastDirective::AssertTrap { exec, message, .. } => Command::AssertTrap {
            action: action(exec)?,
            text: message.to_owned(),
        },
        WastDirective::AssertExhaustion { call, message, .. } => Command::AssertExhaustion {
            invoke: invoke(call)?,
            text: message.to_owned(),
        },
        WastDirective::AssertException { exec, .. } => Command::AssertException {
            action: action(exec)?,
        },
        WastDirective::AssertSuspension { exec, message, .. } => Command::AssertSuspension {
            action: action(exec)?,
            text: message.to_owned(),
        },
        WastDirective::AssertMalformed {
            module, message, ..
        } => Command::AssertMalformed {
            source: quoted(module),
            text: message.to_owned(),
        },
        WastDirective::AssertMalformedCustom {
            module, message, ..
        } => Command::AssertMalformedCustom {
            source: quoted(module),
            text: message.to_owned(),
        },
        WastDirective::AssertInvalid {
            module, message, ..
        } => Command::AssertInvalid {
            source: quoted(module),
            text: message.to_owned(),
        },
        WastDirective::AssertInvalidCustom {
            module, message, ..
        } => Command::AssertInvalidCustom {
            source: quoted(module),
            text: message.to_owned(),
        },
        WastDirective::AssertUnlinkable {
            module, message, ..
        } => Command::AssertUnlinkable {
            source: source(module),
            text: message.to_owned(),
        },
        WastDirective::Thread(thread) => {
            let lists = layout::lists(place.text, span.start + 1..span.end - 1);
            Command::Thread {
                name: thread.name.name().to_owned(),
                shared: name(thread.shared_module),
                directives: directives(place, thread.directives, &lists)?,
            }
        }
        WastDirective::Wait { thread, .. } => Command::Wait {
            thread: thread.name().to_owned(),
        },
    })
}

fn name(id: Option<Id<'_>>) -> Option<String> {
    id.map(|id| id.name().to_owned())
}

fn quoted(mut module: QuoteWat<'_>) -> Source {
    let sort = match &module {
        QuoteWat::Wat(wat) => sort(wat),
        QuoteWat::QuoteModule(..) => Sort::Module,
        QuoteWat::QuoteComponent(..) => Sort::Component,
    };
    Source {
        sort,
        binary: module.encode().map_err(|error| error.message()),
    }
}

fn source(mut wat: Wat<'_>) -> Source {
    Source {
        sort: sort(&wat),
        binary: wat.encode().map_err(|error| error.message()),
    }
}

fn sort(wat: &Wat<'_>) -> Sort {
    match wat {
        Wat::Module(_) => Sort::Module,
        Wat::Component(_) => Sort::Component,
    }
}

fn action(exec: WastExecute<'_>) -> Result<Action, Error> {
    Ok(match exec {
        WastExecute::Invoke(call) => Action::Invoke(invoke(call)?),
        WastExecute::Wat(wat) => Action::Instantiate(source(wat)),
        WastExecute::Get { module, global, .. } => Action::Get {
            instance: name(module),
            name: global.to_owned(),
        },
    })
}

fn invoke(call: WastInvoke<'_>) -> Result<Invoke, Error> {
    let offset = call.span.offset();
    let args = call.args.into_iter().map(|arg| match arg {
        WastArg::Core(arg) => core_argument(&arg).map_err(|message| (offset, message)),
        WastArg::Component(value) => Ok(component_value(value)),
        other => Err((offset, format!("unknown kind of argument {other:?}"))),
    });
    Ok(Invoke {
        instance: name(call.module),
        name: call.name.to_owned(),
        args: args.collect::<Result<_, _>>()?,
    })
}

fn core_argument(arg: &WastArgCore<'_>) -> Result<Value, String> {
    Ok(match arg {
        WastArgCore::I32(value) => Value::I32(*value),
        WastArgCore::I64(value) => Value::I64(*value),
        WastArgCore::F32(value) => Value::F32(value.bits),
        WastArgCore::F64(value) => Value::F64(value.bits),
        WastArgCore::V128(value) => Value::V128(v128(value)),
        WastArgCore::RefNull(heap) => {
            let hierarchy =
                hierarchy(heap).ok_or("a concrete heap type has no meaning outside of a module")?;
            Value::Ref(Reference::Null(hierarchy))
        }
        WastArgCore::RefExtern(value) => Value::Ref(Reference::Extern(Some(*value))),
        WastArgCore::RefHost(value) => Value::Ref(Reference::Host(*value)),
    })
}

fn v128(value: &V128Const) -> u128 {
    u128::from_le_bytes(value.to_le_bytes())
}

fn hierarchy(heap: &HeapType<'_>) -> Option<Hierarchy> {
    let HeapType::Abstract { ty, .. } = heap else {
        return None;
    };
    Some(match ty {
        AbstractHeapType::Func | AbstractHeapType::NoFunc => Hierarchy::Func,
        AbstractHeapType::Extern | AbstractHeapType::NoExtern => Hierarchy::Extern,
        AbstractHeapType::Exn | AbstractHeapType::NoExn => Hierarchy::Exn,
        AbstractHeapType::Cont | AbstractHeapType::NoCont => Hierarchy::Cont,
        AbstractHeapType::Any
        | AbstractHeapType::Eq
        | AbstractHeapType::Struct
        | AbstractHeapType::Array
        | AbstractHeapType::I31
        | AbstractHeapType::None => Hierarchy::Any,
    })
}

fn component_value(value: WastVal<'_>) -> Value {
    let boxed = |value: Option<Box<WastVal<'_>>>| value.map(|v| Box::new(component_value(*v)));
    let all = |values: Vec<WastVal<'_>>| values.into_iter().map(component_value).collect();
    match value {
        WastVal::Bool(v) => Value::Bool(v),
        WastVal::U8(v) => Value::U8(v),
        WastVal::S8(v) => Value::S8(v),
        WastVal::U16(v) => Value::U16(v),
        WastVal::S16(v) => Value::S16(v),
        WastVal::U32(v) => Value::U32(v),
        WastVal::S32(v) => Value::S32(v),
        WastVal::U64(v) => Value::U64(v),
        WastVal::S64(v) => Value::S64(v),
        WastVal::F32(v) => Value::F32(v.bits),
        WastVal::F64(v) => Value::F64(v.bits),
        WastVal::Char(v) => Value::Char(v),
        WastVal::String(v) => Value::String(v.to_owned()),
        WastVal::List(values) => Value::List(all(values)),
        WastVal::Map(entries) => {
            let entries = entries.into_iter();
            Value::Map(
                entries
                    .map(|(k, v)| (component_value(k), component_value(v)))
                    .collect(),
            )
        }
        WastVal::Record(fields) => {
            let fields = fields.into_iter();
            Value::Record(
                fields
                    .map(|(name, v)| (name.to_owned(), component_value(v)))
                    .collect(),
            )
        }
        WastVal::Tuple(values) => Value::Tuple(all(values)),
        WastVal::Variant(case, payload) => Value::Variant(case.to_owned(), boxed(payload)),
        WastVal::Enum(case) => Value::Enum(case.to_owned()),
        WastVal::Option(payload) => Value::Option(boxed(payload)),
        WastVal::Result(Ok(payload)) => Value::Result(Ok(boxed(payload))),
        WastVal::Result(Err(payload)) => Value::Result(Err(boxed(payload))),
        WastVal::Flags(labels) => Value::Flags(labels.into_iter().map(str::to_owned).collect()),
    }
}

fn pattern(ret: WastRet<'_>) -> Result<Pattern, Error> {
    match ret {
        WastRet::Core(ret) => Ok(core_pattern(ret)),
        WastRet::Component(value) => Ok(Pattern::Value(component_value(value))),
        other => Err((0, format!("unknown kind of result {other:?}"))),
    }
}

fn core_pattern(ret: WastRetCore<'_>) -> Pattern {
    match ret {
        WastRetCore::I32(value) => Pattern::Value(Value::I32(value)),
        WastRetCore::I64(value) => Pattern::Value(Value::I64(value)),
        WastRetCore::F32(value) => Pattern::F32(f32_pattern(value)),
        WastRetCore::F64(value) => Pattern::F64(f64_pattern(value)),
        WastRetCore::V128(value) => v128_pattern(&value),
        WastRetCore::RefNull(heap) => Pattern::RefNull(heap.as_ref().and_then(hierarchy)),
        WastRetCore::RefExtern(Some(value)) => {
            Pattern::Value(Value::Ref(Reference::Extern(Some(value))))
        }
        WastRetCore::RefExtern(None) => Pattern::Ref(RefPattern::Extern),
        WastRetCore::RefHost(value) => Pattern::Value(Value::Ref(Reference::Host(value))),
        WastRetCore::RefFunc(_) => Pattern::Ref(RefPattern::Func),
        WastRetCore::RefAny => Pattern::Ref(RefPattern::Any),
        WastRetCore::RefEq => Pattern::Ref(RefPattern::Eq),
        WastRetCore::RefArray => Pattern::Ref(RefPattern::Array),
        WastRetCore::RefStruct => Pattern::Ref(RefPattern::Struct),
        WastRetCore::RefI31 | WastRetCore::RefI31Shared => Pattern::Ref(RefPattern::I31),
        WastRetCore::Either(cases) => {
            Pattern::Either(cases.into_iter().map(core_pattern).collect())
        }
    }
}

fn f32_pattern(pattern: NanPattern<F32>) -> FloatPattern<u32> {
    match pattern {
        NanPattern::CanonicalNan => FloatPattern::CanonicalNan,
        NanPattern::ArithmeticNan => FloatPattern::ArithmeticNan,
        NanPattern::Value(value) => FloatPattern::Bits(value.bits),
    }
}

fn f64_pattern(pattern: NanPattern<F64>) -> FloatPattern<u64> {
    match pattern {
        NanPattern::CanonicalNan => FloatPattern::CanonicalNan,
        NanPattern::ArithmeticNan => FloatPattern::ArithmeticNan,
        NanPattern::Value(value) => FloatPattern::Bits(value.bits),
    }
}

fn v128_pattern(pattern: &V128Pattern) -> Pattern {
    let exact = |value: V128Const| Pattern::Value(Value::V128(v128(&value)));
    match pattern {
        V128Pattern::I8x16(lanes) => exact(V128Const::I8x16(*lanes)),
        V128Pattern::I16x8(lanes) => exact(V128Const::I16x8(*lanes)),
        V128Pattern::I32x4(lanes) => exact(V128Const::I32x4(*lanes)),
        V128Pattern::I64x2(lanes) => exact(V128Const::I64x2(*lanes)),
        V128Pattern::F32x4(lanes) => Pattern::F32x4(lanes.map(f32_pattern)),
        V128Pattern::F64x2(lanes) => Pattern::F64x2(lanes.map(f64_pattern)),
    }
}
