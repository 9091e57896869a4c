//! Records as they were, and values put back.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod common;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use chrono::{DateTime, TimeDelta, Utc};
use common::{Moved, noon, options};
use kontor::gate::{ErrorKind, Gate, Session, Via};
use kontor::model::{Clock, Edit, Name, RecordId, RecordRef, Value};

/// A customer with a life: made on day 0, renamed on day 2, its owner taken on day 4, in the bin from day
/// 6 to day 8, renamed again on day 10.
struct Life {
    session: Session,
    clock: Arc<Moved>,
    _folder: tempfile::TempDir,
}

fn day(n: i64) -> DateTime<Utc> {
    noon() + TimeDelta::days(n)
}

fn life() -> Life {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(Moved::default());
    let mut options = options();
    options.clock = Arc::clone(&clock) as Arc<dyn Clock>;
    let gate = Gate::open(&folder.path().join("test.db"), options).unwrap();
    let mut life = Life { session: gate.session(Via::Cli).unwrap(), clock, _folder: folder };
    let first = Edit::create("customer").typed("name", "Acme").typed("employees", "10");
    life.on(0, first);
    life.on(2, Edit::update("customer", RecordId(1)).typed("name", "Acme Pumps"));
    life.on(4, Edit::update("customer", RecordId(1)).typed("owner", "").typed("employees", "12"));
    life.on(6, Edit::delete("customer", RecordId(1)));
    life.on(8, Edit::restore("customer", RecordId(1)));
    life.on(10, Edit::update("customer", RecordId(1)).typed("name", "Acme Valves"));
    life.on(11, Edit::create("customer").typed("name", "Bolt"));
    life
}

impl Life {
    fn on(&mut self, n: i64, edit: Edit) -> i64 {
        self.clock.0.store(TimeDelta::days(n).num_milliseconds(), Ordering::SeqCst);
        self.session.save(vec![edit], "life").unwrap().change_set.unwrap()
    }

    fn names_on(&self, n: i64) -> Vec<String> {
        let at = day(n) + TimeDelta::hours(1);
        let (records, next) = self.session.list_as_of("customer", at, RecordId(0), 100).unwrap();
        assert_eq!(next, None);
        records.iter().map(|record| record.get("name").as_text().unwrap().to_owned()).collect()
    }
}

fn acme() -> RecordRef {
    RecordRef::new("customer", RecordId(1))
}

#[test]
fn a_record_is_what_it_was() {
    let life = life();
    let then = |n| life.session.get_as_of(&acme(), day(n) + TimeDelta::hours(1)).unwrap();
    assert_eq!(then(0).get("name"), &Value::from("Acme"));
    assert_eq!(then(1).get("employees"), &Value::Int(10));
    assert_eq!(then(3).get("name"), &Value::from("Acme Pumps"));
    // Links of then have their names.
    let owner = then(3).get("owner").as_link().cloned().unwrap();
    assert_eq!((owner.id, owner.title.as_str()), (RecordId(1), "Administrator"));
    assert!(then(4).get("owner").is_null());
    assert!(then(6).meta.deleted_at.is_some());
    assert!(then(8).meta.deleted_at.is_none());
    assert_eq!(then(9).meta.updated_at, day(8));
    assert_eq!(then(10), {
        let mut present = life.session.get(&acme()).unwrap();
        let entity = life.session.catalog().entity("customer").unwrap();
        for field in entity.fields.iter().filter(|field| field.kind.is_computed()) {
            present.fields.insert(field.name.clone(), Value::Null);
        }
        present
    });
    let never = life.session.get_as_of(&acme(), day(-1)).unwrap_err();
    assert_eq!(never.kind(), ErrorKind::NotFound);
    assert!(never.to_string().contains("there was no C-1 yet"), "{never}");
}

#[test]
fn a_list_is_what_it_was() {
    let mut life = life();
    assert_eq!(life.names_on(-1), Vec::<String>::new());
    assert_eq!(life.names_on(0), ["Acme"]);
    assert_eq!(life.names_on(7), Vec::<String>::new());
    assert_eq!(life.names_on(11), ["Acme Valves", "Bolt"]);
    // What is in the bin now was there then.
    life.on(12, Edit::delete("customer", RecordId(1)));
    assert_eq!(life.names_on(11), ["Acme Valves", "Bolt"]);
    assert_eq!(life.names_on(12), ["Bolt"]);
    let (first, next) = life.session.list_as_of("customer", day(11), RecordId(0), 1).unwrap();
    assert_eq!((first.len(), next), (1, Some(RecordId(1))));
}

#[test]
fn a_value_is_put_back_as_a_new_change() {
    let mut life = life();
    let renamed = life.on(13, Edit::update("customer", RecordId(1)).typed("name", "Typo"));
    let plan = life.session.plan_restore(&acme(), &[Name::from("name")], renamed).unwrap();
    let back = life.session.apply(plan).unwrap().change_set.unwrap();
    assert_eq!(life.session.get(&acme()).unwrap().get("name"), &Value::from("Acme Valves"));
    assert!(back > renamed);
    // It is a change like others: it can be taken back.
    let undo = life.session.plan_undo(None).unwrap();
    assert_eq!(undo.change_set, back);
    life.session.undo(&undo).unwrap();
    assert_eq!(life.session.get(&acme()).unwrap().get("name"), &Value::from("Typo"));
    for (field, change_set) in [("employees", renamed), ("name", 1), ("nonsense", renamed)] {
        let refused = life.session.plan_restore(&acme(), &[Name::from(field)], change_set);
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::NotFound, "{field}");
    }
}
