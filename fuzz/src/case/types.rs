//! Value types, and how a component's text writes them.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A value type, with the names of its parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Type {
    /// `bool`.
    Bool,
    /// `u8`.
    U8,
    /// `s8`.
    S8,
    /// `u16`.
    U16,
    /// `s16`.
    S16,
    /// `u32`.
    U32,
    /// `s32`.
    S32,
    /// `u64`.
    U64,
    /// `s64`.
    S64,
    /// `f32`.
    F32,
    /// `f64`.
    F64,
    /// `char`.
    Char,
    /// `string`.
    String,
    /// `list<T>`.
    List(Box<Type>),
    /// `list<T, N>`.
    FixedList(Box<Type>, usize),
    /// `map<K, V>`.
    Map(Box<Type>, Box<Type>),
    /// `record`, with the names of its fields.
    Record(Vec<(String, Type)>),
    /// `tuple`.
    Tuple(Vec<Type>),
    /// `variant`, with the names of its cases.
    Variant(Vec<(String, Option<Type>)>),
    /// `enum`.
    Enum(Vec<String>),
    /// `option`.
    Option(Box<Type>),
    /// `result`.
    Result(Option<Box<Type>>, Option<Box<Type>>),
    /// `flags`.
    Flags(Vec<String>),
}

/// `list<T>`.
#[must_use]
pub fn list(element: Type) -> Type {
    Type::List(Box::new(element))
}

/// `list<T, N>`.
#[must_use]
pub fn fixed_list(element: Type, length: usize) -> Type {
    Type::FixedList(Box::new(element), length)
}

/// `map<K, V>`.
#[must_use]
pub fn map(key: Type, value: Type) -> Type {
    Type::Map(Box::new(key), Box::new(value))
}

/// A record with fields of these types.
#[must_use]
pub fn record(fields: impl IntoIterator<Item = Type>) -> Type {
    Type::Record(
        fields
            .into_iter()
            .enumerate()
            .map(|(i, ty)| (format!("f{i}"), ty))
            .collect(),
    )
}

/// A tuple.
#[must_use]
pub fn tuple(items: impl IntoIterator<Item = Type>) -> Type {
    Type::Tuple(items.into_iter().collect())
}

/// A variant with these payloads.
#[must_use]
pub fn variant(payloads: impl IntoIterator<Item = Option<Type>>) -> Type {
    Type::Variant(
        payloads
            .into_iter()
            .enumerate()
            .map(|(i, payload)| (format!("c{i}"), payload))
            .collect(),
    )
}

/// An enum with so many cases.
#[must_use]
pub fn cases(count: usize) -> Type {
    Type::Enum((0..count).map(|i| format!("c{i}")).collect())
}

/// `option<T>`.
#[must_use]
pub fn option(payload: Type) -> Type {
    Type::Option(Box::new(payload))
}

/// `result<T, E>`.
#[must_use]
pub fn result(ok: Option<Type>, error: Option<Type>) -> Type {
    Type::Result(ok.map(Box::new), error.map(Box::new))
}

/// Flags with so many labels.
#[must_use]
pub fn flags(count: usize) -> Type {
    Type::Flags((0..count).map(|i| format!("f{i}")).collect())
}

