//! `capture`: a line as people jot it down, understood and written; what is unclear is said, never guessed.

use super::change::write;
use super::desk::Desk;
use super::error::{CliError, Result};
use crate::capture::{Found, Line, Sought, Trouble, Wish, who};
use crate::model::{Lang, Phrase, phrase};

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
    let Some(wish) = wish else {
        return Err(refused(phrase!("there is nothing to write"), example()));
    };
    if let Some(trouble) = wish.troubles.first() {
        return Err(unclear(desk, trouble, &found));
    }
    write(desk, vec![wish.edit()], &wish.why(&sought.line), dry_run)
}

fn example() -> Phrase {
    phrase!("for example: kontor capture 'call Müller fri 10:00 about the offer #hot'")
}

fn refused(message: Phrase, hint: Phrase) -> CliError {
    CliError::Refused { message, hint: Some(hint) }
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
            let hint = phrase!("say which with --about REF: {names}", names = names.join(", "));
            refused(phrase!("{words} may mean several records", words = &found.words), hint)
        }
        Trouble::Nobody => refused(
            phrase!("nobody is called {words}", words = &found.words),
            phrase!("give a reference with --about, or write it as a task: task ..."),
        ),
        Trouble::NoWho => refused(
            phrase!("it does not say with whom"),
            phrase!("name somebody, or give --about REF"),
        ),
        Trouble::NoText => {
            refused(phrase!("it does not say what about"), phrase!("add a few words, or about ..."))
        }
        Trouble::Ahead => refused(
            phrase!("it is said to have happened, but its time is still to come"),
            phrase!("write call, meet, visit ... for what is to be done"),
        ),
        Trouble::User(word) => refused(
            phrase!("no one user is called {word}", word),
            phrase!("kontor user list shows all of them"),
        ),
        Trouble::Strange(word) => refused(
            phrase!("{word} is not understood", word),
            phrase!("!low, !normal, !high and !urgent are priorities; quotes keep a sign as text"),
        ),
    }
}
