//! `team tree`: the teams below each other, with their members.

use serde_json::{Value as Json, json};

use super::desk::Desk;
use super::error::Result;
use super::output::{Needs, write_json};
use crate::gate::ListRequest;
use crate::model::{Record, RecordId, Value, phrase};
use crate::term::Clean;

/// More teams or users than this are not drawn.
const MOST: usize = 10_000;

/// Prints the tree of teams.
pub(super) fn tree(desk: &mut Desk<'_, '_>) -> Result<()> {
    let teams = desk.session.list(&ListRequest::first("team", MOST))?.rows;
    let users = desk.session.list(&ListRequest::first("user", MOST))?.rows;
    let known = |id: RecordId| teams.iter().any(|team| team.id == id);
    let parent =
        |team: &Record| team.get("parent").as_link().map(|link| link.id).filter(|id| known(*id));
    let mut lines = Vec::new();
    let mut shapes = Vec::new();
    let mut drawn: Vec<RecordId> = Vec::new();
    // Teams that are tied into a ring have nobody above them all: the first that is left begins it.
    for whole in [false, true] {
        for team in &teams {
            if !drawn.contains(&team.id) && (whole || parent(team).is_none()) {
                let mut below = vec![(team, 0)];
                while let Some((team, depth)) = below.pop() {
                    if drawn.contains(&team.id) {
                        continue;
                    }
                    drawn.push(team.id);
                    let members: Vec<&Record> =
                        users.iter().filter(|user| is_in(user, team.id)).collect();
                    lines.push(line(desk, team, depth));
                    for member in &members {
                        lines.push(format!("{}{}", "  ".repeat(depth + 1), title(member)));
                    }
                    shapes.push(shape(desk, team, &members));
                    let inner = teams.iter().rev().filter(|other| parent(other) == Some(team.id));
                    below.extend(inner.map(|other| (other, depth + 1)));
                }
            }
        }
    }
    match desk.format.needs() {
        Needs::Json => {
            write_json(&mut *desk.env.out, &Json::Array(shapes))?;
            writeln!(desk.env.out)?;
        }
        _ if lines.is_empty() => desk.say(&phrase!("There are no teams yet."))?,
        _ => {
            for line in lines {
                writeln!(desk.env.out, "{}", Clean::line(&line).as_str())?;
            }
        }
    }
    Ok(())
}

fn title(record: &Record) -> &str {
    record.get("name").as_text().unwrap_or_default()
}

fn is_in(user: &Record, team: RecordId) -> bool {
    let active = !matches!(user.get("active"), Value::Bool(false));
    let member =
        matches!(user.get("teams"), Value::Links(links) if links.iter().any(|l| l.id == team));
    active && member
}

fn line(desk: &Desk<'_, '_>, team: &Record, depth: usize) -> String {
    let name = title(team);
    let reference = desk.reference(&team.reference());
    let lead = match team.get("manager").as_link() {
        Some(link) => desk.word(&phrase!("{team}, led by {name}", team = name, name = &link.title)),
        None => name.to_owned(),
    };
    format!("{}{lead}  {reference}", "  ".repeat(depth))
}

fn shape(desk: &Desk<'_, '_>, team: &Record, members: &[&Record]) -> Json {
    let parent = team.get("parent").as_link().map(|link| desk.reference(&link.target()));
    let manager = team.get("manager").as_link().map(|link| desk.reference(&link.target()));
    let members: Vec<Json> = members
        .iter()
        .map(|user| json!({ "ref": desk.reference(&user.reference()), "name": title(user) }))
        .collect();
    json!({
        "ref": desk.reference(&team.reference()), "name": title(team), "parent": parent,
        "manager": manager, "members": members,
    })
}
