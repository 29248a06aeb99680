use super::{Added, RunId, Store, StoreError};
use crate::record::{Header, Record, Status};
use crate::run::{RunWriter, WriteError};
use crate::sample;
use crate::store::Key;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

struct Fixture {
    folder: TempDir,
}

impl Fixture {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Fixture { folder }
    }

    fn store(&self) -> Store {
        Store::new(self.folder.path().join("store"))
    }

    fn file(&self, records: &[Record]) -> PathBuf {
        let path = self.folder.path().join("run.jsonl");
        let header = Header {
            shard: None,
            filter: None,
            ..sample::header()
        };
        let write = || -> Result<(), WriteError> {
            let mut writer = RunWriter::create(&path, &header)?;
            for record in records {
                writer.record(record)?;
            }
            writer.finish(true)
        };
        write().expect("a record file");
        path
    }

    fn add(&self, records: &[Record], day: usize) -> RunId {
        let moment = format!("202601{day:02}T000000.000Z");
        let added = self.store().add(&self.file(records), &moment);
        added.expect("it is a run")
    }

    fn files(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.folder.path().join("store/runs")).expect("a folder");
        entries
            .map(|entry| entry.expect("an entry").path())
            .collect()
    }
}

fn with(line: usize, status: Status) -> Record {
    Record {
        line,
        hash: format!("{line:08x}"),
        status,
        unexpected: status != Status::Pass,
        ..sample::pass()
    }
}

#[test]
fn a_run_is_read_as_it_was() {
    let fixture = Fixture::new();
    let ids = [1, 2].map(|day| fixture.add(&sample::records(), day));
    for id in &ids {
        let run = fixture.store().read(id).expect("it is there");
        assert_eq!(run.records, sample::records());
    }
    assert_eq!(fixture.files().len(), 2);
}

#[test]
fn a_run_is_imported_once() {
    let fixture = Fixture::new();
    let store = fixture.store();
    let import = |moment: &str| {
        let file = fixture.file(&sample::records());
        store.import(&file, moment).expect("it is a run")
    };
    let Added::New(id) = import("20260101T000000.000Z") else {
        panic!("it was not there");
    };
    assert_eq!(import("20260102T000000.000Z"), Added::Known(id));
    fs::write(&fixture.files()[0], "damaged").expect("a file");
    let again = import("20260103T000000.000Z");
    assert!(matches!(again, Added::New(_)), "{again:?}");
}

#[test]
fn names_stand_for_runs() {
    let fixture = Fixture::new();
    let store = fixture.store();
    let ids: Vec<_> = (1..=3)
        .map(|day| fixture.add(&[with(day, Status::Pass)], day))
        .collect();
    store.set_label("baseline", &ids[0]).expect("a label");
    for (name, index) in [
        ("last", 2),
        ("last~0", 2),
        ("last~2", 0),
        ("baseline", 0),
        ("20260102", 1),
    ] {
        assert_eq!(store.resolve(name).expect(name), ids[index], "{name}");
    }
    for (name, expected) in [
        ("last~3", "no run is named `last~3`; `conform runs` lists them"),
        ("../runs", "no run is named `../runs`; `conform runs` lists them"),
    ] {
        assert_eq!(store.resolve(name).expect_err(name).to_string(), expected);
    }
    assert!(matches!(
        store.resolve("2026"),
        Err(StoreError::Ambiguous { found, .. }) if found.len() == 3
    ));
    for label in ["last", "last~1", "../x", "1", ""] {
        let set = store.set_label(label, &ids[0]);
        assert!(matches!(set, Err(StoreError::Label(_))), "{label}");
    }
    store.set_label("baseline", &ids[1]).expect("a label moves");
    assert_eq!(
        store.labels().expect("labels"),
        [("baseline".to_owned(), ids[1].clone())]
    );
}

#[test]
fn what_is_no_run_is_not_stored() {
    let fixture = Fixture::new();
    let path = fixture.folder.path().join("bad.jsonl");
    for text in ["", "{}\n", "{\"format\":\"conform-run/2\"}\n"] {
        fs::write(&path, text).expect("a file");
        let added = fixture.store().add(&path, "20260101T000000.000Z");
        assert!(matches!(added, Err(StoreError::Read(_))), "{text}");
    }
    assert_eq!(fixture.store().ids().expect("no folder"), []);
}

