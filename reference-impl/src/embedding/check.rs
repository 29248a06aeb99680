//! What `Store.invoke` takes for granted of the host ([CanonicalABI.md#embedding]):
//! that its values are of their types, and its own.

use crate::canonical::despecialization::{Despecialized, despecialize};
use crate::canonical::ends::{EndClass, EndId, Owner, State};
use crate::canonical::type_predicates::contains_async_value;
use crate::store::Store;
use crate::types::{FuncType, PrimValType, ValType};
use crate::value::{ReadableEnd, Value};

impl Store {
    /// Checks arguments of the host's, and takes over what is in them.
    pub(super) fn hand_over_arguments(
        &mut self,
        ft: &FuncType,
        args: &[Value],
    ) -> Result<(), String> {
        if args.len() != ft.params.len() {
            let (given, wanted) = (args.len(), ft.params.len());
            return Err(format!("{given} arguments for {wanted} parameters"));
        }
        let mut check = Check::new(self);
        let mut params = ft.params.iter().zip(args);
        match params.find(|((_, t), v)| !check.is_of_type(v, t)) {
            Some(((label, _), v)) => Err(format!("{v:?} is no value of parameter `{label}`")),
            None => {
                let ends = check.ends;
                self.take_over(ends);
                Ok(())
            }
        }
    }

    /// As [`Store::hand_over_arguments`], of a result.
    pub(super) fn hand_over_result(
        &mut self,
        ft: &FuncType,
        result: Option<&Value>,
    ) -> Result<(), String> {
        match (&ft.result, result) {
            (None, None) => Ok(()),
            (Some(t), Some(v)) => self.hand_over_elements(t, std::slice::from_ref(v)),
            (_, v) => Err(format!("{v:?} is no value of the result")),
        }
    }

    /// As [`Store::hand_over_arguments`], of values of one type.
    pub(super) fn hand_over_elements(&mut self, t: &ValType, vs: &[Value]) -> Result<(), String> {
        let mut check = Check::new(self);
        match vs.iter().find(|v| !check.is_of_type(v, t)) {
            Some(v) => Err(format!("{v:?} is no value of the type that is wanted")),
            None => {
                let ends = check.ends;
                self.take_over(ends);
                Ok(())
            }
        }
    }

    fn take_over(&mut self, ends: Vec<EndId>) {
        for end in ends {
            self.end_mut(end).owner = Owner::Nobody;
        }
    }

    /// Makes the ends in values the host's.
    pub(crate) fn adopt<'v>(&mut self, vs: impl Iterator<Item = (&'v ValType, &'v Value)>) {
        for (t, v) in vs {
            if contains_async_value(t) {
                self.adopt_ends(v);
            }
        }
    }

    fn adopt_ends(&mut self, v: &Value) {
        match v {
            Value::Stream(ReadableEnd(end)) | Value::Future(ReadableEnd(end)) => {
                self.end_mut(*end).owner = Owner::Host;
            }
            Value::List(vs) | Value::Record(vs) => vs.iter().for_each(|v| self.adopt_ends(v)),
            Value::Variant(_, Some(v)) => self.adopt_ends(v),
            _ => {}
        }
    }
}

/// A check of values, and the ends that are in them.
struct Check<'s> {
    store: &'s Store,
    ends: Vec<EndId>,
}

impl<'s> Check<'s> {
    fn new(store: &'s Store) -> Self {
        Check {
            store,
            ends: Vec::new(),
        }
    }

    /// Whether a readable end is the host's to give away, and was not yet.
    fn is_end(&mut self, end: EndId, class: EndClass, t: Option<&ValType>) -> bool {
        let mine = self.store.ends.get(&end).is_some_and(|this| {
            this.owner == Owner::Host
                && this.class == class
                && this.t.as_deref() == t
                && this.state == State::Idle
        });
        let first = !self.ends.contains(&end);
        self.ends.push(end);
        mine && first
    }

    /// Whether `v` is a value of `t`.
    fn is_of_type(&mut self, v: &Value, t: &ValType) -> bool {
        use PrimValType::*;
        match (despecialize(t), v) {
            (Despecialized::Prim(t), v) => matches!(
                (t, v),
                (Bool, Value::Bool(_))
                    | (S8, Value::S8(_))
                    | (U8, Value::U8(_))
                    | (S16, Value::S16(_))
                    | (U16, Value::U16(_))
                    | (S32, Value::S32(_))
                    | (U32, Value::U32(_))
                    | (S64, Value::S64(_))
                    | (U64, Value::U64(_))
                    | (F32, Value::F32(_))
                    | (F64, Value::F64(_))
                    | (Char, Value::Char(_))
                    | (String, Value::String(_))
            ),
            (Despecialized::ErrorContext, v) => matches!(v, Value::ErrorContext(_)),
            (Despecialized::List(t, length), Value::Bytes(bytes)) => {
                *t == U8.into() && length.is_none_or(|n| n as usize == bytes.len())
            }
            (Despecialized::List(t, length), Value::List(vs)) => {
                *t != U8.into()
                    && length.is_none_or(|n| n as usize == vs.len())
                    && vs.iter().all(|v| self.is_of_type(v, &t))
            }
            (Despecialized::Record(fields), Value::Record(vs)) => {
                fields.len() == vs.len()
                    && fields.iter().zip(vs).all(|(f, v)| self.is_of_type(v, &f.t))
            }
            (Despecialized::Variant(cases), Value::Variant(i, payload)) => {
                match (cases.get(*i as usize).map(|c| &c.t), payload) {
                    (Some(None), None) => true,
                    (Some(Some(t)), Some(v)) => self.is_of_type(v, t),
                    _ => false,
                }
            }
            (Despecialized::Flags(labels), Value::Flags(bits)) => {
                labels.len() == 32 || bits >> labels.len() == 0
            }
            (Despecialized::Own(rt), v) => matches!(v, Value::Own(r) if r.rt == rt),
            (Despecialized::Borrow(rt), v) => matches!(v, Value::Borrow(r) if r.rt == rt),
            (Despecialized::Stream(t), Value::Stream(ReadableEnd(end))) => {
                self.is_end(*end, EndClass::ReadableStream, t.as_deref())
            }
            (Despecialized::Future(t), Value::Future(ReadableEnd(end))) => {
                self.is_end(*end, EndClass::ReadableFuture, t.as_deref())
            }
            _ => false,
        }
    }
}
