//! The command line that runs one directive again.

use crate::run::FileReport;
use component_reports::record::Record;
use component_reports::visible::visible_line;
use std::fmt::Write as _;

/// A command line that begins with `command`, such as `conform run`.
#[must_use]
pub fn reproduce(command: &str, file: &FileReport, record: &Record) -> String {
    format!(
        "{command} --engine {} --suite {} --filter {}",
        quoted(&record.engine),
        quoted(&file.suite_argument),
        quoted(&record.id())
    )
}

/// One word for a shell; in the form of Bash where it holds what cannot be shown.
#[must_use]
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    if visible_line(word) == word {
        return format!("'{}'", word.replace('\'', r"'\''"));
    }
    let mut quoted = "$'".to_owned();
    for c in word.chars() {
        match c {
            '\'' | '\\' => quoted.extend(['\\', c]),
            c if visible_line(c.encode_utf8(&mut [0; 4])) == c.to_string() => quoted.push(c),
            c => {
                for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                    // Writing to a string does not fail.
                    let _ = write!(quoted, r"\x{byte:02x}");
                }
            }
        }
    }
    quoted.push('\'');
    quoted
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_word_is_quoted_as_little_as_it_can_be() {
        for (word, expected) in [
            ("s/a.wast:12", "s/a.wast:12"),
            ("", "''"),
            ("a b$`\\\"|ü", "'a b$`\\\"|ü'"),
            ("it's", r"'it'\''s'"),
            ("it's\x1b\u{202e}\n\\", r"$'it\'s\x1b\xe2\x80\xae\x0a\\'"),
        ] {
            assert_eq!(quoted(word), expected);
        }
    }
}
