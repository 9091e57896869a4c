//! How the filter line is drawn: the text with what is wrong underlined, proposals at the word they would
//! complete, the help with its examples.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Modifier;

use super::examples::Example;
use super::{Filter, SHOWN};
use crate::syntax::SyntaxError;
use crate::term::{self, Clean};
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::paint::{self, Side};
use crate::tui::theme::Role;
use crate::tui::widget::{draw, layout};

/// Cells before the text: the slash and a space.
const LEAD: u16 = 2;

impl Filter {
    /// Draws the line that is typed into.
    pub fn draw_line(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let lead = paint::text(buf, area, "/ ", ctx.style(Role::Accent), ctx);
        let rest = Rect { x: area.x + lead, width: area.width - lead, ..area };
        let cursor = draw::edited(buf, rest, &self.edit, ctx.style(Role::Input));
        if let Some(error) = &self.error {
            self.underline(error, rest, buf, ctx);
        }
        if self.edit.text().is_empty() && self.help.is_none() {
            let place = Rect { x: rest.x + 1, width: rest.width.saturating_sub(1), ..rest };
            let key = ctx.key_of("prompt.help");
            let hint = ctx.tf("filter.placeholder", &[("key", &key)]);
            paint::text(buf, place, &hint, ctx.style(Role::Placeholder), ctx);
        }
        Seen { cursor: Some(cursor), ..Seen::default() }
    }

    /// Underlines what is wrong where it stands.
    fn underline(&self, error: &SyntaxError, area: Rect, buf: &mut Buffer, ctx: &Context) {
        let text = self.edit.text();
        let (row, _) = layout::window(text, self.edit.cursor(), usize::from(area.width));
        let place = |byte: usize| {
            let byte = byte.clamp(row.start, row.end);
            layout::cells(text.get(row.start..byte).unwrap_or_default()) as u16
        };
        let (from, to) = (place(error.at.start), place(error.at.end));
        let width = to.max(from + 1) - from;
        let wrong = Rect { x: area.x + from, width, ..area }.intersection(area);
        let style = ctx.style(Role::Error).add_modifier(Modifier::UNDERLINED);
        buf.set_style(wrong.intersection(buf.area), style);
    }

    /// Draws proposals, what is wrong, or help, above the line.
    pub fn draw_proposals(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        if let Some((examples, at)) = &self.help {
            return draw_help(examples, *at, area, buf, ctx);
        }
        // While the end is being typed proposals help more; what is wrong before it must be said.
        let end = self.edit.text().trim_end().len();
        let is_past = |error: &SyntaxError| error.at.end < end;
        let said = self.error.as_ref();
        if let Some(error) = said.filter(|error| self.proposals.is_empty() || is_past(error)) {
            self.draw_error(error, area, buf, ctx);
            let mut seen = Seen::default();
            seen.tells(format!("! {}", ctx.strings.said(&error.message)));
            return seen;
        }
        // In a frame, where there is room for one: so it is told apart from the rows behind it. It stands on
        // the line that is typed into.
        let framed = !ctx.plain && area.height >= 3 && !self.proposals.is_empty();
        let edge = u16::from(framed);
        let room = usize::from(area.height - edge);
        let shown = self.proposals.len().min(SHOWN).min(room);
        let top = (self.at + 1).saturating_sub(shown);
        let lines: Vec<(usize, Clean, Clean)> = self
            .proposals
            .iter()
            .enumerate()
            .skip(top)
            .take(shown)
            .map(|(n, offer)| (n, Clean::line(&offer.text), Clean::line(&offer.note)))
            .collect();
        let (texts, notes) = (self.wide.texts, self.wide.notes);
        let more = self.proposals.len() > shown;
        let count = if more || self.wide.counted { 8 } else { 0 };
        // In plain mode nothing of the list stands beside them.
        let width = ((texts + notes + 6 + count) as u16).min(area.width - 2 * edge);
        let width = if ctx.plain { area.width } else { width };
        let start = self.proposals.first().map_or(0, |offer| offer.replace.start);
        let before = self.edit.text().get(..start).unwrap_or_default();
        let x = (LEAD + layout::cells(before) as u16).saturating_sub(2);
        let x = area.x + edge + x.saturating_sub(edge).min(area.width - width - 2 * edge);
        let y = area.bottom() - shown as u16;
        if framed {
            let (width, height) = (width + 2, shown as u16 + 1);
            paint::hood(buf, Rect { x: x - 1, y: y - 1, width, height }, ctx);
        }
        let mut seen = Seen::default();
        for (line, (n, text, note)) in (y..).zip(&lines) {
            let place = Rect { x, y: line, width, height: 1 };
            paint::clear(buf, place);
            let chosen = *n == self.at;
            let style = |role| if chosen { ctx.style(Role::Selected) } else { ctx.style(role) };
            buf.set_style(place.intersection(buf.area), style(Role::Text));
            let marker = if chosen { ctx.glyphs().cursor } else { " " };
            let gap = " ".repeat(texts.saturating_sub(text.width()) + 2);
            let parts = [
                (marker, style(Role::Accent)),
                (" ", style(Role::Text)),
                (text.as_str(), style(Role::Text)),
                (gap.as_str(), style(Role::Text)),
                (note.as_str(), style(Role::Muted)),
            ];
            // How many there are stands at its end and keeps its room.
            let which = if chosen && more {
                format!("{}/{} ", n + 1, self.proposals.len())
            } else {
                String::new()
            };
            let room = width.saturating_sub(which.len() as u16);
            paint::pieces(buf, Rect { width: room, ..place }, &parts, ctx);
            if chosen {
                seen.place(*n, self.proposals.len());
                seen.tells(format!("{} {}", text.as_str(), note.as_str()));
                seen.told.title = Some(ctx.t("filter.proposal").to_owned());
            }
            if chosen && more {
                paint::aligned(buf, place, &which, style(Role::Muted), Side::Right, ctx);
            }
        }
        seen
    }

