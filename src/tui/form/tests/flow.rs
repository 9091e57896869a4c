//! What follows from what: conditions, following fields, saving, leaving.

use super::*;
use crate::model::{Op, Target};
use crate::tui::form::Purpose;
use rust_decimal::Decimal;

fn percent(number: i64) -> Value {
    Value::Decimal(Decimal::from(number))
}

#[test]
fn a_new_deal_begins_with_its_defaults_and_what_follows() {
    let ctx = context();
    let form = Form::create("deal", Vec::new(), &ctx).unwrap();
    assert_eq!(form.value("stage"), &Value::from("prospecting"));
    assert_eq!(form.value("probability"), &percent(10));
    assert_eq!(form.state(&ctx), "1 required missing");
    assert_eq!(form.title(&ctx).as_str(), "New Deal");
    assert!(form.focused().is_some_and(|index| form.slots[index].field == "name"));
    assert!(!form.is_dirty());
}

#[test]
fn the_probability_follows_the_stage_until_somebody_knows_better() {
    let ctx = context();
    let mut form = Form::create("deal", Vec::new(), &ctx).unwrap();
    go_to(&mut form, "stage", &ctx);
    press(&mut form, "\"n\"", &ctx);
    assert_eq!(form.value("probability"), &percent(80));
    assert!(line_with(&form, "Probability", &ctx).ends_with("80 %"));
    go_to(&mut form, "amount", &ctx);
    press(&mut form, "\"1000\"", &ctx);
    assert!(line_with(&form, "Weighted", &ctx).ends_with("€800"));
    go_to(&mut form, "probability", &ctx);
    press(&mut form, "\"66\"", &ctx);
    assert!(line_with(&form, "Weighted", &ctx).ends_with("€660"));
    go_to(&mut form, "stage", &ctx);
    press(&mut form, "\"q\"", &ctx);
    assert_eq!(form.value("probability"), &percent(66));
}

#[test]
fn a_lost_deal_asks_for_the_reason() {
    let ctx = context();
    let mut form = Form::create("deal", Vec::new(), &ctx).unwrap();
    let shows = |form: &Form| screen(form, 80, 60, &ctx).join("\n").contains("Lost because");
    assert!(!shows(&form));
    press(&mut form, "\"Pumps\"", &ctx);
    assert_eq!(form.missing(), 0);
    go_to(&mut form, "stage", &ctx);
    press(&mut form, "\"l\"", &ctx);
    assert!(shows(&form));
    assert_eq!(form.missing(), 1);
    let events = press(&mut form, "ctrl-s", &ctx);
    assert!(events.is_empty(), "{events:?}");
    assert!(form.focused().is_some_and(|index| form.slots[index].field == "lost_reason"));
    assert!(screen(&form, 80, 60, &ctx).join("\n").contains("! needed"));
    press(&mut form, "right", &ctx);
    let events = press(&mut form, "f2", &ctx);
    assert_eq!(saved(&events).len(), 1);
    go_to(&mut form, "stage", &ctx);
    press(&mut form, "\"q\"", &ctx);
    assert!(!shows(&form));
    // What cannot be seen is not sent.
    let events = press(&mut form, "ctrl-s", &ctx);
    assert_eq!(set(&saved(&events)[0], "lost_reason"), None);
}

#[test]
fn a_create_sends_what_was_seen() {
    let ctx = context();
    let presets = vec![(name("source"), Value::from("web"))];
    let mut form = Form::create("deal", presets, &ctx).unwrap();
    press(&mut form, "\"Pumps\"", &ctx);
    let events = press(&mut form, "ctrl-s", &ctx);
    let edit = &saved(&events)[0];
    assert_eq!((edit.op, &edit.target), (Op::Create, &Target::New));
    assert_eq!(set(edit, "name"), Some(&Value::from("Pumps")));
    assert_eq!(set(edit, "source"), Some(&Value::from("web")));
    assert_eq!(set(edit, "stage"), Some(&Value::from("prospecting")));
    // What follows is the gate's to set.
    assert_eq!(set(edit, "probability"), None);
    assert_eq!(set(edit, "weighted"), None);
    assert_eq!(set(edit, "created_at"), None);
}

#[test]
fn what_is_missing_is_told_beside_the_field_and_on_top() {
    let ctx = context();
    let mut form = Form::create("deal", Vec::new(), &ctx).unwrap();
    go_to(&mut form, "amount", &ctx);
    let events = press(&mut form, "ctrl-s", &ctx);
    assert!(events.is_empty(), "{events:?}");
    let lines = screen(&form, 80, 24, &ctx);
    assert_eq!(lines[0].trim(), "! 1 field needs attention: Name");
    let name_line = lines.iter().position(|line| line.contains("Name *")).unwrap();
    assert!(lines[name_line + 1].trim() == "! needed", "{}", lines.join("\n"));
    assert!(form.focused().is_some_and(|index| form.slots[index].field == "name"));
    press(&mut form, "\"P\"", &ctx);
    assert!(!screen(&form, 80, 24, &ctx).join("\n").contains("needed"));
}

