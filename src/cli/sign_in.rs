//! `sign-in`, `sign-out`, `password`, `second-factor`, `invite`, `join`, `session`, `user lock`: who gets in.
//!
//! Passwords and codes are asked for at the terminal without being shown; without one they are read from
//! standard input, a line each. They never stand in arguments.

use std::io::{BufRead, Write};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::json;

use super::desk::{Desk, Need, prepare};
use super::entry::{Entry, Prompt, is};
use super::error::{CliError, Result};
use super::joining::{self, Newcomer};
use super::output::{Head, OutputFormat, Row, write_json};
use super::people::{People, SeatVerb, SecondFactor};
use super::{Env, refs};
use crate::gate::{Denial, Gate, GateError, Session, Via, WayIn};
use crate::model::{Name, Phrase, RecordId, phrase};
use crate::policy::Special;
use crate::secret::Secret;
use crate::term::Clean;

/// Asks the terminal, or reads standard input where there is none; shows by the streams of the command.
struct Asked<'a> {
    prompt: &'a mut dyn Prompt,
    input: &'a mut dyn BufRead,
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
}

impl Asked<'_> {
    fn read(&mut self) -> std::io::Result<Option<String>> {
        let mut text = String::new();
        if self.input.read_line(&mut text)? == 0 {
            return Ok(None);
        }
        text.truncate(text.trim_end_matches(['\r', '\n']).len());
        Ok(Some(text))
    }
}

impl Prompt for Asked<'_> {
    fn watched(&self) -> bool {
        self.prompt.watched()
    }

    fn line(&mut self, text: &str) -> std::io::Result<Option<String>> {
        if self.watched() { self.prompt.line(text) } else { self.read() }
    }

    fn secret(&mut self, text: &str) -> std::io::Result<Option<Secret>> {
        if self.watched() {
            return self.prompt.secret(text);
        }
        Ok(self.read()?.map(Secret::new))
    }

    // What a command prints can be sent into a file, watched or not.
    fn show(&mut self, text: &str) -> std::io::Result<()> {
        writeln!(self.out, "{text}")?;
        self.out.flush()
    }

    fn tell(&mut self, text: &str) -> std::io::Result<()> {
        writeln!(self.err, "{text}")
    }
}

/// Lets `work` ask the person of a command, by terminal or standard input.
fn asking<T>(env: &mut Env<'_>, work: impl FnOnce(&mut Entry<'_>) -> Result<T>) -> Result<T> {
    let from = env.from();
    let mut asked = Asked {
        prompt: &mut *env.prompt,
        input: &mut *env.input,
        out: &mut *env.out,
        err: &mut *env.err,
    };
    work(&mut Entry {
        prompt: &mut asked,
        state: env.state.as_deref(),
        lang: env.lang,
        from: &from,
    })
}

/// Asks for a line; empty where it was called off.
pub(super) fn ask_line(env: &mut Env<'_>, text: &Phrase) -> Result<String> {
    let text = env.told(text);
    Ok(asking(env, |entry| Ok(entry.prompt.line(&text)?))?.unwrap_or_default().trim().to_owned())
}

fn ask_secret(env: &mut Env<'_>, text: &Phrase) -> Result<Secret> {
    asking(env, |entry| entry.ask_secret(text))
}

fn ask_new(env: &mut Env<'_>) -> Result<Secret> {
    asking(env, |entry| entry.ask_new(&phrase!("New password: ")))
}

fn gate(env: &Env<'_>) -> Result<Gate> {
    prepare(&env.database, !env.database_named, env.database_named)?;
    Ok(Gate::open(&env.database, env.open_options(!env.database_named))?)
}

/// Does what needs a password given lately, and asks for it where somebody sits at the terminal.
pub(super) fn confirmed<T>(
    desk: &mut Desk<'_, '_>,
    work: impl Fn(&mut Session) -> crate::gate::Result<T>,
) -> Result<T> {
    match work(&mut desk.session) {
        Err(error) if is(&error, &Denial::ConfirmNeeded) && desk.env.prompt.watched() => {
            desk.say(&error.phrase())?;
            let password = ask_secret(desk.env, &phrase!("Password: "))?;
            desk.session.confirm_identity(&password)?;
            Ok(work(&mut desk.session)?)
        }
        other => Ok(other?),
    }
}

/// Does what was asked for.
pub(super) fn run(env: &mut Env<'_>, asked: People) -> Result<()> {
    match asked {
        People::SignIn { user, again } => sign_in(env, user, again),
        People::SignOut => sign_out(env),
        People::Password => password(env),
        People::SecondFactor(verb) => second_factor(env, verb),
        People::Invite { login, valid, newcomer } => invite(env, &login, &valid, *newcomer),
        People::Join => join(env),
        People::Session(verb) => session(env, verb),
    }
}

