//! Values as a guest has them before the ABI lifts them: bytes in its memory and core
//! values, with everything that the ABI is to ignore made other than it expects, and
//! at most one thing wrong.

use super::memory::{INITIAL_PAGES, MAX_PAGES};
use crate::case::layout::{Flat, Shape, discriminant_size, payload_offset};
use crate::case::types::{Type, tuple};
use crate::case::{Encoding, Flaw};
use component_harness::value::Value;

/// Where the bytes of images begin in a guest's memory.
pub const BASE: u64 = 16;

/// The bytes of one guest's memory, to which images are added.
#[derive(Debug)]
pub struct Images {
    pointer: Flat,
    encoding: Encoding,
    bytes: Vec<u8>,
}

/// A value that is to be lifted.
#[derive(Debug)]
pub struct Image {
    /// Its core values.
    pub flat: Vec<(Flat, u64)>,
    /// In how many places something can be wrong with it.
    pub sites: usize,
    /// What is wrong, in a word.
    pub flawed: Option<&'static str>,
}

impl Images {
    /// None yet.
    #[must_use]
    pub fn new(pointer: Flat, encoding: Encoding) -> Self {
        Images {
            pointer,
            encoding,
            bytes: Vec::new(),
        }
    }

    /// All bytes, from [`BASE`].
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The values of parameters or of a result. Where they take more than `most` core
    /// values, they are in memory.
    pub fn add(
        &mut self,
        types: &[Type],
        values: &[Value],
        most: usize,
        dirty: bool,
        flaw: Option<Flaw>,
    ) -> Image {
        let ty = tuple(types.to_vec());
        let value = Value::Tuple(values.to_vec());
        let flaw = flaw.map(|flaw| {
            let mut dry = Writer::new(self, dirty, None);
            dry.top(&ty, &value, most);
            let sites = dry.site;
            let begin = dry.begin;
            self.bytes.truncate(begin);
            Flaw {
                site: flaw.site.checked_rem(sites).unwrap_or(0),
                ..flaw
            }
        });
        let mut writer = Writer::new(self, dirty, flaw);
        let flat = writer.top(&ty, &value, most);
        Image {
            flat,
            sites: writer.site,
            flawed: writer.flawed,
        }
    }
}

struct Writer<'a> {
    images: &'a mut Images,
    begin: usize,
    dirty: bool,
    flaw: Option<Flaw>,
    site: usize,
    flawed: Option<&'static str>,
}