impl Type {
    /// The types that it is made of.
    #[must_use]
    pub fn parts(&self) -> Vec<&Type> {
        match self {
            Type::List(element) | Type::FixedList(element, _) | Type::Option(element) => {
                vec![element]
            }
            Type::Map(key, value) => vec![key, value],
            Type::Record(fields) => fields.iter().map(|(_, ty)| ty).collect(),
            Type::Tuple(items) => items.iter().collect(),
            Type::Variant(cases) => cases.iter().filter_map(|(_, ty)| ty.as_ref()).collect(),
            Type::Result(ok, error) => ok.iter().chain(error).map(AsRef::as_ref).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether the encoding of strings makes a difference to its values.
    #[must_use]
    pub fn has_strings(&self) -> bool {
        *self == Type::String || self.parts().into_iter().any(Type::has_strings)
    }

    /// Whether only a type with a name may stand in the type of an import or an
    /// export.
    fn needs_name(&self) -> bool {
        matches!(
            self,
            Type::Record(_) | Type::Variant(_) | Type::Enum(_) | Type::Flags(_)
        )
    }
}

/// The names that a component has for those types that need one.
#[derive(Clone)]
pub struct Names(Vec<(String, Type)>);

impl Names {
    /// Names for all parts of `ty`, parts first; `given` are to be used where they
    /// fit.
    #[must_use]
    pub fn of(ty: &Type, given: &[(&str, Type)]) -> Names {
        fn collect(ty: &Type, given: &[(&str, Type)], names: &mut Vec<(String, Type)>) {
            for part in ty.parts() {
                collect(part, given, names);
            }
            if ty.needs_name() && !names.iter().any(|(_, known)| known == ty) {
                let given = given.iter().find(|(_, known)| known == ty);
                let name = match given {
                    Some((name, _)) => (*name).to_owned(),
                    None => format!("t{}", names.len()),
                };
                names.push((name, ty.clone()));
            }
        }
        let mut names = Vec::new();
        collect(ty, given, &mut names);
        Names(names)
    }

    /// The names, those of parts first.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// Definitions of the types that give them to the outside under their names.
    #[must_use]
    pub fn exported(&self) -> String {
        self.declared(|name| format!("(export ${name} \"{name}\" (type ${name}'))"))
    }

    /// Imports of the types by their names.
    #[must_use]
    pub fn imported(&self) -> String {
        self.declared(|name| format!("(import \"{name}\" (type ${name} (eq ${name}')))"))
    }

    /// Declarations of the types in the type of an instance that exports them.
    #[must_use]
    pub fn in_instance_type(&self) -> String {
        self.declared(|name| format!("(export \"{name}\" (type ${name} (eq ${name}')))"))
    }

    fn declared(&self, named: impl Fn(&str) -> String) -> String {
        self.0
            .iter()
            .map(|(name, ty)| format!("(type ${name}' {})\n{}\n", self.structure(ty), named(name)))
            .collect()
    }

    /// A type as it stands in the type of a function.
    #[must_use]
    pub fn text(&self, ty: &Type) -> String {
        match self.0.iter().find(|(_, known)| known == ty) {
            Some((name, _)) => format!("${name}"),
            None => self.structure(ty),
        }
    }

    fn structure(&self, ty: &Type) -> String {
        let quoted = |names: &[String]| -> String {
            names.iter().map(|name| format!(" \"{name}\"")).collect()
        };
        match ty {
            Type::List(element) => format!("(list {})", self.text(element)),
            Type::FixedList(element, length) => format!("(list {} {length})", self.text(element)),
            Type::Map(key, value) => format!("(map {} {})", self.text(key), self.text(value)),
            Type::Record(fields) => {
                let field =
                    |(name, ty): &(String, Type)| format!(" (field \"{name}\" {})", self.text(ty));
                format!("(record{})", fields.iter().map(field).collect::<String>())
            }
            Type::Tuple(items) => {
                let item = |ty| format!(" {}", self.text(ty));
                format!("(tuple{})", items.iter().map(item).collect::<String>())
            }
            Type::Variant(cases) => {
                let case = |(name, payload): &(String, Option<Type>)| match payload {
                    Some(ty) => format!(" (case \"{name}\" {})", self.text(ty)),
                    None => format!(" (case \"{name}\")"),
                };
                format!("(variant{})", cases.iter().map(case).collect::<String>())
            }
            Type::Enum(cases) => format!("(enum{})", quoted(cases)),
            Type::Option(payload) => format!("(option {})", self.text(payload)),
            Type::Result(ok, error) => {
                let ok = ok.iter().map(|ty| format!(" {}", self.text(ty)));
                let error = error.iter().map(|ty| format!(" (error {})", self.text(ty)));
                format!("(result{})", ok.chain(error).collect::<String>())
            }
            Type::Flags(labels) => format!("(flags{})", quoted(labels)),
            scalar => scalar.to_string(),
        }
    }
}

/// Types are printed without the names of their parts, and several equal parts in a
/// row as one with their number.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |ty: Option<&Type>| ty.map_or("_".to_owned(), Type::to_string);
        match self {
            Type::List(element) => write!(f, "list<{element}>"),
            Type::FixedList(element, length) => write!(f, "list<{element};{length}>"),
            Type::Map(key, value) => write!(f, "map<{key},{value}>"),
            Type::Record(fields) => {
                write!(
                    f,
                    "record<{}>",
                    runs(fields.iter().map(|(_, ty)| ty.to_string()))
                )
            }
            Type::Tuple(items) => write!(f, "tuple<{}>", runs(items.iter().map(Type::to_string))),
            Type::Variant(cases) => {
                write!(
                    f,
                    "variant<{}>",
                    runs(cases.iter().map(|(_, ty)| part(ty.as_ref())))
                )
            }
            Type::Enum(cases) => write!(f, "enum<{}>", cases.len()),
            Type::Option(payload) => write!(f, "option<{payload}>"),
            Type::Result(ok, error) => {
                write!(
                    f,
                    "result<{},{}>",
                    part(ok.as_deref()),
                    part(error.as_deref())
                )
            }
            Type::Flags(labels) => write!(f, "flags<{}>", labels.len()),
            scalar => f.write_str(&format!("{scalar:?}").to_lowercase()),
        }
    }
}

fn runs(parts: impl Iterator<Item = String>) -> String {
    let mut runs: Vec<(String, usize)> = Vec::new();
    for part in parts {
        match runs.last_mut() {
            Some((last, count)) if *last == part => *count += 1,
            _ => runs.push((part, 1)),
        }
    }
    let text = |(part, count): (String, usize)| match count {
        1 => part,
        _ => format!("{part}*{count}"),
    };
    runs.into_iter().map(text).collect::<Vec<_>>().join(",")
}
