//! Attacks on the log of what happened: whoever may write to the file with another program changes it,
//! and `kontor audit verify` must say where.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod common;

use common::{Desk, desk};
use kontor::gate::{AuditRequest, Event, EventKind, HeadCode, Verified};
use kontor::model::{Edit, Name, RecordRef};
use rusqlite::Connection;

/// A log of changes and events: 1 the file, 2 to 4 customers, 5 an edit, 6 and 7 events.
fn office() -> Desk {
    let mut desk = desk();
    for name in ["Acme", "Bolt", "Cog"] {
        desk.add(Edit::create("customer").typed("name", name));
    }
    let bolt = RecordRef::new("customer", kontor::model::RecordId(2));
    let edit = Edit::update("customer", bolt.id).typed("name", "Bolts");
    desk.session.save(vec![edit], "renamed").unwrap();
    desk.session.note(&Event::export(&Name::from("customer"), "/home/eve/all.csv", 3, None));
    desk.session.note(&Event::new(EventKind::SignOut));
    desk
}

fn verify(desk: &Desk, head: Option<&HeadCode>) -> Verified {
    desk.session.verify_audit(head).unwrap()
}

/// What the check finds after somebody did this to the file: the number of the first bad entry.
fn after(attack: &str) -> Option<i64> {
    let desk = office();
    assert_eq!(verify(&desk, None).broken, None);
    let other = Connection::open(desk.folder().join("test.db")).unwrap();
    other.execute_batch(attack).unwrap();
    verify(&desk, None).broken.map(|(number, _)| number)
}

#[test]
fn a_changed_value_is_found() {
    // Attack: write another value into a row of history, as if Bolt had always been called Nut.
    // Nobody could tell what the record had been.
    // Must: the change that the row belongs to is named.
    assert_eq!(after("UPDATE _history SET before = '\"Nut\"' WHERE id = 5 << 24"), Some(5));
    assert_eq!(after("UPDATE _history SET record = 3 WHERE id = 5 << 24"), Some(5));
    assert_eq!(after("UPDATE _history SET salt = x'00' WHERE id = 5 << 24"), Some(5));
}

#[test]
fn a_deleted_row_is_found() {
    // Attack: take a row of history out, or put one more in, or a whole entry.
    // What was done would never have happened.
    // Must: the entry, or the first one behind the hole, is named.
    assert_eq!(after("DELETE FROM _history WHERE id = 5 << 24"), Some(5));
    assert_eq!(after("DELETE FROM _change WHERE number = 4"), Some(5));
    let whole = "DELETE FROM _change WHERE number = 4; DELETE FROM _history WHERE id >> 24 = 4";
    assert_eq!(after(whole), Some(5));
    let copied =
        "INSERT INTO _history SELECT id + 1, entity, record, op, field, before, after, salt,
                  digest FROM _history WHERE id = 5 << 24";
    assert_eq!(after(copied), Some(5));
    let lone =
        "INSERT INTO _history SELECT 99 << 24, entity, record, op, field, before, after, salt,
                digest FROM _history WHERE id = 5 << 24";
    // Behind the seven stands the entry of the check before the attack.
    assert_eq!(after(lone), Some(9));
}

#[test]
fn two_swapped_rows_are_found() {
    // Attack: let two customers trade the rows of their creation, or two entries their places.
    // Every row and header was still one that we wrote.
    // Must: the first of the two is named.
    let rows = "UPDATE _history SET id = -1 WHERE id = 2 << 24;
                UPDATE _history SET id = 2 << 24 WHERE id = 3 << 24;
                UPDATE _history SET id = 3 << 24 WHERE id = -1;";
    assert_eq!(after(rows), Some(2));
    let headers = "UPDATE _change SET number = -1 WHERE number = 6;
                   UPDATE _change SET number = 6 WHERE number = 7;
                   UPDATE _change SET number = 7 WHERE number = -1;";
    assert_eq!(after(headers), Some(6));
}

