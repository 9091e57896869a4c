//! What goes for good: deleted records, a person's data, what rules say is due; the chain stays whole.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod common;
#[allow(dead_code)]
#[path = "common/shell.rs"]
mod shell;

use chrono::TimeDelta;
use common::{Desk, desk, noon};
use kontor::gate::{DueFor, GateError, HistoryRequest, Merge, Purge, Via};
use kontor::model::{Edit, RecordRef};
use shell::Shell;

/// Whether any of these stands in the bytes of the file or its log.
fn bytes_hold(desk: &Desk, words: &[&str]) -> Vec<String> {
    let mut held = Vec::new();
    for end in ["", "-wal"] {
        let path = format!("{}{end}", desk.gate.path().display());
        let Ok(bytes) = std::fs::read(&path) else { continue };
        for word in words {
            let fits = |window: &[u8]| window.eq_ignore_ascii_case(word.as_bytes());
            if bytes.windows(word.len()).any(fits) {
                held.push(format!("{word} in the file{end}"));
            }
        }
    }
    held
}

fn delete(desk: &mut Desk, record: &RecordRef) {
    desk.session.save(vec![Edit::delete(&record.entity, record.id)], "away").unwrap();
}

fn link(record: &RecordRef) -> kontor::model::Value {
    kontor::model::Value::Link(kontor::model::Link::new(&record.entity, record.id))
}

fn sound(desk: &Desk) {
    let verified = desk.session.verify_audit(None).unwrap();
    assert_eq!(verified.broken, None);
}

fn all() -> Purge {
    Purge::before(noon() + TimeDelta::seconds(1))
}

#[test]
fn purging_removes_rows_links_and_history_and_the_chain_verifies() {
    let mut desk = desk();
    let acme = desk.add(
        Edit::create("customer")
            .typed("name", "Zanzibar Pumps")
            .typed("emails", "boss@zanzibar.example"),
    );
    let deal =
        desk.add(Edit::create("deal").typed("name", "D").typed("customer", "Zanzibar Pumps"));
    desk.session
        .save(vec![Edit::update("customer", acme.id).typed("description", "secret")], "n")
        .unwrap();
    assert_eq!(desk.session.plan_purge(&all()).unwrap().records(), []);
    delete(&mut desk, &acme);
    let plan = desk.session.plan_purge(&all()).unwrap();
    assert_eq!(plan.records(), std::slice::from_ref(&acme));
    let purged = desk.session.purge(&plan, |_| true).unwrap();
    assert_eq!((purged.records, purged.kept), (1, false));
    assert!(purged.rows >= 3, "{purged:?}");
    assert!(matches!(desk.session.get(&acme), Err(GateError::NotFound { .. })));
    assert!(desk.session.get(&deal).unwrap().get("customer").is_null());
    sound(&desk);
    assert_eq!(bytes_hold(&desk, &["zanzibar"]), Vec::<String>::new());
    // The number is not given again, and nothing of it can be taken back.
    let next = desk.add(Edit::create("customer").typed("name", "Next"));
    assert_eq!(next.id.0, acme.id.0 + 1);
    for number in 1..=4 {
        let Ok(plan) = desk.session.plan_undo(Some(number)) else { continue };
        if plan.obstacles.is_empty() {
            desk.session.undo(&plan).unwrap();
        }
    }
    assert!(desk.session.get(&acme).is_err());
    sound(&desk);
    let query = desk.session.audit_query("kind = purged").unwrap();
    let request = kontor::gate::AuditRequest { filter: Some(query), ..Default::default() };
    assert_eq!(desk.session.audit(&request).unwrap().entries[0].record, Some(acme));
}

