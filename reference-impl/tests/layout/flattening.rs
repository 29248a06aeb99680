//! Flat values and the types of core functions.

use crate::terms::*;
use component_reference::canonical::flattening::{
    Context::{self, Lift, Lower},
    flatten_functype, flatten_type, join,
};
use component_reference::canonical::options::{CanonicalOptions, MemInst, PtrType};
use component_reference::core::types::MemoryType;
use component_reference::core::{Limits, Store};
use component_reference::types::CoreValType::{self, F32 as CoreF32, F64 as CoreF64, I32, I64};
use component_reference::types::{FuncType, ValType};

#[track_caller]
fn check(t: &ValType, expected: &[CoreValType]) {
    for ptr_type in [PtrType::I32, PtrType::I64] {
        let flat = flatten_type(t, ptr_type);
        assert_eq!(flat.as_deref(), Some(expected), "{t:?}");
    }
}

/// Where the argument of `expected` is the type of pointers.
#[track_caller]
fn check_with_pointers(t: &ValType, expected: fn(CoreValType) -> Vec<CoreValType>) {
    for (ptr_type, p) in [(PtrType::I32, I32), (PtrType::I64, I64)] {
        assert_eq!(flatten_type(t, ptr_type), Some(expected(p)), "{t:?}");
    }
}

#[test]
fn scalars() {
    for t in [BOOL, S8, U8, S16, U16, S32, U32, CHAR] {
        check(&t, &[I32]);
    }
    for t in [OWN, BORROW, ERROR_CONTEXT, stream(Some(U64)), future(None)] {
        check(&t, &[I32]);
    }
    for n in [1, 8, 9, 16, 17, 32] {
        check(&flags(n), &[I32]);
    }
    check(&S64, &[I64]);
    check(&U64, &[I64]);
    check(&F32, &[CoreF32]);
    check(&F64, &[CoreF64]);
}

#[test]
fn pointers() {
    check_with_pointers(&STRING, |p| vec![p, p]);
    check_with_pointers(&list(F64), |p| vec![p, p]);
    check_with_pointers(&map(U8, U8), |p| vec![p, p]);
    check_with_pointers(&tuple(&[U8, STRING, F32]), |p| vec![I32, p, p, CoreF32]);
    check_with_pointers(&fixed(STRING, 2), |p| vec![p, p, p, p]);
    // With 64-bit pointers, the first of them is joined with an f32.
    check_with_pointers(&result(Some(F32), Some(STRING)), |p| vec![I32, p, p]);
}

#[test]
fn parts_follow_each_other() {
    check(&record(&[U8, U64, F32]), &[I32, I64, CoreF32]);
    check(&tuple(&[tuple(&[F64, U8]), F32]), &[CoreF64, I32, CoreF32]);
    check(&fixed(tuple(&[U8, F64]), 2), &[I32, CoreF64, I32, CoreF64]);
    check(&fixed(U8, 16), &[I32; 16]);
}

#[test]
fn cases_share_their_flat_values() {
    check(&enum_(3), &[I32]);
    check(&enum_(65_537), &[I32]);
    check(&result(None, None), &[I32]);
    check(&option(F32), &[I32, CoreF32]);
    check(&option(option(F64)), &[I32, I32, CoreF64]);
    check(&nested(15, option), &[I32; 16]);
    check(&result(Some(F32), Some(U32)), &[I32, I32]);
    check(&result(Some(F64), Some(U8)), &[I32, I64]);
    check(&result(Some(F32), Some(F64)), &[I32, I64]);
    check(&variant(&[Some(F32), None, Some(F32)]), &[I32, CoreF32]);
    check(&variant(&[Some(F32), Some(U8), Some(F32)]), &[I32, I32]);
    // What a longer case has beyond the others is not joined with anything.
    check(
        &variant(&[
            Some(tuple(&[U8, F32])),
            Some(tuple(&[F32, F32, F64])),
            Some(U64),
        ]),
        &[I32, I64, CoreF32, CoreF64],
    );
}

#[test]
fn join_picks_the_tightest_type() {
    for (a, b, expected) in [
        (I32, I32, I32),
        (CoreF32, CoreF32, CoreF32),
        (CoreF64, CoreF64, CoreF64),
        (I32, CoreF32, I32),
        (I32, I64, I64),
        (I32, CoreF64, I64),
        (CoreF32, CoreF64, I64),
        (CoreF32, I64, I64),
        (CoreF64, I64, I64),
    ] {
        assert_eq!(join(a, b), expected, "{a:?} {b:?}");
        assert_eq!(join(b, a), expected, "{b:?} {a:?}");
    }
}

#[test]
fn beyond_the_limit_there_is_nothing_to_flatten() {
    for t in [
        fixed(U8, 17),
        fixed(STRING, 9),
        fixed(U8, u32::MAX),
        nested(6, |t| fixed(t, u32::MAX)),
        tuple(&vec![U8; 17]),
        tuple(&[fixed(U8, 8), fixed(U8, 9)]),
        nested(16, option),
        option(fixed(U8, 16)),
        result(Some(U8), Some(tuple(&vec![F64; 16]))),
    ] {
        assert_eq!(flatten_type(&t, PtrType::I32), None, "{t:?}");
        assert_eq!(
            flatten_type(&tuple(&[U8, t.clone()]), PtrType::I32),
            None,
            "{t:?}"
        );
    }
}

/// The options of a function, without those that flattening does not read.
#[derive(Clone, Copy, Debug)]
struct Options {
    ptr_type: PtrType,
    async_: bool,
    callback: bool,
}

const SYNC: Options = Options {
    ptr_type: PtrType::I32,
    async_: false,
    callback: false,
};
const STACKFUL: Options = Options {
    async_: true,
    ..SYNC
};
const CALLBACK: Options = Options {
    callback: true,
    ..STACKFUL
};

