use super::{ReadError, Run, RunWriter, read};
use crate::sample;
use crate::tally::Tally;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn write_sample(path: &Path, complete: bool) {
    let mut writer = RunWriter::create(path, &sample::header()).expect("create");
    for record in sample::records() {
        writer.record(&record).expect("record");
    }
    writer.finish(complete).expect("finish");
}

/// The sample as it is stored.
fn stored() -> Vec<u8> {
    let folder = folder();
    let path = folder.path().join("run.jsonl");
    write_sample(&path, true);
    fs::read(path).expect("read")
}

fn read_bytes(bytes: &[u8]) -> Result<Run, String> {
    let folder = folder();
    let path = folder.path().join("run.jsonl");
    fs::write(&path, bytes).expect("write");
    let prefix = format!("{}/", folder.path().display());
    read(&path).map_err(|error| error.to_string().replace(&prefix, ""))
}

fn entries(folder: &TempDir) -> Vec<String> {
    fs::read_dir(folder.path())
        .expect("folder")
        .map(|entry| {
            entry
                .expect("entry")
                .file_name()
                .into_string()
                .expect("UTF-8")
        })
        .collect()
}

#[test]
fn a_run_reads_back_as_it_was_written() {
    let folder = folder();
    let path = folder.path().join("run.jsonl");
    for complete in [true, false] {
        write_sample(&path, complete);
        let run = read(&path).expect("read");
        assert_eq!(run.header, sample::header());
        assert_eq!(run.records, sample::records());
        assert_eq!(run.cut_line, None);
        assert_eq!(run.complete(), complete);
        let tally: Tally = run.records.iter().collect();
        assert_eq!(run.footer.expect("a footer").summary, tally.summary());
    }
    assert_eq!(entries(&folder), ["run.jsonl"]);
}

#[test]
fn nothing_is_at_the_path_before_finish() {
    let folder = folder();
    let path = folder.path().join("run.jsonl");
    let mut writer = RunWriter::create(&path, &sample::header()).expect("create");
    writer.record(&sample::pass()).expect("record");
    assert!(!path.exists());
    assert_eq!(entries(&folder).len(), 1, "the temporary file lies beside");
    drop(writer);
    assert_eq!(entries(&folder), [""; 0]);
}

#[test]
fn an_unfinished_run_leaves_the_older_one_alone() {
    let folder = folder();
    let path = folder.path().join("run.jsonl");
    write_sample(&path, true);
    let mut writer = RunWriter::create(&path, &sample::header()).expect("create");
    writer.record(&sample::pass()).expect("record");
    drop(writer);
    assert_eq!(fs::read(&path).expect("read"), stored());
}

#[test]
fn a_path_that_cannot_be_written_is_found_at_once() {
    let folder = folder();
    for path in [
        folder.path().to_owned(),
        folder.path().join("none/run.jsonl"),
    ] {
        let error = RunWriter::create(&path, &sample::header()).expect_err("no place for a run");
        assert_eq!(
            error.to_string(),
            format!("cannot write the run record {}", path.display())
        );
    }
}

#[cfg(unix)]
#[test]
fn a_run_has_the_permissions_of_an_ordinary_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let mode = |name: &str| {
        let metadata = fs::metadata(folder.path().join(name)).expect("metadata");
        metadata.permissions().mode()
    };
    write_sample(&folder.path().join("run.jsonl"), true);
    fs::write(folder.path().join("ordinary"), "").expect("write");
    assert_eq!(mode("run.jsonl"), mode("ordinary"));
}

#[test]
fn a_file_may_be_cut_anywhere_after_its_header() {
    let stored = stored();
    let ends: Vec<usize> = (0..stored.len()).filter(|&i| stored[i] == b'\n').collect();
    let records = sample::records();
    for length in ends[0] + 1..stored.len() - 1 {
        let run = read_bytes(&stored[..length]).unwrap_or_else(|error| panic!("{length}: {error}"));
        // A line is whole without its line feed too.
        let whole = ends.iter().filter(|&&end| end <= length).count();
        assert_eq!(run.records, records[..whole - 1], "cut at {length}");
        assert_eq!(run.footer, None, "cut at {length}");
        let between_lines = ends.iter().any(|&end| length == end || length == end + 1);
        let expected = (!between_lines).then_some(whole + 1);
        assert_eq!(run.cut_line, expected, "cut at {length}");
        assert!(!run.complete());
    }
}

#[test]
fn errors_name_the_file_and_the_line() {
    let stored = String::from_utf8(stored()).expect("UTF-8");
    let (header, rest) = stored.split_once('\n').expect("lines");
    for (text, expected) in [
        (String::new(), "run.jsonl: empty run record"),
        (
            r#"{"format":"conform-run/2"}"#.into(),
            "run.jsonl:1: format `conform-run/2` is not `conform-run/1`",
        ),
        ("{}\n".into(), "run.jsonl:1:2: missing field `format`"),
        (
            header[..20].into(),
            "run.jsonl:1:20: EOF while parsing a string",
        ),
        (
            format!("{header}\n{{\"engine\":\"x\"}}\n"),
            "run.jsonl:2:14: missing field `suite`",
        ),
        (
            format!("{header}\n{{\"engine\":\n{rest}"),
            "run.jsonl:2:0: EOF while parsing a value",
        ),
        (format!("{header}\n?"), "run.jsonl:2:1: expected value"),
        (
            format!("{stored}{{}}\n"),
            "run.jsonl:16: line after the footer",
        ),
        (
            format!("{stored}{{\"cut"),
            "run.jsonl:16: line after the footer",
        ),
    ] {
        assert_eq!(read_bytes(text.as_bytes()).expect_err(expected), expected);
    }
}

#[test]
fn an_unknown_format_is_told_apart() {
    let folder = folder();
    let path = folder.path().join("run.jsonl");
    fs::write(&path, "{\"format\":\"conform-run/2\",\"new\":1}\n").expect("write");
    let error = read(&path).expect_err("a later format");
    assert!(matches!(error, ReadError::UnknownFormat { format, .. } if format == "conform-run/2"));
    let error = read(&folder.path().join("none")).expect_err("no file");
    assert!(matches!(error, ReadError::Io { .. }));
}

#[test]
fn unknown_fields_are_ignored() {
    let stored = String::from_utf8(stored()).expect("UTF-8");
    let extended = stored.replace("{\"", "{\"later\":[{}],\"");
    assert_ne!(extended, stored);
    assert_eq!(
        read_bytes(extended.as_bytes()),
        read_bytes(stored.as_bytes())
    );
}

#[test]
fn the_readme_documents_what_is_stored() {
    let readme = include_str!("../../README.md");
    for line in String::from_utf8(stored()).expect("UTF-8").lines() {
        let value: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let mut objects = vec![&value];
        while let Some(value) = objects.pop() {
            if let Some(object) = value.as_object() {
                for (key, value) in object {
                    assert!(
                        readme.contains(&format!("| `{key}` |")),
                        "no row for `{key}`"
                    );
                    objects.push(value);
                }
            }
            objects.extend(value.as_array().into_iter().flatten());
        }
    }
    let (_, example) = readme.split_once("```json\n").expect("an example");
    let (example, _) = example.split_once("```").expect("its end");
    let run = read_bytes(example.as_bytes()).expect("the example is a run");
    let tally: Tally = run.records.iter().collect();
    assert_eq!(run.footer.expect("a footer").summary, tally.summary());
}
