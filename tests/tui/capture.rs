//! Getting things down in a line: understood while it is typed, asked about where it is unclear, kept.

use chrono::TimeDelta;
use kontor::host::scripted::Script;
use kontor::model::{Edit, Lang, Record, RecordId, RecordRef, Value};
use kontor::term::ColourDepth;

use crate::{expect, expect_not, office};

fn newest(script: &mut Script, entity: &str) -> Record {
    let request = kontor::gate::ListRequest {
        sort: vec![kontor::query::SortKey { field: "created_at".into(), descending: true }],
        ..kontor::gate::ListRequest::first(entity, 50)
    };
    let page = script.session().list(&request).unwrap();
    let id = page.rows.iter().map(|row| row.id).max().unwrap();
    script.session().get(&RecordRef::new(entity, id)).unwrap()
}

fn text(record: &Record, field: &str) -> String {
    record.get(field).as_text().unwrap_or_default().to_owned()
}

#[test]
fn a_line_is_understood_while_it_is_typed_and_saved_with_enter() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press(";").unwrap();
    expect(&script, "Jot down");
    script.typed("call Nordic Pumps fri 10:00 about the offer #hot !high");
    expect(&script, "Task · Call");
    expect(&script, "Nordic Pumps Oy  C-3");
    insta::assert_snapshot!("capture-80x24", script.snapshot());
    script.press("enter").unwrap();
    expect(&script, "T-3 saved");
    let task = newest(&mut script, "task");
    assert_eq!(text(&task, "name"), "Call: the offer");
    assert_eq!(text(&task, "kind"), "call");
    assert_eq!(text(&task, "priority"), "high");
    assert_eq!(task.get("tags"), &Value::List(vec!["hot".into()]));
    assert_eq!(task.get("customer").as_link().unwrap().id, RecordId(3));
    assert_eq!(task.get("due"), &Value::DateTime("2026-11-27T09:00:00Z".parse().unwrap()));
    script.press("u").unwrap();
    expect(&script, "Taken back");
}

#[test]
fn what_has_happened_is_logged_in_chinese_too() {
    let office = office();
    let mut script = office.open_as(80, 24, "dark", ColourDepth::Palette, Lang::Zh);
    script.press(";").unwrap();
    script.typed("昨天拜访了安邦，关于检测线 #重要");
    expect(&script, "拜访");
    expect(&script, "安邦科技有限公司  C-2");
    insta::assert_snapshot!("capture-zh-80x24", script.snapshot());
    script.press("enter").unwrap();
    let activity = newest(&mut script, "activity");
    assert_eq!(text(&activity, "kind"), "visit");
    assert_eq!(text(&activity, "subject"), "检测线");
    assert_eq!(activity.get("customer").as_link().unwrap().id, RecordId(2));
    assert_eq!(activity.get("tags"), &Value::List(vec!["重要".into()]));
}

#[test]
fn whom_the_words_name_is_found_exactly_by_pinyin_and_with_a_typo() {
    let office = office();
    for (line, name) in [
        ("call C-1", "Müller Maschinenbau AG  C-1"),
        ("call Anna about prices", "Anna Müller  P-1"),
        ("call anna muller tomorrow", "Anna Müller  P-1"),
        ("call abkj tomorrow", "安邦科技有限公司  C-2"),
        ("visit anbang fri", "安邦科技有限公司  C-2"),
        ("call Nordik Pumps tomorrow", "Nordic Pumps Oy  C-3"),
        ("called Nordic new prices for pumps", "Nordic Pumps Oy  C-3"),
        ("note D-1 wants a discount", "Three presses  D-1"),
        ("task send the price list to Anna fri", "Anna Müller  P-1"),
        ("给安邦打电话 明天", "安邦科技有限公司  C-2"),
        ("mail 安邦科技 报价单 明天", "安邦科技有限公司  C-2"),
    ] {
        let mut script = office.open(80, 24);
        script.press(";").unwrap();
        script.typed(line);
        assert!(script.text().contains(name), "{line}: {name}\n{}", script.text());
    }
}

#[test]
fn only_what_is_unclear_is_asked() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press(";").unwrap();
    script.typed("call Müller tomorrow about delivery @nobody");
    expect(&script, "? Müller Maschinenbau AG C-1, Anna Müller P-1");
    script.press("enter").unwrap();
    expect(&script, "Who is meant? Müller");
    script.press("down enter").unwrap();
    expect_not(&script, "Who is meant?");
    expect(&script, "there is no user “nobody”");
    script.press("enter").unwrap();
    expect(&script, "Who does it?");
    script.press("ctrl-u").unwrap();
    script.typed("admin");
    script.press("enter enter").unwrap();
    expect(&script, "saved");
    let task = newest(&mut script, "task");
    assert_eq!(text(&task, "name"), "Call: delivery");
    assert!(task.get("customer").as_link().is_some());
}

