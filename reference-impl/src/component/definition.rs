//! The abstract syntax of components ([Explainer.md#component-definitions]), in
//! terms of indices.

use crate::canonical::canon::{self, Payload};
use crate::canonical::options::{CanonicalOptions, MemInst, StringEncoding};
use crate::component::core_type::CoreType;
use crate::core;
use crate::types::{CoreValType, Label, ResourceType, ValType};
use std::sync::Arc;

/// The name of an import or an export.
pub(crate) type Name = Arc<str>;

/// `component`, `componenttype` and `instancetype`
/// ([Explainer.md#type-definitions]): a type is a component which says of its
/// exports only what they are like.
#[derive(Debug, Default)]
pub(crate) struct Body {
    /// Its definitions, each of which adds to an index space.
    pub(crate) definitions: Vec<Definition>,
    /// What of the enclosing body it takes through outer aliases, its own or those
    /// of the bodies within it.
    pub(crate) captures: Vec<(OuterSort, Outer)>,
}

/// `definition` ([Explainer.md#component-definitions]).
#[derive(Debug)]
pub(crate) enum Definition {
    /// `core:module`.
    CoreModule(Arc<core::Module>),
    /// `core:instance`.
    CoreInstance(CoreInstance),
    /// `core:type`.
    CoreType(CoreType),
    /// `component`.
    Component(Arc<Body>),
    /// `instance`.
    Instance(Instance),
    /// `alias`.
    Alias(Alias),
    /// `type`.
    Type(DefType),
    /// `canon`.
    Canon(Canon),
    /// `import` and `importdecl`.
    Import(Name, ExternType),
    /// `export`, and the type that is ascribed to it.
    Export(Name, Sort, u32, Option<ExternType>),
    /// `exportdecl`.
    ExportDecl(Name, ExternType),
}

/// `core:sort` ([Explainer.md#index-spaces]), of what a core instance exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CoreSort {
    /// `func`.
    Func,
    /// `table`.
    Table,
    /// `memory`.
    Memory,
    /// `global`.
    Global,
    /// `tag`.
    Tag,
}

/// `sort` ([Explainer.md#index-spaces]), of what a component instance exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// `core module`.
    Module,
    /// `func`.
    Func,
    /// `type`.
    Type,
    /// `component`.
    Component,
    /// `instance`.
    Instance,
}

/// `outeraliassort` ([Explainer.md#alias-definitions]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum OuterSort {
    /// `core module`.
    Module,
    /// `core type`.
    CoreType,
    /// `component`.
    Component,
    /// `type`.
    Type,
}

/// Where the target of an outer alias is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Outer {
    /// In the index space of the body itself.
    Own(u32),
    /// Among [`Body::captures`].
    Captured(u32),
}

/// `core:instanceexpr` ([Explainer.md#instance-definitions]).
#[derive(Debug)]
pub(crate) enum CoreInstance {
    /// `instantiate`: the module, and the instances by the names of its imports.
    Instantiate(u32, Vec<(Name, u32)>),
    /// `core:inlineexport`s.
    Exports(Vec<(Name, CoreSort, u32)>),
}

/// `instanceexpr` ([Explainer.md#instance-definitions]).
#[derive(Debug)]
pub(crate) enum Instance {
    /// `instantiate`: the component, and its arguments.
    Instantiate(u32, Vec<(Name, Sort, u32)>),
    /// `inlineexport`s.
    Exports(Vec<(Name, Sort, u32)>),
}

/// `alias` ([Explainer.md#alias-definitions]).
#[derive(Debug)]
pub(crate) enum Alias {
    /// `alias export`: of an instance.
    Export(u32, Name),
    /// `alias core export`: of a core instance.
    CoreExport(u32, Name),
    /// `alias outer`.
    Outer(OuterSort, Outer),
}

/// `externtype` ([Explainer.md#type-definitions]).
#[derive(Clone, Copy, Debug)]
pub(crate) enum ExternType {
    /// A core module: its core type.
    Module(u32),
    /// A function: its type.
    Func(u32),
    /// A type: its bound.
    Type(TypeBound),
    /// A component: its type.
    Component(u32),
    /// An instance: its type.
    Instance(u32),
}

