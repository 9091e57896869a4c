//! Users' days, told with keys.

use super::{Office, expect, expect_not, link, office};
use kontor::gate::Via;
use kontor::host::scripted::{Screen, Script};
use kontor::model::{Edit, Lang, RecordId, RecordRef, Value};
use kontor::term::ColourDepth;
use kontor::tui::Theme;

fn deal(script: &mut Script, n: i64) -> kontor::model::Record {
    script.session().get(&RecordRef::new("deal", RecordId(n))).unwrap()
}

/// Presses the keys that an action has for this user, whatever they are.
fn act(script: &mut Script, action: &str) {
    let ctx = script.app().context();
    let keys = ctx.keymap.keys_of(action);
    let keys = keys.first().unwrap_or_else(|| panic!("{action} has no key")).to_string();
    script.press(&keys).unwrap();
}

/// Monday morning. Maria looks at her day, makes the calls of it and logs them, sets what comes next,
/// moves the deals that moved, and looks at what the month may bring.
#[test]
fn a_salespersons_monday() {
    let office = office();
    let mut script = office.open(80, 24);
    let s = &mut script;

    // The agenda: what is late, what is due today.
    expect(s, "mon 2026-11-23");
    expect(s, "3 d late    To do    Send the offer");
    act(s, "go.schedule");
    expect(s, "Send the offer");
    expect(s, "Call about delivery");

    // The first thing was done on Friday, it was only never said.
    act(s, "go.home");
    act(s, "task.done");
    expect(s, "T-1 done");
    expect_not(s, "3 d late");

    // She calls Nordic Pumps, logs what they said and sets the next task in the same form.
    act(s, "app.find");
    s.typed("nordic");
    s.press("enter").unwrap();
    expect(s, "Nordic Pumps Oy  C-3");
    act(s, "log.call");
    expect(s, "Log: Nordic Pumps Oy");
    s.typed("Delivery in December is fine");
    for _ in 0..30 {
        if s.text().contains("▌ Next task") || s.text().contains("▌ Name") {
            break;
        }
        s.press("tab").unwrap();
    }
    s.typed("Send the contract");
    act(s, "form.save");
    expect(s, "saved");
    act(s, "nav.previous-part");
    expect(s, "Delivery in December is fine");

    // The call she had planned is made with that.
    act(s, "go.home");
    expect(s, "Call about deliv");
    act(s, "task.done");
    expect(s, "T-2 done");

    // She sets a task for the visit that was asked for.
    act(s, "app.find");
    s.typed("muller");
    s.press("enter").unwrap();
    act(s, "new.task-here");
    s.typed("Visit with the engineer");
    act(s, "form.save");
    expect(s, "saved");

    // Deals moved: the presses are offered, the pumps are won, and with what.
    act(s, "go.board");
    act(s, "board.right");
    expect(s, "D-1 Three presses");
    act(s, "board.move-right");
    expect(s, "D-1 is in Proposal now");
    act(s, "board.amount");
    s.press("ctrl-u").unwrap();
    s.typed("90k");
    s.press("enter").unwrap();
    expect(s, "€90,000");
    act(s, "board.right");
    expect(s, "D-3 Spare pumps");
    act(s, "board.move-right");
    expect(s, "Won because?");
    s.typed("delivery");
    s.press("enter").unwrap();
    expect(s, "D-3 is in Won now");

    // The forecast: what is open, and what it is worth by its chances.
    act(s, "go.reports");
    act(s, "nav.next-part");
    act(s, "nav.next-part");
    expect(s, "Reports › Forecast  by Month");
    expect(s, "Value ¥120,000 + €90,000 · Weighted ¥60,000 + €45,000");
    // And what was won this quarter.
    act(s, "nav.previous-part");
    act(s, "report.earlier");
    expect(s, "2026-Q4");
    expect(s, "€12,500");

    // All of it is in the file.
    let presses = deal(s, 1);
    assert_eq!(presses.get("stage"), &Value::from("proposal"));
    let pumps = deal(s, 3);
    assert_eq!(pumps.get("stage"), &Value::from("won"));
    assert_eq!(pumps.get("won_reason"), &Value::from("delivery"));
    let open = kontor::query::Query::parse("status.state = open", s.session().catalog(), "task");
    let mut list = kontor::gate::ListRequest::first("task", 10);
    list.filter = Some(open.unwrap());
    let names: Vec<String> = s
        .session()
        .list(&list)
        .unwrap()
        .rows
        .iter()
        .filter_map(|task| task.get("name").as_text().map(str::to_owned))
        .collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(names.contains(&"Send the contract".to_owned()), "{names:?}");
    assert!(names.contains(&"Visit with the engineer".to_owned()), "{names:?}");
}