#[test]
fn lines_go_with_their_order_and_merged_records_stay() {
    let mut desk = desk();
    let customer = desk.add(Edit::create("customer").typed("name", "A"));
    let order = desk.add(Edit::create("order").typed("name", "O").typed("customer", "A"));
    desk.add(Edit::create("product").typed("name", "Pump").typed("price", "5 EUR"));
    let line = desk.add(
        Edit::create("order_line")
            .typed("name", "pump")
            .with("order", link(&order))
            .typed("product", "Pump")
            .typed("quantity", "2"),
    );
    delete(&mut desk, &order);
    let other = desk.add(Edit::create("customer").typed("name", "B"));
    let plan = desk.session.plan_merge(&Merge::new(customer, vec![other.clone()])).unwrap();
    desk.session.merge(&plan).unwrap();
    let plan = desk.session.plan_purge(&all()).unwrap();
    assert_eq!((plan.records(), plan.leads_on()), ([order.clone()].as_slice(), 1));
    desk.session.purge(&plan, |_| true).unwrap();
    assert!(desk.session.get(&line).is_err());
    assert!(desk.session.get(&other).is_ok());
    sound(&desk);
}

#[test]
fn a_person_is_erased_to_the_last_byte() {
    let mut desk = desk();
    let person = desk.add(
        Edit::create("contact")
            .typed("name", "Xantippe Quillfeather")
            .typed("emails", "xq@quillfeather.example")
            .typed("phones", "+49 711 8887766"),
    );
    let twin = desk.add(Edit::create("contact").typed("name", "X. Quillfeather"));
    let plan = desk.session.plan_merge(&Merge::new(person.clone(), vec![twin.clone()])).unwrap();
    desk.session.merge(&plan).unwrap();
    let call = desk.add(
        Edit::create("task")
            .typed("name", "Call Xantippe Quillfeather back")
            .typed("description", "Xantippe wants more")
            .typed("about", "P-1"),
    );
    let deal = desk.add(
        Edit::create("deal")
            .typed("name", "Pumps for her")
            .typed("description", "She said: 0711/888 77 66 after five"),
    );
    let other = desk.add(Edit::create("task").typed("name", "Xantippe street"));
    desk.session
        .keep(&[("draft.form.edit.contact.1@5".into(), Some("Quillfeather".into()))])
        .unwrap();
    assert_eq!(desk.find("quillfeather").len(), 2);
    let plan = desk.session.plan_erase(&person).unwrap();
    assert_eq!(plan.records(), [person.clone(), twin.clone()]);
    let mentioned: usize = plan.mentions().iter().map(|m| m.records.len()).sum();
    assert_eq!(mentioned, 2, "{:?}", plan.mentions());
    // A first name alone is told, and stays.
    let left: Vec<_> =
        plan.left().iter().map(|m| (m.field.as_str(), m.records.as_slice())).collect();
    assert_eq!(left, [("description", &[call.id][..])]);
    assert_eq!(plan.drafts(), 1);
    // The merge that made one of them names only their numbers.
    assert_eq!(plan.named_in_log(), 0);
    let number = desk.session.history(&HistoryRequest::default()).unwrap()[0].change_set;
    let erased = desk.session.erase(&plan).unwrap();
    assert!(!erased.kept);
    assert_eq!(erased.mentions, 2);
    let left = desk.session.get(&person).unwrap();
    assert_eq!(left.get("name").as_text(), Some("[erased]"));
    assert!(left.get("emails").is_null() && left.meta.deleted_at.is_some());
    let text = |desk: &Desk, record: &RecordRef, field: &str| {
        desk.session.get(record).unwrap().get(field).as_text().unwrap_or_default().to_owned()
    };
    assert_eq!(text(&desk, &call, "name"), "Call [erased] back");
    assert_eq!(text(&desk, &deal, "name"), "Pumps for her");
    assert_eq!(text(&desk, &deal, "description"), "She said: [erased] after five");
    assert_eq!(text(&desk, &other, "name"), "Xantippe street");
    assert!(desk.find("quillfeather").is_empty());
    let secrets = ["quillfeather", "8887766", "888 77 66", "call xantippe"];
    assert_eq!(bytes_hold(&desk, &secrets), Vec::<String>::new());
    sound(&desk);
    // Nothing brings it back: neither undo of the erasing nor of what was before.
    let newest = desk.session.history(&HistoryRequest::default()).unwrap()[0].change_set;
    assert!(newest > number);
    for number in 1..=newest {
        if let Ok(plan) = desk.session.plan_undo(Some(number))
            && plan.obstacles.is_empty()
        {
            desk.session.undo(&plan).unwrap();
        }
    }
    assert_eq!(bytes_hold(&desk, &["quillfeather"]), Vec::<String>::new());
    assert_eq!(text(&desk, &person, "name"), "[erased]");
}

