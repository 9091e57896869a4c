//! The schedule, snoozing, repeating and being reminded: seen on the screen, written through the gate.

use chrono::TimeDelta;
use kontor::gate::Count;
use kontor::host::scripted::Script;
use kontor::model::{Edit, Lang, RecordId, RecordRef, Value};
use kontor::query::Query;
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
fn a_day_without_a_time_is_the_whole_day() {
    let mut office = busy();
    let me = RecordRef::new("user", RecordId(1));
    let mut add = |name: &str, due: &str| {
        let edit = Edit::create("task").typed("name", name).typed("due", due);
        office.desk.add(edit.with("owner", link(&me)))
    };
    let (today, over) = (add("Whole day", "today"), add("Day over", "yesterday"));
    let (soon, late) = (add("At five", "today 17:00"), add("At nine", "today 09:00"));
    add("In five days", "+5d");
    let mut script = office.open(120, 40);
    for (task, overdue) in [(today, false), (over, true), (soon, false), (late, true)] {
        let task = script.session().get(&task).unwrap();
        assert_eq!(
            task.get("overdue"),
            &Value::Bool(overdue),
            "{}",
            task.get("name").as_text().unwrap()
        );
    }
    // The filter is the same in SQL.
    let query = Query::parse("overdue", script.session().catalog(), "task").unwrap();
    let found = script.session().count("task", Some(&query), None).unwrap();
    script.press("g t").unwrap();
    expect(&script, "Whole day");
    expect(&script, "In five days");
    expect_not(&script, "00:00");
    assert_eq!(found, Count::Exactly(3), "{}", script.text());
    // So is what a form starts with.
    script.press("g s n t").unwrap();
    expect_not(&script, "00:00");
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

#[test]
fn a_reminder_comes_at_its_time_rings_once_and_is_answered() {
    let office = busy();
    let mut script = office.open(80, 24);
    script.press("g c").unwrap();
    expect_not(&script, "Call about delivery");
    // The host is woken for it, and not before.
    let now = crate::noon();
    assert_eq!(script.app().wakes_in(now), Some(std::time::Duration::from_hours(2)));
    script.wait(TimeDelta::minutes(119));
    assert_eq!(script.rung, []);
    script.wait(TimeDelta::minutes(1));
    let text = Some("15:00 Call about delivery".to_owned());
    assert_eq!(script.rung, [(true, text)]);
    expect(&script, "15:00 Call about delivery  ! x done  ! z snooze  ! Enter open");
    insta::assert_snapshot!("reminder-80x24", script.snapshot());
    script.wait(TimeDelta::minutes(5));
    assert_eq!(script.rung.len(), 1);
    script.press("! z").unwrap();
    expect(&script, "Snooze until");
    script.press("1").unwrap();
    expect(&script, "T-2 snoozed until today 15:15");
    script.wait(TimeDelta::seconds(10));
    expect_not(&script, "Call about delivery");
    script.wait(TimeDelta::minutes(10));
    assert_eq!(script.rung.len(), 2);
    expect(&script, "15:15 Call about delivery");
    script.press("! enter").unwrap();
    expect(&script, "Tasks › Call about delivery");
    script.press("! x").unwrap();
    expect(&script, "T-2 done");
    script.wait(TimeDelta::seconds(10));
    expect_not(&script, "! x done");
    script.press("!").unwrap();
    expect(&script, "No reminder is due");
}

#[test]
fn reminders_come_as_long_before_as_a_task_says_and_several_are_counted() {
    let mut office = busy();
    let me = RecordRef::new("user", RecordId(1));
    for (name, due, remind) in [
        ("Early", "2026-11-23 13:30", "30m"),
        ("Tomorrow", "2026-11-24 13:00", "1d"),
        ("Whole day", "2026-11-23", ""),
        ("Silent", "2026-11-23 13:00", "none"),
        ("Later", "2026-11-23 14:00", "1h"),
        (
            "Send all the papers to the auditors in Frankfurt before they ask again",
            "2026-11-23 13:00",
            "",
        ),
    ] {
        let edit = Edit::create("task").typed("name", name).typed("due", due);
        office.desk.add(edit.typed("remind", remind).with("owner", link(&me)));
    }
    let mut script = office.open(120, 40);
    // What came before the program was started is shown, but rings no more.
    assert_eq!(script.rung, []);
    expect(&script, "13:30 Early and 3 more");
    script.press("!").unwrap();
    for name in ["Early", "Tomorrow", "Later", "Send all the papers"] {
        expect(&script, name);
    }
    insta::assert_snapshot!("reminders-120x40", script.snapshot());
    // The same key again puts one away; the others stay.
    script.press("!").unwrap();
    expect_not(&script, "13:30 Early");
    expect(&script, "and 2 more");
    script.press(", r").unwrap();
    script.wait(TimeDelta::seconds(10));
    expect_not(&script, "and 2 more");
    script.wait(TimeDelta::hours(3));
    assert_eq!(script.rung, []);
    script.press(", r").unwrap();
    script.wait(TimeDelta::hours(3));
    assert_eq!(script.rung.len(), 1);
    let mut small = office.open(40, 12);
    small.press("g c").unwrap();
    expect(&small, "! answer");
}

#[test]
fn what_settings_leave_out_does_not_happen() {
    use kontor::gate::Via;
    use kontor::host::scripted::Screen;
    use kontor::tui::Theme;
    use kontor::tui::context::{Manners, Reminding};
    let office = busy();
    let theme = Theme::built_in("dark", ColourDepth::Palette);
    let screen = Screen { width: 80, height: 24, theme, lang: Lang::En, ascii: false };
    for (status, bell, notify) in
        [(true, false, false), (false, true, false), (false, false, true), (false, false, false)]
    {
        let reminding = Reminding { status, bell, notify };
        let manners = Manners { reminding, ..Manners::default() };
        let session = office.desk.gate.session(Via::Tui).unwrap();
        let mut script = Script::start_with(session, &screen, manners);
        script.press("g c").unwrap();
        script.wait(TimeDelta::hours(2));
        assert_eq!(script.text().contains("15:00 Call about"), status);
        let rung: Vec<(bool, bool)> =
            script.rung.iter().map(|(bell, text)| (*bell, text.is_some())).collect();
        let wanted = if bell || notify { vec![(bell, notify)] } else { Vec::new() };
        assert_eq!(rung, wanted);
    }
}

#[test]
fn who_adds_a_task_elsewhere_is_reminded_here() {
    let mut office = busy();
    let mut script = office.open(80, 24);
    let me = RecordRef::new("user", RecordId(1));
    let edit = Edit::create("task").typed("name", "Ring Bo").typed("due", "2026-11-23 13:20");
    office.desk.add(edit.with("owner", link(&me)));
    script.changed();
    script.wait(TimeDelta::minutes(20));
    expect(&script, "13:20 Ring Bo");
    // A day later nothing of yesterday nags, and what is due then was asked for.
    script.wait(TimeDelta::hours(24));
    expect_not(&script, "13:20 Ring Bo");
}

#[test]
fn weeks_of_the_schedule_and_of_date_pickers_begin_where_they_are_set_to() {
    let folder = tempfile::tempdir().unwrap();
    for (week_start, heads, first) in [
        (kontor::model::WeekStart::Sunday, "Su", "sun 22 Nov"),
        (kontor::model::WeekStart::Saturday, "Sa", "sat 21 Nov"),
        (kontor::model::WeekStart::Monday, "Mo", "mon 23 Nov"),
    ] {
        let options = kontor::gate::OpenOptions { week_start, ..crate::common::options() };
        // A file of its own: which part of the schedule was open is remembered.
        let path = folder.path().join(format!("{heads}.db"));
        let gate = kontor::gate::Gate::open(&path, options).unwrap();
        let screen = kontor::host::scripted::Screen {
            width: 80,
            height: 24,
            theme: kontor::tui::Theme::built_in("mono", ColourDepth::Mono),
            lang: Lang::En,
            ascii: false,
        };
        let session = gate.session(kontor::gate::Via::Tui).unwrap();
        let mut script = Script::start(session, &screen);
        script.press("g s tab").unwrap();
        let text = script.text();
        let days: Vec<&str> = text.lines().filter(|line| line.contains(" Nov  -")).collect();
        assert!(days.first().is_some_and(|line| line.contains(first)), "{text}");
        script.press("tab").unwrap();
        let heading = |text: &str| {
            let line = text.lines().find(|line| line.contains("Mo") && line.contains("Th"));
            line.and_then(|line| line.split_whitespace().find(|word| word.len() == 2))
                .map(str::to_owned)
        };
        assert_eq!(heading(&script.text()).as_deref(), Some(heads), "{}", script.text());
    }
}
