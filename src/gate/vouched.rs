//! Whom a login means that somebody outside vouches for: the line of an SSH key.
//!
//! Nobody is let in by likeness. Whatever is not one user who may act is turned away, and a login that
//! another user had before too: a key that was given to that one must not open the file as this one. Start
//! at [`Gate::user_of_login`].

use super::error::{GateError, Result};
use super::session::Gate;
use super::store::logins::Login;
use super::store::{Store, open};
use crate::model::{Phrase, RecordId, phrase};

impl Gate {
    /// The user of that login, to the letter.
    ///
    /// # Errors
    /// [`GateError::SignedOut`] with the reason where it is not exactly one user who may act; a file that
    /// cannot be read.
    pub fn user_of_login(&self, login: &str) -> Result<RecordId> {
        let store = open::connect(self.path())?;
        let user = one(login, store.logins()?).map_err(|what| GateError::SignedOut { what })?;
        refuse_locked(&store, user)?;
        Ok(user)
    }
}

/// The user among those with a login, or why nobody is let in.
fn one(login: &str, all: Vec<Login>) -> std::result::Result<RecordId, Phrase> {
    let folded = login.to_lowercase();
    let alike: Vec<Login> =
        all.into_iter().filter(|other| other.name.to_lowercase() == folded).collect();
    match alike.as_slice() {
        [] => Err(phrase!("there is no user {login}", login)),
        [found] if found.name != login => {
            Err(phrase!("there is no user {login} (upper and lower case count)", login))
        }
        [found] if found.deleted => Err(phrase!("the user {login} was deleted", login)),
        [found] if !found.active => Err(phrase!("the user {login} is not active", login)),
        [found] => Ok(found.user),
        _ => Err(phrase!("more than one user has or had the login {login}", login)),
    }
}

/// A user who was locked (after too many failed sign-ins, or by an administrator) is turned away too. A user
/// who may not act is turned away before that.
fn refuse_locked(store: &Store, user: RecordId) -> Result<()> {
    if store.credential(user)?.is_some_and(|kept| kept.locked_at.is_some()) {
        return Err(GateError::SignedOut { what: phrase!("this user is locked") });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login(user: i64, login: &str) -> Login {
        Login { user: RecordId(user), name: login.to_owned(), deleted: false, active: true }
    }

    fn why(wanted: &str, all: Vec<Login>) -> String {
        one(wanted, all).unwrap_err().to_string()
    }

    #[test]
    fn one_user_who_may_act_is_let_in() {
        let all = vec![login(1, "admin"), login(2, "alice"), login(3, "alice2")];
        assert_eq!(one("alice", all), Ok(RecordId(2)));
    }

    #[test]
    fn everybody_else_is_turned_away() {
        assert_eq!(why("eve", vec![login(1, "admin")]), "there is no user eve");
        assert_eq!(why("", vec![login(1, "admin")]), "there is no user ");
        let said = why("Alice", vec![login(2, "alice")]);
        assert_eq!(said, "there is no user Alice (upper and lower case count)");
        let gone = Login { deleted: true, ..login(2, "alice") };
        assert_eq!(why("alice", vec![gone.clone()]), "the user alice was deleted");
        let left = Login { active: false, ..login(2, "alice") };
        assert_eq!(why("alice", vec![left]), "the user alice is not active");
        let said = why("alice", vec![gone, login(3, "alice")]);
        assert_eq!(said, "more than one user has or had the login alice");
        let said = why("alice", vec![login(2, "alice"), login(3, "ALICE")]);
        assert_eq!(said, "more than one user has or had the login alice");
    }
}
