//! The memory of a guest and its `realloc`, and the trace that it keeps.

use super::image::BASE;
use crate::case::layout::Flat;
use crate::case::{Quirk, QuirkAt};

/// How many pages a guest's memory may grow to: a guest that is asked for more traps,
/// and an address behind it never lies in memory.
pub const MAX_PAGES: u64 = 256;

/// How many pages it begins with: so the end of what has not grown is known.
pub const INITIAL_PAGES: u64 = 4;

/// How many entries a trace holds.
const ENTRIES: u32 = 4096;

/// `$Trace`: a memory of its own, with what was noted, and a digest that starts again
/// when it is noted.
#[must_use]
pub fn trace() -> String {
    let end = 8 + 8 * ENTRIES;
    format!(
        r#"(core module $Trace
  (memory (export "memory") 1)
  (global $to (mut i32) (i32.const 8))
  (global $digest (mut i64) (i64.const 0x1465))
  (func $note (export "note") (param i64)
    (if (i32.lt_u (global.get $to) (i32.const {end}))
      (then
        (i64.store (global.get $to) (local.get 0))
        (global.set $to (i32.add (global.get $to) (i32.const 8))))))
  (func (export "mix") (param i64)
    (global.set $digest
      (i64.mul (i64.xor (global.get $digest) (local.get 0)) (i64.const 0x9e3779b97f4a7c15)))
    (global.set $digest
      (i64.xor (global.get $digest) (i64.shr_u (global.get $digest) (i64.const 29)))))
  (func (export "seen")
    (call $note (global.get $digest))
    (global.set $digest (i64.const 0x1465)))
  (func (export "read") (result i32)
    (i32.store (i32.const 0) (i32.const 8))
    (i32.store (i32.const 4)
      (i32.shr_u (i32.sub (global.get $to) (i32.const 8)) (i32.const 3)))
    (global.set $to (i32.const 8))
    (i32.const 0)))
"#
    )
}

/// What a component with a trace begins with: `$Trace`, an instance of it, and the
/// function `trace`, which reads it.
#[must_use]
pub fn traced() -> String {
    format!(
        "{}(core instance $trace (instantiate $Trace))\n\
         (func (export \"trace\") (result (list u64)) \
         (canon lift (core func $trace \"read\") (memory (core memory $trace \"memory\"))))\n",
        trace()
    )
}

/// The bytes that a memory begins with, at [`BASE`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Data<'a>(pub &'a [u8]);