/// `sign-in`.
fn sign_in(env: &mut Env<'_>, user: Option<String>, again: bool) -> Result<()> {
    if again {
        let desk = &mut Desk::open(env, Need::File)?;
        let password = ask_secret(desk.env, &phrase!("Password: "))?;
        desk.session.confirm_identity(&password)?;
        return desk.say(&phrase!("Confirmed for {n} minutes.", n = 10));
    }
    let gate = gate(env)?;
    if !gate.needs_sign_in()? {
        env.say(&phrase!("This file asks nobody to sign in: nobody has a password yet."))?;
        return Ok(());
    }
    let session = asking(env, |entry| {
        let login = match user {
            Some(login) => login,
            None => entry.ask(&phrase!("Name: "))?,
        };
        let token = entry.sign_in(&gate, &login, Via::Cli)?;
        Ok(gate.session_by(&token, Via::Cli)?)
    })?;
    let name = session.actor().person().name.clone();
    let hours = u64::from(session.catalog().company.sign_in_hours);
    env.say(&phrase!("Signed in as {name}, for {n} hours at most.", name, n = hours))?;
    Ok(())
}

/// `sign-out`.
fn sign_out(env: &mut Env<'_>) -> Result<()> {
    let gate = gate(env)?;
    let kept = asking(env, |entry| Ok(entry.kept(gate.path())))?;
    let Some(token) = kept else {
        env.say(&phrase!("Nobody was signed in here."))?;
        return Ok(());
    };
    match gate.session_by(&token, Via::Cli) {
        Ok(session) => session.sign_out()?,
        Err(error) if is(&error, &Denial::Ended) => {}
        Err(error) => return Err(error.into()),
    }
    asking(env, |entry| {
        entry.forget(gate.path());
        Ok(())
    })?;
    env.say(&phrase!("Signed out."))?;
    Ok(())
}

/// `password`.
fn password(env: &mut Env<'_>) -> Result<()> {
    let desk = &mut Desk::open(env, Need::File)?;
    set_password(desk)?;
    desk.say(&phrase!("The password is set. Other sessions of yours have ended."))
}

fn set_password(desk: &mut Desk<'_, '_>) -> Result<()> {
    let present = if desk.session.way_in()?.password {
        Some(ask_secret(desk.env, &phrase!("Present password: "))?)
    } else {
        None
    };
    let new = ask_new(desk.env)?;
    let from = desk.env.from();
    if let Some(token) = desk.session.set_password(present.as_ref(), &new, &from)? {
        let database = desk.session.path().to_owned();
        asking(desk.env, |entry| entry.keep(&database, &token))?;
    }
    Ok(())
}

/// `second-factor`.
fn second_factor(env: &mut Env<'_>, verb: SecondFactor) -> Result<()> {
    let desk = &mut Desk::open(env, Need::File)?;
    match verb {
        SecondFactor::Status(login) => {
            let user = match login {
                Some(login) => user_of(desk, &login)?,
                None => desk.session.actor().person().user,
            };
            status(desk, user)
        }
        SecondFactor::On => {
            let made = confirmed(desk, |session| session.begin_totp())?;
            asking(desk.env, |entry| entry.show_factor(&made))?;
            let session = &desk.session;
            // A code that is not right leaves the key that the phone has by now.
            let codes = asking(desk.env, |entry| {
                entry.insist(|entry| {
                    let code = entry.ask_secret(&phrase!("The code it shows: "))?;
                    Ok(session.confirm_totp(&made, code.reveal())?)
                })
            })?;
            asking(desk.env, |entry| entry.show_codes(&codes))
        }
        SecondFactor::Codes => {
            let codes = confirmed(desk, |session| session.new_recovery_codes())?;
            asking(desk.env, |entry| entry.show_codes(&codes))
        }
        SecondFactor::Off(login) => {
            let user = login.map(|login| user_of(desk, &login)).transpose()?;
            confirmed(desk, |session| session.drop_totp(user))?;
            desk.say(&phrase!("The second factor is off."))
        }
    }
}

fn status(desk: &mut Desk<'_, '_>, user: RecordId) -> Result<()> {
    let way = desk.session.way_in_of(user)?;
    if desk.format == OutputFormat::Json {
        let told = json!({
            "password": way.password,
            "second_factor": way.second_factor,
            "recovery_codes": way.recovery_codes,
            "demanded_by": way.demanded_by,
            "must_change": way.must_change,
        });
        write_json(&mut *desk.env.out, &told)?;
        return Ok(writeln!(desk.env.out)?);
    }
    for told in ways(&way) {
        let told = desk.env.told(&told);
        writeln!(desk.env.out, "{told}")?;
    }
    Ok(())
}

