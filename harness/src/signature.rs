//! What a definition imports and exports, read from its binary.
//!
//! The runner checks the arguments of a call itself, so that an engine's
//! complaint about an argument is never taken for a trap.

use crate::engine::Sort;
use crate::features::Features;
use crate::value::{Hierarchy, Reference, Value};
use std::collections::{BTreeSet, HashMap};
use wasmparser::component_types::{
    ComponentDefinedType, ComponentEntityType, ComponentFuncTypeId, ComponentValType,
};
use wasmparser::types::{EntityType, Types};
use wasmparser::{
    AbstractHeapType, CompositeInnerType, FuncType, HeapType, Parser, Payload, PrimitiveValType,
    RefType, ValType, Validator,
};

/// The functions and globals that a definition exports.
pub struct Signatures {
    types: Types,
    exports: HashMap<String, Export>,
}

enum Export {
    CoreFunction(FuncType),
    ComponentFunction(ComponentFuncTypeId),
    Global,
}

impl Signatures {
    /// Reads them; `None` if `bytes` do not validate with these features, in
    /// which case only the engine knows what it accepted.
    #[must_use]
    pub fn read(sort: Sort, bytes: &[u8], features: &Features) -> Option<Signatures> {
        let types = Validator::new_with_features(features.flags())
            .validate_all(bytes)
            .ok()?;
        let exports = match sort {
            Sort::Module => core_exports(&types, bytes),
            Sort::Component => component_exports(&types, bytes),
        };
        Some(Signatures { types, exports })
    }

    /// Checks a call: that the export is a function and takes these arguments.
    pub fn check_call(&self, name: &str, args: &[Value]) -> Result<(), String> {
        let arity = |params: usize| match params == args.len() {
            true => Ok(()),
            false => Err(format!(
                "`{name}` takes {params} arguments, not {}",
                args.len()
            )),
        };
        let check = |i: usize, result: Result<(), String>| {
            result.map_err(|mismatch| format!("argument {i} of `{name}`: {mismatch}"))
        };
        match self.exports.get(name) {
            Some(Export::CoreFunction(ty)) => {
                arity(ty.params().len())?;
                let mut pairs = ty.params().iter().zip(args).enumerate();
                pairs.try_for_each(|(i, (ty, arg))| check(i, self.check_core(*ty, arg)))
            }
            Some(Export::ComponentFunction(id)) => {
                let ty = &self.types[*id];
                arity(ty.params.len())?;
                let mut pairs = ty.params.iter().zip(args).enumerate();
                pairs.try_for_each(|(i, ((_, ty), arg))| check(i, self.check_component(*ty, arg)))
            }
            Some(Export::Global) => Err(format!("the export `{name}` is not a function")),
            None => Err(format!("there is no exported function `{name}`")),
        }
    }

    /// Checks that an export is a global.
    pub fn check_get(&self, name: &str) -> Result<(), String> {
        match self.exports.get(name) {
            Some(Export::Global) => Ok(()),
            Some(_) => Err(format!("the export `{name}` is not a global")),
            None => Err(format!("there is no exported global `{name}`")),
        }
    }

    fn check_core(&self, ty: ValType, value: &Value) -> Result<(), String> {
        let holds = match (ty, value) {
            (ValType::I32, Value::I32(_))
            | (ValType::I64, Value::I64(_))
            | (ValType::F32, Value::F32(_))
            | (ValType::F64, Value::F64(_))
            | (ValType::V128, Value::V128(_)) => true,
            (ValType::Ref(ty), Value::Ref(reference)) => self.check_reference(ty, *reference),
            _ => false,
        };
        holds
            .then_some(())
            .ok_or_else(|| format!("{value} is no {ty}"))
    }

    fn check_reference(&self, ty: RefType, reference: Reference) -> bool {
        let hierarchy = self.hierarchy(ty);
        match reference {
            Reference::Null(of) => ty.is_nullable() && hierarchy == of,
            Reference::Extern(_) => hierarchy == Hierarchy::Extern,
            Reference::Host(_) => hierarchy == Hierarchy::Any,
            // A script cannot write any other.
            _ => false,
        }
    }

    fn hierarchy(&self, ty: RefType) -> Hierarchy {
        match ty.heap_type() {
            HeapType::Abstract { ty, .. } => match ty {
                AbstractHeapType::Func | AbstractHeapType::NoFunc => Hierarchy::Func,
                AbstractHeapType::Extern | AbstractHeapType::NoExtern => Hierarchy::Extern,
                AbstractHeapType::Exn | AbstractHeapType::NoExn => Hierarchy::Exn,
                AbstractHeapType::Cont | AbstractHeapType::NoCont => Hierarchy::Cont,
                _ => Hierarchy::Any,
            },
            HeapType::Concrete(index) | HeapType::Exact(index) => {
                match index
                    .as_core_type_id()
                    .map(|id| &self.types[id].composite_type.inner)
                {
                    Some(CompositeInnerType::Func(_)) => Hierarchy::Func,
                    Some(CompositeInnerType::Cont(_)) => Hierarchy::Cont,
                    _ => Hierarchy::Any,
                }
            }
        }
    }

