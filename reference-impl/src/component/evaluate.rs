//! Types in the scope of an instance ([Explainer.md#type-definitions]).

use crate::canonical::resource::ResourceDefinition;
use crate::canonical::{lift::Lifted, options::CanonicalOptions};
use crate::component::InstantiateError;
use crate::component::definition::{Body, DefType, DefValType, TypeRef};
use crate::component::item::{Closure, ComponentDef, TypeDef};
use crate::component::link::Linker;
use crate::component::scope::{Scope, bug, get};
use crate::embedding::Func;
use crate::store::FuncInst;
use crate::types::{
    CaseType, CoreValType, FieldType, FuncType, PrimValType, ResourceType, ValType,
};
use std::sync::Arc;

impl Linker<'_> {
    /// `deftype`.
    pub(super) fn def_type(
        &mut self,
        scope: &mut Scope,
        t: &DefType,
    ) -> Result<TypeDef, InstantiateError> {
        Ok(match t {
            DefType::Val(t) => TypeDef::Val(self.def_val_type(scope, t)?),
            DefType::Func {
                params,
                result,
                async_,
            } => {
                self.spend(params.len())?;
                let params = params.iter();
                let params = params.map(|(label, t)| Ok((label.clone(), val_type(scope, t)?)));
                TypeDef::Func(Arc::new(FuncType {
                    params: params.collect::<Result<_, InstantiateError>>()?,
                    result: result.as_ref().map(|t| val_type(scope, t)).transpose()?,
                    async_: *async_,
                }))
            }
            DefType::Resource { rep, dtor } => {
                TypeDef::Resource(self.resource_type(scope, *rep, *dtor)?)
            }
            DefType::Component(body) => TypeDef::Component(self.closure(scope, body)?),
            DefType::Instance(body) => TypeDef::Instance(self.closure(scope, body)?),
        })
    }

    /// A component or a type that begins here, and what it captures.
    pub(super) fn closure(
        &mut self,
        scope: &Scope,
        body: &Arc<Body>,
    ) -> Result<ComponentDef, InstantiateError> {
        self.spend(body.captures.len())?;
        let captures = body.captures.iter();
        let captured: Result<_, _> = captures.map(|(s, outer)| scope.outer(*s, *outer)).collect();
        Closure::new(body.clone(), captured?).map(ComponentDef)
    }

    /// `resourcetype`: a type that is no other.
    fn resource_type(
        &mut self,
        scope: &mut Scope,
        rep: CoreValType,
        dtor: Option<u32>,
    ) -> Result<ResourceType, InstantiateError> {
        let Some(inst) = scope.inst else {
            return Ok(self.abstract_resource());
        };
        let destructor = match dtor {
            Some(dtor) => Some(destructor(Lifted {
                callee: *get(&scope.core_funcs, dtor)?,
                ft: destructor_type(rep),
                opts: CanonicalOptions::default(),
                inst,
            })),
            None => None,
        };
        let rt = self.store.new_resource(ResourceDefinition {
            implementation: Some(inst),
            destructor,
        });
        scope.reps.push((rt, rep));
        Ok(rt)
    }

    /// `defvaltype`.
    fn def_val_type(&mut self, scope: &Scope, t: &DefValType) -> Result<ValType, InstantiateError> {
        let shared = |t: &TypeRef| val_type(scope, t).map(Arc::new);
        let optional = |t: &Option<TypeRef>| t.as_ref().map(shared).transpose();
        Ok(match t {
            DefValType::Known(t) => t.clone(),
            DefValType::Record(fields) => {
                self.spend(fields.len())?;
                let fields = fields.iter().map(|(label, t)| {
                    Ok(FieldType {
                        label: label.clone(),
                        t: val_type(scope, t)?,
                    })
                });
                ValType::Record(fields.collect::<Result<_, InstantiateError>>()?)
            }
            DefValType::Variant(cases) => {
                self.spend(cases.len())?;
                let cases = cases.iter().map(|(label, t)| {
                    Ok(CaseType {
                        label: label.clone(),
                        t: t.as_ref().map(|t| val_type(scope, t)).transpose()?,
                    })
                });
                ValType::Variant(cases.collect::<Result<_, InstantiateError>>()?)
            }
            DefValType::List(t, length) => ValType::List(shared(t)?, *length),
            DefValType::Tuple(ts) => {
                self.spend(ts.len())?;
                let ts: Result<_, _> = ts.iter().map(|t| val_type(scope, t)).collect();
                ValType::Tuple(ts?)
            }
            DefValType::Option(t) => ValType::Option(shared(t)?),
            DefValType::Result(ok, error) => ValType::Result(optional(ok)?, optional(error)?),
            DefValType::Map(key, value) => ValType::Map(shared(key)?, shared(value)?),
            DefValType::Own(rt) => ValType::Own(resource(scope, *rt)?),
            DefValType::Borrow(rt) => ValType::Borrow(resource(scope, *rt)?),
            DefValType::Stream(t) => ValType::Stream(optional(t)?),
            DefValType::Future(t) => ValType::Future(optional(t)?),
        })
    }
}

/// The destructor of a resource type, as a function that takes a representation.
fn destructor(lifted: Lifted) -> Func {
    Func {
        ft: lifted.ft.clone(),
        inst: FuncInst::Lifted(Arc::new(lifted)),
    }
}

/// The type of a function that destroys.
pub(super) fn destructor_type(rep: CoreValType) -> Arc<FuncType> {
    let rep = match rep {
        CoreValType::I64 => PrimValType::U64,
        _ => PrimValType::U32,
    };
    Arc::new(FuncType {
        params: vec![("rep".into(), rep.into())],
        result: None,
        async_: false,
    })
}

/// `valtype`.
pub(super) fn val_type(scope: &Scope, t: &TypeRef) -> Result<ValType, InstantiateError> {
    match t {
        TypeRef::Known(t) => Ok(t.clone()),
        TypeRef::Index(index) => match get(&scope.types, *index)? {
            TypeDef::Val(t) => Ok(t.clone()),
            _ => Err(bug("a value type is expected")),
        },
    }
}

/// The resource type at `index`.
pub(super) fn resource(scope: &Scope, index: u32) -> Result<ResourceType, InstantiateError> {
    match get(&scope.types, index)? {
        TypeDef::Resource(rt) => Ok(*rt),
        _ => Err(bug("a resource type is expected")),
    }
}

/// The function type at `index`.
pub(super) fn func_type(scope: &Scope, index: u32) -> Result<Arc<FuncType>, InstantiateError> {
    match get(&scope.types, index)? {
        TypeDef::Func(ft) => Ok(ft.clone()),
        _ => Err(bug("a function type is expected")),
    }
}
