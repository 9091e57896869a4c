//! What opens over a form: lists of choices and of records, the month, help, questions.
//!
//! A popup holds its own state and draws itself; what choosing means for the field is decided in
//! [`super::update`]. Start at [`Popup`].

use chrono::{Datelike, NaiveDate};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::editor::At;
use crate::gate::{FieldConflict, Hit};
use crate::model::{Link, Name};
use crate::policy::{FieldAccess, field_access, people_field};
use crate::schema::display::phone;
use crate::term::Clean;
use crate::tui::widget::pick::place;
use crate::tui::widget::{Calendar, Pick, PickRow};
use crate::tui::{Context, Role, Seen, Target, paint};

/// What can be picked in the list of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pickable {
    /// A record that exists.
    Record(Link),
    /// A new one of that name.
    Create(Name, String),
}

/// What is over the form.
#[derive(Debug, Clone)]
pub(super) enum Popup {
    /// Choices of the schema (or labels of a phone), of which one or several can be chosen.
    Choices { pick: Pick<String>, several: bool },
    /// Records that are searched for.
    Records { pick: Pick<Pickable>, entities: Vec<Name>, sought: Sought },
    /// A month.
    Calendar(Calendar),
    /// What the focused field means, from a line on.
    Help(u16),
    /// Save, throw away or stay.
    Leave(Pick<Leaving>),
    /// Which of the values of a conflict is kept.
    Conflict(Pick<Side>),
}

/// The answers to the question asked before unsaved changes are left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaving {
    /// Go on editing.
    Stay,
    /// Save first.
    Save,
    /// Throw the changes away.
    Discard,
}

/// Whose value is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// What I entered.
    Mine,
    /// What it holds now.
    Theirs,
    /// What it held when I began.
    Base,
}

/// How it stands with the records that are searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sought {
    /// Asked for.
    Awaited,
    /// There.
    Landed,
    /// Not to be had, and why.
    Failed(String),
}

impl Sought {
    /// What stands in the list where no record does.
    fn said<'a>(&'a self, pick: &Pick<Pickable>, ctx: &'a Context) -> &'a str {
        match self {
            Self::Awaited if ctx.waiting => ctx.t("state.awaited"),
            Self::Awaited => "",
            Self::Failed(why) => why,
            Self::Landed if pick.query.is_blank() => ctx.t("form.pick.type"),
            Self::Landed => ctx.t("form.pick.none"),
        }
    }
}

impl Popup {
    /// A list of choices.
    pub(super) fn choices(rows: Vec<PickRow<String>>, words: &str, several: bool) -> Self {
        Self::Choices { pick: Pick::narrowing(rows, words).aligned(), several }
    }

    /// A list of records of some entities, to be filled by a search.
    pub(super) fn records(entities: Vec<Name>, words: &str) -> Self {
        Self::Records { pick: Pick::searching(words), entities, sought: Sought::Awaited }
    }

    /// The month of a day.
    pub(super) fn calendar(day: NaiveDate) -> Self {
        Self::Calendar(Calendar::on(day))
    }

    /// The question before leaving; staying is the first answer.
    pub(super) fn leave(ctx: &Context) -> Self {
        let row = |key, text: &str| PickRow::new(key, Clean::line(ctx.t(text)));
        Self::Leave(Pick::answers(vec![
            row(Leaving::Stay, "form.leave.stay"),
            row(Leaving::Save, "form.leave.save"),
            row(Leaving::Discard, "form.leave.discard"),
        ]))
    }

    /// The question which value of a conflict is kept.
    pub(super) fn conflict(conflict: &FieldConflict, at: At<'_>) -> Self {
        let row = |key, word: &str, value| {
            let mut row = PickRow::new(key, Clean::line(at.ctx.t(word)));
            let shown = at.shown(value);
            row.note = if shown.is_empty() { Clean::line("-") } else { shown };
            row
        };
        let sides = vec![
            row(Side::Mine, "form.conflict.mine", &conflict.mine),
            row(Side::Theirs, "form.conflict.theirs", &conflict.theirs),
            row(Side::Base, "form.conflict.base", &conflict.base),
        ];
        Self::Conflict(Pick::answers(sides).aligned())
    }

