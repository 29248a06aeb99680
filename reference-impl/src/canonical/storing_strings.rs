//! Strings into linear memory, in nine directions. The calls of `realloc` are those
//! of the text, one by one, and so is what every pass leaves in memory.

use crate::canonical::context::LiftLowerContext;
use crate::canonical::element_size::is_aligned;
use crate::canonical::loading::utf16_tag;
use crate::canonical::options::StringEncoding;
use crate::canonical::storing::{store_bytes, store_int};
use crate::store::Stop;
use crate::trap::trap_if;
use crate::value::String;

/// `store_string` ([CanonicalABI.md#storing]).
pub(crate) fn store_string(
    cx: &mut LiftLowerContext<'_>,
    v: &String,
    ptr: u64,
) -> Result<(), Stop> {
    let size = cx.ptr_size();
    let (begin, tagged_code_units) = store_string_into_range(cx, v)?;
    store_int(cx, begin, ptr, size)?;
    store_int(cx, tagged_code_units, ptr + size, size)
}

/// The encodings that code units are in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Simple {
    Utf8,
    Utf16,
    Latin1,
}

/// `store_string_into_range` ([CanonicalABI.md#storing]).
///
/// The text looks for the source's tag bit where the destination has it; here the
/// source has been asked.
pub(crate) fn store_string_into_range(
    cx: &mut LiftLowerContext<'_>,
    v: &String,
) -> Result<(u64, u64), Stop> {
    let src = v.as_str();
    let src_code_units = v.tagged_code_units().code_units;
    let src_simple_encoding = match v.encoding() {
        StringEncoding::Utf8 => Simple::Utf8,
        StringEncoding::Utf16 => Simple::Utf16,
        StringEncoding::Latin1Utf16 if v.tagged_code_units().utf16 => Simple::Utf16,
        StringEncoding::Latin1Utf16 => Simple::Latin1,
    };
    match cx.opts.lift.string_encoding {
        StringEncoding::Utf8 => match src_simple_encoding {
            Simple::Utf8 => store_string_copy(cx, src, src_code_units, Simple::Utf8, 1),
            Simple::Utf16 => store_utf16_to_utf8(cx, src, src_code_units),
            Simple::Latin1 => store_latin1_to_utf8(cx, src, src_code_units),
        },
        StringEncoding::Utf16 => match src_simple_encoding {
            Simple::Utf8 => store_utf8_to_utf16(cx, src, src_code_units),
            Simple::Utf16 | Simple::Latin1 => {
                store_string_copy(cx, src, src_code_units, Simple::Utf16, 2)
            }
        },
        StringEncoding::Latin1Utf16 => match (v.encoding(), src_simple_encoding) {
            (StringEncoding::Utf8 | StringEncoding::Utf16, _) => {
                store_string_to_latin1_or_utf16(cx, src, src_code_units)
            }
            (StringEncoding::Latin1Utf16, Simple::Utf16) => {
                store_probably_utf16_to_latin1_or_utf16(cx, src, src_code_units)
            }
            (StringEncoding::Latin1Utf16, _) => {
                store_string_copy(cx, src, src_code_units, Simple::Latin1, 2)
            }
        },
    }
}

/// `str.encode`.
fn encode(src: &str, encoding: Simple) -> Vec<u8> {
    match encoding {
        Simple::Utf8 => src.as_bytes().to_vec(),
        Simple::Utf16 => {
            let mut encoded = Vec::with_capacity(2 * src.len());
            for code_unit in src.encode_utf16() {
                encoded.extend_from_slice(&code_unit.to_le_bytes());
            }
            encoded
        }
        Simple::Latin1 => src.chars().map(|c| u32::from(c) as u8).collect(),
    }
}

/// `store_string_copy` ([CanonicalABI.md#storing]). The size of a code unit is the
/// destination encoding's.
///
/// Traps: `lower.string.copy.*`.
fn store_string_copy(
    cx: &mut LiftLowerContext<'_>,
    src: &str,
    src_code_units: u64,
    dst_encoding: Simple,
    dst_alignment: u64,
) -> Result<(u64, u64), Stop> {
    let dst_code_unit_size = match dst_encoding {
        Simple::Utf8 | Simple::Latin1 => 1,
        Simple::Utf16 => 2,
    };
    let dst_byte_length = dst_code_unit_size * src_code_units;
    let ptr = cx.allocate(dst_alignment, dst_byte_length)?;
    trap_if!(!is_aligned(ptr, dst_alignment), LowerStringCopyUnaligned);
    trap_if!(
        out_of_bounds(cx, ptr, dst_byte_length),
        LowerStringCopyOutOfBounds
    );
    match dst_encoding {
        Simple::Utf8 => store_bytes(cx, src.as_bytes(), ptr)?,
        Simple::Utf16 | Simple::Latin1 => store_bytes(cx, &encode(src, dst_encoding), ptr)?,
    }
    Ok((ptr, src_code_units))
}

