//! One field at a time.

use super::*;
use crate::model::{Link, Money};

/// A form for a new record with the cursor in a field.
fn at(entity: &str, field: &str, ctx: &Context) -> Form {
    let mut form = Form::create(entity, Vec::new(), ctx).unwrap();
    go_to(&mut form, field, ctx);
    form
}

fn money(amount: &str, currency: &str) -> Value {
    Value::Money(Money { amount: amount.parse().unwrap(), currency: currency.parse().unwrap() })
}

#[test]
fn text_is_typed_moved_in_and_taken_back() {
    let ctx = context();
    let mut form = at("deal", "name", &ctx);
    press(&mut form, "\"Pumps for 安邦\" home \"3 \" end backspace", &ctx);
    assert_eq!(form.value("name"), &Value::from("3 Pumps for 安"));
    press(&mut form, "ctrl-r ctrl-w", &ctx);
    assert_eq!(form.value("name"), &Value::from("3 Pumps for 安"));
    press(&mut form, "ctrl-u", &ctx);
    assert_eq!(form.value("name"), &Value::Null);
}

#[test]
fn an_amount_is_understood_and_grouped_when_left() {
    let ctx = context();
    let mut form = at("deal", "amount", &ctx);
    press(&mut form, "\"84k EUR\"", &ctx);
    assert_eq!(form.value("amount"), &money("84000", "EUR"));
    assert_eq!(line_with(&form, "Amount", &ctx), "▌ Amount            84k EUR  = €84,000");
    press(&mut form, "tab", &ctx);
    assert_eq!(line_with(&form, "Amount", &ctx), "Amount            €84,000");
    // Coming back chooses the whole amount: typing replaces it, an arrow keeps it.
    press(&mut form, "shift-tab \"9\"", &ctx);
    assert_eq!(form.value("amount"), &money("9", "EUR"));
    press(&mut form, "tab shift-tab left \"5\"", &ctx);
    assert_ne!(form.value("amount"), &money("5", "EUR"));
}

#[test]
fn an_amount_stays_in_its_currency() {
    let ctx = context();
    let mut record = records::deal();
    record.fields.insert(name("amount"), money("500", "USD"));
    let mut form = Form::edit(record, &ctx).unwrap();
    go_to(&mut form, "amount", &ctx);
    press(&mut form, "\"600\"", &ctx);
    assert_eq!(form.value("amount"), &money("600", "USD"));
    press(&mut form, "\" EUR\"", &ctx);
    assert_eq!(form.value("amount"), &money("600", "EUR"));
}

#[test]
fn what_is_not_understood_is_told_on_leaving_only() {
    let ctx = context();
    let mut form = at("deal", "amount", &ctx);
    press(&mut form, "\"many\"", &ctx);
    let before = screen(&form, 80, 60, &ctx).join("\n");
    assert!(!before.contains('!'), "{before}");
    press(&mut form, "tab", &ctx);
    let after = screen(&form, 80, 60, &ctx).join("\n");
    assert!(after.contains("1 field needs attention: Amount"), "{after}");
    // And it goes as soon as it is right.
    press(&mut form, "shift-tab \"12\"", &ctx);
    let again = screen(&form, 80, 60, &ctx).join("\n");
    assert!(!again.contains('!'), "{again}");
}

#[test]
fn dates_are_words_steps_or_a_day_in_the_month() {
    let ctx = context();
    let mut form = at("deal", "expected_close", &ctx);
    let date = |text: &str| Value::Date(text.parse().unwrap());
    press(&mut form, "\"fri\"", &ctx);
    assert_eq!(form.value("expected_close"), &date("2026-11-27"));
    assert!(line_with(&form, "Expected", &ctx).ends_with("fri  = 2026-11-27 (fri 27 Nov)"));
    press(&mut form, "tab shift-tab right right left", &ctx);
    assert_eq!(form.value("expected_close"), &date("2026-11-28"));
    press(&mut form, "space down enter", &ctx);
    assert_eq!(form.value("expected_close"), &date("2026-12-05"));
    assert!(!form.has_popup());
    // Typing while the month is open goes to the field.
    press(&mut form, "ctrl-u ctrl-o \"+3d\"", &ctx);
    assert!(!form.has_popup());
    assert_eq!(form.value("expected_close"), &date("2026-11-24"));
}