    fn check_component(&self, ty: ComponentValType, value: &Value) -> Result<(), String> {
        use ComponentDefinedType as T;
        let id = match ty {
            ComponentValType::Primitive(ty) => return check_primitive(ty, value),
            ComponentValType::Type(id) => id,
        };
        let all = |tys: &mut dyn Iterator<Item = ComponentValType>, values: &[Value]| {
            tys.zip(values)
                .try_for_each(|(ty, value)| self.check_component(ty, value))
        };
        let count = |what: &str, expected: usize, found: usize| match expected == found {
            true => Ok(()),
            false => Err(format!("{found} {what} where the type has {expected}")),
        };
        let payload = |ty: Option<ComponentValType>, value: &Option<Box<Value>>| match (ty, value) {
            (None, None) => Ok(()),
            (Some(ty), Some(value)) => self.check_component(ty, value),
            (None, Some(_)) => Err("a payload where the case has none".to_owned()),
            (Some(_), None) => Err("no payload where the case has one".to_owned()),
        };
        let label = |known: bool, label: &str| match known {
            true => Ok(()),
            false => Err(format!("the type has no `{label}`")),
        };
        match (&self.types[id], value) {
            (T::Primitive(ty), value) => check_primitive(*ty, value),
            (T::Record(record), Value::Record(fields)) => {
                count("fields", record.fields.len(), fields.len())?;
                let mut pairs = record.fields.iter().zip(fields);
                pairs.try_for_each(
                    |((name, ty), (field, value))| match name.as_str() == field {
                        true => self.check_component(*ty, value),
                        false => Err(format!("field `{field}` where the type has `{name}`")),
                    },
                )
            }
            (T::Variant(variant), Value::Variant(case, value)) => {
                match variant.cases.iter().find(|(name, _)| name.as_str() == case) {
                    Some((_, ty)) => payload(ty.ty, value),
                    None => label(false, case),
                }
            }
            (T::List { element, .. }, Value::List(values)) => {
                all(&mut std::iter::repeat(*element), values)
            }
            (
                T::FixedLengthList {
                    element, length, ..
                },
                Value::List(values),
            ) => {
                count("elements", *length as usize, values.len())?;
                all(&mut std::iter::repeat(*element), values)
            }
            (T::Map { key, value, .. }, Value::Map(entries)) => {
                entries.iter().try_for_each(|(k, v)| {
                    self.check_component(*key, k)?;
                    self.check_component(*value, v)
                })
            }
            (T::Tuple(tuple), Value::Tuple(values)) => {
                count("elements", tuple.types.len(), values.len())?;
                all(&mut tuple.types.iter().copied(), values)
            }
            (T::Flags(labels), Value::Flags(set)) => set
                .iter()
                .try_for_each(|l| label(labels.iter().any(|name| name.as_str() == l), l)),
            (T::Enum(labels), Value::Enum(case)) => {
                label(labels.iter().any(|name| name.as_str() == case), case)
            }
            (T::Option { .. }, Value::Option(None)) => Ok(()),
            (T::Option { ty, .. }, Value::Option(value)) => payload(Some(*ty), value),
            (T::Result { ok, .. }, Value::Result(Ok(value))) => payload(*ok, value),
            (T::Result { err, .. }, Value::Result(Err(value))) => payload(*err, value),
            (ty, value) => Err(format!("{value} is no {}", type_name(ty))),
        }
    }
}

/// The names that a definition imports from: the module names of a core module,
/// the import names of a component. A binary that does not parse has none.
#[must_use]
pub fn import_names(sort: Sort, bytes: &[u8]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut depth = 0;
    for payload in Parser::new(0).parse_all(bytes) {
        match payload {
            Err(_) => break,
            Ok(Payload::Version { .. }) => depth += 1,
            Ok(Payload::End(_)) => depth -= 1,
            Ok(Payload::ImportSection(section)) if depth == 1 && sort == Sort::Module => {
                let imports = section.into_imports().filter_map(Result::ok);
                names.extend(imports.map(|import| import.module.to_owned()));
            }
            Ok(Payload::ComponentImportSection(section)) if depth == 1 => {
                let imports = section.into_iter().filter_map(Result::ok);
                names.extend(imports.map(|import| import.name.name.to_owned()));
            }
            Ok(_) => {}
        }
    }
    names
}

fn core_exports(types: &Types, bytes: &[u8]) -> HashMap<String, Export> {
    let mut exports = HashMap::new();
    for payload in Parser::new(0).parse_all(bytes).filter_map(Result::ok) {
        let Payload::ExportSection(section) = payload else {
            continue;
        };
        for export in section.into_iter().filter_map(Result::ok) {
            let found = match types.as_ref().entity_type_from_export(&export) {
                Some(EntityType::Func(id) | EntityType::FuncExact(id)) => {
                    Export::CoreFunction(types[id].unwrap_func().clone())
                }
                Some(EntityType::Global(_)) => Export::Global,
                _ => continue,
            };
            exports.insert(export.name.to_owned(), found);
        }
    }
    exports
}

