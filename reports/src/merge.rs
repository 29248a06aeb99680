//! One run of several: of shards, or of engines that ran on different machines.

use crate::record::{Footer, Header, Record};
use crate::run::Run;
use crate::store::Key;
use crate::tally::Tally;
use std::collections::{BTreeMap, BTreeSet};

/// Why runs are not parts of one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// There is nothing to merge.
    #[error("there is no run to merge")]
    Nothing,
    /// They did not run alike.
    #[error("{first} and {second} differ in {what}")]
    Differ {
        /// The name of the one.
        first: String,
        /// The name of the other.
        second: String,
        /// In what: a field of the header.
        what: String,
    },
    /// Two of them have a result of one directive.
    #[error("{first} and {second} both ran {id} on {engine}")]
    Twice {
        /// The name of the one.
        first: String,
        /// The name of the other.
        second: String,
        /// The directive.
        id: String,
        /// The engine.
        engine: String,
    },
    /// A shard is not there.
    #[error("shard {shard} of {engine} is missing")]
    Missing {
        /// The engine.
        engine: String,
        /// The shard, as `K/N`.
        shard: String,
    },
}

/// Merges runs, each with the name that errors give it. The order in which they are
/// given decides the order of engines and suites, and nothing else.
pub fn merge(runs: &[(String, Run)]) -> Result<Run, MergeError> {
    let [(first_name, first), others @ ..] = runs else {
        return Err(MergeError::Nothing);
    };
    let mut header = first.header.clone();
    for (name, run) in others {
        join(&mut header, &run.header).map_err(|what| MergeError::Differ {
            first: first_name.clone(),
            second: name.clone(),
            what,
        })?;
    }
    shards(runs)?;
    header.shard = None;
    let records = records(&header, runs)?;
    let footer = Footer {
        complete: runs.iter().all(|(_, run)| run.complete()),
        summary: records.iter().collect::<Tally>().summary(),
    };
    Ok(Run {
        header,
        records,
        footer: Some(footer),
        cut_line: None,
    })
}

/// Adds the engines and suites of another header; what differs, if they do not agree.
fn join(header: &mut Header, other: &Header) -> Result<(), String> {
    let alike = [
        ("harness", header.harness == other.harness),
        ("spec", header.spec == other.spec),
        ("limits", header.limits == other.limits),
        ("filter", header.filter == other.filter),
        ("seed", header.seed == other.seed),
        ("shard", shard(header).map(of) == shard(other).map(of)),
    ];
    if let Some((what, _)) = alike.into_iter().find(|(_, alike)| !alike) {
        return Err(what.to_owned());
    }
    for engine in &other.engines {
        match header.engines.iter().find(|e| e.name == engine.name) {
            Some(known) if known == engine => {}
            Some(_) => return Err(format!("the engine {}", engine.name)),
            None => header.engines.push(engine.clone()),
        }
    }
    for suite in &other.suites {
        match header.suites.iter().find(|s| s.name == suite.name) {
            Some(known) if known == suite => {}
            Some(_) => return Err(format!("the suite {}", suite.name)),
            None => header.suites.push(suite.clone()),
        }
    }
    Ok(())
}

/// Each engine must have all shards, if there are any.
fn shards(runs: &[(String, Run)]) -> Result<(), MergeError> {
    let mut there: BTreeMap<&str, (usize, BTreeSet<usize>)> = BTreeMap::new();
    for (_, run) in runs {
        let Some((k, n)) = shard(&run.header) else {
            continue;
        };
        for engine in &run.header.engines {
            let (_, shards) = there
                .entry(&engine.name)
                .or_insert_with(|| (n, BTreeSet::new()));
            shards.insert(k);
        }
    }
    for (engine, (n, shards)) in there {
        if let Some(missing) = (1..=n).find(|k| !shards.contains(k)) {
            return Err(MergeError::Missing {
                engine: engine.to_owned(),
                shard: format!("{missing}/{n}"),
            });
        }
    }
    Ok(())
}