#[test]
fn an_instant_keeps_its_time_when_another_day_is_chosen() {
    let ctx = context();
    let mut form = at("task", "due", &ctx);
    press(&mut form, "\"tomorrow 10:00\" ctrl-o down enter", &ctx);
    let due = Utc.with_ymd_and_hms(2026, 11, 29, 9, 0, 0).unwrap();
    assert_eq!(form.value("due"), &Value::DateTime(due));
}

#[test]
fn the_month_shows_the_chosen_day() {
    let ctx = context();
    let mut form = at("deal", "expected_close", &ctx);
    press(&mut form, "space", &ctx);
    let (_, seen) = draw(&form, 80, 24, &ctx);
    let lines = screen(&form, 80, 24, &ctx).join("\n");
    assert!(lines.contains("2026-11") && lines.contains("Mo Tu We Th Fr Sa Su"), "{lines}");
    assert!(seen.cursor.is_some());
    press(&mut form, "pagedown", &ctx);
    assert!(screen(&form, 80, 24, &ctx).join("\n").contains("2026-12"));
    press(&mut form, "esc", &ctx);
    assert_eq!(form.value("expected_close"), &Value::Null);
}

#[test]
fn choices_jump_step_and_open() {
    let ctx = context();
    let mut form = at("deal", "stage", &ctx);
    let stage = |form: &Form| form.value("stage").as_text().unwrap_or_default().to_owned();
    assert_eq!(stage(&form), "prospecting");
    press(&mut form, "\"n\"", &ctx);
    assert_eq!(stage(&form), "negotiation");
    press(&mut form, "\"p\"", &ctx);
    assert_eq!(stage(&form), "prospecting");
    press(&mut form, "tab shift-tab \"pro\"", &ctx);
    press(&mut form, "\"p\"", &ctx);
    assert_eq!(stage(&form), "proposal");
    press(&mut form, "tab shift-tab right", &ctx);
    assert_eq!(stage(&form), "negotiation");
    press(&mut form, "space \"quali\" enter", &ctx);
    assert_eq!(stage(&form), "qualification");
    press(&mut form, "space esc del", &ctx);
    assert_eq!(form.value("stage"), &Value::Null);
    // A letter no choice begins with opens the list with it.
    press(&mut form, "\"x\"", &ctx);
    assert!(form.has_popup());
}

#[test]
fn the_list_of_choices_marks_the_selected_one() {
    let ctx = context();
    let mut form = at("deal", "stage", &ctx);
    press(&mut form, "space down", &ctx);
    let lines = screen(&form, 80, 30, &ctx);
    let chosen = lines.iter().find(|line| line.contains("Qualification") && line.contains("20 %"));
    assert!(chosen.unwrap().contains("▌ Qualification"), "{}", lines.join("\n"));
    assert!(lines.iter().any(|line| line.contains("─ Stage ─")), "{}", lines.join("\n"));
}

#[test]
fn tags_are_typed_and_taken_away() {
    let ctx = context();
    let mut form = at("customer", "tags", &ctx);
    press(&mut form, "\"VIP, fair 2026,\"", &ctx);
    let list = |items: &[&str]| Value::List(items.iter().map(|&s| s.to_owned()).collect());
    assert_eq!(form.value("tags"), &list(&["VIP", "fair 2026"]));
    assert!(line_with(&form, "Tags", &ctx).ends_with("[VIP] [fair 2026]"));
    press(&mut form, "left left del", &ctx);
    assert_eq!(form.value("tags"), &list(&["fair 2026"]));
    press(&mut form, "end backspace", &ctx);
    assert_eq!(form.value("tags"), &Value::Null);
    press(&mut form, "\"half done\" tab", &ctx);
    assert_eq!(form.value("tags"), &list(&["half done"]));
}

