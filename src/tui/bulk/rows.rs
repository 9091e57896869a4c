//! How a review is drawn: how many of which fate, the records, the question.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::Review;
use super::review::Phase;
use super::words;
use crate::gate::{Fate, Outcome};
use crate::model::Phrase;
use crate::term::{self, Clean};
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::paint;
use crate::tui::screen::list::grouped;
use crate::tui::state::State;
use crate::tui::theme::Role;

/// Reasons that are told above the records, at most.
const REASONS: usize = 3;

impl Review {
    pub(super) fn draw(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let inside = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
        let mut y = 0;
        self.draw_counts(paint::row(inside, y), buf, ctx);
        y += 1;
        for (role, line) in self.notes(usize::from(inside.width), ctx) {
            paint::text(buf, paint::row(inside, y), &line, ctx.style(role), ctx);
            y += 1;
        }
        paint::rule(buf, paint::row(area, y), ctx);
        y += 1;
        let question = u16::from(self.phase == Phase::Ready) * 2;
        let taken = (y + question).min(area.height);
        let body = Rect { y: area.y + y.min(area.height), height: area.height - taken, ..area };
        let mut seen = self.draw_outcomes(body, buf, ctx);
        if question > 0 && area.height > y + question {
            let row = Rect { y: area.bottom() - 1, height: 1, ..inside };
            seen.join(self.draw_question(row, buf, ctx));
        }
        seen
    }

    /// `218 change  3 same  2 refused`, the shown kind in brackets.
    fn draw_counts(&self, row: Rect, buf: &mut Buffer, ctx: &Context) {
        let mut parts: Vec<(String, Role)> = Vec::new();
        match self.phase {
            Phase::Running => {
                let (n, total) = (grouped(self.written), self.todo());
                parts.push((ctx.tf("bulk.running", &[("n", &n), ("total", &total)]), Role::Info));
                parts.push((bar(self.written, self.total.unwrap_or(0), ctx), Role::Accent));
            }
            Phase::Looking => {
                let total = self.total.map_or_else(|| "?".to_owned(), grouped);
                let values = [("n", &*grouped(self.tally.all())), ("total", &*total)];
                parts.push((ctx.tf("bulk.looking", &values), Role::Info));
                parts.push((bar(self.tally.all(), self.total.unwrap_or(0), ctx), Role::Accent));
            }
            Phase::Over if self.written > 0 => {
                let n = grouped(self.written);
                let key = ctx.key_of("app.undo");
                let total = grouped(self.total.unwrap_or_default());
                let values = [("n", n.as_str()), ("key", &key), ("total", &total)];
                let what = if self.is_undo() { "bulk.taken_back" } else { "bulk.written" };
                let text = ctx.tf(what, &values);
                parts.push((text, Role::Good));
            }
            Phase::Ready | Phase::Over => {}
        }
        if self.phase != Phase::Running {
            for fate in Fate::ALL {
                let count = self.tally.of(fate);
                if count == 0 {
                    continue;
                }
                let text = ctx.tf(word(fate), &[("n", &grouped(count))]);
                let text = if self.shown == Some(fate) { format!("[{text}]") } else { text };
                parts.push((text, role(fate)));
            }
        }
        let texts: Vec<(String, ratatui::style::Style)> =
            parts.into_iter().map(|(text, role)| (format!("{text}   "), ctx.style(role))).collect();
        let pieces: Vec<(&str, ratatui::style::Style)> =
            texts.iter().map(|(text, style)| (text.as_str(), *style)).collect();
        paint::pieces(buf, row, &pieces, ctx);
    }

    /// How many records will be written.
    fn todo(&self) -> String {
        grouped(self.tally.of(Fate::Change))
    }

