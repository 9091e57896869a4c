//! Somebody joins: their record and their invitation in one go, and `user joined`: what they still lack.
//!
//! Where somebody sits at the terminal, what was not said of a new user is asked for. Start at
//! [`Newcomer::edit`] and [`joined`].

use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::json;

use super::desk::Desk;
use super::error::{CliError, Result};
use super::output::{Head, OutputFormat, Row};
use super::sign_in::{ask_line, user_of};
use super::tree::option;
use crate::gate::{Joining, ListRequest, Point, Standing, Step};
use crate::model::{Edit, Fill, Phrase, RecordId, RecordRef, phrase};
use crate::query::Query;
use crate::term::Clean;

/// More users than this are not looked over at once.
const MOST: usize = 1_000;

/// What `invite` was told of somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Newcomer {
    /// Their name; needed where they are new.
    pub name: Option<String>,
    /// Fields of their record and what they shall hold, as typed.
    pub set: Vec<(&'static str, String)>,
}

/// The options of `invite`: the field, what is asked, an example.
const FIELDS: [(&str, &str, &str, &str); 8] = [
    ("role", "roles", "ROLE", "A role, by name or reference; can be given more than once"),
    ("team", "teams", "TEAM", "A team; can be given more than once"),
    ("manager", "manager", "LOGIN", "Their manager"),
    ("language", "language", "LANG", "What Kontor speaks with them: en, zh"),
    ("zone", "zone", "ZONE", "Where their days begin: Europe/Berlin"),
    ("hours", "working_hours", "HOURS", "When they work: 'mon-fri 9:00-17:30'"),
    ("position", "position", "TEXT", "What they do"),
    ("email", "emails", "ADDRESS", "Their e-mail address"),
];

