//! The life of a record: activities, stage changes and edits, newest first, under the names of
//! their days, two lines each.

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::gate::{Entry, Timeline, TimelineItem};
use crate::model::{Op, Record, RecordRef, Value};
use crate::term::Clean;
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::paint;
use crate::tui::theme::Role;

/// What one item says: a first line of when and what, a second one with the words.
struct Told {
    when: String,
    what: String,
    who: String,
    words: String,
}

/// The record an item leads to.
#[must_use]
pub fn leads_to(item: &TimelineItem) -> Option<RecordRef> {
    match item {
        TimelineItem::Activity(record) => Some(record.reference()),
        TimelineItem::Change(entry) => entry.record.clone(),
    }
}

fn tell(item: &TimelineItem, of: &RecordRef, ctx: &Context) -> Told {
    let when = item.at().with_timezone(&ctx.format.zone).format("%H:%M").to_string();
    match item {
        TimelineItem::Activity(record) => activity(record, when, ctx),
        TimelineItem::Change(entry) => Told {
            when,
            what: changed(entry, of, ctx),
            who: Clean::line(&entry.by).into_string(),
            words: fields(entry, ctx),
        },
    }
}

fn activity(record: &Record, when: String, ctx: &Context) -> Told {
    let entity = ctx.catalog.entity(&record.entity);
    let shown = |name: &str| {
        let field = entity.and_then(|entity| entity.field(name));
        field
            .map(|field| ctx.format.line(&ctx.catalog, field, record.get(name)))
            .unwrap_or_default()
    };
    let who = match record.get("owner") {
        Value::Link(link) => link.title.clone(),
        _ => String::new(),
    };
    let subject = shown("subject");
    let body = shown("body");
    let words = match (subject.is_empty(), body.is_empty()) {
        (false, false) => ctx.about(&subject, &body),
        _ => subject + &body,
    };
    Told {
        when,
        what: Clean::line(&shown("kind").to_lowercase()).into_string(),
        who: Clean::line(&who).into_string(),
        words: Clean::line(&words).into_string(),
    }
}

/// What happened, in a word or two: `edited`, `deal D-88 edited`.
fn changed(entry: &Entry, of: &RecordRef, ctx: &Context) -> String {
    let word = match entry.op {
        Some(Op::Create) => "timeline.created",
        Some(Op::Delete) => "timeline.deleted",
        Some(Op::Restore) => "timeline.restored",
        Some(Op::Update) | None => "timeline.edited",
    };
    match entry.record.as_ref().filter(|record| *record != of) {
        Some(record) => format!("{} {}", ctx.catalog.reference(record), ctx.t(word)),
        None => ctx.t(word).to_owned(),
    }
}

/// `Stage: Qualification → Proposal, Amount: 10 → 12`.
pub(in crate::tui) fn fields(entry: &Entry, ctx: &Context) -> String {
    if entry.op == Some(Op::Create) {
        return Clean::line(&ctx.said_why(&entry.why)).into_string();
    }
    let entity = entry.record.as_ref().and_then(|record| ctx.catalog.entity(&record.entity));
    let parts: Vec<String> = entry
        .fields
        .iter()
        .map(|change| {
            let field = entity.and_then(|entity| entity.field(&change.field));
            let shown = |value: &Value| match field {
                Some(field) => ctx.format.line(&ctx.catalog, field, value),
                None => ctx.format.plain(&ctx.catalog, value),
            };
            let name = field.map_or(change.field.as_str(), |field| field.label.get(ctx.lang()));
            let (before, after) = (shown(&change.before), shown(&change.after));
            let arrow = ctx.glyphs().arrow;
            let dash = |text: String| if text.is_empty() { "-".to_owned() } else { text };
            ctx.about(name, &format!("{} {arrow} {}", dash(before), dash(after)))
        })
        .collect();
    Clean::line(&ctx.in_turn(&parts)).into_string()
}

/// A line of the timeline: the name of a day, or an item of it.
enum Line<'a> {
    Day(NaiveDate),
    Item(usize, &'a TimelineItem),
}

impl Line<'_> {
    const fn height(&self) -> u16 {
        match self {
            Self::Day(_) => 1,
            Self::Item(..) => 2,
        }
    }
}

