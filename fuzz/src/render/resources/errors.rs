//! Error contexts of guests.

/// `$Words`: a memory with a message, and the canonical definitions for error contexts
/// that use it.
pub(super) fn errors() -> String {
    format!(
        "(core module $Words (memory (export \"memory\") 1)\n\
         (data (i32.const {MESSAGE}) \"\\c3\\bc broken\")\n\
         (func (export \"realloc\") (param i32 i32 i32 i32) (result i32) (i32.const {TOLD})))\n\
         (core instance $words (instantiate $Words))\n\
         (alias core export $words \"memory\" (core memory $words))\n\
         (core func $error-new (canon error-context.new (memory $words)))\n\
         (core func $error-message (canon error-context.debug-message (memory $words) \
         (realloc (core func $words \"realloc\"))))\n\
         (core func $error-drop (canon error-context.drop))\n"
    )
}

/// Where the message is, which has nine bytes.
pub(super) const MESSAGE: u32 = 16;

/// Where a message is put that is read.
const TOLD: u32 = 1024;

pub(super) const ERROR_IMPORTS: &str = "(import \"\" \"words\" (memory 1))\n\
     (import \"\" \"error-new\" (func $error-new (param i32 i32) (result i32)))\n\
     (import \"\" \"error-message\" (func $error-message (param i32 i32)))\n\
     (import \"\" \"error-drop\" (func $error-drop (param i32)))\n";

pub(super) const ERROR_EXPORTS: &str = "(export \"words\" (memory $words))\
     (export \"error-new\" (func $error-new))\
     (export \"error-message\" (func $error-message))\
     (export \"error-drop\" (func $error-drop))";

/// Code that reads the message of an error context, and notes its length and bytes.
pub(super) fn read(error: &str) -> String {
    format!(
        "(call $error-message {error} (i32.const 0))\n\
         (call $note (i64.extend_i32_u (i32.load (i32.const 4))))\n\
         (call $note (i64.load (i32.const {TOLD})))"
    )
}
