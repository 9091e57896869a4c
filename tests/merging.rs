//! Records become one, and are what they were again: values, links, references, rights, undo in any order.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod common;
#[allow(dead_code)]
#[path = "common/shell.rs"]
mod shell;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use common::{Desk, desk};
use kontor::gate::{
    Fate, GateError, HistoryRequest, Many, Merge, MergedFrom, Place, Session, Tally, Via,
};
use kontor::model::{Edit, RecordRef, Value};
use shell::Shell;

/// All that records hold, but for how often and when they were written.
fn content(path: &Path) -> BTreeMap<String, Vec<String>> {
    let db = rusqlite::Connection::open(path).unwrap();
    let texts = |sql: &str| -> Vec<String> {
        let mut statement = db.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    let mut all = BTreeMap::new();
    let tables = texts(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'
         AND (name NOT LIKE '\\_%' ESCAPE '\\' OR name IN ('_link', '_tag', '_point'))
         AND name NOT LIKE 'sqlite%'",
    );
    for table in tables {
        let columns = texts(&format!("SELECT name FROM pragma_table_info('{table}')"));
        let kept: Vec<String> = columns
            .into_iter()
            .filter(|column| !matches!(column.as_str(), "version" | "updated_at" | "updated_by"))
            .map(|column| format!("quote(\"{column}\")"))
            .collect();
        let mut rows = texts(&format!("SELECT {} FROM \"{table}\"", kept.join(" || '|' || ")));
        rows.sort();
        all.insert(table, rows);
    }
    all
}

fn differs(one: &BTreeMap<String, Vec<String>>, other: &BTreeMap<String, Vec<String>>) -> String {
    let mut told = String::new();
    for (table, rows) in one {
        for row in rows.iter().filter(|row| !other[table].contains(row)) {
            told.push_str(&format!("- {table} {row}\n"));
        }
        for row in other[table].iter().filter(|row| !rows.contains(row)) {
            told.push_str(&format!("+ {table} {row}\n"));
        }
    }
    told
}

fn merge(session: &mut Session, survivor: &RecordRef, merged: &[&RecordRef]) -> i64 {
    let merged = merged.iter().copied().cloned().collect();
    let plan = session.plan_merge(&Merge::new(survivor.clone(), merged)).unwrap();
    plan.check().unwrap();
    session.merge(&plan).unwrap().change_set.unwrap()
}

fn undo(session: &mut Session, number: i64) -> Result<(), GateError> {
    let plan = session.plan_undo(Some(number))?;
    if let Some(first) = plan.obstacles.first() {
        return Err(GateError::NotUndoable { reason: first.clone() });
    }
    session.undo(&plan).map(|_| ())
}

fn text(record: &kontor::model::Record, field: &str) -> String {
    record.get(field).as_text().unwrap_or_default().to_owned()
}

fn link(session: &Session, record: &RecordRef, field: &str) -> Option<RecordRef> {
    session.get(record).unwrap().get(field).as_link().map(kontor::model::Link::target)
}

struct Pair {
    desk: Desk,
    kept: RecordRef,
    gone: RecordRef,
}

fn pair() -> Pair {
    let mut desk = desk();
    let kept = desk.add(
        Edit::create("customer")
            .typed("name", "Acme Pumps")
            .typed("phones", "+49 711 55501")
            .typed("tags", "vip"),
    );
    let gone = desk.add(
        Edit::create("customer")
            .typed("name", "ACME Pumps Ltd")
            .typed("phones", "+49 711 55501; +49 711 55502")
            .typed("tags", "Vip; pumps")
            .typed("urls", "acme.example"),
    );
    Pair { desk, kept, gone }
}

#[test]
fn values_are_kept_filled_and_united_and_undone() {
    let Pair { mut desk, kept, gone } = pair();
    let before = content(desk.gate.path());
    let plan = desk.session.plan_merge(&Merge::new(kept.clone(), vec![gone.clone()])).unwrap();
    let named = |name: &str| plan.fields().iter().find(|field| field.field == *name).unwrap();
    assert_eq!(named("name").from, MergedFrom::One(kept.clone()));
    assert_eq!(named("urls").from, MergedFrom::One(gone.clone()));
    assert!(named("name").choosable);
    let number = desk.session.merge(&plan).unwrap().change_set.unwrap();
    let now = desk.session.get(&kept).unwrap();
    assert_eq!(text(&now, "name"), "Acme Pumps");
    let Value::Points(phones) = now.get("phones") else { panic!("{:?}", now.get("phones")) };
    assert_eq!(phones.len(), 2);
    assert_eq!(*now.get("tags"), Value::List(vec!["vip".into(), "pumps".into()]));
    assert!(!now.get("urls").is_null());
    let put_away = desk.session.get(&gone).unwrap();
    assert!(put_away.meta.deleted_at.is_some());
    assert_eq!(put_away.get("merged_into").as_link().unwrap().target(), kept);
    assert_eq!(desk.find("acme"), ["Acme Pumps"]);
    undo(&mut desk.session, number).unwrap();
    let after = content(desk.gate.path());
    assert_eq!(before, after, "{}", differs(&before, &after));
    assert_eq!(desk.find("acme").len(), 2);
}

#[test]
fn a_chosen_value_wins_and_a_wrong_choice_is_told() {
    let Pair { mut desk, kept, gone } = pair();
    let mut wish = Merge::new(kept.clone(), vec![gone.clone()]);
    wish.take.push(("name".into(), gone.clone()));
    wish.take.push(("phones".into(), kept.clone()));
    let plan = desk.session.plan_merge(&wish).unwrap();
    desk.session.merge(&plan).unwrap();
    let now = desk.session.get(&kept).unwrap();
    assert_eq!(text(&now, "name"), "ACME Pumps Ltd");
    let Value::Points(phones) = now.get("phones") else { panic!() };
    assert_eq!(phones.len(), 1);
    let other = desk.add(Edit::create("customer").typed("name", "Other"));
    for (field, from) in [("nosuch", &kept), ("name", &gone), ("version", &kept)] {
        let mut wish = Merge::new(kept.clone(), vec![other.clone()]);
        wish.take.push((field.into(), from.clone()));
        assert!(desk.session.plan_merge(&wish).unwrap().check().is_err(), "{field}");
    }
}

#[test]
fn everything_that_points_at_it_moves_and_is_counted() {
    let Pair { mut desk, kept, gone } = pair();
    let at = |edit: Edit| edit.typed("customer", "ACME Pumps Ltd");
    let deal = desk.add(at(Edit::create("deal").typed("name", "200 pumps")));
    let contact = desk.add(at(Edit::create("contact").typed("name", "Ana Roth")));
    let task = desk.add(Edit::create("task").typed("name", "call").typed("about", "C-2"));
    let call = desk.add(
        Edit::create("activity")
            .typed("subject", "called")
            .typed("kind", "call")
            .typed("about", "C-2"),
    );
    let child = desk.add(Edit::create("customer").typed("name", "Child").typed("parent", "C-2"));
    let view = desk.add(
        Edit::create("view")
            .typed("name", "theirs")
            .typed("entity", "deal")
            .typed("query", "customer = C-2 and amount > 5"),
    );
    let before = content(desk.gate.path());
    let plan = desk.session.plan_merge(&Merge::new(kept.clone(), vec![gone.clone()])).unwrap();
    let moved: u64 = plan.moves().iter().map(|moved| moved.records).sum();
    assert!(
        plan.moves().iter().any(|m| m.entity == "deal" && m.records == 1),
        "{:?}",
        plan.moves()
    );
    assert!(moved >= 5, "{:?}", plan.moves());
    let number = desk.session.merge(&plan).unwrap().change_set.unwrap();
    for (record, field) in [
        (&deal, "customer"),
        (&contact, "customer"),
        (&task, "about"),
        (&call, "about"),
        (&child, "parent"),
    ] {
        assert_eq!(link(&desk.session, record, field).as_ref(), Some(&kept), "{record:?}");
    }
    assert_eq!(text(&desk.session.get(&view).unwrap(), "query"), "customer = C-1 and amount > 5");
    // It stands in the history of what moved.
    let request = HistoryRequest { record: Some(deal), ..HistoryRequest::default() };
    let history = desk.session.history(&request).unwrap();
    assert_eq!(history[0].change_set, number);
    assert!(history[0].why.contains("merge C-2 into C-1"), "{}", history[0].why);
    undo(&mut desk.session, number).unwrap();
    let after = content(desk.gate.path());
    assert_eq!(before, after, "{}", differs(&before, &after));
}

#[test]
fn nobody_stands_above_themself_after_a_merge() {
    let mut desk = desk();
    let mut above = String::new();
    let mut chain = Vec::new();
    for name in ["Top", "Middle", "Between", "Bottom"] {
        chain.push(desk.add(Edit::create("customer").typed("name", name).typed("parent", &*above)));
        name.clone_into(&mut above);
    }
    let [top, middle, between, bottom] = chain.as_slice() else { panic!() };
    let before = content(desk.gate.path());
    // Bottom < Between < Middle < Top; Bottom takes the place of Middle.
    let first = merge(&mut desk.session, bottom, &[middle]);
    assert_eq!(link(&desk.session, bottom, "parent").as_ref(), Some(top));
    assert_eq!(link(&desk.session, between, "parent").as_ref(), Some(bottom));
    // And then that of Top itself: nothing is above it.
    let second = merge(&mut desk.session, bottom, &[top]);
    assert_eq!(link(&desk.session, bottom, "parent"), None);
    let mut wish = Merge::new(top.clone(), vec![between.clone()]);
    wish.take.push(("parent".into(), between.clone()));
    undo(&mut desk.session, second).unwrap();
    undo(&mut desk.session, first).unwrap();
    let after = content(desk.gate.path());
    assert_eq!(before, after, "{}", differs(&before, &after));
    // What would stand above itself cannot be chosen either.
    let told = desk.session.plan_merge(&wish).unwrap();
    assert!(told.problems()[0].message.to_string().contains("above itself"));
    let mut wish = Merge::new(middle.clone(), vec![between.clone()]);
    wish.take.push(("parent".into(), between.clone()));
    let told = desk.session.plan_merge(&wish).unwrap();
    assert!(told.problems()[0].message.to_string().contains("above itself"));
}

#[test]
fn a_merged_reference_leads_on_through_chains() {
    let Pair { mut desk, kept, gone } = pair();
    let last = desk.add(Edit::create("customer").typed("name", "Acme Group"));
    merge(&mut desk.session, &kept, &[&gone]);
    assert_eq!(desk.session.survivor_of(&gone).unwrap(), Some(kept.clone()));
    merge(&mut desk.session, &last, &[&kept]);
    assert_eq!(desk.session.survivor_of(&gone).unwrap(), Some(last.clone()));
    assert_eq!(desk.session.resolve("customer", "C-2").unwrap(), last);
    let deal = desk.add(Edit::create("deal").typed("name", "Late").typed("customer", "C-2"));
    assert_eq!(link(&desk.session, &deal, "customer"), Some(last.clone()));
    assert_eq!(desk.find("C-2"), ["Acme Group"]);
    // It does not come back by itself.
    let plan = desk.session.plan(vec![Edit::restore("customer", gone.id)], "back").unwrap();
    let told = plan.problems()[0].message.to_string();
    assert!(told.contains("it was merged into C-1"), "{told}");
    let again = desk.session.plan_merge(&Merge::new(last, vec![gone])).unwrap();
    assert!(again.problems()[0].message.to_string().contains("it was merged into C-3"));
}

#[test]
fn what_comes_back_from_the_bin_follows_what_was_merged_meanwhile() {
    let Pair { mut desk, kept, gone } = pair();
    let deal = desk.add(Edit::create("deal").typed("name", "Binned").typed("customer", "C-2"));
    desk.session.save(vec![Edit::delete("deal", deal.id)], "away").unwrap();
    merge(&mut desk.session, &kept, &[&gone]);
    let restored = desk.session.save(vec![Edit::restore("deal", deal.id)], "back").unwrap();
    assert_eq!(restored.records, [Some(deal.clone())]);
    assert_eq!(link(&desk.session, &deal, "customer"), Some(kept));
}

#[test]
fn an_undo_names_who_changed_what_and_leaves_other_fields_alone() {
    let Pair { mut desk, kept, gone } = pair();
    let deal = desk.add(Edit::create("deal").typed("name", "200").typed("customer", "C-2"));
    let number = merge(&mut desk.session, &kept, &[&gone]);
    desk.session
        .save(vec![Edit::update("customer", kept.id).typed("description", "a good one")], "note")
        .unwrap();
    let plan = desk.session.plan_undo(Some(number)).unwrap();
    assert!(plan.obstacles.is_empty(), "{:?}", plan.obstacles);
    let third = desk.add(Edit::create("customer").typed("name", "Third"));
    desk.session.save(vec![Edit::update("deal", deal.id).typed("customer", "Third")], "x").unwrap();
    let told = undo(&mut desk.session, number).unwrap_err().to_string();
    assert!(told.contains("D-1") && told.contains("changed customer"), "{told}");
    desk.session.save(vec![Edit::update("deal", deal.id).typed("customer", "C-1")], "x").unwrap();
    undo(&mut desk.session, number).unwrap();
    assert_eq!(text(&desk.session.get(&kept).unwrap(), "description"), "a good one");
    assert_eq!(link(&desk.session, &deal, "customer"), Some(gone));
    let _ = third;
}

#[test]
fn two_hundred_merges_by_chance_are_undone_in_any_order() {
    let mut desk = desk();
    let mut rng = fastrand::Rng::with_seed(3);
    let mut below = |n: usize| rng.usize(..n);
    let mut edits = Vec::new();
    for n in 0..260 {
        let mut edit = Edit::create("customer").typed("name", format!("Customer {n}"));
        if n % 3 == 0 {
            edit = edit.typed("phones", format!("+49 711 55{:03}", below(120)));
        }
        if n % 4 == 0 {
            edit = edit.typed("tags", format!("tag{}", below(9)));
        }
        if n > 20 && n % 5 == 0 {
            edit = edit.typed("parent", format!("C-{}", 1 + below(n - n % 20)));
        }
        edits.push(edit);
        if n % 20 == 19 {
            desk.session.save(std::mem::take(&mut edits), "customers").unwrap();
        }
    }
    desk.session.save(edits, "customers").unwrap();
    let mut edits = Vec::new();
    for n in 0..300 {
        let customer = format!("C-{}", 1 + below(260));
        edits.push(
            Edit::create("deal").typed("name", format!("Deal {n}")).typed("customer", &*customer),
        );
        edits.push(
            Edit::create("task").typed("name", format!("Task {n}")).typed("about", &*customer),
        );
    }
    desk.session.save(edits, "work").unwrap();
    let before = content(desk.gate.path());
    let mut living: Vec<RecordRef> =
        (1..=260).map(|n| RecordRef::new("customer", kontor::model::RecordId(n))).collect();
    let mut merges = Vec::new();
    while merges.len() < 200 {
        let gone = living.swap_remove(below(living.len()));
        let kept = living[below(living.len())].clone();
        merges.push(merge(&mut desk.session, &kept, &[&gone]));
    }
    assert_ne!(content(desk.gate.path()), before);
    let (mut refused, mut rounds) = (0, 0);
    while !merges.is_empty() {
        let number = merges.swap_remove(below(merges.len()));
        if let Err(error) = undo(&mut desk.session, number) {
            // Only by a later merge that stands.
            assert!(matches!(error, GateError::NotUndoable { .. }), "{error:?}");
            refused += 1;
            merges.push(number);
        }
        rounds += 1;
        assert!(rounds < 2_000, "{} are left", merges.len());
    }
    let after = content(desk.gate.path());
    assert_eq!(before, after, "{}", differs(&before, &after));
    assert_eq!(refused, 0, "later merges are no obstacle");
    let verified = desk.session.verify_audit(None).unwrap();
    assert_eq!(verified.broken, None);
}

#[test]
fn many_are_looked_at_done_and_undone_as_one() {
    let mut desk = desk();
    let edits = (0..120).map(|n| Edit::create("customer").typed("name", format!("Pair {n}")));
    let all = desk.session.save(edits.collect(), "pairs").unwrap().records;
    let all: Vec<RecordRef> = all.into_iter().flatten().collect();
    let before = content(desk.gate.path());
    let merges: Vec<Merge> =
        all.chunks(2).map(|two| Merge::new(two[0].clone(), vec![two[1].clone()])).collect();
    let many = Many::Merge(Arc::new(merges));
    let (mut tally, mut seen, mut place, mut at) =
        (Tally::default(), Vec::new(), Some(Place::Start), None);
    while let Some(from) = place {
        let look = desk.session.look(&many, &from, &tally).unwrap();
        at.get_or_insert(look.at);
        tally.add(&look.tally);
        seen.extend(look.seen);
        place = look.next;
    }
    assert_eq!((tally.of(Fate::Change), seen.len()), (60, 60));
    // Somebody changes one of them after the look.
    desk.session
        .save(vec![Edit::update("customer", all[7].id).typed("name", "Mine")], "edit")
        .unwrap();
    let mine = content(desk.gate.path());
    let (mut next, mut operation, mut written, mut left) = (Some(0), None, 0, Vec::new());
    while let Some(from) = next {
        let ran = desk.session.run(&many, "merge", (&seen, at.unwrap()), from, operation).unwrap();
        assert!(ran.error.is_none(), "{:?}", ran.error);
        (next, operation) = (ran.next, ran.operation);
        written += ran.written;
        left.extend(ran.left);
    }
    assert_eq!(written, 59);
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].fate, Fate::Conflict);
    undo(&mut desk.session, operation.unwrap()).unwrap();
    let after = content(desk.gate.path());
    assert_eq!(mine, after, "{}", differs(&mine, &after));
    let _ = before;
}