#[test]
fn a_multi_select_of_the_companys_own() {
    let own = r#"
[company]
region = "DE"
currency = "EUR"
[[entity.customer.field]]
name = "channels"
type = "multi-select"
label = { en = "Channels", zh = "渠道" }
options = [
  { value = "shop", label = { en = "Shop", zh = "店" } },
  { value = "web", label = { en = "Web", zh = "网" } },
  { value = "fair", label = { en = "Fair", zh = "展" } },
]
[[entity.customer.field]]
name = "score"
type = "rating"
label = { en = "Score", zh = "评分" }
max = 5
"#;
    let ctx = context_in(Lang::En, Some(own));
    let mut form = at("customer", "channels", &ctx);
    let list = |items: &[&str]| Value::List(items.iter().map(|&s| s.to_owned()).collect());
    press(&mut form, "space space down down space", &ctx);
    assert!(form.has_popup());
    assert!(screen(&form, 80, 30, &ctx).iter().any(|line| line.contains("[x] Fair")));
    press(&mut form, "enter", &ctx);
    assert_eq!(form.value("channels"), &list(&["shop", "fair"]));
    press(&mut form, "\"w\" enter", &ctx);
    assert_eq!(form.value("channels"), &list(&["shop", "web", "fair"]));
    press(&mut form, "backspace", &ctx);
    assert_eq!(form.value("channels"), &list(&["shop", "fair"]));

    let mut form = at("customer", "score", &ctx);
    press(&mut form, "\"9\" left left", &ctx);
    assert_eq!(form.value("score"), &Value::Int(3));
    assert!(line_with(&form, "Score", &ctx).ends_with("★★★☆☆"));
    press(&mut form, "backspace", &ctx);
    assert_eq!(form.value("score"), &Value::Null);
}

#[test]
fn yes_and_no() {
    let ctx = context();
    let mut form = at("contact", "do_not_contact", &ctx);
    assert_eq!(form.value("do_not_contact"), &Value::Bool(false));
    press(&mut form, "space", &ctx);
    assert_eq!(form.value("do_not_contact"), &Value::Bool(true));
    assert!(line_with(&form, "Do not", &ctx).ends_with("[x] yes"));
    press(&mut form, "n", &ctx);
    assert_eq!(form.value("do_not_contact"), &Value::Bool(false));
}

#[test]
fn phones_are_lines_with_labels_and_a_primary() {
    let ctx = context();
    let mut form = at("contact", "phones", &ctx);
    press(&mut form, "\"0711 555010\" enter \"mobile: 0171 2345678\"", &ctx);
    let values = |form: &Form| match form.value("phones") {
        Value::Points(points) => {
            points.iter().map(|p| (p.label.clone(), p.value.clone())).collect::<Vec<_>>()
        }
        other => panic!("{other:?}"),
    };
    let point = |label: &str, value: &str| (label.to_owned(), value.to_owned());
    let work = point("", "+49711555010");
    let mobile = point("mobile", "+491712345678");
    assert_eq!(values(&form), [work.clone(), mobile.clone()]);
    press(&mut form, "alt-up", &ctx);
    assert_eq!(values(&form), [mobile.clone(), work.clone()]);
    press(&mut form, "down ctrl-o \"fax\" enter", &ctx);
    assert_eq!(values(&form)[1].0, "fax");
    press(&mut form, "ctrl-u", &ctx);
    assert_eq!(values(&form), [mobile]);
    press(&mut form, "tab", &ctx);
    let line = line_with(&form, "Phones", &ctx);
    assert!(line.contains("+49 171 234 5678") && line.ends_with("mobile"), "{line}");
}

#[test]
fn a_wrong_mail_address_is_told() {
    let ctx = context();
    let mut form = at("contact", "emails", &ctx);
    press(&mut form, "\"anna at mueller\" tab", &ctx);
    assert!(screen(&form, 80, 60, &ctx).join("\n").contains("needs attention: E-mail"));
    go_to(&mut form, "emails", &ctx);
    press(&mut form, "ctrl-u \"Anna@MUELLER.de\" tab", &ctx);
    assert_eq!(form.value("emails").primary_point().unwrap().value, "Anna@mueller.de");
}

#[test]
fn an_address_is_typed_part_by_part() {
    let ctx = context();
    let mut form = at("contact", "address", &ctx);
    press(&mut form, "\"Königstraße 12\" enter \"Stuttgart\" down \"70173\"", &ctx);
    let Value::Address(address) = form.value("address") else { panic!() };
    assert_eq!(
        (address.street.as_str(), address.city.as_str(), address.postcode.as_str()),
        ("Königstraße 12", "Stuttgart", "70173")
    );
    assert!(line_with(&form, "Postcode", &ctx).ends_with("70173"));
    press(&mut form, "tab", &ctx);
    assert!(line_with(&form, "Address", &ctx).contains("Königstraße 12, 70173 Stuttgart"));
    press(&mut form, "shift-tab up up", &ctx);
    assert!(form.focused().is_some_and(|index| form.slots[index].field == "address"));
}

