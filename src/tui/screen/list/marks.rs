//! Marks: the records that actions work on together.

use super::{ALL_ROWS, List, MARKED_AT_MOST};
use crate::gate::ListRequest;
use crate::tui::context::Context;
use crate::tui::layer::{Cmd, Cmds};
use crate::tui::request::Request;
use crate::tui::rows::Step;

impl List {
    /// The actions of this file; none where it is another.
    pub(super) fn act_on_marks(&mut self, action: &str, ctx: &Context) -> Option<Cmds> {
        Some(match action {
            "nav.back" if !self.marks.is_empty() => {
                self.marks.clear();
                Cmds::new()
            }
            "list.mark" => self.mark(ctx),
            "list.mark-all" => self.mark_all(),
            _ => return None,
        })
    }

    fn mark(&mut self, ctx: &Context) -> Cmds {
        if let Some(id) = self.rows.current().map(|record| record.id)
            && !self.marks.remove(&id)
        {
            self.marks.insert(id);
        }
        self.moved(Step::By(1), ctx)
    }

    fn mark_all(&mut self) -> Cmds {
        if !self.marks.is_empty() {
            self.marks.clear();
            return Cmds::new();
        }
        let request = ListRequest {
            fields: self.rows.request().fields.iter().take(1).cloned().collect(),
            limit: MARKED_AT_MOST,
            ..self.rows.request().clone()
        };
        vec![Cmd::Ask(ALL_ROWS, Request::List(request))]
    }
}