/// A thing that can be wrong, and the value that makes it so.
type Wrong<T> = (&'static str, T);

impl Writer<'_> {
    fn new(images: &mut Images, dirty: bool, flaw: Option<Flaw>) -> Writer<'_> {
        Writer {
            begin: images.bytes.len(),
            images,
            dirty,
            flaw,
            site: 0,
            flawed: None,
        }
    }

    fn top(&mut self, ty: &Type, value: &Value, most: usize) -> Vec<(Flat, u64)> {
        let pointer = self.images.pointer;
        if ty.flatten(pointer).len() <= most {
            return self.flat(ty, value);
        }
        let at = self.place(ty.size(pointer), ty.align(pointer));
        self.lay(ty, value, at);
        let address = BASE + at as u64;
        let mut wrong = vec![
            ("spill-out-of-bounds", far()),
            ("spill-wraps", self.wraps()),
        ];
        if ty.align(pointer) > 1 {
            wrong.push(("spill-unaligned", address + 1));
        }
        let address = self.choose(address, &wrong);
        vec![(pointer, address)]
    }

    /// Whether this is the place for the flaw; `wrong` are the ways.
    fn choose<T: Copy>(&mut self, right: T, wrong: &[Wrong<T>]) -> T {
        let here = self.site;
        if !wrong.is_empty() {
            self.site += 1;
        }
        match self.flaw {
            Some(flaw) if flaw.site == here && !wrong.is_empty() => {
                let (name, value) = wrong[flaw.kind % wrong.len()];
                self.flawed = Some(name);
                value
            }
            _ => right,
        }
    }

    fn place(&mut self, size: usize, align: usize) -> usize {
        let bytes = &mut self.images.bytes;
        let at = bytes.len().next_multiple_of(align.max(1));
        // What the ABI does not read is not zero.
        bytes.resize(at + size, 0xc7);
        at
    }

    fn put(&mut self, at: usize, size: usize, bits: u64) {
        self.images.bytes[at..at + size].copy_from_slice(&bits.to_le_bytes()[..size]);
    }

    /// Writes a value into memory.
    fn lay(&mut self, ty: &Type, value: &Value, at: usize) {
        let pointer = self.images.pointer;
        match ty.shape() {
            Shape::Scalar(_, size) => {
                let bits = self.scalar(ty, value);
                self.put(at, size, bits);
            }
            Shape::Span => {
                let (address, length) = self.span(ty, value);
                self.put(at, pointer.size(), address);
                self.put(at + pointer.size(), pointer.size(), length);
            }
            Shape::Sequence(parts) => {
                let mut offset = at;
                for (part, value) in parts.iter().zip(items(value)) {
                    offset = offset.next_multiple_of(part.align(pointer));
                    self.lay(part, value, offset);
                    offset += part.size(pointer);
                }
            }
            Shape::Cases(cases) => {
                let (case, payload) = case_of(ty, value);
                let size = discriminant_size(cases.len());
                let bits = self.discriminant(case, cases.len(), size);
                self.put(at, size, bits);
                if let (Some(ty), Some(value)) = (cases[case], payload) {
                    self.lay(ty, value, at + payload_offset(&cases, pointer));
                }
            }
        }
    }

    /// A value without memory, but for what it points to.
    fn flat(&mut self, ty: &Type, value: &Value) -> Vec<(Flat, u64)> {
        let pointer = self.images.pointer;
        match ty.shape() {
            Shape::Scalar(flat, size) => {
                let bits = self.scalar(ty, value);
                // Any bit makes a `bool` true, and `char` is not masked.
                let masked = !matches!(ty, Type::Bool | Type::Char);
                let above = match self.dirty && size < flat.size() && masked {
                    true => 0xdead_beef_u64 << (8 * size),
                    false => 0,
                };
                vec![(flat, (bits | above) & mask(flat.size()))]
            }
            Shape::Span => {
                let (address, length) = self.span(ty, value);
                vec![(pointer, address), (pointer, length)]
            }
            Shape::Sequence(parts) => {
                let pairs = parts.into_iter().zip(items(value));
                pairs.flat_map(|(ty, value)| self.flat(ty, value)).collect()
            }
            Shape::Cases(cases) => {
                let (case, payload) = case_of(ty, value);
                let bits = self.discriminant(case, cases.len(), 4);
                let own = match (cases[case], payload) {
                    (Some(ty), Some(value)) => self.flat(ty, value),
                    _ => Vec::new(),
                };
                let joined = ty.flatten(pointer);
                let mut flat = vec![(Flat::I32, bits)];
                for (i, joined) in joined.into_iter().enumerate().skip(1) {
                    let bits = match own.get(i - 1) {
                        // The slot may be wider than the value.
                        Some((held, bits)) if self.dirty && held.size() < joined.size() => {
                            bits | 0xdead_beef << 32
                        }
                        Some((_, bits)) => *bits,
                        None if self.dirty => 0xfeed_f00d_dead_beef & mask(joined.size()),
                        None => 0,
                    };
                    flat.push((joined, bits));
                }
                flat
            }
        }
    }

    fn scalar(&mut self, ty: &Type, value: &Value) -> u64 {
        match (ty, value) {
            (_, Value::Bool(v)) => match self.dirty {
                true => u64::from(*v) * 0x82,
                false => u64::from(*v),
            },
            (_, Value::U8(v)) => u64::from(*v),
            (_, Value::S8(v)) => u64::from(*v as u8),
            (_, Value::U16(v)) => u64::from(*v),
            (_, Value::S16(v)) => u64::from(*v as u16),
            (_, Value::U32(v)) => u64::from(*v),
            (_, Value::S32(v)) => u64::from(*v as u32),
            (_, Value::U64(v)) => *v,
            (_, Value::S64(v)) => *v as u64,
            (_, Value::F32(bits)) => u64::from(*bits),
            (_, Value::F64(bits)) => *bits,
            (_, Value::Char(v)) => {
                let wrong = [0x11_0000, 0xd800, 0xdfff, 0xffff_ffff, 0x8000_0041];
                self.choose(u64::from(u32::from(*v)), &wrong.map(|bits| ("char", bits)))
            }
            (Type::Flags(all), Value::Flags(set)) => {
                let set = all
                    .iter()
                    .enumerate()
                    .filter(|(_, label)| set.contains(label));
                let bits = set.fold(0, |bits, (i, _)| bits | 1 << i);
                match self.dirty {
                    true => bits | u64::MAX << all.len(),
                    false => bits,
                }
            }
            (ty, value) => unreachable!("{value} is no {ty}"),
        }
    }

    /// `size` is that of the place.
    fn discriminant(&mut self, case: usize, cases: usize, size: usize) -> u64 {
        let most = mask(size);
        let cases = cases as u64;
        let wrong: Vec<_> = [cases, cases + 1, most, 1 << (8 * size - 1), cases | 0x100]
            .into_iter()
            .filter(|wrong| cases <= *wrong && *wrong <= most)
            .map(|wrong| ("discriminant", wrong))
            .collect();
        self.choose(case as u64, &wrong)
    }

    /// Address and length of a string, a list or a map.
    fn span(&mut self, ty: &Type, value: &Value) -> (u64, u64) {
        let pointer = self.images.pointer;
        match (ty, value) {
            (Type::String, Value::String(text)) => self.string(text),
            (Type::List(element), Value::List(values)) => {
                let pairs: Vec<_> = values.iter().map(|value| (&**element, value)).collect();
                self.elements(element.size(pointer), element.align(pointer), &pairs)
            }
            (Type::Map(key, value), Value::Map(entries)) => {
                let entry = tuple([(**key).clone(), (**value).clone()]);
                let values: Vec<_> = entries
                    .iter()
                    .map(|(key, value)| Value::Tuple(vec![key.clone(), value.clone()]))
                    .collect();
                let pairs: Vec<_> = values.iter().map(|value| (&entry, value)).collect();
                self.elements(entry.size(pointer), entry.align(pointer), &pairs)
            }
            (ty, value) => unreachable!("{value} is no {ty}"),
        }
    }

    fn elements(&mut self, size: usize, align: usize, pairs: &[(&Type, &Value)]) -> (u64, u64) {
        let at = self.place(size * pairs.len(), align);
        for (i, (ty, value)) in pairs.iter().enumerate() {
            self.lay(ty, value, at + i * size);
        }
        let right = (BASE + at as u64, pairs.len() as u64);
        let mut wrong = Vec::new();
        if align > 1 {
            wrong.push(("list-unaligned", (right.0 + 1, right.1)));
        }
        let some = right.1.max(1);
        wrong.push(("list-out-of-bounds", (far(), some)));
        wrong.push(("list-over-end", (far() - align as u64 * some, some * 2 + 1)));
        wrong.push(("list-at-end", (end(), 0)));
        wrong.push(("list-past-end", (end() + align as u64, 0)));
        let before = end() - size as u64 / align as u64 * align as u64;
        wrong.push(("list-across-end", (before, 2)));
        wrong.push(("list-wraps", (self.wraps(), some + 1)));
        wrong.push((
            "list-too-long",
            (right.0, (1_u64 << 28).div_ceil(size as u64)),
        ));
        wrong.push(("list-much-too-long", (right.0, mask(pointer_size(self)))));
        self.choose(right, &wrong)
    }

    fn string(&mut self, text: &str) -> (u64, u64) {
        let encoding = self.images.encoding;
        let tag = 1_u64 << (8 * pointer_size(self) - 1);
        let latin1: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(c).ok()).collect();
        let utf16 = || text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let half: fn(usize) -> u64 = |bytes| bytes as u64 / 2;
        let (bytes, length, align): (Vec<u8>, u64, usize) = match (encoding, latin1) {
            (Encoding::Utf8, _) => (text.into(), text.len() as u64, 1),
            (Encoding::Utf16, _) => {
                let bytes: Vec<u8> = utf16();
                let length = half(bytes.len());
                (bytes, length, 2)
            }
            // What fits in Latin-1 may come as UTF-16 as well.
            (Encoding::Latin1OrUtf16, Some(bytes)) if !self.dirty => {
                let length = bytes.len() as u64;
                (bytes, length, 2)
            }
            (Encoding::Latin1OrUtf16, _) => {
                let bytes: Vec<u8> = utf16();
                let length = half(bytes.len()) | tag;
                (bytes, length, 2)
            }
        };
        let at = self.place(bytes.len(), align);
        self.images.bytes[at..at + bytes.len()].copy_from_slice(&bytes);
        let right = (BASE + at as u64, length);
        let mut wrong = vec![
            ("string-out-of-bounds", (far(), length | 2)),
            ("string-wraps", (self.wraps(), length | 4)),
            ("string-too-long", (right.0, 1 << 28)),
            ("string-much-too-long", (right.0, tag - 1)),
        ];
        wrong.push(("string-at-end", (end(), 0)));
        wrong.push(("string-past-end", (end() + 2, 0)));
        let units = length & !tag;
        wrong.push(("string-across-end", (end() - (units & !1), length | 1)));
        wrong.push(("string-just-across-end", (end() - (units & !1), length)));
        if encoding != Encoding::Utf8 {
            wrong.push(("string-unaligned", (right.0 + 1, length)));
        }
        for bad in bad_strings(encoding) {
            let at = self.place(bad.len(), 2);
            self.images.bytes[at..at + bad.len()].copy_from_slice(bad);
            let length = match encoding {
                Encoding::Utf8 => bad.len() as u64,
                Encoding::Utf16 => half(bad.len()),
                Encoding::Latin1OrUtf16 => half(bad.len()) | tag,
            };
            wrong.push(("string-encoding", (BASE + at as u64, length)));
        }
        self.choose(right, &wrong)
    }

    /// An address whose end lies beyond all addresses.
    fn wraps(&self) -> u64 {
        mask(pointer_size(self)) & !7
    }
}