#[test]
fn words_that_fit_nobody_can_stay_words() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press(";").unwrap();
    script.typed("call Zebulon tomorrow");
    expect(&script, "nobody found for “Zebulon”");
    script.press("enter").unwrap();
    expect(&script, "Nobody: leave the words as text");
    script.press("enter enter").unwrap();
    expect(&script, "saved");
    assert_eq!(text(&newest(&mut script, "task"), "name"), "Call: Zebulon");
}

#[test]
fn without_a_name_it_is_about_the_record_on_screen() {
    let office = office();
    for keys in ["g c", "g c j j enter", "g t", "g b right", ""] {
        let mut script = office.open(80, 24);
        if !keys.is_empty() {
            script.press(keys).unwrap();
        }
        script.press(";").unwrap();
        script.typed("note: likes tea");
        expect(&script, "(on screen)");
        script.press("enter").unwrap();
        expect(&script, "saved");
        let note = newest(&mut script, "activity");
        assert_eq!(text(&note, "subject"), "likes tea", "{keys}");
        assert!(note.get("about").as_link().is_some(), "{keys}");
    }
}

#[test]
fn a_deal_is_made_with_its_amount() {
    let office = office();
    let mut script = office.open(120, 40);
    script.press(";").unwrap();
    script.typed("deal Nordic Pumps: spare pumps 84k EUR closing 30 Nov #expo");
    insta::assert_snapshot!("capture-deal-120x40", script.snapshot());
    script.press("enter").unwrap();
    expect(&script, "D-4 saved");
    let deal = newest(&mut script, "deal");
    assert_eq!(text(&deal, "name"), "spare pumps");
    assert_eq!(deal.get("customer").as_link().unwrap().id, RecordId(3));
    assert_eq!(deal.get("expected_close"), &Value::Date("2026-11-30".parse().unwrap()));
}

#[test]
fn tab_opens_the_form_with_it_and_saving_there_closes_both() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press(";").unwrap();
    script.typed("task send the offer to Anna tomorrow 9:00 !urgent");
    script.press("tab").unwrap();
    expect(&script, "New Task");
    expect(&script, "send the offer to Anna");
    expect(&script, "Urgent");
    script.press("esc").unwrap();
    expect(&script, "; task send the offer");
    script.press("tab ctrl-s").unwrap();
    expect(&script, "T-3 saved");
    expect_not(&script, "Jot down");
    script.press(";").unwrap();
    expect_not(&script, "send the offer to Anna tomorrow");
}

#[test]
fn a_line_that_is_left_is_there_again() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press(";").unwrap();
    script.typed("call Anna about the ");
    script.press("esc").unwrap();
    expect(&script, "The line is kept");
    script.press("g c ;").unwrap();
    expect(&script, "; call Anna about the");
    script.typed("offer");
    script.wait(TimeDelta::seconds(2));
    // Another session of the same person, as after a crash.
    let mut other = office.open(80, 24);
    other.press(";").unwrap();
    expect(&other, "; call Anna about the offer");
    other.press("enter").unwrap();
    other.press(";").unwrap();
    expect_not(&other, "call Anna");
}

#[test]
fn the_line_fits_small_and_hostile_places() {
    let mut office = office();
    office.desk.add(Edit::create("customer").typed("name", "Long ".repeat(30)));
    let mut script = office.open(40, 12);
    script.press(";").unwrap();
    script.typed(
        "call Long Long Long about \u{202e}abc #x @y !z tomorrow and very much more than fits",
    );
    expect(&script, "Jot down");
    script.press("enter esc esc").unwrap();
}

const SIGNATURE: &str = "Best regards\nBo Berg\nHead of Purchasing\nNordic Pumps Oy\n\
    Hämeenkatu 1, 33100 Tampere, Finland\nMobile: +358 40 765 4321\nbo.berg@nordicpumps.fi\n\
    This email is confidential.\nCall +1 555 0000";

#[test]
fn a_signature_pasted_onto_a_list_becomes_a_contact_with_its_customer() {
    let office = office();
    for keys in ["g p", "g c", "g b", ""] {
        let mut script = office.open(80, 24);
        if !keys.is_empty() {
            script.press(keys).unwrap();
        }
        script.paste(SIGNATURE);
        expect(&script, "New from what was pasted");
        expect(&script, "Bo Berg, Nordic Pumps Oy");
        script.press("esc").unwrap();
        expect_not(&script, "New from what was pasted");
    }
    // As terminals send it: the line breaks of a paste are those of the Enter key.
    for ends in ["\r", "\r\n"] {
        let mut script = office.open(80, 24);
        script.paste(&SIGNATURE.replace('\n', ends));
        expect(&script, "New from what was pasted");
        expect(&script, "Bo Berg, Nordic Pumps Oy");
    }
    let mut script = office.open(80, 24);
    script.paste(SIGNATURE);
    insta::assert_snapshot!("card-offer-80x24", script.snapshot());
    script.press("enter").unwrap();
    expect(&script, "New Contact");
    expect(&script, "Nordic Pumps Oy");
    script.press("enter").unwrap();
    insta::assert_snapshot!("card-form-80x24", script.snapshot());
    script.press("ctrl-s").unwrap();
    expect(&script, "P-2 saved");
    let contact = newest(&mut script, "contact");
    assert_eq!(text(&contact, "name"), "Bo Berg");
    assert_eq!(text(&contact, "position"), "Head of Purchasing");
    assert_eq!(contact.get("customer").as_link().unwrap().id, RecordId(3));
    assert_eq!(contact.get("phones").primary_point().unwrap().value, "+358407654321");
}

