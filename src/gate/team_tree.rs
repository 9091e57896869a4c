//! The teams below each other: who leads each, and who is in it. Start at [`Session::teams`].

use super::error::Result;
use super::read::ListRequest;
use super::session::Session;
use crate::model::{Link, Record, RecordId, RecordRef, Value};

/// More teams or users than this are not looked at.
const MOST: usize = 10_000;

/// A team in the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamNode {
    /// The team, with its name.
    pub team: Link,
    /// How many teams it lies below.
    pub depth: usize,
    /// The one above it, where that is seen.
    pub parent: Option<RecordRef>,
    /// Who leads it.
    pub manager: Option<Link>,
    /// The active users in it, by name; those of the teams below it are not among them.
    pub members: Vec<Link>,
}

impl Session {
    /// All teams that the person sees, each followed by those below it.
    ///
    /// # Errors
    /// The refusal where teams or users are not seen.
    pub fn teams(&self) -> Result<Vec<TeamNode>> {
        let teams = self.list(&ListRequest::first("team", MOST))?.rows;
        let users = self.list(&ListRequest::first("user", MOST))?.rows;
        let known = |id: RecordId| teams.iter().any(|team| team.id == id);
        let parent = |team: &Record| {
            team.get("parent").as_link().map(Link::target).filter(|above| known(above.id))
        };
        let mut nodes: Vec<TeamNode> = Vec::new();
        // Teams that are tied into a ring have nobody above them all: the first that is left begins it.
        for whole in [false, true] {
            for team in teams.iter().filter(|team| whole || parent(team).is_none()) {
                let mut below = vec![(team, 0)];
                while let Some((team, depth)) = below.pop() {
                    if nodes.iter().any(|node| node.team.id == team.id) {
                        continue;
                    }
                    nodes.push(TeamNode {
                        team: named(team),
                        depth,
                        parent: parent(team),
                        manager: team.get("manager").as_link().cloned(),
                        members: users
                            .iter()
                            .filter(|user| is_in(user, team.id))
                            .map(named)
                            .collect(),
                    });
                    let inner = teams
                        .iter()
                        .rev()
                        .filter(|other| parent(other).is_some_and(|link| link.id == team.id));
                    below.extend(inner.map(|other| (other, depth + 1)));
                }
            }
        }
        Ok(nodes)
    }
}

fn named(record: &Record) -> Link {
    let mut link = Link::new(&record.entity, record.id);
    record.get("name").as_text().unwrap_or_default().clone_into(&mut link.title);
    link
}

fn is_in(user: &Record, team: RecordId) -> bool {
    let active = !matches!(user.get("active"), Value::Bool(false));
    active && user.get("teams").links().iter().any(|link| link.id == team)
}
