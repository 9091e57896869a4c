//! Whoever looks as another user tries to change something through that: data, what the other keeps, their
//! password, who is in; by every way a session has. Whatever it is must be refused, and the file must be as
//! it was but for the audit log, which names who looked. Nor may it be a way to carry off what the other sees,
//! to go on after the right is gone, or from one view into the next.

use std::time::Duration;

use kontor::gate::{
    Act, AuditRequest, Chosen, Decided, GateError, Many, Place, SeatToken, Session, Tally, Via,
    Wanted,
};
use kontor::model::{Edit, Input, Name, RecordId, RecordRef, Value};
use kontor::policy::Right;
use kontor::secret::Secret;

use super::common::everything;
use super::{Scene, scene};

const PASSWORD: &str = "glad otter mixes tea";

/// The file has passwords; the administrator sits in a seat of their own.
fn signed_in() -> (Scene, Session, SeatToken) {
    let mut scene = scene("Sales rep");
    let token = scene.desk.session.set_password(None, &Secret::from(PASSWORD), "here");
    let token = token.unwrap().unwrap();
    let session = scene.desk.gate.session_by(&token, Via::Cli).unwrap();
    (scene, session, token)
}

fn user(session: &Session, name: &str) -> RecordId {
    session.resolve("user", name).unwrap().id
}

#[track_caller]
fn denied<T>(what: &str, result: Result<T, GateError>) {
    match result {
        Err(GateError::Denied(refusal)) => {
            let said = refusal.what.to_string();
            assert!(said.contains("you see this as zoe does"), "{what}: {said}");
        }
        Err(other) => panic!("{what}: {other:?}"),
        Ok(_) => panic!("{what} was done"),
    }
}

#[test]
fn nothing_is_written_through_a_view() {
    let (scene, session, _) = signed_in();
    let zoe = user(&session, "zoe");
    let kept = scene.desk.gate.session_of(zoe, Via::Cli).unwrap();
    kept.keep(&[("theme".into(), Some("mono".into())), ("draft.x".into(), Some("mine".into()))])
        .unwrap();
    drop(kept);
    let seats: Vec<i64> = session.seats().unwrap().into_iter().map(|seat| seat.number).collect();
    let before = everything(scene.desk.gate.path());
    let mut view = session.view_as(zoe).unwrap();
    let id = scene.victim.id;
    for edit in [
        Edit::update("customer", id).typed("name", "Mine"),
        Edit::create("customer").typed("name", "New"),
        Edit::delete("customer", id),
        Edit::update("user", zoe).typed("roles", "Administrator"),
        Edit::create("view").typed("name", "Mine").typed("entity", "customer"),
    ] {
        // Some of it zoe may not do anyway; none of it is done.
        assert!(view.save(vec![edit.clone()], "attack").is_err(), "{edit:?}");
    }
    denied("edit", view.save(vec![Edit::update("customer", id).typed("name", "Mine")], "attack"));
    let many = Many::Same {
        of: Chosen::These(vec![scene.victim.clone()]),
        act: Act::set("name", Input::Value(Value::from("Mine"))),
    };
    let look = view.look(&many, &Place::default(), &Tally::default()).unwrap();
    // Nobody who has not the right to change many gets further than this.
    let ran = view.run(&many, "attack", (&look.seen, look.at), 0, None);
    assert!(ran.is_err() || ran.unwrap().operation.is_none());
    denied("preferences", view.keep(&[("theme".into(), Some("dark".into()))]));
    denied("forgetting a draft", view.keep(&[("draft.x".into(), None)]));
    denied("a lease", view.touch_kept(&["draft.x".into()]));
    let wanted = Wanted {
        right: Right::Merge,
        entity: Name::from("customer"),
        record: Some(id),
        field: None,
        reason: "attack".into(),
        lasts: 3600,
    };
    denied("asking for a right", view.ask_access(&wanted));
    assert!(
        view.decide_access(RecordId(1), &Decided::Approve { lasts: None, width: None }, "")
            .is_err()
    );
    let (own, new) = (Secret::from(PASSWORD), Secret::from("sour lemon paints a barn"));
    denied("password", view.set_password(None, &new, "here"));
    denied("confirming", view.confirm_identity(&own));
    denied("unlocking", view.unlock_screen(&own, None));
    denied("a guess", view.unlock_screen(&new, None));
    assert!(view.drop_totp(None).is_err());
    assert!(view.new_recovery_codes().is_err());
    denied("signing out", view.sign_out());
    for number in seats {
        assert!(view.end_seat(number).is_err());
    }
    assert!(view.invite(scene.mallory, Duration::from_mins(1)).is_err());
    assert!(view.lock(scene.mallory).is_err());
    assert!(view.unlock(scene.mallory).is_err());
    assert!(view.undo_piece(1, None, &std::collections::BTreeSet::new()).is_err());
    drop(view);
    assert_eq!(everything(scene.desk.gate.path()), before);
    // The one who looked goes on as before.
    assert!(session.seats().is_ok());
}