/// The items under the names of their days.
fn lines<'a>(timeline: &'a Timeline, ctx: &Context) -> Vec<Line<'a>> {
    let mut lines = Vec::new();
    let mut last = None;
    for (n, item) in timeline.items.iter().enumerate() {
        let day = item.at().with_timezone(&ctx.format.zone).date_naive();
        if last.replace(day) != Some(day) {
            lines.push(Line::Day(day));
        }
        lines.push(Line::Item(n, item));
    }
    lines
}

/// The first line that is shown so that the whole item under the cursor is.
fn first_line(lines: &[Line<'_>], selected: Option<usize>, height: u16) -> usize {
    let Some(selected) = selected else { return 0 };
    let here = lines.iter().position(|line| matches!(line, Line::Item(n, _) if *n == selected));
    let Some(here) = here else { return 0 };
    let mut room = height;
    let mut first = here;
    for (n, line) in lines[..=here].iter().enumerate().rev() {
        let Some(left) = room.checked_sub(line.height()) else { break };
        room = left;
        first = n;
    }
    first
}

/// `today · mon 23 Nov`, and the year where it is far.
fn day_name(day: NaiveDate, ctx: &Context) -> String {
    let today = ctx.today();
    match (today - day).num_days() {
        -1..=99 => format!("{} · {}", ctx.format.near(day, today), ctx.format.day_of_week(day)),
        _ => ctx.format.long_day(day),
    }
}

/// Draws the items from the one under the cursor's screenful on.
pub fn draw(
    buf: &mut Buffer,
    area: Rect,
    timeline: &Timeline,
    of: &RecordRef,
    selected: Option<usize>,
    ctx: &Context,
) -> Seen {
    let mut seen = Seen::default();
    let lines = lines(timeline, ctx);
    let mut y = area.y;
    for line in &lines[first_line(&lines, selected, area.height)..] {
        if y >= area.bottom() {
            break;
        }
        let place = Rect { y, height: line.height().min(area.bottom() - y), ..area };
        y += line.height();
        let (n, item) = match line {
            Line::Day(day) => {
                let row = Rect { x: place.x + 1, width: place.width.saturating_sub(1), ..place };
                paint::text(buf, row, &day_name(*day, ctx), ctx.style(Role::Header), ctx);
                continue;
            }
            Line::Item(n, item) => (*n, *item),
        };
        let told = tell(item, of, ctx);
        let chosen = selected == Some(n);
        let style = |role| ctx.style(if chosen { Role::Selected } else { role });
        let first = paint::row(place, 0);
        let marker = if chosen { ctx.glyphs().cursor } else { " " };
        let then = ctx.t("said.then");
        let who = if told.who.is_empty() { String::new() } else { format!("{then}{}", told.who) };
        let parts = [
            (marker, style(Role::Accent)),
            ("  ", style(Role::Text)),
            (told.when.as_str(), style(Role::Muted)),
            ("  ", style(Role::Text)),
            (told.what.as_str(), style(Role::Text)),
            (who.as_str(), style(Role::Muted)),
        ];
        if chosen {
            buf.set_style(first.intersection(buf.area), ctx.style(Role::Selected));
            seen.cursor = Some(Position { x: first.x, y: first.y });
            seen.place(n, timeline.items.len());
        }
        paint::pieces(buf, first, &parts, ctx);
        if place.height > 1 {
            let second = paint::row(place, 1);
            let words = Rect {
                x: second.x + 5.min(second.width),
                width: second.width.saturating_sub(5),
                ..second
            };
            paint::text(buf, words, &told.words, ctx.style(Role::Text), ctx);
        }
        seen.hit(place, Target::Row(n));
    }
    if timeline.items.is_empty() {
        let place =
            Rect { x: area.x + 2.min(area.width), width: area.width.saturating_sub(2), ..area };
        let text = ctx.tf("timeline.empty", &[("key", &ctx.key_of("log.call"))]);
        paint::text(buf, place, &text, ctx.style(Role::Muted), ctx);
        if ctx.plain {
            seen.cursor = Some(area.as_position());
            seen.tells(text);
        }
    }
    seen
}
