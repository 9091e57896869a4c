//! An import as it is prepared at the screens: looked at, planned, mended, stopped, gone on with, with the rows that
//! cannot be done in a file.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod common;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use common::{Desk, desk};
use kontor::exchange::RowFate;
use kontor::exchange::export::Progress;
use kontor::exchange::import::{ImportError, Job, Look, Looked, begun, look};
use kontor::exchange::read::Inside;
use kontor::gate::{Count, ErrorKind};
use kontor::model::{Edit, Lang, RecordId, RecordRef, Value};

struct Prepared {
    desk: Desk,
    folder: tempfile::TempDir,
    path: PathBuf,
}

impl Prepared {
    fn file(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list.csv");
        std::fs::write(&path, text).unwrap();
        Self { desk: desk(), folder, path }
    }

    fn looked(&self) -> Looked {
        let wish =
            Look { path: self.path.clone(), entity: Some("customer".into()), ..Look::default() };
        look(&self.desk.session, &wish, File::open(&self.path).unwrap(), &Inside).unwrap()
    }

    fn job(&self) -> Job {
        let looked = self.looked();
        Job {
            path: self.path.clone(),
            lies_at: self.path.clone(),
            entity: looked.entity.clone(),
            format: looked.format,
            map: looked.map.clone(),
            mends: Arc::default(),
            sample: Arc::clone(&looked.rows),
            content: looked.content.clone(),
            lang: Lang::En,
            rejects: Some(self.folder.path().join("list-errors.csv")),
        }
    }

    fn open(&self) -> File {
        File::open(&self.path).unwrap()
    }

    fn customers(&self) -> Count {
        self.desk.session.count("customer", None, None).unwrap()
    }

    fn errors(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("list-errors.csv")).unwrap()
    }
}

fn many(rows: usize) -> String {
    let mut text = "Name,Email,External id\n".to_owned();
    for n in 0..rows {
        let mail = if n % 100 == 7 { "none".to_owned() } else { format!("m{n}@x.example") };
        text.push_str(&format!("Company {n},{mail},E{n}\n"));
    }
    text
}

#[test]
fn what_was_stopped_goes_on_with_its_mended_cells_by_whoever_opens_the_file_again() {
    let mut prepared = Prepared::file(&many(1_300));
    let mut job = prepared.job();
    let pace = Progress::default();
    let session = &mut prepared.desk.session;
    let file = File::open(&prepared.path).unwrap();
    let ledger = job.plan(session, file, &Inside, &pace).unwrap().unwrap();
    assert_eq!(ledger.counts(), [(RowFate::Create, 1_287), (RowFate::Error, 13)]);
    // Row 9 is mended, row 10 is left out, and so is one far down.
    let mends = Arc::make_mut(&mut job.mends);
    mends.set(9, 1, "mended@x.example".into());
    mends.toggle(10);
    mends.toggle(1_201);
    let stopped = Progress::default();
    stopped.stop();
    let file = File::open(&prepared.path).unwrap();
    let report = job.apply(session, file, &Inside, &stopped).unwrap();
    assert!(report.stopped && report.rows < 1_300, "{}", report.rows);
    // The program was killed: nothing is known but what the file holds.
    let mut again = prepared.job();
    let looked = prepared.looked();
    let found = looked.begun.clone().unwrap();
    assert!((400..=report.rows).contains(&found.rows), "{}", found.rows);
    assert_eq!(found.mends.rows(), 1);
    again.map.assign("Email", None);
    let file = prepared.open();
    let done =
        again.apply(&mut prepared.desk.session, file, &Inside, &Progress::default()).unwrap();
    assert_eq!(done.rows, 1_300);
    assert_eq!((done.count(RowFate::Create), done.count(RowFate::Error)), (1_286, 12));
    assert_eq!(done.count(RowFate::Skip), 2);
    assert_eq!(done.change_set, report.change_set);
    assert_eq!(prepared.customers(), Count::Exactly(1_286));
    assert!(begun(&prepared.desk.session, &looked.content, "customer").unwrap().is_none());
    // Every row that could not be done stands in the error file once, with the reason.
    let errors = prepared.errors();
    assert_eq!(errors.lines().count(), 13, "{errors}");
    assert!(errors.contains("Company 107,none,E107,"), "{errors}");
    assert!(!errors.contains("Company 7,"), "{errors}");
    let undo = prepared.desk.session.plan_undo(done.change_set).unwrap();
    assert_eq!(undo.via, "import");
    prepared.desk.session.undo(&undo).unwrap();
    assert_eq!(prepared.customers(), Count::Exactly(0));
}

