//! Where the lists of a script begin and end.

use std::ops::Range;
use wast::lexer::{Lexer, TokenKind};

/// A list of the text with the lists directly within it.
pub(super) struct List {
    pub(super) span: Range<usize>,
    pub(super) children: Vec<List>,
}

/// The top-level lists of a text; annotations are left out.
///
/// Two levels are kept: directives, and what stands in a `thread`.
pub(super) fn lists(text: &str) -> Result<Vec<List>, wast::Error> {
    let mut lexer = Lexer::new(text);
    lexer.allow_confusing_unicode(true);
    let mut top = Vec::new();
    let mut open: Vec<(usize, bool, Vec<List>)> = Vec::new();
    let mut tokens = lexer.iter(0).peekable();
    while let Some(token) = tokens.next() {
        let token = token?;
        match token.kind {
            TokenKind::LParen => {
                let annotation = matches!(
                    tokens.peek(),
                    Some(Ok(next)) if next.kind == TokenKind::Annotation
                );
                open.push((token.offset, annotation, Vec::new()));
            }
            TokenKind::RParen => {
                // An unbalanced text is the parser's to report.
                let Some((start, annotation, children)) = open.pop() else {
                    continue;
                };
                let list = List {
                    span: start..token.offset + 1,
                    children,
                };
                match &mut open[..] {
                    _ if annotation => {}
                    [] => top.push(list),
                    [(_, _, siblings)] => siblings.push(list),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    Ok(top)
}