/// What is asked for at a terminal, in this order.
fn questions() -> [(&'static str, Phrase); 6] {
    [
        ("roles", phrase!("Roles (several with ;): ")),
        ("teams", phrase!("Teams (several with ;): ")),
        ("manager", phrase!("Manager: ")),
        ("language", phrase!("Language (en, zh): ")),
        ("zone", phrase!("Time zone (Europe/Berlin): ")),
        ("working_hours", phrase!("Working hours (mon-fri 9:00-17:30): ")),
    ]
}

/// Adds what may be said of somebody to `invite`.
pub(super) fn invite(mut command: Command) -> Command {
    command = command.arg(option("name", "NAME", "The name of somebody new"));
    for (id, _, value, help) in FIELDS {
        command = command.arg(option(id, value, help).action(ArgAction::Append));
    }
    command.after_help(
        "Examples:\n  kontor invite ana\n  \
         kontor invite ana --name 'Ana Silva' --role 'Sales rep' --team North --manager mia\n  \
         kontor invite ana --valid 12h",
    )
}

/// The verb of users that tells what they lack.
pub(super) fn verb() -> Command {
    Command::new("joined")
        .about(
            "What users still lack to work, and what mends it; without names: who lacks something",
        )
        .arg(Arg::new("refs").value_name("LOGIN").num_args(0..).help("The users"))
}

impl Newcomer {
    /// What the arguments say.
    pub(super) fn of(matches: &ArgMatches) -> Self {
        let mut set = Vec::new();
        for (id, field, ..) in FIELDS {
            let said = matches.get_many::<String>(id).into_iter().flatten();
            let said: Vec<&str> = said.map(String::as_str).collect();
            if !said.is_empty() {
                set.push((field, said.join("; ")));
            }
        }
        Self { name: matches.get_one::<String>("name").cloned(), set }
    }

    /// The wish to make the record, or to change the one that is there; none where nothing is said of it.
    pub(super) fn edit(
        mut self,
        desk: &mut Desk<'_, '_>,
        login: &str,
        known: Option<RecordId>,
    ) -> Result<Option<Edit>> {
        let mut edit = if let Some(user) = known {
            if self.name.is_none() && self.set.is_empty() {
                return Ok(None);
            }
            Edit::update("user", user)
        } else {
            self.ask(desk, login)?;
            Edit::create("user").typed("login", login)
        };
        if let Some(name) = self.name {
            edit = edit.typed("name", name);
        }
        for (field, text) in self.set {
            edit = edit.typed(field, text);
        }
        Ok(Some(edit))
    }

    /// Asks for what was not said of somebody new.
    fn ask(&mut self, desk: &mut Desk<'_, '_>, login: &str) -> Result<()> {
        let watched = desk.env.prompt.watched();
        if self.name.is_none() {
            if watched {
                let shown = Clean::line(login).into_string();
                desk.say(&phrase!("There is no user {login} yet; this makes one.", login = shown))?;
                let name = ask_line(desk.env, &phrase!("Name: "))?;
                self.name = Some(name).filter(|name| !name.is_empty());
                for (field, question) in questions() {
                    if !self.set.iter().any(|(known, _)| *known == field) {
                        let text = ask_line(desk.env, &question)?;
                        if !text.is_empty() {
                            self.set.push((field, text));
                        }
                    }
                }
            }
            if self.name.is_none() {
                return Err(CliError::Refused {
                    message: phrase!("there is no user {login}", login),
                    hint: Some(phrase!("with --name NAME a new one is made and invited at once")),
                });
            }
        }
        Ok(())
    }
}

/// Writes the record of who is invited, and says so.
pub(super) fn written(
    desk: &mut Desk<'_, '_>,
    edits: Vec<Edit>,
    known: Option<RecordId>,
) -> Result<RecordId> {
    let applied = desk.session.save(edits, "invite user")?;
    let made = applied.records.into_iter().flatten().next();
    let user = known.or(made.map(|record| record.id)).unwrap_or(RecordId(0));
    let reference = desk.reference(&RecordRef::new("user", user));
    desk.say(&match known {
        None => phrase!("{ref} was added.", ref = reference),
        Some(_) => phrase!("{ref} was changed.", ref = reference),
    })?;
    Ok(user)
}

/// Says in a line what somebody lacks beside the way in that they were just given.
pub(super) fn still_missing(desk: &mut Desk<'_, '_>, user: RecordId) -> Result<()> {
    let joining = desk.session.joining(user)?;
    let missing = joining.steps.iter().filter(|step| step.standing == Standing::Missing);
    let missing: Vec<Fill> = missing.map(|step| Fill::Phrase(step.point.label())).collect();
    if missing.is_empty() {
        return Ok(());
    }
    desk.say(&phrase!(
        "Still missing: {points}. `kontor user joined {login}` says what mends it.",
        points = Fill::List(missing),
        login = joining.login
    ))
}

/// What mends a point, on the command line.
fn mends(joining: &Joining, step: &Step, reference: &str) -> String {
    if step.standing == Standing::Done {
        return String::new();
    }
    let login = if joining.login.is_empty() { reference } else { &joining.login };
    match step.point {
        Point::Active => format!("kontor user back {login}"),
        Point::Unlocked => format!("kontor user unlock {login}"),
        Point::Login => format!("kontor user edit {reference} login=LOGIN"),
        Point::Role => format!("kontor role grant ROLE {login}"),
        Point::Team => format!("kontor user edit {reference} teams=TEAM"),
        Point::Manager => format!("kontor user edit {reference} manager=LOGIN"),
        Point::WayIn => format!("kontor invite {login}"),
        Point::SecondFactor => "kontor second-factor on".to_owned(),
        Point::SshKey => format!("kontor ssh-keys add {login} KEYFILE"),
        Point::SignedIn if joining.has_password => "kontor sign-in".to_owned(),
        Point::SignedIn => "kontor join".to_owned(),
    }
}

/// `user joined`: the points of each user; without names of those who lack something.
pub(super) fn joined(desk: &mut Desk<'_, '_>, words: &[String]) -> Result<()> {
    let mut found = Vec::new();
    if words.is_empty() {
        let mut list = ListRequest::first("user", MOST);
        list.filter = Some(
            Query::parse("active = yes", desk.session.catalog(), "user")
                .map_err(crate::gate::GateError::from)?,
        );
        for user in desk.session.list(&list)?.rows {
            let joining = desk.session.joining(user.id)?;
            if joining.missing() > 0 {
                found.push(joining);
            }
        }
    }
    for word in words {
        let user = user_of(desk, word)?;
        found.push(desk.session.joining(user)?);
    }
    let only_missing = words.is_empty();
    let mut printer_rows = Vec::new();
    for joining in &found {
        let reference = desk.reference(&joining.user.target());
        for step in &joining.steps {
            if only_missing && step.standing != Standing::Missing {
                continue;
            }
            let mends = mends(joining, step, &reference);
            printer_rows.push(Row {
                reference: reference.clone(),
                cells: vec![
                    joining.user.title.clone(),
                    desk.word(&standing(step.standing)),
                    desk.word(&step.point.label()),
                    desk.word(&step.told),
                    mends.clone(),
                ],
                json: json!({
                    "ref": reference,
                    "name": joining.user.title,
                    "login": joining.login,
                    "point": step.point.word(),
                    "state": step.standing.word(),
                    "told": step.told.as_str(),
                    "mends": mends,
                }),
            });
        }
    }
    let mut printer = desk.printer(vec![
        Head::left("name", phrase!("Name")),
        Head::left("state", phrase!("State")),
        Head::left("point", phrase!("Point")),
        Head::left("told", phrase!("What there is")),
        Head::left("mends", phrase!("What mends it")),
    ]);
    for row in printer_rows {
        printer.row(row)?;
    }
    if printer.finish()? == 0 && desk.format == OutputFormat::Table {
        desk.say(&phrase!("Nobody lacks anything."))?;
    }
    Ok(())
}

fn standing(standing: Standing) -> Phrase {
    match standing {
        Standing::Done => phrase!("done"),
        Standing::Missing => phrase!("MISSING"),
        Standing::Awaited => phrase!("by the user"),
        Standing::Optional => phrase!("not needed"),
    }
}