    /// A list on its own in the middle of the screen, under a name: the box of the field it is for would
    /// only stand behind it. None where it is no list.
    pub(super) fn draw_alone(
        &self,
        title: &str,
        buf: &mut Buffer,
        screen: Rect,
        at: At<'_>,
    ) -> Option<Seen> {
        let (width, height) = match self {
            Self::Choices { pick, .. } => (pick.wanted_width(), pick.wanted_height()),
            Self::Records { pick, .. } => (pick.wanted_width(), pick.wanted_height().max(8)),
            _ => return None,
        };
        let width = (width + 4).max(crate::term::width(title) as u16 + 6);
        let middle = paint::centered(screen, width, height + 2).as_position();
        let above = Position { y: middle.y.saturating_sub(1), ..middle };
        let ctx = at.ctx;
        Some(match self {
            Self::Choices { pick, .. } => {
                draw_pick(pick, buf, above, screen, title, ctx.t("form.pick.none"), ctx)
            }
            Self::Records { pick, sought, .. } => {
                draw_pick(pick, buf, above, screen, title, sought.said(pick, ctx), ctx)
            }
            _ => return None,
        })
    }

    /// The popup draws itself under (or above) the field at `anchor`.
    pub(super) fn draw(
        &self,
        buf: &mut Buffer,
        anchor: Position,
        screen: Rect,
        at: Option<At<'_>>,
        ctx: &Context,
    ) -> Seen {
        match self {
            Self::Choices { pick, .. } => {
                let title = at.map_or("", |at| at.field.label.get(ctx.lang()));
                draw_pick(pick, buf, anchor, screen, title, ctx.t("form.pick.none"), ctx)
            }
            Self::Records { pick, sought, .. } => {
                let title = at.map_or("", |at| at.field.label.get(ctx.lang()));
                draw_pick(pick, buf, anchor, screen, title, sought.said(pick, ctx), ctx)
            }
            Self::Leave(pick) => {
                let middle = paint::centered(screen, 40, 6).as_position();
                draw_pick(pick, buf, middle, screen, ctx.t("form.leave.title"), "", ctx)
            }
            Self::Conflict(pick) => {
                let title = ctx.t("form.conflict.title");
                draw_pick(pick, buf, anchor, screen, title, "", ctx)
            }
            Self::Calendar(calendar) => draw_calendar(*calendar, buf, anchor, screen, ctx),
            Self::Help(top) => at.map_or_else(Seen::default, |at| draw_help(*top, buf, screen, at)),
        }
    }
}

fn draw_pick<T: Clone>(
    pick: &Pick<T>,
    buf: &mut Buffer,
    anchor: Position,
    screen: Rect,
    title: &str,
    empty: &str,
    ctx: &Context,
) -> Seen {
    let title = Clean::line(title);
    let mut area = pick.place(anchor, screen);
    area.width = area.width.max(title.width() as u16 + 6).min(screen.right() - area.x);
    let inside = paint::frame(buf, area, &title, ctx);
    let mut seen = pick.draw(buf, inside, empty, ctx);
    seen.told.title = Some(title.into_string());
    seen
}

/// The rows of a search as they are picked from, with an offer to create what was typed.
pub(super) fn record_rows(
    hits: &[Hit],
    create: Option<(&Name, &str)>,
    ctx: &Context,
) -> Vec<PickRow<Pickable>> {
    let mut rows: Vec<PickRow<Pickable>> = hits
        .iter()
        .map(|hit| {
            let reference = ctx.catalog.reference(&hit.record);
            let mut link = Link::new(&hit.record.entity, hit.record.id);
            link.title.clone_from(&hit.title);
            let title = ctx.format.title(&hit.record.entity, &hit.title);
            let title = if title.is_empty() { &reference } else { title };
            let mut row = PickRow::new(Pickable::Record(link), Clean::line(title));
            let matched = hit.matched.as_deref().map(phone).unwrap_or_default();
            let more: Vec<&str> = [hit.subtitle.as_str(), &matched]
                .into_iter()
                .filter(|text| !text.is_empty())
                .chain([reference.as_str()])
                .collect();
            row.note = Clean::line(&more.join("  "));
            row
        })
        .collect();
    if let Some((entity, title)) = create {
        let label = ctx.catalog.entity(entity).map_or("", |entity| entity.label.get(ctx.lang()));
        let shown = Clean::line(title);
        let text = ctx.tf("form.pick.create", &[("entity", label), ("title", &shown)]);
        let mut row =
            PickRow::new(Pickable::Create(entity.clone(), title.to_owned()), Clean::line(&text));
        row.role = Role::Accent;
        rows.push(row);
    }
    rows
}