fn component_exports(types: &Types, bytes: &[u8]) -> HashMap<String, Export> {
    let mut exports = HashMap::new();
    let mut depth = 0;
    for payload in Parser::new(0).parse_all(bytes).filter_map(Result::ok) {
        match payload {
            Payload::Version { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            Payload::ComponentExportSection(section) if depth == 1 => {
                for export in section.into_iter().filter_map(Result::ok) {
                    let name = export.name.name;
                    let item = types.as_ref().component_item_for_export(name);
                    if let Some(ComponentEntityType::Func(id)) = item.map(|item| item.ty) {
                        exports.insert(name.to_owned(), Export::ComponentFunction(id));
                    }
                }
            }
            _ => {}
        }
    }
    exports
}

fn check_primitive(ty: PrimitiveValType, value: &Value) -> Result<(), String> {
    use PrimitiveValType as P;
    let holds = matches!(
        (ty, value),
        (P::Bool, Value::Bool(_))
            | (P::U8, Value::U8(_))
            | (P::S8, Value::S8(_))
            | (P::U16, Value::U16(_))
            | (P::S16, Value::S16(_))
            | (P::U32, Value::U32(_))
            | (P::S32, Value::S32(_))
            | (P::U64, Value::U64(_))
            | (P::S64, Value::S64(_))
            | (P::F32, Value::F32(_))
            | (P::F64, Value::F64(_))
            | (P::Char, Value::Char(_))
            | (P::String, Value::String(_))
    );
    holds
        .then_some(())
        .ok_or_else(|| format!("{value} is no {ty}"))
}

fn type_name(ty: &ComponentDefinedType) -> &'static str {
    use ComponentDefinedType as T;
    match ty {
        T::Primitive(_) => "primitive",
        T::Record(_) => "record",
        T::Variant(_) => "variant",
        T::List { .. } | T::FixedLengthList { .. } => "list",
        T::Map { .. } => "map",
        T::Tuple(_) => "tuple",
        T::Flags(_) => "flags",
        T::Enum(_) => "enum",
        T::Option { .. } => "option",
        T::Result { .. } => "result",
        T::Own(_) | T::Borrow(_) => "resource handle",
        T::Future { .. } => "future",
        T::Stream { .. } => "stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signatures(sort: Sort, text: &str) -> Signatures {
        let buffer = wast::parser::ParseBuffer::new(text).expect("the text lexes");
        let mut wat = wast::parser::parse::<wast::Wat<'_>>(&buffer).expect("the text parses");
        let bytes = wat.encode().expect("the text encodes");
        let features = Features::from(wasmparser::WasmFeatures::default());
        Signatures::read(sort, &bytes, &features).expect("the binary validates")
    }

    #[test]
    fn core_calls_are_checked() {
        let module = signatures(
            Sort::Module,
            r#"(module
                 (func (export "f") (param i32 externref))
                 (global (export "g") i32 (i32.const 1)))"#,
        );
        let null = |hierarchy| Value::Ref(Reference::Null(hierarchy));
        let check = |args: &[Value]| module.check_call("f", args);
        assert!(check(&[Value::I32(1), null(Hierarchy::Extern)]).is_ok());
        assert!(check(&[Value::I32(1), Value::Ref(Reference::Extern(Some(1)))]).is_ok());
        assert!(check(&[Value::I32(1), null(Hierarchy::Func)]).is_err());
        assert!(check(&[Value::U32(1), null(Hierarchy::Extern)]).is_err());
        assert_eq!(check(&[]), Err("`f` takes 2 arguments, not 0".to_owned()));
        assert_eq!(
            module.check_call("g", &[]),
            Err("the export `g` is not a function".to_owned())
        );
        assert!(module.check_get("g").is_ok() && module.check_get("f").is_err());
        assert!(module.check_get("h").is_err());
    }

    #[test]
    fn component_calls_are_checked_to_the_leaves() {
        let component = signatures(
            Sort::Component,
            r#"(component
                 (core module $m (func (export "f") (param i32 i32 i32 i32)))
                 (core instance $i (instantiate $m))
                 (type $r (record (field "a" u8) (field "b" (option (tuple u8 char)))))
                 (export $r2 "r" (type $r))
                 (func (export "f") (param "r" $r2) (canon lift (core func $i "f"))))"#,
        );
        let record = |b: Value| Value::Record(vec![("a".into(), Value::U8(1)), ("b".into(), b)]);
        let pair = |second: Value| {
            let tuple = Value::Tuple(vec![Value::U8(2), second]);
            record(Value::Option(Some(Box::new(tuple))))
        };
        assert_eq!(component.check_call("f", &[pair(Value::Char('x'))]), Ok(()));
        assert_eq!(
            component.check_call("f", &[record(Value::Option(None))]),
            Ok(())
        );
        let wrong = component.check_call("f", &[pair(Value::U8(2))]);
        assert_eq!(
            wrong,
            Err("argument 0 of `f`: (u8.const 2) is no char".to_owned())
        );
        let short = Value::Record(vec![("a".into(), Value::U8(1))]);
        assert!(component.check_call("f", &[short]).is_err());
    }
}
