//! Text of engines, made safe to show.

/// `text` with every character but the line feed that has no visible form
/// (control characters, bidirectional overrides, noncharacters) as a Rust
/// escape. Reports for people show it so; what is stored stays as it was.
pub(crate) fn visible(text: &str) -> String {
    let mut visible = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\\' | '\'' | '"' => visible.push(c),
            _ => visible.extend(c.escape_debug()),
        }
    }
    visible
}

#[cfg(test)]
mod tests {
    use super::visible;

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
    }
}