/// Bytes that are no string.
fn bad_strings(encoding: Encoding) -> &'static [&'static [u8]] {
    match encoding {
        Encoding::Utf8 => &[
            b"a\xff",
            b"\xc0\x80",
            b"\xed\xa0\x80",
            b"ab\xe2\x82",
            b"\xf4\x90\x80\x80",
            b"\x80",
        ],
        Encoding::Utf16 | Encoding::Latin1OrUtf16 => &[
            b"\x00\xd8",
            b"a\x00\x00\xdc",
            b"\x00\xdca\x00",
            b"\x3d\xd8\x41\x00",
        ],
    }
}

/// Where a memory ends that has not grown.
fn end() -> u64 {
    INITIAL_PAGES << 16
}

/// An address that lies behind all that the memory may grow to.
fn far() -> u64 {
    MAX_PAGES << 16
}

fn mask(size: usize) -> u64 {
    u64::MAX >> (64 - 8 * size)
}

fn pointer_size(writer: &Writer<'_>) -> usize {
    writer.images.pointer.size()
}

/// The parts of a value whose type is a sequence.
fn items(value: &Value) -> Vec<&Value> {
    match value {
        Value::List(items) | Value::Tuple(items) => items.iter().collect(),
        Value::Record(fields) => fields.iter().map(|(_, value)| value).collect(),
        value => unreachable!("{value} has no parts"),
    }
}

/// The number of a value's case, and its payload.
fn case_of<'v>(ty: &Type, value: &'v Value) -> (usize, Option<&'v Value>) {
    match (ty, value) {
        (Type::Variant(cases), Value::Variant(name, payload)) => {
            let case = cases.iter().position(|(known, _)| known == name);
            (case.unwrap_or(0), payload.as_deref())
        }
        (Type::Enum(cases), Value::Enum(name)) => {
            let case = cases.iter().position(|known| known == name);
            (case.unwrap_or(0), None)
        }
        (_, Value::Option(payload)) => (usize::from(payload.is_some()), payload.as_deref()),
        (_, Value::Result(Ok(payload))) => (0, payload.as_deref()),
        (_, Value::Result(Err(payload))) => (1, payload.as_deref()),
        (ty, value) => unreachable!("{value} is no {ty}"),
    }
}