/// The same through the eyes of another administrator, whose rights would allow all of it.
#[test]
fn nothing_is_written_through_the_view_of_an_administrator() {
    let (scene, mut session, _) = signed_in();
    let boss = Edit::create("user").typed("name", "zoe does").typed("login", "boss");
    let boss = session.save(vec![boss.typed("roles", "Administrator")], "hire").unwrap();
    let boss = boss.records[0].clone().unwrap().id;
    let newest = session.history(&kontor::gate::HistoryRequest::default()).unwrap()[0].change_set;
    let before = everything(scene.desk.gate.path());
    let mut view = session.view_as(boss).unwrap();
    let act = Act::set("name", Input::Value(Value::from("Mine")));
    let many = Many::Same { of: Chosen::These(vec![scene.victim.clone()]), act };
    let look = view.look(&many, &Place::default(), &Tally::default()).unwrap();
    let ran = view.run(&many, "attack", (&look.seen, look.at), 0, None).unwrap();
    assert_eq!((ran.operation, ran.written), (None, 0));
    denied("many", ran.error.map_or(Ok(()), Err));
    let plan = view.plan_undo(Some(newest)).unwrap();
    assert!(view.undo(&plan).is_err());
    assert!(view.undo_piece(newest, None, &std::collections::BTreeSet::new()).is_err());
    let toml = "[entity.machine]\nprefix = \"MA\"\nlabel = { en = \"M\", zh = \"机\" }\n\
                plural = { en = \"Ms\", zh = \"机\" }\ntitle = \"name\"\n\
                [[entity.machine.field]]\nname = \"name\"\ntype = \"text\"\n\
                label = { en = \"Name\", zh = \"名称\" }\nhelp = { en = \"Its name.\", zh = \"名称。\" }\n";
    if let Ok(plan) = view.plan_schema("company.toml", toml) {
        assert!(view.apply_schema(&plan, false).is_err());
    }
    assert!(view.lock(scene.mallory).is_err());
    assert!(view.unlock(scene.mallory).is_err());
    assert!(view.invite(scene.mallory, Duration::from_mins(1)).is_err());
    assert!(view.drop_totp(Some(scene.mallory)).is_err());
    let leaving = view.plan_leaving(scene.mallory, None).unwrap();
    let many = Many::Leave(std::sync::Arc::new(leaving));
    if let Ok(look) = view.look(&many, &Place::default(), &Tally::default()) {
        let ran = view.run(&many, "attack", (&look.seen, look.at), 0, None);
        assert!(ran.is_err() || ran.unwrap().operation.is_none());
    }
    drop(view);
    assert_eq!(everything(scene.desk.gate.path()), before);
    // It can fail: the same undo is done by the administrator's own session.
    let plan = session.plan_undo(Some(newest)).unwrap();
    session.undo(&plan).unwrap();
    assert_ne!(everything(scene.desk.gate.path()), before);
}