#[test]
fn leaving_asks_once_when_something_would_be_lost() {
    let ctx = context();
    let mut form = Form::create("deal", Vec::new(), &ctx).unwrap();
    assert_eq!(press(&mut form, "esc", &ctx), [Event::Leave]);
    press(&mut form, "\"Pumps\"", &ctx);
    assert_eq!(press(&mut form, "esc", &ctx), []);
    assert!(screen(&form, 80, 24, &ctx).join("\n").contains("unsaved changes"));
    // The first answer is to stay.
    assert_eq!(press(&mut form, "enter", &ctx), []);
    assert_eq!(form.value("name"), &Value::from("Pumps"));
    assert_eq!(press(&mut form, "esc esc", &ctx), []);
    assert_eq!(press(&mut form, "esc down down enter", &ctx), [Event::Leave]);
    let events = press(&mut form, "esc \"save\" enter", &ctx);
    assert_eq!(saved(&events).len(), 1);
}

#[test]
fn enter_and_arrows_go_through_the_fields() {
    let ctx = context();
    let mut form = Form::create("deal", Vec::new(), &ctx).unwrap();
    let field = |form: &Form| form.slots[form.focused().unwrap()].field.to_string();
    press(&mut form, "\"Pumps\" enter", &ctx);
    assert_eq!(field(&form), "customer");
    press(&mut form, "down", &ctx);
    assert_eq!(field(&form), "contact");
    press(&mut form, "up up up up", &ctx);
    assert_eq!(field(&form), "name");
    press(&mut form, "shift-tab", &ctx);
    assert_eq!(
        field(&form),
        form.slots.iter().rfind(|s| s.visible && !s.read_only).unwrap().field.as_str()
    );
    press(&mut form, "tab", &ctx);
    assert_eq!(field(&form), "name");
}

#[test]
fn a_link_to_a_new_record_makes_it_too() {
    let ctx = context();
    let mut form = Form::create("deal", Vec::new(), &ctx).unwrap();
    press(&mut form, "\"Pumps\" tab", &ctx);
    // A first thought that is given up leaves nothing behind.
    for who in ["Wrong Ltd", "Müller AG"] {
        let events = press(&mut form, &format!("backspace \"{who}\""), &ctx);
        form.answer(ticket(&events), &[], &ctx);
        press(&mut form, "enter", &ctx);
    }
    assert!(line_with(&form, "Customer", &ctx).ends_with("Müller AG  new"));
    go_to(&mut form, "contact", &ctx);
    let events = press(&mut form, "\"Anna\"", &ctx);
    form.answer(ticket(&events), &[], &ctx);
    press(&mut form, "enter", &ctx);
    let events = press(&mut form, "ctrl-s", &ctx);
    let edits = saved(&events);
    let of = |entity: &str| {
        let place = edits.iter().position(|edit| edit.entity == *entity);
        place.unwrap_or_else(|| panic!("no {entity} in {edits:?}"))
    };
    assert_eq!(edits.len(), 3);
    assert_eq!(of("deal"), 2);
    let pending = |entity: &str| RecordId(-(of(entity) as i64 + 1));
    let id = |edit: usize, field: &str| set(&edits[edit], field).unwrap().as_link().unwrap().id;
    assert_eq!(id(2, "customer"), pending("customer"));
    assert_eq!(id(2, "contact"), pending("contact"));
    // The new contact is at the deal's new customer.
    assert_eq!(id(of("contact"), "customer"), pending("customer"));
    assert!(edits[of("customer")].set.contains(&(name("name"), Input::Text("Müller AG".into()))));
}

#[test]
fn likely_duplicates_are_shown_while_typing() {
    let ctx = context();
    let mut form = Form::create("customer", Vec::new(), &ctx).unwrap();
    let events = press(&mut form, "\"Müller AG\"", &ctx);
    // What is typed goes along as it is, the rest as it was understood.
    let Some(Event::Ask(lookup)) = events.last() else { panic!("{events:?}") };
    let Purpose::Duplicate(held) = &lookup.purpose else { panic!("{lookup:?}") };
    assert_eq!((lookup.text.as_str(), held.field.as_str()), ("Müller AG", "name"));
    assert_eq!(held.draft.get("name"), &Value::Null);
    form.answer(ticket(&events), &[hit("customer", 12, "Muller A.G.", "Stuttgart")], &ctx);
    let lines = screen(&form, 80, 24, &ctx);
    assert!(
        lines[0]
            .trim()
            .starts_with("? likely the same: C-12 Muller A.G. (Stuttgart), similar name"),
        "{}",
        lines[0]
    );
    assert_eq!(press(&mut form, "up", &ctx), []);
    let (_, seen) = draw(&form, 80, 24, &ctx);
    assert_eq!(seen.cursor.map(|at| at.y), Some(0));
    let events = press(&mut form, "enter", &ctx);
    assert_eq!(events, [Event::Open(RecordRef::new("customer", RecordId(12)))]);
    press(&mut form, "down \"X\"", &ctx);
    assert_eq!(form.value("name"), &Value::from("Müller AGX"));
}

