//! As much of Python as `definitions.py` needs to be read: definitions by
//! indentation, constants by their capitals, and calls of `trap` and `trap_if`.

/// A `def` or `class`.
pub(crate) struct Definition {
    /// Its name, behind the names of those around it.
    pub(crate) name: String,
    indent: usize,
}

/// An assignment to a name in capitals.
pub(crate) struct Constant {
    /// Its name, behind the names of the classes around it.
    pub(crate) name: String,
    /// The expression.
    pub(crate) value: String,
}

/// A call of `trap_if` or `trap`.
pub(crate) struct Trap {
    /// The number of the line.
    pub(crate) line: usize,
    /// The function that it stands in, as [`Definition::name`].
    pub(crate) function: String,
    /// The condition, without spaces.
    pub(crate) condition: String,
}

/// All definitions, in order.
pub(crate) fn definitions(text: &str) -> Vec<Definition> {
    let mut definitions: Vec<Definition> = Vec::new();
    let mut around: Vec<usize> = Vec::new();
    for line in text.lines() {
        if let Some((indent, name)) = definition(line) {
            around.retain(|i| definitions[*i].indent < indent);
            let name = match around.last() {
                Some(i) => format!("{}.{name}", definitions[*i].name),
                None => name.to_owned(),
            };
            around.push(definitions.len());
            definitions.push(Definition { name, indent });
        } else if !line.trim().is_empty() {
            // What is not indented ends what is around it.
            let indent = line.len() - line.trim_start().len();
            around.retain(|i| definitions[*i].indent < indent);
        }
    }
    definitions
}

/// All constants, in order.
pub(crate) fn constants(text: &str) -> Vec<Constant> {
    let mut constants = Vec::new();
    let mut around: Vec<(usize, &str)> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let indent = line.len() - line.trim_start().len();
        around.retain(|(outer, _)| *outer < indent);
        if let Some((indent, name)) = definition(line) {
            around.push((indent, name));
            continue;
        }
        let Some((name, value)) = line.trim().split_once(" = ") else {
            continue;
        };
        let capital = |c: char| c == '_' || c.is_ascii_uppercase() || c.is_ascii_digit();
        if name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(capital) {
            let mut names: Vec<&str> = around.iter().map(|(_, name)| *name).collect();
            names.push(name);
            let value = value.split('#').next().unwrap_or(value).trim();
            constants.push(Constant {
                name: names.join("."),
                value: value.to_owned(),
            });
        }
    }
    constants
}

/// All traps, in order.
pub(crate) fn traps(text: &str) -> Vec<Trap> {
    let mut traps = Vec::new();
    let mut around: Vec<(usize, &str)> = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    for (number, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        let indent = line.len() - code.len();
        if let Some((indent, name)) = definition(line) {
            around.retain(|(outer, _)| *outer < indent);
            around.push((indent, name));
            continue;
        }
        if code.is_empty() {
            continue;
        }
        around.retain(|(outer, _)| *outer < indent);
        let Some(condition) = code
            .strip_prefix("trap_if(")
            .or(code.strip_prefix("trap()"))
        else {
            continue;
        };
        let mut condition = condition.to_owned();
        let mut next = number + 1;
        while open(&condition) && next < lines.len() {
            condition.push_str(lines[next]);
            next += 1;
        }
        condition.retain(|c| !c.is_whitespace());
        let names: Vec<&str> = around.iter().map(|(_, name)| *name).collect();
        traps.push(Trap {
            line: number + 1,
            function: names.join("."),
            condition,
        });
    }
    traps
}

/// Whether a condition that began behind a parenthesis goes on.
fn open(condition: &str) -> bool {
    let depth = condition.chars().fold(1, |depth, c| match c {
        '(' => depth + 1,
        ')' => depth - 1,
        _ => depth,
    });
    !condition.is_empty() && depth > 0
}

fn definition(line: &str) -> Option<(usize, &str)> {
    let code = line.trim_start();
    let rest = code.strip_prefix("def ").or(code.strip_prefix("class "))?;
    let end = rest.find(|c: char| c != '_' && !c.is_alphanumeric())?;
    Some((line.len() - code.len(), &rest[..end]))
}
