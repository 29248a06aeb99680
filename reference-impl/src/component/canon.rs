//! Canonical definitions in the scope of an instance
//! ([Explainer.md#canonical-definitions]).

use crate::canonical::canon::{self, Payload};
use crate::canonical::flattening::{Context, flatten_functype};
use crate::canonical::instance::InstanceId;
use crate::canonical::lift::Lifted;
use crate::canonical::lower::Lowered;
use crate::canonical::options::{
    CanonicalOptions, LiftLowerOptions, LiftOptions, MemInst, PtrType,
};
use crate::component::InstantiateError;
use crate::component::definition::{Canon, CanonOpts};
use crate::component::evaluate::{func_type, resource, val_type};
use crate::component::item::TypeDef;
use crate::component::link::Linker;
use crate::component::scope::{Scope, bug, get};
use crate::core::FuncAddr;
use crate::embedding::Func;
use crate::store::FuncInst;
use crate::types::{CoreFuncType, CoreValType, FuncType, ValType};
use std::sync::Arc;

impl Linker<'_> {
    /// `canon lift`.
    pub(super) fn lift(
        &mut self,
        scope: &Scope,
        inst: InstanceId,
        callee: u32,
        t: u32,
        opts: &CanonOpts,
    ) -> Result<Func, InstantiateError> {
        let ft = func_type(scope, t)?;
        let lifted = Lifted {
            callee: *get(&scope.core_funcs, callee)?,
            ft: ft.clone(),
            opts: self.options(scope, opts)?,
            inst,
        };
        let inst = FuncInst::Lifted(Arc::new(lifted));
        Ok(Func { inst, ft })
    }

    /// Any other `canon`, which adds a core function to the index space.
    pub(super) fn core_func(
        &mut self,
        scope: &mut Scope,
        canon: &Canon,
    ) -> Result<(), InstantiateError> {
        let canon = self.resolve(scope, canon)?;
        let t = self.core_func_type(scope, &canon);
        let func = self.store.define_canon(&t.params, &t.results, canon);
        scope.core_funcs.push(func);
        Ok(())
    }

    fn resolve(&self, scope: &Scope, canon: &Canon) -> Result<canon::Canon, InstantiateError> {
        Ok(match canon {
            Canon::Lift(..) => return Err(bug("a lifted function is no core function")),
            Canon::Lower(callee, opts) => {
                let callee = get(&scope.funcs, *callee)?;
                canon::Canon::Lower(Arc::new(Lowered {
                    callee: callee.inst.clone(),
                    ft: callee.ft.clone(),
                    opts: self.options(scope, opts)?,
                }))
            }
            Canon::Builtin(canon) => canon.clone(),
            Canon::Resource(canon, rt) => canon(resource(scope, *rt)?),
            Canon::TaskReturn(result, opts) => canon::Canon::TaskReturn {
                result: result.as_ref().map(|t| val_type(scope, t)).transpose()?,
                opts: self.lift_options(scope, opts)?,
            },
            Canon::Memory(canon, memory) => canon(self.memory(scope, *memory)?),
            Canon::Transfer(canon, t) => canon(payload(scope, *t)?),
            Canon::Copy(canon, t, opts) => canon(payload(scope, *t)?, self.options(scope, opts)?),
            Canon::CancelCopy(canon, t, async_) => canon(payload(scope, *t)?, *async_),
            Canon::ThreadNewIndirect(t, table) => {
                let t = self.start_parameter(scope, *t)?;
                canon::Canon::ThreadNewIndirect(t, *get(&scope.tables, *table)?)
            }
            Canon::ErrorContextNew(opts) => {
                canon::Canon::ErrorContextNew(self.lift_options(scope, opts)?)
            }
            Canon::ErrorContextDebugMessage(opts) => {
                canon::Canon::ErrorContextDebugMessage(self.lift_lower_options(scope, opts)?)
            }
        })
    }

    /// The type of the core function that a canonical definition makes
    /// ([CanonicalABI.md#canonical-definitions]).
    fn core_func_type(&self, scope: &Scope, canon: &canon::Canon) -> CoreFuncType {
        use CoreValType::{I32, I64};
        use canon::Canon::*;
        let pointer = |opts: &LiftOptions| CoreValType::from(opts.ptr_type());
        let (params, results) = match canon {
            Lower(lowered) => return flatten_functype(&lowered.opts, &lowered.ft, Context::Lower),
            TaskReturn { result, opts } => return task_return_type(result.as_ref(), opts),
            ResourceNew(rt) => (vec![scope.rep(*rt)], vec![I32]),
            ResourceRep(rt) => (vec![I32], vec![scope.rep(*rt)]),
            ContextGet(t, _) => (vec![], vec![*t]),
            ContextSet(t, _) => (vec![*t], vec![]),
            WaitableSetWait(memory) | WaitableSetPoll(memory) => {
                (vec![I32, memory.addrtype.into()], vec![I32])
            }
            StreamNew(_) | FutureNew(_) => (vec![], vec![I64]),
            StreamRead(_, opts) | StreamWrite(_, opts) => {
                let t = pointer(&opts.lift_lower.lift);
                (vec![I32, t, t], vec![t])
            }
            FutureRead(_, opts) | FutureWrite(_, opts) => {
                (vec![I32, pointer(&opts.lift_lower.lift)], vec![I32])
            }
            ThreadNewIndirect(t, table) => {
                let is64 = self.store.core.table_type(*table).is64;
                (vec![if is64 { I64 } else { I32 }, *t], vec![I32])
            }
            ErrorContextNew(opts) => (vec![pointer(opts); 2], vec![I32]),
            ErrorContextDebugMessage(opts) => (vec![I32, pointer(&opts.lift)], vec![]),
            BackpressureInc | BackpressureDec | TaskCancel => (vec![], vec![]),
            WaitableSetNew | ThreadIndex | ThreadSuspend | ThreadYield => (vec![], vec![I32]),
            ResourceDrop(_)
            | WaitableSetDrop
            | SubtaskDrop
            | StreamDropReadable(_)
            | StreamDropWritable(_)
            | FutureDropReadable(_)
            | FutureDropWritable(_)
            | ThreadResumeLater
            | ErrorContextDrop => (vec![I32], vec![]),
            WaitableJoin | StreamForward(_) | FutureForward(_) => (vec![I32, I32], vec![]),
            SubtaskCancel(_)
            | StreamCancelRead(..)
            | StreamCancelWrite(..)
            | FutureCancelRead(..)
            | FutureCancelWrite(..)
            | ThreadSuspendThenResume
            | ThreadYieldThenResume
            | ThreadSuspendThenPromote
            | ThreadYieldThenPromote => (vec![I32], vec![I32]),
        };
        CoreFuncType { params, results }
    }

    /// `canonopt`s, as `CanonicalOptions`
    /// ([CanonicalABI.md#canonical-abi-options]).
    fn options(
        &self,
        scope: &Scope,
        opts: &CanonOpts,
    ) -> Result<CanonicalOptions, InstantiateError> {
        Ok(CanonicalOptions {
            lift_lower: self.lift_lower_options(scope, opts)?,
            post_return: core_func(scope, opts.post_return)?,
            async_: opts.async_,
            callback: core_func(scope, opts.callback)?,
        })
    }

    fn lift_lower_options(
        &self,
        scope: &Scope,
        opts: &CanonOpts,
    ) -> Result<LiftLowerOptions, InstantiateError> {
        Ok(LiftLowerOptions {
            lift: self.lift_options(scope, opts)?,
            realloc: core_func(scope, opts.realloc)?,
        })
    }

    fn lift_options(
        &self,
        scope: &Scope,
        opts: &CanonOpts,
    ) -> Result<LiftOptions, InstantiateError> {
        let memory = opts.memory.map(|memory| self.memory(scope, memory));
        Ok(LiftOptions {
            string_encoding: opts.string_encoding,
            memory: memory.transpose()?,
        })
    }

    fn memory(&self, scope: &Scope, memory: u32) -> Result<MemInst, InstantiateError> {
        let addr = *get(&scope.memories, memory)?;
        let addrtype = match self.store.core.memory_type(addr).is64 {
            false => PtrType::I32,
            true => PtrType::I64,
        };
        Ok(MemInst { addr, addrtype })
    }
}

/// `flatten_functype($opts, (func (param $t)?), 'lower')`
/// ([CanonicalABI.md#-canon-taskreturn]).
fn task_return_type(result: Option<&ValType>, opts: &LiftOptions) -> CoreFuncType {
    let ft = FuncType {
        params: result
            .map(|t| ("result".into(), t.clone()))
            .into_iter()
            .collect(),
        result: None,
        async_: false,
    };
    let opts = CanonicalOptions {
        lift_lower: LiftLowerOptions {
            lift: *opts,
            realloc: None,
        },
        ..CanonicalOptions::default()
    };
    flatten_functype(&opts, &ft, Context::Lower)
}

fn core_func(scope: &Scope, index: Option<u32>) -> Result<Option<FuncAddr>, InstantiateError> {
    let func = index.map(|index| get(&scope.core_funcs, index));
    Ok(func.transpose()?.copied())
}

/// What a stream or future type is a type of streams or futures of.
fn payload(scope: &Scope, index: u32) -> Result<Payload, InstantiateError> {
    match get(&scope.types, index)? {
        TypeDef::Val(ValType::Stream(t) | ValType::Future(t)) => Ok(t.clone()),
        _ => Err(bug("a stream or future type is expected")),
    }
}