#[test]
fn unique_values_go_over_and_come_back() {
    let mut desk = desk();
    let toml = "[[entity.customer.field]]\nname = \"number\"\ntype = \"text\"\nunique = true\n\
                label = { en = \"Number\", zh = \"号码\" }\ngroup = \"main\"\n\
                help = { en = \"Theirs.\", zh = \"号码。\" }\n";
    let plan = desk.session.plan_schema("company.toml", toml).unwrap();
    desk.session.apply_schema(&plan, false).unwrap();
    let kept = desk.add(Edit::create("customer").typed("name", "A"));
    let gone = desk.add(Edit::create("customer").typed("name", "B").typed("number", "K-1"));
    let before = content(desk.gate.path());
    let number = merge(&mut desk.session, &kept, &[&gone]);
    assert_eq!(text(&desk.session.get(&kept).unwrap(), "number"), "K-1");
    undo(&mut desk.session, number).unwrap();
    let after = content(desk.gate.path());
    assert_eq!(before, after, "{}", differs(&before, &after));
}

#[test]
fn a_merge_that_was_looked_at_is_refused_where_somebody_changed_a_record_since() {
    let Pair { mut desk, kept, gone } = pair();
    let plan = desk.session.plan_merge(&Merge::new(kept, vec![gone.clone()])).unwrap();
    let mut other = desk.gate.session(Via::Tui).unwrap();
    other.save(vec![Edit::update("customer", gone.id).typed("name", "Renamed")], "x").unwrap();
    // A link that somebody adds at the last moment moves along; a change of the record is a conflict.
    assert!(matches!(desk.session.merge(&plan), Err(GateError::Conflict(_))));
}