    /// Says what is wrong below (here: above) the place where it is, and what to write.
    fn draw_error(&self, error: &SyntaxError, area: Rect, buf: &mut Buffer, ctx: &Context) {
        let before = self.edit.text().get(..error.at.start).unwrap_or_default();
        let hint = error.hint.as_ref().map(|hint| format!("  {}", ctx.strings.said(hint)));
        let message = ctx.strings.said(&error.message);
        let said = Clean::line(&format!("^ {message}{}", hint.unwrap_or_default()));
        let line = Rect { y: area.bottom().saturating_sub(1), height: 1, ..area };
        paint::clear(buf, line);
        let x = (LEAD + term::width(before) as u16)
            .min(area.width.saturating_sub(said.width() as u16))
            .min(area.width);
        let place = Rect { x: area.x + x, width: area.width - x, ..line };
        paint::text(buf, place, said.as_str(), ctx.style(Role::Error), ctx);
    }
}

/// Draws the language in examples, each of which can be taken as it stands.
fn draw_help(examples: &[Example], at: usize, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
    let mut seen = Seen::default();
    let height = (examples.len() as u16 + 3).min(area.height);
    let width = area.width.min(78);
    let place = Rect { y: area.bottom() - height, height, width, ..area };
    let inner = paint::frame(buf, place, ctx.t("filter.help"), ctx);
    let room = inner.height.saturating_sub(1);
    let left = examples.iter().map(|example| term::width(&example.text)).max().unwrap_or(0) + 2;
    let left = (left as u16).min(inner.width * 3 / 5);
    let top = (at + 1).saturating_sub(usize::from(room));
    for (line, (n, example)) in (0..room).zip(examples.iter().enumerate().skip(top)) {
        let line = paint::row(inner, line);
        let chosen = n == at;
        let style = |role| if chosen { ctx.style(Role::Selected) } else { ctx.style(role) };
        buf.set_style(line.intersection(buf.area), style(Role::Text));
        let marker = if chosen { ctx.glyphs().cursor } else { " " };
        if chosen {
            seen.cursor = Some(Position { x: line.x, y: line.y });
            seen.place(n, examples.len());
            seen.tells(format!("{}: {}", example.text, ctx.t(example.means)));
        }
        paint::text(buf, line, marker, style(Role::Accent), ctx);
        let text = Rect { x: line.x + 2, width: left.saturating_sub(2), ..line };
        paint::text(buf, text, &example.text, style(Role::Text), ctx);
        let note =
            Rect { x: line.x + left + 1, width: inner.width.saturating_sub(left + 1), ..line };
        paint::text(buf, note, ctx.t(example.means), style(Role::Muted), ctx);
    }
    let foot = paint::row(inner, inner.height.saturating_sub(1));
    paint::text(buf, foot, ctx.t("filter.help_foot"), ctx.style(Role::Muted), ctx);
    seen
}
