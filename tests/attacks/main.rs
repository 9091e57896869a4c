//! Attack stories on rights, one file each: what is tried, and what comes of it.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

#[path = "../common/mod.rs"]
mod common;
mod dumping;
mod escalation;
mod guessing;
mod key_confusion;
mod last_administrator;
mod merging;
mod private_views;
#[allow(dead_code)]
#[path = "../proof/mod.rs"]
mod proof;
mod puppet;
mod reassigning;
mod sorting;
mod undoing;
mod viewing;

use common::{Desk, desk};
use kontor::gate::{GateError, Session, Via};
use kontor::model::{Edit, RecordId, RecordRef, Value};

/// A company with a rep who attacks and one who is attacked.
pub struct Scene {
    pub desk: Desk,
    pub mallory: RecordId,
    pub victim: RecordRef,
}

pub fn scene(role: &str) -> Scene {
    let mut desk = desk();
    for (name, above) in [("Sales", ""), ("North", "Sales"), ("South", "Sales")] {
        desk.add(Edit::create("team").typed("name", name).typed("parent", above));
    }
    let user = |name: &str| Edit::create("user").typed("name", name).typed("login", name);
    desk.add(user("zoe").typed("roles", "Sales rep").typed("teams", "South"));
    let mallory = desk.add(user("mallory").typed("roles", role).typed("teams", "North")).id;
    let victim = desk.add(
        Edit::create("customer")
            .typed("name", "Secret Holding")
            .typed("owner", "zoe")
            .typed("team", "South")
            .typed("emails", "boss@secret.example"),
    );
    Scene { desk, mallory, victim }
}

impl Scene {
    pub fn attacker(&self) -> Session {
        self.desk.gate.session_of(self.mallory, Via::Cli).unwrap()
    }

    pub fn role(&mut self, name: &str, rights: &str) {
        let key = name.to_lowercase().replace(' ', "_");
        let edit = Edit::create("role").typed("name", name).typed("key", key);
        self.desk.add(edit.with("rights", Value::from(rights)));
    }
}

/// What is told where it is refused.
#[track_caller]
pub fn refused(session: &mut Session, edit: Edit) -> String {
    match session.save(vec![edit], "attack") {
        Err(GateError::Denied(refusal)) => refusal.what.to_string(),
        Err(GateError::Invalid(problems)) => {
            problems.iter().map(|p| p.message.to_string()).collect::<Vec<_>>().join("; ")
        }
        Err(other) => format!("{other:?}"),
        Ok(_) => panic!("it was done"),
    }
}