fn draw_calendar(
    calendar: Calendar,
    buf: &mut Buffer,
    anchor: Position,
    screen: Rect,
    ctx: &Context,
) -> Seen {
    let weeks = calendar.weeks(ctx.moment.week);
    let area = place(anchor, screen, 32, weeks.len() as u16 + 4);
    let title = calendar.day().format("%Y-%m").to_string();
    let inside = paint::frame(buf, area, &title, ctx);
    if ctx.plain {
        return draw_week(calendar, buf, inside, ctx);
    }
    for (n, head) in ctx.weekdays().into_iter().enumerate() {
        let place = cell(inside, n as u16, 0);
        paint::aligned(buf, place, head, ctx.style(Role::Header), paint::Side::Right, ctx);
    }
    let mut seen = Seen::default();
    let month = calendar.day().month();
    // On a low screen the week of the chosen day is what must be seen.
    let now = weeks.iter().position(|week| week.contains(&calendar.day())).unwrap_or(0);
    let room = usize::from(inside.height.saturating_sub(2)).max(1);
    let top = (now + 1).saturating_sub(room);
    for (y, week) in weeks.iter().skip(top).take(room).enumerate() {
        for (n, day) in week.iter().enumerate() {
            let place = cell(inside, n as u16, y as u16 + 1);
            let role = if *day == calendar.day() {
                Role::Selected
            } else if *day == ctx.today() {
                Role::Accent
            } else if day.month() == month {
                Role::Text
            } else {
                Role::Muted
            };
            let text = day.day().to_string();
            paint::aligned(buf, place, &text, ctx.style(role), paint::Side::Right, ctx);
            seen.hit(place, Target::Card(top + y, n));
            if *day == calendar.day() {
                seen.cursor = Some(place.as_position());
            }
        }
    }
    let last = paint::row(inside, inside.height.saturating_sub(1));
    paint::text(buf, last, ctx.t("form.calendar.keys"), ctx.style(Role::Muted), ctx);
    seen
}

/// The week of the chosen day, a line for each day: what the calendar is in plain mode.
fn draw_week(calendar: Calendar, buf: &mut Buffer, inside: Rect, ctx: &Context) -> Seen {
    let mut seen = Seen::default();
    let weeks = calendar.weeks(ctx.moment.week);
    let chosen = calendar.day();
    let row = weeks.iter().position(|week| week.contains(&chosen)).unwrap_or(0);
    let week = weeks.get(row).into_iter().flatten();
    for ((n, day), line) in week.enumerate().zip(0..inside.height.saturating_sub(1)) {
        let line = paint::row(inside, line);
        let here = *day == chosen;
        let style = ctx.style(if here { Role::Selected } else { Role::Text });
        let marker = if here { ctx.glyphs().cursor } else { " " };
        let name = format!("{} {}", crate::schema::Format::date(*day), ctx.format.weekday(*day));
        paint::pieces(buf, line, &[(marker, style), (" ", style), (&name, style)], ctx);
        seen.hit(line, Target::Card(row, n));
        if here {
            seen.cursor = Some(line.as_position());
            seen.tells(name);
        }
    }
    let last = paint::row(inside, inside.height.saturating_sub(1));
    paint::text(buf, last, ctx.t("form.calendar.keys"), ctx.style(Role::Muted), ctx);
    seen
}

/// The place of a day: three cells and a gap.
fn cell(area: Rect, column: u16, row: u16) -> Rect {
    let x = area.x + column * 3;
    Rect { x, y: area.y + row, width: 3, height: 1 }.intersection(area)
}