#[test]
fn a_long_text_wraps_and_is_walked_through() {
    let ctx = context();
    let mut form = at("deal", "description", &ctx);
    press(&mut form, "\"first line\" enter \"second\" up \"X\" home \"Y\"", &ctx);
    assert_eq!(form.value("description"), &Value::from("Yfirst Xline\nsecond"));
    // Up from the first line leaves the field.
    press(&mut form, "up", &ctx);
    assert!(form.focused().is_some_and(|index| form.slots[index].field != "description"));
    let events = {
        go_to(&mut form, "description", &ctx);
        press(&mut form, "ctrl-e", &ctx)
    };
    assert_eq!(events, [Event::Editor("Yfirst Xline\nsecond".to_owned())]);
    form.edited("from outside\n", &ctx);
    assert_eq!(form.value("description"), &Value::from("from outside"));
}

#[test]
fn a_record_is_searched_and_picked() {
    let ctx = context();
    let mut form = at("deal", "customer", &ctx);
    let events = press(&mut form, "\"mü\"", &ctx);
    let Some(Event::Ask(lookup)) = events.last() else { panic!("{events:?}") };
    assert_eq!((lookup.text.as_str(), lookup.entities.as_slice()), ("mü", &[name("customer")][..]));
    // The answer to the question before is overtaken.
    form.answer(lookup.ticket - 1, &[hit("customer", 9, "Old", "")], &ctx);
    assert!(!screen(&form, 80, 24, &ctx).join("\n").contains("Old"));
    form.answer(lookup.ticket, &[hit("customer", 12, "Müller AG", "Stuttgart")], &ctx);
    let lines = screen(&form, 80, 24, &ctx).join("\n");
    assert!(lines.contains("Müller AG  Stuttgart  C-12"), "{lines}");
    assert!(lines.contains("+ new Customer \"mü\""), "{lines}");
    press(&mut form, "enter", &ctx);
    assert_eq!(form.value("customer"), &Value::Link(Link::new("customer", RecordId(12))));
    assert!(line_with(&form, "Customer", &ctx).ends_with("Müller AG  C-12"));
    press(&mut form, "backspace", &ctx);
    assert_eq!(form.value("customer"), &Value::Null);
}

#[test]
fn several_records_are_chips() {
    let ctx = context();
    let mut form = at("deal", "collaborators", &ctx);
    for (id, who) in [(2, "Bo"), (3, "Maria")] {
        let events = press(&mut form, "space", &ctx);
        form.answer(ticket(&events), &[hit("user", id, who, "")], &ctx);
        // Users are not made in passing.
        assert!(!screen(&form, 80, 60, &ctx).join("\n").contains("+ new"));
        press(&mut form, "enter", &ctx);
    }
    let links = Value::Links(vec![Link::new("user", RecordId(2)), Link::new("user", RecordId(3))]);
    assert_eq!(form.value("collaborators"), &links);
    assert!(line_with(&form, "Collaborators", &ctx).ends_with("[Bo] [Maria]"));
    press(&mut form, "left left backspace", &ctx);
    assert_eq!(form.value("collaborators"), &Value::Links(vec![Link::new("user", RecordId(3))]));
}

#[test]
fn anything_can_be_linked_to_where_the_schema_says_so() {
    let ctx = context();
    let mut form = at("task", "about", &ctx);
    let events = press(&mut form, "\"D-88\"", &ctx);
    let Some(Event::Ask(lookup)) = events.last() else { panic!("{events:?}") };
    assert!(lookup.entities.contains(&name("deal")) && lookup.entities.contains(&name("ticket")));
    assert!(!lookup.entities.contains(&name("order_line")));
    form.answer(lookup.ticket, &[hit("deal", 88, "Pumps", "Müller AG")], &ctx);
    press(&mut form, "enter", &ctx);
    assert_eq!(form.value("about"), &Value::Link(Link::new("deal", RecordId(88))));
}