/// `store_utf16_to_utf8` ([CanonicalABI.md#storing]).
fn store_utf16_to_utf8(
    cx: &mut LiftLowerContext<'_>,
    src: &str,
    src_code_units: u64,
) -> Result<(u64, u64), Stop> {
    let worst_case_size = src_code_units * 3;
    store_string_to_utf8(cx, src, src_code_units, worst_case_size)
}

/// `store_latin1_to_utf8` ([CanonicalABI.md#storing]).
fn store_latin1_to_utf8(
    cx: &mut LiftLowerContext<'_>,
    src: &str,
    src_code_units: u64,
) -> Result<(u64, u64), Stop> {
    let worst_case_size = src_code_units * 2;
    store_string_to_utf8(cx, src, src_code_units, worst_case_size)
}

/// `store_string_to_utf8` ([CanonicalABI.md#storing]).
///
/// Traps: `lower.string.to-utf8.*`.
fn store_string_to_utf8(
    cx: &mut LiftLowerContext<'_>,
    src: &str,
    src_code_units: u64,
    worst_case_size: u64,
) -> Result<(u64, u64), Stop> {
    let mut ptr = cx.allocate(1, src_code_units)?;
    trap_if!(
        out_of_bounds(cx, ptr, src_code_units),
        LowerStringToUtf8FirstOutOfBounds
    );
    let encoded = src.as_bytes();
    let ascii = encoded.iter().position(|byte| !byte.is_ascii());
    let i = ascii.unwrap_or(encoded.len());
    store_bytes(cx, &encoded[..i], ptr)?;
    if ascii.is_none() {
        return Ok((ptr, src_code_units));
    }
    ptr = cx.reallocate(ptr, src_code_units, 1, worst_case_size)?;
    trap_if!(
        out_of_bounds(cx, ptr, worst_case_size),
        LowerStringToUtf8WorstOutOfBounds
    );
    store_bytes(cx, &encoded[i..], ptr + i as u64)?;
    let length = encoded.len() as u64;
    if worst_case_size > length {
        ptr = cx.reallocate(ptr, worst_case_size, 1, length)?;
        trap_if!(
            out_of_bounds(cx, ptr, length),
            LowerStringToUtf8ShrinkOutOfBounds
        );
    }
    Ok((ptr, length))
}

/// `store_utf8_to_utf16` ([CanonicalABI.md#storing]).
///
/// Traps: `lower.string.utf8-to-utf16.*`.
fn store_utf8_to_utf16(
    cx: &mut LiftLowerContext<'_>,
    src: &str,
    src_code_units: u64,
) -> Result<(u64, u64), Stop> {
    let worst_case_size = 2 * src_code_units;
    let mut ptr = cx.allocate(2, worst_case_size)?;
    trap_if!(!is_aligned(ptr, 2), LowerStringUtf8ToUtf16FirstUnaligned);
    trap_if!(
        out_of_bounds(cx, ptr, worst_case_size),
        LowerStringUtf8ToUtf16FirstOutOfBounds
    );
    let encoded = encode(src, Simple::Utf16);
    store_bytes(cx, &encoded, ptr)?;
    let length = encoded.len() as u64;
    if length < worst_case_size {
        ptr = cx.reallocate(ptr, worst_case_size, 2, length)?;
        trap_if!(!is_aligned(ptr, 2), LowerStringUtf8ToUtf16ShrinkUnaligned);
        trap_if!(
            out_of_bounds(cx, ptr, length),
            LowerStringUtf8ToUtf16ShrinkOutOfBounds
        );
    }
    let code_units = length / 2;
    Ok((ptr, code_units))
}

