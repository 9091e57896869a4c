//! The board: stages paged sideways, cards moved and followed, values changed in place, any entity.

use super::{Office, SIZES, expect, expect_not, link, office};
use kontor::host::scripted::Script;
use kontor::model::{Edit, Lang, RecordId, RecordRef, Value};
use kontor::term::ColourDepth;

fn deal(n: i64) -> RecordRef {
    RecordRef::new("deal", RecordId(n))
}

fn day(text: &str) -> Value {
    Value::Date(text.parse().unwrap())
}

fn stage(script: &mut Script, n: i64) -> String {
    let deal = script.session().get(&deal(n)).unwrap();
    deal.get("stage").as_text().unwrap().to_owned()
}

/// The office, with a deal that went quiet, two that ended, and one that ended a year ago.
fn quiet_office() -> Office {
    let mut office = office();
    let muller = office.muller.clone();
    let of = |name: &str, stage: &str, amount: &str| {
        Edit::create("deal")
            .typed("name", name)
            .with("customer", link(&muller))
            .typed("stage", stage)
            .typed("amount", amount)
    };
    let won = of("Two pumps", "won", "30000 EUR").typed("won_reason", "price");
    office.desk.add(won.clone().typed("closed_on", "2026-10-05"));
    office.desk.add(won.typed("name", "Old press").typed("closed_on", "2025-10-05"));
    office.desk.add(
        of("Gone elsewhere", "lost", "9000 EUR")
            .typed("lost_reason", "price")
            .typed("closed_on", "2026-11-02"),
    );
    office.desk.add(
        Edit::create("task")
            .typed("name", "Ask again")
            .with("deal", link(&deal(1)))
            .typed("due", "fri"),
    );
    office
}

#[test]
fn boards_in_every_size() {
    let office = quiet_office();
    for (width, height) in SIZES {
        let mut script = office.open(width, height);
        script.press("b right").unwrap();
        insta::assert_snapshot!(format!("board-{width}x{height}"), script.snapshot());
    }
    let mut script = office.open_as(80, 24, "mono", ColourDepth::Mono, Lang::Zh);
    script.press("b right right right right right").unwrap();
    insta::assert_snapshot!("board-zh", script.snapshot());
}

#[test]
fn stages_are_paged_sideways_and_say_so() {
    let office = quiet_office();
    let mut script = office.open(80, 24);
    script.press("b").unwrap();
    expect(&script, "Prospecting");
    expect(&script, " 2 »");
    expect_not(&script, "Lost");
    script.press("right right right right right").unwrap();
    expect(&script, "Lost 1");
    expect(&script, "« 2 ");
    expect_not(&script, "Prospecting");
    // What ended is shown for this quarter, and that is said.
    expect(&script, "this quarter");
    expect(&script, "Two pumps");
    expect_not(&script, "Old press");
    expect(&script, "Won 1");
    // Going back pages only when the edge is reached.
    script.press("left").unwrap();
    expect(&script, "« 2 ");
}

#[test]
fn a_moved_card_is_followed_there_and_back() {
    let office = office();
    let mut script = office.open(120, 40);
    script.press("b right L").unwrap();
    expect(&script, "D-1 is in Proposal now");
    script.press("L").unwrap();
    expect(&script, "D-1 is in Negotiation now");
    script.press("u").unwrap();
    assert_eq!(stage(&mut script, 1), "proposal");
    // The cursor came back with the card: the next move is about it.
    script.press("H").unwrap();
    expect(&script, "D-1 is in Qualification now");
    script.press("u u").unwrap();
    assert_eq!(stage(&mut script, 1), "qualification");
    script.press("enter").unwrap();
    expect(&script, "Three presses");
}

#[test]
fn amount_and_date_are_changed_on_the_card() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("b right a").unwrap();
    expect(&script, "Amount: 84k, 1.5m");
    script.press("ctrl-u").unwrap();
    script.typed("lots");
    script.press("enter").unwrap();
    expect(&script, "lots");
    script.press("ctrl-u").unwrap();
    script.typed("95k");
    script.press("enter").unwrap();
    expect(&script, "€95,000");
    script.press("c ctrl-u").unwrap();
    script.typed("+3d");
    script.press("enter").unwrap();
    let changed = script.session().get(&deal(1)).unwrap();
    assert_eq!(changed.get("expected_close"), &day("2026-11-26"));
    script.press("c esc u").unwrap();
    let back = script.session().get(&deal(1)).unwrap();
    assert_eq!(back.get("expected_close"), &day("2026-11-30"));
}

