//! `team tree`: the teams below each other, with their members.

use serde_json::{Value as Json, json};

use super::desk::Desk;
use super::error::Result;
use super::output::{Needs, write_json};
use crate::gate::TeamNode;
use crate::model::phrase;
use crate::term::Clean;

/// Prints the tree of teams.
pub(super) fn tree(desk: &mut Desk<'_, '_>) -> Result<()> {
    let nodes = desk.session.teams()?;
    match desk.format.needs() {
        Needs::Json => {
            let shapes = nodes.iter().map(|node| shape(desk, node)).collect();
            write_json(&mut *desk.env.out, &Json::Array(shapes))?;
            writeln!(desk.env.out)?;
        }
        _ if nodes.is_empty() => desk.say(&phrase!("There are no teams yet."))?,
        _ => {
            for node in &nodes {
                let team = line(desk, node);
                let members = node
                    .members
                    .iter()
                    .map(|member| format!("{}{}", "  ".repeat(node.depth + 1), member.title));
                for line in std::iter::once(team).chain(members) {
                    writeln!(desk.env.out, "{}", Clean::line(&line).as_str())?;
                }
            }
        }
    }
    Ok(())
}

fn line(desk: &Desk<'_, '_>, node: &TeamNode) -> String {
    let name = &node.team.title;
    let reference = desk.reference(&node.team.target());
    let lead = match &node.manager {
        Some(link) => desk.word(&phrase!("{team}, led by {name}", team = name, name = &link.title)),
        None => name.clone(),
    };
    format!("{}{lead}  {reference}", "  ".repeat(node.depth))
}

fn shape(desk: &Desk<'_, '_>, node: &TeamNode) -> Json {
    let members: Vec<Json> = node
        .members
        .iter()
        .map(|user| json!({ "ref": desk.reference(&user.target()), "name": user.title }))
        .collect();
    json!({
        "ref": desk.reference(&node.team.target()),
        "name": node.team.title,
        "parent": node.parent.as_ref().map(|parent| desk.reference(parent)),
        "manager": node.manager.as_ref().map(|link| desk.reference(&link.target())),
        "members": members,
    })
}