#[test]
fn a_row_is_told_in_full_and_judged_anew_where_it_was_mended() {
    let mut prepared =
        Prepared::file("Name,Email,External id\nOld Name,a@x.example,E1\nB,wrong,E2\nC\n");
    let old = Edit::create("customer").typed("name", "Older").typed("external_id", "E1");
    prepared.desk.add(old);
    let mut job = prepared.job();
    let pace = Progress::default();
    let file = prepared.open();
    let session = &mut prepared.desk.session;
    let ledger = job.plan(session, file, &Inside, &pace).unwrap().unwrap();
    assert_eq!(ledger.counts(), [(RowFate::Update, 1), (RowFate::Error, 2)]);
    let full = job.judge(session, &ledger, 2, false).unwrap().unwrap();
    let name = full.changes.iter().find(|change| change.field == "name").unwrap();
    assert_eq!((&name.before, &name.after), (&Value::from("Older"), &Value::from("Old Name")));
    let mends = Arc::make_mut(&mut job.mends);
    mends.set(3, 1, "b@x.example".into());
    let full = job.judge(session, &ledger, 3, true).unwrap().unwrap();
    assert_eq!((full.line.fate, full.line.title.as_str()), (RowFate::Create, "B"));
    assert_eq!(ledger.counts(), [(RowFate::Create, 1), (RowFate::Update, 1), (RowFate::Error, 1)]);
    // A row with too few cells is whole once somebody said what is in it.
    Arc::make_mut(&mut job.mends).set(4, 2, "E3".into());
    let full = job.judge(session, &ledger, 4, true).unwrap().unwrap();
    assert_eq!(full.line.fate, RowFate::Create);
    let page = ledger.page(Some(RowFate::Create), 0, 10).unwrap();
    assert_eq!(page.iter().map(|line| line.row).collect::<Vec<_>>(), [3, 4]);
    assert_eq!(ledger.before(None, 4), 2);
    assert_eq!(prepared.customers(), Count::Exactly(1), "nothing was written");
    let file = prepared.open();
    let report = job.apply(&mut prepared.desk.session, file, &Inside, &pace).unwrap();
    assert_eq!((report.count(RowFate::Create), report.count(RowFate::Update)), (2, 1));
    let record = RecordRef::new("customer", RecordId(1));
    assert_eq!(prepared.desk.session.get(&record).unwrap().get("name"), &Value::from("Old Name"));
    assert!(!prepared.folder.path().join("list-errors.csv").exists(), "there were no errors");
}

#[test]
fn a_file_that_was_changed_meanwhile_is_looked_at_again() {
    let mut prepared = Prepared::file("Name\nA\n");
    let job = prepared.job();
    std::fs::write(&prepared.path, "Name\nB\n").unwrap();
    let file = prepared.open();
    let error = job.apply(&mut prepared.desk.session, file, &Inside, &Progress::default());
    let error = error.unwrap_err();
    assert!(matches!(error, ImportError::Changed), "{error}");
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert_eq!(prepared.customers(), Count::Exactly(0));
}

#[test]
fn an_error_file_is_never_laid_over_another() {
    let input = Path::new("/tmp/list.csv");
    for (name, is) in [
        ("list-errors.csv", true),
        ("list-errors-2.csv", true),
        ("list.csv", false),
        ("list-errors-x.csv", false),
        ("../list-errors.csv", false),
        (".bashrc", false),
    ] {
        assert_eq!(kontor::exchange::rejects::is_beside(input, name), is, "{name}");
    }
}