#[test]
fn a_namesake_and_a_colleague_keep_their_names() {
    let mut desk = desk();
    let one = desk.add(Edit::create("contact").typed("name", "Ana Roth"));
    let two = desk.add(Edit::create("contact").typed("name", "Ana Roth"));
    let user = desk.add(Edit::create("user").typed("name", "Ana Roth").typed("login", "ana"));
    let plan = desk.session.plan_erase(&one).unwrap();
    assert!(plan.alike().iter().any(|hit| hit.record == two));
    desk.session.erase(&plan).unwrap();
    for record in [&two, &user] {
        assert_eq!(desk.session.get(record).unwrap().get("name").as_text(), Some("Ana Roth"));
    }
    sound(&desk);
}

#[test]
fn erasing_leaves_others_alone() {
    let mut desk = desk();
    let fang = desk.add(Edit::create("contact").typed("name", "王芳"));
    desk.add(Edit::create("contact").typed("name", "王芳菲"));
    let linked = Edit::create("task").typed("name", "王芳菲与王芳").with("about", link(&fang));
    let linked = desk.add(linked);
    let apart = desk.add(Edit::create("task").typed("name", "问王芳"));
    let max = desk.add(Edit::create("contact").typed("name", "Max Miller"));
    let other = desk.add(Edit::create("contact").typed("name", "Max Miller"));
    let call = Edit::create("task").typed("name", "Max Miller ordered 5");
    let call = desk.add(call.with("about", link(&other)));
    let own = Edit::create("task").typed("name", "Max Miller rang").with("about", link(&max));
    let own = desk.add(own);
    let plan = desk.session.plan_erase(&fang).unwrap();
    assert_eq!(plan.left()[0].records, [apart.id], "{:?}", plan.left());
    desk.session.erase(&plan).unwrap();
    let plan = desk.session.plan_erase(&max).unwrap();
    assert!(plan.mentions().is_empty(), "{:?}", plan.mentions());
    assert_eq!(plan.left()[0].records, [call.id, own.id]);
    desk.session.erase(&plan).unwrap();
    let name = |record: &RecordRef| {
        desk.session.get(record).unwrap().get("name").as_text().unwrap_or_default().to_owned()
    };
    assert_eq!(name(&linked), "王芳菲与[erased]");
    assert_eq!(name(&apart), "问王芳");
    assert_eq!(name(&call), "Max Miller ordered 5");
    assert_eq!(name(&other), "Max Miller");
    sound(&desk);
}

#[test]
fn only_persons_are_erased_and_never_come_back() {
    let shell = Shell::company();
    shell.done(&["contact", "add", "name=Xantippe Quillfeather"]);
    shell.done(&["deal", "add", "name=Pumps", "customer=C-1"]);
    let told = shell.type_in(&["erase", "D-1", "--confirm", "D-1"]);
    assert_eq!(told.status, 1, "{told:?}");
    assert!(told.err.contains("kontor purge"), "{told:?}");
    shell.done(&["erase", "P-1", "--confirm", "P-1"]);
    let told = shell.type_in(&["show", "P-1"]);
    assert!(told.out.contains("erased; it cannot be brought back"), "{told:?}");
    assert!(!told.out.contains("restore"), "{told:?}");
    let told = shell.type_in(&["contact", "restore", "P-1"]);
    assert_eq!(told.status, 1, "{told:?}");
    assert!(told.err.contains("it was erased"), "{told:?}");
}

#[test]
fn only_who_may_removes_and_erases() {
    let mut desk = desk();
    let user = Edit::create("user").typed("name", "rep").typed("login", "rep");
    let rep = desk.add(user.typed("roles", "Sales rep"));
    let own = desk.add(Edit::create("contact").typed("name", "The Word").typed("owner", "rep"));
    let mut session = desk.gate.session_of(rep.id, Via::Cli).unwrap();
    assert!(matches!(session.plan_erase(&own), Err(GateError::Denied(_))));
    assert!(matches!(session.plan_purge(&all()), Err(GateError::Denied(_))));
    session.refresh().unwrap();
}