#[test]
fn a_vcard_becomes_a_contact_and_other_text_is_told_to_be_none() {
    let office = office();
    let mut script = office.open(80, 24);
    script.paste("just some words");
    expect(&script, "no business card");
    script.paste(
        "BEGIN:VCARD\nVERSION:3.0\nFN:李娜\nORG:安邦科技有限公司\nTEL;TYPE=CELL:13912345678\nBDAY:1985-04-12\n\
         NOTE:喜欢喝茶\nEND:VCARD\n",
    );
    expect(&script, "李娜, 安邦科技有限公司");
    script.press("enter enter ctrl-s").unwrap();
    expect(&script, "P-2 saved");
    let contact = newest(&mut script, "contact");
    assert_eq!(contact.get("birthday"), &Value::Date("1985-04-12".parse().unwrap()));
    assert_eq!(text(&contact, "description"), "喜欢喝茶");
    assert_eq!(contact.get("customer").as_link().unwrap().id, RecordId(2));
}

#[test]
fn new_and_log_keys_work_from_every_screen_about_what_it_stands_on() {
    let office = office();
    for screen in ["", "g c", "g c enter", "g t", "g s", "g b right", "g z"] {
        for (key, title) in [
            ("n c", "New Customer"),
            ("n p", "New Contact"),
            ("n d", "New Deal"),
            ("n t", "New Task"),
        ] {
            let mut script = office.open(80, 24);
            if !screen.is_empty() {
                script.press(screen).unwrap();
            }
            script.press(key).unwrap();
            assert!(script.text().contains(title), "{screen} {key}:\n{}", script.text());
            script.press("esc").unwrap();
            assert!(!script.text().contains(title), "{screen} {key} esc:\n{}", script.text());
        }
    }
    for screen in ["", "g c", "g c enter", "g t", "g b right"] {
        for (key, kind) in [
            ("l c", "call"),
            ("l e", "email"),
            ("l m", "meeting"),
            ("l v", "visit"),
            ("l n", "note"),
        ] {
            let mut script = office.open(80, 24);
            if !screen.is_empty() {
                script.press(screen).unwrap();
            }
            script.press(key).unwrap();
            assert!(script.text().contains("Log: "), "{screen} {key}:\n{}", script.text());
            script.typed("As agreed");
            script.press("ctrl-s").unwrap();
            let activity = newest(&mut script, "activity");
            assert_eq!(text(&activity, "kind"), kind, "{screen}");
            assert!(activity.get("about").as_link().is_some(), "{screen} {key}");
            assert!(activity.get("customer").as_link().is_some(), "{screen} {key}");
            script.press("u").unwrap();
        }
    }
}

#[test]
fn a_mistyped_company_is_told_to_be_there_and_opened_by_a_key() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("n c").unwrap();
    script.typed("Nordik Pumsp GmbH");
    expect(&script, "likely the same: C-3 Nordic Pumps Oy");
    expect(&script, "Name the same");
    script.press("alt-s").unwrap();
    expect(&script, "Nordic Pumps Oy  C-3");
    script.press("esc").unwrap();
    expect(&script, "Nordik Pumsp GmbH");
    let mut script = office.open(80, 24);
    script.press("n p").unwrap();
    script.typed("Ana Mueller");
    expect(&script, "likely the same: P-1 Anna Müller");
}

#[test]
fn a_line_in_a_form_is_edited_like_in_a_good_editor() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("n c").unwrap();
    script.typed("Acme Pump Works");
    script.press("alt-b alt-b").unwrap();
    script.typed("Big ");
    expect(&script, "Acme Big Pump Works");
    script.press("alt-d").unwrap();
    expect(&script, "Acme Big  Works");
    script.press("alt-u").unwrap();
    expect(&script, "Acme Big Pump Works");
    script.press("ctrl-left home alt-f").unwrap();
    script.typed("2");
    expect(&script, "Acme2 Big Pump Works");
    script.press("ctrl-k").unwrap();
    script.press("ctrl-w").unwrap();
    script.paste("one\ntwo");
    expect(&script, "one two");
    script.press("ctrl-u").unwrap();
    script.typed("中文公司");
    script.press("backspace").unwrap();
    expect(&script, "中文公");
}
