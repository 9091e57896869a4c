//! How the audit log is drawn: the names of its two lists, then one line for each entry.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::unusual::{seen as seen_before, unseen_of};
use super::{Audit, Part};
use crate::gate::{Anomaly, AuditEntry};
use crate::policy::Right;
use crate::schema::{AUDIT, Catalog};
use crate::term::{self, Clean};
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::paint::{self, Side};
use crate::tui::screen::list::grouped;
use crate::tui::screen::role::right;
use crate::tui::state::State;
use crate::tui::theme::Role;

/// Cells before the first column.
const LEAD: u16 = 2;
/// Cells between columns.
const GAP: u16 = 2;
/// The most cells of each column.
const WIDEST: [u16; 5] = [20, 18, 20, 60, 9];
/// The same on a narrow screen.
const NARROW: [u16; 5] = [16, 8, 12, 30, 6];
/// Below this width a screen is narrow.
const WIDE_FROM: u16 = 60;

/// Draws the screen.
pub(super) fn draw(of: &Audit, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
    let mut seen = tabs(of, paint::row(area, 0), buf, ctx);
    let below = 1.min(area.height);
    let rest = Rect { y: area.y + below, height: area.height - below, ..area };
    let list = match of.part {
        Part::Log => log(of, rest, buf, ctx),
        Part::Unusual => unusual(of, rest, buf, ctx),
    };
    seen.join(list);
    seen
}

fn tabs(of: &Audit, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
    let mut seen = Seen::default();
    paint::rule(buf, area, ctx);
    seen.hit(area, Target::Tabs);
    let mut unusual = ctx.t("audit.unusual").to_owned();
    match unseen_of(of.unusual.found(), ctx) {
        0 => {}
        n => unusual.push_str(&format!(" ({})", grouped(n as u64))),
    }
    let names = [(Part::Log, ctx.t("audit.log").to_owned()), (Part::Unusual, unusual)];
    let mut x = area.x + 1;
    for (n, (part, name)) in names.into_iter().enumerate() {
        let open = part == of.part;
        let name = format!(" {name} ");
        let text = if open { paint::open_tab(&name, ctx) } else { name };
        let width = (term::width(&text) as u16).min(area.right().saturating_sub(x));
        let place = Rect { x, width, ..area };
        let role = if open { Role::TabOpen } else { Role::Tab };
        paint::text(buf, place, &text, ctx.style(role), ctx);
        seen.hit(place, Target::Tab(n));
        x += width + 1;
    }
    seen
}

/// What a word of the log is called by people.
pub(super) fn called(catalog: &Catalog, field: &str, word: &str, ctx: &Context) -> String {
    let field = catalog.entity(AUDIT).and_then(|log| log.field(field));
    let choice = field.and_then(|field| field.choice(word));
    choice.map_or(word, |choice| choice.label.get(ctx.lang())).to_owned()
}

/// What a field of the log is called.
pub(super) fn label<'a>(catalog: &'a Catalog, field: &'a str, ctx: &Context) -> &'a str {
    let field_of = catalog.entity(AUDIT).and_then(|log| log.field(field));
    field_of.map_or(field, |field| field.label.get(ctx.lang()))
}

/// The record or the entity that an entry is about.
pub(super) fn about(entry: &AuditEntry, catalog: &Catalog, ctx: &Context) -> String {
    if !entry.kinds.is_empty() {
        return ctx.t("audit.several").to_owned();
    }
    match (&entry.record, &entry.entity) {
        (Some(record), _) => catalog.reference(record),
        (None, Some(entity)) => called(catalog, "entity", entity, ctx),
        (None, None) => String::new(),
    }
}

/// What exactly happened: the right, the report, or why a change was made.
pub(super) fn exactly(entry: &AuditEntry, ctx: &Context) -> String {
    match entry.what.as_str() {
        "" => ctx.said_why(&entry.why),
        _ => named(entry, ctx),
    }
}

