//! Noting, counting and reading, on real files.

use std::sync::Arc;
use std::sync::Mutex;

use chrono::TimeZone;

use super::*;
use crate::model::{Clock, Edit, Entropy, WeekStart};
use crate::policy::Right;

/// A clock that tests move.
struct Hand(Mutex<DateTime<Utc>>);

impl Hand {
    fn pass(&self, seconds: i64) {
        *self.0.lock().unwrap() += chrono::Duration::seconds(seconds);
    }
}

impl Clock for Hand {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

struct Zeros;

impl Entropy for Zeros {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(7);
    }
}

struct Desk {
    session: Session,
    gate: Gate,
    clock: Arc<Hand>,
    folder: tempfile::TempDir,
}

fn desk() -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let noon = Utc.with_ymd_and_hms(2026, 11, 23, 12, 0, 0).unwrap();
    let clock = Arc::new(Hand(Mutex::new(noon)));
    let options = OpenOptions {
        create: true,
        clock: Arc::clone(&clock) as Arc<dyn Clock>,
        entropy: Arc::new(Zeros),
        zone: chrono_tz::UTC,
        week_start: WeekStart::Monday,
    };
    let gate = Gate::open(&folder.path().join("test.db"), options).unwrap();
    let session = gate.session(Via::Cli).unwrap();
    Desk { session, gate, clock, folder }
}

impl Desk {
    fn log(&self, query: &str) -> Vec<AuditEntry> {
        let filter = Some(self.session.audit_query(query).unwrap());
        self.session.audit(&AuditRequest { filter, ..AuditRequest::default() }).unwrap().entries
    }

    fn sound(&self) {
        assert_eq!(self.session.store.verify_chain(None).unwrap().broken, None);
    }

    /// Makes the session one of somebody without any right.
    fn demote(&mut self) {
        std::sync::Arc::make_mut(&mut self.session.actor.0).roles = std::sync::Arc::default();
    }
}

fn kinds(entries: &[AuditEntry]) -> Vec<(&str, u64)> {
    entries.iter().map(|entry| (entry.kind.as_str(), entry.count)).collect()
}

#[test]
fn events_stand_in_the_chain_and_not_in_history() {
    let mut desk = desk();
    desk.session.save(vec![Edit::create("customer").typed("name", "Acme")], "new").unwrap();
    desk.session.note(&Event::new(EventKind::SignIn));
    let entries = desk.log("");
    assert_eq!(kinds(&entries), [("sign_in", 1), ("change", 1), ("change", 13)]);
    assert_eq!(entries[1].record, Some(RecordRef::new("customer", RecordId(1))));
    assert_eq!((entries[0].number, entries[0].change_set), (3, None));
    desk.sound();
    let history = desk.session.history(&crate::gate::HistoryRequest::default()).unwrap();
    assert_eq!(history.len(), 2);
    // Undo takes back the change, not the event.
    let plan = desk.session.plan_undo(None).unwrap();
    assert_eq!(plan.change_set, 2);
    desk.session.undo(&plan).unwrap();
    desk.sound();
}

#[test]
fn the_log_is_asked_in_the_query_language() {
    let mut desk = desk();
    for name in ["Acme", "Bolt"] {
        desk.session.save(vec![Edit::create("customer").typed("name", name)], "new").unwrap();
    }
    let bolt = RecordRef::new("customer", RecordId(2));
    desk.session.note(&Event::new(EventKind::Backup).what("team.db.copy"));
    desk.session.note(&Event::new(EventKind::Locked).about(&bolt));
    assert_eq!(kinds(&desk.log("kind = backup")), [("backup", 1)]);
    assert_eq!(kinds(&desk.log("what ~ copy")), [("backup", 1)]);
    assert_eq!(kinds(&desk.log("entity = customer and kind = change")).len(), 2);
    assert_eq!(kinds(&desk.log("record = C-2")), [("locked", 1), ("change", 1)]);
    assert_eq!(kinds(&desk.log("who = me and at = today and kind != change")).len(), 2);
    assert_eq!(kinds(&desk.log("at < yesterday")), []);
    assert_eq!(kinds(&desk.log("why ~ new and count = 1")).len(), 2);
    let words = desk.session.audit_query("backup").unwrap_err();
    assert!(words.to_string().contains("not searched by words"), "{words}");
    assert!(desk.session.audit_query("nonsense = 1").is_err());
}

