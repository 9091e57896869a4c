//! How forms look, at the sizes that matter and with text that means harm.

use super::*;
use crate::tui::Target;

#[test]
fn one_column_at_80() {
    let ctx = context();
    let mut form = Form::create("deal", Vec::new(), &ctx).unwrap();
    press(&mut form, "\"Pumps\"", &ctx);
    insta::assert_snapshot!(screen(&form, 80, 24, &ctx).join("\n"));
}

#[test]
fn two_columns_at_120() {
    let ctx = context();
    let form = Form::edit(records::deal(), &ctx).unwrap();
    insta::assert_snapshot!(screen(&form, 120, 40, &ctx).join("\n"));
}

#[test]
fn every_field_is_reached_at_40_by_10() {
    let mut ctx = context();
    ctx.size = Size { width: 40, height: 10 };
    for entity in ctx.catalog.entities() {
        let Some(mut form) = Form::create(&entity.name, Vec::new(), &ctx) else { continue };
        let stops = form.slots.iter().filter(|slot| slot.visible && !slot.read_only).count();
        for _ in 0..stops {
            let index = form.focused().unwrap();
            let (_, seen) = draw(&form, 40, 10, &ctx);
            let cursor = seen.cursor.unwrap_or_else(|| {
                panic!("{} {} is not seen", entity.name, form.slots[index].field)
            });
            assert!(cursor.x < 40 && cursor.y < 10);
            let target = Target::Field(form.slots[index].target());
            let hit = seen.hits.iter().find(|hit| hit.target == target).unwrap();
            assert!(hit.area.y <= cursor.y && cursor.y < hit.area.bottom(), "{hit:?} {cursor:?}");
            press(&mut form, "tab", &ctx);
        }
    }
}

#[test]
fn nothing_breaks_at_any_size() {
    let mut ctx = context();
    for (width, height) in [(0, 0), (1, 1), (3, 2), (12, 4), (20, 5), (39, 9), (119, 7), (300, 3)] {
        ctx.size = Size { width, height };
        let mut form = Form::create("contact", Vec::new(), &ctx).unwrap();
        for keys in ["", "\"安邦科技有限公司安邦科技有限公司\"", "tab \"m\"", "esc f1", "esc esc"]
        {
            press(&mut form, keys, &ctx);
            draw(&form, width, height, &ctx);
        }
        let mut form = Form::edit(records::deal(), &ctx).unwrap();
        go_to(&mut form, "expected_close", &ctx);
        press(&mut form, "space", &ctx);
        draw(&form, width, height, &ctx);
    }
}

/// Text that came from outside must not act on the terminal, wherever a form shows it: as a value,
/// while it is edited, as a title, in a picker, as a duplicate, in a problem.
#[test]
fn hostile_text_is_shown_not_obeyed() {
    let ctx = context();
    for bad in ["\x1b[2J", "\u{202e}gpj", "a\u{9b}31m", "\u{200b}\u{e0041}", "\x07\x08\r"] {
        let mut record = records::deal();
        let text = format!("x{bad}y");
        for field in ["name", "next_step", "competitor", "description"] {
            record.fields.insert(name(field), Value::Text(text.clone()));
        }
        let mut form = Form::edit(record, &ctx).unwrap();
        let mut seen = form.title(&ctx).into_string();
        for _ in 0..12 {
            seen.push_str(&screen(&form, 80, 50, &ctx).join(""));
            press(&mut form, "tab", &ctx);
        }
        go_to(&mut form, "customer", &ctx);
        let events = press(&mut form, "space", &ctx);
        form.answer(ticket(&events), &[hit("customer", 1, &text, &text)], &ctx);
        seen.push_str(&screen(&form, 80, 24, &ctx).join(""));
        press(&mut form, "enter", &ctx);
        form.fail(&text);
        seen.push_str(&screen(&form, 80, 24, &ctx).join(""));
        let harmful =
            |c: char| c.is_control() || matches!(c, '\u{200b}' | '\u{202e}' | '\u{e0041}');
        assert!(!seen.chars().any(harmful), "{bad:?}");
        // And what nobody touched is not changed by being looked at.
        assert_eq!(form.value("name"), &Value::Text(text));
    }
}

#[test]
fn a_click_goes_to_the_field() {
    let ctx = context();
    let mut form = Form::create("deal", Vec::new(), &ctx).unwrap();
    let (_, seen) = draw(&form, 80, 24, &ctx);
    let target = Target::Field(name("0.amount"));
    assert!(seen.hits.iter().any(|hit| hit.target == target));
    form.press(&target, &ctx);
    assert!(form.focused().is_some_and(|index| form.slots[index].field == "amount"));
    go_to(&mut form, "stage", &ctx);
    press(&mut form, "space", &ctx);
    form.press(&Target::Row(2), &ctx);
    assert_eq!(form.value("stage"), &Value::from("proposal"));
}

#[test]
fn the_cursor_is_where_typing_goes() {
    let ctx = context();
    let mut form = Form::create("deal", Vec::new(), &ctx).unwrap();
    press(&mut form, "\"安邦 x\"", &ctx);
    let (buf, seen) = draw(&form, 80, 24, &ctx);
    let cursor = seen.cursor.unwrap();
    assert_eq!(buf[(cursor.x - 1, cursor.y)].symbol(), "x");
    press(&mut form, "home", &ctx);
    let (buf, seen) = draw(&form, 80, 24, &ctx);
    let cursor = seen.cursor.unwrap();
    assert_eq!(buf[(cursor.x, cursor.y)].symbol(), "安");
}

#[test]
fn help_tells_what_the_schema_says() {
    let ctx = context();
    let mut form = Form::create("deal", Vec::new(), &ctx).unwrap();
    go_to(&mut form, "probability", &ctx);
    for key in ["f1", "ctrl-t"] {
        press(&mut form, key, &ctx);
        let all = screen(&form, 80, 24, &ctx).join("\n");
        assert!(all.contains("follows the stage"), "{all}");
        assert!(all.contains("when Stage changes") && all.contains("At most 100"), "{all}");
        press(&mut form, "esc", &ctx);
        assert!(!form.has_popup());
    }
}

#[test]
fn in_chinese() {
    let ctx = context_in(Lang::Zh, None);
    let form = Form::create("deal", Vec::new(), &ctx).unwrap();
    assert_eq!(form.title(&ctx).as_str(), "新建商机");
    let all = screen(&form, 80, 24, &ctx).join("\n");
    assert!(all.contains("名称 *") && all.contains("初步接触"), "{all}");
    let all = screen(&form, 80, 40, &ctx).join("\n");
    assert!(all.contains("负责人") && all.contains("Administrator  U-1"), "{all}");
}

#[test]
fn without_our_own_glyphs() {
    let mut ctx = context();
    ctx.ascii = true;
    let form = Form::create("deal", Vec::new(), &ctx).unwrap();
    for line in screen(&form, 80, 24, &ctx) {
        assert!(line.is_ascii(), "{line}");
    }
}
