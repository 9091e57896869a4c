//! Findings one by one: the record, what its field holds, and what is proposed in its place.
//!
//! All proposals are marked at first; what is not to be put right loses its mark. Nothing is written before
//! it was looked at in a review. Start at [`Findings`].

use std::collections::BTreeSet;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::review;
use crate::action::{Place, Situation};
use crate::model::{Name, RecordRef, Value};
use crate::quality::{Check, Finding};
use crate::schema::Field;
use crate::term::{Clean, grouped};
use crate::tui::bulk::{DONE, words};
use crate::tui::chrome;
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::layer::{Cmd, Cmds, Heading, Layer};
use crate::tui::paint;
use crate::tui::theme::Role;

/// Findings of one check, or of all checks, in an entity.
pub(super) struct Findings {
    entity: Name,
    check: Option<&'static Check>,
    found: Vec<Finding>,
    /// How many there are in all; not more than those that are kept are shown.
    all: u64,
    /// Those that are left as they are.
    skipped: BTreeSet<usize>,
    at: usize,
}

impl Findings {
    pub(super) fn new(
        entity: Name,
        check: Option<&'static Check>,
        found: Vec<Finding>,
        all: u64,
    ) -> Self {
        Self { entity, check, found, all, skipped: BTreeSet::new(), at: 0 }
    }

    fn step(&mut self, by: isize) -> Cmds {
        self.at = self.at.saturating_add_signed(by).min(self.found.len().saturating_sub(1));
        Cmds::new()
    }

    fn current(&self) -> Option<&Finding> {
        self.found.get(self.at)
    }

    fn is_marked(&self, n: usize) -> bool {
        let proposes = self.found.get(n).is_some_and(|finding| finding.after.is_some());
        proposes && !self.skipped.contains(&n)
    }

    fn marked(&self) -> usize {
        (0..self.found.len()).filter(|n| self.is_marked(*n)).count()
    }

    fn toggle(&mut self, ctx: &Context) -> Cmds {
        if self.current().is_none_or(|finding| finding.after.is_none()) {
            return vec![Cmd::Say(Role::Info, ctx.t("quality.no_proposal").to_owned())];
        }
        if !self.skipped.remove(&self.at) {
            self.skipped.insert(self.at);
        }
        self.step(1)
    }

    fn toggle_all(&mut self) -> Cmds {
        self.skipped =
            if self.marked() == 0 { BTreeSet::new() } else { (0..self.found.len()).collect() };
        Cmds::new()
    }

    fn apply(&self, ctx: &Context) -> Cmds {
        let kept = self.found.iter().enumerate().filter(|(n, _)| self.is_marked(*n));
        let kept: Vec<Finding> = kept.map(|(_, finding)| finding.clone()).collect();
        review(&self.entity, self.check, &kept, ctx)
    }

    fn open(&self) -> Cmds {
        self.subjects().into_iter().map(Cmd::Open).collect()
    }
}

impl Layer for Findings {
    fn place(&self) -> Place {
        Place::Quality
    }

    fn heading(&self, ctx: &Context) -> Heading {
        let plural = ctx.catalog.entity(&self.entity).map_or("", |e| e.plural.get(ctx.lang()));
        let check = match self.check {
            Some(check) => ctx.strings.said(&check.label()),
            None => ctx.t("quality.all").to_owned(),
        };
        let shown = self.found.len() as u64;
        let n = if shown == 0 { 0 } else { self.at as u64 + 1 };
        let more = if self.all > shown { "+" } else { "" };
        let total = grouped(shown) + more;
        let right = ctx.tf("list.position", &[("n", &grouped(n)), ("total", &total)]);
        let trail = vec![ctx.t("quality.title").to_owned(), plural.to_owned(), check];
        Heading { trail, aside: String::new(), right }
    }

    fn status(&self, ctx: &Context) -> Option<(Role, String)> {
        let finding = self.current()?;
        let role = if finding.after.is_some() { Role::Muted } else { Role::Warning };
        Some((role, Clean::line(&ctx.strings.said(&finding.words)).into_string()))
    }

    fn situation<'a>(&'a self, ctx: &'a Context) -> Situation<'a> {
        let mut at = ctx.situation(Place::Quality);
        at.entity = ctx.catalog.entity(&self.entity);
        at.record = self.subjects().pop();
        at.marks = self.marked();
        at
    }

    fn subjects(&self) -> Vec<RecordRef> {
        self.current().and_then(|finding| finding.record.clone()).into_iter().collect()
    }

    /// What is shown is what was found; the screen below says where data changed since.
    fn refresh(&mut self, _ctx: &Context) -> Cmds {
        Cmds::new()
    }