#[test]
fn what_cannot_be_merged_is_told() {
    let Pair { mut desk, kept, gone } = pair();
    let deal = desk.add(Edit::create("deal").typed("name", "D"));
    let bo = desk.add(Edit::create("user").typed("name", "bo").typed("login", "bo"));
    let cy = desk.add(Edit::create("user").typed("name", "cy").typed("login", "cy"));
    for (survivor, merged) in
        [(&kept, vec![deal]), (&kept, vec![kept.clone()]), (&kept, vec![]), (&bo, vec![cy])]
    {
        let plan = desk.session.plan_merge(&Merge::new(survivor.clone(), merged)).unwrap();
        assert!(plan.check().is_err());
    }
    desk.session.save(vec![Edit::delete("customer", gone.id)], "away").unwrap();
    let plan = desk.session.plan_merge(&Merge::new(kept, vec![gone])).unwrap();
    assert!(plan.problems()[0].message.to_string().contains("deleted"));
}

#[test]
fn merging_on_the_command_line() {
    let shell = Shell::company();
    shell.done(&["deal", "add", "name=200 pumps", "customer=C-2"]);
    let told = shell.type_in(&["merge", "C-1", "C-2"]);
    assert_eq!(told.status, 1, "{told:?}");
    assert!(told.out.contains("Borealis") && told.err.contains("--yes"), "{told:?}");
    let told = shell.type_in(&["merge", "C-1", "C-2", "--take", "name=C-2", "--dry-run"]);
    assert!(told.err.contains("Nothing was written"), "{told:?}");
    let told = shell.type_in(&["merge", "C-1", "C-2", "--take", "name=C-2", "--yes"]);
    assert_eq!(told.status, 0, "{told:?}");
    assert!(told.err.contains("takes it back"), "{told:?}");
    let told = shell.type_in(&["show", "C-2"]);
    assert!(told.out.contains("C-1  Borealis"), "{told:?}");
    assert!(told.err.contains("C-2 was merged into C-1"), "{told:?}");
    let told = shell.type_in(&["customer", "delete", "C-2"]);
    assert_eq!(told.status, 1, "{told:?}");
    assert!(told.err.contains("C-2 was merged into C-1"), "{told:?}");
    assert_eq!(shell.type_in(&["undo"]).status, 0);
    assert!(shell.type_in(&["show", "C-2"]).out.contains("C-2  Borealis"));
    // Pairs of a file, chains too.
    shell.done(&["customer", "add", "name=Cirrus"]);
    let file = shell.folder.path().join("pairs.csv");
    std::fs::write(&file, "survivor,merged\nC-1,C-2\nC-2,C-3\n").unwrap();
    let file = file.display().to_string();
    let told = shell.type_in(&["merge", "--from", &file, "--yes"]);
    assert_eq!(told.status, 0, "{told:?}");
    assert!(shell.type_in(&["show", "C-3"]).err.contains("C-3 was merged into C-1"));
    assert_eq!(shell.type_in(&["undo"]).status, 0);
    // One that cannot be merged is named, and the whole says that it did not all go.
    std::fs::write(&file, "C-1,C-2\nC-3,C-99\n").unwrap();
    let told = shell.type_in(&["merge", "--from", &file, "--yes"]);
    assert_eq!(told.status, 1, "{told:?}");
    assert!(told.out.contains("there is no such record"), "{told:?}");
    assert!(told.err.contains("1 merged, 1 refused"), "{told:?}");
    assert_eq!(shell.type_in(&["undo"]).status, 0);
    for wrong in ["C-1,C-1\n", "C-1,C-2\nC-3,C-2\n", "C-1,C-2\nC-2,C-1\n", "C-1\n", "C-1,X-9\n"] {
        std::fs::write(shell.folder.path().join("wrong.csv"), wrong).unwrap();
        let path = shell.folder.path().join("wrong.csv").display().to_string();
        let told = shell.type_in(&["merge", "--from", &path, "--yes"]);
        assert_ne!(told.status, 0, "{wrong}: {told:?}");
    }
}