/// The records as one run would have told them: by suite, file, engine and line.
fn records(header: &Header, runs: &[(String, Run)]) -> Result<Vec<Record>, MergeError> {
    let suites: Vec<_> = header.suites.iter().map(|suite| &suite.name).collect();
    let engines: Vec<_> = header.engines.iter().map(|engine| &engine.name).collect();
    let mut from: BTreeMap<Key, &String> = BTreeMap::new();
    let mut all: Vec<&Record> = Vec::new();
    for (name, run) in runs {
        for record in &run.records {
            if let Some(first) = from.insert(Key::of(record), name) {
                return Err(MergeError::Twice {
                    first: first.clone(),
                    second: name.clone(),
                    id: record.id(),
                    engine: record.engine.clone(),
                });
            }
            all.push(record);
        }
    }
    all.sort_by_key(|record| {
        (
            suites.iter().position(|name| **name == record.suite),
            &record.path,
            engines.iter().position(|name| **name == record.engine),
            record.line,
        )
    });
    Ok(all.into_iter().cloned().collect())
}

fn shard(header: &Header) -> Option<(usize, usize)> {
    let (k, n) = header.shard.as_ref()?.split_once('/')?;
    Some((k.parse().ok()?, n.parse().ok()?))
}

fn of((_, n): (usize, usize)) -> usize {
    n
}

#[cfg(test)]
mod tests {
    use super::{MergeError, merge};
    use crate::record::{Footer, Record};
    use crate::run::Run;
    use crate::sample;

    fn run(shard: &str, records: Vec<Record>) -> (String, Run) {
        let mut header = sample::header();
        header.shard = Some(shard.to_owned());
        let footer = Footer {
            complete: true,
            summary: Vec::new(),
        };
        let run = Run {
            header,
            records,
            footer: Some(footer),
            cut_line: None,
        };
        (shard.to_owned(), run)
    }

    fn at(path: &str) -> Record {
        Record {
            path: path.to_owned(),
            ..sample::pass()
        }
    }

    #[test]
    fn shards_make_a_whole_in_any_order() {
        let (one, two) = (
            run("1/2", vec![at("a.wast"), at("c.wast")]),
            run("2/2", vec![at("b.wast")]),
        );
        let merged = merge(&[two.clone(), one.clone()]).expect("they fit");
        assert_eq!(merged, merge(&[one, two]).expect("they fit"));
        let paths: Vec<_> = merged.records.iter().map(|r| r.path.as_str()).collect();
        assert_eq!(paths, ["a.wast", "b.wast", "c.wast"]);
        assert_eq!(merged.header.shard, None);
        assert!(merged.complete());
        assert_eq!(merged.footer.expect("a footer").summary[0].directives, 3);
    }

    #[test]
    fn what_is_no_part_of_one_run_is_refused() {
        let one = || run("1/2", vec![at("a.wast")]);
        let message = |runs: &[_]| match merge(runs) {
            Err(error) => error.to_string(),
            Ok(_) => panic!("they do not fit"),
        };
        assert_eq!(merge(&[]), Err(MergeError::Nothing));
        assert_eq!(message(&[one()]), "shard 2/2 of reference is missing");
        assert_eq!(
            message(&[one(), run("2/2", vec![at("a.wast")])]),
            "1/2 and 2/2 both ran component-model/a.wast:3 on wasmtime"
        );
        assert_eq!(
            message(&[one(), run("1/3", vec![])]),
            "1/2 and 1/3 differ in shard"
        );
        let mut other = run("2/2", vec![]);
        other.1.header.engines[0].version = "50".to_owned();
        assert_eq!(
            message(&[one(), other]),
            "1/2 and 2/2 differ in the engine wasmtime"
        );
    }

    #[test]
    fn a_part_that_was_cut_off_leaves_the_whole_incomplete() {
        let mut cut = run("2/2", vec![at("b.wast")]);
        cut.1.footer = None;
        let merged = merge(&[run("1/2", vec![at("a.wast")]), cut]).expect("they fit");
        assert!(!merged.complete());
    }
}