/// How somebody signs in, in sentences, and what demands it.
pub(super) fn ways(way: &WayIn) -> Vec<Phrase> {
    let mut told = vec![if way.second_factor {
        phrase!("The second factor is on; {n} recovery codes are left.", n = way.recovery_codes)
    } else if way.password {
        phrase!("There is a password and no second factor.")
    } else {
        phrase!("There is no password.")
    }];
    if !way.demanded_by.is_empty() {
        let roles = way.demanded_by.join(", ");
        told.push(if way.owes_factor() {
            phrase!(
                "A second factor is demanded by: {roles}. The next sign-in leads into setting it up.",
                roles
            )
        } else {
            phrase!("A second factor is demanded by: {roles}.", roles)
        });
    }
    if way.must_change {
        told.push(phrase!("The password was set by somebody else; the next sign-in changes it."));
    }
    told
}

/// `invite`.
fn invite(env: &mut Env<'_>, login: &str, valid: &str, newcomer: Newcomer) -> Result<()> {
    let valid = period(valid)?;
    let desk = &mut Desk::open(env, Need::File)?;
    desk.session.demand_special(Special::Users)?;
    let known = match desk.session.user_by_login(login)? {
        // A name or a reference means somebody who is there.
        None if newcomer.name.is_none() => {
            match refs::record(desk, Some(&Name::from("user")), login) {
                Ok(record) => Some(record.id),
                Err(CliError::Gate(GateError::NotFound { .. })) => None,
                Err(error) => return Err(error),
            }
        }
        known => known,
    };
    let edit = newcomer.edit(desk, login, known)?;
    if !desk.session.way_in()?.password {
        // Whoever lets the first other person in must not be locked out by that.
        desk.say(&phrase!(
            "From now on this file asks people to sign in. Set a password of your own first."
        ))?;
        set_password(desk)?;
    }
    let user = match (known, edit) {
        (Some(user), None) => user,
        (_, edit) => {
            confirmed(desk, |session| session.demand_confirmed())?;
            joining::written(desk, edit.into_iter().collect(), known)?
        }
    };
    let code = confirmed(desk, |session| session.invite(user, valid))?;
    writeln!(desk.env.out, "{}", code.reveal())?;
    desk.env.out.flush()?;
    let valid = valid.min(crate::gate::LONGEST_INVITE);
    let until = desk.env.clock.now() + chrono::TimeDelta::from_std(valid).unwrap_or_default();
    let until = until.with_timezone(&desk.env.zone).format("%Y-%m-%d %H:%M").to_string();
    desk.say(&phrase!(
        "Give this code to {login}, who signs in with it by `kontor join`. It works once, until {until}, and is not shown again.",
        login,
        until
    ))?;
    joining::still_missing(desk, user)
}

