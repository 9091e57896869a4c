//! What is done with the home screen: its target, and which blocks it is made of.

use super::{Action, Group, Place, plain};

/// The actions of this family.
pub(super) fn actions() -> Vec<Action> {
    let block = plain(Group::Settings, &[Place::Arrange]).keeps();
    vec![
        plain(Group::Settings, Place::SCREENS).keeps().named("home.blocks"),
        plain(Group::List, &[Place::Home]).keeps().footer(14).named("home.target"),
        block.footer(1).named("block.done"),
        block.footer(2).named("block.add"),
        block.footer(3).named("block.remove"),
        block.footer(4).named("block.up"),
        block.named("block.down"),
        block.footer(5).named("block.size"),
        block.footer(6).named("block.usual"),
    ]
}