    /// What stands in the way and why records are refused, as far as there is room.
    fn notes(&self, width: usize, ctx: &Context) -> Vec<(Role, String)> {
        let mut lines = Vec::new();
        if let Some(doubt) = self.doubt.as_ref().filter(|_| self.phase != Phase::Running) {
            let wrapped = Clean::line(doubt).wrap(width);
            lines.extend(wrapped.into_iter().take(3).map(|line| (Role::Warning, line.to_string())));
        }
        if let Some(problem) = &self.problem {
            let text = Clean::line(&format!("! {problem}"));
            lines.extend(
                text.wrap(width).into_iter().take(3).map(|line| (Role::Error, line.to_string())),
            );
        }
        if self.deed.is_merge() && matches!(self.phase, Phase::Looking | Phase::Ready) {
            for line in words::merges(&self.merges, &self.deed, ctx) {
                let lines_of = Clean::line(&line).wrap(width);
                lines.extend(
                    lines_of.into_iter().take(2).map(|line| (Role::Info, line.to_string())),
                );
            }
        }
        if self.phase != Phase::Running {
            let mut reasons: Vec<(&Phrase, &u64)> = self.reasons.iter().collect();
            reasons.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
            for (reason, count) in reasons.into_iter().take(REASONS) {
                let text = format!("! {} × {}", grouped(*count), ctx.strings.said(reason));
                let text = if ctx.ascii { text.replace('×', "x") } else { text };
                lines.push((Role::Warning, Clean::line(&text).into_string()));
            }
        }
        lines
    }

    fn draw_outcomes(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let mut seen = Seen::default();
        let rows = self.rows();
        if let Some(failed) = &self.failed {
            return failed.draw(buf, area, ctx);
        }
        if rows.is_empty() {
            // What stands in the way is told above.
            if let Some(problem) = &self.problem {
                seen.cursor = (!area.is_empty()).then(|| area.as_position());
                seen.tells(format!("! {problem}"));
                return seen;
            }
            return match self.phase {
                Phase::Looking | Phase::Running => seen,
                Phase::Ready | Phase::Over if !self.schema.is_empty() => {
                    self.draw_schema(area, buf, ctx)
                }
                Phase::Ready | Phase::Over => {
                    State::empty(ctx.t("bulk.nothing")).draw(buf, area, ctx)
                }
            };
        }
        let height = usize::from(area.height);
        let shown = rows.len();
        // The last line says how many there are beyond those told in full.
        let beyond = match self.shown {
            Some(fate) => self.tally.of(fate),
            None => self.tally.all(),
        }
        .saturating_sub(shown as u64);
        let room = height.saturating_sub(usize::from(beyond > 0)).max(1);
        let top = (self.cursor + 1).saturating_sub(room);
        for (n, outcome) in rows.iter().enumerate().skip(top).take(room) {
            let line = paint::row(area, (n - top) as u16);
            draw_outcome(line, buf, outcome, n == self.cursor, ctx);
            if n == self.cursor {
                seen.cursor = Some(Position { x: line.x, y: line.y });
                seen.place(n, shown);
            }
            seen.hit(line, Target::Row(n));
        }
        if beyond > 0 && top + room >= shown && self.phase != Phase::Running {
            let line = paint::row(area, (shown - top).min(height - 1) as u16);
            let place = Rect { x: line.x + 2, width: line.width.saturating_sub(2), ..line };
            let text = ctx.tf("bulk.beyond", &[("n", &grouped(beyond))]);
            paint::text(buf, place, &text, ctx.style(Role::Muted), ctx);
        }
        seen
    }

    /// What becomes of the schema where no record is concerned, as far as there is room.
    fn draw_schema(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let mut seen = Seen::default();
        let inside = Rect { x: area.x + 2, width: area.width.saturating_sub(3), ..area };
        let fit = usize::from(area.height);
        let cut = self.schema.len() > fit;
        let told = if cut { fit.saturating_sub(1) } else { fit };
        for (n, what) in self.schema.iter().take(told).enumerate() {
            let what = Clean::line(what);
            paint::text(buf, paint::row(inside, n as u16), &what, ctx.style(Role::Text), ctx);
        }
        if cut {
            let left = grouped((self.schema.len() - told) as u64);
            let text = ctx.tf("bulk.beyond", &[("n", &left)]);
            paint::text(buf, paint::row(inside, told as u16), &text, ctx.style(Role::Muted), ctx);
        }
        seen.cursor = (!area.is_empty()).then(|| area.as_position());
        seen.tells(self.schema.join(" · "));
        seen
    }