#[test]
fn a_rewritten_header_is_found() {
    // Attack: say that somebody else did it, at another time, or that it was three records, not 3000.
    // The export would have been Bob's, or none.
    // Must: the entry is named, whichever of its columns was touched.
    for set in [
        "actor = 2",
        "actor_name = 'Bob'",
        "at = at + 1",
        "via = 'tui'",
        "why = 'agreed'",
        "undoes = 1",
        "records = 9",
        "kind = 'sign_out'",
        "entity = 'deal'",
        "record = 2",
        "what = 'some.csv'",
        "count = 0",
        "detail = '{}'",
        "operation = 2",
        "form = 1",
        "form = 3",
        "hash = x'00'",
        "previous = x''",
        "kind = x'00'",
    ] {
        assert_eq!(after(&format!("UPDATE _change SET {set} WHERE number = 6")), Some(6), "{set}");
    }
    // An older form, which covers less, cannot be claimed for a new entry.
    assert_eq!(after("UPDATE _change SET form = 1, record = NULL WHERE number = 5"), Some(5));
}

#[test]
fn an_end_that_was_cut_off_is_found_by_a_head_that_was_kept() {
    // Attack: delete the newest entries, the export among them; what is left is a sound chain.
    // The check alone calls it sound, and it is.
    // Must: held against a head that somebody kept, the entry is missing; whole, it says how many came after.
    let desk = office();
    let head = verify(&desk, None).head.unwrap();
    assert_eq!(head.number, 7);
    let found = verify(&desk, Some(&head.code));
    // The checks themselves are noted.
    assert_eq!((found.broken, found.after), (None, Some(1)));
    let other = Connection::open(desk.folder().join("test.db")).unwrap();
    other.execute_batch("DELETE FROM _change WHERE number >= 6").unwrap();
    let found = verify(&desk, None);
    assert_eq!((found.broken, found.entries), (None, 5));
    assert_eq!(verify(&desk, Some(&head.code)).after, None);
}

#[test]
fn a_chain_that_was_written_anew_is_found_by_a_head_that_was_kept() {
    // Attack: make another file with the wished-for history and put it in the place of the first.
    // It verifies: nothing in it was altered.
    // Must: the kept head is none of its entries.
    let head = verify(&office(), None).head.unwrap();
    let mut other = desk();
    for name in ["Acme", "Bolt", "Cog", "Dot", "Elm", "Fir"] {
        other.add(Edit::create("customer").typed("name", name));
    }
    let found = verify(&other, Some(&head.code));
    assert_eq!((found.broken, found.after), (None, None));
}

#[test]
fn secrets_and_folders_stay_out_of_the_log() {
    // Attack: have a password stand where the log might pick it up: in a filter, a path, a name.
    // A log entry cannot be erased: there it would stand for good, for every reader of the log.
    // Must: no event holds it, in no column.
    const CANARY: &str = "hunter2-canary";
    let mut desk = desk();
    desk.add(
        Edit::create("customer").typed("name", "Acme").typed("emails", "hunter2-canary@x.example"),
    );
    let catalog = desk.session.catalog().clone();
    for text in [CANARY, "name ~ 'hunter2-canary'", "emails = 'hunter2-canary@x.example'"] {
        let filter = kontor::query::Query::parse(text, &catalog, "customer").unwrap();
        let mut request = kontor::exchange::export::ExportRequest::all("customer");
        request.filter = Some(filter);
        request.target = format!("/home/eve/{CANARY}/all.csv");
        kontor::exchange::export::export(
            &desk.session,
            &request,
            kontor::exchange::export::ExportFormat::Csv,
            &mut Vec::new(),
        )
        .unwrap();
    }
    let filter = Some(desk.session.audit_query("kind != change").unwrap());
    let page = desk.session.audit(&AuditRequest { filter, ..AuditRequest::default() }).unwrap();
    assert_eq!(page.entries.len(), 3);
    assert!(page.entries.iter().all(|entry| entry.what == "all.csv" && !entry.detail.is_empty()));
    let other = Connection::open(desk.folder().join("test.db")).unwrap();
    let texts: String = other
        .query_row(
            "SELECT group_concat(actor_name || via || why || kind || coalesce(entity, '') || what || detail)
             FROM _change",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert!(!texts.contains(CANARY), "{texts}");
}
