//! What clap finds wrong with the arguments, in our words: what is wrong, how it is written, what was meant.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::error::CliError;
use super::tongue;
use crate::model::{Fill, Phrase, phrase};

/// Arguments that make no sense.
#[derive(Debug)]
pub struct Usage {
    /// What is wrong.
    pub message: Phrase,
    /// How the command is written.
    pub usage: Option<Phrase>,
    /// What was likely meant, or where to read on.
    pub hint: Option<Phrase>,
}

/// What clap says, in our words.
pub(super) fn wrong(error: &clap::Error) -> CliError {
    let line = match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(text)) => Some(text.to_string()),
        _ => None,
    };
    let line = line.as_deref().map(|line| line.strip_prefix("Usage: ").unwrap_or(line).trim());
    let usage = line.map(|line| phrase!("Usage: {usage}", usage = tongue::usage(&one_line(line))));
    let more = line.map(|line| {
        let named = line.split_whitespace().take_while(|word| !word.starts_with(['[', '<', '-']));
        let command = named.collect::<Vec<_>>().join(" ");
        phrase!("`{command} --help` says more", command)
    });
    CliError::Usage(Box::new(Usage { message: message(error), usage, hint: meant(error).or(more) }))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn message(error: &clap::Error) -> Phrase {
    let arg = || tongue::usage(text(error, ContextKind::InvalidArg).unwrap_or_default());
    let value = text(error, ContextKind::InvalidValue).unwrap_or_default();
    match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => {
            phrase!("{arg} needs a value", arg = arg())
        }
        ErrorKind::InvalidValue => {
            phrase!("{value} is no value of {arg}", value, arg = arg())
        }
        ErrorKind::ValueValidation => phrase!(
            "{value} is no value of {arg}: {reason}",
            value,
            arg = arg(),
            reason = reason(error)
        ),
        ErrorKind::UnknownArgument => {
            let word = text(error, ContextKind::InvalidArg).unwrap_or_default();
            if word.starts_with('-') {
                phrase!("there is no option {word}", word)
            } else {
                phrase!("{word} is a word too many", word)
            }
        }
        ErrorKind::InvalidSubcommand => {
            let word = text(error, ContextKind::InvalidSubcommand).unwrap_or_default();
            phrase!("there is no command {word}", word)
        }
        ErrorKind::MissingRequiredArgument => {
            let missing = strings(error, ContextKind::InvalidArg);
            let missing = missing.iter().map(|arg| tongue::usage(arg));
            phrase!("missing: {args}", args = Fill::list(missing))
        }
        ErrorKind::MissingSubcommand => {
            let command = text(error, ContextKind::InvalidSubcommand).unwrap_or_default();
            let known = strings(error, ContextKind::ValidSubcommand);
            phrase!("{command} needs one of {known}", command, known = Fill::list(known))
        }
        ErrorKind::ArgumentConflict => match other(error) {
            Some(other) => phrase!(
                "{arg} and {other} cannot be given together",
                arg = arg(),
                other = tongue::usage(&other)
            ),
            None => phrase!("{arg} can be given only once", arg = arg()),
        },
        ErrorKind::TooManyValues => {
            phrase!("{arg} takes no value {value}", arg = arg(), value)
        }
        ErrorKind::InvalidUtf8 => phrase!("an argument is not UTF-8"),
        _ => {
            let told = error.render().to_string();
            let first = told.lines().next().unwrap_or_default();
            let error = first.strip_prefix("error: ").unwrap_or(first);
            phrase!("the arguments make no sense: {error}", error)
        }
    }
}

/// Why a value does not fit: what our parsers of numbers say.
fn reason(error: &clap::Error) -> Phrase {
    let told = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    if let Some((_, range)) = told.split_once(" is not in ") {
        return match range.split_once("..") {
            Some((from, to)) if to.is_empty() || to.len() > 15 => phrase!("{from} or more", from),
            Some((from, to)) => {
                phrase!("from {from} to {to}", from, to = to.trim_start_matches('='))
            }
            None => Phrase::raw(told),
        };
    }
    if told.contains("digit") || told.contains("integer") || told.contains("number") {
        return phrase!("not a whole number");
    }
    Phrase::raw(told)
}

/// What was likely meant, or what there is.
fn meant(error: &clap::Error) -> Option<Phrase> {
    let near =
        [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    let near = near.into_iter().find_map(|kind| {
        let several = strings(error, kind).into_iter().next();
        several.or_else(|| text(error, kind).map(str::to_owned))
    });
    if let Some(near) = near {
        return Some(phrase!("did you mean {near}?", near = tongue::usage(&near)));
    }
    let known = strings(error, ContextKind::ValidValue);
    (!known.is_empty()).then(|| phrase!("known are: {known}", known = Fill::list(known)))
}

/// What an argument does not go with; none where that is itself.
fn other(error: &clap::Error) -> Option<String> {
    let other = text(error, ContextKind::PriorArg).map(str::to_owned);
    let other = other.or_else(|| strings(error, ContextKind::PriorArg).into_iter().next());
    other.filter(|other| Some(other.as_str()) != text(error, ContextKind::InvalidArg))
}

fn text(error: &clap::Error, kind: ContextKind) -> Option<&str> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text),
        _ => None,
    }
}

fn strings(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}
