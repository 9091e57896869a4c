//! The schedule, snoozing, repeating and being reminded: seen on the screen, written through the gate.

use kontor::host::scripted::Script;
use kontor::model::{Edit, Lang, RecordId, RecordRef, Value};
use kontor::term::ColourDepth;

use crate::{Office, SIZES, expect, expect_not, link, office};

/// The office with more to do: today is Monday 23 November 2026, one in the afternoon.
fn busy() -> Office {
    let mut office = office();
    let me = RecordRef::new("user", RecordId(1));
    for (name, due, repeat) in [
        ("Weekly round", "2026-11-27 09:30", "weekly"),
        ("Report of the month", "2026-11-30", "monthly"),
        ("Ask about the press", "2026-11-23 18:30", ""),
    ] {
        let edit = Edit::create("task")
            .typed("name", name)
            .typed("due", due)
            .typed("repeat", repeat)
            .with("customer", link(&office.muller))
            .with("owner", link(&me));
        office.desk.add(edit);
    }
    office.desk.add(
        Edit::create("activity")
            .typed("kind", "meeting")
            .typed("subject", "Visit of the plant")
            .typed("happened_at", "2026-11-25 14:00")
            .with("customer", link(&office.muller))
            .with("owner", link(&me)),
    );
    office
}

fn task(script: &mut Script, id: i64, field: &str) -> Value {
    script.session().get(&RecordRef::new("task", RecordId(id))).unwrap().get(field).clone()
}

fn due(script: &mut Script, id: i64) -> String {
    match task(script, id, "due") {
        Value::DateTime(at) => {
            at.with_timezone(&chrono_tz::Europe::Berlin).format("%Y-%m-%d %H:%M").to_string()
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn the_schedule_in_every_size() {
    for (width, height) in SIZES {
        let office = busy();
        let mut script = office.open(width, height);
        for (name, keys) in [("agenda", "g s"), ("week", "tab"), ("month", "tab right right")] {
            script.press(keys).unwrap();
            insta::assert_snapshot!(format!("{name}-{width}x{height}"), script.snapshot());
        }
    }
    let office = busy();
    let mut script = office.open_as(80, 24, "dark", ColourDepth::Palette, Lang::Zh);
    script.press("g s tab").unwrap();
    insta::assert_snapshot!("week-zh-80x24", script.snapshot());
    script.press("tab").unwrap();
    insta::assert_snapshot!("month-zh-80x24", script.snapshot());
}

#[test]
fn what_is_late_comes_first_and_days_are_walked_through() {
    let office = busy();
    let mut script = office.open(80, 24);
    script.press("g s").unwrap();
    let text = script.text();
    let place = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words}:\n{text}"));
    assert!(place("Send the offer") < place("Call about delivery"));
    assert!(place("Call about delivery") < place("Ask about the press"));
    script.press("right right").unwrap();
    expect(&script, "Visit of the plant");
    expect(&script, "planned");
    expect_not(&script, "Send the offer");
    script.press("T").unwrap();
    expect(&script, "Send the offer");
    script.press("tab").unwrap();
    expect(&script, "Weekly round");
    script.press("pagedown").unwrap();
    expect(&script, "Report of the month");
    expect_not(&script, "Weekly round");
    // The view is remembered.
    script.press("g c g s").unwrap();
    expect(&script, "Report of the month");
    let mut again = office.open(80, 24);
    again.press("g s").unwrap();
    expect(&again, "Weekly round");
}

#[test]
fn a_new_task_stands_on_the_chosen_day() {
    let office = busy();
    let mut script = office.open(80, 24);
    script.press("g s tab tab right right right right n t").unwrap();
    script.typed("Buy bread");
    script.press("ctrl-s").unwrap();
    assert_eq!(due(&mut script, 6), "2026-11-27 00:00");
    expect(&script, "Buy bread");
}

#[test]
fn a_task_is_moved_by_a_day_and_back() {
    let office = busy();
    let mut script = office.open(80, 24);
    script.press("g s j L").unwrap();
    expect(&script, "T-2 is due tomorrow now");
    assert_eq!(due(&mut script, 2), "2026-11-24 15:00");
    script.press("u").unwrap();
    assert_eq!(due(&mut script, 2), "2026-11-23 15:00");
    // What is late moves on from today.
    script.press("g g ctrl-right").unwrap();
    assert_eq!(due(&mut script, 1), "2026-11-24 10:00");
    // A meeting is no task: it stays, and the screen says why.
    script.press("T right right H").unwrap();
    expect(&script, "not a task");
}

#[test]
fn a_month_opens_days_and_esc_leads_back_to_them() {
    let office = busy();
    let mut script = office.open(80, 24);
    script.press("g s tab tab").unwrap();
    script.press("right").unwrap();
    script.press("enter").unwrap();
    expect(&script, "Nothing on this day");
    script.press("left enter down").unwrap();
    script.press("x").unwrap();
    expect(&script, "T-5 done");
    script.press("esc pagedown").unwrap();
    expect(&script, "December 2026");
    script.press("enter").unwrap();
    script.press("esc").unwrap();
    expect(&script, "December 2026");
}

#[test]
fn snoozing_puts_a_task_out_of_the_way_until_then() {
    let office = busy();
    let mut script = office.open(80, 24);
    script.press("g s").unwrap();
    expect(&script, "Send the offer");
    script.press("z").unwrap();
    expect(&script, "Snooze until");
    insta::assert_snapshot!("snooze-80x24", script.snapshot());
    script.press("4").unwrap();
    expect(&script, "T-1 snoozed until tomorrow 09:00");
    expect_not(&script, "Send the offer");
    assert_eq!(due(&mut script, 1), "2026-11-20 10:00");
    script.press("right").unwrap();
    expect(&script, "09:00");
    expect(&script, "Send the offer");
    script.press("u T").unwrap();
    expect(&script, "Send the offer");
    // A time that is typed; one that is over is refused.
    script.press("z 6").unwrap();
    script.typed("yesterday");
    script.press("enter").unwrap();
    expect(&script, "over already");
    script.press("ctrl-u").unwrap();
    script.typed("wed 16:15");
    script.press("enter").unwrap();
    expect(&script, "T-1 snoozed until wed 25 Nov 16:15");
}

#[test]
fn a_repeating_task_says_when_it_comes_again() {
    let office = busy();
    let mut script = office.open(80, 24);
    script.press("g s tab G").unwrap();
    script.press("x").unwrap();
    expect(&script, "T-3 done, next is T-6: 4 Dec");
    script.press("pagedown").unwrap();
    expect(&script, "Weekly round");
    script.press("u").unwrap();
    expect_not(&script, "Weekly round");
}

#[test]
fn the_schedule_shows_whose_is_chosen() {
    let mut office = busy();
    let other = office.desk.add(Edit::create("user").typed("name", "Bo").typed("login", "bo"));
    let edit = Edit::create("task").typed("name", "Bo's task").typed("due", "today 17:00");
    office.desk.add(edit.with("owner", link(&other)));
    let mut script = office.open(80, 24);
    script.press("g s").unwrap();
    expect_not(&script, "Bo's task");
    script.press("m m").unwrap();
    expect(&script, "Bo's task");
    expect(&script, "· All");
    script.press("m").unwrap();
    expect_not(&script, "Bo's task");
}