#[test]
fn a_page_leads_to_the_next() {
    let desk = desk();
    for _ in 0..5 {
        desk.session.note(&Event::new(EventKind::SignIn));
    }
    let mut request = AuditRequest { limit: 2, ..AuditRequest::default() };
    let mut numbers = Vec::new();
    loop {
        let page = desk.session.audit(&request).unwrap();
        numbers.extend(page.entries.iter().map(|entry| entry.number));
        request.before = page.next;
        if page.next.is_none() {
            break;
        }
    }
    assert_eq!(numbers, [6, 5, 4, 3, 2, 1]);
}

#[test]
fn a_flood_of_refusals_is_two_entries_a_minute() {
    let mut desk = desk();
    desk.demote();
    let deal = Name::from("deal");
    for _ in 0..300 {
        assert!(desk.session.demand(Right::Delete, &deal).is_err());
    }
    assert_eq!(kinds(&desk.log("kind = refused")), [("refused", 1)]);
    // Another right is another matter.
    assert!(desk.session.demand(Right::Export, &deal).is_err());
    assert_eq!(desk.log("kind = refused").len(), 2);
    desk.clock.pass(61);
    let entries = desk.log("kind = refused and what = delete");
    assert_eq!(kinds(&entries), [("refused", 299), ("refused", 1)]);
    assert_eq!(entries[0].entity.as_deref(), Some("deal"));
    desk.sound();
    desk.clock.pass(600);
    assert!(desk.session.demand(Right::Delete, &deal).is_err());
    assert_eq!(desk.log("kind = refused and what = delete").len(), 3);
}

#[test]
fn other_processes_count_the_same_flood() {
    let mut desk = desk();
    desk.demote();
    for _ in 0..5 {
        let mut other = desk.gate.session(Via::Cli).unwrap();
        std::sync::Arc::make_mut(&mut other.actor.0).roles = std::sync::Arc::default();
        assert!(other.demand(Right::Create, &Name::from("deal")).is_err());
    }
    desk.clock.pass(61);
    assert_eq!(kinds(&desk.log("kind = refused")), [("refused", 4), ("refused", 1)]);
}

#[test]
fn who_may_not_see_all_sees_their_own() {
    let mut desk = desk();
    desk.gate.note((None, "-"), Via::Cli, &Event::new(EventKind::SignInDenied)).unwrap();
    desk.session.note(&Event::new(EventKind::SignIn));
    assert_eq!(desk.log("").len(), 3);
    desk.demote();
    assert_eq!(kinds(&desk.log("")), [("sign_in", 1)]);
    // Nothing is no answer: it would be taken for one about all.
    let told = desk.session.anomalies(&Thresholds::default());
    assert!(matches!(told, Err(GateError::Denied(_))), "{told:?}");
}

#[test]
fn an_event_is_no_news_for_others() {
    let desk = desk();
    let mut other = desk.gate.session(Via::Tui).unwrap();
    other.refresh().unwrap();
    desk.session.note(&Event::new(EventKind::SignIn));
    assert!(!other.refresh().unwrap());
    let mut third = desk.gate.session(Via::Cli).unwrap();
    third.save(vec![Edit::create("customer").typed("name", "Acme")], "new").unwrap();
    assert!(other.refresh().unwrap());
}

