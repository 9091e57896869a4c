//! The line that an SSH client asked for -> its words. Pure; nothing but words ever comes of it.
//!
//! Spaces part words; single quotes keep all up to the next one; in double quotes a backslash takes away the
//! meaning of `"` and `\`; outside of quotes it takes away the meaning of whatever follows. Nothing else means
//! anything: `$ ; | & < > * ~ !` and backquotes are letters like others. Start at [`split`].

use crate::cli::error::{CliError, Result};
use crate::model::{Phrase, phrase};

/// The longest line that is taken, in bytes.
pub const LONGEST: usize = 32 * 1024;
/// The most words that are taken.
pub const MOST: usize = 1_000;

/// The words of a line.
///
/// # Errors
/// A quote that is not closed, a backslash at the end, control characters, bytes that are no text, and more
/// than is taken.
pub fn split(line: &str) -> Result<Vec<String>> {
    if line.len() > LONGEST {
        let most = phrase!("at most {n} bytes are taken", n = LONGEST);
        return Err(wrong(phrase!("the command is too long"), most));
    }
    if line.contains(char::REPLACEMENT_CHARACTER) {
        return Err(wrong(phrase!("the command is no text in UTF-8"), how()));
    }
    if line.chars().any(char::is_control) {
        let hint = phrase!("one line without tabs; many records go through standard input");
        return Err(wrong(phrase!("the command has control characters or several lines"), hint));
    }
    let mut words = Vec::new();
    // None between words: an empty pair of quotes is a word too.
    let mut word: Option<String> = None;
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        match c {
            ' ' => words.extend(word.take()),
            '\'' => quoted(word.get_or_insert_default(), &mut rest, '\'')?,
            '"' => quoted(word.get_or_insert_default(), &mut rest, '"')?,
            '\\' => match rest.next() {
                Some(c) => word.get_or_insert_default().push(c),
                None => {
                    return Err(wrong(phrase!("the command ends with a backslash"), how()));
                }
            },
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    if words.len() > MOST {
        let most = phrase!("at most {n} words are taken", n = MOST);
        return Err(wrong(phrase!("the command is too long"), most));
    }
    Ok(words)
}

/// Takes what stands in quotes, up to the closing one.
fn quoted(word: &mut String, rest: &mut std::str::Chars<'_>, mark: char) -> Result<()> {
    while let Some(c) = rest.next() {
        match c {
            c if c == mark => return Ok(()),
            '\\' if mark == '"' => match rest.next() {
                Some(c @ ('"' | '\\')) => word.push(c),
                Some(c) => word.extend(['\\', c]),
                None => break,
            },
            c => word.push(c),
        }
    }
    Err(wrong(phrase!("the command has a quote that is not closed"), how()))
}

fn how() -> Phrase {
    phrase!(
        "put the whole command in double quotes and texts in single ones: ssh HOST \"find 'acme pumps'\""
    )
}

fn wrong(message: Phrase, hint: Phrase) -> CliError {
    CliError::word(message, Some(hint))
}
