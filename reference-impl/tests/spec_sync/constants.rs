//! The constants of `definitions.py`, those of its classes among them.

use crate::counterparts::{Counterpart, Sources, assert_listed, rows};
use crate::{Outcome, definitions, python};

const COUNTERPARTS: &str = include_str!("constants.txt");

#[test]
fn each_constant_has_a_counterpart_or_a_reason() -> Outcome {
    let constants = python::constants(&definitions()?);
    let names = constants.into_iter().map(|constant| constant.name);
    assert_listed("constants.txt", COUNTERPARTS, names);
    Ok(())
}

#[test]
fn constants_have_the_values_of_the_spec() -> Outcome {
    let mut sources = Sources::default();
    for (constant, row) in python::constants(&definitions()?)
        .iter()
        .zip(rows(COUNTERPARTS))
    {
        let Counterpart::Item(file, item) = row.counterpart else {
            continue;
        };
        let at = sources.find(file, item)?;
        let line = sources.of(file)?[at..].trim_start().lines().next();
        let ours = line.and_then(|line| line.split_once(" = "));
        let ours = ours.and_then(|(_, value)| evaluate(value.trim_end_matches([';', ','])));
        let theirs = evaluate(&constant.value);
        assert!(theirs.is_some(), "{}: {}", row.name, constant.value);
        assert_eq!(ours, theirs, "{} as `{item}` in {file}", row.name);
    }
    Ok(())
}

#[test]
fn expressions_are_evaluated() {
    for (text, value) in [
        ("16", Some(16)),
        ("0xffff_ffff", Some(0xffff_ffff)),
        ("2**28 - 1", Some((1 << 28) - 1)),
        ("(1 << 28) - 1", Some((1 << 28) - 1)),
        ("False", None),
    ] {
        assert_eq!(evaluate(text), value, "{text}");
    }
}

/// The value of an expression of Python or Rust, as far as the constants need it.
fn evaluate(text: &str) -> Option<u64> {
    let text = text.trim();
    if let Some((left, right)) = text.rsplit_once(" - ") {
        return evaluate(left)?.checked_sub(evaluate(right)?);
    }
    if let Some(inner) = text.strip_prefix('(') {
        return evaluate(inner.strip_suffix(')')?);
    }
    if let Some((base, exponent)) = text.split_once("**") {
        return evaluate(base)?.checked_pow(evaluate(exponent)?.try_into().ok()?);
    }
    if let Some((left, right)) = text.split_once(" << ") {
        return evaluate(left)?.checked_shl(evaluate(right)?.try_into().ok()?);
    }
    let digits = text.replace('_', "");
    match digits.strip_prefix("0x") {
        Some(hexadecimal) => u64::from_str_radix(hexadecimal, 16).ok(),
        None => digits.parse().ok(),
    }
}
