//! Fields that the administrator takes away while a form is open: they go, the rest stays and can be saved.
//!
//! Start at [`Form::let_go`].

use super::{Form, Notice, at};
use crate::tui::Context;

impl Form {
    /// Lets go of the fields that the catalogue does not have any more, with what was wrong with them, and
    /// says which they were.
    pub fn let_go(&mut self, ctx: &Context) {
        let mut any = false;
        let mut gone = Vec::new();
        let focused = self.focused();
        for index in 0..self.slots.len() {
            let slot = &self.slots[index];
            let known = ctx.catalog.entity(&self.drafts[slot.draft].record.entity);
            // Where the whole entity is gone nothing is left to be saved.
            if slot.gone || known.is_none() || at(slot, &self.drafts, 1, ctx).is_some() {
                continue;
            }
            let entered = self.drafts[slot.draft].forget(&slot.field) || slot.half;
            let slot = &mut self.slots[index];
            any = true;
            (slot.gone, slot.visible, slot.required) = (true, false, false);
            (slot.half, slot.trouble, slot.conflict) = (false, None, None);
            if entered || focused == Some(index) {
                gone.push(slot.label.clone());
            }
            if focused == Some(index) {
                self.popup = None;
            }
        }
        if any {
            self.refresh(ctx);
        }
        if !gone.is_empty() {
            let text = ctx.tf("form.gone", &[("fields", &ctx.listed(&gone))]);
            self.notices.push(Notice::wrong(text));
        }
    }
}