/// What the schema says about the field: meaning, format, rules, choices.
fn help_lines(at: At<'_>) -> Vec<(Role, String)> {
    let (ctx, field) = (at.ctx, at.field);
    let lang = ctx.lang();
    let mut lines = vec![(Role::Title, field.label.get(lang).to_owned())];
    let help = field.help.get(lang);
    if !help.is_empty() {
        lines.push((Role::Text, help.to_owned()));
    }
    let word = field.kind.word();
    lines.push((Role::Muted, String::new()));
    let editor = ctx.key_of("form.editor");
    lines.push((Role::Text, ctx.tf(&format!("form.help.{word}"), &[("editor", &editor)])));
    let mut rule = |key: &str, value: &str| {
        lines.push((Role::Text, ctx.tf(key, &[("value", value)])));
    };
    if field.required {
        rule("form.help.is_required", "");
    }
    if let Some(condition) = &field.required_when {
        rule("form.help.required_when", &condition.to_string());
    }
    if field.unique {
        rule("form.help.is_unique", "");
    }
    let textual =
        matches!(field.kind, crate::schema::FieldType::Text | crate::schema::FieldType::LongText);
    if let Some(min) = field.min {
        rule(if textual { "form.help.min_length" } else { "form.help.min" }, &min.to_string());
    }
    if let Some(max) = field.max {
        rule(if textual { "form.help.max_length" } else { "form.help.max" }, &max.to_string());
    }
    if let Some(follow) = &field.follows {
        let other = at.entity.field(&follow.field).map_or(&*follow.field, |f| f.label.get(lang));
        rule("form.help.follows", other);
    }
    if let crate::schema::FieldType::Formula { expr, .. } = &field.kind {
        rule("form.help.computed", &expr.to_string());
    }
    for choice in field.choices.iter().filter(|choice| !choice.retired) {
        let role = Role::of_choice(choice.color.as_deref());
        lines.push((role, format!("  {}", choice.label.get(lang))));
    }
    lines.push((Role::Muted, String::new()));
    lines.push((Role::Text, who_may_edit(at)));
    lines.push((Role::Muted, ctx.tf("form.help.name", &[("name", &field.name)])));
    lines
}

/// Whether the person may edit the field, and if not what it hangs on.
fn who_may_edit(at: At<'_>) -> String {
    let (ctx, field) = (at.ctx, at.field);
    if field.read_only || field.kind.is_computed() {
        return ctx.t("form.help.by_itself").to_owned();
    }
    let special = people_field(&at.entity.name, &field.name);
    let key = match field_access(&ctx.person, at.entity, field) {
        FieldAccess::Edit => "form.help.you_may",
        _ if special.is_some() => "form.help.administrators",
        _ => "form.help.you_may_not",
    };
    let roles: Vec<&str> =
        ctx.person.roles.iter().map(|role| ctx.format.title("role", &role.name)).collect();
    ctx.tf(key, &[("roles", &ctx.listed(&roles))])
}

fn draw_help(top: u16, buf: &mut Buffer, screen: Rect, at: At<'_>) -> Seen {
    let ctx = at.ctx;
    let width = screen.width.min(64);
    let mut lines = Vec::new();
    for (role, text) in help_lines(at) {
        for line in Clean::line(&text).wrap(usize::from(width.saturating_sub(4))) {
            lines.push((role, line));
        }
    }
    let height = (lines.len() as u16).saturating_add(2).min(screen.height);
    let area = paint::centered(screen, width, height);
    let inside = paint::frame(buf, area, ctx.t("action.form.explain"), ctx);
    let top = top.min((lines.len() as u16).saturating_sub(inside.height));
    for (n, (role, line)) in lines.iter().skip(usize::from(top)).enumerate() {
        let row = paint::row(inside, n as u16);
        paint::text(buf, row, line, ctx.style(*role), ctx);
    }
    let mut seen = Seen { cursor: Some(inside.as_position()), ..Seen::default() };
    seen.told.title = Some(ctx.t("action.form.explain").to_owned());
    seen.place(usize::from(top), lines.len());
    seen.tells(lines.get(usize::from(top)).map(|(_, line)| line.as_str()).unwrap_or_default());
    seen
}
