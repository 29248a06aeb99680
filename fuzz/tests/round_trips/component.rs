//! The components that a value goes through, as text.

use component_fuzz::case::Encoding;
use component_fuzz::case::host_types::host_types;
use component_fuzz::case::layout::Flat;
use component_fuzz::case::types::{Names, Type};
use component_fuzz::render::guest::{self, Arguments, Form, PADS, Watch};
use component_fuzz::render::memory::{self, Data};
use std::fmt;

/// How a value goes in and comes out. The types are those of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Path {
    /// Into a guest and back.
    Guest(Flat),
    /// Into one guest, from there into another, and back through both.
    Fused {
        /// In the guest that calls.
        caller: Flat,
        /// In the one that is called.
        callee: Flat,
    },
    /// Into a guest, from there to the host's echo of this name, and back.
    Host(&'static str),
}

impl Path {
    /// The type of addresses of the last guest on the way.
    pub(crate) fn callee(self) -> Flat {
        match self {
            Path::Guest(pointer)
            | Path::Fused {
                callee: pointer, ..
            } => pointer,
            Path::Host(_) => Flat::I32,
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let memory = |pointer: Flat| 8 * pointer.size();
        match self {
            Path::Guest(pointer) => write!(f, "guest-{}", memory(*pointer)),
            Path::Fused { caller, callee } => {
                write!(f, "fused-{}-{}", memory(*caller), memory(*callee))
            }
            Path::Host(name) => write!(f, "host-{name}"),
        }
    }
}

/// An exported function that gives its value back.
pub(crate) struct Export {
    pub(crate) name: String,
    pub(crate) form: Form,
}

/// The text of the component for a path, and its functions.
pub(crate) fn component(ty: &Type, path: Path) -> (String, Vec<Export>) {
    match path {
        Path::Guest(pointer) => {
            let (body, exports) = echo(ty, pointer);
            (format!("(component\n{body})\n"), exports)
        }
        Path::Fused { caller, callee } => fused(ty, caller, callee),
        Path::Host(name) => host(ty, &format!("echo-{name}")),
    }
}

/// The body of a component that gives values back, with a function for each form and
/// encoding.
fn echo(ty: &Type, pointer: Flat) -> (String, Vec<Export>) {
    let names = Names::of(ty, &[]);
    let mut exports = Vec::new();
    let mut body = names.exported() + &memory(pointer) + &echo_module(ty, pointer);
    body += "(core instance $echo (instantiate $Echo (with \"memory\" (instance $memory))))\n";
    for form in Form::ALL {
        for encoding in encodings(ty) {
            let name = format!("{}-{}", form.name(), word(*encoding));
            body += &format!(
                "(func (export \"{name}\") {} (canon lift (core func $echo \"{}\"){}))\n",
                signature(ty, form, &names),
                form.name(),
                options(*encoding),
            );
            exports.push(Export { name, form });
        }
    }
    (body, exports)
}

/// A component in which one guest passes values on to another, with a function for
/// each form and pair of encodings.
fn fused(ty: &Type, caller: Flat, callee: Flat) -> (String, Vec<Export>) {
    let names = Names::of(ty, &[]);
    let (callee_body, callee_exports) = echo(ty, callee);
    let mut exports = Vec::new();
    let mut imports = names.imported();
    let mut caller_body = memory(caller);
    let mut with: String = names
        .iter()
        .map(|name| format!(" (with \"{name}\" (type ${name}))"))
        .collect();
    let mut outer = String::new();
    for form in Form::ALL {
        caller_body += &forward_module(ty, form, caller);
    }
    for Export {
        name: imported,
        form,
    } in callee_exports
    {
        let signature = signature(ty, form, &names);
        imports += &format!("(import \"{imported}\" (func ${imported} {signature}))\n");
        with += &format!(" (with \"{imported}\" (func $callee \"{imported}\"))");
        for encoding in encodings(ty) {
            let name = format!("{}-to-{imported}", word(*encoding));
            caller_body += &forwarding(&name, &imported, form, &signature, *encoding);
            outer += &format!("(export \"{name}\" (func $caller \"{name}\") (func {signature}))\n");
            exports.push(Export { name, form });
        }
    }
    let text = format!(
        "(component\n{}(component $Callee\n{callee_body})\n(component $Caller\n{imports}{caller_body})\n\
         (instance $callee (instantiate $Callee))\n\
         (instance $caller (instantiate $Caller{with}))\n{outer})\n",
        names.exported()
    );
    (text, exports)
}

/// A component that passes values on to the host, with a function for each encoding.
fn host(ty: &Type, function: &str) -> (String, Vec<Export>) {
    let names = Names::of(ty, &host_types());
    let signature = signature(ty, Form::Plain, &names);
    let mut exports = Vec::new();
    let mut text = format!(
        "(component (import \"host\" (instance $host\n{}(export \"{function}\" (func {signature}))))\n",
        names.in_instance_type()
    );
    for name in names.iter() {
        text += &format!("(alias export $host \"{name}\" (type ${name}))\n");
    }
    text += &format!("(alias export $host \"{function}\" (func ${function}))\n");
    text += &memory(Flat::I32);
    text += &forward_module(ty, Form::Plain, Flat::I32);
    for encoding in encodings(ty) {
        let name = word(*encoding).to_owned();
        text += &forwarding(&name, function, Form::Plain, &signature, *encoding);
        exports.push(Export {
            name,
            form: Form::Plain,
        });
    }
    (text + ")\n", exports)
}

/// The definition and instance of a guest's memory.
fn memory(pointer: Flat) -> String {
    memory::memory(pointer, Data::default(), &[], false)
        + "(core instance $memory (instantiate $Memory))\n"
}

/// `$Echo`: a function for each form that gives back the value it is given.
fn echo_module(ty: &Type, pointer: Flat) -> String {
    let functions: String = Form::ALL
        .iter()
        .map(|form| {
            let function = guest::echo(ty, *form, pointer, Watch::Off);
            format!("(func (export \"{}\") {function})\n", form.name())
        })
        .collect();
    format!("(core module $Echo\n{}{functions})\n", imports(pointer))
}

/// `$Forward-FORM`: a function that passes its arguments on to an imported one,
/// which has been lowered, and gives back what that one returns.
fn forward_module(ty: &Type, form: Form, pointer: Flat) -> String {
    let (params, result) = (form.params(ty), form.result(ty));
    let arguments = Arguments::Passed(guest::flat_params(&params, pointer));
    format!(
        "(core module $Forward-{}\n{}(import \"callee\" \"call\" (func $callee {}))\n\
         (func (export \"call\") {}))\n",
        form.name(),
        imports(pointer),
        guest::lowered(&params, &result, pointer),
        guest::call(&arguments, &result, pointer, "$callee", Watch::Off),
    )
}

/// What both modules import.
fn imports(pointer: Flat) -> String {
    let p = pointer.text();
    format!(
        "(import \"memory\" \"memory\" (memory {p} 1))\n\
         (import \"memory\" \"alloc\" (func $alloc (param {p} {p}) (result {p})))\n"
    )
}

/// An exported function that passes its arguments on to an imported one.
fn forwarding(
    name: &str,
    imported: &str,
    form: Form,
    signature: &str,
    encoding: Encoding,
) -> String {
    let (form, options) = (form.name(), options(encoding));
    format!(
        "(core func $lowered-{name} (canon lower (func ${imported}){options}))\n\
         (core instance $forward-{name} (instantiate $Forward-{form} \
           (with \"memory\" (instance $memory)) \
           (with \"callee\" (instance (export \"call\" (func $lowered-{name}))))))\n\
         (func (export \"{name}\") {signature} \
           (canon lift (core func $forward-{name} \"call\"){options}))\n"
    )
}

/// The encodings that make a difference to values of the type.
fn encodings(ty: &Type) -> &'static [Encoding] {
    match ty.has_strings() {
        true => &Encoding::ALL,
        false => &[Encoding::Utf8],
    }
}

/// A word for an encoding in the name of an export.
fn word(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Utf8 => "utf8",
        Encoding::Utf16 => "utf16",
        Encoding::Latin1OrUtf16 => "latin1",
    }
}

fn options(encoding: Encoding) -> String {
    format!(
        " (memory (core memory $memory \"memory\")) (realloc (core func $memory \"realloc\")) \
         string-encoding={}",
        encoding.option()
    )
}

/// The parameters and the result of a function that gives a value back.
fn signature(ty: &Type, form: Form, names: &Names) -> String {
    let value = names.text(ty);
    match form {
        Form::Plain => format!("(param \"v\" {value}) (result {value})"),
        Form::Spilled => {
            let pads: String = (0..PADS)
                .map(|i| format!("(param \"pad{i}\" u8) "))
                .collect();
            format!("{pads}(param \"v\" {value}) (result (tuple u8 {value}))")
        }
    }
}
