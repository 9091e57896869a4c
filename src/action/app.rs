//! The program itself: find, help, palette, quit.

use super::{Action, Group, Place, plain};

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
            Place::Manual,
            Place::Form,
            Place::Overlay,
            Place::Cell,
            Place::Review,
            Place::Matrix,
        ],
    );
    vec![
        app.footer(20).named("app.palette"),
        app.footer(12).cli("find").named("app.find"),
        everywhere.named("app.help"),
        everywhere.named("app.suspend"),
        app.named("app.lock"),
        app.cli("session list").named("app.sessions"),
        everywhere.named("app.redraw"),
        app.named("app.manual"),
        app.named("app.quit"),
        app.named("tutor.skip"),
        app.named("tutor.back"),
    ]
}