#[test]
fn an_amount_typed_on_the_card_replaces_the_text_and_stays_in_its_currency() {
    let office = office();
    let mut script = office.open(120, 40);
    // The deal in CNY stands in Proposal; the company counts in EUR.
    script.press("b right right a").unwrap();
    script.typed("12k");
    expect(&script, "Amount = ¥12,000");
    script.press("enter").unwrap();
    let changed = script.session().get(&deal(2)).unwrap();
    assert_eq!(changed.get("amount"), &money("12000", "CNY"));
    // Named otherwise, it is otherwise; without any it is the company's.
    script.press("a").unwrap();
    script.typed("12k EUR");
    script.press("enter").unwrap();
    assert_eq!(script.session().get(&deal(2)).unwrap().get("amount"), &money("12000", "EUR"));
}

fn money(amount: &str, currency: &str) -> Value {
    let (amount, currency) = (amount.parse().unwrap(), currency.parse().unwrap());
    Value::Money(kontor::model::Money { amount, currency })
}

#[test]
fn a_card_says_what_it_warns_of() {
    let office = quiet_office();
    let mut script = office.open(120, 40);
    script.press("b right").unwrap();
    expect(&script, "D-1 Three presses");
    expect_not(&script, "D-1 Three presses · ");
    // Past its date, and nobody has a task about it.
    script.press("right right").unwrap();
    expect(&script, "D-3 Spare pumps · 11 d past its date · no next task");
    expect(&script, "no next task !");
}

#[test]
fn stages_say_when_a_card_is_stale() {
    let mut office = office();
    let plan = office.desk.session.plan_schema(
        "company.toml",
        "[[entity.deal.field]]\nname = \"stage\"\n\
         options = [{ value = \"proposal\", stale_days = 5 }]\n",
    );
    office.desk.session.apply_schema(&plan.unwrap(), false).unwrap();
    let mut script = office.open(120, 40);
    script.wait(chrono::TimeDelta::days(8));
    script.press("b right right").unwrap();
    expect(&script, "no activity for 8 d");
    script.press("left").unwrap();
    expect_not(&script, "no activity for");
}

#[test]
fn any_entity_with_a_choice_has_a_board() {
    let mut office = office();
    let ticket = |name: &str| Edit::create("ticket").typed("subject", name);
    office.desk.add(ticket("Leaking seal").with("customer", link(&office.muller.clone())));
    let mut script = office.open(80, 24);
    script.press("g k b").unwrap();
    expect(&script, "Tickets › Board");
    expect(&script, "New 1");
    expect(&script, "Leaking seal");
    script.press("L").unwrap();
    expect(&script, "is in Assigned now");
    // Cards without amounts have no amount to change.
    script.press("a").unwrap();
    expect(&script, "these cards have no such field");
    script.press("g t b").unwrap();
    expect(&script, "Tasks › Board");
    expect(&script, "Not started 2");
    script.press("g c b").unwrap();
    expect(&script, "Customers › Board");
    expect(&script, "Nordic Pumps Oy");
}

#[test]
fn columns_are_made_by_another_field() {
    let office = quiet_office();
    let mut script = office.open(80, 24);
    script.press("b s").unwrap();
    script.typed("source");
    script.press("enter").unwrap();
    expect(&script, "Deals › Board › open, by Source");
    expect(&script, "Referral");
    for _ in 0..8 {
        script.press("right").unwrap();
    }
    expect(&script, "(none) 3");
    // What ended is not among them: the columns do not say how it stands.
    expect_not(&script, "Two pumps");
    script.press("H").unwrap();
    let moved = script.session().get(&deal(2)).unwrap();
    assert_eq!(moved.get("source"), &Value::from("other"));
    script.press("u").unwrap();
    let back = script.session().get(&deal(2)).unwrap();
    assert!(back.get("source").is_null());
}

#[test]
fn a_pipeline_has_its_own_stages() {
    let mut office = office();
    let plan = office.desk.session.plan_schema(
        "company.toml",
        "[[entity.deal.field]]\nname = \"pipeline\"\n\
         options = [{ value = \"machines\", label = { en = \"Machines\", zh = \"机器\" } }]\n\
         [[entity.deal.field]]\nname = \"stage\"\n\
         options = [{ value = \"trial\", label = { en = \"Trial run\", zh = \"试机\" }, pipelines = [\"machines\"], after = \"proposal\" },\n\
           { value = \"qualification\", pipelines = [\"sales\"] }]\n",
    );
    office.desk.session.apply_schema(&plan.unwrap(), false).unwrap();
    let mut script = office.open(120, 40);
    script.press("b").unwrap();
    expect(&script, "Trial run");
    expect(&script, "Qualification");
    script.press("p").unwrap();
    script.typed("machines");
    script.press("enter").unwrap();
    expect(&script, "Deals › Board › Machines");
    expect(&script, "Trial run");
    expect_not(&script, "Qualification");
    expect_not(&script, "安邦");
    script.press("n n").unwrap();
    expect(&script, "Machines");
}