/// `store_string_to_latin1_or_utf16` ([CanonicalABI.md#storing]).
///
/// Traps: `lower.string.to-compact.*`.
fn store_string_to_latin1_or_utf16(
    cx: &mut LiftLowerContext<'_>,
    src: &str,
    src_code_units: u64,
) -> Result<(u64, u64), Stop> {
    let mut ptr = cx.allocate(2, src_code_units)?;
    trap_if!(!is_aligned(ptr, 2), LowerStringToCompactFirstUnaligned);
    trap_if!(
        out_of_bounds(cx, ptr, src_code_units),
        LowerStringToCompactFirstOutOfBounds
    );
    let wide = src
        .char_indices()
        .find(|(_, usv)| u32::from(*usv) >= 1 << 8);
    let narrow = wide.map_or(src, |(i, _)| &src[..i]);
    let latin1 = encode(narrow, Simple::Latin1);
    let dst_byte_length = latin1.len() as u64;
    store_bytes(cx, &latin1, ptr)?;
    if wide.is_some() {
        let worst_case_size = 2 * src_code_units;
        ptr = cx.reallocate(ptr, src_code_units, 2, worst_case_size)?;
        trap_if!(!is_aligned(ptr, 2), LowerStringToCompactWorstUnaligned);
        trap_if!(
            out_of_bounds(cx, ptr, worst_case_size),
            LowerStringToCompactWorstOutOfBounds
        );
        inflate(cx, ptr, latin1.len())?;
        let encoded = encode(src, Simple::Utf16);
        let done = 2 * latin1.len();
        store_bytes(cx, &encoded[done..], ptr + done as u64)?;
        let length = encoded.len() as u64;
        if worst_case_size > length {
            ptr = cx.reallocate(ptr, worst_case_size, 2, length)?;
            trap_if!(
                !is_aligned(ptr, 2),
                LowerStringToCompactUtf16ShrinkUnaligned
            );
            trap_if!(
                out_of_bounds(cx, ptr, length),
                LowerStringToCompactUtf16ShrinkOutOfBounds
            );
        }
        let tagged_code_units = (length / 2) | utf16_tag(cx.ptr_type());
        return Ok((ptr, tagged_code_units));
    }
    if dst_byte_length < src_code_units {
        ptr = cx.reallocate(ptr, src_code_units, 2, dst_byte_length)?;
        trap_if!(
            !is_aligned(ptr, 2),
            LowerStringToCompactLatin1ShrinkUnaligned
        );
        trap_if!(
            out_of_bounds(cx, ptr, dst_byte_length),
            LowerStringToCompactLatin1ShrinkOutOfBounds
        );
    }
    Ok((ptr, dst_byte_length))
}

/// Makes UTF-16 of the Latin-1 bytes that `realloc` has carried over, which need
/// not be those that were written before.
fn inflate(cx: &mut LiftLowerContext<'_>, ptr: u64, length: usize) -> Result<(), Stop> {
    let memory = written(cx, ptr, 2 * length)?;
    for j in (0..length).rev() {
        memory[2 * j] = memory[j];
        memory[2 * j + 1] = 0;
    }
    Ok(())
}

/// Bytes of memory whose bounds were checked.
fn written<'c>(
    cx: &'c mut LiftLowerContext<'_>,
    ptr: u64,
    length: usize,
) -> Result<&'c mut [u8], Stop> {
    let bytes = usize::try_from(ptr)
        .ok()
        .and_then(|ptr| cx.memory_mut().get_mut(ptr..)?.get_mut(..length));
    bytes.ok_or(Stop::Bug("a store without a check of its bounds"))
}

/// `store_probably_utf16_to_latin1_or_utf16` ([CanonicalABI.md#storing]).
///
/// Traps: `lower.string.compact-utf16.*`.
fn store_probably_utf16_to_latin1_or_utf16(
    cx: &mut LiftLowerContext<'_>,
    src: &str,
    src_code_units: u64,
) -> Result<(u64, u64), Stop> {
    let src_byte_length = 2 * src_code_units;
    let mut ptr = cx.allocate(2, src_byte_length)?;
    trap_if!(!is_aligned(ptr, 2), LowerStringCompactUtf16FirstUnaligned);
    trap_if!(
        out_of_bounds(cx, ptr, src_byte_length),
        LowerStringCompactUtf16FirstOutOfBounds
    );
    let encoded = encode(src, Simple::Utf16);
    store_bytes(cx, &encoded, ptr)?;
    if src.chars().any(|c| u32::from(c) >= 1 << 8) {
        let tagged_code_units = (encoded.len() as u64 / 2) | utf16_tag(cx.ptr_type());
        return Ok((ptr, tagged_code_units));
    }
    let latin1_size = encoded.len() / 2;
    let memory = written(cx, ptr, encoded.len())?;
    for i in 0..latin1_size {
        memory[i] = memory[2 * i];
    }
    let latin1_size = latin1_size as u64;
    ptr = cx.reallocate(ptr, src_byte_length, 1, latin1_size)?;
    trap_if!(
        out_of_bounds(cx, ptr, latin1_size),
        LowerStringCompactUtf16ShrinkOutOfBounds
    );
    Ok((ptr, latin1_size))
}

fn out_of_bounds(cx: &LiftLowerContext<'_>, ptr: u64, byte_length: u64) -> bool {
    ptr.saturating_add(byte_length) > cx.memory().len() as u64
}