/// The phone rings: who is it, what is open, when did we speak last? Four keys, the number read off the
/// display included.
#[test]
fn a_lookup_during_a_phone_call() {
    let office = office();
    for typed in ["no", "杭州", "安邦"] {
        let mut script = office.open(80, 24);
        let mut keys = 1;
        act(&mut script, "app.find");
        for letter in typed.chars() {
            script.typed(&letter.to_string());
            keys += 1;
        }
        script.press("enter").unwrap();
        keys += 1;
        assert!(keys < 5, "{typed}: {keys} keys");
        expect(&script, "Phones");
        expect(&script, "Open deals");
        expect(&script, "Timeline");
        let name =
            if typed == "no" { "Nordic Pumps Oy  C-3" } else { "安邦科技有限公司  C-2" };
        expect(&script, name);
    }
    // The last digits on the display are enough too, and the answer stands before Enter.
    let mut script = office.open(80, 24);
    act(&mut script, "app.find");
    script.paste("0711 555010");
    expect(&script, "Müller Maschinenbau AG");
}

const TIER: &str = "\
[[entity.customer.field]]
name = \"tier\"
type = \"select\"
label = { en = \"Tier\", zh = \"级别\" }
column = { priority = 1, width = 8 }
options = [
  { value = \"gold\", label = { en = \"Gold\", zh = \"金\" } },
  { value = \"silver\", label = { en = \"Silver\", zh = \"银\" } },
]

[[entity.deal.field]]
name = \"stage\"
options = [{ value = \"trial\", label = { en = \"Trial run\", zh = \"试机\" }, probability = 60, after = \"proposal\" }]
";

fn change_schema(office: &mut Office, toml: &str) {
    let plan = office.desk.session.plan_schema("company.toml", toml).unwrap();
    office.desk.session.apply_schema(&plan, true).unwrap();
}

/// The administrator adds a field and a stage while others work: they see both at once, lose nothing of
/// what they are typing, and use the field a moment later.
#[test]
fn an_admins_field_change_is_seen_by_open_sessions() {
    let mut office = office();
    let mut list = office.open(120, 40);
    list.press("g c").unwrap();
    expect_not(&list, "Tier");
    let mut board = office.open(120, 40);
    board.press("b").unwrap();
    expect_not(&board, "Trial run");
    let mut form = office.open(120, 40);
    form.press("g c j e").unwrap();
    form.press("end").unwrap();
    form.typed(" & Sons");
    expect_not(&form, "Tier");

    change_schema(&mut office, TIER);

    list.changed();
    expect(&list, "Tier");
    board.changed();
    expect(&board, "Trial run");
    // What was being typed is still there, and can be saved.
    form.changed();
    expect(&form, "& Sons");
    form.press("ctrl-s").unwrap();
    expect(&form, "saved");
    form.press("e").unwrap();
    expect(&form, "Tier");

    // The new field filters, and is filled in like any other.
    list.press("e").unwrap();
    expect(&list, "Tier");
    for _ in 0..30 {
        if list.text().contains("▌ Tier") {
            break;
        }
        list.press("tab").unwrap();
    }
    list.typed("g");
    list.press("ctrl-s").unwrap();
    expect(&list, "saved");
    list.press("/").unwrap();
    list.typed("tier = gold");
    list.press("enter").unwrap();
    expect(&list, "1 of 1");
    // A card goes to the new stage.
    board.press("M").unwrap();
    expect(&board, "Trial run");

    // It goes again: nobody is left with a column that is no more.
    change_schema(&mut office, "[company]\nregion = \"DE\"\n");
    list.press("esc").unwrap();
    list.changed();
    let text = list.text();
    let names = text.lines().find(|line| line.contains("Last contact")).unwrap();
    assert!(!names.contains("Tier"), "{text}");
}

/// The same Monday in Chinese: nothing that is said on the way is English.
#[test]
fn a_monday_in_chinese() {
    let mut office = office();
    let muller = office.muller.clone();
    office.desk.add(
        Edit::create("deal")
            .typed("name", "三台压力机")
            .with("customer", link(&muller))
            .typed("amount", "10k EUR"),
    );
    let session = office.desk.gate.session(Via::Tui).unwrap();
    let theme = Theme::built_in("dark", ColourDepth::Palette);
    let screen = Screen { width: 80, height: 24, theme, lang: Lang::Zh, ascii: false };
    let mut script = Script::start(session, &screen);
    expect(&script, "今日与逾期");
    act(&mut script, "task.done");
    expect(&script, "T-1");
    act(&mut script, "go.board");
    act(&mut script, "board.right");
    act(&mut script, "board.move-right");
    expect(&script, "D-1 已移至 方案报价");
    act(&mut script, "go.reports");
    expect(&script, "报表 › 销售管道  按阶段");
    for word in ["Deals", "Stage", "Value", "Weighted", "period", "Home", "open"] {
        expect_not(&script, word);
    }
}

/// Maria writes down a call with Nordic Pumps when they ask for Müller's number, and who is to be told. She
/// looks both up without leaving what she has written; she even goes elsewhere, and finds it again.
#[test]
fn somebody_is_looked_up_while_a_call_is_logged() {
    let office = office();
    let mut script = office.open(80, 24);
    let s = &mut script;
    act(s, "app.find");
    s.typed("nordic");
    s.press("enter").unwrap();
    act(s, "log.call");
    s.typed("They ask for the mail of Müller");
    let before = s.text();

    // Search, read the card, copy from it.
    act(s, "app.look-up");
    expect(s, "Look up a record");
    s.typed("muller");
    expect(s, "Müller Maschinenbau AG");
    s.press("enter").unwrap();
    expect(s, "Customer C-1");
    expect(s, "+49 711 555 010");
    act(s, "record.copy");
    expect(s, "Copy");
    s.press("2").unwrap();
    expect(s, "Copied: C-1");
    expect(s, "Customer C-1");
    // Back to the hits, back to the form: nothing of it moved.
    act(s, "nav.back");
    expect(s, "Look up a record");
    s.press("esc").unwrap();
    assert_eq!(body(&s.text()), body(&before));

    // A field of words takes no record over: the key does nothing.
    act(s, "app.look-up");
    s.typed("anna");
    s.press("enter").unwrap();
    expect(s, "Contact P-1");
    expect_not(s, "take over");
    act(s, "peek.take");
    expect(s, "Contact P-1");
    act(s, "nav.back");
    s.press("esc").unwrap();
    assert_eq!(body(&s.text()), body(&before));

    // Opened in full it lies over the form; one step out is the form.
    act(s, "app.look-up");
    s.typed("muller masch");
    s.press("enter").unwrap();
    act(s, "nav.open");
    expect(s, "Müller Maschinenbau AG  C-1");
    expect(s, "Timeline");
    act(s, "nav.back");
    expect(s, "They ask for the mail of Müller");

    // Whoever goes elsewhere from there is told where the form is, and has it as it was.
    act(s, "app.look-up");
    s.typed("muller masch");
    s.press("enter").unwrap();
    act(s, "nav.open");
    act(s, "go.deal");
    expect(s, "the form is kept as it is");
    act(s, "capture.drafts");
    expect(s, "Log: Nordic Pumps Oy");
    s.press("enter").unwrap();
    expect(s, "They ask for the mail of Müller");
    act(s, "form.save");
    expect(s, "saved");

    let log = kontor::gate::ListRequest::first("activity", 10);
    let log = s.session().list(&log).unwrap().rows;
    let call = log
        .iter()
        .find(|of| of.get("subject").as_text() == Some("They ask for the mail of Müller"));
    assert!(call.is_some(), "the call was logged");
}

/// All but what is said, and the keys.
fn body(screen: &str) -> Vec<String> {
    let lines: Vec<String> = screen.lines().map(str::to_owned).collect();
    lines[..lines.len() - 2].to_vec()
}

/// In a field that links to records, and in its list, what was looked up can be taken over.
#[test]
fn what_is_looked_up_is_taken_over_into_a_field() {
    let office = office();
    let mut script = office.open(80, 24);
    let s = &mut script;
    act(s, "new.contact");
    s.typed("Olli Virtanen");
    for list in [false, true] {
        for _ in 0..30 {
            if s.text().contains("▌ Customer") {
                break;
            }
            s.press("tab").unwrap();
        }
        if list {
            s.press("ctrl-o").unwrap();
        }
        act(s, "app.look-up");
        s.typed(if list { "安邦" } else { "nordic" });
        s.press("enter").unwrap();
        expect(s, "take over");
        act(s, "peek.take");
        expect(s, if list { "安邦科技有限公司  C-2" } else { "Nordic Pumps Oy  C-3" });
        expect(s, "Olli Virtanen");
    }
}

/// A question and a filter line stay open while somebody is looked up.
#[test]
fn a_question_and_a_filter_wait_while_somebody_is_looked_up() {
    let office = office();
    let mut script = office.open(80, 24);
    let s = &mut script;
    act(s, "go.customer");
    act(s, "list.filter");
    s.typed("city:Stutt");
    let before = s.text();
    act(s, "app.look-up");
    s.typed("nordic");
    s.press("enter").unwrap();
    expect(s, "Customer C-3");
    act(s, "nav.back");
    s.press("esc").unwrap();
    assert_eq!(body(&s.text()), body(&before));
    s.press("enter").unwrap();

    act(s, "record.copy");
    expect(s, "Copy");
    let before = s.text();
    act(s, "app.look-up");
    s.typed("nordic");
    s.press("enter").unwrap();
    act(s, "nav.back");
    // It is not looked up from a look-up.
    act(s, "app.look-up");
    s.press("esc").unwrap();
    assert_eq!(body(&s.text()), body(&before));
}