#[test]
fn a_move_that_needs_more_asks_for_it_on_every_board() {
    let mut office = office();
    let plan = office.desk.session.plan_schema(
        "company.toml",
        "[[entity.ticket.field]]\nname = \"outcome\"\ntype = \"text\"\n\
         label = { en = \"Outcome\", zh = \"处理结果\" }\nrequired_when = \"status = closed\"\n",
    );
    office.desk.session.apply_schema(&plan.unwrap(), false).unwrap();
    office.desk.add(Edit::create("ticket").typed("subject", "Leaking seal"));
    let mut script = office.open(120, 40);
    script.press("g k b M").unwrap();
    script.typed("closed");
    script.press("enter").unwrap();
    expect(&script, "Outcome?");
    script.typed("Seal replaced");
    script.press("enter").unwrap();
    expect(&script, "is in Closed now");
    let ticket = script.session().get(&RecordRef::new("ticket", RecordId(1))).unwrap();
    assert_eq!(ticket.get("outcome"), &Value::from("Seal replaced"));
}

/// A stage with many cards is fetched page by page, and only where it is seen.
#[test]
fn only_cards_that_are_seen_are_fetched() {
    let mut office = office();
    let edits = (0..200).map(|n| {
        Edit::create("deal")
            .typed("name", format!("Deal {n:03}"))
            .typed("amount", format!("{n} EUR"))
    });
    office.desk.session.save(edits.collect(), "many").unwrap();
    let mut script = office.open(80, 24);
    script.press("b").unwrap();
    expect(&script, "Prospecting 200");
    expect(&script, "Deal 199");
    for _ in 0..60 {
        script.press("j").unwrap();
    }
    expect(&script, "Deal 139");
    script.press("G").unwrap();
    expect(&script, "Deal 000");
    script.press("k g g").unwrap();
    expect(&script, "Deal 199");
}

/// The reference that the line above the footer begins with.
fn told(script: &Script) -> String {
    let text = script.text();
    let line = text.lines().rev().find(|line| line.trim_start().starts_with("D-"));
    line.and_then(|line| line.split_whitespace().next()).unwrap_or_default().to_owned()
}

#[test]
fn a_card_that_sorts_away_keeps_the_cursor() {
    let mut office = office();
    let muller = office.muller.clone();
    for n in 0..30 {
        let deal =
            Edit::create("deal").typed("name", format!("Line {n}")).typed("stage", "proposal");
        let amount = format!("{} EUR", 200_000 + n * 1000);
        office.desk.add(deal.with("customer", link(&muller)).typed("amount", amount));
    }
    let mut script = office.open(80, 24);
    script.press("b right right a").unwrap();
    let card = told(&script);
    script.press("esc").unwrap();
    let card = if card.is_empty() { told(&script) } else { card };
    assert!(!card.is_empty(), "{}", script.text());
    script.press("a").unwrap();
    script.typed("1");
    script.press("enter").unwrap();
    expect(&script, "Saved");
    script.press("left right").unwrap();
    assert_eq!(told(&script), card, "{}", script.text());
    // It does stand elsewhere: another one is the first now.
    script.press("home").unwrap();
    assert_ne!(told(&script), card, "{}", script.text());
    script.press("end u").unwrap();
    script.press("home").unwrap();
    assert_eq!(told(&script), card, "{}", script.text());
    script.press("a").unwrap();
    script.typed("1");
    script.press("enter u left right").unwrap();
    assert_eq!(told(&script), card, "{}", script.text());
}

#[test]
fn cards_stay_while_the_name_of_a_field_is_typed() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("b right /").unwrap();
    for letters in ["sta", "ge", " ", "= qualification"] {
        script.typed(letters);
        expect(&script, "Müller Maschinenb");
        expect_not(&script, "no cards");
    }
    script.press("enter").unwrap();
    expect(&script, "Müller Maschinenb");
    expect_not(&script, "Nordic Pumps");
}