/// `join`.
fn join(env: &mut Env<'_>) -> Result<()> {
    let gate = gate(env)?;
    let code = ask_secret(env, &phrase!("Code of the invitation: "))?;
    let (name, login) = gate.invited(&code)?;
    env.say(&phrase!("Welcome, {name}. You sign in as {login}.", name, login = &login))?;
    if env.prompt.watched() {
        env.say(&phrase!(
            "A password has at least {n} characters; four or five words that have nothing to do with each other are easy to remember.",
            n = crate::secret::LONG_ENOUGH
        ))?;
    }
    let password = loop {
        let password = ask_new(env)?;
        match gate.accept_invite(&code, &password) {
            Ok(_) => break password,
            Err(GateError::SignIn(denied))
                if env.prompt.watched() && matches!(denied.0, Denial::Weak(_)) =>
            {
                env.say(&denied.0.phrase())?;
                if let Some(hint) = denied.0.hint() {
                    env.say(&hint)?;
                }
            }
            Err(error) => return Err(error.into()),
        }
    };
    let from = env.from();
    match gate.sign_in(&login, &password, None, Via::Cli, &from) {
        Ok(token) => {
            asking(env, |entry| {
                entry.settle(&gate, &token)?;
                entry.keep(gate.path(), &token)
            })?;
            env.say(&phrase!("The password is set, and you are signed in."))?;
        }
        Err(error) if is(&error, &Denial::CodeNeeded) => {
            env.say(&phrase!(
                "The password is set. `kontor sign-in` asks for your second factor."
            ))?;
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

/// `session`.
fn session(env: &mut Env<'_>, verb: SeatVerb) -> Result<()> {
    let desk = &mut Desk::open(env, Need::File)?;
    match verb {
        SeatVerb::List => list(desk),
        SeatVerb::End(number) => {
            confirmed(desk, |session| session.end_seat(number))?;
            desk.say(&phrase!("Session {number} has ended.", number))
        }
    }
}

fn list(desk: &mut Desk<'_, '_>) -> Result<()> {
    let seats = desk.session.seats()?;
    let heads = vec![
        Head::right("number", phrase!("No")),
        Head::left("login", phrase!("Login")),
        Head::left("name", phrase!("Name")),
        Head::left("via", phrase!("By")),
        Head::left("host", phrase!("From")),
        Head::left("since", phrase!("Since")),
        Head::left("last_seen", phrase!("Last seen")),
        Head::left("second_factor", phrase!("Second factor")),
        Head::left("mine", phrase!("This one")),
    ];
    let at = |millis: i64| DateTime::<Utc>::from_timestamp_millis(millis).unwrap_or_default();
    let zone = desk.env.zone;
    let rows: Vec<Row> = seats
        .iter()
        .map(|seat| {
            let local =
                |millis| at(millis).with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string();
            let yes = |yes: bool| if yes { desk.word(&phrase!("yes")) } else { String::new() };
            let exact = |millis| at(millis).to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
            Row {
                reference: seat.number.to_string(),
                cells: vec![
                    seat.number.to_string(),
                    seat.login.clone(),
                    seat.name.clone(),
                    Via::of_word(&seat.via).map_or_else(
                        || seat.via.clone(),
                        |via| desk.word(&Phrase::word(via.word())),
                    ),
                    seat.host.clone(),
                    local(seat.since),
                    local(seat.last_seen),
                    yes(seat.second_factor),
                    yes(seat.mine),
                ],
                json: json!({
                    "number": seat.number,
                    "login": seat.login,
                    "name": seat.name,
                    "via": seat.via,
                    "host": seat.host,
                    "since": exact(seat.since),
                    "last_seen": exact(seat.last_seen),
                    "second_factor": seat.second_factor,
                    "mine": seat.mine,
                }),
            }
        })
        .collect();
    let mut printer = desk.printer(heads);
    for row in rows {
        printer.row(row)?;
    }
    if printer.finish()? == 0 && desk.format == OutputFormat::Table {
        desk.say(&phrase!("Nobody is signed in."))?;
    }
    Ok(())
}

/// `user lock`, `user unlock`.
pub(super) fn lock(desk: &mut Desk<'_, '_>, words: &[String], locked: bool) -> Result<()> {
    for word in words {
        let user = user_of(desk, word)?;
        confirmed(desk, |session| if locked { session.lock(user) } else { session.unlock(user) })?;
        let word = Clean::line(word).into_string();
        desk.say(&if locked {
            phrase!("{word} is locked; their sessions have ended.", word)
        } else {
            phrase!("{word} can try again.", word)
        })?;
    }
    Ok(())
}

/// `user password`: one made by chance for each, which its owner changes at the next sign-in.
pub(super) fn hand_passwords(desk: &mut Desk<'_, '_>, words: &[String]) -> Result<()> {
    for word in words {
        let user = user_of(desk, word)?;
        let password = confirmed(desk, |session| session.hand_password(user))?;
        writeln!(desk.env.out, "{}", password.reveal())?;
        desk.env.out.flush()?;
        let word = Clean::line(word).into_string();
        desk.say(&phrase!(
            "Give this password to {word}, who changes it at the next sign-in. Their sessions have ended; it is not shown again.",
            word
        ))?;
    }
    Ok(())
}

/// The user that a word means: `me`, a reference, a login, or a name.
pub(super) fn user_of(desk: &mut Desk<'_, '_>, word: &str) -> Result<RecordId> {
    if word == "me" {
        return Ok(desk.session.actor().person().user);
    }
    let referred = desk.catalog.parse_reference(word).is_some_and(|found| found.entity == "user");
    if !referred && let Some(user) = desk.session.user_by_login(word)? {
        return Ok(user);
    }
    refs::record(desk, Some(&Name::from("user")), word).map(|record| record.id)
}

/// `3d`, `12h`.
fn period(text: &str) -> Result<Duration> {
    let wrong = || {
        CliError::word(
            phrase!("{text} is no time to be valid for", text),
            Some(phrase!("for example 3d or 12h, at most 30d")),
        )
    };
    let (number, hours) = match text.strip_suffix('d') {
        Some(days) => (days, 24),
        None => (text.strip_suffix('h').ok_or_else(wrong)?, 1),
    };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let valid = Duration::from_hours(number.saturating_mul(hours).min(24 * 365));
    if valid.is_zero() || valid > crate::gate::LONGEST_INVITE {
        return Err(wrong());
    }
    Ok(valid)
}
