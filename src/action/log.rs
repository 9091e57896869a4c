//! Writing down what happened with the record under the cursor: two keystrokes and the words.

use super::{Action, Group, Need, Place, plain};

/// The kinds of activity that can be logged, and the letter of each action's name.
pub const KINDS: [&str; 5] = ["call", "email", "meeting", "visit", "note"];

/// The actions of this family.
pub(super) fn actions() -> Vec<Action> {
    let log = plain(Group::Log, Place::RECORDS).on(Need::Record).makes("activity").cli("log");
    KINDS
        .iter()
        .map(|kind| {
            let log = if *kind == "call" { log.footer(5) } else { log };
            log.named(format!("log.{kind}"))
        })
        .collect()
}
