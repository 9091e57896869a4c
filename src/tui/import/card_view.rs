//! How one row of a file is drawn.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::card::Card;
use super::table::{draw_heads, part};
use super::{Rows, words};
use crate::term::{self, Clean};
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::paint;
use crate::tui::state::State;
use crate::tui::theme::Role;
use crate::tui::widget::draw;

/// Remarks on the row as a whole that are told.
const REMARKS: usize = 3;

impl Card {
    pub(super) fn draw(&self, of: &Rows, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let Some(full) = &self.full else {
            return State::awaited(ctx).map(|state| state.draw(buf, area, ctx)).unwrap_or_default();
        };
        let inside = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
        let line = &full.line;
        let fate = ctx.strings.get(words::fate(line.fate));
        let title = Clean::line(&line.title);
        let record = line.record().map(|record| ctx.catalog.reference(&record));
        let parts = [
            (fate, ctx.style(words::role(line.fate))),
            ("  ", ctx.style(Role::Text)),
            (record.as_deref().unwrap_or(""), ctx.style(Role::Muted)),
            (if record.is_some() { " " } else { "" }, ctx.style(Role::Text)),
            (&*title, ctx.style(Role::Title)),
        ];
        paint::pieces(buf, paint::row(inside, 0), &parts, ctx);
        let mut y = 1;
        for (role, text) in self.remarks.iter().take(REMARKS) {
            let text = Clean::line(text);
            for line in term::wrap(&text, usize::from(inside.width)).into_iter().take(2) {
                paint::text(buf, paint::row(inside, y), &line, ctx.style(*role), ctx);
                y += 1;
            }
        }
        let rest =
            Rect { y: area.y + y.min(area.height), height: area.height.saturating_sub(y), ..area };
        self.draw_cells(of, rest, buf, ctx)
    }

    fn draw_cells(&self, of: &Rows, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let mut seen = Seen::default();
        let wide = self.cells.iter().map(|cell| term::width(&cell.header)).max().unwrap_or(0);
        let header = (wide as u16).clamp(6, (area.width / 4).max(6));
        let text = (area.width.saturating_sub(header + 5)) * 2 / 5;
        let becomes = area.width.saturating_sub(header + text + 5);
        let head = paint::row(area, 0);
        draw_heads(
            head,
            &[
                (2, header, "import.head.column"),
                (header + 3, text, "import.head.cell"),
                (header + text + 4, becomes, "import.head.becomes"),
            ],
            buf,
            ctx,
        );
        let room = usize::from(area.height.saturating_sub(1)).max(1);
        // What is wrong with the cell under the cursor is told in full, below all others.
        let current = self.cells.get(self.at);
        let told = current.filter(|cell| term::width(&cell.becomes) > usize::from(becomes));
        let told = told.map_or_else(Vec::new, |cell| {
            let lines = term::wrap(&cell.becomes, usize::from(area.width.saturating_sub(2)));
            lines.into_iter().take(3.min(room / 3)).map(|line| (cell.role, line)).collect()
        });
        let room = (room - told.len()).max(1);
        let top = (self.at + 1).saturating_sub(room);
        for (n, cell) in self.cells.iter().enumerate().skip(top).take(room) {
            let line = paint::row(area, (n - top) as u16 + 1);
            let chosen = n == self.at;
            let style = |role| ctx.style(if chosen { Role::Selected } else { role });
            if chosen {
                buf.set_style(line.intersection(buf.area), ctx.style(Role::Selected));
                paint::text(buf, line, ctx.glyphs().cursor, style(Role::Accent), ctx);
                seen.cursor = Some(Position { x: line.x, y: line.y });
                seen.place(n, self.cells.len());
            }
            let mended = cell.column.is_some_and(|column| of.job().mends.has(self.row, column));
            let mark = if mended { ctx.glyphs().mark } else { " " };
            paint::text(buf, part(line, 1, 1), mark, style(Role::Accent), ctx);
            paint::text(buf, part(line, 2, header), &cell.header, style(Role::Muted), ctx);
            let place = part(line, header + 3, text);
            match self.edit.as_ref().filter(|_| chosen) {
                Some(edit) => {
                    paint::clear(buf, place);
                    seen.cursor = Some(draw::edited(buf, place, edit, ctx.style(Role::Input)));
                    seen.types = true;
                }
                None => {
                    let shown: String = cell.text.chars().take(500).collect();
                    let shown = Clean::line(&shown);
                    paint::text(buf, place, &shown, style(Role::Text), ctx);
                }
            }
            let place = part(line, header + text + 4, becomes);
            paint::text(buf, place, &cell.becomes, style(cell.role), ctx);
            seen.hit(line, Target::Row(n));
        }
        for (n, (role, line)) in told.iter().enumerate() {
            let y = area.bottom().saturating_sub((told.len() - n) as u16);
            let place = Rect { x: area.x + 1, y, width: area.width.saturating_sub(2), height: 1 };
            paint::text(buf, place, line, ctx.style(*role), ctx);
        }
        seen
    }
}
