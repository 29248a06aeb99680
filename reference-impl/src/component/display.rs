//! Types in the words of WIT, for messages.

use crate::component::definition::{ExternType, TypeBound};
use crate::component::item::{Extern, TypeDef};
use crate::component::scope::{Scope, get};
use crate::types::{FuncType, Label, PrimValType, ResourceType, ValType};
use std::fmt::{self, Display, Formatter};

/// Something of a type of the scope.
pub(super) struct Expected<'s>(pub(super) &'s Scope, pub(super) ExternType);

/// Something that was given.
pub(super) struct Given<'e>(pub(super) &'e Extern);

impl Display for Expected<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Expected(scope, t) = self;
        match t {
            ExternType::Module(_) => f.write_str("core module"),
            ExternType::Func(t) => match get(&scope.types, *t) {
                Ok(TypeDef::Func(ft)) => ft.fmt(f),
                _ => f.write_str("func"),
            },
            ExternType::Type(TypeBound::SubResource) => f.write_str("resource"),
            ExternType::Type(TypeBound::Eq(t)) => match get(&scope.types, *t) {
                Ok(t) => write!(f, "type {t}"),
                Err(_) => f.write_str("type"),
            },
            ExternType::Component(_) => f.write_str("component"),
            ExternType::Instance(_) => f.write_str("instance"),
        }
    }
}

impl Display for Given<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Extern::Module(_) => f.write_str("core module"),
            Extern::Func(func) => func.ft.fmt(f),
            Extern::Type(t) => write!(f, "type {t}"),
            Extern::Component(_) => f.write_str("component"),
            Extern::Instance(_) => f.write_str("instance"),
        }
    }
}

impl Display for TypeDef {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            TypeDef::Val(t) => t.fmt(f),
            TypeDef::Func(ft) => ft.fmt(f),
            TypeDef::Resource(rt) => rt.fmt(f),
            TypeDef::Component(_) => f.write_str("component"),
            TypeDef::Instance(_) => f.write_str("instance"),
        }
    }
}

impl Display for FuncType {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(if self.async_ { "async func(" } else { "func(" })?;
        separated(f, &self.params, |f, (label, t)| write!(f, "{label}: {t}"))?;
        f.write_str(")")?;
        self.result.iter().try_for_each(|t| write!(f, " -> {t}"))
    }
}

impl Display for ValType {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            ValType::Prim(t) => t.fmt(f),
            ValType::ErrorContext => f.write_str("error-context"),
            ValType::List(t, None) => write!(f, "list<{t}>"),
            ValType::List(t, Some(length)) => write!(f, "list<{t}, {length}>"),
            ValType::Record(fields) => {
                f.write_str("record { ")?;
                separated(f, fields, |f, field| {
                    write!(f, "{}: {}", field.label, field.t)
                })?;
                f.write_str(" }")
            }
            ValType::Tuple(ts) => {
                f.write_str("tuple<")?;
                separated(f, ts, |f, t| t.fmt(f))?;
                f.write_str(">")
            }
            ValType::Variant(cases) => {
                f.write_str("variant { ")?;
                separated(f, cases, |f, case| {
                    f.write_str(&case.label)?;
                    case.t.iter().try_for_each(|t| write!(f, "({t})"))
                })?;
                f.write_str(" }")
            }
            ValType::Enum(labels) => labelled(f, "enum", labels),
            ValType::Flags(labels) => labelled(f, "flags", labels),
            ValType::Option(t) => write!(f, "option<{t}>"),
            ValType::Result(None, None) => f.write_str("result"),
            ValType::Result(Some(ok), None) => write!(f, "result<{ok}>"),
            ValType::Result(None, Some(error)) => write!(f, "result<_, {error}>"),
            ValType::Result(Some(ok), Some(error)) => write!(f, "result<{ok}, {error}>"),
            ValType::Map(key, value) => write!(f, "map<{key}, {value}>"),
            ValType::Own(rt) => write!(f, "own<{rt}>"),
            ValType::Borrow(rt) => write!(f, "borrow<{rt}>"),
            ValType::Stream(None) => f.write_str("stream"),
            ValType::Stream(Some(t)) => write!(f, "stream<{t}>"),
            ValType::Future(None) => f.write_str("future"),
            ValType::Future(Some(t)) => write!(f, "future<{t}>"),
        }
    }
}

impl Display for PrimValType {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PrimValType::Bool => "bool",
            PrimValType::S8 => "s8",
            PrimValType::U8 => "u8",
            PrimValType::S16 => "s16",
            PrimValType::U16 => "u16",
            PrimValType::S32 => "s32",
            PrimValType::U32 => "u32",
            PrimValType::S64 => "s64",
            PrimValType::U64 => "u64",
            PrimValType::F32 => "f32",
            PrimValType::F64 => "f64",
            PrimValType::Char => "char",
            PrimValType::String => "string",
        })
    }
}

/// Resource types of a store are counted from its first on; those that stand for
/// any, from the last number downwards.
impl Display for ResourceType {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            own if own < u32::MAX / 2 => write!(f, "resource #{own}"),
            other => write!(f, "abstract resource #{}", u32::MAX - other),
        }
    }
}

fn labelled(f: &mut Formatter<'_>, keyword: &str, labels: &[Label]) -> fmt::Result {
    write!(f, "{keyword} {{ ")?;
    separated(f, labels, |f, label| f.write_str(label))?;
    f.write_str(" }")
}

fn separated<T>(
    f: &mut Formatter<'_>,
    items: &[T],
    mut item: impl FnMut(&mut Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    for (i, t) in items.iter().enumerate() {
        if i != 0 {
            f.write_str(", ")?;
        }
        item(f, t)?;
    }
    Ok(())
}
