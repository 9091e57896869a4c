//! What is done on a board: stages left and right, moving the card, what the columns are made by.

use super::{Action, Group, Need, Place, Reason, Situation, plain};
use crate::policy::Right;
use crate::schema::{Entity, Field, FieldType};

/// The actions of this family.
pub(super) fn actions() -> Vec<Action> {
    let board = plain(Group::Board, &[Place::Board]);
    let card = board.on(Need::Changeable).writes(Right::Edit);
    vec![
        board.footer(2).counted().named("board.left"),
        board.counted().named("board.right"),
        card.footer(3).cli("deal move").named("board.move-left"),
        card.cli("deal move").named("board.move-right"),
        card.named("board.move-to"),
        card.footer(4).when(has_amount).named("board.amount"),
        card.footer(5).when(has_date).named("board.close-date"),
        board.when(has_pipelines).named("board.pipeline"),
        board.when(has_groups).named("board.group"),
    ]
}

/// The fields that the columns of a board can be made by.
pub fn board_fields(entity: &Entity) -> impl Iterator<Item = &Field> {
    let living = |field: &Field| field.choices.iter().filter(|choice| !choice.retired).count();
    entity.fields.iter().filter(move |field| field.kind == FieldType::Select && living(field) > 1)
}

/// The field that the columns of an entity's board are made by: the one its schema names, else one that
/// says how a matter stands, else the first to choose from.
#[must_use]
pub fn board_field(entity: &Entity) -> Option<&Field> {
    if let Some(field) = entity.board.as_ref().and_then(|name| entity.field(name)) {
        return Some(field);
    }
    let stands = |field: &&Field| field.choices.iter().any(|choice| choice.standing.is_some());
    board_fields(entity)
        .find(stands)
        .or_else(|| board_fields(entity).find(|field| field.name == "status"))
        .or_else(|| board_fields(entity).next())
}

fn of(at: &Situation<'_>, has: impl Fn(&Entity) -> bool, why: &str) -> Result<(), Reason> {
    if at.entity.is_some_and(has) { Ok(()) } else { Err(Reason::plain(why)) }
}

fn has_amount(at: &Situation<'_>) -> Result<(), Reason> {
    let money = |entity: &Entity| ["amount", "value"].iter().any(|f| entity.field(f).is_some());
    of(at, money, "reason.no_amount")
}

fn has_date(at: &Situation<'_>) -> Result<(), Reason> {
    let dated =
        |entity: &Entity| ["expected_close", "due"].iter().any(|f| entity.field(f).is_some());
    of(at, dated, "reason.no_amount")
}

fn has_pipelines(at: &Situation<'_>) -> Result<(), Reason> {
    let several =
        |entity: &Entity| entity.field("pipeline").is_some_and(|field| field.choices.len() > 1);
    of(at, several, "reason.no_pipeline")
}

fn has_groups(at: &Situation<'_>) -> Result<(), Reason> {
    of(at, |entity| board_fields(entity).count() > 1, "reason.no_groups")
}
