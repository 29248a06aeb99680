//! What all pages have in common.

use crate::record::Status;
use crate::visible::visible_line;
use maud::{DOCTYPE, Markup, html};

/// The file that tells a folder to be a site of ours.
pub(super) const MARK: &str = "assets/site.js";

/// The files that are the same in every site.
pub(super) const ASSETS: [(&str, &str); 5] = [
    ("assets/style.css", include_str!("assets/style.css")),
    (MARK, include_str!("assets/site.js")),
    ("assets/matrix.js", include_str!("assets/matrix.js")),
    ("assets/directive.js", include_str!("assets/directive.js")),
    ("assets/compare.js", include_str!("assets/compare.js")),
];

/// All statuses, in the order of their numbers in chunks.
pub(super) const STATUSES: [Status; 8] = [
    Status::Pass,
    Status::Fail,
    Status::Xfail,
    Status::Xpass,
    Status::Blocked,
    Status::Unsupported,
    Status::Crash,
    Status::Timeout,
];

/// The pages that the navigation leads to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    Overview,
    Matrix,
    Directive,
    Compare,
    Coverage,
    Fuzz,
}

impl Page {
    fn file(self) -> &'static str {
        match self {
            Page::Overview => "index.html",
            Page::Matrix => "matrix.html",
            Page::Directive => "directive.html",
            Page::Compare => "compare.html",
            Page::Coverage => "coverage.html",
            Page::Fuzz => "fuzz.html",
        }
    }

    /// What the navigation calls it.
    fn brief(self) -> &'static str {
        match self {
            Page::Coverage => "Coverage",
            _ => self.name(),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Page::Overview => "Overview",
            Page::Matrix => "Results",
            Page::Directive => "Directive",
            Page::Compare => "Compare",
            Page::Coverage => "Spec coverage",
            Page::Fuzz => "Fuzzing",
        }
    }
}

/// A page: its heading, a sentence on what it shows, the scripts and chunks that it
/// begins with, and what stands in it.
pub(super) fn page(page: Page, lead: &str, scripts: &[&str], body: &Markup) -> Markup {
    let linked = [
        Page::Overview,
        Page::Matrix,
        Page::Compare,
        Page::Coverage,
        Page::Fuzz,
    ];
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (page.name()) " · conform" }
                link rel="stylesheet" href="assets/style.css";
                link rel="icon" href="data:,";
                script src="assets/site.js" {}
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                header {
                    a.brand href="index.html" { "conform" }
                    nav aria-label="Pages" {
                        @for other in linked {
                            a href=(other.file()) aria-current=[(other == page).then_some("page")] {
                                (other.brief())
                            }
                        }
                    }
                    button #theme type="button" { "Dark" }
                }
                main #main {
                    h1 { (page.name()) }
                    p.lead { (lead) }
                    (body)
                }
                @for script in scripts {
                    script src=(script) {}
                }
            }
        }
    }
}

/// A status as a coloured word.
pub(super) fn chip(status: Status, unexpected: bool) -> Markup {
    let class = match unexpected {
        true => format!("chip {status} unexpected"),
        false => format!("chip {status}"),
    };
    html! {
        span class=(class) { (status) @if unexpected { " !" } }
    }
}

/// What there is to say beside a status: an outcome that is called like it says no more.
pub(super) fn beside(status: Status, outcome: &str) -> String {
    let rest = outcome.strip_prefix(&status.to_string());
    let rest = rest.filter(|rest| rest.is_empty() || rest.starts_with(' '));
    visible_line(rest.unwrap_or(outcome).trim_start())
}

/// A link to the page of a directive.
pub(super) fn directive_link(id: &str) -> Markup {
    html! {
        a.id href=(format!("directive.html?d={}", encoded(id))) { (visible_line(id)) }
    }
}

/// Text as part of a query.
pub(super) fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => encoded.push(char::from(byte)),
            b'-' | b'_' | b'.' | b'/' | b':' => encoded.push(char::from(byte)),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// A count with its digits in groups.
pub(super) fn count(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    grouped
}

/// A count with what is counted.
pub(super) fn counted(number: usize, one: &str, more: &str) -> String {
    let noun = if number == 1 { one } else { more };
    format!("{} {noun}", count(number))
}

#[cfg(test)]
mod tests {
    use super::{count, encoded};

    #[test]
    fn digits_are_grouped() {
        for (number, expected) in [
            (0, "0"),
            (999, "999"),
            (1000, "1 000"),
            (1234567, "1 234 567"),
        ] {
            assert_eq!(count(number).replace('\u{202f}', " "), expected);
        }
    }

    #[test]
    fn queries_are_encoded() {
        assert_eq!(encoded("s/a b&c.wast:1"), "s/a%20b%26c.wast:1");
    }
}
