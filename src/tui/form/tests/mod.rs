//! Forms, driven by keys in text notation and looked at as text.

mod editors;
mod flow;
mod looks;
mod records;

use std::sync::Arc;

use chrono::{TimeZone, Utc};
use chrono_tz::Europe::Berlin;
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use super::{Event, Form};
use crate::action::key::Keys;
use crate::action::{Lookup, Place};
use crate::gate::Hit;
use crate::model::{Edit, Input, Lang, Name, RecordId, RecordRef, Value};
use crate::policy::Person;
use crate::query::Moment;
use crate::schema::load;
use crate::term::ColourDepth;
use crate::tui::context::Setup;
use crate::tui::{Context, Seen, Theme};

/// Saturday 21 November 2026, 13:00 in Berlin.
pub(super) fn context() -> Context {
    context_in(Lang::En, None)
}

pub(super) fn context_in(lang: Lang, company: Option<&str>) -> Context {
    let catalog = load(company.map(|text| ("company.toml", text))).unwrap();
    let now = Utc.with_ymd_and_hms(2026, 11, 21, 12, 0, 0).unwrap();
    let moment = Moment {
        now,
        zone: Berlin,
        me: Some(RecordId(1)),
        my_teams: Vec::new(),
        week: chrono::Weekday::Mon,
    };
    let person = Person::administrator(RecordId(1), "Administrator");
    Context::new(Setup {
        catalog: Arc::new(catalog),
        person,
        moment,
        lang,
        theme: Theme::built_in("mono", ColourDepth::Mono),
        themes: crate::tui::theme::Themes::shipped(),
        manners: crate::tui::context::Manners::default(),
        keymap: None,
        size: Size { width: 80, height: 24 },
        ascii: false,
        prefs: crate::tui::Prefs::default(),
        instance: "test".into(),
        viewing: None,
    })
}

/// Presses keys (`ctrl-s tab`); what stands in quotes is typed letter by letter: `"84k EUR" tab`.
pub(super) fn press(form: &mut Form, keys: &str, ctx: &Context) -> Vec<Event> {
    let mut events = Vec::new();
    let mut one = |key| {
        let action = match ctx.keymap.lookup(&[key], Place::Form, &ctx.actions) {
            Lookup::Action(action) => Some(action.id.to_string()),
            _ => None,
        };
        events.extend(form.key(key, action.as_deref(), ctx));
    };
    for (n, part) in keys.split('"').enumerate() {
        if n % 2 == 1 {
            for letter in part.chars() {
                one(crate::action::Key::char(letter));
            }
        } else if !part.trim().is_empty() {
            part.parse::<Keys>().unwrap().0.into_iter().for_each(&mut one);
        }
    }
    events
}

/// Tabs to a field.
pub(super) fn go_to(form: &mut Form, field: &str, ctx: &Context) -> Vec<Event> {
    let mut events = Vec::new();
    for _ in 0..form.slots.len() + 4 {
        if form.focused().is_some_and(|index| form.slots[index].field == *field) {
            return events;
        }
        events.extend(press(form, "tab", ctx));
    }
    panic!("no way to the field {field}");
}

pub(super) fn draw(form: &Form, width: u16, height: u16, ctx: &Context) -> (Buffer, Seen) {
    let mut ctx = ctx.clone();
    ctx.size = Size { width, height };
    let area = Rect::new(0, 0, width, height);
    let mut buf = Buffer::empty(area);
    let seen = form.view(area, &mut buf, &ctx);
    (buf, seen)
}

/// The screen as lines of text, wide characters once.
pub(super) fn screen(form: &Form, width: u16, height: u16, ctx: &Context) -> Vec<String> {
    let (buf, _) = draw(form, width, height, ctx);
    (0..height)
        .map(|y| {
            let mut line = String::new();
            let mut x = 0;
            while x < width {
                let symbol = buf[(x, y)].symbol();
                line.push_str(symbol);
                x += (crate::term::width(symbol) as u16).max(1);
            }
            line.trim_end().to_owned()
        })
        .collect()
}

pub(super) fn line_with(form: &Form, text: &str, ctx: &Context) -> String {
    let lines = screen(form, 80, 60, ctx);
    lines
        .iter()
        .find(|line| line.contains(text))
        .unwrap_or_else(|| panic!("no line with {text:?} in\n{}", lines.join("\n")))
        .trim()
        .to_owned()
}

pub(super) fn hit(entity: &str, id: i64, title: &str, subtitle: &str) -> Hit {
    Hit {
        record: RecordRef::new(entity, RecordId(id)),
        title: title.to_owned(),
        subtitle: subtitle.to_owned(),
        score: 0,
        matched: None,
        why: None,
    }
}

/// The ticket of the last question for records.
pub(super) fn ticket(events: &[Event]) -> u64 {
    let ask = events.iter().rev().find_map(|event| match event {
        Event::Ask(lookup) => Some(lookup.ticket),
        _ => None,
    });
    ask.unwrap_or_else(|| panic!("nothing was asked: {events:?}"))
}

pub(super) fn saved(events: &[Event]) -> &[Edit] {
    match events.last() {
        Some(Event::Save(edits)) => edits,
        _ => panic!("nothing was saved: {events:?}"),
    }
}

/// What an edit sets a field to.
pub(super) fn set<'a>(edit: &'a Edit, field: &str) -> Option<&'a Value> {
    edit.set.iter().find(|(name, _)| *name == *field).map(|(_, input)| match input {
        Input::Value(value) => value,
        other => panic!("{field} is handed in as {other:?}"),
    })
}

pub(super) fn name(text: &str) -> Name {
    Name::from(text)
}
