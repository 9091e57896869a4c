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