/// Cut anywhere, a file is named and left out, and the other runs are there.
#[test]
fn a_damaged_run_is_named_and_left_out() {
    let fixture = Fixture::new();
    let good = fixture.add(&[with(1, Status::Pass)], 1);
    let bad = fixture.add(&sample::records(), 2);
    let path = fixture.folder.path().join("store/runs");
    let path = path.join(format!("{}.jsonl.gz", bad.0));
    let whole = fs::read(&path).expect("a file");
    for length in [0, 1, 11, whole.len() / 2, whole.len() - 1] {
        fs::write(&path, &whole[..length]).expect("a file");
        for _ in 0..2 {
            let (index, damaged) = fixture.store().index().expect("an index");
            let ids: Vec<_> = index.runs.iter().map(|entry| &entry.id).collect();
            assert_eq!(ids, [&good], "{length}");
            assert_eq!(damaged.len(), 1, "{length}");
            assert_eq!(damaged[0].path, path);
        }
    }
    fs::write(&path, &whole).expect("a file");
    let (index, damaged) = fixture.store().index().expect("an index");
    assert_eq!((index.runs.len(), damaged.len()), (2, 0));
}

#[test]
fn what_a_writer_left_behind_when_it_was_killed_is_no_run() {
    let fixture = Fixture::new();
    fixture.add(&[with(1, Status::Pass)], 1);
    let left = fixture.folder.path().join("store/runs/.conform-run-x1");
    fs::write(left, "half a ru").expect("a file");
    let (index, damaged) = fixture.store().index().expect("an index");
    assert_eq!((index.runs.len(), damaged.len()), (1, 0));
}

#[test]
fn writers_need_not_know_of_one_another() {
    let fixture = Fixture::new();
    let store = fixture.store();
    std::thread::scope(|scope| {
        for day in 1..=8 {
            let (store, fixture) = (&store, &fixture);
            let path = fixture.folder.path().join(format!("{day}.jsonl"));
            fs::copy(fixture.file(&[with(day, Status::Pass)]), &path).expect("a copy");
            scope.spawn(move || {
                let moment = format!("202601{day:02}T000000.000Z");
                store.add(&path, &moment).expect("it is stored");
                store.index().expect("an index");
            });
        }
    });
    let (index, damaged) = store.index().expect("an index");
    assert_eq!((index.runs.len(), damaged.len()), (8, 0));
}

#[test]
fn a_history_is_the_changes() {
    let fixture = Fixture::new();
    let statuses = [
        Some(Status::Pass),
        Some(Status::Pass),
        Some(Status::Fail),
        None,
        Some(Status::Pass),
        Some(Status::Pass),
    ];
    for (day, status) in (1..).zip(statuses) {
        // A record that differs each day makes each run another one.
        let mut records = vec![with(day + 100, Status::Pass)];
        records.extend(status.map(|status| with(7, status)));
        fixture.add(&records, day);
    }
    let key = Key::of(&with(7, Status::Pass));
    let expected = [
        (0, Some(Status::Pass)),
        (2, Some(Status::Fail)),
        (3, None),
        (4, Some(Status::Pass)),
    ];
    let history = |store: &Store| {
        let (index, _) = store.index().expect("an index");
        let position = |id: &RunId| index.runs.iter().position(|entry| entry.id == *id);
        let history = index.history(&key).into_iter();
        history
            .map(|(entry, seen)| (position(&entry.id).expect("it"), seen.map(|s| s.status)))
            .collect::<Vec<_>>()
    };
    assert_eq!(history(&fixture.store()), expected);
    fs::remove_file(fixture.folder.path().join("store/index.json")).expect("an index");
    assert_eq!(history(&fixture.store()), expected, "made anew");
    fs::write(fixture.folder.path().join("store/index.json"), "{").expect("a file");
    assert_eq!(history(&fixture.store()), expected, "made anew");
}