#[test]
fn a_pasted_signature_fills_a_contact() {
    let ctx = context();
    let mut form = Form::create("contact", Vec::new(), &ctx).unwrap();
    let events = form.paste(
        "Anna Müller\nLeiterin Einkauf\nMüller Maschinenbau AG\nKönigstraße 12\n70173 Stuttgart\n\
         Tel. +49 711 555010\nMobil 0171 2345678\nanna@mueller.de\nwe love pumps\n",
        &ctx,
    );
    assert_eq!(form.value("name"), &Value::from("Anna Müller"));
    assert_eq!(form.value("position"), &Value::from("Leiterin Einkauf"));
    assert_eq!(form.value("phones").primary_point().unwrap().value, "+49711555010");
    assert_eq!(form.value("emails").primary_point().unwrap().value, "anna@mueller.de");
    let Value::Address(address) = form.value("address") else { panic!() };
    assert_eq!((address.street.as_str(), address.city.as_str()), ("Königstraße 12", "Stuttgart"));
    // The company is a record: the picker has its name.
    let Some(Event::Ask(lookup)) = events.last() else { panic!("{events:?}") };
    assert_eq!((lookup.text.as_str(), form.has_popup()), ("Müller Maschinenbau AG", true));
    let lines = screen(&form, 80, 24, &ctx).join("\n");
    assert!(lines.contains("we love pumps"), "{lines}");
}

#[test]
fn a_card_fills_a_customer_and_keeps_what_is_there() {
    let ctx = context();
    let mut form = Form::create("customer", Vec::new(), &ctx).unwrap();
    press(&mut form, "\"Acme\"", &ctx);
    form.paste("Acme Pumps, Inc.\n(212) 555-0100\nacme.com\n", &ctx);
    assert_eq!(form.value("name"), &Value::from("Acme"));
    assert!(!form.value("urls").is_null());
    // Several lines that are no card go into the field.
    let mut form = Form::create("customer", Vec::new(), &ctx).unwrap();
    form.paste("Acme\nPumps", &ctx);
    assert_eq!(form.value("name"), &Value::from("Acme Pumps"));
}

#[test]
fn a_call_is_logged_with_the_next_task() {
    let ctx = context();
    let about = records::deal();
    let mut form = Form::log("call", Some(&about), &ctx).unwrap();
    assert_eq!(form.title(&ctx).as_str(), "Log: Pumps");
    press(&mut form, "\"Wants an offer\"", &ctx);
    let mut without = form.clone();
    let events = press(&mut without, "ctrl-s", &ctx);
    let edits = saved(&events);
    assert_eq!(edits.len(), 1, "no task was asked for: {edits:?}");
    let id = |edit: &Edit, field: &str| set(edit, field).and_then(Value::as_link).map(|l| l.id);
    assert_eq!(set(&edits[0], "kind"), Some(&Value::from("call")));
    assert_eq!(id(&edits[0], "deal"), Some(RecordId(88)));
    assert_eq!(id(&edits[0], "about"), Some(RecordId(88)));
    assert_eq!(id(&edits[0], "customer"), Some(RecordId(12)));

    go_to(&mut form, "due", &ctx);
    press(&mut form, "\"tomorrow 10:00\"", &ctx);
    assert!(press(&mut form, "ctrl-s", &ctx).is_empty(), "a task needs a name");
    press(&mut form, "\"Send offer\"", &ctx);
    let events = press(&mut form, "ctrl-s", &ctx);
    let edits = saved(&events);
    assert_eq!((edits[0].entity.as_str(), edits[1].entity.as_str()), ("activity", "task"));
    assert_eq!(set(&edits[1], "name"), Some(&Value::from("Send offer")));
    assert_eq!(id(&edits[1], "customer"), Some(RecordId(12)));
}

#[test]
fn a_note_about_a_deal_is_found_from_the_deal() {
    let ctx = context();
    let mut form = Form::log("note", None, &ctx).unwrap();
    press(&mut form, "\"Price is too high\"", &ctx);
    go_to(&mut form, "about", &ctx);
    let events = press(&mut form, "\"pumps\"", &ctx);
    form.answer(ticket(&events), &[hit("deal", 88, "Pumps", "")], &ctx);
    press(&mut form, "enter", &ctx);
    let events = press(&mut form, "ctrl-s", &ctx);
    let link = |field: &str| set(&saved(&events)[0], field).and_then(Value::as_link).cloned();
    assert_eq!(link("about").map(|link| link.id), Some(RecordId(88)));
    assert_eq!(link("deal").map(|link| link.id), Some(RecordId(88)));
    assert_eq!(link("customer"), None);
}

#[test]
fn a_quick_task() {
    let ctx = context();
    let mut form = Form::task(None, &ctx).unwrap();
    assert_eq!(form.title(&ctx).as_str(), "New Task");
    press(&mut form, "\"Call Bo\" tab \"fri\"", &ctx);
    let events = press(&mut form, "ctrl-s", &ctx);
    assert_eq!(set(&saved(&events)[0], "name"), Some(&Value::from("Call Bo")));
    assert!(set(&saved(&events)[0], "due").is_some());
}
