//! `capture`: a line as people jot it down, understood and written; what is unclear is said, never guessed.

use super::change::write;
use super::desk::Desk;
use super::error::{CliError, Result};
use crate::capture::{Found, Line, Sought, Trouble, Wish, who};
use crate::model::Lang;

/// Candidates that an error names.
const NAMED: usize = 5;

/// Writes what a line says.
pub(super) fn capture(
    desk: &mut Desk<'_, '_>,
    text: &str,
    about: Option<&str>,
    dry_run: bool,
) -> Result<()> {
    let line = Line::read(text.trim(), &desk.session.coercion());
    let chosen = about.map(|word| super::refs::record(desk, None, word)).transpose()?;
    let sought = Sought { line, chosen, nobody: false, focus: None };
    let found = who::find(&desk.session, &sought)?;
    let lang: Lang = desk.env.lang;
    let wish = Wish::of(&sought.line, &found, &desk.session.coercion(), lang);
    let Some(wish) = wish else { return Err(refused("there is nothing to write", example())) };
    if let Some(trouble) = wish.troubles.first() {
        return Err(unclear(desk, trouble, &found));
    }
    write(desk, vec![wish.edit()], &wish.why(&sought.line), dry_run)
}

fn example() -> &'static str {
    "for example: kontor capture 'call Müller fri 10:00 about the offer #hot'"
}

fn refused(message: impl Into<String>, hint: impl Into<String>) -> CliError {
    CliError::Refused { message: message.into(), hint: Some(hint.into()) }
}

fn unclear(desk: &Desk<'_, '_>, trouble: &Trouble, found: &Found) -> CliError {
    match trouble {
        Trouble::Several => {
            let names: Vec<String> = found
                .hits
                .iter()
                .take(NAMED)
                .map(|hit| format!("{} {}", desk.reference(&hit.record), hit.title))
                .collect();
            let hint = format!("say which with --about REF: {}", names.join(", "));
            refused(format!("{} may mean several records", found.words), hint)
        }
        Trouble::Nobody => refused(
            format!("nobody is called {}", found.words),
            "give a reference with --about, or write it as a task: task ...",
        ),
        Trouble::NoWho => {
            refused("it does not say with whom", "name somebody, or give --about REF")
        }
        Trouble::NoText => refused("it does not say what about", "add a few words, or about ..."),
        Trouble::Ahead => refused(
            "it is said to have happened, but its time is still to come",
            "write call, meet, visit ... for what is to be done",
        ),
        Trouble::User(word) => {
            refused(format!("no one user is called {word}"), "kontor user list shows all of them")
        }
        Trouble::Strange(word) => refused(
            format!("{word} is not understood"),
            "!low, !normal, !high and !urgent are priorities; quotes keep a sign as text",
        ),
    }
}
