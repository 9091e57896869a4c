//! `user owns`, `user leave` and `user back`: what somebody has, who takes it over, and coming back.

use std::sync::Arc;

use clap::{ArgAction, Command};
use serde_json::json;

use super::change::write;
use super::desk::{Desk, entity};
use super::error::{CliError, Result};
use super::output::{Head, OutputFormat, Row, write_json};
use super::refs;
use super::tree::{dry_run, flag, option, required};
use crate::gate::{Fate, HandedAs, Leaving, Many, Outcome, Place, Seen, Tally, Transfer};
use crate::model::{Edit, Name, Phrase, RecordId, RecordRef, Value, phrase};
use crate::term::Clean;

/// The verbs of users that are about leaving.
pub(super) fn verbs() -> [Command; 3] {
    let user = || required("user", "LOGIN", "Who: sign-in name, name or reference");
    [
        Command::new("owns").about("What somebody owns, works on and leads").arg(user()),
        Command::new("leave")
            .about("Somebody leaves: they cannot sign in any more, and what they have is handed on")
            .after_help(
                "Examples:\n  kontor user leave bo --to ana --dry-run\n  \
                 kontor user leave bo --team North --yes\n  \
                 kontor user leave bo --rule 'address.city = Berlin -> ana' --rule 'amount >= 50k -> mia' \
                 --rest cho\n\nWithout --to, --team or --rest only somebody who has nothing can leave.",
            )
            .arg(user())
            .arg(
                option("to", "LOGIN", "Who takes everything over")
                    .conflicts_with_all(["team", "rule", "rest"]),
            )
            .arg(
                option("team", "TEAM", "Its active members take over, who has least to do first")
                    .conflicts_with_all(["rule", "rest"]),
            )
            .arg(
                option("rule", "RULE", "'QUERY -> LOGIN': who takes what fits; the first that fits counts")
                    .action(ArgAction::Append)
                    .requires("rest"),
            )
            .arg(option("rest", "LOGIN", "Who takes what no rule fits"))
            .arg(flag("yes", "However many there are"))
            .arg(dry_run()),
        Command::new("back")
            .about("Somebody comes back: they may sign in again")
            .arg(user())
            .arg(dry_run()),
    ]
}

/// From so many records on `--yes` is asked for.
const WIDE: u64 = 20;
/// Records left alone that are named.
const NAMED: usize = 20;

/// What `user leave` was told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeaveArgs {
    /// Who leaves.
    pub user: String,
    /// Who takes everything over.
    pub to: Option<String>,
    /// The team whose members take everything over.
    pub team: Option<String>,
    /// Conditions with a person each: `address.city = Berlin -> ana`.
    pub rules: Vec<String>,
    /// Who takes what no rule fits.
    pub rest: Option<String>,
    /// Only say what would be done.
    pub dry_run: bool,
    /// However many there are.
    pub yes: bool,
}

fn user(desk: &Desk<'_, '_>, word: &str) -> Result<RecordId> {
    Ok(refs::record(desk, Some(&Name::from("user")), word)?.id)
}

/// Lists what somebody has.
pub(super) fn owns(desk: &mut Desk<'_, '_>, word: &str) -> Result<()> {
    let found = desk.session.belongings(user(desk, word)?)?;
    if desk.format == OutputFormat::Json {
        let holdings = found.holdings.iter().map(|holding| {
            json!({
                "entity": holding.entity.as_str(),
                "owned": holding.owned,
                "open": holding.open,
                "collaborator": holding.shared,
                "stays": holding.stays,
            })
        });
        let links = |links: &[crate::model::Link]| -> Vec<_> {
            links
                .iter()
                .map(|link| json!({ "ref": desk.reference(&link.target()), "name": link.title }))
                .collect()
        };
        let all = json!({
            "user": desk.reference(&found.user.target()),
            "name": found.user.title,
            "active": found.active,
            "holdings": holdings.collect::<Vec<_>>(),
            "leads_teams": links(&found.teams),
            "manages": links(&found.people),
            "to_hand_on": found.to_hand_on(),
        });
        write_json(&mut *desk.env.out, &all)?;
        writeln!(desk.env.out)?;
        return Ok(());
    }
    let catalog = Arc::clone(&desk.catalog);
    let lang = desk.env.lang;
    let mut rows = Vec::new();
    for holding in &found.holdings {
        let known = entity(&catalog, &holding.entity)?;
        let note = if holding.stays { desk.word(&phrase!("stay theirs")) } else { String::new() };
        rows.push([
            known.plural.get(lang).to_owned(),
            holding.owned.to_string(),
            holding.open.map_or_else(String::new, |open| open.to_string()),
            holding.shared.to_string(),
            note,
        ]);
    }
    let mut printer = desk.printer(vec![
        Head::left("entity", phrase!("Entity")),
        Head::right("owned", phrase!("Owned")),
        Head::right("open", phrase!("Open")),
        Head::right("collaborator", phrase!("Shared with them")),
        Head::left("note", phrase!("Note")),
    ]);
    for cells in rows {
        printer.row(Row { reference: String::new(), cells: cells.to_vec(), json: json!(null) })?;
    }
    printer.finish()?;
    desk.env.out.flush()?;
    let names = |links: &[crate::model::Link]| {
        links.iter().map(|link| link.title.clone()).collect::<Vec<_>>().join(", ")
    };
    if !found.teams.is_empty() {
        desk.say(&phrase!("Leads: {teams}", teams = names(&found.teams)))?;
    }
    if !found.people.is_empty() {
        desk.say(&phrase!("Manages: {people}", people = names(&found.people)))?;
    }
    let n = found.to_hand_on();
    desk.say(&phrase!("{n} {n?record|records} would have to be handed on.", n))
}