#[test]
fn nobody_is_in_a_campaign_twice_after_a_merge_and_unmerging_brings_both_back() {
    let mut desk = desk();
    let link = |of: &RecordRef| Value::Link(kontor::model::Link::new(&of.entity, of.id));
    let [spring, autumn] =
        ["Spring", "Autumn"].map(|name| desk.add(Edit::create("campaign").typed("name", name)));
    let [kept, gone] = ["Anna Muster", "Anna M."]
        .map(|name| desk.add(Edit::create("contact").typed("name", name)));
    let mut member = |of: &RecordRef, within: &RecordRef, status: &str| {
        desk.add(
            Edit::create("campaign_member")
                .typed("name", "Anna")
                .with("contact", link(of))
                .with("campaign", link(within))
                .typed("status", status),
        )
    };
    let early = member(&kept, &spring, "sent");
    let late = member(&gone, &spring, "attended");
    let own = member(&kept, &autumn, "sent");
    let other = member(&gone, &autumn, "sent");
    let before = content(desk.gate.path());
    let number = merge(&mut desk.session, &kept, &[&gone]);
    let is_there =
        |desk: &Desk, of: &RecordRef| desk.session.get(of).unwrap().meta.deleted_at.is_none();
    // The one that has come further stays; of equals the survivor's own.
    for (of, stays) in [(&early, false), (&late, true), (&own, true), (&other, false)] {
        assert_eq!(is_there(&desk, of), stays, "{of:?}");
    }
    assert_eq!(contact_of(&desk, &late), kept);
    undo(&mut desk.session, number).unwrap();
    let after = content(desk.gate.path());
    assert_eq!(before, after, "{}", differs(&before, &after));
}

fn contact_of(desk: &Desk, member: &RecordRef) -> RecordRef {
    link(&desk.session, member, "contact").unwrap()
}