impl Options {
    /// With a memory and a callback of a store, where they are given.
    fn canonical(self) -> CanonicalOptions {
        let mut store = Store::new(Limits::default());
        let memory = MemoryType {
            is64: self.ptr_type == PtrType::I64,
            page_size_log2: 16,
            min: 0,
            max: None,
        };
        let addr = store.alloc_memory(memory).expect("the store is empty");
        let mut opts = CanonicalOptions {
            async_: self.async_,
            callback: self
                .callback
                .then(|| store.alloc_host_func(vec![], vec![], 0)),
            ..CanonicalOptions::default()
        };
        opts.lift_lower.lift.memory = Some(MemInst {
            addr,
            addrtype: self.ptr_type,
        });
        opts
    }
}

#[track_caller]
fn check_func(
    opts: Options,
    context: Context,
    ft: &FuncType,
    params: &[CoreValType],
    results: &[CoreValType],
) {
    let flat = flatten_functype(&opts.canonical(), ft, context);
    assert_eq!(
        (&flat.params[..], &flat.results[..]),
        (params, results),
        "{context:?} of {ft:?} with {opts:?}"
    );
}

#[test]
fn functions_without_values() {
    let ft = func(&[], None);
    check_func(SYNC, Lift, &ft, &[], &[]);
    check_func(SYNC, Lower, &ft, &[], &[]);
    check_func(STACKFUL, Lift, &ft, &[], &[]);
    check_func(CALLBACK, Lift, &ft, &[], &[I32]);
    check_func(STACKFUL, Lower, &ft, &[], &[I32]);
}

#[test]
fn up_to_sixteen_parameters_are_flat() {
    for n in [15, 16] {
        let ft = func(&vec![F64; n], None);
        for context in [Lift, Lower] {
            check_func(SYNC, context, &ft, &vec![CoreF64; n], &[]);
        }
        check_func(STACKFUL, Lift, &ft, &vec![CoreF64; n], &[]);
        check_func(CALLBACK, Lift, &ft, &vec![CoreF64; n], &[I32]);
    }
    let one_more = [
        func(&vec![F64; 17], None),
        func(&[fixed(U8, 17)], None),
        func(&[tuple(&vec![U8; 15]), STRING], None),
    ];
    for ft in one_more {
        for context in [Lift, Lower] {
            check_func(SYNC, context, &ft, &[I32], &[]);
        }
        check_func(STACKFUL, Lift, &ft, &[I32], &[]);
        check_func(CALLBACK, Lift, &ft, &[I32], &[I32]);
    }
}

#[test]
fn one_result_is_flat() {
    let one = func(&[F32], Some(U64));
    check_func(SYNC, Lift, &one, &[CoreF32], &[I64]);
    check_func(SYNC, Lower, &one, &[CoreF32], &[I64]);
    for t in [STRING, option(U8), fixed(U8, 17)] {
        let more = func(&[F32], Some(t));
        check_func(SYNC, Lift, &more, &[CoreF32], &[I32]);
        check_func(SYNC, Lower, &more, &[CoreF32, I32], &[]);
    }
}

#[test]
fn the_pointer_to_results_comes_on_top_of_the_limit() {
    let mut params = vec![I64; 16];
    params.push(I32);
    check_func(
        SYNC,
        Lower,
        &func(&vec![U64; 16], Some(STRING)),
        &params,
        &[],
    );
    check_func(
        SYNC,
        Lower,
        &func(&vec![U64; 17], Some(STRING)),
        &[I32, I32],
        &[],
    );
}

#[test]
fn an_async_lowered_function_takes_four_parameters() {
    for n in [0, 3, 4] {
        let ft = func(&vec![F32; n], None);
        check_func(STACKFUL, Lower, &ft, &vec![CoreF32; n], &[I32]);
    }
    check_func(STACKFUL, Lower, &func(&vec![F32; 5], None), &[I32], &[I32]);
    check_func(
        STACKFUL,
        Lower,
        &func(&[STRING, U64, U8], None),
        &[I32, I32, I64, I32],
        &[I32],
    );
    check_func(
        STACKFUL,
        Lower,
        &func(&[STRING, STRING, U8], None),
        &[I32],
        &[I32],
    );
}

#[test]
fn an_async_lowered_function_returns_through_memory() {
    for t in [U8, STRING, fixed(U8, 17)] {
        let ft = func(&vec![F32; 4], Some(t.clone()));
        check_func(
            STACKFUL,
            Lower,
            &ft,
            &[CoreF32, CoreF32, CoreF32, CoreF32, I32],
            &[I32],
        );
        let ft = func(&vec![F32; 5], Some(t));
        check_func(STACKFUL, Lower, &ft, &[I32, I32], &[I32]);
    }
}

#[test]
fn an_async_lifted_function_returns_no_values() {
    for t in [U8, STRING, fixed(U8, 17)] {
        let ft = func(&[F32], Some(t));
        check_func(STACKFUL, Lift, &ft, &[CoreF32], &[]);
        check_func(CALLBACK, Lift, &ft, &[CoreF32], &[I32]);
    }
}

#[test]
fn pointers_have_the_width_of_the_memory() {
    let wide = |opts| Options {
        ptr_type: PtrType::I64,
        ..opts
    };
    let many = func(&vec![U8; 17], Some(STRING));
    check_func(wide(SYNC), Lift, &many, &[I64], &[I64]);
    check_func(wide(SYNC), Lower, &many, &[I64, I64], &[]);
    check_func(wide(STACKFUL), Lower, &many, &[I64, I64], &[I32]);
    // The code that a callback returns, and the state of a call, stay 32 bits wide.
    check_func(wide(CALLBACK), Lift, &many, &[I64], &[I32]);
}