/// Has somebody come back: they may sign in again, with what is theirs now.
pub(super) fn back(desk: &mut Desk<'_, '_>, word: &str, dry_run: bool) -> Result<()> {
    let edit = Edit::update("user", user(desk, word)?).with("active", Value::Bool(true));
    write(desk, vec![edit], "return user", dry_run)
}

/// Has somebody leave, and hands on what they have.
pub(super) fn leave(desk: &mut Desk<'_, '_>, args: &LeaveArgs) -> Result<()> {
    let who = user(desk, &args.user)?;
    let transfer = transfer(desk, args)?;
    let leaving = Arc::new(desk.session.plan_leaving(who, transfer.as_ref())?);
    let many = Many::Leave(Arc::clone(&leaving));
    let (mut tally, mut seen, mut refused) = (Tally::default(), Vec::<Seen>::new(), Vec::new());
    let (mut place, mut at) = (Some(Place::Start), None);
    let what = desk.env.told(&phrase!("Looking at records"));
    desk.env.progress.start(what, Some(leaving.edits().len() as u64));
    while let Some(from) = place {
        let look = desk.session.look(&many, &from, &tally)?;
        at.get_or_insert(look.at);
        tally.add(&look.tally);
        seen.extend(look.seen);
        refused.extend(look.outcomes.into_iter().filter(|o| o.fate == Fate::Refused));
        place = look.next;
        desk.env.progress.at(tally.all());
    }
    desk.env.progress.finish();
    let change = tally.of(Fate::Change);
    if tally.of(Fate::Refused) > 0 {
        // Part of it would leave records with somebody who is gone.
        name_left(desk, &refused)?;
        let n = tally.of(Fate::Refused);
        return Err(CliError::Refused {
            message: phrase!(
                "{n} {n?record|records} cannot be handed on so. Nothing was written.",
                n
            ),
            hint: None,
        });
    }
    if !args.dry_run && change > WIDE && !args.yes {
        print(desk, &leaving, (true, 0, None))?;
        return Err(CliError::Refused {
            message: phrase!("{change} records would change", change),
            hint: Some(phrase!("--yes does it, --dry-run shows what would become of them")),
        });
    }
    let (mut written, mut operation, mut left) = (0, None, Vec::new());
    if !args.dry_run && change > 0 {
        let what = desk.env.told(&phrase!("Writing records"));
        desk.env.progress.start(what, Some(change));
        let mut next = Some(0);
        while let Some(from) = next {
            let seen = (seen.as_slice(), at.unwrap_or_default());
            let ran = desk.session.run(&many, &leaving.why(), seen, from, operation)?;
            operation = ran.operation;
            written += ran.written;
            left.extend(ran.left);
            next = ran.next;
            desk.env.progress.at(written);
            if let Some(error) = ran.error {
                return Err(error.into());
            }
        }
        desk.env.progress.finish();
    }
    print(desk, &leaving, (args.dry_run, written, operation))?;
    if left.is_empty() {
        return Ok(());
    }
    name_left(desk, &left)?;
    Err(CliError::Refused {
        message: phrase!(
            "{n} {n?record was|records were} left: somebody changed them meanwhile",
            n = left.len()
        ),
        hint: Some(phrase!("the same command again hands on what is left")),
    })
}