/// The right that was refused or the report that ran, by the name people know.
pub(super) fn named(entry: &AuditEntry, ctx: &Context) -> String {
    let what = entry.what.as_str();
    let report = ctx.catalog.report(what).filter(|_| entry.kind == "report");
    let refused = Right::of_word(what).filter(|_| entry.kind == "refused");
    match (report, refused) {
        (Some(report), _) => report.label.get(ctx.lang()).to_owned(),
        (_, Some(asked)) => right(asked, ctx).to_owned(),
        _ => ctx.said_event(&entry.kind, what),
    }
}

fn role_of(entry: &AuditEntry) -> Role {
    match entry.kind.as_str() {
        "refused" | "sign_in_denied" | "locked" => Role::Warning,
        _ => Role::Text,
    }
}

fn log(of: &Audit, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
    let log = &of.log;
    if let Some(problem) = log.problem() {
        return problem.draw(buf, area, ctx);
    }
    if log.len() == 0 {
        let none = if log.filter().is_empty() { "audit.empty" } else { "audit.no_match" };
        return nothing(log.has_landed(), || ctx.t(none).to_owned(), area, buf, ctx);
    }
    let catalog = &of.catalog;
    let narrow = area.width < WIDE_FROM;
    let third = if narrow { "kind" } else { "entity" };
    let heads = ["at", "who", "kind", third, "count"].map(|field| label(catalog, field, ctx));
    // To the minute, also of what is long ago: that is what a log is read for.
    let time = if narrow { "%m-%d %H:%M" } else { "%Y-%m-%d %H:%M" };
    let height = usize::from(area.height.saturating_sub(1)).max(1);
    let top = (log.at() + 1).saturating_sub(height);
    let shown: Vec<(usize, [Clean; 5], Role)> = log
        .entries()
        .iter()
        .enumerate()
        .skip(top)
        .take(height)
        .map(|(n, entry)| {
            // Where there is little room, kind and record share a column.
            let kind = called(catalog, "kind", &entry.kind, ctx);
            let (first, kind) = if narrow { (kind, String::new()) } else { (String::new(), kind) };
            let what = [first, about(entry, catalog, ctx), exactly(entry, ctx)];
            let what: Vec<String> = what.into_iter().filter(|text| !text.is_empty()).collect();
            let cells = [
                entry.at.with_timezone(&ctx.format.zone).format(time).to_string(),
                entry.by.clone(),
                kind,
                what.join("  "),
                grouped(entry.count),
            ];
            (n, cells.map(|text| Clean::line(&text)), role_of(entry))
        })
        .collect();
    let mut seen = table(&heads, &shown, log.at(), area, buf, ctx);
    let more = if log.has_more() { "+" } else { "" };
    let [n, total] = [log.at() + 1, log.len()].map(|n| grouped(n as u64));
    seen.told.place = Some((n, total + more));
    seen
}

/// What stands where there are no lines.
fn nothing(
    landed: bool,
    text: impl Fn() -> String,
    area: Rect,
    buf: &mut Buffer,
    ctx: &Context,
) -> Seen {
    let state = if landed { Some(State::empty(text())) } else { State::awaited(ctx) };
    state.map(|state| state.draw(buf, area, ctx)).unwrap_or_default()
}

fn unusual(of: &Audit, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
    let list = &of.unusual;
    if let Some(problem) = list.problem() {
        return problem.draw(buf, area, ctx);
    }
    if list.len() == 0 {
        let days = ctx.usual.manners.thresholds.days.to_string();
        let text = || ctx.tf("audit.nothing_unusual", &[("n", &days)]);
        return nothing(list.has_landed(), text, area, buf, ctx);
    }
    let looked = seen_before(&ctx.prefs);
    let catalog = &of.catalog;
    let [when, who, count] = ["at", "who", "count"].map(|field| label(catalog, field, ctx));
    let heads = [when, who, "", ctx.t("audit.unusual"), count];
    let height = usize::from(area.height.saturating_sub(1)).max(1);
    let top = (list.at() + 1).saturating_sub(height);
    let rows: Vec<(usize, [Clean; 5], Role)> = list
        .found()
        .iter()
        .enumerate()
        .skip(top)
        .take(height)
        .map(|(n, anomaly)| {
            let known = looked.contains(&anomaly.key());
            let state = if known { ctx.t("audit.seen") } else { "" };
            let cells = [
                ctx.format.near(anomaly.day, ctx.today()),
                anomaly.name.clone(),
                state.to_owned(),
                sentence(anomaly, ctx),
                grouped(anomaly.count),
            ];
            let role = if known { Role::Muted } else { Role::Warning };
            (n, cells.map(|text| Clean::line(&text)), role)
        })
        .collect();
    let mut seen = table(&heads, &rows, list.at(), area, buf, ctx);
    seen.place(list.at(), list.len());
    seen
}