#[test]
fn rules_say_what_is_due() {
    let mut desk = desk();
    let toml = "[retention.customer]\ndeleted_days = 30\n\n[retention.lead]\nidle_months = 6\n";
    let plan = desk.session.plan_schema("company.toml", toml).unwrap();
    desk.session.apply_schema(&plan, false).unwrap();
    let gone = desk.add(Edit::create("customer").typed("name", "Gone"));
    let quiet = desk.add(Edit::create("lead").typed("name", "Quiet"));
    let busy = desk.add(Edit::create("lead").typed("name", "Busy"));
    delete(&mut desk, &gone);
    assert_eq!(desk.session.plan_retention().unwrap(), []);
    // A year goes by, and somebody calls one of them.
    let db = rusqlite::Connection::open(desk.gate.path()).unwrap();
    let year = 365_i64 * 86_400_000;
    db.execute_batch(&format!(
        "UPDATE customer SET deleted_at = deleted_at - {year};
         UPDATE lead SET updated_at = updated_at - {year}, created_at = created_at - {year};"
    ))
    .unwrap();
    desk.add(
        Edit::create("task")
            .typed("name", "call")
            .with("about", kontor::model::Value::Link(kontor::model::Link::new("lead", busy.id))),
    );
    let due = desk.session.plan_retention().unwrap();
    let told: Vec<(DueFor, &[RecordRef])> = due.iter().map(|d| (d.what(), d.records())).collect();
    assert_eq!(told, [(DueFor::Purge, &[gone][..]), (DueFor::Delete, &[quiet][..])]);
    let wrong = kontor::schema::load(Some(("c", "[retention.custmer]\ndeleted_days = 3\n")));
    assert!(wrong.unwrap_err()[0].to_string().contains("customer"));
}

#[test]
fn removing_on_the_command_line() {
    let shell = Shell::company();
    shell.done(&["contact", "add", "name=Xantippe Quillfeather"]);
    shell.done(&["customer", "delete", "C-2"]);
    let told = shell.type_in(&["purge", "--older-than", "30d"]);
    assert!(told.err.contains("nothing to remove"), "{told:?}");
    let told = shell.type_in(&["purge", "C-2", "--dry-run"]);
    assert!(told.out.contains("C-2") && told.err.contains("Nothing was removed"), "{told:?}");
    let told = shell.type_in(&["purge", "C-2"]);
    assert_eq!(told.status, 1, "{told:?}");
    assert_eq!(shell.type_in(&["purge", "C-1", "--yes"]).status, 1);
    let told = shell.type_in(&["purge", "C-2", "--yes"]);
    assert_eq!(told.status, 0, "{told:?}");
    assert_eq!(shell.type_in(&["show", "C-2"]).status, 1);
    let told = shell.type_in(&["erase", "P-1", "--dry-run"]);
    assert!(told.out.contains("P-1") && told.err.contains("Nothing was erased"), "{told:?}");
    assert_eq!(shell.type_in(&["erase", "P-1"]).status, 1);
    assert_eq!(shell.type_in(&["erase", "P-1", "--confirm", "P-2"]).status, 1);
    let told = shell.type_in(&["erase", "P-1", "--confirm", "p-1"]);
    assert_eq!(told.status, 0, "{told:?}");
    assert!(!shell.type_in(&["audit", "list"]).out.contains("Quillfeather"));
    assert_eq!(shell.type_in(&["audit", "verify"]).status, 0);
    let told = shell.type_in(&["undo"]);
    assert!(!told.err.contains("Quillfeather"), "{told:?}");
    for wrong in ["90", "d", "x9d", "-3d", "9q"] {
        assert_ne!(
            shell.type_in(&["purge", &format!("--older-than={wrong}")]).status,
            0,
            "{wrong}"
        );
    }
    assert!(shell.type_in(&["clean", "retention"]).err.contains("has no rules"));
}