/// `typebound` ([Explainer.md#type-definitions]).
#[derive(Clone, Copy, Debug)]
pub(crate) enum TypeBound {
    /// `eq`.
    Eq(u32),
    /// `sub resource`.
    SubResource,
}

/// `deftype` ([Explainer.md#type-definitions]).
#[derive(Debug)]
pub(crate) enum DefType {
    /// `defvaltype`.
    Val(DefValType),
    /// `functype`.
    Func {
        /// The parameters.
        params: Vec<(Label, TypeRef)>,
        /// The result.
        result: Option<TypeRef>,
        /// Whether it is `async`.
        async_: bool,
    },
    /// `resourcetype`.
    Resource {
        /// The core type of representations.
        rep: CoreValType,
        /// The core function that destroys.
        dtor: Option<u32>,
    },
    /// `componenttype`.
    Component(Arc<Body>),
    /// `instancetype`.
    Instance(Arc<Body>),
}

/// `valtype` ([Explainer.md#type-definitions]).
#[derive(Debug)]
pub(crate) enum TypeRef {
    /// A type without parts.
    Known(ValType),
    /// A type of the index space.
    Index(u32),
}

/// `defvaltype` ([Explainer.md#type-definitions]).
#[derive(Debug)]
pub(crate) enum DefValType {
    /// A type without parts that refer to others.
    Known(ValType),
    /// `record`.
    Record(Vec<(Label, TypeRef)>),
    /// `variant`.
    Variant(Vec<(Label, Option<TypeRef>)>),
    /// `list`.
    List(TypeRef, Option<u32>),
    /// `tuple`.
    Tuple(Vec<TypeRef>),
    /// `option`.
    Option(TypeRef),
    /// `result`.
    Result(Option<TypeRef>, Option<TypeRef>),
    /// `map`.
    Map(TypeRef, TypeRef),
    /// `own`.
    Own(u32),
    /// `borrow`.
    Borrow(u32),
    /// `stream`.
    Stream(Option<TypeRef>),
    /// `future`.
    Future(Option<TypeRef>),
}

/// `canon` ([Explainer.md#canonical-definitions]): what the definition of the
/// runtime is made of, once indices are resolved.
#[derive(Debug)]
pub(crate) enum Canon {
    /// `canon lift`: the core function, the type of the function.
    Lift(u32, u32, CanonOpts),
    /// `canon lower`: the function.
    Lower(u32, CanonOpts),
    /// A built-in without indices.
    Builtin(canon::Canon),
    /// A built-in for a resource type.
    Resource(fn(ResourceType) -> canon::Canon, u32),
    /// `canon task.return`.
    TaskReturn(Option<TypeRef>, CanonOpts),
    /// A built-in that writes to a memory.
    Memory(fn(MemInst) -> canon::Canon, u32),
    /// A built-in for a stream or future type.
    Transfer(fn(Payload) -> canon::Canon, u32),
    /// A built-in that copies elements of a stream or future type.
    Copy(
        fn(Payload, CanonicalOptions) -> canon::Canon,
        u32,
        CanonOpts,
    ),
    /// A built-in that cancels a copy, and whether it is `async`.
    CancelCopy(fn(Payload, bool) -> canon::Canon, u32, bool),
    /// `canon thread.new-indirect`: the core type of the function, the table.
    ThreadNewIndirect(u32, u32),
    /// `canon error-context.new`.
    ErrorContextNew(CanonOpts),
    /// `canon error-context.debug-message`.
    ErrorContextDebugMessage(CanonOpts),
}

/// `canonopt`s ([Explainer.md#canonical-abi]).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CanonOpts {
    /// `string-encoding`.
    pub(crate) string_encoding: StringEncoding,
    /// `memory`.
    pub(crate) memory: Option<u32>,
    /// `realloc`.
    pub(crate) realloc: Option<u32>,
    /// `post-return`.
    pub(crate) post_return: Option<u32>,
    /// `async`.
    pub(crate) async_: bool,
    /// `callback`.
    pub(crate) callback: Option<u32>,
}