/// What is unusual, and what is usual for the person.
fn sentence(anomaly: &Anomaly, ctx: &Context) -> String {
    let what = ctx.strings.said(&anomaly.unusual.phrase());
    match anomaly.usual {
        Some(usual) => {
            format!("{what}  {}", ctx.tf("audit.usually", &[("n", &grouped(usual))]))
        }
        None => what,
    }
}

/// Draws lines of five columns under their names: the fourth takes what room is left, the last stands on
/// the right.
fn table(
    heads: &[&str; 5],
    rows: &[(usize, [Clean; 5], Role)],
    at: usize,
    area: Rect,
    buf: &mut Buffer,
    ctx: &Context,
) -> Seen {
    let mut seen = Seen::default();
    let widest = if area.width < WIDE_FROM { NARROW } else { WIDEST };
    let mut widths = [0u16; 5];
    for (n, width) in widths.iter_mut().enumerate() {
        let cells = rows.iter().map(|(_, cells, _)| cells[n].width()).max().unwrap_or_default();
        // A column without anything in it has no name either.
        let unnamed = cells == 0 || (n == 4 && area.width < WIDE_FROM);
        let head = if unnamed { 0 } else { term::width(heads[n]) };
        *width = (cells.max(head) as u16).min(widest[n]);
    }
    let fixed: u16 =
        [0, 1, 2, 4].iter().map(|n| widths[*n] + GAP * u16::from(widths[*n] > 0)).sum();
    widths[3] = area.width.saturating_sub(LEAD + fixed + 1);
    let line = |y: u16, buf: &mut Buffer, texts: [&str; 5], styles: [ratatui::style::Style; 5]| {
        let mut x = area.x + LEAD.min(area.width);
        for n in 0..5 {
            let width = widths[n].min(area.right().saturating_sub(x));
            let place = Rect { x, y, width, height: 1 };
            if n == 4 && usize::from(width) < term::width(texts[n]) {
                x += width + GAP;
                continue;
            }
            if n == 4 {
                paint::aligned(buf, place, texts[n], styles[n], Side::Right, ctx);
            } else {
                paint::text(buf, place, texts[n], styles[n], ctx);
            }
            x += if width == 0 { 0 } else { width + GAP };
            x = x.min(area.right());
        }
    };
    if area.height > 1 {
        line(area.y, buf, *heads, [ctx.style(Role::Muted); 5]);
    }
    let below = u16::from(area.height > 1);
    for (place, (n, cells, role)) in rows.iter().enumerate() {
        let y = area.y + below + place as u16;
        if y >= area.bottom() {
            break;
        }
        let here = Rect { y, height: 1, ..area };
        let chosen = *n == at;
        let style = |role| ctx.style(if chosen { Role::Selected } else { role });
        if chosen {
            buf.set_style(here.intersection(buf.area), ctx.style(Role::Selected));
            paint::text(buf, here, ctx.glyphs().cursor, ctx.style(Role::Selected), ctx);
            seen.cursor = Some(Position { x: here.x, y });
        }
        let texts = std::array::from_fn(|n| cells[n].as_str());
        let styles =
            [style(Role::Muted), style(Role::Text), style(*role), style(*role), style(Role::Text)];
        line(y, buf, texts, styles);
        seen.hit(here, Target::Row(*n));
    }
    seen
}
