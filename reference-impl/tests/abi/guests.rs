//! The two components of a fused call.

use crate::run;
use component_reference::canonical::options::{PtrType, StringEncoding, ptr_size};
use component_reference::value::Value;
use component_reference::{Limits, Stop, Store};

/// A component whose `f` gives what its memory holds.
#[derive(Clone, Debug)]
pub(crate) struct Source<'t> {
    /// The type of what it gives: one of more than one core value.
    pub(crate) t: &'t str,
    pub(crate) encoding: StringEncoding,
    pub(crate) ptr_type: PtrType,
    /// What its memory begins with.
    pub(crate) memory: Vec<u8>,
    /// Where the value is in it.
    pub(crate) ptr: u64,
}

impl<'t> Source<'t> {
    /// A list or a string of `length`, whose bytes are at `ptr`, and all after the
    /// pair in memory.
    pub(crate) fn of_range(t: &'t str, ptr_type: PtrType, ptr: u64, length: u64) -> Self {
        let mut memory = word(ptr_type, ptr);
        memory.extend(word(ptr_type, length));
        Source {
            t,
            encoding: StringEncoding::Utf8,
            ptr_type,
            memory,
            ptr: 0,
        }
    }

    /// Calls `f` from the host.
    pub(crate) fn lift(&self) -> Result<Value, Stop> {
        self.lift_in(Limits::default())
    }

    pub(crate) fn lift_in(&self, limits: Limits) -> Result<Value, Stop> {
        let text = format!(
            r#"(component {} (instance $source (instantiate $source))
                (export "run" (func $source "f")))"#,
            self.component(),
        );
        run(&mut Store::new(limits), &text).map(|v| v.expect("`f` has a result"))
    }

    fn component(&self) -> String {
        let Source { t, ptr_type, .. } = self;
        let (data, ptr) = (data(&self.memory), signed(*ptr_type, self.ptr));
        let (a, encoding) = (address(*ptr_type), keyword(self.encoding));
        format!(
            r#"(component $source
                (core module $m
                    (memory (export "memory") {a} 1)
                    (data ({a}.const 0) "{data}")
                    (func (export "f") (result {a}) ({a}.const {ptr})))
                (core instance $i (instantiate $m))
                (func (export "f") (result {t}) (canon lift (core func $i "f")
                    (memory (core memory $i "memory")) string-encoding={encoding})))"#,
        )
    }
}

/// How a destination's `realloc` behaves.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Realloc {
    /// It shrinks in place, and takes fresh memory for all else.
    #[default]
    Honest,
    /// As that, but what it takes is not filled with what was there before.
    Forgetful,
    /// As the first, but the call of this number has this result.
    Lies(u32, u64),
}

/// A component that calls `f`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Destination {
    pub(crate) encoding: StringEncoding,
    pub(crate) ptr_type: PtrType,
    pub(crate) realloc: Realloc,
}

/// What a call of `f` has left in the destination.
#[derive(Debug)]
pub(crate) struct Lowered {
    /// The arguments of each call of `realloc`.
    pub(crate) calls: Vec<[u64; 4]>,
    /// The two values that the result consists of.
    pub(crate) range: (u64, u64),
    memory: Vec<u8>,
}

/// Where a destination's `realloc` begins.
pub(crate) const HEAP: u64 = 0x100;
/// What memory is filled with.
pub(crate) const FRESH: u8 = 0xee;
/// The size of memory, in bytes.
pub(crate) const END: u64 = 0x1_0000;
const LOG: usize = 0x8000;

impl Lowered {
    /// What the heap begins with.
    pub(crate) fn heap(&self, length: usize) -> &[u8] {
        &self.memory[HEAP as usize..][..length]
    }

    pub(crate) fn bytes(&self, ptr: u64, length: u64) -> &[u8] {
        &self.memory[ptr as usize..][..length as usize]
    }
}