#[test]
fn a_view_leads_into_no_other_and_ends_with_the_right() {
    let mut scene = scene("Sales rep");
    scene.role("Support", "special = [\"view_as\"]\n[entity.user]\nread = \"all\"\n[entity.customer]\nread = \"own\"\nexport = \"own\"\n");
    let edit = Edit::update("user", scene.mallory).typed("roles", "Support");
    scene.desk.session.save(vec![edit], "support").unwrap();
    let zoe = user(&scene.desk.session, "zoe");
    let support = scene.attacker();
    // Nobody looks as somebody who could let them do more.
    match support.view_as(RecordId(1)).map(|_| ()) {
        Err(GateError::Denied(refusal)) => {
            assert!(refusal.what.to_string().contains("administrator"));
        }
        other => panic!("{other:?}"),
    }
    assert!(support.view_as(scene.mallory).is_err());
    let mut view = support.view_as(zoe).unwrap();
    assert!(view.view_as(scene.mallory).is_err());
    assert!(view.view_as(RecordId(1)).is_err());
    assert!(view.get(&scene.victim).is_ok());
    // What zoe may carry off is not theirs to.
    match view.permitted(Right::Export, "customer") {
        Err(GateError::Denied(refusal)) => assert!(refusal.what.to_string().contains("export")),
        other => panic!("{other:?}"),
    }
    let edit = Edit::update("user", scene.mallory).typed("roles", "Sales rep");
    scene.desk.session.save(vec![edit], "no longer").unwrap();
    assert!(view.get(&scene.victim).is_err());
    assert!(matches!(view.demand_active(), Err(GateError::SignedOut { .. })));
    assert!(matches!(view.refresh(), Err(GateError::SignedOut { .. })));
    // Every time, not only once.
    assert!(view.refresh().is_err());
    assert!(view.get(&scene.victim).is_err());
}

#[test]
fn a_view_ends_where_whoever_looks_is_locked_or_signed_out() {
    let (scene, session, token) = signed_in();
    let zoe = user(&session, "zoe");
    let mut view = session.view_as(zoe).unwrap();
    view.refresh().unwrap();
    let other = scene.desk.gate.session_by(&token, Via::Cli).unwrap();
    other.sign_out().unwrap();
    assert!(matches!(view.refresh(), Err(GateError::SignIn(_))));
    assert!(view.get(&scene.victim).is_err());

    // Somebody for whom a key vouches, and who is locked meanwhile.
    let mut scene = super::scene("Sales rep");
    scene.role("Support", "special = [\"view_as\"]\n[entity.user]\nread = \"all\"\n");
    let edit = Edit::update("user", scene.mallory).typed("roles", "Support");
    scene.desk.session.save(vec![edit], "support").unwrap();
    let mut view = scene.attacker().view_as(zoe).unwrap();
    view.refresh().unwrap();
    scene.desk.session.lock(scene.mallory).unwrap();
    assert!(view.refresh().is_err());
    assert!(view.get(&scene.victim).is_err());
}

#[test]
fn what_is_done_in_a_view_is_noted_as_done_by_whoever_looks() {
    let mut scene = scene("Sales rep");
    let zoe = user(&scene.desk.session, "zoe");
    scene.role("Support", "special = [\"view_as\"]\n[entity.user]\nread = \"all\"\n");
    let edit = Edit::update("user", scene.mallory).typed("roles", "Support");
    scene.desk.session.save(vec![edit], "support").unwrap();
    let support = scene.attacker();
    let view = support.view_as(zoe).unwrap();
    assert!(view.permitted(Right::Export, "customer").is_err());
    drop(view);
    let query = scene.desk.session.audit_query("kind = refused and entity = customer").unwrap();
    let request = AuditRequest { filter: Some(query), ..AuditRequest::default() };
    let page = scene.desk.session.audit(&request).unwrap();
    let [entry] = page.entries.as_slice() else { panic!("{page:?}") };
    assert_eq!((entry.who, entry.by.as_str()), (Some(scene.mallory), "mallory"));
    let reference = scene.desk.session.catalog().reference(&RecordRef::new("user", zoe));
    assert_eq!(entry.detail.get("viewing_as"), Some(&reference));
}
