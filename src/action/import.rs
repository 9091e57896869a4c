//! Bringing a file in: its columns, what would become of its rows, one row.

use super::{Action, Group, Place, Reason, Risk, Situation, plain};
use crate::policy::Right;

/// The actions of this family.
pub(super) fn actions() -> Vec<Action> {
    let mut begin = plain(Group::List, Place::SCREENS).cli("import").named("import.begin");
    begin.risk = Risk::Undoable;
    begin.right = Some(Right::Import);
    let columns = plain(Group::Import, &[Place::Import]);
    let rows = plain(Group::Import, &[Place::Plan]);
    let row = plain(Group::Import, &[Place::PlanRow]);
    let either = plain(Group::Import, &[Place::Plan, Place::PlanRow]);
    let mut apply = rows.when(is_ready).footer(3).named("plan.apply");
    apply.risk = Risk::Undoable;
    let mut resume = columns.when(was_begun).footer(2).named("import.resume");
    resume.risk = Risk::Undoable;
    let mut take_back = rows.when(is_done).footer(1).named("plan.take-back");
    take_back.risk = Risk::Undoable;
    vec![
        begin,
        columns.footer(1).named("import.check"),
        resume,
        columns.footer(3).named("import.field"),
        columns.footer(4).named("import.leave-out"),
        columns.footer(5).named("import.options"),
        columns.footer(6).named("import.next-row"),
        columns.named("import.previous-row"),
        columns.keeps().footer(7).named("import.keep-map"),
        rows.when(is_open).footer(2).named("plan.row"),
        apply,
        rows.when(has_several).footer(4).named("plan.verdict"),
        rows.when(is_open).footer(5).named("plan.fix"),
        either.when(is_open).footer(6).named("plan.skip"),
        rows.when(has_values).footer(7).named("plan.values"),
        rows.when(is_open).footer(8).named("plan.again"),
        take_back,
        row.footer(1).named("row.edit"),
        row.footer(2).named("row.next"),
        row.named("row.previous"),
    ]
}

/// The import of the file was begun before and stopped.
fn was_begun(at: &Situation<'_>) -> Result<(), Reason> {
    if at.filtered { Ok(()) } else { Err(Reason::plain("reason.not_begun")) }
}

/// In a plan, marks say that it may be done.
fn is_ready(at: &Situation<'_>) -> Result<(), Reason> {
    if at.marks > 0 { Ok(()) } else { Err(Reason::plain("reason.not_ready")) }
}

fn has_several(at: &Situation<'_>) -> Result<(), Reason> {
    if at.filtered { Ok(()) } else { Err(Reason::plain("reason.elsewhere")) }
}

/// Groups say that it was done.
fn is_done(at: &Situation<'_>) -> Result<(), Reason> {
    if at.grouped { Ok(()) } else { Err(Reason::plain("reason.not_imported")) }
}

/// There are values that are not among the choices of their field.
fn has_values(at: &Situation<'_>) -> Result<(), Reason> {
    if at.takes { is_open(at) } else { Err(Reason::plain("reason.no_values")) }
}

/// Rows can be looked at and mended as long as nothing is under way or done.
fn is_open(at: &Situation<'_>) -> Result<(), Reason> {
    match at.open {
        Some(true) => Ok(()),
        _ if at.grouped => Err(Reason::plain("reason.imported")),
        _ => Err(Reason::plain("reason.not_ready")),
    }
}
