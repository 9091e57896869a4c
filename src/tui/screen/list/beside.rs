//! The record under the cursor, shown beside a wide list.

use super::{List, PREVIEW};
use crate::tui::context::Context;
use crate::tui::layer::{Cmd, Cmds};
use crate::tui::request::Request;

/// From this width on the record under the cursor is shown beside the list.
const PREVIEW_FROM: u16 = 110;

impl List {
    /// The actions of this file; none where it is another.
    pub(super) fn act_beside(&mut self, action: &str, ctx: &Context) -> Option<Cmds> {
        Some(match action {
            "list.preview" => {
                self.preview_off = !self.preview_off;
                self.look_again(ctx)
            }
            _ => return None,
        })
    }

    pub(super) fn has_preview(&self, ctx: &Context) -> bool {
        ctx.size.width >= PREVIEW_FROM && !self.preview_off
    }

    /// Cells the list itself takes.
    pub(super) fn width(&self, ctx: &Context) -> u16 {
        if self.has_preview(ctx) { ctx.size.width * 3 / 5 } else { ctx.size.width }
    }

    /// Asks for the record under the cursor where it is shown beside the list.
    pub(super) fn look_closer(&self, ctx: &Context) -> Option<Cmd> {
        let current = self.rows.current().filter(|_| self.has_preview(ctx))?;
        let shown = self.preview.as_ref();
        let same = shown.is_some_and(|shown| {
            shown.id == current.id && shown.meta.version == current.meta.version
        });
        (!same).then(|| Cmd::Ask(PREVIEW, Request::Get(current.reference())))
    }
}
