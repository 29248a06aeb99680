//! Where a definition was rejected, and for want of what.
//!
//! An engine only accepts or rejects. That a rejected binary is malformed and not
//! merely invalid is decided here, in one place for all engines: it is malformed
//! if the readers of its sections, without the validator, do not get through it.

use crate::features::{Features, flag};
use crate::outcome::Phase;
use wasmparser::{
    Encoding, FromReader, GlobalType, Operator, Parser, Payload, SectionLimited, TypeRef,
    Validator, WasmFeatures,
};

/// The phase in which `bytes`, which an engine rejected, go wrong. The features
/// decide what some bytes mean.
#[must_use]
pub fn phase(bytes: &[u8], features: &Features) -> Phase {
    match Reader::new(features).read(bytes).is_ok() {
        true => Phase::Invalid,
        false => Phase::Malformed,
    }
}

/// The feature among `missing` that decides what becomes of `bytes`: without it
/// they are rejected, and not in the words that all of `features` give.
///
/// So an engine that lacks a feature neither fails for it nor passes an assertion
/// by rejecting what it does not know.
#[must_use]
pub fn wanting(bytes: &[u8], features: &Features, missing: &[String]) -> Option<String> {
    let all = features.flags();
    let rejection = |flags| {
        let error = Validator::new_with_features(flags)
            .validate_all(bytes)
            .err()?;
        // Numbers in it are ids, which differ from run to run.
        Some(error.message().replace(|c: char| c.is_ascii_digit(), ""))
    };
    let with = rejection(all);
    let mut named: Vec<_> = missing
        .iter()
        .filter_map(|name| Some((name.as_str(), flag(name)?)))
        .collect();
    let decide = |named: &[(&str, WasmFeatures)]| {
        let without = rejection(named.iter().fold(all, |all, (_, flag)| all - *flag));
        without.is_some() && without != with
    };
    if !decide(&named) {
        return None;
    }
    // Down to as few as decide it, most often one.
    for index in (0..named.len()).rev() {
        let dropped = named.remove(index);
        if !decide(&named) {
            named.insert(index, dropped);
        }
    }
    let names: Vec<&str> = named.iter().map(|(name, _)| *name).collect();
    Some(names.join(", "))
}

/// A binary that does not parse.
struct Malformed;

impl From<wasmparser::Error> for Malformed {
    fn from(_: wasmparser::Error) -> Self {
        Malformed
    }
}

/// What the binary format of core modules asks for across sections: their order,
/// as many bodies as functions, as many segments as announced.
#[derive(Default)]
struct Module {
    order: u32,
    functions: u32,
    bodies: u32,
    data_count: Option<u32>,
    data: u32,
    uses_data: bool,
}

struct Reader {
    features: WasmFeatures,
    /// The modules and components that are open, outermost first; `None` is a
    /// component.
    open: Vec<Option<Module>>,
}

impl Reader {
    fn new(features: &Features) -> Self {
        Reader {
            features: features.flags(),
            open: Vec::new(),
        }
    }

    fn read(&mut self, bytes: &[u8]) -> Result<(), Malformed> {
        let mut parser = Parser::new(0);
        parser.set_features(self.features);
        for payload in parser.parse_all(bytes) {
            self.payload(payload?)?;
        }
        Ok(())
    }

    fn payload(&mut self, payload: Payload<'_>) -> Result<(), Malformed> {
        match payload {
            Payload::Version { encoding, .. } => self.open.push(match encoding {
                Encoding::Module => Some(Module::default()),
                Encoding::Component => None,
            }),
            Payload::End(_) => {
                if let Some(Some(module)) = self.open.pop() {
                    module.close()?;
                }
            }
            Payload::TypeSection(s) => {
                self.section(1)?;
                items(s)?;
            }
            Payload::ImportSection(s) => {
                self.section(2)?;
                for import in s.into_imports() {
                    if let TypeRef::Global(ty) = import?.ty {
                        self.mutability(ty)?;
                    }
                }
            }
            Payload::FunctionSection(s) => {
                let functions = s.count();
                self.section(3)?.functions = functions;
                items(s)?;
            }
            Payload::TableSection(s) => {
                self.section(4)?;
                items(s)?;
            }
            Payload::MemorySection(s) => {
                self.section(5)?;
                items(s)?;
            }
            Payload::TagSection(s) => {
                self.section(6)?;
                items(s)?;
            }
            Payload::GlobalSection(s) => {
                self.section(7)?;
                for global in s {
                    let global = global?;
                    self.mutability(global.ty)?;
                    expression(global.init_expr.get_operators_reader())?;
                }
            }
            Payload::ExportSection(s) => {
                self.section(8)?;
                items(s)?;
            }
            Payload::StartSection { .. } => {
                self.section(9)?;
            }
            Payload::ElementSection(s) => {
                self.section(10)?;
                items(s)?;
            }
            Payload::DataCountSection { count, .. } => {
                self.section(11)?.data_count = Some(count);
            }
            Payload::CodeSectionStart { count, .. } => self.section(12)?.bodies = count,
            Payload::CodeSectionEntry(body) => {
                for local in body.get_locals_reader()? {
                    local?;
                }
                let uses_data = expression(body.get_operators_reader()?)?;
                if let Some(Some(module)) = self.open.last_mut() {
                    module.uses_data |= uses_data;
                }
            }
            Payload::DataSection(s) => {
                let segments = s.count();
                self.section(13)?.data = segments;
                items(s)?;
            }
            Payload::UnknownSection { .. } => return Err(Malformed),

            Payload::InstanceSection(s) => items(s)?,
            Payload::CoreTypeSection(s) => items(s)?,
            Payload::ComponentInstanceSection(s) => items(s)?,
            Payload::ComponentAliasSection(s) => items(s)?,
            Payload::ComponentTypeSection(s) => items(s)?,
            Payload::ComponentCanonicalSection(s) => items(s)?,
            Payload::ComponentImportSection(s) => items(s)?,
            Payload::ComponentExportSection(s) => items(s)?,
            _ => {}
        }
        Ok(())
    }