    fn draw_question(&self, row: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let change = usize::try_from(self.tally.of(Fate::Change)).unwrap_or(usize::MAX);
        let n = ctx.strings.count("list.count", change);
        let text = if self.tally.of(Fate::Change) == 0 {
            ctx.t("bulk.none").to_owned()
        } else {
            ctx.tf("bulk.question", &[("n", &n)])
        };
        let marked = |chosen: bool, key: &str| {
            let word = ctx.strings.get(key).to_owned();
            if chosen { format!("[{word}]") } else { format!(" {word} ") }
        };
        let style = |chosen| ctx.style(if chosen { Role::Selected } else { Role::Muted });
        if self.tally.of(Fate::Change) == 0 {
            paint::text(buf, row, &text, ctx.style(Role::Muted), ctx);
            return Seen::default();
        }
        let (no, yes) = (marked(!self.yes, "confirm.no"), marked(self.yes, "confirm.yes"));
        let parts = [
            (text.as_str(), ctx.style(Role::Title)),
            ("  ", ctx.style(Role::Text)),
            (no.as_str(), style(!self.yes)),
            (" ", ctx.style(Role::Text)),
            (yes.as_str(), style(self.yes)),
        ];
        paint::pieces(buf, row, &parts, ctx);
        Seen::default()
    }
}

/// One record on a line: the fate in a sign, which one, what becomes of it.
fn draw_outcome(line: Rect, buf: &mut Buffer, outcome: &Outcome, chosen: bool, ctx: &Context) {
    let style = |role| ctx.style(if chosen { Role::Selected } else { role });
    if chosen {
        buf.set_style(line.intersection(buf.area), ctx.style(Role::Selected));
        paint::text(buf, line, ctx.glyphs().cursor, style(Role::Accent), ctx);
    }
    let sign = match outcome.fate {
        Fate::Change => " ",
        Fate::Same => "=",
        Fate::Refused => "!",
        Fate::Conflict => "?",
    };
    let at = |x: u16, width: u16| {
        let x = x.min(line.width);
        Rect { x: line.x + x, width: width.min(line.width - x), ..line }
    };
    paint::text(buf, at(1, 1), sign, style(role(outcome.fate)), ctx);
    let wide = (line.width * 2 / 5).clamp(16, 44);
    let reference = ctx.catalog.reference(&outcome.record);
    let width = term::width(&reference) as u16 + 1;
    paint::text(buf, at(3, width), &reference, style(Role::Muted), ctx);
    let title = Clean::line(&outcome.title);
    let place = at(3 + width, wide.saturating_sub(4 + width));
    paint::text(buf, place, title.as_str(), style(Role::Text), ctx);
    let text = words::outcome(outcome, ctx);
    paint::text(buf, at(wide, line.width), &text, style(role(outcome.fate)), ctx);
}

fn word(fate: Fate) -> &'static str {
    match fate {
        Fate::Change => "bulk.change",
        Fate::Same => "bulk.same",
        Fate::Refused => "bulk.refused",
        Fate::Conflict => "bulk.conflicts",
    }
}

fn role(fate: Fate) -> Role {
    match fate {
        Fate::Change => Role::Text,
        Fate::Same => Role::Muted,
        Fate::Refused => Role::Error,
        Fate::Conflict => Role::Warning,
    }
}

/// How far it is, as a bar of twenty cells.
fn bar(done: u64, all: u64, ctx: &Context) -> String {
    if all == 0 || ctx.plain {
        return String::new();
    }
    let filled = usize::try_from(done.min(all) * 20 / all).unwrap_or(0);
    let line = ctx.glyphs().line;
    format!("[{}{}]", "#".repeat(filled), line.repeat(20 - filled))
}