#[test]
fn an_event_inside_a_write_is_written_after_it() {
    let desk = desk();
    let session = &desk.session;
    session
        .store
        .write("test", || {
            session.note(&Event::new(EventKind::Backup));
            Ok(())
        })
        .unwrap();
    assert_eq!(session.store.newest_change().unwrap(), 1);
    assert_eq!(kinds(&desk.log("kind = backup")), [("backup", 1)]);
}

#[test]
fn a_session_that_ends_writes_what_waits() {
    let desk = desk();
    let other = desk.gate.session(Via::Tui).unwrap();
    let ticket = Ticket::take(other.path(), "somebody").unwrap();
    other.note(&Event::new(EventKind::SignOut));
    assert_eq!(desk.session.store.newest_change().unwrap(), 1);
    drop(ticket);
    drop(other);
    assert_eq!(kinds(&desk.log("kind = sign_out")), [("sign_out", 1)]);
}

#[test]
fn a_file_that_cannot_be_written_notes_nothing_and_says_nothing() {
    let mut desk = desk();
    desk.session.store = Store::locked(desk.gate.path()).unwrap();
    desk.session.note(&Event::new(EventKind::SignIn));
    assert_eq!(kinds(&desk.log("")), [("change", 13)]);
    assert_eq!(desk.session.verify_audit(None).unwrap().entries, 1);
}

#[test]
fn erased_values_leave_the_chain_sound() {
    let mut desk = desk();
    let edit = Edit::create("customer").typed("name", "Anna Canary");
    desk.session.save(vec![edit], "new").unwrap();
    desk.session
        .save(vec![Edit::update("customer", RecordId(1)).typed("name", "Anna Other")], "marriage")
        .unwrap();
    let store = &desk.session.store;
    let erased = store.erase_history("customer", RecordId(1)).unwrap();
    assert_eq!(erased, 2);
    desk.sound();
    let left: i64 = store
        .conn
        .query_row(
            "SELECT count(*) FROM _history WHERE before LIKE '%Anna%' OR after LIKE '%Anna%'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(left, 0);
    // What was erased once is left alone.
    assert_eq!(store.erase_history("customer", RecordId(1)).unwrap(), 0);
    desk.sound();
}

#[test]
fn an_older_file_is_brought_up_to_date_and_stays_sound() {
    let Desk { mut session, gate, folder, clock } = desk();
    let edits = ["Acme", "Bolt"].map(|name| Edit::create("customer").typed("name", name));
    session.save(edits.to_vec(), "two").unwrap();
    session
        .save(vec![Edit::update("customer", RecordId(2)).typed("name", "Bolts")], "one")
        .unwrap();
    session.store.make_old().unwrap();
    session.store.set_setting(crate::gate::store::settings::BUILT_IN, "1-old").unwrap();
    // As an older program left it: still sound, read by this one without being changed.
    assert!(!session.store.has_events().unwrap());
    assert_eq!(session.store.verify_chain(None).unwrap().broken, None);
    let path = gate.path().to_owned();
    let options = gate.options().clone();
    drop((session, gate));
    let gate = Gate::open(&path, options).unwrap();
    let desk = Desk { session: gate.session(Via::Cli).unwrap(), gate, folder, clock };
    desk.sound();
    assert_eq!(kinds(&desk.log("record = C-2")), [("change", 1)]);
    assert_eq!(desk.log("entity = customer").len(), 2);
    desk.session.note(&Event::new(EventKind::SignIn));
    desk.sound();
    let copies = std::fs::read_dir(desk.folder.path()).unwrap().flatten();
    assert_eq!(copies.filter(|c| c.path().to_string_lossy().contains(".before-")).count(), 1);
    // Attack: say of an old change that it was about another record; form 1 does not cover that.
    desk.session.store.conn.execute("UPDATE _change SET record = 1 WHERE number = 3", []).unwrap();
    assert_eq!(desk.session.store.verify_chain(None).unwrap().broken.map(|(n, _)| n), Some(3));
}
