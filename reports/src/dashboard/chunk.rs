//! Chunks of data, as scripts that a page loads.

use super::{DashboardError, Site};
use serde::Serialize;

/// How many entries of a list one chunk holds.
pub(super) const ENTRIES: usize = 4_000;

/// Adds a chunk; `site.js` knows it by its name.
pub(super) fn add(
    site: &mut Site,
    name: &str,
    data: &impl Serialize,
) -> Result<(), DashboardError> {
    let data = serde_json::to_string(data).map_err(DashboardError::Data)?;
    // Nothing looks like markup, wherever somebody puts it; `<` stands in strings only.
    let data = data.replace('<', "\\u003c");
    let text = format!("conform.put({},{data});\n", serde_json::Value::from(name));
    site.add(format!("data/{name}.js"), text.into_bytes());
    Ok(())
}

/// A name as part of a path that every file system takes, and a different one for each
/// name; `site.js` makes the same.
pub(super) fn slug(path: &str) -> String {
    let mut slug = String::new();
    let mut start = true;
    for byte in path.bytes() {
        match byte {
            b'/' if !start => slug.push('/'),
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => slug.push(char::from(byte)),
            b'.' if !start => slug.push('.'),
            _ => slug.push_str(&format!("={byte:02x}")),
        }
        start = byte == b'/';
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn slugs_are_safe_and_tell_names_apart() {
        for (path, expected) in [
            ("core-3/f32.wast", "core-3/f32.wast"),
            ("../../x", "=2e./=2e./x"),
            ("/etc//x", "=2fetc/=2fx"),
            ("A b=ü", "=41=20b=3d=c3=bc"),
        ] {
            assert_eq!(slug(path), expected);
        }
    }
}
