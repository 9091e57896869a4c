//! Rights on the screens: what is missing can be asked for, roles open as a matrix.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{APP, App};
use crate::action::Reason;
use crate::model::{Phrase, RecordRef};
use crate::policy::{self, Missing, Need, Reach, Right};
use crate::tui::message::Ended;
use crate::tui::overlay::access_ask::AccessAsk;
use crate::tui::overlay::access_queue::AccessQueue;
use crate::tui::overlay::access_review::AccessReview;
use crate::tui::overlay::access_who::AccessWho;
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::screen::role::RoleMatrix;
use crate::tui::theme::Role;

const ADVICE: Slot = Slot("advice", 0);

/// A right that was missing, as the status line tells it.
pub(super) struct Refused {
    /// What can be asked for; none where only a role gives it.
    missing: Option<Missing>,
    told: String,
}

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
            "access.review" => self.push(Box::new(AccessReview::default())),
            "access.view-as" => self.ask_view(),
            "access.view-end" => self.end_view(Ended::Asked),
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

    /// An action was refused for want of a right: it is noted, and it is what can be asked for next, as long
    /// as it is told. Which roles grant it and who gives them is known in the file alone.
    pub(super) fn note_refusal(&mut self, why: &Reason, told: &str) {
        let Reason::Refused(refusal) = why else { return };
        let Some(top) = self.stack.last() else { return };
        let at = top.layer.situation(&self.ctx);
        // On the record under the cursor, where it is one of those; what is marked goes before it.
        let subject = match top.layer.subjects().as_slice() {
            [one] if at.marks > 0 => Some(one.clone()),
            _ if at.marks > 0 => None,
            _ => at.record,
        };
        let need = match (&refusal.need, &subject) {
            (Need::Entity(right, entity), Some(record))
                if record.entity == *entity && *right != Right::Create =>
            {
                Need::Record(*right, entity.clone(), record.id)
            }
            (need, _) => need.clone(),
        };
        let missing = Missing::of(&need, &self.ctx.catalog);
        self.refused = Some(Refused { missing, told: told.to_owned() });
        self.ask(APP, ADVICE, Request::Refused(need));
    }

    /// What an answer says was missing: that very right is what can be asked for next.
    pub(super) fn heed_refusal(&mut self, answer: &Answer) {
        let missing = match answer {
            Err(error) => error.missing(),
            Ok(Reply::Look(look)) => look.missing.as_ref(),
            Ok(_) => None,
        };
        if let Some(missing) = missing {
            let missing = Some(missing.clone());
            self.refused = Some(Refused { missing, told: String::new() });
        }
    }

    /// Says who helps, where the refusal is still told and there is room for it; false where the answer is
    /// about something else.
    pub(super) fn take_advice(&mut self, slot: Slot, answer: &Answer) -> bool {
        if slot != ADVICE {
            return false;
        }
        let (Ok(Reply::Advice(advice)), Some(refused)) = (answer, &self.refused) else {
            return true;
        };
        if self.said.as_ref().is_none_or(|(_, said, _)| *said != refused.told) {
            return true;
        }
        let longer = |hint: &Phrase| format!("{} · {}", refused.told, self.ctx.strings.said(hint));
        let fits = |text: &String| crate::term::width(text) + 4 <= usize::from(self.size.width);
        let told = advice.iter().flat_map(|(whole, brief)| [whole, brief]).map(longer).find(fits);
        if let Some(told) = told {
            self.say(Role::Warning, &told);
        }
        true
    }

    /// Asks for what is missing where a refusal is shown, or was told last; else for editing what is under
    /// the cursor.
    fn ask_access(&mut self) {
        let shown = self.stack.last().and_then(|top| {
            let area = Rect { x: 0, y: 0, width: self.size.width, height: self.size.height };
            top.layer.view(area, &mut Buffer::empty(area), &self.ctx).denied
        });
        let told = match self.refused.take() {
            Some(Refused { missing: None, .. }) if shown.is_none() => {
                let text = self.ctx.t("access.only_roles").to_owned();
                return self.say(Role::Muted, &text);
            }
            told => told.and_then(|told| told.missing),
        };
        let missing = match shown {
            Some(need) => match Missing::of(&need, &self.ctx.catalog) {
                Some(missing) => Some(missing),
                None => {
                    let text = self.ctx.t("access.only_roles").to_owned();
                    return self.say(Role::Muted, &text);
                }
            },
            None => told,
        };
        let here = || {
            let at = self.stack.last()?.layer.situation(&self.ctx);
            let entity = at.subject()?.name.clone();
            // Who may edit all of them has nothing to ask for here.
            let known = self.ctx.catalog.entity(&entity)?;
            if policy::reach(at.person, Right::Edit, known) == Reach::All {
                return None;
            }
            let need = Need::Record(Right::Edit, entity, at.record.as_ref()?.id);
            Missing::of(&need, &self.ctx.catalog)
        };
        match missing.or_else(here) {
            Some(missing) => self.push(Box::new(AccessAsk::new(missing))),
            None => {
                let text = self.ctx.t("access.nothing").to_owned();
                self.say(Role::Muted, &text);
            }
        }
    }
}