    fn told(&mut self, what: &str, choice: &str, _ctx: &Context) -> Cmds {
        if what == DONE { vec![Cmd::CloseAndTell(DONE, choice.to_owned())] } else { Cmds::new() }
    }

    fn act(&mut self, action: &str, ctx: &Context) -> Option<Cmds> {
        let page = isize::from((chrome::body(ctx.size).height / 2).max(1) as i16);
        if let Some(by) = chrome::steps(action, page) {
            return Some(self.step(by));
        }
        Some(match action {
            "nav.open" => self.open(),
            "quality.mark" => self.toggle(ctx),
            "quality.mark-all" => self.toggle_all(),
            "quality.apply" => self.apply(ctx),
            _ => return None,
        })
    }

    fn pointed(&mut self, target: &Target, ctx: &Context) -> Option<Cmds> {
        let Target::Row(n) = *target else { return None };
        if n == self.at {
            return Some(self.toggle(ctx));
        }
        self.at = n;
        Some(self.step(0))
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let mut seen = Seen::default();
        let fit = usize::from(area.height / 2).max(1);
        let top = (self.at + 1).saturating_sub(fit);
        for (n, finding) in self.found.iter().enumerate().skip(top).take(fit) {
            let y = area.y + ((n - top) * 2) as u16;
            let place = Rect { y, height: 2.min(area.bottom().saturating_sub(y)), ..area };
            self.draw(n, finding, place, buf, ctx);
            if n == self.at {
                seen.cursor = Some(Position { x: place.x, y });
            }
            seen.hit(place, Target::Row(n));
        }
        seen.place(self.at, self.found.len());
        seen
    }
}

impl Findings {
    fn draw(&self, n: usize, finding: &Finding, area: Rect, buf: &mut Buffer, ctx: &Context) {
        let chosen = n == self.at;
        let style = |role| ctx.style(if chosen { Role::Selected } else { role });
        let first = paint::row(area, 0);
        if chosen {
            buf.set_style(first.intersection(buf.area), ctx.style(Role::Selected));
        }
        let entity = ctx.catalog.entity(&self.entity);
        let field = entity.and_then(|entity| entity.field(&finding.field));
        let label = Clean::line(&words::label(entity, &finding.field, ctx));
        let title = Clean::line(&finding.title);
        let record = finding.record.as_ref().map(|record| ctx.catalog.reference(record));
        let record = record.unwrap_or_default();
        let mark = match (&finding.after, self.is_marked(n)) {
            (None, _) => "   ",
            (Some(_), true) => "[x]",
            (Some(_), false) => "[ ]",
        };
        let parts = [
            (if chosen { ctx.glyphs().cursor } else { " " }, style(Role::Accent)),
            (mark, style(Role::Accent)),
            (" ", style(Role::Text)),
            (record.as_str(), style(Role::Info)),
            (if record.is_empty() { "" } else { "  " }, style(Role::Text)),
            (title.as_str(), style(Role::Text)),
            (if title.as_str().is_empty() { "" } else { "  " }, style(Role::Text)),
            (label.as_str(), style(Role::Muted)),
        ];
        paint::pieces(buf, first, &parts, ctx);
        let second = paint::row(area, 1);
        let shift = 5.min(second.width);
        let second = Rect { x: second.x + shift, width: second.width - shift, ..second };
        let before = shown(field, &finding.before, ctx);
        match &finding.after {
            Some(after) => {
                let after = if after.is_null() {
                    ctx.t("quality.emptied").to_owned()
                } else {
                    shown(field, after, ctx)
                };
                // Both ends of the change have room: what is long loses its end, not the other.
                let room = usize::from(second.width.saturating_sub(3)) / 2;
                let before = if Clean::line(&after).width() > room {
                    Clean::line(&before).truncate(room)
                } else {
                    Clean::line(&before)
                };
                let arrow = format!(" {} ", ctx.glyphs().arrow);
                let after = Clean::line(&after);
                let parts = [
                    (before.as_str(), ctx.style(Role::Muted)),
                    (arrow.as_str(), ctx.style(Role::Muted)),
                    (after.as_str(), ctx.style(Role::Good)),
                ];
                paint::pieces(buf, second, &parts, ctx);
            }
            None => {
                let said = Clean::line(&ctx.strings.said(&finding.words));
                paint::text(buf, second, said.as_str(), ctx.style(Role::Warning), ctx);
            }
        }
    }
}

/// A value as it is, blanks at its ends and between its words included.
fn shown(field: Option<&Field>, value: &Value, ctx: &Context) -> String {
    match value {
        Value::Text(text) if text.trim() != text || text.contains("  ") => format!("\"{text}\""),
        value => field.map_or_else(String::new, |field| words::shown(field, value, ctx)),
    }
}
