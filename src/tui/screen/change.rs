//! What is done with a change under the cursor, in a list of changes and on the screen of a record alike: it
//! is taken back, or the values from before it are put back. Start at [`act`].

use super::history::taken_back;
use crate::gate::Entry;
use crate::model::{Name, Op};
use crate::tui::bulk::{Deed, Review};
use crate::tui::context::Context;
use crate::tui::layer::{Cmd, Cmds};
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::theme::Role;

const UNDO: Slot = Slot("change.undo", 0);
const RESTORE: Slot = Slot("change.restore", 0);

/// Whether a question was asked from here: keys wait for its answer.
#[must_use]
pub fn asked(slot: Slot) -> bool {
    slot == UNDO || slot == RESTORE
}

/// What an action does with the change under the cursor; none where it is about something else.
#[must_use]
pub fn act(action: &str, entry: Option<&Entry>, ctx: &Context) -> Option<Cmds> {
    match (action, entry) {
        ("history.take-back", Some(entry)) => {
            Some(vec![Cmd::Ask(UNDO, Request::Undo(Some(entry.change_set)))])
        }
        ("history.restore", Some(entry)) => Some(restore(entry, ctx)),
        ("history.take-back" | "history.restore", None) => Some(Cmds::new()),
        _ => None,
    }
}

/// Puts back what the record of a change held before it.
fn restore(entry: &Entry, ctx: &Context) -> Cmds {
    let Some(record) = entry.record.clone().filter(|_| entry.op == Some(Op::Update)) else {
        return vec![Cmd::Say(Role::Warning, ctx.t("history.nothing-before").to_owned())];
    };
    let entity = ctx.catalog.entity(&record.entity);
    let typed = |name: &&Name| {
        entity.and_then(|entity| entity.field(name)).is_some_and(|field| !field.is_given())
    };
    let fields = entry.fields.iter().map(|field| &field.field).filter(typed).cloned().collect();
    let change_set = entry.change_set;
    vec![Cmd::Ask(RESTORE, Request::Restore { record, fields, change_set })]
}

/// What is said and shown of an answer to what was [`asked`].
#[must_use]
pub fn answered(answer: Answer, ctx: &Context) -> Cmds {
    match answer {
        Ok(Reply::Undone(look)) => {
            let said = taken_back(&look.plan, &look.outcomes, ctx);
            vec![Cmd::Say(Role::Good, said), Cmd::Written(None)]
        }
        Ok(Reply::Doubted(plan, doubt)) => {
            vec![Cmd::Push(Box::new(Review::of_undo(&plan, &doubt, ctx)))]
        }
        Ok(Reply::Saved(applied)) => {
            let said = if applied.change_set.is_some() {
                Cmd::Say(Role::Good, ctx.t("history.put-back").to_owned())
            } else {
                Cmd::Say(Role::Muted, ctx.t("history.same-now").to_owned())
            };
            vec![said, Cmd::Written(None)]
        }
        Ok(Reply::Large(plan)) => {
            let review = Review::new(Deed::undo(plan.change_set, &plan.why, ctx)).at_once();
            vec![Cmd::Push(Box::new(review))]
        }
        Ok(_) => Cmds::new(),
        Err(error) => vec![Cmd::Say(Role::Error, ctx.said(&error))],
    }
}