impl Destination {
    /// Has the destination call the source.
    pub(crate) fn call(&self, source: &Source<'_>) -> Result<Lowered, Stop> {
        let text = format!(
            r#"(component {} {}
                (instance $source (instantiate $source))
                (instance $destination (instantiate $destination
                    (with "f" (func $source "f"))))
                (export "run" (func $destination "run")))"#,
            source.component(),
            self.component(source.t),
        );
        let Some(Value::Bytes(memory)) = run(&mut Store::new(Limits::default()), &text)? else {
            panic!("`run` gives the destination's memory");
        };
        let size = ptr_size(self.ptr_type) as usize;
        let integer = |at: usize, size: usize| {
            let mut bytes = [0; 8];
            bytes[..size].copy_from_slice(&memory[at..][..size]);
            u64::from_le_bytes(bytes)
        };
        let calls = (0..integer(LOG, 8) as usize)
            .map(|i| std::array::from_fn(|j| integer(LOG + 8 + 32 * i + 8 * j, 8)));
        Ok(Lowered {
            calls: calls.collect(),
            range: (integer(0, size), integer(size, size)),
            memory,
        })
    }

    fn component(&self, t: &str) -> String {
        let (a, encoding) = (address(self.ptr_type), keyword(self.encoding));
        let size = ptr_size(self.ptr_type);
        let heap = heap(self.ptr_type, self.realloc);
        format!(
            r#"(component $destination
    (import "f" (func $f (result {t})))
    {heap}
    (core instance $heap (instantiate $heap))
    (core func $f (canon lower (func $f) (memory (core memory $heap "memory"))
        (realloc (core func $heap "realloc")) string-encoding={encoding}))
    (core module $m
        (import "" "f" (func $f (param {a})))
        (import "" "memory" (memory {a} 1))
        (func (export "run") (result {a})
            (memory.fill ({a}.const {HEAP}) (i32.const {FRESH}) ({a}.const 0x1000))
            (call $f ({a}.const 0))
            ({a}.store ({a}.const 32) ({a}.const 0))
            ({a}.store ({a}.const {after}) ({a}.const {END}))
            ({a}.const 32)))
    (core instance $i (instantiate $m (with "" (instance
        (export "f" (func $f))
        (export "memory" (memory $heap "memory"))))))
    (func (export "run") (result (list u8)) (canon lift (core func $i "run")
        (memory (core memory $heap "memory")))))"#,
            after = 32 + size,
        )
    }
}

/// The core module `$heap`: a memory and a `realloc` that takes down its calls.
pub(crate) fn heap(ptr_type: PtrType, realloc: Realloc) -> String {
    let wide = match ptr_type {
        PtrType::I32 => "i64.extend_i32_u",
        PtrType::I64 => "i64.and (i64.const -1)",
    };
    let (number, lie) = match realloc {
        Realloc::Lies(number, lie) => (i64::from(number), lie),
        Realloc::Honest | Realloc::Forgetful => (-1, 0),
    };
    let (a, lie) = (address(ptr_type), signed(ptr_type, lie));
    let carry = match realloc {
        Realloc::Forgetful => "",
        Realloc::Honest | Realloc::Lies(..) => {
            "(memory.copy (local.get $ret) (local.get $old) (local.get $old-size))"
        }
    };
    format!(
        r#"(core module $heap
        (memory (export "memory") {a} 1)
        (global $next (mut {a}) ({a}.const {HEAP}))
        (func $log (param $number {a}) (param $at {a}) (param $v {a})
            (i64.store
                ({a}.add ({a}.const {LOG}) ({a}.add (local.get $at)
                    ({a}.mul ({a}.const 32) (local.get $number))))
                ({wide} (local.get $v))))
        (func (export "realloc")
            (param $old {a}) (param $old-size {a}) (param $align {a}) (param $size {a})
            (result {a})
            (local $number {a}) (local $ret {a})
            (local.set $number ({a}.load ({a}.const {LOG})))
            (call $log (local.get $number) ({a}.const 8) (local.get $old))
            (call $log (local.get $number) ({a}.const 16) (local.get $old-size))
            (call $log (local.get $number) ({a}.const 24) (local.get $align))
            (call $log (local.get $number) ({a}.const 32) (local.get $size))
            ({a}.store ({a}.const {LOG}) ({a}.add (local.get $number) ({a}.const 1)))
            (if ({a}.eq (local.get $number) ({a}.const {number}))
                (then (return ({a}.const {lie}))))
            (if (i32.and
                    ({a}.ne (local.get $old) ({a}.const 0))
                    ({a}.lt_u (local.get $size) (local.get $old-size)))
                (then (return (local.get $old))))
            (local.set $ret ({a}.and
                ({a}.sub ({a}.add (global.get $next) (local.get $align)) ({a}.const 1))
                ({a}.sub ({a}.const 0) (local.get $align))))
            (global.set $next ({a}.add (local.get $ret) (local.get $size)))
            {carry}
            (local.get $ret)))"#
    )
}

/// The bytes of a pointer or a length.
pub(crate) fn word(ptr_type: PtrType, word: u64) -> Vec<u8> {
    word.to_le_bytes()[..ptr_size(ptr_type) as usize].to_vec()
}

/// A pointer as the text of modules has it.
fn signed(ptr_type: PtrType, ptr: u64) -> i64 {
    match ptr_type {
        PtrType::I32 => i64::from(ptr as i32),
        PtrType::I64 => ptr as i64,
    }
}

/// Bytes as the text of modules has them.
pub(crate) fn data(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("\\{byte:02x}")).collect()
}

pub(crate) fn address(ptr_type: PtrType) -> &'static str {
    match ptr_type {
        PtrType::I32 => "i32",
        PtrType::I64 => "i64",
    }
}

fn keyword(encoding: StringEncoding) -> &'static str {
    match encoding {
        StringEncoding::Utf8 => "utf8",
        StringEncoding::Utf16 => "utf16",
        StringEncoding::Latin1Utf16 => "latin1+utf16",
    }
}