/// `$Memory`: a memory; `alloc` for the guest itself; and `realloc` for the ABI, which
/// never hands out a place twice but where a quirk makes it. New memory is not zero and
/// old memory is overwritten, so that whoever reads what nobody wrote, or at an old
/// place, does not find what it hopes for. If it is `traced`, it imports the trace and
/// grows to [`MAX_PAGES`]; else there is no bound.
#[must_use]
pub fn memory(pointer: Flat, data: Data<'_>, quirks: &[QuirkAt], traced: bool) -> String {
    let p = pointer.text();
    let end = BASE + data.0.len() as u64;
    let free = end.next_multiple_of(8);
    let pages = (free / 0x1_0000 + 1).max(INITIAL_PAGES);
    let bytes: String = data.0.iter().map(|byte| format!("\\{byte:02x}")).collect();
    let data = match bytes.is_empty() {
        true => String::new(),
        false => format!("(data ({p}.const {BASE}) \"{bytes}\")\n"),
    };
    let (import, noted, most) = match traced {
        true => (
            "(import \"trace\" \"note\" (func $note (param i64)))\n",
            ["$old", "$old-size", "$align", "$size", "$new"]
                .map(|local| format!("(call $note {})\n", widened(local, pointer)))
                .concat(),
            format!(" {MAX_PAGES}"),
        ),
        false => ("", String::new(), String::new()),
    };
    let leaving = match leaves(quirks) {
        true => LEAVING_IMPORTS,
        false => "",
    };
    let quirks: String = quirks.iter().map(|quirk| code(*quirk, p)).collect();
    format!(
        r#"(core module $Memory
  {leaving}{import}(memory $memory (export "memory") {p} {pages}{most})
  {data}(global $free (mut {p}) ({p}.const {free}))
  (global $calls (mut i32) (i32.const 0))
  (global $last (mut {p}) ({p}.const {BASE}))
  (func $reserve
    (loop $grow
      (if ({p}.gt_u (global.get $free) ({p}.shl (memory.size) ({p}.const 16)))
        (then
          (if ({p}.eq (memory.grow ({p}.const 1)) ({p}.const -1)) (then (unreachable)))
          (br $grow)))))
  (func $alloc (export "alloc") (param $align {p}) (param $size {p}) (result {p})
    (local $new {p})
    (local.set $new
      ({p}.and
        ({p}.add (global.get $free) ({p}.sub (local.get $align) ({p}.const 1)))
        ({p}.sub ({p}.const 0) (local.get $align))))
    (global.set $free ({p}.add (local.get $new) (local.get $size)))
    (if ({p}.lt_u (global.get $free) (local.get $new)) (then (unreachable)))
    (call $reserve)
    (memory.fill (local.get $new) (i32.const 0xa5) (local.get $size))
    (local.get $new))
  (func (export "realloc")
    (param $old {p}) (param $old-size {p}) (param $align {p}) (param $size {p}) (result {p})
    (local $new {p})
    (local.set $new (call $alloc (local.get $align) (local.get $size)))
    {quirks}(global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (if ({p}.le_u ({p}.add (local.get $new) (local.get $size)) ({p}.shl (memory.size) ({p}.const 16)))
      (then
        (if ({p}.ne (local.get $new) (local.get $old))
          (then
            (memory.copy (local.get $new) (local.get $old)
              (select (local.get $old-size) (local.get $size)
                ({p}.lt_u (local.get $old-size) (local.get $size))))
            (if ({p}.ge_u (local.get $new) ({p}.add (local.get $old) (local.get $old-size)))
              (then (memory.fill (local.get $old) (i32.const 0x5a) (local.get $old-size))))))))
    (global.set $last (local.get $new))
    {noted}(local.get $new)))
"#
    )
}

const LEAVING_IMPORTS: &str = r#"(import "leave" "new" (func $new-handle (param i32) (result i32)))
  (import "leave" "drop" (func $drop-handle (param i32)))
  (import "leave" "lowered" (func $lowered))
  (import "leave" "error-new" (func $error-new (param i32 i32) (result i32)))
  (import "leave" "error-message" (func $error-message (param i32 i32)))
  (import "leave" "error-drop" (func $error-drop (param i32)))
  "#;

fn leaves(quirks: &[QuirkAt]) -> bool {
    quirks.iter().any(|at| at.quirk.leaves())
}

/// The canonical definitions that a quirk of `$Memory` calls, and how it is given them.
/// `$trace` is there by then, whose memory a message would be in.
#[must_use]
pub fn leaving(quirks: &[QuirkAt]) -> (&'static str, &'static str) {
    match leaves(quirks) {
        false => ("", ""),
        true => (
            "(type $Left (resource (rep i32)))\n\
             (core func $left-new (canon resource.new $Left))\n\
             (core func $left-drop (canon resource.drop $Left))\n\
             (component $Aside (core module $M (func (export \"f\")))\n\
             (core instance $m (instantiate $M))\n\
             (func (export \"f\") (canon lift (core func $m \"f\"))))\n\
             (instance $aside (instantiate $Aside))\n\
             (core func $left-lowered (canon lower (func $aside \"f\")))\n\
             (core module $Nowhere (func (export \"realloc\") (param i32 i32 i32 i32) (result i32)\n\
             unreachable))\n\
             (core instance $nowhere (instantiate $Nowhere))\n\
             (core func $left-error-new (canon error-context.new \
             (memory (core memory $trace \"memory\"))))\n\
             (core func $left-error-message (canon error-context.debug-message \
             (memory (core memory $trace \"memory\")) (realloc (core func $nowhere \"realloc\"))))\n\
             (core func $left-error-drop (canon error-context.drop))\n",
            "(with \"leave\" (instance (export \"new\" (func $left-new)) \
             (export \"drop\" (func $left-drop)) (export \"lowered\" (func $left-lowered)) \
             (export \"error-new\" (func $left-error-new)) \
             (export \"error-message\" (func $left-error-message)) \
             (export \"error-drop\" (func $left-error-drop))))",
        ),
    }
}

