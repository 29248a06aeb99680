//! The core code of copies, of calls and of resuming threads.

use super::super::core::{RESULT, SIZE, TEXT, address, buffer, field, layout, state};
use super::Coder;
use super::parts::{and, get, guarded, is, other_end, outside, put, resumed, suspended};
use crate::concurrency::{Passed, Place, Slot, Switch, Way};
use std::fmt::Write;

impl Coder<'_> {
    pub(super) fn copy(
        &self,
        end: Slot,
        count: u32,
        way: Way,
        place: Place,
        wild: bool,
        said: &dyn Fn(String) -> String,
    ) -> String {
        let (name, element) = match end.kind.is_future() {
            true => ("future", self.case.future),
            false => ("stream", self.case.stream),
        };
        let (size, align) = layout(element);
        let elements = match end.kind.is_future() {
            true => 1,
            false => count as usize,
        };
        let at = match place {
            Place::Own => buffer(end),
            Place::End => (SIZE - elements * size) / align * align,
            Place::Past => (SIZE - elements * size) / align * align + align,
        };
        let mut code = put(end, field::BUFFER, &format!("(i32.const {at})"));
        let side = match end.kind.is_readable() {
            true => "read",
            false => {
                if place != Place::Past {
                    let _ = write!(
                        code,
                        "(call $make-{name} (i32.const {at}) (i32.const {elements}))"
                    );
                }
                "write"
            }
        };
        let suffix = match way {
            Way::Async => "-async",
            Way::Sync => "",
        };
        let length = match end.kind.is_future() {
            true => String::new(),
            false => format!("(i32.const {count})"),
        };
        // Another thread may look at it meanwhile.
        let busy = match way {
            Way::Async => String::new(),
            Way::Sync => put(end, field::STATE, "(i32.const 5)"),
        };
        code += &busy;
        code += &said(format!(
            "(call ${name}.{side}{suffix} {} (i32.const {at}) {length})",
            get(end, field::HANDLE)
        ));
        let _ = write!(
            code,
            "(call $copied (i32.const {}) (local.get $r) (i32.const {}))",
            address(end),
            state::BUSY
        );
        let mut guard = is(end, &[state::IDLE]);
        if !element.is_none_or_number() {
            guard = and(&guard, &format!("(i32.eqz {})", get(end, field::MORE)));
        }
        if way == Way::Sync {
            // Nobody would be there to copy at the other end.
            let other = is(other_end(end), &[state::BUSY]);
            let alone = format!("(i32.eqz {})", get(end, field::MORE));
            guard = and(&guard, &outside(end));
            guard = and(&guard, &format!("(i32.or {alone} {other})"));
        }
        guarded(wild, &guard, &code)
    }

    pub(super) fn call(
        &self,
        to: Slot,
        instance: usize,
        function: usize,
        way: Way,
        wild: bool,
        said: &dyn Fn(String) -> String,
    ) -> String {
        let functions = &self.case.callee;
        let number = function % functions.len().max(1);
        let Some(callee) = functions.get(number) else {
            return String::new();
        };
        let any = u32::from(wild);
        let arguments = match callee.takes {
            Passed::Nothing => String::new(),
            Passed::Number => "(i32.const 7)".into(),
            Passed::Text => format!("(i32.const {TEXT}) (i32.const 7)"),
            Passed::Stream => format!("(call $give-stream (i32.const {any}))"),
            Passed::Future => format!("(call $give-future (i32.const {any}))"),
        };
        let gives = match callee.gives {
            Passed::Nothing => 0,
            Passed::Number => 1,
            Passed::Text => 2,
            Passed::Stream => 3,
            Passed::Future => 4,
        };
        let name = format!("$call-{instance}-{number}");
        if way == Way::Sync || !callee.abi.is_async_typed() {
            let code = match callee.gives {
                Passed::Nothing => format!("(call {name} {arguments})\n"),
                Passed::Text => format!("(call {name} {arguments} (i32.const {RESULT}))\n"),
                _ => format!("(i32.store (i32.const {RESULT}) (call {name} {arguments}))\n"),
            };
            return code
                + &said("(i32.const 2)".into())
                + &format!("(call $returned (i32.const {gives}) (i32.const {RESULT}))\n");
        }
        let result = match callee.gives {
            Passed::Nothing => String::new(),
            _ => format!("(i32.const {})", buffer(to)),
        };
        let code = said(format!("(call {name}-async {arguments} {result})"))
            + &format!(
                "(if (i32.shr_u (local.get $r) (i32.const 4))\n(then\n\
                 (call $fill (i32.const {to}) (i32.shr_u (local.get $r) (i32.const 4)))\n\
                 (i32.store offset=4 (i32.const {to}) (i32.const 2))\n\
                 (i32.store offset=12 (i32.const {to}) (i32.const {gives}))\n\
                 (i32.store offset=16 (i32.const {to}) (i32.const {at})))\n\
                 (else (call $returned (i32.const {gives}) (i32.const {at}))))",
                to = address(to),
                at = buffer(to),
            );
        guarded(wild, &is(to, &[0]), &code)
    }

    pub(super) fn resume(
        &self,
        which: Slot,
        how: Switch,
        wild: bool,
        said: &dyn Fn(String) -> String,
    ) -> String {
        let handle = get(which, field::HANDLE);
        let other = put(which, field::STATE, &format!("(i32.const {})", state::BUSY));
        let code = match how {
            Switch::Later => format!("{other}(call $thread.resume-later {handle})\n"),
            Switch::Yield => other + &said(format!("(call $thread.yield-then-resume {handle})")),
            Switch::Suspend => {
                other
                    + &suspended()
                    + &said(format!("(call $thread.suspend-then-resume {handle})"))
                    + &resumed()
            }
        };
        let mut guard = is(which, &[state::IDLE]);
        // Nobody would resume a thread that has no slot.
        if how == Switch::Suspend {
            guard = and(&guard, "(i32.ne (local.get $self) (i32.const 0))");
        }
        guarded(wild, &guard, &code)
    }
}
