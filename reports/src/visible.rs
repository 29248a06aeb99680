//! Text of engines, made safe to show.

/// `text` with every character but the line feed that has no visible form
/// (control characters, bidirectional overrides, noncharacters) as a Rust
/// escape. Reports for people show it so; what is stored stays as it was.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut visible = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\\' | '\'' | '"' => visible.push(c),
            _ => visible.extend(c.escape_debug()),
        }
    }
    visible
}

/// The same for what must stay on one line: the line feed is escaped too.
#[must_use]
pub fn visible_line(text: &str) -> String {
    visible(text).replace('\n', "\\n")
}

/// The first `most` characters of `text`, and how many more there are.
#[must_use]
pub fn start(text: &str, most: usize) -> (&str, usize) {
    match text.char_indices().nth(most) {
        Some((end, _)) => (&text[..end], text[end..].chars().count()),
        None => (text, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::{start, visible, visible_line};

    #[test]
    fn only_the_invisible_is_escaped() {
        for (text, expected) in [
            (
                "plain 'text' \"quoted\" C:\\x\nü 𝄞",
                "plain 'text' \"quoted\" C:\\x\nü 𝄞",
            ),
            ("\t\r\0", r"\t\r\0"),
            ("\x1b[31m\x7f\u{9b}", r"\u{1b}[31m\u{7f}\u{9b}"),
            (
                "\u{202e}\u{feff}\u{fffe}\u{ffff}",
                r"\u{202e}\u{feff}\u{fffe}\u{ffff}",
            ),
        ] {
            assert_eq!(visible(text), expected);
        }
        assert_eq!(visible_line("a\nb\x07"), r"a\nb\u{7}");
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(start("üöä", 2), ("üö", 1));
        assert_eq!(start("üöä", 3), ("üöä", 0));
    }
}
