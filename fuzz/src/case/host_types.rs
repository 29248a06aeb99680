//! The types of which the harness's host has an echo.

use super::types::Type::{
    self, Bool, Char, F32, F64, S8, S16, S32, S64, String as Text, U8, U16, U32, U64,
};
use super::types::{fixed_list, flags, list, map, option, result, tuple};

/// Each type that the host gives back, under the host's name: its `echo-NAME` does.
#[must_use]
pub fn host_types() -> Vec<(&'static str, Type)> {
    let fields = |fields: &[(&str, Type)]| {
        let field = |(name, ty): &(&str, Type)| ((*name).to_owned(), ty.clone());
        Type::Record(fields.iter().map(field).collect())
    };
    let cases = |cases: &[(&str, Option<Type>)]| {
        let case = |(name, ty): &(&str, Option<Type>)| ((*name).to_owned(), ty.clone());
        Type::Variant(cases.iter().map(case).collect())
    };
    let point = fields(&[("x", S32), ("y", F64)]);
    let wide = [
        U8, U16, U32, U64, S8, S16, S32, S64, F32, F64, Char, Bool, U8, U16, U32, U64, U8,
    ];
    vec![
        ("bool", Bool),
        ("u8", U8),
        ("s8", S8),
        ("u16", U16),
        ("s16", S16),
        ("u32", U32),
        ("s32", S32),
        ("u64", U64),
        ("s64", S64),
        ("f32", F32),
        ("f64", F64),
        ("char", Char),
        ("string", Text),
        ("list-u8", list(U8)),
        ("list-string", list(Text)),
        ("list-list-u32", list(list(U32))),
        ("fixed-list", fixed_list(U32, 4)),
        ("map", map(Text, U32)),
        ("tuple", tuple([U8, Text, F32])),
        ("option", option(Text)),
        ("option-option", option(option(U8))),
        ("result", result(Some(U32), Some(Text))),
        ("result-empty", result(None, None)),
        ("point", point.clone()),
        (
            "person",
            fields(&[("name", Text), ("age", U8), ("tags", list(Text))]),
        ),
        (
            "wide",
            Type::Record(('a'..='q').map(String::from).zip(wide).collect()),
        ),
        (
            "shape",
            cases(&[
                ("nothing", None),
                ("number", Some(U32)),
                ("text", Some(Text)),
                ("place", Some(point)),
            ]),
        ),
        (
            "joined32",
            cases(&[("int", Some(S32)), ("float", Some(F32))]),
        ),
        (
            "joined64",
            cases(&[("int", Some(S64)), ("float", Some(F64))]),
        ),
        (
            "joined",
            cases(&[
                ("int32", Some(S32)),
                ("int64", Some(S64)),
                ("float32", Some(F32)),
                ("float64", Some(F64)),
            ]),
        ),
        (
            "color",
            Type::Enum(["red", "green", "blue"].map(str::to_owned).to_vec()),
        ),
        ("flags8", flags(8)),
        ("flags9", flags(9)),
        ("flags32", flags(32)),
    ]
}