/// Understands who takes over.
fn transfer(desk: &Desk<'_, '_>, args: &LeaveArgs) -> Result<Option<Transfer>> {
    if let Some(to) = &args.to {
        return Ok(Some(Transfer::To(user(desk, to)?)));
    }
    if let Some(team) = &args.team {
        let team = refs::record(desk, Some(&Name::from("team")), team)?;
        return Ok(Some(Transfer::Team(team.id)));
    }
    let mut rules = Vec::new();
    for rule in &args.rules {
        let Some((condition, to)) = rule.rsplit_once("->") else {
            let hint = phrase!("for example: --rule 'address.city = Berlin -> ana'");
            return Err(CliError::word(phrase!("{rule} is not QUERY -> LOGIN", rule), Some(hint)));
        };
        rules.push((condition.trim().to_owned(), user(desk, to.trim())?));
    }
    match &args.rest {
        Some(rest) => Ok(Some(Transfer::Rules { rules, rest: user(desk, rest)? })),
        None => Ok(None),
    }
}

/// The table of who takes over how much.
fn print(
    desk: &mut Desk<'_, '_>,
    leaving: &Leaving,
    (dry_run, written, operation): (bool, u64, Option<i64>),
) -> Result<()> {
    let user = leaving.user();
    if desk.format == OutputFormat::Json {
        let shares = leaving.shares().iter().map(|share| {
            let to = share.to.as_ref();
            json!({
                "entity": share.entity.as_str(),
                "as": handed_as(share.handed_as).as_str(),
                "to": to.map(|to| desk.reference(&to.target())),
                "name": to.map(|to| to.title.as_str()),
                "records": share.records,
            })
        });
        let all = json!({
            "user": desk.reference(&user.target()),
            "deactivated": leaving.deactivates(),
            "change_set": operation,
            "dry_run": dry_run,
            "written": written,
            "shares": shares.collect::<Vec<_>>(),
        });
        write_json(&mut *desk.env.out, &all)?;
        writeln!(desk.env.out)?;
        return Ok(());
    }
    let catalog = Arc::clone(&desk.catalog);
    let mut rows = Vec::new();
    for share in leaving.shares() {
        let known = entity(&catalog, &share.entity)?;
        let to = match &share.to {
            Some(to) => to.title.clone(),
            None => desk.word(&phrase!("nobody")),
        };
        rows.push([
            known.plural.get(desk.env.lang).to_owned(),
            share.records.to_string(),
            desk.word(&handed_as(share.handed_as)),
            to,
        ]);
    }
    if !rows.is_empty() {
        let mut printer = desk.printer(vec![
            Head::left("entity", phrase!("Entity")),
            Head::right("records", phrase!("Records")),
            Head::left("as", phrase!("As")),
            Head::left("to", phrase!("To")),
        ]);
        for cells in rows {
            let (reference, json) = (String::new(), json!(null));
            printer.row(Row { reference, cells: cells.to_vec(), json })?;
        }
        printer.finish()?;
        desk.env.out.flush()?;
    }
    let name = user.title.clone();
    match operation {
        Some(number) => desk.say(&phrase!(
            "{name} has left; {written} records written. `kontor undo {number}` takes it back.",
            name,
            written,
            number
        )),
        None if dry_run => desk.say(&phrase!(
            "{name} would leave; {n} {n?record|records} would be written. Nothing was written.",
            name,
            n = leaving.edits().len()
        )),
        None => desk
            .say(&phrase!("{name} has left already and has nothing. Nothing was written.", name)),
    }
}

fn handed_as(handed_as: HandedAs) -> Phrase {
    match handed_as {
        HandedAs::Owner => phrase!("owner"),
        HandedAs::Manager => phrase!("manager"),
        HandedAs::Collaborator => phrase!("collaborator no more"),
    }
}

fn name_left(desk: &mut Desk<'_, '_>, left: &[Outcome]) -> Result<()> {
    for outcome in left.iter().take(NAMED) {
        let reasons: Vec<String> =
            outcome.reasons.iter().map(|(_, reason)| desk.word(reason)).collect();
        let record: &RecordRef = &outcome.record;
        let line =
            format!("{}  {}  ! {}", desk.reference(record), outcome.title, reasons.join("; "));
        writeln!(desk.env.err, "{}", Clean::line(&line).as_str())?;
    }
    Ok(())
}
