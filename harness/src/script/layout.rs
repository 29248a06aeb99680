//! Where the lists and the lines of a script begin and end.

use std::ops::Range;
use wast::lexer::{Lexer, TokenKind};

/// The outermost lists within a part of a text that has been parsed; annotations
/// are left out.
pub(super) fn lists(text: &str, within: Range<usize>) -> Vec<Range<usize>> {
    let text = &text[..within.end];
    let mut lexer = Lexer::new(text);
    lexer.allow_confusing_unicode(true);
    let mut outermost = Vec::new();
    let mut open = Vec::new();
    // A text that has been parsed has no token that is wrong.
    for token in lexer.iter(within.start).map_while(Result::ok) {
        match token.kind {
            TokenKind::LParen => open.push(token.offset),
            TokenKind::RParen => {
                if let Some(start) = open.pop()
                    && open.is_empty()
                    && !matches!(lexer.annotation(start + 1), Ok(Some(_)))
                {
                    outermost.push(start..token.offset + 1);
                }
            }
            _ => {}
        }
    }
    outermost
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
