//! What is done with the marked records, or the one under the cursor where none is marked.

use super::{Action, Group, Need, Place, Reason, Situation, plain};
use crate::policy::Right;
use crate::schema::FieldType;

/// The actions of this family.
pub(super) fn actions() -> Vec<Action> {
    let records = plain(Group::Record, Place::RECORDS).on(Need::Changeable).writes(Right::Edit);
    let list = plain(Group::List, &[Place::List]);
    let mut export = list.on(Need::Record).cli("export");
    export.right = Some(Right::Export);
    let cell = plain(Group::List, &[Place::Cell]);
    let review = plain(Group::Form, &[Place::Review]);
    vec![
        records.cli("edit").named("bulk.edit"),
        records.named("bulk.assign"),
        records.when(has_tags).named("bulk.tags"),
        plain(Group::Record, &[Place::Home, Place::List, Place::Detail])
            .on(Need::Changeable)
            .writes(Right::Edit)
            .when(has_stage)
            .named("bulk.stage"),
        records.named("record.repeat"),
        list.on(Need::Changeable).writes(Right::Edit).named("bulk.sheet"),
        export.named("bulk.export"),
        list.on(Need::Changeable)
            .writes(Right::Merge)
            .when(has_marks)
            .cli("merge")
            .named("bulk.merge"),
        list.on(Need::Record).named("list.range"),
        list.on(Need::Changeable).writes(Right::Edit).named("cell.begin"),
        cell.footer(1).named("cell.edit"),
        cell.footer(2).named("cell.right"),
        cell.named("cell.left"),
        cell.footer(3).named("cell.leave"),
        review.when(may_apply).footer(1).named("review.apply"),
        review.when(has_several).footer(2).named("review.kind"),
        review.footer(3).named("review.leave"),
    ]
}

fn has_tags(at: &Situation<'_>) -> Result<(), Reason> {
    let tagged = at
        .subject()
        .is_none_or(|entity| entity.fields.iter().any(|field| field.kind == FieldType::Tags));
    if tagged { Ok(()) } else { Err(Reason::plain("reason.no_tags")) }
}

/// A stage or status whose choices say how a matter stands.
fn has_stage(at: &Situation<'_>) -> Result<(), Reason> {
    let staged = at.subject().is_none_or(|entity| {
        entity.fields.iter().any(|field| {
            field.kind == FieldType::Select && field.choices.iter().any(|c| c.standing.is_some())
        })
    });
    if staged { Ok(()) } else { Err(Reason::plain("reason.no_stage")) }
}

/// One alone becomes one with nothing.
fn has_marks(at: &Situation<'_>) -> Result<(), Reason> {
    if at.subject().is_some_and(|entity| !crate::gate::is_mergeable(entity)) {
        return Err(Reason::plain("reason.not_merged"));
    }
    if at.marks > 1 { Ok(()) } else { Err(Reason::plain("reason.mark_two")) }
}

/// In a review, marks say that it may be done.
fn may_apply(at: &Situation<'_>) -> Result<(), Reason> {
    if at.marks > 0 { Ok(()) } else { Err(Reason::plain("reason.not_ready")) }
}

fn has_several(at: &Situation<'_>) -> Result<(), Reason> {
    if at.filtered { Ok(()) } else { Err(Reason::plain("reason.elsewhere")) }
}
