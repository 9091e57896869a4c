//! Recovery codes, shown once.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Wanted, paragraph};
use crate::action::{Key, KeyCode};
use crate::secret::Secret;
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::paint;
use crate::tui::theme::Role;

/// Columns of a code.
const CODE: u16 = 19;

/// The sheet.
#[derive(Debug)]
pub struct CodesSheet(Vec<Secret>);

impl CodesSheet {
    /// A sheet of these.
    #[must_use]
    pub fn new(codes: Vec<Secret>) -> Self {
        Self(codes)
    }

    /// Takes a key: only one that says so takes them away.
    pub fn key(&mut self, key: Key) -> Wanted {
        if key.code == KeyCode::Enter { Wanted::Kept } else { Wanted::Stay }
    }

    /// Rows that it would have.
    #[must_use]
    pub fn rows(&self) -> u16 {
        self.0.len() as u16
    }

    /// Draws it.
    pub fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        for (n, code) in self.0.iter().enumerate() {
            let row = paint::row(area, n as u16);
            paint::text(buf, row, code.reveal(), ctx.style(Role::Accent), ctx);
        }
        // In plain mode nothing stands beside anything.
        let text = if ctx.plain {
            let below = self.rows().min(area.height);
            Rect { y: area.y + below, height: area.height - below, ..area }
        } else {
            let beside = (CODE + 2).min(area.width);
            Rect { x: area.x + beside, width: area.width - beside, ..area }
        };
        let keep = ctx.t("account.keep");
        let row = paragraph(buf, text, 0, (keep, Role::Text), ctx);
        paragraph(buf, text, row + 1, (ctx.t("account.kept"), Role::Muted), ctx);
        let mut seen = Seen { cursor: Some(area.as_position()), ..Seen::default() };
        seen.tells(keep);
        seen
    }
}
