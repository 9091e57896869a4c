//! The program itself: find, help, palette, quit.

use super::{Action, Group, Need, Place, Reason, Situation, plain};

/// The actions of this family.
pub(super) fn actions() -> Vec<Action> {
    let app = plain(Group::App, &[]);
    let everywhere = plain(
        Group::App,
        &[
            Place::Home,
            Place::Arrange,
            Place::List,
            Place::Board,
            Place::Schedule,
            Place::Detail,
            Place::Reports,
            Place::History,
            Place::Audit,
            Place::Duplicates,
            Place::Quality,
            Place::Manual,
            Place::Form,
            Place::Overlay,
            Place::Cell,
            Place::Review,
            Place::Matrix,
            Place::Peek,
            Place::Import,
            Place::Plan,
            Place::PlanRow,
        ],
    );
    let unfinished =
        plain(Group::App, &[Place::Form, Place::Overlay, Place::Filter, Place::Review]);
    let card = plain(Group::Record, &[Place::Peek]);
    vec![
        app.footer(20).named("app.palette"),
        app.footer(12).cli("find").named("app.find"),
        unfinished.when(not_yet).footer(6).named("app.look-up"),
        card.on(Need::Record).when(is_taken).footer(2).named("peek.take"),
        everywhere.named("app.help"),
        everywhere.named("app.suspend"),
        app.named("app.lock"),
        app.cli("session list").named("app.sessions"),
        everywhere.named("app.redraw"),
        app.named("app.manual"),
        app.named("app.quit"),
        app.named("tutor.skip"),
        app.named("tutor.back"),
        app.named("tutor.more"),
    ]
}

/// A look-up is not looked up from.
fn not_yet(at: &Situation<'_>) -> Result<(), Reason> {
    if at.finds { Err(Reason::plain("reason.elsewhere")) } else { Ok(()) }
}

/// Only a field that links to such records takes one over.
fn is_taken(at: &Situation<'_>) -> Result<(), Reason> {
    if at.takes { Ok(()) } else { Err(Reason::plain("reason.not_taken")) }
}
