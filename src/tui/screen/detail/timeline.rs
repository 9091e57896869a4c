//! The life of a record: activities, stage changes and edits, newest first, two lines each.

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
    let when = ctx.format.near_instant(item.at(), ctx.now);
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
        (false, false) => format!("{subject}: {body}"),
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
            format!("{name}: {} {arrow} {}", dash(before), dash(after))
        })
        .collect();
    Clean::line(&parts.join(", ")).into_string()
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
    let fit = usize::from(area.height / 2).max(1);
    let top = selected.map_or(0, |at| (at + 1).saturating_sub(fit));
    for (n, item) in timeline.items.iter().enumerate().skip(top).take(fit) {
        let y = area.y + ((n - top) * 2) as u16;
        let place = Rect { y, height: 2.min(area.bottom() - y), ..area };
        let told = tell(item, of, ctx);
        let chosen = selected == Some(n);
        let style = |role| ctx.style(if chosen { Role::Selected } else { role });
        let first = paint::row(place, 0);
        let marker = if chosen { ctx.glyphs().cursor } else { " " };
        let who = if told.who.is_empty() { String::new() } else { format!(", {}", told.who) };
        let parts = [
            (marker, style(Role::Accent)),
            (" ", style(Role::Text)),
            (told.when.as_str(), style(Role::Muted)),
            ("  ", style(Role::Text)),
            (told.what.as_str(), style(Role::Text)),
            (who.as_str(), style(Role::Muted)),
        ];
        if chosen {
            buf.set_style(first.intersection(buf.area), ctx.style(Role::Selected));
            seen.cursor = Some(Position { x: first.x, y: first.y });
        }
        paint::pieces(buf, first, &parts, ctx);
        let second = paint::row(place, 1);
        let words = Rect {
            x: second.x + 4.min(second.width),
            width: second.width.saturating_sub(4),
            ..second
        };
        paint::text(buf, words, &told.words, ctx.style(Role::Text), ctx);
        seen.hit(place, Target::Row(n));
    }
    if timeline.items.is_empty() {
        let place =
            Rect { x: area.x + 2.min(area.width), width: area.width.saturating_sub(2), ..area };
        let text = ctx.tf("timeline.empty", &[("key", &ctx.key_of("log.call"))]);
        paint::text(buf, place, &text, ctx.style(Role::Muted), ctx);
    }
    seen
}
