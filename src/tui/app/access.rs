//! Rights on the screens: what is missing can be asked for, roles open as a matrix.

use super::App;
use crate::action::{Action, Reason};
use crate::gate::GateError;
use crate::model::RecordRef;
use crate::policy::{Need, Right};
use crate::tui::overlay::access_ask::AccessAsk;
use crate::tui::overlay::access_queue::AccessQueue;
use crate::tui::overlay::access_who::AccessWho;
use crate::tui::screen::role::RoleMatrix;
use crate::tui::theme::Role;

impl App {
    /// Does what an action of rights means; false where it is another one.
    pub(super) fn run_access(&mut self, id: &str) -> bool {
        match id {
            "access.rights" => {
                if let Some(record) = self.subject() {
                    self.open_rights(record);
                }
            }
            "access.who" => {
                if let Some(record) = self.subject() {
                    self.push(Box::new(AccessWho::new(record)));
                }
            }
            "access.request" => self.ask_access(),
            "access.requests" => self.push(Box::new(AccessQueue::default())),
            _ => return false,
        }
        true
    }

    /// The matrix of a role, or of a user.
    pub(super) fn open_rights(&mut self, record: RecordRef) {
        let matrix = if record.entity == "user" {
            RoleMatrix::of_user(record)
        } else {
            RoleMatrix::of_role(record)
        };
        self.push(Box::new(matrix));
    }

    /// An action was refused for want of a right: that is what can be asked for next.
    pub(super) fn note_refusal(&mut self, action: &Action, why: &Reason) {
        let Reason::Refused(_) = why else { return };
        let Some(top) = self.stack.last() else { return };
        let at = top.layer.situation(&self.ctx);
        let about = action.entity.as_ref().and_then(|name| at.catalog.entity(name));
        let Some((right, entity)) = action.right.zip(about.or_else(|| at.subject())) else {
            return;
        };
        let record =
            at.record.as_ref().filter(|of| of.entity == entity.name && right != Right::Create);
        self.refused = Some((right, entity.name.clone(), record.map(|record| record.id)));
    }

    /// The gate refused something for want of a right: the same holds.
    pub(super) fn note_denial(&mut self, error: &GateError) {
        let GateError::Denied(refusal) = error else { return };
        match &refusal.need {
            Need::Record(right, entity, id) => {
                self.refused = Some((*right, entity.clone(), Some(*id)));
            }
            Need::Entity(right, entity) => self.refused = Some((*right, entity.clone(), None)),
            _ => {}
        }
    }

    /// Asks for what was missing last, else for editing what is under the cursor.
    fn ask_access(&mut self) {
        let here = || {
            let at = self.stack.last()?.layer.situation(&self.ctx);
            let entity = at.subject()?.name.clone();
            let record = at.record.as_ref().map(|record| record.id);
            Some((Right::Edit, entity, record))
        };
        match self.refused.clone().or_else(here) {
            Some((right, entity, record)) => {
                self.refused = None;
                self.push(Box::new(AccessAsk::new(right, entity, record)));
            }
            None => {
                let text = self.ctx.t("access.nothing").to_owned();
                self.say(Role::Muted, &text);
            }
        }
    }
}
