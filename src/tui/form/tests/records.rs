//! Records that exist: what is sent, what is refused, what somebody else changed meanwhile.

use std::collections::BTreeMap;

use super::*;
use crate::gate::{Conflict, FieldConflict, Problem};
use crate::model::{Link, Meta, Money, Phrase, Record, Target};

pub(super) fn money(amount: i64) -> Value {
    Value::Money(Money { amount: amount.into(), currency: "EUR".parse().unwrap() })
}

pub(super) fn deal() -> Record {
    let now = context().now;
    let mut customer = Link::new("customer", RecordId(12));
    customer.title = "Müller AG".to_owned();
    let fields = [
        ("name", Value::from("Pumps")),
        ("customer", Value::Link(customer)),
        ("pipeline", Value::from("sales")),
        ("stage", Value::from("proposal")),
        ("amount", money(50_000)),
        ("probability", Value::Decimal(55.into())),
        ("description", Value::from("two\x1b[2J\r\nlines")),
    ];
    Record {
        entity: name("deal"),
        id: RecordId(88),
        meta: Meta {
            version: 3,
            created_at: now,
            created_by: None,
            updated_at: now,
            updated_by: None,
            deleted_at: None,
        },
        fields: fields.into_iter().map(|(field, value)| (name(field), value)).collect(),
    }
}

#[test]
fn only_what_changed_is_sent_with_what_was_seen() {
    let ctx = context();
    let mut form = Form::edit(deal(), &ctx).unwrap();
    assert_eq!(form.title(&ctx).as_str(), "Pumps  D-88");
    go_to(&mut form, "amount", &ctx);
    press(&mut form, "\"60k\"", &ctx);
    let events = press(&mut form, "ctrl-s", &ctx);
    let edit = &saved(&events)[0];
    assert_eq!(edit.target, Target::Existing(RecordId(88)));
    assert_eq!(edit.set, [(name("amount"), Input::Value(money(60_000)))]);
    assert_eq!(edit.base, Some(BTreeMap::from([(name("amount"), money(50_000))])));
}

#[test]
fn visiting_every_field_changes_nothing() {
    let ctx = context();
    let mut form = Form::edit(deal(), &ctx).unwrap();
    for _ in 0..40 {
        press(&mut form, "tab", &ctx);
    }
    assert!(!form.is_dirty());
    assert_eq!(press(&mut form, "ctrl-s", &ctx), [Event::Leave]);
}

#[test]
fn a_stage_that_comes_back_takes_back_what_followed() {
    let ctx = context();
    let mut form = Form::edit(deal(), &ctx).unwrap();
    go_to(&mut form, "stage", &ctx);
    press(&mut form, "right", &ctx);
    assert_eq!(form.value("probability"), &Value::Decimal(80.into()));
    press(&mut form, "left", &ctx);
    assert_eq!(form.value("probability"), &Value::Decimal(55.into()));
    assert!(!form.is_dirty());
}

#[test]
fn an_emptied_field_is_sent_as_nothing() {
    let ctx = context();
    let mut form = Form::edit(deal(), &ctx).unwrap();
    go_to(&mut form, "customer", &ctx);
    press(&mut form, "del", &ctx);
    let events = press(&mut form, "ctrl-s", &ctx);
    assert_eq!(set(&saved(&events)[0], "customer"), Some(&Value::Null));
}

#[test]
fn problems_of_the_gate_stand_beside_their_fields() {
    let ctx = context();
    let mut form = Form::edit(deal(), &ctx).unwrap();
    press(&mut form, "\"!\" ctrl-s", &ctx);
    let problem = |field: Option<&str>, message: &str| Problem {
        edit: 0,
        record: Phrase::raw("D-88"),
        field: field.map(name),
        message: Phrase::raw(message),
        hint: None,
        missing: None,
    };
    form.refused(
        &[
            problem(Some("name"), "is taken"),
            problem(Some("closed_on"), "odd"),
            problem(None, "the moon is full"),
        ],
        &ctx,
    );
    let lines = screen(&form, 80, 40, &ctx);
    let all = lines.join("\n");
    assert!(all.contains("1 field needs attention: Name"), "{all}");
    let at = lines.iter().position(|line| line.contains("Name *")).unwrap();
    assert_eq!(lines[at + 1].trim(), "! is taken");
    assert!(all.contains("the moon is full") && all.contains("Closed on: odd"), "{all}");
    press(&mut form, "backspace", &ctx);
    assert!(!screen(&form, 80, 40, &ctx).join("\n").contains("is taken"));
}

#[test]
fn a_conflict_is_decided_field_by_field() {
    let ctx = context();
    let mut form = Form::edit(deal(), &ctx).unwrap();
    press(&mut form, "\" XL\"", &ctx);
    go_to(&mut form, "amount", &ctx);
    press(&mut form, "\"60k\" ctrl-s", &ctx);
    let conflict = Conflict {
        record: RecordRef::new("deal", RecordId(88)),
        reference: "D-88".to_owned(),
        by: "Bo".to_owned(),
        fields: vec![
            FieldConflict {
                field: name("name"),
                base: Value::from("Pumps"),
                theirs: Value::from("Three pumps"),
                mine: Value::from("Pumps XL"),
            },
            FieldConflict {
                field: name("amount"),
                base: money(50_000),
                theirs: money(55_000),
                mine: money(60_000),
            },
        ],
    };
    form.conflict(&conflict, &ctx);
    let all = screen(&form, 80, 40, &ctx).join("\n");
    assert!(all.contains("Bo changed D-88 meanwhile"), "{all}");
    assert!(all.contains("theirs     Three pumps") && all.contains("as it was  Pumps"), "{all}");
    // Saving without a decision is not possible.
    assert_eq!(press(&mut form, "esc ctrl-s", &ctx), []);
    go_to(&mut form, "name", &ctx);
    press(&mut form, "ctrl-o down enter", &ctx);
    assert_eq!(form.value("name"), &Value::from("Three pumps"));
    // The next one opens by itself; mine stays.
    assert!(form.has_popup());
    press(&mut form, "enter", &ctx);
    let events = press(&mut form, "ctrl-s", &ctx);
    let edit = &saved(&events)[0];
    assert_eq!(edit.set, [(name("amount"), Input::Value(money(60_000)))]);
    assert_eq!(edit.base, Some(BTreeMap::from([(name("amount"), money(55_000))])));
}

#[test]
fn a_failed_save_keeps_everything_and_says_why() {
    let ctx = context();
    let mut form = Form::edit(deal(), &ctx).unwrap();
    press(&mut form, "\"!\" ctrl-s", &ctx);
    form.fail("the disk is full");
    assert!(screen(&form, 80, 24, &ctx)[0].contains("the disk is full"));
    assert_eq!(form.value("name"), &Value::from("Pumps!"));
    assert!(form.is_dirty());
}
