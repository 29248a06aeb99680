//! The types of a store, and when one matches another (core spec, chapter
//! Validation, sections Types and Matching).

use super::types::{
    AbstractHeapType, CompositeType, ExternType, FuncType, HeapType, RefType, SubType, Substitute,
    TypeId, TypeUse, ValType,
};
use std::collections::HashMap;

/// The defined types of a store.
///
/// A recursive group is rolled up, its types calling each other `rec.i` and all
/// others by their ids, and kept once: so two types are equal if their ids are.
#[derive(Debug, Default)]
pub(crate) struct Types {
    defined: Vec<SubType>,
    groups: HashMap<Box<[SubType]>, u32>,
}

impl Types {
    /// The types of a module, given its recursive groups.
    pub(crate) fn define_module<'m>(
        &mut self,
        groups: impl Iterator<Item = &'m [SubType]>,
    ) -> Box<[TypeId]> {
        let mut types: Vec<TypeId> = Vec::new();
        for group in groups {
            let first = types.len() as u32;
            let rolled: Box<[SubType]> = group
                .iter()
                .map(|ty| ty.substitute(&|ty| roll(ty, first, &types)))
                .collect();
            let base = self.define(rolled);
            types.extend((base..).take(group.len()).map(TypeId));
        }
        types.into()
    }

    /// A function type that stands alone.
    pub(crate) fn define_func(&mut self, ty: FuncType) -> TypeId {
        let group = [SubType {
            is_final: true,
            supertype: None,
            composite: CompositeType::Func(ty),
        }];
        TypeId(self.define(group.into()))
    }

    fn define(&mut self, rolled: Box<[SubType]>) -> u32 {
        if let Some(base) = self.groups.get(&rolled) {
            return *base;
        }
        let base = self.defined.len() as u32;
        let unroll = |ty| match ty {
            TypeUse::Rec(i) => TypeUse::Defined(TypeId(base + i)),
            ty => ty,
        };
        let unrolled = rolled.iter().map(|ty| ty.substitute(&unroll));
        self.defined.extend(unrolled);
        self.groups.insert(rolled, base);
        base
    }

    pub(crate) fn composite(&self, ty: TypeId) -> &CompositeType {
        &self.defined[ty.0 as usize].composite
    }

    /// A defined type that validation knows to be a function type.
    pub(crate) fn func(&self, ty: TypeId) -> &FuncType {
        match self.composite(ty) {
            CompositeType::Func(ty) => ty,
            CompositeType::Struct(_) | CompositeType::Array(_) => {
                unreachable!("functions and tags have function types")
            }
        }
    }

    /// The abstract heap type right above a defined type.
    pub(crate) fn kind(&self, ty: TypeId) -> AbstractHeapType {
        match self.composite(ty) {
            CompositeType::Func(_) => AbstractHeapType::Func,
            CompositeType::Struct(_) => AbstractHeapType::Struct,
            CompositeType::Array(_) => AbstractHeapType::Array,
        }
    }

    pub(crate) fn defined_matches(&self, mut sub: TypeId, sup: TypeId) -> bool {
        loop {
            if sub == sup {
                return true;
            }
            match self.defined[sub.0 as usize].supertype {
                Some(TypeUse::Defined(ty)) => sub = ty,
                _ => return false,
            }
        }
    }

    pub(crate) fn heap_matches(&self, sub: HeapType, sup: HeapType) -> bool {
        match (sub, sup) {
            (HeapType::Use(TypeUse::Defined(sub)), HeapType::Use(TypeUse::Defined(sup))) => {
                self.defined_matches(sub, sup)
            }
            (HeapType::Use(TypeUse::Defined(sub)), HeapType::Abstract(sup)) => {
                abstract_matches(self.kind(sub), sup)
            }
            (HeapType::Abstract(sub), HeapType::Use(TypeUse::Defined(sup))) => {
                is_bottom(sub) && sub.top() == self.kind(sup).top()
            }
            (HeapType::Abstract(sub), HeapType::Abstract(sup)) => abstract_matches(sub, sup),
            // No type of a store is open.
            (HeapType::Use(_), _) | (_, HeapType::Use(_)) => false,
        }
    }

    fn ref_matches(&self, sub: RefType, sup: RefType) -> bool {
        (sup.nullable || !sub.nullable) && self.heap_matches(sub.heap, sup.heap)
    }

    fn value_matches(&self, sub: ValType, sup: ValType) -> bool {
        match (sub, sup) {
            (ValType::Ref(sub), ValType::Ref(sup)) => self.ref_matches(sub, sup),
            (sub, sup) => sub == sup,
        }
    }

    /// Of a memory or table, `min` is the size that it has.
    pub(crate) fn extern_matches(&self, sub: ExternType, sup: ExternType) -> bool {
        match (sub, sup) {
            (ExternType::Func(TypeUse::Defined(sub)), ExternType::Func(TypeUse::Defined(sup))) => {
                self.defined_matches(sub, sup)
            }
            (ExternType::Table(sub), ExternType::Table(sup)) => {
                sub.is64 == sup.is64
                    && sub.element == sup.element
                    && limits_match((sub.min, sub.max), (sup.min, sup.max))
            }
            (ExternType::Memory(sub), ExternType::Memory(sup)) => {
                sub.is64 == sup.is64
                    && sub.page_size_log2 == sup.page_size_log2
                    && limits_match((sub.min, sub.max), (sup.min, sup.max))
            }
            (ExternType::Global(sub), ExternType::Global(sup)) => match sup.mutable {
                true => sub == sup,
                false => !sub.mutable && self.value_matches(sub.value, sup.value),
            },
            (ExternType::Tag(sub), ExternType::Tag(sup)) => sub == sup,
            _ => false,
        }
    }

    /// An external type as the text format writes it.
    pub(crate) fn describe(&self, ty: ExternType) -> String {
        let func = |ty| match ty {
            TypeUse::Defined(ty) => self.func(ty).to_string(),
            TypeUse::Index(_) | TypeUse::Rec(_) => String::new(),
        };
        match ty {
            ExternType::Func(ty) => format!("(func{})", func(ty)),
            ExternType::Table(ty) => ty.to_string(),
            ExternType::Memory(ty) => ty.to_string(),
            ExternType::Global(ty) => ty.to_string(),
            ExternType::Tag(ty) => format!("(tag{})", func(ty)),
        }
    }
}

/// Replaces the type indices of a module in a type that stands in the group that
/// begins at index `first`.
fn roll(ty: TypeUse, first: u32, types: &[TypeId]) -> TypeUse {
    match ty {
        TypeUse::Index(i) => match types.get(i as usize) {
            Some(ty) => TypeUse::Defined(*ty),
            None => TypeUse::Rec(i - first),
        },
        ty => ty,
    }
}

fn abstract_matches(sub: AbstractHeapType, sup: AbstractHeapType) -> bool {
    use AbstractHeapType::{Array, Eq, I31, Struct};
    sub == sup
        || sub.top() == sup
        || (is_bottom(sub) && sub.top() == sup.top())
        || (sup == Eq && matches!(sub, I31 | Struct | Array))
}

fn is_bottom(heap: AbstractHeapType) -> bool {
    use AbstractHeapType::{NoExn, NoExtern, NoFunc, None};
    matches!(heap, None | NoFunc | NoExtern | NoExn)
}

fn limits_match(sub: (u64, Option<u64>), sup: (u64, Option<u64>)) -> bool {
    sub.0 >= sup.0
        && match (sub.1, sup.1) {
            (_, None) => true,
            (Some(sub), Some(sup)) => sub <= sup,
            (None, Some(_)) => false,
        }
}