/// A local as 64 bits.
fn widened(local: &str, pointer: Flat) -> String {
    match pointer {
        Flat::I64 => format!("(local.get {local})"),
        _ => format!("(i64.extend_i32_u (local.get {local}))"),
    }
}

/// Code that makes one call of `realloc` another than it would be.
fn code(QuirkAt { call, quirk }: QuirkAt, p: &str) -> String {
    let end = format!("({p}.shl (memory.size) ({p}.const 16))");
    let aligned =
        |address: &str| format!("({p}.and {address} ({p}.sub ({p}.const 0) (local.get $align)))");
    let what = match quirk {
        Quirk::Grow => format!("(drop (memory.grow ({p}.const 1)))"),
        Quirk::AtEnd => format!(
            "(if ({p}.le_u (local.get $size) ({p}.const 65536)) (then \
             (if ({p}.ne (memory.grow ({p}.const 1)) ({p}.const -1)) (then \
             (local.set $new {}) (global.set $free {end})))))",
            aligned(&format!("({p}.sub {end} (local.get $size))"))
        ),
        Quirk::InPlace => format!(
            "(if ({p}.le_u (local.get $size) (local.get $old-size)) \
             (then (local.set $new (local.get $old))))"
        ),
        Quirk::Overlap => {
            let last =
                format!("({p}.add (global.get $last) ({p}.sub (local.get $align) ({p}.const 1)))");
            format!("(local.set $new {})", aligned(&last))
        }
        Quirk::Zero => format!("(local.set $new ({p}.const 0))"),
        Quirk::Unaligned => {
            format!(
                "(global.set $free ({p}.add (global.get $free) ({p}.const 8))) (call $reserve) \
                 (local.set $new ({p}.add (local.get $new) \
                 (select ({p}.const 1) ({p}.shr_u (local.get $align) ({p}.const 1)) \
                 ({p}.lt_u (local.get $align) ({p}.const 2)))))"
            )
        }
        Quirk::AtLimit => format!("(local.set $new {end})"),
        Quirk::OverEnd => format!(
            "(local.set $new {})",
            aligned(&format!(
                "({p}.sub ({p}.add {end} (local.get $align)) (local.get $size))"
            ))
        ),
        Quirk::Wraps => format!("(local.set $new ({p}.sub ({p}.const 0) (local.get $align)))"),
        Quirk::Trap => "(unreachable)".to_owned(),
        Quirk::CallNew => "(drop (call $new-handle (i32.const 1)))".to_owned(),
        Quirk::CallDrop => "(call $drop-handle (i32.const 1))".to_owned(),
        Quirk::CallLowered => "(call $lowered)".to_owned(),
        Quirk::CallErrorNew => "(drop (call $error-new (i32.const 0) (i32.const 0)))".to_owned(),
        Quirk::CallErrorMessage => "(call $error-message (i32.const 1) (i32.const 0))".to_owned(),
        Quirk::CallErrorDrop => "(call $error-drop (i32.const 1))".to_owned(),
    };
    format!("(if (i32.eq (global.get $calls) (i32.const {call})) (then {what}))\n    ")
}
