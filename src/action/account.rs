//! One's own way in: the password, the second factor, where one is signed in.

use super::{Action, Group, plain};

/// The actions of this family.
pub(super) fn actions() -> Vec<Action> {
    let account = plain(Group::Settings, &[]);
    vec![
        account.cli("password").named("account.password"),
        account.cli("second-factor").named("account.factor"),
        account.cli("second-factor codes").named("account.codes"),
        account.cli("session list").named("account.seats"),
    ]
}
