//! Where the lists and the lines of a script begin and end.

use std::ops::Range;

/// The outermost lists within a part of a text that has been parsed; annotations
/// are left out.
pub(super) fn lists(text: &str, within: Range<usize>) -> Vec<Range<usize>> {
    let bytes = &text.as_bytes()[..within.end];
    let mut outermost = Vec::new();
    let mut open = Vec::new();
    let mut at = within.start;
    while let Some(byte) = bytes.get(at) {
        match (byte, bytes.get(at + 1)) {
            (b'"', _) => at = string_end(bytes, at),
            (b';', Some(b';')) => at = line_end(bytes, at),
            (b'(', Some(b';')) => at = block_comment_end(bytes, at),
            (b'(', _) => {
                open.push(at);
                at += 1;
            }
            (b')', _) => {
                at += 1;
                if let Some(start) = open.pop()
                    && open.is_empty()
                    && bytes.get(start + 1) != Some(&b'@')
                {
                    outermost.push(start..at);
                }
            }
            _ => at += 1,
        }
    }
    outermost
}

/// Behind the string that begins at `at`.
fn string_end(bytes: &[u8], mut at: usize) -> usize {
    at += 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    at
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes[at..].iter().position(|byte| *byte == b'\n');
    rest.map_or(bytes.len(), |length| at + length)
}

/// Behind the block comment that begins at `at`; they nest.
fn block_comment_end(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 0;
    while let Some(pair) = bytes.get(at..at + 2) {
        match pair {
            b"(;" => {
                depth += 1;
                at += 2;
            }
            b";)" => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The offsets at which lines begin.
pub(super) struct Lines(Vec<usize>);

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Lines(std::iter::once(0).chain(breaks).collect())
    }

    /// The line of an offset, from 1.
    pub(super) fn line(&self, offset: usize) -> usize {
        self.0.partition_point(|start| *start <= offset)
    }
}
