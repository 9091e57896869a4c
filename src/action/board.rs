//! What is done on a board: stages left and right, moving the card.

use super::{Action, Group, Need, Place, plain};
use crate::policy::Right;

/// The actions of this family.
pub(super) fn actions() -> Vec<Action> {
    let board = plain(Group::Board, &[Place::Board]);
    let card = board.on(Need::Changeable).writes(Right::Edit);
    vec![
        board.footer(2).named("board.left"),
        board.named("board.right"),
        card.footer(3).cli("deal move").named("board.move-left"),
        card.cli("deal move").named("board.move-right"),
        card.named("board.move-to"),
        card.footer(4).named("board.amount"),
        card.footer(5).named("board.close-date"),
        board.named("board.pipeline"),
    ]
}