    /// The byte of a global's mutability is 0 or 1; the readers take a further bit
    /// for a shared global, whatever the features.
    fn mutability(&self, ty: GlobalType) -> Result<(), Malformed> {
        match ty.shared && !self.features.shared_everything_threads() {
            true => Err(Malformed),
            false => Ok(()),
        }
    }

    /// Enters a section of a core module; sections come in this order, once.
    fn section(&mut self, order: u32) -> Result<&mut Module, Malformed> {
        match self.open.last_mut() {
            Some(Some(module)) if module.order < order => {
                module.order = order;
                Ok(module)
            }
            _ => Err(Malformed),
        }
    }
}

impl Module {
    fn close(&self) -> Result<(), Malformed> {
        let counted = self.data_count.is_none_or(|count| count == self.data);
        let announced = self.data_count.is_some() || !self.uses_data;
        match self.functions == self.bodies && counted && announced {
            true => Ok(()),
            false => Err(Malformed),
        }
    }
}

fn items<'a, T: FromReader<'a>>(section: SectionLimited<'a, T>) -> Result<(), Malformed> {
    for item in section {
        item?;
    }
    Ok(())
}

/// Reads an expression to its end; whether it names a data segment.
fn expression(mut reader: wasmparser::OperatorsReader<'_>) -> Result<bool, Malformed> {
    let mut uses_data = false;
    while !reader.eof() {
        uses_data |= matches!(
            reader.read()?,
            Operator::MemoryInit { .. } | Operator::DataDrop { .. }
        );
    }
    reader.finish()?;
    Ok(uses_data)
}

/// A validator's text without the numbers that count what its process has validated
/// before, which would make the same run tell other words.
#[must_use]
pub fn without_counts(message: &str) -> String {
    const LABEL: &str = "globally_unique_id: ";
    let mut parts = message.split(LABEL);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str(LABEL);
        text.push('_');
        text.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(text: &str) -> Vec<u8> {
        let buffer = wast::parser::ParseBuffer::new(text).expect("the text lexes");
        let mut wat = wast::parser::parse::<wast::Wat<'_>>(&buffer).expect("the text parses");
        wat.encode().expect("the text encodes")
    }

    fn phase_of(bytes: &[u8]) -> Phase {
        phase(bytes, &Features::from(WasmFeatures::default()))
    }

    #[test]
    fn what_parses_is_at_most_invalid() {
        assert_eq!(
            phase_of(&encode("(module (func (result i32)))")),
            Phase::Invalid
        );
        assert_eq!(
            phase_of(&encode("(component (export \"a\" (func 7)))")),
            Phase::Invalid
        );
    }

    #[test]
    fn what_does_not_parse_is_malformed() {
        assert_eq!(phase_of(b""), Phase::Malformed);
        assert_eq!(phase_of(b"\0asm\x01\0\0"), Phase::Malformed);
        let mut truncated = encode("(module (func))");
        truncated.pop();
        assert_eq!(phase_of(&truncated), Phase::Malformed);
    }

    #[test]
    fn sections_out_of_order_are_malformed() {
        // An empty function section before an empty type section.
        assert_eq!(
            phase_of(b"\0asm\x01\0\0\0\x03\x01\0\x01\x01\0"),
            Phase::Malformed
        );
        // A function without a body.
        let unbodied = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0";
        assert_eq!(phase_of(unbodied), Phase::Malformed);
    }

    #[test]
    fn a_shared_global_is_malformed_without_its_proposal() {
        let import = b"\0asm\x01\0\0\0\x02\x06\x01\0\0\x03\x7f\x02";
        let own = b"\0asm\x01\0\0\0\x06\x06\x01\x7f\x02\x41\0\x0b";
        let shared =
            Features::new(["floats", "shared-everything-threads"]).expect("the names are features");
        for bytes in [&import[..], &own[..]] {
            assert_eq!(phase_of(bytes), Phase::Malformed);
            assert_eq!(phase(bytes, &shared), Phase::Invalid);
        }
    }

    #[test]
    fn a_missing_feature_is_named_when_it_decides() {
        let features = Features::new(["reference-types", "gc-types", "floats", "simd"])
            .expect("the names are features");
        let missing = vec!["floats".to_owned(), "simd".to_owned()];
        let simd = encode("(module (func (param v128)))");
        assert_eq!(wanting(&simd, &features, &missing), Some("simd".to_owned()));
        let plain = encode("(module (func (param i32)))");
        assert_eq!(wanting(&plain, &features, &missing), None);
        let invalid = encode("(module (func (result i32)))");
        assert_eq!(wanting(&invalid, &features, &missing), None);
        let both = encode("(module (func (result v128)))");
        assert_eq!(wanting(&both, &features, &missing), Some("simd".to_owned()));
    }

    #[test]
    fn texts_do_not_count_what_was_validated_before() {
        let text = "not the same (globally_unique_id: 10, contextually_unique_id: 4 } \
                    vs. globally_unique_id: 9)";
        let settled = "not the same (globally_unique_id: _, contextually_unique_id: 4 } \
                       vs. globally_unique_id: _)";
        assert_eq!(without_counts(text), settled);
        assert_eq!(without_counts("a mismatch"), "a mismatch");
    }
}
